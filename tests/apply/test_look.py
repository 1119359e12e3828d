"""What is changed is looked at right before: what somebody else has added meanwhile does not vanish, whatever way the
apply was started."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.cli.main import run
from reconciler.sandbox.transport import SandboxTransport

Forward = Callable[[httpx.Request], httpx.Response]
PATH = "/v1/custom-data-definitions"
TEXT = {"type": "text", "required": False}
MINE = {"metaData": [{"name": "p", **TEXT}, {"name": "mine", **TEXT}]}
SOURCE = {"id_custom_data_definition": 1, "custom_field_name": "n1", "priority": 1}
KIND, GONE, OFF = '"kind"', '"ensure": "absent", "kind"', '"ensure": "inactive", "kind"'


class Meanwhile(httpx.BaseTransport):
    """A shop in which somebody does something once the listings were read, before the first write."""

    def __init__(self, lab: Any, hand: Callable[[], object]) -> None:
        self.lab, self.hand, self.inner = lab, hand, SandboxTransport(lab.app)
        self.listed: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        again = path in self.listed or path not in (PATH, "/v1/events", f"{PATH}/overrides")
        self.listed.add(path)
        if again and request.method == "GET":
            hand, self.hand = self.hand, lambda: None
            hand()
        return self.inner.handle_request(request)


class Shops:
    """What the command line asks for its sandbox."""

    def __init__(self, lab: Any, hand: Callable[[], object]) -> None:
        self.lab, self.hand = lab, hand

    def embedded(self, file: Path) -> tuple[httpx.BaseTransport, str]:
        """The lab's shop, with a hand in it."""
        return Meanwhile(self.lab, self.hand), self.lab.key

    def serve(self, file: Path, port: int, settings: Mapping[str, Any], announce: Callable[[int, str], None]) -> None:
        """Not asked for here."""
        raise AssertionError("nobody serves this shop")

    def reset(self, file: Path) -> None:
        """Not asked for here."""
        raise AssertionError("nobody resets this shop")

    def status(self, file: Path) -> Mapping[str, int]:
        """Not asked for here."""
        raise AssertionError("nobody asks for the status of this shop")


