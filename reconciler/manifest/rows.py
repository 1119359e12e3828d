"""The rows of record sets: where they are, and all that can be known of them offline."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from reconciler.kinds.definition.checks import DefinitionProfile
from reconciler.kinds.definition.table import Table
from reconciler.kinds.records.manifest import RecordSet
from reconciler.kinds.registry import kind_of
from reconciler.kinds.scenario.kind import started_by_rows
from reconciler.manifest.files import text_of
from reconciler.manifest.places import findings_of
from reconciler.manifest.record_sets import record_sets
from reconciler.manifest.row_files import NoRowFile, RowFile, named_files, row_files
from reconciler.manifest.yaml import YamlProblem, documents, documents_with_places
from reconciler.model.address import Address
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.problem import Problem
from reconciler.model.source import Finding, Source
from reconciler.records.check import (
    Checked,
    Checker,
    RowProblem,
    rules_for,
    show_of,
    source_of,
)
from reconciler.records.json_file import ListedRows
from reconciler.records.raw import Block, RawRow, Unreadable, in_blocks
from reconciler.records.raw import Source as RowSource
from reconciler.records.reading import Rules
from reconciler.records.row_spool import RowSpool, open_row_spool
from reconciler.rules import finding_severity

YAML = (".yaml", ".yml")
INLINE = "rows"
PERSONAL = "records-personal-data"
_FOR_EVER = (
    "holds e-mail addresses of contacts, and would be in git for ever: keep them in a "
    "file elsewhere and name it with --file, or name contacts by id_customer"
)
_ONE_LIST = "the file has to be one list of rows: - {code: COM-001, …}"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one file, or those that stand in the manifest itself; `file` is the
    name in messages, and `opened` gives the bytes of a file.
    """

    file: str
    source: RowSource
    is_versioned: bool = True
    opened: Callable[[], BinaryIO] | None = None


@dataclass(frozen=True, slots=True)
class RowSet:
    """A record set with what its definition says of its rows, and the declared
    scenarios that they may start; `findings` is what is wrong with its manifest.
    """

    address: Address
    manifest: Manifest
    records: RecordSet
    table: Table
    rules: Rules
    parts: tuple[Part, ...] = ()
    scenarios: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def table_in(desired: Desired, records: RecordSet) -> Table | None:
    """What the manifest of its definition says; None when there is none."""
    definition = Address("definition", records.definition)
    manifest = desired.manifests.get(definition)
    if manifest is None or manifest.absent:
        return None
    profile = kind_of(definition).profile(manifest.resource)
    assert isinstance(profile, DefinitionProfile)
    return profile.table


def started_by(desired: Desired, definition: str) -> tuple[str, ...]:
    """The addresses of the declared scenarios that rows of a definition start."""
    return tuple(
        str(address)
        for address, manifest in desired.manifests.items()
        if started_by_rows(manifest.resource, definition)
    )


def row_set(
    manifest: Manifest, table: Table, files: Iterable[RowFile] | None = None
) -> RowSet:
    """The rows that the manifest names, or those of `files` instead. Raises NoRowFile."""
    records = manifest.resource
    assert isinstance(records, RecordSet)
    rules = rules_for(table, records)
    if files is None:
        parts = tuple(_own_parts(manifest, records, rules))
    else:
        parts = tuple(_part(file, rules, records, versioned=False) for file in files)
    return RowSet(manifest.address, manifest, records, table, rules, parts)


def data_files(desired: Desired) -> Iterator[RowFile]:
    """The files that record sets name, as far as they are there."""
    for manifest in record_sets(desired):
        records = manifest.resource
        assert isinstance(records, RecordSet)
        with suppress(NoRowFile):  # who reads the rows says so
            yield from named_files(records.file, manifest.source.file)


def _own_parts(manifest: Manifest, records: RecordSet, rules: Rules) -> Iterator[Part]:
    for file in named_files(records.file, manifest.source.file):
        yield _part(file, rules, records, versioned=True)
    if records.rows is not None:
        rows = [RawRow(number, row) for number, row in enumerate(records.rows, 1)]
        yield Part(INLINE, ListedRows(rows))


def _part(file: RowFile, rules: Rules, records: RecordSet, *, versioned: bool) -> Part:
    if file.shown.lower().endswith(YAML):
        return Part(file.shown, _YamlRows(file), versioned, file.open)
    source = source_of(file.shown, file.open, rules, records)
    return Part(file.shown, source, versioned, file.open)


@dataclass(frozen=True, slots=True)
class _YamlRows:
    """The rows of a YAML file: a list of mappings, read as a manifest is read."""

    file: RowFile
    is_text = False
    columns = None

    def rows(self) -> Iterator[RawRow]:
        """Every row. Raises Unreadable."""
        try:
            text = text_of(self.file.place)
            problems = chain.from_iterable(each.problems for each in documents(text))
            for problem in problems:
                raise problem
            found = list(documents_with_places(text, (0,)))
        except YamlProblem as broken:
            raise Unreadable("record-file", str(broken), *broken.place) from None
        if not found:
            raise Unreadable("record-file", "the file is empty")
        if len(found) > 1:
            raise Unreadable("record-file", _ONE_LIST, *found[1].place)
        document = found[0]
        yield from _rows_in(document.data, document.places)

    def blocks(self) -> Iterator[Block]:
        """The same, many at a time. Raises Unreadable."""
        return in_blocks(self.rows())

    def column_of(self, row: RawRow, name: str) -> int:
        """Not known."""
        return 1

    def place_of_column(self, index: int) -> tuple[int, int]:
        """There are no columns."""
        return 1, 1


