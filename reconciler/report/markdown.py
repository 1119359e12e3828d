"""The pull-request comment: a sentence for the shop's owner, what must be looked at,
and everything else folded away.

GitHub refuses a comment of more than 65,536 characters. When there is too much to say,
the differences of the changes go first, then the picture, then the ways out and the
differences of what is blocked or breaks, then the reasons. Each list keeps a line for
every object as long as that fits, and then its name; what has more to say than others is
cut first. Only beyond some 3,000 objects does a list end with the number of what is
missing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from reconciler.model.address import Address
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
from reconciler.report.details import (
    DETAILS_END,
    DETAILS_START,
    change_details,
    smallest_details,
)
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
from reconciler.report.sections import (
    LIMIT,
    Entry,
    Section,
    all_fits,
    heads_fit,
    sections_text,
)
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
_SIGNS = {"blocked": "⛔", "breaking": "⚠️", "guarded": "🛑"}

_LONGEST_BASE = 200
"""Of a link, what may come in addition to the path of the file."""
LONGEST_PATH = 150
SHORTEST_LINE = 30
MOST_RULE_NAMES = 3
Object = Sequence[Attention]
"""The items of one address and level."""
Form = Callable[[Object], Entry]


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
    # What is blocked or breaks comes first, but every other change keeps its name.
    reserved = min(smallest_details(plan.changes), left // 2)
    items = _items(plan, link, left - reserved)
    left -= len(items)
    drawn = _picture(plan, desired, min(left - reserved, LARGEST_PICTURE))
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
    """Every object that is blocked, breaks something or is stopped by a guard, in the
    longest form that fits.
    """
    objects = _objects(plan)
    # Thousands of entries are not made only to see that they do not fit.
    every = chain.from_iterable(objects.values())
    if sum(map(len, every)) * SHORTEST_LINE <= room:
        sections = _sections(objects, lambda items: _entry_in_full(items, link))
        if all_fits(sections, room):
            return sections_text(sections, room)
    if sum(map(len, objects.values())) * SHORTEST_LINE <= room:
        shorter = [_sections(objects, form) for form in _shorter_forms(link)]
        # First with as much room for the differences as for the lines above them.
        for most in (room // 2, room):
            for sections in shorter:
                if heads_fit(sections, most):
                    return sections_text(sections, room)
    return sections_text(_sections(objects, _entry_by_name), room)


def _shorter_forms(link: str | None) -> Iterator[Form]:
    yield lambda items: _entry_with_reason(items, link)
    yield lambda items: _entry_with_reason(items, None)
    yield _entry_with_rule


def _objects(plan: Plan) -> dict[Level, list[Object]]:
    """By level, the items of each address."""
    objects: dict[Level, dict[Address, list[Attention]]] = {}
    for item in attentions(plan):
        if item.is_rule:
            continue
        objects.setdefault(item.level, {}).setdefault(item.address, []).append(item)
    return {level: list(found.values()) for level, found in objects.items()}


def _sections(objects: Mapping[Level, Sequence[Object]], form: Form) -> list[Section]:
    sections = []
    for level, found in objects.items():
        heading = f"{_SIGNS[level]} {level.capitalize()}"
        sections.append(Section(heading, list(map(form, found)), _count(found)))
    return sections


def _count(objects: Sequence[Object]) -> str:
    count = f"{len(objects):,}"
    accepted = sum(items[0].accepted for items in objects)
    return f"{count}, of which accepted: {accepted:,}" if accepted else count


def _entry_in_full(items: Object, link: str | None) -> Entry:
    """All that is known of an object."""
    rows = [row for item in items for row in _rows_in_full(item, items)]
    common = {item.ways_out for item in items}
    if len(common) == 1:
        rows += _ways_out_rows(items[0])
    return Entry(
        _line(items, link), tuple(dict.fromkeys(rows)), address=items[0].address
    )


def _rows_in_full(item: Attention, items: Object) -> Iterator[str]:
    if item.difference:
        yield _wanted(item, items)
    for acceptance in item.acceptances[-MOST_ACCEPTANCES:]:
        yield f"  - {prose(shorten(acceptance, 400))}\n"
    if any(each.ways_out != item.ways_out for each in items):
        yield from _ways_out_rows(item, _of(item))


def _ways_out_rows(item: Attention, of: str = "") -> Iterator[str]:
    if item.ways_out:
        yield f"  - ways out{of}: {_ways_out(item)}\n"


def _ways_out(item: Attention) -> str:
    ways = [prose(shorten(way, 200)) for way in item.ways_out[:MOST_WAYS_OUT]]
    return " · ".join(ways)


def _of(item: Attention) -> str:
    """What the ways out are of, when the differences of an object have others."""
    if not item.difference:
        return ""
    return f" of {code(shorten(item.difference.partition(':')[0], LONGEST_PATH))}"


def _wanted(item: Attention, items: Object) -> str:
    """With its reason, when that is not the one that stands above."""
    row = f"  - wanted: {code(_short_difference(item, 300))}"
    if _reason(item) != _reason(items[0]):
        row += f": {prose(shorten(item.because, 200))} ({code(shorten(item.rule, 40))})"
    return f"{row}\n"


def _short_difference(item: Attention, length: int) -> str:
    """The path is whole, and of the values what fits."""
    path, _, values = item.difference.partition(": ")
    return f"{shorten(path, LONGEST_PATH)}: {shorten(values, length)}"


def _reason(item: Attention) -> tuple[str, str]:
    return item.because, item.rule


def _line(items: Object, link: str | None) -> str:
    first = items[0]
    because, rule = prose(shorten(first.because, 400)), code(shorten(first.rule, 40))
    return f"- {_address(first, 200)}{_where(first.place, link)}: {because} ({rule})"


def _entry_with_reason(items: Object, link: str | None) -> Entry:
    """The reason and the last acceptance, which says what is not accepted; the
    differences as far as there is room.
    """
    first = items[0]
    words = f"{prose(shorten(first.because, 120))} ({code(shorten(first.rule, 40))})"
    for acceptance in first.acceptances[-1:]:
        words += f"; {prose(shorten(acceptance, 120))}"
    return Entry(
        f"- {_address(first, 100)}{_where(first.place, link)}: {words}",
        [item for item in items if item.difference],
        lambda item: _brief_row(item, items),
        _path,
        first.address,
    )


def _path(item: Attention) -> str:
    return code(shorten(item.difference.partition(": ")[0], LONGEST_PATH))


def _brief_row(item: Attention, items: Object) -> str:
    row = f"  - wanted: {code(_short_difference(item, 60))}"
    if item.rule != items[0].rule:
        row += f" ({code(shorten(item.rule, 40))})"
    return f"{row}\n"


def _entry_with_rule(items: Object) -> Entry:
    """The names of the rules instead of the reasons, and no link."""
    first = items[0]
    where = _where(first.place, None, 40)
    rules = dict.fromkeys(shorten(item.rule, 30) for item in items)
    said = ", ".join(map(code, list(rules)[:MOST_RULE_NAMES]))
    line = f"- {_address(first, 60)}{where}: {said}{_acceptance_mark(first)}"
    if first.acceptances and not first.accepted:
        line += f"; {prose(shorten(first.acceptances[-1], 60))}"
    return Entry(
        line,
        [item for item in items if item.difference],
        lambda item: _brief_row(item, items),
        _path,
        first.address,
    )


def _entry_by_name(items: Object) -> Entry:
    """Nothing but the address."""
    first = items[0]
    line = f"- {_address(first, 24)}{_acceptance_mark(first)}"
    return Entry(line, address=first.address)


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
