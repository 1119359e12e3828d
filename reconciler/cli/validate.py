"""`reconciler validate`"""

import click

import reconciler
from reconciler.cli.app import App, common_options, format_option, paths_argument, paths_or_default
from reconciler.cli.session import target_for
from reconciler.errors import ExitCode
from reconciler.report.documents import as_json, findings_document
from reconciler.report.findings_text import validation_text


@click.command(epilog="\b\nExamples:\n  reconciler validate\n  reconciler validate shop/ --format json")
@paths_argument
@format_option("text", "json")
@common_options
@click.pass_obj
def validate(app: App, paths: tuple[str, ...], form: str) -> int:
    """Check manifests offline: no key, no network.

    All findings come in one run, each with its place and rule id; `reconciler explain RULE` says more. A comment
    `# reconciler: ignore[RULE] reason` silences one line.
    """
    places = paths_or_default(paths)
    resolved = reconciler.load(places, target_for(app, places), app.environment)
    findings = resolved.offline_findings
    invalid = any(finding.severity == "error" for finding in findings)
    code, reason = (ExitCode.FAILED, "invalid-manifests") if invalid else (ExitCode.DONE, "valid")
    count = len(resolved.desired.manifests)
    if form == "json":
        app.result(as_json(findings_document(findings, count, code, reason)))
    else:
        app.result(validation_text(findings, count, app.paint))
    return code
