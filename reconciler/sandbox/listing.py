"""Serving one page of a listing (contract §2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column, Condition, condition
from reconciler.sandbox.criteria import Criteria, read_criteria
from reconciler.sandbox.envelopes import Answer, Page, Refusal, listing

Present = Callable[[sqlite3.Row], dict[str, object]]


@dataclass(frozen=True)
class Source:
    """Where rows come from: ``scope`` limits them, ``order`` is the default one,
    ``tie`` makes any order total.
    """

    table: str
    scope: Condition
    columns: Mapping[str, Column]
    present: Present
    order: str
    tie: str


def serve(call: Call, source: Source, asked: Criteria) -> Answer:
    """Answer the page that was asked for; Refusal 400 for an unknown field in order,
    filters or fields.
    """
    where = _where(source, asked)
    # Names of tables and columns are ours; what the request says goes in as parameters only.
    selected = f"FROM {source.table} WHERE {where.sql}"
    total = call.db.execute(f"SELECT count(*) {selected}", where.parameters).fetchone()[
        0
    ]
    page = (
        f"SELECT * {selected} ORDER BY {_order(call, source, asked)} LIMIT ? OFFSET ?"
    )
    rows = call.db.execute(page, (*where.parameters, asked.limit, asked.offset))
    shown = [_shown(call, source.present(row), asked) for row in rows]
    return listing(shown, Page(total, asked.limit, asked.offset), call.now)


def only_asked(
    call: Call, item: dict[str, object], known: Mapping[str, Column]
) -> dict[str, object]:
    """Give of one resource the ``fields`` that were asked for, or all of it; Refusal
    400 for an unknown one.
    """
    fields = read_criteria(call).fields
    if not fields:
        return item
    for name in fields:
        _known(known, name, "fields")
    return {name: item[name] for name in fields if name in item}


def stringified(value: object) -> object:
    """Turn every scalar into text, at any depth, as JavaScript prints it; null stays
    null (contract §2).
    """
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case list():
            return [stringified(item) for item in value]
        case dict():
            return {key: stringified(item) for key, item in value.items()}
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _shown(call: Call, item: dict[str, object], asked: Criteria) -> object:
    picked = (
        {key: item[key] for key in asked.fields if key in item}
        if asked.fields
        else item
    )
    return stringified(picked) if call.switches.stringify_listings else picked


def _where(source: Source, asked: Criteria) -> Condition:
    parts = [source.scope]
    for index, wanted in enumerate(asked.filters):
        place = f"filters.{index}"
        parts.append(
            condition(_column(source, wanted.field, f"{place}.field"), wanted, place)
        )
    _check_fields(source, asked)
    return Condition(
        " AND ".join(part.sql for part in parts),
        tuple(p for part in parts for p in part.parameters),
    )


def _check_fields(source: Source, asked: Criteria) -> None:
    for name in asked.fields:
        _column(source, name, "fields")


def _column(source: Source, name: str, place: str) -> Column:
    return _known(source.columns, name, place)


def _known(columns: Mapping[str, Column], name: str, place: str) -> Column:
    if name not in columns:
        listed = ", ".join(columns)
        raise Refusal(400, [f"{place} must be one of the following values: {listed}"])
    return columns[name]


def _order(call: Call, source: Source, asked: Criteria) -> str:
    """Give the SQL order; what the request leaves open is by ``tie``, or random with
    ``shuffle_listings``.
    """
    open_end = "random()" if call.switches.shuffle_listings else source.tie
    if not asked.order:
        return (
            open_end
            if call.switches.shuffle_listings
            else f"{source.order}, {open_end}"
        )
    keys = []
    for index, key in enumerate(asked.order):
        column = _column(source, key.field, f"order.{index}.field")
        sql = f"fold({column.sql})" if column.kind == "text" else column.sql
        keys.append(f"{sql} {'DESC' if key.descending else 'ASC'}")
    return ", ".join([*keys, open_end])
