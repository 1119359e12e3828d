"""Files → manifests and findings."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import WrongUsage
from reconciler.manifest.load import MOST_FINDINGS, Loaded, load
from reconciler.manifest.resolve import resolve
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml_bounds import LARGEST_FILE

EVENT = "kind: event\ncode_name: {}\nname: A\n"


def read(*paths: Path | str) -> Loaded:
    """What the paths hold, without variables."""
    return load([str(path) for path in paths], Renderer({}, {}))


def names(loaded: Loaded) -> list[str]:
    """The addresses that were read, in order."""
    return [str(manifest.address) for manifest in loaded.manifests]


def findings(loaded: Loaded, folder: Path) -> list[str]:
    """The findings with paths relative to the folder."""
    return [str(finding).replace(f"{folder}/", "") for finding in loaded.findings]


def test_all_manifest_files_below_a_folder_are_read(tmp_path: Path) -> None:
    """YAML and JSON, in the order of their paths; everything else is left alone."""
    for name in ("b.yaml", "a.yml", "sub/deep/c.json", "notes.txt", ".hidden.yaml", ".git/d.yaml", "sub/.x/e.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(EVENT.format(name) if "json" not in name else '{"kind":"event","code_name":"c","name":"C"}')
    assert ["event/a.yml", "event/b.yaml", "event/c"] == names(read(tmp_path))


def test_a_file_can_be_named_itself(tmp_path: Path) -> None:
    """Whatever it is called."""
    (tmp_path / ".odd.txt").write_text(EVENT.format("a"))
    assert ["event/a"] == names(read(tmp_path / ".odd.txt"))


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By folder, by itself, with detours, absolutely and relatively."""
    (tmp_path / "a.yaml").write_text(EVENT.format("a"))
    monkeypatch.chdir(tmp_path)
    assert ["event/a"] == names(read(tmp_path, tmp_path / "a.yaml", "a.yaml", "./a.yaml", "."))


def test_links_within_the_folder_are_the_file_itself(tmp_path: Path) -> None:
    """They are read once."""
    (tmp_path / "a.yaml").write_text(EVENT.format("a"))
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "sub").symlink_to(".")
    assert (["event/a"], ()) == (names(read(tmp_path)), read(tmp_path).findings)


def test_links_out_of_the_folder_are_findings(tmp_path: Path) -> None:
    """Files and folders, and whatever they lead to is not read."""
    (tmp_path / "secret.yaml").write_text(EVENT.format("secret"))
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "a.yaml").symlink_to("../secret.yaml")
    (folder / "b").symlink_to("..")
    (folder / "notes.txt").symlink_to("../secret.yaml")
    assert [
        "a.yaml:1:1: error: the link leads out of the manifests' folder [path-escape]",
        "b:1:1: error: the link leads out of the manifests' folder [path-escape]",
    ] == sorted(findings(read(folder), folder))
    assert [] == names(read(folder))


