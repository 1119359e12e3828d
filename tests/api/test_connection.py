"""One request after another over a server that misbehaves: retries, limits, answers, errors."""

import gzip
import json
import socket
import ssl
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.utils import formatdate
from time import time
from typing import Any

import httpx
import pytest
import trustme
from pydantic import SecretStr

from reconciler.api.connection import (
    LARGEST_ANSWER,
    Access,
    Connection,
    ConnectionOptions,
    Policy,
    ReadConnection,
)
from reconciler.api.limiter import Limiter
from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    Rejected,
    ServerFailure,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from reconciler.sandbox.faults import Action, Rule

OK = httpx.Response(200, json={"statusCode": 200, "data": {}})
QUICK = Policy(first_delay=0.0, longest_delay=0.0)
SHORT_OF_TIME = Policy(first_delay=0.0, longest_delay=0.0, answer_timeout=0.05)


def script(*turns: Any) -> Callable[[httpx.Request], httpx.Response]:
    """Answers, or raises, one turn after the other; the last for ever."""
    left = list(turns)

    def answer(request: httpx.Request) -> httpx.Response:
        turn = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(turn, Exception):
            raise turn
        if isinstance(turn, int):
            return httpx.Response(turn, json={"statusCode": turn, "message": "so it is"})
        assert isinstance(turn, httpx.Response)
        return turn

    return answer


def sent(connection: Any, method: str) -> Any:
    """One request of that method, the way the product sends it."""
    if method == "GET":
        return connection.get("/x")
    if method == "POST":
        return connection.write_once("POST", "/x", body={})
    return connection.write(method, "/x", body={})


LOST = [httpx.ReadError("gone"), httpx.ReadTimeout("late"), httpx.RemoteProtocolError("cut"), httpx.WriteError("cut")]
UNSENT = [httpx.ConnectError("refused"), httpx.ConnectTimeout("late")]


@pytest.mark.parametrize("trouble", [408, 429, 500, 502, 503, 504, *LOST, *UNSENT], ids=repr)
def test_a_read_is_retried(fake: Callable, trouble: Any) -> None:
    """Three more times, whatever the trouble."""
    faked = fake(script(trouble, trouble, trouble, OK))
    assert {"statusCode": 200, "data": {}} == sent(faked.connection, "GET")
    assert 4 == len(faked.asked) == faked.connection.requests


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("trouble", [408, 429, 500, 503, *LOST], ids=repr)
def test_a_doubtful_write_is_not_replayed(fake: Callable, method: str, trouble: Any) -> None:
    """The first attempt may have been carried out, even when the answer was 429, and somebody has to look before the
    second: others may have written meanwhile."""
    faked = fake(script(trouble, OK))
    with pytest.raises((Unreachable, ServerFailure, TooManyRequests)):
        sent(faked.connection, method)
    assert 1 == len(faked.asked)


@pytest.mark.parametrize("trouble", UNSENT, ids=repr)
def test_a_create_that_was_never_sent_is_sent_again(fake: Callable, trouble: Any) -> None:
    """No connection at all is the only proof that it was not carried out."""
    faked = fake(script(trouble, trouble, OK))
    sent(faked.connection, "POST")
    assert 3 == len(faked.asked)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("trouble", UNSENT, ids=repr)
def test_a_write_that_builds_on_a_look_is_sent_once(fake: Callable, method: str, trouble: Any) -> None:
    """While it waited for a connection, the look would get old."""
    faked = fake(script(trouble, OK))
    with pytest.raises(NeverSent):
        sent(faked.connection, method)
    assert 1 == len(faked.asked)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_no_is_not_asked_again(fake: Callable, method: str, status: int) -> None:
    """4xx is an answer."""
    faked = fake(script(status))
    with pytest.raises(Rejected) as caught:
        sent(faked.connection, method)
    assert 1 == len(faked.asked)
    assert status == caught.value.status
    assert isinstance(caught.value, Unauthorized) == (status in (401, 403))


def test_patience_ends(fake: Callable) -> None:
    """The last failure is told, after the first attempt and three more."""
    faked = fake(script(503))
    with pytest.raises(ServerFailure, match="GET /x was answered 503: so it is"):
        faked.connection.get("/x")
    assert 4 == len(faked.asked)


