"""`reconciler pull`"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler.cli.app import App
from reconciler.cli.choice import OneOf
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, SHARED, Option, default_path, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.session import (
    open_connection,
    provenance_of,
    reading,
    target_for,
)
from reconciler.cli.writing import NotWritten, write_input
from reconciler.errors import InvalidManifests, Refused
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.form.words import counted
from reconciler.kinds.registry import KINDS
from reconciler.report.formats import Format, PullView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.cli.records.pulled import PulledRows
    from reconciler.manifest.dump.choose import Wanted
    from reconciler.manifest.dump.draft import Draft
    from reconciler.model.plan import Plan
    from reconciler.model.source import Finding
    from reconciler.model.target import Target
    from reconciler.plan.build import Provenance


@dataclass(frozen=True, slots=True)
class Kinds:
    """What `--kinds` names, or everything: kinds, and the definitions whose rows are
    wanted.
    """

    names: frozenset[str]
    rows: tuple[str, ...] = ()
    were_named: bool = True


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `pull`."""

    folder: str
    only: str | None
    kinds: Kinds
    check: bool
    show_rows: str | None
    form: Format
    reports: Reports


def _kinds(
    context: click.Context, parameter: click.Parameter, said: tuple[str, ...]
) -> Kinds:
    living = [name for name, kind in KINDS.items() if kind.lives]
    names: set[str] = set()
    rows: list[str] = []
    for each in (part.strip() for value in said for part in value.split(",")):
        kind, colon, name = each.partition(":")
        if colon and name and kind in KINDS and KINDS[kind].has_rows:
            rows.append(name)
        elif each in living:
            names.add(each)
        else:
            raise click.BadParameter(_no_kind(each, living))
    if not said:
        return Kinds(frozenset(living), were_named=False)
    return Kinds(frozenset(names), tuple(dict.fromkeys(rows)))


def _no_kind(said: str, living: list[str]) -> str:
    with_rows = [f"{name}:NAME" for name, kind in KINDS.items() if kind.has_rows]
    known = ", ".join([*living, *with_rows])
    hint = did_you_mean(said, living)
    return f"{in_quotes(said)} is none of {known}{hint or '.'}"


