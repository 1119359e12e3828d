"""A shop with badges, and the command line in this process, where the toys are registered."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.api.registry import ENDPOINTS
from reconciler.cli.main import run
from reconciler.kinds.registry import KINDS
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.sandbox.transport import SandboxTransport
from tests.toy.badge import BadgeKind
from tests.toy.endpoint import BadgeEndpoint, WithBadges
from tests.toy.memo import MemoKind


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """One line in each of the two registries; the memo needs only the first."""
    KINDS["badge"] = BadgeKind()
    KINDS["memo"] = MemoKind()
    ENDPOINTS["badge"] = BadgeEndpoint()
    yield
    del KINDS["badge"], KINDS["memo"], ENDPOINTS["badge"]


class ToyShop:
    """The sandbox that the command line asks for, with badges."""

    def __init__(self) -> None:
        self.store = Store(":memory:")
        self.badges: dict[int, dict[str, Any]] = {}
        self.log: list[str] = []

    def embedded(self, file: Path) -> tuple[httpx.BaseTransport, str]:
        """A new connection to the same shop."""
        key = self.store.ensure_shop().key
        transport = WithBadges(SandboxTransport(create_app(self.store)))
        transport.rows, transport.log = self.badges, self.log
        transport.last = max(self.badges, default=0)
        return transport, key

    def serve(self, file: Path, port: int, settings: Mapping[str, Any], announce: Callable[[int, str], None]) -> None:
        """Not asked for here."""
        raise AssertionError("nobody serves the toy shop")

    def reset(self, file: Path) -> None:
        """Not asked for here."""
        raise AssertionError("nobody resets the toy shop")

    def status(self, file: Path) -> Mapping[str, int]:
        """Not asked for here."""
        raise AssertionError("nobody asks for the status of the toy shop")

    def writes(self) -> list[str]:
        """What was written of badges since the last time, in order."""
        found = [line for line in self.log if not line.startswith("GET")]
        self.log.clear()
        return found


@pytest.fixture
def shop() -> Iterator[ToyShop]:
    """Empty at first."""
    toy = ToyShop()
    yield toy
    toy.store.close()


@pytest.fixture
def reconciler(
    shop: ToyShop, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Runs a command against the toy shop, in a folder with the given manifests: its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def execute(*arguments: str, manifests: str | None = None) -> tuple[int, str]:
        if manifests is not None:
            (tmp_path / "manifests").mkdir(exist_ok=True)
            (tmp_path / "manifests" / "shop.yaml").write_text(manifests, encoding="utf-8")
        code = run(["--target", "sandbox", *arguments], shop)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return execute
