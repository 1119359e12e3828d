"""Why an apply sent nothing, as a person reads it."""

from collections.abc import Iterator, Sequence

from reconciler.errors import Refused, Stale
from reconciler.model.change import Blocked, Refusal
from reconciler.plan.document import MOST_NAMED
from reconciler.report.attention import user_words
from reconciler.report.escape import brief
from reconciler.report.reasons import Stopped, told_together
from reconciler.report.rows import difference
from reconciler.report.terminal import Paint, plain


def refusal_text(why: Refused | Stale, paint: Paint = plain) -> str:
    """The sentence, and below it each thing that is refused."""
    return f"{brief(why)}\n{refused_items_text(why, paint)}"


def refused_items_text(why: Refused | Stale, paint: Paint = plain) -> str:
    """A line for each thing that is refused, with its rule and the ways out below it.
    Empty when the sentence holds all of it.
    """
    lines = list(_lines(why))
    if not lines:
        return ""
    return paint("\n".join(["refused:", *lines]), "magenta") + "\n"


def _lines(why: Refused | Stale) -> Iterator[str]:
    if isinstance(why, Stale):
        for moved in why.moved[MOST_NAMED:]:
            yield f"    {brief(moved)}"
        return
    items = [item for item in why.items if isinstance(item, Blocked | Refusal)]
    groups, rest = told_together(items)
    for group in groups:
        yield from _common_lines(group)
    for item in rest:
        yield from stopped_lines(item)


def _common_lines(group: Sequence[Stopped]) -> Iterator[str]:
    """What is said of all, and every name."""
    first, names = group[0], dict.fromkeys(brief(item.address) for item in group)
    yield f"  ! {len(names)} changes: {brief(first.message)} [{brief(first.rule)}]"
    yield f"      {', '.join(names)}"
    yield from _ways_out(first)


def _ways_out(item: Stopped) -> Iterator[str]:
    if item.ways_out:
        yield f"      ways out: {brief(' · '.join(item.ways_out))}"


def stopped_lines(item: Blocked | Refusal) -> Iterator[str]:
    """What is blocked or refused, with its rule, and the ways out below it."""
    what = difference(item) if item.path else item.message
    yield f"  ! {brief(item.address)}: {brief(what)} [{brief(item.rule)}]"
    for user in user_words(item.used_by):
        yield f"      {brief(user)}"
    yield from _ways_out(item)
