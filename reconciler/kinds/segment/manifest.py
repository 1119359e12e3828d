"""What a manifest may say of a segment (contract §8)."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.kinds.conditions import Where
from reconciler.model.resource import Day, Name, Optional, Resource


class Segment(Resource):
    """One segment of the dashboard: contacts for which all conditions hold."""

    kind: Literal["segment"] = "segment"
    name: Name
    where: Annotated[Where, Field(min_length=1)]
    copied_on: Optional[Day] = None
