"""A folder and the shop of its sandbox, for commands that run in this process."""

import subprocess
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
