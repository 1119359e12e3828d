"""Putting templates, segments and scenarios into a shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.sandbox.dashboard import material
from reconciler.sandbox.dashboard.reactions import Reactions
from reconciler.sandbox.envelopes import iso
from reconciler.sandbox.store import Store


def load(
    store: Store, shop: int, items: Mapping[str, Iterable[Mapping[str, Any]]]
) -> dict[str, int]:
    """Replace all of the shop's templates, segments and scenarios by `{kind: items}`;
    give the counts. Whoever is in a segment now does not enter it later.

    ValueError as for `material.replace`; nothing has changed then.
    """
    store.settle()
    with store.writing() as db:
        counts = material.replace(db, shop, items)
        Reactions(db, shop).take_stock(iso(store.clock()))
    return counts