def _folder(
    context: click.Context, parameter: click.Parameter, folder: str | None
) -> str:
    folder = default_path() if folder is None else folder
    if folder == "" or (os.path.lexists(folder) and not os.path.isdir(folder)):
        raise click.BadParameter(
            f"{in_quotes(folder)} is no folder. Name the folder that holds the manifests, or a new one."
        )
    return folder


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler pull manifests\n"
    "  reconciler --target staging pull shop --only 'event/*' --check",
)
@click.argument("folder", metavar="[DIR]", required=False, callback=_folder)
@options(
    SHARED["only"].but("Only these addresses and what they refer to."),
    Option(
        "kinds",
        "Only these kinds and what they refer to; rows are written for records:NAME alone.",
        {
            "metavar": "definition,event,override,records:NAME",
            "multiple": True,
            "callback": _kinds,
        },
    ),
    Option("check", "Write nothing; 3 when files would change.", FLAG),
    Option(
        "show",
        "`values` also writes the rows of definitions that are about contacts.",
        {"type": OneOf(["values"])},
        parameter="show_rows",
    ),
    "format",
    "report",
    "settings-from",
    result="pull",
)
@click.pass_obj
def pull(app: App, /, **given: Any) -> int:
    """Write down what lives in the shop as manifests in DIR (manifests), with names instead
    of ids. The shop is only read.

    A new resource gets a file of its own. A manifest that is there is edited where it
    stands: only what differs changes, and comments, order and quotes stay. A file with
    uncommitted changes is not touched.

    Exit code 0 when a plan of the manifests is empty afterwards, 5 when something could
    not be written, 3 with --check when files would change.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.cli.pulled import pulled_of
    from reconciler.model.plan import Asked

    chosen = Chosen(**given)
    target = target_for(app, (chosen.folder,))
    asked = Asked(paths=(chosen.folder,))
    provenance = provenance_of(app, target, asked, with_git=False)
    app.begin_reading(chosen.reports)
    with open_connection(app, target, ReadConnection) as connection, reading(app):
        draft, rows = _drafted(app, connection, provenance, target, chosen)
        requests = connection.requests
    if not chosen.check:
        _check_is_committed(file for file in _all_files(draft, rows))
        _write(draft, rows)
    findings, plan = _as_it_is(app, target, provenance, draft, chosen)
    pulled = pulled_of(provenance, draft, rows, chosen, findings, plan, requests)
    return show(app, PullView(pulled), chosen.form, chosen.reports)


def _drafted(
    app: App,
    connection: "ReadConnection",
    provenance: "Provenance",
    target: "Target",
    chosen: Chosen,
) -> "tuple[Draft, PulledRows]":
    from reconciler.api.rows import ReadRows
    from reconciler.cli.records.pulled import PulledRows

    rows = PulledRows(
        ReadRows(connection),
        chosen.kinds.rows,
        shows_people=chosen.show_rows == "values",
    )
    draft = reconciler.pull(
        chosen.folder,
        connection,
        provenance,
        target,
        app.environment,
        _wanted(chosen),
        rows.manifests if chosen.kinds.rows else None,
    )
    return draft, rows


def _wanted(chosen: Chosen) -> "Wanted":
    from reconciler.manifest.dump.choose import Wanted
    from reconciler.model.address import Address

    owners = {
        kind for each in KINDS.values() if each.has_rows for kind in each.refers_to
    }
    named = tuple(
        Address(kind, name) for name in chosen.kinds.rows for kind in sorted(owners)
    )
    # What nobody named need not be readable with this key.
    spared = frozenset() if chosen.kinds.were_named else chosen.kinds.names
    return Wanted(chosen.kinds.names, chosen.only, named, spared)


def _findings(invalid: InvalidManifests) -> "Iterator[Finding]":
    from reconciler.model.source import Finding

    return (each for each in invalid.findings if isinstance(each, Finding))


def _all_files(draft: "Draft", rows: "PulledRows") -> "Iterable[str]":
    """The files that are there and would be replaced."""
    return [file for file in (*draft.texts, *rows.files) if os.path.lexists(file)]


def _check_is_committed(files: Iterable[str]) -> None:
    """Raises Refused for what git could not give back."""
    from reconciler.cli.git.uncommitted import uncommitted

    found = sorted(uncommitted(files))
    if not found:
        return
    named = ", ".join(map(printable, found[:5]))
    more = f" and {counted(len(found) - 5, 'more file')}" if len(found) > 5 else ""
    raise Refused(
        f"Not written: {named}{more} would change and {_have(len(found))} uncommitted changes, which nobody could "
        "give back. Commit or stash them, and pull again; --check shows what would change. No file was written.",
        reason="uncommitted-changes",
    )


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _write(draft: "Draft", rows: "PulledRows") -> None:
    """Every file whole; rows first, because manifests name their files. Raises NotWritten,
    which says what has been written before.
    """
    contents = rows.files | {file: text.encode() for file, text in draft.texts.items()}
    for done, (file, content) in enumerate(contents.items()):
        try:
            write_input(file, content, private=rows.is_private(file))
        except NotWritten as failed:
            raise _after(done, len(contents), failed) from failed


def _after(done: int, of: int, failed: NotWritten) -> NotWritten:
    """The same with the number of files that are there already."""
    had = f"{done:,} of {counted(of, 'file')} had been written"
    told = f"{failed.message}. {had}. Make room or give access, and pull again."
    return NotWritten(failed.filename, told)


def _as_it_is(
    app: App,
    target: "Target",
    provenance: "Provenance",
    draft: "Draft",
    chosen: Chosen,
) -> "tuple[list[Finding], Plan | None]":
    """What `validate` and `plan` say of the folder, from the same reading of the shop."""
    from reconciler.cli.validate import findings_in
    from reconciler.manifest.dump.folder import NO_MANIFESTS, of_what_was_read

    if chosen.check or not os.path.isdir(chosen.folder):
        return list(draft.findings), draft.plan
    resolved = reconciler.load((chosen.folder,), target, app.environment)
    findings, _ = findings_in(resolved)
    found = [each for each in findings if each.rule != NO_MANIFESTS]
    try:
        read = of_what_was_read(resolved, draft.live)
        plan, _ = reconciler.plan_of(read, draft.live, provenance)
    except InvalidManifests as dangling:
        # That the shop does not know these names either says more than that no manifest does.
        told = {(each.source, each.rule): each for each in _findings(dangling)}
        rest = [each for each in found if (each.source, each.rule) not in told]
        return sorted([*rest, *told.values()]), None
    return found, plan
