"""What is told of two rows that turn out to be one in the shop."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reconciler.errors import Refused

if TYPE_CHECKING:
    from reconciler.cli.records.work import Work
    from reconciler.records.compared import Duplicates


def same_row(work: "Work", twice: "Duplicates") -> Refused:
    """Why nothing is sent, with the place of the first two."""
    (file, line), (other, other_line) = twice.pairs[0]
    files = work.files.files
    first = f"{files[file].path}:{line}"
    second = f":{other_line}"
    if file != other:
        second = f"{files[other].path}{second}"
    what = _spellings(work, twice.pairs[0])
    count = len(twice.pairs)
    more = f" There are {count:,} such pairs." if count > 1 else ""
    return Refused(
        f"{first} and {second} are {what}: keep one.{more} Nothing was sent.",
        reason="duplicate-keys",
    )


def _spellings(work: "Work", pair: "Sequence[tuple[int, int]]") -> str:
    """What two rows have in common, as far as it may be told."""
    from reconciler.records.check import show_of
    from reconciler.records.references import short_key
    from reconciler.records.row import Reference

    table = work.rows.table
    (name, *others) = table.keys
    if others or not table.columns[name].is_contact:
        return f"the same row of {table.name} in two spellings"
    show = show_of(table, work.rows.records)
    if show == "none":
        return "the same contact in two spellings"
    said = []
    number = ""
    for _, file, row in work.comparer.stream.rows():
        if (file, row.line) not in pair:
            continue
        value = row.values[name]
        by, text = "id_contact", str(value)
        if isinstance(value, Reference):
            by, text = value.by, str(value.value)
        said.append(short_key(by, text) if show == "keys" else text)
        number = str(work.comparer.resolver.resolve_values(row.values).values[name])
    told = short_key("id_contact", number) if show == "keys" else number
    return f"the same contact ({told}) in two spellings, {' and '.join(said)}"
