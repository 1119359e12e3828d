"""What a shell offers behind TAB, asked as the shells ask."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.warm.start import warm_command

SHOP = """
kind: definition
name: Agencies
unique_keys: [code]
fields: [{name: code, type: text, required: true}]
---
kind: event
code_name: agency.visited
name: Visited
"""
SETTINGS = '[targets.staging]\napi_key_env = "STAGING"\n'


@pytest.fixture
def offered(tmp_path: Path) -> Callable[[str], list[str]]:
    """What is offered behind these words, in a folder with manifests and settings."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "shop.yaml").write_text(SHOP)
    (tmp_path / "manifests" / "reconciler.toml").write_text(SETTINGS)

    def ask(words: str) -> list[str]:
        count = len(words.split(" ")) - 1
        asked = {"_RECONCILER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
        done = subprocess.run(
            warm_command(),
            cwd=tmp_path,
            env={**os.environ, **asked},
            capture_output=True,
            text=True,
        )
        assert "" == done.stderr
        return [line.removeprefix("plain,") for line in done.stdout.split()]

    return ask


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("reconciler val", ["validate"]),
        ("reconciler --target s", ["sandbox", "shopimind", "staging"]),
        ("reconciler plan --only d", ["definition/Agencies"]),
        ("reconciler records diff A", ["Agencies"]),
        ("reconciler explain list-w", ["list-without-options"]),
        ("reconciler completion f", ["fish"]),
    ],
)
def test_a_shell_is_offered_what_fits(offered: Callable, words: str, expected: list[str]) -> None:
    """Commands, targets, addresses, definitions, rules."""
    assert expected == offered(words)


def test_nothing_is_offered_when_nothing_can_be_read(tmp_path: Path, offered: Callable) -> None:
    """And nothing is said: it would stand in the middle of the line that is typed."""
    (tmp_path / "manifests" / "reconciler.toml").write_text("[")
    (tmp_path / "manifests" / "shop.yaml").write_text("kind: [")
    assert ["sandbox", "shopimind"] == offered("reconciler --target s")
    assert [] == offered("reconciler plan --only d")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_of_that_shell(shell: str, run: Callable) -> None:
    """With the line that installs it; the shell itself finds no fault in it, where it is installed."""
    done = run("completion", shell)
    assert 0 == done.code
    assert f"reconciler completion {shell}" in done.out.splitlines()[0]
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=done.out, capture_output=True, text=True)
        assert (0, "") == (checked.returncode, checked.stderr)


def test_bash_completes_a_typed_word(tmp_path: Path) -> None:
    """In a real shell, with the script that it was given."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    program = tmp_path / "reconciler"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(reconciler completion bash)"; COMP_WORDS=(reconciler dri); COMP_CWORD=1; '
        '_reconciler_completion reconciler dri reconciler; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run([bash, "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert ("drift\n", "") == (done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("option", "words"),
    [("--dry-run", "`reconciler plan` is the dry run"), ("-y", "--auto-approve"), ("--json", "--format json")],
)
def test_an_option_of_other_tools_is_translated(option: str, words: str, run: Callable) -> None:
    """What is near by its letters may be the opposite: --prune for --dry-run."""
    done = run("apply", option)
    assert 64 == done.code
    assert words in done.err
    assert "prune" not in done.err
