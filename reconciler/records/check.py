"""All that is wrong with the rows of a record set, as far as can be known without the
shop.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO

from reconciler.form.spelling import shown
from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import RecordSet, Show
from reconciler.records.cells import Dialect
from reconciler.records.csv_file import CsvFile
from reconciler.records.dates import DateFormat
from reconciler.records.header import header_for
from reconciler.records.json_file import JsonFile, JsonLines
from reconciler.records.problem import CellProblem
from reconciler.records.raw import Block, RawRow, Source, Unreadable
from reconciler.records.reading import GoodRows, RowReader, Rules
from reconciler.records.row import Reference, key_texts
from reconciler.records.row_spool import RowSpool

EMAIL = "email"
"""The key of a contact that is an address."""
MOST_PROBLEMS = 1_000
"""That are told of one file; reading stops there, and says so."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """`line` and `column` count from 1; `name` is the column of the file. `elsewhere`
    is the (file, line) of the other row of a pair.
    """

    rule: str
    message: str
    line: int
    column: int = 1
    name: str | None = None
    is_warning: bool = False
    elsewhere: tuple[int, int] | None = None


@dataclass(slots=True)
class Checked:
    """How many rows a file has, how many of them can be sent, and what is wrong. A file
    that is not whole was not read to its end, or its columns are not known.
    `has_emails` says whether it names contacts by their e-mail addresses.
    """

    rows: int = 0
    good: int = 0
    is_whole: bool = True
    has_emails: bool = False
    problems: list[RowProblem] = field(default_factory=list)


def rules_for(table: Table, records: RecordSet) -> Rules:
    """How the rows of a record set are read."""
    said = records.csv
    dialect = Dialect(said.decimal, DateFormat(said.dates, said.timezone))
    return Rules(table, header_for(table, records), dialect, said.empty)


def show_of(table: Table, records: RecordSet) -> Show:
    """What reports may tell of its rows: nothing of people, unless the manifest says
    so.
    """
    if records.show is not None:
        return records.show
    return "none" if table.is_about_contacts else "values"


def source_of(
    name: str, opened: Callable[[], BinaryIO], rules: Rules, records: RecordSet
) -> Source:
    """The rows of a file by the ending of its name; what has none is CSV."""
    suffix = name[name.rfind(".") :].lower()
    if suffix == ".json":
        return JsonFile(opened)
    if suffix in (".jsonl", ".ndjson"):
        return JsonLines(opened)
    delimiter = records.csv.delimiter
    if delimiter is None and suffix == ".tsv":
        delimiter = "\t"
    known = rules.header.known
    return CsvFile(opened, known, delimiter, records.csv.encoding)


@dataclass(slots=True)
class Checker:
    """Checks the files of one record set, one after the other: a key may stand in all
    of them only once. The good rows are taken in by the spool.
    """

    rules: Rules
    show: Show
    spool: RowSpool
    rows: int = 0
    """Of all files so far."""
    _file: int = -1

    def check(self, source: Source) -> Checked:
        """What is in one file."""
        self._file += 1
        return _Check(self, source, self._file).run()


class _TooMany(Exception):
    """Nobody reads more problems of one file than come before that line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class _Check:
    """One file while it is being checked."""

    by: Checker
    source: Source
    file: int
    checked: Checked = field(default_factory=Checked)

    def run(self) -> Checked:
        try:
            self._check_header()
            self._check_rows()
        except Unreadable as broken:
            self._add_last(broken.rule, str(broken), broken.line, broken.column)
        except OSError as broken:
            told = f"the file cannot be read: {broken.strerror}"
            self._add_last("record-file", told)
        except _TooMany as many:
            told = f"there are more than {MOST_PROBLEMS:,} findings: what comes after this line was not read"
            self._add_last("record-file", told, many.line)
        return self.checked

    def _check_header(self) -> None:
        names = self.source.columns
        if names is None:
            return
        header = self.by.rules.header.within(names)
        bindings = map(header.binding, names)
        self.checked.has_emails = any(each and each.by == EMAIL for each in bindings)
        for index, problem in header.problems(names):
            self.checked.is_whole = False
            told = problem.words("values")  # a header is no row
            place = self.source.place_of_column(index)
            self._add(RowProblem(problem.rule, told, *place))
            self._check_few()

    def _check_rows(self) -> None:
        reader = RowReader(self.by.rules, self.source, self._note)
        for block in self.source.blocks():
            self._check_block(reader, block)
            self._check_few()

    def _check_few(self) -> None:
        problems = self.checked.problems
        # A key that stands there twice is told after the rows of its block.
        problems.sort(key=lambda problem: problem.line)
        if len(problems) > MOST_PROBLEMS:
            line = problems[MOST_PROBLEMS].line
            del problems[MOST_PROBLEMS:]
            raise _TooMany(line)

    def _check_block(self, reader: RowReader, block: Block) -> None:
        first = self.by.rows
        self.by.rows += len(block)
        self.checked.rows += len(block)
        good = reader.read(block)
        if self.source.columns is None and not self.checked.has_emails:
            values = chain.from_iterable(good.columns.values())
            self.checked.has_emails = any(map(_is_email, values))
        self._add_keys(reader, block, first, good)

    def _add_keys(
        self, reader: RowReader, block: Block, first: int, good: GoodRows
    ) -> None:
        """`first` is the number of the block's first row."""
        table, count = self.by.rules.table, len(good.places)
        # A key that has no column is a finding of the header.
        if not count or any(name not in good.columns for name in table.keys):
            return
        self.checked.good += count
        if not table.keys:
            return
        keys = key_texts(good.columns, table)
        numbers = good.numbers(first)
        twice = self.by.spool.add_all(self.file, numbers, good.lines, keys)
        for place, other in twice:
            self.checked.good -= 1
            raw = block.row(good.places[place])
            values = {name: good.columns[name][place] for name in table.keys}
            self._tell_twice(reader, raw, values, other)

    def _tell_twice(
        self,
        reader: RowReader,
        raw: RawRow,
        values: Mapping[str, Any],
        other: tuple[int, int],
    ) -> None:
        table = self.by.rules.table
        keys = ", ".join(table.keys)
        if self.by.show == "values":
            keys = ", ".join(f"{name} {_said(values[name])}" for name in table.keys)
        told = f"two rows have the same unique key ({keys}): keep one of them. The other one is at "
        column = reader.column_of(raw, table.keys[0])
        self._add(
            RowProblem("record-duplicate", told, raw.line, column, elsewhere=other)
        )

    def _note(
        self, place: int, raw: RawRow, name: str | None, problem: CellProblem
    ) -> None:
        if len(self.checked.problems) > MOST_PROBLEMS:
            return  # the rest of the block has later lines
        told = problem.words(self.by.show)
        column = 1
        if name is not None:
            told = f"{name}: {told}"
            column = self.source.column_of(raw, name)
        self._add(
            RowProblem(problem.rule, told, raw.line, column, name, problem.is_warning)
        )

    def _add(self, problem: RowProblem) -> None:
        self.checked.problems.append(problem)

    def _add_last(self, rule: str, told: str, line: int = 1, column: int = 1) -> None:
        self.checked.is_whole = False
        self.checked.problems.append(RowProblem(rule, told, line, column))


def _is_email(value: Any) -> bool:
    return isinstance(value, Reference) and value.by == EMAIL


def _said(value: Any) -> str:
    """A value of a key, for a message."""
    return shown(value.value if isinstance(value, Reference) else value)
