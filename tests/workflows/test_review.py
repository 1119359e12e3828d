"""The review workflow, run as it stands: what a pull request is told, and when its check fails."""

from tests.workflows.conftest import BASE, BEFORE, BLOCKED, EVENT, GOOD, INVALID, Scene
from tests.workflows.hub import BOT
from tests.workflows.runner import Job

MARKER = "<!-- reconciler:default -->\n"


def test_a_good_change_is_told_in_one_comment(scene: Scene) -> None:
    """The comment has the offline review and the live plan; each stands in the summary of its job too."""
    scene.propose(GOOD)
    jobs = scene.run("review.yml")
    assert {"offline": "success", "live": "success", "comment": "success"} == results(jobs), logs(jobs)
    (comment,) = scene.hub.comments
    assert comment["body"].startswith(MARKER)
    offline, live = jobs["offline"].summary.strip(), jobs["live"].summary.strip()
    assert f"## default: compared with the base branch\n\n{offline}\n" in comment["body"]
    assert f"## default: compared with the shop as it is now\n\n{live}" in comment["body"]
    assert "**1** to update" in jobs["offline"].summary
    assert "**1** to create" in jobs["live"].summary
    kept = {str(file.relative_to(scene.runs[0].artifacts)) for file in scene.runs[0].artifacts.rglob("*.html")}
    assert {"reconciler-diff-default/diff.html", "reconciler-live-default/plan.html"} == kept


def test_a_blocked_change_fails_and_is_told(scene: Scene) -> None:
    """The one case in which the comment must not be missing; the annotation names the line of the field."""
    scene.propose(BLOCKED)
    jobs = scene.run("review.yml")
    assert {"offline": "failure", "live": "success", "comment": "success"} == results(jobs), logs(jobs)
    (comment,) = scene.hub.comments
    assert "Blocked (1)" in comment["body"]
    told = {"exit-code": "3", "blocked": "1", "summary": "0 to create, 0 to update, 0 to delete, 1 blocked"}
    assert told.items() <= jobs["offline"].outputs.items()
    assert "1 to create, 0 to update, 0 to delete, 0 blocked" == jobs["live"].outputs["summary"]
    assert "::error file=manifests/shop.yaml,line=5,title=field-type-frozen::" in jobs["offline"].log
    assert "::error title=reconciler diff ended with 3::refused" in jobs["offline"].log


def test_what_is_blocked_may_be_let_through(scene: Scene) -> None:
    """`fail-on: never` makes the review a report, for those who decide elsewhere."""
    scene.propose(BLOCKED)
    jobs = scene.run("review.yml", fail_on="never", key=False)
    assert "success" == jobs["offline"].result, logs(jobs)
    assert "Blocked (1)" in scene.hub.comments[0]["body"]


def test_a_breaking_change_is_red_until_a_manifest_accepts_it(scene: Scene) -> None:
    """Else it is green here, and refused after somebody has approved it; `blocked` is for those who want that."""
    scene.write(BEFORE)
    scene.propose(EVENT)
    jobs = scene.run("review.yml", key=False)
    assert {"offline": "failure", "live": "success", "comment": "success"} == results(jobs), logs(jobs)
    assert "Breaking (1)" in scene.hub.comments[0]["body"]
    later = scene.run("review.yml", key=False, fail_on="blocked")
    assert "success" == later["offline"].result, logs(later)
    scene.propose(EVENT + "accept: [{change: properties.metaData.b, reason: unused, until: 2999-12-31}]\n")
    accepted = scene.run("review.yml", key=False)
    assert "success" == accepted["offline"].result, logs(accepted)
    assert "Breaking (1, of which accepted: 1)" in scene.hub.comments[0]["body"]


def test_a_second_push_updates_the_comment(scene: Scene) -> None:
    """Neither a stranger's comment with our marker nor a hundred others make it a second one."""
    scene.hub.comment("stranger", f"{MARKER}Looks good, merge it.")
    for number in range(100):
        scene.hub.comment("colleague", f"remark {number}")
    scene.propose(BLOCKED)
    scene.run("review.yml", key=False)
    scene.propose(GOOD)
    scene.run("review.yml", key=False)
    assert ["POST issues/7/comments", "PATCH issues/comments/102"] == scene.hub.writes()
    (mine,) = (comment for comment in scene.hub.comments if comment["user"]["login"] == BOT)
    assert "Blocked" not in mine["body"]
    assert "Looks good" in scene.hub.comments[0]["body"]


