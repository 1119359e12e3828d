"""A write that builds on what was read is never sent again without another look: what somebody adds between two
attempts does not vanish.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.api.limiter import Limiter
from reconciler.sandbox.transport import SandboxTransport
from tests.api.test_limiter import Clock

Forward = Callable[[httpx.Request], httpx.Response]
PATH = "/v1/custom-data-definitions"
TEXT = {"type": "text", "required": False}
OFF, GONE, KIND = '"ensure": "inactive", "kind"', '"ensure": "absent", "kind"', '"kind"'
FAULTS = [408, 429, 500, 502, 503, 504, httpx.ReadError("closed"), httpx.ReadTimeout("hangs")]


class Once:
    """Carries the first write out not at all, and gives somebody time to act before the second."""

    def __init__(self, fault: Any, hand: Callable[[], object], at: int = 1) -> None:
        self.fault, self.hand, self.at, self.sent = fault, hand, at, 0

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        self.sent += 1
        if self.sent != self.at:
            return forward(request)
        self.hand()
        if isinstance(self.fault, Exception):
            raise self.fault
        return httpx.Response(self.fault)


def put(lab: Any, *fields: str) -> None:
    """Somebody sets the sources of the price by hand."""
    rows = [
        {"id_custom_data_definition": 1, "custom_field_name": name, "priority": place}
        for place, name in enumerate(fields, 1)
    ]
    with httpx.Client(transport=SandboxTransport(lab.app), base_url="http://localhost/v1") as client:
        client.put(
            "/custom-data-definitions/overrides?target_system_schema=products&system_field_name=price",
            json={"overrides": rows}, headers={"spm-api-key": lab.key},
        ).raise_for_status()  # fmt: skip


def stored(lab: Any) -> dict[str, Any]:
    """What the shop has."""
    with lab.store.reading() as db:
        return {
            table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")]
            for table in ("definition", "event", "override")
        }


@pytest.fixture
def shop(lab: Any, definition: Callable, event: Callable, override: Callable, begin: Callable) -> dict[str, Any]:
    """A shop, and by what is changed: the manifests that change it and only it, and what somebody else does."""
    priced = {"p": "products"}
    a, e, o = definition("A", "n1", "n2", "p", to=priced), event("a.b", "p"), override("A.n1")
    lab.write(f"{a}\n{e}\n{o}")
    begin(lab)

    def describe() -> object:
        return lab.send("PATCH", f"{PATH[3:]}/1/extend", {"description": "mine"})

    def add() -> object:
        mine = [{"name": "p", **TEXT}, {"name": "mine", **TEXT}]
        return lab.send("PATCH", "/events", {"id_event": 1, "properties": {"metaData": mine}})

    described = definition("A", "n1", "n2", "p", "more", to=priced, description="ours")
    return {
        "override": (f"{a}\n{e}\n{override('A.n2')}", lambda: put(lab, "n1", "n2")),
        "event": (f"{a}\n{event('a.b', 'p', 'q')}\n{o}", add),
        "extend": (f"{described}\n{e}\n{o}", describe),
        "switch": (f"{a.replace(KIND, OFF)}\n{e}\n{o}", describe),
        "delete": (f"{a}\n{e.replace(KIND, GONE)}\n{o}", add),
    }


@pytest.mark.parametrize("what", ["override", "event", "extend", "switch", "delete"])
@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_what_somebody_adds_between_two_attempts_does_not_vanish(
    lab: Any, apply: Callable, shop: dict[str, Any], what: str, fault: Any
) -> None:
    """The first may be on its way still, so it is unknown, and nothing is sent again."""
    text, change = shop[what]
    lab.write(text)
    kept: list[Any] = []

    def hand() -> None:
        change()
        kept.append(stored(lab))

    once = Once(fault, hand)
    outcome = apply(lab, once)
    assert (1, kept) == (once.sent, [stored(lab)])
    (unknown,) = outcome.unknown
    assert "(after that: it has been changed since the plan was made): wait a minute, then plan again" in unknown.error
    assert 5 == outcome.exit().code


@pytest.mark.parametrize("what", ["override", "event", "extend", "switch", "delete"])
def test_what_moved_before_the_first_that_arrives_is_told_as_such(
    lab: Any, apply: Callable, shop: dict[str, Any], what: str
) -> None:
    """There was no connection at first: nothing was sent, and that is certain."""
    text, change = shop[what]
    lab.write(text)
    outcome = apply(lab, Once(httpx.ConnectError("refused"), change))
    (moved,) = outcome.skipped
    assert "it has been changed since the plan was made" in moved.because
    assert 4 == outcome.exit().code


@pytest.mark.parametrize("what", ["override", "event", "extend", "switch", "delete"])
@pytest.mark.parametrize("fault", [*FAULTS, httpx.ConnectError("refused")], ids=repr)
def test_what_is_as_it_was_is_sent_again(
    lab: Any, apply: Callable, shop: dict[str, Any], what: str, fault: Any
) -> None:
    """A second attempt is enough."""
    lab.write(shop[what][0])
    once = Once(fault, lambda: None)
    outcome = apply(lab, once)
    assert outcome.complete, outcome
    assert 2 == once.sent


def test_what_was_stored_in_part_is_completed(lab: Any, apply: Callable, shop: dict[str, Any]) -> None:
    """Half of our own request is no change of somebody else's."""
    lab.write(shop["extend"][0])
    once = Once(504, lambda: lab.send("PATCH", f"{PATH[3:]}/1/extend", {"description": "ours"}))
    assert apply(lab, once).complete
    assert 2 == once.sent


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("new", [False, True])
def test_a_later_step_looks_again_too(lab: Any, definition: Callable, apply: Callable, moves: bool, new: bool) -> None:
    """After its own first request a definition is as that left it; what else is there is somebody else's."""
    if not new:
        lab.write(definition("A", "a"))
        apply(lab)
    lab.write(definition("A", "a", "b", ensure="inactive"))
    field = {"name": "mine", "label": "m", **TEXT}

    def hand() -> None:
        if moves:
            lab.send("PATCH", f"{PATH[3:]}/1/extend", {"fields": [field]})

    first = len(lab.writes())
    once = Once(503, hand, at=2)
    outcome = apply(lab, once)
    assert moves == bool(outcome.unknown)
    assert (2 if moves else 3) == once.sent
    assert first + once.sent + moves - 1 == len(lab.writes())


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("what", ["override", "event", "extend", "switch", "delete"])
def test_a_write_that_never_succeeds_comes_to_an_end(
    lab: Any, apply: Callable, shop: dict[str, Any], what: str, status: int
) -> None:
    """About a minute, and not more than three retries; a rate limit, which is one of a minute, is outlasted."""
    lab.write(shop[what][0])
    rested: list[float] = []
    sent = 0

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal sent
        if request.method == "GET":
            return forward(request)
        sent += 1
        return httpx.Response(status)

    outcome = apply(lab, hook, rest=rested.append)
    (failed,) = outcome.failed
    assert failed.error.startswith("it was not carried out: ")
    assert failed.error.endswith(", and 70 seconds later the shop has it as it was before")
    assert f"was answered {status}" in failed.error
    assert 70.0 == rested.pop()
    most = 12 if status == 429 else 4
    assert (2 if what == "extend" else most) == sent
    least, longest = (70, 150) if status == 429 else (45, 65)
    assert least < sum(rested) < longest
    assert 1 == outcome.exit().code


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", [60, 61])
def test_a_write_that_may_be_repeated_waits_as_long_as_the_api_asks(
    lab: Any, apply: Callable, shop: dict[str, Any], asked: int, status: int
) -> None:
    """A minute at most; what is longer is named."""
    lab.write(shop["event"][0])
    rested: list[float] = []
    sent = 0

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal sent
        sent += request.method != "GET"
        if request.method == "GET" or sent == 2:
            return forward(request)
        return httpx.Response(status, headers={"retry-after": str(asked)})

    outcome = apply(lab, hook, rest=rested.append)
    if asked == 60:
        assert outcome.complete
        assert [60.0] == rested
    else:
        assert f"answered {status} (it asks to wait 61 seconds)" in outcome.failed[0].error
        assert (1, 45.0, 70.0) == (sent, sum(rested[:-1]), rested[-1])


