"""The web application: routes to handlers and to the page, nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

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
from reconciler.sandbox.page.routes import page_routes
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
        Route(PREFIX + path, _endpoint(sandbox, _by_method(handlers)), methods=_METHODS)
        for path, handlers in _handlers().items()
    ]
    routes.append(Route("/api-json", _api_json(sandbox), methods=["GET"]))
    routes.extend(control_routes(sandbox) if control else ())
    routes.extend(page_routes(sandbox))
    routes.append(Route("/{rest:path}", _endpoint(sandbox, _no_path), methods=_METHODS))
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


def _handlers() -> dict[str, dict[str, Handler]]:
    """Give the handlers of each path by method; a static segment still goes before an
    id, whatever the method.
    """
    paths: dict[str, dict[str, Handler]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = operation.handler
    return paths


def _by_method(handlers: Mapping[str, Handler]) -> Handler:
    """Answer a method that the path does not have with 405: the contract is silent, so
    as HTTP has it (RFC 9110 §15.5.6).
    """

    def handler(call: Call) -> Answer:
        # A HEAD is a GET of which the server keeps the body back.
        chosen = handlers.get("GET" if call.method == "HEAD" else call.method)
        if chosen is not None:
            return chosen(call)
        refused = failure(405, f"Cannot {call.method} here")
        return Answer(405, refused.body, {"Allow": ", ".join(handlers)})

    return handler


def _no_path(call: Call) -> Answer:
    return failure(404, f"Cannot {call.method} /{call.path['rest']}")


def _api_json(sandbox: Sandbox) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return JSONResponse(document(sandbox.switches))

    return endpoint
