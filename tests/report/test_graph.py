"""The picture as a value, its layout, and the texts it is drawn as."""

import random
import re
import time
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from reconciler.kinds.drawing import Drawing
from reconciler.kinds.records.manifest import RecordSet
from reconciler.kinds.registry import KINDS
from reconciler.model.change import Delete, Update
from reconciler.report.graph import Edge, LeftOut, Node, NodeField, Picture, picture
from reconciler.report.graph_dot import graph_dot
from reconciler.report.graph_mermaid import graph_mermaid
from reconciler.report.graph_svg import graph_svg
from reconciler.report.layout import Box, layout
from reconciler.report.reduction import limit, neighbourhood
from tests.conftest import Lab
from tests.report.plans import BLOCKED, CREATE, DELETE, ORDINARY, RENAME, SWITCH, UPDATE, at, part, plan_of, relation

MANIFESTS = """
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: manager, type: text}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts, targetField: id_contact}
  - {sourceField: manager, targetSchemaType: custom, targetSchema: Manager, targetField: phone}
---
kind: definition
name: Manager
fields:
  - {name: phone, type: text}
---
kind: override
target: products.price
sources:
  - {definition: Manager, field: phone, priority: 1}
"""


ACCEPTED_DELETE = "  - {change: delete, reason: nobody uses it, until: 2026-12-31}\n"


def test_what_is_to_be_absent_is_drawn_only_while_it_lives(lab: Lab) -> None:
    """A manifest alone says that it should not be there; a plan says that it is and goes away."""
    lab.write("kind: definition\nname: Old\nensure: absent\nfields:\n  - {name: a, type: text}\n")
    desired = lab.load().desired
    assert () == picture(desired).nodes
    assert (Node("definition/Old", "Old", mark="delete"),) == picture(desired, plan_of((DELETE,))).nodes


def test_a_renamed_box_has_both_names(lab: Lab) -> None:
    """Its fields and edges are those of the manifest under the new name."""
    lab.write("kind: definition\nname: AccountManager\nrenamed_from: Seller\nfields:\n  - {name: a, type: text}\n")
    expected = Node("definition/AccountManager", "Seller → AccountManager", (NodeField("a", "text"),), "update")
    assert (expected,) == picture(lab.load().desired, plan_of((RENAME,))).nodes


@pytest.mark.parametrize("draw", [graph_mermaid, graph_dot, graph_svg])
def test_deletes_and_switches_can_be_drawn(draw: Callable[[Picture], str]) -> None:
    """A delete has no fields, and a switch has nothing that is a field."""
    text = draw(picture(None, plan_of((DELETE, SWITCH, RENAME))))
    assert "Old" in text
    assert "Vet" in text


def test_the_picture_of_manifests(lab: Lab) -> None:
    """Definitions with their fields, price rules with their sources, and the system's tables they end at."""
    lab.write(MANIFESTS)
    drawn = picture(lab.load().desired)
    attribution = Node(
        "definition/Attribution", "Attribution", (NodeField("contact_id", "number", True), NodeField("manager", "text"))
    )
    expected = (
        attribution,
        Node("definition/Manager", "Manager", (NodeField("phone", "text"),)),
        Node("override/products.price", "price rule products.price", (NodeField("Manager.phone", "priority 1"),)),
        Node("contacts", "contacts", system=True),
        Node("products", "products", system=True),
    )
    assert expected == drawn.nodes
    edges = (
        Edge("definition/Attribution", "contacts", "contact_id", "id_contact"),
        Edge("definition/Attribution", "definition/Manager", "manager", "phone"),
        Edge("override/products.price", "definition/Manager", "Manager.phone", "phone", override=True),
        Edge("override/products.price", "products", "replaces price", "price", override=True),
    )
    assert edges == drawn.edges


def test_a_box_says_where_its_rows_come_from() -> None:
    """Behind its fields, in every drawing, with nothing of a file's name that a drawing would read as its own."""
    files = ('a"]<b>.csv', "m/*.csv")
    both = Drawing(
        (
            *KINDS["records"].draw(RecordSet(definition="Vet", file=files)).nodes,
            *KINDS["records"].draw(RecordSet(definition="Manager", rows=({"phone": "1"},))).nodes,
        )
    )
    assert [NodeField("rows from", 'a"]<b>.csv, m/*.csv')] == list(both.nodes[0].fields)
    drawn = Picture(both.nodes)
    assert "rows#32;from#32;a#34;#65341;#60;b#62;#46;csv#44;#32;m" in graph_mermaid(drawn)
    assert r"rows from a\"]<b>.csv, m/*.csv\l" in graph_dot(drawn)
    texts = [each.text for each in ElementTree.fromstring(graph_svg(drawn)).iter() if each.tag.endswith("text")]
    assert ["rows from", 'a"]<b>.csv, m/*.csv', "Manager", "rows from", "its manifest"] == texts[1:]


