"""Rows on both sides: the files that were chosen, the definition in the shop, and the
comparison of the two.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

from reconciler.cli.app import App
from reconciler.errors import (
    InvalidManifests,
    ReconcilerError,
    Refused,
    Stale,
    WrongUsage,
)
from reconciler.form.spelling import did_you_mean, shown
from reconciler.form.words import counted

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.kinds.definition.table import Table
    from reconciler.manifest.rows import RowSet
    from reconciler.model.address import Address
    from reconciler.model.live import Live
    from reconciler.model.source import Finding
    from reconciler.model.target import Target
    from reconciler.records.compare import Comparer
    from reconciler.records.compared import Compared
    from reconciler.records.cost import Choice, Forecast
    from reconciler.records.options import CompareOptions, PushOptions
    from reconciler.records.report import RowFile, RowsReport
    from reconciler.records.row_spool import RowSpool
    from reconciler.records.row_stream import RowStream
    from reconciler.records.shop import ReadableRows


LONG_READING = 50
"""Requests from which on it is told before what reading costs: five seconds."""


class NotLive(ReconcilerError):
    """The definition of the rows does not live in the shop."""

    reason = "not-live"


@dataclass(frozen=True, slots=True)
class Files:
    """What is known of the files of a record set before the shop is asked."""

    files: "tuple[RowFile, ...]"
    findings: "tuple[Finding, ...]"
    good: int = 0
    """Rows that can be sent."""

    @property
    def rows(self) -> int:
        """All rows of all files."""
        return sum(file.rows for file in self.files)


def check_files(rows: "RowSet", spool: "RowSpool") -> Files:
    """Reads the files once, offline; the spool takes the good rows in. Raises InvalidManifests for files that cannot be
    read whole, and Refused for keys that stand there twice.
    """
    from reconciler.manifest.rows import check_rows
    from reconciler.records.report import RowFile

    files: list[RowFile] = []
    findings: list[Finding] = []
    is_whole, good = True, 0
    for part, (checked, found) in zip(rows.parts, check_rows(rows, spool), strict=True):
        is_whole = is_whole and checked.is_whole
        good += checked.good
        files.append(RowFile(part.file, checked.rows, sha256_of(part.opened)))
        findings += found
    if not is_whole:
        raise InvalidManifests(findings)
    twice = [finding for finding in findings if finding.rule == "record-duplicate"]
    if twice:
        have = "has" if len(twice) == 1 else "have"
        raise Refused(
            f"{counted(len(twice), 'row')} of {rows.table.name} {have} the key of another one. "
            f"Nothing was sent. The first: {twice[0]}",
            reason="duplicate-keys",
            items=twice,
        )
    return Files(tuple(files), tuple(findings), good)


def sha256_of(opened: "Callable[[], BinaryIO] | None") -> str:
    """The hash of a file's bytes; empty for rows that are in no file."""
    if opened is None:
        return ""
    digest = sha256()
    with opened() as stream:
        while part := stream.read(1024 * 1024):
            digest.update(part)
    return digest.hexdigest()


