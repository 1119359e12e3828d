"""``/customers``: what the shop knows of its customers (contract §7)."""

from __future__ import annotations

import json

from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Condition
from reconciler.sandbox.criteria import read_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, bulk, single
from reconciler.sandbox.handlers import ingestion
from reconciler.sandbox.handlers.ingestion import CUSTOMERS
from reconciler.sandbox.listing import Source, only_asked, serve


def save(call: Call) -> Answer:
    """Accept customers to insert or update on ``customer_id``."""
    return ingestion.save(call, CUSTOMERS)


def change(call: Call) -> Answer:
    """Accept changes of customers that exist; unknown ids are rejected."""
    return ingestion.change(call, CUSTOMERS)


def list_all(call: Call) -> Answer:
    """List customers."""
    source = Source(
        table="customer",
        scope=Condition("shop_id = ?", (call.shop,)),
        columns=CUSTOMERS.columns(),
        present=lambda row: json.loads(row["data"]),
        order="customer_id",
        tie="customer_id",
    )
    return serve(call, source, read_criteria(call))


def get(call: Call) -> Answer:
    """Answer one customer, or only the ``fields`` asked for; 404 if unknown."""
    row = call.db.execute(
        "SELECT data FROM customer WHERE shop_id = ? AND customer_id = ?",
        (call.shop, call.path["customer_id"]),
    ).fetchone()
    if row is None:
        raise Refusal(404, "Customer not found")
    return single(only_asked(call, json.loads(row["data"]), CUSTOMERS.columns()))


def delete(call: Call) -> Answer:
    """Accept the deletion of one customer; idempotent, answered as a bulk write."""
    call.queue(CUSTOMERS.delete, [call.path["customer_id"]])
    return bulk(1)


def delete_many(call: Call) -> Answer:
    """Accept the deletion of ``{customer_ids: […]}``."""
    return ingestion.delete_many(call, CUSTOMERS)
