"""The commit that a plan names, and whether the manifests are those of the commit."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.cli.git.state import git_state
from reconciler.manifest.yaml_bounds import LARGEST_FILE
from reconciler.model.plan import Git
from tests.cli.git.conftest import MANIFEST, RETYPED, commit, git


def state(folder: Path, *names: str) -> Git:
    """Without a warning."""
    warnings: list[str] = []
    found = git_state(tuple(str(folder / name) for name in names or ("manifests",)), warnings.append)
    assert [] == warnings
    return found


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda top: (top / "manifests/a.yaml").write_text(RETYPED),
    "new": lambda top: (top / "manifests/b.yaml").write_text("kind: event\n"),
    "new and ignored": lambda top: [
        (top / "manifests/b.yaml").write_text("kind: event\n"),
        (top / ".git/info/exclude").write_text("b.yaml\n"),
    ],
    "gone": lambda top: (top / "manifests/a.yaml").unlink(),
    "a folder": lambda top: [(top / "manifests/a.yaml").unlink(), (top / "manifests/a.yaml").mkdir()],
    "a pipe": lambda top: [(top / "manifests/a.yaml").unlink(), os.mkfifo(top / "manifests/a.yaml")],
    "longer than is read": lambda top: (top / "manifests/a.yaml").write_bytes(MANIFEST.encode() + b"#" * LARGEST_FILE),
    "a link": lambda top: [
        (top / "manifests/a.yaml").rename(top / "manifests/x"),
        (top / "manifests/a.yaml").symlink_to("x"),
    ],
    "moved": lambda top: (top / "manifests/a.yaml").rename(top / "manifests/b.yaml"),
    "settings": lambda top: (top / "reconciler.toml").write_text("[guards]\nmax_deletes = 9\n"),
    "settings gone": lambda top: (top / "reconciler.toml").unlink(),
    "settings nearer": lambda top: (top / "manifests/reconciler.toml").write_text(""),
    "edited while git was told not to look": lambda top: [
        git(top, "update-index", "--assume-unchanged", "manifests/a.yaml"),
        (top / "manifests/a.yaml").write_text(RETYPED),
    ],
}


@pytest.fixture
def clean(repository: Path) -> Path:
    """A work tree as it was committed."""
    (repository / "reconciler.toml").write_text("[guards]\nmax_deletes = 1\n")
    (repository / "manifests/link.yaml").symlink_to("a.yaml")
    commit(repository)
    return repository


def test_a_clean_work_tree_is_not_dirty(clean: Path) -> None:
    """Whatever else lies in it, and however git converts line ends."""
    (clean / "manifests/notes.txt").write_text("x")
    (clean / "other.yaml").write_text("x")
    (clean / "manifests/a.yaml").write_bytes(MANIFEST.replace("\n", "\r\n").encode())
    head = git(clean, "rev-parse", "HEAD")
    assert Git(head=head, dirty=False) == state(clean) == state(clean, "manifests/a.yaml", "manifests")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_is_read_is_dirty(clean: Path, change: str) -> None:
    """Of a manifest or of the settings that hold for it, whatever the index says."""
    CHANGES[change](clean)
    assert Git(head=git(clean, "rev-parse", "HEAD"), dirty=True) == state(clean)


def test_a_linked_folder_is_dirty_when_its_link_or_what_is_behind_it_changes(clean: Path) -> None:
    """And not because it is a link."""
    (clean / "linked").symlink_to("manifests")
    (clean / "other").mkdir()
    (clean / "other/b.yaml").write_text(RETYPED)
    head = commit(clean)
    assert Git(head=head, dirty=False) == state(clean, "linked")
    (clean / "manifests/a.yaml").write_text(RETYPED)
    assert Git(head=head, dirty=True) == state(clean, "linked")
    git(clean, "restore", ".")
    (clean / "linked").unlink()
    (clean / "linked").symlink_to("other")
    assert Git(head=head, dirty=True) == state(clean, "linked")


def test_manifests_in_a_submodule_name_its_commit(repository: Path, tmp_path: Path) -> None:
    """They were read at that one."""
    git(tmp_path, "init", "--quiet", "outer")
    git(tmp_path / "outer", "submodule", "add", "--quiet", str(repository), "inner")
    commit(tmp_path / "outer")
    assert Git(head=git(repository, "rev-parse", "HEAD")) == state(tmp_path / "outer/inner")


def test_outside_of_a_work_tree_there_is_no_commit(ask: Callable, tmp_path: Path) -> None:
    """Which is no reason for a warning."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text(MANIFEST)
    ended = ask(tmp_path, "--target", "sandbox", "plan", "--out", "plan.json")
    assert "warning" not in ended.err
    assert {"head": None, "dirty": False} == json.loads((tmp_path / "plan.json").read_text())["git"]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("no commit", "from which commit it is made: git knows no revision 'HEAD' here: there is no commit yet"),
        ("no git", "from which commit it is made: There is no git program"),
        ("a lost object", "whether the manifests are those of HEAD is not known: git cannot give 'manifests"),
    ],
)
def test_a_plan_without_its_commit_says_why(
    ask: Callable, repository: Path, monkeypatch: pytest.MonkeyPatch, what: str, told: str
) -> None:
    """And never that the work tree is clean."""
    if what == "no commit":
        git(repository, "switch", "--quiet", "--orphan", "empty")
        (repository / "manifests").mkdir(exist_ok=True)
        (repository / "manifests/a.yaml").write_text(MANIFEST)
    if what == "no git":
        monkeypatch.setenv("PATH", str(repository))
    if what == "a lost object":
        tree = git(repository, "rev-parse", "HEAD:manifests")
        (repository / ".git/objects" / tree[:2] / tree[2:]).unlink()
    ended = ask(repository, "--target", "sandbox", "plan", "--out", "plan.json")
    assert 0 == ended.code
    assert told in ended.err
    head = git(repository, "rev-parse", "HEAD") if what == "a lost object" else None
    assert {"head": head, "dirty": True} == json.loads((repository / "plan.json").read_text())["git"]


def test_paths_of_another_work_tree_are_not_of_the_commit(repository: Path, tmp_path: Path) -> None:
    """A plan names one commit."""
    warnings: list[str] = []
    other = tmp_path / "other"
    other.mkdir()
    found = git_state((str(repository / "manifests"), str(other)), warnings.append)
    assert (Git(head=git(repository, "rev-parse", "HEAD"), dirty=True), 1) == (found, len(warnings))
    assert "is not in the work tree" in warnings[0]
