"""The order in which changes can be sent."""

from collections.abc import Collection, Iterator, Mapping
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange, Update
from reconciler.plan.order import needs, postponed, references
from reconciler.plan.topology import arrange

NODES = "abcdefgh"
ROWS = st.lists(st.integers(0, 255), max_size=len(NODES))
"""For each node, a bit per node that it needs, which is drawn faster than sets of names."""


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, set[str]]:
    """Any graph, in any order: cycles, self references, islands."""
    rows = draw(ROWS)
    nodes = draw(st.permutations(NODES))[: len(rows)]
    return {
        node: {need for bit, need in enumerate(nodes) if row & 1 << bit} for node, row in zip(nodes, rows, strict=True)
    }


@settings(deadline=None, max_examples=400)
@given(graphs())
def test_each_node_comes_after_what_it_keeps(graph: dict[str, set[str]]) -> None:
    """Every node once, and what was kept was needed."""
    order, kept = arrange(graph)
    assert sorted(graph) == sorted(order)
    assert set(graph) == set(kept)
    for place, node in enumerate(order):
        assert set(kept[node]) <= graph[node] & set(order[:place])


@settings(deadline=None, max_examples=400)
@given(graphs())
def test_only_needs_within_cycles_are_dropped(graph: dict[str, set[str]]) -> None:
    """A dropped need can be reached back from what it names."""
    _, kept = arrange(graph)
    for node, needed in graph.items():
        for dropped in needed - set(kept[node]):
            assert node in _reached(graph, dropped)


@settings(deadline=None, max_examples=400)
@given(graphs())
def test_a_need_is_dropped_by_the_first_node_of_its_cycle(graph: dict[str, set[str]]) -> None:
    """And by no other: which relationship comes in a second request must not depend on how cycles are found."""
    _, kept = arrange(graph)
    for node, needed in graph.items():
        behind = {other: graph[other] & {need for need in graph if need >= node} for other in graph}
        closing = {need for need in needed if need >= node and node in _reached(behind, need)}
        assert needed - closing == set(kept[node])


@settings(deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_graph_means_nothing(graph: dict[str, set[str]], random: Any) -> None:
    """Ties are broken by text."""
    shuffled = list(graph.items())
    random.shuffle(shuffled)
    assert arrange(graph) == arrange(dict(shuffled))


def _reached(graph: Mapping[str, Collection[str]], start: str) -> set[str]:
    reached, todo = {start}, [start]
    while todo:
        todo += (fresh := set(graph[todo.pop()]) - reached)
        reached |= fresh
    return reached


def test_what_is_needed_comes_first() -> None:
    """Against the alphabet."""
    assert (["c", "b", "a"], {"a": ("b",), "b": ("c",), "c": ()}) == arrange({"a": {"b"}, "b": {"c"}, "c": set()})


def test_ties_are_broken_by_text_among_those_that_are_ready() -> None:
    """Not by when they were seen."""
    assert ["b", "a", "c", "d"] == arrange({"d": set(), "c": set(), "a": {"b"}, "b": set()})[0]


def test_a_node_that_becomes_ready_takes_its_place_by_text() -> None:
    """`a` is ready after `m` and goes before `n`."""
    assert ["m", "a", "n"] == arrange({"n": set(), "m": set(), "a": {"m"}})[0]


def test_needs_are_sorted() -> None:
    """Plans are the same whatever the hash seed."""
    assert ("b", "c", "d") == arrange({"a": {"d", "b", "c"}, "b": set(), "c": set(), "d": set()})[1]["a"]


def test_a_need_of_itself_is_dropped() -> None:
    """Nothing can wait for itself."""
    assert (["a"], {"a": ()}) == arrange({"a": {"a"}})


@pytest.mark.parametrize("size", [2, 3, 5, 50])
def test_a_ring_drops_exactly_one_need(size: int) -> None:
    """The first by text gives it up and is created bare."""
    names = [f"{number:02}" for number in range(size)]
    ring = {name: {names[(place + 1) % size]} for place, name in enumerate(names)}
    order, kept = arrange(ring)
    assert [names[0], *reversed(names[1:])] == order
    assert [names[0]] == [name for name in names if not kept[name]]


def test_two_rings_drop_one_need_each() -> None:
    """Each component is opened by itself, and what is between them is kept."""
    order, kept = arrange({"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c"}})
    assert {"a": (), "b": ("a", "c"), "c": (), "d": ("c",)} == kept
    assert ["a", "c", "b", "d"] == order


def test_a_component_that_is_left_is_opened_again() -> None:
    """Without `a`, `b` and `c` still need each other; `d` outside keeps all it has."""
    graph = {"a": {"b", "c", "d"}, "b": {"a", "c"}, "c": {"a", "b"}, "d": set(), "e": {"a", "c"}}
    expected = {"a": ("d",), "b": ("a",), "c": ("a", "b"), "d": (), "e": ("a", "c")}
    assert expected == arrange(graph)[1]


def test_a_cycle_further_down_is_found() -> None:
    """The way there is no part of it."""
    assert {"a": ("b",), "b": (), "c": ("b",)} == arrange({"a": {"b"}, "b": {"c"}, "c": {"b"}})[1]


def test_a_cycle_that_is_seen_again_from_elsewhere_is_no_second_one() -> None:
    """What was left behind does not tie later nodes to it."""
    graph = {"a": {"b"}, "b": {"a"}, "c": {"a", "d"}, "d": {"b"}}
    assert {"a": (), "b": ("a",), "c": ("a", "d"), "d": ("b",)} == arrange(graph)[1]


def test_a_long_chain_needs_no_recursion() -> None:
    """10,000 definitions one after the other."""
    names = [f"{number:05}" for number in range(10_000)]
    chain = {name: set(names[place + 1 : place + 2]) for place, name in enumerate(names)}
    assert names[::-1] == arrange(chain)[0]