def test_a_linked_folder_can_be_named_itself(tmp_path: Path) -> None:
    """Only what is below it has to stay there."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text(EVENT.format("a"))
    (tmp_path / "link").symlink_to("real")
    assert ["event/a"] == names(read(tmp_path / "link"))


@pytest.mark.parametrize("named", ["shop", "shop/a.yaml", "a.yaml", "own", "own/a.yaml", "config.yaml", "git"])
def test_what_is_named_in_a_work_tree_stays_there(tmp_path: Path, named: str) -> None:
    """A branch may put a link there, to a secret that a message would quote; a repository behind it is another one."""
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    for folder in (tree / ".git", outside / ".git"):
        folder.mkdir(parents=True)
    (tree / ".git" / "config").write_text("canary")
    (outside / "a.yaml").write_text("canary")
    (tree / "a.yaml").symlink_to("../outside/a.yaml")
    (tree / "shop").symlink_to(outside)
    (tree / "own").symlink_to("shop")
    (tree / "config.yaml").symlink_to(".git/config")
    (tree / "git").symlink_to(".git")
    with pytest.raises(WrongUsage, match="leads out of the repository") as refused:
        read(tree / named)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("secret", [".env", "secret.txt", ".hidden.yaml"])
def test_a_link_hides_no_file_of_another_kind(tmp_path: Path, secret: str) -> None:
    """What it leads to may have been put there by another step, and holds no manifest."""
    (tmp_path / ".git").mkdir()
    (tmp_path / secret).write_text("canary")
    (tmp_path / "a.yaml").symlink_to(secret)
    assert ["path-escape"] == [found.rule for found in read(tmp_path).findings]
    with pytest.raises(WrongUsage, match="not called a manifest"):
        read(tmp_path / "a.yaml")


def test_links_within_a_work_tree_can_be_named(tmp_path: Path) -> None:
    """Also in a work tree that is behind a link itself."""
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    (tmp_path / "tree" / "real").mkdir()
    (tmp_path / "tree" / "real" / "a.yaml").write_text(EVENT.format("a"))
    (tmp_path / "tree" / "link").symlink_to("real")
    (tmp_path / "way").symlink_to("tree")
    assert ["event/a"] == names(read(tmp_path / "way" / "link"))


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    """Each with its reason, and the other files are read."""
    (tmp_path / "a.yaml").symlink_to("a.yaml")
    (tmp_path / "b.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "c.yaml").write_bytes(b"name: \xff\n")
    os.mkfifo(tmp_path / "d.yaml")
    (tmp_path / "e.yaml").mkdir()
    (tmp_path / "f.yaml").write_text(EVENT.format("f"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "g.yaml"))
    loaded = read(tmp_path)
    assert ["event/f"] == names(loaded)
    assert [
        "a.yaml:1:1: error: the file cannot be read: Too many levels of symbolic links [unreadable-file]",
        "b.yaml:1:1: error: the file cannot be read: No such file or directory [unreadable-file]",
        "c.yaml:1:7: error: the file is not UTF-8: its byte 7 is 0xFF; it looks like Windows-1252 or Latin-1, "
        "where that is 'ÿ'. Save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 [unreadable-file]",
        "d.yaml:1:1: error: this is no file [unreadable-file]",
        "g.yaml:1:1: error: this is no file [unreadable-file]",
    ] == sorted(findings(loaded, tmp_path))


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_a_pointer_of_git_lfs_is_named_as_one(tmp_path: Path, name: str) -> None:
    """It is valid YAML, and no manifest."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n"
    (tmp_path / name).write_text(pointer)
    told = "this is a git LFS pointer, not the file itself: run `git lfs pull` (in CI, check out with LFS)"
    assert [f"{name}:1:1: error: {told} [unreadable-file]"] == findings(read(tmp_path), tmp_path)


def test_folders_of_tools_are_not_read(tmp_path: Path) -> None:
    """Thousands of .json files that nobody here wrote; but who names such a folder means it."""
    for folder in ("node_modules/x", "__pycache__", "venv/lib", ".venv", ".terraform/modules", ".git", "sub/.cache"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "package.json").write_text('{"name": "x"}')
    (tmp_path / "node_modules_of_ours").mkdir()
    (tmp_path / "node_modules_of_ours/a.yaml").write_text(EVENT.format("a"))
    loaded = read(tmp_path)
    assert (["event/a"], []) == (names(loaded), findings(loaded, tmp_path))
    assert 1 == len(findings(read(tmp_path / "node_modules"), tmp_path))


