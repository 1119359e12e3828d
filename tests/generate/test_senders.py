"""The README's way to typed senders: its files, its commands, and what the checkers say of them, word for word."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.test_readme import README

SECTION = README.partition("\n## Typed senders\n")[2].partition("\n## ")[0]
FILES = dict(re.findall(r"```\w+\n(?:#|//) (src/\S+)\n(.*?)```", SECTION, re.DOTALL))
SPOKEN = dict(re.findall(r"^\$ (.*)\n((?:(?!\$ |```).*\n)+)", SECTION, re.MULTILINE))
COMMANDS = {"mypy": "mypy --strict src", "tsc": "tsc --strict --noEmit src/upgrades.ts"}


def test_the_readme_senders_are_refused_as_shown(run: Callable, tmp_path: Path, checker: Any, shipped: Path) -> None:
    """And what `generate` says is what it says there."""
    (tmp_path / "manifests").symlink_to(shipped)
    language = "python" if checker.suffix == ".py" else "typescript"
    command = f"reconciler generate {language} --out src"
    ended = run(*command.split()[1:])
    assert (0, SPOKEN[command]) == (ended.code, ended.err)
    name = f"src/upgrades{checker.suffix}"
    comment = "#" if checker.suffix == ".py" else "//"
    (tmp_path / name).write_text(f"{comment} {name}\n{FILES[name]}")
    shown = [line for line in SPOKEN[COMMANDS[checker.name]].splitlines() if ": error" in line]
    assert shown == [f"src/{line}" for line in checker.complaints(tmp_path / "src")]


def test_the_readme_check_passes_what_was_generated(run: Callable, tmp_path: Path, shipped: Path) -> None:
    """And ends with 3 when the manifests have changed."""
    (command,) = re.findall(r"`reconciler (generate \S+ --out \S+ --check)`", SECTION)
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "shop.yaml").write_text(text := (shipped / "loyalty.yaml").read_text())
    run(*command.split()[:-1])
    assert 0 == run(*command.split()).code
    (manifests / "shop.yaml").write_text(text.replace("name: previous_tier", "name: former_tier"))
    assert 3 == run(*command.split()).code
