"""Runs one command of reconciler: the action's inputs come from the environment, the outcome goes to its outputs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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
    remove_old_plan(inputs)
    code = subprocess.run(
        command_line(inputs), env=environment(inputs), check=False
    ).returncode
    write_outputs({"exit-code": str(code), **outputs_of_plan(inputs)})
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


def outputs_of_plan(inputs: Mapping[str, str]) -> dict[str, str]:
    """What the jobs after this one need to know of the saved plan."""
    place = saved_plan(inputs)
    if place is None or not place.is_file():
        return {}
    plan = json.loads(place.read_text(encoding="utf-8"))
    changes = any(plan["summary"][action] for action in ("create", "update", "delete"))
    return {"digest": plan["digest"], "changes": str(changes).lower()}


def write_outputs(outputs: Mapping[str, str]) -> None:
    """One line each: a line break in a value would begin another output. Nothing is written through a link."""
    for name, value in outputs.items():
        if not re.fullmatch("[!-~]*", value):
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
