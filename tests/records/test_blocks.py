"""Rows are read many at a time, column by column; what comes out is what comes of each row by itself."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.check import MOST_PROBLEMS, Checker, rules_for, source_of
from reconciler.records.csv_blocks import MOST_TEXT, Lines
from reconciler.records.problem import CellProblem
from reconciler.records.raw import AT_ONCE, Block, RawRow, Source, Unreadable, in_blocks
from reconciler.records.reading import RowReader, Rules
from reconciler.records.row_spool import OPEN, RowSpool, State, marks_of, open_row_spool
from reconciler.records.row_stream import those
from tests.records.reading import row_set_in
from tests.records.test_properties import CONTACTS, QUICKLY, TABLE, TEXTS

CORPUS = sorted(folder for folder in (Path(__file__).parent / "corpus").iterdir() if folder.is_dir())


class _RowByRow:
    """The same file, of which each row is looked at by itself."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.is_text = source.is_text

    @property
    def columns(self) -> tuple[str, ...] | None:
        return self._source.columns

    def rows(self) -> Iterator[RawRow]:
        return self._source.rows()

    def blocks(self) -> Iterator[Block]:
        return in_blocks(self._source.rows())

    def column_of(self, row: RawRow, name: str) -> int:
        return self._source.column_of(row, name)

    def place_of_column(self, index: int) -> tuple[int, int]:
        return self._source.place_of_column(index)


def _read(rules: Rules, source: Source) -> tuple[list[Any], list[Any], str]:
    """The rows, what is told of them, and why the file is not read further."""
    rows: list[Any] = []
    told: list[Any] = []

    def note(place: int, raw: RawRow, name: str | None, problem: CellProblem) -> None:
        told.append((raw.line, name, problem.rule, problem.message, problem.is_warning))

    try:
        rows += [(row.line, row.values) for row in RowReader(rules, source, note).rows()]
    except Unreadable as broken:
        return rows, told, f"{broken.line}:{broken.column} {broken}"
    return rows, told, ""


def _check_alike(rules: Rules, source: Source) -> tuple[list[Any], list[Any], str]:
    at_once, one_by_one = _read(rules, source), _read(rules, _RowByRow(source))
    assert one_by_one == at_once
    return at_once


def _source(text: str | bytes, table: Table, **said: Any) -> tuple[Rules, Source]:
    content = text.encode() if isinstance(text, str) else text
    records = RecordSet.model_validate({"definition": "T", "csv": said})
    rules = rules_for(table, records)
    return rules, source_of("rows.csv", lambda: io.BytesIO(content), rules, records)


@pytest.mark.parametrize("folder", CORPUS, ids=lambda folder: folder.name)
def test_a_file_of_the_corpus_is_read_alike(folder: Path) -> None:
    """Each of them, with what is told of its rows."""
    rows = row_set_in(folder)
    for part in rows.parts:
        _check_alike(rows.rules, part.source)


GOOD = {
    "c": ("7", "12"),
    "c.email": ("a@b.c", "d@e.f", ""),
    "text": ("x", "É", "two\nlines", "a;b"),
    "longtext": ("", "1e5", "TRUE", 'say "so"'),
    "number": ("1", "", "-30"),
    "decimal": ("12.50", "0.5", ""),
    "bool": ("true", "0", ""),
    "date": ("2026-01-31", ""),
    "datetime": ("2026-05-08T09:00:00Z", ""),
    "list": ("gold", ""),
    "json": ('{"a": 1}', "[]", ""),
    "geolocation": ("48.85,2.35", ""),
}
ODD = (
    "",
    " ",
    "007",
    "#REF!",
    "NULL",
    "1.5E+12",
    "oui",
    "45978",
    "12,50",
    "\u202f",
    "\0",
    "\ufeff",
    "1234567890123456789",
)


