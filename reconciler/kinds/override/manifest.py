"""What a manifest may say of an override, and what the API has (contract §4)."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from reconciler.model.live import LiveResource
from reconciler.model.resource import MAY_BE_UNREADABLE, Name, Part, Resource

OverrideTarget = Literal["products.price", "products.price_discount"]


class OverrideSource(Part):
    """One definition field that replaces the native value; priority 1 wins (contract §4)."""

    definition: Name
    field: Name
    priority: Annotated[StrictInt, Field(ge=1, le=3), MAY_BE_UNREADABLE]


class Override(Resource):
    """The whole ordered list of sources for one native field."""

    kind: Literal["override"] = "override"
    target: OverrideTarget
    sources: tuple[OverrideSource, ...] = Field(max_length=3)


@dataclass(frozen=True, slots=True)
class LiveSource:
    """One stored override source, by the id of its definition. `unknown` is what else
    the API says of it: it is sent back as it came.
    """

    definition_id: int
    field: str
    priority: int
    unknown: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveOverride(LiveResource):
    """The stored sources of one native field, at least one."""

    target: str
    sources: tuple[LiveSource, ...]
    id: None = None
    status: None = None