def test_the_waits_between_retries_are_those_of_the_policy(fake: Callable) -> None:
    """Three waits, each longer than the one before."""
    faked = fake(script(500))
    with pytest.raises(ServerFailure):
        faked.connection.get("/x")
    assert [1, 2, 4] == [int(wait) for wait in faked.slept]


def test_a_limit_is_outlasted(fake: Callable) -> None:
    """It is one of a minute (contract §1), whether the server says how long or not; it is no failure, and only
    failures are retried three times.
    """
    faked = fake(script(*[429] * 4, 500, 429, 503, 429, 500, *[429] * 3, OK))
    faked.connection.get("/x")
    assert 13 == len(faked.asked)
    faked = fake(script(429))
    with pytest.raises(TooManyRequests):
        faked.connection.get("/x")
    assert 150 >= sum(faked.slept) >= 70
    assert 10.0 == max(faked.slept)


def test_failures_between_limits_are_counted(fake: Callable) -> None:
    """A server that is also in trouble is given up as soon as one that is only that."""
    faked = fake(script(500, 429, 500, 429, 500, 429, 500, OK))
    with pytest.raises(ServerFailure, match="GET /x was answered 500"):
        faked.connection.get("/x")
    assert 7 == len(faked.asked)


@pytest.mark.parametrize("last", [429, httpx.ConnectError("refused")], ids=repr)
def test_an_answer_that_was_lost_is_told_rather_than_a_later_certainty(fake: Callable, last: Any) -> None:
    """A read may have got further."""
    faked = fake(script(httpx.ReadError("gone"), last))
    with pytest.raises(Unreachable) as caught:
        faked.connection.get("/x")
    assert not isinstance(caught.value, NeverSent)


def test_never_sent_is_told_apart(fake: Callable) -> None:
    """No connection at any attempt: certainly not carried out, and the place is named."""
    with pytest.raises(NeverSent, match="localhost cannot be reached: refused"):
        fake(script(httpx.ConnectError("refused"))).connection.write("PUT", "/x", body={})
    with pytest.raises(NeverSent, match="localhost cannot be reached: Connection refused"):
        fake(script(httpx.ConnectError("[Errno 111] Connection refused"))).connection.write("PUT", "/x", body={})


@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize(
    ("header", "waited"),
    [("7", 7.0), ("2.5", 2.5), ("0", 1.0), ("-5", 1.0), ("soon", 1.0), ("", 1.0), ("nan", 1.0), ("inf", 1.0)],
)
def test_retry_after_in_seconds_is_obeyed(fake: Callable, header: str, waited: float, status: int) -> None:
    """What makes no sense is answered with the ordinary back-off."""
    faked = fake(script(httpx.Response(status, headers={"retry-after": header}), OK))
    faked.connection.get("/x")
    assert waited <= faked.slept[0] <= waited + 0.5


def test_what_is_waited_for_is_told(fake: Callable) -> None:
    """A limit, and a failure with what is done about it."""
    faked = fake(script(httpx.Response(429, headers={"retry-after": "21"}), 503, OK))
    faked.connection.get("/events")
    limit, failure = faked.waits
    assert ("the shop's limit of 1,000,000 a minute is used up (429), trying again in", 21) == limit
    assert ("GET /events was answered 503: so it is: trying again in", 1) == failure


def test_the_words_of_a_failure_are_cut_when_it_is_tried_again(fake: Callable) -> None:
    """A gateway may answer with a whole page."""
    page = httpx.Response(500, json={"statusCode": 500, "message": "so it is " * 100})
    faked = fake(script(page, OK))
    faked.connection.get("/events")
    assert 180 > len(faked.waits[0][0])


def test_a_wait_that_is_too_long_is_named(fake: Callable) -> None:
    """Whoever reads why it ended knows when to come back."""
    faked = fake(lambda request: httpx.Response(429, headers={"retry-after": "300"}))
    with pytest.raises(TooManyRequests, match=r"was answered 429 \(it asks to wait 300 seconds\)"):
        faked.connection.get("/events")


def test_retry_after_may_be_a_date(fake: Callable) -> None:
    """RFC 9110 allows both."""
    faked = fake(script(httpx.Response(429, headers={"retry-after": formatdate(time() + 30, usegmt=True)}), OK))
    faked.connection.get("/x")
    assert 25 <= faked.slept[0] <= 31


