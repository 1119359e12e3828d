"""`reconciler records export`"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.choice import OneOf
from reconciler.cli.help import Command
from reconciler.cli.options import PATHS, Option, options
from reconciler.cli.records.chosen import record_set_in
from reconciler.cli.records.live import live_table, wanted_rows
from reconciler.cli.records.options import WHERE, definition_argument
from reconciler.cli.session import open_connection, target_for
from reconciler.cli.writing import check_whole, write_private
from reconciler.errors import WrongUsage
from reconciler.form.spelling import did_you_mean
from reconciler.form.words import plural
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.cli.records.live import LiveTable
    from reconciler.kinds.definition.table import Table
    from reconciler.kinds.records.manifest import CsvOptions
    from reconciler.records.export import ContactsBy, Exporter
    from reconciler.records.shop import ReadableRows, Wanted


LINES = (".jsonl", ".ndjson")
"""How the names of files end whose rows are JSON lines."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `records export`."""

    definition: str
    paths: tuple[str, ...]
    where: Mapping[str, str]
    fields: str | None
    contacts: "ContactsBy"
    form: str | None
    to: str | None


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler records export Vet --to vets.csv\n  reconciler records export Vet",
)
@definition_argument
@options(
    PATHS,
    WHERE,
    Option(
        "fields",
        "Only these fields, separated by commas.",
        {"metavar": "FIELD,…"},
    ),
    Option(
        "contacts",
        "The key by which contacts are named: numbers mean nothing in another shop.",
        {
            "type": OneOf(["id_customer", "email", "id_contact"]),
            "default": "id_customer",
            "show_default": True,
        },
    ),
    Option(
        "format",
        "How the rows are written: as the name of the file says, or as csv.",
        {"type": OneOf(["csv", "jsonl"])},
        parameter="form",
    ),
    Option(
        "to",
        "The file, which only its owner may read; without it, stdout.",
        {"metavar": "FILE"},
    ),
    "settings-from",
)
@click.pass_obj
def export(app: App, /, **given: Any) -> int:
    """Write the rows of a definition as a file that `records apply` takes.

    Rows hold personal data: they go to stdout or to the file that is named, and nowhere
    else.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.api.rows import ReadRows
    from reconciler.records.csv_writing import CsvWriting
    from reconciler.records.export import Exporter

    chosen = Chosen(**given)
    to = None if chosen.to == "-" else chosen.to
    form = chosen.form or _form_of(to or "")
    if to is not None:
        _check_name(to, form)
        check_whole(to)
    target = target_for(app, chosen.paths)
    with open_connection(app, target, ReadConnection) as connection:
        shop = ReadRows(connection)
        live = live_table(connection, chosen.definition, target.name)
        wanted = wanted_rows(shop, live, chosen.where)
        exporter = Exporter(
            live.table,
            live.number,
            shop,
            chosen.contacts,
            live.row_keys(),
            _fields(chosen.fields, live.table),
            CsvWriting.to(to or "", _dialect(app, chosen, live.table.name)),
        )
        count = _write(app, exporter, wanted, form, to)
    told = f"{count:,} {plural(count, 'row')} of {printable(live.table.name)}"
    app.talk(f"{told} are in {printable(to)}." if to else f"{told}.")
    if exporter.nameless:
        app.complain(
            f"Left out: {exporter.nameless:,} {plural(exporter.nameless, 'row')} whose contact has neither e-mail nor "
            "customer id. --contacts id_contact exports them by number."
        )
    return 0


def _form_of(to: str) -> str:
    return "jsonl" if to.lower().endswith(LINES) else "csv"


def _check_name(to: str, form: str) -> None:
    """Raises WrongUsage for a file that `apply` would read as something else, by the
    end of its name.
    """
    from reconciler.manifest.row_files import YAML_SUFFIXES
    from reconciler.records.raw import SUFFIXES

    fits = LINES if form == "jsonl" else (".csv", ".tsv", ".txt")
    end = os.path.splitext(to)[1].lower()
    if end in (*SUFFIXES, *YAML_SUFFIXES) and end not in fits:
        other = "jsonl" if end in LINES else "csv"
        way = "" if end in (".json", *YAML_SUFFIXES) else f"write --format {other}, or "
        raise WrongUsage(
            f"{printable(to)}: rows that are written as {form} are not read from a file whose name ends in {end}: "
            f"{way}name it {printable(os.path.splitext(to)[0])}{fits[0]}."
        )


def _fields(said: str | None, table: "Table") -> tuple[str, ...]:
    names = tuple(part.strip() for part in (said or "").split(",") if part.strip())
    if said is not None and not names:
        raise WrongUsage(f"--fields {said!r} names no field.")
    for name in names:
        if name not in table.columns:
            hint = did_you_mean(name, table.columns) or "."
            raise WrongUsage(f"{table.name} has no field {name!r}{hint}")
    return names


def _dialect(app: App, chosen: Chosen, definition: str) -> "CsvOptions":
    """How the manifest of the record set has CSV files written, where there is one.
    Raises InvalidManifests.
    """
    from reconciler.kinds.records.manifest import CsvOptions

    if not any(map(os.path.lexists, chosen.paths)):
        return CsvOptions()
    return record_set_in(app, chosen.paths, definition).csv


def _write(
    app: App, exporter: "Exporter", wanted: "Wanted", form: str, to: str | None
) -> int:
    """Returns how many rows were written."""
    lines = _Counted(_lines(exporter, wanted, form))
    app.begin("Exporting", "requests")
    try:
        if to is not None:
            write_private(to, lines)
        for line in lines:
            app.progress.end()
            app.data(line)
    finally:
        app.progress.end()
    return max(lines.count - (form == "csv"), 0)


@dataclass(slots=True)
class _Counted:
    """Lines, and how many have come."""

    lines: Iterator[bytes]
    count: int = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.count += 1
            yield line


def all_rows(
    shop: "ReadableRows", live: "LiveTable", file: str, dialect: "CsvOptions"
) -> tuple[bytes, int]:
    """All rows of a definition as a CSV file, and how many they are. Raises ApiError,
    WrongUsage.
    """
    from reconciler.records.csv_writing import CsvWriting
    from reconciler.records.export import Exporter

    writing = CsvWriting.to(file, dialect)
    keys = live.row_keys()
    exporter = Exporter(live.table, live.number, shop, row_keys=keys, writing=writing)
    header, *rows = _lines(exporter, {}, "csv")
    return b"".join([header, *rows]), len(rows)


def _lines(exporter: "Exporter", wanted: "Wanted", form: str) -> Iterator[bytes]:
    """The header of a CSV file, and a line for each row. Raises WrongUsage."""
    from reconciler.records.csv_writing import NotEncodable

    if form == "jsonl":
        for row in exporter.rows(wanted):
            yield (
                json.dumps(exporter.document(row), ensure_ascii=False) + "\n"
            ).encode()
        return
    try:
        yield exporter.writing.line(exporter.header)
        for row in exporter.rows(wanted):
            yield exporter.writing.line(exporter.cells(row))
    except NotEncodable as lacking:
        raise WrongUsage(
            f"{lacking}, the csv.encoding of the manifest: write csv.encoding: utf-8, or export with --format jsonl."
        ) from None
