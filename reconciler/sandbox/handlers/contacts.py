"""``/contacts``: unified profiles, derived from customers and read-only (contract
§7).
"""

from __future__ import annotations

import json
import sqlite3

from reconciler.sandbox import people
from reconciler.sandbox.call import Call, numeric_id
from reconciler.sandbox.conditions import Column, Condition
from reconciler.sandbox.criteria import read_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, single
from reconciler.sandbox.handlers import definitions
from reconciler.sandbox.handlers.table import table_of
from reconciler.sandbox.listing import Source, only_asked, serve

_CHANNELS = ("email", "sms", "push")
_PLACES = (*_CHANNELS, "embed", "popin")
FIELDS = (
    "id_shop_contact",
    "id_customer_shop",
    "id_shop_customer",
    *(f"contact_data_{channel}" for channel in _CHANNELS),
    *(
        f"contact_{part}"
        for part in (
            *("first_name", "last_name", "gender", "birthday", "lang"),
            *("country", "state", "latitude", "longitude"),
        )
    ),
    *("optin_data_email", "optin_data_sms"),
    *(
        f"{what}_data_{channel}"
        for what in ("unsub", "reject")
        for channel in _CHANNELS
    ),
    *(
        f"last_{what}_data_{place}"
        for what in ("views", "clics", "sales")
        for place in _PLACES
    ),
    "last_sales_data_valid",
    *(
        f"{what}_{channel}"
        for what in ("perfect_timing_data", "can_receive")
        for channel in _CHANNELS
    ),
    *("is_registered", "active", "created_on_shop_at", "created_at", "updated_at"),
)
"""Contract §7; what nothing determines here is null."""
COLUMNS = {name: Column(f"json_extract(data, '$.{name}')") for name in FIELDS} | {
    "id_shop_contact": Column("id", "number")
}
_IDENTIFIERS = {
    "id_shop_contact": "id_contact",
    "id_customer_shop": "id_customer",
    "contact_data_email": "email",
}


def get(call: Call) -> Answer:
    """Answer the contact that exactly one identifier names, or 404.

    Without an identifier it is 400 (contract §13 row 14); ``/contacts/all`` lists.
    """
    given = {
        name: value
        for name in _IDENTIFIERS
        if (value := call.parameter(name)) is not None
    }
    if len(given) != 1:
        raise Refusal(400, [f"exactly one of {', '.join(_IDENTIFIERS)} is required"])
    ((name, value),) = given.items()
    wanted = numeric_id(value) if name == "id_shop_contact" else value
    found = people.find(call.db, call.shop, _IDENTIFIERS[name], wanted)
    if found is None:
        raise Refusal(404, "Contact not found")
    shown = _presented(
        call.db.execute("SELECT * FROM contact WHERE id = ?", (found,)).fetchone()
    )
    return single(only_asked(call, shown, COLUMNS))


def list_definitions(call: Call) -> Answer:
    """List the definitions that have a row for the contact (contract §7)."""
    contact = call.id("id")
    if people.find(call.db, call.shop, "id_contact", contact) is None:
        raise Refusal(404, "Contact not found")
    every = call.db.execute(
        "SELECT * FROM definition WHERE shop_id = ? AND status <> 'deleted'",
        (call.shop,),
    )
    having = [row["id"] for row in every if table_of(row).has_row_of(call.db, contact)]
    return definitions.list_some(call, having)


def list_all(call: Call) -> Answer:
    """List contacts."""
    source = Source(
        "contact",
        Condition("shop_id = ?", (call.shop,)),
        COLUMNS,
        _presented,
        "id",
        "id",
    )
    return serve(call, source, read_criteria(call))


def _presented(row: sqlite3.Row) -> dict[str, object]:
    return {
        **dict.fromkeys(FIELDS),
        **json.loads(row["data"]),
        "id_shop_contact": row["id"],
    }