def _rows(names: Sequence[str]) -> st.SearchStrategy[list[list[str]]]:
    """Good ones, of which at most one is spoilt: by a cell, or by being blank, too long or too short."""
    row = st.tuples(*[st.sampled_from(GOOD[name]) for name in names]).map(list)
    place = st.tuples(st.integers(0, 7), st.integers(0, len(names) - 1))
    crooked = st.sampled_from([[], [""], ["x"], ["x"] * (len(names) + 1)])
    return st.builds(_spoilt, st.lists(row, min_size=1, max_size=8), place, st.none() | st.sampled_from(ODD) | crooked)


def _spoilt(rows: list[list[str]], place: tuple[int, int], how: str | list[str] | None) -> list[list[str]]:
    row, column = min(place[0], len(rows) - 1), place[1]
    if isinstance(how, str):
        rows[row][column] = how
    elif how is not None:
        rows.insert(row, how)
    return rows


def _csv(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([names, *rows])
    return text.getvalue()


SHAPES = [
    (TABLE, ["text", "longtext", "number", "bool", "date"]),
    (TABLE, ["text", "decimal", "datetime", "list", "json", "geolocation"]),
    (CONTACTS, ["c.email", "c", "text"]),
    (CONTACTS, ["c", "longtext"]),
    (TEXTS, ["a", "b"]),
]


def test_whatever_a_file_holds_both_ways_of_reading_agree(figure: Callable[..., None]) -> None:
    """Rows, what is told of them, and why reading ended, under all ways to take an empty cell."""
    files = rows = told = 0
    tables = st.sampled_from(SHAPES).flatmap(
        lambda shape: st.tuples(st.just(shape[0]), st.just(shape[1]), _rows([LIKE.get(n, n) for n in shape[1]]))
    )

    @settings(QUICKLY, max_examples=600)
    @given(tables, st.sampled_from(["null", "keep", "text"]))
    def tried(table: tuple[Table, list[str], list[list[str]]], empty: str) -> None:
        nonlocal files, rows, told
        known, names, cells = table
        found = _check_alike(*_source(_csv(names, cells), known, empty=empty))
        files, rows, told = files + 1, rows + len(found[0]), told + len(found[1])

    tried()
    assert rows > 2 * files
    figure("files read by column and by row", f"{files} files, {rows:,} good rows, {told:,} findings: nothing differs")


LIKE = {"a": "text", "b": "longtext"}


def _quoted_text(rows: Sequence[int]) -> str:
    """The number says how many line ends are in a row's quotes; 0 is a row without quotes."""
    lines = [f'k{n},"{"x" + chr(10) * ends}"' if ends else f"k{n},plain" for n, ends in enumerate(rows)]
    return "\n".join(["a,b", *lines]) + "\n"


@pytest.mark.parametrize("seed", range(6))
def test_rows_over_several_lines_keep_their_places(seed: int) -> None:
    """Also where a block of lines ends within quotes."""
    chance = Random(seed)
    many = chance.choice((0.002, 0.02, 0.5))
    ends = [chance.randint(1, 5) if chance.random() < many else 0 for _ in range(3 * AT_ONCE)]
    ends[AT_ONCE - 2 : AT_ONCE + 1] = [4, 0, 2]
    found, told, why = _read(*_source(_quoted_text(ends), TEXTS))
    lines = [2 + n + sum(ends[:n]) for n in range(len(ends))]
    assert (lines, [], "") == ([line for line, _ in found], told, why)
    assert [f"k{n}" for n in range(len(ends))] == [values["a"] for _, values in found]


ROWS = "".join(f"k{n},b\n" for n in range(AT_ONCE + 100))


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ('k,"open\nand on', "record-quote"),
        ('k,"a"b\n', "record-quote"),
        (f"k,{'x' * (8 * 1024 * 1024 + 1)}\n", "record-cell"),
        (f"k,{'x' * (1024 * 1024 + 1)}\n", "record-cell"),
    ],
    ids=["open quote", "quote within", "long line", "long cell"],
)
def test_rows_before_a_place_that_cannot_be_read_are_checked(broken: str, rule: str) -> None:
    """They are counted, and the failure has its line."""
    rules, source = _source("a,b\n" + ROWS + broken + ROWS, TEXTS)
    with open_row_spool() as spool:
        checked = Checker(rules, "none", spool).check(source)
    assert (AT_ONCE + 100, AT_ONCE + 100, False) == (checked.rows, checked.good, checked.is_whole)
    assert [(rule, AT_ONCE + 102)] == [(problem.rule, problem.line) for problem in checked.problems]


