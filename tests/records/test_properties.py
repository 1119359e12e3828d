"""What holds for every table: text is never typed, all types come back as they were written, and whatever a file holds,
it is read or refused, and never more than that.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.kinds.definition.table import Column, Table, Target
from reconciler.kinds.records.manifest import RecordSet
from reconciler.records.check import Checked, Checker, rules_for, source_of
from reconciler.records.numbers import DecimalMark, number_in, sent_number, short_number
from reconciler.records.problem import CellProblem
from reconciler.records.raw import RawRow, Source, Unreadable
from reconciler.records.reading import RowReader
from reconciler.records.row import Row
from reconciler.records.row_spool import open_row_spool

TYPES = ["text", "longtext", "number", "decimal", "bool", "date", "datetime", "list", "json", "geolocation"]
TABLE = Table("T", {name: Column(name, name, options=("silver", "gold")) for name in TYPES}, ("text",))
TEXTS = Table("T", {"a": Column("a", "text"), "b": Column("b", "longtext")})
CONTACTS = Table(
    "T", {"c": Column("c", "number", required=True, target=Target("contacts", "id"))} | TABLE.columns, ("c",)
)
DAMAGED = re.compile(r"[-+]?[0-9]([.,][0-9]+)?E\+[0-9]{2,3}|#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
"""What a spreadsheet leaves, which is a finding (spec: Excel damage)."""
SIGNS = st.sampled_from([",", ";", "\t", "|"])
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
ENDS = st.sampled_from(["\r\n", "\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
WORDS = """00123 1e5 1E5 TRUE true oui 2025-01-01 17/11/2025 12,50 1.0 +33612345678 NULL None nan =A1+1 0x1F -0
1_000 45978 {} [] sep=; N/A 1E+5 #N/A! \\N"""
TYPED = WORDS.split()
LOOKS_TYPED = st.sampled_from(TYPED)
LETTERS = st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"]), max_size=20)
CELLS = (LOOKS_TYPED | LETTERS).filter(lambda cell: not DAMAGED.fullmatch(cell))
QUICKLY = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)


@given(st.from_regex(r"[-+]?[0-9]{0,12}[.,]?[0-9]{1,8}", fullmatch=True), st.sampled_from([".", ","]))
@QUICKLY
def test_a_short_number_is_sent_as_a_long_one_would_be(text: str, mark: DecimalMark) -> None:
    """The quick way and the exact one give one value of one type; or the quick one leaves it to the other."""
    quick = short_number(text, mark)
    if quick is not None:
        exact = sent_number(number_in(text, mark), text)
        assert (type(exact), exact) == (type(quick), quick)


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    delimiter: str
    quoting: int
    end: str
    encoding: str

    def file(self, rows: list[list[str]]) -> bytes:
        """The rows as the standard library writes them."""
        text = io.StringIO(newline="")
        # Cells with another line end than the file's are not always put in quotes.
        odd = any("\r" in cell or "\n" in cell for row in rows for cell in row)
        quoting = csv.QUOTE_ALL if odd else self.quoting
        csv.writer(text, delimiter=self.delimiter, quoting=quoting, lineterminator=self.end).writerows(rows)
        return text.getvalue().encode(self.encoding)


DIALECTS = st.builds(Dialect, SIGNS, QUOTING, ENDS, ENCODINGS)


def _source(
    content: bytes, table: Table, encoding: str = "utf-8", name: str = "rows.csv", **said: Any
) -> tuple[Source, Any]:
    records = RecordSet.model_validate({"definition": "T", "csv": {"encoding": encoding, **said}})
    rules = rules_for(table, records)
    return source_of(name, lambda: io.BytesIO(content), rules, records), rules


def _read(content: bytes, table: Table, encoding: str) -> list[Row]:
    """The rows; there is no finding."""
    source, rules = _source(content, table, encoding)
    return list(RowReader(rules, source, _refuse).rows())


