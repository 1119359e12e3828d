"""What the comparison of two shops is called, for its text and its Markdown."""

from collections import Counter
from collections.abc import Iterator

from reconciler.model.change import FieldChange
from reconciler.model.shops import Compared, ShopDifference
from reconciler.report.rows import NOTHING, row_of


def head(compared: Compared) -> str:
    """Both shops by name and address."""
    first, second = compared.first, compared.second
    return f"{first.name} ({first.base_url}) · {second.name} ({second.base_url})"


def only_in(compared: Compared, each: ShopDifference) -> str:
    """Where it lives, in words."""
    match each.where:
        case "first":
            return f"only in {compared.first.name}"
        case "second":
            return f"only in {compared.second.name}"
        case "both":
            return "differs"


def sides(
    compared: Compared, each: ShopDifference, change: FieldChange
) -> Iterator[tuple[str, str]]:
    """(shop, what is there) for both sides of a difference, in plain text."""
    row = row_of(each.address, change)
    yield compared.first.name, NOTHING if row.old is None else row.old
    yield compared.second.name, NOTHING if row.new is None else row.new


def counts(compared: Compared) -> str:
    """The sum in one line."""
    if not compared.differences:
        return f"no differences: {len(compared.alike):,} alike"
    found = Counter(only_in(compared, each) for each in compared.differences)
    parts = [f"{count:,} {words}" for words, count in sorted(found.items())]
    return f"{', '.join(parts)}, {len(compared.alike):,} alike"
