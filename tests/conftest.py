"""What all tests share: no way out of this machine, and a shop to talk to.

The shop is the sandbox, in memory and on the test's own clock, behind the same HTTP client as everywhere; `served`
is one in a process of its own, over real HTTP.
"""

import gc
import ipaddress
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import hypothesis
import pytest
from pydantic import SecretStr

import reconciler
from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy, ReadConnection
from reconciler.api.limiter import Limiter
from reconciler.api.shop import HttpShop
from reconciler.apply.run import Options
from reconciler.manifest.resolve import Resolved
from reconciler.model.event import Progress
from reconciler.model.live import Live
from reconciler.model.outcome import Outcome, fold
from reconciler.model.plan import Git, Plan, TargetInfo, Tool
from reconciler.model.target import Target
from reconciler.plan.build import Provenance
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import FaultRules
from reconciler.sandbox.store import LoggedRequest, Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.transport import SandboxTransport
from tests.warm.start import COLD, needs_a_cold_start, run_warm, warm_command

C = TypeVar("C", bound=ReadConnection)
IMPATIENT = Policy(first_delay=0.0, longest_delay=0.0, read_timeout=2.0)
OCCASION = Provenance(
    Tool(name="shopimind-reconciler", version="0"),
    TargetInfo(name="test", base_url="http://localhost/v1", key_fingerprint=""),
    Git(),
    datetime(2026, 1, 1, tzinfo=UTC),
)


def _refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: a connection to anything but this machine is an error, whoever makes it."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_this_machine(str(address[0])):
        raise RuntimeError(f"a test tried to reach {address[0]}")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(_refuse_the_network)
