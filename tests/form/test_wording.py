"""What is told of texts that were just sent."""

from typing import Any

import pytest

from reconciler.form.wording import ONE_TEXT, told_of_sent
from reconciler.model.change import FieldChange

BOTH = {"fr": "Vente & don", "en": "Sale and donation of everything"}


@pytest.mark.parametrize(
    ("told", "stored", "wanted"),
    [
        (ONE_TEXT, "Vente & don", BOTH),
        (ONE_TEXT, "Vente &amp; don", BOTH),
        (ONE_TEXT, "Sale and donation of", BOTH),
        (None, "Something else", BOTH),
        (None, "Vente", {"fr": 7}),
        (None, None, BOTH),
        (None, {"fr": "Vente"}, "Vente"),
        (None, "Vente", ["Vente"]),
        ("the shop shortens it after 4 characters", "Sale", "Sale of all"),
    ],
)
def test_what_a_shop_stores_of_a_text_is_told(told: str | None, stored: Any, wanted: Any) -> None:
    """Its beginning, or one of its languages, as it is or altered; anything else was not sent."""
    change = FieldChange(path=("name",), op="changed", old=stored, new=wanted)
    assert told == told_of_sent(change, None)


def test_one_language_is_told_also_when_it_was_there_before() -> None:
    """The second apply to such a shop ends like the first."""
    change = FieldChange(path=("name",), op="changed", old="Vente & don", new=BOTH)
    assert ONE_TEXT == told_of_sent(change, "Vente & don") == told_of_sent(change, BOTH)
