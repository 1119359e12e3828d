"""The drift workflow, run as it stands: one issue for as long as the shop and its manifests differ."""

import pytest

from tests.workflows.conftest import BASE, GOOD, Scene
from tests.workflows.test_review import logs, results


@pytest.fixture
def in_sync(scene: Scene) -> Scene:
    """A shop that is as its manifests."""
    jobs = scene.run("apply.yml", environment="production")
    assert "success" == jobs["apply"].result, logs(jobs)
    return scene


def test_drift_has_one_issue_from_its_beginning_to_its_end(in_sync: Scene) -> None:
    """Opened, edited in place when the drift changes, closed when it is gone, opened again when it comes back."""
    assert {"drift": "success", "issue": "success"} == results(in_sync.run("drift.yml"))
    assert [] == in_sync.hub.writes()
    in_sync.write(GOOD)
    jobs = in_sync.run("drift.yml")
    assert {"drift": "success", "issue": "success"} == results(jobs), logs(jobs)
    issue = in_sync.hub.issues[1]
    assert issue["body"].startswith("<!-- reconciler:drift%20default -->\n")
    assert "Card" in issue["body"]
    in_sync.write(GOOD.replace("tier", "level"))
    in_sync.run("drift.yml")
    assert "level" in issue["body"]
    in_sync.write(BASE)
    in_sync.run("drift.yml")
    assert "closed" == issue["state"]
    assert "again" in in_sync.hub.comments[-1]["body"]
    in_sync.write(GOOD)
    in_sync.run("drift.yml")
    assert ["closed", "open"] == [one["state"] for one in in_sync.hub.issues[1:]]


def test_an_older_run_that_is_run_again_tells_no_old_drift(in_sync: Scene) -> None:
    """The shop follows the branch, so it is the branch as it is now that it is compared with."""
    old = in_sync.head()
    in_sync.write(GOOD)
    in_sync.run("apply.yml", environment="production")
    jobs = in_sync.run("drift.yml", commit=old)
    assert {"drift": "success", "issue": "success"} == results(jobs), logs(jobs)
    assert [] == in_sync.hub.writes()


def test_a_failure_is_no_drift(in_sync: Scene) -> None:
    """A shop that refuses the key says nothing of itself: the run is red, and the issue stays as it is."""
    in_sync.key = "a key that was revoked"
    in_sync.write(GOOD)
    jobs = in_sync.run("drift.yml")
    assert {"drift": "failure", "issue": "skipped"} == results(jobs), logs(jobs)
    assert "::error title=reconciler drift ended with 1::it failed" in jobs["drift"].log
    assert [] == in_sync.hub.writes()
