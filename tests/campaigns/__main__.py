"""Every figure the project promises, in one command: `python -m tests.campaigns`.

1. The whole test suite with its campaigns; it prints the table of figures.
2. Branch coverage of diff, plan and apply by the tests of their own.
3. With --mutation, mutants of the same three, with mutmut in a copy of the tree (half an hour).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CORE = ("reconciler/diff/*", "reconciler/plan/*", "reconciler/apply/*")
CORE_TESTS = ("tests/diff", "tests/plan", "tests/report", "tests/apply")
MUTMUT = """[mutmut]
source_paths = reconciler
only_mutate =
    {sources}
pytest_add_cli_args_test_selection =
    {tests}
also_copy =
    manifests
    README.md
    pyproject.toml
"""
MEMORY = 6 * 2**30
"""Bytes that one mutant may take: some never stop collecting."""


def main() -> int:
    """The exit code: 0 when every part reaches its goal."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("--mutation", action="store_true", help="also count the mutants that the tests kill")
    options = parser.parse_args()
    parts = [_campaigns, _coverage, *([_mutation] if options.mutation else [])]
    return max([part() for part in parts])


def _campaigns() -> int:
    return _run(sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "campaign or not browser")


def _coverage() -> int:
    with tempfile.TemporaryDirectory() as place:
        data = f"--data-file={place}/coverage"
        code = _run(
            sys.executable, "-m", "coverage", "run", "--branch", f"--include={','.join(CORE)}", data,
            "-m", "pytest", "-q", *CORE_TESTS,
        )  # fmt: skip
        return code or _run(sys.executable, "-m", "coverage", "report", data, "--show-missing", "--fail-under=100")


def _mutation() -> int:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        for part in ("reconciler", "tests", "manifests"):
            shutil.copytree(ROOT / part, copy / part)
        for part in ("README.md", "pyproject.toml"):
            shutil.copy(ROOT / part, copy)
        sources, tests = ("\n    ".join(each) for each in (CORE, CORE_TESTS))
        (copy / "setup.cfg").write_text(MUTMUT.format(sources=sources, tests=tests))
        mutmut = str(Path(sys.executable).with_name("mutmut"))
        limited = ["prlimit", f"--as={MEMORY}", mutmut, "run", "--max-children", "2"]
        print("mutation: running, half an hour or so", flush=True)
        # A zone that is not UTC: in UTC, mutants of time zones would survive.
        subprocess.run(
            limited, cwd=copy, check=False, stdout=subprocess.DEVNULL, env={**os.environ, "TZ": "Asia/Kolkata"}
        )
        results = subprocess.run(
            [mutmut, "results", "--all", "true"], cwd=copy, check=True, capture_output=True, text=True
        )
        words = [line.rpartition(": ")[2] for line in results.stdout.splitlines() if ": " in line]
        killed = sum(word in ("killed", "timeout") for word in words)
        print(f"mutation: {killed} of {len(words)} killed, {100 * killed / len(words):.1f} %, goal 85 %")
        return 0 if killed >= 0.85 * len(words) else 1


def _run(*command: str) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
