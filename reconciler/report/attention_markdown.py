"""The lists of what is blocked, breaks something or is stopped by a guard, in Markdown:
a line for every object, and below it what was wanted of it, in the longest form that
has room.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from reconciler.form.words import counted
from reconciler.model.address import Address
from reconciler.model.change import UsedBy
from reconciler.model.plan import Plan
from reconciler.report.attention import (
    MOST_USERS,
    Attention,
    Level,
    Place,
    attentions,
    place_of,
)
from reconciler.report.escape import (
    address_of,
    code,
    prose,
    shorten,
    shorten_list,
    shorten_words,
)
from reconciler.report.sections import (
    Entry,
    Section,
    all_fits,
    heads_fit,
    sections_text,
)

SIGNS = {"blocked": "⛔", "breaking": "⚠️", "guarded": "🛑"}
MOST_WAYS_OUT = 5
MOST_ACCEPTANCES = 5
"""The last ones: what is not accepted comes last."""
LONGEST_PATH = 150
SHORTEST_LINE = 30
MOST_GROUPS = 20
_LONGEST_BASE = 200
"""Of a link, what may come in addition to the path of the file."""
Object = Sequence[Attention]
"""The items of one address and level."""
Form = Callable[[Object], Entry]


def attention_items(plan: Plan, link: str | None, room: int) -> str:
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
        for most in (room // 2, room * 3 // 4, room):
            for sections in shorter:
                if heads_fit(sections, most):
                    return sections_text(sections, room)
        for sections in _without_differences(objects):
            if heads_fit(sections, room):
                return sections_text(sections, room)
    return sections_text(_sections_by_rule(objects, _entry_by_name), room)


def _without_differences(
    objects: Mapping[Level, Sequence[Object]],
) -> Iterator[list[Section]]:
    """A line for each object with its rules, or below its rules with its place."""
    yield _sections(objects, lambda items: Entry(_line_with_rules(items)))
    yield _sections_by_rule(objects, _entry_with_place)


def _shorter_forms(link: str | None) -> Iterator[Form]:
    yield lambda items: _entry_with_reason(items, link)
    yield lambda items: _entry_with_reason(items, None)
    yield lambda items: _entry_with_rules(items, place_words(items[0].place, None, 40))
    yield _entry_with_rules


def _sections_by_rule(
    objects: Mapping[Level, Sequence[Object]], form: Form
) -> list[Section]:
    """Below the rules that objects have in common."""
    sections = []
    for level, found in objects.items():
        groups: dict[tuple[str, ...], list[Object]] = {}
        for items in found:
            rules = tuple(dict.fromkeys(item.rule for item in items))
            groups.setdefault(rules, []).append(items)
        if len(groups) > MOST_GROUPS:
            groups = {(): list(found)}
        for rules, group in groups.items():
            named = ", ".join(code(shorten(rule, 40)) for rule in rules)
            heading = _heading_of(level) + (f": {named}" if named else "")
            sections.append(Section(heading, list(map(form, group)), _count(group)))
    return sections


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
        entries = list(map(form, found))
        sections.append(Section(_heading_of(level), entries, _count(found)))
    return sections


def _heading_of(level: Level) -> str:
    return f"{SIGNS[level]} {level.capitalize()}"


def _count(objects: Sequence[Object]) -> str:
    count = f"{len(objects):,}"
    accepted = sum(items[0].accepted for items in objects)
    return f"{count}, of which accepted: {accepted:,}" if accepted else count


def _entry_in_full(items: Object, link: str | None) -> Entry:
    """All that is known of an object."""
    rows = [row for item in items for row in _rows_in_full(item, items, link)]
    common = {item.ways_out for item in items}
    if len(common) == 1:
        rows += _ways_out_rows(items[0])
    return Entry(
        _line(items, link), tuple(dict.fromkeys(rows)), address=items[0].address
    )


def _rows_in_full(item: Attention, items: Object, link: str | None) -> Iterator[str]:
    if item.difference:
        yield _wanted(item, items)
    for user in item.users[:MOST_USERS]:
        yield _user(user, link)
    if len(item.users) > MOST_USERS:
        yield f"  - and used in {counted(len(item.users) - MOST_USERS, 'more place')}\n"
    for acceptance in item.acceptances[-MOST_ACCEPTANCES:]:
        yield f"  - {prose(shorten_words(acceptance, 400))}\n"
    if any(each.ways_out != item.ways_out for each in items):
        yield from _ways_out_rows(item, _of(item))


def _user(user: UsedBy, link: str | None) -> str:
    by, how = code(shorten(user.by, 100)), code(shorten(user.how, 100))
    return f"  - used by {by}{place_words(place_of(user.source), link)}: {how}\n"


def _ways_out_rows(item: Attention, of: str = "") -> Iterator[str]:
    if item.ways_out:
        yield f"  - ways out{of}: {_ways_out(item)}\n"


def _ways_out(item: Attention) -> str:
    ways = [prose(shorten_words(way, 200)) for way in item.ways_out[:MOST_WAYS_OUT]]
    return " · ".join(ways)


def _of(item: Attention) -> str:
    """What the ways out are of, when the differences of an object have others."""
    if not item.difference:
        return ""
    return f" of {code(shorten(item.difference.partition(':')[0], LONGEST_PATH))}"


def _wanted(item: Attention, items: Object) -> str:
    """With its reason, when that is not the one that stands above."""
    wanted = [_short_difference(each, 300) for each in item.differences]
    row = f"  - wanted: {code(shorten_list(wanted, LONGEST_PATH + 302))}"
    if _reason(item) != _reason(items[0]):
        row += f": {_because(item, 200)} ({code(shorten(item.rule, 40))})"
    return f"{row}\n"


def _short_difference(difference: str, length: int) -> str:
    """The path is whole, and of the values what fits."""
    path, _, values = difference.partition(": ")
    return f"{shorten(path, LONGEST_PATH)}: {shorten(values, length)}"


def _because(item: Attention, length: int) -> str:
    return prose(shorten_list(item.because.split("; "), length))


def _reason(item: Attention) -> tuple[str, str]:
    return item.because, item.rule


def _line(items: Object, link: str | None) -> str:
    first = items[0]
    said = f"{_because(first, 400)} ({_rule_names(items)})"
    return f"- {_address(first, 200)}{place_words(first.place, link)}: {said}"


def _entry_with_reason(items: Object, link: str | None) -> Entry:
    """The reason and the last acceptance, which says what is not accepted; the
    differences as far as there is room.
    """
    first = items[0]
    words = f"{_because(first, 120)} ({_rule_names(items)})"
    for acceptance in first.acceptances[-1:]:
        words += f"; {prose(shorten_words(acceptance, 120))}"
    line = f"- {_address(first, 100)}{place_words(first.place, link)}: {words}"
    return _entry_with_differences(line, items)


def _rule_names(items: Object) -> str:
    """Every rule, and of how many things it is the reason if there are several."""
    counts = Counter(item.rule for item in items)
    names = [code(shorten(rule, 40)) for rule in counts]
    if len(names) == 1:
        return names[0]
    told = zip(names, counts.values(), strict=True)
    return ", ".join(f"{name} × {count:,}" for name, count in told)


def _entry_with_differences(line: str, items: Object) -> Entry:
    wanted = [(item, each) for item in items for each in item.differences]
    return Entry(
        line,
        wanted,
        lambda part: _brief_row(part[0], part[1], items),
        _path,
        items[0].address,
    )


def _path(part: tuple[Attention, str]) -> str:
    _, difference = part
    return code(shorten(difference.partition(": ")[0], LONGEST_PATH))


def _brief_row(item: Attention, difference: str, items: Object) -> str:
    row = f"  - wanted: {code(_short_difference(difference, 60))}"
    if item.rule != items[0].rule:
        row += f" ({code(shorten(item.rule, 40))})"
    return f"{row}\n"


def _entry_with_rules(items: Object, where: str = "") -> Entry:
    """The names of the rules instead of the reasons, and no link."""
    return _entry_with_differences(_line_with_rules(items, where), items)


def _line_with_rules(items: Object, where: str = "") -> str:
    first = items[0]
    said = f"{_rule_names(items)}{_acceptance_mark(first)}"
    line = f"- {_address(first, 60)}{where}: {said}"
    if first.acceptances and not first.accepted:
        line += f"; {prose(shorten_words(first.acceptances[-1], 60))}"
    return line


def _entry_with_place(items: Object) -> Entry:
    """The address and where its manifest is."""
    return _entry_by_name(items, place_words(items[0].place, None, 40))


def _entry_by_name(items: Object, where: str = "") -> Entry:
    """Nothing but the address, and whether it is accepted."""
    first = items[0]
    line = f"- {_address(first, 24)}{where}{_acceptance_mark(first)}"
    return Entry(line, address=first.address)


def _acceptance_mark(item: Attention) -> str:
    return ", accepted" if item.accepted else ""


def _address(item: Attention, length: int) -> str:
    return code(shorten(item.address, length))


def place_words(place: Place | None, link: str | None, length: int = 120) -> str:
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
