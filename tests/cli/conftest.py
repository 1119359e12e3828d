"""What tests of commands in this process share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """An empty shop."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path, capsys)
    yield desk
    desk.client.close()
    desk.store.close()


@pytest.fixture(scope="session")
def applied() -> list[bytes]:
    """The file of the shop that the first apply made, in which every `Place` begins (test_saved_plans.py)."""
    return []
