"""What holds for everything in .github: the official schemas, zizmor, and our own rules on top."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler import __version__
from tests.workflows.runner import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))
FILES = [*WORKFLOWS, *ACTIONS]
REUSABLE = [path for path in WORKFLOWS if path.stem in ("review", "apply", "drift")]
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def stem(path: Path) -> str:
    """The name of a case."""
    return path.stem if path.stem != "action" else path.parent.name


every_file = pytest.mark.parametrize("path", FILES, ids=stem)
every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=stem)


@pytest.mark.parametrize(("schema", "files"), [("github-workflows", WORKFLOWS), ("github-actions", ACTIONS)])
def test_the_files_fit_the_official_schemas(schema: str, files: list[Path]) -> None:
    """The schemas are those that check-jsonschema ships; nothing is fetched."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout


def test_zizmor_finds_nothing() -> None:
    """Pedantic, offline; what is switched off has its reason in .github/zizmor.yml."""
    program = Path(sysconfig.get_path("scripts")) / "zizmor"
    command = [str(program), "--offline", "--persona", "pedantic", "--strict-collection", "--no-progress", str(GITHUB)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout


@every_file
def test_every_foreign_action_is_pinned(path: Path) -> None:
    """By a full hash, with the version beside it for the reader; what is local is of a commit that is pinned itself."""
    for written in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
        assert written.startswith(("./.github/workflows/", "./reconciler-tool/")) or PINNED.fullmatch(written), written


@every_file
def test_no_expression_is_inside_a_script(path: Path) -> None:
    """It would be pasted in before bash reads it; through `env:` it stays data."""
    for step in steps(path):
        assert "${{" not in step.get("run", "")


@every_file
def test_every_script_names_its_shell(path: Path) -> None:
    """With the shell named, GitHub adds `-o pipefail`; what is longer than a line asks for `-u` as well."""
    for step in steps(path):
        if "run" in step and path.stem != "ci":
            assert "bash" == step["shell"]
            assert "\n" not in step["run"] or step["run"].startswith("set -euo pipefail\n")


@every_file
def test_no_environment_is_given_to_more_than_one_step(path: Path) -> None:
    """A secret in the environment of a job or workflow would reach every action in it."""
    document = load(path)
    assert "env" not in document
    for job in document.get("jobs", {}).values():
        assert "env" not in job


@every_workflow
def test_nothing_of_a_stranger_runs_with_our_rights(path: Path) -> None:
    """No event that gives a fork's code our secrets or token."""
    events = load(path)[True]
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(events)


@every_workflow
def test_rights_are_given_job_by_job(path: Path) -> None:
    """The workflow itself has none, or may read the code."""
    document = load(path)
    assert document["permissions"] in ({}, {"contents": "read"})
    for job in document["jobs"].values():
        assert {"contents"} >= {scope for scope, level in job.get("permissions", {}).items() if level == "read"}


@every_workflow
def test_every_job_ends(path: Path) -> None:
    """A job that calls a workflow has the limits of that one's jobs."""
    for job in load(path)["jobs"].values():
        assert "uses" in job or job["timeout-minutes"] <= 60


@every_file
def test_no_checkout_leaves_the_token_behind(path: Path) -> None:
    """What runs later finds no credentials in the folder."""
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", REUSABLE, ids=stem)
def test_no_job_holds_both_the_key_and_the_right_to_write(path: Path) -> None:
    """What reads foreign manifests or the shop cannot write comments, and what writes them cannot reach the shop."""
    for job in load(path)["jobs"].values():
        assert not ("secrets." in str(job) and "write" in job["permissions"].values())


@pytest.mark.parametrize("path", REUSABLE, ids=stem)
def test_this_repository_gives_its_workflows_what_they_ask_for(path: Path) -> None:
    """A called workflow has at most the rights of its caller, and fails when one is missing."""
    asked: dict[str, str] = {}
    for job in load(path)["jobs"].values():
        asked |= {scope: level for scope, level in job["permissions"].items() if asked.get(scope) != "write"}
    caller = load(GITHUB / "workflows" / "manifests.yml")["jobs"][path.stem]
    assert asked == caller["permissions"]
    called = load(path)[True]["workflow_call"]
    assert {name for name, about in called["inputs"].items() if about.get("required")} <= set(caller["with"])
    assert set(caller["with"]) <= set(called["inputs"])
    assert set(caller["secrets"]) == set(called["secrets"])


@pytest.mark.parametrize("path", REUSABLE, ids=stem)
def test_workflow_and_tool_are_of_one_version(path: Path) -> None:
    """Each step that runs the tool says which version it is written for."""
    ours = [step for step in steps(path) if step.get("uses", "").startswith("./reconciler-tool/")]
    assert {__version__} == {str(step["with"]["version"]) for step in ours}


@pytest.mark.parametrize("path", REUSABLE, ids=stem)
def test_every_output_of_a_workflow_comes_from_a_step_that_has_it(path: Path) -> None:
    """A name that nobody writes would be an empty text on GitHub, not an error."""
    document = load(path)
    (action,) = map(load, ACTIONS)
    for output in document[True]["workflow_call"]["outputs"].values():
        job, name = re.fullmatch(r"\$\{\{ jobs\.(\w+)\.outputs\.([\w-]+) \}\}", output["value"]).groups()
        written = document["jobs"][job]["outputs"][name]
        step, name = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", written).groups()
        (source,) = (each for each in document["jobs"][job]["steps"] if each.get("id") == step)
        assert name in action["outputs"] if "uses" in source else f"{name}=" in source["run"]


def load(path: Path) -> Any:
    """The document; `on` is the key True, as YAML 1.1 has it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Every step of a workflow or action."""
    document = load(path)
    for job in [*document.get("jobs", {}).values(), document.get("runs", {})]:
        yield from job.get("steps", [])
