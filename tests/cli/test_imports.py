"""What a command loads is what it costs: `--help` pays for click, `validate` for click, pydantic and YAML."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HEAVY = {"httpx", "httpcore", "deepdiff", "jinja2", "starlette", "uvicorn", "anyio", "ssl", "sqlite3", "ruamel"}
PROGRAM = """
import sys
from reconciler.__main__ import main
sys.argv[1:] = {arguments!r}
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def _loaded(arguments: Sequence[str]) -> set[str]:
    program = PROGRAM.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_click_and_nothing_heavy(option: str) -> None:
    """Not even pydantic or the YAML parser."""
    loaded = _loaded([option])
    assert "click" in loaded
    assert set() == loaded & (HEAVY | {"pydantic", "yaml"})


def test_validate_loads_no_network_and_no_comparison(shipped: Path) -> None:
    """Jinja is loaded for manifests that use it, and the shipped ones do not."""
    assert set() == _loaded(["validate", str(shipped)]) & HEAVY


def test_a_plan_in_sync_does_not_load_deepdiff(shipped: Path, tmp_path: Path) -> None:
    """A comparison that finds nothing is over before anything is explained."""
    program = f"import os; os.chdir({str(tmp_path)!r})" + PROGRAM.format(
        arguments=["--target", "sandbox", "apply", str(shipped), "--auto-approve"]
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    program = program.replace("'apply'", "'plan'").replace(", '--auto-approve'", "")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "in sync" in done.stdout
    assert "deepdiff" not in {name.partition(".")[0] for name in done.stderr.split()}
