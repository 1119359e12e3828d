"""`drift` and the Markdown of `apply`, as a pipeline uses them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

EVENT = "kind: event\nname: {}\ncode_name: a\n"


@pytest.fixture
def shop(run: Callable, tmp_path: Path) -> Callable[..., object]:
    """Runs on a sandbox in which one event lives; the request log says that reading commands only read."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/a.yaml").write_text(EVENT.format("A"))
    assert 0 == run("--target", "sandbox", "apply", "--auto-approve").code
    return lambda *arguments, **more: run("--target", "sandbox", *arguments, **more)


def test_without_drift_it_ends_with_0(shop: Callable) -> None:
    """And says how much is managed."""
    ended = shop("drift")
    assert 0 == ended.code
    assert "0 of 0 definitions managed, 1 of 1 events" in ended.out
    assert "no drift" in ended.out


def test_drift_ends_with_2_in_every_format(shop: Callable, tmp_path: Path) -> None:
    """The same code is in the document; more formats can be written in the same run."""
    (tmp_path / "manifests/a.yaml").write_text(EVENT.format("B"))
    page = tmp_path / "summary.md"
    ended = shop("drift", "--format", "json", "--report", "markdown=drift.md", GITHUB_STEP_SUMMARY=str(page))
    document = json.loads(ended.out)
    assert (2, {"code": 2, "reason": "drift"}) == (ended.code, document["exit"])
    (drifted,) = document["drifted"]
    assert ("event/a", "changed", [{"path": ["name"], "op": "changed", "old": "A", "new": "B"}]) == (
        drifted["address"],
        drifted["state"],
        drifted["fields"],
    )
    assert {"managed": 1, "live": 1} == document["coverage"]["event"]
    markdown = (tmp_path / "drift.md").read_text(encoding="utf-8")
    assert markdown.startswith("<!-- reconciler:drift:sandbox -->")
    assert page.read_text(encoding="utf-8") == markdown
    assert 2 == shop("drift", "--format", "markdown").code == shop("drift").code


def test_what_was_switched_off_by_hand_is_told(run: Callable, serve: Callable, tmp_path: Path) -> None:
    """It is the merchant's own choice, and a reader should know it."""
    served = serve()
    (tmp_path / "manifests").mkdir(exist_ok=True)
    (tmp_path / "manifests/a.yaml").write_text("kind: definition\nname: D\nfields: [{name: a, type: text}]\n")
    assert 0 == run("apply", "--auto-approve", **served.environment).code
    with served.client() as client:
        assert client.patch("/custom-data-definitions/1/deactivate").is_success
    ended = run("drift", **served.environment)
    assert (0, True) == (ended.code, "definition/D is inactive" in ended.out)


def test_drift_needs_valid_manifests(shop: Callable, tmp_path: Path) -> None:
    """1 is not 2: a pipeline must not open an issue because of a typo."""
    (tmp_path / "manifests/a.yaml").write_text("kind: evnt\n")
    assert 1 == shop("drift").code
    assert 64 == shop("drift", "nowhere").code


def test_apply_writes_its_markdown(shop: Callable, tmp_path: Path) -> None:
    """For the step summary, and as a report beside the text."""
    (tmp_path / "manifests/a.yaml").write_text(EVENT.format("B"))
    page = tmp_path / "summary.md"
    ended = shop("apply", "--auto-approve", "--report", "markdown=done.md", GITHUB_STEP_SUMMARY=str(page))
    assert 0 == ended.code, ended.err
    markdown = (tmp_path / "done.md").read_text(encoding="utf-8")
    assert markdown.startswith("<!-- reconciler:apply:sandbox -->")
    assert page.read_text(encoding="utf-8") == markdown
    assert "1 applied" in ended.out
    again = shop("apply", "--auto-approve", "--format", "markdown")
    assert again.out.startswith("<!-- reconciler:apply:sandbox -->")


def test_apply_in_markdown_does_not_ask(shop: Callable, tmp_path: Path) -> None:
    """Nobody would see the plan that is to be approved; what waits for approval is told."""
    (tmp_path / "manifests/a.yaml").write_text(EVENT.format("B"))
    ended = shop("apply", "--format", "markdown")
    assert (3, True) == (ended.code, "### Waiting for approval (1)" in ended.out)
