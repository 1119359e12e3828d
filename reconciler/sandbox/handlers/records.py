"""``/custom-data-records/{id_definition}``: the rows of a definition (contract §5)."""

from __future__ import annotations

import re
import sqlite3

from reconciler.sandbox.call import Call, numeric_id
from reconciler.sandbox.conditions import Condition
from reconciler.sandbox.criteria import read_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, bulk, rejected, single
from reconciler.sandbox.handlers.definitions import live
from reconciler.sandbox.handlers.table import (
    BadItem,
    Table,
    partial_row,
    table_of,
    whole_row,
)
from reconciler.sandbox.listing import Source, serve

MAX_BULK_DELETE = 20


def list_all(call: Call) -> Answer:
    """List rows; works on inactive definitions.  Default order is insertion."""
    table = table_of(live(call))
    source = Source(
        table="record",
        scope=Condition("definition_id = ?", (table.id,)),
        columns=table.columns(),
        present=table.shown,
        order="id",
        tie="id",
    )
    return serve(call, source, read_criteria(call))


def save(call: Call) -> Answer:
    """Accept up to ``max_records_batch`` rows; of rows with one unique key in a batch
    the last wins (§13 row 25).
    """
    table = _writable(call)
    items = batch(call.json(), call.switches.max_records_batch)
    refused, rows = [], []
    for index, item in enumerate(items):
        try:
            row = whole_row(call, table, item)
        except BadItem as error:
            refused.append(rejected(index, item, error.errors))
        else:
            rows.append([table.natural(row), table.placed(row)])
    if rows:
        call.queue(
            "record_save",
            {"definition": table.id, "rows": rows, "defaults": table.defaults()},
        )
    return bulk(len(rows), refused)


def change(call: Call) -> Answer:
    """Accept a change of one row's fields; it shows after ``async_delay`` (contract §13
    row 28).
    """
    table = _writable(call)
    present = _row(call, table)
    body = call.json()
    if not isinstance(body, dict):
        raise Refusal(400, ["body must be an object"])
    try:
        row = partial_row(call, table, body)
    except BadItem as error:
        raise Refusal(400, error.errors) from None
    merged = {**table.shown(present), **row}
    natural = table.natural(merged)
    if natural != present["natural"] and _is_taken(call, table, natural):
        raise Refusal(400, "A record with the same unique keys already exists")
    call.queue(
        "record_change",
        {
            "definition": table.id,
            "id": present["id"],
            "natural": natural,
            "values": table.placed(row),
        },
    )
    return single(merged)


def delete(call: Call) -> Answer:
    """Accept the deletion of the row given by the query parameter ``id``; an unknown
    one is no error.
    """
    table = _writable(call)
    parameter = call.parameter("id")
    if parameter is None:
        raise Refusal(400, ["id should not be empty"])
    call.queue(
        "record_delete", {"definition": table.id, "ids": [numeric_id(parameter)]}
    )
    return bulk(1)


def delete_many(call: Call) -> Answer:
    """Accept the deletion of up to 20 rows; unknown ids are skipped.  Numeric text is
    taken as listings show ids so.
    """
    table = _writable(call)
    items = batch(call.json(), MAX_BULK_DELETE)
    ids = {index: _id(item) for index, item in enumerate(items)}
    refused = [
        rejected(i, items[i], ["id must be an integer number"])
        for i, id_ in ids.items()
        if id_ is None
    ]
    known = [id_ for id_ in ids.values() if id_ is not None]
    if known:
        call.queue("record_delete", {"definition": table.id, "ids": known})
    return bulk(len(known), refused)


def batch(body: object, most: int) -> list[object]:
    """Return the items of a bulk body; Refusal 400 when it is no array, empty or too
    long.
    """
    if not isinstance(body, list):
        raise Refusal(400, "Validation failed (parsable array expected)")
    if not body:
        raise Refusal(400, "Validation failed (the array should not be empty)")
    if len(body) > most:
        raise Refusal(
            400, f"Too many elements: {len(body)} sent, at most {most} per request"
        )
    return body


def _writable(call: Call) -> Table:
    """Return the table; Refusal 400 unless the definition is active (contract §3.2, §13
    row 5).
    """
    table = table_of(live(call))
    if table.status != "active":
        raise Refusal(
            400, f"Custom data definition is {table.status}: its records are read-only"
        )
    return table


def _row(call: Call, table: Table) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM record WHERE definition_id = ? AND id = ?",
        (table.id, call.id("id")),
    ).fetchone()
    if row is None:
        raise Refusal(404, "Custom data record not found")
    return row


def _is_taken(call: Call, table: Table, natural: str | None) -> bool:
    found = call.db.execute(
        "SELECT 1 FROM record WHERE definition_id = ? AND natural = ?",
        (table.id, natural),
    )
    return found.fetchone() is not None


def _id(item: object) -> int | None:
    if (
        isinstance(item, bool)
        or not isinstance(item, int | str)
        or not re.fullmatch(r"[0-9]+", str(item))
    ):
        return None
    return numeric_id(str(item))
