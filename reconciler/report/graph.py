"""The picture of definitions and their relationships as a value, before any format
draws it.

It is made from the manifests, from a plan, or from both: the manifests know all fields,
the plan knows what changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.form.words import counted
from reconciler.kinds.drawing import Drawing, Edge, Mark, Node, NodeField
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.change import Change
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import Plan

__all__ = ["MARKS", "Edge", "LeftOut", "Mark", "Node", "NodeField", "Picture"]

MARKS: dict[Mark, str] = {
    "": "",
    "create": "+",
    "update": "~",
    "delete": "−",
    "blocked": "!",
}
"""The sign of each mark, for pictures without colour."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How much of a picture is not drawn, because it was too much: boxes, boxes around
    those that are touched, lines in the boxes that are drawn, and arrows between them.
    """

    tables: int = 0
    neighbours: int = 0
    fields: int = 0
    relationships: int = 0

    def words(self) -> str:
        """What is said below the picture; empty when all of it is there."""
        counts = {
            "more table": self.tables,
            "more neighbour": self.neighbours,
            "more field": self.fields,
            "more relationship": self.relationships,
        }
        said = [counted(count, noun) for noun, count in counts.items() if count]
        if not said:
            return ""
        *others, last = said
        listed = f"{', '.join(others)} and {last}" if others else last
        is_one = sum(counts.values()) == 1
        return f"and {listed}, which {'is' if is_one else 'are'} not drawn"


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes by address; each edge ends at nodes that are there."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    left_out: LeftOut = LeftOut()


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
        # What only adds a line to a box does not know that it is renamed.
        title = node.title if node.mark else known.title
        mark = node.mark or known.mark
        self.nodes[node.address] = replace(known, title=title, mark=mark)
        fields = self.fields.setdefault(node.address, {})
        for new in node.fields:
            old = fields.get(new.name, new)
            kind, key = old.type or new.type, old.key or new.key
            fields[new.name] = replace(new, type=kind, key=key)

    def whole(self, node: Node) -> Node:
        """The node with its fields."""
        return replace(node, fields=tuple(self.fields[node.address].values()))


def picture(
    desired: Desired | None = None,
    plan: Plan | None = None,
    live: Live | None = None,
) -> Picture:
    """Everything that is known, with what the plan changes marked; `live` says what is in
    that which is deleted.
    """
    sketch = _Sketch()
    for drawing in _drawings_of_manifests(desired or Desired({})):
        sketch.add(drawing)
    if plan:
        for drawing in _drawings_of_plan(plan, live or Live()):
            sketch.add(drawing)
    return _finish(sketch)


def _drawings_of_manifests(desired: Desired) -> Iterator[Drawing]:
    for address, manifest in desired.manifests.items():
        # What still lives of something that is to be deleted is in the plan.
        if not manifest.absent:
            yield kind_of(address).draw(manifest.resource)


def _drawings_of_plan(plan: Plan, live: Live) -> Iterator[Drawing]:
    for change in plan.changes:
        whole = _with_all_that_goes(change, live)
        yield kind_of(change.address).draw_change(whole)
    for item in plan.blocked:
        yield kind_of(item.address).draw_blocked(item)


def _with_all_that_goes(change: Change, live: Live) -> Change:
    """A delete does not say what is in it, as far as that lives."""
    resource = live.resources.get(change.address)
    if change.action != "delete" or resource is None:
        return change
    kind = kind_of(change.address)
    form = kind.live_form(resource, live.names)
    parts = kind.changes(kind.empty_form(form), form)
    return change.model_copy(update={"fields": parts})


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
