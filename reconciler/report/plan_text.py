"""The plan as a person reads it in a terminal."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reconciler.form.words import plural
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, FieldChange, Refusal
from reconciler.model.plan import UNSETTLED, Forecast, Plan
from reconciler.report.attention import (
    given_acceptances,
    missing_acceptance,
    setting_words,
    user_words,
    users_of,
)
from reconciler.report.escape import brief
from reconciler.report.field_text import (
    LONGEST_VALUE,
    cells,
    note_text,
    row_words,
    short_value,
)
from reconciler.report.overview_text import (
    folded_text,
    is_large,
    overview_text,
    shown_changes,
)
from reconciler.report.reasons import Stopped, told_together, worth_knowing
from reconciler.report.terminal import Paint, plain
from reconciler.report.usage import TITLE, edit_rows
from reconciler.report.word_diff import word_diff

MARKS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}
OPS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}
SECOND_COLUMN = 58
THIRD_COLUMN = 30
MOST_NAMES = 10


def plan_text(plan: Plan, paint: Paint = plain) -> str:
    """Head line, changes, blocked items, warnings, and the sum in one line."""
    blocks = [_head(plan)]
    if is_large(plan):
        blocks.append(overview_text(plan))
    body = list(_body(plan, paint))
    if body:
        blocks.append("\n".join(body))
    return "\n\n".join([*blocks, _sum(plan)]) + "\n"


def _head(plan: Plan) -> str:
    target, manifests = plan.target, _count_manifests(plan)
    counts = f"{manifests} {plural(manifests, 'manifest')}, {plan.live} live"
    return f"{brief(target.name)} · {brief(target.base_url)} · {counts}"


def _count_manifests(plan: Plan) -> int:
    """Every address of the plan has a manifest, except those that --prune deletes."""
    summary = plan.summary
    deletes = [change for change in plan.changes if change.action == "delete"]
    pruned = sum(change.source is None for change in deletes)
    changed = summary.create + summary.update + summary.delete
    return changed + summary.blocked + summary.unchanged - pruned


def _body(plan: Plan, paint: Paint) -> Iterator[str]:
    for reason in plan.incomplete:
        yield paint(f"! not all compared: {brief(reason)}", "magenta")
    for setting in plan.settings:
        yield paint(f"! breaking: {brief(setting_words(setting))}", "magenta")
    shown, folded = list(plan.changes), 0
    if is_large(plan):
        shown, folded = shown_changes(plan.changes)
    for change in shown:
        yield _change(change, paint)
    if folded:
        yield folded_text(folded)
    yield from _stopped_items("blocked", plan.blocked, paint)
    yield from _stopped_items("refused", plan.refused, paint)
    for warning in worth_knowing(plan):
        yield paint("warning: ", "magenta") + brief(warning)
    if plan.unmanaged:
        yield _unmanaged_line(plan.unmanaged)
    if plan.edits:
        yield f"\n{TITLE} ({len(plan.edits)}):"
        yield from (f"    {row}" for row in table(list(edit_rows(plan.edits))))


def _unmanaged_line(addresses: Sequence[Address]) -> str:
    """What lives without a manifest, by name as long as that is readable."""
    return f"unmanaged: {_first_names(list(map(brief, addresses)))}"


def _first_names(names: Sequence[str]) -> str:
    """So many that they can be read, and the number of the others."""
    told = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{told} and {more} more" if more > 0 else told


def _change(change: Change, paint: Paint) -> str:
    mark, colour = MARKS[change.action]
    head = columns(f"{mark} {brief(change.address)}", brief(_remark(change)))
    lines = [paint(head, colour)]
    if isinstance(change, Create):
        lines += _lines_of_create(change, paint)
    else:
        lines += _lines_of_update(change, paint)
    for user in user_words(users_of(change)):
        lines.append(paint(f"      {brief(user)}", "magenta"))
    for acceptance in given_acceptances(change):
        lines.append(paint(f"      {brief(acceptance)}", "green"))
    missing = missing_acceptance(change)
    if missing:
        lines.append(paint(f"      {brief(missing)}", "red"))
    return "\n".join(lines)


def _remark(change: Change) -> str:
    """The place of a create's manifest; the impact of anything else, and its reason."""
    if isinstance(change, Create):
        return change.source or ""
    return f"{change.impact}: {change.reason}"


def _lines_of_create(change: Create, paint: Paint) -> Iterator[str]:
    """What holds for the whole, then a row per item."""
    kind = kind_of(change.address)
    rows = list(map(cells, kind.rows(change)))
    for line in (*map(note_text, kind.headline(change)), *table(rows)):
        yield paint(f"    + {line}", "green")


def _lines_of_update(change: Change, paint: Paint) -> Iterator[str]:
    """A line per difference, its value in a column of its own."""
    kind = kind_of(change.address)
    rows = [(kind.dotted(part.path), _what(change, part)) for part in change.fields]
    for part, row in zip(change.fields, table(rows), strict=True):
        mark, colour = OPS[part.op]
        yield paint(f"    {mark} {row}", colour)


