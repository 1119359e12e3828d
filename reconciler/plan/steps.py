"""The requests of each change of a plan."""

from collections.abc import Collection, Mapping

from reconciler.kinds.registry import kind_of
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.change import Edit
from reconciler.model.live import LiveResource, Names
from reconciler.model.plan import Plan
from reconciler.plan.order import postponed


def steps_of(
    edit: Edit,
    edits: Mapping[Address, Edit],
    depends_on: Collection[Address],
    base: Mapping[str, object] | None = None,
) -> tuple[Step, ...]:
    """The requests of one change among others. `base` is what lives, for kinds that are
    sent whole; without it the forms are not complete.
    """
    waiting = postponed(edit, edits, depends_on)
    return kind_of(edit.address).steps(edit, base or {}, waiting)


def needs_look(edit: Edit) -> bool:
    """Whether what it is about is read right before it is written: all but what is
    created under an id of its own.
    """
    if edit.action != "create":
        return True
    first, *_ = kind_of(edit.address).steps(edit, {}, ())
    return first.verb != "create"


def base_of(
    address: Address, live: LiveResource | None, names: Names
) -> Mapping[str, object]:
    """The form of what lives, for kinds that are sent whole; empty for the others."""
    kind = kind_of(address)
    if live is None or not kind.sent_whole:
        return {}
    return kind.live_form(live, names)


def steps_of_plan(plan: Plan) -> dict[Address, tuple[Step, ...]]:
    """The requests of every change, in plan order, without what a live shop would add."""
    edits = {change.address: change for change in plan.changes}
    return {
        change.address: steps_of(change, edits, change.depends_on)
        for change in plan.changes
    }
