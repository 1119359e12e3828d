"""A run to which the shop does not answer ends soon, waits once, and reads what became of what it has sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from reconciler.apply.breaker import Breaker, trouble_in
from reconciler.apply.schedule import Task
from reconciler.apply.tries import InDoubt
from reconciler.errors import (
    NeverSent,
    Rejected,
    ServerFailure,
    TooManyRequests,
    Unreachable,
)
from reconciler.model.address import Address
from reconciler.model.event import Limited, Unanswered
from tests.apply.conftest import Forward

LIMIT, UNSENT = TooManyRequests("429"), NeverSent("no route")
EVENTS = [Task(place, Address("event", f"e{place}"), 0) for place in range(3)]
TABLE = Task(3, Address("definition", "D"), 0)


def blind(failure: Exception, why: Exception) -> Exception:
    """A failure that came of one."""
    failure.__cause__ = why
    return failure


@pytest.mark.parametrize(
    ("expected", "failure"),
    [
        (None, None),
        (None, Rejected("no")),
        (None, ServerFailure("500")),
        (None, Unreachable("lost")),
        (None, ValueError("a defect")),
        (None, InDoubt(ServerFailure("500"))),
        (None, blind(NeverSent("not read"), Rejected("403"))),
        (TooManyRequests, LIMIT),
        (TooManyRequests, InDoubt(LIMIT)),
        (NeverSent, UNSENT),
        (NeverSent, InDoubt(UNSENT)),
        (ServerFailure, blind(InDoubt(Unreachable("lost")), ServerFailure("503"))),
        (Unreachable, blind(NeverSent("not read"), Unreachable("lost"))),
    ],
)
def test_trouble_is_what_others_would_meet_too(expected: type | None, failure: Exception | None) -> None:
    """The limit of the key, no connection, or a shop that cannot even be read; not what one request is answered."""
    found = trouble_in(failure)
    assert expected is (None if found is None else type(found))


def test_the_next_one_is_sent_alone_and_ends_the_run_when_it_ends_alike() -> None:
    """What was under way before says nothing new."""
    breaker = Breaker()
    for task in EVENTS[:2]:
        assert breaker.lets_pass(5)
        breaker.sent(task)
    breaker.answered(EVENTS[0], LIMIT)
    breaker.answered(EVENTS[1], LIMIT)
    assert (False, True, False) == (breaker.lets_pass(1), breaker.lets_pass(0), breaker.is_open)
    breaker.sent(EVENTS[2])
    breaker.answered(EVENTS[2], LIMIT)
    assert (False, True) == (breaker.lets_pass(0), breaker.is_open)
    assert isinstance(breaker.left_out(TABLE.address), Limited)


def test_any_answer_ends_the_trouble() -> None:
    """Also a no."""
    breaker = Breaker()
    for answer in (None, Rejected("no")):
        breaker.answered(EVENTS[0], UNSENT)
        assert (not breaker.lets_pass(1), "event") == (True, breaker.kind)
        breaker.sent(EVENTS[1])
        breaker.answered(EVENTS[1], answer)
        assert (True, "", False) == (breaker.lets_pass(5), breaker.kind, breaker.is_open)
    breaker.answered(EVENTS[0], UNSENT)
    assert isinstance(breaker.left_out(TABLE.address), Unanswered)


EVENT = "kind: event\ncode_name: visit\nname: Visit\nproperties: {metaData: [{name: vet, type: text}]}\n"


@dataclass
class Outage:
    """From the n-th write on, the shop answers nothing but this; with `lasts_until`, until somebody waits so long."""

    answer: Callable[[], httpx.Response]
    first: int = 0
    after_carrying_out: bool = False
    lasts_until: float | None = None
    waited: list[float] = field(default_factory=list)
    writes: int = 0
    is_over: bool = False

    def rest(self, seconds: float) -> None:
        """What the run waits for."""
        self.waited.append(seconds)
        self.is_over = self.is_over or seconds == self.lasts_until

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        """A hook."""
        self.writes += request.method != "GET"
        if self.is_over or self.writes <= self.first:
            return forward(request)
        if self.after_carrying_out and request.method != "GET":
            forward(request)
        return self.answer()


def limited() -> httpx.Response:
    """As somebody who has used up the key's minute leaves it."""
    return httpx.Response(429, headers={"retry-after": "30"})


def down() -> httpx.Response:
    """No connection."""
    raise httpx.ConnectError("no route")


def broken() -> httpx.Response:
    """What a gateway says of a shop that is not there."""
    return httpx.Response(503)


def lost() -> httpx.Response:
    """The answer does not come."""
    raise httpx.ReadError("gone")


@pytest.mark.parametrize(("outage", "ending"), [(limited, Limited), (down, Unanswered), (broken, Unanswered)])
def test_a_run_without_answers_does_not_try_every_change(
    lab: Any, event: Callable, apply: Callable, outage: Callable, ending: type, figure: Callable
) -> None:
    """Forty changes, of which the first five pass: what is under way ends, one more tries, the rest is left out."""
    lab.write("\n".join(event(f"a.e{number}", "p") for number in range(40)))
    hook = Outage(outage, first=5)
    outcome = apply(lab, hook, rest=hook.rest, parallelism=4)
    tried = len(outcome.failed) + len(outcome.unknown)
    told = f"{outage.__name__}: {tried} of 35 changes tried, {sum(hook.waited):.0f} s waited"
    figure("a shop that stops answering", told)
    assert 5 <= tried <= 4 + 16 + 1
    assert {ending} == {type(skipped) for skipped in outcome.skipped}
    assert 1 == len({skipped.because for skipped in outcome.skipped})
    assert 40 == tried + len(outcome.skipped) + len(outcome.applied)
    assert 70.0 >= max(hook.waited)


