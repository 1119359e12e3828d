"""What a kind contributes to the picture of a shop: boxes with lines in them, and arrows
between them.
"""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["", "create", "update", "delete", "blocked"]
"""What happens to a box or to a line in it; nothing is the empty text."""


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


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference between boxes, or with `override` a field that replaces a native
    value. `start` and `end` are addresses, or names of system tables.
    """

    start: str
    end: str
    label: str
    target_field: str = ""
    override: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one resource or one change adds to the picture."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
