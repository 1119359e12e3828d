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
from reconciler.model.plan import Plan
from reconciler.report.applying import Step, how_to_apply
from reconciler.report.attention import Attention, Place, attentions, place_of
from reconciler.report.details import DETAILS_END, DETAILS_START, change_details
from reconciler.report.escape import address_of, code, marker, prose, shortened
from reconciler.report.graph import (
    Picture,
    bare,
    limited,
    picture,
    titles_only,
    touched,
)
from reconciler.report.graph_mermaid import graph_mermaid
from reconciler.report.sections import LIMIT
from reconciler.report.sentence import counts, plain_sentence

LARGEST_PICTURE = 20_000
LONGEST_COMMAND = 400
MOST_ACCEPTANCES = 5
"""The last ones: what is not accepted comes last."""
_SIGNS = {"blocked": "⛔", "breaking": "⚠️"}

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
    items = _items(plan, link, left)
    left -= len(items)
    drawn = _picture(plan, desired, min(left, LARGEST_PICTURE))
    left -= len(drawn)
    return (
        head + items + drawn + change_details(plan.changes, _heading(link), left) + foot
    )


def _head(plan: Plan) -> str:
    numbers = " · ".join(f"**{number:,}** {what}" for what, number in counts(plan))
    warnings = [f"- {prose(shortened(warning, 300))}" for warning in plan.warnings[:20]]
    more = len(plan.warnings) - len(warnings)
    warnings += [f"- and {more:,} more warnings"] if more else []
    block = "\n**Worth knowing**\n\n" + "\n".join(warnings) + "\n" if warnings else ""
    return f"{marker(plan.target.name[:100])}\n{plain_sentence(plan)}\n\n{numbers}\n{block}"


def _items(plan: Plan, link: str | None, room: int) -> str:
    """Every blocked and breaking item, in the longest form that fits."""
    found = attentions(plan)
    forms: tuple[Form, ...] = (_full, _explained, _ruled, _named)
    for form in forms:
        text, fitting = _listed(found, form, link, room)
        if fitting == len(found):
            return text
    missing = len(found) - fitting
    return (
        text
        + f"\n**And {missing:,} more, for which a comment has no room: they are in the plan itself.**\n"
    )


def _listed(
    found: Sequence[Attention], form: Form, link: str | None, room: int
) -> tuple[str, int]:
    """A heading per level and the items below it, as far as there is room, and how many
    items that were.
    """
    left, parts, fitting = room - _ROOM_FOR_NOTE, [], 0
    for level, group in groupby(found, key=lambda item: item.level):
        chosen = tuple(group)
        accepted = sum(item.accepted for item in chosen)
        count = (
            f"{len(chosen):,}, of which accepted: {accepted:,}"
            if accepted
            else f"{len(chosen):,}"
        )
        parts.append(f"\n### {_SIGNS[level]} {level.capitalize()} ({count})\n\n")
        for item in chosen:
            text = form(item, link)
            left -= len(text)
            if left < 0:
                return "".join(parts), fitting
            parts.append(text)
            fitting += 1
    return "".join(parts), fitting


def _full(item: Attention, link: str | None) -> str:
    lines = [
        f"- {_address(item, 200)}{_where(item.place, link)}: {prose(shortened(item.because, 400))}"
    ]
    lines += (
        [f"  - wanted: {code(shortened(item.difference, 300))}"]
        if item.difference
        else []
    )
    lines += [
        f"  - {prose(shortened(said, 400))}"
        for said in item.acceptances[-MOST_ACCEPTANCES:]
    ]
    ways = " · ".join(prose(shortened(way, 200)) for way in item.ways_out[:5])
    lines += [f"  - ways out: {ways}"] if ways else []
    return "\n".join(lines) + "\n"


def _explained(item: Attention, link: str | None) -> str:
    said = [item.because, *item.acceptances[-1:]]
    return f"- {_address(item, 100)}{_where(item.place, link)}: {'; '.join(prose(shortened(s, 120)) for s in said)}\n"


def _ruled(item: Attention, link: str | None) -> str:
    accepted = ", accepted" if item.accepted else ""
    return f"- {_address(item, 60)}{_where(item.place, link, 40)}: {code(shortened(item.rule, 30))}{accepted}\n"


def _named(item: Attention, link: str | None) -> str:
    return f"- {_address(item, 24)}{', accepted' if item.accepted else ''}\n"


def _address(item: Attention, length: int) -> str:
    return code(shortened(item.address, length))


def _where(place: Place | None, link: str | None, length: int = 120) -> str:
    """The file and line, linked when there is something to link to; long addresses of
    files stay text.
    """
    if place is None:
        return ""
    label = code(f"{shortened(place.file, length)}:{place.line}")
    address = address_of(link, place.file, place.line)
    return (
        f" ([{label}]({address}))"
        if address and len(address) <= length + 200
        else f" ({label})"
    )


def _picture(plan: Plan, desired: Desired | None, room: int) -> str:
    """The largest picture that fits: all fields, the changed fields, the titles, the
    titles of some, none.
    """
    whole = touched(picture(desired, plan))
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
    yield from (titles_only(limited(whole, most)) for most in (100, 40, 15))


def _heading(link: str | None) -> Callable[[Change], str]:
    """The line above a change's details."""

    def heading(change: Change) -> str:
        where = _where(place_of(change.source), link)
        return f"{change.impact.capitalize()}: {prose(shortened(change.reason, 300))}{where}"

    return heading


def stamp_of(plan: Plan) -> str:
    """Which commit and digest this is about."""
    dirty = " with uncommitted changes" if plan.git.dirty else ""
    commit = (
        f"Commit {code(shortened(plan.git.head[:7], 10))}{dirty} · digest"
        if plan.git.head
        else "Digest"
    )
    return f"{commit} {code(shortened(plan.digest, 80))}"


def _foot(plan: Plan) -> str:
    """What this is about, and how to apply exactly that."""
    steps = (f"{step.words} {_command(step)}".rstrip() for step in how_to_apply(plan))
    planned = code(shortened(plan.created_at, 30))
    return f"\n---\n{stamp_of(plan)} · planned {planned}\n\n{', '.join(steps)}\n"


def _command(step: Step) -> str:
    return code(shortened(step.command, LONGEST_COMMAND)) if step.command else ""
