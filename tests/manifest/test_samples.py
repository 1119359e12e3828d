"""Files in a folder called samples are payloads and no manifests."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import reconciler
from reconciler.manifest.resolve import Resolved
from reconciler.manifest.samples import sample_findings
from reconciler.model.target import Target

EVENT = """
kind: event
code_name: visit
name: Visit
properties:
  metaData:
    - {name: vet, type: text, required: true}
"""
GOOD = '{"contact": {"id": 1}, "metaData": {"vet": "Rex"}}'


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Resolved]:
    """The manifests of a folder with one event type, and these files below it."""

    def load(path: str = ".", event: str = EVENT, **files: str) -> Resolved:
        (tmp_path / "shop.yaml").write_text(event, encoding="utf-8")
        for name, text in files.items():
            file = tmp_path / name.replace("__", "/").replace("_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return reconciler.load([str(tmp_path / path)], Target("test"), {})

    return load


def _names(resolved: Resolved, folder: Path) -> list[str]:
    return [os.path.relpath(each, folder) for each in resolved.samples]


def test_payloads_are_left_out_of_the_manifests_and_listed(shop: Callable, tmp_path: Path) -> None:
    """At every depth below a folder of that name, whatever they hold."""
    files = {
        "samples__visit_json": GOOD,
        "shops__samples__visit__a_json": "{",
        "samples__visit_jsonl": GOOD,
        "samples__notes_txt": "x",
        "samples__.hidden_json": "x",
    }
    resolved = shop(**files)
    assert [] == list(resolved.findings)
    assert ["samples/visit.json", "samples/visit.jsonl", "shops/samples/visit/a.json"] == _names(resolved, tmp_path)
    assert ["event/visit"] == [str(address) for address in resolved.desired.manifests]


def test_a_folder_that_is_named_is_no_folder_of_samples(shop: Callable, tmp_path: Path) -> None:
    """Nor is one above it: a repository may be called so."""
    resolved = shop("samples", samples__shop_yaml=EVENT, samples__samples__visit_json=GOOD)
    assert ["event/visit"] == [str(address) for address in resolved.desired.manifests]
    assert ["samples/samples/visit.json"] == _names(resolved, tmp_path)


def test_a_manifest_among_them_is_a_finding(shop: Callable) -> None:
    """It would be left out without a word."""
    resolved = shop(samples__more_yaml=EVENT.replace("visit", "other"))
    (found,) = sample_findings(resolved)
    assert ("payload-file", True) == (found.rule, found.message.endswith("move a manifest out of it"))


def test_findings_in_payloads_are_those_of_validate(run: Callable, shop: Callable, tmp_path: Path) -> None:
    """With the line that is meant; the manifests are counted without them."""
    shop(samples__visit_json=GOOD)
    assert (0, "1 manifest, all valid\n") == ((ended := run("validate", ".")).code, ended.out)
    shop(samples__visit_json='{\n  "contact": {"id": 1},\n  "metaData": {"vet": 7}\n}\n')
    ended = run("validate", ".")
    assert 1 == ended.code
    told, *excerpt = ended.out.splitlines()
    assert told.startswith("samples/visit.json:3:23: error: metaData.vet is a number, and has to be text"), ended
    assert ['    3 |   "metaData": {"vet": 7}', "      |                       ~"] == excerpt[:2]


def test_what_an_unreadable_manifest_may_describe_is_no_finding(shop: Callable) -> None:
    """The event type of a payload may stand in it."""
    files = {"samples__other_json": GOOD, "broken_yaml": "kind: event\ncode_name: other\n"}
    assert [] == list(sample_findings(shop(**files)))
    (found,) = sample_findings(shop(samples__other_json=GOOD, broken_yaml=EVENT.replace("visit", "third")))
    assert "payload-event" == found.rule


@pytest.mark.parametrize("name", ["visit.json", "visit.jsonl"])
def test_a_link_to_what_is_no_payload_is_not_followed(shop: Callable, tmp_path: Path, name: str) -> None:
    """Messages quote what they read, and a secret may stand behind it."""
    (tmp_path / "samples").mkdir()
    (tmp_path / ".env").write_text("SHOPIMIND_API_KEY=secret")
    (tmp_path / "samples" / name).symlink_to("../.env")
    resolved = shop()
    assert (["path-escape"], ()) == ([found.rule for found in resolved.findings], resolved.samples)


def test_payloads_of_a_revision_are_those_of_its_commit(run: Callable, shop: Callable, tmp_path: Path) -> None:
    """`diff` takes them along; a .json file there is no manifest that is not valid."""
    shop(samples__visit_json='{"no": "payload"}', samples__visit_jsonl=GOOD)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    ended = run("diff", ".", "--against", "HEAD")
    assert (0, "") == (ended.code, ended.err), ended
