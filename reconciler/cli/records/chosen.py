"""Which rows a command is about: those that the manifest of the definition's record set
names, or a file that is named on the command line.
"""

import os
import sys
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from shutil import copyfileobj
from typing import TYPE_CHECKING, cast

from reconciler.cli.app import App
from reconciler.cli.options import Option
from reconciler.cli.session import load_manifests, target_for
from reconciler.errors import InvalidManifests, WrongUsage
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.kinds.definition.table import Table
    from reconciler.kinds.records.manifest import RecordSet
    from reconciler.manifest.resolve import Resolved
    from reconciler.manifest.row_files import RowFile
    from reconciler.manifest.rows import RowSet
    from reconciler.model.manifest import Desired, Manifest

STDIN = "-"
FILE = Option(
    "file",
    "Rows of this file instead of those that the manifest names; - reads stdin.",
    {"metavar": "FILE|-"},
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file is read as, if not as the manifest of the definition says: its columns
    are those of `table`, and those with names that are `left_out` may be there as well.
    """

    table: "Table"
    left_out: tuple[str, ...] = ()


@contextmanager
def rows_of(
    app: App,
    definition: str,
    paths: tuple[str, ...],
    file: str | None,
    known: Columns | None = None,
    outputs: Iterable[str] = (),
) -> "Iterator[RowSet]":
    """The rows to work on. What came over stdin lies in a private file while this is
    entered. Raises WrongUsage, also when one of the `outputs` would replace rows, and
    InvalidManifests.
    """
    from reconciler.manifest.row_files import NoRowFile
    from reconciler.manifest.rows import about, file_findings, row_set, started_by

    resolved = load_manifests(app, paths, target_for(app, paths))
    columns = known or Columns(_table(resolved, definition))
    table = columns.table
    manifest = _record_set(resolved.desired, table.name, columns.left_out)
    with _named(file) as files:
        check_rows_are_kept(outputs, resolved.desired, files or ())
        try:
            rows = row_set(manifest, table, files)
        except NoRowFile:
            # What a manifest says is a finding, what a command says is not.
            raise InvalidManifests(list(file_findings(manifest))) from None
        if not rows.parts:
            raise WrongUsage(
                f"No manifest says where the rows of {table.name} are. Name their file with --file, "
                f"or write a manifest: kind: records, definition: {table.name}, file: …"
            )
        yield replace(
            rows,
            findings=about(rows, resolved.offline_findings),
            scenarios=started_by(resolved.desired, table.name),
        )


def check_rows_are_kept(
    outputs: Iterable[str], desired: "Desired", files: "Iterable[RowFile]" = ()
) -> None:
    """Raises WrongUsage for an output in whose place rows stand, of these files or of
    those that manifests name.
    """
    from reconciler.manifest.rows import data_files

    rows = {os.path.realpath(each.place) for each in (*files, *data_files(desired))}
    for output in outputs:
        if os.path.realpath(output) in rows:
            raise WrongUsage(
                f"{printable(output)} holds rows and was not replaced. Nothing was sent. "
                "Name another file for what is to be written."
            )


def _table(resolved: "Resolved", name: str) -> "Table":
    """What the manifest of the definition says of its rows."""
    from reconciler.form.spelling import did_you_mean
    from reconciler.kinds.definition.manifest import Definition
    from reconciler.kinds.definition.table import table_of
    from reconciler.model.address import Address

    wanted = Address("definition", name).cased
    names = []
    for address, manifest in resolved.desired.manifests.items():
        if not isinstance(manifest.resource, Definition):
            continue
        names.append(address.name)
        if address.cased == wanted:
            return table_of(manifest.resource)
    if any(finding.severity == "error" for finding in resolved.findings):
        # It may be described in what is not valid.
        raise InvalidManifests(resolved.offline_findings)
    hint = did_you_mean(name, names) or "."
    raise WrongUsage(f"No manifest describes a definition {name!r}{hint}")


def _record_set(
    desired: "Desired", definition: str, left_out: Iterable[str] = ()
) -> "Manifest":
    """The manifest of the record set; without one, what it would say by default. It
    also ignores the columns that are left out.
    """
    from reconciler.kinds.records.manifest import RecordSet
    from reconciler.model.address import Address
    from reconciler.model.manifest import Manifest
    from reconciler.model.source import Source

    address = Address("records", definition)
    found = desired.manifests.get(address)
    if found is None:
        nowhere = Source("the command line")
        found = Manifest(address, RecordSet(definition=definition), nowhere)
    records = cast("RecordSet", found.resource)
    ignored = (*records.ignore_columns, *left_out)
    resource = records.model_copy(update={"ignore_columns": ignored})
    return replace(found, resource=resource)


@contextmanager
def _named(file: str | None) -> "Iterator[list[RowFile] | None]":
    from reconciler.manifest.row_files import NoRowFile, row_file

    if file is None:
        yield None
    elif file == STDIN:
        with _stdin() as copied:
            yield [copied]
    else:
        try:
            yield [row_file(os.path.normpath(file))]
        except NoRowFile as missing:
            told = str(missing)
            end = "" if told.endswith("?") else "."
            if not told.startswith(printable(file)):  # a name is spelt as it is
                told = f"{told[:1].upper()}{told[1:]}"
            raise WrongUsage(f"{told}{end}") from None


@contextmanager
def _stdin() -> "Iterator[RowFile]":
    """What comes over stdin, in a file that only its owner reads: rows are read more
    than once.
    """
    from reconciler.manifest.row_files import RowFile

    if sys.stdin is None:
        raise WrongUsage("There is no stdin to read rows from.")
    with tempfile.NamedTemporaryFile() as copy:
        copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield RowFile(_stdin_name(copy.name), copy.name)


def _stdin_name(place: str) -> str:
    """JSON and JSON lines are told by how they begin; everything else is CSV."""
    with open(place, "rb") as stream:
        begin = stream.read(1_000).removeprefix(BOM_UTF8).lstrip()
    if begin.startswith(b"["):
        return "stdin.json"
    if begin.startswith(b"{"):
        return "stdin.jsonl"
    return "stdin.csv"


def record_set_in(app: App, paths: tuple[str, ...], definition: str) -> "RecordSet":
    """What the manifest of a record set says; without one, what it would say by default.
    Raises InvalidManifests where it may be what is not valid.
    """
    from reconciler.model.address import Address

    resolved = load_manifests(app, paths, target_for(app, paths))
    is_there = Address("records", definition) in resolved.desired.manifests
    if not is_there and any(each.severity == "error" for each in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    found = _record_set(resolved.desired, definition).resource
    return cast("RecordSet", found)


def scenarios_of(app: App, paths: tuple[str, ...], definition: str) -> tuple[str, ...]:
    """The declared scenarios that rows of the definition start."""
    from reconciler.manifest.rows import started_by

    resolved = load_manifests(app, paths, target_for(app, paths))
    return started_by(resolved.desired, definition)
