"""The manifests of this repository, rows included: one apply fills an empty shop."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = ["records/LoyaltyTier", "records/ResponsableCommercial", "records/Vet", "records/VetPricing"]


def document(ended: Any) -> Any:
    """The JSON document that was printed."""
    return json.loads(ended.out)


def test_one_apply_fills_an_empty_shop_over_http(
    run: Callable, serve: Callable, shipped_with_rows: Path, figure: Callable
) -> None:
    """Clinics that prices name by their name included (R11); a second apply sends nothing."""
    served = serve()
    command = ("apply", str(shipped_with_rows), "--auto-approve", "--format", "json")
    first = document(run(*command, **served.environment))
    assert (16, True, 0) == (len(first["applied"]), first["verified"], first["exit"]["code"])
    assert ROWS == first["applied"][-4:]
    served.control("DELETE", "requests")
    second = document(run(*command, **served.environment))
    asked = served.control("GET", "requests")
    assert ([], {"GET"}) == (second["applied"], {each["method"] for each in asked})
    figure("R11", f"clinics by name in prices, one run on an empty shop; applied again: {len(asked)} reads, 0 writes")


def test_the_schema_alone_takes_three_requests(run: Callable, serve: Callable, shipped_with_rows: Path) -> None:
    """Whoever plans it in every pull request does not pay for rows."""
    served = serve()
    run("apply", str(shipped_with_rows), "--auto-approve", "-q", **served.environment)
    served.control("DELETE", "requests")
    ended = run("plan", str(shipped_with_rows), "--no-records", **served.environment)
    assert "in sync: 12 unchanged" in ended.out
    assert 3 == len(served.control("GET", "requests"))


def test_every_row_is_valid(run: Callable, shipped_with_rows: Path) -> None:
    """Offline, by `validate` and by `records check`."""
    assert "27 manifests, all valid · 5 declared messages" in run("validate", str(shipped_with_rows)).out
    for address in ROWS:
        name = address.partition("/")[2]
        assert 0 == run("records", "check", name, str(shipped_with_rows)).code


def test_the_top_level_is_what_it_is_meant_to_be() -> None:
    """Whoever opens the repository sees at once where things are."""
    root = Path(__file__).parent.parent
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout
    top = {line.partition("/")[0] for line in tracked.splitlines()}
    fixed = {"pyproject.toml", "README.md", "reconciler", "manifests", "tests", ".github"}
    beside = {".ci", ".gitignore", "LICENSE", "CHANGELOG.md", "requirements.lock"}
    assert fixed | beside == top
