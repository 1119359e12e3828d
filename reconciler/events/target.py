"""Whom an event is about: as it is written, sent, shown and compared."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.events.shop import Body, Target

KEYS = ("id", "email", "phone")
"""What a contact is matched by (contract §6.2)."""
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ./()-]{2,30}")
_ID = re.compile(r"[1-9][0-9]{0,17}")
_FORMS = {"id": _ID, "email": _EMAIL, "phone": _PHONE}
_EXAMPLES = {
    "id": "id=1042",
    "email": "email=a@b.example",
    "phone": "phone=+33612345678",
}


def parse_target(text: str) -> Target:
    """`id=1042`, `email=…` or `phone=…`. Raises ValueError, which says what is wrong."""
    key, sign, value = text.partition("=")
    value = value.strip()
    if not sign or key not in KEYS:
        hint = ""
        if key in ("id_customer", "customer_id", "id_contact"):
            hint = f" {key} is for rows: an event's contact has an id, an e-mail or a phone."
        raise ValueError(f"{text!r} is not id=, email= or phone= and a value.{hint}")
    if not _FORMS[key].fullmatch(value) or not value.isprintable():
        raise ValueError(
            f"{value!r} is no {_word(key)}: write it as in {_EXAMPLES[key]}."
        )
    if key == "id":
        return Target(id=int(value))
    return Target(email=value) if key == "email" else Target(phone=value)


def target_of(body: Body) -> Target:
    """Whom a request is about."""
    contact, visitor = body.get("contact"), body.get("visitor")
    known: dict[str, Any] = {}
    if isinstance(contact, Mapping):
        known = {key: contact[key] for key in KEYS if contact.get(key)}
    if isinstance(visitor, Mapping):
        known["visitor"] = visitor.get("id")
    return Target(**known)


def with_target(body: Body, target: Target) -> Body:
    """The request about somebody else; what it says of the contact besides stays."""
    said = body.get("contact")
    kept = (
        {k: v for k, v in said.items() if k not in KEYS}
        if isinstance(said, Mapping)
        else {}
    )
    keys = {key: value for key in KEYS if (value := getattr(target, key)) is not None}
    others = {k: v for k, v in body.items() if k not in ("contact", "visitor")}
    return {"contact": {**keys, **kept}, **others}


def named(target: Target) -> str:
    """The target in a few letters, for a question: personal data is cut short."""
    if target.email:
        return shortened(target.email)
    if target.phone:
        return f"a phone ending in {target.phone[-2:]}"
    if target.id is not None:
        return f"contact {target.id}"
    return f"visitor {target.visitor}"


def shortened(email: str) -> str:
    """`marie.…@example.com`: the first part of the name, or its first letter."""
    local, _, domain = email.rpartition("@")
    first, dot, _ = local.partition(".")
    begin = f"{first}." if dot and first else local[:1]
    return f"{begin}…@{domain}"


def option_of(target: Target) -> str:
    """How the target stands in a command that is to be typed, without personal data."""
    if target.email:
        return "--contact email=…"
    if target.phone:
        return "--contact phone=…"
    return "" if target.id is None else f"--contact id={target.id}"


def quoted(target: Target) -> str:
    """The target in full, as its sender wrote it."""
    if target.email or target.phone:
        return f'"{target.email or target.phone}"'
    return named(target)


def is_same(asked: Target, shown: Target, contact: int | None) -> bool | None:
    """Whether a history row is about the target that was asked for; None when the row
    shows nothing that they share. `contact` is what it was resolved to.
    """
    pairs = (
        (asked.id, shown.id),
        (asked.id, contact),
        (_folded(asked.email), _folded(shown.email)),
        (_digits(asked.phone), _digits(shown.phone)),
        (asked.visitor, shown.visitor),
    )
    said = [mine == theirs for mine, theirs in pairs if mine and theirs]
    return any(said) if said else None


def _folded(email: str | None) -> str | None:
    return email.strip().casefold() if email else None


def _digits(phone: str | None) -> str | None:
    return re.sub(r"[^0-9+]", "", phone) if phone else None


def _word(key: str) -> str:
    return {"id": "id", "email": "e-mail", "phone": "phone number"}[key]
