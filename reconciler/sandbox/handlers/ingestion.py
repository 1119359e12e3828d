"""What customers and products have in common: bulk writes of shop data, keyed by the
shop's own id (contract §7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.sandbox import shapes
from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column
from reconciler.sandbox.envelopes import Answer, bulk, rejected
from reconciler.sandbox.handlers.records import batch
from reconciler.sandbox.validation import Shape, checked, problems


@dataclass(frozen=True)
class Resource:
    """One kind of shop data: its key, where it is stored, the shapes of an item, of a
    change and of a bulk delete.
    """

    key: str
    table: str
    item: Shape
    change: Shape
    keys: Shape

    @property
    def save(self) -> str:
        """Name the queued write that inserts and updates."""
        return f"{self.table}_save"

    @property
    def update(self) -> str:
        """Name the queued write that changes what exists."""
        return f"{self.table}_change"

    @property
    def delete(self) -> str:
        """Name the queued write that deletes."""
        return f"{self.table}_delete"

    def columns(self) -> dict[str, Column]:
        """Give the columns a listing can filter and order by."""
        numeric = {
            name
            for name, member in self.item["properties"].items()
            if member.get("type") == "number"
        }
        return {
            name: Column(
                f"json_extract(data, '$.{name}')",
                "number" if name in numeric else "text",
            )
            for name in self.item["properties"]
        }


CUSTOMERS = Resource(
    "customer_id",
    "customer",
    shapes.CUSTOMER,
    shapes.CUSTOMER_CHANGE,
    shapes.CUSTOMER_IDS,
)
PRODUCTS = Resource(
    "product_id",
    "product",
    shapes.PRODUCT,
    shapes.PRODUCT_CHANGE,
    shapes.PRODUCT_IDS,
)


def save(call: Call, resource: Resource) -> Answer:
    """Accept up to 50 items (POST); the valid ones are inserted or updated on their
    key.
    """
    return _accept(call, resource, resource.save, partial(problems, resource.item))


def change(call: Call, resource: Resource) -> Answer:
    """Accept changes of up to 50 items that exist (PUT); what is not sent stays."""
    check = partial(_change_problems, call, resource)
    return _accept(call, resource, resource.update, check)


def _accept(
    call: Call, resource: Resource, kind: str, check: Callable[[Any], list[str]]
) -> Answer:
    """Queue the items without problems, and reject the others one by one."""
    refused, accepted = [], []
    for index, item in enumerate(batch(call.json(), shapes.MAX_BULK)):
        if errors := check(item):
            refused.append(rejected(index, item, errors))
        else:
            accepted.append(_kept(resource, item))
    if accepted:
        call.queue(kind, accepted)
    return bulk(len(accepted), refused)


def _change_problems(call: Call, resource: Resource, item: Any) -> list[str]:
    if errors := problems(resource.change, item):
        return errors
    key = key_text(item[resource.key])
    known = _is_known(call, resource, key)
    return [] if known else [f"{resource.table} {key} not found"]


def _is_known(call: Call, resource: Resource, key: str) -> bool:
    """Tell whether an item exists, or waits in the queue to be inserted."""
    stored = call.db.execute(
        f"SELECT 1 FROM {resource.table} WHERE shop_id = ? AND {resource.key} = ?",  # noqa: S608 - both names are ours
        (call.shop, key),
    ).fetchone()
    queued = call.db.execute(
        "SELECT 1 FROM pending, json_each(pending.payload) AS item"
        " WHERE pending.shop_id = ? AND pending.kind = ?"
        " AND json_extract(item.value, ?) = ?",
        (call.shop, resource.save, f"$.{resource.key}", key),
    ).fetchone()
    return stored is not None or queued is not None


def delete_many(call: Call, resource: Resource) -> Answer:
    """Accept the deletion of up to 50 items given as ``{<key>s: […]}``; unknown ones
    are skipped.
    """
    body = checked(resource.keys, call.json())
    keys = [key_text(key) for key in body[f"{resource.key}s"]]
    call.queue(resource.delete, keys)
    return bulk(len(keys))


def key_text(key: object) -> str:
    """Compare ids as text (contract §13 row 31)."""
    return str(int(key)) if isinstance(key, float) else str(key)


def _kept(resource: Resource, item: Any) -> dict[str, object]:
    """Give what is stored of an item.

    Properties that are not modelled here are stored like others: only configuration
    and record endpoints are strict (contract §1).
    """
    kept = {name: value for name, value in item.items() if name != "label_source"}
    return {**kept, resource.key: key_text(item[resource.key])}
