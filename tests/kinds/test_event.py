"""An event's name in one text or in several languages, and what the API says beyond the model."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.registry import KINDS
from reconciler.model.change import Create, FieldChange
from reconciler.model.live import Names

KIND = KINDS["event"]
BOTH = {"fr": "Vente", "en": "Sale"}


def event(name: Any, **more: Any) -> Event:
    return Event.model_validate({"code_name": "e", "name": name, **more})


def changes(stored: Any, wanted: Any) -> list[tuple[str, str, Any, Any]]:
    """(path, op, old, new) of what keeps a live name from being as it is wanted."""
    live = LiveEvent(1, "e", stored, {})
    form = KIND.form(event(wanted))
    return [(".".join(c.path), c.op, c.old, c.new) for c in KIND.differences(live, form, Names())]


@pytest.mark.parametrize(
    ("stored", "wanted", "expected"),
    [
        ("Sale", "Sale", []),
        ("Old", "Sale", [("name", "changed", "Old", "Sale")]),
        (BOTH, "Sale", []),
        (BOTH, "Sold", [("name", "changed", BOTH, "Sold")]),
        ({"fr": "Vente"}, "Sale", [("name", "changed", {"fr": "Vente"}, "Sale")]),
        (BOTH, {"en": "Sale", "fr": "Vente"}, []),
        (BOTH, {"en": "Sale"}, []),
        (BOTH, {"en": "Sold"}, [("name.en", "changed", "Sale", "Sold")]),
        (BOTH, {"en": "", "fr": "Vente"}, [("name.en", "changed", "Sale", "")]),
        ({"en": "", "fr": "Vente"}, {"en": "", "fr": "Vente"}, []),
        (BOTH, {"de": "Verkauf"}, [("name.de", "added", None, "Verkauf")]),
        ("Sale", BOTH, [("name", "changed", "Sale", BOTH)]),
        ("", "Sale", [("name", "changed", "", "Sale")]),
    ],
)
def test_names_are_compared_by_language(stored: Any, wanted: Any, expected: list[object]) -> None:
    """Of languages only those that are written; one text is the name when any language has it."""
    assert expected == changes(stored, wanted)


@pytest.mark.parametrize(
    ("path", "old", "new", "impact"),
    [
        (("name",), "Old", "New", "safe"),
        (("name",), "Old", BOTH, "safe"),
        (("name", "fr"), "Old", "New", "safe"),
        (("name",), BOTH, "New", "breaking"),
    ],
)
def test_only_the_loss_of_languages_breaks(path: tuple[str, ...], old: Any, new: Any, impact: str) -> None:
    """One text in their place would wipe them."""
    verdict = KIND.judge(FieldChange(path=path, op="changed", old=old, new=new))
    assert impact == verdict.impact
    assert ("(fr, en)" in verdict.reason) == (impact == "breaking")


def test_languages_that_only_live_are_not_managed() -> None:
    """As fields that only live."""
    there = KIND.live_form(LiveEvent(1, "e", BOTH, {}), Names())
    assert [(("name", "fr"), "Vente")] == list(KIND.undeclared(there, KIND.form(event({"en": "Sale"}))))
    assert [] == list(KIND.undeclared(there, KIND.form(event("Sale"))))


def test_a_change_of_one_language_keeps_the_others() -> None:
    """The name is sent as a whole (contract §13 row 19)."""
    live = LiveEvent(1, "e", BOTH, {"metaData": (LiveProperty("p", "text", unknown={"example": 1}),)})
    base = KIND.live_form(live, Names())
    part = FieldChange(path=("name", "en"), op="changed", old="Sale", new="Sold")
    create = Create(address="event/e", impact="safe", reason="", fields=(part,))
    wanted = KIND.wanted(create, base)
    assert {"fr": "Vente", "en": "Sold"} == wanted["name"]
    assert {"type": "text", "example": 1} == wanted["properties"]["metaData"]["p"]


def test_names_in_words() -> None:
    """Each with its language."""
    assert "fr Vente, en Sale" == KIND.words(("name",), BOTH)
    part = FieldChange(path=("name",), op="added", new=BOTH)
    create = Create(address="event/e", impact="safe", reason="", fields=(part,))
    assert ["fr Vente, en Sale"] == [note.value for note in KIND.headline(create)]
    assert "name" == KIND.row(part).name


def test_a_description_that_says_nothing_is_the_same_as_none() -> None:
    """And it is not shown; what else a property has is."""
    live = LiveEvent(1, "e", "E", {"metaData": (LiveProperty("p", "text"),)})
    rows = {"metaData": [{"name": "p", "type": "text", "description": ""}]}
    assert () == KIND.differences(live, KIND.form(event("E", properties=rows)), Names())
    value = {"type": "text", "required": True, "description": "", "example": ""}
    assert 'text, required, example ""' == KIND.words(("properties", "metaData", "p"), value)


def test_two_readings_of_one_event_are_one() -> None:
    """One says nothing of a description, the other an empty text."""
    forms = [
        KIND.canonical(
            KIND.live_form(LiveEvent(1, "e", "E", {"s": (LiveProperty("p", "text", description=said),)}), Names())
        )
        for said in (None, "")
    ]
    assert forms[0] == forms[1]
