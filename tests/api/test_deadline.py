"""Answers that come byte by byte, over a real TLS connection."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from reconciler.api.connection import Access, ConnectionOptions, Policy, ReadConnection
from reconciler.errors import Unreachable

POLICY = Policy(retries=0, read_timeout=2.0, answer_timeout=1.0)
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


def drip(client: socket.socket, text: bytes) -> None:
    """One byte now and then, for as long as somebody listens."""
    for byte in text:
        client.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate of the day, which the client is told to trust as a user would tell it."""
    authority = trustme.CA()
    file = str(tmp_path / "authority.pem")
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", file)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@contextmanager
def connected(context: ssl.SSLContext, *answers: Callable[[socket.socket], None]) -> Iterator[ReadConnection]:
    """A connection to a server that gives these answers, one request after the other, on one socket."""
    ended = threading.Event()

    def serve(listener: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as client:
            for answer in answers:
                client.recv(65536)
                answer(client)
            ended.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        access = Access(f"https://127.0.0.1:{listener.getsockname()[1]}/v1", SecretStr("k" * 20))
        with ReadConnection(access, ConnectionOptions(policy=POLICY)) as connection:
            yield connection
        ended.set()
        server.join()


@pytest.mark.parametrize(
    "dripped",
    [b"HTTP/1.1 200 OK\r\nx-slow: " + b"x" * 60, b"HTTP/1.1 100 Continue\r\n\r\n" * 3, WHOLE + b" " * 60],
    ids=["headers", "informational", "late"],
)
def test_an_answer_that_drips_ends_in_time(context: ssl.SSLContext, dripped: bytes) -> None:
    """Each byte comes soon enough for itself, and a run in a pipeline would still hang for hours."""
    with connected(context, lambda client: drip(client, dripped)) as connection:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="GET /x got no answer: "):
            connection.get("/x")
        assert 3 > time.monotonic() - began


def test_each_request_has_its_own_time(context: ssl.SSLContext) -> None:
    """Also on a connection that was open before."""

    def answer(client: socket.socket) -> None:
        time.sleep(0.6)
        client.sendall(WHOLE)

    with connected(context, answer, answer) as connection:
        assert [{}, {}] == [connection.get("/x") for _ in range(2)]
