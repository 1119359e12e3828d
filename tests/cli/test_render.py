"""`render`: the message that a contact gets, word for word as the sandbox sends it, and why a value is empty."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import reconciler
from reconciler.api.connection import Access, ConnectionOptions, ReadConnection
from reconciler.api.limiter import Limiter
from reconciler.api.messages import ReadMessages
from reconciler.cli.render import find_contact
from reconciler.cli.templates import choose
from reconciler.events.target import parse_target
from reconciler.messages.shop import Once
from reconciler.messages.walk import Walk
from reconciler.model.target import Target
from reconciler.sandbox.dashboard import outbox
from tests.cli.events.conftest import Desk
from tests.conftest import Ran
from tests.sandbox.dashboard import documents

MARIE = ("--contact", "email=marie.dupont@example.com")
GOLD = ("--event", "loyalty.tier_upgraded", "--payload", "gold.json")
TIMES = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
SUBJECT = "subject: 'You are {var=metaData.new_tier} now'\n"
ASSIGNED = """
---
kind: scenario
name: Meet your manager
trigger: {record: Attribution, on: [created]}
template: account-manager
"""


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A folder with the messages of both documents, and a shop with their definitions and Marie."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    before = os.getcwd()
    os.chdir(tmp_path)
    made = Desk(tmp_path, capsys)
    (tmp_path / "manifests" / "events.yaml").unlink()
    for name in ("account-manager.yaml", "loyalty.yaml", "vet-pricing.yaml"):
        shutil.copy(shipped / name, tmp_path / "manifests" / name)
    shutil.copytree(shipped / "messages", tmp_path / "manifests" / "messages")
    for definition in (documents.MANAGERS, documents.ATTRIBUTION, documents.LOYALTY):
        made.post("/custom-data-definitions", definition)
    made.post("/events", documents.TIER_UPGRADED)
    made.customer("marie.dupont@example.com", customer_id="CUST-A4521", phone_number="+33 6 01")
    made.write("gold.json", json.dumps(documents.MARIE_IS_GOLD))
    yield made
    made.close()
    os.chdir(before)


@pytest.fixture
def assigned(desk: Desk) -> Desk:
    """Marie has her manager and her account."""
    desk.post("/custom-data-records/1", documents.ALICE_AND_JOHN)
    desk.post("/custom-data-records/2", documents.ASSIGNMENTS[:1])
    desk.post("/custom-data-records/3", [documents.MARIES_ACCOUNT])
    return desk


def _append(desk: Desk, name: str, text: str) -> None:
    file = desk.folder / "manifests" / name
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def _render(desk: Desk, *arguments: str) -> Ran:
    return desk.run("render", *arguments)


def _rendered(desk: Desk, *arguments: str) -> Any:
    return json.loads(_render(desk, *arguments, "--format", "json").out)


def _asked_since(desk: Desk, count: int) -> list[str]:
    """What the shop was asked after so many requests, in its own log."""
    log = islice(desk.store.requests(), count, None)
    return [f"{each.method} {each.path.partition('?')[0]}" for each in log]


def _sent(desk: Desk) -> list[outbox.Message]:
    desk.store.settle()
    with desk.store.reading() as db:
        return outbox.after(db, 1, 0)


def test_both_documents_messages_are_as_the_sandbox_sends_them(desk: Desk) -> None:
    """Word for word, subject included: printed in a pipe, and in the document."""
    _append(desk, "account-manager.yaml", ASSIGNED)
    file = desk.folder / "manifests" / "loyalty.yaml"
    file.write_text(file.read_text().replace("name: gold-upgrade\n", f"name: gold-upgrade\n{SUBJECT}"))
    assert 0 == desk.run("sandbox", "load").code
    desk.post("/custom-data-records/1", documents.ALICE_AND_JOHN)
    desk.post("/custom-data-records/3", [documents.MARIES_ACCOUNT])
    desk.post("/custom-data-records/2", documents.ASSIGNMENTS[:1])
    desk.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
    manager, gold = _sent(desk)
    assert documents.YOUR_MANAGER_FOR_MARIE == manager.body.removesuffix("\n")
    ran = _render(desk, "account-manager", *MARIE)
    assert (0, manager.body) == (ran.code, ran.out)
    ran = _render(desk, "gold-upgrade", *MARIE, *GOLD)
    assert (0, f"Subject: You are Gold now\n\n{gold.body}") == (ran.code, ran.out)
    document = _rendered(desk, "gold-upgrade", *MARIE, *GOLD)
    assert (gold.subject, gold.body) == (document["subject"], document["body"])
    assert ["filled"] * 4 == [each["state"] for each in document["variables"]]
    assert {"code": 0, "reason": "rendered"} == document["exit"]


def test_one_request_for_the_contact_the_definitions_and_each_definition_of_the_way(assigned: Desk) -> None:
    """As the sandbox's log has them, and as stderr and the document say."""
    before = len(list(assigned.store.requests()))
    document = _rendered(assigned, "account-manager", *MARIE)
    asked = _asked_since(assigned, before)
    wanted = [
        "GET /v1/contacts",
        "GET /v1/custom-data-definitions",
        "GET /v1/custom-data-records/2",
        "GET /v1/custom-data-records/1",
    ]
    assert wanted == asked
    assert 4 == document["requests"]
    told = "4 requests: the contact, the definitions, rows of Attribution, rows of ResponsableCommercial."
    assert told in _render(assigned, "account-manager", *MARIE).err


