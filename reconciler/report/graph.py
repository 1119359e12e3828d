"""The picture of definitions and their relationships as a value, before any format
draws it.

It is made from the manifests, from a plan, or from both: the manifests know all fields,
the plan knows what changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.kinds.drawing import Drawing, Edge, Mark, Node, NodeField
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.manifest import Desired
from reconciler.model.plan import Plan

__all__ = ["MARKS", "Edge", "Mark", "Node", "NodeField", "Picture"]

MARKS: dict[Mark, str] = {
    "": "",
    "create": "+",
    "update": "~",
    "delete": "−",
    "blocked": "!",
}
"""The sign of each mark, for pictures without colour."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes by address; each edge ends at nodes that are there. `left_out` counts nodes
    that were too many.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    left_out: int = 0


@dataclass(slots=True)
class _Sketch:
    """What is being put together; the one mutable thing here."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Edge] = field(default_factory=dict)

    def add(self, drawing: Drawing) -> None:
        """What a manifest, a change or a blocked difference contributes."""
        for node in drawing.nodes:
            self.nodes[node.address] = self._laid_over(node)
        for edge in drawing.edges:
            self.edges[edge.start, edge.label, edge.end] = edge

    def _laid_over(self, node: Node) -> Node:
        """The node with its fields laid over those that are known of it."""
        known = self.nodes.get(node.address, node)
        fields = {old.name: old for old in known.fields}
        for new in node.fields:
            old = fields.get(new.name, new)
            fields[new.name] = replace(
                new, type=old.type or new.type, key=old.key or new.key
            )
        mark = node.mark or known.mark
        return replace(
            known, title=node.title, mark=mark, fields=tuple(fields.values())
        )


def picture(desired: Desired | None = None, plan: Plan | None = None) -> Picture:
    """Everything that is known, with what the plan changes marked."""
    sketch = _Sketch()
    for manifest in desired.manifests.values() if desired else ():
        # What still lives of something that is to be deleted is in the plan.
        if not manifest.absent:
            sketch.add(kind_of(manifest.address).draw(manifest.resource))
    for change in plan.changes if plan else ():
        sketch.add(kind_of(change.address).draw_change(change))
    for item in plan.blocked if plan else ():
        sketch.add(kind_of(item.address).draw_blocked(item))
    return _finished(sketch)


def touched(whole: Picture) -> Picture:
    """What changes and what it is directly connected to."""
    changed = {node.address for node in whole.nodes if node.mark}
    edges = [
        edge for edge in whole.edges if edge.start in changed or edge.end in changed
    ]
    near = changed | {end for edge in edges for end in (edge.start, edge.end)}
    return Picture(
        tuple(node for node in whole.nodes if node.address in near),
        tuple(edges),
        whole.left_out,
    )


def bare(whole: Picture) -> Picture:
    """The boxes without the fields that do not change."""
    return replace(
        whole,
        nodes=tuple(
            replace(node, fields=tuple(f for f in node.fields if f.mark))
            for node in whole.nodes
        ),
    )


def titles_only(whole: Picture) -> Picture:
    """The boxes without any fields."""
    return replace(whole, nodes=tuple(replace(node, fields=()) for node in whole.nodes))


def limited(whole: Picture, most: int) -> Picture:
    """At most `most` nodes: what is blocked, goes away or changes first, then by
    place.
    """
    urgency: list[Mark] = ["blocked", "delete", "update", "create", ""]
    ranked = sorted(whole.nodes, key=lambda node: urgency.index(node.mark))[:most]
    kept = {node.address for node in ranked}
    return Picture(
        tuple(node for node in whole.nodes if node.address in kept),
        tuple(edge for edge in whole.edges if edge.start in kept and edge.end in kept),
        whole.left_out + len(whole.nodes) - len(kept),
    )


def _finished(sketch: _Sketch) -> Picture:
    """With a bare node for every end of an edge that nobody described: system tables,
    what is not managed.
    """
    known = dict(sketch.nodes)
    for end in _ends(sketch.edges.values()):
        kind, _, name = end.partition("/")
        described = Node(end, name) if kind in KINDS else Node(end, end, system=True)
        known.setdefault(end, described)
    nodes = sorted(known.values(), key=lambda node: (node.system, node.address))
    edges = sorted(
        sketch.edges.values(), key=lambda edge: (edge.start, edge.label, edge.end)
    )
    return Picture(tuple(nodes), tuple(edges))


def _ends(edges: Iterable[Edge]) -> Iterator[str]:
    for edge in edges:
        yield from (edge.start, edge.end)
