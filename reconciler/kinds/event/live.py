"""An event type as the API has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.live import LiveResource


@dataclass(frozen=True, slots=True)
class LiveProperty:
    """One payload key of a live event type."""

    name: str
    type: str
    required: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class LiveEvent(LiveResource):
    """An event type; `name` is the text, or the first of a language map's texts
    (contract §13 row 17).
    """

    id: int
    code_name: str
    name: str
    properties: Mapping[str, tuple[LiveProperty, ...]]
    names: tuple[str, ...] = ()
    status: None = None
