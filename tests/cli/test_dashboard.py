"""`sandbox load`, `outbox` and `segments`, beside a served sandbox on the same file."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import Served
from tests.sandbox.dashboard import documents
from tests.warm.start import warm_command

MANIFESTS = """\
kind: template
name: gold-upgrade
event: loyalty.tier_upgraded
subject: "You're now {var=metaData.new_tier} 🎉"
file: gold-upgrade.txt
---
kind: scenario
name: Gold upgrade
trigger: {event: loyalty.tier_upgraded}
template: gold-upgrade
---
kind: segment
name: Golds
where: {LoyaltyAccount.tier: [Gold]}
"""


class Shop:
    """A served shop, its file, and the folder with its manifests."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.folder = folder
        self.db = "served.db"
        self.http = served.client()

    def post(self, path: str, body: object) -> None:
        """Sends; there is no delay in this shop."""
        answer = self.http.post(path, json=body)
        assert 200 == answer.status_code, answer.text


@pytest.fixture
def shop(serve: Callable[..., Served], tmp_path: Path) -> Iterator[Shop]:
    """The loyalty document, up to the event."""
    (tmp_path / "manifests").mkdir()
    schema = [{"kind": "definition", **documents.LOYALTY}, {"kind": "event", **documents.TIER_UPGRADED}]
    (tmp_path / "manifests" / "schema.yaml").write_text(yaml.safe_dump_all(schema), encoding="utf-8")
    (tmp_path / "manifests" / "dashboard.yaml").write_text(MANIFESTS, encoding="utf-8")
    (tmp_path / "manifests" / "gold-upgrade.txt").write_text(documents.GOLD_UPGRADE, encoding="utf-8")
    made = Shop(serve("async_delay=0"), tmp_path)
    made.post("/custom-data-definitions", documents.LOYALTY)
    made.post("/events", documents.TIER_UPGRADED)
    marie = {"customer_id": "CUST-A4521", "email": "marie.dupont@example.com", "first_name": "Marie", "lang": "en"}
    made.post("/customers", [{**marie, "created_at": "2025-01-01", "updated_at": "2025-01-01"}])
    made.post("/custom-data-records/1", [documents.MARIES_ACCOUNT])
    yield made
    made.http.close()


def test_manifests_are_loaded_and_what_is_sent_is_listed(shop: Shop, run: Callable) -> None:
    """A server on the same file runs what another process has loaded."""
    loaded = run("sandbox", "load", "--db", shop.db)
    assert (0, "served.db has 1 template, 1 segment and 1 scenario\n") == (loaded.code, loaded.out), loaded.err
    assert "Nothing was sent yet.\n" == run("sandbox", "outbox", "--db", shop.db).out
    shop.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
    (message,) = json.loads(run("sandbox", "outbox", "--db", shop.db, "--format", "json").out)["messages"]
    assert documents.GOLD_UPGRADE_FOR_MARIE == message["body"]
    text = run("sandbox", "outbox", "--db", shop.db).out
    assert "Gold upgrade → marie.dupont@example.com\n    started by event loyalty.tier_upgraded\n" in text
    assert "    Your current balance: 1290 points\n" in text
    assert "Golds: 1 contact\n  1  Marie marie.dupont@example.com\n" == run("sandbox", "segments", "--db", shop.db).out


def test_followed_messages_come_while_it_runs(shop: Shop, run: Callable) -> None:
    """One line of JSON for each, until it is interrupted."""
    assert 0 == run("sandbox", "load", "--db", shop.db).code
    command = [*warm_command(), "sandbox", "outbox", "--follow", "--format", "json", "--db", shop.db]
    with subprocess.Popen(command, cwd=shop.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as following:
        assert following.stdout
        for _ in range(2):
            shop.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
        numbers = [json.loads(following.stdout.readline())["id"] for _ in range(2)]
        following.send_signal(signal.SIGINT)
        assert ([1, 2], 130) == (numbers, following.wait(timeout=10))


def test_what_is_invalid_is_not_loaded(run: Callable, tmp_path: Path) -> None:
    """The findings come as `validate` tells them."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "a.yaml").write_text("kind: template\nname: empty\n")
    refused = run("sandbox", "load")
    assert 1 == refused.code
    assert "template-text" in refused.out + refused.err
    assert not (tmp_path / ".reconciler" / "sandbox.db").exists()


def test_a_text_that_is_not_there_is_named(run: Callable, tmp_path: Path) -> None:
    """With the manifest that wants it."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "a.yaml").write_text("kind: template\nname: lost\nfile: lost.txt\n")
    refused = run("sandbox", "load")
    assert 0 != refused.code
    assert "lost.txt" in refused.out + refused.err


@pytest.mark.parametrize("command", ["outbox", "segments"])
def test_nothing_is_made_by_looking(run: Callable, tmp_path: Path, command: str) -> None:
    """As with `sandbox status`."""
    looked = run("sandbox", command)
    assert (0, []) == (looked.code, list(tmp_path.iterdir()))
    assert "does not exist yet" in looked.out
