"""Payloads that an event type takes, made up from what its manifest says.

The same seed gives the same payload, and a value depends on its own property alone: to
declare another one changes nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Literal

from reconciler.events.schema import WAYS, Schema, options_of
from reconciler.events.values import type_mistake
from reconciler.kinds.event.manifest import EventProperty

Extent = Literal["all", "required"]
"""Which properties a sample has."""
FIRST_DAY = date(2027, 1, 1)
"""Days of samples follow it: they do not depend on the day on which one is made."""
_ALTERNATIVES = re.compile(r"[^\s|]+(?: *\| *[^\s|]+)+")
"""`purchase | referral | review` in a description."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "email": ("marie.dupont@example.com", "paul.martin@example.com"),
    "mail": ("marie.dupont@example.com", "paul.martin@example.com"),
    "phone": ("+33612345678", "+33698765432"),
    "mobile": ("+33612345678", "+33698765432"),
    "firstname": ("Marie", "Paul"),
    "lastname": ("Dupont", "Martin"),
    "url": ("https://www.example.com/",),
    "link": ("https://www.example.com/",),
    "currency": ("EUR", "USD"),
    "country": ("FR", "BE"),
    "lang": ("fr", "en"),
    "language": ("fr", "en"),
    "locale": ("fr_FR", "en_GB"),
    "city": ("Lyon", "Nantes"),
    "zip": ("69001", "44000"),
    "tier": ("bronze", "silver", "gold"),
    "status": ("active", "pending", "closed"),
    "sku": ("SKU-1042", "SKU-2210"),
    "product": ("SKU-1042", "SKU-2210"),
    "store": ("Lyon", "Nantes"),
    "date": ("2027-03-31", "2027-06-30"),
    "day": ("2027-03-31", "2027-06-30"),
    "at": ("2027-03-31T09:00:00+01:00",),
    "time": ("09:00", "17:30"),
    "id": ("A-1042", "B-2210"),
    "number": ("A-1042", "B-2210"),
    "ref": ("A-1042", "B-2210"),
    "reference": ("A-1042", "B-2210"),
    "code": ("COM-001", "COM-002"),
    "name": ("Marie Dupont", "Paul Martin"),
}
"""What stands in a text property, by a word of its name."""
_WHOLE: Mapping[str, range] = {
    "id": range(1_000, 10_000),
    "days": range(1, 31),
    "quantity": range(1, 6),
    "count": range(1, 10),
    "year": range(2027, 2030),
    "month": range(1, 13),
    "percent": range(5, 55, 5),
    "percentage": range(5, 55, 5),
    "rate": range(1, 6),
    "rating": range(1, 6),
    "score": range(1, 11),
    "age": range(18, 90),
    "balance": range(500, 2_500, 10),
    "points": range(10, 500, 10),
}
"""Numbers by a word of the name; of others the last one counts."""
_ANY_NUMBER = range(1, 101)


def sample(
    schema: Schema, extent: Extent, seed: int, contact: Mapping[str, Any]
) -> dict[str, Any]:
    """A payload as it is posted. It is about `contact`, or about a visitor where the
    event type has properties of visitors and none of contacts.
    """
    own = {"contact.customData", "visitor.customData"}
    target = "contact"
    if schema.slots["visitor.customData"] and not schema.slots["contact.customData"]:
        target = "visitor"
    body: dict[str, Any] = {target: dict(contact) if target == "contact" else {"id": 1}}
    for slot, declared in schema.slots.items():
        if slot in own and WAYS[slot][0] != target:
            continue
        values = {
            name: _value(each, Random(f"{seed} {schema.code} {slot}.{name}"))
            for name, each in declared.items()
            if each.required or extent == "all"
        }
        if values:
            _put(body, slot, values)
    return body


def _put(body: dict[str, Any], slot: str, values: Mapping[str, Any]) -> None:
    *outer, last = WAYS[slot]
    for key in outer:
        body = body[key]
    body[last] = values


def _value(declared: EventProperty, random: Random) -> Any:
    options = options_of(declared)
    if options:
        sendable = [each for each in options if not type_mistake(each, declared.type)]
        return random.choice(sendable or options)
    described = _described(declared)
    if described:
        return random.choice(described)
    return _MAKERS[declared.type](declared.name, random)


def _described(declared: EventProperty) -> tuple[Any, ...]:
    """The values that the description lists, if it lists any of the type."""
    listed = _ALTERNATIVES.search(declared.description or "")
    if listed is None:
        return ()
    words = [word.strip(" .,;:()") for word in listed[0].split("|")]
    if declared.type in ("text", "longtext"):
        return tuple(filter(None, words))
    if declared.type in ("number", "decimal"):
        return tuple(map(int, words)) if all(map(_is_short_number, words)) else ()
    return ()


def _is_short_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10


def _words_in(name: str) -> list[str]:
    """`gracePeriod_days` → grace, period, days."""
    if not name.isascii():
        return [name]
    return [word.lower() for word in _WORDS.findall(name)]


def _text(name: str, random: Random) -> str:
    words = _words_in(name)
    pairs = [f"{one}{two}" for one, two in pairwise(words)]
    for word in (*reversed(pairs), *words[-1:], *reversed(words[:-1])):
        if word in _TEXTS and (word != "at" or words[-1] == "at"):
            return _chosen(_TEXTS[word], words, random)
    return f"{' '.join(words) or 'text'} {random.randint(1, 9)}"


def _chosen(values: Sequence[str], words: Sequence[str], random: Random) -> str:
    """One of the values; what is new is never what was before."""
    if {"previous", "old", "former"} & set(words):
        return values[0]
    return values[-1] if "new" in words else random.choice(values)


def _long_text(name: str, random: Random) -> str:
    return f"A longer {_text(name, random)}, made up as a sample."


def _number(name: str, random: Random) -> int:
    found = [word for word in _words_in(name) if word in _WHOLE]
    return random.choice(_WHOLE[found[-1]] if found else _ANY_NUMBER)


def _decimal(name: str, random: Random) -> float:
    return random.randint(500, 20_000) / 100


def _bool(name: str, random: Random) -> bool:
    return random.choice((True, False))


def _date(name: str, random: Random) -> str:
    first = FIRST_DAY
    if {"birth", "birthday", "birthdate"} & set(_words_in(name)):
        first = date(1980, 1, 1)
    return (first + timedelta(days=random.randrange(365))).isoformat()


def _json(name: str, random: Random) -> Any:
    words = _words_in(name)
    if words and words[-1] in ("items", "lines", "products", "list", "tags"):
        return [{"product_id": _text("sku", random), "quantity": random.randint(1, 5)}]
    return {"sample": random.randint(1, 9)}


_MAKERS: Mapping[str, Callable[[str, Random], Any]] = {
    "bool": _bool,
    "text": _text,
    "longtext": _long_text,
    "number": _number,
    "decimal": _decimal,
    "date": _date,
    "json": _json,
}
