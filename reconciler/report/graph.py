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
    that were too many, `edges_left_out` edges between others.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    left_out: int = 0
    edges_left_out: int = 0


@dataclass(slots=True)
class _Sketch:
    """What is being put together, the one mutable thing here. The fields of the nodes are
    apart from them: each of thousands of changes may be about one of thousands of fields.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    fields: dict[str, dict[str, NodeField]] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Edge] = field(default_factory=dict)

    def add(self, drawing: Drawing) -> None:
        """What a manifest, a change or a blocked difference contributes."""
        for node in drawing.nodes:
            self._lay_over(node)
        for edge in drawing.edges:
            self.edges[edge.start, edge.label, edge.end] = edge

    def _lay_over(self, node: Node) -> None:
        """Puts the node, and its fields, over what is known of them."""
        known = self.nodes.get(node.address, node)
        mark = node.mark or known.mark
        self.nodes[node.address] = replace(known, title=node.title, mark=mark)
        fields = self.fields.setdefault(node.address, {})
        for new in node.fields:
            old = fields.get(new.name, new)
            kind, key = old.type or new.type, old.key or new.key
            fields[new.name] = replace(new, type=kind, key=key)

    def whole(self, node: Node) -> Node:
        """The node with its fields."""
        return replace(node, fields=tuple(self.fields[node.address].values()))


def picture(desired: Desired | None = None, plan: Plan | None = None) -> Picture:
    """Everything that is known, with what the plan changes marked."""
    sketch = _Sketch()
    for drawing in _drawings_of_manifests(desired or Desired({})):
        sketch.add(drawing)
    if plan:
        for drawing in _drawings_of_plan(plan):
            sketch.add(drawing)
    return _finish(sketch)


def _drawings_of_manifests(desired: Desired) -> Iterator[Drawing]:
    for address, manifest in desired.manifests.items():
        # What still lives of something that is to be deleted is in the plan.
        if not manifest.absent:
            yield kind_of(address).draw(manifest.resource)


def _drawings_of_plan(plan: Plan) -> Iterator[Drawing]:
    for change in plan.changes:
        yield kind_of(change.address).draw_change(change)
    for item in plan.blocked:
        yield kind_of(item.address).draw_blocked(item)


def neighbourhood(whole: Picture) -> Picture:
    """Only what changes, and what it is directly connected to."""
    changed = {node.address for node in whole.nodes if node.mark}
    edges = [e for e in whole.edges if e.start in changed or e.end in changed]
    near = changed.union(_ends(edges))
    nodes = [node for node in whole.nodes if node.address in near]
    return replace(whole, nodes=tuple(nodes), edges=tuple(edges))


def bare(whole: Picture) -> Picture:
    """The boxes without the fields that do not change."""
    return replace(whole, nodes=tuple(map(_bare_node, whole.nodes)))


def _bare_node(node: Node) -> Node:
    return replace(node, fields=tuple(part for part in node.fields if part.mark))


def titles_only(whole: Picture) -> Picture:
    """The boxes without any fields."""
    return replace(whole, nodes=tuple(replace(node, fields=()) for node in whole.nodes))


def limit(whole: Picture, most: int) -> Picture:
    """At most `most` nodes: what is blocked, goes away or changes first, then by
    place.
    """
    urgency: list[Mark] = ["blocked", "delete", "update", "create", ""]
    ranked = sorted(whole.nodes, key=lambda node: urgency.index(node.mark))
    kept = {node.address for node in ranked[:most]}
    nodes = tuple(node for node in whole.nodes if node.address in kept)
    edges = tuple(e for e in whole.edges if e.start in kept and e.end in kept)
    left_out = len(whole.nodes) - len(nodes)
    return Picture(nodes, edges, whole.left_out + left_out)


def limit_edges(whole: Picture, most: int) -> Picture:
    """The first `most` edges of all."""
    left_out = max(len(whole.edges) - most, 0) + whole.edges_left_out
    return replace(whole, edges=whole.edges[:most], edges_left_out=left_out)


def _finish(sketch: _Sketch) -> Picture:
    """With a bare node for every end of an edge that nobody described: system tables,
    what is not managed.
    """
    known = {node.address: sketch.whole(node) for node in sketch.nodes.values()}
    for end in _ends(sketch.edges.values()):
        known.setdefault(end, _node_without_description(end))
    nodes = sorted(known.values(), key=lambda node: (node.system, node.address))
    edges = [sketch.edges[key] for key in sorted(sketch.edges)]
    return Picture(tuple(nodes), tuple(edges))


def _node_without_description(end: str) -> Node:
    """An end that is not the address of a resource is a system table."""
    kind, _, name = end.partition("/")
    if kind in KINDS:
        return Node(end, name)
    return Node(end, end, system=True)


def _ends(edges: Iterable[Edge]) -> Iterator[str]:
    for edge in edges:
        yield from (edge.start, edge.end)
