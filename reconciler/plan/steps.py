"""The requests of each change of a plan."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from reconciler.form.fields import patched
from reconciler.form.texts import ESCAPED
from reconciler.form.wording import without_escapes
from reconciler.kinds.registry import kind_of
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.change import Change, Edit
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.plan.order import postponed

PAGE = 100
"""The largest page a listing gives (contract §2)."""
SPARE_REQUESTS = 2
"""What an apply may send besides its writes, the looks at what is there before it, and a
page per hundred changes.
"""


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


def worth_confirming(changes: Sequence[Change]) -> frozenset[Address]:
    """The creates that are read by their id before others are built on it, because the
    answer may have named the id of something else: those that most refer to, and as
    many as the budget of requests has room for.
    """
    created = {each.address for each in changes if each.action == "create"}
    users: Counter[Address] = Counter()
    for change in changes:
        named = map(kind_of(change.address).named_by, change.fields)
        targets = {found[0] for found in named if found}
        users.update(created.intersection(targets - {change.address}))
    # The pages of the read-back come out of the same budget.
    spare = -(-len(changes) // PAGE) + SPARE_REQUESTS - pages_to_read_back(changes)
    ranked = sorted(users, key=lambda address: (-users[address], address))
    return frozenset(ranked[: max(spare, 0)])


def pages_to_read_back(changes: Iterable[Change]) -> int:
    """Each kind has a listing of its own, so pages are not shared."""
    touched = Counter(change.address.kind for change in changes)
    return sum(-(-count // PAGE) for count in touched.values())  # rounds up


def base_of(address: Address, live: Live) -> Mapping[str, object]:
    """The form of what lives, for kinds that are sent whole; empty for the others. Its
    texts are as they were sent to the shop: what it escaped would be escaped again.
    """
    kind = kind_of(address)
    resource = live.resources.get(address)
    if resource is None or not kind.sent_whole:
        return {}
    form = kind.live_form(resource, live.names)
    wordings = live.wordings.get(address, ())
    if any(each.told == ESCAPED for each in wordings):
        form = without_escapes(form, kind.is_text)
    return patched(form, (each.change for each in wordings))


def steps_of_plan(plan: Plan) -> dict[Address, tuple[Step, ...]]:
    """The requests of every change, in plan order, without what a live shop would add."""
    edits = {change.address: change for change in plan.changes}
    return {
        change.address: steps_of(change, edits, change.depends_on)
        for change in plan.changes
    }
