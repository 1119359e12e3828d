"""An event type as the API has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.live import LiveResource


@dataclass(frozen=True, slots=True)
class LiveProperty:
    """One payload key of a live event type. `unknown` is what else the API says of it:
    it is sent back as it came. What is None was not said, and is not sent either.
    """

    name: str
    type: str | None
    required: bool | None = None
    description: str | None = None
    unknown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveEvent(LiveResource):
    """An event type; `name` is a text, or texts by language (contract §13 row 17).
    `unknown` is what its properties hold beside slots, by their dotted path.
    """

    id: int
    code_name: str
    name: str | Mapping[str, Any]
    properties: Mapping[str, tuple[LiveProperty, ...]]
    unknown: Mapping[str, Any] = field(default_factory=dict)
    status: None = None
