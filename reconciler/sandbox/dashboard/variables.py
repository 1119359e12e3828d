"""`{var=…}` in a message (contract §8): what stands for what, when it is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.dashboard import prices
from reconciler.sandbox.dashboard.view import CONTACTS, PRODUCTS, Row, View

_SEGMENT = r"[\w-](?:[\w -]*[\w-])?"
_VARIABLE = re.compile(rf"\{{var=({_SEGMENT}(?:\.{_SEGMENT})*)\}}")
"""What does not look so is text, and is sent as it stands."""


@dataclass(frozen=True)
class Rendered:
    """A text with its variables replaced, and those that nothing was found for."""

    text: str
    holes: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """Where variables get their values: a shop, the contact that is written to, and the
    `metaData` of the event, if one started it.
    """

    view: View
    contact: Row
    meta_data: Mapping[str, Any]

    def render(self, text: str) -> Rendered:
        """Replace every variable; one without a value leaves a hole, for there is no
        other text to put there.

        Nothing is escaped: whether the server does it in HTML, no source says.
        """
        holes = []

        def written(found: re.Match[str]) -> str:
            value = self.value(found[1].split("."))
            if value in (None, ""):
                holes.append(found[1])
            return printed(value)

        return Rendered(_VARIABLE.sub(written, text), tuple(holes))

    def value(self, path: Sequence[str]) -> object:
        """What a path leads to, or None: a root, relations to follow, a field."""
        root, *hops = path[:-1] or (path[0],)
        if len(path) == 1:
            return None
        if root == "metaData":
            return self.meta_data.get(path[1]) if not hops else None
        row = self.contact if root == "contact" else self._row_of(root)
        for hop in hops:
            row = self._followed(row, hop)
        return None if row is None else self._field(row, path[-1])

    def _row_of(self, name: str) -> Row | None:
        """The contact's row; of several the oldest, as no source says which."""
        definition = self.view.called(name)
        if definition is None:
            return None
        rows = self.view.rows_of(definition, self.contact.values["id_shop_contact"])
        return rows[0] if rows else None

    def _followed(self, row: Row | None, hop: str) -> Row | None:
        if row is None or isinstance(row.home, str):
            return None
        for relation in row.home.relations:
            if relation.hop == hop:
                return self.view.follow(row, relation)
        return None

    def _field(self, row: Row, name: str) -> object:
        if row.home == CONTACTS:
            return _of_contact(row, name)
        if row.home == PRODUCTS and name in prices.FIELDS:
            seen = prices.seen(self.view, self.contact, row, name)
            return seen.value
        return row.values.get(name)


def _of_contact(row: Row, name: str) -> object:
    """Templates leave out `contact_`, of the API's names (contract §8)."""
    for known in (f"contact_{name}", f"contact_data_{name}", name):
        if known in row.values:
            return row.values[known]
    return None


def printed(value: object) -> str:
    """A value in a message. How lists and objects are printed no source says; here it is
    JSON.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
