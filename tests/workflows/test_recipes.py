"""What `init`, the README and the included file of GitLab give: it fits the schemas and our workflows, and it runs."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from reconciler import __version__
from reconciler.cli.init import GITHUB, GITLAB, Place, pipeline_of
from reconciler.cli.origin import Origin
from tests.workflows.conftest import BASE, BEFORE, BLOCKED, EVENT, GOOD, INVALID, Scene
from tests.workflows.runner import ROOT, Machine, Runner

TOOL = Origin("https://github.com/acme/reconciler", "f" * 40)
HERE = Place(".", "manifests", "main")
TEMPLATE = ROOT / ".ci/gitlab/shop.yml"
INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")


def recipe(heading: str) -> str:
    """The YAML of one section of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", readme, re.DOTALL | re.MULTILINE)
    assert section is not None, f"README.md has no section {heading!r}"
    (text,) = re.findall(r"```yaml\n(.*?)```", section[1], re.DOTALL)
    return str(text)


def workflow_of_init() -> str:
    """The workflow that `init` writes, of a tool that comes from acme."""
    return pipeline_of(GITHUB, TOOL, HERE)


def workflow_for_two_shops() -> str:
    """The same with the job of the README that runs for each shop."""
    whole = workflow_of_init()
    head, _, _ = whole.partition("  review:\n")
    return head + recipe("In GitHub Actions").replace("shopimind/reconciler", "acme/reconciler").replace(
        "COMMIT", "f" * 40
    )


def inputs_of_template() -> str:
    """The first document of the included file."""
    return TEMPLATE.read_text(encoding="utf-8").partition("\n---\n")[0]


def included(**chosen: str) -> tuple[str, Any]:
    """The jobs of the included file with the inputs that `init` writes, as text and as what is read there."""
    (include,) = yaml.safe_load(pipeline_of(GITLAB, TOOL, HERE))["include"]
    assert f"https://raw.githubusercontent.com/acme/reconciler/{'f' * 40}/.ci/gitlab/shop.yml" == include["remote"]
    head, _, jobs = TEMPLATE.read_text(encoding="utf-8").partition("\n---\n")
    declared = yaml.safe_load(head)["spec"]["inputs"]
    inputs = {**include["inputs"], **chosen}
    assert {name for name, about in declared.items() if "default" not in about} <= set(inputs) <= set(declared)
    for name, value in inputs.items():
        assert re.fullmatch(declared[name].get("regex", ".*"), value)
        assert value in declared[name].get("options", [value])
    values = {name: inputs.get(name, about.get("default")) for name, about in declared.items()}
    text = INPUT.sub(lambda found: values[found[1]], jobs)
    assert "$[[" not in text
    return text, yaml.safe_load(text)


@pytest.mark.parametrize(
    ("schema", "texts"),
    [
        (["github-workflows"], (workflow_of_init, workflow_for_two_shops)),
        (["gitlab-ci", "--data-transform", "gitlab-ci"],
         (lambda: pipeline_of(GITLAB, TOOL, HERE), inputs_of_template, lambda: included()[0])),
    ],
    ids=["github", "gitlab"],
)  # fmt: skip
def test_a_recipe_fits_the_official_schema(
    tmp_path: Path, schema: list[str], texts: tuple[Callable[[], str], ...]
) -> None:
    """Who begins with it, copies or includes it gets a pipeline that starts. Nothing is fetched."""
    files = [tmp_path / f"{number}.yml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text(), encoding="utf-8")
    name, *more = schema
    options = ["--builtin-schema", f"vendor.{name}", *more]
    command = [sys.executable, "-m", "check_jsonschema", *options, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout


def test_no_program_stands_in_a_pipeline() -> None:
    """A script is a file of the tool, which is checked and tested; YAML only calls it."""
    for text in (included()[0], workflow_of_init(), pipeline_of(GITLAB, TOOL, HERE)):
        assert not re.search(r"<<|python3? -I? ?-c|import ", text)


def test_two_shops_share_no_job() -> None:
    """Included for each shop, all of its jobs and what they keep apart are of that shop."""
    both = [set(included(target=target)[1]) for target in ("production", "staging")]
    assert set() == both[0] & both[1]
    assert [5, 5] == list(map(len, both))


def test_the_included_file_and_the_tool_are_of_one_version(tmp_path: Path) -> None:
    """It says which one it is written for, and the tool's own script compares."""
    _, jobs = included()
    (asked,) = (line for line in jobs[".reconciler shopimind"]["before_script"] if "reconcile.py" in line)
    assert f'python3 -I "$TOOL/.ci/gitlab/reconcile.py" version {__version__}' == asked
    (tmp_path / "reconciler").write_text("#!/bin/sh\necho reconciler 9.9.9\n")
    (tmp_path / "reconciler").chmod(0o755)
    environment = {**os.environ, "TOOL": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", asked], env=environment, capture_output=True, text=True)
    told = (
        f"Error: this is 'reconciler 9.9.9', and the included file is written for '{__version__}'. Name the same commit"
    )
    assert (1, True) == (done.returncode, done.stderr.startswith(told)), done.stderr


def test_the_hooks_are_what_pre_commit_wants(tmp_path: Path) -> None:
    """Its own check of its own configuration; the published JSON schema knows only the stages of long ago."""
    file = tmp_path / ".pre-commit-config.yaml"
    file.write_text(recipe("pre-commit"), encoding="utf-8")
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path)})
    assert 0 == done.returncode, done.stdout
    hooks = [hook for repo in yaml.safe_load(file.read_text())["repos"] for hook in repo["hooks"]]
    entries = ["reconciler fmt", "reconciler validate", "reconciler diff --against origin/main"]
    assert entries == [hook["entry"] for hook in hooks]


