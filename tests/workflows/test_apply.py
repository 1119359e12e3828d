"""The apply workflow, run as it stands: exactly the plan that was approved, or nothing."""

from collections.abc import Callable
from pathlib import Path

import yaml

from tests.workflows.conftest import BASE, BEFORE, BLOCKED, EVENT, GOOD, Scene
from tests.workflows.expressions import expanded
from tests.workflows.runner import ROOT, Runner
from tests.workflows.test_review import logs, results


def test_what_is_merged_is_applied(scene: Scene) -> None:
    """The second run finds nothing to do, and asks nobody to approve it."""
    jobs = scene.run("apply.yml", environment="production")
    assert {"plan": "success", "apply": "success"} == results(jobs), logs(jobs)
    assert "**1** to create" in jobs["plan"].summary
    assert jobs["plan"].outputs["digest"].startswith("sha256:")
    counts = {"has-changes": "true", "blocked": "0", "breaking": "0"}
    told = {"summary": "1 to create, 0 to update, 0 to delete, 0 blocked", **counts}
    assert told.items() <= jobs["plan"].outputs.items()
    ended = {"exit-code": "0", "summary": "1 applied, 0 failed, 0 skipped, 0 unknown"}
    assert ended == jobs["apply"].outputs
    again = scene.run("apply.yml", environment="production")
    assert {"plan": "success", "apply": "skipped"} == results(again), logs(again)


def test_a_stale_plan_is_refused(scene: Scene, run: Callable, tmp_path: Path) -> None:
    """Somebody changes the shop while the plan waits for approval: 4, and the run says what to do."""
    elsewhere = folder_with(tmp_path / "elsewhere", GOOD)

    def meanwhile(runner: Runner) -> None:
        done = run("apply", "--auto-approve", folder=elsewhere, **scene.environment, SHOPIMIND_API_KEY=scene.key)
        assert 0 == done.code, done.err

    jobs = scene.run("apply.yml", environment="production", approve=meanwhile)
    assert {"plan": "success", "apply": "failure"} == results(jobs), logs(jobs)
    assert "::error title=reconciler apply ended with 4::stale" in jobs["apply"].log


def test_another_plan_than_the_one_approved_is_refused(scene: Scene, run: Callable) -> None:
    """Who can replace the artefact, even by a sound plan of the same commit, gains nothing by it."""
    scene.write(f"{BASE}---\n{BASE.replace('Card', 'Other')}")

    def meanwhile(runner: Runner) -> None:
        saved = runner.artifacts / "reconciler-plan-default" / "plan.json"
        saved.unlink()
        chosen = ("plan", "--only", "definition/Other", "--out", str(saved))
        done = run(*chosen, folder=runner.repository, **scene.environment, SHOPIMIND_API_KEY=scene.key)
        assert 0 == done.code, done.err

    jobs = scene.run("apply.yml", environment="production", approve=meanwhile)
    assert {"plan": "success", "apply": "failure"} == results(jobs), logs(jobs)
    assert "::error title=reconciler apply ended with 4::stale" in jobs["apply"].log


def test_an_older_run_that_is_run_again_undoes_nothing(scene: Scene) -> None:
    """It plans the branch as it is now; a plan of its own commit would take back what was merged since."""
    scene.write(GOOD + "description: Cards\n")
    old = scene.head()
    scene.run("apply.yml", environment="production")
    scene.write(GOOD + "description: Cards of the loyalty programme\n")
    scene.run("apply.yml", environment="production")
    again = scene.run("apply.yml", environment="production", commit=old)
    assert {"plan": "success", "apply": "skipped"} == results(again), logs(again)
    assert scene.head() == again["plan"].outputs["commit"] != old


def test_what_is_merged_during_the_approval_waits_for_its_own(scene: Scene) -> None:
    """Applied is the commit that was planned, although the branch has moved on."""
    planned = scene.head()
    jobs = scene.run("apply.yml", environment="production", approve=lambda runner: scene.write(GOOD))
    assert {"plan": "success", "apply": "success"} == results(jobs), logs(jobs)
    assert planned == jobs["plan"].outputs["commit"] != scene.head()
    later = scene.run("apply.yml", environment="production")
    assert "**1** to update" in later["plan"].summary


