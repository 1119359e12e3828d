"""`reconciler plan`"""

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler.cli.app import App
from reconciler.cli.choice import OneOf
from reconciler.cli.failures import without_report
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, PATHS, SHARED, Option, options
from reconciler.cli.reports import Reports, check_no_input_is_replaced, show
from reconciler.cli.repository import address_of_files, site_of_files
from reconciler.cli.saved import SUFFIX
from reconciler.cli.session import (
    load_manifests,
    open_connection,
    provenance_of,
    reading,
    target_for,
)
from reconciler.cli.writing import is_stream_or_device, write_whole
from reconciler.errors import WrongUsage
from reconciler.report.formats import Format, PlanView
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.resolve import Resolved
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.target import Target
    from reconciler.plan.judgement import FailOn


SERVED_SANDBOX = "http://127.0.0.1:8787/v1"
"""Where `reconciler sandbox serve` listens."""
DEFAULT_KEY = "SHOPIMIND_API_KEY"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `plan`."""

    paths: tuple[str, ...]
    form: Format
    reports: Reports
    out: str | None
    detailed_exitcode: bool
    only: str | None
    prune: bool
    show_requests: bool
    curl: bool
    no_records: bool
    fail_on: "FailOn"
    allow: tuple[str, ...]
    allow_destroy: bool

    @property
    def for_a_person(self) -> bool:
        """Whether nothing but text is printed: no document holds the plan."""
        return self.form.name == "text" and not self.reports.files and self.out is None

    @property
    def as_document(self) -> bool:
        """Whether the plan is given as a document, which others may check or apply."""
        return (
            self.out is not None or self.form.name == "json" or self.reports.has("json")
        )


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler plan\n  reconciler plan --out plan.json --format markdown",
)
@options(
    PATHS,
    "format",
    "report",
    Option(
        "out", "Save the plan; `apply FILE` does exactly that.", {"metavar": "FILE"}
    ),
    Option("detailed-exitcode", "2 when there are changes.", FLAG),
    "only",
    "prune",
    Option("show-requests", "Name the requests of each change.", FLAG),
    Option("curl", "Show the requests as calls of curl that can be copied.", FLAG),
    "no-records",
    SHARED["fail-on"].but(
        "What ends with exit code 3; refused: whatever apply would refuse.",
        type=OneOf(["refused", "breaking", "blocked", "never"]),
    ),
    "allow",
    "allow-destroy",
    "settings-from",
    result="plan",
)
@click.pass_obj
def plan(app: App, /, **given: Any) -> int:
    """Read the shop and show what apply would do. Writes nothing.

    Exit code 0 also when there are changes (2 with --detailed-exitcode), 3 when
    something is blocked.
    """
    chosen = Chosen(**given)
    target = target_for(app, chosen.paths)
    check_no_input_is_replaced(chosen.out, chosen.reports)
    _check_out(chosen.out)
    resolved = load_manifests(app, chosen.paths, target)
    app.begin_reading(chosen.reports)
    made, live = _build(app, target, resolved, chosen)
    code = _save_and_show(app, PlanView(made, resolved.desired, live=live), chosen)
    if chosen.curl and chosen.form.name == "text":
        app.result(_curl(target, made, live))
    return code


def _check_out(out: str | None) -> None:
    """Raises WrongUsage for a file that `apply` would not take for a plan. What is read
    from a stream, a pipe or a device is saved by its reader, who names the file.
    """
    if out is None or out.lower().endswith(SUFFIX) or is_stream_or_device(out):
        return
    proposed = printable(f"{os.path.splitext(out)[0]}{SUFFIX}")
    raise WrongUsage(
        f"--out {printable(out)}: `apply` takes a plan only from a file whose name ends in {SUFFIX}. "
        f"Nothing was read or saved. Name it {proposed}."
    )


def _curl(target: "Target", made: "Plan", live: "Live") -> str:
    """The requests for a shell. The embedded sandbox has an address once it is served."""
    from reconciler.api.notebook import requests_of
    from reconciler.report.curl_text import curl_text

    base_url = target.base_url or SERVED_SANDBOX
    key_name = target.api_key_env or DEFAULT_KEY
    return curl_text(requests_of(made, live), base_url, key_name)


def _build(
    app: App, target: "Target", resolved: "Resolved", chosen: Chosen
) -> "tuple[Plan, Live]":
    """The plan and what lives, over a connection that can only read."""
    from reconciler.api.connection import ReadConnection
    from reconciler.api.rows import ReadRows
    from reconciler.cli.records.planned import RowPlanner
    from reconciler.model.plan import Asked
    from reconciler.plan.judgement import Judgement

    asked = Asked(paths=chosen.paths, only=chosen.only, prune=chosen.prune)
    provenance = provenance_of(
        app,
        target,
        asked,
        with_git=not chosen.for_a_person or site_of_files(app.environment) is not None,
        saved=chosen.as_document,
    )
    judgement = Judgement(
        guards=target.guards,
        breaking="breaking" in chosen.allow,
        deletes=chosen.allow_destroy,
        fail_on=chosen.fail_on,
        detailed=chosen.detailed_exitcode,
    )
    with open_connection(app, target, ReadConnection) as connection, reading(app):
        rows = None
        if not chosen.no_records:
            rows = RowPlanner(app, target, ReadRows(connection)).plan
        return reconciler.build_plan(
            resolved, connection, provenance, judgement, rows=rows
        )


def _save_and_show(app: App, view: PlanView, chosen: Chosen) -> int:
    """Also when the plan cannot be saved it is shown; returns the exit code."""
    from reconciler.api.registry import route
    from reconciler.report.documents import as_json
    from reconciler.report.requests_text import requests_text

    out, made = chosen.out, view.plan
    view = replace(view, link=address_of_files(app.environment, made.git))
    try:
        if out is not None:
            write_whole(out, as_json(made.document()))
    except click.FileError as problem:
        view, out = without_report(app, view, problem), None
    code = show(app, view, chosen.form, chosen.reports)
    if chosen.show_requests and chosen.form.name == "text":
        app.result(requests_text(made, route))
    if out is not None:
        app.talk(_told_of_saved(made, out))
    return code


def _told_of_saved(made: "Plan", out: str) -> str:
    """Where the plan is, and how it is applied."""
    from reconciler.report.applying import apply_command

    if is_stream_or_device(out):
        return (
            f"The plan was written to {printable(out)}. `apply` takes it "
            f"from a file whose name ends in {SUFFIX}."
        )
    command = printable(apply_command(made, out))
    return f"Saved in {printable(out)}. To apply exactly this:\n  {command}"
