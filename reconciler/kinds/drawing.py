"""What a kind contributes to the picture of a shop: boxes with lines in them, and arrows
between them.
"""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["", "create", "update", "delete", "blocked"]
"""What happens to a box, to a line in it or to an arrow; nothing is the empty text."""
MARKS_OF_PARTS: dict[str, Mark] = {
    "added": "create",
    "changed": "update",
    "removed": "delete",
}
"""What happens to a line or an arrow, by what a difference does to it."""


@dataclass(frozen=True, slots=True)
class NodeField:
    """One line in a box."""

    name: str
    type: str = ""
    key: bool = False
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: a resource, or with `system` one of ShopiMind's own tables."""

    address: str
    title: str
    fields: tuple[NodeField, ...] = ()
    mark: Mark = ""
    system: bool = False

    @property
    def is_touched(self) -> bool:
        """Whether something happens to it, or to a line in it."""
        return bool(self.mark) or any(line.mark for line in self.fields)


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference between boxes, or with `override` one of a rule that replaces a native
    value. `start` and `end` are addresses, or names of system tables; `label` and
    `target_field` are the lines in them at which it begins and ends.
    """

    start: str
    end: str
    label: str
    target_field: str = ""
    override: bool = False
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one resource or one change adds to the picture."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
