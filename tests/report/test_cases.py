"""Golden cases: manifests and the rows of the API's listings on one side, the plan a reviewer reads on the other.

`REGENERATE_CASES=1 python -m pytest tests/report/test_cases.py` writes plan.json and plan.txt anew; read the
difference before it is committed.
"""

import json
import os
from contextlib import chdir
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.api.live import live_of
from reconciler.api.registry import ENDPOINTS
from reconciler.diff.compare import compare
from reconciler.manifest.load import load
from reconciler.manifest.resolve import resolve, still_dangling
from reconciler.manifest.template import Renderer
from reconciler.model.live import Live
from reconciler.model.plan import Git, Plan, TargetInfo, Tool
from reconciler.plan.build import Provenance, build
from reconciler.report.documents import as_json
from reconciler.report.plan_text import plan_text

CASES = sorted(folder for folder in (Path(__file__).parent.parent / "cases").iterdir() if folder.is_dir())
NOT_COMPARED = ("tool", "created_at", "expires_at", "digest")
OCCASION = Provenance(
    Tool(name="shopimind-reconciler", version="0"),
    TargetInfo(name="shopimind", base_url="https://core.shopimind.com/v1", key_fingerprint="0123456789ab"),
    Git(),
    datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_plan_reads_as_reviewed(case: Path) -> None:
    """Rows → live → comparison → plan → document and text, all as they were looked at."""
    plan = _planned(case)
    document = {key: value for key, value in plan.document().items() if key not in NOT_COMPARED}
    got = {"plan.json": as_json(document), "plan.txt": plan_text(plan)}
    if os.environ.get("REGENERATE_CASES"):
        for name, text in got.items():
            (case / name).write_text(text, encoding="utf-8")
    assert {name: (case / name).read_text(encoding="utf-8") for name in got} == got


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_id_is_in_a_plan(case: Path) -> None:
    """References stay addresses: no id of the shop can be found in what is shown or saved. Only warnings about
    several resources of one name tell them apart by their ids.
    """
    ids = {str(row.get("id_definition") or row.get("id")) for row in _rows(case)["definitions"]}
    plan = _planned(case).model_copy(update={"warnings": ()})
    assert not [number for number in ids if number in plan_text(plan) or number in as_json(plan.document())]


def _planned(case: Path) -> Plan:
    with chdir(case):
        resolved = resolve(load(["manifests.yaml"], Renderer({}, {})), date(2026, 1, 1))
    assert () == resolved.findings
    live = _live(case)
    assert [] == still_dangling(resolved, live)
    return build(resolved.desired, compare(resolved.desired, live), OCCASION)


def _live(case: Path) -> Live:
    """All three listings are read; a case without rows of a kind has an empty listing."""
    rows = _rows(case)
    return live_of({kind: endpoint.read_rows(rows.get(f"{kind}s", [])) for kind, endpoint in ENDPOINTS.items()})


def _rows(case: Path) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = json.loads((case / "live.json").read_text(encoding="utf-8"))
    return rows
