"""Runs our workflows as GitHub's runner does: every `run:` in bash, in order, with the files and contexts it gives.

Emulated are the four actions of GitHub that we use, and one step: where the composite action installs the tool, it is
only checked that the tool is on the PATH, since the tests' environment has it. What is not known here is an error.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.warm.start import warm_command
from tests.workflows.expressions import Outputs, condition, expanded
from tests.workflows.hub import Hub

ROOT = Path(__file__).parent.parent.parent
INSTALL = "Install reconciler"
BASH = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]}
RUNNER_FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")
Context = Mapping[str, Any]


@dataclass
class Job:
    """How a job went."""

    result: str = "success"
    outputs: Outputs = field(default_factory=Outputs)
    log: str = ""
    summary: str = ""


@dataclass
class Runner:
    """One run of a workflow: a repository, a hub, and what is kept between its jobs."""

    folder: Path
    repository: Path
    hub: Hub
    environment: Mapping[str, str]
    event: Context
    secrets: Mapping[str, str]
    fork: bool
    approve: Callable[["Runner"], None]
    ref: str = ""
    commit: str = ""

    def run(self, file: str, inputs: Context) -> dict[str, Job]:
        """Runs a reusable workflow; its jobs stand in the order of their needs."""
        workflow = yaml.safe_load((ROOT / ".github/workflows" / file).read_text(encoding="utf-8"))
        called = workflow[True]["workflow_call"]  # YAML 1.1 reads `on` as true
        context = {
            "inputs": with_defaults(called["inputs"], inputs),
            "secrets": {name: self.secrets.get(name, "") for name in called["secrets"]},
            "github": {"repository": "owner/shop", "event": self.event, "ref": self.ref},
        }
        jobs: dict[str, Job] = {}
        for name, job in workflow["jobs"].items():
            needs = {need: vars(jobs[need]) for need in re.findall(r"\w+", str(job.get("needs", "")))}
            now = {**context, **status(all(need["result"] == "success" for need in needs.values())), "needs": needs}
            jobs[name] = self.job(name, job, now) if condition(job.get("if"), now) else Job("skipped")
        return jobs

    def job(self, name: str, job: Context, context: Context) -> Job:
        """Runs a job on a machine of its own, with a token that may do what the job asks for; a fork's only reads."""
        if expanded(job.get("environment", ""), context):
            self.approve(self)
        machine = Machine(self, self.folder / name)
        may = {scope: "read" if self.fork else level for scope, level in job.get("permissions", {}).items()}
        github = {**context["github"], "token": self.hub.token(may)}
        now = {**context, "github": github, "runner": {"temp": str(machine.temp)}}
        now["steps"] = machine.steps(job["steps"], now)
        outputs = Outputs({output: expanded(value, now) for output, value in job.get("outputs", {}).items()})
        result = "success" if succeeded(now["steps"]) else "failure"
        return Job(result, outputs, machine.log, machine.summary.read_text(encoding="utf-8"))

    @property
    def artifacts(self) -> Path:
        """What is kept."""
        return self.folder / "artifacts"


