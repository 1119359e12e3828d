"""``/events/trigger/{code_name}`` and ``/events/histories`` (contract §6.2, §6.3)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox import people, shapes, values
from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column, Condition
from reconciler.sandbox.criteria import read_event_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, single
from reconciler.sandbox.folding import name_key
from reconciler.sandbox.handlers.events import SLOTS, slot
from reconciler.sandbox.listing import Source, serve
from reconciler.sandbox.validation import checked

_KEYS = {"id": "id_contact", "email": "email", "phone": "phone"}
"""What matches a contact (contract §6.2), and the name of it in a lookup."""
COLUMNS = {
    "id": Column("id", "number"),
    "id_event": Column("id_event", "number"),
    "code_name": Column("code_name"),
    "status": Column("status", "plain"),
    "target": Column("target"),
    "payload": Column("payload"),
    "date_creation": Column("date_creation", "plain"),
}


def trigger(call: Call) -> Answer:
    """Accept a firing; it is logged even when no contact matches (contract §6.2).
    Unknown code_name: 404.
    """
    body = checked(shapes.TRIGGER, call.json())
    row = call.db.execute(
        "SELECT * FROM event WHERE shop_id = ? AND folded = ?",
        (call.shop, name_key(call.path["code_name"])),
    ).fetchone()
    if row is None:
        raise Refusal(404, f"Event {call.path['code_name']} not found")
    problems = [
        *_target_problems(body),
        *_payload_problems(json.loads(row["properties"]), body),
    ]
    if problems:
        raise Refusal(400, problems)
    call.queue("history", _history(call, row, body))
    return single(
        {"id_event": row["id"], "code_name": row["code_name"], "status": "queued"}
    )


def list_histories(call: Call) -> Answer:
    """List firings, newest first."""
    source = Source(
        table="history",
        scope=Condition("shop_id = ?", (call.shop,)),
        columns=COLUMNS,
        present=_presented,
        order="date_creation DESC",
        tie="id DESC",
    )
    return serve(call, source, read_event_criteria(call))


def _presented(row: sqlite3.Row) -> dict[str, object]:
    """Show a firing; the names of the keys are ours, the contract knows only the
    content (§6.3).
    """
    shown: dict[str, object] = {name: row[name] for name in COLUMNS}
    return {
        **shown,
        "target": json.loads(row["target"]),
        "payload": json.loads(row["payload"]),
    }


def _target_problems(body: Mapping[str, Any]) -> Iterator[str]:
    contact = body.get("contact")
    if not contact and not body.get("visitor"):
        yield "contact or visitor should not be empty"
    elif contact and not any(contact.get(key) for key in _KEYS):
        yield f"contact must have at least one of: {', '.join(_KEYS)}"


def _payload_problems(
    properties: Mapping[str, Any], body: Mapping[str, Any]
) -> Iterator[str]:
    """Check each declared slot: required properties present, types right, nothing
    undeclared.

    A slot the event type does not declare is not checked; one of a target that was not
    given is not required.
    """
    for way in SLOTS:
        declared = slot(properties, way)
        is_addressed = len(way) == 1 or body.get(way[0])
        if declared and is_addressed:
            yield from _slot_problems(declared, slot(body, way) or {}, ".".join(way))


def _slot_problems(
    declared: list[Mapping[str, Any]], sent: Mapping[str, Any], place: str
) -> Iterator[str]:
    known = {item["name"]: item for item in declared}
    for name in sent:
        if name not in known:
            yield f"{place}.property {name} should not exist"
    for name, item in known.items():
        if sent.get(name) is None:
            if item["required"]:
                yield f"{place}.{name} should not be empty"
            continue
        try:
            values.stored(item, sent[name])
        except ValueError as error:
            yield f"{place}.{name} {error}"


def _history(
    call: Call, row: sqlite3.Row, body: Mapping[str, Any]
) -> dict[str, object]:
    contact = body.get("contact") or {}
    found = next(
        (
            id_contact
            for key, by in _KEYS.items()
            if contact.get(key)
            and (id_contact := people.find(call.db, call.shop, by, contact[key]))
            is not None
        ),
        None,
    )
    # Contract §13 row 33: visitors are not known here, so they are logged and never resolved.
    return {
        "id_event": row["id"],
        "code_name": row["code_name"],
        "status": "processed" if found else "target_not_found",
        "target": {
            "id_contact": found,
            "contact": body.get("contact"),
            "visitor": body.get("visitor"),
        },
        "payload": {
            "metaData": body.get("metaData"),
            "customData": body.get("customData"),
        },
    }
