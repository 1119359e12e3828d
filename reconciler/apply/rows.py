"""Record sets in an apply: each is pushed when what it depends on is done, one after the
other, for they share one limit of requests.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from reconciler.apply.run import STOPPED, run
from reconciler.apply.shop import Shop
from reconciler.apply.state import Options
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.event import (
    Applied,
    Ending,
    Limited,
    Progress,
    Skipped,
    Unanswered,
    Written,
)
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.plan.rows import row_changes, without_rows

PushRows = Callable[[Change], Ending]
"""Pushes the rows of one record set, and says how that ended."""


def run_with_rows(
    plan: Plan, live: Live, shop: Shop, options: Options, push: PushRows | None
) -> Iterator[Progress]:
    """The events of everything but rows, and then one ending for each record set."""
    rows = row_changes(plan.changes)
    failed: set[Address] = set()
    given_up: Limited | Unanswered | None = None
    schema = plan.model_copy(update={"changes": without_rows(plan.changes)})
    for event in run(schema, live, shop, options):
        if not isinstance(event, Applied | Written):
            failed.add(event.address)
        if isinstance(event, Limited | Unanswered):
            given_up = event
        yield event
    for change in rows:
        if given_up:
            yield replace(given_up, address=change.address)
            continue
        ending = _ending(change, failed, options, push)
        if isinstance(ending, Applied):
            yield Written(ending.address)  # rows are read back as they are pushed
        else:
            failed.add(ending.address)
        yield ending


def _ending(
    change: Change, failed: set[Address], options: Options, push: PushRows | None
) -> Ending:
    for needed in change.depends_on:
        if needed in failed:
            return Skipped(change.address, f"{needed} did not end well")
    if push is None or options.stop():
        return Skipped(change.address, STOPPED)
    return push(change)