class Machine:
    """What the steps of one job share."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self.runner, self.log = runner, ""
        self.workspace, self.temp, programs = folder / "work", folder / "temp", folder / "bin"
        for part in (self.workspace, self.temp, programs):
            part.mkdir(parents=True)
        self.files = {name: folder / name for name in RUNNER_FILES}
        self.summary = folder / "summary"
        self.summary.touch()
        commands = {"python": [sys.executable], "python3": [sys.executable], "reconciler": warm_command()}
        for name, command in commands.items():
            (programs / name).write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
            (programs / name).chmod(0o755)
        ours = ("SHOPIMIND", "RECONCILER", "GIT")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)}, **runner.environment,
            "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(self.temp),
            "GITHUB_API_URL": runner.hub.url, "GITHUB_SERVER_URL": "https://github.invalid", "GITHUB_RUN_ID": "1",
            "GITHUB_REPOSITORY": "owner/shop", "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary), **{name: str(file) for name, file in self.files.items()},
        }  # fmt: skip

    def steps(self, steps: list[dict[str, Any]], context: Context) -> dict[str, Context]:
        """Runs steps in order; after a failure only those that ask for it."""
        done: dict[str, Context] = {}
        for number, step in enumerate(steps):
            now = {**context, **status(succeeded(done)), "steps": done}
            fine, outputs = self.step(step, now) if condition(step.get("if"), now) else (None, Outputs())
            outcome = "skipped" if fine is None else "success" if fine else "failure"
            done[step.get("id", f"#{number}")] = {"outputs": outputs, "outcome": outcome}
        return done

    def step(self, step: Context, context: Context) -> tuple[bool, Outputs]:
        """Whether one step went well, and its outputs."""
        if "run" in step:
            return self.bash(step, context)
        given = {name: expanded(value, context) for name, value in step.get("with", {}).items()}
        if step["uses"].startswith("./"):
            return self.composite(self.workspace / step["uses"], given, context)
        action = step["uses"].partition("@")[0].removeprefix("actions/").replace("-", "_")
        fine = getattr(self, action)(**{name.replace("-", "_"): value for name, value in given.items()})
        return fine, Outputs()

    def bash(self, step: Context, context: Context) -> tuple[bool, Outputs]:
        """Runs a script as the runner does, and takes in what it wrote to the runner's files."""
        for file in self.files.values():
            file.write_text("")
        done = subprocess.run(
            [*BASH[step["shell"]], "command -v reconciler" if step.get("name") == INSTALL else step["run"]],
            cwd=self.workspace / expanded(step.get("working-directory", "."), context),
            env=self.environment | {name: expanded(value, context) for name, value in step.get("env", {}).items()},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        )  # fmt: skip
        self.log += done.stdout
        written = {name: file.read_text(encoding="utf-8").splitlines() for name, file in self.files.items()}
        self.environment |= dict(line.split("=", 1) for line in written["GITHUB_ENV"])
        self.environment["PATH"] = ":".join([*written["GITHUB_PATH"], self.environment["PATH"]])
        return done.returncode == 0, Outputs(line.split("=", 1) for line in written["GITHUB_OUTPUT"])

    def composite(self, place: Path, given: Context, context: Context) -> tuple[bool, Outputs]:
        """Runs a local action; it sees its inputs and no secret."""
        action = yaml.safe_load((place / "action.yml").read_text(encoding="utf-8"))
        self.environment["GITHUB_ACTION_PATH"] = str(place)
        inputs = with_defaults(action["inputs"], given)
        seen = {"inputs": inputs, "runner": context["runner"], "github": {"action_path": str(place)}}
        steps = self.steps(action["runs"]["steps"], seen)
        outputs = {name: expanded(about["value"], {"steps": steps}) for name, about in action["outputs"].items()}
        return succeeded(steps), Outputs(outputs)

    def checkout(
        self, persist_credentials: str, repository: str = "", ref: str = "", fetch_depth: str = "1", path: str = "."
    ) -> bool:
        """The commit of the event, or what a ref names now, no deeper than asked; or the tool, of which the action is
        all that is needed. As with the real one, an empty ref is none.
        """
        assert persist_credentials == "false"
        if repository:
            assert (repository, ref) == ("acme/reconciler", "f" * 40)
            shutil.copytree(ROOT / ".github/actions", self.workspace / path / ".github/actions")
            return True
        wanted = ref or self.runner.commit
        assert re.fullmatch(r"refs/heads/[\w/-]+|[0-9a-f]{40}", wanted), f"neither a branch nor a commit: {wanted!r}"
        fetch = f"git fetch -q --depth {fetch_depth} file://{self.runner.repository} {wanted}"
        script = f"git init -q -b main && {fetch} && git checkout -q --detach FETCH_HEAD"
        place = self.workspace / path
        place.mkdir(exist_ok=True)
        return subprocess.run(["bash", "-ec", script], cwd=place, env=self.environment).returncode == 0

    def setup_python(self, python_version: str, cache: str, cache_dependency_path: str) -> bool:
        """This one; what the cache is kept by has to be there."""
        return python_version.startswith("3.") and cache == "pip" and Path(cache_dependency_path).is_file()

    def upload_artifact(self, name: str, path: str, overwrite: str, if_no_files_found: str = "warn") -> bool:
        """Keeps a folder."""
        assert overwrite == "true"
        if not Path(path).is_dir():
            return if_no_files_found != "error"
        shutil.copytree(path, self.runner.artifacts / name, dirs_exist_ok=True)
        return True

    def download_artifact(self, path: str, name: str = "", pattern: str = "", merge_multiple: str = "false") -> bool:
        """Brings one folder, which must be there, or all that fit, merged."""
        assert bool(name) != (merge_multiple == "true")
        wanted = re.sub(r"\\{(.*?)\\}", lambda braces: f"({braces[1].replace(',', '|')})", re.escape(name or pattern))
        found = [one for one in self.runner.artifacts.glob("*") if re.fullmatch(wanted, one.name)]
        for one in found:
            shutil.copytree(one, path, dirs_exist_ok=True)
        return bool(found or pattern)


def status(fine: bool) -> dict[str, bool]:
    """The functions that conditions may ask; nobody cancels."""
    return {"success": fine, "failure": not fine, "cancelled": False, "always": True}


def succeeded(steps: Mapping[str, Context]) -> bool:
    """Whether none of the steps failed."""
    return all(step["outcome"] != "failure" for step in steps.values())


def with_defaults(declared: Context, given: Context) -> dict[str, Any]:
    """Inputs as GitHub hands them over. Raises LookupError."""
    missing = {name for name, about in declared.items() if about.get("required")} - set(given)
    if missing or set(given) - set(declared):
        raise LookupError(f"missing inputs {missing}, unknown inputs {set(given) - set(declared)}")
    return {name: given.get(name, about.get("default")) for name, about in declared.items()}
