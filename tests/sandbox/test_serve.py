"""Over real HTTP: the same faults are real, the control endpoints steer them, and a signal ends it cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

SERVER = """
import sys
from pathlib import Path
from reconciler.sandbox.serve import serve
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
store = Store(Path(sys.argv[1]))
key = store.ensure_shop().key
serve(store, port=0, switches=Switches(), control=sys.argv[2] == "control",
      ready=lambda port: print(port, key, flush=True))
store.close()
print("bye", flush=True)
"""


def start(path: Path, mode: str) -> tuple[subprocess.Popen[str], httpx.Client]:
    """Start a server in a process of its own and return a client for it."""
    command = [sys.executable, "-c", SERVER, str(path), mode]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port, key = server.stdout.readline().split()
    return server, httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"spm-api-key": key}, trust_env=False, verify=False
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A served sandbox with control endpoints."""
    server, client = start(tmp_path_factory.mktemp("served") / "a.db", "control")
    with client:
        yield client
    server.terminate()
    server.communicate(timeout=10)


@pytest.fixture
def steered(served: httpx.Client) -> Iterator[httpx.Client]:
    """The same, left without faults and log."""
    served.delete("/_sandbox/requests")
    yield served
    served.delete("/_sandbox/faults")


def test_it_serves(steered: httpx.Client) -> None:
    """A request over a socket is answered."""
    assert 200 == steered.get("/v1/events").status_code


@pytest.mark.parametrize(
    "host", ["rebound.example", "rebound.example:80", "127.0.0.1.rebound.example", "localhost.x", ""]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(steered: httpx.Client, host: str) -> None:
    """Else a web page could talk to the sandbox under a name of its own, control endpoints included."""
    for path in ("/v1/events", "/_sandbox/requests", "/api-json", "/", "/_page/content", "/_page/live"):
        assert 400 == steered.get(path, headers={"Host": host}).status_code
    assert [] == steered.get("/_sandbox/requests").json()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8787", "LOCALHOST"])
def test_the_names_of_this_machine_are_served(steered: httpx.Client, host: str) -> None:
    """With any port: a container or a tunnel may show it under another one."""
    assert 200 == steered.get("/v1/events", headers={"Host": host}).status_code


def test_a_web_page_cannot_steer_the_sandbox(steered: httpx.Client) -> None:
    """A browser sends the page's origin along with a request that writes."""
    refused = steered.put("/_sandbox/faults", json=[], headers={"Origin": "https://page.example"})
    assert 403 == refused.status_code


def test_a_head_is_a_get_without_its_body(steered: httpx.Client) -> None:
    """As every server answers it."""
    answer = steered.head("/v1/events")
    assert (200, b"") == (answer.status_code, answer.content)


@pytest.mark.parametrize(("action", "executed"), [("lose_before", 0), ("lose_after", 1)])
def test_a_lost_answer_is_a_closed_connection(steered: httpx.Client, action: str, executed: int) -> None:
    """The connection closes without a status line, and the next one works."""
    steered.put("/_sandbox/faults", json={"rules": [{"action": action, "method": "POST"}]})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        steered.post("/v1/events", json={"name": "E", "code_name": action})
    names = [row["code_name"] for row in steered.get("/v1/events").json()["data"]]
    assert executed == names.count(action)


def test_a_hang_is_a_read_timeout(steered: httpx.Client) -> None:
    """Others are served meanwhile."""
    steered.put("/_sandbox/faults", json=[{"action": "hang_before", "seconds": 20}])
    with pytest.raises(httpx.ReadTimeout):
        steered.get("/v1/events", timeout=0.2)
    assert 200 == steered.get("/v1/events").status_code


def test_broken_json_arrives_with_a_right_length(steered: httpx.Client) -> None:
    """The body is complete for HTTP and no JSON."""
    steered.put("/_sandbox/faults", json=[{"action": "broken_json"}])
    answer = steered.get("/v1/events")
    assert (200, False) == (answer.status_code, answer.text.endswith("}"))


def test_control_requests_are_neither_logged_nor_counted(steered: httpx.Client) -> None:
    """Only requests to the API are."""
    steered.put("/_sandbox/faults", json=[{"action": "status_before", "at": 2, "status": 503}])
    first = steered.get("/v1/events").status_code
    steered.get("/_sandbox/faults")
    second = steered.get("/v1/events?limit=1").status_code
    logged = [(r["method"], r["path"], r["status"]) for r in steered.get("/_sandbox/requests").json()]
    assert (200, 503, [("GET", "/v1/events", 200), ("GET", "/v1/events?limit=1", 503)]) == (first, second, logged)


def test_switches_change_while_it_runs(steered: httpx.Client) -> None:
    """Values may be JSON or text; a wrong one is explained."""
    changed = steered.patch("/_sandbox/switches", json={"stringify_listings": False, "latency": "0"}).json()
    wrong = steered.patch("/_sandbox/switches", json={"latenci": 1})
    steered.patch("/_sandbox/switches", json={"stringify_listings": "on"})
    assert (False, 400, True) == (
        changed["stringify_listings"],
        wrong.status_code,
        "did you mean latency" in wrong.json()["message"],
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: int) -> None:
    """``serve`` returns, so that the caller can close the store; without control there is no steering."""
    server, client = start(tmp_path / "a.db", "plain")
    with client:
        status = client.get("/_sandbox/switches").status_code
    server.send_signal(number)
    output, _ = server.communicate(timeout=10)
    assert ("bye\n", 0, 404) == (output, server.returncode, status)


def test_a_page_that_is_open_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """Its stream of changes ends with the server, without a complaint on stderr."""
    server, client = start(tmp_path / "a.db", "plain")
    with client, client.stream("GET", "/_page/live") as stream:
        lines = stream.iter_lines()
        assert "data: {}" in lines
        server.send_signal(signal.SIGTERM)
        rest = [line for line in lines if line]
        output, complaints = server.communicate(timeout=10)
    assert ([], "bye\n", "", 0) == (rest, output, complaints, server.returncode)