def _what(change: Change, part: FieldChange) -> str:
    if part.op == "changed":
        return _both_sides(change.address, part)
    kind = kind_of(change.address)
    value = part.new if part.op == "added" else part.old
    if isinstance(value, Mapping):
        return "  ".join(row_words(kind.row(part)))
    return short_value(value, kind.words(part.path, value))


def _stopped_items(word: str, items: Sequence[Stopped], paint: Paint) -> Iterator[str]:
    """One block per address, a line per difference, and its ways out; one block for all
    of which the same is said.
    """
    groups, rest = told_together(items)
    for group in groups:
        yield paint("\n".join(_common_lines(word, group)), "magenta")
    by_address: dict[Address, list[Stopped]] = defaultdict(list)
    for item in rest:
        by_address[item.address].append(item)
    for group in by_address.values():
        yield paint("\n".join(_stopped_lines(word, group)), "magenta")


def _common_lines(word: str, group: Sequence[Stopped]) -> Iterator[str]:
    """What is said of all, and their names as long as that is readable."""
    names = list(map(brief, dict.fromkeys(item.address for item in group)))
    yield columns(f"! {len(names)} changes", f"{word}: {_message(group[0])}")
    yield f"      {_first_names(names)}"
    yield from _ways_out(group[0])


def _ways_out(item: Stopped) -> Iterator[str]:
    if item.ways_out:
        yield f"      ways out: {brief(' · '.join(item.ways_out))}"


def _stopped_lines(word: str, group: Sequence[Stopped]) -> Iterator[str]:
    """The message of the first is in the head; a different one stands above its line."""
    first = _message(group[0])
    yield columns(f"! {brief(group[0].address)}", f"{word}: {first}")
    for item, difference in zip(group, _differences(group), strict=True):
        if _message(item) != first:
            yield f"    {_message(item)}:"
        if item.path:
            yield difference
        # Of what is refused, the change above has said it.
        if isinstance(item, Blocked):
            yield from (f"      {brief(user)}" for user in user_words(item.used_by))
        yield from _ways_out(item)


def _message(item: Stopped) -> str:
    """What is blocked is told by its difference and ways out; a refusal may have
    nothing but its rule.
    """
    message = brief(item.message)
    if isinstance(item, Refusal):
        return f"{message} [{brief(item.rule)}]"
    return message


def _differences(group: Sequence[Stopped]) -> Iterator[str]:
    """A line each; long paths move the values of all of them."""
    paths = [f"    ~ {brief('.'.join(item.path))}" for item in group]
    width = max(THIRD_COLUMN, max(map(len, paths)) + 2)
    for path, item in zip(paths, group, strict=True):
        yield columns(path, _both_sides(item.address, item), width)


def _both_sides(address: Address, item: FieldChange | Stopped) -> str:
    if words := _within_text(item.old, item.new):
        return words
    kind = kind_of(address)
    old = short_value(item.old, kind.words(item.path, item.old))
    new = short_value(item.new, kind.words(item.path, item.new))
    return f"{old} → {new}"


def _within_text(old: object, new: object) -> str | None:
    """What has changed in a text that is too long to be shown twice."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return None
    if max(len(old), len(new)) <= LONGEST_VALUE:
        return None
    words = word_diff(old, new)
    return brief(words) if words else None


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows with aligned columns."""
    safe = [[*map(brief, row)] for row in rows]
    widths = [max(map(len, column)) for column in zip(*safe, strict=True)]
    return ["   ".join(map(str.ljust, row, widths)).rstrip() for row in safe]


def columns(left: str, right: str, width: int = SECOND_COLUMN) -> str:
    """Two texts, the second where the second column begins."""
    return f"{left.ljust(width)} {right}".rstrip()


def _sum(plan: Plan) -> str:
    summary = plan.summary
    if not plan.changes and not plan.blocked:
        if plan.exit.reason == UNSETTLED:
            return "nothing to send, and not in sync yet: the shop is still making what it was sent"
        if count := len(plan.doubled):
            told = f"more than one resource lives under {count} {plural(count, 'name')}"
            return f"{_rules_changed(plan)}nothing to send, and not in sync: {told}"
        return f"{_rules_changed(plan)}in sync: {summary.unchanged} unchanged, {summary.unmanaged} unmanaged"
    counts = [
        f"{summary.create} to create",
        f"{summary.update} to update",
        f"{summary.delete} to delete",
    ]
    if summary.blocked:
        counts.append(f"{summary.blocked} blocked")
    return f"{_rules_changed(plan)}Plan: {', '.join(counts)} · {_cost(plan.forecast)}"


def _rules_changed(plan: Plan) -> str:
    count = len(plan.settings)
    return f"{count} {plural(count, 'rule')} changed · " if count else ""


def _cost(forecast: Forecast) -> str:
    count = forecast.requests
    if not count:
        return "nothing to send"
    seconds = max(round(forecast.seconds), 1)
    return f"{count} {plural(count, 'request')}, about {seconds} s"
