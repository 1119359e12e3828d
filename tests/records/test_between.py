"""The rows of two revisions, compared row by row without a shop."""

import io
import random
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from reconciler.kinds.definition.table import Column, Table, Target
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.between import SHOWN, RowsBetween, rows_between
from reconciler.records.check import rules_for, source_of
from reconciler.records.row_spool import open_row_spool
from reconciler.records.row_stream import RowStream

COLUMNS = [
    Column("contact_id", "number", True, target=Target("contacts", "id_contact")),
    Column("code", "text", True),
    Column("at", "date"),
]
TABLE = Table("A", {column.name: column for column in COLUMNS}, ("contact_id",))
BAG = Table("A", {column.name: column for column in COLUMNS[1:]})


@dataclass(frozen=True)
class Part:
    """A file."""

    file: str
    source: Any


def between(before: str, after: str, table: Table = TABLE) -> RowsBetween:
    """What the rows of one CSV text are beside those of another."""
    records = RecordSet(definition="A")
    rules = rules_for(table, records)

    def stream(text: str) -> RowStream:
        return RowStream(
            rules, (Part("a.csv", source_of("a.csv", partial(io.BytesIO, text.encode()), rules, records)),)
        )

    with open_row_spool() as spool:
        return rows_between(stream(before), stream(after), spool)


def test_rows_come_change_stay_and_go_by_their_key() -> None:
    """Whatever their order."""
    found = between("contact_id,code\n1,a\n2,b\n3,c\n", "contact_id,code\n4,d\n2,x\n1,a\n")
    assert (1, 1, 1, 1) == (found.create, found.update, found.unchanged, found.gone)
    (row,) = found.first
    assert (3, {"contact_id": 2}) == (row.line, row.key)
    assert [("code", "b", "x")] == [(each.name, each.old, each.new) for each in row.fields]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("contact_id,code\n1,a\n", "contact_id,code\n01,a\n"),
        ("contact_id.email,code\nA@b.c,a\n", "contact_id.email,code\na@B.c,a\n"),
        ("contact_id,code,at\n1,a,2026-01-01\n", "contact_id,code\n1,a\n"),
    ],
    ids=["a number", "an address", "a column that is left out"],
)
def test_what_means_the_same_is_no_change(before: str, after: str) -> None:
    """Keys fold as on the server, and an absent column is never compared."""
    assert (0, 0, 1) == (between(before, after).create, between(before, after).update, between(before, after).unchanged)


def test_a_contact_that_is_named_otherwise_is_another_row() -> None:
    """Nobody can say offline that two keys mean one contact."""
    found = between("contact_id.email,code\na@b.c,a\n", "contact_id.id_customer,code\nC1,a\n")
    assert (1, 0, 1) == (found.create, found.update, found.gone)


def test_a_column_that_comes_changes_rows() -> None:
    """It had nothing before."""
    (row,) = between("contact_id,code\n1,a\n", "contact_id,code,at\n1,a,2026-01-01\n").first
    assert [("at", None, "2026-01-01")] == [(each.name, each.old, each.new) for each in row.fields]


def test_rows_without_a_key_are_counted() -> None:
    """Of rows that are alike only the further ones are new."""
    found = between("code\na\na\nb\n", "code\na\na\na\nc\n", BAG)
    assert (2, 0, 2, 1) == (found.create, found.update, found.unchanged, found.gone)


def test_the_first_rows_that_differ_are_told() -> None:
    """In the order of the files after, and no more than somebody reads."""
    numbers = list(range(100))
    rows = "".join(f"{number},a\n" for number in numbers)
    random.Random(1).shuffle(numbers)
    changed = "".join(f"{number},b\n" for number in numbers)
    found = between(f"contact_id,code\n{rows}", f"contact_id,code\n{changed}")
    assert 100 == found.update
    assert list(range(2, SHOWN + 2)) == [row.line for row in found.first]


def test_counts_are_those_of_two_dictionaries(figure: Any) -> None:
    """Of random tables, folded keys included."""
    chance, pairs = random.Random(7), 40
    for _ in range(pairs):
        before, after = ({chance.randrange(30): chance.choice("abc") for _ in range(20)} for _ in range(2))
        found = between(
            *("contact_id,code\n" + "".join(f"{k},{v}\n" for k, v in each.items()) for each in (before, after))
        )
        common = before.keys() & after.keys()
        expected = (
            len(after.keys() - before.keys()),
            sum(before[key] != after[key] for key in common),
            sum(before[key] == after[key] for key in common),
            len(before.keys() - after.keys()),
        )
        assert expected == (found.create, found.update, found.unchanged, found.gone)
    figure("rows between revisions", f"{pairs} pairs of tables, counts equal to an oracle")
