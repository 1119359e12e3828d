"""What customers and products have in common: bulk writes of shop data, keyed by the
shop's own id (contract §7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.sandbox import shapes
from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column
from reconciler.sandbox.envelopes import Answer, bulk, rejected
from reconciler.sandbox.handlers.records import batch
from reconciler.sandbox.validation import Shape, checked, problems

MAX_BATCH = 50


@dataclass(frozen=True)
class Resource:
    """One kind of shop data: its key, the shape of an item and of a bulk delete, the
    kinds of its queued writes.
    """

    key: str
    item: Shape
    keys: Shape
    save: str
    delete: str

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
    shapes.CUSTOMER,
    shapes.CUSTOMER_IDS,
    "customer_save",
    "customer_delete",
)
PRODUCTS = Resource(
    "product_id", shapes.PRODUCT, shapes.PRODUCT_IDS, "product_save", "product_delete"
)


def save(call: Call, resource: Resource) -> Answer:
    """Accept up to 50 items; the valid ones are inserted or updated on their key.

    PUT of an unknown key inserts too.  Properties that are unknown are dropped: only
    configuration and record endpoints are strict (contract §1).
    """
    refused, accepted = [], []
    for index, item in enumerate(batch(call.json(), MAX_BATCH)):
        if errors := [
            *problems(resource.item, item),
            *_format_problems(resource.item, item),
        ]:
            refused.append(rejected(index, item, errors))
        else:
            accepted.append(_kept(resource, item))
    if accepted:
        call.queue(resource.save, accepted)
    return bulk(len(accepted), refused)


def delete_many(call: Call, resource: Resource) -> Answer:
    """Accept the deletion of up to 50 items given as ``{<key>s: […]}``; unknown ones
    are skipped.
    """
    body = checked(resource.keys, call.json())
    keys = [key_text(key) for key in batch(body[f"{resource.key}s"], MAX_BATCH)]
    call.queue(resource.delete, keys)
    return bulk(len(keys))


def key_text(key: object) -> str:
    """Compare ids as text (contract §13 row 31)."""
    return str(int(key)) if isinstance(key, float) else str(key)


def _kept(resource: Resource, item: Any) -> dict[str, object]:
    known = {
        name: value
        for name, value in item.items()
        if name in resource.item["properties"]
    }
    return {**known, resource.key: key_text(item[resource.key])}


def _format_problems(shape: Shape, item: object) -> list[str]:
    if not isinstance(item, Mapping):
        return []
    formats = {
        name: member["format"]
        for name, member in shape["properties"].items()
        if "format" in member
    }
    return [
        f"{name} must be {_FORMATS[wanted][1]}"
        for name, wanted in formats.items()
        if isinstance(item.get(name), str) and not _FORMATS[wanted][0](item[name])
    ]


def _is_email(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and domain) and not any(
        character.isspace() for character in text
    )


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_FORMATS = {
    "email": (_is_email, "an email"),
    "date-time": (_is_time, "a valid ISO 8601 date string"),
}
