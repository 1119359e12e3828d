"""The sandbox over real HTTP."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.sandbox.app import create_app
from reconciler.sandbox.exchange import Sandbox
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches

_Connections = dict[tuple[str, int], asyncio.Transport]
GRACE_SECONDS = 1


def serve(
    store: Store,
    *,
    port: int,
    host: str = "127.0.0.1",
    switches: Switches = Switches(),  # noqa: B008 - frozen
    control: bool = False,
    ready: Callable[[int], None],
) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` gets the port (port 0 takes a free one).
    OSError if it is taken.
    """
    connections: _Connections = {}
    listener = socket.create_server((host, port))
    # A web page can give its own name the address of this machine (DNS rebinding); its
    # browser then still says that name.
    api = create_app(store, switches, control=control)
    app = TrustedHostMiddleware(api, [host, "localhost"])
    config = uvicorn.Config(
        _Hangup(app, connections),
        http=_protocol(connections),
        lifespan="off",
        ws="none",
        proxy_headers=False,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    server.when_ready = lambda: ready(listener.getsockname()[1])
    server.sandbox = api.state.sandbox
    with listener:
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it listens, and returns after a signal instead of raising it again."""

    when_ready: Callable[[], None]
    sandbox: Sandbox

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.sandbox.is_closing = True
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


class _Hangup:
    """Close the connection of a request that the application leaves without an
    answer.
    """

    def __init__(self, app: ASGIApp, connections: _Connections) -> None:
        self._app = app
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self._app(scope, receive, watched)
        if not answered:
            await self._hang_up(scope, receive)

    async def _hang_up(self, scope: Scope, receive: Receive) -> None:
        """Close without a word, and wait until the server has noticed: else it would
        answer 500 itself.
        """
        if connection := self._connections.get(tuple(scope["client"] or ())):
            connection.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def _protocol(connections: _Connections) -> type[asyncio.Protocol]:
    """Make a protocol that remembers the open connections by the client's address."""

    class Remembering(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn: TCP only
            super().connection_made(transport)
            connections[_address(transport)] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(_address(self.transport), None)
            super().connection_lost(exc)

    return Remembering


def _address(transport: Any) -> tuple[str, int]:
    host, port = transport.get_extra_info("peername")[:2]
    return host, port
