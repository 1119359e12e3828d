"""A pull request is judged by the rules of its base, not by those it brings along."""

import json
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
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
EVERY = ("text", "json", "markdown", "html", "github", "junit", "sarif")
MANIFEST = 'kind: event\ncode_name: a\nname: "{{ vars.who }}"\n'


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def unescaped(report: str) -> str:
    """As a reader sees it: without code spans and percent codes; JSON has old and new apart."""
    words = unescape(report).replace("`", "").replace("%3A", ":")
    return words.replace('base_url",\n      "old": null,\n      "new": "', "base_url: nothing → ")


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
    told = "refused: the plan would create 2 resources and max_creates is 0"
    assert told in run("plan", "--settings-from", "main").out
    assert "refuse" not in run("plan").out
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
    """Without a file at the base its defaults hold; only what manifests are filled with is the pull request's own."""
    git(pull_request, "switch", "--quiet", "--orphan", "empty")
    git(pull_request, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    git(pull_request, "switch", "--quiet", "change")
    ended = run("--target", "sandbox", "plan", "--settings-from", "empty")
    assert (0, True) == (ended.code, "+ name: head" in ended.out), ended.err
    assert 64 == run("--target", "stolen", "plan", "--settings-from", "empty").code


def test_settings_are_looked_for_upwards(run: Callable, tmp_path: Path, pull_request: Path) -> None:
    """As in the work tree, from a folder below and for manifests below it."""
    deep = pull_request / "manifests" / "deep"
    deep.mkdir()
    shutil.move(pull_request / "manifests/new.yaml", deep)
    ended = run("plan", "deep", "--settings-from", "main", folder=pull_request / "manifests")
    assert "max_creates is 0" in ended.out, ended.err


def test_bad_settings_at_the_revision_name_it(run: Callable, pull_request: Path) -> None:
    """They are not those that one sees."""
    (pull_request / "manifests/reconciler.toml").write_text("x = 1\n")
    git(pull_request, "commit", "--quiet", "--all", "--message", "bad")
    (pull_request / "manifests/reconciler.toml").write_text(RELAXED)
    ended = run("plan", "--settings-from", "HEAD")
    assert (1, True) == (ended.code, "manifests/reconciler.toml at HEAD: x has no meaning here" in ended.err)


def test_a_link_does_not_lead_past_the_rules(run: Callable, pull_request: Path) -> None:
    """At the base there is nothing under the link's target, and nothing is no rule."""
    shutil.move(pull_request / "manifests", pull_request / "other")
    (pull_request / "manifests").symlink_to("other")
    for command in ("plan", "validate", "apply"):
        ended = run("--target", "sandbox", command, "--settings-from", "main")
        assert (64, True) == (ended.code, "'manifests' is a link or outside of this work tree" in ended.err), ended.err


def test_a_change_of_the_rules_is_part_of_the_review(run: Callable, pull_request: Path) -> None:
    """Otherwise a pull request could relax them for the next one, or send the key elsewhere, unseen."""
    out = run("diff", "--against", "main", "--settings-from", "main").out
    told = [line.partition("changes with this: ")[2] for line in out.splitlines() if "changes with this" in line]
    assert [
        "targets.stolen.base_url: nothing → https://stolen.example/v1",
        "guards.max_creates: 0 → 99",
        "templating.env: nothing → SECRET",
    ] == told
    assert "changes with this" not in run("diff", "--against", "change").out
    first = [line for line in out.splitlines() if line][1]
    assert "! breaking: reconciler.toml changes with this: targets.stolen.base_url: nothing" == first[:79]
    assert "changes with this: `guards.max_creates`: 0" in run("diff", "--against", "main", "--format", "markdown").out


def test_a_change_of_the_rules_fails_a_review(run: Callable, pull_request: Path) -> None:
    """Nothing else may change: a merged address of a shop would get the key before anybody approves."""
    (pull_request / "manifests/new.yaml").unlink()
    (pull_request / "manifests/reconciler.toml").write_text(BASE + '[targets.own]\nbase_url = "https://x.example"\n')
    diff = ("diff", "--against", "main")
    assert (3, 0, 0) == tuple(run(*diff, "--fail-on", each).code for each in ("breaking", "blocked", "never"))
    told = "targets.own.base_url: nothing → https://x.example"
    ended = run(*diff, "--fail-on", "breaking", *(f"--report={form}={form}.report" for form in EVERY))
    for form in EVERY:
        assert told in unescaped((pull_request / f"{form}.report").read_text(encoding="utf-8")), form
    assert "1 rule changed · in sync: 1 unchanged, 0 unmanaged" in ended.out
    document = json.loads((pull_request / "json.report").read_text(encoding="utf-8"))
    assert {"code": 3, "reason": "breaking"} == document["exit"]
    assert [{"name": "targets.own.base_url", "old": None, "new": "https://x.example"}] == document["settings"]
    assert "nothing will change in the shop" not in (pull_request / "markdown.report").read_text().splitlines()[0]


def test_many_new_rules_hide_no_change(run: Callable, pull_request: Path) -> None:
    """What was there before stands first: here the limit that is lifted and the protection that goes."""
    before = BASE.replace("max_creates = 0", 'max_creates = 0\nprotected = ["event/old"]')
    (pull_request / "manifests/reconciler.toml").write_text(before)
    git(pull_request, "commit", "--quiet", "--all", "--message", "protected")
    many = ", ".join(f'"event/{number}"' for number in range(3_000))
    after = BASE.replace("max_creates = 0", f"max_creates = 9\nprotected = [{many}]")
    (pull_request / "manifests/reconciler.toml").write_text(after)
    comment = run("diff", "--against", "HEAD", "--format", "markdown").out
    rules = [line for line in comment.splitlines() if "changes with this" in line]
    assert ["`guards.max_creates`: 0 → 9", "`guards.protected: event/old` → nothing"] == [
        line.partition("changes with this: ")[2] for line in rules[:2]
    ]
    assert (210, True) == (len(rules), "- and 2,792 more, in the plan itself" in comment)
    assert "### ⚠️ Breaking: rules (3,002)" in comment
    assert len(comment) < 60_000


def test_a_change_that_mends_the_settings_can_be_reviewed(run: Callable, pull_request: Path) -> None:
    """Rules that could not be read are told, and do not stop it."""
    (pull_request / "manifests/reconciler.toml").write_text("x = 1\n")
    git(pull_request, "commit", "--quiet", "--all", "--message", "bad")
    (pull_request / "manifests/reconciler.toml").write_text(RELAXED)
    ended = run("diff", "--against", "HEAD")
    assert (0, True) == (ended.code, "changes with this: the whole file: what could not be read → " in ended.out), (
        ended.err
    )


def test_a_guard_speaks_in_every_review(run: Callable, pull_request: Path) -> None:
    """A plan that apply will refuse must not be green and silent; --fail-on refused makes it red."""
    told = "refused: the plan would create 1 resource and max_creates is 0"
    assert told in run("diff", "--against", "main", "--settings-from", "main").out
    plan = run("plan", "--settings-from", "main", "--format", "markdown")
    assert (0, True) == (plan.code, "this cannot be applied yet – a guard stops it" in plan.out)
    refused = run("plan", "--settings-from", "main", "--fail-on", "refused", "--format", "json")
    assert (3, True) == (refused.code, '"reason": "guard"' in refused.out)


def test_plan_can_fail_for_what_apply_would_refuse(run: Callable, tmp_path: Path) -> None:
    """With the same permissions; what is allowed is not refused."""
    (tmp_path / "manifests").mkdir()
    place = tmp_path / "manifests/a.yaml"
    text = "kind: event\nname: A\ncode_name: a\nproperties: {metaData: [{name: p, type: text}]}\n"
    place.write_text(text)
    run("--target", "sandbox", "apply", "--auto-approve")
    for changed, reason, permission in (
        ("kind: event\nname: A\ncode_name: a\nproperties: {metaData: []}\n", "breaking", ["--allow", "breaking"]),
        ("kind: event\ncode_name: a\nensure: absent\n", "destroy", ["--allow-destroy"]),
    ):
        place.write_text(changed)
        plan = ["--target", "sandbox", "plan", "--format", "json"]
        assert 0 == run(*plan).code
        assert 0 == run(*plan, "--fail-on", "never").code
        assert 3 == run(*plan, "--fail-on", "breaking").code
        refused = run(*plan, "--fail-on", "refused")
        assert (3, True) == (refused.code, f'"reason": "{reason}"' in refused.out)
        assert 0 == run(*plan, "--fail-on", "refused", *permission).code


def test_protection_of_nothing_is_told(run: Callable, tmp_path: Path) -> None:
    """A guard with a typo guards nothing."""
    (tmp_path / "manifests").mkdir()
    event = "kind: event\nname: A\ncode_name: a\n"
    clinic = "---\nkind: definition\nname: Clinic\nfields: [{name: a, type: text}]\n"
    (tmp_path / "manifests/a.yaml").write_text(event + clinic)
    (tmp_path / "manifests/reconciler.toml").write_text('[guards]\nprotected = ["event/A", "definition/Clinik"]\n')
    out = run("--target", "sandbox", "plan").out
    assert "`protected` names definition/Clinik, and nothing has that address" in out
    assert 1 == out.count("`protected`")
    # Definitions are not read for an event alone, so one of them may well be called that.
    (tmp_path / "manifests/a.yaml").write_text(event)
    assert 0 == run("--target", "sandbox", "plan").out.count("`protected`")


def test_a_key_is_nothing_for_templates(run: Callable, pull_request: Path) -> None:
    """It would be in plans, comments and the shop."""
    for name, env in (("SHOPIMIND_API_KEY", ""), ("OWN_KEY", '[targets.own]\napi_key_env = "OWN_KEY"\n')):
        settings = f'{env}[templating]\nenv = ["{name}"]\n'
        (pull_request / "manifests/reconciler.toml").write_text(settings)
        ended = run("validate", **{name: "k" * 20})
        assert (1, True) == (ended.code, f"{name} holds the key of a shop" in ended.err), ended.err


def test_rules_that_git_cannot_give_are_no_freedom(run: Callable, pull_request: Path) -> None:
    """In a clone without that object the protection would vanish silently."""
    blob = subprocess.run(["git", "rev-parse", "main:manifests/reconciler.toml"], cwd=pull_request, check=True,
                          capture_output=True, text=True).stdout.strip()  # fmt: skip
    (pull_request / ".git/objects" / blob[:2] / blob[2:]).unlink()
    ended = run("plan", "--settings-from", "main")
    assert (1, True) == (ended.code, "git cannot give 'manifests/reconciler.toml' as it was at" in ended.err), ended.err


def test_rules_inside_a_submodule_are_not_known(run: Callable, tmp_path: Path, pull_request: Path) -> None:
    """Its commits are in another repository."""
    inner = pull_request / "inner"
    inner.mkdir()
    git(inner, "init", "--quiet")
    (inner / "a.yaml").write_text(MANIFEST)
    (inner / "reconciler.toml").write_text(BASE)
    git(inner, "add", "--all")
    git(inner, "commit", "--quiet", "--message", "inner")
    git(pull_request, "add", "inner")
    git(pull_request, "commit", "--quiet", "--message", "outer")
    ended = run("plan", "inner", "--settings-from", "HEAD")
    assert (64, True) == (ended.code, "git cannot give 'inner/reconciler.toml'" in ended.err), ended.err


def test_rules_above_the_repository_hold_at_every_revision(run: Callable, tmp_path: Path) -> None:
    """No pull request can change them."""
    repository = tmp_path / "repository"
    (repository / "manifests").mkdir(parents=True)
    (tmp_path / "reconciler.toml").write_text(BASE)
    (repository / "manifests/a.yaml").write_text(MANIFEST)
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "base")
    for folder, path in ((repository, "manifests"), (repository / "manifests", ".")):
        assert "max_creates is 0" in run("plan", path, "--settings-from", "main", folder=folder).out
    assert "changes with this" not in run("diff", "--against", "main", folder=repository).out


