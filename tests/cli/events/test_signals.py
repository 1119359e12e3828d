"""Ctrl-C while an event is sent, and while it is looked for: what is known is said, by a real process."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.events.conftest import CODE, EVENT, GOLD, MARIE, SCENARIO, TEMPLATE
from tests.warm.start import warm_command

SEND = ("events", "send", CODE, "--contact", f"email={MARIE}", *GOLD, "--auto-approve")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command in a folder with one event type."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "events.yaml").write_text(EVENT)
    started = []

    def run(served: Any, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*warm_command(), *command],
            cwd=tmp_path,
            env={**os.environ, **served.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def _prepare(served: Any) -> None:
    """The event type and a contact, visible."""
    properties = {
        "metaData": [{"name": name, "type": "text", "required": False} for name in ("previous_tier", "new_tier")]
    }
    person = {"customer_id": "C1", "email": MARIE, "first_name": "a", "last_name": "b", "lang": "fr"}
    times = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"}
    with served.client() as client:
        said = {"name": "Tier", "code_name": CODE, "properties": properties}
        assert client.post("/events", json=said).is_success
        assert client.post("/customers", json=[{**person, **times, "is_newsletter_subscribed": True}]).is_success


def _wait_for(served: Any, part: str, count: int) -> None:
    while sum(part in row["path"] for row in served.control("GET", "requests")) < count:
        time.sleep(0.02)


def test_ctrl_c_while_it_is_sent(serve: Callable, start: Callable) -> None:
    """The request under way ends, one look follows, and it says that it does not know: 130, with what to do."""
    served = serve("async_delay=0.1")
    _prepare(served)
    hang = {"action": "hang_before", "method": "POST", "path": "/v1/events/trigger", "seconds": 0.6}
    served.control("PUT", "faults", [hang])
    process = start(served, *SEND, "--format", "json")
    _wait_for(served, "/events/trigger/", 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    document = json.loads(out)
    assert ({"code": 130, "reason": "interrupted"}, 130) == (document["exit"], process.returncode)
    assert document["message"].startswith(
        "no answer, and no history row yet: it may still come. Do not send again before"
    )
    assert "Stopping: requests under way finish" in err
    assert 1 == sum("trigger" in row["path"] for row in served.control("GET", "requests"))


def test_ctrl_c_while_it_is_looked_for(serve: Callable, start: Callable) -> None:
    """The API said yes, and that is told."""
    served = serve("async_delay=0.1")
    _prepare(served)
    served.control("PATCH", "switches", {"async_delay": 3600})
    process = start(served, *SEND)
    _wait_for(served, "/events/histories", 3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert 130 == process.returncode
    assert "Unknown: accepted, and no history row yet: it may still come. Do not send again before" in out


def test_a_second_ctrl_c_ends_at_once(serve: Callable, start: Callable) -> None:
    """With a word on what may have been sent."""
    served = serve()
    _prepare(served)
    hang = {"action": "hang_before", "method": "POST", "path": "/v1/events/trigger", "seconds": 20}
    served.control("PUT", "faults", [hang])
    process = start(served, *SEND)
    _wait_for(served, "/events/trigger/", 1)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "Stopping" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert 130 == process.returncode
    assert "Requests under way may still be carried out: look at `reconciler events history" in err


def test_follow_shows_each_row_once_until_ctrl_c(serve: Callable, start: Callable) -> None:
    """That is its usual end: exit 0."""
    served = serve("async_delay=0")
    _prepare(served)
    process = start(served, "events", "history", "--follow", "--format", "json")
    _wait_for(served, "/events/histories", 1)
    body = {"contact": {"email": MARIE}, "metaData": {"new_tier": "gold"}}
    with served.client() as client:
        for _ in range(3):
            assert client.post(f"/events/trigger/{CODE}", json=body).is_success
    _wait_for(served, "/events/histories", 3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert 0 == process.returncode
    assert ["1", "2", "3"] == [json.loads(line)["id"] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [(b"n\n", 3, "Not approved. Nothing was sent."), (b"y\n", 0, "Landed, and the target was resolved")],
    ids=["no", "yes"],
)
def test_a_person_is_asked_on_a_terminal(serve: Callable, tmp_path: Path, typed: bytes, code: int, told: str) -> None:
    """With the request above the question; only a yes sends it."""
    served = serve("async_delay=0.1")
    _prepare(served)
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "events.yaml").write_text(f"{EVENT}---{SCENARIO}---{TEMPLATE}")
    control, terminal = os.openpty()
    process = subprocess.Popen(
        [*warm_command(), *SEND[:-1]],
        cwd=tmp_path,
        env={**os.environ, **served.environment},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(control, 4096)
    os.write(control, typed)
    while chunk := _read(control):
        said += chunk
    os.close(control)
    assert code == process.wait(timeout=30)
    shown = said.decode().replace("\r\n", "\n")
    assert f"POST /events/trigger/{CODE}\n{{\n" in shown
    question = (
        "This may start scenarios for marie.…@example.com: 1 declared scenario listens, Gold upgrade. Send? [y/N]:"
    )
    assert question in shown
    assert told in shown
    assert (code == 0) == any("trigger" in row["path"] for row in served.control("GET", "requests"))


def _read(control: int) -> bytes:
    """What the terminal shows next; nothing at its end."""
    try:
        return os.read(control, 4096)
    except OSError:
        return b""
