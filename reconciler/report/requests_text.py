"""The requests that applying a plan will send, in order."""

from collections.abc import Callable, Iterator

from reconciler.form.words import counted
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
    writes = list(_writes(plan, route))
    lines = [*writes, *_reads(plan, len(writes)), *_pushes(plan)]
    if not lines:
        return ""
    return "\n  ".join(["\nRequests:", *lines]) + "\n"


def _reads(plan: Plan, writes: int) -> Iterator[str]:
    """What is read right before so many writes, and behind them."""
    schema = without_rows(plan.changes)
    looks = sum(map(needs_look, schema))
    confirmed = len(worth_confirming(schema))
    pushed = sum(change.requests for change in row_changes(plan.changes))
    pages = plan.forecast.requests - writes - looks - confirmed - pushed
    if looks:
        yield f"GET   {counted(looks, 'look')} right before, at what is changed"
    if confirmed:
        yield f"GET   {counted(confirmed, 'look')} at ids that others are built on"
    if pages:
        yield f"GET   {counted(pages, 'page')} to read back what was written"


def _pushes(plan: Plan) -> Iterator[str]:
    for change in row_changes(plan.changes):
        requests = counted(change.requests, "request")
        name = printable(change.address)
        yield f"POST  {requests} to push rows and read them back  {name}"


def _writes(plan: Plan, route: Route) -> Iterator[str]:
    schema = plan.model_copy(update={"changes": without_rows(plan.changes)})
    for address, steps in steps_of_plan(schema).items():
        for step in steps:
            why = ""
            if step.waits_for is not None:
                why = " (relationships that close a cycle)"
            yield f"{route(address, step)}  {printable(address)}{why}"