# How long an example takes says something of what else the machine does.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")
# Until all tests are collected there is next to no garbage.
gc.disable()
# Processes that are started, and each worker of the next run, would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # in the background of a script; the processes of tests inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int | None:
    """One more than there are cores: a quarter of the time tests wait, for servers and before retries."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """The nine thousand tests stay until the end, and so does what they import: no search for garbage visits them."""
    gc.collect()
    gc.freeze()
    gc.enable()


@dataclass
class Lab:
    """One shop and one folder of manifests."""

    folder: Path
    store: Store = field(default_factory=lambda: Store(":memory:"))
    faults: FaultRules = field(default_factory=FaultRules)
    switches: Switches = field(default_factory=Switches)
    policy: Policy = IMPATIENT
    slept: list[float] = field(default_factory=list)
    _open: list[ReadConnection] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = create_app(self.store, self.switches, self.faults)
        self.key = self.store.ensure_shop().key

    def write(self, text: str, name: str = "manifests.yaml") -> None:
        """Makes `text` the content of a manifest file."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def connect(self, kind: type[C], transport: httpx.BaseTransport | None = None) -> C:
        """A connection to the shop; waiting is noted and not done."""
        options = ConnectionOptions(
            transport or SandboxTransport(self.app), self.policy, Limiter(10**6), self.slept.append
        )
        connection = kind(Access("http://localhost/v1", SecretStr(self.key)), options)
        self._open.append(connection)
        return connection

    def load(self) -> Resolved:
        """The manifests of the folder."""
        return reconciler.load([str(self.folder)], Target("test"), {})

    def plan(self, transport: httpx.BaseTransport | None = None) -> tuple[Plan, Live]:
        """A plan over a connection that can only read; the shop's own log says that it did."""
        before = len(self.writes())
        planned = reconciler.build_plan(self.load(), self.connect(ReadConnection, transport), OCCASION)
        assert before == len(self.writes())
        return planned

    def apply(self, **options: object) -> Outcome:
        """Plans and applies."""
        return fold(self.events(**options))

    def events(self, **options: Any) -> list[Progress]:
        """The same, as events."""
        plan, live = reconciler.build_plan(self.load(), self.connect(ReadConnection), OCCASION)
        return self._send(plan, live, **options)

    def run(self, plan: Plan, live: Live, **options: Any) -> Outcome:
        """Applies a plan that was made before."""
        return fold(self._send(plan, live, **options))

    def _send(self, plan: Plan, live: Live, **options: Any) -> list[Progress]:
        options.setdefault("rest", self.slept.append)
        shop = HttpShop(self.connect(Connection))
        return list(reconciler.run_plan(plan, live, shop, Options(**options)))

    def post(self, path: str, body: object) -> dict[str, object]:
        """Somebody else writes to the shop."""
        return self.send("POST", path, body)

    def send(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """Somebody else does anything to the shop."""
        with httpx.Client(transport=SandboxTransport(self.app), base_url="http://localhost/v1") as client:
            answer = client.request(method, path, json=body, headers={"spm-api-key": self.key})
        assert answer.is_success, answer.text
        data = answer.json()["data"]
        assert isinstance(data, dict)
        return data

    def requests(self) -> list[LoggedRequest]:
        """What the shop was asked, in order."""
        return list(self.store.requests())

    def writes(self) -> list[str]:
        """`METHOD path` of every request that was not a read."""
        return [f"{asked.method} {asked.path}" for asked in self.requests() if asked.method != "GET"]

    def copy(self) -> bytes:
        """All that is in the shop, its key and its log included."""
        return self.store._db.serialize()

    def become(self, copy: bytes) -> None:
        """The shop is as that one was when it was copied."""
        self.store._db.deserialize(copy)
        self.key = self.store.ensure_shop().key

    def close(self) -> None:
        """May be done early, by tests that make many."""
        while self._open:
            self._open.pop().__exit__()
        self.store.close()


@pytest.fixture
def new_lab(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """Makes labs; each has a folder of its own."""
    labs: list[Lab] = []

    def make(**settings: Any) -> Lab:
        folder = tmp_path / f"lab{len(labs)}"
        folder.mkdir()
        labs.append(Lab(folder, **settings))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture
def lab(new_lab: Callable[..., Lab]) -> Lab:
    """A shop that behaves."""
    return new_lab()


def client_of(url: str, key: str) -> httpx.Client:
    """Asks what listens at `url` on this machine. It reads no certificates: that takes 25 ms, and there is no TLS."""
    return httpx.Client(base_url=f"{url}/v1", headers={"spm-api-key": key}, trust_env=False, verify=False)


@dataclass(frozen=True)
class Served:
    """A sandbox in a process of its own."""

    url: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it as the real API."""
        return {"SHOPIMIND_CORE_API_BASE": self.url, "SHOPIMIND_API_KEY": self.key}

    def client(self) -> httpx.Client:
        """Somebody else, who uses the shop."""
        return client_of(self.url, self.key)

    def control(self, method: str, what: str, body: object = None) -> object:
        """Fault rules, request log and switches."""
        with self.client() as client:
            answer = client.request(method, f"{self.url}/_sandbox/{what}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts sandboxes over real HTTP, each in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*switches: str, file: str = "served.db") -> Served:
        chosen = [part for switch in switches for part in ("--set", switch)]
        command = [*warm_command(), "sandbox", "serve", "--port", "0", "--control", *chosen]
        process = subprocess.Popen(
            [*command, "--db", str(tmp_path / file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        key = process.stdout.readline().removeprefix("key: ").strip()
        assert url is not None
        return Served(url[0], key)

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


@dataclass(frozen=True)
class Ran:
    """How a process ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Runs `reconciler` as a user does: a process of its own, in a folder of its own, with a clean environment."""

    def execute(*arguments: str, folder: Path = tmp_path, **environment: str) -> Ran:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHOPIMIND", "RECONCILER"))}
        chosen = {**clean, **environment}
        if not needs_a_cold_start(environment):
            return Ran(*run_warm(arguments, folder, chosen, seconds=120))
        done = subprocess.run(
            [*COLD, *arguments],
            cwd=folder,
            env=chosen,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return execute


SHIPPED = Path(__file__).parent.parent / "manifests"


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's manifests, messages included, without the rows."""
    folder = tmp_path_factory.mktemp("shipped") / "manifests"
    folder.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        documents = re.split(r"^---\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        schema = [document for document in documents if "\nkind: records\n" not in f"\n{document}"]
        (folder / file.name).write_text("---\n".join(schema), encoding="utf-8")
    shutil.copytree(SHIPPED / "messages", folder / "messages")
    return folder


@pytest.fixture
def shipped_with_rows() -> Path:
    """The manifests of this repository, all of them."""
    return SHIPPED


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """Notes a promise and its figure for the table at the end of the run."""

    def note(promise: str, measured: str) -> None:
        print(f"{promise}: {measured}")
        record_property("figure", f"{promise}\t{measured}")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of figures."""
    reports = [report for how in ("passed", "failed") for report in terminalreporter.getreports(how)]
    noted = {str(value) for report in reports for name, value in report.user_properties if name == "figure"}
    if noted:
        terminalreporter.section("figures")
    for promise, _, measured in sorted(line.partition("\t") for line in noted):
        terminalreporter.line(f"{promise.ljust(36)} {measured}")
