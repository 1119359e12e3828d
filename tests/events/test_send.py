"""One event, sent once, and what the histories say of it."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from reconciler.api.triggers import HttpEvents, path_of
from reconciler.errors import ExitCode, Rejected
from tests.events.firing import CODE, MARIE, EventShop, body, event_shop, renamed, showing


@pytest.fixture
def shop() -> Iterator[EventShop]:
    """A shop that behaves."""
    with event_shop() as made:
        yield made


def test_an_event_lands_and_its_target_is_resolved(shop: EventShop) -> None:
    """Exit 0, with the row of the history that shows it."""
    outcome = shop.send()
    assert ("landed", ExitCode.DONE) == (outcome.state, outcome.exit.code)
    assert outcome.row is not None
    assert (1, MARIE, True) == (outcome.row.number, outcome.row.target.email, outcome.row.resolved)
    assert 1 == shop.triggers() == len(shop.histories())


def test_an_event_for_nobody_lands_and_is_no_success(shop: EventShop) -> None:
    """It is in the history, and no scenario starts: exit 1, as `events diagnose` says."""
    outcome = shop.send(body("nobody@example.com"))
    assert ("unresolved", 1, "target-not-resolved") == (outcome.state, outcome.exit.code, outcome.exit.reason)
    assert 'landed, and "nobody@example.com" was not resolved to a contact: no scenario starts' == outcome.words


def test_a_refusal_is_told_in_the_words_of_the_api(shop: EventShop) -> None:
    """Exit 1, and the history is not waited for."""
    outcome = shop.send(body(new_tier=None))
    assert ("refused", 1) == (outcome.state, outcome.exit.code)
    assert "metaData.new_tier should not be empty" in outcome.said
    assert [] == shop.histories()


def test_no_answer_and_a_row_is_landed(shop: EventShop) -> None:
    """A lost answer is settled by the history; nothing is sent again."""
    shop.fail(action="lose_after", method="POST")
    outcome = shop.send()
    assert ("landed", "none") == (outcome.state, outcome.answer)
    assert 1 == shop.triggers() == len(shop.histories())


def test_no_answer_and_no_row_is_unknown(shop: EventShop) -> None:
    """Exit 5 after 30 seconds, with the time from which on an empty history means that nothing comes any more."""
    shop.fail(action="lose_before", method="POST")
    outcome = shop.send()
    assert ("unknown", 5) == (outcome.state, outcome.exit.code)
    assert "no answer, and no history row within 30 s" == outcome.words
    assert 30 == pytest.approx(outcome.seconds, abs=0.01)
    assert outcome.safe_at is not None
    assert 120 <= (outcome.safe_at - outcome.at).total_seconds() < 180
    assert (1, 0) == (shop.triggers(), len(shop.histories()))


def test_an_event_that_is_accepted_and_never_comes_is_unknown() -> None:
    """A "yes" is a place in a queue, and no row in the history."""
    with event_shop(async_delay=100) as shop:
        outcome = shop.send()
        assert ("unknown", "accepted, and no history row within 30 s") == (outcome.state, outcome.words)
        assert (1, 1) == (shop.triggers(), len(shop.histories()))


@pytest.mark.parametrize("action", ["status_before", "status_after"])
def test_a_429_is_never_sent_again(shop: EventShop, action: str) -> None:
    """It means refused and not carried out; the history is looked at all the same, and believed more."""
    shop.fail(action=action, method="POST", status=429)
    outcome = shop.send()
    landed = action == "status_after"
    assert ("landed" if landed else "refused", 0 if landed else 1) == (outcome.state, outcome.exit.code)
    assert (1, int(landed)) == (shop.triggers(), len(shop.histories()))


def test_a_row_that_was_there_before_proves_nothing(shop: EventShop) -> None:
    """Neither does one about somebody else, nor one with another payload."""
    shop.fire()
    shop.fail(action="lose_before", method="POST")
    sender = shop.sender()
    rest = shop.clock.rest

    def others_fire(seconds: float) -> None:
        if not shop.clock.rested:
            shop.fire(body("jean@example.com"))
            shop.fire(body(new_tier="silver"))
        rest(seconds)

    sender.pace = type(sender.pace)(others_fire, clock=shop.clock, now=shop.clock.moment)
    assert "unknown" == sender.run(wait=200).state


def test_a_history_that_cannot_be_read_beforehand_stops_all(shop: EventShop) -> None:
    """Without it nobody could settle a doubt: nothing is sent."""
    shop.fail(action="status_before", method="GET", status=403, count=9)
    with pytest.raises(Rejected):
        shop.send()
    assert 0 == shop.triggers()


def test_rows_that_cannot_be_understood_are_no_proof_that_nothing_landed() -> None:
    """Their keys are not documented: it says that it does not know."""
    with event_shop(around=showing(renamed)) as shop:
        outcome = shop.send()
        assert ("unknown", 5) == (outcome.state, outcome.exit.code)
        assert "accepted, and 1 new history row cannot be understood" == outcome.words


def test_a_row_that_shows_only_the_contact_is_known_by_its_id() -> None:
    """The contact was looked up before; without that, nobody could tell whose it is."""

    def only_the_id(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "target": {"id_contact": row["target"]["id_contact"]}}

    with event_shop(around=showing(only_the_id)) as shop:
        sender = shop.sender()
        assert "accepted, and 1 new history row cannot be understood" == sender.run().words
        sender = shop.sender()
        sender.known = 1
        assert "landed" == sender.run().state


def test_a_row_that_says_nothing_of_the_contact_is_settled_by_the_contacts() -> None:
    """It landed; whether somebody was found the contacts say."""

    def without_outcome(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "status": "processed", "target": {"contact": row["target"]["contact"]}}

    with event_shop(around=showing(without_outcome)) as shop:
        assert "landed" == shop.send().state
        assert "unresolved" == shop.send(body("nobody@example.com")).state


def test_a_row_that_is_not_settled_yet_is_looked_at_again() -> None:
    """The history may have a row before its target is resolved."""
    seen: list[str] = []

    def pending_at_first(row: dict[str, Any]) -> dict[str, Any]:
        seen.append(row["id"])
        if len(seen) > 2:
            return row
        return {**row, "status": "pending", "target": {**row["target"], "id_contact": None}}

    with event_shop(around=showing(pending_at_first)) as shop:
        outcome = shop.send()
        assert ("landed", 3) == (outcome.state, len(seen))


def test_the_code_name_is_encoded_in_the_path() -> None:
    """A slash or a question mark in it must not become another address."""
    assert "/events/trigger/a%2Fb%20c%3Fd%C3%A9" == path_of("a/b c?dé")


def test_an_odd_code_name_arrives_whole() -> None:
    """As the shop stores it."""
    odd = "shop/été & co?x=1#y"
    with event_shop(event_type={"name": "Odd", "code_name": odd}) as shop:
        shop.shop.trigger(odd, {"contact": {"email": MARIE}})
        assert [odd] == [row["code_name"] for row in shop.histories()]


def test_the_history_is_asked_for_one_code_name(shop: EventShop) -> None:
    """As one JSON `settings` with a singular `filter`."""
    shop.send()
    asked = next(asked.path for asked in shop.store.requests() if "histories" in asked.path)
    settings = json.loads(httpx.URL(asked).params["settings"])
    assert [{"field": "code_name", "values": CODE, "operator": "EQUALS"}] == settings["filter"]


class _NoConnection(httpx.BaseTransport):
    """No connection for the first so many writes."""

    def __init__(self, inner: httpx.BaseTransport, times: int) -> None:
        self._inner, self._left = inner, times

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and self._left:
            self._left -= 1
            raise httpx.ConnectError("refused")
        return self._inner.handle_request(request)


@pytest.mark.parametrize(("times", "state", "code"), [(2, "landed", 0), (99, "not-sent", 1)])
def test_only_what_never_left_is_tried_again(times: int, state: str, code: int) -> None:
    """Without a connection nothing was sent for certain, and that is said."""
    with event_shop(around=lambda inner: _NoConnection(inner, times)) as shop:
        outcome = shop.send()
        assert (state, code) == (outcome.state, outcome.exit.code)
        assert int(state == "landed") == shop.triggers() == len(shop.histories())


class _Unconnected(httpx.BaseTransport):
    """Lets no trigger out."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the shop, if there is one."""
        if "/events/trigger/" in request.url.path:
            raise httpx.ConnectError("refused", request=request)
        return self.inner.handle_request(request)


@pytest.mark.parametrize(("stopped", "code", "reason"), [(True, 130, "interrupted"), (False, 1, "not-sent")])
def test_ctrl_c_before_anything_was_sent_is_an_interruption(stopped: bool, code: int, reason: str) -> None:
    """130, and without Ctrl-C a failure."""
    with event_shop(around=_Unconnected) as shop:
        outcome = shop.sender(stop=lambda: stopped).run()
        assert ("not-sent", code, reason) == (outcome.state, outcome.exit.code, outcome.exit.reason)
        assert [] == shop.histories()


class _Hurried(HttpEvents):
    """Has no time to look at the history."""

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """None at all."""
        return super().within(0.0)


def test_a_history_that_takes_too_long_gives_no_advice_for_readers(shop: EventShop) -> None:
    """ "Try again later, or read less" is no word for an event that may have landed."""
    shop.shop = _Hurried(shop.connection)
    outcome = shop.sender().run(0.0)
    assert ("unknown", 5) == (outcome.state, outcome.exit.code)
    assert "accepted, and the history cannot be read (it did not answer in time)" == outcome.words
