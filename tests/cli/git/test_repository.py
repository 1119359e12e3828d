"""Which repository is meant, and what is said when git cannot read it."""

import multiprocessing
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.cli.git.repository import Repository, nearest_repository, repository_of
from reconciler.errors import GitFailed, WrongUsage
from tests.cli.git.conftest import MANIFEST, RETYPED, commit, git

AGAINST = ("diff", "--against", "HEAD")
IS_ROOT = os.geteuid() == 0


def test_the_nearest_repository_is_meant(repository: Path) -> None:
    """From a file or a folder, there or not."""
    here = Repository(str(repository))
    assert here == nearest_repository(str(repository)) == nearest_repository(str(repository / "manifests/a.yaml"))
    assert here == nearest_repository(str(repository / "manifests/gone/x"))
    assert nearest_repository(str(repository.parent)) is None


def test_manifests_are_found_wherever_one_stands(ask: Callable, repository: Path) -> None:
    """`diff` takes every path that `validate` takes: from below, from beside, from outside, from a linked place."""
    (repository / "deep/er").mkdir(parents=True)
    linked = repository.parent / "linked"
    linked.symlink_to(repository)
    for folder, path in (
        (repository / "manifests", "."),
        (repository / "manifests", "a.yaml"),
        (repository / "deep/er", "../../manifests"),
        (repository / "deep", str(repository / "manifests")),
        (repository.parent, "repository/manifests"),
        (repository, str(linked / "manifests")),
        (linked, "manifests"),
    ):
        ended = ask(folder, *AGAINST, path)
        assert (0, True) == (ended.code, "in sync: 1 unchanged" in ended.out), (folder, path, ended)
    assert "in sync: 1 unchanged" in ask(repository / "deep", *AGAINST, "--head", "main", "../manifests").out


def test_a_finding_has_the_name_that_the_path_gives_it(ask: Callable, repository: Path) -> None:
    """On both sides."""
    (repository / "deep").mkdir()
    (repository / "manifests/a.yaml").write_text("kind: x\n")
    commit(repository)
    told = "../manifests/a.yaml:1:7: error"
    assert told in ask(repository / "deep", *AGAINST, "../manifests").err
    (repository / "manifests/a.yaml").write_text(MANIFEST)
    assert told in ask(repository / "deep", *AGAINST, "../manifests").err


@pytest.mark.parametrize("name", [":(top)x", ":!x", "--x", "[x]*", "é b"])
def test_a_path_is_a_path(ask: Callable, repository: Path, name: str) -> None:
    """Not a pattern, and nothing that git has another meaning for."""
    (repository / name).mkdir()
    (repository / name / "b.yaml").write_text("kind: event\nname: B\ncode_name: b\n")
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST, "--", name).out
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST, "--", f"{name}/b.yaml").out


def test_a_file_is_a_manifest_whatever_its_name_ends_with(ask: Callable, repository: Path) -> None:
    """When it is named itself, as `validate` has it."""
    (repository / "one.manifest").write_text(MANIFEST)
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST, "one.manifest").out


def test_what_git_ignores_and_hides_is_not_compared(ask: Callable, repository: Path) -> None:
    """Hidden folders hold no manifests, at a revision neither."""
    (repository / "manifests/.hidden").mkdir()
    (repository / "manifests/.hidden/b.yaml").write_text("nonsense")
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out


def test_paths_of_two_repositories_have_no_revision(repository: Path, tmp_path: Path) -> None:
    """Of both."""
    (tmp_path / "other/.git").mkdir(parents=True)
    with pytest.raises(WrongUsage, match="are not in one repository"):
        repository_of((str(repository), str(tmp_path / "other")))


def test_a_path_that_goes_up_behind_a_link_is_refused(ask: Callable, repository: Path) -> None:
    """The system follows the link first, and a revision has none to follow."""
    (repository / "far/away").mkdir(parents=True)
    (repository / "far/manifests").mkdir()
    (repository / "far/manifests/a.yaml").write_text(RETYPED)
    (repository / "link").symlink_to("far/away")
    commit(repository)
    ended = ask(repository, *AGAINST, "link/../manifests")
    assert (64, True) == (ended.code, "'link/../manifests' is a link, or behind one" in ended.err)


