"""All that is wrong with the rows of a record set, as far as can be known without the
shop.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
from reconciler.records.raw import PassedOn, RawRow, Source, Unreadable
from reconciler.records.reading import RowReader, Rules
from reconciler.records.row import Reference, Row, key_of
from reconciler.records.spool import Spool

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
    of them only once.
    """

    rules: Rules
    show: Show
    spool: Spool
    _file: int = -1

    def check(self, source: Source) -> Checked:
        """What is in one file."""
        self._file += 1
        return _Check(self, source, self._file).run()


class _TooMany(Exception):
    """Nobody reads more problems of one file."""


@dataclass(slots=True)
class _Check:
    """One file while it is being checked."""

    by: Checker
    source: Source
    file: int
    checked: Checked = field(default_factory=Checked)
    _line: int = 1

    def run(self) -> Checked:
        try:
            self._check_header()
            self._check_rows()
        except Unreadable as broken:
            self._add_last(broken.rule, str(broken), broken.line, broken.column)
        except OSError as broken:
            told = f"the file cannot be read: {broken.strerror}"
            self._add_last("record-file", told)
        except _TooMany:
            told = f"there are more than {MOST_PROBLEMS:,} findings: what comes after this line was not read"
            self._add_last("record-file", told, self._line)
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

    def _check_rows(self) -> None:
        counted = _Counted(self.source, self.checked)
        reader = RowReader(self.by.rules, counted, self._note)
        for row in reader.rows():
            self._check_key(reader, row)
            if self.source.columns is None and not self.checked.has_emails:
                self.checked.has_emails = any(map(_is_email, row.values.values()))

    def _check_key(self, reader: RowReader, row: Row) -> None:
        table = self.by.rules.table
        # A key that has no column is a finding of the header.
        if any(name not in row.values for name in table.keys):
            return
        self.checked.good += 1
        if not table.keys:
            return
        first = self.by.spool.add(key_of(row.values, table), self.file, row.line)
        if first is None:
            return
        self.checked.good -= 1
        keys = ", ".join(table.keys)
        if self.by.show == "values":
            keys = ", ".join(f"{name} {_said(row.values[name])}" for name in table.keys)
        told = f"two rows have the same unique key ({keys}): keep one of them. The other one is at "
        column = reader.column_of(table.keys[0])
        self._add(
            RowProblem("record-duplicate", told, row.line, column, elsewhere=first)
        )

    def _note(self, raw: RawRow, name: str | None, problem: CellProblem) -> None:
        told = problem.words(self.by.show)
        column = 1
        if name is not None:
            told = f"{name}: {told}"
            column = self.source.column_of(raw, name)
        self._add(
            RowProblem(problem.rule, told, raw.line, column, name, problem.is_warning)
        )

    def _add(self, problem: RowProblem) -> None:
        self._line = problem.line
        if len(self.checked.problems) >= MOST_PROBLEMS:
            raise _TooMany
        self.checked.problems.append(problem)

    def _add_last(self, rule: str, told: str, line: int = 1, column: int = 1) -> None:
        self.checked.is_whole = False
        self.checked.problems.append(RowProblem(rule, told, line, column))


def _is_email(value: Any) -> bool:
    return isinstance(value, Reference) and value.by == EMAIL


def _said(value: Any) -> str:
    """A value of a key, for a message."""
    return shown(value.value if isinstance(value, Reference) else value)


@dataclass(frozen=True, slots=True)
class _Counted(PassedOn):
    """The same rows, counted."""

    checked: Checked

    def rows(self) -> Iterator[RawRow]:
        for raw in self.source.rows():
            self.checked.rows += 1
            yield raw
