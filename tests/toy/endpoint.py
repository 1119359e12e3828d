"""How the toy travels, in the shape of a module of `reconciler/api/`, and the shop's side of it."""

import json
from typing import Any

import httpx

from reconciler.api import wire
from reconciler.api.endpoint import Endpoint, Ids
from reconciler.form.fields import Form
from reconciler.model.address import Address
from tests.toy.badge import LiveBadge


class BadgeEndpoint(Endpoint[LiveBadge]):
    """A collection like most."""

    kind = "badge"
    path = "/badges"

    def value(self, row: wire.Row) -> LiveBadge | None:
        number = wire.identifier(row, "id")
        if number is None:
            return None
        return LiveBadge(number, str(row["name"]), str(row["colour"]), wire.whole(row.get("definition_id")))

    def body(self, form: Form, ids: Ids) -> dict[str, Any]:
        body = {key: form[key] for key in ("name", "colour") if key in form}
        if "given_for" in form:
            body["definition_id"] = ids[Address.parse(form["given_for"])]
        return body


class WithBadges(httpx.BaseTransport):
    """A sandbox with one endpoint more; `log` has every request to it."""

    def __init__(self, sandbox: httpx.BaseTransport) -> None:
        self._sandbox = sandbox
        self.rows: dict[int, dict[str, Any]] = {}
        self.log: list[str] = []
        self.last = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        if not path.startswith("/badges"):
            return self._sandbox.handle_request(request)
        self.log.append(f"{request.method} {path}")
        number = int(path.rpartition("/")[2]) if path != "/badges" else 0
        body = json.loads(request.read() or b"{}")
        match request.method:
            case "GET" if number:
                return self._one(number)
            case "GET":
                return self._all()
            case "POST":
                self.last += 1
                self.rows[self.last] = {"colour": "", "definition_id": None, **body, "id": self.last}
                return self._one(self.last)
            case "PATCH":
                self.rows[number] |= body
                return self._one(number)
            case "DELETE":
                del self.rows[number]
                return httpx.Response(200, json={"statusCode": 200, "data": {}})
        return httpx.Response(404, json={"statusCode": 404, "message": "no such thing"})

    def _one(self, number: int) -> httpx.Response:
        if number not in self.rows:
            return httpx.Response(404, json={"statusCode": 404, "message": "not found"})
        return httpx.Response(200, json={"statusCode": 200, "data": self.rows[number]})

    def _all(self) -> httpx.Response:
        rows = list(self.rows.values())
        page = {"total_items": len(rows), "items_per_page": 100, "has_next_page": False}
        return httpx.Response(200, json={"statusCode": 200, "data": rows, "meta": {"pagination": page}})

    def close(self) -> None:
        self._sandbox.close()
