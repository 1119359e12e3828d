"""A command reads what its manifests need, and tells what else it could not read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CARD = "kind: definition\nname: Card\nfields: [{name: code, type: text}]\n"
EVENT = "kind: event\nname: Earned\ncode_name: earned\n"
FORBIDDEN = {"action": "status_before", "status": 403, "method": "GET", "path": "/v1/events", "count": 1000}
UNREAD = "events could not be read, so nothing is known of them"


@pytest.fixture
def shop(serve: Callable, run: Callable, tmp_path: Path) -> Callable[..., Any]:
    """Runs with a key that may not read events, of which the shop has one."""
    served = serve()
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "a.yaml").write_text(EVENT)
    assert 0 == run("apply", "--auto-approve", **served.environment).code
    (manifests / "a.yaml").write_text(CARD)
    served.control("PUT", "faults", {"rules": [FORBIDDEN]})
    return lambda *arguments, **more: run(*arguments, **{**served.environment, **more})


def test_definitions_are_managed_with_a_key_that_may_not_read_events(shop: Callable) -> None:
    """Nothing is asked of events, and nothing is said of them."""
    ended = shop("plan", "--format", "json")
    document = json.loads(ended.out)
    assert (0, ["definition/Card"], []) == (
        ended.code,
        [change["address"] for change in document["changes"]],
        [*document["unmanaged"], *document["warnings"]],
    )
    assert 0 == shop("apply", "--auto-approve").code
    assert "in sync: 1 unchanged, 0 unmanaged" in shop("plan").out


def test_drift_reads_all_it_can_and_says_what_it_could_not(shop: Callable) -> None:
    """How many events there are is not guessed."""
    assert 0 == shop("apply", "--auto-approve").code
    ended = shop("drift", "--format", "json")
    document = json.loads(ended.out)
    assert (0, ["definition", "override"]) == (ended.code, list(document["coverage"]))
    assert [True] == [UNREAD in warning for warning in document["warnings"]]
    text = shop("drift").out
    assert "1 of 1 definitions managed, 0 of 0 price overrides\n" in text
    assert f"warning: {UNREAD}" in text


def test_what_the_manifests_need_and_may_not_be_read_is_an_error(shop: Callable, tmp_path: Path) -> None:
    """Nothing is planned then."""
    (tmp_path / "manifests/b.yaml").write_text(EVENT)
    ended = shop("plan")
    assert (1, "") == (ended.code, ended.out)
    assert "events" in ended.err


def test_prune_has_to_read_all_that_it_may_delete(shop: Callable) -> None:
    """An event that cannot be seen is not left behind in silence."""
    assert 1 == shop("plan", "--prune").code
    assert 0 == shop("plan", "--prune", "--only", "definition/*").code


def test_a_wrong_key_is_no_warning(shop: Callable) -> None:
    """Although drift could do without events."""
    ended = shop("drift", SHOPIMIND_API_KEY="wrong")
    assert (1, "") == (ended.code, ended.out)
    assert "401" in ended.err


def test_pull_writes_down_all_it_can_read_and_says_what_it_could_not(shop: Callable, tmp_path: Path) -> None:
    """A kind that was named has to be readable; one that nobody named is told of, and the code says so."""
    assert 0 == shop("apply", "--auto-approve").code
    ended = shop("pull", "pulled")
    assert (5, True) == (ended.code, UNREAD in ended.out)
    assert ["card.yaml"] == [file.name for file in (tmp_path / "pulled").rglob("*.yaml")]
    assert 0 == shop("pull", "pulled", "--kinds", "definition").code
    assert 1 == shop("pull", "pulled", "--kinds", "event,definition").code
