"""The plan as a person reads it in a terminal."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.change import Blocked, Change, Create, FieldChange
from reconciler.model.plan import Plan
from reconciler.report.terminal import Paint, plain, shown

MARKS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}
OPS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}
SECOND_COLUMN = 58
THIRD_COLUMN = 30
LONGEST_VALUE = 60
MOST_UNMANAGED = 10


def plan_text(plan: Plan, paint: Paint = plain) -> str:
    """Head line, changes, blocked items, warnings, and the sum in one line."""
    parts = [_head(plan), *(_change(change, paint) for change in plan.changes), *_blocked_items(plan.blocked, paint)]
    parts += [paint("warning: ", "magenta") + shown(warning) for warning in plan.warnings]
    parts += [_unmanaged(plan.unmanaged)] if plan.unmanaged else []
    return "\n\n".join(_joined(parts)) + "\n\n" + _sum(plan) + "\n"


def _unmanaged(addresses: Sequence[str]) -> str:
    """What lives without a manifest, by name as long as that is readable."""
    more = len(addresses) - MOST_UNMANAGED
    return f"unmanaged: {', '.join(map(shown, addresses[:MOST_UNMANAGED]))}" + (f" and {more} more" if more > 0 else "")


def _joined(parts: list[str]) -> Iterator[str]:
    """The head, and everything else in one block."""
    head, *rest = parts
    yield head
    if rest:
        yield "\n".join(rest)


def _head(plan: Plan) -> str:
    summary = plan.summary
    manifests = summary.create + summary.update + summary.delete + summary.blocked + summary.unchanged
    neighbours = sum(item.rule == "accent-conflict" for item in plan.blocked)  # their live ones are unmanaged
    live = manifests - summary.create - neighbours + summary.unmanaged
    counts = f"{manifests} {'manifest' if manifests == 1 else 'manifests'}, {live} live"
    return f"{shown(plan.target.name)} · {shown(plan.target.base_url)} · {counts}"


def _change(change: Change, paint: Paint) -> str:
    mark, colour = MARKS[change.action]
    right = change.source or ""
    if not isinstance(change, Create):
        right = f"{change.impact}: {change.reason}"
    head = _columns(f"{mark} {shown(change.address)}", shown(right), SECOND_COLUMN)
    lines = _created(change, paint) if isinstance(change, Create) else _updated(change, paint)
    return "\n".join([paint(head, colour), *lines])


def _created(change: Create, paint: Paint) -> Iterator[str]:
    """A row per field, property or source; relationships stand beside the field they start from."""
    related = {f.path[1]: _relationship(f.new) for f in change.fields if f.path[0] == "relationships"}
    rows = []
    for part in change.fields:
        match part.path:
            case ("fields", name):
                rows.append((name, *_type(part.new), f"→ {related[name]}" if name in related else ""))
            case ("properties", slot, name):
                rows.append((f"{slot}.{name}", *_type(part.new), ""))
            case ("sources", name):
                rows.append((name, f"priority {part.new['priority']}", "", ""))
    yield from (paint(f"    + {row}", "green") for row in _table(rows))


def _updated(change: Change, paint: Paint) -> Iterator[str]:
    rows = [(shown(part.dotted), _what(part)) for part in change.fields]
    for part, row in zip(change.fields, _table(rows), strict=True):
        mark, colour = OPS[part.op]
        yield paint(f"    {mark} {row}", colour)


def _what(part: FieldChange) -> str:
    if part.op == "changed":
        return f"{_value(part.old)} → {_value(part.new)}"
    value = part.new if part.op == "added" else part.old
    if isinstance(value, Mapping) and "targetSchema" in value:
        return f"→ {_relationship(value)}"
    if isinstance(value, Mapping) and "priority" in value:
        return f"priority {value['priority']}"
    return "  ".join(filter(None, _type(value))) if isinstance(value, Mapping) else _value(value)


def _blocked_items(items: Iterable[Blocked], paint: Paint) -> Iterator[str]:
    """One block per address, a line per difference, and its ways out."""
    by_address: dict[str, list[Blocked]] = {}
    for item in items:
        by_address.setdefault(item.address, []).append(item)
    for address, group in by_address.items():
        lines = [_columns(f"! {shown(address)}", f"blocked: {shown(group[0].message)}", SECOND_COLUMN)]
        paths = [f"    ~ {shown('.'.join(item.path))}" for item in group]
        width = max(THIRD_COLUMN, *(len(path) + 2 for path in paths))
        for path, item in zip(paths, group, strict=True):
            if item.message != group[0].message:
                lines.append(f"    {shown(item.message)}:")
            difference = f"{_value(item.old)} → {_value(item.new)}"
            lines.append(_columns(path, difference, width))
            lines.append(f"      ways out: {shown(' · '.join(item.ways_out))}")
        yield paint("\n".join(lines), "magenta")


def _relationship(value: Mapping[str, Any]) -> str:
    target = str(value["targetSchema"]).removeprefix("definition/")
    return shown(f"{target}.{value['targetField']}" if "targetField" in value else target)


def _type(value: Mapping[str, Any]) -> tuple[str, str]:
    return shown(value["type"]), "required" if value.get("required") else ""


def _value(value: Any) -> str:
    text = shown(_words(value))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _words(value: Any) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(_words(item) for item in value)}]"
        case _:
            return str(value).removeprefix("definition/")


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows with aligned columns."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _columns(left: str, right: str, width: int) -> str:
    return f"{left.ljust(width)} {right}".rstrip()


def _sum(plan: Plan) -> str:
    summary, forecast = plan.summary, plan.forecast
    if not plan.changes and not plan.blocked:
        return f"in sync: {summary.unchanged} unchanged, {summary.unmanaged} unmanaged"
    blocked = f", {summary.blocked} blocked" if summary.blocked else ""
    requests = "1 request" if forecast.requests == 1 else f"{forecast.requests} requests"
    cost = f"{requests}, about {max(round(forecast.seconds), 1)} s" if forecast.requests else "nothing to send"
    return f"Plan: {summary.create} to create, {summary.update} to update, {summary.delete} to delete{blocked} · {cost}"
