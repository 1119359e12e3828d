"""`reconciler records apply`"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import Paths, default_path, options
from reconciler.cli.records.chosen import FILE, rows_of
from reconciler.cli.records.options import (
    MODE,
    PUSHING,
    READ,
    ROWS,
    WHERE,
    ChosenPush,
    definition_argument,
)
from reconciler.cli.records.rejected import write_rejected
from reconciler.cli.records.saved import SavedRows, check_saved, saved_in
from reconciler.cli.records.work import Work, opened_work, with_mode
from reconciler.cli.reports import check_places, show
from reconciler.cli.session import open_connection, target_for
from reconciler.cli.signals import StopSignals
from reconciler.cli.writing import check_whole
from reconciler.errors import ExitCode, Refused, WrongUsage
from reconciler.form.words import counted, plural
from reconciler.model.target import Guards
from reconciler.report.formats import Format, RowsView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.rows import RowSet
    from reconciler.model.target import Target
    from reconciler.records.cost import Asked
    from reconciler.records.options import PushOptions
    from reconciler.records.outcome import RowsOutcome
    from reconciler.records.report import RowsReport


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a person has said yes to before."""

    auto_approve: bool
    allow_destroy: bool
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen(ChosenPush):
    """The options of one `records apply`."""

    definition: str
    paths: tuple[str, ...]
    file: str | None
    mode: str | None
    where: Mapping[str, str]
    read: "Asked"
    shown: int
    allow_destroy: bool

    @property
    def permissions(self) -> Permissions:
        """What was permitted on the command line."""
        return Permissions(self.auto_approve, self.allow_destroy, self.allow)


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler records apply Attribution\n  reconciler records apply Vet --first 10",
)
@definition_argument
@options(
    Paths("[PATHS... | PLANFILE [PATHS]...]"),
    FILE,
    MODE,
    WHERE,
    READ,
    ROWS,
    *PUSHING,
    "allow-destroy",
    "format",
    "report",
    "settings-from",
    result="rows",
)
@click.pass_obj
def apply(app: App, /, **given: Any) -> int:
    """Compare rows with the shop, ask, push what differs, and read it back.

    Exit code 0 when all rows are stored, 2 when --first or --lines leaves rows, 3 when
    refused before the first row, 4 when a saved plan no longer fits, 5 when some rows
    are not stored.
    """
    chosen = Chosen(**given)
    check_places(app, chosen.reports)
    if chosen.rejected is not None:
        check_whole(chosen.rejected)
    saved, paths = saved_in(chosen.paths)
    if saved is not None:
        chosen = _as_saved(chosen, saved, paths or (default_path(),))
    target = target_for(app, chosen.paths)
    with rows_of(
        app, chosen.definition, chosen.paths, chosen.file, outputs=chosen.outputs
    ) as named:
        rows = with_mode(named, chosen.mode)
        with _pushing(app, rows, target, chosen) as (work, push):
            work.compare()
            report = work.report(ExitCode.DONE, "changes")
            if saved is not None:
                check_saved(saved, report)
            show_before(app, report, chosen.form)
            check_permitted(app, report, target.guards, chosen.permissions)
            if not report.compared.changes:
                return _nothing_to_push(app, report, work, chosen)
            approve(
                app, report, chosen.form, chosen.permissions, saved=saved is not None
            )
            outcome = push.run(chosen.timeout)
            report = push.report(outcome)
            if chosen.rejected is not None:
                write_rejected(app, chosen.rejected, rows, work.spool, outcome)
            return show(app, RowsView(report), chosen.form, chosen.reports)


def _as_saved(chosen: Chosen, saved: SavedRows, paths: tuple[str, ...]) -> Chosen:
    """What the saved plan was made with. Raises WrongUsage for options that say
    something else.
    """
    asked = {"--file": chosen.file, "--mode": chosen.mode, "--where": chosen.where}
    made = {"--file": saved.file, "--mode": saved.mode, "--where": saved.where}
    for option, value in asked.items():
        if value and value != made[option]:
            raise WrongUsage(
                f"The saved plan was made with another {option}: leave it out, or compare again. Nothing was sent."
            )
    return replace(
        chosen, paths=paths, file=saved.file, mode=saved.mode, where=saved.where
    )


