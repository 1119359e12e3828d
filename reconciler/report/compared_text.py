"""Two shops side by side, as a person reads it in a terminal."""

from collections.abc import Iterator

from reconciler.kinds.registry import kind_of
from reconciler.model.shops import Compared, ShopDifference
from reconciler.report.compared_words import counts, head, only_in, sides
from reconciler.report.escape import brief
from reconciler.report.field_text import short
from reconciler.report.plan_text import columns, table
from reconciler.report.terminal import Paint, plain

_MARKS = {"first": ("-", "red"), "second": ("+", "green"), "both": ("~", "yellow")}
"""Seen from the first shop."""


def compared_text(compared: Compared, paint: Paint = plain) -> str:
    """Which shops, a block for each difference, warnings, and the sum."""
    blocks = [_block(compared, each, paint) for each in compared.differences]
    warnings = [
        paint("warning: ", "magenta") + brief(each) for each in compared.warnings
    ]
    parts = [brief(head(compared)), "\n".join([*blocks, *warnings]), counts(compared)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _block(compared: Compared, each: ShopDifference, paint: Paint) -> str:
    mark, colour = _MARKS[each.where]
    line = columns(f"{mark} {brief(each.address)}", brief(only_in(compared, each)))
    return "\n    ".join([paint(line, colour), *table(list(_rows(compared, each)))])


def _rows(compared: Compared, each: ShopDifference) -> Iterator[tuple[str, str]]:
    kind = kind_of(each.address)
    for change in each.fields:
        both = sides(compared, each, change)
        said = " · ".join(f"{brief(shop)}: {short(value)}" for shop, value in both)
        yield kind.dotted(change.path), said
