"""The account-manager document, from its first to its last section, over HTTP and with this tool alone.

Customers are there before: the shop's connector pushes them. Segments are made in the dashboard.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = """
kind: records
definition: ResponsableCommercial
file: managers.csv
---
kind: records
definition: Attribution
file: attributions.csv
"""
MANAGERS = """responsable_id,first_name,last_name,email,phone,photo_url
COM-001,Alice,Durand,alice.durand@myshop.com,+33 1 23 45 67 89,https://myshop.com/team/alice.jpg
COM-002,John,Martin,john.martin@myshop.com,+33 4 56 78 90 12,https://myshop.com/team/john.jpg
"""
BY_CUSTOMER = """contact_id.id_customer,responsable_id,assigned_at
CUST-A4521,COM-001,2024-03-15
CUST-A4522,COM-001,2025-09-20
CUST-A4523,COM-002,2025-11-08
"""
BY_EMAIL = """contact_id.email,responsable_id,assigned_at
marie.dupont@example.com,COM-001,2024-03-15
"""


@pytest.fixture
def play(serve: Callable, run: Callable, tmp_path: Path, shipped: Path) -> Callable:
    """Runs a command of the tool against a served shop with four customers, in a folder with its manifests."""
    served = serve("async_delay=0.1")
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "account-manager.yaml").write_text((shipped / "account-manager.yaml").read_text())
    (manifests / "rows.yaml").write_text(ROWS)
    (manifests / "managers.csv").write_text(MANAGERS)
    (manifests / "attributions.csv").write_text(BY_CUSTOMER)
    names = {"CUST-A4521": "a", "CUST-A4522": "b", "CUST-A4523": "c", "CUST-A4524": "marie.dupont"}
    customers = [
        {
            "customer_id": customer,
            "email": f"{name}@example.com",
            "first_name": name,
            "last_name": "X",
            "lang": "fr",
            "is_newsletter_subscribed": True,
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-01T00:00:00Z",
        }
        for customer, name in names.items()
    ]
    with served.client() as client:
        answer = client.post("/customers", json=customers)
        assert 200 == answer.status_code, answer.text
        end = time.monotonic() + 20
        while 4 > len(client.get("/contacts/all").json()["data"]):
            assert time.monotonic() < end
            time.sleep(0.05)

    def command(*arguments: str) -> Any:
        ended = run(*arguments, **served.environment)
        assert 0 == ended.code, ended
        return ended

    return command


def portfolio(play: Callable, manager: str) -> list[str]:
    """The customers of one manager, as `records export` tells them."""
    out = play("records", "export", "Attribution", "--where", f"responsable_id={manager}", "--format", "jsonl").out
    return sorted(json.loads(line)["contact_id"]["value"] for line in out.splitlines())


def test_the_document_is_played_from_its_first_to_its_last_section(
    play: Callable, tmp_path: Path, figure: Callable
) -> None:
    """Two definitions, the catalogue, assignments by all three keys, a portfolio handed over, a customer unassigned."""
    # 1 and 2: the definitions; 3: the catalogue of managers; 4: assignments by customer id, in one run.
    outcome = json.loads(play("apply", "--auto-approve", "--format", "json").out)
    assert (4, True) == (len(outcome["applied"]), outcome["verified"])
    assert ["CUST-A4521", "CUST-A4522"] == portfolio(play, "COM-001")
    assert "in sync: 4 unchanged" in play("plan").out

    # 4: by e-mail, and mixed within one batch.
    file = tmp_path / "export.csv"
    file.write_text(BY_EMAIL)
    play("records", "apply", "Attribution", "--file", "export.csv", "--auto-approve")
    assert ["CUST-A4521", "CUST-A4522", "CUST-A4524"] == portfolio(play, "COM-001")
    mixed = "contact_id,contact_id.email,contact_id.id_customer,responsable_id\n"
    file.write_text(f"{mixed}1,,,COM-001\n,,CUST-A4522,COM-001\n,marie.dupont@example.com,,COM-002\n")
    play("records", "apply", "Attribution", "--file", "export.csv", "--auto-approve")
    assert ["CUST-A4523", "CUST-A4524"] == portfolio(play, "COM-002")

    # 3: a hire is one row more, and one row is sent.
    with (tmp_path / "manifests/managers.csv").open("a") as managers:
        managers.write("COM-005,Zoe,Petit,zoe.petit@myshop.com,,\n")
    told = json.loads(play("records", "apply", "ResponsableCommercial", "--auto-approve", "--format", "json").out)
    assert (1, 2) == (told["rows"]["create"], told["rows"]["unchanged"])

    # Going further: mass reassignment, and a customer who is unassigned.
    change = ("--set", "responsable_id=COM-005", "--set", "assigned_at=2026-05-08", "--auto-approve")
    ended = play("records", "update", "Attribution", "--where", "responsable_id=COM-001", *change)
    assert "responsable_id=COM-001: 0 rows now" in ended.err
    assert ([], ["CUST-A4521", "CUST-A4522"]) == (portfolio(play, "COM-001"), portfolio(play, "COM-005"))
    one = ("--where", "contact_id.email=marie.dupont@example.com", "--allow-destroy", "--auto-approve")
    play("records", "delete", "Attribution", *one)
    assert ["CUST-A4523"] == portfolio(play, "COM-002")
    figure("account-manager document", "played from its first to its last section over HTTP")
