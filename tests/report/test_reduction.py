"""Less of a picture: which parts go first, and that each is counted."""

from reconciler.kinds.drawing import Edge, Mark, Node, NodeField
from reconciler.report.graph import LeftOut, Picture
from reconciler.report.graph_dot import graph_dot
from reconciler.report.graph_mermaid import MOST_LETTERS, graph_mermaid
from reconciler.report.graph_svg import graph_svg
from reconciler.report.reduction import (
    MOST_LINES,
    MOST_WHOLE,
    bare,
    caption,
    ever_smaller,
    limit,
    limit_edges,
    neighbourhood,
    reduced,
    shorter,
    titles_only,
)
from tests.report.er_diagram import shape

LINES = (NodeField("id", "text", True), NodeField("new", "date", mark="create"), NodeField("other", "text"))


def star(touched: int, around: int) -> Picture:
    """Touched tables, each of which refers to the first one around them; the others around refer to the first."""
    nodes = [Node(f"t{n:03}", f"T{n}", LINES, "update") for n in range(touched)]
    nodes += [Node(f"u{n:03}", f"U{n}", LINES[:1] + LINES[2:]) for n in range(around)]
    edges = [Edge(f"t{n:03}", "u000", "other", "id") for n in range(touched)]
    edges += [Edge(f"u{n:03}", "t000", "id", "id") for n in range(1, around)]
    return Picture(tuple(nodes), tuple(edges))


def names(drawn: Picture) -> list[str]:
    return [node.address for node in drawn.nodes]


def test_a_neighbour_has_only_its_keys_and_what_arrows_are_about() -> None:
    """The rest of it is not what the change is about; what is touched keeps all."""
    nodes = (
        Node("a", "A", LINES, "update"),
        Node("b", "B", (NodeField("id", key=True), NodeField("x"), NodeField("y"))),
        Node("far", "Far"),
    )
    edges = (Edge("a", "b", "other", "x"), Edge("b", "far", "y", ""))
    near = neighbourhood(Picture(nodes, edges))
    shown = {node.address: [line.name for line in node.fields] for node in near.nodes}
    assert {"a": ["id", "new", "other"], "b": ["id", "x"]} == shown
    assert edges[:1] == near.edges
    assert LeftOut() == near.left_out
    assert "Picture of what is touched (1), and what is around it (1)" == caption(near)


def test_a_box_in_which_only_a_line_changes_is_touched() -> None:
    """As where the rows come from."""
    node = Node("a", "A", (NodeField("rows from", mark="update"),))
    assert (node,) == neighbourhood(Picture((node, Node("b", "B")))).nodes
    assert "Picture of what is touched (1)" == caption(Picture((node,)))


def test_a_picture_of_no_more_boxes_than_can_be_looked_at_is_whole() -> None:
    """Whatever there is in them."""
    whole = star(MOST_WHOLE - 3, 3)
    assert whole == reduced(whole, 200)


def test_neighbours_go_before_fields() -> None:
    """Those with the fewest arrows first: the table that all refer to stays."""
    drawn = reduced(star(40, 30), 200)
    assert [f"t{n:03}" for n in range(40)] + [f"u{n:03}" for n in range(10)] == names(drawn)
    assert LeftOut(neighbours=20) == drawn.left_out
    assert LINES == drawn.nodes[0].fields
    assert "and 20 more neighbours, which are not drawn" == drawn.left_out.words()


def test_fields_that_do_not_change_go_when_the_neighbours_have_gone() -> None:
    """Then the boxes that are least urgent."""
    drawn = reduced(star(70, 5), 60)
    assert 60 == len(drawn.nodes)
    assert {(LINES[1],)} == {node.fields for node in drawn.nodes}
    assert LeftOut(tables=10, neighbours=5, fields=120) == drawn.left_out
    expected = "and 10 more tables, 5 more neighbours and 120 more fields, which are not drawn"
    assert expected == drawn.left_out.words()
    for text in (graph_svg(drawn), graph_dot(drawn)):
        assert expected in text
    assert "more" == shape(graph_mermaid(drawn))[-1].strip()


def test_a_tall_box_keeps_what_changes_its_keys_and_the_ends_of_arrows() -> None:
    """The others of its lines are counted."""
    plain = tuple(NodeField(f"f{n}", "text") for n in range(100))
    marked = NodeField("changed", "text", mark="update")
    tall = Node("a", "A", (*plain, marked, NodeField("key", key=True)), "update")
    drawn = shorter(Picture((tall, Node("b", "B", LINES)), (Edge("b", "a", "id", "f99"),)))
    kept = [line.name for line in drawn.nodes[0].fields]
    assert [*(f"f{n}" for n in range(MOST_LINES - 3)), "f99", "changed", "key"] == kept
    assert LeftOut(fields=102 - MOST_LINES) == drawn.left_out
    assert LINES == drawn.nodes[1].fields


def test_what_is_urgent_stays() -> None:
    """By the worst that happens to a box or to a line in it."""
    marks: tuple[Mark, ...] = ("create", "update", "delete", "blocked")
    nodes = [Node(mark, mark, mark=mark) for mark in marks]
    nodes += [Node("line", "line", (NodeField("x", mark="blocked"),)), Node("none", "none")]
    whole = Picture(tuple(nodes), (Edge("create", "none", "x"), Edge("delete", "blocked", "y")))
    drawn = limit(whole, 3)
    assert ["delete", "blocked", "line"] == names(drawn)
    assert whole.edges[1:] == drawn.edges
    assert LeftOut(tables=2, neighbours=1) == drawn.left_out
    assert whole is limit(whole, 6)
    assert "and 1 more relationship, which is not drawn" == limit_edges(whole, 1).left_out.words()


def test_where_nothing_is_touched_nothing_is_a_neighbour() -> None:
    """A picture of a whole shop is made smaller by its fields, and then by its tables."""
    nodes = tuple(Node(f"n{n:03}", f"N{n}", (NodeField("id", key=True), NodeField("x"))) for n in range(120))
    whole = Picture(nodes, (Edge("n000", "n001", "x", "id"),))
    steps = list(ever_smaller(whole))
    assert [120, 120, 120, 100, 40, 15, 15] == [len(step.nodes) for step in steps]
    assert [240, 121, 0, 0, 0, 0, 0] == [sum(len(node.fields) for node in step.nodes) for step in steps]
    assert LeftOut(tables=105, fields=30) == steps[-1].left_out
    assert 120 == len(bare(whole).nodes) == len(titles_only(whole).nodes)


def test_a_diagram_of_a_large_shop_is_short_enough_for_mermaid() -> None:
    """It refuses more than 50,000 letters, and no diagram at all is worse than a small one."""
    name = "ё" * 60
    lines = tuple(NodeField(f"{k}{name}", "text") for k in range(4))
    nodes = tuple(Node(f"{n:04}", f"{n} {name}", lines) for n in range(200))
    edges = tuple(Edge(f"{n:04}", f"{n * 7 % 15:04}", f"0{name}", f"1{name}") for n in range(200))
    text = graph_mermaid(Picture(nodes, edges))
    assert 1_000 < len(text) <= MOST_LETTERS
    assert "more" == shape(text)[-1].strip()
    assert "" == graph_mermaid(Picture(nodes, edges), 100)
