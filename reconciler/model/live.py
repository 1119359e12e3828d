"""What the API has now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address

GONE = "(not there) a definition that does not exist"
"""What is said of a stored id that the API does not list."""
TRANSIENT = ("creating", "editing")
"""Statuses a definition leaves by itself (contract §3.1)."""


@dataclass(frozen=True, slots=True)
class LiveField:
    """A field as the API reports it; `type` is canonical but may be one this tool does
    not know.
    """

    name: str
    type: str
    label: str
    required: bool = False
    description: str | None = None
    default: Any = None
    options: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class LiveRelationship:
    """A stored relationship; exactly one of `system` (a schema's name) and `target_id`
    is set.
    """

    source_field: str
    system: str | None
    target_id: int | None
    target_field: str | None


@dataclass(frozen=True, slots=True)
class LiveDefinition:
    """A definition that is not deleted."""

    id: int
    name: str
    status: str | None
    description: str | None
    unique_keys: tuple[str, ...]
    fields: tuple[LiveField, ...]
    relationships: tuple[LiveRelationship, ...]


@dataclass(frozen=True, slots=True)
class LiveProperty:
    """One payload key of a live event type."""

    name: str
    type: str
    required: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event type; `name` is the text, or the first of a language map's texts
    (contract §13 row 17).
    """

    id: int
    code_name: str
    name: str
    properties: Mapping[str, tuple[LiveProperty, ...]]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveSource:
    """One stored override source, by the id of its definition."""

    definition_id: int
    field: str
    priority: int


@dataclass(frozen=True, slots=True)
class LiveOverride:
    """The stored sources of one native field, at least one."""

    target: str
    sources: tuple[LiveSource, ...]


@dataclass(frozen=True, slots=True)
class Created:
    """The id that a create answered with; `status` is None when the answer did not
    say.
    """

    id: int
    status: str | None = None


LiveResource = LiveDefinition | LiveEvent | LiveOverride


@dataclass(frozen=True, slots=True)
class Live:
    """What the API has now. Keys are addresses under the server's own spelling of the
    name.

    `others` has words for the ids of definitions that are no candidates (deleted, or a
    second one of the same name): relationships may still point at them.
    """

    definitions: Mapping[Address, LiveDefinition] = field(default_factory=dict)
    events: Mapping[Address, LiveEvent] = field(default_factory=dict)
    overrides: Mapping[Address, LiveOverride] = field(default_factory=dict)
    others: Mapping[int, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def resources(self) -> dict[Address, LiveResource]:
        """Everything that lives, by address."""
        return {**self.definitions, **self.events, **self.overrides}

    @property
    def ids(self) -> dict[str, int]:
        """The server's id of each definition and event."""
        identified: list[tuple[Address, LiveDefinition | LiveEvent]] = [
            *self.definitions.items(),
            *self.events.items(),
        ]
        return {str(address): resource.id for address, resource in identified}
