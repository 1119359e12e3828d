"""The kind `segment`, as the engine sees it."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from reconciler.kinds import conditions
from reconciler.kinds.drawing import Drawing
from reconciler.kinds.kind import Kind
from reconciler.kinds.segment.manifest import Segment
from reconciler.kinds.segment.rules import SEGMENT_RULES
from reconciler.kinds.values import Neighbours, Nouns, Reference
from reconciler.model.address import Address
from reconciler.model.live import LiveResource
from reconciler.model.problem import Problem


class SegmentKind(Kind[Segment, LiveResource]):
    """It lives in the dashboard, and is never sent."""

    name = "segment"
    model = Segment
    live = LiveResource
    key = "name"
    nouns = Nouns("segment", "segments", "segments")
    lives = False
    refers_to = (conditions.DEFINITION,)
    rules: ClassVar = SEGMENT_RULES

    def references(self, resource: Segment) -> Iterator[Reference]:
        yield from conditions.references_in(resource.where, "where")

    def respelled(
        self, resource: Segment, spelling: Callable[[Address], Address]
    ) -> Segment:
        where = conditions.respelled_in(resource.where, spelling)
        return resource.model_copy(update={"where": where})

    def problems(self, resource: Segment) -> Iterator[Problem]:
        yield from conditions.problems_in(resource.where, "where")

    def problems_between(
        self, resource: Segment, others: Neighbours
    ) -> Iterator[Problem]:
        yield from conditions.problems_between(resource.where, "where", others)

    def draw(self, resource: Segment) -> Drawing:
        return Drawing()
