"""`fmt`: one layout for what says the same; comments, order, quotes and values stay."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.manifest.dump.canonical import NotFormatted, formatted
from reconciler.manifest.yaml import YamlProblem, documents
from reconciler.rules import RULES

BEFORE = """# The pets of a contact.
kind:   definition
name: 'Pet'   # in quotes
unique_keys: [tag,owner]
fields:
- {name: tag,type: text}
# between
- name:  owner
  type: number
  default: 007

description: |
      long
        text
---

# another
kind: event
code_name: a.b
name: x
properties:
    metaData:
        - {name: a, type: text,
           required: true}
"""
AFTER = """# The pets of a contact.
kind: definition
name: 'Pet'   # in quotes
unique_keys: [tag, owner]
fields:
  - {name: tag, type: text}
# between
  - name: owner
    type: number
    default: 007

description: |
  long
    text
---

# another
kind: event
code_name: a.b
name: x
properties:
  metaData:
    - {name: a, type: text, required: true}
"""


def test_indentation_and_blanks_get_one_form() -> None:
    """Once; line ends stay what they are."""
    assert AFTER == formatted(BEFORE)
    assert AFTER == formatted(AFTER)
    assert AFTER.replace("\n", "\r\n") == formatted(BEFORE.replace("\n", "\r\n"))


def test_what_the_project_ships_is_formatted(shipped: Path, run: Callable) -> None:
    """The manifests that documents show, and those that pull writes, are in that form."""
    ended = run("fmt", "--check", str(shipped))
    assert (0, "everything is formatted\n", "") == (ended.code, ended.out, ended.err)


def test_no_example_changes_its_meaning_or_loses_a_comment(figure: Callable) -> None:
    """Of every rule, whatever is wrong with it; a second run changes nothing."""
    texts = [text for rule in RULES.values() for text in (rule.example.before, rule.example.after) if text]
    changed = unread = left = 0
    for text in texts:
        try:
            new = formatted(text)
        except YamlProblem:
            unread += 1
            continue
        except NotFormatted:
            left += 1
            continue
        changed += new != text
        assert new == formatted(new)
        assert [each.data for each in documents(text)] == [each.data for each in documents(new)]
        assert sorted(re.findall("#.*", text)) == sorted(re.findall("#.*", new))
    figure("fmt", f"{len(texts)} examples: {changed} changed, {unread} not read, {left} left alone")
    assert len(texts) > 4 * (unread + left)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: yes\nc: ~\nd:\ne: 1e5\nf: 0o7\ng: 2026-01-01\nh: 1_000\n",
        "a: &x [1]\nb: *x\n",
        "a: 'it''s'\nb: \"x\\ty\"\n",
    ],
)
def test_every_spelling_of_a_value_stays(text: str) -> None:
    """A number, a day or a yes is what was written."""
    assert text == formatted(text)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_where_there_is_nothing_nothing_is_done(text: str) -> None:
    """A file of comments is not emptied."""
    assert text == formatted(text)


def test_a_text_that_cannot_be_read_is_no_text_to_format() -> None:
    """Its reader says what is wrong."""
    with pytest.raises(YamlProblem, match="never closed"):
        formatted("a: {b: 1\n")
    with pytest.raises(YamlProblem, match="twice"):
        formatted("a: 1\na: 2\n")


def test_files_are_formatted_and_the_check_changes_nothing(run: Callable, tmp_path: Path) -> None:
    """Files that are not YAML, and folders that are not read, stay."""
    folder = tmp_path / "manifests"
    (folder / ".hidden").mkdir(parents=True)
    for name in ("a.yaml", ".hidden/b.yaml", "c.json"):
        (folder / name).write_text(BEFORE)
    checked = run("fmt", "--check")
    assert (1, "manifests/a.yaml: would be formatted\n1 file to format\n") == (checked.code, checked.out)
    assert BEFORE == (folder / "a.yaml").read_text()
    done = run("fmt")
    assert (0, "manifests/a.yaml: formatted\n1 file formatted\n") == (done.code, done.out)
    assert AFTER == (folder / "a.yaml").read_text()
    assert BEFORE == (folder / "c.json").read_text() == (folder / ".hidden/b.yaml").read_text()
    again = run("fmt", "--check")
    assert (0, "everything is formatted\n") == (again.code, again.out)


def test_a_broken_file_is_told_with_its_place_and_the_others_are_formatted(run: Callable, tmp_path: Path) -> None:
    """It ends with 1."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text("kind: {\n")
    (tmp_path / "manifests/b.yaml").write_text(BEFORE)
    ended = run("fmt")
    assert 1 == ended.code
    assert "manifests/a.yaml:1:7: the bracket { that opens here is never closed" in ended.err
    assert AFTER == (tmp_path / "manifests/b.yaml").read_text()
