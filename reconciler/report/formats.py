"""The formats in which results are shown, in one table.

A command's choices of `--format` and `--report`, the files that it writes and the step
summary of a GitHub workflow follow from FORMATS. To add a format, add one entry there:
its name, what it is, and a function for each kind of result that it can show.

The renderers themselves are imported when they are used: `--help` reads this table and
must not pay for a template engine.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.report.pictures import (
    graph_as_dot,
    graph_as_mermaid,
    graph_as_svg,
    impact_as_json,
    impact_as_mermaid,
    impact_as_text,
)
from reconciler.report.views import (
    ComparedView,
    DriftView,
    FindingsView,
    GraphView,
    ImpactView,
    OutcomeView,
    PlanView,
    PullView,
    RefusalView,
    ResultKind,
    RowsView,
    View,
)

__all__ = [
    "FORMATS",
    "ComparedView",
    "DriftView",
    "FindingsView",
    "Format",
    "GraphView",
    "ImpactView",
    "OutcomeView",
    "PlanView",
    "PullView",
    "RefusalView",
    "ResultKind",
    "RowsView",
    "View",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to show results. A kind of result without a function cannot be shown in it,
    and is not offered.
    """

    name: str
    about: str
    plan: Callable[[PlanView], str] | None = None
    findings: Callable[[FindingsView], str] | None = None
    outcome: Callable[[OutcomeView], str] | None = None
    refusal: Callable[[RefusalView], str] | None = None
    drift: Callable[[DriftView], str] | None = None
    compared: Callable[[ComparedView], str] | None = None
    graph: Callable[[GraphView], str] | None = None
    pull: Callable[[PullView], str] | None = None
    rows: Callable[[RowsView], str] | None = None
    impact: Callable[[ImpactView], str] | None = None
    is_document: bool = True
    """Whether it is read by programs, and therefore always UTF-8; what a person reads
    at a terminal is in the terminal's encoding.
    """
    step_summary: bool = False
    """Whether the step summary of a GitHub workflow is written in it."""
    from_top: bool = False
    """Whether it is read where files are looked for from the top of the repository, and
    not from the folder in which the command ran.
    """

    def shows(self, kind: ResultKind) -> bool:
        """Whether it has a function for this kind of result."""
        return getattr(self, kind) is not None

    def render(self, view: View) -> str:
        """The text. Raises LookupError for a kind of result that it cannot show."""
        renderer: Callable[[View], str] | None = getattr(self, view.kind)
        if renderer is None:
            raise LookupError(f"the format {self.name} cannot show this: {view.kind}")
        return renderer(view)


def _plan_as_text(view: PlanView) -> str:
    from reconciler.report.plan_text import plan_text

    return plan_text(view.plan, view.paint)


def _plan_as_json(view: PlanView) -> str:
    from reconciler.report.documents import as_json

    return as_json(view.plan.document())


def _plan_as_markdown(view: PlanView) -> str:
    from reconciler.report.markdown import plan_markdown

    return plan_markdown(
        view.plan, desired=view.desired, link=view.link, live=view.live
    )


def _plan_as_html(view: PlanView) -> str:
    from reconciler.report.html import plan_html

    return plan_html(view.plan, desired=view.desired, link=view.link, live=view.live)


def _plan_as_annotations(view: PlanView) -> str:
    from reconciler.report.github import plan_annotations

    return plan_annotations(view.plan)


def _plan_as_junit(view: PlanView) -> str:
    from reconciler.report.junit import plan_junit

    return plan_junit(view.plan)


def _plan_as_sarif(view: PlanView) -> str:
    from reconciler.report.sarif import plan_sarif

    return plan_sarif(view.plan)


def _plan_as_codequality(view: PlanView) -> str:
    from reconciler.report.codequality import plan_codequality

    return plan_codequality(view.plan)


def _findings_as_text(view: FindingsView) -> str:
    from reconciler.report.findings_text import validation_text

    return validation_text(
        view.findings,
        view.manifests,
        view.paint,
        view.messages,
        view.noun,
        with_notes=view.with_notes,
    )


def _findings_as_json(view: FindingsView) -> str:
    from reconciler.report.documents import as_json, findings_document

    return as_json(
        findings_document(
            view.findings,
            view.manifests,
            view.code,
            view.reason,
            view.messages,
            view.noun,
        )
    )


def _findings_as_annotations(view: FindingsView) -> str:
    from reconciler.report.github import findings_annotations

    return findings_annotations(view.findings)


def _findings_as_junit(view: FindingsView) -> str:
    from reconciler.model.plan import Exit
    from reconciler.report.junit import findings_junit

    ending = Exit(code=view.code, reason=view.reason)
    return findings_junit(view.findings, ending)


def _findings_as_sarif(view: FindingsView) -> str:
    from reconciler.model.plan import Tool
    from reconciler.report.sarif import findings_sarif

    tool = Tool(name="shopimind-reconciler", version=view.version)
    return findings_sarif(view.findings, tool)


def _findings_as_codequality(view: FindingsView) -> str:
    from reconciler.report.codequality import findings_codequality

    return findings_codequality(view.findings)


