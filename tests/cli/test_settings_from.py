"""A pull request is judged by the rules of its base, not by those it brings along."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

BASE = """
default_target = "sandbox"
[targets.sandbox]
vars = { who = "base" }
[guards]
max_creates = 0
[templating]
env = ["GOOD"]
"""
RELAXED = """
default_target = "sandbox"
[targets.sandbox]
vars = { who = "head" }
[targets.stolen]
base_url = "https://stolen.example/v1"
[guards]
max_creates = 99
[templating]
env = ["GOOD", "SECRET"]
"""
MANIFEST = 'kind: event\ncode_name: a\nname: "{{ vars.who }}"\n'


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def pull_request(tmp_path: Path) -> Path:
    """A branch that relaxes the settings and adds an event, on top of `main`."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/reconciler.toml").write_text(BASE)
    (tmp_path / "manifests/old.yaml").write_text(MANIFEST.replace("a\n", "old\n", 1))
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "base")
    git(tmp_path, "switch", "--quiet", "--create", "change")
    (tmp_path / "manifests/reconciler.toml").write_text(RELAXED)
    (tmp_path / "manifests/new.yaml").write_text(MANIFEST)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "change")
    return tmp_path


def test_guards_are_those_of_the_base(run: Callable, pull_request: Path) -> None:
    """Both for the warning of a plan and for the refusal of an apply."""
    assert (
        "apply will refuse this plan. The plan would create 2 resources and max_creates is 0"
        in run("plan", "--settings-from", "main").err
    )
    assert "refuse" not in run("plan").err
    ended = run("apply", "--auto-approve", RECONCILER_SETTINGS_FROM="main")
    assert (3, True) == (ended.code, "max_creates is 0" in ended.err)


def test_targets_are_those_of_the_base(run: Callable, pull_request: Path) -> None:
    """A key never goes where a pull request wants it."""
    key = {"SHOPIMIND_API_KEY": "k" * 20}
    ended = run("--target", "stolen", "plan", "--settings-from", "main", **key)
    assert (64, True) == (ended.code, "There is no target 'stolen'" in ended.err)


def test_allow_lists_are_those_of_the_base(run: Callable, pull_request: Path) -> None:
    """No variable of the runner's environment gets into a manifest because a pull request says so."""
    (pull_request / "manifests/new.yaml").write_text('kind: event\ncode_name: a\nname: "{{ env.SECRET }}"\n')
    assert 0 == run("validate", SECRET="s").code
    ended = run("validate", "--settings-from", "main", SECRET="s")
    assert (1, True) == (ended.code, "there is no 'SECRET'" in ended.out)


def test_what_manifests_are_filled_with_is_their_own(run: Callable, pull_request: Path) -> None:
    """A change of a variable is a change of what it fills, and a review shows it."""
    out = run("diff", "--against", "main", "--settings-from", "main").out
    assert "~ name   base → head" in out
    assert "~ name   base → head" in run("diff", "--against", "main", "--head", "change").out
    assert "in sync" in run("diff", "--against", "main", "--head", "main").out


@pytest.mark.parametrize("command", ["validate", "plan", "drift", "apply", "diff"])
def test_an_unknown_revision_is_told(run: Callable, pull_request: Path, command: str) -> None:
    """It must not mean "no rules"."""
    against = ["--against", "main"] if command == "diff" else []
    ended = run(command, "--settings-from", "mian", *against)
    assert (64, True) == (ended.code, "git knows no revision 'mian' here" in ended.err)


def test_settings_that_were_not_there_protect_nothing(run: Callable, pull_request: Path) -> None:
    """Without a file at the base its defaults hold, and the target of the work tree is unknown."""
    git(pull_request, "switch", "--quiet", "--orphan", "empty")
    git(pull_request, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    git(pull_request, "switch", "--quiet", "change")
    ended = run("--target", "sandbox", "plan", "--settings-from", "empty")
    assert 1 == ended.code, ended.err
    assert "there is no 'who'" in ended.err


def test_settings_are_looked_for_upwards(run: Callable, tmp_path: Path, pull_request: Path) -> None:
    """As in the work tree, from a folder below and for manifests below it."""
    deep = pull_request / "manifests" / "deep"
    deep.mkdir()
    shutil.move(pull_request / "manifests/new.yaml", deep)
    ended = run("plan", "deep", "--settings-from", "main", folder=pull_request / "manifests")
    assert "max_creates is 0" in ended.err, ended.err


def test_bad_settings_at_the_revision_name_it(run: Callable, pull_request: Path) -> None:
    """They are not those that one sees."""
    (pull_request / "manifests/reconciler.toml").write_text("x = 1\n")
    git(pull_request, "commit", "--quiet", "--all", "--message", "bad")
    (pull_request / "manifests/reconciler.toml").write_text(RELAXED)
    ended = run("plan", "--settings-from", "HEAD")
    assert (1, True) == (ended.code, "manifests/reconciler.toml at HEAD: x has no meaning here" in ended.err)
