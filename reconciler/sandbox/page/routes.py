"""`/` and `/_page/…`: the page, its two files, its content and the stream of changes.

No key is asked for, so it is for a server that listens on loopback and is called by a name
of this machine; no other web page can read it, and there is nothing in it that writes.
Like `/_sandbox`, it is neither logged nor counted, limited or disturbed by faults.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from reconciler.sandbox.exchange import Sandbox
from reconciler.sandbox.page.content import Asked, content
from reconciler.sandbox.page.texts import cut
from reconciler.sandbox.store import Store

SECONDS_BETWEEN_LOOKS = 0.25
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FILES = {
    "page.js": "text/javascript",
    "page.css": "text/css",
    "icon.svg": "image/svg+xml",
}
_FOLDER = Path(__file__).parent


def page_routes(sandbox: Sandbox) -> list[Route]:
    """Routes of the page."""

    async def page(request: Request) -> Response:
        """The skeleton, with the content in it as it is now."""
        text = (_FOLDER / "page.html").read_text(encoding="utf-8")
        shown = _inert(json.dumps(_content(sandbox.store, request)))
        return Response(
            text.replace("{{content}}", shown),
            200,
            _HEADERS,
            "text/html; charset=utf-8",
        )

    async def data(request: Request) -> Response:
        return JSONResponse(_content(sandbox.store, request), 200, _HEADERS)

    async def live(_: Request) -> Response:
        return StreamingResponse(_changes(sandbox), 200, _HEADERS, "text/event-stream")

    return [
        Route("/", page, methods=["GET"]),
        Route("/_page/content", data, methods=["GET"]),
        Route("/_page/live", live, methods=["GET"]),
        *(Route(f"/_page/{name}", _file, methods=["GET"]) for name in _FILES),
    ]


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    return Response((_FOLDER / name).read_bytes(), 200, _HEADERS, _FILES[name])


def _content(store: Store, request: Request) -> dict[str, Any]:
    """The content for a query such as `?shop=default&records=2`; a shop that is not
    there counts as the first.
    """
    store.settle()
    query = dict(request.query_params)
    with store.reading() as db:
        shops = db.execute("SELECT id, name FROM shop ORDER BY id").fetchall()
        if not shops:
            return {"shops": [], "shop": ""}
        chosen = next(
            (row for row in shops if row["name"] == query.get("shop")), shops[0]
        )
        names = {
            "shops": [cut(row["name"]) for row in shops],
            "shop": cut(chosen["name"]),
        }
        return {**names, **content(db, Asked(chosen["id"], query), store.clock())}


def _inert(text: str) -> str:
    """JSON that can stand in HTML: no character of it means anything there."""
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


async def _changes(sandbox: Sandbox) -> AsyncIterator[str]:
    """Server-sent events: one at the start, and one whenever the file has changed, until
    the browser leaves or the server is to end.
    """
    before = None
    yield "retry: 1000\n\n"
    while not sandbox.is_closing:
        sandbox.store.settle()
        now = sandbox.store.version()
        if now != before:
            before = now
            yield "event: change\ndata: {}\n\n"
        await anyio.sleep(SECONDS_BETWEEN_LOOKS)
