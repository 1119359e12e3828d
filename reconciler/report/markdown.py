"""The pull-request comment: a sentence for the shop's owner, what must be looked at,
and everything else folded away.

GitHub refuses a comment of more than 65,536 characters. When there is too much to say,
the details go first, then the picture, then the explanations of the items; the list of
blocked and breaking items stays. Its tersest form has one short line per item (about
2,000 fit); only beyond that does the list end, in a bold line that says how many are
missing and where they are.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from reconciler.model.change import Change
from reconciler.model.manifest import Desired
from reconciler.model.plan import Plan, SettingChange
from reconciler.report.applying import Step, how_to_apply
from reconciler.report.attention import (
    Attention,
    Level,
    Place,
    attentions,
    place_of,
    setting_words,
)
from reconciler.report.details import DETAILS_END, DETAILS_START, change_details
from reconciler.report.escape import address_of, code, marker, prose, shorten
from reconciler.report.graph import (
    Picture,
    bare,
    limit,
    neighbourhood,
    picture,
    titles_only,
)
from reconciler.report.graph_mermaid import graph_mermaid
from reconciler.report.sections import LIMIT
from reconciler.report.sentence import counts, plain_sentence

LARGEST_PICTURE = 20_000
LONGEST_COMMAND = 400
MOST_WARNINGS = 20
MOST_RULES = 210
"""Enough for where the keys of all targets go."""
MOST_LONG_RULES = 20
MOST_WAYS_OUT = 5
MOST_ACCEPTANCES = 5
"""The last ones: what is not accepted comes last."""
_SIGNS = {"blocked": "⛔", "breaking": "⚠️"}

_LONGEST_BASE = 200
"""Of a link, what may come in addition to the path of the file."""
_ROOM_FOR_NOTE = 300
"""For the two headings and the line that says how many items are missing."""

Form = Callable[[Attention, str | None], str]
"""An item and the base of links → its lines."""


def plan_markdown(
    plan: Plan, *, desired: Desired | None = None, link: str | None = None
) -> str:
    """The comment. `desired` gives the picture all fields; `link` is the address of the
    repository's root at the head commit, such as
    `https://github.com/OWNER/NAME/blob/SHA`, below which files are linked.
    """
    head, foot = _head(plan), _foot(plan)
    left = LIMIT - len(head) - len(foot) - 1
    rules = _rules(plan.settings)
    left -= len(rules)
    items = _items(plan, link, left)
    left -= len(items)
    drawn = _picture(plan, desired, min(left, LARGEST_PICTURE))
    left -= len(drawn)
    details = change_details(plan.changes, _heading(link), left)
    return head + rules + items + drawn + details + foot


def _head(plan: Plan) -> str:
    first = marker(plan.target.name[:100])
    numbers = " · ".join(f"**{number:,}** {what}" for what, number in counts(plan))
    return f"{first}\n{plain_sentence(plan)}\n\n{numbers}\n{_warnings(plan.warnings)}"


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    lines = [f"- {prose(shorten(each, 300))}" for each in warnings[:MOST_WARNINGS]]
    more = len(warnings) - MOST_WARNINGS
    if more > 0:
        lines.append(f"- and {more:,} more warnings")
    return "\n".join(["\n**Worth knowing**\n", *lines, ""])


def _rules(changes: Sequence[SettingChange]) -> str:
    """What becomes of the rules, which is breaking. The first ones say where keys go."""
    if not changes:
        return ""
    length = 300 if len(changes) <= MOST_LONG_RULES else 100
    lines = [
        f"- {prose(shorten(setting_words(change), length))}"
        for change in changes[:MOST_RULES]
    ]
    if len(changes) > MOST_RULES:
        lines.append(f"- and {len(changes) - MOST_RULES:,} more, in the plan itself")
    heading = f"### {_SIGNS['breaking']} Breaking: rules ({len(changes):,})"
    return "\n".join(["", heading, "", *lines, ""])


def _items(plan: Plan, link: str | None, room: int) -> str:
    """Every blocked and breaking item, in the longest form that fits."""
    found = [item for item in attentions(plan) if not item.is_rule]
    forms: tuple[Form, ...] = (
        _item_in_full,
        _item_with_reason,
        _item_with_rule,
        _item_by_name,
    )
    for form in forms:
        parts, missing = _list(found, form, link, room)
        if not missing:
            break
    if missing:
        parts.append(
            f"\n**And {missing:,} more, for which a comment has no room: they are in the plan itself.**\n"
        )
    return "".join(parts)


def _list(
    found: Sequence[Attention], form: Form, link: str | None, room: int
) -> tuple[list[str], int]:
    """A heading per level and the items below it, as far as there is room, and how many
    items are missing.
    """
    left, missing = room - _ROOM_FOR_NOTE, len(found)
    parts: list[str] = []
    for level, group in groupby(found, key=lambda item: item.level):
        chosen = tuple(group)
        parts.append(_level_heading(level, chosen))
        for item in chosen:
            text = form(item, link)
            left -= len(text)
            if left < 0:
                return parts, missing
            parts.append(text)
            missing -= 1
    return parts, missing


def _level_heading(level: Level, items: Sequence[Attention]) -> str:
    count = f"{len(items):,}"
    accepted = sum(item.accepted for item in items)
    if accepted:
        count += f", of which accepted: {accepted:,}"
    return f"\n### {_SIGNS[level]} {level.capitalize()} ({count})\n\n"


def _item_in_full(item: Attention, link: str | None) -> str:
    """All that is known, each thing on a line of its own."""
    because = prose(shorten(item.because, 400))
    lines = [f"- {_address(item, 200)}{_where(item.place, link)}: {because}"]
    if item.difference:
        lines.append(f"  - wanted: {code(shorten(item.difference, 300))}")
    for acceptance in item.acceptances[-MOST_ACCEPTANCES:]:
        lines.append(f"  - {prose(shorten(acceptance, 400))}")
    ways = [prose(shorten(way, 200)) for way in item.ways_out[:MOST_WAYS_OUT]]
    if ways:
        lines.append(f"  - ways out: {' · '.join(ways)}")
    return "\n".join(lines) + "\n"


def _item_with_reason(item: Attention, link: str | None) -> str:
    """The reason and the last acceptance, which says what is not accepted."""
    said = [item.because, *item.acceptances[-1:]]
    words = "; ".join(prose(shorten(each, 120)) for each in said)
    return f"- {_address(item, 100)}{_where(item.place, link)}: {words}\n"


def _item_with_rule(item: Attention, link: str | None) -> str:
    """The rule's name instead of the reason."""
    where, rule = _where(item.place, link, 40), code(shorten(item.rule, 30))
    return f"- {_address(item, 60)}{where}: {rule}{_acceptance_mark(item)}\n"