@dataclass
class Work:
    """One record set beside one shop. `spool` has the rows that the files were found to
    have when they were checked.
    """

    app: App
    rows: "RowSet"
    files: Files
    target: "Target"
    options: "CompareOptions"
    shop: "ReadableRows"
    live: "Live"
    spool: "RowSpool"
    scenarios: tuple[str, ...] = ()
    will_be_active: bool = False
    """Whether the definition is switched on before anything is pushed."""
    before: "Collection[Address]" = ()
    """The record sets that are pushed before this one."""
    waits: bool = False
    """Whether rows point at rows of those that are not there yet."""
    comparer: "Comparer" = field(init=False)
    compared: "Compared" = field(init=False)
    pushing: "PushOptions | None" = None
    """How what differs will be pushed, as far as options say so."""
    read_at: float = field(default_factory=time.monotonic)
    """When the shop was begun to be read: somebody may take long to approve."""

    def compare(self) -> "Compared":
        """Reads the shop. Raises ApiError, Refused."""
        from reconciler.cli.records.doubles import same_row
        from reconciler.records.compare import Comparer
        from reconciler.records.compared import Duplicates, TooManyToBag

        definition = self._definition()
        stream = self._stream()
        _check_where(self.rows.table, stream)
        self.comparer = Comparer(
            stream,
            self.rows.records,
            self.shop,
            definition,
            self._table_id,
            self.spool,
            self.options,
            self.files.rows,
            is_taken_in=self.files.good == self.files.rows,
            foretell=self._foretell,
        )
        self.app.begin("Comparing", "requests")
        self.read_at = time.monotonic()
        try:
            self.compared = self.comparer.run()
            self.ask_who_points(self._let_wait())
        except Duplicates as twice:
            raise same_row(self, twice) from twice
        except TooManyToBag as many:
            raise Refused(
                f"{self.rows.table.name} has no unique keys and more than 100,000 rows, which are not compared one by "
                "one. Nothing was sent.",
                reason="too-many-rows",
            ) from many
        finally:
            self.app.progress.end()
        return self.compared

    def _foretell(self, choice: "Choice") -> None:
        """What reading costs, when it takes more than a moment."""
        from reconciler.records.cost import pages
        from reconciler.report.rows_text import duration

        lookups = 0
        if choice.how != "none":
            lookups = len(self.comparer.stream.references) * pages(self.files.rows)
        requests = choice.requests + lookups
        if requests < LONG_READING:
            return
        how = {"whole": "the whole table", "keys": "by key", "none": "nothing"}
        # Of a key of several fields nobody knows how many are asked for at once.
        is_most = choice.how == "keys" and len(self.rows.table.keys) > 1
        most = "at most " if is_most else ""
        told = f"reading: {how[choice.how]} {most}{counted(choice.requests, 'request')}"
        if lookups:
            told += f" + references {lookups:,}"
        takes = duration(self.target.speed.seconds(requests, self.shop.requests))
        self.app.talk(f"{told} · about {takes}")

    def _let_wait(self) -> "Collection[int]":
        """Rows that point at rows which are pushed before are not refused, but to be
        sent. The ids of rows that a mirror keeps for them. Raises ApiError.
        """
        from reconciler.model.address import Address
        from reconciler.records.waiting import waiting_rows

        columns = self.rows.table.columns
        names = set()
        for name in self.compared.lost:
            target = columns[name].target
            if target and Address("records", target.definition) in self.before:
                names.add(name)
        if not names:
            return ()
        sent, live = self.shop.requests, self.compared.live or 0
        found = waiting_rows(self.comparer, names, live)
        self.waits = found.rows > 0
        compared = found.among(self.compared, self.options.mode)
        more = self.shop.requests - sent
        self.compared = replace(compared, requests=compared.requests + more)
        return found.held

    def check_unchanged(self) -> None:
        """Raises Stale for a file that is not the one that was compared: somebody may
        take long to approve.
        """
        for part, file in zip(self.rows.parts, self.files.files, strict=True):
            if sha256_of(part.opened) != file.sha256:
                raise Stale(
                    f"{file.path} was changed after it was compared. Nothing was sent: run the command again.",
                    moved=[f"{file.path} was changed"],
                )

    def ask_who_points(self, held: "Collection[int]" = ()) -> None:
        """Counts the rows of other definitions that point at what would be deleted,
        which those that are `held` are not. Raises ApiError.
        """
        from reconciler.kinds.definition.live import LiveDefinition
        from reconciler.records.pointing import pointing_at

        before = self.shop.requests
        every = self.live.resources.values()
        others = [each for each in every if isinstance(each, LiveDefinition)]
        found = pointing_at(
            self.shop, self.comparer.table, self.spool.gone, others, held
        )
        self.compared = replace(self.compared, pointing=tuple(found))
        more = self.shop.requests - before
        self.compared = replace(self.compared, requests=self.compared.requests + more)

    def _stream(self) -> "RowStream":
        from reconciler.records.row_stream import RowStream

        return RowStream(self.rows.rules, self.rows.parts, self.options.where)

    def _definition(self) -> int:
        """The id of the definition. Raises NotLive, Refused."""
        found = self.living(self.rows.table.name)
        name = self.rows.table.name
        if found is None or found.id is None:
            raise NotLive(
                f"definition/{name} does not live in {self.target.name}: create it first with `reconciler apply`."
            )
        if found.status == "inactive" and not self.will_be_active:
            raise Refused(
                f"definition/{name} is inactive, and its rows can only be read. Nothing was sent. "
                "Way out: ensure: active in its manifest, and `reconciler apply`.",
                reason="definition-inactive",
            )
        return found.id

    def living(self, name: str) -> "LiveDefinition | None":
        """The definition of that name in the shop."""
        from reconciler.kinds.definition.live import LiveDefinition
        from reconciler.model.address import Address

        wanted = Address("definition", name)
        for address, live in self.live.resources.items():
            if isinstance(live, LiveDefinition) and wanted.is_called(address.name):
                return live
        return None

    def _table_id(self, name: str) -> int | None:
        found = self.living(name)
        return found.id if found else None

    def report(self, exit_code: int, reason: str) -> "RowsReport":
        """What the comparison found."""
        from reconciler.model.plan import Exit
        from reconciler.records.check import show_of
        from reconciler.records.cost import BATCHES
        from reconciler.records.report import RowsReport

        batch = self._pushing.batch or self.target.records_batch or BATCHES[0]
        return RowsReport(
            address=str(self.rows.address),
            target=self.target.name,
            mode=self.options.mode,
            show=show_of(self.rows.table, self.rows.records),
            table=self.rows.table,
            files=self.files.files,
            compared=self.compared,
            forecast=self.forecast(batch),
            batch=batch,
            exit=Exit(code=exit_code, reason=reason),
            scope=self.rows.records.scope,
            scenarios=self.scenarios
            if self.compared.create or self.compared.update
            else (),
        )

    def forecast(self, batch: int) -> "Forecast":
        """What pushing would cost."""
        from reconciler.records.cost import forecast, looks, pages

        compared, first = self.compared, self._pushing.first
        writes, deletes = compared.create + compared.update, compared.delete
        if first is not None and first < writes:
            writes, deletes = first, 0
        back = looks(writes, self._pushing.verify)
        if self.comparer.is_bag and writes:
            # Rows without a key are found again by reading all of them.
            back = pages((compared.live or 0) + writes)
        speed, before = self.target.speed, compared.requests
        return forecast(writes, deletes, back, batch, speed, before)

    @property
    def _pushing(self) -> "PushOptions":
        from reconciler.records.options import PushOptions

        return self.pushing or PushOptions()


