"""The requests that applying a plan will send, in order."""

from collections.abc import Callable, Iterator

from reconciler.form.words import plural
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.plan.steps import steps_of_plan
from reconciler.report.terminal import printable

Route = Callable[[Address, Step], str]
"""`METHOD path` of a request."""


def requests_text(plan: Plan, route: Route) -> str:
    """A line per write, and the reads that follow."""
    lines = list(_writes(plan, route))
    reads = plan.forecast.requests - len(lines)
    if reads:
        pages = plural(reads, "page")
        lines.append(f"GET   {reads} {pages} to read back what was written")
    if not lines:
        return ""
    return "\n  ".join(["\nRequests:", *lines]) + "\n"


def _writes(plan: Plan, route: Route) -> Iterator[str]:
    for address, steps in steps_of_plan(plan).items():
        for step in steps:
            why = ""
            if step.waits_for is not None:
                why = " (relationships that close a cycle)"
            yield f"{route(address, step)}  {printable(address)}{why}"
