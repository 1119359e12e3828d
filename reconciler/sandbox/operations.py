"""The table of operations: what the router serves and the OpenAPI document describes.

Order matters: ``overrides``, ``trigger``, ``histories`` and ``all`` are static segments
that win over an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.sandbox import shapes
from reconciler.sandbox.call import Handler
from reconciler.sandbox.handlers import (
    contacts,
    customers,
    definitions,
    events,
    lifecycle,
    overrides,
    products,
    records,
    triggers,
)
from reconciler.sandbox.handlers.ingestion import CUSTOMERS, PRODUCTS
from reconciler.sandbox.validation import Shape

PREFIX = "/v1"
Kind = Literal["single", "listing", "bulk"]


@dataclass(frozen=True)
class Operation:
    """One method on one path (without ``/v1``), its handler, the kind of its answer and
    the shape of its body.
    """

    method: str
    path: str
    handler: Handler
    answer: Kind = "single"
    body: Shape | None = None
    query: tuple[str, ...] = ()
    columns: Sequence[str] = ()
    """What a read can be narrowed, ordered and filtered by."""

    @property
    def is_record_batch(self) -> bool:
        """Tell whether the body is as long as the switch for records allows."""
        return self.body is shapes.RECORDS

    @property
    def name(self) -> str:
        """Name the operation after its handler, and its method where two share one."""
        module = self.handler.__module__.rpartition(".")[2]
        return f"{module}_{self.handler.__name__}_{self.method.lower()}"


_DEFINITIONS = "/custom-data-definitions"
_DEFINITION = f"{_DEFINITIONS}/{{id_definition}}"
_RECORDS = "/custom-data-records/{id_definition}"
_PAIR = ("target_system_schema", "system_field_name")

OPERATIONS = (
    Operation(
        "GET",
        f"{_DEFINITIONS}/overrides",
        overrides.list_all,
        "listing",
        columns=tuple(overrides.COLUMNS),
    ),
    Operation(
        "PUT",
        f"{_DEFINITIONS}/overrides",
        overrides.replace,
        body=shapes.OVERRIDES,
        query=_PAIR,
    ),
    Operation(
        "GET",
        _DEFINITIONS,
        definitions.list_all,
        "listing",
        columns=tuple(definitions.COLUMNS),
    ),
    Operation("POST", _DEFINITIONS, definitions.create, body=shapes.DEFINITION),
    Operation("GET", _DEFINITION, definitions.get),
    Operation(
        "PATCH", f"{_DEFINITION}/extend", definitions.extend, body=shapes.EXTENSION
    ),
    Operation("PATCH", f"{_DEFINITION}/activate", lifecycle.activate),
    Operation("PATCH", f"{_DEFINITION}/deactivate", lifecycle.deactivate),
    Operation("DELETE", _DEFINITION, lifecycle.delete),
    Operation("GET", _RECORDS, records.list_all, "listing", columns=("id",)),
    Operation(
        "POST",
        f"{_RECORDS}/bulk-delete",
        records.delete_many,
        "bulk",
        shapes.RECORD_IDS,
    ),
    Operation("POST", _RECORDS, records.save, "bulk", shapes.RECORDS),
    Operation("DELETE", _RECORDS, records.delete, "bulk", query=("id",)),
    Operation("PATCH", f"{_RECORDS}/{{id}}", records.change, body=shapes.RECORD),
    Operation(
        "GET",
        "/events/histories",
        triggers.list_histories,
        "listing",
        columns=tuple(triggers.COLUMNS),
    ),
    Operation(
        "POST", "/events/trigger/{code_name}", triggers.trigger, body=shapes.TRIGGER
    ),
    Operation(
        "GET", "/events", events.list_all, "listing", columns=tuple(events.COLUMNS)
    ),
    Operation("POST", "/events", events.create, body=shapes.EVENT),
    Operation("PATCH", "/events", events.update, body=shapes.EVENT_CHANGE),
    Operation("GET", "/events/{id_event}", events.get, columns=tuple(events.COLUMNS)),
    Operation("DELETE", "/events/{id_event}", events.delete),
    Operation(
        "GET", "/contacts/all", contacts.list_all, "listing", columns=contacts.FIELDS
    ),
    Operation("GET", "/contacts", contacts.get, columns=contacts.FIELDS),
    Operation(
        "GET",
        "/contacts/{id}/custom-data-definitions",
        contacts.list_definitions,
        "listing",
        columns=tuple(definitions.COLUMNS),
    ),
    Operation(
        "POST",
        "/customers/bulk-delete",
        customers.delete_many,
        "bulk",
        shapes.CUSTOMER_IDS,
    ),
    Operation(
        "GET",
        "/customers",
        customers.list_all,
        "listing",
        columns=tuple(CUSTOMERS.columns()),
    ),
    Operation("POST", "/customers", customers.save, "bulk", shapes.CUSTOMERS),
    Operation("PUT", "/customers", customers.change, "bulk", shapes.CUSTOMER_CHANGES),
    Operation(
        "GET",
        "/customers/{customer_id}",
        customers.get,
        columns=tuple(CUSTOMERS.columns()),
    ),
    Operation("DELETE", "/customers/{customer_id}", customers.delete, "bulk"),
    Operation(
        "POST",
        "/products/bulk-delete",
        products.delete_many,
        "bulk",
        shapes.PRODUCT_IDS,
    ),
    Operation(
        "GET",
        "/products",
        products.list_all,
        "listing",
        columns=tuple(PRODUCTS.columns()),
    ),
    Operation("POST", "/products", products.save, "bulk", shapes.PRODUCTS),
    Operation("PUT", "/products", products.change, "bulk", shapes.PRODUCT_CHANGES),
    Operation("DELETE", "/products/{product_id}", products.delete, "bulk"),
)
