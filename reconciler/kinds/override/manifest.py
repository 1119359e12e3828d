"""What a manifest may say of an override, and what the API has (contract §4)."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt

from reconciler.kinds.definition_name import DefinitionName
from reconciler.model.live import LiveResource
from reconciler.model.resource import MAY_BE_UNREADABLE, Name, Part, Resource
from reconciler.model.unquoted import check_decimal

OverrideTarget = Literal["products.price", "products.price_discount"]


class OverrideSource(Part):
    """One definition field that replaces the native value; priority 1 wins (contract §4)."""

    definition: DefinitionName
    field: Name
    priority: Annotated[
        StrictInt, Field(ge=1, le=3), MAY_BE_UNREADABLE, BeforeValidator(check_decimal)
    ]


class Override(Resource):
    """The whole ordered list of sources for one native field."""

    kind: Literal["override"] = "override"
    target: OverrideTarget
    sources: tuple[OverrideSource, ...] = Field(max_length=3)


@dataclass(frozen=True, slots=True)
class LiveSource:
    """One stored override source, by the id of its definition. What else the API shows
    of it is never sent: a write takes these keys and no others (contract §1, §4).
    """

    definition_id: int
    field: str
    priority: int


@dataclass(frozen=True, slots=True)
class LiveOverride(LiveResource):
    """The stored sources of one native field, at least one."""

    target: str
    sources: tuple[LiveSource, ...]
    id: None = None
    status: None = None
