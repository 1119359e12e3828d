"""One apply without our rate limiter, as a process: `python -m tests.benchmarks.unlimited URL KEY FOLDER`."""

import sys
from datetime import UTC, datetime

from pydantic import SecretStr

import reconciler
from reconciler.api.connection import Access, Connection, ConnectionOptions
from reconciler.api.limiter import Limiter
from reconciler.api.shop import HttpShop
from reconciler.apply.run import Options
from reconciler.model.outcome import fold
from reconciler.model.plan import Git, TargetInfo, Tool
from reconciler.model.target import Target
from reconciler.plan.build import Provenance


def main(url: str, key: str, folder: str) -> None:
    """Raises when anything was not applied."""
    occasion = Provenance(Tool(name="b", version="0"), TargetInfo(name="b", base_url=url, key_fingerprint=""), Git(),
                        datetime.now(UTC))  # fmt: skip
    with Connection(Access(f"{url}/v1", SecretStr(key)), ConnectionOptions(limiter=Limiter(10**9))) as connection:
        plan, live = reconciler.build_plan(reconciler.load([folder], Target("b"), {}), connection, occasion)
        outcome = fold(reconciler.run_plan(plan, live, HttpShop(connection), Options()))
    assert outcome.complete, outcome


if __name__ == "__main__":
    main(*sys.argv[1:])
