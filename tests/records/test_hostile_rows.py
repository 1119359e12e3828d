"""A shop that answers about rows as no shop should: a push ends, its sum is closed, and nothing is said to be stored
that is not.
"""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.errors import ApiError
from reconciler.records.options import PushOptions
from tests.records.pushing import managers, new_shop

ENDLESS = 1_000
"""Requests that no push of these rows takes."""
Change = Callable[[Any], Any]


class Hostile(httpx.BaseTransport):
    """Other answers than those of the shop, to one method."""

    def __init__(self, inner: httpx.BaseTransport, method: str, change: Change) -> None:
        self._inner, self._method, self._change = inner, method, change
        self._left = ENDLESS

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        assert self._left, "the push does not end"
        answer = self._inner.handle_request(request)
        body = answer.read()
        if request.method == self._method and "/custom-data-records/" in request.url.path:
            changed = self._change(json.loads(body))
            body = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        return httpx.Response(answer.status_code, content=body)


def _with(**values: Any) -> Change:
    return lambda body: {**body, **values}


def _text(text: bytes) -> Change:
    return lambda body: text


def _paged(**values: Any) -> Change:
    def change(body: Any) -> Any:
        pagination = {**body["meta"]["pagination"], **values}
        return {**body, "meta": {"pagination": pagination}}

    return change


def _rows(**values: Any) -> Change:
    return lambda body: {**body, "data": [{**row, **values} for row in body["data"]]}


def _rejected(*items: Any) -> Change:
    return _with(rejected_items=list(items), rejected_count=len(items))


SAMPLE = {
    "every row was rejected, and none is named": ("POST", _with(rejected_count=50)),
    "all rows have one id": ("GET", _rows(id=7)),
    "there are more pages for ever": ("GET", _paged(has_next_page=True, total_items=10**12)),
    "nothing is ever there": ("GET", _with(data=[])),
}
ALL = {
    **SAMPLE,
    **{
        f"a write is answered with {text!r}": ("POST", lambda body, text=text: text)
        for text in (b"{}", b"[]", b"", b"<")
    },
    **{f"{count} rows were sent": ("POST", _with(sent_count=count)) for count in (-1, 0, 1, "all")},
    **{f"row {index!r} is rejected": ("POST", _rejected({"index": index})) for index in (99, -1, None, "0", {}, 1.5)},
    "more rows than there are were rejected": ("POST", _rejected(*({"index": i} for i in range(500)))),
    "rejected items are no list": ("POST", _with(rejected_items={"0": "x"}, rejected_count=1)),
    **{f"there are {total!r} rows": ("GET", _paged(total_items=total)) for total in (-5, 0, None, "many", 1.5)},
    **{f"a page has {size!r} rows": ("GET", _paged(items_per_page=size)) for size in (0, -1, None, "x", 10**9)},
    **{f"a row has the id {number!r}": ("GET", _rows(id=number)) for number in (None, 0, "a", 1.5, 10**30, [])},
    **{f"a key is {key!r}": ("GET", _rows(code=key)) for key in (None, {"a": 1}, "", True)},
    **{f"a list is {data!r}": ("GET", _with(data=data)) for data in (None, {}, "x", ["x"], [None])},
    "a page has its rows twice": ("GET", lambda body: {**body, "data": body["data"] * 2}),
    "a page says nothing of others": ("GET", _with(meta=None)),
}


def _pushed(method: str, change: Change) -> str:
    """How a push of new and changed rows ends; `push` checks the sum and what lives."""
    with new_shop(around=lambda inner: Hostile(inner, method, change)) as shop:
        shop.save(*({"code": f"M{i}", "name": "x", "level": 1} for i in range(110)))
        shop.store.clear_requests()
        try:
            return f"exit {shop.push(managers(160), options=PushOptions(wait=3)).outcome.exit.code}"
        except ApiError:
            assert [] == shop.writes()
            return "refused"


@pytest.mark.parametrize("case", SAMPLE)
def test_answers_that_make_no_sense(case: str) -> None:
    """A sample."""
    assert _pushed(*SAMPLE[case]) in ("exit 5", "exit 0")


@pytest.mark.campaign
def test_all_answers_that_make_no_sense(figure: Callable[[str, str], None]) -> None:
    """All of them."""
    ended = [_pushed(*case) for case in ALL.values()]
    told = ", ".join(f"{how}: {ended.count(how)}" for how in sorted(set(ended)))
    figure("a shop that answers no sense about rows", f"{len(ended)} answers, each push ends, sum closed; {told}")
