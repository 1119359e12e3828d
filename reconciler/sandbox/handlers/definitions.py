"""``/custom-data-definitions``: list, get, create, extend (contract §3.2)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from reconciler.sandbox import shapes
from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column, Condition
from reconciler.sandbox.criteria import read_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, single
from reconciler.sandbox.folding import name_key
from reconciler.sandbox.handlers import schemas
from reconciler.sandbox.listing import Source, serve
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.validation import checked

NAME_TAKEN = "custom data definition name is already used."
COLUMNS = {
    "id_definition": Column("id", "number"),
    "id": Column("id", "number"),
    "name": Column("folded", "folded"),
    "description": Column("description"),
    "status": Column("status", "plain"),
    "unique_keys": Column("unique_keys"),
    "fields": Column("fields"),
    "relationships": Column("relationships"),
    "created_at": Column("created_at", "plain"),
    "updated_at": Column("updated_at", "plain"),
}
_SNAKE = {
    "sourceField": "source_field",
    "targetSchemaType": "target_schema_type",
    "targetSchema": "target_schema",
    "targetField": "target_field",
}


def list_all(call: Call) -> Answer:
    """List definitions, tombstones included (contract §3.2); default order is creation,
    oldest first.
    """
    return _listed(call, Condition("shop_id = ?", (call.shop,)))


def list_some(call: Call, ids: Sequence[int]) -> Answer:
    """List the definitions with these ids."""
    marks = ", ".join("?" * len(ids))
    return _listed(call, Condition(f"id IN ({marks})", tuple(ids)))


def _listed(call: Call, scope: Condition) -> Answer:
    source = Source(
        table="definition",
        scope=scope,
        columns=COLUMNS,
        present=lambda row: presented(row, call.switches),
        order="created_at",
        tie="id",
    )
    return serve(call, source, read_criteria(call))


def get(call: Call) -> Answer:
    """Answer one definition; unknown or deleted is ``not_found_status``."""
    return single(presented(live(call), call.switches))


def create(call: Call) -> Answer:
    """Create a definition, active at once unless ``creating_seconds`` says
    otherwise.
    """
    body = checked(shapes.DEFINITION, call.json())
    fields = body["fields"]
    unique_keys = body.get("unique_keys") or []
    relationships = schemas.with_targets(body.get("relationships") or [])
    problems = [
        *schemas.field_problems(fields, ()),
        *schemas.key_problems(unique_keys, fields),
        *schemas.relationship_problems(call, relationships, fields),
    ]
    if problems:
        raise Refusal(400, problems)
    values = (
        *(
            call.shop,
            body["name"],
            name_key(body["name"]),
            body.get("description"),
            *_transition(call, "creating"),
        ),
        *(
            json.dumps(unique_keys),
            json.dumps(fields),
            json.dumps(relationships),
            call.today(),
            call.today(),
        ),
    )
    try:
        cursor = call.db.execute(
            "INSERT INTO definition (shop_id, name, folded, description, status, settles_at, settles_as,"
            " unique_keys, fields, relationships, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    except sqlite3.IntegrityError:
        raise Refusal(400, NAME_TAKEN) from None  # contract §3.2 presumes 400
    return single(presented(by_id(call, cursor.lastrowid or 0), call.switches))


def extend(call: Call) -> Answer:
    """Append fields and relationships, change name and description in place (contract
    §3.2).

    Repeating an existing field or an already related source field is refused (contract
    §13 row 26).  An empty body changes nothing.  An inactive definition may be
    extended: only its records are read-only.
    """
    row = live(call)
    body = checked(shapes.EXTENSION, call.json())
    present, related = json.loads(row["fields"]), json.loads(row["relationships"])
    added, relationships = (
        body.get("fields") or [],
        schemas.with_targets(body.get("relationships") or []),
    )
    problems = [
        *schemas.field_problems(added, present),
        *schemas.repeated_relations(relationships, related),
        *schemas.relationship_problems(call, relationships, [*present, *added]),
    ]
    if problems:
        raise Refusal(400, problems)
    name = body.get("name") or row["name"]
    description = (
        body["description"]
        if body.get("description") is not None
        else row["description"]
    )
    call_values = (name, name_key(name), description, json.dumps([*present, *added]))
    try:
        call.db.execute(
            "UPDATE definition SET name = ?, folded = ?, description = ?, fields = ?, relationships = ?,"
            " updated_at = ? WHERE id = ?",
            (
                *call_values,
                json.dumps([*related, *relationships]),
                call.today(),
                row["id"],
            ),
        )
    except sqlite3.IntegrityError:
        raise Refusal(400, NAME_TAKEN) from None
    if added or relationships:
        _start_editing(call, row)
    return single(presented(by_id(call, row["id"]), call.switches))


def live(call: Call) -> sqlite3.Row:
    """Return the definition of the path; Refusal when it is unknown, deleted or another
    shop's (contract §12).
    """
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM definition WHERE id = ? AND shop_id = ? AND status <> 'deleted'",
        (call.id("id_definition"), call.shop),
    ).fetchone()
    if row is None:
        raise Refusal(
            call.switches.not_found_status, "Custom data definition not found"
        )
    return row


def by_id(call: Call, id_definition: int) -> sqlite3.Row:
    """Return a definition that is known to exist."""
    row: sqlite3.Row = call.db.execute(
        "SELECT * FROM definition WHERE id = ?", (id_definition,)
    ).fetchone()
    return row


def presented(row: sqlite3.Row, switches: Switches) -> dict[str, object]:
    """Show a definition as the API does, under the switches ``id_key`` and
    ``relation_case``.
    """
    keys = ("id_definition", "id") if switches.id_key == "both" else (switches.id_key,)
    relationships = json.loads(row["relationships"])
    if switches.relation_case == "snake":
        relationships = [_snake(relationship) for relationship in relationships]
    return {
        **dict.fromkeys(keys, row["id"]),
        "name": row["name"],
        "description": row["description"],
        "status": row["status"],
        "unique_keys": json.loads(row["unique_keys"]),
        "fields": json.loads(row["fields"]),
        "relationships": relationships,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _snake(relationship: dict[str, Any]) -> dict[str, Any]:
    return {_SNAKE[key]: value for key, value in relationship.items()}


def _transition(call: Call, through: str) -> tuple[str, float | None, str | None]:
    """Give status, when it settles and as what."""
    if not call.switches.creating_seconds:
        return "active", None, None
    return through, call.now + call.switches.creating_seconds, "active"


def _start_editing(call: Call, row: sqlite3.Row) -> None:
    """Show ``editing`` for a while (contract §3.1); it settles as what the definition
    was before.
    """
    status, settles_at, _ = _transition(call, "editing")
    if settles_at is not None:
        call.db.execute(
            "UPDATE definition SET status = ?, settles_at = ?, settles_as = ? WHERE id = ?",
            (status, settles_at, row["settles_as"] or row["status"], row["id"]),
        )