def test_rows_before_bytes_that_are_no_text_are_checked() -> None:
    """As far as they were read when the bytes came."""
    rules, source = _source(b"a,b\n" + ROWS.encode() * 20 + b"\xff,b\n", TEXTS)
    with open_row_spool() as spool:
        checked = Checker(rules, "none", spool).check(source)
    assert ["record-encoding"] == [problem.rule for problem in checked.problems if problem.rule != "record-duplicate"]
    assert checked.rows > 10 * AT_ONCE


def test_a_key_that_stands_there_twice_is_told_in_its_place() -> None:
    """Among the other findings of its block, in the order of the lines."""
    rules, source = _source("a,b\nx,1\nX ,2\n#REF!,3\nx,4\n", _keyed())
    with open_row_spool() as spool:
        checked = Checker(rules, "none", spool).check(source)
    found = [(problem.rule, problem.line, problem.column) for problem in checked.problems]
    assert [("record-duplicate", 3, 1), ("record-excel-damage", 4, 1), ("record-duplicate", 5, 1)] == found
    assert [(0, 2), None, (0, 2)] == [problem.elsewhere for problem in checked.problems]


def test_the_first_findings_are_told_when_there_are_too_many() -> None:
    """Also keys that stand there twice, which are found behind the cells of their block."""
    damaged = "#REF!,#REF!\n"
    text = "a,b\nx,1\n" + damaged * (AT_ONCE - 1) + "x,2\n" + damaged * 100
    with open_row_spool() as spool:
        rules, source = _source(text, _keyed())
        found = [(each.rule, each.line) for each in Checker(rules, "none", spool).check(source).problems]
    twice = AT_ONCE + 2
    assert MOST_PROBLEMS + 1 == len(found)
    assert [("record-duplicate", twice), ("record-excel-damage", twice + 1), ("record-file", twice + 1)] == found[-3:]


def _keyed() -> Table:
    return replace(TEXTS, keys=("a",))


# What the spool knows of rows.


@pytest.fixture
def spool() -> Iterator[RowSpool]:
    """With rows 0 to 2 and 4 of a first file, and 6 and 7 of the third."""
    with open_row_spool() as opened:
        assert [] == list(opened.add_all(0, range(3), range(2, 5), ["a", "b", "c"]))
        assert [] == list(opened.add_all(0, [4], [9], ["e"]))
        assert [] == list(opened.add_all(2, [6, 7], [2, 3], ["g", "h"]))
        yield opened


def test_a_row_is_known_by_its_number(spool: RowSpool) -> None:
    """Rows with a mistake have numbers, and no state."""
    assert [(0, 2), (0, 3), (0, 4), (0, 9), (2, 2), (2, 3)] == spool.lines(State.CREATE, 10)
    assert [0, 1, 2, 4, 6, 7] == list(spool.in_states(State.CREATE))
    assert 6 == spool.counts()[State.CREATE] == sum(spool.counts().values())
    assert [2, 3, 9] == spool.lines_at([0, 1, 4])
    assert marks_of(["a", "b", "e"]) == spool.marks_at([0, 1, 4])


