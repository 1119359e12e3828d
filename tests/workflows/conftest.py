"""A repository with manifests, a hub, a served shop, and runs of our workflows between them."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.hub import PULL, Hub, hub_running
from tests.workflows.runner import Job, Runner

BASE = """\
kind: definition
name: Card
unique_keys: [number]
fields:
  - {name: number, label: Number, type: text, required: true}
"""
GOOD = BASE + "  - {name: tier, label: Tier, type: text}\n"
BLOCKED = BASE.replace("type: text", "type: date")
INVALID = BASE.replace("type: text", "type: txt")
EVENT = "kind: event\nname: Seen\ncode_name: shop.seen\nproperties:\n  metaData:\n    - {name: a, type: text}\n"
BEFORE = EVENT + "    - {name: b, type: text}\n"
TOOL = {"tool_repository": "acme/reconciler", "tool_ref": "f" * 40}


@dataclass
class Scene:
    """What a test sets up and looks at."""

    folder: Path
    hub: Hub
    environment: dict[str, str]
    key: str
    runs: list[Runner] = field(default_factory=list)

    def git(self, *arguments: str) -> str:
        """Something happens in the repository; what git says to it."""
        folder = self.folder / "repository"
        done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def write(self, text: str, branch: str = "main") -> None:
        """Commits the manifests on a branch."""
        self.git("checkout", "-q", "-B", branch)
        place = self.folder / "repository" / "manifests"
        place.mkdir(exist_ok=True)
        (place / "shop.yaml").write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "Change the manifests")

    def propose(self, text: str) -> None:
        """A pull request with this content, as GitHub checks it out: merged into main."""
        self.git("checkout", "-q", "main")
        self.write(text, "proposal")
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge", "proposal")

    def run(
        self, file: str, *, key: bool = True, fork: bool = False, commit: str = "", **chosen: Any
    ) -> dict[str, Job]:
        """Runs one workflow with our usual inputs; `approve` is called where an environment waits for approval.

        Its event is of the commit that is checked out, or of the one given, as when an older run is run again.
        """
        approve = chosen.pop("approve", lambda runner: None)
        branch = self.git("branch", "--show-current")
        ref, commit = f"refs/heads/{branch}" if branch else f"refs/pull/{PULL}/merge", commit or self.head()
        source = "stranger/shop" if fork else "owner/shop"
        event = {"pull_request": {"number": PULL, "head": {"repo": {"full_name": source}}}}
        secrets = {"SHOPIMIND_API_KEY": self.key} if key else {}
        place = self.folder / f"run{len(self.runs)}"
        repository = self.folder / "repository"
        runner = Runner(
            place, repository, self.hub, self.environment, event, secrets, fork, approve, ref=ref, commit=commit
        )
        self.runs.append(runner)
        jobs = runner.run(file, {name.replace("_", "-"): value for name, value in {**TOOL, **chosen}.items()})
        assert all(self.key not in job.log + job.summary for job in jobs.values())
        return jobs


@pytest.fixture
def hub() -> Iterator[Hub]:
    """GitHub's API."""
    with hub_running() as running:
        yield running


@pytest.fixture
def scene(tmp_path: Path, hub: Hub, serve: Callable) -> Scene:
    """A repository whose main branch has one definition, and an empty shop."""
    shop = serve()
    scene = Scene(tmp_path, hub, {"SHOPIMIND_CORE_API_BASE": shop.url}, shop.key)
    (tmp_path / "repository").mkdir()
    scene.git("init", "-q", "-b", "main")
    for name, value in {
        "user.name": "A",
        "user.email": "a@shop.invalid",
        "uploadpack.allowAnySHA1InWant": "true",
    }.items():
        scene.git("config", name, value)
    scene.write(BASE)
    return scene
