"""Every way to get it wrong ends with one clear sentence, the right exit code, and no traceback."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.app import App
from reconciler.cli.exits import exit_code_of

VALID = "kind: definition\nname: A\nfields:\n  - {name: x, type: text}\n"
DANGLING = (
    VALID
    + """---
kind: definition
name: B
fields:
  - {name: x, type: text}
relationships:
  - {sourceField: x, targetSchemaType: custom, targetSchema: AA, targetField: x}
"""
)
CLOSED = {"SHOPIMIND_CORE_API_BASE": "http://127.0.0.1:1", "SHOPIMIND_API_KEY": "sandbox-0123456789abcdef"}


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    """A folder with one good manifest, where commands look first."""
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "a.yaml").write_text(VALID)
    return folder


def test_no_key_names_both_ways_on(run: Callable, manifests: Path) -> None:
    """Without a key the tool stops; it never falls back to the sandbox by itself."""
    ended = run("plan")
    assert 1 == ended.code
    assert "SHOPIMIND_API_KEY" in ended.err
    assert "reconciler --target sandbox" in ended.err
    _one_sentence(ended)
    assert not (manifests.parent / ".reconciler").exists()


def test_a_wrong_key_is_named_by_its_variable_only(run: Callable, manifests: Path, serve: Callable) -> None:
    """401 names where the key came from and not the key."""
    environment = {**serve().environment, "SHOPIMIND_API_KEY": "wrong-key-0123456789abc"}
    ended = run("plan", **environment)
    assert 1 == ended.code
    assert "does not accept the key in SHOPIMIND_API_KEY" in ended.err
    assert "Copy it anew from ShopiMind.\n" in ended.err, "it says what to do"
    assert "wrong-key" not in ended.err + ended.out
    _one_sentence(ended)


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_an_unknown_target_is_wrong_usage(run: Callable, manifests: Path, command: str) -> None:
    """The known targets are listed, a near miss is guessed."""
    ended = run("--target", "sandbx", command)
    assert 64 == ended.code
    assert "did you mean 'sandbox'?" in ended.err
    _one_sentence(ended)


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_a_missing_folder_is_wrong_usage(run: Callable, command: str) -> None:
    """Also when it is the default one."""
    ended = run("--target", "sandbox", command)
    assert 64 == ended.code
    assert "'manifests'" in ended.err
    _one_sentence(ended)


def test_a_missing_folder_has_no_targets(run: Callable) -> None:
    """A slip would list the built-in targets as if they were the folder's; the default one may be missing."""
    ended = run("targets", "nowhere")
    assert (64, "") == (ended.code, ended.out)
    assert "'nowhere'" in ended.err
    _one_sentence(ended)
    assert 0 == run("targets").code


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_an_empty_folder_is_a_finding(run: Callable, tmp_path: Path, command: str) -> None:
    """An empty folder is more likely a mistake than a wish."""
    (tmp_path / "manifests").mkdir()
    ended = run("--target", "sandbox", command)
    assert 1 == ended.code
    assert "there is no manifest" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"\xff\xfe\x00", "unreadable-file"),
        (b"kind: definition\nname: [a\n", "yaml-syntax"),
        (DANGLING.encode(), "dangling-reference"),
        (VALID.replace("fields", "feilds").encode(), "unknown-key"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_a_bad_manifest_is_a_finding_with_its_place(
    run: Callable, manifests: Path, command: str, content: bytes, rule: str
) -> None:
    """Rule id, file and line, and nothing is sent."""
    (manifests / "b.yaml").write_bytes(content if rule != "dangling-reference" else DANGLING.split("---\n")[1].encode())
    ended = run("--target", "sandbox", command)
    assert 1 == ended.code
    assert f"[{rule}]" in ended.out + ended.err
    assert "manifests/b.yaml:" in ended.out + ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "graph"])
def test_the_place_of_a_finding_is_underlined(run: Callable, manifests: Path, command: str) -> None:
    """By every command that says what is wrong in manifests."""
    (manifests / "b.yaml").write_text("kind: evnt\ncode_name: a\nname: A\n")
    ended = run("--target", "sandbox", command)
    assert "[unknown-kind]\n    1 | kind: evnt\n      |       ~~~~\n" in ended.out + ended.err


@pytest.mark.parametrize("arguments", [["plan", "--nope"], ["plna"], ["plan", "--format", "xml"], ["--nope"]])
def test_an_unknown_option_is_wrong_usage(run: Callable, arguments: list[str]) -> None:
    """click's own exit code 2 would read as "changes pending"."""
    ended = run(*arguments)
    assert 64 == ended.code
    _one_sentence(ended)


def test_no_network_is_said_after_a_few_tries(run: Callable, manifests: Path) -> None:
    """The place that cannot be reached is named."""
    ended = run("plan", **CLOSED)
    assert 1 == ended.code
    assert "127.0.0.1:1 cannot be reached" in ended.err
    _one_sentence(ended)


def test_plain_http_to_another_machine_is_refused(run: Callable, manifests: Path) -> None:
    """The key never travels in the clear."""
    ended = run("plan", **{**CLOSED, "SHOPIMIND_CORE_API_BASE": "http://192.0.2.1"})
    assert 1 == ended.code
    assert "https" in ended.err
    _one_sentence(ended)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["plan"], 1), (["plan", "nowhere"], 64), (["plan", "--nope"], 64), (["apply"], 1), (["validate", "nowhere"], 64)],
)
def test_json_stays_json_on_failure(run: Callable, manifests: Path, arguments: list[str], code: int) -> None:
    """stdout is one document with the exit code in it, whatever happens."""
    ended = run(*arguments, "--format", "json")
    document = json.loads(ended.out)
    assert code == ended.code == document["exit"]["code"]
    assert document["error"]


def test_apply_without_a_terminal_needs_approval(run: Callable, manifests: Path) -> None:
    """Nobody to ask means no."""
    ended = run("--target", "sandbox", "apply")
    assert 3 == ended.code
    assert "--auto-approve" in ended.err
    assert 2 == run("--target", "sandbox", "plan", "--detailed-exitcode").code


def _one_sentence(ended: Any) -> None:
    """The last word is one line, and there is no traceback."""
    error = str(ended.err)
    assert "Traceback" not in error
    assert 1 == sum(line.startswith("Error: ") for line in error.splitlines())


@pytest.mark.parametrize(
    ("expected", "state"),
    [
        ("Error: Too many open files.\n", {}),
        ("Error: Too many open files. Nothing was sent.\n", {"has_begun": True}),
        (
            "Error: Too many open files. The shop may have been changed: plan again to see what is left.\n",
            {"has_begun": True, "is_sending": True},
        ),
    ],
    ids=["offline", "reading", "writing"],
)
def test_a_limit_of_the_system_says_what_was_sent(
    capfd: pytest.CaptureFixture[str], expected: str, state: dict[str, bool]
) -> None:
    """The system's own sentence does not know that."""

    def run_out() -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    assert 1 == exit_code_of(run_out, App(EmbeddedSandbox(), {}, **state))
    assert expected == capfd.readouterr().err
