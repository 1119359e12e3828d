"""Pull: what it writes is valid and in sync whatever the server does, and a second pull touches nothing but what has
changed, in whatever way people write their manifests.
"""

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

import reconciler
from reconciler.api.connection import ReadConnection
from reconciler.manifest.dump.draft import Draft
from reconciler.model.target import Target
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from tests.campaigns.generated import documents_of, left
from tests.campaigns.layouts import LAYOUTS, laid_out
from tests.conftest import OCCASION
from tests.warm.start import warm_command

TOGETHER: list[dict[str, Any]] = [
    {},
    {"stringify_listings": False, "relation_case": "snake", "id_key": "id"},
    {"shuffle_listings": True, "soft_delete": False, "not_found_status": 404, "id_key": "both"},
]
SWITCHES: list[dict[str, Any]] = [
    {},
    {"stringify_listings": False},
    {"shuffle_listings": True},
    {"id_key": "id"},
    {"id_key": "both"},
    {"relation_case": "snake"},
    {"soft_delete": False},
    {"not_found_status": 404},
    {"limit_over_100": 100},
]
DEFINITIONS = "/custom-data-definitions"
FIELD = {"name": "a", "type": "text", "required": False}


def test_a_sample_of_generated_shops_is_pulled(new_lab: Callable, figure: Callable) -> None:
    """Three shops, with all the switches among them."""
    figure("L1 pull → validate → plan empty (sample)", _shops(new_lab, range(3), TOGETHER))


@pytest.mark.campaign
def test_generated_shops_are_pulled(new_lab: Callable, figure: Callable) -> None:
    """Three hundred, and every switch for each."""
    figure("L1 pull → validate → plan empty", _shops(new_lab, range(300), SWITCHES, every=True))


def _shops(new_lab: Callable, seeds: range, switches: list[dict[str, Any]], *, every: bool = False) -> str:
    pulls = resources = 0
    for seed in seeds:
        chosen = switches if every else [switches[seed % len(switches)]]
        for some in chosen:
            resources += _is_pulled(new_lab, seed, some)
            pulls += 1
    return f"{len(seeds)} shops, {pulls} pulls of {resources} resources: 0 errors, 0 changes, 0 writes (L3)"


def _is_pulled(new_lab: Callable, seed: int, switches: dict[str, Any]) -> int:
    lab = _shop(new_lab, seed, switches)
    writes = len(lab.writes())
    draft = pulled(lab, lab.folder / "pulled")
    assert () == draft.findings
    # A dead id has a name as long as its tombstone is listed and nothing else is called so.
    assert all(each.reason.startswith("it points at ") for each in draft.unwritten), (seed, draft.unwritten)
    assert writes == len(lab.writes())
    (lab.folder / "manifests.yaml").unlink()
    plan = lab.plan()[0]
    assert ((), ()) == (plan.changes, plan.blocked)
    told = {each.address for each in (*draft.unwritten, *draft.namesakes)}
    assert told or () == plan.unmanaged
    again = pulled(lab, lab.folder / "pulled")
    assert ({}, len(draft.texts)) == (dict(again.texts), len(again.kept))
    lab.close()
    return len(again.kept)


def _shop(new_lab: Callable, seed: int, switches: dict[str, Any]) -> Any:
    """A shop with tombstones, inactive and renamed definitions, and names by language."""
    chance = random.Random(seed)
    lab = new_lab(switches=Switches(**switches))
    documents = documents_of(seed, definitions=chance.randint(2, 7), events=chance.randint(1, 5))
    for state in (documents, left(documents, seed)):
        lab.write("\n---\n".join(json.dumps(document) for document in state))
        assert lab.apply().complete
    by_language = {"name": {"fr": f"Évènement {seed}", "en": "{{ event }}"}, "code_name": f"by.language_{seed}"}
    lab.post("/events", by_language)
    _leave_to_the_owner(lab, chance)
    return lab


