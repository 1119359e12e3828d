"""A definition as the API has it."""

from dataclasses import dataclass
from typing import Any

from reconciler.model.live import LiveResource


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
class LiveDefinition(LiveResource):
    """A definition in any status."""

    id: int
    name: str
    status: str | None
    description: str | None
    unique_keys: tuple[str, ...]
    fields: tuple[LiveField, ...]
    relationships: tuple[LiveRelationship, ...]
