"""`plan --out` and `apply PLANFILE`: exactly what was reviewed, or nothing at all."""

import json
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from reconciler.plan.document import read_plan
from reconciler.plan.seal import sealed
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.sandbox.transport import SandboxTransport
from tests.plan.test_document import single_edits, text_of

EDITS = 40
"""Through the whole command line; all of them are tried on the reader itself, in tests/plan/test_document.py."""
DEFINITIONS = "/custom-data-definitions"
SETTINGS = '[targets.sandbox]\nvars = { who = "us" }\n[targets.other]\nbase_url = "http://127.0.0.1:1/v1"\n'
MANIFESTS = """
kind: definition
name: Manager
description: "managed by {{ vars.who }}"
fields: [{name: code, type: text}]
---
kind: definition
name: Assignment
fields: [{name: manager, type: text}, {name: since, type: date}]
relationships:
  - {sourceField: manager, targetSchemaType: custom, targetSchema: Manager, targetField: code}
---
kind: definition
name: New
fields: [{name: a, type: text}]
---
kind: definition
name: Price
fields: [{name: product, type: text}, {name: n, type: number}]
relationships: [{sourceField: product, targetSchemaType: system, targetSchema: products}]
---
kind: definition
name: Doomed
fields: [{name: n, type: number}, {name: product, type: text}]
relationships: [{sourceField: product, targetSchemaType: system, targetSchema: products}]
---
kind: event
name: Tier
code_name: tier
properties: {metaData: [{name: new, type: text}]}
---
kind: event
name: Calm
code_name: calm
---
kind: override
target: products.price
sources: [{definition: Price, field: n, priority: 1}]
"""


@dataclass
class Place:
    """A folder with manifests and the embedded sandbox beside them; commands run in this process."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    shop: bytes = b""
    """The file of the shop; a new one is empty."""
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "manifests").mkdir()
        self.write("manifests/shop.yaml", MANIFESTS)
        self.write("manifests/reconciler.toml", SETTINGS)
        (self.folder / ".reconciler").mkdir()
        (self.folder / ".reconciler/sandbox.db").write_bytes(self.shop)
        self.store = Store(self.folder / ".reconciler/sandbox.db")
        self.key = self.store.ensure_shop().key

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def edit(self, old: str, new: str, name: str = "manifests/shop.yaml") -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def command(self, *arguments: str, target: str = "sandbox") -> tuple[int, str, str]:
        code = run_command(["--target", target, *arguments], EmbeddedSandbox())
        out, err = self.capture.readouterr()
        return code, out, err

    def hand(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Somebody changes the shop."""
        transport = SandboxTransport(create_app(self.store))
        with httpx.Client(transport=transport, base_url="http://localhost/v1") as client:
            answer = client.request(method, path, json=body, headers={"spm-api-key": self.key})
        assert answer.is_success, answer.text
        return dict(answer.json())

    def create(self, name: str, *fields: str) -> None:
        rows = [{"name": each, "label": each, "type": "text", "required": False} for each in fields]
        self.hand("POST", DEFINITIONS, {"name": name, "fields": rows})

    def number(self, name: str) -> int:
        rows = self.hand("GET", f"{DEFINITIONS}?limit=100")["data"]
        return int(next(row["id_definition"] for row in rows if row["name"] == name and row["status"] != "deleted"))

    def writes(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.store.requests() if asked.method != "GET"]


