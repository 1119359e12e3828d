"""The price that a contact sees (contract §4).

A source of an override is a field of a definition that has a relation to products. Its
row counts when it is about the product, and every other relation of it leads to the
contact, or to a row that the contact's own rows lead to: contact → assignment → clinic →
price. The first source with a value wins, in order of priority; else the product's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as combinations

from reconciler.sandbox.dashboard.view import (
    CONTACTS,
    PRODUCTS,
    Definition,
    Relation,
    Row,
    View,
)

FIELDS = ("price", "price_discount")


@dataclass(frozen=True)
class Price:
    """What is shown for a product's field, and whose it is: `Definition.field`, or empty
    for the product's own.
    """

    value: object
    native: object
    source: str = ""


def seen(view: View, contact: Row, product: Row, field: str) -> Price:
    """The value of `field` (price or price_discount) that a contact sees."""
    native = product.values.get(field)
    for definition, custom_field in _sources(view, field):
        for row in _rows(view, definition, contact, product):
            value = row.values.get(custom_field)
            if value is not None:
                return Price(value, native, f"{definition.name}.{custom_field}")
    return Price(native, native)


def _sources(view: View, field: str) -> Iterator[tuple[Definition, str]]:
    """The sources in order; one whose definition was deleted is passed over."""
    found = view.db.execute(
        "SELECT id_custom_data_definition, custom_field_name FROM override"
        " WHERE shop_id = ? AND target_system_schema = 'products'"
        " AND system_field_name = ? ORDER BY priority",
        (view.shop, field),
    )
    for number, custom_field in found.fetchall():
        definition = view.numbered(number)
        if definition is not None:
            yield definition, custom_field


def _rows(
    view: View, definition: Definition, contact: Row, product: Row
) -> Iterator[Row]:
    """The rows about the product that are meant for the contact."""
    others = [each for each in definition.relations if each.schema != PRODUCTS]
    meant = [_values(view, relation, contact) for relation in others]
    for relation in definition.to(PRODUCTS):
        about = {relation.source: product.values["product_id"]}
        for values in combinations(*meant):
            sources = [each.source for each in others]
            wanted = {**about, **dict(zip(sources, values, strict=True))}
            yield from view.find(definition, wanted)


def _values(view: View, relation: Relation, contact: Row) -> list[object]:
    """What the field of a relation holds where it leads to the contact, or to a row that
    the contact leads to.
    """
    if relation.schema == CONTACTS:
        return [contact.values["id_shop_contact"]]
    reached = reachable(view, contact)
    return [
        row.values[relation.target]
        for row in reached
        if isinstance(row.home, Definition) and row.home.table.id == relation.schema
    ]


def reachable(view: View, contact: Row) -> list[Row]:
    """The contact's rows, and all that their relations lead to, the nearest first."""
    number = contact.values["id_shop_contact"]
    waiting = [
        row
        for definition in view.definitions
        for row in view.rows_of(definition, number)
    ]
    found: dict[tuple[int, int], Row] = {}
    for row in waiting:
        if not isinstance(row.home, Definition):
            continue
        place = (row.home.table.id, row.values["id"])
        if place not in found:
            found[place] = row
            followed = (view.follow(row, each) for each in row.home.relations)
            waiting.extend(each for each in followed if each is not None)
    return list(found.values())