def test_a_plan_marks_what_it_changes(lab: Lab) -> None:
    """Boxes and fields; the manifests still give all other fields."""
    lab.write(MANIFESTS)
    drawn = picture(lab.load().desired, plan_of((CREATE,), (BLOCKED,)))
    marks = {node.title: (node.mark, [part.mark for part in node.fields]) for node in drawn.nodes if not node.system}
    expected = {"Attribution": ("create", ["", "", ""]), "Manager": ("blocked", ["blocked"])}
    assert expected | {"price rule products.price": ("", [""])} == marks


def test_a_field_that_is_blocked_twice_has_one_line_with_both_types() -> None:
    """Whichever of the two differences comes first."""
    label = BLOCKED.model_copy(update={"rule": "field-label-frozen", "path": ("fields", "phone", "label")})
    for items in ((label, BLOCKED), (BLOCKED, label)):
        (node,) = picture(None, plan_of((), items)).nodes
        assert (NodeField("phone", "text → number", False, "blocked"),) == node.fields


def test_a_plan_alone_gives_a_picture() -> None:
    """An added field is marked, and what a relationship leads to is there as a bare box."""
    nodes = {node.title: node for node in picture(None, plan_of((CREATE, UPDATE))).nodes}
    assert {"Attribution", "LoyaltyAccount", "Manager", "contacts"} == set(nodes)
    assert (NodeField("tier_since", "date", False, "create"),) == nodes["LoyaltyAccount"].fields
    assert () == nodes["Manager"].fields


def test_only_what_is_touched_and_its_neighbours_remain(lab: Lab) -> None:
    """The part of the picture that a reviewer needs."""
    lab.write(MANIFESTS)
    drawn = neighbourhood(picture(lab.load().desired, plan_of((CREATE,))))
    assert ["Attribution", "Manager", "contacts"] == [node.title for node in drawn.nodes]


def test_a_limited_picture_keeps_the_urgent_ones() -> None:
    """Blocked before updated before created; the number of the others is known."""
    drawn = limit(picture(None, ORDINARY), 2)
    assert ["LoyaltyAccount", "Manager"] == sorted(node.title for node in drawn.nodes)
    assert LeftOut(tables=1, neighbours=1) == drawn.left_out


def test_mermaid_text() -> None:
    """An entity-relationship diagram, in which a sign and a word say what happens to a box and to its lines."""
    drawn = Picture((Node("a", "A", (NodeField("x", "text", True, "create"),), "update"),), (Edge("a", "a", "x"),))
    expected = (
        '%%{init: {"er": {"layoutDirection": "LR"}}}%%\n'
        "erDiagram\n"
        "    accDescr: Tables and what they refer to. direction LR\n"
        '    n0["✏️ A"] {\n'
        '        text x PK, FK "➕ new"\n'
        "    }\n"
        '    n0 }o--o| n0 : "x"\n'
    )
    assert expected == graph_mermaid(drawn)


def test_mermaid_has_other_words_beside_a_line() -> None:
    """Where a type or a name is not one word of ASCII, what is written stands in the comment."""
    lines = (
        NodeField("prénom du père", "text"),
        NodeField("pk", "text → number", mark="blocked"),
        NodeField("_2nd", mark="delete"),
    )
    expected = [
        '        text prenom_du_pere "prénom#32;du#32;père"',
        '        text x_pk "⛔ not possible – pk#32;text#32;#8594;#32;number"',
        '        unknown x_2nd "➖ removed – #65343;2nd"',
    ]
    assert expected == graph_mermaid(Picture((Node("a", "A", lines),))).splitlines()[4:7]


def test_dot_text() -> None:
    """Lines set to the left, the mark as a sign and a colour."""
    text = graph_dot(Picture((Node("a", "A", (NodeField("x", "text", True, "create"),), "update"),)))
    assert 'n0 [label="~ A\\n+ x text (key)\\l", fillcolor="#fff3c4", color="#9a6700"];' in text
    nodes = (Node("a", "A"), Node("b", "B"))
    text = graph_dot(Picture(nodes, (Edge("a", "b", "x", mark="delete"), Edge("a", "b", "y", override=True))))
    assert 'n0 -> n1 [label="− x", color="#cf222e"];' in text
    assert 'n0 -> n1 [label="y", style=dashed];' in text


