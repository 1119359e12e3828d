"""The price that a contact sees (contract §4): the first source of an override that has a
row for the contact and the product, else the product's own price.

How the platform finds that row no source says in full. The guide's example leads from the
contact by its own row to a clinic, and from there to the clinic's price: so a row counts
when each of its relationships but the one to products leads to the contact, or to a row
that the contact's own rows lead to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combinations
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.kinds.definition.live import LiveDefinition, LiveRelationship
from reconciler.kinds.override.manifest import LiveSource
from reconciler.messages.shop import Once, Values

FIELDS = ("price", "price_discount")
"""Those that can be overridden (contract §4)."""
_CONTACTS, _PRODUCTS, _ID = "contacts", "products", "id"


@dataclass(frozen=True, slots=True)
class Tried:
    """One source in the order of priority, such as VetPricing.price, and what came of it."""

    source: str
    priority: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Price:
    """What the contact sees of a field of a product. `source` is empty where that is the
    product's own value, `native`.
    """

    field: str
    value: Any
    native: Any
    source: str = ""
    priority: int | None = None
    tried: tuple[Tried, ...] = ()


class Prices:
    """The prices that one contact sees. Raises ApiError."""

    def __init__(self, shop: Once, contact: int) -> None:
        self._shop = shop
        self._contact = contact

    def seen(self, product: Values, field: str) -> Price:
        """What there is of `field` (price or price_discount) of a product."""
        native = canonical(product.get(field), "decimal")
        tried: list[Tried] = []
        for source in self._shop.sources(f"{_PRODUCTS}.{field}"):
            definition = self._numbered(source.definition_id)
            name = definition.name if definition else f"#{source.definition_id}"
            said = f"{name}.{source.field}"
            value, outcome = self._value_from(definition, source, product)
            tried.append(Tried(said, source.priority, outcome))
            if value is not None:
                return Price(field, value, native, said, source.priority, tuple(tried))
        return Price(field, native, native, tried=tuple(tried))

    def _value_from(
        self, definition: LiveDefinition | None, source: LiveSource, product: Values
    ) -> tuple[Any, str]:
        """What a source has, if anything, and what came of it in words."""
        if definition is None:
            return None, "its definition does not live any more"
        to_products = [each for each in definition.relationships if _is_about(each)]
        if not to_products:
            return None, f"{definition.name} has no relationship to products"
        meant: dict[str, list[str]] = {}
        for relation in definition.relationships:
            if not _is_about(relation):
                meant[relation.source_field] = self._values(relation)
        missing = [name for name, values in meant.items() if not values]
        if missing:
            return None, f"no row of the contact leads to a {missing[0]}"
        for relation in to_products:
            about = {relation.source_field: [str(product["product_id"])]}
            rows = self._shop.rows(definition, {**about, **meant}).first
            for row in _in_order(rows, meant):
                if row.get(source.field) not in (None, ""):
                    found = canonical(row[source.field], "decimal")
                    return found, f"row {row[_ID]} of {definition.name}"
        return None, "no row has a price for this contact and product"

    def _numbered(self, number: int | None) -> LiveDefinition | None:
        live = self._shop.definitions().values()
        return next((each for each in live if each.id == number), None)

    def _values(self, relation: LiveRelationship) -> list[str]:
        """What the field of a relationship has where it leads to the contact, or to a row
        that the contact leads to.
        """
        if relation.system == _CONTACTS:
            return [str(self._contact)]
        reached = self._reached(relation.target_id)
        field = relation.target_field or _ID
        found = [str(row[field]) for row in reached if row.get(field) is not None]
        return list(dict.fromkeys(found))

    def _reached(self, target: int | None) -> Iterator[Values]:
        """The rows of a definition that the contact's own rows lead to, the nearest
        first; only what can lead there is read.
        """
        live = list(self._shop.definitions().values())
        towards = _leading_to(target, live)
        waiting = [(each, row) for each in towards for row in self._own_rows(each)]
        seen = set()
        for definition, row in waiting:
            if (definition.id, row[_ID]) in seen:
                continue
            seen.add((definition.id, row[_ID]))
            if definition.id == target:
                yield row
            for relation in definition.relationships:
                there = _with_id(relation.target_id, towards)
                if there is not None:
                    waiting += self._followed(row, relation, there)

    def _own_rows(self, definition: LiveDefinition) -> Iterator[Values]:
        for relation in definition.relationships:
            if relation.system == _CONTACTS:
                wanted = {relation.source_field: (str(self._contact),)}
                yield from self._shop.rows(definition, wanted).first

    def _followed(
        self, row: Values, relation: LiveRelationship, there: LiveDefinition
    ) -> list[tuple[LiveDefinition, Values]]:
        value = row.get(relation.source_field)
        if value in (None, ""):
            return []
        wanted = {relation.target_field or _ID: (str(value),)}
        return [(there, each) for each in self._shop.rows(there, wanted).first[:1]]


def _is_about(relation: LiveRelationship) -> bool:
    return relation.system == _PRODUCTS


def _with_id(
    number: int | None, definitions: Sequence[LiveDefinition]
) -> LiveDefinition | None:
    return next((each for each in definitions if each.id == number), None)


def _leading_to(
    target: int | None, live: Sequence[LiveDefinition]
) -> list[LiveDefinition]:
    """The definition itself, and those whose relationships lead there."""
    found = {target}
    while True:
        more = {
            each.id
            for each in live
            if any(relation.target_id in found for relation in each.relationships)
        }
        if more <= found:
            return [each for each in live if each.id in found]
        found |= more


def _in_order(
    rows: Sequence[Values], meant: Mapping[str, Sequence[str]]
) -> Iterator[Values]:
    """The rows by what they are meant for, the nearest first."""
    for values in combinations(*meant.values()):
        for row in rows:
            if tuple(str(row.get(name)) for name in meant) == values:
                yield row
