"""What messages need of the shop: rows, contacts, products and prices, and how many there
are (contract §4, §5, §7).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.kinds.definition.live import LiveDefinition
from reconciler.kinds.override.manifest import LiveSource
from reconciler.model.address import casefolded

Values = Mapping[str, Any]
"""A row, a contact or a product, its scalars perhaps as text (contract §2)."""
Wanted = Mapping[str, Collection[str]]
"""The values that each of some fields may have."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that have the wanted values, the oldest first and not all of many; `total`
    counts all. `request` is `METHOD path`.
    """

    first: tuple[Values, ...]
    total: int
    request: str


class MessageShop(Protocol):
    """One shop. Every method sends requests and raises ApiError."""

    def definitions(self) -> Sequence[LiveDefinition]:
        """Those that live."""

    def sources(self) -> Mapping[str, Sequence[LiveSource]]:
        """What overrides native fields such as products.price, the first one first."""

    def rows(self, definition: LiveDefinition, wanted: Wanted) -> Rows:
        """The rows whose fields have these values."""

    def contact(self, number: str) -> Rows:
        """The contact with this id."""

    def product(self, number: str) -> Rows:
        """The product with this id."""

    def count_contacts(self) -> int:
        """How many contacts the shop has."""


class NotLive(Exception):
    """The definition is declared, and the shop does not have it."""

    def __init__(self, definition: str) -> None:
        super().__init__(f"definition/{definition} is not live in this shop")


@dataclass(slots=True)
class Once:
    """The same shop, which is asked for each thing once. `asked` says in words what was
    asked for, in that order.
    """

    shop: MessageShop
    asked: list[str] = field(default_factory=list)
    _definitions: Mapping[str, LiveDefinition] | None = None
    _sources: Mapping[str, Sequence[LiveSource]] | None = None
    _found: dict[Any, Rows] = field(default_factory=dict)

    def definitions(self) -> Mapping[str, LiveDefinition]:
        """Those that live, by their names in the form in which they are compared."""
        if self._definitions is None:
            self.asked.append("the definitions")
            live = self.shop.definitions()
            self._definitions = {casefolded(each.name): each for each in live}
        return self._definitions

    def definition(self, name: str) -> LiveDefinition:
        """The one of that name. Raises NotLive."""
        found = self.definitions().get(casefolded(name))
        if found is None:
            raise NotLive(name)
        return found

    def rows(self, definition: LiveDefinition, wanted: Wanted) -> Rows:
        """The rows whose fields have these values."""
        values = tuple((name, tuple(wanted[name])) for name in wanted)
        key = (definition.id, values)
        if key not in self._found:
            self.asked.append(f"rows of {definition.name}")
            self._found[key] = self.shop.rows(definition, wanted)
        return self._found[key]

    def contact(self, number: str) -> Rows:
        """The contact with this id."""
        key = ("contact", number)
        if key not in self._found:
            self.asked.append("another contact")
            self._found[key] = self.shop.contact(number)
        return self._found[key]

    def product(self, number: str) -> Rows:
        """The product with this id."""
        key = ("product", number)
        if key not in self._found:
            self.asked.append("a product")
            self._found[key] = self.shop.product(number)
        return self._found[key]

    def sources(self, target: str) -> Sequence[LiveSource]:
        """What overrides a native field."""
        if self._sources is None:
            self.asked.append("the overrides")
            self._sources = self.shop.sources()
        return self._sources.get(target, ())
