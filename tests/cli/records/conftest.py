"""Commands about rows beside the sandbox of the folder, in this process; and eyes and hands besides the tool."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
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

DEFINITIONS = """
kind: definition
name: Manager
unique_keys: [code]
fields:
  - {name: code, label: Code, type: text, required: true}
  - {name: name, label: Name, type: text, required: false}
  - {name: level, label: Level, type: number, required: false}
---
kind: definition
name: Assignment
unique_keys: [contact_id]
fields:
  - {name: contact_id, label: Contact, type: number, required: true}
  - {name: code, label: Manager, type: text, required: true}
  - {name: note, label: Note, type: text, required: false}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts, targetField: id_contact}
  - {sourceField: code, targetSchemaType: custom, targetSchema: Manager, targetField: code}
"""


@dataclass
class Desk:
    """A folder with manifests, and its sandbox."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        (self.folder / "manifests").mkdir(exist_ok=True)
        self.write("manifests/definitions.yaml", DEFINITIONS)
        (self.folder / ".reconciler").mkdir(exist_ok=True)
        self.store = Store(self.folder / ".reconciler" / "sandbox.db")
        app = create_app(self.store, Switches(rate_limit=0, async_delay=0.0))
        self.transport = SandboxTransport(app)
        key = self.store.ensure_shop().key
        self.other = httpx.Client(
            transport=self.transport, base_url="http://localhost/v1", headers={"spm-api-key": key}
        )

    def write(self, name: str, text: str) -> None:
        """Makes `text` the content of a file."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def rows(self, *rows: tuple[object, ...], name: str = "rows.csv", header: str = "code,name,level") -> str:
        """A CSV file."""
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        self.write(name, "\n".join(lines) + "\n")
        return name

    def run(self, *arguments: str) -> Ran:
        """One command."""
        self.capture.readouterr()
        code = run_command(("--target", "sandbox", *arguments), EmbeddedSandbox())
        printed = self.capture.readouterr()
        return Ran(code, printed.out, printed.err)

    def records(self, *arguments: str) -> Ran:
        """One command about rows."""
        return self.run("records", *arguments)

    def apply(self, *arguments: str) -> Ran:
        """`records apply`, approved."""
        return self.records("apply", *arguments, "--auto-approve")

    def customers(self, *emails: str) -> None:
        """Customers C1, C2, … with these addresses."""
        people = [
            {
                "customer_id": f"C{number}",
                "email": email,
                "first_name": "a",
                "last_name": "b",
                "lang": "fr",
                "is_newsletter_subscribed": True,
                "created_at": "2024-01-01T00:00:00Z",
                "updated_at": "2024-01-01T00:00:00Z",
            }
            for number, email in enumerate(emails, 1)
        ]
        assert self.other.post("/customers", json=people).is_success

    def ids(self) -> dict[str, int]:
        """The ids of the definitions."""
        body = self.other.get("/custom-data-definitions", params={"limit": 100}).json()
        return {each["name"]: int(each["id_definition"]) for each in body["data"]}

    def live(self, name: str) -> list[dict[str, Any]]:
        """The rows of a definition, asked for without the tool."""
        path = f"/custom-data-records/{self.ids()[name]}"
        body = self.other.get(path, params={"limit": 100, "order[0][field]": "id", "order[0][type]": "asc"}).json()
        return list(body["data"])

    def writes(self) -> list[str]:
        """`METHOD path` of everything that was not a read."""
        return [f"{each.method} {each.path}" for each in self.store.requests() if each.method != "GET"]

    def close(self) -> None:
        """Ends the sandbox."""
        self.other.close()
        self.transport.close()
        self.store.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a shop that has the definitions; made once, for it takes half a second."""
    folder = tmp_path_factory.mktemp("prepared")
    before = os.getcwd()
    os.chdir(folder)
    try:
        (folder / "manifests").mkdir()
        (folder / "manifests" / "definitions.yaml").write_text(DEFINITIONS, encoding="utf-8")
        assert 0 == run_command(("--target", "sandbox", "-q", "apply", "--auto-approve"), EmbeddedSandbox())
    finally:
        os.chdir(before)
    file = folder / ".reconciler" / "sandbox.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("DELETE FROM request")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def desk(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    """A shop that has the definitions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".reconciler").mkdir()
    copyfile(prepared, tmp_path / ".reconciler" / "sandbox.db")
    made = Desk(tmp_path, capsys)
    yield made
    made.close()
