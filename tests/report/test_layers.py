"""The layers of a graph: where every node stands before there are any pixels."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.report.layers import TALLEST_LAYER, layered_graph

NODES = st.integers(0, 15)
EDGES = st.lists(st.tuples(NODES, NODES), max_size=40)


@settings(deadline=None)
@given(EDGES)
def test_an_edge_goes_through_every_layer_between_its_ends(edges: list[tuple[int, int]]) -> None:
    """One by one, to the right, or if it was reversed to remove a cycle, to the left."""
    graph = layered_graph(16, edges)
    layer_of = {node: index for index, layer in enumerate(graph.layers) for node in layer}
    for start, end in edges:
        if start != end:
            steps = [layer_of[b] - layer_of[a] for a, b in pairwise([start, *graph.route(start, end), end])]
            assert set(steps) in ({1}, {-1})


@settings(deadline=None)
@given(EDGES)
def test_every_node_with_an_edge_stands_once_in_a_layer(edges: list[tuple[int, int]]) -> None:
    """So does every waypoint; nodes without an edge to another one stand in none."""
    graph = layered_graph(16, edges)
    joined = {node for edge in edges if edge[0] != edge[1] for node in edge}
    standing = [node for layer in graph.layers for node in layer]
    assert sorted([*joined, *range(16, graph.count)]) == sorted(standing)


def test_only_the_edge_that_closes_a_cycle_leads_back() -> None:
    """0 → 1 → 2 → 0, and the last one passes 1 on its way."""
    graph = layered_graph(3, [(0, 1), (1, 2), (2, 0)])
    assert [[0], [1, 3], [2]] == graph.layers
    assert [3] == graph.route(2, 0)


def test_the_way_back_is_the_way_there_reversed() -> None:
    """Two edges between the same nodes share their waypoints."""
    graph = layered_graph(4, [(0, 1), (1, 2), (2, 3), (0, 3), (3, 0)])
    assert [4, 5] == graph.route(0, 3)
    assert [5, 4] == graph.route(3, 0)


def test_a_node_stands_next_to_what_it_points_to() -> None:
    """3 points to the last node only, and could stand in any layer before it."""
    assert [[0], [1, 3], [2]] == layered_graph(4, [(0, 1), (1, 2), (3, 2)]).layers


def test_a_layer_is_cut_in_parts_of_nearly_equal_length() -> None:
    """One more than fit into two."""
    count = 2 * TALLEST_LAYER + 1
    graph = layered_graph(count + 1, [(node, count) for node in range(count)])
    assert [count] == graph.layers[-1]
    assert [9, 9, 7] == [sum(node < count for node in layer) for layer in graph.layers[:-1]]


def test_crossed_edges_are_uncrossed() -> None:
    """0 → 3 and 1 → 2."""
    first, second = layered_graph(4, [(0, 3), (1, 2)]).layers
    assert [(0, 3), (1, 2)] == sorted(zip(first, second, strict=True))


def test_a_long_chain_is_folded_into_few_layers() -> None:
    """Of nearly equal length and in the same order; an edge then may stay within its layer."""
    chain = [(number, number + 1) for number in range(9)]
    graph = layered_graph(10, chain, 3)
    assert [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]] == [sorted(layer) for layer in graph.layers]
    assert 10 == len(layered_graph(10, chain, 10).layers)
