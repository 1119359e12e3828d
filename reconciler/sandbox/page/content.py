"""What the page shows, as plain values: read in one snapshot, a page of each listing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.dashboard import material, outbox, prices
from reconciler.sandbox.dashboard.segments import members
from reconciler.sandbox.dashboard.view import CONTACTS, Definition, Row, View
from reconciler.sandbox.handlers.events import SLOTS, slot
from reconciler.sandbox.page.picture import Override, picture
from reconciler.sandbox.page.texts import cut

PAGE = 8
MOST_SHOWN = 20
MOST_CHOICES = 200
LONGEST_TEXT = 20_000
_OVERRIDES = (
    "SELECT id_custom_data_definition, custom_field_name, system_field_name, priority"
    " FROM override WHERE shop_id = ? ORDER BY system_field_name, priority"
)


@dataclass(frozen=True)
class Asked:
    """What a browser wants to see; a number that makes no sense counts as the first."""

    shop: int
    numbers: Mapping[str, str]

    def number(self, name: str, default: int = 1) -> int:
        """A number of the query, between 1 and what a database can hold."""
        text = self.numbers.get(name, "")
        if not (text.isascii() and text.isdecimal()) or len(text) > 15:
            return default
        return max(1, int(text))


def content(db: sqlite3.Connection, asked: Asked, now: float) -> dict[str, Any]:
    """Everything on the page but the names of the shops."""
    view = View(db, asked.shop)
    return {
        "picture": picture(view.definitions, _overrides(view)),
        "records": _records(view, asked),
        "contacts": _page(view, asked, "contacts", "contact", _contact_row),
        "events": [_event(row) for row in _rows(view, "event", MOST_CHOICES)][::-1],
        "histories": _page(view, asked, "histories", "history", _history),
        "segments": [
            _segment(view, each, now) for each in material.segments(db, asked.shop)
        ],
        "scenarios": [_scenario(each) for each in material.scenarios(db, asked.shop)],
        "outbox": _page(view, asked, "outbox", "outbox", _message),
        "prices": _prices(view, asked),
    }


def _overrides(view: View) -> list[Override]:
    return [
        Override(row[0], row[1], row[2], row[3])
        for row in view.db.execute(_OVERRIDES, (view.shop,))
    ]


def _rows(view: View, table: str, most: int, skipped: int = 0) -> list[sqlite3.Row]:
    query = (
        f"SELECT * FROM {table} WHERE shop_id = ? ORDER BY rowid DESC LIMIT ? OFFSET ?"  # noqa: S608 - ours
    )
    return view.db.execute(query, (view.shop, most, skipped)).fetchall()


def _page(
    view: View,
    asked: Asked,
    name: str,
    table: str,
    show: Callable[[View, sqlite3.Row], dict[str, Any]],
) -> dict[str, Any]:
    """One page of a table, the newest first."""
    query = f"SELECT count(*) FROM {table} WHERE shop_id = ?"  # noqa: S608 - ours
    total = view.db.execute(query, (view.shop,)).fetchone()[0]
    place = _place(asked, name, total)
    found = _rows(view, table, PAGE, (place["page"] - 1) * PAGE)
    return {**place, "rows": [show(view, row) for row in found]}


def _place(asked: Asked, name: str, total: int) -> dict[str, int]:
    pages = max(1, -(-total // PAGE))
    return {"page": min(asked.number(name), pages), "pages": pages, "total": total}


def _records(view: View, asked: Asked) -> dict[str, Any]:
    """A page of the rows of one definition, and the definitions to choose from."""
    counts = {each.table.id: _count(view, each) for each in view.definitions}
    chosen = view.numbered(asked.number("definition", 0))
    if chosen is None:
        filled = [each for each in view.definitions if counts[each.table.id]]
        chosen = max(filled, key=lambda each: len(each.to(CONTACTS)), default=None)
    choices = [
        {"id": each.table.id, "name": cut(each.name), "total": counts[each.table.id]}
        for each in view.definitions
    ]
    if chosen is None:
        return {
            "choices": choices,
            "chosen": 0,
            "columns": [],
            "rows": [],
            **_place(asked, "records", 0),
        }
    place = _place(asked, "records", counts[chosen.table.id])
    found = view.db.execute(
        "SELECT * FROM record WHERE definition_id = ? ORDER BY id LIMIT ? OFFSET ?",
        (chosen.table.id, PAGE, (place["page"] - 1) * PAGE),
    )
    rows = [chosen.table.shown(row) for row in found]
    return {
        "choices": choices,
        "chosen": chosen.table.id,
        "columns": ["id", *(cut(field["name"]) for field in chosen.table.fields)],
        "rows": [[cut(value) for value in row.values()] for row in rows],
        **place,
    }


def _count(view: View, definition: Definition) -> int:
    found = view.db.execute(
        "SELECT count(*) FROM record WHERE definition_id = ?", (definition.table.id,)
    )
    return int(found.fetchone()[0])


def _person(row: Row | None) -> dict[str, str]:
    """A contact in a few words."""
    if row is None:
        return {"id": "", "name": "", "email": ""}
    known = row.values
    name = " ".join(
        filter(None, (known["contact_first_name"], known["contact_last_name"]))
    )
    return {
        "id": str(known["id_shop_contact"]),
        "name": cut(name),
        "email": cut(known["contact_data_email"]),
    }


def _contact_row(view: View, row: sqlite3.Row) -> dict[str, str]:
    contact = view.contact(row["id"])
    assert contact
    known = contact.values
    more = {
        "phone": cut(known["contact_data_sms"]),
        "lang": cut(known["contact_lang"]),
        "customer": cut(known["id_customer_shop"]),
    }
    return {**_person(contact), **more}


def _event(row: sqlite3.Row) -> dict[str, Any]:
    """An event type and the properties of its payload."""
    declared = json.loads(row["properties"])
    properties = [
        {
            "name": cut(each["name"]),
            "type": cut(each["type"]),
            "slot": ".".join(way),
            "required": bool(each["required"]),
        }
        for way in SLOTS
        for each in slot(declared, way) or ()
    ]
    return {"code_name": cut(row["code_name"]), "properties": properties}


def _history(view: View, row: sqlite3.Row) -> dict[str, Any]:
    target, payload = json.loads(row["target"]), json.loads(row["payload"])
    asked = target.get("contact") or target.get("visitor")
    sent = {name: value for name, value in payload.items() if value is not None}
    return {
        "id": row["id"],
        "at": row["date_creation"],
        "code_name": cut(row["code_name"]),
        "status": row["status"],
        "target": _person(view.contact(target["id_contact"])),
        "asked": cut(asked),
        "payload": cut(sent.get("metaData", sent)),
        "messages": _messages_of(view, row["id"]),
    }


def _messages_of(view: View, history: int) -> int:
    """How many messages a firing has started."""
    found = view.db.execute(
        "SELECT count(*) FROM outbox WHERE shop_id = ? AND json_extract(started_by, '$.history') = ?",
        (view.shop, history),
    )
    return int(found.fetchone()[0])


def _segment(view: View, segment: material.Segment, now: float) -> dict[str, Any]:
    found = members(view, segment.where, now)
    shown = [_person(view.contact(number)) for number in found.contacts[:MOST_SHOWN]]
    return {
        "name": cut(segment.name),
        "where": [
            f"{cut(path)} {_condition(asked)}" for path, asked in segment.where.items()
        ],
        "problems": [cut(problem) for problem in found.problems],
        "total": len(found.contacts),
        "contacts": shown,
    }


def _condition(asked: object) -> str:
    """What a criterion asks, as the dashboard would word it."""
    if not isinstance(asked, Mapping):
        return f"= {cut(asked)}"
    rows = asked.get("rows")
    if rows is not None:
        least, since = rows.get("at_least", 1), rows.get("since")
        return f"at least {least} row{'' if least == 1 else 's'}" + (
            f" since {since}" if since else ""
        )
    operator, value = str(asked.get("operator", "EQUALS")), cut(asked.get("value"))
    return (
        f"= {value}"
        if operator == "EQUALS"
        else f"{cut(operator.lower().replace('_', ' '))} {value}"
    )


def _scenario(scenario: material.Scenario) -> dict[str, Any]:
    when = f" ({', '.join(scenario.moments)})" if scenario.by == "record" else ""
    return {
        "name": cut(scenario.name),
        "active": scenario.is_active,
        "trigger": f"{scenario.by} {cut(scenario.of)}{when}",
        "template": cut(scenario.template),
        "filters": [
            f"{cut(path)} {_condition(asked)}"
            for path, asked in scenario.filters.items()
        ],
    }


def _message(view: View, row: sqlite3.Row) -> dict[str, Any]:
    message = outbox.message_of(row)
    return {
        "id": message.id,
        "at": message.sent_at,
        "scenario": cut(message.scenario),
        "template": cut(message.template),
        "to": _person(view.contact(message.contact)),
        "subject": cut(message.subject),
        "body": cut(message.body, LONGEST_TEXT),
        "cause": cut(message.cause),
        "holes": [cut(hole) for hole in message.holes],
    }


def _prices(view: View, asked: Asked) -> dict[str, Any]:
    """What one contact sees, beside the products' own prices."""
    found = view.db.execute(
        "SELECT id FROM contact WHERE shop_id = ? ORDER BY id LIMIT ?",
        (view.shop, MOST_CHOICES),
    ).fetchall()
    choices = [_person(view.contact(row["id"])) for row in found]
    contact = view.contact(asked.number("contact", found[0]["id"] if found else 0))
    query = "SELECT count(*) FROM product WHERE shop_id = ?"
    place = _place(asked, "prices", view.db.execute(query, (view.shop,)).fetchone()[0])
    products = view.db.execute(
        "SELECT product_id FROM product WHERE shop_id = ? ORDER BY product_id LIMIT ? OFFSET ?",
        (view.shop, PAGE, (place["page"] - 1) * PAGE),
    )
    rows = [
        _price(view, contact, view.product(row["product_id"]))
        for row in products.fetchall()
    ]
    return {"choices": choices, "chosen": _person(contact)["id"], "rows": rows, **place}


def _price(view: View, contact: Row | None, product: Row | None) -> dict[str, str]:
    assert product
    shown = {
        "product": cut(product.values["product_id"]),
        "name": cut(product.values.get("name")),
    }
    for field in prices.FIELDS:
        native = product.values.get(field)
        seen = prices.Price(native, native)
        if contact is not None:
            seen = prices.seen(view, contact, product, field)
        shown |= {
            field: cut(seen.value),
            f"{field}_native": cut(seen.native),
            f"{field}_source": cut(seen.source),
        }
    return shown
