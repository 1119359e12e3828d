"""GitHub on this machine: an API over loopback that keeps comments and issues and honours what a token may do."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
PULL = 7


@dataclass
class Hub:
    """One repository: `issues` holds the pull request 7 from the start, as GitHub's own listing does."""

    url: str = ""
    issues: list[dict[str, Any]] = field(default_factory=lambda: [{**_entry(PULL, BOT, ""), "pull_request": {}}])
    comments: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    moved_to: str = ""

    def token(self, permissions: dict[str, str]) -> str:
        """A token that may do this and no more."""
        name = f"token-{len(self.tokens)}"
        self.tokens[name] = permissions
        return name

    def writes(self) -> list[str]:
        """What was asked but reads."""
        return [line for line in self.log if not line.startswith("GET")]

    def comment(self, author: str, body: str) -> None:
        """Somebody writes in the pull request."""
        self.comments.append({**_entry(len(self.comments) + 1, author, body), "issue": PULL})

    def answer(self, method: str, path: str, query: dict[str, list[str]], data: dict[str, Any]) -> Any:
        """What the API says; None is "not found"."""
        match method, *path.removeprefix("/repos/owner/shop/").split("/"):
            case "GET", "issues", number, "comments":
                return _page([one for one in self.comments if one["issue"] == int(number)], query)
            case "POST", "issues", number, "comments":
                self.comments.append({**_entry(len(self.comments) + 1, BOT, data["body"]), "issue": int(number)})
                return self.comments[-1]
            case "PATCH", "issues", "comments", number:
                return _changed(self.comments, int(number), data)
            case "GET", "issues":
                return _page([one for one in self.issues if one["state"] in query["state"]], query)
            case "POST", "issues":
                self.issues.append({**_entry(100 + len(self.issues), BOT, data["body"]), "title": data["title"]})
                return self.issues[-1]
            case "PATCH", "issues", number:
                return _changed(self.issues, int(number), data)
        return None


def _entry(number: int, author: str, body: str) -> dict[str, Any]:
    return {"id": number, "number": number, "user": {"login": author}, "body": body, "state": "open", "title": ""}


def _page(entries: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    size, number = int(query["per_page"][0]), int(query["page"][0])
    return entries[size * (number - 1) : size * number]


def _changed(entries: list[dict[str, Any]], number: int, data: dict[str, Any]) -> dict[str, Any]:
    (entry,) = (one for one in entries if one["id"] == number)
    entry.update(data)
    return entry


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[Hub]

    def _serve(self) -> None:
        asked = urlsplit(self.path)
        self.hub.log.append(f"{self.command} {asked.path.removeprefix('/repos/owner/shop/')}")
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        may = self.hub.tokens.get(self.headers["Authorization"].removeprefix("Bearer "), {})
        # GitHub takes either permission for comments on a pull request, and only `issues` for an issue.
        needed = ("pull-requests", "issues") if re.search(rf"/(comments|{PULL})/", asked.path) else ("issues",)
        if self.hub.moved_to:
            self._send(302, {})
        elif self.command == "GET" or "write" in [may.get(scope) for scope in needed]:
            said = self.hub.answer(self.command, asked.path, parse_qs(asked.query), json.loads(sent or b"{}"))
            self._send(404 if said is None else 200, said)
        else:
            self._send(403, {"message": "Resource not accessible by integration"})

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - http.server asks for these names

    def _send(self, status: int, said: object) -> None:
        text = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Location", self.hub.moved_to)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def hub_running() -> Iterator[Hub]:
    """Serves one repository for as long as the block runs."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
