"""Sections of the README that are played word for word: commands with their output, patches, and what somebody does by
hand (in comments that no reader sees). `…` in an output stands for anything.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.warm.start import warm_command

README = Path(__file__).parent.parent / "README.md"
_PARTS = re.compile(
    r"```(?P<kind>console|diff)\n(?P<text>.*?)```"
    r"|`(?P<file>[\w./-]+)`:\n\n```(?:csv|json)\n(?P<rows>.*?)```"
    r"|<!-- by hand: (?P<hand>.*?) -->",
    re.DOTALL,
)


def section(title: str) -> str:
    """What stands under a heading of the second level."""
    found = README.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found, title
    return found


def parts_of(text: str) -> Iterator[tuple[str, str]]:
    """(console, diff, hand, or the name of a file; its text) in their order."""
    for part in _PARTS.finditer(text):
        if part["kind"]:
            yield part["kind"], part["text"]
        elif part["file"]:
            yield part["file"], part["rows"]
        else:
            yield "hand", part["hand"]


def spoken(text: str) -> list[tuple[str, str]]:
    """(command, its output) of a console block; a command may go on behind a backslash."""
    parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n", text, flags=re.MULTILINE)
    assert not parts[0]
    return list(zip(parts[1::2], parts[2::2], strict=True))


def fits(expected: str, found: str) -> bool:
    """Whether that was printed, `…` standing for anything."""
    pattern = re.escape(expected.rstrip("\n")).replace("…", ".*?")
    return re.fullmatch(pattern, found.rstrip("\n"), re.DOTALL) is not None


@dataclass
class Player:
    """Runs the commands of a section in a folder, against a shop."""

    folder: Path
    environment: dict[str, str]
    by_hand: Callable[[str], None]
    commands: int = 0
    _last: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        tool = self.folder.parent / "bin"
        tool.mkdir(exist_ok=True)
        program = tool / "reconciler"
        program.write_text(f'#!/bin/sh\nexec {shlex.join(warm_command())} "$@"\n')
        program.chmod(0o755)
        self.environment = {
            **os.environ, **self.environment, "PATH": f"{tool}:{os.environ['PATH']}", "TERM": "dumb",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b.c",
        }  # fmt: skip
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):  # a reader types the commands, and no runner
            self.environment.pop(name, None)

    def play(self, text: str) -> None:
        """Everything in its order."""
        for kind, part in parts_of(text):
            match kind:
                case "diff":
                    subprocess.run(["git", "apply", "-"], cwd=self.folder, input=part, text=True, check=True)
                case "hand":
                    self.by_hand(part)
                case "console":
                    for command, expected in spoken(part):
                        self._run(command, expected)
                case file:
                    (self.folder / file).write_text(part)

    def _run(self, command: str, expected: str) -> None:
        ended = subprocess.run(
            ["bash", "-c", f"(exit {self._last}); {command}"], cwd=self.folder, env=self.environment, text=True,
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert fits(expected, ended.stdout), f"$ {command}\n{ended.stdout}"
        self._last, self.commands = ended.returncode, self.commands + 1
