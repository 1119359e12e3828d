"""``/events``: event types (contract §6).  Configuration, so every effect is
immediate.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox import shapes
from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column, Condition
from reconciler.sandbox.criteria import read_event_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, single
from reconciler.sandbox.folding import name_key
from reconciler.sandbox.listing import Source, only_asked, serve
from reconciler.sandbox.validation import checked

SLOTS = (
    ("metaData",),
    ("customData",),
    ("contact", "customData"),
    ("visitor", "customData"),
)
"""The four places a payload may carry properties (contract §6.1)."""
COLUMNS = {
    "id_event": Column("id", "number"),
    "name": Column("name"),
    "code_name": Column("folded", "folded"),
    "properties": Column("properties"),
    "created_at": Column("created_at", "plain"),
    "updated_at": Column("updated_at", "plain"),
}


def list_all(call: Call) -> Answer:
    """List event types; ``settings`` or standard parameters (contract §2)."""
    source = Source(
        "event",
        Condition("shop_id = ?", (call.shop,)),
        COLUMNS,
        presented,
        "created_at",
        "id",
    )
    return serve(call, source, read_event_criteria(call))


def get(call: Call) -> Answer:
    """Answer one event type, or only the ``fields`` asked for."""
    shown = presented(by_id(call, call.id("id_event")))
    return single(only_asked(call, shown, COLUMNS))


def create(call: Call) -> Answer:
    """Create an event type; a taken code_name is ``duplicate_event_status`` (contract
    §13 row 18).
    """
    body = checked(shapes.EVENT, call.json())
    properties = _checked_properties(body.get("properties"))
    values = (
        call.shop,
        body["code_name"],
        name_key(body["code_name"]),
        json.dumps(body["name"]),
    )
    try:
        cursor = call.db.execute(
            "INSERT INTO event (shop_id, code_name, folded, name, properties, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, json.dumps(properties), call.today(), call.today()),
        )
    except sqlite3.IntegrityError:
        raise _duplicate(call, body["code_name"]) from None
    return single(presented(by_id(call, cursor.lastrowid or 0)))


def update(call: Call) -> Answer:
    """Change the event type named in the body; ``properties`` are replaced when given
    (contract §13 row 19).
    """
    body = checked(shapes.EVENT_CHANGE, call.json())
    row = by_id(call, int(body["id_event"]))
    present = presented(row)
    wanted = {
        **present,
        **{key: value for key, value in body.items() if value is not None},
    }
    properties = _checked_properties(wanted["properties"])
    values = (
        wanted["code_name"],
        name_key(str(wanted["code_name"])),
        json.dumps(wanted["name"]),
    )
    try:
        call.db.execute(
            "UPDATE event SET code_name = ?, folded = ?, name = ?, properties = ?, updated_at = ? WHERE id = ?",
            (*values, json.dumps(properties), call.today(), row["id"]),
        )
    except sqlite3.IntegrityError:
        raise _duplicate(call, str(wanted["code_name"])) from None
    return single(presented(by_id(call, row["id"])))


def delete(call: Call) -> Answer:
    """Delete an event type for good (contract §13 row 33); its histories stay.  Unknown
    is 404.
    """
    row = by_id(call, call.id("id_event"))
    call.db.execute("DELETE FROM event WHERE id = ?", (row["id"],))
    return single(presented(row))


def by_id(call: Call, id_event: int) -> sqlite3.Row:
    """Return an event type of this shop; Refusal 404 otherwise."""
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM event WHERE id = ? AND shop_id = ?", (id_event, call.shop)
    ).fetchone()
    if row is None:
        raise Refusal(404, "Event not found")
    return row


def presented(row: sqlite3.Row) -> dict[str, object]:
    """Show an event type as the API does."""
    return {
        "id_event": row["id"],
        "name": json.loads(row["name"]),
        "code_name": row["code_name"],
        "properties": json.loads(row["properties"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def slot(payload: Mapping[str, Any] | None, way: tuple[str, ...]) -> Any:
    """Return what a payload or a schema holds in a slot; None when it has none."""
    found: Any = payload
    for step in way:
        found = (found or {}).get(step)
    return found


def _duplicate(call: Call, code_name: str) -> Refusal:
    return Refusal(
        call.switches.duplicate_event_status,
        f"Event with code_name {code_name} already exists",
    )


def _checked_properties(properties: Any) -> dict[str, Any]:
    """Refuse a property that a slot declares twice."""
    if problems := [
        problem
        for way in SLOTS
        for problem in _repeated(slot(properties, way) or [], ".".join(way))
    ]:
        raise Refusal(400, problems)
    return properties or {}


def _repeated(listed: list[Mapping[str, Any]], place: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, item in enumerate(listed):
        if item["name"] in seen:
            yield f"properties.{place}.{index}.name {item['name']} already exists"
        seen.add(item["name"])
