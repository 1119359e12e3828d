"""Nothing that a stranger wrote into a repository runs, and git sees nothing of ours."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.cli.git.program import start_git
from reconciler.cli.git.repository import Repository
from reconciler.cli.git.tree import Tree
from reconciler.errors import GitFailed
from tests.cli.git.conftest import MANIFEST, RETYPED, commit, git

PROGRAM = shutil.which("git") or ""
HOOKS = ("post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman", "post-checkout")
COMMANDS = (
    ("diff", "--against", "HEAD"),
    ("diff", "--against", "HEAD~1", "--head", "HEAD"),
    ("diff", "--against", ":/change"),
    ("graph", "--against", "HEAD"),
    ("validate", "--settings-from", "HEAD"),
    ("--target", "sandbox", "plan", "--format", "json"),
)


def plant(config: Path, canary: Path) -> None:
    """Settings that make git run a program, for every occasion that there is."""
    program = config.parent / "planted.sh"
    program.write_text(f"#!/bin/sh\necho ran >> {canary}\nexit 1\n")
    program.chmod(0o755)
    hooks = config.parent / "planted-hooks"
    hooks.mkdir()
    for hook in HOOKS:
        shutil.copy(program, hooks / hook)
    included = config.parent / "included"
    included.write_text(f"[core]\n\tfsmonitor = {program}\n\thooksPath = {hooks}\n")
    with config.open("a") as file:
        file.write(
            f"[core]\n\trepositoryformatversion = 1\n\tfsmonitor = {program}\n\thooksPath = {hooks}\n"
            f"\tsshCommand = {program}\n\tpager = {program}\n\teditor = {program}\n\taskPass = {program}\n"
            f"\tgitProxy = {program}\n\talternateRefsCommand = {program}\n\tsplitIndex = true\n"
            f"[extensions]\n\tpartialClone = evil\n"
            f'[remote "evil"]\n\turl = ssh://nowhere.invalid/x\n\tpromisor = true\n\tuploadpack = {program}\n'
            f"\tpartialclonefilter = blob:none\n"
            f'[protocol]\n\tallow = always\n[protocol "ext"]\n\tallow = always\n'
            f'[protocol "ssh"]\n\tallow = always\n'
            f'[filter "evil"]\n\tclean = {program}\n\tsmudge = {program}\n\tprocess = {program}\n\trequired = true\n'
            f'[diff]\n\texternal = {program}\n[diff "evil"]\n\ttextconv = {program}\n\tcommand = {program}\n'
            f"[alias]\n\trev-parse = !{program}\n\tls-tree = !{program}\n\tcat-file = !{program}\n"
            f"[credential]\n\thelper = !{program}\n[gpg]\n\tprogram = {program}\n[log]\n\tshowSignature = true\n"
            f"[pager]\n\tls-tree = {program}\n\trev-parse = {program}\n[uploadpack]\n\tpackObjectsHook = {program}\n"
            f"[include]\n\tpath = {included}\n"
        )


def lose(folder: Path, blob: str) -> None:
    """The object is gone, as if it had never been fetched."""
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """What a planted program leaves behind."""
    return tmp_path / "canary"


def assert_quiet(ask: Callable, folder: Path, canary: Path) -> None:
    """No command of ours makes git run what is planted."""
    for command in COMMANDS:
        ended = ask(folder, *command)
        assert "Traceback" not in ended.err, ended.err
        assert not canary.exists(), (command, ended)


@pytest.mark.parametrize("attributes", ["", "* filter=evil diff=evil\n"])
def test_nothing_planted_in_a_repository_runs(ask: Callable, repository: Path, canary: Path, attributes: str) -> None:
    """An ordinary `git status` and `git cat-file` run it: the plant is a real one."""
    (repository / ".gitattributes").write_text(attributes)
    (repository / "manifests/b.yaml").write_text("kind: event\nname: B\ncode_name: b\n")
    head = commit(repository)
    lost = git(repository, "rev-parse", "HEAD:manifests/b.yaml")
    plant(repository / ".git/config", canary)
    (repository / "manifests/a.yaml").write_text(RETYPED)
    assert_quiet(ask, repository, canary)
    lose(repository, lost)
    assert_quiet(ask, repository, canary)
    assert "partial clone" in ask(repository, "diff", "--against", head).err or attributes
    for control in (["status"], ["cat-file", "blob", lost]):
        canary.unlink(missing_ok=True)
        subprocess.run(["git", *control], cwd=repository, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert canary.exists(), control


def hide_bare(folder: Path, repository: Path) -> None:
    """A folder that git takes for a repository of its own; a branch may hold such a one."""
    git(repository, "clone", "--quiet", "--bare", str(repository), str(folder))
    (folder / "config").write_text("[core]\n\tbare = false\n\tworktree = .\n")


@pytest.mark.parametrize("deeper", [".", "manifests"])
def test_a_hidden_bare_repository_is_no_repository(ask: Callable, repository: Path, canary: Path, deeper: str) -> None:
    """The revisions are those of the work tree around it."""
    hidden = repository / "hidden"
    hide_bare(hidden, repository)
    (hidden / "manifests").mkdir()
    (hidden / "manifests/a.yaml").write_text(MANIFEST)
    plant(hidden / "config", canary)
    commit(repository)
    subprocess.run(["git", "status"], cwd=hidden, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert canary.exists()
    canary.unlink()
    git(repository, "branch", "outer")
    assert_quiet(ask, hidden / deeper, canary)
    assert 0 == ask(hidden / deeper, "diff", "--against", "outer", str(hidden / "manifests")).code
    shutil.rmtree(repository / ".git")
    assert_quiet(ask, hidden / deeper, canary)
    assert "looks like one" in ask(hidden, "diff", "--against", "HEAD").err


@pytest.mark.parametrize("way", ["a .git file", "a worktree's .git file", "an alternate"])
def test_a_repository_that_leads_elsewhere_runs_nothing(
    ask: Callable, repository: Path, canary: Path, way: str
) -> None:
    """Whose settings then hold, or whose objects, is a stranger's choice as well."""
    evil = repository / "evil"
    hide_bare(evil, repository)
    plant(evil / "config", canary)
    inner = repository / "inner"
    (inner / "manifests").mkdir(parents=True)
    (inner / "manifests/a.yaml").write_text(RETYPED)
    if way == "a .git file":
        (inner / ".git").write_text("gitdir: ../evil\n")
    if way == "a worktree's .git file":
        (evil / "worktrees/inner").mkdir(parents=True)
        (evil / "worktrees/inner/HEAD").write_text("ref: refs/heads/main\n")
        (evil / "worktrees/inner/commondir").write_text("../..\n")
        (evil / "worktrees/inner/gitdir").write_text(f"{inner}/.git\n")
        (inner / ".git").write_text("gitdir: ../evil/worktrees/inner\n")
    if way == "an alternate":
        git(inner, "init", "--quiet")
        commit(inner)
        plant(inner / ".git/config", canary)
        (inner / ".git/objects/info/alternates").write_text("../../../evil/objects\n")
    assert_quiet(ask, inner, canary)
    subprocess.run(["git", "status"], cwd=inner, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert canary.exists()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a shell script in git's place."""

    def make(script: str) -> Path:
        folder = tmp_path / "stand-in"
        folder.mkdir()
        (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder

    return make


def test_git_gets_an_environment_of_our_own(
    repository: Path, stand_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key, no setting of ours, and nothing that names another repository or program."""
    seen = stand_in(f'env > "$(dirname "$0")/seen"; exec {PROGRAM} "$@"') / "seen"
    foreign = {
        "SHOPIMIND_API_KEY": "canary-key",
        "RECONCILER_TARGET": "canary-target",
        "GIT_DIR": "/nowhere",
        "GIT_WORK_TREE": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere",
        "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/nowhere",
        "GIT_CONFIG_PARAMETERS": "'core.fsmonitor=/nowhere'",
        "GIT_CONFIG_COUNT": "0",
        "GIT_EXEC_PATH": "/nowhere",
        "GIT_SSH_COMMAND": "/nowhere",
        "GIT_EXTERNAL_DIFF": "/nowhere",
        "GIT_TRACE": "1",
        "LD_PRELOAD_CANARY": "canary",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    assert git_head(repository) == Repository(str(repository)).commit_of("HEAD")
    names = {line.partition("=")[0] for line in seen.read_text().split("\n")}
    assert set() == names & set(foreign)
    assert "canary" not in seen.read_text()


def git_head(folder: Path) -> str:
    """Read from the files, whatever the environment says."""
    return (folder / ".git/refs/heads/main").read_text().strip()


def test_git_is_never_a_program_of_the_folder(repository: Path, canary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty or relative part in PATH, the system would take it from there."""
    (repository / "git").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (repository / "git").chmod(0o755)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", f"{os.pathsep}.{os.pathsep}{os.environ['PATH']}")
    assert git_head(repository) == Repository(str(repository)).commit_of("main")
    assert not canary.exists()


def test_no_git_is_said(ask: Callable, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no sign that the folder is in no repository."""
    monkeypatch.setenv("PATH", str(repository))
    ended = ask(repository, "diff", "--against", "HEAD")
    assert (1, "Error: There is no git program on the PATH. Install git.\n") == (ended.code, ended.err)


def test_a_git_that_does_not_end_is_stopped(repository: Path, stand_in: Callable) -> None:
    """After a time that is said; nothing was "not there"."""
    stand_in("exec sleep 60")
    slow = Repository(str(repository), seconds=0.1)
    for ask in (lambda: slow.commit_of("HEAD"), lambda: Tree(slow, "HEAD").below("manifests"), slow.is_partial):
        with pytest.raises(GitFailed, match=r"git was stopped after 0\.1 seconds without an answer \(git [a-z-]+\)"):
            ask()


def test_a_git_that_cannot_be_started_is_said(repository: Path, stand_in: Callable) -> None:
    """With the reason of the system."""
    (stand_in("") / "git").write_text("#!/nowhere/sh\n")
    with pytest.raises(GitFailed, match=r"git cannot be started: No such file or directory\."):
        start_git(str(repository), "version")


@pytest.mark.parametrize(("version", "shown"), [("git version 2.17.1", r"2\.17"), ("", "0")])
def test_a_git_that_is_too_old_is_said(repository: Path, stand_in: Callable, version: str, shown: str) -> None:
    """When it fails, and not before: nobody waits for the question each time."""
    stand_in(f'for last; do :; done; [ "$last" = version ] && echo "{version}" && exit; exit 129')
    with pytest.raises(GitFailed, match=rf"This git is too old \({shown}\). Install git 2\.30 or later"):
        Repository(str(repository)).commit_of("HEAD")


def test_words_of_git_that_nobody_foresaw_are_passed_on(repository: Path) -> None:
    """Rather than none."""
    with pytest.raises(GitFailed, match=r"git failed in '.*': fatal: .*nonsense"):
        Repository(str(repository)).run("ls-tree", "nonsense")
