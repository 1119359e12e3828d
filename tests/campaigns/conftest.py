"""What the campaigns share: a served shop per run, and eyes that are not the tool's own."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import reconciler
from reconciler.api.connection import Access, Connection, ConnectionOptions, Policy, ReadConnection
from reconciler.api.limiter import Limiter
from reconciler.api.shop import HttpShop
from reconciler.apply.run import Options
from reconciler.errors import ReconcilerError
from reconciler.model.outcome import fold
from reconciler.model.plan import Git, Plan, TargetInfo, Tool
from reconciler.model.target import Target
from reconciler.plan.build import Provenance
from reconciler.sandbox.store import Store
from tests.conftest import client_of

IMPATIENT = Policy(first_delay=0.0, longest_delay=0.0, connect_timeout=5.0, read_timeout=0.25, answer_timeout=0.5)
PATIENT = Policy()
OCCASION = Provenance(
    Tool(name="shopimind-reconciler", version="0"),
    TargetInfo(name="test", base_url="http://localhost/v1", key_fingerprint=""),
    Git(),
    datetime(2026, 1, 1, tzinfo=UTC),
)
Document = dict[str, Any]


@dataclass
class RealShop:
    """One shop of a sandbox in another process, reached over HTTP."""

    url: str
    key: str
    folder: Path
    control: Callable[..., Any]

    def write(self, documents: list[Document]) -> None:
        """Makes these the manifests."""
        self.folder.mkdir(exist_ok=True)
        text = "\n---\n".join(json.dumps(document) for document in documents)
        (self.folder / "manifests.yaml").write_text(text)

    def _connect(self, kind: type[Any], policy: Policy = IMPATIENT) -> Any:
        options = ConnectionOptions(policy=policy, limiter=Limiter(10**6), sleep=lambda seconds: None)
        return kind(Access(f"{self.url}/v1", SecretStr(self.key)), options)

    def plan(self) -> Plan:
        """What would be done."""
        with self._connect(ReadConnection) as connection:
            return reconciler.build_plan(self._load(), connection, OCCASION)[0]

    def prepare(self) -> None:
        """Makes the shop what the manifests say, as patient as the tool is: without a fault no answer is in doubt,
        however busy the machine is.
        """
        assert 0 == self.apply(policy=PATIENT)

    def apply(self, parallelism: int = 8, policy: Policy = IMPATIENT) -> int:
        """The exit code of one apply."""
        try:
            with self._connect(Connection, policy) as connection:
                plan, live = reconciler.build_plan(self._load(), connection, OCCASION)
                options = Options(parallelism=parallelism, rest=lambda seconds: None)
                events = reconciler.run_plan(plan, live, HttpShop(connection), options)
                return fold(events).exit(plan.summary.blocked).code
        except ReconcilerError as ended:
            return int(ended.exit_code)

    def _load(self) -> Any:
        return reconciler.load([str(self.folder)], Target("test"), {})

    def names(self) -> Counter[str]:
        """How often each name or code name lives, asked without the tool."""
        seen: Counter[str] = Counter()
        with client_of(self.url, self.key) as client:
            for path, key in (("custom-data-definitions", "name"), ("events", "code_name")):
                offset, more = 0, True
                while more:
                    body = client.get(f"/{path}", params={"limit": 100, "offset": offset}).json()
                    seen.update(row[key].casefold() for row in body["data"] if row.get("status") != "deleted")
                    offset, more = offset + 100, body["meta"]["pagination"]["has_next_page"] in (True, "true")
        return seen

    def duplicates(self) -> list[str]:
        """Names that live more than once."""
        return [name for name, count in self.names().items() if count > 1]


@pytest.fixture
def real_shops(serve: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[[str], RealShop]]:
    """Makes shops, all in one served sandbox without a rate limit."""
    served = serve("rate_limit=0")
    store = Store(tmp_path / "served.db")

    def make(name: str) -> RealShop:
        return RealShop(served.url, store.ensure_shop(name).key, tmp_path / name, served.control)

    yield make
    store.close()
