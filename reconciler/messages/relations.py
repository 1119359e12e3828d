"""Which relationship a name in the middle of a path means (contract §8: the source field
without its `_id`; there is one example, so other spellings are told).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.kinds.definition.table import Column, Table, Target
from reconciler.messages.declared import Declared
from reconciler.messages.names import Match, match
from reconciler.messages.remark import Remark, hint

SPELLING = "message-hop-spelling"


@dataclass(frozen=True, slots=True)
class Found:
    """The column of the relationship, if there is one, and what is to be said of it."""

    column: Column | None
    remarks: tuple[Remark, ...] = ()
    is_inferred: bool = True


def find_hop(written: str, at: int, table: Table, declared: Declared) -> Found:
    """What a name means behind the name of a table; `at` is its position in the path."""
    hops = {declared.hop(table, each): each for each, _ in declared.relations(table)}
    found = match(written, hops)
    if found is not None:
        column = hops[found.name]
        is_said = declared.said_hop(table, column) is not None
        remarks = _about_spelling(written, found, column, table)
        told = tuple(
            Remark(rule, message, "warning", at)
            for rule, message in remarks
            if rule != SPELLING or not is_said
        )
        return Found(column, told, is_inferred=not is_said)
    for column, target in declared.relations(table):
        if match(written, _otherwise(column, target)) is not None:
            message = _expected(written, column, table, declared)
            return Found(column, (Remark(SPELLING, message, "warning", at),))
    message = _unknown(written, hops, table)
    return Found(None, (Remark("message-unknown-hop", message, "error", at),))


def _about_spelling(
    written: str, found: Match, column: Column, table: Table
) -> Iterator[tuple[str, str]]:
    if not found.is_exact:
        message = (
            f"{written} is expected as {found.name}: messages may tell cases apart"
        )
        yield "message-case", message
    if found.name == column.name:
        yield (
            SPELLING,
            f"{column.name} has no _id at its end, and how messages name such a "
            "relationship is not known: say it under [messages.hops] in the settings, "
            f'"{table.name}.{column.name}" = "{written}"',
        )


def _expected(written: str, column: Column, table: Table, declared: Declared) -> str:
    right = declared.hop(table, column)
    if declared.said_hop(table, column) is not None:
        return f"{written} stands where the settings want {right}"
    return f"{written} stands where {right} is expected, the field {column.name} without _id"


def _unknown(written: str, hops: Mapping[str, Column], table: Table) -> str:
    field = match(written, table.columns)
    if field is not None:
        return f"{field.name} is a field of {table.name} and leads nowhere"
    message = f"{table.name} has no relationship {written}."
    close = hint(written, hops)
    if close or not hops:
        return f"{message}{close}"
    return f"{message} It has {', '.join(sorted(hops)[:5])}"


def _otherwise(column: Column, target: Target) -> Iterator[str]:
    """How authors write a relationship too."""
    yield column.name
    yield target.definition or target.what
    if target.definition == "":
        yield target.what.removesuffix("s")
