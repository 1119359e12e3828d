"""Every figure the project promises, in one command: `python -m tests.campaigns`.

1. The whole test suite with its campaigns; it prints the table of figures.
2. Branch coverage of diff, plan and apply by the tests of their own.
3. With --mutation, mutants of the same three, with mutmut in a copy of the tree (an hour).
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
CORE_TESTS = ("tests/diff", "tests/plan", "tests/report", "tests/apply", "tests/toy")
MUTMUT = """[mutmut]
source_paths = reconciler
only_mutate =
    {sources}
pytest_add_cli_args_test_selection =
    {tests}
pytest_add_cli_args =
    --timeout={seconds}
    --timeout-method=thread
    --deselect=tests/report/test_injection.py
also_copy =
    manifests
    README.md
    pyproject.toml
"""
"""Without the injection tests: every mutant that survives would pay for the longest of all tests."""
SECONDS = 20
"""What one test may take under a mutant: some loop for ever. The slowest test takes 3 s without one."""
MEMORY = 6 * 2**30
"""Bytes that one mutant may take: some never stop collecting."""
KILLED = ("killed", "timeout")
GOAL = 85
"""Per cent of all mutants; one that was not tried counts as alive."""


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
        (copy / "setup.cfg").write_text(MUTMUT.format(sources=sources, tests=tests, seconds=SECONDS))
        print("mutation: running, an hour or so", flush=True)
        log = Path(place) / "log"
        results = _mutmut(copy, log)
        if not results:
            print(f"mutation: mutmut did not come to an end\n{log.read_text(errors='replace')[-4000:]}")
            return 1
        return _told(results)


def _mutmut(copy: Path, log: Path) -> list[tuple[str, str]]:
    """Every mutant with what became of it; empty when mutmut failed, and the log tells why."""
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    # A zone that is not UTC: in UTC, mutants of time zones would survive.
    zone = {**os.environ, "TZ": "Asia/Kolkata"}
    with log.open("w") as out:
        run = ["prlimit", f"--as={MEMORY}", mutmut, "run", "--max-children", "2"]
        if subprocess.run(run, cwd=copy, check=False, stdout=out, stderr=out, env=zone).returncode:
            return []
    told = subprocess.run([mutmut, "results", "--all", "true"], cwd=copy, check=True, capture_output=True, text=True)
    lines = (line.strip().rpartition(": ") for line in told.stdout.splitlines() if ": " in line)
    return [(mutant, word) for mutant, _, word in lines]


def _told(results: list[tuple[str, str]]) -> int:
    """Prints the score of each package and of the whole, and who survived; 0 when the goal is reached."""
    for mutant, word in results:
        if word not in KILLED:
            print(f"{word}: {mutant}")
    for core in CORE:
        package = core.removesuffix("/*").replace("/", ".")
        _score(package, [word for mutant, word in results if mutant.startswith(f"{package}.")])
    return 0 if _score("mutation", [word for _, word in results]) >= GOAL else 1


def _score(name: str, words: list[str]) -> float:
    killed = sum(word in KILLED for word in words)
    score = 100 * killed / max(1, len(words))
    print(f"{name}: {killed} of {len(words)} mutants killed ({words.count('timeout')} by time), {score:.1f} %")
    return score


def _run(*command: str) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