def test_a_key_that_is_refused_at_the_second_attempt_settles_nothing(
    lab: Any, apply: Callable, shop: dict[str, Any]
) -> None:
    """The first may have been carried out; that is settled at the end, where the run looks once more."""
    lab.write(shop["event"][0])
    answers = iter([503, 401, 503, 401])

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        return forward(request) if request.method == "GET" else httpx.Response(next(answers))

    (failed,) = apply(lab, hook).failed
    assert failed.error.startswith("it was not carried out: PATCH /events was answered 503")
    (unknown,) = apply(lab, hook, verify=False).unknown
    assert "PATCH /events was answered 503. It may have been carried out" in unknown.error
    assert "401" in unknown.error


def test_long_waits_for_a_limit_come_to_an_end(lab: Any, apply: Callable, shop: dict[str, Any]) -> None:
    """A minute each is obeyed, for two and a half minutes in all; then somebody has to know."""
    lab.write(shop["event"][0])
    rested: list[float] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        return forward(request) if request.method == "GET" else httpx.Response(429, headers={"retry-after": "60"})

    assert apply(lab, hook, rest=rested.append).failed
    assert [60.0, 60.0] == rested[:2]
    assert 60.0 > max(rested[2:-1])
    assert 70.0 == rested[-1]


@pytest.mark.parametrize("what", ["override", "event", "extend", "switch", "delete"])
def test_no_wait_for_the_limit_lies_between_a_look_and_its_write(
    lab: Any, apply: Callable, shop: dict[str, Any], what: str
) -> None:
    """Wherever the limit is reached: in the minute between the two, somebody would change what was looked at."""
    lab.write(shop[what][0])
    waited = []
    for limit in range(2, 8):
        clock = Clock()
        asked: list[tuple[str, float]] = []

        def hook(
            request: httpx.Request, forward: Forward, clock: Clock = clock, asked: list[tuple[str, float]] = asked
        ) -> httpx.Response:
            asked.append((request.method, clock()))
            # As if it had never been: each round has the same to send.
            return forward(request) if request.method == "GET" else httpx.Response(400, json={"message": "no"})

        limiter = Limiter(limit, clock=clock, sleep=clock.sleep)
        assert apply(lab, hook, limiter=limiter, parallelism=1).failed
        places = [place for place, (method, _) in enumerate(asked) if method != "GET"]
        assert places
        for place in places:
            assert ("GET", asked[place][1]) == asked[place - 1]
        waited.append(asked[places[0]][1])
    assert 0.0 == waited[-1] < waited[0]


@pytest.mark.parametrize("what", ["override", "event", "switch", "delete"])
def test_a_strange_yes_to_a_write_that_cannot_be_looked_at_is_unknown(
    lab: Any, apply: Callable, shop: dict[str, Any], what: str
) -> None:
    """It is not sent again, and its own answer is what is told."""
    lab.write(shop[what][0])
    sent: list[str] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method != "GET":
            sent.append(request.method)
            forward(request)
            return httpx.Response(200, content=b"<html>")
        if sent:
            raise httpx.ReadError("dark")
        return forward(request)

    outcome = apply(lab, hook)
    assert "something that is not JSON. It may have been carried out, or still be" in outcome.unknown[0].error
    assert 1 == len(sent)
