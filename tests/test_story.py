"""The story that the README tells is played, word for word, in a git repository against a served shop.

The section holds everything: commands with their output, patches, and what somebody does to the shop by hand (in
comments that no reader sees). `…` in an output stands for anything; the day of the acceptance is moved on with time.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.warm.start import warm_command

README = Path(__file__).parent.parent / "README.md"
DAY = "2026-12-31"
_PARTS = re.compile(r"```(?P<kind>console|diff)\n(?P<text>.*?)```|<!-- by hand: (?P<hand>.*?) -->", re.DOTALL)


def story() -> Iterator[tuple[str, str]]:
    """(console, diff or hand; its text) in the order of the section."""
    section = README.read_text(encoding="utf-8").partition("\n## From a branch to the shop\n")[2].partition("\n## ")[0]
    later = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    for part in _PARTS.finditer(section.replace(DAY, later)):
        yield (part["kind"], part["text"]) if part["kind"] else ("hand", part["hand"])


def spoken(text: str) -> list[tuple[str, str]]:
    """(command, its output) of a console block."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    assert not parts[0]
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def repository(tmp_path: Path, shipped: Path) -> Path:
    """The shipped manifests on the branch main."""
    shutil.copytree(shipped, tmp_path / "shop" / "manifests")
    folder = tmp_path / "shop"
    (folder / ".gitignore").write_text("*.json\n")
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-qb", "main"], ["add", "--all"], [*identity, "commit", "-qm", "the shop"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def fits(expected: str, found: str) -> bool:
    pattern = re.escape(expected.rstrip("\n")).replace("…", ".*?")
    return re.fullmatch(pattern, found.rstrip("\n"), re.DOTALL) is not None


def test_the_story_of_the_readme_is_true(
    repository: Path, run: Callable, serve: Callable, figure: Callable, tmp_path: Path
) -> None:
    """Branch, review, refusal, acceptance, merge, saved plan, somebody's hand, stale plan, drift."""
    served = serve()
    assert 0 == run("apply", "--auto-approve", folder=repository, **served.environment).code
    tool = tmp_path / "bin"
    tool.mkdir()
    (tool / "reconciler").write_text(f'#!/bin/sh\nexec {shlex.join(warm_command())} "$@"\n')
    (tool / "reconciler").chmod(0o755)
    environment = {
        **os.environ, **served.environment, "PATH": f"{tool}:{os.environ['PATH']}", "TERM": "dumb",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
    }  # fmt: skip
    environment.pop("GITHUB_STEP_SUMMARY", None)
    commands, last = 0, 0
    for kind, text in story():
        if kind == "diff":
            subprocess.run(["git", "apply", "-"], cwd=repository, input=text, text=True, check=True)
        elif kind == "hand":
            by_hand(served, text)
        else:
            for command, expected in spoken(text):
                script = f"(exit {last}); {command}"
                ended = subprocess.run(
                    ["bash", "-c", script], cwd=repository, env=environment, text=True, check=False,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                )  # fmt: skip
                assert fits(expected, ended.stdout), f"$ {command}\n{ended.stdout}"
                last, commands = ended.returncode, commands + 1
    assert commands > 12
    figure("the story of the README", f"{commands} commands, with their output")


def by_hand(served: Any, text: str) -> None:
    """`CODE NAME is called TITLE`, as the dashboard would do it."""
    code_name, title = text.split(" is called ")
    headers = {"spm-api-key": served.key}
    with httpx.Client(base_url=f"{served.url}/v1", headers=headers, trust_env=False) as client:
        rows = client.get("/events", params={"limit": 100}).json()["data"]
        number = next(int(row["id_event"]) for row in rows if row["code_name"] == code_name)
        answer = client.patch("/events", json={"id_event": number, "name": title})
    assert answer.is_success, answer.text
