"""The answers of a server in trouble: none at all, a cut one, a slow one.

An application that returns without sending anything is how "no answer" is said in ASGI
here: the in-process transport turns it into a read error, ``serve`` into a closed
connection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.envelopes import Answer, failure
from reconciler.sandbox.faults import Action, Rule

DRIPS = 20


class Silence(Response):
    """Say nothing for ``seconds`` (or until the client leaves), then end without an
    answer.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, and send nothing."""
        if self.seconds:
            with anyio.move_on_after(self.seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass


def instead(rule: Rule) -> Response:
    """Answer what a fault says in place of the answer."""
    match rule.action:
        case Action.STATUS_BEFORE | Action.STATUS_AFTER:
            return _status(rule)
        case Action.HANG_BEFORE | Action.HANG_AFTER:
            return Silence(rule.seconds)
        case _:
            return Silence()


def spoiled(answer: Answer, rule: Rule) -> Response:
    """Damage the answer to an executed request."""
    whole = as_response(answer)
    content = bytes(whole.body)
    if rule.action is Action.BROKEN_JSON:
        return Response(
            content[: max(1, len(content) // 2)],
            answer.status,
            media_type="application/json",
        )
    if rule.action is Action.DRIP:
        headers = {"content-length": str(len(content))}
        return StreamingResponse(
            _drip(content, rule.seconds), answer.status, headers, "application/json"
        )
    return instead(rule)


def as_response(answer: Answer) -> Response:
    """Send an answer as it is."""
    return JSONResponse(answer.body, answer.status, answer.headers)


def _status(rule: Rule) -> Response:
    answer = failure(rule.status, _MESSAGES.get(rule.status, "Internal server error"))
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return JSONResponse(answer.body, answer.status, headers)


async def _drip(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = max(1, -(-len(content) // DRIPS))
    for start in range(0, len(content), size):
        await anyio.sleep(seconds / DRIPS)
        yield content[start : start + size]


_MESSAGES = {
    429: "ThrottlerException: Too Many Requests",
    503: "Service Unavailable",
    502: "Bad Gateway",
}
