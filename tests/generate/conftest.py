"""The two checkers, each as one process over many files."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

import reconciler
from reconciler.model.manifest import Desired
from reconciler.model.target import Target

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(params=["mypy", "tsc"])
def checker(request: pytest.FixtureRequest) -> "Checker":
    """The strict checker of each language. Its test is skipped where TypeScript is not installed."""
    return Checker("mypy", ".py", _mypy) if request.param == "mypy" else Checker("tsc", ".ts", _tsc_installed())


@dataclass(frozen=True)
class Checker:
    """`complaints` has the lines that it complains of, of all files in a folder."""

    name: str
    suffix: str
    complaints: Callable[[Path], list[str]]

    def wrong_lines(self, folder: Path) -> set[int]:
        """The numbers of the lines that it complains of; for a folder with one file of interest."""
        return {int(re.findall(r"^[^:(]+[:(](\d+)", line)[0]) for line in self.complaints(folder)}


def _mypy(folder: Path) -> list[str]:
    # From that folder: mypy takes settings of the project from where it runs.
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull]
    files = sorted(file.name for file in folder.glob("*.py"))
    done = subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def _tsc_installed() -> Callable[[Path], list[str]]:
    """The compiler that the variable TSC names, which must be there then, or else that of `npm install --no-save
    typescript` in this repository.
    """
    named = os.environ.get("TSC")
    compiler = Path(named or ROOT / "node_modules/.bin/tsc")
    if not named and not compiler.exists():
        pytest.skip("TypeScript is not installed here (npm install --no-save typescript)")
    assert compiler.exists(), f"TSC is {compiler}, and there is no such file"
    return partial(_tsc, compiler)


def _tsc(compiler: Path, folder: Path) -> list[str]:
    files = sorted(file.name for file in folder.glob("*.ts"))
    command = [str(compiler), "--strict", "--noEmit", "--pretty", "false", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (done.returncode == 0) == (done.stdout == ""), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error " in line]


@pytest.fixture
def shipped_desired(shipped: Path) -> Desired:
    """The manifests of this repository."""
    return reconciler.load([str(shipped)], Target("test"), {}).desired