@pytest.fixture
def new_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], applied: list[bytes]
) -> Callable[[], Place]:
    """A shop that lives up to an earlier version of its manifests."""
    count = 0
    for name in ("SHOPIMIND_API_KEY", "SHOPIMIND_CORE_API_BASE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def make() -> Place:
        nonlocal count
        count += 1
        place = Place(tmp_path / f"place{count}", capfd, *applied)
        monkeypatch.chdir(place.folder)
        without_new = MANIFESTS.replace(", {name: since, type: date}", "").replace("{name: new, type: text}", "")
        place.write("manifests/shop.yaml", re.sub(r"---\nkind: definition\nname: New\n.*\n", "", without_new))
        if not applied:
            assert 0 == place.command("apply", "--auto-approve")[0]
            applied.append(place.store._db.serialize())
        place.write("manifests/shop.yaml", MANIFESTS.replace("name: Doomed\n", "name: Doomed\nensure: absent\n"))
        return place

    return make


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return new_place()


def saved(place: Place, *more: str) -> dict[str, Any]:
    """Plans, saves, and forgets what was asked of the shop."""
    code, _, err = place.command("plan", "--out", "plan.json", *more)
    assert 0 == code, err
    place.store.clear_requests()
    return dict(json.loads((place.folder / "plan.json").read_text(encoding="utf-8")))


def test_a_saved_plan_is_applied_without_asking(place: Place) -> None:
    """Reviewing the plan was the approval; nothing is left to do afterwards."""
    document = saved(place)
    assert ["manifests"] == document["asked"]["paths"]
    code, out, err = place.command("apply", "plan.json", "--digest", document["digest"], "--allow-destroy")
    assert 0 == code, err
    assert "4 applied · read back and as planned" in out
    assert "in sync" in place.command("plan")[1]


def test_plan_says_where_the_plan_is_and_how_to_apply_it(place: Place) -> None:
    """With the digest that a pipeline has to hand on."""
    _, _, err = place.command("plan", "--out", "my plan.json")
    digest = json.loads((place.folder / "my plan.json").read_text(encoding="utf-8"))["digest"]
    command = f"reconciler --target sandbox apply 'my plan.json' --digest {digest} --allow-destroy"
    assert f"Saved in my plan.json. To apply exactly this:\n  {command}\n" == err


def override_by_hand(place: Place, name: str = "Price") -> None:
    row = {"id_custom_data_definition": place.number(name), "custom_field_name": "n", "priority": 2}
    path = f"{DEFINITIONS}/overrides?target_system_schema=products&system_field_name=price"
    place.hand("PUT", path, {"overrides": [row]})


def created_again(place: Place) -> None:
    place.hand("DELETE", f"{DEFINITIONS}/{place.number('Manager')}")
    place.create("Manager", "code")


def path_of(place: Place, name: str, what: str = "") -> str:
    return f"{DEFINITIONS}/{place.number(name)}{what}"


def resealed(place: Place, **changes: Any) -> None:
    """A plan as if it had been made otherwise: consistent in itself."""
    plan = read_plan((place.folder / "plan.json").read_text(encoding="utf-8"), "plan.json")
    again = sealed(plan.model_copy(update=changes), with_checksum=True)
    place.write("plan.json", text_of(again.document()))


def aged(place: Place) -> None:
    made = datetime.now(UTC) - timedelta(hours=25)
    stamps = {"created_at": made, "expires_at": made + timedelta(hours=24)}
    resealed(place, **{key: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for key, moment in stamps.items()})


def of_another_key(place: Place) -> None:
    plan = read_plan((place.folder / "plan.json").read_text(encoding="utf-8"), "plan.json")
    resealed(place, target=plan.target.model_copy(update={"key_fingerprint": "0123456789ab"}))


MOVEMENTS: dict[str, tuple[Callable[[Place], Any], str]] = {
    "a definition to be changed gained a field": (
        lambda p: p.hand("PATCH", path_of(p, "Assignment", "/extend"), {"fields": [
            {"name": "x", "label": "x", "type": "text", "required": False}]}),
        "definition/Assignment has changed in the shop"),
    "it gained the planned field with another type": (
        lambda p: p.hand("PATCH", path_of(p, "Assignment", "/extend"), {"fields": [
            {"name": "since", "label": "since", "type": "text", "required": False}]}),
        "definition/Assignment has changed in the shop"),
    "it was renamed": (
        lambda p: p.hand("PATCH", path_of(p, "Assignment", "/extend"), {"name": "Mine"}),
        "definition/Assignment is gone in the shop"),
    "it was switched off": (
        lambda p: p.hand("PATCH", path_of(p, "Assignment", "/deactivate")),
        "definition/Assignment has changed in the shop"),
    "it was deleted": (
        lambda p: p.hand("DELETE", path_of(p, "Assignment")), "definition/Assignment is gone in the shop"),
    "what it points at was described anew": (
        lambda p: p.hand("PATCH", path_of(p, "Manager", "/extend"), {"description": "mine"}),
        "definition/Manager has changed in the shop"),
    "what it points at was deleted and made again": (created_again, "definition/Manager has changed in the shop"),
    "a definition to be created appeared": (
        lambda p: p.create("new", "b"), "definition/New is new in the shop"),
    "one appeared that only accents tell apart": (
        lambda p: p.create("Néw", "a"), "what has to be done for definition/New is something else now"),
    "an event to be changed was changed": (
        lambda p: p.hand("PATCH", "/events", {"id_event": 1, "name": "mine"}) and
        p.hand("PATCH", "/events", {"id_event": 2, "name": "mine"}), "event/tier has changed in the shop"),
    "an unchanged event was deleted": (
        lambda p: [p.hand("DELETE", f"/events/{n}") for n in (1, 2)], "event/calm is gone in the shop"),
    "the override was set otherwise": (override_by_hand, "override/products.price has changed in the shop"),
    "a manifest was edited": (
        lambda p: p.edit("type: date", "type: datetime"), "the manifest of definition/Assignment has changed"),
    "a manifest was added": (
        lambda p: p.write("manifests/more.yaml", "kind: event\nname: M\ncode_name: more\n"),
        "the manifest of event/more is new"),
    "a manifest was taken away": (
        lambda p: p.edit("---\nkind: event\nname: Calm\ncode_name: calm\n", ""), "the manifest of event/calm is gone"),
    "a manifest is no longer valid": (
        lambda p: p.edit("type: date", "type: dat"), "The manifests have changed since the plan was made"),
    "the manifests are gone": (
        lambda p: shutil.rmtree(p.folder / "manifests"), "The manifests that the plan was made from have moved"),
    "a variable has another value": (
        lambda p: p.edit('"us"', '"them"', "manifests/reconciler.toml"),
        "the manifest of definition/Manager has changed"),
    "something came to point at what is deleted": (
        lambda p: override_by_hand(p, "Doomed"), "override/products.price has changed in the shop"),
    "what is deleted was made again": (
        lambda p: (p.hand("DELETE", path_of(p, "Doomed")), p.create("Doomed", "n")),
        "definition/Doomed has changed in the shop"),
    "the plan is for another key": (of_another_key, "The plan was made with another key for sandbox"),
    "the plan is older than a day": (aged, "The plan expired at "),
}  # fmt: skip


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_what_moved_is_named_and_nothing_is_sent(place: Place, movement: str, figure: Callable) -> None:
    """Whoever moved it."""
    saved(place)
    move, told = MOVEMENTS[movement]
    move(place)
    before = place.writes()
    code, out, err = place.command("apply", "plan.json")
    assert 4 == code, out + err
    assert told in err
    *before_the_error, error = err.splitlines()
    assert error.startswith("Error: ")
    assert all(line.startswith("Applying the plan saved in plan.json: ") for line in before_the_error)
    assert before == place.writes()
    figure("stale plan", f"{len(MOVEMENTS) + 2} kinds of movement, all refused before the first write")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--target", "other"], "The plan was made for sandbox (.reconciler/sandbox.db), and the target is other"),
        (["--digest", "sha256:0"], "and the one that was reviewed is sha256:0"),
    ],
)
def test_another_target_or_digest_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    """Without asking any shop."""
    saved(place)
    monkeypatch.setenv("SHOPIMIND_API_KEY", "k" * 20)
    code, _, err = place.command("apply", "plan.json", *arguments)
    assert (4, True) == (code, told in err), err
    assert () == place.store.requests()


