"""The plan as a person reads it in a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, FieldChange
from reconciler.model.plan import Plan
from reconciler.report.attention import acceptances
from reconciler.report.field_text import cells, filled, note_text, short_value
from reconciler.report.terminal import Paint, plain, shown

MARKS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}
OPS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}
SECOND_COLUMN = 58
THIRD_COLUMN = 30
MOST_UNMANAGED = 10


def plan_text(plan: Plan, paint: Paint = plain) -> str:
    """Head line, changes, blocked items, warnings, and the sum in one line."""
    parts = [
        _head(plan),
        *(_change(change, paint) for change in plan.changes),
        *_blocked_items(plan.blocked, paint),
    ]
    parts += [
        paint("warning: ", "magenta") + shown(warning) for warning in plan.warnings
    ]
    parts += [_unmanaged(plan.unmanaged)] if plan.unmanaged else []
    return "\n\n".join(_joined(parts)) + "\n\n" + _sum(plan) + "\n"


def _unmanaged(addresses: Sequence[Address]) -> str:
    """What lives without a manifest, by name as long as that is readable."""
    more = len(addresses) - MOST_UNMANAGED
    return f"unmanaged: {', '.join(map(shown, addresses[:MOST_UNMANAGED]))}" + (
        f" and {more} more" if more > 0 else ""
    )


def _joined(parts: list[str]) -> Iterator[str]:
    """The head, and everything else in one block."""
    head, *rest = parts
    yield head
    if rest:
        yield "\n".join(rest)


def _head(plan: Plan) -> str:
    summary = plan.summary
    pruned = sum(
        change.action == "delete" and change.source is None for change in plan.changes
    )
    manifests = (
        summary.create
        + summary.update
        + summary.delete
        - pruned
        + summary.blocked
        + summary.unchanged
    )
    counts = (
        f"{manifests} {'manifest' if manifests == 1 else 'manifests'}, {plan.live} live"
    )
    return f"{shown(plan.target.name)} · {shown(plan.target.base_url)} · {counts}"


def _change(change: Change, paint: Paint) -> str:
    mark, colour = MARKS[change.action]
    right = change.source or ""
    if not isinstance(change, Create):
        right = f"{change.impact}: {change.reason}"
    head = columns(f"{mark} {shown(change.address)}", shown(right))
    lines = (
        _created(change, paint)
        if isinstance(change, Create)
        else _updated(change, paint)
    )
    said = [
        paint(f"      {shown(line)}", _colour(line)) for line in acceptances(change)
    ]
    return "\n".join([paint(head, colour), *lines, *said])


def _colour(acceptance: str) -> str:
    return "red" if acceptance.startswith("not accepted") else "green"


def _created(change: Create, paint: Paint) -> Iterator[str]:
    """What holds for the whole, then a row per item."""
    kind = kind_of(change.address)
    lines = [note_text(note) for note in kind.headline(change)]
    lines += table([cells(row) for row in kind.rows(change)])
    yield from (paint(f"    + {line}", "green") for line in lines)


def _updated(change: Change, paint: Paint) -> Iterator[str]:
    kind = kind_of(change.address)
    rows = [(kind.dotted(part.path), _what(change, part)) for part in change.fields]
    for part, row in zip(change.fields, table(rows), strict=True):
        mark, colour = OPS[part.op]
        yield paint(f"    {mark} {row}", colour)


def _what(change: Change, part: FieldChange) -> str:
    kind = kind_of(change.address)
    if part.op == "changed":
        old, new = (
            short_value(value, kind.words(part.path, value))
            for value in (part.old, part.new)
        )
        return f"{old} → {new}"
    value = part.new if part.op == "added" else part.old
    if isinstance(value, Mapping):
        return "  ".join(filled(kind.row(part)))
    return short_value(value, kind.words(part.path, value))


def _blocked_items(items: Iterable[Blocked], paint: Paint) -> Iterator[str]:
    """One block per address, a line per difference, and its ways out."""
    by_address: dict[Address, list[Blocked]] = {}
    for item in items:
        by_address.setdefault(item.address, []).append(item)
    for address, group in by_address.items():
        lines = [columns(f"! {shown(address)}", f"blocked: {shown(group[0].message)}")]
        paths = [f"    ~ {shown('.'.join(item.path))}" for item in group]
        width = max(THIRD_COLUMN, *(len(path) + 2 for path in paths))
        for path, item in zip(paths, group, strict=True):
            if item.message != group[0].message:
                lines.append(f"    {shown(item.message)}:")
            difference = _difference(item)
            lines.append(columns(path, difference, width))
            lines.append(f"      ways out: {shown(' · '.join(item.ways_out))}")
        yield paint("\n".join(lines), "magenta")


def _difference(item: Blocked) -> str:
    kind = kind_of(item.address)
    old, new = (
        short_value(value, kind.words(item.path, value))
        for value in (item.old, item.new)
    )
    return f"{old} → {new}"


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows with aligned columns."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "   ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def columns(left: str, right: str, width: int = SECOND_COLUMN) -> str:
    """Two texts, the second where the second column begins."""
    return f"{left.ljust(width)} {right}".rstrip()


def _sum(plan: Plan) -> str:
    summary, forecast = plan.summary, plan.forecast
    if not plan.changes and not plan.blocked:
        return f"in sync: {summary.unchanged} unchanged, {summary.unmanaged} unmanaged"
    blocked = f", {summary.blocked} blocked" if summary.blocked else ""
    requests = (
        "1 request" if forecast.requests == 1 else f"{forecast.requests} requests"
    )
    cost = (
        f"{requests}, about {max(round(forecast.seconds), 1)} s"
        if forecast.requests
        else "nothing to send"
    )
    return f"Plan: {summary.create} to create, {summary.update} to update, {summary.delete} to delete{blocked} · {cost}"
