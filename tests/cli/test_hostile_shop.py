"""What a hostile shop or repository can do to whoever runs a command: nothing, in no output and no file."""

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command

KEY = "canary-5d1f0c77aa93e4b2"
REPORTS = [
    f"--report={form}={form}.report" for form in ("text", "json", "markdown", "html", "github", "junit", "sarif")
]
COMMAND = re.compile(r"::\s*[^\W\d]|##\w*\[")
OURS = re.compile(r"^::(error|warning|notice)( [^:\n]*)?::", re.MULTILINE)
FLOOD = "z" + "\u0301" * 30
MANIFESTS = "kind: event\nname: Here\ncode_name: here\n---\nkind: event\nname: N\ncode_name: new\n"


@contextmanager
def shop(row: dict[str, Any], *, seconds: float = 0.0, more: bool = False) -> Iterator[str]:
    """A server whose listings hold one row, slowly and without end if that is asked."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(seconds)
            body = json.dumps(self.answer()).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self) -> Any:
            """One row, or a page of them."""
            path, _, query = self.path.partition("?")
            if path.endswith("/1"):
                return {"statusCode": 200, "data": {**row, "id": 1}}
            offset = int((re.search(r"offset=(\d+)", query) or ["", "0"])[1])
            rows = [{**row, "id": offset + 1}] if more or not offset else []
            return {"statusCode": 200, "data": rows, "meta": {"pagination": {"has_next_page": more}}}

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command in this process, for there are many of them, in a folder with two manifests."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text(MANIFESTS)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("SHOPIMIND", "RECONCILER", "GITHUB"))]:
        monkeypatch.delenv(name)

    def execute(*arguments: str, **environment: str) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            code = run_command(arguments, EmbeddedSandbox())
        return Ran(code, *capfd.readouterr())

    return execute


def everything(ended: Ran) -> dict[str, str]:
    """All that was printed and written, by where it is."""
    written = {file.name: file.read_text(encoding="utf-8") for file in Path().rglob("*.report*")}
    return {"stdout": ended.out, "stderr": ended.err, **written}


@pytest.mark.parametrize("spelling", [str, str.upper, lambda key: f"x{key}y", lambda key: key.replace("-", "\\u002d")])
def test_a_key_that_the_shop_repeats_is_nowhere(run: Callable, spelling: Any) -> None:
    """Neither in what is printed nor in a report, a saved plan or the step summary."""
    word = spelling(KEY)
    row = {"code_name": "here", "name": word, "status": word, "kind": word, "properties": {word: [{"name": word}]}}
    with shop(row) as address:
        environment = {"SHOPIMIND_API_KEY": KEY, "SHOPIMIND_CORE_API_BASE": address}
        environment["GITHUB_STEP_SUMMARY"] = "summary.report"
        plan = run("plan", "-v", "--out", "plan.report.json", *REPORTS, **environment)
        drift = run("drift", "-v", "--format", "json", **environment)
        pull = run("pull", "pulled", "-v", "--kinds", "event", "--report=json=pull.report", **environment)
    assert (0, 2, 0) == (plan.code, drift.code, pull.code), plan.err + drift.err + pull.err
    pulled = {file.name: file.read_text(encoding="utf-8") for file in Path("pulled").rglob("*.yaml")}
    assert {"here.yaml"} == pulled.keys()
    for place, text in [
        *everything(plan).items(),
        *everything(drift).items(),
        *everything(pull).items(),
        *pulled.items(),
    ]:
        plain = re.sub(r"#45;|\\u002d|&#45;", "-", text.lower())
        assert KEY not in plain, place
    assert "***" in plan.out


@pytest.mark.parametrize("name", ["x ##[add-mask]y ##vso[x]", "::error file=a::b", FLOOD, "a\ufe0fb"])
def test_a_runner_obeys_nothing_that_a_shop_says(run: Callable, name: str) -> None:
    """In no format, on no stream, in no file; and nothing hides there."""
    with shop({"code_name": "here", "name": name, "status": "active"}) as address:
        environment = {"SHOPIMIND_API_KEY": KEY, "SHOPIMIND_CORE_API_BASE": address}
        plan = run("plan", "-v", "--out", "plan.report.json", *REPORTS, **environment)
        pulled = run("pull", "pulled", "--kinds", "event", **environment)
    assert (0, None) == (plan.code, COMMAND.search(pulled.out + pulled.err)), plan.err
    for place, text in everything(plan).items():
        ours = OURS.sub("", text) if place == "github.report" else text
        assert None is COMMAND.search(ours), (place, text)
        assert "\u0301" * 5 not in text, place
        assert "a\ufe0f" not in text, place


@pytest.mark.parametrize("word", ["##[error]x ##vso[y]", "::add-mask::x"])
def test_a_runner_obeys_nothing_that_a_repository_says(run: Callable, word: str) -> None:
    """Labels, names of files and folders, settings, options, variables and revisions."""
    folder = Path("manifests", word)
    folder.mkdir(parents=True)
    manifest = f"kind: definition\nname: '{word}'\n'{word}': 1\nfields: [{{name: '{word}'}}]\n"
    (folder / f"{word}.yaml").write_text(manifest)
    commands: list[tuple[list[str], dict[str, str]]] = [
        (["validate"], {}),
        (["validate", "--format", "json"], {}),
        (["validate", "--report", f"json=manifests/a.yaml/{word}"], {}),
        (["validate", word], {}),
        (["validate", f"--{word}"], {}),
        (["validate", "--format", word], {}),
        (["validate"], {"RECONCILER_FORMAT": word}),
        ([word], {}),
        (["explain", word], {}),
        (["schema", word], {}),
        (["targets", word], {}),
        (["--target", word, "plan"], {}),
        (["plan"], {"SHOPIMIND_CORE_API_BASE": f"https://{word}", "SHOPIMIND_API_KEY": word}),
        (["plan"], {"RECONCILER_ALLOWED_HOSTS": word}),
        (["diff", "--against", word], {}),
        (["apply", word], {}),
        (["plan", "--only", word], {}),
    ]
    for command, environment in commands:
        ended = run(*command, **environment)
        assert 0 != ended.code, command
        assert None is COMMAND.search(ended.out + ended.err), (command, ended)
    settings = Path("manifests/reconciler.toml")
    settings.write_text(f'[targets."{word}"]\n"{word}" = 1\n')
    ended = run("validate")
    assert (1, None) == (ended.code, COMMAND.search(ended.out + ended.err)), ended
    settings.write_text(f'[targets."{word}"]\nbase_url = "https://{word}"\n')
    ended = run("targets")
    assert (0, None) == (ended.code, COMMAND.search(ended.out + ended.err)), ended


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_apply_that_cannot_read_in_its_time_ends(run: Callable, form: str) -> None:
    """A server that gives page after page, slowly."""
    with shop({"code_name": "x", "name": "X", "status": "active"}, seconds=0.1, more=True) as address:
        environment = {"SHOPIMIND_API_KEY": KEY, "SHOPIMIND_CORE_API_BASE": address}
        ended = run("apply", "--auto-approve", "--format", form, "--timeout", "0.4", **environment)
    assert 1 == ended.code
    assert "The shop was not read to its end within 0.4 seconds: " in ended.err
