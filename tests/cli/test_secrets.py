"""The key is in no output, log, plan, report, file or traceback: every artefact is searched for a canary."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

CANARY = "canary-7f3a9c51e2b84d60a1"
EVERY = ("text", "json", "markdown", "html", "github", "junit", "sarif")
COMMANDS = [
    ["validate"],
    ["plan"],
    ["plan", "-v"],
    ["plan", "--format", "json"],
    ["plan", "-v", "--out", "plan.json", *(f"--report={form}={form}.report" for form in EVERY)],
    ["drift", "-v", "--report=markdown=drift.report", "--report=json=drift.json"],
    ["apply", "--auto-approve", "--report=markdown=apply.report"],
    ["apply", "--auto-approve", "-v"],
    ["apply", "--auto-approve", "--format", "json"],
    ["targets"],
    ["explain"],
    ["plan", "--nope"],
]
PLACES = {
    "a shop that does not know the key": {},
    "nobody there": {"SHOPIMIND_CORE_API_BASE": "http://127.0.0.1:1"},
    "another machine in the clear": {"SHOPIMIND_CORE_API_BASE": "http://192.0.2.1"},
    "a key in the address": {"SHOPIMIND_CORE_API_BASE": f"https://{CANARY}@192.0.2.1"},
}


@pytest.mark.parametrize("place", PLACES)
def test_the_key_is_nowhere(run: Callable, serve: Callable, shipped: Path, tmp_path: Path, place: str) -> None:
    """In whatever way a command ends."""
    environment = {**serve().environment, "SHOPIMIND_API_KEY": CANARY, **PLACES[place]}
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "manifests").symlink_to(shipped)
    environment["GITHUB_STEP_SUMMARY"] = str(folder / "summary.md")
    commands = COMMANDS if place == "a shop that does not know the key" else COMMANDS[1:3]
    workers = 1 if place == "a shop that does not know the key" else len(commands)  # the others only wait
    with ThreadPoolExecutor(workers) as pool:
        for ended in pool.map(lambda command: run(*command, folder=folder, **environment), commands):
            assert CANARY not in ended.out + ended.err
    written = [path for path in folder.rglob("*") if path.is_file() and "manifests" not in path.parts]
    assert [] == [path for path in written if CANARY.encode() in path.read_bytes()]


def test_the_right_key_is_nowhere_either(run: Callable, serve: Callable, shipped: Path, tmp_path: Path) -> None:
    """Plans, saved plans, reports and summaries of runs that go well; keys can be told apart by their fingerprint."""
    served = serve()
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {**served.environment, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    for command in COMMANDS[1:9]:
        ended = run(*command[:1], str(shipped), *command[1:], folder=folder, **environment)
        assert (2 if command[0] == "drift" else 0) == ended.code, ended.err
        assert served.key not in ended.out + ended.err
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert {"plan.json", "drift.json", "apply.report", "summary.md", *(f"{form}.report" for form in EVERY)} <= {
        path.name for path in written
    }
    assert [] == [path for path in written if served.key.encode() in path.read_bytes()]
    assert 12 == len(json.loads((folder / "plan.json").read_text(encoding="utf-8"))["target"]["key_fingerprint"])


@pytest.mark.parametrize("key", ["two words here 12345678", "clé-accentuée-0123456789", "line\nbreak-0123456789"])
def test_what_cannot_be_a_key_is_not_sent(run: Callable, shipped: Path, key: str) -> None:
    """A key that would break the header is refused without being shown."""
    ended = run("plan", str(shipped), SHOPIMIND_API_KEY=key, SHOPIMIND_CORE_API_BASE="http://127.0.0.1:1")
    assert 1 == ended.code
    assert "does not hold an API key" in ended.err
    assert key not in ended.err


@pytest.mark.parametrize("command", [["plan"], ["drift"], ["apply", "--auto-approve"], ["plan", "--out", "p.json"]])
@pytest.mark.parametrize("host", ["127.0.0.1.evil.example", "core.shopimind.com.evil.example", "192.0.2.1"])
def test_a_host_that_only_a_file_names_gets_no_key(
    run: Callable, shipped: Path, tmp_path: Path, command: list[str], host: str
) -> None:
    """Whoever may change reconciler.toml could have the key sent there before anybody approves."""
    shutil.copytree(shipped, tmp_path / "shop")
    settings = f'default_target = "own"\n[targets.own]\nbase_url = "https://{host}/v1"\n'
    (tmp_path / "shop/reconciler.toml").write_text(settings)
    ended = run(command[0], "shop", *command[1:], SHOPIMIND_API_KEY=CANARY)
    assert 1 == ended.code
    assert ended.err.startswith(f"Error: The key would go to {host},"), ended.err
    assert f"name it in the environment: RECONCILER_ALLOWED_HOSTS={host}" in ended.err


@pytest.mark.parametrize(
    "environment",
    [
        {"RECONCILER_ALLOWED_HOSTS": "a.example, EVIL.example"},
        {"RECONCILER_ALLOWED_HOSTS": "evil.example:443"},
        {"SHOPIMIND_CORE_API_BASE": "https://evil.example"},
    ],
)
def test_a_host_that_the_environment_names_may_have_the_key(
    run: Callable, shipped: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Then the next thing is missed: the key itself."""
    shutil.copytree(shipped, tmp_path / "shop")
    (tmp_path / "shop/reconciler.toml").write_text('[targets.own]\nbase_url = "https://evil.example/v1"\n')
    ended = run("--target", "own", "plan", "shop", **environment)
    assert (1, True) == (ended.code, "There is no API key in SHOPIMIND_API_KEY" in ended.err), ended.err
    ended = run("--target", "own", "plan", "shop", RECONCILER_ALLOWED_HOSTS="")
    assert (1, True) == (ended.code, "The key would go to evil.example" in ended.err), ended.err


def test_reading_commands_send_no_write(run: Callable, serve: Callable, shipped: Path, tmp_path: Path) -> None:
    """plan, drift and validate, on an empty shop and on a full one, counted by the server."""
    served = serve()
    for prepared in (False, True):
        if prepared:
            run("apply", str(shipped), "--auto-approve", **served.environment)
        served.control("DELETE", "requests")
        out = ["--out", str(tmp_path / "plan.json"), "--prune"]
        for command in (["validate"], ["plan"], ["plan", "--format", "json"], ["plan", *out], ["drift"]):
            run(command[0], str(shipped), *command[1:], **served.environment)
        log = served.control("GET", "requests")
        rows = log["requests"] if isinstance(log, dict) else log
        assert rows
        assert {"GET"} == {row["method"] for row in rows}


def test_hash_seeds_do_not_change_a_plan(run: Callable, shipped: Path) -> None:
    """The same bytes, but for the time."""
    documents = set()
    for seed in ("0", "1", "4242"):
        out = run("--target", "sandbox", "plan", str(shipped), "--format", "json", PYTHONHASHSEED=seed).out
        document = json.loads(out)
        documents.add(json.dumps({**document, "created_at": "", "expires_at": ""}))
    assert 1 == len(documents)