def test_a_missing_live_plan_is_told(scene: Scene) -> None:
    """Who reads the comment must not take the base branch for the shop, nor an old plan for this one."""
    missing = "There is no comparison with the shop: "
    scene.propose(GOOD)
    assert missing not in told(scene, scene.run("review.yml"))
    assert told(scene, scene.run("review.yml", key=False)).endswith(f"\n\n{missing}no key is available to this run.")
    scene.key = "a key that was revoked"
    jobs = scene.run("review.yml")
    assert "failure" == jobs["live"].result, logs(jobs)
    assert "`SHOPIMIND_API_KEY` does not hold an API key" in told(scene, jobs)


def test_a_fork_gets_the_whole_offline_review(scene: Scene) -> None:
    """Without a secret, and without asking the hub for what its token may not do."""
    scene.propose(GOOD)
    jobs = scene.run("review.yml", key=False, fork=True)
    assert {"offline": "success", "live": "success", "comment": "skipped"} == results(jobs), logs(jobs)
    assert "**1** to update" in jobs["offline"].summary
    assert "" == jobs["live"].summary
    assert "::notice::No key here" in jobs["live"].log
    assert [] == scene.hub.log


def test_invalid_manifests_replace_the_old_comment(scene: Scene) -> None:
    """Else the comment would go on praising what is no longer there."""
    scene.propose(GOOD)
    scene.run("review.yml", key=False)
    scene.propose(INVALID)
    jobs = scene.run("review.yml")
    assert {"offline": "failure", "live": "skipped", "comment": "success"} == results(jobs), logs(jobs)
    assert "::error file=manifests/shop.yaml" in jobs["offline"].log
    (comment,) = scene.hub.comments
    assert "could not be reviewed" in comment["body"]
    assert "/owner/shop/actions/runs/1" in comment["body"]


def test_only_the_proposal_is_reviewed_when_main_has_moved_on(scene: Scene) -> None:
    """The base is what the merge was made on, not what main was when somebody last pushed."""
    scene.write(GOOD, "proposal")
    scene.git("checkout", "-q", "main")
    (scene.folder / "repository" / "manifests" / "other.yaml").write_text(BASE.replace("Card", "Other"))
    scene.git("add", "--all")
    scene.git("commit", "-q", "-m", "Somebody else's change")
    scene.git("checkout", "-q", "--detach", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge", "proposal")
    jobs = scene.run("review.yml", key=False)
    assert "Other" not in jobs["offline"].summary
    assert "**1** to update" in jobs["offline"].summary, logs(jobs)


def test_a_push_is_no_pull_request(scene: Scene) -> None:
    """Called on the wrong event it says so, instead of comparing with whatever came before."""
    jobs = scene.run("review.yml", key=False)
    assert "failure" == jobs["offline"].result
    assert "run this workflow on pull_request" in jobs["offline"].log


def test_a_pull_request_cannot_bend_the_settings(scene: Scene) -> None:
    """The key goes where the base branch says, not to the host that the proposal would like."""
    scene.git("checkout", "-q", "-B", "proposal")
    manifests = scene.folder / "repository" / "manifests"
    (manifests / "reconciler.toml").write_text(
        'default_target = "x"\n[targets.x]\napi_key_env = "SHOPIMIND_API_KEY"\nbase_url = "https://192.0.2.1"\n'
    )
    scene.propose(GOOD)
    jobs = scene.run("review.yml")
    assert "success" == jobs["live"].result, logs(jobs)
    assert "**1** to create" in jobs["live"].summary


def test_a_pull_request_cannot_stand_where_the_tool_is(scene: Scene) -> None:
    """Links that it commits lead nowhere: the manifests and the tool lie in two folders beside each other."""
    scene.git("checkout", "-q", "-B", "proposal")
    for name in (".reconciler-tool", "reconciler-tool"):
        (scene.folder / "repository" / name).symlink_to("manifests")
    scene.propose(BLOCKED)
    jobs = scene.run("review.yml", key=False)
    assert {"offline": "failure", "live": "success", "comment": "success"} == results(jobs), logs(jobs)
    assert "Blocked (1)" in scene.hub.comments[0]["body"]


def told(scene: Scene, jobs: dict[str, Job]) -> str:
    """The one comment, with the offline review in it."""
    (comment,) = scene.hub.comments
    assert jobs["offline"].summary.strip() in comment["body"]
    return str(comment["body"])


def results(jobs: dict[str, Job]) -> dict[str, str]:
    """How each job ended."""
    return {name: job.result for name, job in jobs.items()}


def logs(jobs: dict[str, Job]) -> str:
    """For the reader of a failure."""
    return "\n".join(f"── {name}\n{job.log}" for name, job in jobs.items())
