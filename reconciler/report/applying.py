"""How to apply exactly the plan that was reviewed, as sentences and the commands in
them.
"""

import shlex
from dataclasses import dataclass

from reconciler.form.words import counted
from reconciler.model.plan import OFFLINE, Forecast, Plan, TargetInfo
from reconciler.plan.guard import not_permitted

DEFAULT_PATHS = ("manifests",)


MUCH_MORE = 1.5
A_FEW = 5
"""Requests, or seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """Words, and the command that follows them if there is one: for a shell, and not
    escaped for anything else.
    """

    words: str
    command: str = ""


def how_to_apply(plan: Plan) -> tuple[Step, ...]:
    """Why it cannot be applied, or the commands. An offline plan says nothing about a
    shop: its digest is of no use.
    """
    if plan.blocked:
        return (Step("It cannot be applied as a whole while something is blocked."),)
    if any(item.reason == "guard" for item in plan.refused):
        return (Step("It cannot be applied while a guard stops it."),)
    if not plan.changes:
        return (Step("There is nothing to apply."),)
    if plan.target.base_url == OFFLINE:
        told = "Once this is merged, a plan of the shop says what will be applied."
        return (Step(told),)
    if not plan.digest:
        return (Step("To apply:", f"{command_for(plan.target)} apply{_flags(plan)}"),)
    return (
        Step("To apply exactly this:", _plan_command(plan)),
        Step("and then", apply_command(plan, "plan.json")),
    )


def command_for(target: TargetInfo) -> str:
    """The program with the target; a name that is too long to be one is cut."""
    return f"reconciler --target {shlex.quote(target.name[:100])}"


def _plan_command(plan: Plan) -> str:
    """With what was asked for, or the digest would be another."""
    asked = plan.asked
    words = ["plan"]
    if asked.paths != DEFAULT_PATHS:
        words += asked.paths
    if asked.only:
        words += ["--only", asked.only]
    if asked.prune:
        words.append("--prune")
    words += ["--out", "plan.json"]
    return f"{command_for(plan.target)} {shlex.join(words)}"


def apply_command(plan: Plan, file: str) -> str:
    """Applies the plan that was saved in `file`, and no other one."""
    words = ["apply", file, "--digest", plan.digest]
    return f"{command_for(plan.target)} {shlex.join(words)}{_flags(plan)}"


def _flags(plan: Plan) -> str:
    """What has to be permitted: deletes always, other breaking changes unless manifests
    accept all of them.
    """
    flags = ""
    if any(change.action != "delete" for change in not_permitted(plan)):
        flags += " --allow breaking"
    if any(change.action == "delete" for change in plan.changes):
        flags += " --allow-destroy"
    return flags


def forecast_and_fact(forecast: Forecast, requests: int, seconds: float) -> str:
    """What the plan foresaw for the writing, and what it took."""
    foreseen = counted(forecast.requests, "request")
    sent = counted(requests, "request")
    return f"Foreseen: {foreseen}, about {max(round(forecast.seconds), 1)} s · sent: {sent}, {seconds:.1f} s"


def is_beyond(forecast: Forecast, requests: int, seconds: float) -> bool:
    """Whether it took clearly more than was foreseen."""
    more = requests > forecast.requests * MUCH_MORE + A_FEW
    return more or seconds > forecast.seconds * MUCH_MORE + A_FEW