def test_a_date_that_is_over_means_the_ordinary_back_off(fake: Callable) -> None:
    """Not a hot loop."""
    faked = fake(script(httpx.Response(429, headers={"retry-after": formatdate(0, usegmt=True)}), OK))
    faked.connection.get("/x")
    assert 1.0 <= faked.slept[0] <= 1.5


def test_an_hour_is_longer_than_the_patience(fake: Callable) -> None:
    """Nobody waits that long in a pipeline: the limit is reported at once."""
    faked = fake(script(httpx.Response(429, headers={"retry-after": "3600"})))
    with pytest.raises(TooManyRequests, match="asks to wait 3600 seconds") as caught:
        faked.connection.get("/x")
    assert 3600.0 == caught.value.retry_after
    assert [] == faked.slept


@pytest.mark.parametrize("header", ["0", "-1", "60", "garbage", "nan"])
@pytest.mark.parametrize("policy", [Policy(), QUICK], ids=["patient", "quick"])
def test_limits_for_ever_come_to_an_end(fake: Callable, header: str, policy: Policy) -> None:
    """At most 150 seconds of waiting, and twelve more requests."""
    faked = fake(script(httpx.Response(429, headers={"retry-after": header})), policy=policy)
    with pytest.raises(TooManyRequests):
        faked.connection.get("/x")
    assert 150 >= sum(faked.slept)
    assert (3 if header == "60" else 13) == len(faked.asked)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(fake: Callable, status: int) -> None:
    """The key goes to the configured place and nowhere else, and the answer is final."""
    faked = fake(script(httpx.Response(status, headers={"location": "https://evil.example/"})))
    with pytest.raises(Rejected, match="redirects are not followed"):
        faked.connection.get("/x")
    assert ["localhost"] == [request.url.host for request in faked.asked]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("answer", [httpx.Response(204), httpx.Response(200), httpx.Response(202, content=b" \n")])
def test_an_empty_yes_to_a_write_is_a_yes(fake: Callable, method: str, answer: httpx.Response) -> None:
    """No source says that an answer has a body; nothing is sent twice for want of one."""
    faked = fake(script(answer))
    assert sent(faked.connection, method) is None
    assert 1 == len(faked.asked)


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"data": [', b"\xff\xfe", b"NaN,", b"[" * 100_000], ids=len)
def test_a_read_answered_with_no_json_is_asked_again(fake: Callable, content: bytes) -> None:
    """A proxy in trouble, or an answer that was cut."""
    faked = fake(script(httpx.Response(200, content=content)))
    with pytest.raises(NotUnderstood, match="something that is not JSON"):
        faked.connection.get("/x")
    assert 4 == len(faked.asked)


@pytest.mark.parametrize("content", [b"null", b"[1]", b"7", b'"text"', b"true"])
def test_any_json_is_handed_on(fake: Callable, content: bytes) -> None:
    """What it should be is for the reader of the answer to say."""
    assert json.loads(content) == fake(script(httpx.Response(200, content=content))).connection.get("/x")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>busy</html>", "GET /x was answered 404"),
        (b"", "GET /x was answered 404"),
        (b'{"message": "gone"}', "GET /x was answered 404: gone"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "GET /x was answered 404"),
        (b'{"message":' * 980 + b'"deep"' + b"}" * 980, None),
        (json.dumps({"message": "long" * 1000}).encode(), "GET /x was answered 404: " + "long" * 125),
    ],
    ids=["html", "empty", "text", "nested", "very deep", "long"],
)
def test_a_refusal_is_told_with_what_can_be_read(fake: Callable, content: bytes, told: str | None) -> None:
    """At most 500 letters of it."""
    with pytest.raises(Rejected) as caught:
        fake(script(httpx.Response(404, content=content))).connection.get("/x")
    assert told is None or told == str(caught.value)


def test_an_answer_over_25_mib_is_cut_off(fake: Callable) -> None:
    """It is not read to the end."""
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1 << 20
            yield b" " * (1 << 20)

    faked = fake(lambda request: httpx.Response(200, content=endless()))
    with pytest.raises(NotUnderstood, match="more than 25 MiB"):
        faked.connection.write_once("POST", "/x", body={})
    assert LARGEST_ANSWER + (1 << 20) == read


