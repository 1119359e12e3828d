"""A server whose texts hold half of a surrogate pair: no file, terminal or report can take it as it is."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

MANIFEST = """kind: definition
name: Visit
fields:
  - {name: vet, type: text, label: Vet, default: a}
  - {name: size, type: list, options: [a, b]}
---
kind: event
code_name: visit
name: Visit
"""
FIELDS = [
    {
        "name": "vet",
        "label": "V\ud800",
        "type": "text",
        "required": False,
        "default": "\udfff",
        "description": "\ud800",
    },
    {"name": "size", "label": "size", "type": "list", "required": False, "options": ["\ud83d", "b"]},
]
LISTINGS = {
    "custom-data-definitions": [
        {"id_definition": 1, "name": "Visit", "status": "active", "description": "d\udc00", "fields": FIELDS},
        {"id_definition": 2, "name": "Old\ud800", "status": "active", "fields": json.dumps(FIELDS)},
    ],
    "events": [{"id_event": 1, "code_name": "visit", "name": json.dumps({"fr": "\ud800"}), "properties": {}}],
    "overrides": [],
}


class Broken(BaseHTTPRequestHandler):
    """Every listing, in ASCII with escapes or in the bytes that no UTF-8 has."""

    escaped = True

    def do_GET(self) -> None:
        """The whole listing as one page."""
        rows = LISTINGS[self.path.partition("?")[0].rpartition("/")[2]]
        page = {"total_items": len(rows), "items_per_page": 100, "has_next_page": False}
        body = json.dumps(
            {"statusCode": 200, "data": rows, "meta": {"pagination": page}}, ensure_ascii=self.escaped
        ).encode("utf-8", "surrogatepass")
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the test looks at the client."""


@pytest.fixture(params=[True, False], ids=["escaped", "raw"])
def broken(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment in which the server is the API."""
    handler = type("Handler", (Broken,), {"escaped": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield {"SHOPIMIND_CORE_API_BASE": url, "SHOPIMIND_API_KEY": "sandbox-0123456789abcdef"}
        server.shutdown()


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_plan_shows_a_sign_in_its_place(run: Callable, tmp_path: Path, broken: dict[str, str], form: str) -> None:
    """A crash while a plan is written would hide the change that mends it; U+FFFD is what others show there, too."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "m.yaml").write_text(MANIFEST)
    files = {other: tmp_path / f"report.{other}" for other in ("json", "markdown", "html", "junit")}
    reports = [part for other, file in files.items() for part in ("--report", f"{other}={file}")]
    ended = run("plan", "--format", form, *reports, **broken, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert "Traceback" not in ended.err
    assert 3 == ended.code, ended.err
    assert "Old\ufffd" in json.loads(files["json"].read_text(encoding="utf-8"))["unmanaged"][0]
    assert all("\ufffd" in file.read_text(encoding="utf-8") for file in files.values())
