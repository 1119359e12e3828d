"""The main job as users do it: validate, plan, apply, plan again – in process and over real HTTP."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ADDRESSES = [
    "definition/LoyaltyAccount",
    "definition/LoyaltyTier",
    "definition/ResponsableCommercial",
    "definition/Attribution",
    "definition/Vet",
    "definition/VetAssignment",
    "definition/VetPricing",
    "event/loyalty.points_earned",
    "event/loyalty.points_expiring",
    "event/loyalty.tier_downgraded",
    "event/loyalty.tier_upgraded",
    "override/products.price",
]


def test_the_shipped_manifests_are_valid(run: Callable, shipped: Path) -> None:
    """validate needs no key and no network."""
    ended = run("validate", str(shipped))
    assert 0 == ended.code
    assert "23 manifests, all valid · 5 declared messages · 9 notes (-v tells them)\n" == ended.out


def test_the_embedded_sandbox_takes_the_shipped_manifests(run: Callable, shipped: Path) -> None:
    """Plan shows them, apply makes them, the second plan is in sync."""
    assert "12 to create" in run("--target", "sandbox", "plan", str(shipped)).out
    applied = run("--target", "sandbox", "apply", str(shipped), "--auto-approve")
    assert 0 == applied.code, applied.err
    assert "12 applied · read back and as planned" in applied.out
    again = run("--target", "sandbox", "plan", str(shipped), "--detailed-exitcode")
    assert 0 == again.code
    assert "in sync: 12 unchanged, 0 unmanaged" in again.out


def test_the_same_apply_works_over_http(run: Callable, shipped: Path, serve: Callable) -> None:
    """The key and the host come from the environment; nothing else differs."""
    served = serve()
    applied = run("apply", str(shipped), "--auto-approve", "--format", "json", **served.environment)
    document = json.loads(applied.out)
    assert ADDRESSES == document["applied"]
    assert {"code": 0, "reason": "applied"} == document["exit"]
    assert document["verified"] is True


def test_a_second_apply_sends_no_write(run: Callable, shipped: Path, serve: Callable, figure: Callable) -> None:
    """Counted by the server."""
    served = serve()
    run("apply", str(shipped), "--auto-approve", **served.environment)
    served.control("DELETE", "requests")
    again = run("apply", str(shipped), **served.environment)
    asked = _asked(served)
    writes = [method for method, _ in asked if method != "GET"]
    figure("second apply", f"{len(asked)} requests, {len(writes)} writes")
    assert 0 == again.code, again.err
    assert [] == writes


def test_a_plan_reads_as_much_as_it_must_and_writes_nothing(
    run: Callable, shipped: Path, serve: Callable, figure: Callable
) -> None:
    """One page of definitions, one of events, one of overrides."""
    served = serve()
    run("apply", str(shipped), "--auto-approve", **served.environment)
    served.control("DELETE", "requests")
    run("plan", str(shipped), **served.environment)
    asked = _asked(served)
    figure("requests of a plan", f"shipped set: {len(asked)}, limit 3")
    assert [("GET", "custom-data-definitions"), ("GET", "events"), ("GET", "overrides")] == sorted(asked)


def test_an_apply_stays_within_its_requests(run: Callable, shipped: Path, serve: Callable, figure: Callable) -> None:
    """Reads of the plan, one write per change, one page per kind to read back; and a look at the prices that are
    there before the set is replaced."""
    served = serve()
    document = json.loads(run("apply", str(shipped), "--auto-approve", "--format", "json", **served.environment).out)
    most, looks = 3 + 12 + 1 + 2, 1
    figure("requests of an apply", f"12 creates: {document['requests']}, at most {most} and {looks} look before")
    assert most + looks >= document["requests"] == len(_asked(served))


def test_the_forecast_is_what_apply_then_costs(run: Callable, shipped: Path, serve: Callable) -> None:
    """plan says beforehand how many requests applying takes."""
    served = serve()
    plan = json.loads(run("plan", str(shipped), "--format", "json", **served.environment).out)
    applied = json.loads(run("apply", str(shipped), "--auto-approve", "--format", "json", **served.environment).out)
    assert plan["forecast"]["requests"] == applied["requests"] - 3


def test_the_plan_document_says_everything(run: Callable, shipped: Path) -> None:
    """Its keys are those of the format, its exit code is the process's."""
    ended = run("--target", "sandbox", "plan", str(shipped), "--format", "json", "--detailed-exitcode")
    document = json.loads(ended.out)
    assert ["format_version", "tool", "target", "created_at", "expires_at", "git", "changes", "blocked", "unchanged",
            "unmanaged", "warnings", "summary", "forecast", "digest", "exit", "live", "asked", "rests_on",
            "checksum"] == list(document)  # fmt: skip
    assert ADDRESSES == [change["address"] for change in document["changes"]]
    attribution = document["changes"][3]
    assert ["definition/ResponsableCommercial"] == attribution["depends_on"]
    assert {"path": ["fields", "assigned_at"], "op": "added", "old": None,
            "new": {"label": "Assigned at", "type": "date", "required": False}} in attribution["fields"]  # fmt: skip
    assert 2 == ended.code == document["exit"]["code"]


def test_two_shops_with_one_set_of_manifests(run: Callable, shipped: Path, serve: Callable) -> None:
    """References are names: the second shop has other ids, and the same manifests fit it."""
    first, second = serve(file="one.db"), serve(file="two.db")
    run("apply", str(shipped), "--auto-approve", "--only", "definition/Vet*", **second.environment)
    for served in (first, second):
        assert 0 == run("apply", str(shipped), "--auto-approve", **served.environment).code
        assert "in sync" in run("plan", str(shipped), **served.environment).out


def test_only_takes_what_it_needs_along(run: Callable, shipped: Path) -> None:
    """A pattern picks addresses, and what they refer to comes too."""
    ended = run("--target", "sandbox", "plan", str(shipped), "--only", "definition/Attribution", "--format", "json")
    addresses = [change["address"] for change in json.loads(ended.out)["changes"]]
    assert ["definition/ResponsableCommercial", "definition/Attribution"] == addresses


def test_the_requests_of_a_plan_can_be_shown(run: Callable, shipped: Path) -> None:
    """--show-requests names every write beforehand."""
    out = run("--target", "sandbox", "plan", str(shipped), "--show-requests", "--only", "definition/Vet").out
    assert "POST /custom-data-definitions  definition/Vet" in out
    assert "1 page to read back" in out


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_target_may_stand_on_either_side_of_the_command(run: Callable, shipped: Path, where: str) -> None:
    """Both ways are what people type."""
    target = ["--target", "sandbox"]
    arguments = [*target, "plan", str(shipped)] if where == "before" else ["plan", str(shipped), *target]
    assert 0 == run(*arguments).code


def test_options_come_from_the_environment_too(run: Callable, shipped: Path) -> None:
    """RECONCILER_<OPTION>."""
    ended = run("plan", str(shipped), RECONCILER_TARGET="sandbox", RECONCILER_FORMAT="json")
    assert "sandbox" == json.loads(ended.out)["target"]["name"]


def _asked(served: Any) -> list[tuple[str, str]]:
    """(method, last part of the path) of everything the server was asked."""
    log = served.control("GET", "requests")
    rows = log["requests"] if isinstance(log, dict) else log
    return [(row["method"], row["path"].partition("?")[0].rpartition("/")[2]) for row in rows]