def test_exactly_25_mib_are_read(fake: Callable) -> None:
    """The cap is not a byte less."""
    content = b'"' + b"x" * (LARGEST_ANSWER - 2) + b'"'
    assert LARGEST_ANSWER - 2 == len(fake(script(httpx.Response(200, content=content))).connection.get("/x"))


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(b"[1]")), ("X-Gzip", gzip.compress(b"[1]")), ("deflate", zlib.compress(b"[1]")),
     ("identity", b"[1]"), ("", b"[1]"), ("br", b"[1]")],
    ids=["gzip", "x-gzip", "deflate", "identity", "none", "another"],
)  # fmt: skip
def test_an_answer_may_be_compressed(fake: Callable, encoding: str, packed: bytes) -> None:
    """Though nobody asked for that."""
    headers = {"content-encoding": encoding}
    answer = httpx.Response(200, headers=headers, stream=httpx.ByteStream(packed))
    faked = fake(script(answer))
    assert [1] == faked.connection.get("/x")
    assert "identity" == faked.asked[0].headers["accept-encoding"]


def test_the_cap_holds_for_what_an_answer_unpacks_to(fake: Callable) -> None:
    """400 MB fit into 400 kB. What is unpacked stops at the cap."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(400)) + packer.flush()
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed))
    connection = fake(script(answer)).connection
    tracemalloc.start()
    with pytest.raises(NotUnderstood, match="more than 25 MiB"):
        connection.write_once("POST", "/x", body={})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * LARGEST_ANSWER


def test_a_compressed_answer_of_exactly_25_mib_is_read(fake: Callable) -> None:
    """The cap is the same."""
    packed = gzip.compress(b'"' + b"x" * (LARGEST_ANSWER - 2) + b'"')
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed))
    assert LARGEST_ANSWER - 2 == len(fake(script(answer)).connection.get("/x"))


@pytest.mark.parametrize("content", [b"[1]", gzip.compress(b"[" + b"1," * 99 + b"1]")[:-20]], ids=["none", "cut off"])
def test_broken_compression_is_not_understood(fake: Callable, content: bytes) -> None:
    """Not an error of ours."""
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(content))
    with pytest.raises(NotUnderstood, match="broken compression"):
        fake(script(answer)).connection.write_once("POST", "/x", body={})


@pytest.mark.parametrize(("status", "error"), [(400, Rejected), (429, TooManyRequests), (503, ServerFailure)])
def test_a_refusal_in_broken_compression_is_a_refusal(fake: Callable, status: int, error: type[ApiError]) -> None:
    """Not a success that cannot be read."""
    answer = httpx.Response(status, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"[1]"))
    with pytest.raises(error):
        fake(script(answer)).connection.write_once("POST", "/x", body={})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("inside", "error"),
    [(400, Rejected), ("409", Rejected), (403, Unauthorized), (429, TooManyRequests), (500, ServerFailure)],
)
def test_a_yes_that_holds_a_no_is_a_no(fake: Callable, method: str, inside: Any, error: type[ApiError]) -> None:
    """The envelope has the say (contract §1), and its reason is told."""
    answer = httpx.Response(200, json={"statusCode": inside, "message": ["name must be a string"]})
    with pytest.raises(error) as caught:
        sent(fake(script(*[answer] * 4), policy=QUICK).connection, method)
    assert int(inside) == caught.value.status
    assert inside == 403 or "name must be a string" in str(caught.value)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "body",
    [
        {"error": "Bad Request", "message": "no such field"},
        {"error": {"message": "no such field"}},
        {"success": False, "message": ["no such field"]},
        {"success": False, "data": {"message": "no such field"}},
        {"statusCode": 200, "data": {"statusCode": 400, "message": "no such field"}},
    ],
)
def test_a_yes_that_holds_a_no_of_another_form_is_a_no(fake: Callable, method: str, body: Any) -> None:
    """Without a status of its own, or with one further within."""
    connection = fake(script(httpx.Response(201 if method == "POST" else 200, json=body))).connection
    with pytest.raises(Rejected, match="no such field"):
        sent(connection, method)


@pytest.mark.parametrize(
    "body",
    [
        *({"statusCode": 200}, {"statusCode": 201, "data": {}}, [], {"statusCode": "x"}, {}),
        *({"success": True, "error": None}, {"data": {"id": 7}, "error": "deprecated"}),
    ],
)
def test_a_yes_with_a_yes_inside_is_a_yes(fake: Callable, body: Any) -> None:
    """Whatever stands for its status."""
    assert body == fake(script(httpx.Response(200, json=body))).connection.write_once("POST", "/x", body={})


def broken_off(status: int) -> httpx.Response:
    """An answer of which half arrives."""

    def half() -> Iterator[bytes]:
        yield b'{"statusCode": 200, "da'
        raise httpx.RemoteProtocolError("peer closed connection")

    return httpx.Response(status, content=half())


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_yes_that_breaks_off_is_a_yes(fake: Callable, method: str) -> None:
    """Its status came before: what was answered with a yes is never sent again."""
    with pytest.raises(NotUnderstood, match="answered 200, and the answer broke off: peer closed"):
        sent(fake(lambda request: broken_off(200)).connection, method)


@pytest.mark.parametrize(("status", "error"), [(400, Rejected), (429, TooManyRequests), (503, ServerFailure)])
def test_a_no_that_breaks_off_is_a_no(fake: Callable, status: int, error: type[ApiError]) -> None:
    """Only its reason is lost."""
    with pytest.raises(error):
        sent(fake(lambda request: broken_off(status)).connection, "POST")


def test_a_read_that_breaks_off_is_no_answer(fake: Callable) -> None:
    """It is asked once more, like one that was lost."""
    turns = iter([broken_off(200), OK])
    assert {"statusCode": 200, "data": {}} == fake(lambda request: next(turns)).connection.get("/x")
    with pytest.raises(Unreachable, match="got no answer: peer closed"):
        fake(lambda request: broken_off(200), policy=QUICK).connection.get("/x")


def test_nothing_is_asked_any_more_when_nobody_waits(key: str) -> None:
    """Neither what is read nor what is written."""
    asked: list[httpx.Request] = []
    slept: list[float] = []
    gone = False

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return OK

    options = ConnectionOptions(
        httpx.MockTransport(answer), sleep=slept.append, stop=lambda: gone, given_up=lambda: gone
    )
    with Connection(Access("http://localhost/v1", SecretStr(key)), options) as connection:
        connection.get("/x")
        gone = True
        with pytest.raises(NeverSent, match="GET /x was not sent: the run was stopped"):
            connection.get("/x")
        with pytest.raises(NeverSent):
            connection.write_once("POST", "/x", body={})
    assert 1 == len(asked)


def test_a_write_that_waited_for_the_limit_is_not_sent_after_the_stop(key: str) -> None:
    """A minute has passed. What is read then says how things ended, so reading goes on."""
    asked: list[str] = []
    stopped = False

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return OK

    def pause(seconds: float) -> None:
        nonlocal stopped
        stopped = True
        clock.append(clock[-1] + seconds)

    clock = [0.0]
    limiter = Limiter(1, clock=lambda: clock[-1], sleep=pause)
    options = ConnectionOptions(
        httpx.MockTransport(answer), limiter=limiter, sleep=lambda _: None, stop=lambda: stopped
    )
    with Connection(Access("http://localhost/v1", SecretStr(key)), options) as connection:
        connection.write_once("POST", "/x", body={})
        with pytest.raises(NeverSent, match="PUT /x was not sent: the run was stopped"):
            connection.write("PUT", "/x", body={})
        connection.get("/x")
    assert ["POST", "GET"] == asked


def _unreachable(cause: Exception) -> httpx.ConnectError:
    lost = httpx.ConnectError(str(cause))
    lost.__cause__ = cause
    return lost


UNKNOWN_NAME = _unreachable(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
NO_NAME_SERVER = _unreachable(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))
OTHER_PROTOCOL = _unreachable(ssl.SSLError("wrong version number"))
CUT = _unreachable(ssl.SSLEOFError("EOF occurred in violation of protocol"))


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("trouble", [UNKNOWN_NAME, NO_NAME_SERVER, OTHER_PROTOCOL], ids=repr)
def test_what_will_not_be_different_is_not_tried_again(fake: Callable, method: str, trouble: Exception) -> None:
    """Somebody who mistyped the address wants to know it at once."""
    faked = fake(script(trouble, OK))
    with pytest.raises(NeverSent, match="localhost cannot be reached"):
        sent(faked.connection, method)
    assert (1, []) == (len(faked.asked), faked.slept)


@pytest.mark.parametrize("trouble", [UNKNOWN_NAME, NO_NAME_SERVER, CUT], ids=repr)
def test_a_name_that_was_known_is_asked_for_again(fake: Callable, trouble: Exception) -> None:
    """In the middle of a run it is the name server, or the way there, that has a bad moment."""
    faked = fake(script(OK, trouble, OK))
    sent(faked.connection, "GET")
    sent(faked.connection, "POST")
    assert 3 == len(faked.asked)


def test_doubt_is_told_rather_than_what_came_after_it(fake: Callable) -> None:
    """The first attempt may have been carried out."""
    faked = fake(script(httpx.ReadError("gone"), OTHER_PROTOCOL))
    with pytest.raises(Unreachable, match="got no answer: gone"):
        sent(faked.connection, "GET")
    assert 2 == len(faked.asked)


def test_a_certificate_that_is_not_trusted_is_told_at_once() -> None:
    """Over real TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    shaken: list[int] = []

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                shaken.append(1)
                with suppress(OSError):
                    context.wrap_socket(client, server_side=True).close()

    slept: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        access = Access(f"https://localhost:{listener.getsockname()[1]}/v1", SecretStr("k" * 20))
        options = ConnectionOptions(sleep=slept.append)
        told = r"cannot be reached: .*certificate verify failed"
        with ReadConnection(access, options) as connection, pytest.raises(NeverSent, match=told):
            connection.get("/x")
    assert ([1], []) == (shaken, slept)