@pytest.mark.parametrize("command", ["validate", "graph", "diff"])
def test_the_manifests_of_the_repository_are_found_from_below(ask: Callable, repository: Path, command: str) -> None:
    """The nearest ones, and it is said which; what is named is what is meant, and nothing above the repository is."""
    below = repository / "deep/er"
    below.mkdir(parents=True)
    arguments = AGAINST if command == "diff" else (command,)
    ended = ask(below, *arguments)
    assert 0 == ended.code, ended.err
    assert "Manifests: ../../manifests (there is no 'manifests' in this folder)\n" in ended.err
    assert 0 == ask(repository, *arguments).code
    assert "Manifests:" not in ask(repository, *arguments).err + ask(below, "-q", *arguments).err
    assert 64 == ask(below, *arguments, "manifests").code
    (repository / "deep/.git").mkdir()
    assert "Manifests:" not in ask(below, *arguments).err


def test_a_hook_may_run_it(ask: Callable, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git sets GIT_DIR and others for its hooks, which name a repository for every folder."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.setenv(name, str(repository / "nowhere"))
    assert "in sync" in ask(repository, *AGAINST).out
    ended = ask(repository.parent, *AGAINST, ".")
    assert (64, True) == (ended.code, "GIT_DIR is set, and it is not followed" in ended.err)


def test_a_commit_is_needed(ask: Callable, tmp_path: Path) -> None:
    """A repository may have none yet."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text(MANIFEST)
    git(tmp_path, "init", "--quiet")
    assert "there is no commit yet" in ask(tmp_path, *AGAINST).err


@pytest.mark.parametrize("revision", ["^HEAD", "HEAD^{tree}", "HEAD:manifests", "HEAD HEAD", "main..main", "@{9}"])
def test_a_revision_is_one_commit(repository: Path, revision: str) -> None:
    """Not a range, its opposite, or something else that git has a name for."""
    with pytest.raises(WrongUsage, match="git knows no revision"):
        Repository(str(repository)).commit_of(revision)


def test_a_revision_that_is_near_is_proposed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to fetch in CI is told there only."""
    git(repository, "branch", "-M", "main")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(WrongUsage) as unknown:
        Repository(str(repository)).commit_of("mian")
    told = "git knows no revision 'mian' here – did you mean 'main'? `git branch --all` and `git tag` list"
    assert str(unknown.value).startswith(told)
    with pytest.raises(WrongUsage, match=r"nothing-like-it' here\. `git branch"):
        Repository(str(repository)).commit_of("nothing-like-it")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(WrongUsage, match=r"'main'\? In CI, fetch the base branch first."):
        Repository(str(repository)).commit_of("mian")


def test_a_shallow_clone_is_named(ask: Callable, repository: Path, tmp_path: Path) -> None:
    """With what to fetch."""
    commit(repository)
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", "shallow")
    ended = ask(tmp_path / "shallow", "diff", "--against", "HEAD~1")
    assert (64, True) == (ended.code, "this is a shallow clone" in ended.err)
    assert "git fetch --unshallow" in ended.err


def test_a_bare_repository_is_named(ask: Callable, repository: Path, tmp_path: Path) -> None:
    """There is no work tree, and it may be a stranger's."""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare")
    ended = ask(tmp_path / "bare", *AGAINST)
    assert (64, True) == (ended.code, "bare repository, or looks like one" in ended.err)


BROKEN = {
    "no HEAD": (lambda top: (top / ".git/HEAD").unlink(), "is no repository that git can read"),
    "a file that leads nowhere": (
        lambda top: [(top / ".git").rename(top / "x"), (top / ".git").write_text("gitdir: /nowhere\n")],
        "is no repository that git can read",
    ),
    "a file with something else": (
        lambda top: [(top / ".git").rename(top / "x"), (top / ".git").write_text("nonsense")],
        "is no repository that git can read",
    ),
    "a link to nothing": (
        lambda top: [(top / ".git").rename(top / "x"), (top / ".git").symlink_to("/nowhere")],
        "is no repository that git can read",
    ),
    "broken settings": (lambda top: (top / ".git/config").write_text("["), "The settings of the repository"),
    "a later format": (lambda top: git(top, "config", "core.repositoryformatversion", "9"), "This git is too old"),
    "an unknown extension": (
        lambda top: [git(top, "config", "core.repositoryformatversion", "1"), git(top, "config", "extensions.x", "1")],
        "This git is too old",
    ),
    "another owner": (lambda top: subprocess.run(["chown", "-R", "4321", top], check=True), "belongs to another user"),
}


@pytest.mark.parametrize("what", [name for name in BROKEN if IS_ROOT or name != "another owner"])
def test_gits_reasons_are_passed_on(ask: Callable, repository: Path, what: str) -> None:
    """Each in its own sentence, with what to do; none is "no repository" or "nothing there"."""
    damage, told = BROKEN[what]
    damage(repository)
    ended = ask(repository, *AGAINST)
    assert (1, True) == (ended.code, told in ended.err), ended.err
    assert 1 == ended.err.count("\n")
    if what == "another owner":
        assert f"git config --global --add safe.directory {repository}\n" in ended.err


def test_a_folder_that_the_user_trusts_is_read(
    ask: Callable, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The remedy of that sentence works."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    git(repository, "config", "--global", "--add", "safe.directory", str(repository))
    if IS_ROOT:
        subprocess.run(["chown", "-R", "4321", repository], check=True)
    assert "in sync" in ask(repository, *AGAINST).out


@pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
def test_a_repository_that_may_not_be_read_is_said(repository: Path) -> None:
    """git would say that there is none."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(repository, folder, dirs_exist_ok=True)
        Path(folder).chmod(0o755)
        (Path(folder) / ".git").chmod(0o700)
        process = multiprocessing.get_context("fork").Process(target=_fails_for_somebody_else, args=(folder,))
        process.start()
        process.join(20)
        assert 0 == process.exitcode


def _fails_for_somebody_else(folder: str) -> None:
    os.setuid(4321)
    with pytest.raises(GitFailed, match=re.escape(f"'{folder}/.git' cannot be read by this user")):
        Repository(folder).commit_of("HEAD")


def test_a_broken_index_is_in_nobodys_way(ask: Callable, repository: Path) -> None:
    """It is not needed."""
    (repository / ".git/index").write_bytes(b"nonsense")
    assert "in sync" in ask(repository, *AGAINST).out


def test_worktrees_and_submodules_are_repositories(ask: Callable, repository: Path, tmp_path: Path) -> None:
    """Their `.git` is a file that leads to the repository."""
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "side")
    git(tmp_path, "init", "--quiet", "outer")
    git(tmp_path / "outer", "submodule", "add", "--quiet", str(repository), "inner")
    commit(tmp_path / "outer")
    for folder in (tmp_path / "tree", tmp_path / "outer/inner"):
        assert "in sync: 1 unchanged" in ask(folder, *AGAINST).out
        (folder / "manifests/a.yaml").write_text(RETYPED)
        assert 3 == ask(folder, *AGAINST).code


@pytest.mark.parametrize("path", ["inner", "inner/manifests", "."])
def test_a_submodule_is_named(ask: Callable, repository: Path, tmp_path: Path, path: str) -> None:
    """Its files are not in the repository around it, and so were not "not there"."""
    git(tmp_path, "init", "--quiet", "outer")
    git(tmp_path / "outer", "submodule", "add", "--quiet", str(repository), "inner")
    commit(tmp_path / "outer")
    ended = ask(tmp_path / "outer", *AGAINST, path)
    assert (64, True) == (ended.code, "'inner' is a submodule" in ended.err), ended
    assert "Run reconciler in 'inner'" in ended.err
