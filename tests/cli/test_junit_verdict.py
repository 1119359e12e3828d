"""`--format junit` of every command that has it: something has failed in it exactly when the exit code says so."""

import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.cli.desk import Desk
from tests.report.test_junit_verdict import has_failed

MANIFEST = """kind: definition
name: Pet
unique_keys: [code]
fields:
  - {name: code, type: text}
---
kind: event
code_name: visit
name: Visit
properties:
  metaData:
    - {name: vet, type: text, required: true}
"""
RETYPED = MANIFEST.replace("code, type: text", "code, type: number")
BREAKS = MANIFEST.replace("name: vet", "name: doctor")
UNKNOWN = MANIFEST.replace("type: text, required", "type: txt, required")
GUARDED = "[guards]\nmax_creates = 0\n"
NEW = f"{MANIFEST}---\nkind: definition\nname: Vet\nunique_keys: [code]\nfields: [{{name: code, type: text}}]\n"


def _applied(desk: Desk, then: str = MANIFEST, settings: str = "", *, in_git: bool = False) -> None:
    (desk.folder / "manifests").mkdir()
    manifest = desk.folder / "manifests/shop.yaml"
    manifest.write_text(MANIFEST)
    assert 0 == desk.run("apply", "--auto-approve").code
    if in_git:
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
        for arguments in (["init", "-q"], ["add", "manifests"], ["commit", "-qm", "a"]):
            subprocess.run([*git, *arguments], cwd=desk.folder, check=True)
    manifest.write_text(then)
    if settings:
        (desk.folder / "manifests/reconciler.toml").write_text(settings)


@pytest.mark.parametrize(
    ("code", "then", "arguments"),
    [
        (0, MANIFEST, "validate"),
        (1, UNKNOWN, "validate"),
        (0, MANIFEST, "plan"),
        (0, NEW, "plan"),
        (2, NEW, "plan --detailed-exitcode"),
        (3, RETYPED, "plan"),
        (0, RETYPED, "plan --fail-on never"),
        (0, BREAKS, "plan"),
        (2, BREAKS, "plan --detailed-exitcode"),
        (3, BREAKS, "plan --fail-on breaking"),
        (0, BREAKS, "plan --fail-on refused --allow breaking"),
        (1, UNKNOWN, "plan"),
        (64, MANIFEST, "plan --no-such-option"),
        (1, MANIFEST, "plan --report json=manifests/shop.yaml/report"),
        (0, MANIFEST, "apply --auto-approve"),
        (0, NEW, "apply --auto-approve"),
        (3, NEW, "apply"),
        (3, RETYPED, "apply --auto-approve"),
        (5, RETYPED + NEW.removeprefix(MANIFEST), "apply --auto-approve --keep-going"),
        (3, BREAKS, "apply --auto-approve"),
        (1, UNKNOWN, "apply --auto-approve"),
        (0, NEW, "diff --against HEAD"),
        (3, RETYPED, "diff --against HEAD --fail-on blocked"),
        (0, RETYPED, "diff --against HEAD --fail-on never"),
        (0, BREAKS, "diff --against HEAD --fail-on blocked"),
        (3, BREAKS, "diff --against HEAD --fail-on breaking"),
        (0, MANIFEST, "records check Pet --file good.csv"),
        (1, MANIFEST, "records check Pet --file bad.csv"),
        (0, MANIFEST, "events check --code visit good.json"),
        (1, MANIFEST, "events check --code visit bad.json"),
    ],
)
def test_the_document_says_what_the_exit_code_says(desk: Desk, code: int, then: str, arguments: str) -> None:
    """Printed and written, whatever the command failed for."""
    _applied(desk, then, in_git=arguments.startswith("diff"))
    (desk.folder / "good.csv").write_text("code\nrex\n")
    (desk.folder / "bad.csv").write_text("code\nrex\nrex\n")
    (desk.folder / "good.json").write_text('{"contact": {"email": "marie@example.com"}, "metaData": {"vet": "Rex"}}')
    (desk.folder / "bad.json").write_text('{"contact": {"email": "marie@example.com"}, "metaData": {}}')
    ended = desk.run(*arguments.split(), "--format", "junit")
    assert code == ended.code, ended.err
    assert (code not in (0, 2)) == has_failed(ended.out)


def test_a_guard_fails_what_it_stops_only_where_it_is_asked(desk: Desk) -> None:
    """`plan` warns of it and `apply` is refused."""
    _applied(desk, NEW, GUARDED)
    assert (0, False) == (desk.run("plan").code, has_failed(desk.run("plan", "--format", "junit").out))
    for arguments in (("plan", "--fail-on", "refused"), ("apply", "--auto-approve")):
        ended = desk.run(*arguments, "--format", "junit")
        assert (3, True) == (ended.code, has_failed(ended.out))


class Refusing(BaseHTTPRequestHandler):
    """A shop that knows no key."""

    def do_GET(self) -> None:
        """Says so."""
        self.send_response(401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_report_says_why_a_shop_could_not_be_read(run: Callable, tmp_path: Path) -> None:
    """The file is there for the server that waits for it."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/shop.yaml").write_text(MANIFEST)
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/v1"
        given = {"SHOPIMIND_CORE_API_BASE": base, "SHOPIMIND_API_KEY": "k" * 32}
        ended = run("plan", "--format", "junit", "--report", "junit=report.xml", **given)
        server.shutdown()
    assert 1 == ended.code
    for text in (ended.out, (tmp_path / "report.xml").read_text()):
        assert has_failed(text)
        assert "401" in text
