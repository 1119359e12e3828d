"""What a pull request means, from git alone."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def repository(tmp_path: Path, shipped: Path) -> Path:
    """A work tree with the shipped manifests committed, on the branch main."""
    shutil.copytree(shipped, tmp_path / "manifests")
    _git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    _commit(tmp_path)
    return tmp_path


def _git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "a change")


def _edit(repository: Path, file: str, old: str, new: str) -> None:
    path = repository / "manifests" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_no_change_is_in_sync(run: Callable, repository: Path) -> None:
    """Of a clean work tree, and of a revision with itself."""
    for arguments in (["--against", "HEAD"], ["--against", "main", "--head", "HEAD"]):
        ended = run("diff", *arguments)
        assert 0 == ended.code
        assert "in sync: 12 unchanged" in ended.out


def test_a_retyped_field_is_blocked(run: Callable, repository: Path) -> None:
    """The excerpt of the README; known without a shop, because the API never can."""
    _edit(repository, "loyalty.yaml", "label: Tier, type: text", "label: Tier, type: number")
    ended = run("diff", "--against", "main")
    assert 3 == ended.code
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text()
    excerpt = readme.partition("$ reconciler diff --against origin/main\n")[2].partition("```")[0]
    assert excerpt.replace("origin/main", "main") == ended.out


def test_a_removed_property_is_breaking(run: Callable, repository: Path) -> None:
    """Whether that fails is for --fail-on to say."""
    _edit(
        repository,
        "loyalty.yaml",
        "    - {name: new_balance, type: number, required: true, description: Balance after credit}\n",
        "",
    )
    codes = {
        fail_on: run("diff", "--against", "main", "--fail-on", fail_on).code
        for fail_on in ("breaking", "blocked", "never")
    }
    assert {"breaking": 3, "blocked": 0, "never": 0} == codes
    document = json.loads(run("diff", "--against", "main", "--fail-on", "breaking", "--format", "json").out)
    assert {"code": 3, "reason": "breaking"} == document["exit"]
    (change,) = document["changes"]
    assert ("event/loyalty.points_earned", "breaking") == (change["address"], change["impact"])


def test_what_leaves_the_manifests_stays_in_the_shop(run: Callable, repository: Path) -> None:
    """Omission never deletes, and a reviewer is told."""
    (repository / "manifests" / "loyalty.yaml").unlink()
    ended = run("diff", "--against", "main")
    assert 0 == ended.code
    assert "warning: definition/LoyaltyAccount is no longer declared; it stays in the shop" in ended.out


def test_manifests_that_move_between_files_do_not_change(run: Callable, repository: Path) -> None:
    """Only what they say counts."""
    folder = repository / "manifests"
    (folder / "deeper").mkdir()
    (folder / "loyalty.yaml").rename(folder / "deeper" / "points.yml")
    assert "in sync" in run("diff", "--against", "main").out


def test_two_revisions_are_compared_whatever_the_work_tree_says(run: Callable, repository: Path) -> None:
    """--head takes the place of the work tree."""
    _edit(
        repository,
        "vet-pricing.yaml",
        "label: Since, type: date}",
        "label: Since, type: date}\n  - {name: note, type: text}",
    )
    _commit(repository)
    shutil.rmtree(repository / "manifests")
    ended = run("diff", "--against", "HEAD~1", "--head", "HEAD")
    assert 0 == ended.code, ended.err
    assert "+ fields.note   text" in ended.out


def test_manifests_that_are_new_altogether_are_created(run: Callable, repository: Path) -> None:
    """The revision before had no such folder: that they are new has to be said, for they may have been elsewhere."""
    (repository / "manifests").rename(repository / "elsewhere")
    assert 3 == run("diff", "--against", "HEAD", "elsewhere").code
    ended = run("diff", "--against", "HEAD", "elsewhere", "--fail-on", "never")
    assert 0 == ended.code, ended.err
    assert "Plan: 12 to create" in ended.out


def test_references_to_what_only_lives_are_compared_by_name(run: Callable, repository: Path) -> None:
    """A definition without a manifest can be referred to before and after."""
    text = """kind: definition
