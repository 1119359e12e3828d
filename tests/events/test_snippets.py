"""What `events sample --format curl` and `python` print is pasted and run: against a served sandbox, with a real shell,
curl and Python.
"""

import ast
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.events.snippets import Trigger, curl_command, python_program
from tests.conftest import Served

CODE = "été & $(touch pwned) `x`/'?"
AWKWARD = {
    "quotes": 'it\'s "so" `date` $HOME $(touch pwned) \\ \\n !! %s',
    "lines": "one\ntwo\r\n\ttab\0",
    "letters": "é 😀 \u202e \u2028 </script>",
    "nested": [{"a'b": None, 'c"d': ["1.5", []]}, {}],
}
EVENT = {
    "name": "E",
    "code_name": CODE,
    "properties": {"metaData": [{"name": name, "type": "json", "required": True} for name in AWKWARD]},
}


@pytest.mark.parametrize(
    ("program", "write"),
    [(["sh", "-c"], curl_command), ([sys.executable, "-c"], python_program)],
    ids=["curl", "python"],
)
def test_it_sends_the_payload_to_the_letter(
    serve: Callable, tmp_path: Path, program: list[str], write: Callable[[Trigger], str]
) -> None:
    """Quotes, dollars, backticks, line ends and NUL arrive, nothing of it is run, and the key is nowhere in it."""
    if write is curl_command and shutil.which("curl") is None:
        pytest.skip("there is no curl")
    served = serve()
    with served.client() as client:
        assert client.post("/events", json=EVENT).is_success
        missing, sent = (_run(program, write(_trigger(served, code)), tmp_path, served.key) for code in ("none", CODE))
        assert (True, True) == (missing.returncode != 0, "404" in missing.stdout + missing.stderr), missing
        assert (0, True) == (sent.returncode, "queued" in sent.stdout), sent
        assert [] == list(tmp_path.glob("pwned*"))
        (logged,) = _history(client)
    assert AWKWARD == logged["payload"]["metaData"]


def _trigger(served: Served, code: str) -> Trigger:
    payload = {"contact": {"email": "marie@example.com"}, "metaData": AWKWARD}
    return Trigger(f"{served.url}/v1", "SHOP_KEY", code, payload)


def _run(program: list[str], text: str, folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    assert key not in text
    only = {"PATH": os.environ["PATH"], "SHOP_KEY": key}
    return subprocess.run([*program, text], cwd=folder, env=only, capture_output=True, text=True, timeout=30)


def _history(client: httpx.Client) -> list[dict[str, Any]]:
    """What was logged, as soon as there is something."""
    for _ in range(200):
        if rows := client.get("/events/histories").json()["data"]:
            return list(rows)
        time.sleep(0.05)
    raise AssertionError("nothing was logged within 10 s")


def test_the_program_has_the_payload_as_python_writes_it() -> None:
    """Each value with its type."""
    payload = {"contact": {"id": 7}, "metaData": {"a": True, "b": None, "c": 1.5, "d": [], "e": {}, "f": 'say "x"'}}
    first = next(
        each for each in ast.parse(python_program(Trigger("u", "K", "c", payload))).body if isinstance(each, ast.Assign)
    )
    assert payload == ast.literal_eval(first.value)


def test_the_command_names_the_target_and_its_variable(run: Callable, tmp_path: Path) -> None:
    """The address of the chosen shop, and never the key itself."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "shop.yaml").write_text("kind: event\ncode_name: visit\nname: Visit\n")
    (tmp_path / "reconciler.toml").write_text('[targets.eu]\napi_key_env = "EU_KEY"\n')
    made = run("--target", "eu", "events", "sample", "visit", "--format", "curl", EU_KEY="secret-of-the-shop-123456")
    assert ("https://core.shopimind.com/v1/events/trigger/visit" in made.out, "$EU_KEY" in made.out) == (True, True), (
        made
    )
    assert "secret" not in made.out
    local = run("--target", "sandbox", "events", "sample", "visit", "--format", "python")
    assert "http://localhost:8787/v1/events/trigger/visit" in local.out
