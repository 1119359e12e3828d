"""The story that the README tells is played, word for word, in a git repository against a served shop.

The day of the acceptance is moved on with time.
"""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.spoken import Player, section

DAY = "2026-12-31"


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


def test_the_story_of_the_readme_is_true(repository: Path, run: Callable, serve: Callable, figure: Callable) -> None:
    """Branch, review, refusal, acceptance, merge, saved plan, somebody's hand, stale plan, drift."""
    served = serve()
    assert 0 == run("apply", "--auto-approve", folder=repository, **served.environment).code
    later = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    player = Player(repository, served.environment, partial(by_hand, served))
    player.play(section("From a branch to the shop").replace(DAY, later))
    assert player.commands > 12
    figure("the story of the README", f"{player.commands} commands, with their output")


def by_hand(served: Any, text: str) -> None:
    """`CODE NAME is called TITLE`, as the dashboard would do it."""
    code_name, title = text.split(" is called ")
    with served.client() as client:
        rows = client.get("/events", params={"limit": 100}).json()["data"]
        number = next(int(row["id_event"]) for row in rows if row["code_name"] == code_name)
        answer = client.patch("/events", json={"id_event": number, "name": title})
    assert answer.is_success, answer.text
