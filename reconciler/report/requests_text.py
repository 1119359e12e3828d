"""The requests that applying a plan will send, in order."""

from collections.abc import Callable, Iterator

from reconciler.form.words import plural
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.plan.rows import row_changes, without_rows
from reconciler.plan.steps import needs_look, steps_of_plan, worth_confirming
from reconciler.report.terminal import printable

Route = Callable[[Address, Step], str]
"""`METHOD path` of a request."""


def requests_text(plan: Plan, route: Route) -> str:
    """A line per write, and the reads around them."""
    lines = list(_writes(plan, route))
    schema = without_rows(plan.changes)
    looks = sum(map(needs_look, schema))
    confirmed = len(worth_confirming(schema))
    rows = row_changes(plan.changes)
    pages = plan.forecast.requests - len(lines) - looks - confirmed
    pages -= sum(change.requests for change in rows)
    if looks:
        times = plural(looks, "look")
        lines.append(f"GET   {looks} {times} right before, at what is changed")
    if confirmed:
        times = plural(confirmed, "look")
        lines.append(f"GET   {confirmed} {times} at ids that others are built on")
    if pages:
        told = plural(pages, "page")
        lines.append(f"GET   {pages} {told} to read back what was written")
    for change in rows:
        told = plural(change.requests, "request")
        name = printable(change.address)
        lines.append(
            f"POST  {change.requests:,} {told} to push rows and read them back  {name}"
        )
    if not lines:
        return ""
    return "\n  ".join(["\nRequests:", *lines]) + "\n"


def _writes(plan: Plan, route: Route) -> Iterator[str]:
    schema = plan.model_copy(update={"changes": without_rows(plan.changes)})
    for address, steps in steps_of_plan(schema).items():
        for step in steps:
            why = ""
            if step.waits_for is not None:
                why = " (relationships that close a cycle)"
            yield f"{route(address, step)}  {printable(address)}{why}"
