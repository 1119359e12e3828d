"""Why an apply sent nothing, as a person reads it below the plan."""

from collections.abc import Iterator

from reconciler.errors import Refused, Stale
from reconciler.model.change import Blocked, Refusal
from reconciler.report.rows import difference
from reconciler.report.terminal import Paint, plain, printable


def refusal_text(why: Refused | Stale, paint: Paint = plain) -> str:
    """A line for each thing that is refused, with its rule and the ways out below it.
    Empty when the message says it all.
    """
    lines = list(_lines(why))
    if not lines:
        return ""
    return paint("\n".join(["refused:", *lines]), "magenta") + "\n"


def _lines(why: Refused | Stale) -> Iterator[str]:
    if isinstance(why, Stale):
        yield from (f"    {printable(each)}" for each in why.moved)
        return
    for item in why.items:
        assert isinstance(item, Blocked | Refusal)
        what = f"{item.address}: {difference(item) if item.path else item.message}"
        yield f"  ! {printable(what)} [{printable(item.rule)}]"
        if item.ways_out:
            yield f"      ways out: {printable(' · '.join(item.ways_out))}"