def _nothing_to_push(app: App, report: "RowsReport", work: Work, chosen: Chosen) -> int:
    """All rows are as they should be, but for those that are never sent."""
    from reconciler.model.plan import Exit
    from reconciler.records.outcome import RowsOutcome

    if chosen.rejected is not None:
        compared = report.compared
        outcome = RowsOutcome(compared, unchanged=compared.unchanged)
        write_rejected(app, chosen.rejected, work.rows, work.spool, outcome)

    code, reason = ExitCode.DONE, "in-sync"
    if report.compared.refused:
        code, reason = ExitCode.PARTIAL, "partial"
        if not report.compared.unchanged:
            code, reason = ExitCode.FAILED, "failed"
    report = replace(report, exit=Exit(code=code, reason=reason))
    return show(app, RowsView(report), chosen.form, chosen.reports)


def show_before(app: App, report: "RowsReport", form: Format) -> None:
    """What would be pushed, for whoever reads it; a document comes at the end."""
    if form.name == "text" and report.compared.changes:
        app.result(form.render(RowsView(report).with_paint(app.paint)))


def check_permitted(
    app: App, report: "RowsReport", guards: Guards, given: Permissions
) -> None:
    """Raises Refused for what the settings or the missing permissions do not allow."""
    _check_mirror(report)
    for told, reason in _over_limits(report, guards):
        raise Refused(f"{told} Nothing was sent.", reason=reason)
    compared = report.compared
    if compared.delete and not given.allow_destroy:
        raise Refused(
            f"{report.table.name}: {compared.delete:,} {plural(compared.delete, 'row')} would be deleted, which needs "
            "--allow-destroy. Nothing was sent.",
            reason="destroy",
        )
    runs = compared.create + compared.update
    if report.scenarios and runs and "scenarios" not in given.allow:
        names = ", ".join(report.scenarios)
        raise Refused(
            f"{names} would start up to {runs:,} {plural(runs, 'time')}, which needs --allow scenarios. "
            "Nothing was sent.",
            reason="scenarios",
        )


def _check_mirror(report: "RowsReport") -> None:
    """An empty or a faulty file says nothing of what is to go."""
    compared = report.compared
    if report.mode != "mirror" or not compared.delete:
        return
    name, count = report.table.name, compared.delete
    rows = f"{count:,} {plural(count, 'row')}"
    if not compared.rows:
        file = report.files[0].path if report.files else "the file"
        raise Refused(
            f"{file} is empty. A mirror of an empty file would delete {rows}; nothing was sent. "
            f"Delete them with: reconciler records delete {name} --where …",
            reason="empty-mirror",
        )
    if compared.refused:
        raise Refused(
            f"{name}: {compared.refused:,} {plural(compared.refused, 'row')} of the file cannot be read, so a mirror "
            f"would delete {rows} that they may be. Nothing was sent. Mend them first.",
            reason="mirror-with-findings",
        )


def _over_limits(report: "RowsReport", guards: Guards) -> Iterator[tuple[str, str]]:
    compared, name = report.compared, report.table.name
    limits = (
        ("max_record_creates", compared.create, guards.max_record_creates, "created"),
        ("max_record_updates", compared.update, guards.max_record_updates, "updated"),
        ("max_record_deletes", compared.delete, guards.max_record_deletes, "deleted"),
    )
    for guard, count, most, verb in limits:
        if most is not None and count > most:
            yield (
                f"{name}: {count:,} {plural(count, 'row')} would be {verb} and {guard} is {most:,}.",
                "guard",
            )
    live, share = compared.live or 0, guards.max_record_delete_share
    if share is not None and live and compared.delete / live > share:
        percent = 100 * compared.delete / live
        yield (
            f"{name}: {compared.delete:,} of {live:,} rows would be deleted ({percent:.1f} %) and "
            f"max_record_delete_share is {share:g}.",
            "guard",
        )
    requests = report.forecast.requests
    if guards.max_requests is not None and requests > guards.max_requests:
        yield (
            f"{name}: {requests:,} requests would be sent and max_requests is {guards.max_requests:,}.",
            "guard",
        )


