"""The picture of definitions and their relationships as a value, before any format
draws it.

It is made from the manifests, from a plan, or from both: the manifests know all fields,
the plan knows what changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, FieldChange
from reconciler.model.kinds import Definition, Override
from reconciler.model.plan import Plan
from reconciler.model.state import Desired
from reconciler.report.attention import renamed

Mark = Literal["", "create", "update", "delete", "blocked"]
MARKS: dict[Mark, str] = {
    "": "",
    "create": "+",
    "update": "~",
    "delete": "−",
    "blocked": "!",
}
"""The sign of each mark, for pictures without colour."""
_FIELD_MARKS: dict[str, Mark] = {
    "added": "create",
    "changed": "update",
    "removed": "delete",
}


@dataclass(frozen=True, slots=True)
class NodeField:
    """One line in a box."""

    name: str
    type: str = ""
    key: bool = False
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: a definition, or with `system` one of ShopiMind's own tables."""

    address: str
    title: str
    fields: tuple[NodeField, ...] = ()
    mark: Mark = ""
    system: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship between addresses, or with `override` a field that replaces a
    native value.
    """

    start: str
    end: str
    label: str
    target_field: str = ""
    override: bool = False


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

    def add_edge(self, edge: Edge) -> None:
        self.edges[edge.start, edge.label, edge.end] = edge

    def add_fields(self, node: Node) -> None:
        """The node with its fields laid over those that are known of it."""
        known = self.nodes.get(node.address, node)
        fields = {old.name: old for old in known.fields} | {
            new.name: new for new in node.fields
        }
        mark = node.mark or known.mark
        self.nodes[node.address] = replace(
            known, title=node.title, mark=mark, fields=tuple(fields.values())
        )


def picture(desired: Desired | None = None, plan: Plan | None = None) -> Picture:
    """Everything that is known, with what the plan changes marked."""
    sketch = _Sketch()
    for manifest in desired.manifests.values() if desired else ():
        if manifest.absent:
            continue  # what still lives of it is in the plan
        match manifest.resource:
            case Definition() as definition:
                _draw_definition(sketch, definition)
            case Override() as override:
                for source in override.sources:
                    sketch.add_edge(
                        _override_edge(
                            _definition(source.definition),
                            source.field,
                            override.target,
                        )
                    )
    for change in plan.changes if plan else ():
        _draw_change(sketch, change)
    for item in plan.blocked if plan else ():
        _draw_blocked(sketch, item)
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


def _draw_definition(sketch: _Sketch, definition: Definition) -> None:
    keys = set(definition.unique_keys or ())
    address = _definition(definition.name)
    fields = tuple(
        NodeField(part.name, part.type, part.name in keys) for part in definition.fields
    )
    sketch.nodes[address] = Node(address, definition.name, fields)
    for rel in definition.relationships:
        custom = rel.target_schema_type == "custom"
        end = _definition(rel.target_schema) if custom else rel.target_schema
        sketch.add_edge(Edge(address, end, rel.source_field, rel.server_target_field))


def _draw_change(sketch: _Sketch, change: Change) -> None:
    kind, _, name = change.address.partition("/")
    parts = {
        part: [made for made in change.fields if made.path[0] == part]
        for part in ("relationships", "sources")
    }
    for made in parts["sources"]:
        source = _mapping(made.new or made.old)
        sketch.add_edge(
            _override_edge(
                str(source.get("definition")), str(source.get("field")), name
            )
        )
    if kind != "definition":
        return
    before = renamed(change)
    title = f"{before} → {name}" if before else name
    sketch.add_fields(
        Node(change.address, title, tuple(_changed_fields(change)), change.action)
    )
    for made in parts["relationships"]:
        rel = _mapping(made.new or made.old)
        target = str(rel.get("targetField") or "")
        sketch.add_edge(
            Edge(change.address, str(rel.get("targetSchema")), _second(made), target)
        )


def _draw_blocked(sketch: _Sketch, item: Blocked) -> None:
    kind, _, name = item.address.partition("/")
    if kind == "definition":
        known = {
            old.name: old for old in sketch.nodes.get(item.address, Node("", "")).fields
        }
        wanted = (
            [item.path[1]] if len(item.path) > 1 and item.path[0] == "fields" else []
        )
        fields = (
            known.get(part, NodeField(part, _type_after(item))) for part in wanted
        )
        sketch.add_fields(
            Node(
                item.address,
                name,
                tuple(replace(part, mark="blocked") for part in fields),
                "blocked",
            )
        )


def _changed_fields(change: Change) -> Iterator[NodeField]:
    """Fields of a new definition are not marked one by one: the whole box is new."""
    keys = (
        next(
            (made.new for made in change.fields if made.path == ("unique_keys",)), None
        )
        or ()
    )
    for made in change.fields:
        if made.path[0] == "fields" and len(made.path) == 2:
            kind = str(_mapping(made.new or made.old).get("type", ""))
            mark = "" if change.action == "create" else _FIELD_MARKS[made.op]
            yield NodeField(made.path[1], kind, made.path[1] in keys, mark)


def _type_after(item: Blocked) -> str:
    return f"{item.old} → {item.new}" if item.path[2:] == ("type",) else ""


def _second(made: FieldChange) -> str:
    return made.path[1] if len(made.path) > 1 else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _definition(name: str) -> str:
    return str(Address("definition", name))


def _override_edge(definition: str, name: str, target: str) -> Edge:
    schema, _, native = target.partition(".")
    return Edge(definition, schema, name, native, override=True)


def _finished(sketch: _Sketch) -> Picture:
    """With a bare node for every end of an edge that nobody described: system tables,
    unmanaged definitions.
    """
    known = dict(sketch.nodes)
    for end in _ends(sketch.edges.values()):
        system = not end.startswith("definition/")
        known.setdefault(end, Node(end, end.removeprefix("definition/"), system=system))
    nodes = sorted(known.values(), key=lambda node: (node.system, node.address))
    edges = sorted(
        sketch.edges.values(), key=lambda edge: (edge.start, edge.label, edge.end)
    )
    return Picture(tuple(nodes), tuple(edges))


def _ends(edges: Iterable[Edge]) -> Iterator[str]:
    for edge in edges:
        yield from (edge.start, edge.end)