def test_a_blocked_plan_ends_before_the_approval(scene: Scene) -> None:
    """Nobody is asked to approve what cannot be done."""
    scene.run("apply.yml", environment="production")
    scene.write(BLOCKED)
    jobs = scene.run("apply.yml", environment="production")
    assert {"plan": "failure", "apply": "skipped"} == results(jobs), logs(jobs)
    assert "::error title=reconciler plan ended with 3::refused" in jobs["plan"].log


def test_what_breaks_needs_the_input(scene: Scene) -> None:
    """Nobody is asked to approve what is neither allowed nor accepted."""
    scene.write(BEFORE)
    scene.run("apply.yml", environment="production")
    scene.write(EVENT)
    refused = scene.run("apply.yml", environment="production")
    assert {"plan": "failure", "apply": "skipped"} == results(refused), logs(refused)
    assert "::error title=reconciler plan ended with 3::refused" in refused["plan"].log
    allowed = scene.run("apply.yml", environment="production", allow_breaking=True)
    assert {"plan": "success", "apply": "success"} == results(allowed), logs(allowed)


def test_what_a_manifest_accepts_needs_no_input(scene: Scene) -> None:
    """Else every accepted change would stop here, and the input would stay on for good."""
    scene.write(BEFORE)
    scene.run("apply.yml", environment="production")
    scene.write(EVENT + "accept: [{change: properties.metaData.b, reason: unused, until: 2999-12-31}]\n")
    jobs = scene.run("apply.yml", environment="production")
    assert {"plan": "success", "apply": "success"} == results(jobs), logs(jobs)


def test_a_guard_ends_before_the_approval(scene: Scene) -> None:
    """No input lifts a guard, so no approval could either."""
    (scene.folder / "repository" / "manifests" / "reconciler.toml").write_text("[guards]\nmax_creates = 0\n")
    scene.write(BASE)
    jobs = scene.run("apply.yml", environment="production", allow_breaking=True, allow_destroy=True)
    assert {"plan": "failure", "apply": "skipped"} == results(jobs), logs(jobs)
    assert "::error title=reconciler plan ended with 3::refused" in jobs["plan"].log


def test_deletes_need_the_input(scene: Scene) -> None:
    """The approval of a plan is not yet the permission to destroy what customers have."""
    old = BASE.replace("Card", "Old")
    scene.write(f"{BASE}---\n{old}")
    scene.run("apply.yml", environment="production")
    scene.write(f"{BASE}---\n{old}ensure: absent\n")
    kept = scene.run("apply.yml", environment="production")
    assert {"plan": "failure", "apply": "skipped"} == results(kept), logs(kept)
    assert "::error title=reconciler plan ended with 3::refused" in kept["plan"].log
    gone = scene.run("apply.yml", environment="production", allow_destroy=True)
    assert {"plan": "success", "apply": "success"} == results(gone), logs(gone)
    assert "**1** to delete" in gone["plan"].summary


def test_what_has_left_the_manifests_stays(scene: Scene) -> None:
    """The review said so, and no input of a workflow may make it untrue after somebody agreed."""
    scene.write(f"{BASE}---\n{BASE.replace('Card', 'Old')}")
    scene.run("apply.yml", environment="production")
    scene.write(BASE)
    jobs = scene.run("apply.yml", environment="production", allow_destroy=True)
    assert {"plan": "success", "apply": "skipped"} == results(jobs), logs(jobs)
    assert "nothing changes" in jobs["plan"].summary
    assert "There is nothing to apply." in jobs["plan"].summary


def test_two_names_of_one_shop_share_a_lock() -> None:
    """The empty target may be any; what the shop has only one of is the environment that approves."""
    group = yaml.safe_load((ROOT / ".github/workflows/apply.yml").read_text(encoding="utf-8"))["concurrency"]["group"]

    def lock(target: str, environment: str) -> str:
        return expanded(group, {"inputs": {"target": target, "environment": environment}})

    assert lock("", "production") == lock("shopimind", "production") != lock("staging", "staging")


def test_without_a_key_nothing_is_green(scene: Scene) -> None:
    """A secret that somebody forgot must not look like a shop that is in sync."""
    jobs = scene.run("apply.yml", environment="production", key=False)
    assert {"plan": "failure", "apply": "skipped"} == results(jobs), logs(jobs)
    assert "SHOPIMIND_API_KEY" in jobs["plan"].log


def folder_with(folder: Path, manifests: str) -> Path:
    """Somebody else's manifests."""
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests" / "shop.yaml").write_text(manifests, encoding="utf-8")
    return folder
