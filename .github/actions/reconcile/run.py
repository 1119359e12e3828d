"""Runs one command of reconciler: the action's inputs come from the environment, the outcome goes to its outputs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Result = Mapping[str, Any]
"""A JSON document of the tool."""

MEANINGS = {
    1: "it failed; its log says why",
    2: "changes are pending, or the shop has drifted",
    3: "refused: something is blocked, breaking, against a guard or not approved",
    4: "stale: the shop or the manifests moved since the plan was made; re-run all jobs for a new plan",
    5: "applied in part; the report says what",
    64: "wrong usage: an input of the action does not fit the command",
}


def main() -> int:
    """Returns the command's exit code, or 0 when the workflow accepts it."""
    inputs = {
        name.removeprefix("INPUT_"): value
        for name, value in os.environ.items()
        if name.startswith("INPUT_")
    }
    command = command_line(inputs)
    check_version(inputs["VERSION"])
    remove_old_plan(inputs)
    with TemporaryDirectory(dir=os.environ.get("RUNNER_TEMP")) as folder:
        report = Path(folder, "result.json")
        code = subprocess.run(
            with_report(command, inputs, report), env=environment(inputs), check=False
        ).returncode
        write_outputs({"exit-code": str(code), **outputs_of(inputs, report)})
    if code == 0 or str(code) in inputs["ACCEPT"].split():
        return 0
    meaning = MEANINGS.get(code, "it was stopped")
    sys.stdout.write(
        f"::error title=reconciler {inputs['COMMAND']} ended with {code}::{meaning}\n"
    )
    return code if code > 0 else 1


def command_line(inputs: Mapping[str, str]) -> list[str]:
    """One word per line of the inputs: nothing is split or expanded a second time."""
    target = ["--target", inputs["TARGET"]] if inputs["TARGET"] else []
    if not re.fullmatch("[a-z]+", inputs["COMMAND"]):
        sys.exit(f"command: {inputs['COMMAND']!r} is no command of reconciler.")
    command, plan = inputs["COMMAND"], inputs["PLAN"]
    save = ["--out", plan] if plan and command == "plan" else []
    paths = [plan] if plan and command == "apply" else lines(inputs["PATHS"])
    return ["reconciler", *target, command, *lines(inputs["ARGS"]), *save, "--", *paths]


def with_report(
    command: list[str], inputs: Mapping[str, str], report: Path
) -> list[str]:
    """The same command, which also writes its result for us, if it can."""
    if inputs["COMMAND"] not in RESULTS:
        return command
    end = command.index("--")
    return [*command[:end], "--report", f"json={report}", *command[end:]]


def lines(text: str) -> list[str]:
    """The lines that hold something; what else Unicode calls a line break is part of a word."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def environment(inputs: Mapping[str, str]) -> dict[str, str]:
    """This environment, with the key under the name that the target expects, and nowhere else."""
    passed = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("INPUT_")
    }
    if inputs["API_KEY"]:
        name = inputs["API_KEY_ENV"]
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            sys.exit(f"api-key-env: {name!r} is not the name of a variable.")
        passed[name] = inputs["API_KEY"]
    return passed


def saved_plan(inputs: Mapping[str, str]) -> Path | None:
    """Where this run saves its plan, if it saves one."""
    if inputs["COMMAND"] != "plan" or not inputs["PLAN"]:
        return None
    return Path(inputs["PLAN"])


def remove_old_plan(inputs: Mapping[str, str]) -> None:
    """A plan that an earlier step or a branch left there must not pass for this run's."""
    place = saved_plan(inputs)
    if place is not None:
        place.unlink(missing_ok=True)


def outputs_of(inputs: Mapping[str, str], report: Path) -> dict[str, str]:
    """What the jobs after this one need to know of the result; nothing without a report."""
    if not report.is_file():
        return {}
    result = json.loads(report.read_text(encoding="utf-8"))
    outputs = RESULTS[inputs["COMMAND"]](result)
    place = saved_plan(inputs)
    if place is not None and place.is_file():
        outputs |= {"digest": result["digest"], "plan-file": str(place.resolve())}
    return outputs


def of_plan(plan: Result) -> dict[str, str]:
    """Of `plan` and `diff`."""
    counts = plan["summary"]
    breaking = sum(change["impact"] == "breaking" for change in plan["changes"])
    words = [
        f"{counts[action]} to {action}" for action in ("create", "update", "delete")
    ]
    return {
        "has-changes": as_flag(plan["changes"]),
        "blocked": str(counts["blocked"]),
        "breaking": str(breaking),
        "summary": ", ".join([*words, f"{counts['blocked']} blocked"]),
    }


def of_apply(outcome: Result) -> dict[str, str]:
    """Of an apply, or of what it refused."""
    ends = {
        end: outcome.get(end) or []
        for end in ("applied", "failed", "skipped", "unknown")
    }
    words = [f"{len(ended)} {end}" for end, ended in ends.items()]
    return {"has-changes": as_flag(ends["applied"]), "summary": ", ".join(words)}


def of_drift(drift: Result) -> dict[str, str]:
    """Of `drift`."""
    counts = {what: len(drift[what]) for what in ("drifted", "undeclared", "unmanaged")}
    words = ", ".join(f"{count} {what}" for what, count in counts.items())
    return {"has-changes": as_flag(any(counts.values())), "summary": words}


def of_validate(result: Result) -> dict[str, str]:
    """Of `validate`."""
    severities = [finding["severity"] for finding in result["findings"]]
    counts = {each: severities.count(each) for each in ("error", "warning")}
    words = [f"{n} {each}{'' if n == 1 else 's'}" for each, n in counts.items()]
    return {"summary": ", ".join(words)}


def as_flag(value: object) -> str:
    """As GitHub writes it."""
    return str(bool(value)).lower()


RESULTS: Mapping[str, Callable[[Result], dict[str, str]]] = {
    "validate": of_validate,
    "diff": of_plan,
    "plan": of_plan,
    "apply": of_apply,
    "drift": of_drift,
}
"""The commands that write their result as a JSON report, and what is told of it."""


def check_version(wanted: str) -> None:
    """Ends the step when the caller is written for another version: its workflow and this tool are of two commits."""
    if not wanted:
        return
    asked = ["reconciler", "--version"]
    told = subprocess.run(
        asked,
        env=environment({"API_KEY": ""}),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if told.split() != ["reconciler", wanted]:
        sys.exit(
            f"version: this is {told.strip()!r}, and the workflow is written for {wanted!r}. "
            "Name the same commit of reconciler in `uses:` and in `tool-ref`."
        )


def write_outputs(outputs: Mapping[str, str]) -> None:
    """One line each: a line break in a value would begin another output. Nothing is written through a link."""
    for name, value in outputs.items():
        if not re.fullmatch("[ -~]*", value):
            sys.exit(f"{name}: {value!r} cannot be an output.")
    with open(
        os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8", opener=open_no_link
    ) as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())


def open_no_link(file: str, flags: int) -> int:
    """The descriptor of the file. Raises OSError for a link."""
    return os.open(file, flags | os.O_NOFOLLOW, 0o666)


if __name__ == "__main__":
    sys.exit(main())
