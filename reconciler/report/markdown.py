"""The pull-request comment: a sentence for the shop's owner, what must be looked at,
and everything else folded away.

GitHub refuses a comment of more than 65,536 characters. When there is too much to say,
the differences of the changes go first, then the picture, then the ways out and the
differences of what is blocked or breaks, then the reasons, then the places. Each list
keeps a line with the rules of every object as long as that fits, and then its name below
those rules; what has more to say than others is cut first. Only beyond some 3,000
objects does a list end with the number of what is missing.
"""

from collections.abc import Callable, Sequence

from reconciler.form.words import counted
from reconciler.model.change import Change
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.plan import Plan, SettingChange
from reconciler.report.applying import Step, how_to_apply
from reconciler.report.attention import (
    place_of,
    setting_words,
)
from reconciler.report.attention_markdown import SIGNS, attention_items, place_words
from reconciler.report.details import (
    DETAILS_END,
    DETAILS_START,
    NEW,
    change_details,
    smallest_details,
)
from reconciler.report.escape import (
    code,
    marker,
    prose,
    shorten,
    shorten_list,
    shorten_words,
)
from reconciler.report.graph import Picture, picture
from reconciler.report.graph_mermaid import graph_mermaid
from reconciler.report.overview import heading, overview
from reconciler.report.reduction import caption, neighbourhood, reduced
from reconciler.report.sections import LIMIT
from reconciler.report.sentence import counts, plain_sentence
from reconciler.report.usage import edits_markdown

LARGEST_PICTURE = 12_000
MOST_NODES = 100
"""Of the picture."""
LONGEST_COMMAND = 400
MOST_WARNINGS = 20
MOST_RULES = 210
"""Enough for where the keys of all targets go."""
MOST_LONG_RULES = 20


def plan_markdown(
    plan: Plan,
    *,
    desired: Desired | None = None,
    link: str | None = None,
    live: Live | None = None,
) -> str:
    """The comment. `desired` gives the picture all fields, and `live` those of what is
    deleted; `link` is the address of the repository's root at the head commit, such as
    `https://github.com/OWNER/NAME/blob/SHA`, below which files are linked.
    """
    head, foot = _head(plan), _foot(plan)
    left = LIMIT - len(head) - len(foot) - 1
    rules = _rules(plan.settings)
    left -= len(rules)
    edits = edits_markdown(plan.edits, link, left // 4)
    left -= len(edits)
    table = overview(plan, link, left // 4)
    left -= len(table)
    # What is blocked or breaks comes first, but every other change keeps its name.
    reserved = min(smallest_details(plan.changes), left // 2)
    items = attention_items(plan, link, left - reserved)
    left -= len(items)
    whole = picture(desired, plan, live)
    drawn = _picture(whole, min(left - reserved, LARGEST_PICTURE))
    left -= len(drawn)
    details = change_details(plan.changes, _heading(link), left)
    return head + rules + table + items + edits + drawn + details + foot


def _head(plan: Plan) -> str:
    first = marker(plan.target.name[:100])
    said = f"{heading(plan)}\n{plain_sentence(plan, code)}\n"
    return f"{first}\n{said}{_warnings(plan.warnings)}"


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    lines = [
        f"- {prose(shorten_words(each, 300))}" for each in warnings[:MOST_WARNINGS]
    ]
    more = len(warnings) - MOST_WARNINGS
    if more > 0:
        lines.append(f"- and {counted(more, 'more warning')}")
    return "\n".join(["\n**Worth knowing**\n", *lines, ""])


def _rules(changes: Sequence[SettingChange]) -> str:
    """What becomes of the rules, which is breaking. The first ones say where keys go."""
    if not changes:
        return ""
    length = 300 if len(changes) <= MOST_LONG_RULES else 100
    lines = [
        f"- {prose(shorten_words(setting_words(change), length))}"
        for change in changes[:MOST_RULES]
    ]
    if len(changes) > MOST_RULES:
        lines.append(f"- and {len(changes) - MOST_RULES:,} more, in the plan itself")
    heading = f"### {SIGNS['breaking']} Breaking: rules ({len(changes):,})"
    return "\n".join(["", heading, "", *lines, ""])


def _picture(whole: Picture, room: int) -> str:
    """The largest picture that fits, or none."""
    near = neighbourhood(whole)
    if not near.nodes:
        return ""
    start = f"{DETAILS_START}{caption(near)}{DETAILS_END}\n```mermaid\n"
    end = "```\n\n</details>\n"
    drawn = graph_mermaid(reduced(near, MOST_NODES), room - len(start) - len(end))
    return f"{start}{drawn}{end}" if drawn else ""


def _heading(link: str | None) -> Callable[[Change], str]:
    """The line above a change's details; what breaks has its own in the list."""

    def heading(change: Change) -> str:
        if change.impact == "breaking":
            return ""
        where = place_words(place_of(change.source), link)
        return f"{_why(change)}{where}\n".lstrip()

    return heading


def _why(change: Change) -> str:
    """Why it is safe, or what to look at."""
    if change.reason == NEW:
        return "New"
    reason = prose(shorten_list(change.reason.split("; "), 300))
    return f"{reason[0].upper()}{reason[1:]}"


def stamp_of(plan: Plan) -> str:
    """Which commit and digest this is about."""
    digest = code(_short(plan.digest))
    if not plan.git.head:
        return f"Digest {digest}"
    commit = code(shorten(plan.git.head[:7], 10))
    dirty = " with uncommitted changes" if plan.git.dirty else ""
    return f"Commit {commit}{dirty} · digest {digest}"


def _short(digest: str) -> str:
    """Enough to tell two plans apart; the commands have all of it."""
    _, colon, number = digest.partition(":")
    return shorten(number[:12] if colon else digest, 80)


def _foot(plan: Plan) -> str:
    """The numbers, what this is about, and how to apply exactly that."""
    steps = ", ".join(map(_step, how_to_apply(plan)))
    planned = code(shorten(plan.created_at, 30))
    numbers = [f"**{number:,}** {what}" for what, number in counts(plan) if number]
    told = "".join(f"{line}\n\n" for line in [" · ".join(numbers)] if line)
    return f"\n---\n\n{told}{stamp_of(plan)} · planned {planned}\n\n{steps}\n"


def _step(step: Step) -> str:
    if not step.command:
        return step.words
    return f"{step.words} {code(shorten(step.command, LONGEST_COMMAND))}"