@pytest.mark.parametrize("seed", range(20))
def test_no_two_boxes_overlap(seed: int) -> None:
    """For random graphs with cycles, self loops and repeated edges."""
    chance = random.Random(seed)
    count = chance.randint(1, 200)
    boxes = [Box(chance.uniform(60, 300), chance.uniform(28, 400)) for _ in range(count)]
    edges = [(chance.randrange(count), chance.randrange(count)) for _ in range(chance.randint(0, 2 * count))]
    made = layout(boxes, edges)
    assert made == layout(boxes, edges)
    assert len(edges) == len(made.routes)
    placed = [(x, y, x + box.width, y + box.height) for box, (x, y) in zip(boxes, made.corners, strict=True)]
    for index, (left, top, right, bottom) in enumerate(placed):
        assert -0.01 <= left
        assert -0.01 <= top
        assert made.width + 0.01 >= right
        assert made.height + 0.01 >= bottom
        for other in placed[index + 1 :]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] + 0.01 or other[3] <= top + 0.01
            assert apart


def test_an_arrow_points_to_the_right() -> None:
    """What is referred to stands to the right of what refers to it."""
    made = layout([Box(100, 50), Box(100, 50), Box(100, 50)], [(0, 1), (1, 2), (0, 2)])
    assert made.corners[0][0] < made.corners[1][0] < made.corners[2][0]
    assert [0, 0, 2] == [len(route) for route in made.routes]  # level through a column: both of its sides


def test_svg_of_200_nodes_has_all_of_them(figure: Callable[[str, str], None]) -> None:
    """Every node is there; the time is a figure."""
    nodes = tuple(
        Node(f"{n:03}", f"Table {n}", tuple(NodeField(f"f{k}", "text") for k in range(8))) for n in range(200)
    )
    edges = tuple(Edge(f"{n:03}", f"{n * 7 % 200:03}", "f0") for n in range(200))
    start = time.perf_counter()
    tree = ElementTree.fromstring(graph_svg(Picture(nodes, edges)))
    taken = time.perf_counter() - start
    assert 200 == sum(group.get("class", "").startswith("node") for group in tree.iter("{http://www.w3.org/2000/svg}g"))
    figure("SVG of 200 definitions", f"{taken * 1000:.0f} ms")


def test_the_empty_picture_is_an_empty_document() -> None:
    """Nothing to draw is nothing wrong."""
    assert "svg" in ElementTree.fromstring(graph_svg(Picture())).tag


def marks_of(drawn: Picture, address: str) -> dict[str, str]:
    """What happens to each line of a box."""
    (node,) = (node for node in drawn.nodes if node.address == address)
    return {line.name: line.mark for line in node.fields}


def test_a_price_rule_that_changes_is_drawn_with_what_it_is_about(lab: Lab) -> None:
    """Its sources by what happens to them, the definitions that these are in, and the price that it replaces."""
    lab.write(MANIFESTS)
    old = {"definition": "definition/Attribution", "field": "manager", "priority": 2}
    changed = Update(
        address="override/products.price",
        impact="caution",
        reason="another source wins",
        fields=(
            part("sources", "Manager.phone", "priority", old=3, new=1, op="changed"),
            part("sources", "Attribution.manager", old=old, op="removed"),
        ),
    )
    drawn = neighbourhood(picture(lab.load().desired, plan_of((changed,))))
    assert {"definition/Attribution", "definition/Manager", "override/products.price", "products"} == {
        node.address for node in drawn.nodes
    }
    expected = {"Manager.phone": "update", "Attribution.manager": "delete"}
    assert expected == marks_of(drawn, "override/products.price")
    assert {"Manager.phone": "", "replaces price": "", "Attribution.manager": "delete"} == {
        edge.label: edge.mark for edge in drawn.edges if edge.override
    }


@pytest.mark.parametrize("name", ["products.price", "no such price"])
def test_a_price_rule_that_goes_or_is_stopped_is_a_box(name: str) -> None:
    """With an arrow to the price if it is one."""
    gone = Delete(address=f"override/{name}", impact="breaking", reason="whatever")
    stuck = BLOCKED.model_copy(update={"address": at(f"override/{name}")})
    for plan, mark in ((plan_of((gone,)), "delete"), (plan_of((), (stuck,)), "blocked")):
        drawn = picture(None, plan)
        assert Node(f"override/{name}", f"price rule {name}", mark=mark) == drawn.nodes[0]
        assert (name == "products.price") == (["products"] == [node.address for node in drawn.nodes[1:]])


def test_a_record_set_that_changes_is_a_line_in_its_definition(lab: Lab) -> None:
    """Which keeps its own mark and its own title; one that is blocked as well."""
    lab.write(MANIFESTS + "---\nkind: records\ndefinition: Manager\nrows:\n  - {phone: a}\n")
    rows = CREATE.model_copy(update={"address": at("records/Manager"), "fields": ()})
    drawn = picture(lab.load().desired, plan_of((rows,)))
    assert {"phone": "", "rows from": "create"} == marks_of(drawn, "definition/Manager")
    assert "" == next(node.mark for node in drawn.nodes if node.title == "Manager")
    renamed = RENAME.model_copy(update={"address": at("definition/Manager")})
    stuck = BLOCKED.model_copy(update={"address": at("records/Manager")})
    (node,) = picture(None, plan_of((renamed,), (stuck,))).nodes
    assert ("Seller → Manager", "update") == (node.title, node.mark)
    assert {"rows from": "blocked"} == {line.name: line.mark for line in node.fields}