def _rows_in(data: Any, places: Any) -> Iterator[RawRow]:
    if not isinstance(data, list):
        raise Unreadable("record-file", _ONE_LIST)
    for index, row in enumerate(data):
        line, column = places.get((index,), (1, 1))
        if not isinstance(row, dict):
            told = "a row is a mapping: {code: COM-001, …}"
            raise Unreadable("record-file", told, line, column)
        yield RawRow(line, row)


def row_findings(desired: Desired) -> Iterator[Finding]:
    """What is wrong with the rows of all record sets whose definition is described."""
    for manifest in record_sets(desired):
        records = manifest.resource
        assert isinstance(records, RecordSet)
        table = table_in(desired, records)
        if table is None:
            continue  # the reference to it is a finding
        missing = list(file_findings(manifest))
        yield from missing
        if missing:
            continue
        rows = row_set(manifest, table)
        with open_row_spool() as spool:
            for _, findings in check_rows(rows, spool):
                yield from findings


def check_rows(
    rows: RowSet, spool: RowSpool
) -> Iterator[tuple[Checked, Sequence[Finding]]]:
    """What each part of a record set has, and what is wrong with it; `spool` takes the
    good rows in.
    """
    checker = Checker(rows.rules, show_of(rows.table, rows.records), spool)
    for part in rows.parts:
        checked = checker.check(part.source)
        yield checked, list(_findings_of(rows, part, checked))


def _findings_of(rows: RowSet, part: Part, checked: Checked) -> Iterator[Finding]:
    if part.file == INLINE:
        yield from _inline_findings(rows, checked)
        return
    if part.is_versioned and checked.has_emails:
        place = Source(part.file)
        message = f"the file {_FOR_EVER}"
        yield Finding(place, PERSONAL, message, finding_severity(PERSONAL))
    for each in checked.problems:
        yield _finding(rows, part, each)


def _inline_findings(rows: RowSet, checked: Checked) -> Iterator[Finding]:
    shows_values = show_of(rows.table, rows.records) == "values"
    problems = [_inline_problem(rows, each) for each in checked.problems]
    if checked.has_emails:
        problems.append(Problem(PERSONAL, f"the manifest {_FOR_EVER}", (INLINE,)))
    found = [(rows.manifest.source, problem) for problem in problems]
    for finding in findings_of(found, _text_of(rows.manifest)):
        # An excerpt is a row.
        excerpt = finding.excerpt if shows_values else None
        yield dataclasses.replace(finding, excerpt=excerpt)


def _inline_problem(rows: RowSet, problem: RowProblem) -> Problem:
    path: tuple[str | int, ...] = (INLINE, problem.line - 1)
    if problem.name is not None:
        path = (*path, problem.name)
    words, other = _elsewhere(rows, problem)
    return Problem(problem.rule, problem.message + words, path, elsewhere=other)


def _finding(rows: RowSet, part: Part, problem: RowProblem) -> Finding:
    words, other = _elsewhere(rows, problem)
    severity = finding_severity(problem.rule)
    place = Source(part.file, problem.line, problem.column)
    message = problem.message + words
    return Finding(place, problem.rule, message, severity, elsewhere=other)


def _elsewhere(rows: RowSet, problem: RowProblem) -> tuple[str, Source | None]:
    """The other row of a pair, as the message ends with it."""
    if problem.elsewhere is None:
        return "", None
    file, line = problem.elsewhere
    part = rows.parts[file]
    if part.file == INLINE:
        return f"row {line} of the manifest", None
    place = Source(part.file, line)
    return place.short, place


def about(rows: RowSet, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of the findings that are about the manifest of the record set."""
    own = rows.manifest.source
    found = []
    for each in findings:
        if (each.source.file, each.source.document) == (own.file, own.document):
            found.append(each)
    return tuple(found)


def file_findings(manifest: Manifest) -> Iterator[Finding]:
    """What is wrong with the files that the manifest names, where it names them."""
    found = [(manifest.source, problem) for problem in _file_problems(manifest)]
    return findings_of(found, _text_of(manifest))


def _file_problems(manifest: Manifest) -> Iterator[Problem]:
    for index, pattern in enumerate(manifest.resource.data_files):
        try:
            list(row_files(pattern, manifest.source.file))
        except NoRowFile as missing:
            yield Problem("record-file", str(missing), ("file", index))


def _text_of(manifest: Manifest) -> dict[str, str]:
    """The text of the manifest's file, to find places in."""
    file = manifest.source.file
    try:
        return {file: text_of(file)}
    except (OSError, YamlProblem):
        return {}  # it has changed since; findings stand at its beginning
