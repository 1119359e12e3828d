"""A revision and the work tree are read as they are; what git converts between them is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.git.conftest import MANIFEST, RETYPED, commit, git

AGAINST = ("diff", "--against", "HEAD")


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (".gitattributes", "*.yaml filter=x"),
        (".gitattributes", "manifests/** working-tree-encoding=UTF-7"),
        (".gitattributes", "[attr]y ident\n* y"),
        ("manifests/.gitattributes", "a.yaml ident"),
        (".gitattributes", "reconciler.toml filter=x"),
    ],
)
def test_what_git_converts_is_refused_on_both_sides(ask: Callable, repository: Path, file: str, rule: str) -> None:
    """The blob could say what a review likes to see, and the checkout what the shop gets."""
    (repository / "reconciler.toml").write_text("")
    commit(repository)
    (repository / file).write_text(f"{rule}\n")
    head = ask(repository, *AGAINST)
    git(repository, "-c", "filter.x.clean=cat", "add", "--all")
    git(repository, "commit", "--quiet", "--message", "rule")
    at_head = ask(repository, "diff", "--against", "HEAD~1", "--head", "HEAD")
    (repository / file).unlink()
    before = ask(repository, *AGAINST)
    for ended in (head, at_head, before):
        assert (1, "", True) == (ended.code, ended.out, "git converts '" in ended.err), ended
    assert 1 == ask(repository, "validate", "--settings-from", "HEAD").code or "toml" not in rule


@pytest.mark.parametrize(
    "rule",
    [
        "* text=auto eol=crlf",
        "*.md filter=x ident",
        "* working-tree-encoding=UTF-8",
        "* filter=x ident\n/manifests/** -filter -ident",
        "* diff=x merge=x export-subst -text",
    ],
)
def test_what_git_does_not_convert_is_compared(ask: Callable, repository: Path, rule: str) -> None:
    """Line ends mean nothing in a manifest."""
    (repository / ".gitattributes").write_text(f"{rule}\n")
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out


def test_the_line_of_the_message_helps(ask: Callable, repository: Path) -> None:
    """It is given ready to be pasted."""
    rules = repository / ".gitattributes"
    rules.write_text("* filter=x\n")
    line = ask(repository, *AGAINST).err.strip().rpartition("at the top: ")[2]
    rules.write_text(f"* filter=x\n{line}\n")
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_make_no_difference(ask: Callable, repository: Path, end: bytes) -> None:
    """Texts of several lines included."""
    text = MANIFEST + "description: |\n  one\n  two\n"
    (repository / "manifests/a.yaml").write_text(text)
    (repository / "manifests/b.json").write_text('{"kind": "event",\n"name": "B", "code_name": "b"}\n')
    commit(repository)
    for file in (repository / "manifests").iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", end))
    assert "in sync: 2 unchanged" in ask(repository, *AGAINST).out


@pytest.mark.parametrize("other", ["\x85", "\u2028", "\u2029"])
def test_no_manifest_hides_in_a_comment(ask: Callable, repository: Path, other: str) -> None:
    """On either side."""
    hidden = other.join(("# a note", "---", *RETYPED.strip().replace("A", "Hidden").split("\n")))
    (repository / "manifests/a.yaml").write_text(f"{MANIFEST}{hidden}\n")
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out


def test_rules_behind_a_link_are_none(ask: Callable, repository: Path) -> None:
    """git does not follow it either; a folder of that name says nothing."""
    (repository / "rules").write_text("* filter=x\n")
    (repository / ".gitattributes").symlink_to("rules")
    (repository / "manifests/.gitattributes").mkdir()
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out


def test_rules_that_are_too_long_are_refused(ask: Callable, repository: Path) -> None:
    """What they say would not be known."""
    (repository / ".gitattributes").write_text("#" * (1024 * 1024 + 1))
    ended = ask(repository, *AGAINST)
    assert (1, True) == (ended.code, "is larger than 1 MiB" in ended.err)