def test_what_changes_within_a_field_marks_its_line(lab: Lab) -> None:
    """A label, and a relationship; one that comes or goes is an arrow with a mark."""
    lab.write(MANIFESTS)
    changed = Update(
        address="definition/Attribution",
        impact="safe",
        reason="words",
        fields=(
            part("fields", "manager", "label", old="a", new="b", op="changed"),
            part("relationships", "contact_id", "targetField", old="a", new="id_contact", op="changed"),
            part("relationships", "manager", old=relation("definition/Old"), op="removed"),
            part("relationships", "manager", new=relation("definition/Manager", "phone")),
        ),
    )
    drawn = picture(lab.load().desired, plan_of((changed,)))
    assert {"contact_id": "update", "manager": "update"} == marks_of(drawn, "definition/Attribution")
    arrows = {edge.end: edge.mark for edge in drawn.edges if edge.start == "definition/Attribution"}
    assert {"contacts": "", "definition/Manager": "create", "definition/Old": "delete"} == arrows


def test_a_deleted_table_is_drawn_with_all_that_goes(lab: Lab) -> None:
    """What lives of it: its fields, its keys, and what it refers to."""
    lab.write(MANIFESTS.rpartition("---")[0])
    lab.apply()
    lab.write("kind: definition\nname: Attribution\nensure: absent\naccept:\n" + ACCEPTED_DELETE)
    plan, live = lab.plan()
    drawn = neighbourhood(picture(lab.load().desired, plan, live))
    (gone,) = (node for node in drawn.nodes if node.mark == "delete")
    assert {NodeField("contact_id", "number", True), NodeField("manager", "text")} == set(gone.fields)
    assert {("contacts", ""), ("definition/Manager", "")} == {(edge.end, edge.mark) for edge in drawn.edges}
    assert ["contacts", "definition/Attribution", "definition/Manager"] == sorted(n.address for n in drawn.nodes)


def test_forty_tables_fit_their_frame(figure: Callable[[str, str], None]) -> None:
    """In a chain, which would be 40 columns wide, and around one table; an edge within a column leaves it."""
    lines = tuple(NodeField(f"field_{number}", "text") for number in range(8))
    nodes = tuple(Node(f"{n:02}", f"A table with a name {n}", lines) for n in range(40))
    for ends in ([(n, n + 1) for n in range(39)], [(n, 0) for n in range(1, 40)]):
        edges = tuple(Edge(nodes[start].address, nodes[end].address, "field_3", "field_0") for start, end in ends)
        root = ElementTree.fromstring(graph_svg(Picture(nodes, edges)))
        width, height = int(root.attrib["width"]), int(root.attrib["height"])
        assert 1_300 >= width
        assert 3_000 >= height
        figure("SVG of 40 tables", f"{width} × {height} pixels")


@pytest.mark.parametrize("ends", [[(0, 0)], [(0, 1), (1, 1)], [(n, n + 1) for n in range(30)] + [(30, 28)] * 6])
def test_no_arrow_leaves_the_picture(ends: list[tuple[int, int]]) -> None:
    """Not even one that leaves the last column and comes back to it."""
    nodes = tuple(Node(f"{n:02}", f"Table {n}", (NodeField("id", "text"),)) for n in range(ends[-1][0] + 1))
    edges = tuple(Edge(nodes[start].address, nodes[end].address, f"f{n}") for n, (start, end) in enumerate(ends))
    root = ElementTree.fromstring(graph_svg(Picture(nodes, edges)))
    left, _, width, _ = map(float, root.attrib["viewBox"].split())
    ways = [each.attrib["d"] for each in root.iter("{http://www.w3.org/2000/svg}path")]
    rights = [float(x) for way in ways for x in re.findall(r"[MC, ]?(-?[\d.]+) -?[\d.]+", way)]
    assert left + width - 1 >= max(rights)


def test_what_is_not_touched_is_quieter() -> None:
    """Beside what is; where nothing is, nothing is quiet. Arrows have the marks of what happens to them."""
    touched, around = Node("a", "A", mark="update"), Node("b", "B")
    drawn = graph_svg(Picture((touched, around), (Edge("a", "b", "x", mark="create"),)))
    assert ("node update", "node quiet") == tuple(re.findall(r'<g class="(node[^"]*)"', drawn))
    assert 'class="edge create"' in drawn
    assert 'class="arrow create"' in drawn
    assert '"node quiet"' not in graph_svg(Picture((around,)))
