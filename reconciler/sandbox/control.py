"""``/_sandbox``: steering a served sandbox from a test.  Not logged, not counted, not
limited, and off by default.

It needs no key, so it is only for a server that listens on loopback, and nothing that a
browser sends for a web page is carried out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.sandbox.bodies import parse_body
from reconciler.sandbox.envelopes import Refusal
from reconciler.sandbox.exchange import Sandbox
from reconciler.sandbox.faults import Rule

_Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(sandbox: Sandbox) -> list[Route]:
    """Routes for fault rules, the request log and the switches."""

    async def faults(request: Request) -> Response:
        """PUT ``{"rules": […]}`` (or the array) sets and restarts the count, DELETE
        removes, GET shows.
        """
        if request.method == "PUT":
            body = parse_body(await request.body())
            listed = body.get("rules") if isinstance(body, dict) else body
            if not isinstance(listed, list):
                raise ValueError("expected an array of fault rules")
            sandbox.faults.set([Rule.parse(item) for item in listed])
        elif request.method == "DELETE":
            sandbox.faults.set(())
        return JSONResponse(sandbox.faults.state())

    async def requests(request: Request) -> Response:
        """GET the request log, DELETE empties it."""
        if request.method == "DELETE":
            sandbox.store.clear_requests()
        return JSONResponse([asdict(logged) for logged in sandbox.store.requests()])

    async def switches(request: Request) -> Response:
        """PATCH ``{name: value}``; values may be JSON or the text of ``--set``.  GET
        shows all.
        """
        if request.method == "PATCH":
            body = parse_body(await request.body())
            if not isinstance(body, dict):
                raise ValueError("expected an object of switches")
            sandbox.switches = sandbox.switches.changed(
                {name: _text(value) for name, value in body.items()}
            )
        return JSONResponse(asdict(sandbox.switches))

    return [
        Route("/_sandbox/faults", _guarded(faults), methods=["GET", "PUT", "DELETE"]),
        Route("/_sandbox/requests", _guarded(requests), methods=["GET", "DELETE"]),
        Route("/_sandbox/switches", _guarded(switches), methods=["GET", "PATCH"]),
    ]


def _guarded(endpoint: _Endpoint) -> _Endpoint:
    """Answer 400 with the reason when the body makes no sense, 403 to web pages."""

    async def guarded(request: Request) -> Response:
        if "origin" in request.headers:
            refused = {"statusCode": 403, "message": "Not for web pages"}
            return JSONResponse(refused, 403)
        try:
            return await endpoint(request)
        except (ValueError, Refusal) as error:
            return JSONResponse({"statusCode": 400, "message": str(error)}, 400)

    return guarded


def _text(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
