"""In dependency order, at once where the order allows it, with as few requests as can be."""

import json
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from reconciler.model.event import Applied, Written
from reconciler.sandbox.switches import Switches

Forward = Callable[[httpx.Request], httpx.Response]


class Timing:
    """A hook that knows when each write was under way, by name."""

    def __init__(self, delay: Callable[[], float] = lambda: 0.0) -> None:
        self.spans: dict[str, tuple[float, float]] = {}
        self.most = self.now = 0
        self.delay = delay
        self.lock = threading.Lock()

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        began = time.monotonic()
        time.sleep(self.delay())
        answer = forward(request)
        body = json.loads(request.content)
        name = body.get("name") or request.url.path
        with self.lock:
            self.spans[name] = (began, time.monotonic())
            self.now -= 1
        return answer


def test_independent_creates_overlap(new_lab: Callable, definition: Callable, apply: Callable) -> None:
    """Sixteen at 50 ms each, eight at a time."""
    lab = new_lab(switches=Switches(latency=0.05))
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(16)))
    timing = Timing()
    outcome = apply(lab, timing, parallelism=8)
    took = max(end for _, end in timing.spans.values()) - min(start for start, _ in timing.spans.values())
    print(f"16 creates of 50 ms: {took:.2f} s, at most {timing.most} at once")
    assert 16 == len(outcome.applied)
    assert 8 == timing.most
    assert 0.1 <= took < 16 * 0.05


@pytest.mark.parametrize("parallelism", [1, 2, 3])
def test_never_more_at_once_than_allowed(
    new_lab: Callable, definition: Callable, apply: Callable, parallelism: int
) -> None:
    """Counted in between."""
    lab = new_lab()
    lab.write("\n".join(definition(f"D{n}", "a") for n in range(9)))
    timing = Timing(lambda: 0.01)
    assert 9 == len(apply(lab, timing, parallelism=parallelism).applied)
    assert parallelism == timing.most


def test_what_is_ready_first_goes_first(lab: Any, definition: Callable, apply: Callable) -> None:
    """One at a time, the order is that of the plan."""
    lab.write("\n".join(definition(f"D{n}", "a") for n in (3, 1, 2)))
    apply(lab, parallelism=1)
    names = [row["name"] for row in _definitions(lab)]
    assert ["D1", "D2", "D3"] == names


def test_a_dependent_waits_for_what_it_needs(
    new_lab: Callable, definition: Callable, override: Callable, apply: Callable
) -> None:
    """A chain of definitions, and an override at its end."""
    lab = new_lab()
    lab.write(
        definition("Z", "n1", "p", to={"p": "products"})
        + "\n" + definition("Y", "id", "n1", to={"n1": "Z.n1"}).replace('"id"', '"idy"')
        + "\n" + definition("A", "n1", to={"n1": "Y.n1"})
        + "\n" + definition("B", "a")
        + "\n" + override("Z.n1")
    )  # fmt: skip
    timing = Timing(lambda: 0.02)
    assert 5 == len(apply(lab, timing).applied)
    price = next(span for name, span in timing.spans.items() if "overrides" in name)
    assert timing.spans["Z"][1] <= timing.spans["Y"][0] <= timing.spans["Y"][1] <= timing.spans["A"][0]
    assert timing.spans["Z"][1] <= price[0]
    assert timing.spans["B"][0] < timing.spans["Z"][1]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 12])
def test_a_cycle_costs_one_request_more_than_its_definitions(
    new_lab: Callable, definition: Callable, apply: Callable, size: int
) -> None:
    """One is made bare and extended at the end; nothing is left to do afterwards."""
    lab = new_lab()
    lab.write("\n".join(definition(f"D{n}", "n1", to={"n1": f"D{(n + 1) % size}.n1"}) for n in range(size)))
    outcome = apply(lab)
    assert size == len(outcome.applied)
    assert size + 1 == len(lab.writes())
    assert () == lab.plan()[0].changes
    assert size == len(apply(lab).applied) + size == size  # the second apply has nothing to do
    assert size + 1 == len(lab.writes())