def test_holes_are_marked_unless_it_is_plain(desk: Desk) -> None:
    """With what is missing on stderr; a payload that is not known is no hole."""
    ran = _render(desk, "account-manager", *MARIE)
    assert 0 == ran.code
    assert "📞 ⟦empty: Attribution.responsable.phone⟧\n" in ran.out
    assert "Empty: Attribution.responsable.phone: the contact has no row of Attribution." in ran.err
    assert "\n📞 \n" in _render(desk, "account-manager", *MARIE, "--plain").out
    ran = _render(desk, "gold-upgrade", *MARIE)
    assert "reached ⟦payload: metaData.new_tier⟧ status" in ran.out
    assert "metaData.new_tier: it comes with the event. Say its payload: --payload FILE" in ran.err
    both = "metaData.new_balance, metaData.points_amount: they come with the event."
    assert both in _render(desk, "points-earned", *MARIE).err


def test_explain_ends_with_the_request_that_ended_the_way(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """A row that names nobody, then a manager without a phone."""
    desk.post("/custom-data-records/2", documents.ASSIGNMENTS[:1])
    out = _render(desk, "account-manager", *MARIE, "--explain").out
    assert (
        "{var=Attribution.responsable.phone}  empty: no row of ResponsableCommercial is the one that responsable_id "
        "names\n"
        "  1 row of Attribution with contact_id = 1: found   GET /custom-data-records/2\n"
        "  2 row of ResponsableCommercial with responsable_id = COM-001: none   GET /custom-data-records/1\n"
    ) in out
    desk.post("/custom-data-records/1", [{**documents.ALICE_AND_JOHN[0], "phone": None}])
    ways = {each["path"]: each for each in _rendered(desk, "account-manager", *MARIE)["variables"]}
    phone = ways["Attribution.responsable.phone"]
    assert ("empty", "ResponsableCommercial.phone is empty", None) == (phone["state"], phone["message"], phone["value"])
    assert [1, 1] == [step["found"] for step in phone["steps"]]
    figure("M8", f"an empty value after {len(phone['steps'])} steps, each with its request and what it found")
    assert "Alice" == ways["Attribution.responsable.first_name"]["value"]


def test_coverage_is_counted_by_totals(assigned: Desk, figure: Callable) -> None:
    """Three requests, no personal data, and so allowed in GitHub Actions."""
    for number in range(4):
        assigned.customer(f"c{number}@example.com")
    before = len(list(assigned.store.requests()))
    ran = _render(assigned, "gold-upgrade", "--coverage")
    asked = _asked_since(assigned, before)
    assert 0 == ran.code
    assert "  LoyaltyAccount: 1 row, so 4 contacts without: LoyaltyAccount.points_balance\n" in ran.out
    assert "Contacts that have no row where the message needs one: 4 of 5.\n" in ran.out
    assert ["GET /v1/contacts/all", "GET /v1/custom-data-definitions", "GET /v1/custom-data-records/3"] == asked
    figure("contacts with holes", f"counted in {len(asked)} requests, for any number of contacts")


MANY = """
---
kind: template
name: many
body: "{var=LoyaltyAccount.tier} {var=LoyaltyTier.name} {var=Attribution.assigned_at} {var=VetAssignment.since}"
"""


def test_coverage_makes_four_requests_at_most(assigned: Desk) -> None:
    """What is not counted may be missing everywhere, and a definition that is not live is."""
    _append(assigned, "loyalty.yaml", MANY.replace("{var=LoyaltyTier.name} ", ""))
    document = _rendered(assigned, "many", "--coverage")
    assert 4 == document["requests"]
    assert [0, 0, None] == [each["contacts_without"] for each in document["definitions"]]
    assert (0, 1) == (document["at_least"], document["at_most"])
    _append(assigned, "loyalty.yaml", "---\nkind: template\nname: vet\nbody: 'Since {var=VetAssignment.since}'\n")
    document = _rendered(assigned, "vet", "--coverage")
    assert "definition/VetAssignment is not live in this shop" == document["definitions"][0]["message"]
    assert 1 == document["at_least"]


def test_what_is_proven_wrong_ends_with_1_and_the_finding(assigned: Desk) -> None:
    """The rest is rendered all the same."""
    _append(assigned, "loyalty.yaml", "---\nkind: template\nname: wrong\nbody: 'A {var=LoyaltyAccount.teir} b'\n")
    ran = _render(assigned, "wrong", *MARIE)
    assert (1, "A ⟦wrong: LoyaltyAccount.teir⟧ b\n") == (ran.code, ran.out)
    assert "LoyaltyAccount has no field teir. Did you mean tier? [message-unknown-field]" in ran.err
    document = _rendered(assigned, "wrong", *MARIE)
    assert {"code": 1, "reason": "unresolved"} == document["exit"]
    assert ["message-unknown-field"] == [each["rule"] for each in document["findings"]]
    assert 1 == _render(assigned, "wrong", "--coverage").code


def test_a_definition_that_is_not_live_is_no_missing_row(assigned: Desk) -> None:
    """It is missing for everybody until it is applied."""
    _append(assigned, "loyalty.yaml", "---\nkind: template\nname: vet\nbody: 'Since {var=VetAssignment.since}'\n")
    ran = _render(assigned, "vet", *MARIE)
    assert (1, "Since ⟦not live: VetAssignment.since⟧\n") == (ran.code, ran.out)
    assert "definition/VetAssignment is not live in this shop. Apply it first: reconciler apply" in ran.err


def test_in_html_values_are_escaped_and_it_says_so(assigned: Desk) -> None:
    """Whether the platform does so is unknown; in a subject and in text nothing is escaped."""
    assigned.customer("tag@example.com", first_name='<b>"A&B')
    body = '<p title="{var=contact.first_name}">{var=contact.first_name}</p>'
    text = f"---\nkind: template\nname: page\nsubject: '{{var=contact.first_name}}'\nbody: '{body}'\n"
    _append(assigned, "loyalty.yaml", text)
    ran = _render(assigned, "page", "--contact", "email=tag@example.com")
    escaped = "&lt;b&gt;&quot;A&amp;B"
    assert f'Subject: <b>"A&B\n\n<p title="{escaped}">{escaped}</p>\n' == ran.out
    assert "values are escaped in it. Whether the platform does so, no source says." in ran.err


def test_of_several_rows_the_oldest_is_shown_and_it_is_said(assigned: Desk) -> None:
    """No source says which one the platform shows."""
    visit = {
        "name": "Visit",
        "fields": [
            {"name": "contact_id", "label": "C", "type": "number", "required": True},
            {"name": "place", "label": "P", "type": "text", "required": False},
        ],
        "relationships": documents.LOYALTY["relationships"],
    }
    assigned.post("/custom-data-definitions", visit)
    assigned.post("/custom-data-records/4", [{"contact_id": 1, "place": place} for place in ("Lyon", "Paris")])
    manifest = {"kind": "definition", **visit}
    template = "---\nkind: template\nname: visits\nbody: 'In {var=Visit.place}'\n"
    assigned.write("manifests/visit.yaml", f"{json.dumps(manifest)}\n{template}")
    ran = _render(assigned, "visits", *MARIE)
    assert (0, "In Lyon\n") == (ran.code, ran.out)
    assert "Visit.place: there is more than one row of Visit (2). The oldest is shown here" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("gold-upgrad", *MARIE), 64, "No manifest describes a template 'gold-upgrad' – did you mean 'gold-upgrade'?"),
        (("gold-upgrade",), 64, "Say who gets the message: --contact email=…"),
        (("gold-upgrade", *MARIE, "--event", "loyalty.tier_upgrade"), 64, "did you mean 'loyalty.tier_upgraded'?"),
        (("account-manager", *MARIE, "--payload", "gold.json"), 64, "Say whose payload it is: --event CODE"),
        (("gold-upgrade", "--contact", "id=99"), 1, "There is no contact 99 in this shop"),
        (("gold-upgrade", "--contact", "email=nobody@example.com"), 1, "There is no contact n…@example.com in this"),
        (("gold-upgrade", "--contact", "phone=+33 7 99"), 1, "There is no contact with a phone ending in 99"),
        (("gold-upgrade", *MARIE, "--product", "NO"), 1, "There is no product NO in this shop (GET /products)."),
        (("gold-upgrade", *MARIE, "--payload", "wrong.json"), 1, "metaData.new_tier is missing"),
        (("empty", *MARIE), 1, "a message has its text in one of `file` and `body`"),
        (("lost", *MARIE), 1, "there is no file manifests/lost.txt."),
    ],
)
def test_what_cannot_be_rendered_is_told(desk: Desk, arguments: tuple[str, ...], code: int, told: str) -> None:
    """With what to do about it."""
    desk.write("wrong.json", '{"metaData": {"previous_tier": "Silver"}}')
    more = {"empty": "", "lost": "file: lost.txt\n"}
    if arguments[0] in more:
        _append(desk, "loyalty.yaml", f"---\nkind: template\nname: {arguments[0]}\n{more[arguments[0]]}")
    ran = _render(desk, *arguments)
    assert (code, "") == (ran.code, ran.out)
    assert told in ran.err


