"""Why an apply sent nothing, for the step summary and a comment: a sentence, and what is
refused.
"""

from collections.abc import Iterator

from reconciler.errors import Refused, Stale
from reconciler.model.change import Blocked, Change, Refusal
from reconciler.model.plan import Plan
from reconciler.report.escape import code, marker, prose, shorten
from reconciler.report.markdown import stamp_of
from reconciler.report.rows import difference
from reconciler.report.sections import LIMIT, Section, sections_text

LONGEST_MESSAGE = 1_000
LONGEST_ADDRESS = 120
LONGEST_WORDS = 300


def refusal_markdown(plan: Plan, why: Refused | Stale) -> str:
    """The comment; it has the first line of an apply's."""
    first = marker(plan.target.name[:100], "apply")
    told = prose(shorten(why, LONGEST_MESSAGE))
    head = f"{first}\nNothing was changed in the shop.\n\n{told}\n"
    foot = f"\n---\n{stamp_of(plan)}\n"
    room = LIMIT - len(head) - len(foot)
    return head + sections_text([_section(plan, why)], room) + foot


def _section(plan: Plan, why: Refused | Stale) -> Section:
    if isinstance(why, Stale):
        moved = [f"- {prose(shorten(each, LONGEST_WORDS))}\n" for each in why.moved]
        return Section("Moved since the plan was made", moved)
    if why.reason == "approval":
        changes = [f"- {change.action} {_address(change)}\n" for change in plan.changes]
        return Section("Waiting for approval", changes)
    return Section("⛔ Refused", list(map(_item, _items(why))))


def _items(why: Refused) -> Iterator[Blocked | Refusal]:
    for item in why.items:
        assert isinstance(item, Blocked | Refusal)
        yield item


def _item(item: Blocked | Refusal) -> str:
    rule, because = code(item.rule), prose(shorten(item.message, LONGEST_WORDS))
    lines = [f"- {_address(item)}: {because} ({rule})"]
    if item.path:
        lines.append(f"  - wanted: {code(shorten(difference(item), LONGEST_WORDS))}")
    if item.ways_out:
        ways = " · ".join(prose(shorten(way, 200)) for way in item.ways_out)
        lines.append(f"  - ways out: {ways}")
    return "\n".join(lines) + "\n"


def _address(item: Blocked | Refusal | Change) -> str:
    return code(shorten(item.address, LONGEST_ADDRESS))
