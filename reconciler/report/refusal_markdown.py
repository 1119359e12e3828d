"""Why an apply sent nothing, for the step summary and a comment: a sentence, and what is
refused.
"""

from collections.abc import Iterable, Sequence

from reconciler.errors import Refused, Stale
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Refusal
from reconciler.model.plan import Plan
from reconciler.report.attention import MOST_USERS, place_of
from reconciler.report.attention_markdown import place_words
from reconciler.report.escape import code, marker, prose, shorten, shorten_words
from reconciler.report.markdown import stamp_of
from reconciler.report.outcome_words import NOTHING_CHANGED
from reconciler.report.rows import difference
from reconciler.report.sections import LIMIT, Entry, Section, sections_linked

LONGEST_MESSAGE = 1_000
LONGEST_ADDRESS = 120
LONGEST_WORDS = 300


def refusal_markdown(
    plan: Plan | None,
    why: Refused | Stale,
    target: str = "",
    link: str | None = None,
) -> str:
    """The comment; it has the first line of an apply's. Without a plan that can be
    believed there is nothing to say of one. `link` is the address below which files are
    linked.
    """
    first = marker((plan.target.name if plan else target)[:100], "apply")
    told = prose(shorten_words(why, LONGEST_MESSAGE))
    head = f"{first}\n{NOTHING_CHANGED}\n\n{told}\n"
    foot = f"\n---\n{stamp_of(plan)}\n" if plan else ""
    room = LIMIT - len(head) - len(foot)

    def sections(base: str | None) -> list[Section]:
        return [_section(plan, why, base)]

    return head + sections_linked(sections, link, room) + foot


def _section(plan: Plan | None, why: Refused | Stale, link: str | None) -> Section:
    if isinstance(why, Stale):
        moved = [
            Entry(f"- {prose(shorten_words(each, LONGEST_WORDS))}")
            for each in why.moved
        ]
        return Section("Moved since the plan was made", moved)
    if plan and why.reason == "approval":
        return Section("Waiting for approval", list(map(_waiting, plan.changes)))
    items = (item for item in why.items if isinstance(item, Blocked | Refusal))
    return Section("⛔ Refused", stopped_entries(items, link))


def stopped_entries(
    items: Iterable[Blocked | Refusal], link: str | None
) -> list[Entry]:
    """An entry for each address of what is blocked or refused, with its place below
    `link`.
    """
    objects: dict[Address, list[Blocked | Refusal]] = {}
    for item in items:
        objects.setdefault(item.address, []).append(item)
    return [_entry(found, link) for found in objects.values()]


def _waiting(change: Change) -> Entry:
    return Entry(
        f"- {change.action} {_address(change.address)}", address=change.address
    )


def _entry(items: Sequence[Blocked | Refusal], link: str | None) -> Entry:
    """One object, and a row for each thing that is refused of it."""
    address = items[0].address
    where = place_words(place_of(items[0].source), link, LONGEST_ADDRESS)
    return Entry(f"- {_address(address)}{where}", items, _row, _rule, address)


def _rule(item: Blocked | Refusal) -> str:
    return code(shorten(item.rule, 40))


def _row(item: Blocked | Refusal) -> str:
    said = [
        f"  - {prose(shorten_words(item.message, LONGEST_WORDS))} ({code(item.rule)})"
    ]
    if item.path:
        said.append(f"wanted {code(shorten(difference(item), LONGEST_WORDS))}")
    for user in item.used_by[:MOST_USERS]:
        by, how = code(shorten(user.by, 100)), code(shorten(user.how, 100))
        said.append(f"used by {by}{place_words(place_of(user.source), None)}: {how}")
    if item.ways_out:
        ways = " · ".join(prose(shorten_words(way, 200)) for way in item.ways_out)
        said.append(f"ways out: {ways}")
    return f"{'; '.join(said)}\n"


def _address(address: Address) -> str:
    return code(shorten(address, LONGEST_ADDRESS))
