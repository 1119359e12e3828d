"""A file that somebody edits while its rows are compared."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from tests.cli.records.conftest import Desk


class _Meddling(httpx.BaseTransport):
    """Lets somebody edit before the rows of the shop are answered."""

    def __init__(self, inner: httpx.BaseTransport, edit: Callable[[], object]) -> None:
        self._inner = inner
        self._edit = edit

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "custom-data-records" in request.url.path and request.method == "GET":
            self._edit()
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class _Edited(EmbeddedSandbox):
    def __init__(self, edit: Callable[[], object]) -> None:
        self._edit = edit

    def embedded(self, file: Path) -> Any:
        """As the tool has it."""
        transport, key = super().embedded(file)
        return _Meddling(transport, self._edit), key


def test_a_file_that_was_edited_after_it_was_compared_is_not_sent(desk: Desk) -> None:
    """Not even when only a value is another one: what was approved is not what would be sent."""
    file = desk.rows(("A", "Ann", 1), ("B", "Bob", 2))
    before = len(desk.writes())
    edited = _Edited(lambda: desk.rows(("A", "Ann", 1), ("B", "Eve", 2)))
    command = ("--target", "sandbox", "records", "apply", "Manager", "--file", file, "--auto-approve")
    desk.capture.readouterr()
    assert 4 == run_command(command, edited)
    told = desk.capture.readouterr().err
    assert "rows.csv was changed after it was compared. Nothing was sent: run the command again." in told
    assert before == len(desk.writes())
    assert [] == desk.live("Manager")


def test_a_record_set_of_an_apply_that_was_edited_meanwhile_fails(desk: Desk) -> None:
    """The rest is applied; nothing of the record set is sent."""
    desk.rows(("A", "Ann", 1), name="manifests/managers.csv")
    desk.write("manifests/managers.yaml", "kind: records\ndefinition: Manager\nfile: managers.csv\n")
    times = iter(range(100))
    edited = _Edited(lambda: desk.rows(("A", f"Ann {next(times)}", 1), name="manifests/managers.csv"))
    desk.capture.readouterr()
    assert 1 == run_command(("--target", "sandbox", "apply", "--auto-approve"), edited)
    printed = desk.capture.readouterr()
    assert "managers.csv was changed after it was compared" in printed.out + printed.err
    assert [] == desk.live("Manager")
