"""`reconciler sandbox load|outbox|segments`: the dashboard side of the sandbox."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler.cli.app import SANDBOX_FILE, App
from reconciler.cli.choice import OneOf
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, PATHS, Option, options
from reconciler.cli.session import target_for
from reconciler.errors import InvalidManifests, WrongUsage
from reconciler.report.terminal import printable, printable_json

if TYPE_CHECKING:
    from reconciler.model.manifest import Desired, Manifest

Item = Mapping[str, Any]
SECONDS_BETWEEN_LOOKS = 0.3
DB = Option(
    "db",
    "The file that holds the shops.",
    {
        "type": click.Path(dir_okay=False, path_type=Path),
        "default": SANDBOX_FILE,
        "show_default": True,
    },
)
FORMAT = Option(
    "format",
    "How to show it: text or json.",
    {"type": OneOf(["text", "json"]), "default": "text"},
    parameter="form",
)


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler sandbox load\n  reconciler sandbox load shop/ --db shop.db",
)
@options(PATHS, DB)
@click.pass_obj
def load(app: App, paths: tuple[str, ...], db: Path) -> int:
    """Put the manifests' templates, segments and scenarios into the sandbox.

    They replace all that it has. Definitions, event types and rows get there as they get
    to a shop: with `reconciler --target sandbox apply`.
    """
    resolved = reconciler.load(paths, target_for(app, paths), app.environment)
    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    items = _items(resolved.desired)
    loaded = app.sandbox.load(db, items)
    told = [f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in loaded]
    app.result(f"{db} has {', '.join(told[:-1])} and {told[-1]}\n")
    return 0


def _items(desired: "Desired") -> dict[str, list[Item]]:
    """What lives in the dashboard and not behind the API, as plain values by kind; the
    text of a message is in `body`. Raises WrongUsage for a text that cannot be read.
    """
    from reconciler.kinds.registry import kind_of
    from reconciler.manifest.bodies import templates

    texts = {each.address: _text(each) for each in templates(desired)}
    items: dict[str, list[Item]] = {}
    for address, manifest in desired.manifests.items():
        if not kind_of(address).lives and not manifest.absent:
            plain = manifest.resource.model_dump(mode="json", exclude_none=True)
            item = {**plain, **texts.get(address, {})}
            items.setdefault(address.kind, []).append(item)
    return items


def _text(manifest: "Manifest") -> dict[str, str]:
    from reconciler.manifest.beside import NoFileBeside
    from reconciler.manifest.bodies import body_of

    try:
        body = body_of(manifest)
    except NoFileBeside as broken:
        place = printable(f"{manifest.source.file}:{manifest.source.line}")
        raise WrongUsage(f"{place}: {broken}.") from None
    return {} if body is None else {"body": body.text}


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler sandbox outbox\n  reconciler sandbox outbox --follow",
)
@options(
    FORMAT,
    Option("follow", "Go on with what is sent from now on, until Ctrl-C.", FLAG),
    DB,
)
@click.pass_obj
def outbox(app: App, form: str, follow: bool, db: Path) -> int:
    """List the messages that scenarios have sent, the oldest first.

    As JSON, one document {"messages": […]}; with --follow, one message in each line.
    """
    if not (db.exists() or follow):
        return _tell_missing(app, db)
    read = app.sandbox.outbox(db)
    if follow:
        _follow(app, form, read)
    messages = read(0)
    if form == "json":
        return _print_document(app, messages=messages)
    app.result("".join(map(_as_text, messages)) or "Nothing was sent yet.\n")
    return 0


def _follow(app: App, form: str, read: Any) -> None:
    """Goes on until the run is interrupted."""
    seen = 0
    while not app.stopped():
        for message in read(seen):
            seen = message["id"]
            line = json.dumps(message, ensure_ascii=False) + "\n"
            app.result(_as_text(message) if form == "text" else printable_json(line))
        app.rest(SECONDS_BETWEEN_LOOKS)


def _as_text(message: Item) -> str:
    """A message as a person reads it."""
    return "\n".join([*_lines(message), "", ""])


def _lines(message: Item) -> Iterator[str]:
    to = message["recipient"] or f"contact {message['contact']}"
    title = f"{message['sent_at']}  {message['scenario']} → {to}"
    yield printable(f"#{message['id']}  {title}")
    yield printable(f"    started by {message['cause']}")
    if message["holes"]:
        holes = ", ".join(f"{{var={hole}}}" for hole in message["holes"])
        yield printable(f"    without a value: {holes}")
    if message["subject"]:
        yield printable(f"    Subject: {message['subject']}")
    yield ""
    for line in message["body"].splitlines():
        yield f"    {printable(line)}".rstrip()


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler sandbox segments\n  reconciler sandbox segments --format json",
)
@options(FORMAT, DB)
@click.pass_obj
def segments(app: App, form: str, db: Path) -> int:
    """List the segments and the contacts that are in them now."""
    if not db.exists():
        return _tell_missing(app, db)
    found = app.sandbox.segments(db)
    if form == "json":
        return _print_document(app, segments=found)
    lines = [line for segment in found for line in _segment_lines(segment)]
    app.result("\n".join([*lines, ""]) if lines else "There are no segments.\n")
    return 0


def _segment_lines(segment: Item) -> Iterator[str]:
    count = len(segment["contacts"])
    yield printable(f"{segment['name']}: {count} contact{'' if count == 1 else 's'}")
    for problem in segment["problems"]:
        yield printable(f"  nobody can be in it: {problem}")
    for contact in segment["contacts"]:
        parts = (contact["first_name"], contact["last_name"], contact["email"])
        yield printable(f"  {contact['id']}  {' '.join(filter(None, parts))}")


def _tell_missing(app: App, db: Path) -> int:
    app.result(
        f"{db} does not exist yet; `reconciler sandbox load` or `sandbox serve` makes it\n"
    )
    return 0


def _print_document(app: App, **content: Sequence[Item]) -> int:
    from reconciler.report.documents import FORMAT_VERSION, as_json

    ended = {"exit": {"code": 0, "reason": "listed"}}
    app.document(as_json({"format_version": FORMAT_VERSION, **content, **ended}))
    return 0
