"""The README is true: its commands run, its excerpts are what the tool prints."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import reconciler.cli.main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def test_the_first_excerpt_is_what_the_tool_prints(run: Callable, tmp_path: Path) -> None:
    """Every line that is not left out (…) is printed, in this order."""
    (tmp_path / "manifests").symlink_to(ROOT / "manifests")
    printed = run("--target", "sandbox", "apply", "--auto-approve").out.splitlines()
    printed += run("--target", "sandbox", "plan").out.splitlines()
    position = 0
    for line in CONSOLE[0].splitlines():
        if line and line != "…" and not line.startswith("$"):
            shown = [_timeless(text) for text in printed[position:]]
            assert _timeless(line) in shown
            position += shown.index(_timeless(line)) + 1


def test_the_findings_shown_are_those_found(run: Callable, tmp_path: Path) -> None:
    """The offline check reads as in the README."""
    (tmp_path / "manifests").mkdir()
    text = "kind: definition\nname: A\nfields:\n  - {name: x, type: txt, requird: true}\n"
    (tmp_path / "manifests" / "shop.yaml").write_text(text)
    assert CONSOLE[1].splitlines()[1:] == run("validate").out.splitlines()


def test_the_manifests_shown_are_valid(run: Callable, tmp_path: Path) -> None:
    """With the shipped ones beside them, which they refer to."""
    (shown,) = re.findall(r"```yaml\n(kind.*?)```", README, re.DOTALL)
    (tmp_path / "shown.yaml").write_text(shown)
    others = tmp_path / "others.yaml"
    shipped = "\n---\n".join(path.read_text() for path in sorted((ROOT / "manifests").glob("*.yaml")))
    keep = [doc for doc in shipped.split("\n---\n") if "name: ResponsableCommercial\n" in doc or "name: Vet" in doc]
    others.write_text("\n---\n".join(keep))
    ended = run("validate", str(tmp_path / "shown.yaml"), str(others))
    assert 0 == ended.code, ended.out


def test_the_settings_shown_are_understood(run: Callable, tmp_path: Path, shipped: Path) -> None:
    """And their targets are the ones listed."""
    (shown,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "reconciler.toml").write_text(shown)
    out = run("targets").out
    assert "* production" in out
    assert "SHOPIMIND_STAGING_KEY is not set" in out


@pytest.mark.parametrize("command", reconciler.cli.main.COMMANDS)
def test_every_command_has_help_with_two_examples(run: Callable, command: str) -> None:
    """And is in the README."""
    ended = run(command, "--help")
    assert 0 == ended.code
    examples = ended.out.partition("Examples:")[2].strip().splitlines()
    assert 2 == len(examples)
    assert command in README


def _timeless(line: str) -> str:
    return re.sub(r"[\d.]+ s$", "… s", line.rstrip())
