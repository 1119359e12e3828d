"""The picture as a value, its layout, and the texts it is drawn as."""

import random
import time
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from reconciler.kinds.drawing import Drawing
from reconciler.kinds.records.manifest import RecordSet
from reconciler.kinds.registry import KINDS
from reconciler.report.graph import Edge, Node, NodeField, Picture, limit, neighbourhood, picture
from reconciler.report.graph_dot import graph_dot
from reconciler.report.graph_mermaid import graph_mermaid
from reconciler.report.graph_svg import graph_svg
from reconciler.report.layout import Box, layout
from tests.conftest import Lab
from tests.report.plans import BLOCKED, CREATE, DELETE, ORDINARY, RENAME, SWITCH, UPDATE, plan_of

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
    """Definitions with their fields, relationships and overrides, and the system's tables they end at."""
    lab.write(MANIFESTS)
    drawn = picture(lab.load().desired)
    attribution = Node(
        "definition/Attribution", "Attribution", (NodeField("contact_id", "number", True), NodeField("manager", "text"))
    )
    expected = (
        attribution,
        Node("definition/Manager", "Manager", (NodeField("phone", "text"),)),
        Node("contacts", "contacts", system=True),
        Node("products", "products", system=True),
    )
    assert expected == drawn.nodes
    edges = (
        Edge("definition/Attribution", "contacts", "contact_id", "id_contact"),
        Edge("definition/Attribution", "definition/Manager", "manager", "phone"),
        Edge("definition/Manager", "products", "phone", "price", override=True),
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
    assert {"Attribution": ("create", ["", "", ""]), "Manager": ("blocked", ["blocked"])} == marks


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
    assert 2 == drawn.left_out


def test_mermaid_text() -> None:
    """A flowchart with classes for the marks."""
    drawn = Picture((Node("a", "A", (NodeField("x", "text", True, "create"),), "update"),), (Edge("a", "a", "x"),))
    expected = (
        "flowchart LR\n"
        '    n0["<b>#126; A</b><br/>#43; x#32;text (key)"]\n'
        '    n0 -->|"<i>x</i>"| n0\n'
        "    classDef update_node fill:#fff3c4,stroke:#9a6700,color:#4d3300\n"
        "    class n0 update_node\n"
    )
    assert expected == graph_mermaid(drawn)


def test_dot_text() -> None:
    """Lines set to the left, the mark as a sign and a colour."""
    text = graph_dot(Picture((Node("a", "A", (NodeField("x", "text", True, "create"),), "update"),)))
    assert 'n0 [label="~ A\\n+ x text (key)\\l", fillcolor="#fff3c4", color="#9a6700"];' in text


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
    assert [0, 0, 1] == [len(route) for route in made.routes]


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
