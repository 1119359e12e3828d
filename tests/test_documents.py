"""Both use-case documents, from their first to their last section, over HTTP: once with this tool alone, and beside it
with the calls that the documents print. Both shops end alike, and both send the same messages, word for word.
"""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.dashboard import documents

MOMENT = "2025-01-01T00:00:00Z"
PEOPLE = {"CUST-A4521": "Marie Dupont", "CUST-A4522": "Paul Petit", "CUST-A4523": "Zoe Blanc"}
MEETING = """
kind: scenario
name: Meet your manager
trigger: {record: Attribution, on: [created]}
template: account-manager
"""
POINTS_EARNED = {
    "contact": {"email": "marie.dupont@example.com"},
    "metaData": {"points_amount": 50, "reason": "purchase", "new_balance": 1290},
}
NOBODY = {**documents.MARIE_IS_GOLD, "contact": {"email": "marie.dupond@example.com"}}


def event(code_name: str, name: str, *properties: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "code_name": code_name, "properties": {"metaData": list(properties)}}


def number(name: str, **said: Any) -> dict[str, Any]:
    return {"name": name, "type": "number", "required": True, **said}


def text(name: str, **said: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "required": True, **said}


REASONS = "purchase | referral | review | newsletter_signup | birthday"
EVENTS = [
    event(
        "loyalty.points_earned",
        "Loyalty — points earned",
        number("points_amount", description="Number of points credited by this action"),
        text("reason", description=REASONS),
        number("new_balance", description="Balance after credit"),
    ),
    event("loyalty.tier_upgraded", "Loyalty — tier upgraded", text("previous_tier"), text("new_tier")),
    event(
        "loyalty.tier_downgraded",
        "Loyalty — tier downgraded",
        text("previous_tier"),
        text("new_tier"),
        number("grace_period_days", required=False, description="Days left to regain the former tier"),
    ),
    event(
        "loyalty.points_expiring",
        "Loyalty — points expiring",
        number("points_at_risk"),
        {"name": "expiry_date", "type": "date", "required": True},
    ),
]