def _refuse(place: int, raw: RawRow, name: str | None, problem: CellProblem) -> None:
    if not problem.is_warning:
        raise AssertionError(f"{raw.line} {name}: {problem}")


def _check_texts(rows: list[tuple[str, str]], dialect: Dialect) -> int:
    """The JSON that would be sent has each cell, character for character; an empty one is none."""
    content = dialect.file([["a", "b"], *map(list, rows)])
    sent = [json.loads(json.dumps(row.values)) for row in _read(content, TEXTS, dialect.encoding)]
    assert [{"a": a or None, "b": b or None} for a, b in rows] == sent
    return 2 * len(rows)


# A row of blanks alone is an empty line.
TWO_CELLS = st.tuples(CELLS, CELLS).filter(lambda row: any(cell.strip() for cell in row))


@pytest.mark.parametrize("cell", TYPED)
def test_text_that_looks_typed_is_text(cell: str) -> None:
    """R2: in every dialect."""
    for delimiter in ",;\t|":
        _check_texts([(cell, "x")], Dialect(delimiter, csv.QUOTE_MINIMAL, "\r\n", "utf-8"))


def _text_campaign(examples: int) -> int:
    cells = 0

    @settings(QUICKLY, max_examples=examples)
    @given(st.lists(TWO_CELLS, min_size=1, max_size=6), DIALECTS)
    def tried(rows: list[tuple[str, str]], dialect: Dialect) -> None:
        nonlocal cells
        cells += _check_texts(rows, dialect)

    tried()
    return cells


def test_text_is_never_typed(figure: Callable) -> None:
    """R2, a sample."""
    figure("R2 (sample)", f"{_text_campaign(150):,} cells of text, each sent as the JSON string that the file has")


@pytest.mark.campaign
def test_no_text_of_ten_thousand_is_typed(figure: Callable) -> None:
    """R2, the whole."""
    cells = _text_campaign(2_500)
    assert cells >= 10_000
    figure("R2", f"{cells:,} cells of text, each sent as the JSON string that the file has")


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=5,
)
NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1)
DECIMALS = st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 5)).map(lambda parts: parts[0] / 10 ** parts[1])
VALUES: dict[str, st.SearchStrategy[tuple[str, Any]]] = {
    "text": CELLS.filter(lambda cell: cell.strip(" ")).map(lambda cell: (cell, cell)),
    "longtext": CELLS.map(lambda cell: (cell, cell or None)),
    "number": NUMBERS.map(lambda number: (str(number), number)),
    "decimal": DECIMALS.map(lambda number: (f"{number:.5f}", number)),
    "bool": st.booleans().map(lambda flag: (str(flag), flag)),
    "date": st.dates().map(lambda day: (day.isoformat(), day.isoformat())),
    "datetime": st.datetimes().map(lambda moment: (f"{moment.isoformat()}+02:00", f"{moment.isoformat()}+02:00")),
    "list": st.sampled_from(["silver", "gold"]).map(lambda option: (option, option)),
    "json": JSONS.filter(lambda value: value is not None).map(lambda value: (json.dumps(value), value)),
    "geolocation": st.tuples(st.integers(-90, 90), st.integers(-180, 180)).map(
        lambda place: (f"{place[0]},{place[1]}",) * 2
    ),
}
NOTHING = st.just(("", None))


def _row() -> st.SearchStrategy[list[tuple[str, Any]]]:
    return st.tuples(*(VALUES[name] if name == "text" else VALUES[name] | NOTHING for name in TYPES)).map(list)


def test_a_table_of_all_types_comes_back(figure: Callable) -> None:
    """Written as CSV by the standard library in any dialect, and read as the values that were meant."""
    cells = 0

    @settings(QUICKLY, max_examples=80)
    @given(st.lists(_row(), min_size=1, max_size=3), DIALECTS)
    def tried(rows: list[list[tuple[str, Any]]], dialect: Dialect) -> None:
        nonlocal cells
        content = dialect.file([TYPES, *([cell for cell, _ in row] for row in rows)])
        expected = [{name: value for name, (_, value) in zip(TYPES, row, strict=True)} for row in rows]
        assert expected == [dict(row.values) for row in _read(content, TABLE, dialect.encoding)]
        cells += len(rows) * len(TYPES)

    tried()
    figure("rows of all ten types through CSV", f"{cells:,} cells as they were written")


