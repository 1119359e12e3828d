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
