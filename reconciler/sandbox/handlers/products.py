"""``/products``: the shop's catalogue (contract §7)."""

from __future__ import annotations

import json

from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Condition
from reconciler.sandbox.criteria import read_criteria
from reconciler.sandbox.envelopes import Answer, bulk
from reconciler.sandbox.handlers import ingestion
from reconciler.sandbox.handlers.ingestion import PRODUCTS
from reconciler.sandbox.listing import Source, serve


def save(call: Call) -> Answer:
    """Accept products to insert or update on ``product_id``."""
    return ingestion.save(call, PRODUCTS)


def change(call: Call) -> Answer:
    """Accept changes of products that exist; unknown ids are rejected."""
    return ingestion.change(call, PRODUCTS)


def list_all(call: Call) -> Answer:
    """List products."""
    source = Source(
        table="product",
        scope=Condition("shop_id = ?", (call.shop,)),
        columns=PRODUCTS.columns(),
        present=lambda row: json.loads(row["data"]),
        order="product_id",
        tie="product_id",
    )
    return serve(call, source, read_criteria(call))


def delete(call: Call) -> Answer:
    """Accept the deletion of one product; idempotent, answered as a bulk write."""
    call.queue(PRODUCTS.delete, [call.path["product_id"]])
    return bulk(1)


def delete_many(call: Call) -> Answer:
    """Accept the deletion of ``{product_ids: […]}``."""
    return ingestion.delete_many(call, PRODUCTS)