def test_everything_related_to_everything(lab: Any, definition: Callable, apply: Callable) -> None:
    """Four definitions, each pointing at all four, itself included."""
    names = [f"D{n}" for n in range(4)]
    lab.write(
        "\n".join(
            definition(name, "n0", "n1", "n2", "n3", to=dict(zip(("n0", "n1", "n2", "n3"), names, strict=True)))
            for name in names
        )
    )
    assert 4 == len(apply(lab).applied)
    assert 4 + 4 >= len(lab.writes())
    assert () == lab.plan()[0].changes


def test_a_cycle_that_grows_between_live_definitions(lab: Any, definition: Callable, apply: Callable) -> None:
    """Both gain a field and a relationship to the other's new field: one of them is extended twice."""
    lab.write(definition("A", "a") + "\n" + definition("B", "b"))
    apply(lab)
    lab.write(definition("A", "a", "n1", to={"n1": "B.n1"}) + "\n" + definition("B", "b", "n1", to={"n1": "A.n1"}))
    lab.store.clear_requests()
    assert 2 == len(apply(lab).applied)
    assert 3 == len(lab.writes())
    assert () == lab.plan()[0].changes


def test_a_live_definition_that_waits_for_all_it_gains(lab: Any, definition: Callable, apply: Callable) -> None:
    """A change of which everything is postponed is one request."""
    lab.write(definition("A", "n1"))
    apply(lab)
    lab.write(definition("A", "n1", "n2", to={"n1": "B.n1"}) + "\n" + definition("B", "n1", to={"n1": "A.n2"}))
    lab.store.clear_requests()
    outcome = apply(lab)
    assert 2 == len(outcome.applied), outcome
    assert 3 == len(lab.writes())
    assert () == lab.plan()[0].changes


def test_references_to_what_lives_without_a_manifest(lab: Any, definition: Callable, apply: Callable) -> None:
    """Its id is taken from the listing; it is not touched."""
    field = {"name": "n1", "label": "n1", "type": "number", "required": False}
    lab.post("/custom-data-definitions", {"name": "Other", "fields": [field]})
    lab.post("/custom-data-definitions", {"name": "Live", "fields": [field]})
    lab.store.clear_requests()
    lab.write(definition("A", "n1", to={"n1": "Live.n1"}))
    assert ["definition/A"] == list(map(str, apply(lab).applied))
    assert "2" == _definitions(lab)[2]["relationships"][0]["targetSchema"]
    assert ["POST /v1/custom-data-definitions"] == lab.writes()


def test_ids_of_events_and_definitions_may_be_the_same(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable
) -> None:
    """Event 1 is not definition 1."""
    lab.write(event("a.a", "p") + "\n" + event("a.b", "p"))
    apply(lab)
    lab.write(
        event("a.a", "p") + "\n" + event("a.b", "p", "q") + "\n" + event("a.c", "p")
        + "\n" + definition("A", "n1", "p", to={"p": "products"}) + "\n" + definition("B", "n1", to={"n1": "A.n1"})
        + "\n" + override("A.n1")
    )  # fmt: skip
    assert 5 == len(apply(lab).applied)
    assert () == lab.plan()[0].changes