def test_a_contact_is_found_by_phone_and_by_the_payload(assigned: Desk) -> None:
    """The API's single read knows no phone: the listing does."""
    for how in (("--contact", "phone=+33 6 01"), ("--payload", "gold.json")):
        assert "Congratulations Marie!" in _render(assigned, "gold-upgrade", *how).out


def test_in_github_actions_it_has_to_be_approved(assigned: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3 before anything is read; with approval, no line is a command for the runner."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    before = len(list(assigned.store.requests()))
    ran = _render(assigned, "gold-upgrade", *MARIE)
    assert (3, "", before) == (ran.code, ran.out, len(list(assigned.store.requests())))
    assert "Nothing was read." in ran.err
    assigned.customer("marie.dupont@example.com", customer_id="CUST-A4521", first_name="::add-mask::x")
    ran = _render(assigned, "gold-upgrade", *MARIE, "--auto-approve")
    assert 0 == ran.code
    assert "::add-mask::" not in ran.out
    assert 0 == _render(assigned, "gold-upgrade", "--coverage").code


VET_ROWS = (
    ("Vet", [{"nom": "Parc"}, {"nom": "Lilas"}]),
    ("VetPricing", [{"veto_id": 1, "product_id": "RC-12", "price": 64}]),
    ("VetAssignment", [{"contact_id": 1, "veto_id": 1}, {"contact_id": 2, "veto_id": 2}]),
)


def test_a_price_says_which_source_won(desk: Desk) -> None:
    """Marie's clinic has one for the product, Paul's has none, and Léa has no clinic."""
    for number in (2, 3):
        desk.customer(f"c{number}@example.com")
    desk.post("/products", [{"product_id": "RC-12", "lang": "fr", "name": "Royal", "price": 79.9, **TIMES}])
    _vets(desk)
    _save(desk, VET_ROWS)
    ran = _render(desk, "account-manager", "--contact", "id=1", "--product", "RC-12")
    assert "  price           64         VetPricing.price, priority 1 (the product's own: 79.9)\n" in ran.out
    for contact, why in ((2, "no row has a price for this contact and product"), (3, "no row of the contact leads")):
        document = _rendered(desk, "account-manager", "--contact", f"id={contact}", "--product", "RC-12")
        price, discount = document["prices"]
        assert (79.9, "", 79.9) == (price["value"], price["source"], price["native"])
        assert price["tried"][0]["outcome"].startswith(why)
        assert (None, []) == (discount["value"], discount["tried"])


def _vets(desk: Desk) -> None:
    """The definitions of the vets' prices, and the override."""
    assert 0 == desk.run("apply", "--auto-approve", "-q").code


def _ids(desk: Desk) -> dict[str, int]:
    listed = desk.other.get("/custom-data-definitions", params={"limit": 100}).json()["data"]
    return {each["name"]: each["id_definition"] for each in listed}


def _save(desk: Desk, tables: Any) -> None:
    ids = _ids(desk)
    for name, rows in tables:
        for at in range(0, len(rows), 20):
            desk.post(f"/custom-data-records/{ids[name]}", rows[at : at + 20])


SAVED = 50
EVERYTHING = """
kind: definition
name: Everything
unique_keys: [contact_id]
fields:
  - {name: contact_id, label: C, type: number, required: true}
  - {name: whole, label: W, type: number}
  - {name: part, label: P, type: decimal}
  - {name: word, label: T, type: text}
  - {name: day, label: D, type: date}
  - {name: moment, label: M, type: datetime}
  - {name: flag, label: F, type: bool}
  - {name: pick, label: L, type: list, options: [red, green]}
  - {name: favourite_id, label: X, type: text}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
  - {sourceField: favourite_id, targetSchemaType: system, targetSchema: products}
---
kind: template
name: everything
event: loyalty.tier_upgraded
subject: "{var=contact.first_name} {var=Everything.whole}"
body: |
  {var=Everything.whole}|{var=Everything.part}|{var=Everything.word}|{var=Everything.day}|{var=Everything.moment}
  {var=Everything.flag}|{var=Everything.pick}|{var=Everything.favourite.name}|{var=Everything.favourite.price}
  {var=Everything.contact.first_name}|{var=contact.email}|{var=metaData.previous_tier}|{var=metaData.new_tier}
---
kind: scenario
name: All
trigger: {event: loyalty.tier_upgraded}
template: everything
---
kind: scenario
name: Manager too
trigger: {event: loyalty.tier_upgraded}
template: account-manager
"""


def _made_up(dice: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Rows of some contacts, of which not each has every one; names have letters of many countries."""
    words = ["Zoë", "D'Arc", 'A "B"', "<i>", "李", "x::y", "a  b", "{var=contact.email}", "🎉", "é" * 3, "0012", "1.0"]
    rows: dict[str, list[dict[str, Any]]] = {
        "Everything": [],
        "Attribution": [],
        "LoyaltyAccount": [],
        "VetAssignment": [],
    }
    for contact in range(1, SAVED + 1):
        full: dict[str, dict[str, Any]] = {
            "Everything": {
                "whole": dice.choice([0, 7, -3, 10**9, 1290]),
                "part": dice.choice([0.5, 12.0, 19.99, 1234567.25]),
                "word": dice.choice(words),
                "day": f"20{dice.randint(10, 30)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}",
                "moment": "2026-03-04T05:06:07Z",
                "flag": dice.random() < 0.5,
                "pick": dice.choice(["red", "green"]),
                "favourite_id": dice.choice(["P1", "P2", "gone"]),
            },
            "Attribution": {"responsable_id": dice.choice(["M1", "M2", "M3", "nobody"])},
            "LoyaltyAccount": {"points_balance": dice.randint(0, 9999), "tier": dice.choice(["Gold", "Silver"])},
            "VetAssignment": {"veto_id": dice.randint(1, 3)},
        }
        required = {"responsable_id", "points_balance", "tier", "veto_id"}
        for name, row in full.items():
            if dice.random() < 0.85:
                kept = {key: value for key, value in row.items() if key in required or dice.random() < 0.8}
                rows[name].append({"contact_id": contact, **kept})
    return rows


def _fill_shop(desk: Desk, dice: random.Random) -> None:
    """Contacts, managers, clinics, prices and products, made up."""
    times = {**TIMES, "lang": "fr"}
    people = [
        {
            "customer_id": f"C{number}",
            "email": f"c{number}@example.com",
            "first_name": dice.choice(["Zoë", "Jean-Luc", "O'Neil", "", "李"]),
            "last_name": "L",
            **times,
        }
        for number in range(2, SAVED + 1)
    ]
    for at in range(0, len(people), 50):
        desk.post("/customers", people[at : at + 50])
    desk.post(
        "/products", [{"product_id": f"P{n}", "name": f"Feed {n}", "price": 10 * n + 0.5, **times} for n in (1, 2)]
    )
    managers = [
        {**documents.ALICE_AND_JOHN[0], "responsable_id": f"M{n}", "phone": [None, "+33 1", "☎ 2"][n - 1]}
        for n in (1, 2, 3)
    ]
    prices = [{"veto_id": n, "product_id": "P1", "price": [64, 71.25, None][n - 1]} for n in (1, 2, 3)]
    clinics = [{"nom": name} for name in "ABC"]
    tables = {"ResponsableCommercial": managers, "Vet": clinics, "VetPricing": prices, **_made_up(dice)}
    _save(desk, tables.items())


def test_made_up_contacts_get_what_the_sandbox_sends(desk: Desk, figure: Callable) -> None:
    """50 contacts with rows of all types, relationships to products (whose price is overridden), to their contact
    and to nothing: three messages each, with their subjects, equal the outbox.
    """
    desk.write("manifests/everything.yaml", EVERYTHING)
    assert 0 == desk.run("apply", "--auto-approve", "-q").code
    dice = random.Random(12)
    _fill_shop(desk, dice)
    assert 0 == desk.run("sandbox", "load").code
    payloads = {}
    for contact in range(1, SAVED + 1):
        said = {"previous_tier": dice.choice(["Silver", "", "a&b"]), "new_tier": dice.choice(["Gold", "<b>", "é"])}
        payloads[contact] = {"contact": {"id": contact}, "metaData": said}
        desk.post("/events/trigger/loyalty.tier_upgraded", payloads[contact])
    resolved = reconciler.load(["manifests"], Target("test"), {})
    key = desk.store.ensure_shop().key
    options = ConnectionOptions(desk.transport, limiter=Limiter(10**6))
    compared = holes = 0
    sent = _sent(desk)
    with ReadConnection(Access("http://localhost/v1", SecretStr(key)), options) as connection:
        once = Once(ReadMessages(connection))
        for message in sent:
            template = choose(resolved, message.template, "loyalty.tier_upgraded")
            found = find_contact(connection, parse_target(f"id={message.contact}"))
            walk = Walk(once, found.id, found.values, payloads[message.contact])
            mine = template.message(walk, marks=False)
            assert (message.subject, message.body) == (mine.subject or "", mine.body)
            empty = [each.path for each in mine.filled if not each.text]
            assert list(message.holes) == empty
            compared, holes = compared + 1, holes + len(empty)
    assert 3 * SAVED == compared
    assert holes > 50
    assert {"64", "71.25", "20.5"} <= {
        message.body.split("|")[7].partition("\n")[0] for message in sent if "|" in message.body
    }
    figure("messages rendered", f"{compared} for {SAVED} contacts equal the sandbox's, with {holes} holes")
