"""Commands about events beside the sandbox of the folder, in this process."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.conftest import Ran

EVENT = """
kind: event
name: Tier upgraded
code_name: loyalty.tier_upgraded
properties:
  metaData:
    - {name: previous_tier, type: text, required: true}
    - {name: new_tier, type: text, required: true}
    - {name: bonus, type: number, required: false}
"""
SCENARIO = """
kind: scenario
name: Gold upgrade
trigger: {event: loyalty.tier_upgraded}
template: gold-upgrade
status: active
"""
TEMPLATE = """
kind: template
name: gold-upgrade
event: loyalty.tier_upgraded
body: |
  Hello {var=contact.first_name}, you are {var=metaData.new_tier} now.
"""
CODE = "loyalty.tier_upgraded"
MARIE = "marie.dupont@example.com"
GOLD = ("--meta", "previous_tier=silver", "--meta", "new_tier=gold")


@dataclass
class Desk:
    """A folder with manifests, and its sandbox."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        (self.folder / "manifests").mkdir(exist_ok=True)
        self.manifests(EVENT, SCENARIO, TEMPLATE)
        (self.folder / ".reconciler").mkdir(exist_ok=True)
        self.store = Store(self.folder / ".reconciler" / "sandbox.db")
        app = create_app(self.store, Switches(rate_limit=0, async_delay=0.0))
        self.transport = SandboxTransport(app)
        key = self.store.ensure_shop().key
        self.other = httpx.Client(
            transport=self.transport, base_url="http://localhost/v1", headers={"spm-api-key": key}
        )

    def manifests(self, *documents: str) -> None:
        """Makes these the manifests."""
        self.write("manifests/events.yaml", "---".join(documents))

    def write(self, name: str, text: str) -> None:
        """Makes `text` the content of a file."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Ran:
        """One command."""
        self.capture.readouterr()
        code = run_command(("--target", "sandbox", *arguments), EmbeddedSandbox())
        printed = self.capture.readouterr()
        return Ran(code, printed.out, printed.err)

    def events(self, *arguments: str) -> Ran:
        """One command about events."""
        return self.run("events", *arguments)

    def apply(self) -> None:
        """Makes the shop what the manifests say."""
        assert 0 == self.run("apply", "--auto-approve").code

    def make_live(self, *events: str) -> None:
        """Makes event types live, a tenth of the time that `apply` takes."""
        for text in events:
            said = yaml.safe_load(text)
            self.post("/events", {key: said[key] for key in ("name", "code_name", "properties")})

    def post(self, path: str, content: object) -> Any:
        """Somebody else writes to the shop."""
        answer = self.other.post(path, json=content)
        assert answer.is_success, answer.text
        return answer.json()

    def customer(self, email: str = MARIE, **more: object) -> None:
        """A customer, whom a contact comes from."""
        person = {
            "customer_id": email,
            "email": email,
            "first_name": "Marie",
            "last_name": "Dupont",
            "lang": "fr",
            "is_newsletter_subscribed": True,
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-01T00:00:00Z",
        }
        self.post("/customers", [{**person, **more}])

    def fire(self, email: str = MARIE, **meta: object) -> None:
        """Somebody else fires the event."""
        said = {"previous_tier": "silver", "new_tier": "gold", **meta}
        self.post(f"/events/trigger/{CODE}", {"contact": {"email": email}, "metaData": said})

    def histories(self) -> list[dict[str, Any]]:
        """What the shop lists, the newest first."""
        listed = self.other.get("/events/histories", params={"limit": 100}).json()["data"]
        assert isinstance(listed, list)
        return listed

    def close(self) -> None:
        """Ends what the desk is made of."""
        self.other.close()
        self.transport.close()
        self.store.close()


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A desk, in whose folder the commands run."""
    before = os.getcwd()
    os.chdir(tmp_path)
    made = Desk(tmp_path, capsys)
    yield made
    made.close()
    os.chdir(before)
