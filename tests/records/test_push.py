"""Sending rows: batches, what an answer says of each row, and what is done when none comes."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from reconciler.records.options import PushOptions
from reconciler.records.run import Push
from reconciler.records.sent import Pace
from tests.records.pushing import managers, new_shop, table

LEARNT = "learnt: this shop takes {} rows a request ({} were refused): {} requests instead of {}"


class Answers(httpx.BaseTransport):
    """A shop that writes its answers to POSTs in another way."""

    def __init__(self, inner: httpx.BaseTransport, change: Callable[[httpx.Request, Any], Any]) -> None:
        self._inner, self._change = inner, change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if request.method != "POST" or "custom-data-records" not in request.url.path:
            return answer
        body = json.loads(answer.read())
        status, body = self._change(request, (answer.status_code, body))
        return httpx.Response(status, json=body)


def _changed(change: Callable[[httpx.Request, Any], Any]) -> Callable[[httpx.BaseTransport], httpx.BaseTransport]:
    return lambda inner: Answers(inner, change)


class Sizes(httpx.BaseTransport):
    """Notes how many rows each POST has, and refuses too many."""

    def __init__(self, inner: httpx.BaseTransport, most: int, poison: str = "") -> None:
        self._inner, self._most, self._poison = inner, most, poison
        self.sizes: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "POST" or "custom-data-records" not in request.url.path:
            return self._inner.handle_request(request)
        rows = json.loads(request.read())
        self.sizes.append(len(rows))
        poisoned = self._poison and any(row["code"] == self._poison for row in rows)
        if len(rows) > self._most or poisoned:
            return httpx.Response(400, json={"statusCode": 400, "message": "Bad Request"})
        return self._inner.handle_request(request)


def _sized(most: int, poison: str = "") -> tuple[list[Sizes], Callable[[httpx.BaseTransport], httpx.BaseTransport]]:
    made: list[Sizes] = []

    def around(inner: httpx.BaseTransport) -> httpx.BaseTransport:
        made.append(Sizes(inner, most, poison))
        return made[0]

    return made, around


def test_a_shop_that_takes_twenty_rows_costs_one_request(figure: Callable[[str, str], None]) -> None:
    """R9: fifty are refused once, then twenty a request."""
    made, around = _sized(50)
    with new_shop(around=around, max_records_batch=20) as shop:
        pushed = shop.push(managers(265))
        assert (265, 20) == (pushed.outcome.created, pushed.outcome.batch)
        assert [50, *[20] * 13, 5] == made[0].sizes
        assert [LEARNT.format(20, 50, 14, 6)] == pushed.told
        figure(
            "R9 a shop that takes 20 rows", f"sizes sent {made[0].sizes[:5]}…, 1 request wasted of {len(made[0].sizes)}"
        )


@pytest.mark.parametrize(
    ("most", "sizes"), [(10, [50, 20, 10, 10]), (5, [50, 20, 10, 5, 5]), (1, [50, 20, 10, 5, 1, 1])]
)
def test_smaller_maxima_are_found_in_steps(most: int, sizes: list[int]) -> None:
    """50, 20, 10, 5, 1: one request for each step that is refused, and one line."""
    made, around = _sized(most)
    with new_shop(around=around) as shop:
        pushed = shop.push(managers(100))
        assert (100, most) == (pushed.outcome.created, pushed.outcome.batch)
        assert sizes == made[0].sizes[: len(sizes)]
        assert {most} == set(made[0].sizes[len(sizes) :])
        (told,) = pushed.told
        assert told.startswith(f"learnt: this shop takes {most} row")


def test_one_row_that_spoils_its_batch_teaches_nothing() -> None:
    """The row is found and refused; the others go on fifty at a time."""
    made, around = _sized(50, poison="M7")
    with new_shop(around=around) as shop:
        pushed = shop.push(managers(300))
        assert (299, 1, 50) == (pushed.outcome.created, pushed.outcome.rejected, pushed.outcome.batch)
        assert [8 + 1] == [each.line for each in pushed.outcome.not_stored]
        assert [50] * 4 == made[0].sizes[-4:]
        assert [] == pushed.told


def test_a_shop_that_refuses_everything_is_left_alone() -> None:
    """Three rows by themselves are refused alike: nothing more is sent."""
    made, around = _sized(0)
    with new_shop(around=around) as shop:
        pushed = shop.push(managers(300))
        assert (3, 297, 1) == (pushed.outcome.rejected, pushed.outcome.not_sent, pushed.outcome.exit.code)
        assert [50, 20, 10, 5, 1, 1, 1] == made[0].sizes
        assert "refused alike" in pushed.outcome.stopped


def test_the_batch_may_be_given() -> None:
    """`--batch 7`, or `records_batch` of the settings."""
    made, around = _sized(50)
    with new_shop(around=around) as shop:
        shop.push(managers(20), options=PushOptions(batch=7))
        assert [7, 7, 6] == made[0].sizes


BAD = {3: "x", 8: "y", 44: "z", 51: "u"}


def _with_bad_rows(count: int) -> str:
    """Levels that the sandbox refuses cannot be written in a file, so texts too long are."""
    rows = [(f"M{i}", BAD.get(i, "n"), i) for i in range(count)]
    return table("code,name,level", *rows)


def _refusing(names: Mapping[str, str] | None = None, **changes: Any) -> Callable[[httpx.Request, Any], Any]:
    """Refuses rows whose name is a bad one, with these key names, and stores the others."""
    keys = {"index": "index", "item": "item", "errors": "errors", **(names or {})}

    def change(request: httpx.Request, answer: Any) -> Any:
        status, body = answer
        rows = json.loads(request.content)
        bad = [(i, row) for i, row in enumerate(rows) if isinstance(row, dict) and row.get("name") in BAD.values()]
        items = []
        for index, row in bad:
            one = {keys["index"]: index + changes.get("shift", 0), keys["item"]: row, keys["errors"]: ["bad name"]}
            for left_out in changes.get("without", ()):
                one.pop(keys[left_out])
            items.append(one)
        if changes.get("turned"):
            items.reverse()
        counts = {"sent_count": len(rows) - len(bad), "rejected_count": len(bad)}
        body = {"statusCode": status, **counts, "rejected_items": items}
        return (400 if len(bad) == len(rows) else 200), body

    return change


class _Dropping(httpx.BaseTransport):
    """Stores nothing of rows whose name is a bad one."""

    def __init__(self, inner: httpx.BaseTransport, change: Callable[[httpx.Request, Any], Any]) -> None:
        self._inner, self._change = inner, change
        self.is_on = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.is_on or request.method != "POST" or "custom-data-records" not in request.url.path:
            return self._inner.handle_request(request)
        rows = json.loads(request.read())
        good = [row for row in rows if not isinstance(row, dict) or row.get("name") not in BAD.values()]
        answer = (200, {})
        if good:
            passed = httpx.Request(
                "POST", request.url, json=good, headers={"spm-api-key": request.headers["spm-api-key"]}
            )
            inner = self._inner.handle_request(passed)
            answer = (inner.status_code, json.loads(inner.read()))
        status, body = self._change(request, answer)
        return httpx.Response(status, json=body)


WAYS: dict[str, Callable[[httpx.Request, Any], Any]] = {
    "as the sandbox": _refusing(),
    "other names": _refusing({"index": "position", "item": "payload", "errors": "message"}),
    "other names again": _refusing({"item": "data", "errors": "reason"}),
    "without an index": _refusing(without=("index",)),
    "without a payload": _refusing(without=("item",)),
    "counted from one": _refusing(shift=1),
    "far away": _refusing(shift=1000),
    "in another order": _refusing(turned=True),
}


@pytest.mark.parametrize("way", WAYS)
def test_rejected_items_are_found_in_the_file(way: str) -> None:
    """Whatever the keys are called, and whether the index is right: each reason belongs to its line."""
    with new_shop(around=lambda inner: _Dropping(inner, WAYS[way])) as shop:
        pushed = shop.push(_with_bad_rows(60))
        assert (56, 4) == (pushed.outcome.created, pushed.outcome.rejected)
        assert [(i + 2, "bad name") for i in BAD] == [(each.line, each.reason) for each in pushed.outcome.not_stored]
        assert 5 == pushed.outcome.exit.code


def test_a_batch_that_is_refused_whole_names_its_rows_too() -> None:
    """A 400 with rejected_items: all rows are rejected, and the shop is not asked with fewer rows."""
    with new_shop(around=lambda inner: _Dropping(inner, _refusing())) as shop:
        text = table("code,name", *((f"M{i}", "x") for i in range(60)))
        pushed = shop.push(text)
        assert (60, 1) == (pushed.outcome.rejected, pushed.outcome.exit.code)
        assert 50 == pushed.outcome.batch


def test_a_refusal_that_nobody_can_place_makes_the_batch_unknown() -> None:
    """Neither index nor payload: any of the lines may be meant, and none is guessed."""
    ways = {"neither": _refusing(without=("index", "item")), "only a count": _counted_only}
    for way in ways.values():
        with new_shop(around=lambda inner, way=way: _Dropping(inner, way)) as shop:
            pushed = shop.push(_with_bad_rows(120), options=PushOptions(wait=1))
            assert (100, 20) == (pushed.outcome.unknown, pushed.outcome.created)
            (first, second) = sorted({each.reason for each in pushed.outcome.not_stored})
            assert first.startswith("one of the lines 2–51 was refused")
            assert second.startswith("one of the lines 52–101 was refused")


def _counted_only(request: httpx.Request, answer: Any) -> Any:
    status, body = _refusing()(request, answer)
    return status, {**body, "rejected_items": []}


def test_two_reasons_for_one_row_are_told_together() -> None:
    """The rest of the batch is stored."""

    def twice(request: httpx.Request, answer: Any) -> Any:
        status, body = _refusing()(request, answer)
        more = [{**each, "errors": ["too short"]} for each in body["rejected_items"]]
        return status, {**body, "rejected_items": [*body["rejected_items"], *more]}

    with new_shop(around=lambda inner: _Dropping(inner, twice)) as shop:
        pushed = shop.push(_with_bad_rows(10))
        assert (8, 2) == (pushed.outcome.created, pushed.outcome.rejected)
        assert {"bad name; too short"} == {each.reason for each in pushed.outcome.not_stored}


def test_a_key_that_is_used_up_by_others_is_waited_for() -> None:
    """Five minutes of 429: nothing is unknown, and nothing is sent twice."""
    with new_shop() as shop:
        shop.fail(action="status_before", status=429, method="POST", count=5)
        pushed = shop.push(managers(100))
        assert (100, 0) == (pushed.outcome.created, pushed.outcome.exit.code)
        assert 5 == shop.clock.rested.count(60.0)


def test_a_shop_that_is_broken_is_not_asked_for_ever() -> None:
    """Three batches that come to nothing are enough."""
    with new_shop() as shop:
        shop.fail(action="status_before", status=500, method="POST", count=1000)
        pushed = shop.push(managers(1000))
        assert (150, 850) == (pushed.outcome.unknown, pushed.outcome.not_sent)
        assert "came to nothing" in pushed.outcome.stopped
        assert 6 == len([said for said in shop.writes() if said.endswith("500")])


def test_a_run_that_is_stopped_leaves_what_was_lost_in_doubt() -> None:
    """A batch that was sent without an answer is unknown, and what was never sent is not sent."""
    stopped: list[bool] = []
    with new_shop() as shop:
        shop.fail(action="lose_before", method="POST", count=100)

        def rest(seconds: float) -> None:
            shop.clock.rest(seconds)
            stopped.append(True)

        pushed = shop.push(managers(100), rest=rest, stop=lambda: bool(stopped))
        assert (50, 50, 130) == (pushed.outcome.unknown, pushed.outcome.not_sent, pushed.outcome.exit.code)


def test_rows_that_are_not_waited_for_are_not_said_to_have_been() -> None:
    """When the run is stopped after the last batch, what is not visible yet is unknown after half a second."""
    with new_shop(async_delay=100.0) as shop:
        pushed = shop.push(managers(3), stop=lambda: bool(shop.clock.rested))
        assert {"accepted, and not readable after 0 s"} == {each.reason for each in pushed.outcome.not_stored}
        assert 3 == pushed.outcome.unknown
    with new_shop(async_delay=100.0) as shop:
        pushed = shop.push(managers(3), options=PushOptions(wait=7))
        assert {"accepted, and not readable after 7 s"} == {each.reason for each in pushed.outcome.not_stored}


def test_a_shop_that_cannot_be_reached_in_the_middle_ends_with_a_sum() -> None:
    """Every GET fails from some request on: what is stored is not lost from the report."""
    with new_shop() as shop:
        shop.fail(action="lose_before", method="GET", skip=1, count=10_000)
        pushed = shop.push(managers(100), options=PushOptions(wait=5))
        assert 100 == pushed.outcome.rows
        assert 0 != pushed.outcome.exit.code


def test_first_rows_only(figure: Callable[[str, str], None]) -> None:
    """R18: ten rows are sent and read back, and 990 are left: exit 2."""
    with new_shop() as shop:
        pushed = shop.push(managers(1000), options=PushOptions(first=10))
        assert (10, 990, 10) == (pushed.outcome.created, pushed.outcome.not_sent, pushed.outcome.read_back)
        assert 2 == pushed.outcome.exit.code
        assert 10 == len(shop.live())
        figure("R18", f"--first 10 of 1,000: {len(shop.live())} stored, {pushed.outcome.not_sent} left, exit 2")


def test_lines_only() -> None:
    """`--lines 12-21` and the rest with `--lines 22-`."""
    with new_shop() as shop:
        pushed = shop.push(managers(100), options=PushOptions(lines=(12, 21)))
        assert (10, 90, 2) == (pushed.outcome.created, pushed.outcome.not_sent, pushed.outcome.exit.code)
        assert {f"M{i}" for i in range(10, 20)} == {row["code"] for row in shop.live()}
        pushed = shop.push(managers(100), options=PushOptions(lines=(22, None)), read="none")
        assert 80 == pushed.outcome.created


def test_no_more_requests_than_allowed() -> None:
    """`max_requests`: what was sent is stored, the rest is not sent, exit 5."""
    with new_shop() as shop:
        pushed = shop.push(managers(500), options=PushOptions(max_requests=4))
        assert 0 < pushed.outcome.created < 500
        assert 5 == pushed.outcome.exit.code
        assert "max_requests is 4" in pushed.outcome.stopped


def test_a_file_that_is_cut_while_it_is_pushed_ends_with_a_reason() -> None:
    """What is no longer there is not sent, and the report says why."""
    with new_shop() as shop, shop.comparer(managers(200)) as comparer:
        compared = comparer.run()
        with shop.comparer(managers(60)) as shorter:
            comparer.intake.stream = shorter.stream
        outcome = Push(comparer, compared, shop.rows, PushOptions(), Pace(shop.clock.rest, clock=shop.clock)).run()
        assert (60, 140, 5) == (outcome.created, outcome.not_sent, outcome.exit.code)
        assert "a file was changed while it was pushed" in outcome.stopped


def test_a_row_that_stands_elsewhere_than_when_it_was_compared_is_not_sent() -> None:
    """Lines came and went before the push, and another row has its line now."""
    before = managers(200) + "N,Name,2\n" + managers(200, first=200).partition("\n")[2]
    lines = before.splitlines(keepends=True)
    with new_shop() as shop:
        shop.save(*({"code": f"M{i}", "name": f"Name {i}", "level": 1} for i in range(400)))
        with shop.comparer(before) as comparer:
            compared = comparer.run()
            with shop.comparer("".join([lines[0], *lines[2:], lines[1]])) as changed:
                comparer.intake.stream = changed.stream
            shop.store.clear_requests()
            outcome = Push(comparer, compared, shop.rows, PushOptions(), Pace(shop.clock.rest, clock=shop.clock)).run()
        assert (1, 1, 5, []) == (compared.create, outcome.not_sent, outcome.exit.code, shop.writes())
        assert "a file of the rows was changed" in outcome.stopped


def test_rows_in_one_line_are_counted_each() -> None:
    """A JSON file may have all rows in its first line; two of them are refused."""
    rows = [{"code": "A"}, {"code": ""}, {"code": "B", "level": "x"}, {"code": "C"}]
    with new_shop() as shop:
        pushed = shop.push(json.dumps(rows), kind="json")
        assert (2, 2, 4) == (pushed.outcome.created, pushed.outcome.refused, pushed.outcome.rows)


def test_a_large_push_is_verified_by_count_and_a_sample() -> None:
    """Every hundredth row is read; when the table has not grown enough all are, and the missing ones are named."""
    options = PushOptions(verify="sample", wait=3)
    with new_shop() as shop:
        pushed = shop.push(managers(350), options=options)
        assert (350, 4) == (pushed.outcome.created, pushed.outcome.read_back)

    def swallow(request: httpx.Request, answer: Any) -> Any:
        return answer[0], {**answer[1], "rejected_count": 0, "rejected_items": []}

    with new_shop(around=lambda inner: _Dropping(inner, swallow)) as shop:
        pushed = shop.push(_with_bad_rows(150), options=options)
        assert (146, 4) == (pushed.outcome.created, pushed.outcome.unknown)
        assert [i + 2 for i in BAD] == sorted(each.line for each in pushed.outcome.not_stored)