def test_an_empty_plan_asks_nothing_more(lab: Any, definition: Callable, apply: Callable) -> None:
    """One read, no write, no read-back."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.store.clear_requests()
    assert [] == apply(lab, events=True)
    assert 1 == len(lab.requests())


@pytest.mark.parametrize(("definitions", "events"), [(1, 0), (0, 1), (60, 30), (101, 0), (0, 101)])
def test_the_requests_of_an_apply(
    new_lab: Callable, definition: Callable, event: Callable, apply: Callable, definitions: int, events: int
) -> None:
    """The reads of the plan, one write per change, and a page per hundred that were touched."""
    lab = new_lab(switches=Switches(rate_limit=0))
    documents = [definition(f"D{n}", "a") for n in range(definitions)] + [event(f"e.{n}", "p") for n in range(events)]
    lab.write("\n".join(documents))
    assert definitions + events == len(apply(lab).applied)
    pages = -(-definitions // 100) + -(-events // 100)
    limit = bool(definitions) + bool(events) + definitions + events + pages
    print(f"apply of {definitions} + {events}: {len(lab.requests())} requests, limit {limit}")
    assert limit == len(lab.requests())


def test_one_page_of_each_listing_reads_back_all_kinds(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable
) -> None:
    """At the first look."""
    lab.write(definition("A", "n1", "p", to={"p": "products"}) + "\n" + event("a.b", "p") + "\n" + override("A.n1"))
    pauses: list[float] = []
    assert 3 == len(apply(lab, rest=pauses.append).applied)
    assert [] == pauses
    look_at_the_price = 1
    assert 3 + look_at_the_price + 3 + 3 == len(lab.requests())


def test_the_read_back_of_an_old_event_is_one_page(new_lab: Callable, event: Callable, apply: Callable) -> None:
    """The oldest of 250 events is changed: its change brings it to the front."""
    lab = new_lab(switches=Switches(rate_limit=0))
    for n in range(250):
        lab.post("/events", {"name": "E", "code_name": f"e.{n}"})
    lab.store.clear_requests()
    lab.write(event("e.0", "p"))
    assert 1 == len(apply(lab).applied)
    assert 3 + 1 + 1 + 1 == len(lab.requests())


def test_a_second_apply_writes_nothing(
    lab: Any, definition: Callable, event: Callable, override: Callable, apply: Callable
) -> None:
    """Counted by the shop."""
    lab.write(
        definition("A", "n1", "p", to={"p": "products"}, description="x", unique_keys=["n1"])
        + "\n" + event("a.b", "p") + "\n" + override("A.n1")
    )  # fmt: skip
    assert 3 == len(apply(lab).applied)
    lab.store.clear_requests()
    assert () == apply(lab).applied
    assert [] == lab.writes()


@pytest.mark.parametrize("seed", range(12))
def test_events_come_in_plan_order_whatever_the_timing(
    new_lab: Callable, definition: Callable, event: Callable, apply: Callable, seed: int
) -> None:
    """The same shop and the same plan tell the same story, however fast each answer is and whoever fails."""
    stories = []
    for again in range(2):
        lab = new_lab()
        lab.write(
            "\n".join(definition(f"D{n}", "n1", "n2", to={"n1": f"D{(n * 7 + 3) % 10}.n1"}) for n in range(10))
            + "\n" + "\n".join(event(f"e.{n}", "p") for n in range(4))
        )  # fmt: skip
        chance = random.Random(seed * 2 + again)
        timing = Timing(partial(chance.uniform, 0, 0.005))

        def hook(request: httpx.Request, forward: Forward, timing: Timing = timing) -> httpx.Response:
            if request.method == "POST" and json.loads(request.content)["name"] == f"D{seed % 10}":
                return httpx.Response(400, json={"message": "no"})
            return timing(request, forward)

        stories.append(apply(lab, hook, events=True, parallelism=1 + again * 7))
    assert stories[0] == stories[1]
    endings = [story for story in stories[0] if not isinstance(story, Written)]
    assert 14 == len({str(ending.address) for ending in endings}) == len(endings)
    assert {str(ending.address) for ending in endings if isinstance(ending, Applied)} == {
        str(told.address) for told in stories[0] if isinstance(told, Written)
    }


def _definitions(lab: Any) -> list[dict[str, Any]]:
    with lab.store.reading() as db:
        return [
            {"name": row["name"], "relationships": json.loads(row["relationships"])}
            for row in db.execute("SELECT * FROM definition ORDER BY id")
        ]
