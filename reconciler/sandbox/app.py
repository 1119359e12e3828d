"""The web application: routes to handlers, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.sandbox.call import Call, Handler
from reconciler.sandbox.control import control_routes
from reconciler.sandbox.envelopes import Answer, failure
from reconciler.sandbox.exchange import Sandbox
from reconciler.sandbox.faults import FaultRules
from reconciler.sandbox.openapi import document
from reconciler.sandbox.operations import OPERATIONS, PREFIX
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def create_app(
    store: Store,
    switches: Switches = Switches(),  # noqa: B008 - frozen
    faults: FaultRules | None = None,
    control: bool = False,
) -> Starlette:
    """Build the API over a store; ``control`` adds the unauthenticated ``/_sandbox``
    endpoints.
    """
    sandbox = Sandbox(store, switches, FaultRules() if faults is None else faults)
    routes = [
        Route(
            PREFIX + operation.path,
            _endpoint(sandbox, operation.handler),
            methods=[operation.method],
        )
        for operation in OPERATIONS
    ]
    routes.append(Route("/api-json", _api_json, methods=["GET"]))
    routes.extend(control_routes(sandbox) if control else ())
    routes.extend(
        Route("/{rest:path}", _endpoint(sandbox, _no_route(verb)), methods=[verb])
        for verb in _METHODS
    )
    app = Starlette(routes=routes, middleware=[Middleware(_RawPaths)])
    app.state.sandbox = sandbox
    return app


class _RawPaths:
    """Route on the path as it was sent, so that ``%2F`` inside a segment does not split
    it (as in Express).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("raw_path"):
            path = scope["raw_path"].partition(b"?")[0].decode("latin-1")
            scope = {**scope, "path": path}
        await self._app(scope, receive, send)


def _endpoint(
    sandbox: Sandbox, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await sandbox.answer(request, handler)

    return endpoint


def _no_route(method: str) -> Handler:
    """Answer a path, or a method on a path, that does not exist: both are 404 in
    NestJS.
    """

    def handler(call: Call) -> Answer:
        return failure(404, f"Cannot {method} /{call.path['rest']}")

    return handler


async def _api_json(_: Request) -> Response:
    return JSONResponse(document())
