"""Which edges are dropped so that there is an order, and the order, against the plainest reading of both rules."""

from graphlib import TopologicalSorter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.plan.topology import arrange

Graph = dict[str, set[str]]


NODES = "abcdefg"
ROWS = st.lists(st.integers(0, 127), max_size=len(NODES))
"""For each node, a bit per node that it needs, which is drawn faster than sets of names."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to seven nodes with any edges between them, to themselves as well."""
    rows = draw(ROWS)
    nodes = draw(st.permutations(NODES))[: len(rows)]
    return {
        node: {need for bit, need in enumerate(nodes) if row & 1 << bit} for node, row in zip(nodes, rows, strict=True)
    }


COMPLETE = {node: set(NODES) for node in NODES}
OVERLAPPING = {"a": {"b"}, "b": {"a", "c"}, "c": {"b", "d"}, "d": {"c"}}
"""A chain of cycles of two nodes each."""


@settings(deadline=None, max_examples=200)
@given(graphs())
@example(COMPLETE)
@example(OVERLAPPING)
def test_of_each_component_the_first_node_gives_up_its_edges_into_it(graph: Graph) -> None:
    """And again of each component that is left, until there is none."""
    _, kept = arrange(graph)
    assert _kept_by_the_rule(graph) == {node: set(needed) for node, needed in kept.items()}


@settings(deadline=None, max_examples=200)
@given(graphs())
@example(COMPLETE)
def test_what_is_kept_has_no_cycle(graph: Graph) -> None:
    """graphlib raises CycleError where there is one."""
    order, kept = arrange(graph)
    TopologicalSorter(kept).prepare()
    assert sorted(graph) == sorted(order)


@settings(deadline=None, max_examples=200)
@given(graphs())
def test_the_next_node_is_the_first_by_text_of_those_that_can_be_next(graph: Graph) -> None:
    """Which makes the order the only one there is."""
    order, kept = arrange(graph)
    for place, node in enumerate(order):
        before = set(order[:place])
        assert min(other for other in order[place:] if before.issuperset(kept[other])) == node


@pytest.mark.parametrize("size", [10, 80])
def test_of_a_complete_graph_the_edges_to_earlier_nodes_are_kept(size: int) -> None:
    """The first node gives up all of its edges, the second all but the one to the first, and so on."""
    names = [f"{number:02}" for number in range(size)]
    order, kept = arrange({name: set(names) for name in names})
    assert names == order
    assert {name: tuple(names[:place]) for place, name in enumerate(names)} == kept


def test_the_empty_graph_has_an_empty_order() -> None:
    """A plan without changes asks for it."""
    assert ([], {}) == arrange({})


def test_what_is_needed_is_a_node_as_well() -> None:
    """A need that nobody brings is a mistake of the caller."""
    with pytest.raises(KeyError, match="b"):
        arrange({"a": {"b"}})


def _kept_by_the_rule(graph: Graph) -> Graph:
    kept = {node: needed - {node} for node, needed in graph.items()}
    while components := [found for node in kept if len(found := _component(kept, node)) > 1]:
        first = min(components[0])
        kept[first] -= components[0]
    return kept


def _component(graph: Graph, node: str) -> set[str]:
    """The node and all that it reaches and that reach it."""
    return {node} | {other for other in _reached(graph, node) if node in _reached(graph, other)}


def _reached(graph: Graph, start: str) -> set[str]:
    reached = set(graph[start])
    while more := {need for node in reached for need in graph[node]} - reached:
        reached |= more
    return reached
