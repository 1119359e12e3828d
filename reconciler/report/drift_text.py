"""Drift as a person reads it in a terminal."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.drift import Drift, Drifted, Undeclared
from reconciler.report.drift_words import (
    coverage_words,
    drift_counts,
    part_words,
    sides,
)
from reconciler.report.escape import brief
from reconciler.report.field_text import short
from reconciler.report.plan_text import columns, table
from reconciler.report.terminal import Paint, plain

MARKS = {
    "changed": ("~", "yellow"),
    "missing": ("-", "red"),
    "still-there": ("+", "magenta"),
}
"""Seen from the shop: a missing thing is one less there, and what should be gone is one
more.
"""
_SAID = {
    "changed": "differs in the shop",
    "missing": "missing in the shop",
    "still-there": "still in the shop, and to be absent",
}
UNMANAGED_PER_LINE = 5


def drift_text(drift: Drift, paint: Paint = plain) -> str:
    """Head line, what differs, what is undeclared, what is not managed, warnings, and
    the sum in one line.
    """
    blocks = [_head(drift)]
    body = list(_body(drift, paint))
    if body:
        blocks.append("\n".join(body))
    return "\n\n".join([*blocks, _sum(drift)]) + "\n"


def _head(drift: Drift) -> str:
    target = drift.target
    return " · ".join(map(brief, [target.name, target.base_url, coverage_words(drift)]))


def _body(drift: Drift, paint: Paint) -> Iterator[str]:
    for each in drift.drifted:
        yield _drifted_block(each, paint)
    yield from _undeclared_blocks(drift.undeclared, paint)
    if drift.unmanaged:
        yield "\n".join(_unmanaged_lines(drift.unmanaged))
    for warning in drift.warnings:
        yield paint("warning: ", "magenta") + brief(warning)


def _drifted_block(each: Drifted, paint: Paint) -> str:
    mark, colour = MARKS[each.state]
    state = _SAID[each.state]
    if each.source:
        state += f" ({each.source})"
    kind = kind_of(each.address)
    rows = []
    for change in each.fields:
        both = [f"{side}: {short(what)}" for side, what in sides(each.address, change)]
        rows.append((kind.dotted(change.path), " · ".join(both)))
    head = columns(f"{mark} {brief(each.address)}", brief(state))
    return _block(paint(head, colour), rows)


def _undeclared_blocks(parts: Sequence[Undeclared], paint: Paint) -> Iterator[str]:
    """A block per address; its parts are in the shop and no manifest mentions them."""
    by_address: dict[Address, list[tuple[str, str]]] = defaultdict(list)
    for part in parts:
        path, value = part_words(part)
        by_address[part.address].append((path, short(value)))
    for address, rows in by_address.items():
        head = columns(f"? {brief(address)}", "in the shop, and not in the manifest")
        yield _block(paint(head, "cyan"), rows)


def _block(head: str, rows: Sequence[tuple[str, str]]) -> str:
    """The head, and the rows below it."""
    return "\n    ".join([head, *table(rows)])


def _unmanaged_lines(addresses: Sequence[Address]) -> Iterator[str]:
    """All names, a few to a line."""
    yield "not managed:"
    for start in range(0, len(addresses), UNMANAGED_PER_LINE):
        line = addresses[start : start + UNMANAGED_PER_LINE]
        yield f"    {', '.join(map(brief, line))}"


def _sum(drift: Drift) -> str:
    counts = [f"{count:,} {what}" for what, count in drift_counts(drift) if count]
    if not counts:
        return "no drift: the shop is as the manifests say"
    return f"drift: {', '.join(counts)}"