def approve(
    app: App, report: "RowsReport", form: Format, given: Permissions, *, saved: bool
) -> None:
    """Raises Refused unless what would be pushed is approved."""
    if given.auto_approve or saved:
        return
    compared = report.compared
    words = f"{compared.changes:,} {plural(compared.changes, 'row')}"
    terminal = streams.is_terminal(sys.stdin) and streams.is_terminal(sys.stderr)
    if not terminal or form.name != "text":
        why = (
            f"--format {form.name} does not ask"
            if terminal
            else "there is no terminal to ask on"
        )
        need = "needs" if compared.changes == 1 else "need"
        raise Refused(
            f"{words} {need} approval and {why}. Nothing was sent. Review them, then push with --auto-approve.",
            reason="approval",
        )
    try:
        is_yes = click.confirm(question(report), err=True)
    except click.Abort:
        app.complain("")  # the cursor stands behind the question
        is_yes = False
    if not is_yes:
        raise Refused("Not approved. Nothing was sent.", reason="approval")


def question(report: "RowsReport") -> str:
    """What is asked before anything is sent."""
    compared = report.compared
    name, target = printable(report.table.name), printable(report.target)
    writes, deletes = compared.create + compared.update, compared.delete
    if not writes:
        return f"Delete {counted(deletes, 'row')} of {name} from {target}?"
    more = f", and delete {counted(deletes, 'row')}" if deletes else ""
    return f"Push {counted(writes, 'row')} of {name} to {target}{more}?"


class Pushing(NamedTuple):
    """The work, and how to push it."""

    work: Work
    push: "OnePush"


@contextmanager
def _pushing(
    app: App, rows: "RowSet", target: "Target", chosen: Chosen
) -> Iterator[Pushing]:
    from reconciler.api.connection import Connection
    from reconciler.api.rows import HttpRows
    from reconciler.records.options import CompareOptions

    options = CompareOptions(rows.records.mode, chosen.where, chosen.read, chosen.shown)
    pushing = chosen.push_options(target)
    with open_connection(app, target, Connection) as connection:
        shop = HttpRows(connection)
        with opened_work(app, rows, target, options, connection, shop) as work:
            work.pushing = pushing
            yield Pushing(work, OnePush(app, work, shop, pushing))


@dataclass(slots=True)
class OnePush:
    """One push of what was compared."""

    app: App
    work: Work
    shop: Any
    options: "PushOptions"
    deletes_all: bool = False

    def run(self, timeout: float | None) -> "RowsOutcome":
        """Sends and reads back. A signal ends it after the request under way."""
        app = self.app
        with StopSignals(app, timeout) as signals:
            app.stop = signals.stop
            app.is_sending = True
            outcome = self.run_within()
            # The end of --timeout is no interruption: what is left was not sent.
            return replace(outcome, interrupted=signals.interrupted)

    def run_within(self) -> "RowsOutcome":
        """The same where signals are heard already."""
        from reconciler.records.run import Push
        from reconciler.records.sent import Pace

        self.work.check_unchanged()
        app, compared = self.app, self.work.compared
        pace = Pace(app.rest, app.stopped, tell=app.talk)
        push = Push(
            self.work.comparer,
            compared,
            self.shop,
            self.options,
            pace,
            self.work.read_at,
            self._accepted,
            self.deletes_all,
        )
        app.begin("Pushing", "rows", compared.create + compared.update)
        try:
            return push.run()
        finally:
            app.progress.end()

    def _accepted(self, rows: int, file: int, line: int) -> None:
        place = f"{printable(self.work.files.files[file].path)}:{line:,}"
        self.app.progress.advance("rows", rows, f"accepted through {place}")

    def report(self, outcome: "RowsOutcome") -> "RowsReport":
        """What became of the rows."""
        report = self.work.report(ExitCode.DONE, "applied")
        return replace(
            report, compared=outcome.compared, outcome=outcome, exit=outcome.exit
        )
