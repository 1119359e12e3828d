"""A picture of a large shop takes seconds, and says what it leaves out."""

from itertools import pairwise

from reconciler.kinds.drawing import Edge, Node, NodeField
from reconciler.model.change import Blocked
from reconciler.report.graph import Picture, picture
from reconciler.report.graph_svg import graph_svg
from reconciler.report.layers import MOST_WAYPOINTS, layered_graph
from tests.report.plans import plan_of


def shop(count: int, edges_each: int, fields: int = 1) -> Picture:
    """Tables in one long chain, each with more relationships to tables that are far away."""
    lines = tuple(NodeField(f"f{number}", "text") for number in range(fields))
    nodes = tuple(Node(f"definition/D{number:05}", f"D{number}", lines) for number in range(count))
    edges = [Edge(one.address, other.address, "f0", "f0") for one, other in pairwise(nodes)]
    for start in range(count):
        ends = [(start * 7 + step * 131 + 1) % count for step in range(edges_each)]
        edges += [Edge(nodes[start].address, nodes[end].address, f"g{end}", "f0") for end in ends]
    return Picture(nodes, tuple(edges))


def test_long_edges_have_no_more_waypoints_than_can_be_put_in_order() -> None:
    """The chain has as many layers as tables, and 900 edges cross half of them."""
    chain = [(number, number + 1) for number in range(299)]
    long = [(start, end) for start in range(30) for end in range(200, 230)]
    graph = layered_graph(300, chain + long)
    assert 300 + MOST_WAYPOINTS - 300 <= graph.count <= 300 + MOST_WAYPOINTS
    lengths = {len(graph.route(start, end)) == end - start - 1 for start, end in long}
    straight = [edge for edge in long if not graph.route(*edge)]
    assert 800 <= len(straight) < len(long)
    assert {True, False} == lengths


def test_what_is_not_drawn_is_counted() -> None:
    """Tables, and relationships between those that are drawn."""
    assert "and 200 more tables, which are not drawn" in graph_svg(shop(1_200, 0))
    drawn = graph_svg(shop(700, 5))
    assert "and 1,199 more relationships, which are not drawn" in drawn
    assert 3_000 == drawn.count('class="edge"')
    assert "not drawn" not in graph_svg(shop(20, 1))


def test_many_fields_are_left_to_the_titles() -> None:
    """A browser shows ten thousand lines and no more."""
    assert "f499" in graph_svg(shop(20, 0, 500))
    assert "f500" not in graph_svg(shop(20, 0, 501))


def test_each_of_many_changes_is_laid_over_one_field() -> None:
    """20,000 fields with another label each: not 20,000 times all the fields."""
    paths = [("fields", f"f{number}", "label") for number in range(20_000)]
    items = [
        Blocked(address="definition/A", rule="r", path=path, old="a", new="b", message="m", ways_out=())
        for path in paths
    ]
    (node,) = picture(None, plan_of((), blocked=tuple(items))).nodes
    assert 20_000 == len(node.fields)
    assert {"blocked"} == {part.mark for part in node.fields}
