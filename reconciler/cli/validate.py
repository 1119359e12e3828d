"""`reconciler validate`"""

import click

import reconciler
from reconciler.cli.app import (
    App,
    common_options,
    format_option,
    paths_argument,
    paths_or_default,
    settings_from_option,
)
from reconciler.cli.reports import (
    FINDING_FORMATS,
    Reports,
    findings_as,
    report_option,
    write_whole,
)
from reconciler.cli.session import target_for
from reconciler.errors import ExitCode
from reconciler.report.documents import as_json, findings_document
from reconciler.report.findings_text import validation_text
from reconciler.report.terminal import Paint, plain


@click.command(
    epilog="\b\nExamples:\n  reconciler validate\n  reconciler validate shop/ --format json"
)
@paths_argument
@format_option(*FINDING_FORMATS)
@report_option(FINDING_FORMATS)
@settings_from_option
@common_options
@click.pass_obj
def validate(app: App, paths: tuple[str, ...], form: str, reports: Reports) -> int:
    """Check manifests offline: no key, no network.

    All findings come in one run, each with its place and rule id; `reconciler explain
    RULE` says more. A comment `# reconciler: ignore[RULE] reason` silences one line.
    """
    places = paths_or_default(paths)
    resolved = reconciler.load(places, target_for(app, places), app.environment)
    findings = resolved.offline_findings
    invalid = any(finding.severity == "error" for finding in findings)
    code, reason = (
        (ExitCode.FAILED, "invalid-manifests") if invalid else (ExitCode.DONE, "valid")
    )
    count = len(resolved.desired.manifests)

    def shown_as(wanted: str, paint: Paint = plain) -> str:
        if wanted == "json":
            return as_json(findings_document(findings, count, code, reason))
        return (
            validation_text(findings, count, paint)
            if wanted == "text"
            else findings_as(wanted, findings)
        )

    for other, file in reports:
        write_whole(file, shown_as(other))
    app.result(shown_as(form, app.paint))
    return code