def _checked(content: bytes, name: str, table: Table, encoding: str) -> Checked:
    """What a file is found to have; it raises nothing."""
    source, rules = _source(content, table, encoding, name)
    with open_row_spool() as spool:
        return Checker(rules, "none", spool).check(source)


def _line_ends(content: bytes, encoding: str) -> Iterator[str]:
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    yield from re.split(r"\r\n|\r|\n", text)


def _check_places(content: bytes, name: str, table: Table, encoding: str) -> int:
    """Every finding points into the file; at most one character behind the end of a line."""
    checked = _checked(content, name, table, encoding)
    lines = list(_line_ends(content, encoding))
    for problem in checked.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        problem.message.encode()
        assert "\n" not in problem.message
    return len(checked.problems)


SIGNS_AND_WORDS = """c.email c text json date , ; | " "" sep=; a@b.c 1 x é { } [ ] : - {"c":1} 45978 = \\N"""
UNSEEN = ["\n", "\r", "\r\n", "\t", " ", "\ufeff", "\0", "\u202f", "\U0001f600", "\x85"]
FRAGMENTS = st.sampled_from(SIGNS_AND_WORDS.split()) | st.sampled_from(UNSEEN)
BEGINNINGS = st.sampled_from(
    ["", "c.email,text\n", "c;text;json\r\n", '[{"c": ', '{"c": 7, "text": "', "sep=;\nc;date\n"]
)
MADE = st.builds(lambda begin, rest: (begin + "".join(rest)).encode(), BEGINNINGS, st.lists(FRAGMENTS, max_size=25))
NAMES = st.sampled_from(["rows.csv", "rows.tsv", "rows.json", "rows.jsonl"])
CODECS = st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-16-be", "utf-32", "shift_jis", "utf-7", "idna", "ascii"])


def test_whatever_a_file_holds_it_is_read_or_refused(figure: Callable) -> None:
    """2,000 files of fragments and of bytes: nothing is raised, and every finding points into the file."""
    files = findings = 0

    @settings(QUICKLY, max_examples=1_400)
    @given(MADE, NAMES, st.sampled_from(["utf-8", "utf-8", "cp1252", "utf-16-le"]))
    def made(content: bytes, name: str, encoding: str) -> None:
        nonlocal files, findings
        used = encoding if name == "rows.csv" else "utf-8"
        findings += _check_places(content, name, CONTACTS, used)
        files += 1

    @settings(QUICKLY, max_examples=600)
    @given(st.binary(max_size=60), BEGINNINGS, NAMES, CODECS)
    def raw(content: bytes, begin: str, name: str, encoding: str) -> None:
        nonlocal files, findings
        found = _checked(begin.encode() + content, name, CONTACTS, encoding)
        assert all(problem.line >= 1 and problem.column >= 1 for problem in found.problems)
        findings += len(found.problems)
        files += 1

    made()
    raw()
    assert files >= 2_000
    figure("files of anything", f"{files:,}, {findings:,} findings, each in the file; nothing raised")


def test_reading_raises_nothing_but_that_it_cannot_go_on() -> None:
    """The rows themselves, without the check around them."""

    @settings(QUICKLY, max_examples=300)
    @given(MADE | st.binary(max_size=60), NAMES, CODECS)
    def tried(content: bytes, name: str, encoding: str) -> None:
        source, rules = _source(content, CONTACTS, encoding, name)
        with suppress(Unreadable):
            for row in RowReader(rules, source, lambda *_: None).rows():
                json.dumps([str(value) for value in row.values.values()], ensure_ascii=False).encode()

    tried()
