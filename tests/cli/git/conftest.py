"""Real repositories, and commands run in this process as somebody runs them in a folder."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from tests.conftest import Ran

MANIFEST = "kind: definition\nname: A\nfields:\n  - {name: x, type: text}\n"
RETYPED = MANIFEST.replace("text", "number")


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    """What git says in the folder."""
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always"]
    ended = subprocess.run(["git", *names, *arguments], cwd=folder, input=given, check=True, capture_output=True)
    return ended.stdout.decode().strip()


def commit(folder: Path) -> str:
    """Commits everything there is."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "a change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A work tree with one manifest, committed on the branch main."""
    folder = tmp_path / "repository"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests/a.yaml").write_text(MANIFEST)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder)
    return folder


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs `reconciler` in this process, in a folder."""

    def run(folder: Path, *arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        capsys.readouterr()
        code = run_command(arguments, EmbeddedSandbox())
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run
