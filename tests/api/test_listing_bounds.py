"""A listing is bounded as a whole: its rows, its bytes, what its JSON comes to, and the time that reading takes."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from reconciler.api import listing as bounds
from reconciler.api.connection import Policy
from reconciler.api.listing import pages_until, rows_of
from reconciler.api.live import read
from reconciler.api.registry import ENDPOINTS
from reconciler.errors import ApiError, NotUnderstood, OutOfTime
from reconciler.form.json_bounds import TooManyValues, check_values, values_in

DEFINITIONS = ENDPOINTS["definition"].listing
QUICK = Policy(first_delay=0.0, longest_delay=0.0)
BLANKS = b" " * (24 * 2**20)


def refusal(faked: Any) -> str:
    """Why the whole listing is not read."""
    with ThreadPoolExecutor(2) as pool, pytest.raises(ApiError) as refused:
        rows_of(faked.connection, DEFINITIONS, pool)
    return str(refused.value)


def endless(request: httpx.Request, count: int = 100) -> httpx.Response:
    """A page of so many new rows, and there are always more."""
    offset = int(request.url.params["offset"]) * count
    rows = [{"id_definition": offset + number, "name": "D"} for number in range(1, count + 1)]
    return httpx.Response(200, json={"statusCode": 200, "data": rows, "meta": {"pagination": {"has_next_page": True}}})


def test_a_listing_that_says_it_is_too_long_is_not_begun(fake: Callable, shelf: Any) -> None:
    """200,000 rows are 2,000 requests, of which 600 a minute are let through."""
    faked = fake(shelf({DEFINITIONS.path: [{"id_definition": 1}]}, total=200_000))
    told = refusal(faked)
    assert "GET /custom-data-definitions has 200,000 rows, and no more than 100,000 are read" == told
    assert 1 == len(faked.asked)


def crowded(request: httpx.Request) -> httpx.Response:
    """More rows a page than were asked for."""
    return endless(request, 9_000)


def test_rows_are_counted_when_nobody_says_how_many_there_are(fake: Callable) -> None:
    """Page by page."""
    assert "has 108,000 rows, and no more than 100,000 are read" in refusal(fake(crowded))


def test_rows_are_counted_when_only_some_are_looked_for(fake: Callable) -> None:
    """After an apply, the newest ones."""
    with pytest.raises(NotUnderstood, match="has 108,000 rows"):
        pages_until(fake(crowded).connection, DEFINITIONS, lambda rows: False)


def test_a_page_may_not_hold_all_rows_at_once(fake: Callable) -> None:
    """A server that ignores the limit."""
    rows = [{"id_definition": number} for number in range(1, 100_002)]
    assert "has 100,001 rows" in refusal(fake(lambda request: httpx.Response(200, json=rows)))


def test_the_bytes_of_all_pages_together_are_bounded(fake: Callable) -> None:
    """Each of them is within the limit of one answer."""
    faked = fake(lambda request: httpx.Response(200, content=endless(request).content + BLANKS))
    assert "comes to more than 256 MiB in all its pages" in refusal(faked)
    assert len(faked.asked) <= 15


def test_the_values_of_all_pages_together_are_bounded(fake: Callable) -> None:
    """Small values take more memory than bytes."""
    zeros = '"fields":[' + "0," * 4_600 + "0],"

    def dense(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=endless(request).text.replace('"name"', f'{zeros}"name"'))

    many = fake(dense)
    assert "comes to more than 5,000,000 JSON values in all its pages" in refusal(many)
    assert len(many.asked) <= 15


@pytest.mark.parametrize("value", [b"{}", b"[]", b"0", b'""', b'{"a":{}}', b"[[[[[[]]]]]]"])
def test_an_answer_of_very_many_values_is_not_parsed(fake: Callable, value: bytes) -> None:
    """24 MB of them come to 2 GiB."""
    body = b"[" + b",".join([value] * 600_000) + b"]"
    faked = fake(lambda request: httpx.Response(200, content=body), policy=QUICK)
    assert "was answered with more than 500,000 values" in refusal(faked)


def test_json_within_a_text_is_bounded_too(fake: Callable) -> None:
    """A listing may turn nested JSON into text; what is too much of it stays text."""
    fields = "[" + ",".join(["{}"] * 600_000) + "]"
    row = {"id_definition": 1, "name": "D", "status": "active", "fields": fields}
    faked = fake(lambda request: httpx.Response(200, json={"statusCode": 200, "data": [row]}), policy=QUICK)
    with pytest.raises(ApiError, match="GET /custom-data-definitions/1 was answered without an object"):
        ENDPOINTS["definition"].find(faked.connection, "D")


def test_separators_in_texts_are_no_values() -> None:
    """They are left out when they would decide."""
    text = json.dumps(["a,b{[", 'c",{\\', {}])
    assert 5 <= values_in(text.encode())
    check_values(text, 5)
    with pytest.raises(TooManyValues, match="more than 4 values"):
        check_values(text, 4)
    check_values('"' + "," * 1_000 + '"', 1)


def test_what_one_listing_may_come_to_fits_into_memory() -> None:
    """A row of a hundred values, a value of a hundred bytes."""
    assert bounds.MOST_VALUES * 100 <= 512 * 2**20


@pytest.mark.parametrize("needed", [None, ["definition"], ["event"]])
def test_reading_ends_in_time_with_a_sentence(fake: Callable, needed: list[str] | None) -> None:
    """A server that gives a page now and then would keep a plan going for hours."""

    def drip(request: httpx.Request) -> httpx.Response:
        time.sleep(0.03)
        return endless(request)

    faked = fake(drip, policy=Policy(reading_timeout=0.2))
    with pytest.raises(OutOfTime) as late:
        read(faked.connection, needed=needed, helpful=["event"])
    told = str(late.value)
    assert told.startswith("The shop was not read to its end within 0.2 seconds: ")
    assert told.endswith(" Try again later, or read less with --only.")


def test_an_answer_that_drips_ends_in_time(fake: Callable) -> None:
    """The last one may not take all the time that an answer has."""

    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            while True:
                time.sleep(0.02)
                yield b" "

    faked = fake(
        lambda request: httpx.Response(200, stream=Drip()), policy=Policy(reading_timeout=0.2, first_delay=0.0)
    )
    with pytest.raises(OutOfTime):
        read(faked.connection)


def test_the_time_is_that_of_reading_only(fake: Callable) -> None:
    """What is read back after an apply has no such end."""
    faked = fake(lambda request: httpx.Response(200, json=[]), policy=Policy(reading_timeout=0.01))
    with faked.connection.time_to_read():
        time.sleep(0.02)
    assert [] == faked.connection.get("/x")