def _outcome_as(form: str) -> Callable[[OutcomeView], str]:
    def render(view: OutcomeView) -> str:
        from reconciler.report.apply_formats import OUTCOMES

        return OUTCOMES[form](view)

    return render


def _refusal_as(form: str) -> Callable[[RefusalView], str]:
    def render(view: RefusalView) -> str:
        from reconciler.report.apply_formats import REFUSALS

        return REFUSALS[form](view)

    return render


def _drift_as_text(view: DriftView) -> str:
    from reconciler.report.drift_text import drift_text

    return drift_text(view.drift, view.paint)


def _drift_as_json(view: DriftView) -> str:
    from reconciler.report.documents import as_json

    return as_json(view.drift.document())


def _drift_as_markdown(view: DriftView) -> str:
    from reconciler.report.drift_markdown import drift_markdown

    return drift_markdown(view.drift, view.link)


def _pull_as_text(view: PullView) -> str:
    from reconciler.report.pull_text import pull_text

    return pull_text(view.pulled, view.paint)


def _pull_as_json(view: PullView) -> str:
    from reconciler.report.documents import as_json

    return as_json(view.pulled.document())


def _compared_as_text(view: ComparedView) -> str:
    from reconciler.report.compared_text import compared_text

    return compared_text(view.compared, view.paint)


def _compared_as_json(view: ComparedView) -> str:
    from reconciler.report.documents import as_json

    return as_json(view.compared.document())


def _compared_as_markdown(view: ComparedView) -> str:
    from reconciler.report.compared_markdown import compared_markdown

    return compared_markdown(view.compared)


def _rows_as_text(view: RowsView) -> str:
    from reconciler.report.rows_text import rows_text

    return rows_text(view.report, view.paint)


def _rows_as_json(view: RowsView) -> str:
    from reconciler.report.documents import as_json
    from reconciler.report.rows_document import rows_document

    return as_json(rows_document(view.report))


def _rows_as_markdown(view: RowsView) -> str:
    from reconciler.report.rows_markdown import rows_markdown

    return rows_markdown(view.report)


def _rows_as_csv(view: RowsView) -> str:
    from reconciler.report.rows_document import rows_csv

    return rows_csv(view.report)


FORMATS = (
    Format(
        name="text",
        about="For a person at a terminal.",
        is_document=False,
        plan=_plan_as_text,
        findings=_findings_as_text,
        outcome=_outcome_as("text"),
        refusal=_refusal_as("text"),
        drift=_drift_as_text,
        pull=_pull_as_text,
        compared=_compared_as_text,
        impact=impact_as_text,
        rows=_rows_as_text,
    ),
    Format(
        name="json",
        about="One document for programs, with a version and the exit code.",
        plan=_plan_as_json,
        findings=_findings_as_json,
        outcome=_outcome_as("json"),
        refusal=_refusal_as("json"),
        drift=_drift_as_json,
        pull=_pull_as_json,
        compared=_compared_as_json,
        impact=impact_as_json,
        rows=_rows_as_json,
    ),
    Format(
        name="markdown",
        about="The comment of a pull request, or an issue.",
        plan=_plan_as_markdown,
        outcome=_outcome_as("markdown"),
        refusal=_refusal_as("markdown"),
        drift=_drift_as_markdown,
        compared=_compared_as_markdown,
        rows=_rows_as_markdown,
        step_summary=True,
        from_top=True,
    ),
    Format(
        name="html",
        about="One page for the browser that loads nothing.",
        plan=_plan_as_html,
        outcome=_outcome_as("html"),
        refusal=_refusal_as("html"),
        from_top=True,
    ),
    Format(
        name="github",
        about="Commands that annotate the lines of a pull request on GitHub.",
        plan=_plan_as_annotations,
        findings=_findings_as_annotations,
        outcome=_outcome_as("github"),
        refusal=_refusal_as("github"),
        from_top=True,
    ),
    Format(
        name="junit",
        about="The test results that CI servers show.",
        plan=_plan_as_junit,
        findings=_findings_as_junit,
        outcome=_outcome_as("junit"),
        refusal=_refusal_as("junit"),
        from_top=True,
    ),
    Format(
        name="sarif",
        about="SARIF 2.1.0, for code scanning.",
        plan=_plan_as_sarif,
        findings=_findings_as_sarif,
        outcome=_outcome_as("sarif"),
        refusal=_refusal_as("sarif"),
        from_top=True,
    ),
    Format(
        name="codequality",
        about="What GitLab shows as the code quality of a merge request.",
        plan=_plan_as_codequality,
        findings=_findings_as_codequality,
        from_top=True,
    ),
    Format(
        name="mermaid",
        about="A Mermaid flowchart, which GitHub and GitLab draw in Markdown.",
        graph=graph_as_mermaid,
        impact=impact_as_mermaid,
    ),
    Format(
        name="csv",
        about="The rows that differ, for a spreadsheet.",
        rows=_rows_as_csv,
    ),
    Format(name="dot", about="The language of Graphviz.", graph=graph_as_dot),
    Format(name="svg", about="A picture for the browser.", graph=graph_as_svg),
)
"""In the order in which a command offers them; the first that shows its kind of result
is the default.
"""
