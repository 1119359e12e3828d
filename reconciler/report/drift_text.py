"""Drift as a person reads it in a terminal."""

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
from reconciler.report.field_text import short_value
from reconciler.report.plan_text import columns, table
from reconciler.report.terminal import Paint, plain, shown

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
    head = " · ".join(
        map(shown, (drift.target.name, drift.target.base_url, coverage_words(drift)))
    )
    parts = [
        *(_drifted(each, paint) for each in drift.drifted),
        *_undeclared(drift.undeclared, paint),
    ]
    parts += [_unmanaged(drift.unmanaged)] if drift.unmanaged else []
    parts += [
        paint("warning: ", "magenta") + shown(warning) for warning in drift.warnings
    ]
    body = ["\n".join(parts)] if parts else []
    return "\n\n".join([head, *body, _sum(drift)]) + "\n"


def _drifted(each: Drifted, paint: Paint) -> str:
    mark, colour = MARKS[each.state]
    where = f" ({each.source})" if each.source else ""
    head = paint(
        columns(f"{mark} {shown(each.address)}", shown(_SAID[each.state] + where)),
        colour,
    )
    rows = []
    for change in each.fields:
        both = (
            f"{where}: {short_value(what)}"
            for where, what in sides(each.address, change)
        )
        path = kind_of(each.address).dotted(change.path)
        rows.append((path, " · ".join(both)))
    return "\n".join([head, *(f"    {row}" for row in table(rows))])


def _undeclared(parts: Sequence[Undeclared], paint: Paint) -> Iterator[str]:
    """A block per address; its parts are in the shop and no manifest mentions them."""
    by_address: dict[Address, list[tuple[str, str]]] = {}
    for part in parts:
        path, value = part_words(part)
        by_address.setdefault(part.address, []).append((path, short_value(value)))
    for address, rows in by_address.items():
        head = paint(
            columns(f"? {shown(address)}", "in the shop, and not in the manifest"),
            "cyan",
        )
        yield "\n".join([head, *(f"    {row}" for row in table(rows))])


def _unmanaged(addresses: Sequence[Address]) -> str:
    """All names, a few to a line."""
    lines = (
        addresses[start : start + UNMANAGED_PER_LINE]
        for start in range(0, len(addresses), UNMANAGED_PER_LINE)
    )
    return "not managed:\n" + "\n".join(
        f"    {', '.join(map(shown, line))}" for line in lines
    )


def _sum(drift: Drift) -> str:
    some = ", ".join(
        f"{count:,} {what}" for what, count in drift_counts(drift) if count
    )
    return f"drift: {some}" if some else "no drift: the shop is as the manifests say"
