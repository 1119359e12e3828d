"""What the manifest of an event type says of its payload, by slot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.form.typed import plain, typed
from reconciler.kinds.event.manifest import SLOTS, Event, EventProperty
from reconciler.model.address import Address
from reconciler.model.manifest import Desired

Slot = Mapping[str, EventProperty]
Way = tuple[str, ...]
"""The keys that lead to a slot in a payload."""
WAYS: Mapping[str, Way] = {slot: tuple(slot.split(".")) for slot in SLOTS}
TARGETS = ("contact", "visitor")
"""Whom a payload is about; their own slot hangs below them (contract §6.2)."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The slots of one event type, each with its properties by name. A slot that the
    manifest does not write is empty.
    """

    address: Address
    slots: Mapping[str, Slot]

    @property
    def code(self) -> str:
        """Its code name."""
        return self.address.name

    def homes_of(self, name: str) -> tuple[str, ...]:
        """The slots that have a property of this name."""
        return tuple(slot for slot in SLOTS if name in self.slots[slot])


def options_of(declared: EventProperty) -> tuple[Any, ...]:
    """The values that a property may have, as they are sent; empty when it is free."""
    options = declared.options or ()
    return tuple(plain(typed(option, declared.type)) for option in options)


def schema_of(event: Event) -> Schema:
    """What one manifest says."""
    written = event.properties.by_slot()
    slots = {
        slot: {each.name: each for each in written.get(slot, ())} for slot in SLOTS
    }
    return Schema(Address("event", event.code_name), slots)


def schemas_in(desired: Desired) -> dict[str, Schema]:
    """Those of all event types that are to live, by their code names."""
    found = {}
    for address, manifest in desired.manifests.items():
        if isinstance(manifest.resource, Event) and not manifest.absent:
            found[address.name] = schema_of(manifest.resource)
    return found