def test_a_key_is_taken_in_once(spool: RowSpool) -> None:
    """The first row that has it stays; the other one has no state."""
    assert [(1, (0, 9)), (2, (2, 2))] == list(spool.add_all(3, [8, 9, 10], [2, 3, 4], ["new", "e", "g"]))
    assert [0, 1, 2, 4, 6, 7, 8] == list(spool.in_states(State.CREATE))
    assert [4, None, 8] == [found and found.n for found in spool.find_all(["e", "nobody", "new"])]


def test_rows_are_picked_by_their_state(spool: RowSpool) -> None:
    """Among the numbers that are read next; when none is left, reading ends."""
    spool.mark(2, State.STORED)
    wanted = spool.wanted(*OPEN)
    assert [0, 1, 4] == wanted(range(5))
    assert [] == wanted(range(5, 6))
    assert [6, 7] == list(wanted(range(6, 8)) or ())
    assert wanted(range(8, 12)) is None


def test_what_lived_is_kept_of_rows_that_differ(spool: RowSpool) -> None:
    """So new rows and changed ones are counted apart."""
    spool.mark_differing(1, b"old")
    spool.mark_differing(6, b"older")
    assert (4, 2) == spool.created(*OPEN)
    assert [b"old", None] == [spool.old(1), spool.old(2)]
    spool.mark_all(State.UPDATE, State.ACCEPTED)
    assert [1, 6] == list(spool.in_states(State.ACCEPTED))
    assert (0, 2) == spool.created(State.ACCEPTED)


def test_every_row_of_that_many_is_picked(spool: RowSpool) -> None:
    """Of those in the state."""
    assert [0, 4] == spool.sample(State.CREATE, 3)


def test_a_forgotten_spool_takes_the_same_rows_again(spool: RowSpool) -> None:
    """Nothing of what was is left."""
    spool.mark_differing(1, b"old")
    spool.forget()
    assert {0} == set(spool.counts().values())
    assert [] == list(spool.add_all(0, range(2), [5, 6], ["b", "a"]))
    assert (None, [5, 6]) == (spool.old(1), spool.lines_at(range(2)))


def test_rows_by_their_numbers_are_picked_in_order() -> None:
    """Reading ends behind the last of them."""
    wanted = those([3, 7, 8])
    assert [[3], [7], [8], None] == [wanted(range(4)), wanted(range(4, 8)), wanted(range(8, 9)), wanted(range(9, 12))]


def test_a_key_of_blanks_is_told() -> None:
    """For the server it is none, and every run would add the row again."""
    rules, source = _source("a,b\nx,1\n  ,2\ny,3\n", _keyed())
    rows, told, _ = _read(rules, source)
    assert ([2, 4], [(3, "a", "record-key-empty")]) == ([line for line, _ in rows], [each[:3] for each in told])


def test_a_blank_line_at_the_end_of_a_block_is_told() -> None:
    """When rows come after it; blank lines at the end of the file are none."""
    rows = [f"k{n},b\n" for n in range(AT_ONCE - 1)]
    text = "a,b\n" + "".join(rows) + "\n" + "z,b\n" + "\n\n"
    found, told, _ = _read(*_source(text, TEXTS))
    assert (AT_ONCE, [(AT_ONCE + 1, None, "record-ragged")]) == (len(found), [each[:3] for each in told])


def test_an_empty_text_of_json_is_no_key() -> None:
    """Also beside numbers."""
    keyed = replace(TEXTS, columns={**TEXTS.columns, "a": replace(TEXTS.columns["a"], type="json")}, keys=("a",))
    rows, told, _ = _read(*_source('a,b\n1,x\n"""""",y\n2,z\n', keyed))
    assert ([2, 4], [(3, "a", "record-key-empty")]) == ([line for line, _ in rows], [each[:3] for each in told])


def test_long_lines_are_read_one_by_one() -> None:
    """Each may have 8 MiB, and a block of them would fill the memory."""
    lines = Lines(io.StringIO("short\n" * 20 + ("x" * MOST_TEXT + "\n") * 3))
    assert [21, 1, 1, 0] == [len(lines.some(AT_ONCE)) for _ in range(4)]