def test_a_slow_drip_meets_the_overall_limit(new_lab: Callable) -> None:
    """Each byte in time, and the answer is still too late."""
    lab = new_lab(policy=SHORT_OF_TIME)
    lab.faults.set([Rule(Action.DRIP, count=99, seconds=1.0)])
    with pytest.raises(Unreachable, match="took too long"):
        lab.connect(ReadConnection).get("/events", {"limit": "100"})


def test_silence_meets_the_read_limit(new_lab: Callable) -> None:
    """A server that never answers is unreachable, not endless."""
    lab = new_lab(policy=Policy(first_delay=0.0, longest_delay=0.0, read_timeout=0.05))
    lab.faults.set([Rule(Action.HANG_BEFORE, count=99, seconds=30.0)])
    with pytest.raises(Unreachable, match="GET /events got no answer"):
        lab.connect(ReadConnection).get("/events")


def test_an_error_without_words_is_named(fake: Callable) -> None:
    """httpx says nothing about some of them."""
    with pytest.raises(Unreachable, match="GET /x got no answer: ReadError"):
        fake(script(httpx.ReadError(""))).connection.get("/x")


def test_requests_are_counted_across_threads(new_lab: Callable) -> None:
    """What the connection counts is what the server saw."""
    lab = new_lab()
    connection = lab.connect(ReadConnection)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: connection.get("/events"), range(200)))
    finally:
        sys.setswitchinterval(interval)
    assert 200 == connection.requests == len(lab.requests())


def test_a_write_carries_one_idempotency_key_through_its_attempts(fake: Callable) -> None:
    """And another write has another."""
    faked = fake(script(httpx.ConnectError("refused"), OK))
    faked.connection.write_once("POST", "/x", body={})
    faked.connection.write_once("POST", "/x", body={})
    keys = [request.headers["idempotency-key"] for request in faked.asked]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    "trouble", [400, 401, 429, 500, 302, httpx.ReadError("x"), httpx.ConnectError("x"), httpx.Response(200)], ids=repr
)
def test_the_error_names_its_request(fake: Callable, trouble: Any) -> None:
    """Method and path, for the report."""
    with pytest.raises(ApiError) as caught:
        fake(script(trouble), policy=QUICK).connection.get("/x")
    assert "GET /x" == caught.value.request