def _check_where(table: "Table", stream: "RowStream") -> None:
    """Raises WrongUsage for a condition that cannot be compared on both sides."""
    for name in stream.where:
        field_name, _, by = name.partition(".")
        if name not in table.columns:
            hint = did_you_mean(name, table.columns) or "."
            if by and field_name in table.columns:
                hint = f": --where compares what {field_name} itself holds."
            raise WrongUsage(f"{table.name} has no field {shown(name)}{hint}")
        if name in stream.references.values():
            raise WrongUsage(
                f"--where {name}=…: the file names {name} by a key and the shop has numbers, which cannot be compared."
            )


@contextmanager
def opened_work(
    app: App,
    rows: "RowSet",
    target: "Target",
    options: "CompareOptions",
    connection: "ReadConnection",
    shop: "ReadableRows",
) -> Iterator[Work]:
    """The work, with its spool open and the definitions of the shop read. Raises
    ApiError.
    """
    from reconciler.api.live import read
    from reconciler.model.address import Address
    from reconciler.records.row_spool import open_row_spool

    definition = Address("definition", rows.table.name)
    with open_row_spool() as spool:
        files = check_files(rows, spool)
        live = read(connection, [definition], needed={"definition"})
        yield Work(app, rows, files, target, options, shop, live, spool, rows.scenarios)


def with_mode(rows: "RowSet", mode: str | None) -> "RowSet":
    """The same in another mode. Raises Refused for a mirror without a scope, and for a
    mode that does not suit the unique keys.
    """
    from reconciler.kinds.records.kind import mode_problem

    records = rows.records
    if mode is not None:
        records = records.model_copy(update={"mode": mode})
    if records.mode == "mirror" and not records.scope:
        raise Refused(
            "A mirror deletes rows that are not listed, and the manifest says in `scope` which rows are its own. "
            "Nothing was sent.",
            reason="records-scope",
        )
    wrong = mode_problem(rows.table, records.mode)
    if wrong:
        told = f"{wrong.rstrip('.')}. Nothing was sent."
        raise Refused(told, reason="records-mode")
    return replace(rows, records=records)
