"""A toy kind that the API does not have: it is checked, referred to and drawn, and never sent."""

from collections.abc import Iterator
from typing import Literal

from reconciler.kinds.kind import Kind
from reconciler.kinds.values import Nouns, Reference
from reconciler.model.address import Address
from reconciler.model.live import LiveResource
from reconciler.model.resource import Name, Resource


class Memo(Resource):
    """A note that a colleague has left on a definition."""

    kind: Literal["memo"] = "memo"
    name: Name
    about: Name


class MemoKind(Kind[Memo, LiveResource]):
    """One reference, and nothing else."""

    name = "memo"
    model = Memo
    key = "name"
    nouns = Nouns("memo", "memos", "memos")
    lives = False
    refers_to = ("definition",)

    def references(self, resource: Memo) -> Iterator[Reference]:
        yield Reference(Address("definition", resource.about), None, ("about",))