@dataclass
class Shop:
    """A served shop with its customers, and a folder with the manifests beside it."""

    served: Any
    folder: Path
    run: Callable
    http: httpx.Client

    def tool(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        ended = self.run(*arguments, folder=self.folder, **self.served.environment)
        assert code == ended.code, ended
        return str(ended.out)

    def curl(self, method: str, path: str, body: Any = None) -> Any:
        """One call of a document."""
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        self.wait_until_settled()
        return answer.json()

    def wait_until_settled(self) -> None:
        """Nothing is queued any more: the next call may rely on it."""
        end = time.monotonic() + 20
        with sqlite3.connect(self.folder / ".reconciler/sandbox.db") as db:
            while db.execute("SELECT count(*) FROM pending").fetchone()[0]:
                assert time.monotonic() < end
                self.http.get("/contacts/all", params={"limit": 1})
                time.sleep(0.05)

    def definitions(self) -> dict[str, int]:
        rows = self.http.get("/custom-data-definitions", params={"limit": 100}).json()["data"]
        return {row["name"]: int(row["id_definition"]) for row in rows if row["status"] == "active"}

    def rows(self, definition: str) -> list[dict[str, Any]]:
        """The rows as the API shows them, but for their numbers."""
        path = f"/custom-data-records/{self.definitions()[definition]}"
        rows = self.http.get(path, params={"limit": 100}).json()["data"]
        return sorted(({**row, "id": None} for row in rows), key=json.dumps)

    def messages(self) -> list[str]:
        """The bodies in the outbox, the oldest first."""
        self.wait_until_settled()
        found = json.loads(self.tool("sandbox", "outbox", "--format", "json"))
        return [each["body"].strip() for each in found["messages"]]

    def portfolio(self) -> str:
        """The segment of Alice, as the dashboard shows it."""
        self.wait_until_settled()
        return self.tool("sandbox", "segments").partition("Gold members")[0]


@pytest.fixture
def shops(tmp_path: Path, shipped_with_rows: Path, serve: Callable, run: Callable) -> Iterator[tuple[Shop, Shop]]:
    """Two, alike: one for the tool and one for the documents' calls."""
    made = []
    for name in ("tool", "curl"):
        folder = tmp_path / name
        shutil.copytree(shipped_with_rows, folder / "manifests")
        (folder / "manifests/vet-pricing.yaml").unlink()
        (folder / "manifests/meeting.yaml").write_text(MEETING)
        (folder / ".reconciler").mkdir()
        served = serve("async_delay=0.05", file=f"{name}/.reconciler/sandbox.db")
        http = served.client()
        shop = Shop(served, folder, run, http)
        shop.curl("POST", "/customers", [customer(*each) for each in PEOPLE.items()])
        shop.tool("sandbox", "load")
        made.append(shop)
    yield made[0], made[1]
    for shop in made:
        shop.http.close()


def customer(key: str, name: str) -> dict[str, Any]:
    first, last = name.split(" ")
    return {
        "customer_id": key, "email": f"{first}.{last}@example.com".lower(), "first_name": first, "last_name": last,
        "lang": "en", "is_newsletter_subscribed": True, "created_at": MOMENT, "updated_at": MOMENT,
    }  # fmt: skip


def play_with_the_tool(shop: Shop) -> list[str]:
    """Both documents; returns Alice's portfolio after each push."""
    consent = ("--auto-approve", "--allow", "scenarios")
    (shop.folder / "accounts.csv").write_text(
        "contact_id.id_customer,points_balance,tier,tier_since,next_expiry_date,next_expiry_amount\n"
        "CUST-A4521,1290,Gold,2025-11-12,2026-12-31,320\n"
    )
    (shop.folder / "crm.csv").write_text(
        "contact_id.id_customer,responsable_id,assigned_at\n"
        "CUST-A4521,COM-001,2024-03-15\nCUST-A4522,COM-001,2025-09-20\nCUST-A4523,COM-002,2025-11-08\n"
    )
    (shop.folder / "mail.csv").write_text(
        "contact_id.email,responsable_id,assigned_at\nmarie.dupont@example.com,COM-001,2024-03-15\n"
    )
    with (shop.folder / "manifests/managers.csv").open("a") as managers:
        managers.write("COM-005,Zoe,Petit,zoe.petit@myshop.com,,\n")
    shop.tool("apply", *consent)
    shop.tool("records", "apply", "LoyaltyAccount", "--file", "accounts.csv", "--auto-approve")
    send = ("events", "send")
    shop.tool(*send, "loyalty.points_earned", "manifests/samples/loyalty.points_earned.json", "--auto-approve")
    shop.tool(*send, "loyalty.tier_upgraded", "manifests/samples/loyalty.tier_upgraded.json", "--auto-approve")
    shop.tool("records", "apply", "Attribution", "--file", "crm.csv", "--auto-approve", code=3)
    shop.tool("records", "apply", "Attribution", "--file", "crm.csv", *consent)
    seen = [shop.portfolio()]
    shop.tool("records", "apply", "Attribution", "--file", "mail.csv", *consent)
    change = ("--set", "responsable_id=COM-005", "--set", "assigned_at=2026-05-08")
    shop.tool("records", "update", "Attribution", "--where", "responsable_id=COM-001", *change, *consent)
    seen.append(shop.portfolio())
    one = ("--where", "contact_id.email=paul.petit@example.com", "--allow-destroy", "--auto-approve")
    shop.tool("records", "delete", "Attribution", *one)
    seen.append(shop.portfolio())
    return seen


def play_with_the_documents(shop: Shop) -> list[str]:
    """The same with their calls, and ids copied from one answer to the next."""
    ids = {}
    for definition in (documents.MANAGERS, documents.ATTRIBUTION, documents.LOYALTY):
        body = json.loads(json.dumps(definition).replace('"targetSchema": "1"', f'"targetSchema": "{ids.get("R")}"'))
        answer = shop.curl("POST", "/custom-data-definitions", body)
        ids[body["name"][0]] = answer["data"]["id_definition"]
    for each in EVENTS:
        shop.curl("POST", "/events", each)
    zoe = {"responsable_id": "COM-005", "first_name": "Zoe", "last_name": "Petit", "email": "zoe.petit@myshop.com"}
    managers, assignments, accounts = (f"/custom-data-records/{ids[name]}" for name in "RAL")
    shop.curl("POST", managers, [*documents.ALICE_AND_JOHN, zoe])
    shop.curl("POST", accounts, [documents.MARIES_ACCOUNT])
    shop.curl("POST", "/events/trigger/loyalty.points_earned", POINTS_EARNED)
    shop.curl("POST", "/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
    shop.curl("POST", assignments, documents.ASSIGNMENTS)
    seen = [shop.portfolio()]
    by_mail = {"contact_id": {"by": "email", "value": "marie.dupont@example.com"}}
    shop.curl("POST", assignments, [{**documents.ASSIGNMENTS[0], **by_mail}])
    changed = {"responsable_id": "COM-005", "assigned_at": "2026-05-08"}
    shop.curl("POST", assignments, [{**each, **changed} for each in documents.ASSIGNMENTS[:2]])
    seen.append(shop.portfolio())
    paul = next(row for row in shop.http.get(assignments).json()["data"] if int(row["contact_id"]) == 2)
    shop.curl("DELETE", f"{assignments}?id={paul['id']}")
    seen.append(shop.portfolio())
    return seen


def check_the_silent_scenario(shop: Shop) -> None:
    """An unknown e-mail is logged and starts nothing (the loyalty document's last section), and the tool says why."""
    before = shop.messages()
    shop.curl("POST", "/events/trigger/loyalty.tier_upgraded", NOBODY)
    assert before == shop.messages()
    asked = ("events", "diagnose", "loyalty.tier_upgraded", "--contact", "email=marie.dupond@example.com")
    told = json.loads(shop.tool(*asked, "--format", "json", code=1))
    assert {"code": 1, "reason": "target-not-resolved"} == told["exit"]


def test_both_documents_are_played_with_the_tool_and_with_their_own_calls(
    shops: tuple[Shop, Shop], run: Callable, figure: Callable
) -> None:
    """Definitions, events, rows, segments and messages end alike."""
    tool, curl = shops
    segments = play_with_the_tool(tool)
    assert segments == play_with_the_documents(curl)
    for definition in ("ResponsableCommercial", "Attribution", "LoyaltyAccount"):
        assert tool.rows(definition) == curl.rows(definition)
    messages = tool.messages()
    assert messages == curl.messages()
    assert documents.GOLD_UPGRADE_FOR_MARIE in messages
    assert documents.YOUR_MANAGER_FOR_MARIE in messages
    settings = tool.folder / "manifests/reconciler.toml"
    settings.write_text(
        "".join(
            f'[targets.{name}]\nbase_url = "{shop.served.url}/v1"\napi_key_env = "{name.upper()}"\n'
            for name, shop in zip(("tool", "curl"), shops, strict=True)
        )
    )
    keys = {"TOOL": tool.served.key, "CURL": curl.served.key}
    compared = run("compare", "tool", "curl", "--format", "json", folder=tool.folder, **keys)
    differences = json.loads(compared.out)["differences"]
    assert [("definition/LoyaltyTier", "first")] == [(each["address"], each["where"]) for each in differences]
    check_the_silent_scenario(curl)
    members = [each.splitlines()[0] for each in segments]
    assert [f"Alice's portfolio: {count} contacts" for count in (2, 0, 0)] == members
    figure("R20, the segment follows", "Alice's portfolio has 2 contacts, and 0 when they are handed over to Zoe")
    figure(
        "both documents", f"tool and curl: the same shop, {len(messages)} messages word for word, 3 states of a segment"
    )