@pytest.fixture
def command(lab: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable:
    """Runs a command in the lab's folder while somebody's hand is in the shop: its code and what it printed."""
    monkeypatch.chdir(lab.folder)
    for name in ("GITHUB_STEP_SUMMARY", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def execute(*arguments: str, hand: Callable[[], object] = lambda: None) -> tuple[int, str]:
        code = run(["--target", "sandbox", *arguments], Shops(lab, hand))
        return code, capsys.readouterr().out

    return execute


def put(lab: Any, *sources: Mapping[str, Any]) -> None:
    """Somebody sets the price override by hand."""
    with httpx.Client(transport=SandboxTransport(lab.app), base_url="http://localhost/v1") as client:
        client.put(
            "/custom-data-definitions/overrides?target_system_schema=products&system_field_name=price",
            json={"overrides": sources}, headers={"spm-api-key": lab.key},
        ).raise_for_status()  # fmt: skip


def stored(lab: Any) -> dict[str, Any]:
    """What the shop has, to see that nothing was lost."""
    with lab.store.reading() as db:
        return {
            table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")]
            for table in ("definition", "event", "override")
        }


CASES = {
    "a price source": ("override/products.price", lambda lab: put(lab, SOURCE, {**SOURCE, "custom_field_name": "n2",
                                                                                  "priority": 2})),
    "an event property": ("event/a.b", lambda lab: lab.send("PATCH", "/events", {"id_event": 1, "properties": MINE})),
    "a relationship": ("definition/A", lambda lab: lab.send("PATCH", "/custom-data-definitions/1/extend", {
        "relationships": [{"sourceField": "n2", "targetSchemaType": "system", "targetSchema": "contacts"}]})),
    "a switch": ("definition/A", lambda lab: lab.send("PATCH", "/custom-data-definitions/1/deactivate")),
    "the first source": ("override/products.price_discount", None),
}  # fmt: skip


def put_discount(lab: Any) -> None:
    """Somebody gives the other price its first source."""
    with httpx.Client(transport=SandboxTransport(lab.app), base_url="http://localhost/v1") as client:
        client.put(
            "/custom-data-definitions/overrides?target_system_schema=products&system_field_name=price_discount",
            json={"overrides": [SOURCE]}, headers={"spm-api-key": lab.key},
        ).raise_for_status()  # fmt: skip


@pytest.fixture
def wanted(lab: Any, definition: Callable, event: Callable, override: Callable) -> dict[str, str]:
    """What is applied, and for each address the manifests in which only it changes."""
    priced = {"p": "products"}
    a, e, o = definition("A", "n1", "n2", "p", to=priced), event("a.b", "p"), override("A.n1")
    lab.write(f"{a}\n{e}\n{o}")
    assert lab.apply().complete
    discount = override("A.n2").replace("products.price", "products.price_discount")
    return {
        "definition/A": f"{definition('A', 'n1', 'n2', 'p', 'more', to=priced)}\n{e}\n{o}",
        "event/a.b": f"{a}\n{event('a.b', 'p', 'q')}\n{o}",
        "override/products.price": f"{a}\n{e}\n{override('A.n2')}",
        "override/products.price_discount": f"{a}\n{e}\n{o}\n{discount}",
        "a delete": f"{a}\n{e.replace(KIND, GONE)}\n{o}",
        "a switch": f"{a.replace(KIND, OFF)}\n{e}\n{o}",
    }


@pytest.mark.parametrize("what", CASES)
@pytest.mark.parametrize("way", ["approved", "saved"])
def test_what_somebody_adds_before_the_write_does_not_vanish(
    lab: Any, command: Callable, wanted: dict[str, str], what: str, way: str
) -> None:
    """Nothing was written, so it ends with 4, and says what moved; the next run sees it in its plan."""
    address, change = CASES[what]
    lab.write(wanted[address])
    arguments = ["apply", "manifests.yaml", "--auto-approve", "--allow", "breaking", "--format", "json"]
    if way == "saved":
        assert 0 == command("plan", "manifests.yaml", "--out", "plan.json")[0]
        arguments = ["apply", "plan.json", "--allow", "breaking", "--format", "json"]
    before: list[dict[str, Any]] = []

    def hand() -> None:
        (change or put_discount)(lab)
        before.append(stored(lab))

    code, out = command(*arguments, hand=hand)
    report = json.loads(out)
    assert (4, 4) == (code, report["exit"]["code"])
    assert [address] == [skipped["address"] for skipped in report["skipped"]]
    assert "has been changed since the plan was made; nothing was sent, plan again" in report["skipped"][0]["because"]
    assert before == [stored(lab)]


@pytest.mark.parametrize("address", ["definition/A", "event/a.b", "override/products.price", "a delete", "a switch"])
def test_what_another_run_has_done_meanwhile_is_not_sent_again(
    lab: Any, command: Callable, wanted: dict[str, str], address: str
) -> None:
    """Two runs of the same manifests both end well: the shop is as wanted."""
    lab.write(wanted[address])
    options = ["--auto-approve", "--allow", "breaking", "--allow-destroy", "--format", "json"]
    sent: list[int] = []

    def hand() -> None:
        assert lab.apply().complete
        sent.append(writes(lab))

    code, out = command("apply", "manifests.yaml", *options, hand=hand)
    assert (0, 1, True) == (code, len(json.loads(out)["applied"]), json.loads(out)["verified"]), out
    assert sent == [writes(lab)]


def test_a_part_of_what_another_run_does_is_not_taken_for_all_of_it(
    lab: Any, command: Callable, definition: Callable
) -> None:
    """A change in two parts, because of a cycle, is never skipped: the second part may be missing."""
    lab.write("\n".join([definition("A", "n1", "n2"), definition("B", "n1", "n2")]))
    assert lab.apply().complete
    lab.write("\n".join([definition("A", "n1", "n2", "n3", to={"n3": "B.n3"}),
                         definition("B", "n1", "n2", "n3", to={"n3": "A.n3"})]))  # fmt: skip
    options = ["--auto-approve", "--allow", "breaking", "--format", "json"]
    code, out = command("apply", "manifests.yaml", *options, hand=lab.apply)
    skipped = [item["because"] for item in json.loads(out)["skipped"]]
    assert 4 == code, out
    assert "has been changed since the plan was made" in skipped[0]


def writes(lab: Any) -> int:
    """How many writes the shop has been sent."""
    return sum(request.method != "GET" for request in lab.store.requests())


def test_the_rest_is_applied_and_what_moved_is_named(
    lab: Any, command: Callable, wanted: dict[str, str], event: Callable
) -> None:
    """It ends with 5."""
    lab.write(wanted["override/products.price"] + "\n" + event("c.d", "p"))
    two = {**SOURCE, "custom_field_name": "n2", "priority": 2}
    options = ["--auto-approve", "--allow", "breaking", "--format", "json"]
    code, out = command("apply", "manifests.yaml", *options, hand=lambda: put(lab, SOURCE, two))
    report = json.loads(out)
    assert (5, ["event/c.d"]) == (code, report["applied"])
    assert ["override/products.price"] == [skipped["address"] for skipped in report["skipped"]]


def test_a_look_costs_one_request_for_each_update_and_delete(
    lab: Any, definition: Callable, event: Callable, apply: Callable
) -> None:
    """Nothing for what is created, whatever it refers to."""
    lab.write("\n".join([definition("A", "n1"), definition("B", "n1"), event("a.b", "p"), event("a.c", "p")]))
    apply(lab)
    lab.write("\n".join([definition("A", "n1", "n2"), definition("B", "n1", ensure="absent"), event("a.b", "q"),
                         event("a.c", "p").replace('"kind"', '"ensure": "absent", "kind"'),
                         definition("C", "n1", to={"n1": "A.n2"}), event("a.d", "p")]))  # fmt: skip
    lab.store.clear_requests()
    assert 6 == len(apply(lab).applied)
    # An update or delete of definitions means that what points at them is read as well.
    plan_reads, looks, writes, pages = 3, 4, 6, 2
    assert plan_reads + looks + writes + pages == len(lab.requests())


def test_what_cannot_be_shown_alone_is_looked_for_in_the_listing(lab: Any, event: Callable, apply: Callable) -> None:
    """A no to a single read proves nothing (contract §3.2): it is still there, and as it was."""
    lab.write(event("a.b", "p"))
    apply(lab)
    lab.write(event("a.c", "q").replace('"kind"', '"renamed_from": "a.b", "kind"'))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        return httpx.Response(404) if request.url.path == "/v1/events/1" else forward(request)

    assert ["event/a.c"] == list(map(str, apply(lab, hook).applied))


@pytest.mark.parametrize("shown", [None, "id_contact"])
def test_a_target_field_that_only_one_reading_shows_is_no_change(
    lab: Any, definition: Callable, apply: Callable, shown: str | None
) -> None:
    """What is not shown is what the server relates to by itself (contract §3.1)."""
    lab.write(definition("A", "n1", to={"n1": "contacts"}))
    apply(lab)
    lab.write(definition("A", "n1", "n2", to={"n1": "contacts"}))

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward(request)
        if request.method != "GET" or (request.url.path == PATH) == bool(shown):
            return answer
        body = answer.json()
        for row in body["data"] if isinstance(body["data"], list) else [body["data"]]:
            for rel in row["relationships"]:
                rel["targetField"] = shown
        return httpx.Response(200, json=body)

    assert ["definition/A"] == list(map(str, apply(lab, hook).applied))
