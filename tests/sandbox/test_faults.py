"""Fault rules strike the right request, with the right effect on the store and the client."""

from __future__ import annotations

import httpx
import pytest

from reconciler.sandbox.faults import Action, FaultRules, Rule

BODY = {"name": "A", "fields": []}


def struck(rule: Rule, *requests: tuple[str, str]) -> list[bool]:
    """Tell which requests a rule strikes."""
    rules = FaultRules([rule])
    return [rules.next(*request) is rule for request in requests]


GET, POST = ("GET", "/v1/events"), ("POST", "/v1/custom-data-definitions")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(Action.DRIP), [True, False, False, False]),
        (Rule(Action.DRIP, at=3), [False, False, True, False]),
        (Rule(Action.DRIP, at=2, count=2), [False, True, True, False]),
        (Rule(Action.DRIP, method="POST"), [False, True, False, False]),
        (Rule(Action.DRIP, method="POST", skip=1), [False, False, False, True]),
        (Rule(Action.DRIP, path="/v1/ev", count=9), [True, False, True, False]),
        (Rule(Action.DRIP, at=1, method="POST"), [False, False, False, False]),
    ],
)
def test_a_rule_strikes(rule: Rule, expected: list[bool]) -> None:
    """Index, method, path, skip and count together choose the requests."""
    assert expected == struck(rule, GET, POST, GET, POST)


def test_setting_rules_starts_the_count_over() -> None:
    """The index counts from when the rules were set."""
    rules = FaultRules()
    rules.next(*GET)
    rules.set([Rule(Action.DRIP, at=1)])
    assert rules.next(*GET) is not None


@pytest.mark.parametrize(
    "values", [5, {}, {"action": "explode"}, {"action": "drip", "when": 1}, {"action": "drip", "at": "x"}]
)
def test_a_wrong_rule_is_refused(values: object) -> None:
    """Rules from outside are checked."""
    with pytest.raises(ValueError, match=r"."):
        Rule.parse(values)


@pytest.mark.parametrize(
    ("rule", "error", "created"),
    [
        (Rule(Action.LOSE_BEFORE), httpx.ReadError, 0),
        (Rule(Action.LOSE_AFTER), httpx.ReadError, 1),
        (Rule(Action.HANG_BEFORE, seconds=9), httpx.ReadTimeout, 0),
        (Rule(Action.HANG_AFTER, seconds=9), httpx.ReadTimeout, 1),
        (Rule(Action.HANG_AFTER, seconds=0.05), httpx.ReadError, 1),
    ],
)
def test_an_answer_gets_lost(shop, rule: Rule, error: type[Exception], created: int) -> None:
    """The client sees a network error; whether the request was executed depends on the rule."""
    shop.faults.set([rule])
    with pytest.raises(error):
        shop.http.post("/custom-data-definitions", json=BODY, timeout=0.3)
    assert (created, 0) == (shop.store.counts()["definitions"], shop.store.requests()[0].status)


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize(("action", "created"), [(Action.STATUS_BEFORE, 0), (Action.STATUS_AFTER, 1)])
def test_a_status_takes_the_place_of_the_answer(shop, action: Action, created: int, status: int) -> None:
    """Before or after the commit, the client only sees the status."""
    shop.faults.set([Rule(action, status=status)])
    answer = shop.http.post("/custom-data-definitions", json=BODY)
    assert (status, status, created) == (
        answer.status_code,
        answer.json()["statusCode"],
        shop.store.counts()["definitions"],
    )


def test_a_429_may_say_how_long_to_wait(shop) -> None:
    """``retry_after`` of a rule becomes the header."""
    shop.faults.set([Rule(Action.STATUS_BEFORE, status=429, retry_after=7), Rule(Action.STATUS_BEFORE, at=2)])
    answers = [shop.http.get("/events").headers.get("Retry-After") for _ in range(2)]
    assert ["7", None] == answers


def test_broken_json_is_a_200_that_cannot_be_read(shop) -> None:
    """The request was executed, the answer is cut."""
    shop.faults.set([Rule(Action.BROKEN_JSON)])
    answer = shop.http.post("/custom-data-definitions", json=BODY)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()
    assert (200, 1) == (answer.status_code, shop.store.counts()["definitions"])


def test_a_drip_arrives_whole(shop) -> None:
    """Slow, but complete."""
    shop.faults.set([Rule(Action.DRIP, seconds=0.2)])
    answer = shop.http.post("/custom-data-definitions", json=BODY)
    assert ("A", True) == (answer.json()["data"]["name"], answer.elapsed.total_seconds() > 0.15)


def test_a_drip_is_slow_within_the_read_timeout(shop) -> None:
    """The read timeout is for each piece, as on a real network, and a client may leave half way."""
    shop.faults.set([Rule(Action.DRIP, seconds=4)])
    with pytest.raises(httpx.ReadTimeout):
        shop.http.get("/events", timeout=0.1)
    assert 200 == shop.http.get("/events").status_code
