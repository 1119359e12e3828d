"""Whom an event is about: written, shown, compared."""

import pytest

from reconciler.events.shop import Target
from reconciler.events.target import is_same, named, option_of, parse_target, target_of, with_target


def test_a_target_is_an_id_an_email_or_a_phone() -> None:
    """As triggers match contacts."""
    assert Target(id=1042) == parse_target("id=1042")
    assert Target(email="a@b.example") == parse_target("email= a@b.example ")
    assert Target(phone="+33 6 12 34 56 78") == parse_target("phone=+33 6 12 34 56 78")


@pytest.mark.parametrize(
    "wrong", ["", "id", "id=", "id=0", "id=1.5", "email=a", "phone=abc", "id_customer=C1", "x=1", "email=a\u202e@b.c"]
)
def test_anything_else_is_refused(wrong: str) -> None:
    """With what is right."""
    with pytest.raises(ValueError, match=r"is not id=|is no "):
        parse_target(wrong)


@pytest.mark.parametrize(
    ("target", "shown", "option"),
    [
        (Target(email="marie.dupont@example.com"), "marie.…@example.com", "--contact email=…"),
        (Target(email="marie@example.com"), "m…@example.com", "--contact email=…"),
        (Target(phone="+33612345678"), "a phone ending in 78", "--contact phone=…"),
        (Target(id=7), "contact 7", "--contact id=7"),
        (Target(visitor=9), "visitor 9", ""),
    ],
)
def test_personal_data_is_cut_short(target: Target, shown: str, option: str) -> None:
    """In a question, and in a command that is to be typed."""
    assert shown == named(target)
    assert option == option_of(target)


@pytest.mark.parametrize(
    ("asked", "shown", "contact", "same"),
    [
        (Target(email="Marie@Example.com"), Target(email="marie@example.com"), None, True),
        (Target(email="marie@example.com"), Target(email="jean@example.com"), None, False),
        (Target(phone="+33 6 12"), Target(phone="+33612"), None, True),
        (Target(id=7), Target(), 7, True),
        (Target(id=7), Target(), 8, False),
        (Target(id=7, email="a@b.example"), Target(email="a@b.example"), 8, True),
        (Target(email="a@b.example"), Target(), 7, None),
        (Target(visitor=1), Target(visitor=1), None, True),
    ],
)
def test_targets_are_compared_by_what_they_share(
    asked: Target, shown: Target, contact: int | None, same: bool | None
) -> None:
    """None when a row shows nothing that could be compared."""
    assert same is is_same(asked, shown, contact)


def test_an_option_replaces_the_target_of_a_file() -> None:
    """What the file says of the contact besides stays; a visitor goes."""
    body = {"visitor": {"id": 1}, "contact": {"email": "a@b.example", "customData": {"x": 1}}, "metaData": {"y": 2}}
    changed = with_target(body, Target(id=7))
    assert {"contact": {"id": 7, "customData": {"x": 1}}, "metaData": {"y": 2}} == changed
    assert Target(id=7) == target_of(changed)
