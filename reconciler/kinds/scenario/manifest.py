"""What a manifest may say of a scenario (contract §8)."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.kinds.conditions import Where
from reconciler.model.resource import (
    MAY_BE_UNREADABLE,
    Day,
    Name,
    Optional,
    Part,
    Resource,
)

Moment = Literal["created", "updated"]


class Trigger(Part):
    """What starts it: exactly one of an event, the rows of a definition, or a segment.
    `on` says which of the rows' changes count; without it both do.
    """

    event: Optional[Name] = None
    record: Optional[Name] = None
    segment: Optional[Name] = None
    on: Optional[Annotated[tuple[Moment, ...], Field(min_length=1)]] = None


class Scenario(Resource):
    """One scenario of the dashboard; the API cannot show it."""

    kind: Literal["scenario"] = "scenario"
    name: Name
    trigger: Annotated[Trigger, MAY_BE_UNREADABLE]
    filters: Where = Field(default_factory=dict)
    template: Optional[Name] = None
    status: Literal["active", "inactive"] = "active"
    copied_on: Optional[Day] = None
