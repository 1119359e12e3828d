"""What nobody knows is looked for long enough, and nothing is built on a stranger."""

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.api.connection import Connection, ReadConnection
from reconciler.api.shop import HttpShop
from reconciler.apply.claims import Claims
from reconciler.apply.patience import A_FEW_SECONDS, A_MINUTE_ALMOST, UNTIL_SHOWN, Patience, growing
from reconciler.apply.settle import Settler
from reconciler.errors import NotUnderstood
from reconciler.model.address import Address
from reconciler.model.event import Changed
from reconciler.model.live import Created, LiveId, Names
from reconciler.sandbox.faults import Action, Rule
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport

Forward = Callable[[httpx.Request], httpx.Response]
PATH = "/v1/custom-data-definitions"


def edited(answer: httpx.Response, change: Callable[[Any], Any]) -> httpx.Response:
    """The answer with its data changed."""
    body = answer.json()
    return httpx.Response(answer.status_code, json={**body, "data": change(body["data"])})


class Late:
    """The first POST is answered with a status, and carried out when so many seconds were waited. The listing shows
    everything a little later still."""

    def __init__(self, lab: Any, status: int, after: float, lag: float) -> None:
        self.status, self.after, self.lag = status, after, lag
        self.waited = 0.0
        self.behind: list[httpx.Request] = []
        self.posts = 0
        self.server = SandboxTransport(lab.app)

    def rest(self, seconds: float) -> None:
        self.waited += seconds
        if self.behind and self.waited >= self.after:
            self.server.handle_request(self.behind.pop()).read()

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            self.posts += 1
            if self.posts == 1:
                self.behind.append(request)
                self.rest(0.0)
                return httpx.Response(self.status)
        answer = forward(request)
        hidden = self.posts and self.waited < self.after + self.lag
        if hidden and request.method == "GET" and request.url.path in (PATH, "/v1/events"):
            return edited(answer, lambda rows: [])
        return answer


