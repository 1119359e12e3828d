"""`pull`, as somebody uses it who has a shop and no manifests yet."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.conftest import Ran

DEFINITIONS = "/custom-data-definitions"
KEY = {"name": "code", "label": "code", "type": "text", "required": False}
PRICED = [
    {"name": "product", "label": "Product", "type": "text", "required": True},
    {"name": "price", "label": "Price", "type": "decimal", "required": False, "default": 1.5},
]
ABOUT_PRODUCTS = {"sourceField": "product", "targetSchemaType": "system", "targetSchema": "products"}


@dataclass
class Desk:
    """A folder, and the shop of its sandbox."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        (self.folder / ".reconciler").mkdir()
        self.store = Store(self.folder / ".reconciler" / "sandbox.db")
        app = create_app(self.store, Switches(rate_limit=0, async_delay=0.0))
        headers = {"spm-api-key": self.store.ensure_shop().key}
        self.client = httpx.Client(transport=SandboxTransport(app), base_url="http://localhost/v1", headers=headers)

    def run(self, *arguments: str) -> Ran:
        """Runs `reconciler` in this process."""
        self.capture.readouterr()
        code = run_command(("--target", "sandbox", *arguments), EmbeddedSandbox())
        printed = self.capture.readouterr()
        return Ran(code, printed.out, printed.err)

    def pull(self, *arguments: str) -> Ran:
        """Pulls into `shop`; the log says that nothing was written to the shop."""
        before = self.writes()
        ended = self.run("pull", "shop", *arguments)
        assert before == self.writes()
        return ended

    def writes(self) -> int:
        return sum(asked.method != "GET" for asked in self.store.requests())

    def reads(self) -> list[str]:
        return [asked.path for asked in self.store.requests() if asked.method == "GET"]

    def send(self, method: str, path: str, body: object = None, **params: str) -> Any:
        """The shop's owner does something."""
        answer = self.client.request(method, path, json=body, params=params)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def define(self, name: str, fields: list[dict[str, Any]] | None = None, **more: Any) -> int:
        """A new definition; returns its id."""
        body = {"name": name, "fields": fields or [KEY], **more}
        return int(self.send("POST", DEFINITIONS, body)["id_definition"])

    def price(self, number: int) -> None:
        """A price override of one source."""
        source = {"id_custom_data_definition": number, "custom_field_name": "price", "priority": 1}
        params = {"target_system_schema": "products", "system_field_name": "price"}
        self.send("PUT", f"{DEFINITIONS}/overrides", {"overrides": [source]}, **params)

    def text(self, name: str) -> str:
        return (self.folder / "shop" / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        place = self.folder / "shop" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """What is in the folder that was pulled into."""
        shop = self.folder / "shop"
        return {file.relative_to(shop).as_posix(): file.read_bytes() for file in shop.rglob("*") if file.is_file()}

    def is_in_sync(self) -> bool:
        """Whether the commands that everybody uses find nothing to say."""
        valid = self.run("validate", "shop")
        plan = self.run("plan", "shop", "--detailed-exitcode", "--no-records")
        return (0, 0) == (valid.code, plan.code)

    def git(self, *arguments: str) -> None:
        """In the folder, by nobody in particular."""
        names = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *names, *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """An empty shop."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path, capsys)
    yield desk
    desk.client.close()
    desk.store.close()


def test_a_shop_is_written_down_with_one_command(desk: Desk) -> None:
    """A file for each resource, names instead of ids, nothing that the server fills in; the plan is empty."""
    vet = desk.define("Vet", PRICED, relationships=[ABOUT_PRODUCTS], unique_keys=["product"], description="Prices")
    rel = {"sourceField": "code", "targetSchemaType": "custom", "targetSchema": str(vet)}
    desk.define("Été", relationships=[rel])
    desk.price(vet)
    name = {"fr": "Visite", "en": "Visit"}
    options = [{"name": "at", "type": "date", "required": True}, {"name": "why", "type": "text", "required": False}]
    desk.send("POST", "/events", {"code_name": "vet.visit", "name": name, "properties": {"metaData": options}})
    before = len(desk.reads())
    ended = desk.pull()
    assert (0, 3) == (ended.code, len(desk.reads()) - before)
    assert "4 files written for 4 resources · 3 requests, all of them reads" in ended.out
    assert "The manifests are valid, and a plan of them is empty." in ended.out
    assert "`reconciler plan shop`" in ended.out
    assert {
        "definitions/ete.yaml",
        "definitions/vet.yaml",
        "events/vet.visit.yaml",
        "overrides/products.price.yaml",
    } == desk.files().keys()
    assert (
        "kind: definition\nname: Vet\ndescription: Prices\nunique_keys: [product]\nfields:\n"
        "  - {name: product, label: Product, type: text, required: true}\n"
        "  - {name: price, label: Price, type: decimal, default: 1.5}\n"
        "relationships:\n  - {sourceField: product, targetSchemaType: system, targetSchema: products}\n"
    ) == desk.text("definitions/vet.yaml")
    assert (
        "kind: definition\nname: Été\nfields:\n  - {name: code, type: text}\n"
        "relationships:\n  # reconciler: ignore[relation-type-mismatch] pulled " in desk.text("definitions/ete.yaml")
    )
    assert (
        "kind: event\nname: {en: Visit, fr: Visite}\ncode_name: vet.visit\nproperties:\n  metaData:\n"
        "    - {name: at, type: date, required: true}\n    - {name: why, type: text}\n"
    ) == desk.text("events/vet.visit.yaml")
    assert "  - {definition: Vet, field: price, priority: 1}\n" in desk.text("overrides/products.price.yaml")
    assert desk.is_in_sync()


def test_a_second_pull_writes_nothing(desk: Desk) -> None:
    """Also where somebody has moved, joined and commented the files meanwhile."""
    desk.define("A")
    desk.define("B")
    desk.pull()
    joined = f"# Both.\n{desk.text('definitions/a.yaml')}---\n{desk.text('definitions/b.yaml')}"
    (desk.folder / "shop/definitions/a.yaml").unlink()
    (desk.folder / "shop/definitions/b.yaml").unlink()
    desk.write("all.yaml", joined)
    before = desk.files()
    ended = desk.pull()
    assert (0, before) == (ended.code, desk.files())
    assert "0 files written, 2 already up to date" in ended.out


def test_bytes_that_nobody_sees_stay(desk: Desk) -> None:
    """A byte order mark, and the line ends of Windows."""
    number = desk.define("A")
    text = "\ufeffkind: definition\r\nname: A\r\nfields: [{name: code, type: text}]\r\n"
    desk.write("a.yaml", "")
    (desk.folder / "shop/a.yaml").write_bytes(text.encode())
    desk.send("PATCH", f"{DEFINITIONS}/{number}/extend", {"description": "New"})
    assert 0 == desk.pull().code
    wanted = text.replace("name: A\r\n", "name: A\r\ndescription: New\r\n")
    assert wanted.encode() == desk.files()["a.yaml"]


def test_check_writes_nothing_and_says_what_would_change(desk: Desk) -> None:
    """3 when files would change, for a job that watches a shop."""
    desk.define("A")
    ended = desk.pull("--check")
    assert (3, False) == (ended.code, (desk.folder / "shop").exists())
    assert "1 file would be written for 1 resource" in ended.out
    desk.pull()
    assert 0 == desk.pull("--check").code


def test_what_git_could_not_give_back_is_not_replaced(desk: Desk) -> None:
    """Untracked, changed and staged files are refused before anything is written; committed ones are edited."""
    number = desk.define("A")
    desk.git("init", "--quiet")
    assert 0 == desk.pull().code
    desk.send("PATCH", f"{DEFINITIONS}/{number}/extend", {"description": "New"})
    desk.define("B")
    before = desk.files()
    for step in (("add", "--all"), ("commit", "--quiet", "--message", "all", "--allow-empty")):
        ended = desk.pull()
        assert (3, before) == (ended.code, desk.files())
        assert f"Not written: {os.path.join('shop', 'definitions', 'a.yaml')} would change" in ended.err
        assert 3 == desk.pull("--check").code
        desk.git(*step)
    desk.write("definitions/a.yaml", f"# mine\n{desk.text('definitions/a.yaml')}")
    assert 3 == desk.pull().code
    desk.git("commit", "--quiet", "--all", "--message", "mine")
    ended = desk.pull("--format", "json")
    document = json.loads(ended.out)
    assert (0, {"code": 0, "reason": "pulled"}) == (ended.code, document["exit"])
    assert [("changed", ["definition/A"]), ("created", ["definition/B"])] == [
        (each["action"], each["addresses"]) for each in document["files"]
    ]
    assert desk.text("definitions/a.yaml").startswith("# mine\nkind: definition\nname: A\ndescription: New\n")


def test_an_expression_is_left_and_told_when_the_shop_says_something_else(desk: Desk) -> None:
    """Equal ones are no matter; the rest of the file is edited all the same."""
    number = desk.define("A", description="Old")
    desk.write("reconciler.toml", '[targets.sandbox]\nvars = { said = "Old", label = "code" }\n')
    text = (
        "kind: definition\nname: A\ndescription: '{{ vars.said }}'  # said\n"
        "fields:\n  - {name: code, label: '{{ vars.label }}', type: text}\n"
    )
    desk.write("a.yaml", text)
    assert 0 == desk.pull().code
    added = {"name": "new", "label": "new", "type": "json", "required": False}
    desk.send("PATCH", f"{DEFINITIONS}/{number}/extend", {"description": "New", "fields": [added]})
    ended = desk.pull("--format", "json")
    document = json.loads(ended.out)
    assert (5, f"{text}  - {{name: new, type: json}}\n") == (ended.code, desk.text("a.yaml"))
    assert {"code": 5, "reason": "not-all-written"} == document["exit"]
    assert [
        {
            "address": "definition/A",
            "path": "description",
            "reason": "its value comes from an expression, which is left as it is",
            "source": "shop/a.yaml:1",
        }
    ] == document["not_written"]
    assert "definition/A description (shop/a.yaml:1): its value comes from an expression" in desk.pull().out


def test_a_file_whose_name_is_no_text_is_left_and_told(desk: Desk) -> None:
    """It is read like any other, and messages cannot name it exactly."""
    desk.define("A", description="New")
    (desk.folder / "shop").mkdir()
    text = b"kind: definition\nname: A\ndescription: Old\nfields: [{name: code, type: text}]\n"
    place = os.path.join(os.fsencode(desk.folder), b"shop", b"\xff.yaml")
    with open(place, "wb") as file:
        file.write(text)
    ended = desk.pull()
    assert 5 == ended.code
    assert "definition/A description (shop/\\xff.yaml:1): the file cannot be edited: change it by hand" in ended.out


def test_manifests_that_are_not_valid_are_not_edited(desk: Desk) -> None:
    """And the shop is not asked."""
    desk.define("A")
    desk.write("a.yaml", "kind: definition\nname: A\nfields: [{name: a, typ: text}]\n")
    before = desk.reads()
    ended = desk.pull()
    assert (1, before) == (ended.code, desk.reads())
    assert "[unknown-key]" in ended.err


def test_what_a_manifest_should_not_say_is_silenced_and_listed(desk: Desk) -> None:
    """A list without options, and what points at a deleted definition, in a relationship and as a price."""
    desk.define("Open", [{"name": "tier", "label": "tier", "type": "list", "required": False}])
    gone = desk.define("Gone", PRICED, relationships=[ABOUT_PRODUCTS])
    rel = {"sourceField": "code", "targetSchemaType": "custom", "targetSchema": str(gone), "targetField": "product"}
    number = desk.define("Pointing", relationships=[rel])
    desk.price(gone)
    desk.send("DELETE", f"{DEFINITIONS}/{gone}")
    ended = desk.pull()
    assert 0 == ended.code
    assert 3 == ended.out.count("[list-without-options]") + ended.out.count("[dangling-reference]")
    assert "  # reconciler: ignore[list-without-options] pulled 20" in desk.text("definitions/open.yaml")
    assert f"{os.path.join('shop', 'definitions', 'open.yaml')}:5 the list 'tier' has no options" in ended.out
    pointing = desk.text("definitions/pointing.yaml")
    assert "  # reconciler: ignore[dangling-reference] pulled 20" in pointing
    assert "targetSchema: Gone, targetField: product}" in pointing
    assert desk.is_in_sync()
    # What it does not touch can still be changed.
    desk.write("definitions/pointing.yaml", pointing.replace("name: Pointing\n", "name: Pointing\ndescription: New\n"))
    assert 0 == desk.run("apply", "shop", "--auto-approve").code
    assert "New" == desk.send("GET", f"{DEFINITIONS}/{number}")["description"]
    # A price is sent whole, with an id that nothing has any more.
    prices = desk.text("overrides/products.price.yaml").replace("priority: 1", "priority: 2")
    desk.write("overrides/products.price.yaml", prices)
    writes = desk.writes()
    ended = desk.run("apply", "shop", "--auto-approve")
    assert (1, writes) == (ended.code, desk.writes())
    assert "does not live in the shop" in ended.err


def test_what_no_manifest_can_say_is_left_out_and_told(desk: Desk) -> None:
    """A relationship to a deleted definition whose name another one has now; a field with a blank at its end."""
    gone = desk.define("Vet")
    rel = {"sourceField": "code", "targetSchemaType": "custom", "targetSchema": str(gone)}
    blank = {**KEY, "name": "odd ", "label": "odd"}
    desk.define("Pointing", [KEY, blank], relationships=[rel])
    desk.send("DELETE", f"{DEFINITIONS}/{gone}")
    desk.define("Vet")
    ended = desk.pull()
    assert 5 == ended.code
    assert 'relationships.code: it points at a deleted definition called "Vet", and no manifest can' in ended.out
    assert 'definition/Pointing fields."odd ": it ends with a blank' in ended.out
    assert "# Left out: relationships.code, because it points at a deleted" in desk.text("definitions/pointing.yaml")
    assert desk.is_in_sync()
    before = desk.files()
    assert (5, before) == (desk.pull().code, desk.files())


def test_of_several_that_one_name_may_mean_one_is_written(desk: Desk) -> None:
    """The one that commands would use; a comment names the others."""
    first = desk.define(" Vet")
    desk.define("Vet", [KEY, {**KEY, "name": "more", "label": "more"}])
    ended = desk.pull()
    assert 0 == ended.code
    assert f'definition/Vet: not " Vet" (id {first}, active)' in ended.out
    text = desk.text("definitions/vet.yaml")
    assert text.startswith(f'# Also live under this name, and are not described here: " Vet" (id {first}, active)\n')
    assert "more" in text
    assert {"definitions/vet.yaml"} == desk.files().keys()
    assert desk.is_in_sync()


def test_an_inactive_definition_stays_so_by_its_manifest(desk: Desk) -> None:
    """The plan has no warning then, and a reviewer sees it."""
    number = desk.define("Vet")
    desk.send("PATCH", f"{DEFINITIONS}/{number}/deactivate")
    assert 0 == desk.pull().code
    assert "name: Vet\nensure: inactive\n" in desk.text("definitions/vet.yaml")
    assert "warning" not in desk.run("plan", "shop").out
    desk.send("PATCH", f"{DEFINITIONS}/{number}/activate")
    assert 0 == desk.pull().code
    assert "ensure" not in desk.text("definitions/vet.yaml")


def test_names_that_mean_something_to_yaml_or_a_file_system_are_written(desk: Desk) -> None:
    """Nothing leaves the folder, and everything is found again by its name."""
    names = ["yes", "1e3", "2026-01-01", "{{ x }}", " {%", "../x", "CON", "x" * 255, "😀", "a: b", "# c", "line\nbreak"]
    for name in names:
        desk.define(name)
    desk.define("silencing # reconciler: ignore[dangling-reference] x ")
    ended = desk.pull()
    assert (0, len(names) + 1) == (ended.code, len(desk.files()))
    assert {"definitions"} == {os.path.dirname(file) for file in desk.files()}
    assert {".reconciler", "shop"} == set(os.listdir(desk.folder))
    commented = desk.text("definitions/silencing-reconciler-ignore-dangling-reference-x.yaml")
    assert 1 == commented.partition("\n")[0].count("#")
    assert desk.is_in_sync()


def test_a_part_of_the_shop_comes_with_what_it_refers_to(desk: Desk) -> None:
    """So that the result is valid; a kind that nobody asked for is not read."""
    number = desk.define("Target", [{**KEY, "type": "number"}])
    rel = {"sourceField": "code", "targetSchemaType": "custom", "targetSchema": str(number)}
    desk.define("Source", [{**KEY, "type": "number"}], relationships=[rel])
    desk.define("Other")
    desk.send("POST", "/events", {"code_name": "e", "name": "E"})
    assert 0 == desk.pull("--only", "definition/Sou*").code
    assert {"definitions/source.yaml", "definitions/target.yaml"} == desk.files().keys()
    before = len(desk.reads())
    assert 0 == desk.pull("--kinds", "event").code
    assert ["/v1/events"] == [path.partition("?")[0] for path in desk.reads()[before:]]
    assert "events/e.yaml" in desk.files()
    assert 64 == desk.pull("--only", "definition/None*").code
    assert 64 == desk.pull("--kinds", "events").code


def test_rows_are_written_on_demand(desk: Desk) -> None:
    """Beside a manifest that names them; a second pull changes them where the shop has."""
    number = desk.define("Tier", unique_keys=["code"])
    assert desk.client.post(f"/custom-data-records/{number}", json=[{"code": "gold"}]).is_success
    ended = desk.pull("--kinds", "definition,records:Tier")
    assert 0 == ended.code
    assert "kind: records\ndefinition: Tier\nfile: tier.csv\n" == desk.text("records/tier.yaml")
    assert "code\ngold\n" == desk.text("records/tier.csv")
    assert 0 == desk.run("plan", "shop", "--detailed-exitcode").code
    assert "0 files written" in desk.pull("--kinds", "records:Tier").out
    assert desk.client.post(f"/custom-data-records/{number}", json=[{"code": "silver"}]).is_success
    assert "1 file written" in desk.pull("--kinds", "records:tier").out
    assert "code\ngold\nsilver\n" == desk.text("records/tier.csv")
    assert 64 == desk.pull("--kinds", "records:Tiers").code


def test_rows_of_a_manifest_of_one_s_own_are_left_to_their_author(desk: Desk) -> None:
    """Where columns have other names, or there are several files; without unique keys a row is inserted once."""
    number = desk.define("Tier")
    assert desk.client.post(f"/custom-data-records/{number}", json=[{"code": "gold"}]).is_success
    assert 0 == desk.pull("--kinds", "records:Tier").code
    text = "kind: records\ndefinition: Tier\nmode: insert-once\nfile: tier.csv\n"
    assert text == desk.text("records/tier.yaml")
    for own in ("columns: {code: Code}\n", "file: 't*.csv'\n", "rows: []\n"):
        lines = [
            line for line in text.splitlines() if not (line.startswith("file") and own.startswith(("file", "rows")))
        ]
        desk.write("records/tier.yaml", "\n".join(lines) + "\n" + own)
        ended = desk.pull("--kinds", "records:Tier")
        assert (5, True) == (ended.code, "records/Tier (shop/records/tier.yaml:1): its manifest says how" in ended.out)


def test_references_that_nothing_knows_end_with_1(desk: Desk) -> None:
    """The shop is written down, and what is wrong with the folder is told as `validate` tells it."""
    desk.define("A")
    text = (
        "kind: definition\nname: B\nfields: [{name: a, type: number}]\nrelationships:\n"
        "  # reconciler: ignore[dangling-reference] made elsewhere\n"
        "  - {sourceField: a, targetSchemaType: custom, targetSchema: Nowhere}\n"
    )
    desk.write("b.yaml", text)
    ended = desk.pull("--format", "json")
    document = json.loads(ended.out)
    assert (1, "invalid-manifests", None) == (ended.code, document["exit"]["reason"], document["plan"])
    assert ["dangling-reference"] == [each["rule"] for each in document["findings"]]
    desk.write("b.yaml", text.replace("# reconciler", "# nothing"))
    ended = desk.pull()
    assert (1, 1) == (ended.code, ended.out.count("[dangling-reference]"))
    assert "which no manifest describes, and it does not live in the shop [dangling-reference]" in ended.out
    assert "The manifests are not valid: see the errors above." in ended.out


def test_rows_about_contacts_are_written_only_when_somebody_insists(desk: Desk) -> None:
    """They are personal data, and git forgets nothing."""
    rel = {"sourceField": "contact", "targetSchemaType": "system", "targetSchema": "contacts"}
    contact = {"name": "contact", "label": "contact", "type": "number", "required": False}
    desk.define("Account", [contact], relationships=[rel], unique_keys=["contact"])
    ended = desk.pull("--kinds", "records:Account")
    assert (5, {"definitions/account.yaml"}) == (ended.code, desk.files().keys())
    assert "records/Account: its rows are about contacts" in ended.out
    assert 0 == desk.pull("--kinds", "records:Account", "--show", "values").code
    place = desk.folder / "shop/records/account.csv"
    assert 0o600 == place.stat().st_mode & 0o777


def test_nothing_is_written_through_a_link(desk: Desk) -> None:
    """A branch may have put it there."""
    desk.define("A")
    elsewhere = desk.folder / "elsewhere"
    elsewhere.mkdir()
    (desk.folder / "shop").mkdir()
    (desk.folder / "shop/definitions").symlink_to(elsewhere)
    ended = desk.pull()
    assert (1, []) == (ended.code, list(elsewhere.iterdir()))


def test_a_shop_in_which_nothing_lives_is_told_as_such(desk: Desk) -> None:
    """And no folder is made."""
    ended = desk.pull()
    assert (0, False) == (ended.code, (desk.folder / "shop").exists())
    assert "Nothing lives in the shop that could be written down." in ended.out
    (desk.folder / "file").write_text("")
    assert 64 == desk.run("pull", "file").code


def test_a_manifest_of_what_does_not_live_is_left_and_told(desk: Desk) -> None:
    """The plan is not empty then; neither is one that asks for a deletion obeyed."""
    desk.define("A")
    desk.write("a.yaml", "kind: definition\nname: A\nensure: absent\n---\nkind: event\nname: E\ncode_name: e\n")
    before = desk.files()
    ended = desk.pull()
    assert (5, before) == (ended.code, desk.files())
    assert "definition/A (shop/a.yaml:1): its manifest asks for it to be deleted, and it lives" in ended.out
    assert "event/e (shop/a.yaml:5): it does not live in the shop; its manifest is left as it is" in ended.out
    assert "A plan of them is not empty: 2 changes." in ended.out