def test_the_hooks_format_and_check_before_a_commit(tmp_path: Path) -> None:
    """In a real repository: it is stopped with the file formatted, and the manifests are valid."""
    (tmp_path / ".pre-commit-config.yaml").write_text(recipe("pre-commit"), encoding="utf-8")
    manifest = tmp_path / "manifests/pet.yaml"
    manifest.parent.mkdir()
    manifest.write_text("kind: definition\nname: Pet\nunique_keys: [ name ]\nfields: [{name: name, type: text}]\n")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / ".home"), "PATH": path}
    for command in (["git", "init", "--quiet"], ["git", "add", "manifests", ".pre-commit-config.yaml"]):
        subprocess.run(command, cwd=tmp_path, check=True)
    command = [sys.executable, "-m", "pre_commit", "run"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (1, 1, 1) == (done.returncode, done.stdout.count("Failed"), done.stdout.count("Passed")), done
    assert "files were modified by this hook" in done.stdout
    assert "unique_keys: [name]\n" in manifest.read_text()


def test_the_workflows_to_begin_with_pass_zizmor(tmp_path: Path) -> None:
    """What we recommend is as strict as what we run."""
    place = tmp_path / ".github" / "workflows"
    place.mkdir(parents=True)
    (place / "shop.yml").write_text(workflow_of_init(), encoding="utf-8")
    (place / "shops.yml").write_text(workflow_for_two_shops(), encoding="utf-8")
    program = Path(sysconfig.get_path("scripts")) / "zizmor"
    command = [str(program), "--offline", "--persona", "pedantic", "--no-progress", str(place)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout


def test_settings_beside_the_manifests_are_reviewed_too() -> None:
    """A reconciler.toml is found above the manifests as well, and decides which shop and what may happen to it."""
    own = (ROOT / ".github/workflows/manifests.yml").read_text(encoding="utf-8")
    for text in (workflow_of_init(), own):
        events = yaml.safe_load(text)[True]
        for event in ("pull_request", "push"):
            assert {"manifests/**", "**/reconciler.toml"} <= set(events[event]["paths"])
    (repo,) = yaml.safe_load(recipe("pre-commit"))["repos"]
    for hook in repo["hooks"]:
        for path in ("manifests/a.yaml", "manifests/reconciler.toml", "reconciler.toml", "shops/reconciler.toml"):
            assert re.search(hook["files"], path)
        assert not re.search(hook["files"], "docs/my-reconciler.toml.md")


@pytest.mark.parametrize("name", ["review", "apply", "drift"])
def test_the_workflow_to_begin_with_fits_ours(name: str) -> None:
    """The same rights, inputs and secrets as in our own caller, which is checked against the workflows."""
    copied = yaml.safe_load(workflow_of_init())["jobs"][name]
    own = yaml.safe_load((ROOT / ".github/workflows/manifests.yml").read_text(encoding="utf-8"))["jobs"][name]
    assert f"acme/reconciler/.github/workflows/{name}.yml@{'f' * 40}" == copied["uses"]
    assert {"tool-repository": "acme/reconciler", "tool-ref": "f" * 40}.items() <= copied["with"].items()
    for part in ("permissions", "secrets"):
        assert own[part] == copied[part]
    assert {*own["with"], "paths"} == set(copied["with"])
    if name == "review":
        both = yaml.safe_load(workflow_for_two_shops())["jobs"]["review"]
        inputs = yaml.safe_load((ROOT / ".github/workflows/review.yml").read_text(encoding="utf-8"))[True]
        assert set(both["with"]) <= set(inputs["workflow_call"]["inputs"])
        assert (own["permissions"], copied["uses"]) == (both["permissions"], both["uses"])


class GitLab(BaseHTTPRequestHandler):
    """The notes of one merge request; the page size is ours, to have more than one page."""

    notes: list[dict[str, Any]]
    log: list[str]

    def _serve(self) -> None:
        place, _, query = self.path.removeprefix("/projects/5/merge_requests/7/").partition("?")
        self.log.append(f"{self.command} {place}")
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        assert "a-token" == self.headers["PRIVATE-TOKEN"]
        said: object = {"id": 1}
        if self.command == "POST":
            self.notes.append({"id": len(self.notes), "author": {"id": 1}, **sent})
        elif self.command == "PUT":
            self.notes[int(place.removeprefix("notes/"))] |= sent
        elif place == "notes":
            page = int(query.partition("&page=")[2])
            said = self.notes[2 * (page - 1) : 2 * page]
        text = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 - http.server asks for these names

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def gitlab() -> Iterator[tuple[str, type[GitLab]]]:
    """Its address, and what it was told."""
    notes = [{"id": number, "author": {"id": 2}, "body": "<!-- reconciler:shopimind -->"} for number in range(3)]
    handler = type("Handler", (GitLab,), {"notes": notes, "log": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def run_gitlab(scene: Scene, job: str, commit: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a job's script as a GitLab runner does: all lines as one, `set -eo pipefail`, in a clone, with artefacts.

    The clone is at the commit that is checked out, or at the one given, as when an older pipeline is tried again.
    """
    _, pipeline = included()
    common, job = pipeline[".reconciler shopimind"], f"{job} shopimind"
    folder, kept = scene.folder / f"gitlab{len(list(scene.folder.glob('gitlab*')))}", scene.folder / "kept"
    runner = Runner(folder, scene.folder / "repository", scene.hub, scene.environment, {}, {}, False, lambda _: None)
    machine = Machine(runner, folder)
    subprocess.run(["git", "clone", "-q", str(runner.repository), str(machine.workspace)], check=True)
    subprocess.run(["git", "checkout", "-q", "--detach", commit or "HEAD"], cwd=machine.workspace, check=True)
    kept.mkdir(exist_ok=True)
    shutil.copytree(kept, machine.workspace, dirs_exist_ok=True)
    dotenv = dict(line.split("=", 1) for file in kept.glob("*.env") for line in file.read_text().splitlines())
    environment = {
        **machine.environment,
        **common["variables"],
        "TOOL": str(ROOT),
        "SHOPIMIND_API_KEY": scene.key,
        "CI_DEFAULT_BRANCH": "main",
        **dotenv,
        **variables,
    }
    script = "\n".join(["set -eo pipefail", common["before_script"][-1], *pipeline[job]["script"]])
    done = subprocess.run(
        ["bash", "-c", script], cwd=machine.workspace, env=environment, capture_output=True, text=True
    )
    artifacts = pipeline[job].get("artifacts", {"paths": []})
    reports = artifacts.get("reports", {}).values()
    for name in [
        *artifacts["paths"],
        *(file for files in reports for file in ([files] if type(files) is str else files)),
    ]:
        if (machine.workspace / name).exists():
            shutil.copy(machine.workspace / name, kept)
    assert scene.key not in done.stdout + done.stderr
    return done


def review_gitlab(scene: Scene, gitlab: tuple[str, type[GitLab]], text: str, **more: str) -> tuple[int, str]:
    """Proposes this content; how the job ended, and what the note says then."""
    url, told = gitlab
    variables = {
        "CI_API_V4_URL": url, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7", "RECONCILER_GITLAB_TOKEN": "a-token",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }  # fmt: skip
    scene.git("checkout", "-q", "main")
    scene.write(text, "proposal")
    done = run_gitlab(scene, "review", **variables, **more)
    return done.returncode, told.notes[3]["body"]


def test_gitlab_keeps_one_note_up_to_date(scene: Scene, gitlab: tuple[str, type[GitLab]]) -> None:
    """A blocked change fails and is told; what follows is told in the same place, and strangers' notes stay."""
    seen = [review_gitlab(scene, gitlab, BLOCKED)]
    assert ["blocker"] == severities(scene.folder / "kept/diff.json")
    seen += [review_gitlab(scene, gitlab, text) for text in (GOOD, INVALID)]
    _, told = gitlab
    assert [3, 0, 1] == [code for code, _ in seen]
    assert ["POST notes", "PUT notes/3", "PUT notes/3"] == [line for line in told.log if not line.startswith("GET")]
    assert "Blocked (1)" in seen[0][1]
    assert "**1** to update" in seen[1][1]
    assert "**1** to create" in seen[1][1]
    assert "no comparison" not in seen[1][1]
    assert "The manifests are not valid" in seen[2][1]
    kept = scene.folder / "kept"
    assert "testsuite" in (kept / "diff.xml").read_text()
    assert ["critical"] == severities(kept / "validate.json")
    assert all(note["body"] == "<!-- reconciler:shopimind -->" for note in told.notes[:3])


def severities(report: Path) -> list[str]:
    """Of what GitLab shows as code quality."""
    return [entry["severity"] for entry in json.loads(report.read_text(encoding="utf-8"))]


def test_gitlab_says_why_there_is_no_live_plan(scene: Scene, gitlab: tuple[str, type[GitLab]]) -> None:
    """Who reads the note must not take the target branch for the shop, nor a file of the branch for a report."""
    planted = scene.folder / "repository" / "reconciler-reports"
    planted.mkdir()
    (planted / "plan.md").write_text("All is well.")
    code, note = review_gitlab(scene, gitlab, GOOD, SHOPIMIND_API_KEY="")
    assert (0, True) == (code, note.endswith("with the shop: no key is available to this pipeline."))
    code, note = review_gitlab(scene, gitlab, GOOD, SHOPIMIND_API_KEY="revoked")
    assert (1, True) == (code, "The API does not accept the key in SHOPIMIND_API_KEY" in note.replace("`", "")), note


def test_gitlab_is_red_for_what_breaks_unaccepted(scene: Scene, gitlab: tuple[str, type[GitLab]]) -> None:
    """As on GitHub: what is green in the review is not refused after the merge."""
    scene.write(BEFORE)
    code, note = review_gitlab(scene, gitlab, EVENT, SHOPIMIND_API_KEY="")
    assert (3, True) == (code, "Breaking (1)" in note)


def test_gitlab_refuses_before_anybody_clicks(scene: Scene) -> None:
    """The plan fails for what apply would refuse, unless the pipeline was started with the permission for both."""
    scene.write(BEFORE)
    for job in ("plan", "apply"):
        assert 0 == run_gitlab(scene, job).returncode
    scene.write(EVENT)
    assert 3 == run_gitlab(scene, "plan").returncode
    for job in ("plan", "apply"):
        done = run_gitlab(scene, job, RECONCILER_ALLOW="breaking")
        assert 0 == done.returncode, done.stderr


def test_gitlab_undoes_nothing_when_an_older_pipeline_is_tried_again(scene: Scene) -> None:
    """It plans the branch as it is now, and applies the commit that was planned although the branch moves on."""
    old = scene.head()
    scene.write(GOOD)
    planned = run_gitlab(scene, "plan", commit=old)
    assert 0 == planned.returncode, planned.stderr
    assert f"COMMIT={scene.head()}\n" in (scene.folder / "kept" / "plan.env").read_text()
    scene.write(BASE)
    applied = run_gitlab(scene, "apply", commit=old)
    assert 0 == applied.returncode, applied.stderr
    assert "Card" in applied.stdout


def test_gitlab_runs_nothing_of_the_repository(scene: Scene) -> None:
    """A json.py beside the manifests would run with the key."""
    (scene.folder / "repository" / "json.py").write_text("raise SystemExit('json.py has been run')\n")
    scene.write(BASE)
    for job in ("plan", "apply", "drift"):
        done = run_gitlab(scene, job)
        assert (0, False) == (done.returncode, "has been run" in done.stdout + done.stderr), done.stderr


def test_gitlab_applies_the_plan_it_saved(scene: Scene) -> None:
    """And finds drift afterwards where the manifests have moved on."""
    planned = run_gitlab(scene, "plan")
    assert 0 == planned.returncode, planned.stderr
    applied = run_gitlab(scene, "apply")
    assert 0 == applied.returncode, applied.stderr
    assert 0 == run_gitlab(scene, "drift").returncode
    scene.write(GOOD)
    drifted = run_gitlab(scene, "drift")
    assert 2 == drifted.returncode, drifted.stderr
    assert "The shop differs from its manifests" in drifted.stdout
    assert "Card" in (scene.folder / "kept" / "drift.md").read_text()
    assert 4 == run_gitlab(scene, "apply").returncode
