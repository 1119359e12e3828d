"""Commands about rows, run in this process as somebody runs them in a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from tests.conftest import Ran


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs `reconciler` in the folder of the test."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run_command(arguments, EmbeddedSandbox())
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run