@pytest.mark.parametrize("trick", ["a file in the place of the folder", "a link at the base"])
def test_rules_cannot_be_hidden(run: Callable, pull_request: Path, trick: str) -> None:
    """What the work tree makes of a path says nothing about what it was at the base."""
    base = "main"
    if trick == "a link at the base":
        git(pull_request, "switch", "--quiet", "--create", "linked", "main")
        shutil.move(pull_request / "manifests", pull_request / "real")
        (pull_request / "manifests").symlink_to("real")
        git(pull_request, "add", "--all")
        git(pull_request, "commit", "--quiet", "--message", "linked")
        (pull_request / "manifests").unlink()
        (pull_request / "manifests").mkdir()
        (pull_request / "manifests/new.yaml").write_text("kind: event\ncode_name: a\nname: A\n")
        base = "linked"
    else:
        shutil.rmtree(pull_request / "manifests")
        (pull_request / "manifests").write_text("kind: event\ncode_name: a\nname: A\n")
    ended = run("--target", "sandbox", "plan", "--settings-from", base, "--fail-on", "refused")
    told = "is behind a link at" if base == "linked" else "max_creates is 0"
    assert ended.code in (3, 64), ended.out
    assert told in ended.out + ended.err


def test_a_folder_called_settings_at_the_revision_is_no_freedom(run: Callable, pull_request: Path) -> None:
    """In the work tree it is no file that can be read, and so it is at the base."""
    git(pull_request, "switch", "--quiet", "main")
    (pull_request / "manifests/reconciler.toml").unlink()
    (pull_request / "manifests/reconciler.toml").mkdir()
    (pull_request / "manifests/reconciler.toml/x").write_text("")
    git(pull_request, "add", "--all")
    git(pull_request, "commit", "--quiet", "--message", "folder")
    git(pull_request, "switch", "--quiet", "change")
    ended = run("validate", "--settings-from", "main")
    assert (64, True) == (ended.code, "it was a folder" in ended.err), ended.err


