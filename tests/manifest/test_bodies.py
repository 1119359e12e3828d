"""The text of a template: what is read, what is not, and where each character stands."""

import os
from pathlib import Path
from typing import Any

import pytest

import reconciler
from reconciler.kinds.template.manifest import Template
from reconciler.manifest.beside import NoFileBeside
from reconciler.manifest.bodies import body_of, subject_of
from reconciler.model.address import Address
from reconciler.model.manifest import Manifest
from reconciler.model.source import Source
from reconciler.model.target import Target

MESSAGE = "Hi {var=contact.first_name},\n\nyour balance is {var=a.b}.\n"


def template(folder: Path, **said: Any) -> Manifest:
    (folder / "m.yaml").touch()
    source = Source(str(folder / "m.yaml"))
    return Manifest(Address("template", "t"), Template(name="t", **said), source)


def read(folder: Path, text: str, document: int = 0) -> Manifest:
    from datetime import date

    from reconciler.manifest.load import load
    from reconciler.manifest.resolve import resolve
    from reconciler.manifest.template import Renderer

    (folder / "m.yaml").write_bytes(text.encode())
    resolved = resolve(load([str(folder)], Renderer({}, {})), date(2026, 1, 1))
    assert () == resolved.findings
    return resolved.desired.manifests[Address("template", "t")]


@pytest.mark.parametrize(
    "written",
    [
        "kind: template\nname: t\nbody: |\n  Hi {var=contact.first_name},\n\n  your balance is {var=a.b}.\n",
        "# one\nkind: event\ncode_name: a\nname: A\n---\nbody: |+\n    Hi {var=contact.first_name},\n\n"
        "    your balance is {var=a.b}.\nkind: template\nname: t\n",
        "kind: template\nbody: 'your balance is {var=a.b}.'\nname: t\n",
        "kind: template\nbody: your balance is {var=a.b}.\nname: t\n",
        "kind: template\r\nname: t\r\nbody: |\r\n  Hi\r\n  {var=a.b}\r\n",
    ],
)
def test_a_character_of_an_inline_text_is_found_in_the_manifest(tmp_path: Path, written: str) -> None:
    """At the line and column that an editor shows."""
    body = body_of(read(tmp_path, written))
    assert body is not None
    place = body.source_of(body.text.index("{var=a.b}"))
    line = written.replace("\r\n", "\n").split("\n")[place.line - 1]
    assert line[place.column - 1 :].startswith("{var=a.b}")


def test_a_folded_text_has_the_place_of_its_beginning(tmp_path: Path) -> None:
    """Its lines are not those of the file."""
    body = body_of(read(tmp_path, "kind: template\nname: t\nbody: >\n  a\n  {var=a.b}\n"))
    assert body is not None
    assert (3, 7) == (body.source_of(4).line, body.source_of(4).column)


def test_a_text_in_a_file_has_the_places_of_that_file(tmp_path: Path) -> None:
    """Whatever stands in the manifest."""
    (tmp_path / "t.txt").write_text(MESSAGE)
    body = body_of(template(tmp_path, file="t.txt"))
    assert body is not None
    assert Source(str(tmp_path / "t.txt"), 3, 17) == body.source_of(MESSAGE.index("{var=a.b}"))


def test_a_subject_is_a_text_too(tmp_path: Path) -> None:
    """With its own place."""
    subject = subject_of(read(tmp_path, 'kind: template\nname: t\nsubject: "Hi {var=a.b}"\nbody: x\n'))
    assert subject is not None
    assert (3, 14) == (subject.source_of(3).line, subject.source_of(3).column)
    assert subject_of(template(tmp_path, body="x")) is None


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("../t.txt", "leads out"),
        ("/etc/passwd", "leads out"),
        ("T:\\t.txt", "leads out"),
        ("gold.txt", "did you mean"),
        (".env", "ends with none of"),
        ("folder", "is a folder"),
        ("broken.txt", "not there"),
        ("secret.txt", "ends with none of"),
        ("out.txt", "leads out"),
        ("latin.txt", "line 2"),
        ("pipe.txt", "a pipe"),
    ],
)
def test_a_file_that_is_not_read_is_told_why(tmp_path: Path, named: str, words: str) -> None:
    """A pull request may name anything."""
    folder = tmp_path / "manifests"
    (folder / "folder").mkdir(parents=True)
    (folder / "gold1.txt").touch()
    (folder / ".env").write_text("KEY=1")
    (folder / "broken.txt").symlink_to("nowhere.txt")
    (folder / "secret.txt").symlink_to(".env")
    (tmp_path / "out.txt").touch()
    (folder / "out.txt").symlink_to("../out.txt")
    (folder / "latin.txt").write_bytes(b"a\n\xe9")
    os.mkfifo(folder / "pipe.txt")
    with pytest.raises(NoFileBeside, match=words):
        body_of(template(folder, file=named))


def test_a_text_is_wanted_once(tmp_path: Path) -> None:
    """None, or two, is a finding of its own."""
    assert body_of(template(tmp_path)) is None
    assert body_of(template(tmp_path, file="a.txt", body="b")) is None


@pytest.mark.parametrize("written", ["body: |\n  a\n  bc\n\n  d", "body: one line", "body: >\n  a\n  b"])
def test_many_places_are_those_of_each(tmp_path: Path, written: str) -> None:
    """The text is read once for all of them."""
    (tmp_path / "m.yaml").write_text(f"kind: template\nname: t\n{written}\n", encoding="utf-8")
    (manifest,) = reconciler.load([str(tmp_path)], Target("test"), {}).desired.manifests.values()
    body = body_of(manifest)
    assert body is not None
    offsets = range(len(body.text))
    assert [body.source_of(offset) for offset in offsets] == list(body.sources_of(offsets))