def test_a_folder_that_vanishes_is_a_finding(tmp_path: Path) -> None:
    """Nothing is left out in silence."""
    name = "x" * 200
    place = os.open(tmp_path, os.O_RDONLY)
    try:  # folders nested so deep that their path is longer than the system can open
        for _ in range(25):
            os.mkdir(name, dir_fd=place)
            deeper = os.open(name, os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = deeper
    finally:
        os.close(place)
    loaded = read(tmp_path)
    assert [("unreadable-file", "the folder cannot be read: File name too long")] == [
        (finding.rule, finding.message) for finding in loaded.findings
    ]


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are shown as such."""
    with open(os.fsencode(tmp_path) + b"/\xff.yaml", "w", encoding="utf-8") as file:
        file.write("kind: x\n")
    (finding,) = read(tmp_path).findings
    assert (f"{tmp_path}/\\xff.yaml", 7) == (finding.source.file, finding.source.column)


@pytest.mark.parametrize("path", ["nowhere", "a\0b", ""])
def test_a_path_that_is_not_there_is_wrong_usage(path: str) -> None:
    """A misspelled path must not look like an empty one."""
    with pytest.raises(WrongUsage, match="There is no file or folder"):
        read(path)


def test_no_manifest_at_all_is_a_finding(tmp_path: Path) -> None:
    """An empty folder, a file of comments."""
    (tmp_path / "a.yaml").write_text("# nothing yet\n")
    message = f"there is no manifest (.yaml, .yml, .json) in {tmp_path}"
    assert [(str(tmp_path), "no-manifests", message)] == [
        (found.source.file, found.rule, found.message) for found in read(tmp_path).findings
    ]


def test_a_file_that_is_too_large_is_a_finding(tmp_path: Path) -> None:
    """It is not cut off and read in part, whatever its letters weigh."""
    (tmp_path / "a.yaml").write_text(EVENT.format("a") + "#" + "é" * (LARGEST_FILE // 2))
    assert ["a.yaml:1:1: error: the file is larger than 8 MiB [yaml-bounds]"] == findings(read(tmp_path), tmp_path)


def test_byte_order_marks_and_windows_line_ends_change_nothing(check: Callable) -> None:
    """Places are the same with and without."""
    text = EVENT.format("a") + "oops: 1\n"
    assert ["4:1 unknown-key"] * 3 == [
        place for form in (text, "\ufeff" + text, text.replace("\n", "\r\n")) for place in check(form).places
    ]


def test_json_has_places_too(check: Callable) -> None:
    """Also between tabs, and in files that are one line."""
    checked = check('{\n\t"kind": "event",\n\t"code_name": "a",\n\t"name": 5, "x": "\\ud83d\\ude00"}', suffix=".json")
    assert ["4:10 wrong-type", "4:13 unknown-key"] == checked.places


def test_documents_that_follow_a_finding_are_checked(check: Callable) -> None:
    """Only syntax errors and broken bounds end the reading of a file."""
    checked = check("a: 1\na: 2\nkind: x\n---\nkind: !x event\n---\n? [1]\n: 2\n---\n1\n---\n[\n---\nkind: y\n")
    assert [
        "2:1 duplicate-key", "3:7 unknown-kind", "5:1 missing-key", "5:1 missing-key", "5:7 yaml-tag",
        "7:1 unknown-kind", "7:3 yaml-key", "10:1 not-a-manifest", "12:1 yaml-syntax",
    ] == checked.places  # fmt: skip


def test_the_findings_of_a_file_are_bounded(check: Callable) -> None:
    """The last one says that there are more."""
    checked = check("x\n---\n" * (MOST_FINDINGS * 2))
    assert MOST_FINDINGS + 2 == len(checked.findings)
    assert [f"{2 * MOST_FINDINGS + 1}:1 yaml-bounds"] == [place for place in checked.places if "bounds" in place]


MANY = """kind: definition
name: Loyalty
description: 12
fields:
  - {name: code, type: txt}
  - {name: tier, type: list, requierd: true}
  - {type: text}
  - 5
typo: 1
typo: 2
---
kind: event
code_name: loyalty.a
name: '{{ vars.nothing }}'
---
kind: definition
name: Other
unique_keys: [cod]
fields:
  - {name: code, type: text, default: {a: 1}, options: [x]}
  - {name: Code, type: list}
relationships:
  - {sourceField: kode, targetSchemaType: system, targetSchema: shops}
  - {sourceField: code, targetSchemaType: custom, targetSchema: Othr}
  - {sourceField: code, targetSchemaType: custom, targetSchema: Other, targetField: id}
---
kind: override
target: products.price
sources:
  - {definition: Other, field: code, priority: 1}
  - {definition: Other, field: code, priority: 1}
---
kind: definition
name: OTHER
fields: [{name: a, type: !secret text}]
"""


def test_all_findings_of_all_files_come_in_one_run(check: Callable) -> None:
    """Each with its exact line and column, in the order of the files."""
    checked = check(MANY, "kind: [", "kind: event\nname: A\n")
    assert [
        "3:14 wrong-type", "5:24 unknown-value", "6:30 unknown-key", "7:5 missing-key", "8:5 wrong-type",
        "9:1 unknown-key", "10:1 duplicate-key", "14:7 template", "18:15 unique-key-not-a-field",
        "20:39 default-type", "20:56 options-without-list", "21:5 list-without-options", "21:12 duplicate-field",
        "23:19 source-field-not-a-field", "23:65 unknown-system-schema", "24:65 dangling-reference",
        "25:19 duplicate-relationship", "25:19 relation-type-mismatch", "30:18 override-without-product",
        "30:32 override-field-not-numeric", "31:5 duplicate-source", "31:18 override-without-product",
        "31:32 override-field-not-numeric", "31:48 duplicate-priority", "34:7 duplicate-address", "35:26 yaml-tag",
        "1:7 yaml-syntax", "1:1 missing-key",
    ] == checked.places  # fmt: skip
    assert ["m0.yaml"] * 26 + ["m1.yaml", "m2.yaml"] == [Path(found.source.file).name for found in checked.findings]


PARTS = [
    "kind: definition\nname: A\nfields: [{name: a, type: text}]\nunique_keys: [b]\n",
    "kind: definition\nname: B\nfields: [{name: a, type: text}]\n"
    "relationships: [{sourceField: a, targetSchemaType: custom, targetSchema: a, targetField: a}]\n",
    "kind: event\ncode_name: a.b\nname: A\n",
    "kind: event\ncode_name: c.d\nname: 5\n",
    "kind: override\ntarget: products.price\nsources: [{definition: Nowhere, field: a, priority: 1}]\n",
    "kind: nothing\n",
    "a: 1\na: 2\n",
]


def split(parts: list[str], files: list[int]) -> tuple[object, list[tuple[str, str]]]:
    """Desired and findings, without places, of the documents in this order and in these files."""
    with tempfile.TemporaryDirectory() as folder:
        for number in set(files):
            texts = [part for part, file in zip(parts, files, strict=True) if file == number]
            Path(folder, f"{number}.yaml").write_text("---\n".join(texts), encoding="utf-8")
        resolved = resolve(read(folder), date(2026, 1, 1))
    found = resolved.offline_findings
    desired = [(address, manifest.resource) for address, manifest in resolved.desired.manifests.items()]
    return desired, sorted((finding.rule, finding.message) for finding in found)


@given(st.permutations(PARTS), st.lists(st.integers(0, 3), min_size=len(PARTS), max_size=len(PARTS)))
def test_how_documents_are_split_over_files_means_nothing(parts: list[str], files: list[int]) -> None:
    """Nor does their order."""
    assert split(PARTS, [0] * len(PARTS)) == split(parts, files)


def test_one_document_is_placed_after_thousands(check: Callable) -> None:
    """The places of a late document are as exact as those of the first."""
    assert ["8001:7 unknown-kind"] == check(_events(2000) + "kind: x\n").places


def _events(count: int) -> str:
    return "".join(f"kind: event\ncode_name: a{number}\nname: A\n---\n" for number in range(count))


def test_findings_in_every_document_do_not_add_up_to_more_than_their_sum() -> None:
    """Eight times as many documents with findings take less than 24 times as long."""
    import time

    def seconds(count: int) -> float:
        texts = (
            f"kind: definition\nname: D{number}\nfields: [{{name: a, type: text}}]\n"
            f"relationships: [{{sourceField: a, targetSchemaType: custom, targetSchema: Dx{number}}}]\n"
            for number in range(count)
        )
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.yaml").write_text("---\n".join(texts), encoding="utf-8")
            began = time.process_time()
            resolved = resolve(read(folder), date(2026, 1, 1))
            took = time.process_time() - began
        assert count == len(resolved.dangling)
        return took

    small, large = seconds(250), seconds(2000)
    print(f"findings in every document: 250 in {small:.2f} s, 2,000 in {large:.2f} s")
    assert large < 24 * small


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@pytest.mark.parametrize("sign", ["<<<<<<< HEAD", "||||||| base"])
def test_a_conflict_marker_on_the_first_line_is_named(tmp_path: Path, name: str, sign: str) -> None:
    """The reader would take it for a text."""
    (tmp_path / name).write_text(f"{sign}\nkind: event\n=======\nkind: event\n>>>>>>> x\n")
    (found,) = read(tmp_path).findings
    assert ("yaml-syntax", 1) == (found.rule, found.source.line)
    assert found.message.startswith("a merge conflict is left here")


@pytest.mark.parametrize("text", ["\u00a0code_name: a", "code_name\u00a0: a", "code_name:\u00a0a"])
def test_a_blank_that_is_none_in_a_key_is_named(tmp_path: Path, text: str) -> None:
    """It looks like a right line."""
    (tmp_path / "a.yaml").write_text(f"kind: event\n{text}\nname: A\n")
    found = read(tmp_path).findings
    assert any("U+00A0, which does not show or shows as a blank," in finding.message for finding in found)


@pytest.mark.parametrize("name", ["{% for x in y %}a", "a {% if b %}", "{%"])
def test_a_statement_without_an_expression_is_a_finding(tmp_path: Path, name: str) -> None:
    """Nobody wants it in a name; the message says how to write it if somebody does."""
    (tmp_path / "a.yaml").write_text(f'kind: event\ncode_name: a\nname: "{name}"\n')
    (found,) = read(tmp_path).findings
    assert ("template", True) == (found.rule, "no statements" in found.message)
    (tmp_path / "a.yaml").write_text("kind: event\ncode_name: a\nname: \"{{ '{%' }}\"\n")
    assert "{%" == read(tmp_path).manifests[0].resource.name