def test_an_outage_of_one_kind_does_not_keep_the_others(
    lab: Any, definition: Callable, event: Callable, apply: Callable
) -> None:
    """The one that tries is of another kind where there is one."""
    events = [event(f"a.e{number}", "p") for number in range(6)]
    lab.write("\n".join([*(definition(f"D{number}", "a") for number in range(6)), *events]))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        is_hit = "definitions" in request.url.path
        if is_hit and (request.method == "POST" or is_on):
            is_on.append(1)
            return httpx.Response(503)
        return forward(request)

    is_on: list[int] = []
    outcome = apply(lab, hook, parallelism=2)
    assert {f"event/a.e{number}" for number in range(6)} == set(map(str, outcome.applied))
    assert {"definition"} == {each.address.kind for each in (*outcome.failed, *outcome.unknown, *outcome.skipped)}


@pytest.mark.parametrize("landed", [True, False])
@pytest.mark.parametrize("outage", [limited, broken, lost])
@pytest.mark.parametrize("what", ["create", "update", "delete"])
def test_what_is_in_doubt_is_read_once_the_shop_answers_again(
    lab: Any, apply: Callable, outage: Callable, landed: bool, what: str
) -> None:
    """Carried out is applied, and as it was before is not; nothing stays unknown."""
    if what != "create":
        lab.write(EVENT)
        apply(lab)
    lab.write({"create": EVENT, "update": EVENT.replace("vet", "doctor"), "delete": f"{EVENT}ensure: absent\n"}[what])
    hook = Outage(outage, after_carrying_out=landed, lasts_until=70.0)
    outcome = apply(lab, hook, rest=hook.rest)
    assert () == outcome.unknown
    assert 1 == hook.waited.count(70.0)
    if landed:
        assert ["event/visit"] == list(map(str, outcome.applied))
        assert outcome.complete
        return
    (failed,) = outcome.failed
    has = "has nothing under its name" if what == "create" else "has it as it was before"
    assert failed.error.startswith("it was not carried out: ")
    assert failed.error.endswith(f", and 70 seconds later the shop {has}")


@pytest.mark.parametrize("landed", [True, False])
@pytest.mark.parametrize("after", [(), ("A.n2",)])
def test_what_has_no_id_is_read_by_its_name(
    lab: Any, definition: Callable, override: Callable, apply: Callable, after: tuple[str, ...], landed: bool
) -> None:
    """An override that is changed, or cleared."""
    table = definition("A", "n1", "n2", "p", to={"p": "products"})
    lab.write(f"{table}\n{override('A.n1')}")
    apply(lab)
    lab.write(f"{table}\n{override(*after)}")
    hook = Outage(broken, after_carrying_out=landed, lasts_until=70.0)
    outcome = apply(lab, hook, rest=hook.rest)
    assert (landed, not landed) == (bool(outcome.applied), bool(outcome.failed))
    assert () == outcome.unknown


def test_another_one_under_the_name_says_nothing(lab: Any, apply: Callable) -> None:
    """What was read by the id of the change has another one."""
    lab.write(EVENT)
    apply(lab)
    lab.write(EVENT.replace("vet", "doctor"))
    outage = Outage(broken, after_carrying_out=True, lasts_until=70.0)

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = outage(request, forward)
        return (
            httpx.Response(200, content=answer.content.replace(b'"id_event":1', b'"id_event":9'))
            if outage.is_over
            else answer
        )

    (unknown,) = apply(lab, hook, rest=outage.rest).unknown
    assert "event/visit" == str(unknown.address)


def test_what_cannot_be_read_stays_unknown(lab: Any, event: Callable, apply: Callable) -> None:
    """The shop never comes back: one wait for all of them, and none is called applied or failed."""
    lab.write("\n".join(event(f"a.e{number}", "p") for number in range(4)))
    hook = Outage(lost)
    outcome = apply(lab, hook, rest=hook.rest)
    assert 4 == len(outcome.unknown)
    assert 1 == hook.waited.count(70.0)


def test_a_run_that_is_to_stop_looks_and_does_not_wait(lab: Any, event: Callable, apply: Callable) -> None:
    """What shows is applied; what does not may still come."""
    lab.write(event("a.b", "p") + "\n" + event("a.c", "p"))
    stopped = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method != "POST":
            return forward(request)
        if b"a.b" in request.read():
            forward(request)
        stopped.append(1)
        raise httpx.ReadError("gone")

    outcome = apply(lab, hook, stop=lambda: len(stopped) > 1, parallelism=2)
    assert ["event/a.b"] == list(map(str, outcome.applied))
    assert ["event/a.c"] == [str(unknown.address) for unknown in outcome.unknown]


def test_a_defect_in_the_last_look_leaves_what_was_known(lab: Any, event: Callable, apply: Callable) -> None:
    """It is explained, and nothing is lost."""
    lab.write(event("a.b", "p"))
    explained: list[str] = []

    def rest(seconds: float) -> None:
        if seconds == 70.0:
            raise ValueError("a defect")

    outcome = apply(lab, Outage(lost), rest=rest, explain=lambda defect: explained.append(str(defect)) or "told")
    assert (["a defect"], 1) == (explained, len(outcome.unknown))