name: Visit
fields: [{name: vet, type: number}]
relationships:
  # reconciler: ignore[dangling-reference] made by the old integration
  - {sourceField: vet, targetSchemaType: custom, targetSchema: OldVets}
"""
    (repository / "manifests" / "visit.yaml").write_text(text)
    _commit(repository)
    assert "in sync: 13 unchanged" in run("diff", "--against", "HEAD").out
    _edit(repository, "visit.yaml", "OldVets", "NewVets")
    ended = run("diff", "--against", "HEAD")
    assert 3 == ended.code
    assert "OldVets → NewVets" in ended.out


@pytest.mark.parametrize("revision", ["nope", "--help", "-n1", "HEAD:manifests", "main..HEAD", "$(touch x)", ""])
def test_a_revision_that_is_none_is_wrong_usage(run: Callable, repository: Path, revision: str) -> None:
    """Also when it looks like an option or a command."""
    ended = run("diff", f"--against={revision}")
    assert 64 == ended.code
    assert "Traceback" not in ended.err
    assert not (repository / "x").exists()


def test_outside_of_git_there_is_nothing_to_compare_with(run: Callable, tmp_path: Path, shipped: Path) -> None:
    """Said in one sentence."""
    shutil.copytree(shipped, tmp_path / "manifests")
    ended = run("diff", "--against", "HEAD")
    assert 64 == ended.code
    assert "not a git work tree" in ended.err


def test_an_invalid_manifest_is_a_finding(run: Callable, repository: Path) -> None:
    """In the work tree it ends the diff; in the revision before, nobody knows what is changed of it."""
    _edit(repository, "loyalty.yaml", "label: Tier, type: text", "label: Tier, type: txt")
    assert 1 == run("diff", "--against", "HEAD").code
    _commit(repository)
    _edit(repository, "loyalty.yaml", "label: Tier, type: txt", "label: Tier, type: text")
    ended = run("diff", "--against", "HEAD")
    assert 3 == ended.code
    assert "! not all compared: what was not valid at HEAD is compared with nothing (1 in all" in ended.out
    assert "What was wrong at HEAD:" in ended.err
    assert "+ definition/LoyaltyAccount" not in ended.out
    assert 0 == run("diff", "--against", "HEAD", "--fail-on", "never").code


def test_a_link_out_of_the_revision_is_not_followed(run: Callable, repository: Path) -> None:
    """A stranger's pull request cannot read this machine."""
    (repository / "manifests" / "secret.yaml").symlink_to("/etc/passwd")
    _commit(repository)
    ended = run("diff", "--against", "HEAD~1", "--head", "HEAD")
    assert ended.code in (1, 64)
    assert "root:" not in ended.out + ended.err


def _object(folder: Path, kind: str, content: bytes, *flags: str) -> str:
    command = ["git", "hash-object", "-w", "-t", kind, *flags, "--stdin"]
    return subprocess.run(command, cwd=folder, input=content, check=True, capture_output=True).stdout.decode().strip()


def _tree(folder: Path, *entries: tuple[str, str, str]) -> str:
    """A tree as git itself would never make it: (mode, name, object)."""
    rows = (f"{mode} {name}".encode() + b"\0" + bytes.fromhex(number) for mode, name, number in entries)
    return _object(folder, "tree", b"".join(rows), "--literally")


@pytest.mark.parametrize("trick", ["a folder called ..", "a link and a folder of one name"])
def test_a_crafted_tree_writes_nothing_outside(run: Callable, repository: Path, tmp_path: Path, trick: str) -> None:
    """A stranger's branch can hold such trees, and a fetch does not check them."""
    escape = tmp_path.parent / f"escape-{tmp_path.name}"
    escape.mkdir()
    file = _object(repository, "blob", b"kind: event\nname: A\ncode_name: a\n")
    inner = _tree(repository, ("100644", "own.yaml", file))
    if trick == "a folder called ..":
        folder = _tree(repository, ("40000", "..", _tree(repository, ("40000", "..", inner))))
    else:
        link = _object(repository, "blob", str(escape).encode())
        folder = _tree(repository, ("120000", "x.yaml", link), ("40000", "x.yaml", inner))
    top = _tree(repository, ("40000", "manifests", folder))
    commit = _object(
        repository, "commit", f"tree {top}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx".encode()
    )
    ended = run("diff", "--against", "main", "--head", commit)
    assert (64, True) == (ended.code, "is damaged" in ended.err), ended.out + ended.err
    assert [] == list(escape.iterdir())