def test_the_target_of_the_plan_is_taken_when_none_is_named(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    """It was reviewed with the rest."""
    saved(place)
    assert 0 == run_command(["apply", "plan.json", "--allow-destroy"], EmbeddedSandbox()), capfd.readouterr()


def test_edits_are_refused_by_the_command(new_place: Callable[[], Place], figure: Callable) -> None:
    """A sample; none of them comes as far as a request."""
    place = new_place()
    document = saved(place)
    for what, text in random.Random(8).sample(single_edits(document), EDITS):
        place.write("plan.json", text)
        code, _, err = place.command("apply", "plan.json")
        assert 4 == code, (what, err)
    assert () == place.store.requests()
    figure("edited plan, through the command", f"{EDITS} edits, exit 4 and 0 requests each")


def test_what_is_not_managed_may_move(place: Place) -> None:
    """The plan does not rest on it."""
    saved(place)
    place.create("Other", "a")
    assert 0 == place.command("apply", "plan.json", "--allow-destroy")[0]


def test_a_saved_plan_is_applied_as_it_is(place: Place) -> None:
    """--only and --prune were for the plan; --digest is for saved plans."""
    saved(place)
    for arguments in (["plan.json", "--only", "event/*"], ["plan.json", "--prune"], ["manifests", "--digest", "x"]):
        code, _, err = place.command("apply", *arguments)
        assert 64 == code, err
    assert [] == place.writes()


def test_only_and_prune_are_part_of_the_plan(place: Place) -> None:
    """Made again in the same way before it is applied."""
    place.create("Old", "a")
    document = saved(place, "--only", "definition/*", "--prune")
    assert {"only": "definition/*", "prune": True, "paths": ["manifests"]} == document["asked"]
    code, _, err = place.command("apply", "plan.json")
    assert (3, True) == (code, "2 to delete: definition/Doomed, definition/Old." in err)
    assert [] == place.writes()
    code, out, err = place.command("apply", "plan.json", "--allow-destroy")
    assert 0 == code, err
    assert "4 applied" in out
    assert "event/tier" in place.command("plan")[1]


def test_a_plan_with_something_blocked_is_saved_and_refused(place: Place) -> None:
    """The rest of it can be applied."""
    place.edit("{name: code, type: text}", "{name: code, type: longtext}")
    assert 3 == place.command("plan", "--out", "plan.json")[0]
    assert 3 == place.command("apply", "plan.json")[0]
    assert 5 == place.command("apply", "plan.json", "--keep-going", "--allow-destroy")[0]


def test_json_says_why(place: Place) -> None:
    """As every document of the tool."""
    saved(place)
    place.write("manifests/more.yaml", "kind: event\nname: M\ncode_name: more\n")
    code, out, _ = place.command("apply", "plan.json", "--format", "json")
    assert {"code": 4, "reason": "moved"} == json.loads(out)["exit"]
    assert 4 == code


def test_a_file_that_is_no_plan_is_told(place: Place) -> None:
    """A manifest file is still a manifest file, and a file that is neither is read as one."""
    place.write("plan.out", "what is this")
    code, _, err = place.command("apply", "plan.out")
    assert (1, True) == (code, "plan.out:1:1: error: " in err), err
    place.write("one.json", '{"kind": "event", "name": "M", "code_name": "more"}')
    assert 0 == place.command("apply", "one.json", "--auto-approve")[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}",
        b"null",
        b"[]",
        b"7",
        "utf-16",
        b"// reviewed\n",
        b"# reviewed\n",
        b'{"changed": []}',
        b"\xff\xfe",
    ],
)
def test_a_json_file_that_is_neither_plan_nor_manifest_is_told(place: Place, content: bytes | str) -> None:
    """It was given as a plan, so findings about manifests would be about the wrong thing."""
    saved(place)
    text = (place.folder / "plan.json").read_text(encoding="utf-8")
    if content == "utf-16":
        content = text.encode("utf-16")
    elif isinstance(content, bytes) and b"reviewed" in content:
        content += text.encode()
    (place.folder / "plan.json").write_bytes(bytes(content))  # type: ignore[arg-type]  # made of bytes above
    code, _, err = place.command("apply", "plan.json", "--auto-approve")
    told = "Error: plan.json is no plan that `plan --out` wrote, and no manifest, which has a kind. Nothing was sent."
    assert (4, f"{told} Plan again.\n") == (code, err)
    assert () == place.store.requests()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", '[{"kind": "event", "name": "M", "code_name": "more"}]'),
        ("utf-8", '{"kind": "event", "name": "M", "code_name": "more",}'),
        ("utf-8", '{"kind": "event", "name": "M", "code_name": '),
        ("utf-8", '{"kind": "event", "format_version": "1.0"}'),
        ("utf-8", "kind: event\nname: M\ncode_name: more\n"),
        ("utf-16", '{"kind": "event", "name": "M", "code_name": "more"}'),
    ],
)
def test_a_json_file_that_is_meant_as_a_manifest_stays_one(place: Place, encoding: str, text: str) -> None:
    """What is wrong with it is told as of a manifest."""
    (place.folder / "one.json").write_bytes(text.encode(encoding))
    code, _, err = place.command("apply", "one.json", "--auto-approve")
    assert (1, True) == (code, "one.json:1:" in err), err