def _leave_to_the_owner(lab: Any, chance: random.Random) -> None:
    """What nobody does with manifests: dead ends, twins by a blank, lists without options, odd names."""
    rows = [row for row in _rows(lab, DEFINITIONS) if row["status"] != "deleted"]
    for row in chance.sample(rows, len(rows) // 3):
        lab.send("DELETE", f"{DEFINITIONS}/{row.get('id_definition', row.get('id'))}")
    field = {"name": "tier", "label": "{{ tier", "type": "list", "required": False}
    twins = [f" {row['name']}" for row in rows[-1:]]
    for name in (*twins, f"yes {chance.random()}", "../up", "Tab\tbed", "1e3"):
        lab.post(DEFINITIONS, {"name": name, "fields": [field], "description": "# 'quoted': \"twice\"\nand again"})


def test_a_sample_of_shops_is_pulled_again_by_the_line(new_lab: Callable, figure: Callable) -> None:
    """Files in every way of writing."""
    figure("L2 pull re-run (sample)", _again(new_lab, range(3)))


@pytest.mark.campaign
def test_shops_are_pulled_again_by_the_line(new_lab: Callable, figure: Callable) -> None:
    """Three hundred."""
    figure("L2 pull re-run", _again(new_lab, range(300)))


def _again(new_lab: Callable, seeds: range) -> str:
    changes = lines = 0
    for seed in seeds:
        chance = random.Random(seed)
        lab = new_lab(switches=Switches(stringify_listings=False))
        folder = lab.folder / "manifests"
        documents = documents_of(seed, definitions=3, events=2)
        lab.write("\n---\n".join(json.dumps(document) for document in documents))
        assert lab.apply().complete
        (lab.folder / "manifests.yaml").unlink()
        _write(folder, documents, seed, chance)
        assert {} == dict(pulled(lab, folder).texts)
        for change in (_describe, _extend, _declare):
            lines += _changes_its_lines(lab, folder, change(lab, chance, documents))
            changes += 1
        lab.close()
    return f"{len(seeds)} folders unchanged: 0 bytes; {changes} live changes: {lines} lines, no other"


def _write(folder: Path, documents: list[dict[str, Any]], seed: int, chance: random.Random) -> None:
    folder.mkdir()
    for number, document in enumerate(documents):
        text, suffix = laid_out(document, LAYOUTS[(seed + number) % len(LAYOUTS)], chance)
        (folder / f"{number}{suffix}").write_bytes(text.encode())


def _describe(lab: Any, chance: random.Random, documents: list[dict[str, Any]]) -> str:
    """Somebody describes a definition anew."""
    name = chance.choice([document["name"] for document in documents if document["kind"] == "definition"])
    _patch(lab, name, {"description": f'described: "{chance.random()}" # anew'})
    return "described: "


def _extend(lab: Any, chance: random.Random, documents: list[dict[str, Any]]) -> str:
    """Somebody adds a field with a relationship."""
    name = chance.choice([document["name"] for document in documents if document["kind"] == "definition"])
    field = {"name": "added_by_hand", "label": "By hand", "type": "number", "required": False}
    rel = {"sourceField": "added_by_hand", "targetSchemaType": "system", "targetSchema": "contacts"}
    _patch(lab, name, {"fields": [field], "relationships": [rel]})
    return "added_by_hand"


def _declare(lab: Any, chance: random.Random, documents: list[dict[str, Any]]) -> str:
    """Somebody adds a property to an event."""
    code_name = chance.choice([document["code_name"] for document in documents if document["kind"] == "event"])
    event = next(row for row in _rows(lab, "/events") if row["code_name"] == code_name)
    properties = event.get("properties") or {}
    added = {"name": "added_by_hand", "type": "date", "required": True}
    properties["metaData"] = [*properties.get("metaData", []), added]
    lab.send("PATCH", "/events", {"id_event": int(event["id_event"]), "properties": properties})
    return "added_by_hand"


def _patch(lab: Any, name: str, body: dict[str, Any]) -> None:
    number = next(row["id_definition"] for row in _rows(lab, DEFINITIONS) if row["name"] == name)
    lab.send("PATCH", f"{DEFINITIONS}/{number}/extend", body)


def _rows(lab: Any, path: str) -> list[dict[str, Any]]:
    answer = lab.connect(ReadConnection).get(path, {"limit": "100"})
    rows: list[dict[str, Any]] = answer["data"]
    return rows


def _changes_its_lines(lab: Any, folder: Path, words: str) -> int:
    """One file changes, by few lines that are about the change; returns how many."""
    before = {file: file.read_bytes() for file in folder.iterdir()}
    draft = pulled(lab, folder)
    assert ((), ()) == (draft.unwritten, draft.findings)
    changed = [file for file in folder.iterdir() if before.get(file) != file.read_bytes()]
    assert 1 == len(changed)
    assert {} == dict(pulled(lab, folder).texts)
    (file,) = changed
    old, new = before[file].decode().split("\n"), file.read_bytes().decode().split("\n")
    diff = [line for line in unified_diff(old, new, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))]
    gone = [line[1:] for line in diff if line.startswith("-")]
    come = "".join(line[1:] for line in diff if line.startswith("+"))
    assert words in come
    # A line goes for the comma at its end, for a value in it, or because all stands in one line.
    assert len(gone) <= 2
    assert len(diff) <= 12
    assert all(line.strip()[:8] in come for line in gone)
    return len(diff)


@pytest.mark.campaign
def test_an_interrupted_pull_leaves_whole_files(new_lab: Callable, tmp_path: Path, figure: Callable) -> None:
    """Ctrl-C at any file: those that are there are whole, nothing else is, and a second pull goes on."""
    work = tmp_path / "work"
    (work / ".reconciler").mkdir(parents=True)
    lab = new_lab(store=Store(work / ".reconciler/sandbox.db"), switches=Switches(rate_limit=0))
    for number in range(120):
        lab.post(DEFINITIONS, {"name": f"D{number}", "fields": [{**FIELD, "label": "a"}]})
    command = [*warm_command(), "--target", "sandbox", "pull"]
    subprocess.run([*command, "whole"], cwd=work, check=True, capture_output=True)
    wanted = {file.name: file.read_bytes() for file in (work / "whole").rglob("*.yaml")}
    interrupted = 0
    for at in range(1, 120, 8):
        folder = work / f"at-{at}"
        with subprocess.Popen(
            [*command, folder.name], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as pull:
            while pull.poll() is None and len(list(folder.rglob("*.yaml"))) < at:
                time.sleep(0.001)
            pull.send_signal(signal.SIGINT)
            pull.communicate(timeout=60)
        interrupted += pull.returncode == 130
        left = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        assert left.items() <= wanted.items()
        subprocess.run([*command, folder.name], cwd=work, check=True, capture_output=True)
        assert wanted == {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert interrupted
    figure("interrupted pull", f"{interrupted} pulls of 120 files stopped by Ctrl-C: 0 half-written, 0 left parts")


def pulled(lab: Any, folder: Path) -> Draft:
    """Pulls into the folder and writes what comes of it."""
    draft = reconciler.pull(str(folder), lab.connect(ReadConnection), OCCASION, Target("test"), {})
    for file, text in draft.texts.items():
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(text.encode())
    return draft
