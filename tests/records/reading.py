"""What comes out of a folder with a definition, a record set and its file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import reconciler
from reconciler.kinds.records.manifest import RecordSet
from reconciler.manifest.rows import RowSet, check_rows, record_sets, row_findings, row_set, table_in
from reconciler.model.source import Finding
from reconciler.model.target import Target
from reconciler.records.raw import RawRow, Unreadable
from reconciler.records.reading import RowReader
from reconciler.records.row import Key, Reference, Row, key_of
from reconciler.records.row_spool import open_row_spool


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Findings name files as seen from the folder of the run."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def row_set_in(folder: Path) -> RowSet:
    """The record set of the folder, whose manifests have no finding of their own."""
    resolved = reconciler.load([str(folder / "manifest.yaml")], Target("test"), {})
    assert [] == resolved.offline_findings
    (manifest,) = record_sets(resolved.desired)
    assert isinstance(manifest.resource, RecordSet)
    table = table_in(resolved.desired, manifest.resource)
    assert table is not None
    return row_set(manifest, table)


def manifest_findings(file: str) -> list[Finding]:
    """What is wrong with manifests alone."""
    return reconciler.load([file], Target("test"), {}).offline_findings


def rows_in(folder: Path) -> list[list[Any]]:
    """[line, values] of each row that can be sent; of two with one key the first."""
    rows = row_set_in(folder)
    found: dict[Key, Row] = {}
    for part in rows.parts:
        reader = RowReader(rows.rules, part.source, _ignore)
        try:
            for row in reader.rows():
                found.setdefault(key_of(row.values, rows.table), row)
        except Unreadable:
            pass
    sendable = [row for row in found.values() if all(name in row.values for name in rows.table.keys)]
    return [[row.line, {name: _plain(value) for name, value in row.values.items()}] for row in sendable]


def _ignore(place: int, raw: RawRow, name: str | None, problem: Exception) -> None:
    """The findings are asked for by themselves."""


def _plain(value: Any) -> Any:
    return asdict(value) if isinstance(value, Reference) else value


def findings_in(folder: Path) -> list[str]:
    """`line:column rule: message` of each, in the order of their places."""
    resolved = reconciler.load([str(folder / "manifest.yaml")], Target("test"), {})
    return list(map(_short, sorted([*resolved.offline_findings, *row_findings(resolved.desired)])))


def _short(finding: Finding) -> str:
    return f"{finding.source.line}:{finding.source.column} {finding.rule}: {finding.message}"


def counted(folder: Path) -> list[tuple[int, int]]:
    """(rows, good rows) of each file."""
    with open_row_spool() as spool:
        return [(checked.rows, checked.good) for checked, _ in check_rows(row_set_in(folder), spool)]