@pytest.mark.parametrize("name", ["manifests", "shop", "shop.d", "plan.out", "plan.yaml", "plan.json.txt"])
@pytest.mark.parametrize("cut", [None, 500])
def test_a_plan_under_another_name_is_never_applied(new_place: Callable[[], Place], name: str, cut: int | None) -> None:
    """A branch puts a plan where the manifests' folder was: nobody would be asked."""
    place = new_place()
    saved(place)
    text = (place.folder / "plan.json").read_text(encoding="utf-8")
    if name == "manifests":
        shutil.rmtree(place.folder / name)
    place.write(name, text[:cut])
    for arguments in ([name], [f"./{name}"], [name, "--auto-approve", "--allow-destroy"]):
        code, _, err = place.command("apply", *arguments)
        assert (64, True) == (code, "holds a saved plan, and its name does not say so" in err), err
    assert () == place.store.requests()


def test_a_plan_is_never_taken_for_the_default_folder(place: Place) -> None:
    """`apply` names nothing, so it names no plan."""
    saved(place)
    shutil.rmtree(place.folder / "manifests")
    (place.folder / "plan.json").rename(place.folder / "manifests")
    code, _, err = place.command("apply", "--auto-approve")
    assert (64, True) == (code, "takes a plan only from a file whose name ends in .json. Nothing was sent." in err)
    assert () == place.store.requests()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_saved_plan_is_told_before_anything_is_sent(place: Place, form: str) -> None:
    """With the shop, for nobody is asked."""
    document = saved(place)
    place.write("manifests/more.yaml", "kind: event\nname: M\ncode_name: more\n")
    code, _, err = place.command("apply", "plan.json", "--format", form)
    told = f"changes to sandbox (.reconciler/sandbox.db), planned at {document['created_at']}.\n"
    assert 4 == code
    assert err.startswith(f"Applying the plan saved in plan.json: {len(document['changes'])} {told}"), err
    assert [] == place.writes()


def test_a_plan_from_the_future_is_refused(place: Place) -> None:
    """Its day would never end."""
    saved(place)
    made = datetime.now(UTC) + timedelta(days=365)
    stamps = {"created_at": made, "expires_at": made + timedelta(hours=24)}
    resealed(place, **{key: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for key, moment in stamps.items()})
    code, _, err = place.command("apply", "plan.json")
    assert (4, True) == (code, "which is yet to come" in err)


def test_a_manifest_may_speak_of_formats_and_checksums(place: Place) -> None:
    """It has a kind; a plan with a byte order mark, or cut off, is still a plan."""
    place.write("f.json", '{"kind": "definition", "name": "F", "fields": [{"name": "format_version", "type": "text"}]}')
    assert 0 == place.command("apply", "f.json", "--auto-approve")[0]
    saved(place)
    text = (place.folder / "plan.json").read_text(encoding="utf-8")
    place.write("plan.json", text[:500])
    assert 4 == place.command("apply", "plan.json")[0]
    place.write("plan.json", "\ufeff" + text)
    assert 0 == place.command("apply", "plan.json", "--allow-destroy")[0]