def test_the_picture_shows_all_that_goes(run: Callable, repository: Path) -> None:
    """Of a deleted table what the manifest before said, and of a price rule that is cleared its source."""
    file = repository / "manifests/vet-pricing.yaml"
    documents = file.read_text().split("---\n")
    documents[2:4] = [
        "kind: definition\nname: VetAssignment\nensure: absent\n",
        "kind: override\ntarget: products.price\nsources: []\n",
    ]
    file.write_text("---\n".join(documents))
    ended = run("diff", "--against", "HEAD", "--format", "markdown", "--report", "html=page.html")
    assert 0 == ended.code
    for box, line in (
        ("➖ VetAssignment", "number contact_id PK, FK"),
        ("✏️ price#32;rule#32;products#46;price", 'VetPricing_price "➖ removed – VetPricing#46;price'),
    ):
        assert f'["{box}"] {{' in ended.out
        assert line in ended.out
    page = (repository / "page.html").read_text(encoding="utf-8")
    assert "− VetAssignment</text>" in page
    assert ">since</text>" in page


@pytest.mark.parametrize("before", ["nothing", "what is not valid"])
def test_a_delete_of_what_has_no_manifest_is_reviewed(run: Callable, repository: Path, before: str) -> None:
    """Git cannot know whether it lives; saying that nothing will change would be a lie."""
    file = repository / "manifests/legacy.yaml"
    if before != "nothing":
        file.write_text("kind: definition\nname: Legacy\n")
        _commit(repository)
    file.write_text(
        "kind: definition\nname: Legacy\nensure: absent\n---\nkind: event\ncode_name: old\nensure: absent\n"
    )
    ended = run("diff", "--against", "HEAD", "--fail-on", "breaking")
    assert 3 == ended.code
    assert "- definition/Legacy " in ended.out
    assert "- event/old " in ended.out
    _commit(repository)
    assert "in sync" in run("diff", "--against", "HEAD").out


def test_renames_and_cleared_prices_without_a_history_are_reviewed(run: Callable, repository: Path) -> None:
    """Git cannot know whether the old ones live; if they do, this is what it means."""
    (repository / "manifests/vet-pricing.yaml").unlink()
    _commit(repository)
    (repository / "manifests/more.yaml").write_text(
        "kind: definition\nname: New\nrenamed_from: Old\nfields: [{name: a, type: text}]\n---\n"
        "kind: event\nname: N\ncode_name: new\nrenamed_from: old\n---\n"
        "kind: override\ntarget: products.price\nsources: []\n"
    )
    ended = run("diff", "--against", "HEAD", "--fail-on", "breaking")
    assert 3 == ended.code
    assert "~ name   Old → New" in ended.out
    assert "~ code_name   old → new" in ended.out
    assert "override/products.price takes away whatever gives that price in the shop" in ended.out


def test_warnings_of_rules_and_guards_come_before_what_cannot_be_known(run: Callable, repository: Path) -> None:
    """Their order is that of their weight, and part of what a reviewer approves."""
    (repository / "manifests/vet-pricing.yaml").unlink()
    _commit(repository)
    (repository / "manifests/reconciler.toml").write_text("[guards]\nmax_creates = 0\n")
    (repository / "manifests/more.yaml").write_text(
        "kind: definition\nname: New\nfields: [{name: a, type: text}]\n---\n"
        "kind: override\ntarget: products.price\nsources: []\n"
    )
    ended = run("diff", "--against", "HEAD", "--format", "json")
    document = json.loads(ended.out)
    assert [{"name": "guards.max_creates", "old": None, "new": "0"}] == document["settings"]
    assert [
        "apply will refuse this",
        "override/products.price takes away whatever gives that price in the shop; HEAD does not say what does",
    ] == [warning.split(":")[0] for warning in document["warnings"]]
