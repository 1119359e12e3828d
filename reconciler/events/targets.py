"""Whom a payload is about: a contact by id, email or phone, or a visitor by id (contract
§6.2). What names a person is not repeated in messages.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.events.mistake import Mistake
from reconciler.events.schema import TARGETS
from reconciler.events.target import KEYS
from reconciler.events.values import MOST_CARRIED, kind_words, letter_mistake

OF_VISITORS = ("id",)
_BY_RECORDS = (
    "is accepted by records and not by triggers: name the contact by id, email or phone"
)
_OTHER_NAME = "is not how triggers call it: write {meant}"
OTHER_TARGETS: Mapping[str, str] = {
    "id_customer": _BY_RECORDS,
    "id_customer_shop": _BY_RECORDS,
    "id_shop_customer": _BY_RECORDS,
    "customer_id": _BY_RECORDS,
    "id_contact": _OTHER_NAME.format(meant="id"),
    "id_shop_contact": _OTHER_NAME.format(meant="id"),
    "contact_id": _OTHER_NAME.format(meant="id"),
    "contact_data_email": _OTHER_NAME.format(meant="email"),
    "contact_email": _OTHER_NAME.format(meant="email"),
    "phone_number": _OTHER_NAME.format(meant="phone"),
}
"""How other parts of the API name a contact, and what to do about it here."""
REFERENCE = ("by", "value")
"""How records refer to a contact (contract §5)."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DIGIT = re.compile(r"[0-9]")
FEWEST_DIGITS = 3
"""Of a phone number; how else it is written is up to the shop."""


def target_mistakes(body: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong with the contact and the visitor of a payload; other keys than those
    that name them are not looked at.
    """
    given = [name for name in TARGETS if body.get(name) not in (None, {})]
    if not given and not any(_may_name_somebody(key) for key in body):
        told = "nobody is named whom the event is about: give contact with id, email or phone, or visitor with id"
        place = next(((name,) for name in TARGETS if name in body), ())
        yield Mistake("payload-no-target", told, place)
    for name in given:
        target = body[name]
        if not isinstance(target, Mapping):
            told = f"{name} is {kind_words(target)}, and has to be an object such as {_EXAMPLES[name]}"
            yield Mistake("payload-type", told, (name,))
        else:
            yield from _in_target(name, target)


_EXAMPLES = {
    "contact": '{"email": "marie@example.com"}',
    "visitor": '{"id": 12}',
}


def _may_name_somebody(key: str) -> bool:
    """Whether it is a finding of its own that it stands in the wrong place."""
    return key in KEYS or key in OTHER_TARGETS


def _in_target(name: str, target: Mapping[str, Any]) -> Iterator[Mistake]:
    matching = KEYS if name == "contact" else OF_VISITORS
    if set(REFERENCE) <= target.keys():
        told = f"by and value are how records refer to a contact: write {_EXAMPLES['contact']}"
        yield Mistake("payload-target-kind", told, (name, "by"), is_key=True)
        return
    for key in target:
        if key in matching:
            continue
        if name == "visitor" and key in KEYS:
            told = f"visitor.{key}: a visitor is known by id alone. Give the {key} in contact"
            yield Mistake("payload-target-kind", told, (name, key), is_key=True)
        elif key in OTHER_TARGETS:
            told = f"{name}.{key} {OTHER_TARGETS[key]}"
            yield Mistake("payload-target-kind", told, (name, key), is_key=True)
    yield from _identifier_mistakes(name, target, matching)


def _identifier_mistakes(
    name: str, target: Mapping[str, Any], matching: tuple[str, ...]
) -> Iterator[Mistake]:
    given = [key for key in matching if target.get(key) is not None]
    if not given and not any(map(_may_name_somebody, target)):
        told = f"{name} names nobody: give {_any_of(matching)}"
        yield Mistake("payload-no-target", told, (name,))
    for key in given:
        mistake = _CHECKS[key](target[key])
        if mistake:
            yield Mistake("payload-type", f"{name}.{key} {mistake}", (name, key))


def _any_of(words: tuple[str, ...]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _id_mistake(value: Any) -> str:
    if isinstance(value, str):
        return (
            "is text, and has to be the contact's number in ShopiMind. A customer's id in the shop cannot be used "
            "here: give the email instead"
        )
    if isinstance(value, bool) or not isinstance(value, int):
        return f"is {kind_words(value)}, and has to be a whole number"
    if not 1 <= value < MOST_CARRIED:
        return "has to be a whole number from 1 to 2^53 - 1"
    return ""


def _filled_text(value: Any) -> str:
    if not isinstance(value, str):
        return f"is {kind_words(value)}, and has to be text"
    return letter_mistake(value) if value.strip() else "is empty, and so names nobody"


def _email_mistake(value: Any) -> str:
    mistake = _filled_text(value)
    if mistake or _EMAIL.fullmatch(value):
        return mistake
    return "is no e-mail address such as marie@example.com, and so names nobody"


def _phone_mistake(value: Any) -> str:
    mistake = _filled_text(value)
    if mistake or len(_DIGIT.findall(value)) >= FEWEST_DIGITS:
        return mistake
    return "is no phone number such as +33612345678, and so names nobody"


_CHECKS = {"id": _id_mistake, "email": _email_mistake, "phone": _phone_mistake}
