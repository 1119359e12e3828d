"""Two shops side by side, for a comment or an issue."""

from collections.abc import Iterator

from reconciler.kinds.registry import kind_of
from reconciler.model.change import FieldChange
from reconciler.model.shops import Compared, ShopDifference
from reconciler.report.compared_words import counts, head, only_in, sides
from reconciler.report.escape import code, prose, shorten, shorten_words
from reconciler.report.rows import NOTHING
from reconciler.report.sections import LIMIT, Entry, Section, sections_text

LONGEST_VALUE = 100


def compared_markdown(compared: Compared) -> str:
    """Which shops and the sum, then the differences and what may be wrong."""
    top = f"**{prose(head(compared))}**\n\n{prose(counts(compared))}\n"
    room = LIMIT - len(top)
    return top + sections_text(list(_sections(compared)), room)


def _sections(compared: Compared) -> Iterator[Section]:
    entries = [_entry(compared, each) for each in compared.differences]
    yield Section("Differences", entries)
    warnings = [
        Entry(f"- {prose(shorten_words(each, 500))}") for each in compared.warnings
    ]
    yield Section("Warnings", warnings)


def _entry(compared: Compared, each: ShopDifference) -> Entry:
    return Entry(
        f"- {_code(each.address)} {prose(only_in(compared, each))}",
        each.fields,
        lambda change: _row(compared, each, change),
        address=each.address,
    )


def _row(compared: Compared, each: ShopDifference, change: FieldChange) -> str:
    values = [
        f"{prose(shop)} {_value(value)}"
        for shop, value in sides(compared, each, change)
    ]
    path = kind_of(each.address).dotted(change.path)
    return f"  - {_code(path)}: {', '.join(values)}\n"


def _code(text: object) -> str:
    return code(shorten(text, LONGEST_VALUE))


def _value(text: str) -> str:
    return text if text == NOTHING else _code(text)