def test_a_long_ring_needs_no_recursion() -> None:
    """And drops one need only."""
    names = [f"{number:05}" for number in range(10_000)]
    ring = {name: {names[place - 1]} for place, name in enumerate(names)}
    assert 9_999 == sum(map(len, arrange(ring)[1].values()))


def test_a_chain_both_ways_takes_no_longer_than_its_length() -> None:
    """Looking at the whole component again after each node that leaves it takes minutes for 10,000 definitions."""
    names = [f"{number:05}" for number in range(10_000)]
    chain = {name: {*names[max(0, n - 1) : n], *names[n + 1 : n + 2]} for n, name in enumerate(names)}
    began = process_time()
    order, kept = arrange(chain)
    assert 10 > process_time() - began
    assert names == order
    assert {name: (names[n - 1],) if n else () for n, name in enumerate(names)} == kept


class Counted(frozenset[str]):
    """A set that counts how often it is gone through."""

    reads = 0

    def __iter__(self) -> Iterator[str]:
        Counted.reads += 1
        return super().__iter__()


@pytest.mark.parametrize("size", [100, 1_000])
def test_needs_are_read_once_each(size: int) -> None:
    """The work grows with the graph and no faster."""
    Counted.reads = 0
    arrange({str(number): Counted({str(number + 1)} if number + 1 < size else ()) for number in range(size)})
    assert size == Counted.reads


def relationship(source: str, target: Address | str, field: str | None = None, kind: str = "custom") -> FieldChange:
    new = {"targetSchemaType": kind, "targetSchema": str(target)} | ({"targetField": field} if field else {})
    return FieldChange(path=("relationships", source), op="added", new=new)


def source(definition: Address, field: str) -> FieldChange:
    new = {"definition": str(definition), "field": field, "priority": 1}
    return FieldChange(path=("sources", f"{definition.name}.{field}"), op="added", new=new)


def added(name: str) -> FieldChange:
    return FieldChange(path=("fields", name), op="added", new={"type": "text"})


def create(address: Address, *fields: FieldChange, depends_on: tuple[Address, ...] = ()) -> Create:
    return Create(address=address, impact="safe", reason="", fields=fields, depends_on=depends_on)


def update(address: Address, *fields: FieldChange, depends_on: tuple[Address, ...] = ()) -> Update:
    return Update(address=address, impact="safe", reason="", fields=fields, depends_on=depends_on)


A, B, C, LIVE = (Address("definition", name) for name in ("A", "B", "C", "Live"))
EVENT, PRICE = Address("event", "e"), Address("override", "products.price")


def test_references_are_custom_relationships_and_sources() -> None:
    """Contacts and products are always there."""
    first, second, third = relationship("x", A), relationship("y", B, "code"), source(A, "price")
    system = relationship("z", "contacts", kind="system")
    assert [(A, None, first), (B, "code", second)] == list(references(create(C, added("x"), first, system, second)))
    assert [(A, "price", third)] == list(references(create(PRICE, third)))


def test_what_goes_or_only_changes_refers_to_nothing_new() -> None:
    """A removed source and a new priority need no definition."""
    gone = FieldChange(path=("sources", "A.price"), op="removed", old={"definition": str(A), "field": "price"})
    moved = FieldChange(path=("sources", "B.price", "priority"), op="changed", old=2, new=1)
    fresh = source(B, "price")
    assert [(B, "price", fresh)] == list(references(update(PRICE, gone, moved, fresh)))


def test_a_property_that_looks_like_a_source_is_none() -> None:
    """Only the place says what something is."""
    new = {"definition": str(A), "field": "price", "targetSchemaType": "custom", "targetSchema": str(A)}
    change = FieldChange(path=("properties", "metaData"), op="added", new=new)
    assert [] == list(references(update(EVENT, change)))


def test_a_definition_that_is_created_must_come_first() -> None:
    """Whatever field of it is named."""
    part = relationship("x", B)
    change = create(A, part)
    assert [(B, part)] == list(needs(change, {A: change, B: create(B)}))


@pytest.mark.parametrize(("field", "expected"), [("code", True), ("other", False), (None, False)])
def test_a_live_definition_must_come_first_for_a_field_it_gains(field: str | None, expected: bool) -> None:
    """Otherwise what is named is there already."""
    part = relationship("x", B, field)
    changes: dict[Address, Create | Update] = {A: create(A, part), B: update(B, added("label"), added("code"))}
    assert ([(B, part)] if expected else []) == list(needs(changes[A], changes))


def test_what_does_not_change_is_not_waited_for() -> None:
    """It lives."""
    for change in (create(A, relationship("x", B)), create(PRICE, source(B, "price"))):
        assert [] == list(needs(change, {change.address: change}))


def test_needs_come_one_by_one() -> None:
    """One that is there already does not hide the next."""
    first, second = relationship("x", LIVE), relationship("y", B)
    change = create(A, first, second)
    assert [(B, second)] == list(needs(change, {A: change, B: create(B)}))


def test_what_is_not_waited_for_is_postponed() -> None:
    """The relationship that closes a cycle, and the one to the definition itself."""
    closing, own, kept = relationship("x", B), relationship("y", A), relationship("z", C)
    change = create(A, closing, own, kept, depends_on=(C,))
    changes = {A: change, B: create(B, depends_on=(A,)), C: create(C)}
    assert (closing, own) == postponed(change, changes, change.depends_on)


def test_a_reference_to_something_live_is_not_postponed() -> None:
    """It can be sent at once."""
    change = create(A, relationship("x", B))
    assert () == postponed(change, {A: change}, ())