def _item_by_name(item: Attention, link: str | None) -> str:
    """Nothing but the address."""
    return f"- {_address(item, 24)}{_acceptance_mark(item)}\n"


def _acceptance_mark(item: Attention) -> str:
    return ", accepted" if item.accepted else ""


def _address(item: Attention, length: int) -> str:
    return code(shorten(item.address, length))


def _where(place: Place | None, link: str | None, length: int = 120) -> str:
    """The file and line, linked when there is something to link to; long addresses of
    files stay text.
    """
    if place is None:
        return ""
    label = code(f"{shorten(place.file, length)}:{place.line}")
    address = address_of(link, place.file, place.line)
    if address is None or len(address) > length + _LONGEST_BASE:
        return f" ({label})"
    return f" ([{label}]({address}))"


def _picture(plan: Plan, desired: Desired | None, room: int) -> str:
    """The largest picture that fits: all fields, the changed fields, the titles, the
    titles of some, none.
    """
    whole = neighbourhood(picture(desired, plan))
    if not whole.nodes:
        return ""
    for smaller in _smaller(whole):
        fenced = f"```mermaid\n{graph_mermaid(smaller)}```"
        text = f"{DETAILS_START}Picture of what is touched{DETAILS_END}\n{fenced}\n\n</details>\n"
        if len(text) <= room:
            return text
    return ""


def _smaller(whole: Picture) -> Iterator[Picture]:
    if len(whole.nodes) <= 100:
        yield from (whole, bare(whole), titles_only(whole))
    yield from (titles_only(limit(whole, most)) for most in (100, 40, 15))


def _heading(link: str | None) -> Callable[[Change], str]:
    """The line above a change's details."""

    def heading(change: Change) -> str:
        where = _where(place_of(change.source), link)
        return (
            f"{change.impact.capitalize()}: {prose(shorten(change.reason, 300))}{where}"
        )

    return heading


def stamp_of(plan: Plan) -> str:
    """Which commit and digest this is about."""
    digest = code(shorten(plan.digest, 80))
    if not plan.git.head:
        return f"Digest {digest}"
    commit = code(shorten(plan.git.head[:7], 10))
    dirty = " with uncommitted changes" if plan.git.dirty else ""
    return f"Commit {commit}{dirty} · digest {digest}"


def _foot(plan: Plan) -> str:
    """What this is about, and how to apply exactly that."""
    steps = ", ".join(map(_step, how_to_apply(plan)))
    planned = code(shorten(plan.created_at, 30))
    return f"\n---\n{stamp_of(plan)} · planned {planned}\n\n{steps}\n"


def _step(step: Step) -> str:
    if not step.command:
        return step.words
    return f"{step.words} {code(shorten(step.command, LONGEST_COMMAND))}"
