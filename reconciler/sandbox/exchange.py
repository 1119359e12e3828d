"""The way of one request: fault, latency, authentication, rate limit, transaction, log,
answer.

Endpoints are asynchronous so that a hanging or slow request holds up no other; the
database work itself is short and is done directly on the event loop, which serialises
it.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from reconciler.sandbox.auth import HEADER, authenticated
from reconciler.sandbox.call import Call, Handler
from reconciler.sandbox.envelopes import Answer, Refusal, failure
from reconciler.sandbox.faults import AFTER_COMMIT, Action, FaultRules, Rule
from reconciler.sandbox.mishaps import Silence, as_response, instead, spoiled
from reconciler.sandbox.ratelimit import RateLimiter
from reconciler.sandbox.store import LoggedRequest, Store
from reconciler.sandbox.switches import Switches

_LOGGER = logging.getLogger(__name__)
_UNANSWERED = frozenset(
    {Action.LOSE_BEFORE, Action.LOSE_AFTER, Action.HANG_BEFORE, Action.HANG_AFTER}
)
_ONLY_STATUS = frozenset({Action.STATUS_BEFORE, Action.STATUS_AFTER})


@dataclass
class Sandbox:
    """The running server; switches and faults may change while it runs."""

    store: Store
    switches: Switches
    faults: FaultRules
    limiter: RateLimiter = field(default_factory=RateLimiter)
    is_closing: bool = False
    """Whether what would go on for ever has to end now."""

    async def answer(self, request: Request, handler: Handler) -> Response:
        """Answer one request and log it."""
        arrived = self.store.clock()
        rule = self.faults.next(request.method, request.url.path)
        try:
            body = await request.body()
        except ClientDisconnect:
            return Silence()
        if self.switches.latency:
            await anyio.sleep(self.switches.latency)
        if rule and rule.action not in AFTER_COMMIT:
            self._log(request, arrived, _told_status(rule, 0))
            return instead(rule)
        answer = self._executed(request, body, handler)
        self._log(request, arrived, _told_status(rule, answer.status))
        return spoiled(answer, rule) if rule else as_response(answer)

    def _executed(self, request: Request, body: bytes, handler: Handler) -> Answer:
        try:
            return self._handled(request, body, handler)
        except Refusal as refusal:
            return failure(refusal.status, refusal.message)
        except Exception:  # the real API answers 500 too; the traceback belongs to whoever runs the sandbox
            _LOGGER.exception(
                "the sandbox failed on %s %s", request.method, request.url.path
            )
            return failure(500, "Internal server error")

    def _handled(self, request: Request, body: bytes, handler: Handler) -> Answer:
        shop, name = authenticated(self.store, request.headers.get(HEADER))
        request.state.shop = name
        if wait := self.limiter.take(
            name, self.switches.rate_limit, self.store.clock()
        ):
            return self._too_many(wait)
        self.store.settle()
        query = tuple(request.query_params.multi_items())
        transaction = (
            self.store.reading
            if request.method in ("GET", "HEAD")
            else self.store.writing
        )
        with transaction() as db:
            path = {name: unquote(text) for name, text in request.path_params.items()}
            now, method = self.store.clock(), request.method
            return handler(
                Call(db, shop, now, self.switches, method, path, query, body)
            )

    def _too_many(self, wait: float) -> Answer:
        refused = failure(
            HTTPStatus.TOO_MANY_REQUESTS, "ThrottlerException: Too Many Requests"
        )
        headers = (
            {"Retry-After": str(math.ceil(wait))} if self.switches.retry_after else {}
        )
        return Answer(refused.status, refused.body, headers)

    def _log(self, request: Request, arrived: float, status: int) -> None:
        query = f"?{request.url.query}" if request.url.query else ""
        shop = getattr(request.state, "shop", "")
        self.store.log(
            LoggedRequest(
                shop, request.method, request.url.path + query, status, arrived
            )
        )


def _told_status(rule: Rule | None, status: int) -> int:
    """Give the status the client is told; 0 for none."""
    if rule is None:
        return status
    return (
        0
        if rule.action in _UNANSWERED
        else rule.status
        if rule.action in _ONLY_STATUS
        else status
    )
