"""The order of all changes, and what each of them has to wait for.

Creates and updates come first, each after what it needs; then the deletes, each after
what points at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.diff.compare import Comparison
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked
from reconciler.plan.draft import Draft
from reconciler.plan.impact import old_name
from reconciler.plan.order import needs, references
from reconciler.plan.topology import arrange

Waits = dict[Address, tuple[Address, ...]]
"""Addresses in the order in which they can be sent, each with what must be done before."""


def sequence_of(
    drafts: Mapping[Address, Draft],
    blocked: tuple[Blocked, ...],
    comparison: Comparison,
) -> Waits:
    """The order of the changes. What is blocked may be waited for too: it never ends
    well, and then whatever waits for it is skipped.
    """
    deletes = {a for a, draft in drafts.items() if draft.action == "delete"}
    writes = {a: draft for a, draft in drafts.items() if a not in deletes}
    # Deletes last: until the writes are done, something may still need what goes.
    return {
        **_order_of_writes(writes, _BlockedAddresses.by(blocked, comparison)),
        **_order_of_deletes(deletes, set(writes), comparison),
    }


def _order_of_writes(
    drafts: Mapping[Address, Draft], stopped: "_BlockedAddresses"
) -> Waits:
    freed_by = _names_that_get_free(drafts)
    graph: dict[Address, set[Address]] = {}
    for address, draft in drafts.items():
        graph[address] = {need for need, _ in needs(draft, drafts)}
        # The server refuses a second live name, so the old one has to be free first.
        if rename := freed_by.get(address.folded):
            graph[address].add(rename)
    blocked = {address: stopped.needed_by(draft) for address, draft in drafts.items()}
    return _waits(graph, blocked)


def _order_of_deletes(
    deletes: set[Address], writes: set[Address], comparison: Comparison
) -> Waits:
    graph: dict[Address, set[Address]] = {}
    writes_before: dict[Address, set[Address]] = {}
    for address in deletes:
        pointing = set(comparison.users.get(address, ()))
        graph[address] = pointing & deletes
        # What points at it may let go of it, or be renamed, in this very plan.
        writes_before[address] = pointing & writes
    return _waits(graph, writes_before)


def _waits(
    graph: Mapping[Address, set[Address]], others: Mapping[Address, set[Address]]
) -> Waits:
    """The nodes of the graph in order, each with what it needs in the graph, and with
    what it waits for among `others`, which are no nodes.
    """
    order, kept = arrange(graph)
    return {a: tuple(sorted(others[a].union(kept[a]))) for a in order}


def _names_that_get_free(drafts: Mapping[Address, Draft]) -> dict[Address, Address]:
    """Old name (folded) → the rename that frees it."""
    freed: dict[Address, Address] = {}
    for address, draft in drafts.items():
        if old := old_name(draft):
            former = Address(address.kind, old).folded
            if former != address.folded:
                freed[former] = address
    return freed


@dataclass(frozen=True, slots=True)
class _BlockedAddresses:
    """Each blocked address with its rule, and with the fields that it has in the shop."""

    rules: Mapping[Address, str]
    fields: Mapping[Address, frozenset[str]]

    @classmethod
    def by(
        cls, blocked: tuple[Blocked, ...], comparison: Comparison
    ) -> "_BlockedAddresses":
        rules = {item.address: item.rule for item in blocked}
        fields = {}
        for address in rules:
            resource = comparison.live.resources.get(address)
            if resource is not None:
                fields[address] = frozenset(kind_of(address).fields_of(resource))
        return cls(rules, fields)

    def needed_by(self, draft: Draft) -> set[Address]:
        """The blocked addresses without which a change cannot be sent."""
        return {
            named.address
            for named in references(draft)
            if named.address in self.rules
            and self._is_missing(draft, named.address, named.field)
        }

    def _is_missing(self, draft: Draft, address: Address, field: str | None) -> bool:
        if kind_of(draft.address).needs_declared:
            return True
        if self.rules[address] == "accent-conflict":
            return True  # nothing lives under that name, so there is no id
        return field is not None and field not in self.fields.get(address, ())
