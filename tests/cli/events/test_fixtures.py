"""Sample payloads that a change makes invalid are named in the review of it (V7), with real repositories."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SHOP = """
kind: event
code_name: pos_sale
name: Sale in a store
properties:
  metaData:
    - {name: amount, type: decimal, required: true}
    - {name: till, type: text}
    - {name: channel, type: text, options: [web, store]}
"""
POS = """[
  {
    "code_name": "pos_sale", "contact": {"id": 7},
    "metaData": {"amount": 12.5, "channel": "store"}
  }
]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Manifests with a sample, committed."""
    samples = tmp_path / "manifests" / "samples"
    samples.mkdir(parents=True)
    (tmp_path / "manifests" / "shop.yaml").write_text(SHOP)
    (samples / "pos.json").write_text(POS)
    for command in ("init -q -b main", "add .", "-c user.name=a -c user.email=a@b.c commit -qm first"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    return tmp_path


def _changed(repository: Path, old: str, new: str, file: str = "shop.yaml") -> None:
    path = repository / "manifests" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: till, type: text", "name: till, type: text, required: true"),
        ("name: amount, type: decimal", "name: amount, type: text"),
        ("    - {name: amount, type: decimal, required: true}\n", ""),
    ],
    ids=["becomes required", "retyped", "removed"],
)
def test_a_breaking_change_names_the_sample(
    run: Callable, repository: Path, old: str, new: str, figure: Callable
) -> None:
    """At the line of the key, the value or the slot; offline, in text and in the document."""
    _changed(repository, old, new)
    ended = run("diff", "--against", "main", "--fail-on", "breaking", "--format", "json")
    (change,) = json.loads(ended.out)["changes"]
    assert (3, "breaking") == (ended.code, change["impact"])
    assert {"manifests/samples/pos.json:4"} == {each["source"] for each in change["used_by"]}
    assert "used by manifests/samples/pos.json:4: " in run("diff", "--against", "main").out
    figure("V7", "a property becomes required, is removed or retyped: named with samples/pos.json:4")


def test_a_revision_is_compared_with_its_own_samples(run: Callable, repository: Path) -> None:
    """Those of the commit after, which may be mended there."""
    _changed(repository, "name: till, type: text", "name: till, type: text, required: true")
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qam", "x"], cwd=repository, check=True
    )
    assert "manifests/samples/pos.json:4" in run("diff", "--against", "HEAD^", "--head", "HEAD").out
    _changed(repository, '"amount"', '"till": "1", "amount"', "samples/pos.json")
    ended = run("diff", "--against", "HEAD^")
    assert ("breaking" in ended.out, "pos.json" in ended.out) == (True, False), ended


def test_an_option_that_is_gone_is_a_warning(run: Callable, repository: Path) -> None:
    """It is no change of the shop, which is not told of options."""
    _changed(repository, "[web, store]", "[web]")
    ended = run("diff", "--against", "main")
    told = "manifests/samples/pos.json:4 is no longer valid for event/pos_sale: metaData.channel is 'store'"
    assert (0, True) == (ended.code, told in ended.out), ended