@pytest.mark.parametrize(
    "fault",
    [(500, 0, 0.4), (503, 0, 0.4), (408, 0, 0.4), (429, 0, 0.4), (500, 3, 0.4), (504, 6, 0), (504, 40, 0), (502, 40, 0),
     (524, 30, 0.4)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["definition", "event"])
def test_what_is_carried_out_late_is_not_made_twice(
    lab: Any, definition: Callable, event: Callable, apply: Callable, kind: str, fault: tuple[int, float, float]
) -> None:
    """One look a moment later is no proof of absence, whatever the status was."""
    lab.write(definition("A", "a") if kind == "definition" else event("a.b", "p"))
    late = Late(lab, *fault)
    outcome = apply(lab, late, rest=late.rest)
    assert outcome.complete, outcome
    assert 1 == late.posts
    counts = lab.store.counts()
    assert 1 == counts["definitions"] + counts["events"]


def test_the_waits_grow_and_are_bounded() -> None:
    """From a quarter of a second to five."""
    assert (0.25, 0.5, 1.0, 2.0, 1.25) == A_FEW_SECONDS
    assert (5.0, 45.0, 17.75) == (sum(A_FEW_SECONDS), sum(A_MINUTE_ALMOST), sum(UNTIL_SHOWN))
    assert 5.0 == max(A_MINUTE_ALMOST)
    assert (0.25, 0.25) == growing(0.5)


def test_a_long_wait_is_told_once() -> None:
    """With what it is for and how long it may take; a short one needs no words."""
    told: list[str] = []
    rested: list[float] = []
    patience = Patience(rested.append, tell=told.append)
    assert [False, False, False, True] == list(patience.looks((0.0, 1.0, 2.0, 2.0), "A to appear"))
    assert ["waiting for A to appear, up to 4 seconds more"] == told
    assert [1.0, 2.0, 2.0] == rested
    assert [] == list(patience.looks((), "nothing"))


def test_what_is_waited_for_is_told(lab: Any, definition: Callable, apply: Callable) -> None:
    """The address, and why."""
    lab.write(definition("A", "a"))
    lab.faults.set([Rule(Action.LOSE_BEFORE, method="POST")])
    told: list[str] = []
    assert apply(lab, tell=told.append).complete
    line, late = told
    assert "waiting for a second one of what was sent twice, up to 15 seconds more" == late
    assert line.startswith("waiting for definition/A to appear, since POST /custom-data-definitions got no answer: ")
    assert line.endswith(", up to 43 seconds more")


@pytest.mark.parametrize("kind", ["create", "extend"])
def test_a_run_that_is_to_stop_looks_once_more_and_sends_nothing(
    lab: Any, definition: Callable, apply: Callable, kind: str
) -> None:
    """What it does not find is unknown, with what to do about it."""
    if kind == "extend":
        lab.write(definition("A", "a"))
        apply(lab)
    lab.write(definition("A", "a", "b"))
    lab.faults.set([Rule(Action.LOSE_BEFORE, method=method, count=9) for method in ("POST", "PATCH")])
    lab.store.clear_requests()
    rested: list[float] = []
    outcome = apply(lab, rest=rested.append, stop=lambda: len(rested) >= 3)
    assert [0.25, 0.5, 1.0] == rested[:3]
    assert 1 == len(lab.writes())
    (unknown,) = outcome.unknown
    assert "wait a minute, then plan again" in unknown.error
    assert 5 == outcome.exit().code


def test_what_shows_at_the_stop_is_adopted(lab: Any, definition: Callable, apply: Callable) -> None:
    """The last look is not thrown away."""
    lab.write(definition("A", "a"))
    lab.faults.set([Rule(Action.LOSE_AFTER, method="POST")])
    outcome = apply(lab, stop=lambda: bool(lab.writes()))
    assert ["definition/A"] == list(map(str, outcome.applied))


def test_other_branches_go_on_while_one_waits(lab: Any, definition: Callable, apply: Callable) -> None:
    """Even when only one may write at a time; and it goes on as soon as the others let it."""
    lab.write("\n".join(definition(name, "n1") for name in "ABC") + "\n" + definition("D", "n1", to={"n1": "A.n1"}))
    is_c_made, sent, most, now = threading.Event(), list[str](), 0, 0
    lock = threading.Lock()

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal most, now
        if request.method == "GET":
            return forward(request)
        name = json.loads(request.content)["name"]
        with lock:
            now += 1
            most = max(most, now)
        sent.append(name)
        if sent == ["A"]:
            with lock:
                now -= 1
            raise httpx.ReadError("lost on the way")
        answer = forward(request)
        with lock:
            now -= 1
        if name == "C":
            is_c_made.set()
        return answer

    def rest(seconds: float) -> None:
        assert is_c_made.wait(10)

    assert apply(lab, hook, parallelism=1, rest=rest).complete
    assert (["A", "B", "C", "A", "D"], 1) == (sent, most)


@pytest.mark.parametrize("kind", ["create", "extend"])
def test_a_429_is_doubt(lab: Any, definition: Callable, apply: Callable, kind: str) -> None:
    """It may come after the commit: it is looked at before anything is sent again."""
    if kind == "extend":
        lab.write(definition("A", "a"))
        apply(lab)
    lab.write(definition("A", "a", "b"))
    for action, writes in ((Action.STATUS_AFTER, 1), (Action.STATUS_BEFORE, 2)):
        lab.faults.set([Rule(action, method=method, status=429) for method in ("POST", "PATCH")])
        lab.store.clear_requests()
        assert apply(lab).complete
        assert writes == len(lab.writes())
        lab.write(definition("A", "a", "b", "c") if kind == "extend" else definition("B", "a"))


@pytest.mark.parametrize(
    "asks",
    [
        (503, 0, 62.75, 2), (503, 30, 62.75, 2), (503, 55, 72.75, 2), (503, 61, 45.0, 1), (503, 3600, 45.0, 1),
        (429, 0, 87.75, 2), (429, 30, 87.75, 2), (429, 60, 87.75, 2), (429, 61, 45.0, 1),
    ],
)  # fmt: skip
def test_what_the_api_asks_to_wait_is_counted_in(
    lab: Any, definition: Callable, apply: Callable, asks: tuple[int, int, float, int]
) -> None:
    """The looks are as long or longer, and outlast a rate limit. It is sent again once and not for ever, and what is
    asked for is named.
    """
    status, seconds, waited, posts = asks
    lab.write(definition("A", "a"))
    asked: list[httpx.Request] = []

    def limited(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        asked.append(request)
        return httpx.Response(status, headers={"retry-after": str(seconds)})

    rested: list[float] = []
    outcome = apply(lab, limited, rest=rested.append)
    assert f"was answered {status} (it asks to wait {seconds} seconds)" in outcome.failed[0].error
    assert 1 == outcome.exit().code
    assert (posts, waited, 70.0) == (len(asked), sum(rested[:-1]), rested[-1])


@pytest.mark.parametrize("verify", [True, False])
def test_a_yes_that_holds_a_no_is_a_failure_with_its_reason(
    lab: Any, definition: Callable, event: Callable, apply: Callable, verify: bool
) -> None:
    """For every method, and without a read-back too."""
    lab.write(event("a.b", "p"))
    apply(lab)
    lab.write(definition("A", "a") + "\n" + event("a.b", "q"))

    def refuse(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        return httpx.Response(200, json={"statusCode": 400, "message": ["no such thing today"]})

    outcome = apply(lab, refuse, verify=verify)
    assert (2, 0) == (len(outcome.failed), len(outcome.applied))
    assert all("no such thing today" in failed.error for failed in outcome.failed)
    assert 1 == outcome.exit().code


# A foreign id


def other_id(name: str, number: Callable[[], int], rename: str | None = None) -> Callable[..., httpx.Response]:
    """Answers the POST of one definition with another one's id."""

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST" and json.loads(request.content)["name"] == name:
            stranger = {"id_definition": number(), **({"name": rename} if rename else {})}
            return edited(answer, lambda data: {**data, **stranger})
        return answer

    return hook


def targets(lab: Any) -> dict[str, list[str]]:
    """What each definition points at."""
    with lab.store.reading() as db:
        rows = db.execute("SELECT name, relationships FROM definition WHERE status <> 'deleted'").fetchall()
    return {row["name"]: [rel["targetSchema"] for rel in json.loads(row["relationships"])] for row in rows}


@pytest.mark.parametrize("whose", ["living", "deleted", "of this run", "named"])
def test_nothing_is_built_on_a_strangers_id(lab: Any, definition: Callable, apply: Callable, whose: str) -> None:
    """An id that is known already, or another name, is doubt: it is looked for by its name and found."""
    lab.write(definition("Old", "n1") + "\n" + definition("Gone", "n1"))
    assert apply(lab, parallelism=1).complete
    lab.send("DELETE", "/custom-data-definitions/1")  # Gone comes first
    lab.write("\n".join([definition("Old", "n1"), definition("A", "n1"), definition("B", "n1"),
                         definition("User", "n1", to={"n1": "B.n1"})]))  # fmt: skip
    number = {"living": 2, "deleted": 1, "of this run": 3, "named": 77}[whose]
    hook = other_id("B", lambda: number, rename="Stranger" if whose == "named" else None)
    outcome = apply(lab, hook, parallelism=1)
    assert outcome.complete, outcome
    assert ["4"] == targets(lab)["User"]
    assert () == lab.plan()[0].changes


def test_an_id_without_a_name_is_read_before_others_are_built_on_it(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """It is nobody's that the run knows, and still another one's."""
    lab.write(definition("A", "n1") + "\n" + definition("User", "n1", to={"n1": "A.n1"}))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST" and json.loads(request.content)["name"] == "A":
            body = {"name": "Stranger", "fields": [{"name": "n1", "label": "n", "type": "number", "required": False}]}
            stranger = lab.post("/custom-data-definitions", body)
            return edited(answer, lambda data: {"id_definition": stranger["id_definition"]})
        return answer

    assert apply(lab, hook).complete
    assert ["1"] == targets(lab)["User"]


def test_an_id_without_a_name_is_not_read_when_nothing_needs_it(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """The read-back will see it."""
    lab.write(definition("A", "n1") + "\n" + definition("User", "n1", to={"n1": "A.n1"}))

    def quiet(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            return edited(answer, lambda data: {"id_definition": data["id_definition"]})
        return answer

    assert apply(lab, quiet).complete
    assert ["1"] == [asked.path[-1] for asked in lab.requests() if asked.path[-2:] in ("/1", "/2")]


@pytest.mark.parametrize("verify", [True, False])
def test_an_echoed_body_does_not_make_a_strangers_id_ones_own(
    lab: Any, definition: Callable, apply: Callable, verify: bool
) -> None:
    """The answer holds all that was sent, and the id of what somebody else has just made."""
    lab.write(definition("A", "n1") + "\n" + definition("User", "n1", to={"n1": "A.n1"}))

    def stranger() -> int:
        body = {"name": "Stranger", "fields": [{"name": "n1", "label": "n", "type": "number", "required": False}]}
        return int(lab.post("/custom-data-definitions", body)["id_definition"])

    assert apply(lab, other_id("A", stranger), verify=verify).complete
    assert ["1"] == targets(lab)["User"]
    assert () == lab.plan()[0].changes


def test_an_id_with_its_name_is_believed_when_it_cannot_be_looked_at(
    lab: Any, definition: Callable, apply: Callable
) -> None:
    """The read-back has the last word."""
    lab.write(definition("A", "n1") + "\n" + definition("User", "n1", to={"n1": "A.n1"}))

    def dark(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.url.path == f"{PATH}/1":
            raise httpx.ReadError("dark")
        return forward(request)

    assert apply(lab, dark).complete


@pytest.mark.parametrize(("targets", "looks"), [(1, 1), (3, 2), (5, 2)])
def test_as_many_ids_are_looked_at_as_the_budget_has_room_for(
    lab: Any, definition: Callable, apply: Callable, targets: int, looks: int
) -> None:
    """Those that most refer to, a page per hundred changes and two, less the pages of the read-back."""
    made = [definition(f"A{n}", "n1") for n in range(targets)]
    users = [definition(f"U{n}", "n1", to={"n1": f"A{n}.n1"}) for n in range(targets)]
    again = [definition("V", "n1", to={"n1": f"A{targets - 1}.n1"})]
    lab.write("\n".join([*made, *users, *again]))
    plan, _ = lab.plan()
    before = len(lab.requests())
    assert apply(lab).complete
    asked = [asked.path for asked in lab.requests()[before:] if asked.method == "GET" and "?" not in asked.path]
    assert looks == len(asked)
    reads_of_the_plan = 1
    assert plan.forecast.requests == len(lab.requests()) - before - reads_of_the_plan
    created = {row.id: address.name for address, row in lab.plan()[1].resources.items()}
    assert f"A{targets - 1}" in {created[int(path.rpartition("/")[2])] for path in asked}


@pytest.mark.parametrize("sees", ["nothing", "no more"])
def test_an_id_that_cannot_be_confirmed_is_unknown(lab: Any, definition: Callable, apply: Callable, sees: str) -> None:
    """And what needs it is skipped."""
    lab.write(definition("A", "n1") + "\n" + definition("User", "n1", to={"n1": "A.n1"}))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"statusCode": 200, "data": {"id_definition": 9}})
        if request.url.path == f"{PATH}/9" and sees == "nothing":
            raise httpx.ReadError("dark")
        return forward(request)

    outcome = apply(lab, hook)
    assert ["definition/A"] == [str(unknown.address) for unknown in outcome.unknown]
    assert ["definition/User"] == [str(skipped.address) for skipped in outcome.skipped]


@pytest.mark.parametrize("verify", [True, False])
def test_nothing_is_built_on_a_stranger_that_nobody_knew(
    lab: Any, definition: Callable, override: Callable, apply: Callable, verify: bool
) -> None:
    """The answer holds nothing but an id, of what somebody else has just made: it is looked at before it is used."""
    first = definition("A", "n1", "p", to={"p": "products"})
    lab.write(f"{first}\n{definition('User', 'n1', to={'n1': 'A.n1'})}\n{override('A.n1')}")

    def stranger() -> int:
        body = {"name": "Stranger", "fields": [{"name": "n1", "label": "n", "type": "number", "required": False}]}
        return int(lab.post("/custom-data-definitions", body)["id_definition"])

    with_name = other_id("A", stranger)

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = with_name(request, forward)
        if request.method != "POST" or json.loads(request.content).get("name") != "A":
            return answer
        number = answer.json()["data"]["id_definition"]
        return httpx.Response(200, json={"statusCode": 200, "data": {"id_definition": number}})

    assert 3 == len(apply(lab, hook, verify=verify).applied)
    assert ["1"] == targets(lab)["User"]
    with lab.store.reading() as db:
        assert [1] == [row[0] for row in db.execute("SELECT id_custom_data_definition FROM override")]


def test_what_is_renamed_before_the_read_back_is_a_stranger(lab: Any, definition: Callable, apply: Callable) -> None:
    """That, and what was built on it, is not applied."""
    lab.write(definition("A", "n1") + "\n" + definition("User", "n1", to={"n1": "A.n1"}))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET" and len(lab.writes()) == 2:
            lab.send("PATCH", "/custom-data-definitions/1/extend", {"name": "Stranger"})
        return forward(request)

    outcome = apply(lab, hook)
    assert () == outcome.applied
    assert ["it is called Stranger now", "by an id that is something else's"] == [
        failed.error.partition("different: ")[2] or failed.error[-33:] for failed in outcome.failed
    ]
    assert 5 == outcome.exit().code


def test_an_id_is_claimed_once() -> None:
    """A listing knows better than an answer, and its word is taken."""
    a, b = Address("definition", "A"), Address("definition", "B")
    claims = Claims(Names(lost={LiveId("definition", 5): "(deleted) Z"}))
    assert 1 == claims.answered(a, Created(1)).id
    assert 1 == claims.answered(a, Created(1)).id
    with pytest.raises(NotUnderstood, match="an id that is known already, of definition/A"):
        claims.answered(b, Created(1, request="POST /x"))
    with pytest.raises(NotUnderstood, match=r"of \(deleted\) Z"):
        claims.answered(b, Created(5))
    assert 1 == claims.answered(Address("event", "e"), Created(1)).id
    assert 1 == claims.listed(b, Created(1)).id
    with pytest.raises(NotUnderstood, match="of definition/B"):
        claims.answered(a, Created(1))


# Twins


def doubled(path: str, key: str, name: str, listed: Callable[[], bool]) -> Callable[..., httpx.Response]:
    """A server whose name check has a gap: another run has made one of that name too."""

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "GET" and request.url.path == path and listed():
            return edited(answer, lambda rows: [{**rows[0], "id": 90, "id_definition": "90", "id_event": "90",
                                                 key: name}, *rows])  # fmt: skip
        return answer

    return hook


@pytest.mark.parametrize(
    ("kind", "where"), [("definition", (PATH, "name", "a ")), ("event", ("/v1/events", "code_name", "a.b"))]
)
def test_a_twin_of_what_was_created_is_named(
    lab: Any, definition: Callable, event: Callable, apply: Callable, kind: str, where: tuple[str, str, str]
) -> None:
    """With both ids and at once: waiting changes nothing. Its exit is 5."""
    lab.write(definition("A", "a") if kind == "definition" else event("a.b", "p"))
    rested: list[float] = []
    hook = doubled(*where, lambda: bool(lab.writes()))
    outcome = apply(lab, hook, rest=rested.append)
    (twice,) = outcome.failed
    assert "it lives more than once: with the id 1, which this run knows, and with 90." in twice.error
    assert "Delete all but one: the next plan says which one it means" in twice.error
    assert (5, []) == (outcome.exit().code, rested)


def test_a_twin_under_a_new_name_is_named(lab: Any, definition: Callable, apply: Callable) -> None:
    """A rename brings a name as well."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("B", "a", renamed_from="A"))
    outcome = apply(lab, doubled(PATH, "name", "B", lambda: len(lab.writes()) > 1))
    assert "with the id 1, which this run knows, and with 90" in outcome.failed[0].error


def test_what_was_there_twice_before_is_no_twin_of_ours(lab: Any, definition: Callable, apply: Callable) -> None:
    """The plan has warned of it."""
    lab.write(definition("A", "a"))
    apply(lab)
    lab.write(definition("A", "a", "b"))
    assert apply(lab, doubled(PATH, "name", "A", lambda: True)).complete


# Siblings


@pytest.mark.parametrize(("status", "said"), [(409, ""), (400, "custom data definition name is already used.")])
def test_a_name_that_is_taken_is_looked_for_longer(
    lab: Any, definition: Callable, apply: Callable, status: int, said: str
) -> None:
    """Another run has just made it, and the listing does not show it yet."""
    lab.write(definition("A", "a"))
    waited: list[float] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method == "POST":
            return httpx.Response(status, json={"statusCode": status, "message": said})
        if request.url.path == PATH and lab.writes() and sum(waited) < 2:
            return edited(answer, lambda rows: [])
        return answer

    assert apply(lab, hook, rest=waited.append).complete
    assert [0.25, 0.5, 1.0, 2.0] == waited


@pytest.mark.parametrize("what", ["event", "override", "status", "delete"])
def test_a_repeatable_write_in_doubt_is_looked_for_too(
    new_lab: Callable, definition: Callable, event: Callable, override: Callable, apply: Callable, what: str
) -> None:
    """It is done half a minute after the gateway gave up: that is applied, and not unknown."""
    lab = new_lab(switches=Switches(rate_limit=0))
    priced = {"p": "products"}
    before = {"event": event("a.b", "p"), "override": definition("A", "n1", "p", to=priced),
              "status": definition("A", "n1"), "delete": event("a.b", "p")}  # fmt: skip
    after = {"event": event("a.b", "q"), "override": before["override"] + "\n" + override("A.n1"),
             "status": definition("A", "n1", ensure="inactive"),
             "delete": event("a.b", "p").replace('"kind"', '"ensure": "absent", "kind"')}  # fmt: skip
    lab.write(before[what])
    assert apply(lab).complete
    lab.write(after[what])
    behind: list[httpx.Request] = []
    waited: list[float] = []
    server = SandboxTransport(lab.app)

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "GET":
            return forward(request)
        behind.append(request)
        return httpx.Response(504)

    def rest(seconds: float) -> None:
        waited.append(seconds)
        if behind and sum(waited) >= 30:
            server.handle_request(behind[0]).read()
            behind.clear()

    outcome = apply(lab, hook, rest=rest)
    assert outcome.complete, outcome
    assert 30 <= sum(waited) < 45


@pytest.mark.parametrize("shows", ["nothing", "another one"])
def test_an_update_that_cannot_be_seen_is_not_done(lab: Any, event: Callable, apply: Callable, shows: str) -> None:
    """Neither when no look is answered, nor when what is shown has another id."""
    lab.write(event("a.b", "p"))
    apply(lab)
    lab.write(event("a.b", "q"))
    is_sent = False

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        nonlocal is_sent
        is_sent = is_sent or request.method == "PATCH"
        if request.method == "PATCH":
            forward(request)
            return httpx.Response(504)
        if is_sent and shows == "nothing":
            raise httpx.ReadError("dark")
        answer = forward(request)
        if is_sent and request.url.path == "/v1/events/1":
            return edited(answer, lambda data: {**data, "id_event": 9})
        return answer

    (unknown,) = apply(lab, hook).unknown
    assert "PATCH /events was answered 504. It may have been carried out" in unknown.error
    assert "PATCH /events" == unknown.request


def test_a_delete_that_was_carried_out_before_is_done(lab: Any, event: Callable, apply: Callable) -> None:
    """The second try is told that there is no such event; the listing still shows it for a moment."""
    lab.write(event("a.b", "p"))
    apply(lab)
    lab.write(event("a.b", "p").replace('"kind"', '"ensure": "absent", "kind"'))
    waited: list[float] = []
    stale: list[httpx.Response] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "DELETE":
            forward(request)
            return httpx.Response(404, json={"message": "Event not found"})
        answer = forward(request)
        if request.url.path == "/v1/events":
            if not lab.writes()[1:]:
                stale.append(answer)
            elif sum(waited) < 1:
                return stale[0]
        return answer

    assert apply(lab, hook, rest=waited.append).complete
    assert [0.25, 0.5, 1.0] == waited


@pytest.mark.parametrize("ours", [True, False])
def test_what_appears_and_does_not_fit_may_be_ours(lab: Any, definition: Callable, apply: Callable, ours: bool) -> None:
    """After a lost answer the shop may have changed by our own request: exit 5. A plain no was never ours: exit 1."""
    lab.write(definition("A", "a"))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method != "POST":
            return forward(request)
        field = {"name": "a", "label": "cut", "type": "text", "required": False}
        lab.post("/custom-data-definitions", {"name": "A", "fields": [field]})
        if ours:
            raise httpx.ReadError("lost")
        return httpx.Response(409)

    outcome = apply(lab, hook)
    assert "is something else (fields.a.label)" in outcome.failed[0].error
    assert (ours, 5 if ours else 1) == (isinstance(outcome.failed[0], Changed), outcome.exit().code)


def test_a_confirmed_id_is_kept(lab: Any, definition: Callable) -> None:
    """It reads back under its name."""
    lab.write(definition("A", "a"))
    lab.apply()
    shop = HttpShop(lab.connect(Connection))
    settler = Settler(shop, Names(), Patience(lambda seconds: None))
    assert 1 == settler.confirm(Address("definition", "A"), {}, Created(1)).id
    assert lab.connect(ReadConnection).requests == 0
