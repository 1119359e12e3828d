"""The sandbox in process: an httpx transport over the ASGI application, without a port.

The application runs on an event loop in a thread of its own (anyio's blocking portal);
callers may be many threads. Timeouts and lost answers look as on a real network, and a
client that gives up does not stop the server: the request it sent is still executed.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp, Message, Scope

_END: Message = {"type": "end"}


class SandboxTransport(httpx.BaseTransport):
    """Send requests to an ASGI application; close it to stop the loop and whatever
    still hangs in it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._context = start_blocking_portal()
        self._portal = self._context.__enter__()
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; ReadTimeout after the request's read timeout, ReadError
        when no answer comes.
        """
        exchange = _Exchange(self._app, self._portal, request)
        start = exchange.next()
        if start is _END:
            raise httpx.ReadError(
                "the sandbox closed the connection without an answer", request=request
            )
        return httpx.Response(
            start["status"], headers=start["headers"], stream=_Body(exchange)
        )

    def close(self) -> None:
        """Stop the event loop; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._portal.start_task_soon(self._portal.stop, True)
            self._context.__exit__(None, None, None)


class _Exchange:
    """One request on its way: the application fills a queue that the calling thread
    empties.
    """

    def __init__(
        self, app: ASGIApp, portal: BlockingPortal, request: httpx.Request
    ) -> None:
        self._app = app
        self._portal = portal
        self._request = request
        self._body: bytes | None = request.read()
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._gone = anyio.Event()
        self._timeout: float | None = request.extensions.get("timeout", {}).get("read")
        portal.start_task_soon(self._run)

    def next(self) -> Message:
        """Return the next message of the application, ``_END`` after the last;
        ReadTimeout if it takes too long.
        """
        try:
            return self._messages.get(timeout=self._timeout)
        except queue.Empty:
            self.leave()
            raise httpx.ReadTimeout(
                "the sandbox did not answer in time", request=self._request
            ) from None

    def leave(self) -> None:
        """Tell the application that the client is gone."""
        self._portal.start_task_soon(self._gone.set)

    async def _run(self) -> None:
        try:
            await self._app(self._scope(), self._receive, self._send)
        finally:
            self._messages.put(_END)

    async def _receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self._messages.put(message)

    def _scope(self) -> Scope:
        url = self._request.url
        path, _, query = url.raw_path.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [
                (name.lower(), value) for name, value in self._request.headers.raw
            ],
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 1),
        }


class _Body(httpx.SyncByteStream):
    """The body as it arrives; ends early with RemoteProtocolError when the server stops
    in the middle.
    """

    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        while True:
            message: dict[str, Any] = dict(self._exchange.next())
            if message["type"] == "end":
                raise httpx.RemoteProtocolError(
                    "the sandbox closed the connection in the middle of its answer"
                )
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    def close(self) -> None:
        """Leave, whether or not all was read."""
        self._exchange.leave()