@pytest.mark.parametrize("thing", ["a folder", "a link to nothing"])
def test_settings_that_cannot_be_read_are_no_freedom(run: Callable, tmp_path: Path, thing: str) -> None:
    """They were meant to protect something."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: event\ncode_name: a\nname: A\n")
    place = tmp_path / "manifests/reconciler.toml"
    place.mkdir() if thing == "a folder" else place.symlink_to("/nowhere/x")
    ended = run("--target", "sandbox", "plan")
    assert (1, True) == (ended.code, "reconciler.toml cannot be read" in ended.err), ended.err


def test_the_guards_of_a_revision_are_its_own(run: Callable, pull_request: Path) -> None:
    """Whatever is checked out while two revisions are compared."""
    git(pull_request, "switch", "--quiet", "main")
    (pull_request / "manifests/new.yaml").write_text("kind: event\ncode_name: a\nname: A\n")
    git(pull_request, "add", "--all")
    git(pull_request, "commit", "--quiet", "--message", "more")
    git(pull_request, "switch", "--quiet", "change")
    assert "max_creates is 0" in run("diff", "--against", "main~1", "--head", "main").out
    git(pull_request, "switch", "--quiet", "main")
    assert "apply will refuse" not in run("diff", "--against", "main~1", "--head", "change").out


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("../rules.toml", "max_creates is 0"),
        ("../../rules.toml", "leads out of the repository"),
        ("/dev/stdin", "leads out of the repository"),
        ("gone.toml", "which is not there"),
    ],
)
def test_linked_settings_are_the_same_on_both_sides(run: Callable, pull_request: Path, target: str, told: str) -> None:
    """In a commit as in the work tree: followed within the repository, and refused where they lead out."""
    git(pull_request, "switch", "--quiet", "main")
    for folder in (pull_request, pull_request.parent):
        (folder / "rules.toml").write_text(BASE)
    (pull_request / "manifests/reconciler.toml").unlink()
    (pull_request / "manifests/reconciler.toml").symlink_to(target)
    (pull_request / "manifests/more.yaml").write_text("kind: event\ncode_name: more\nname: More\n")
    git(pull_request, "add", "--all")
    git(pull_request, "commit", "--quiet", "--message", "linked")
    work_tree = run("--target", "sandbox", "plan")
    (pull_request / "manifests/reconciler.toml").unlink()
    (pull_request / "manifests/reconciler.toml").write_text(RELAXED)
    at_commit = run("--target", "sandbox", "plan", "--settings-from", "HEAD")
    if target == "gone.toml":
        assert "cannot be read" in work_tree.err
    else:
        assert told in work_tree.out + work_tree.err
    assert told in at_commit.out + at_commit.err, at_commit
