"""The key is in the header of a request and nowhere else; a reading connection cannot write."""

import json
import logging
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from reconciler.api.connection import Access, Connection, Policy, ReadConnection
from reconciler.errors import ApiError, SettingsError

QUICK = Policy(first_delay=0.0, longest_delay=0.0)


def _echo(status: int) -> Callable[[httpx.Request], httpx.Response]:
    """A server that repeats the key in its answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        key = request.headers["spm-api-key"]
        headers = {"location": f"https://evil.example/{key}", "retry-after": key}
        return httpx.Response(status, json={"message": f"the key {key} is bad"}, headers=headers)

    return answer


def _lost(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("no answer")

    return answer


def _malformed(request: httpx.Request) -> httpx.Response:
    """httpx repeats a status line that it cannot read."""
    raise httpx.RemoteProtocolError(f"illegal status line: bytearray(b'spm-api-key: {request.headers['spm-api-key']}')")


SERVERS: list[Any] = [_echo(status) for status in (302, 400, 401, 403, 404, 409, 429, 500, 503)]
SERVERS += [
    _lost(httpx.ConnectError),
    _lost(httpx.ReadTimeout),
    _malformed,
    lambda request: httpx.Response(200, content=b"{"),
]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_no_error_shows_the_key(
    fake: Callable, key: str, server: Any, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in its text, its attributes, its traceback, the trace or any log, even when the server repeats it."""
    caplog.set_level(logging.DEBUG)
    faked = fake(server, policy=QUICK)
    with pytest.raises(ApiError) as caught:
        faked.connection.write(method, "/x")
    seen = [str(caught.value), repr(vars(caught.value)), *traceback.format_exception(caught.value), *faked.traced]
    assert not any(key in text for text in [*seen, caplog.text])
    assert {key} == {request.headers["spm-api-key"] for request in faked.asked}


def test_no_local_variable_holds_the_key(fake: Callable, key: str) -> None:
    """Tools that print tracebacks with all variables find nothing in our frames."""
    with pytest.raises(ApiError) as caught:
        fake(_lost(httpx.ReadError)).connection.write_once("POST", "/x", body={})
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [str(frame.locals) for frame in told.stack if "/reconciler/" in frame.filename]
    assert 3 <= len(ours)
    assert not any(key in variables for variables in ours)


def test_neither_connection_nor_access_show_the_key(fake: Callable, key: str) -> None:
    """repr() and str() of everything that holds it."""
    connection = fake(lambda request: httpx.Response(200, json=[])).connection
    assert key not in f"{connection!r} {vars(connection)!r} {connection} {Access('http://localhost', SecretStr(key))}"


def test_a_trace_line_says_method_path_and_status(fake: Callable) -> None:
    """And how long it took; parameters stay out."""
    faked = fake(lambda request: httpx.Response(200, json=[]))
    faked.connection.get("/x", {"limit": "1"})
    assert "GET /x → 200 (0.0" == faked.traced[0][:17]


@pytest.mark.parametrize("key", ["", "canary\nfolded", "canary\r\nx: y", "with blank", "clé", "canary\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    """The HTTP library would quote it in its error."""
    with pytest.raises(SettingsError, match="THE_VARIABLE does not hold an API key") as caught:
        Connection(Access("http://localhost/v1", SecretStr(key), "THE_VARIABLE"))
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "does not accept the key in THE_VARIABLE"), (403, "The key in THE_VARIABLE may not do this")],
)
def test_a_refused_key_is_named_by_its_variable(fake: Callable, status: int, words: str) -> None:
    """Whoever runs the pipeline learns where to look."""
    with pytest.raises(ApiError, match=words):
        fake(_echo(status)).connection.get("/x")


def test_a_reading_connection_has_no_writing_methods() -> None:
    """It cannot be asked to write by mistake."""
    public = {name for name in dir(ReadConnection) if not name.startswith("_")}
    assert {"get", "get_sized", "methods", "out_of_time", "seconds_to_read", "time_to_read"} == public
    assert {"in_one_go", "write", "write_once"} == {
        name for name in dir(Connection) if not name.startswith("_")
    } - public


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_the_client_under_a_reading_connection_refuses_writes(fake: Callable, method: str) -> None:
    """Even code that goes around the type sends nothing."""
    faked = fake(lambda request: httpx.Response(200, json={}), kind=ReadConnection)
    with pytest.raises(RuntimeError, match=f"tried to send {method}"):
        faked.connection._http.request(method, "/x")
    assert [] == faked.asked


@pytest.mark.parametrize(
    "spelling",
    [
        str,
        str.upper,
        str.title,
        lambda key: f"before {key} after {key}",
        lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
        lambda key: key.replace("a", "\\u0061", 1),
        lambda key: key.replace("-", "\\u002D"),
        lambda key: key.replace("a", "\\\\u0061").replace("-", "\\\\\\\\u002d"),
        lambda key: f"\u200b\u202e{key}\u0301",
    ],
)
@pytest.mark.parametrize("shape", ['["{}"]', '{"data": {"name": ["x", "{}"]}}', '{"{}": 1}', '[{"a": {"{}": "{}"}}]'])
def test_an_answer_that_repeats_the_key_is_read_without_it(fake: Callable, key: str, spelling: Any, shape: str) -> None:
    """In whatever letters, escapes and place: else it would be in plans, comments and the shop."""
    text = shape.replace("{}", spelling(key))
    read = fake(lambda request: httpx.Response(200, text=text)).connection.get("/x")
    assert key.lower() not in json.dumps(read).lower()
    assert "***" in json.dumps(read)


def test_an_answer_without_the_key_is_left_alone(fake: Callable) -> None:
    """And so is a word that happens to be a short key."""
    body = {"name": "it's a / b \\ \u00e9", "n": [1, None, True]}
    assert body == fake(lambda request: httpx.Response(200, json=body)).connection.get("/x")
    assert not Access("http://localhost", SecretStr("name")).may_be_in('{"name": 1}')


@pytest.mark.parametrize("status", [400, 500])
def test_a_refusal_hides_the_key_in_any_letters(fake: Callable, key: str, status: int) -> None:
    """The message is the server's own."""
    refuse = httpx.Response(status, json={"message": f"{key.upper()} is {key.title()}"})
    with pytest.raises(ApiError) as caught:
        fake(lambda request: refuse, policy=QUICK).connection.get("/x")
    assert "*** is ***" in str(caught.value)
