"""How an apply ended, or why it was refused, in each of the formats."""

from collections.abc import Callable, Mapping

from reconciler.model.plan import Exit, Tool
from reconciler.report.documents import as_json
from reconciler.report.fates import fates_of_outcome, fates_of_refusal
from reconciler.report.formats import OutcomeView, RefusalView
from reconciler.report.github import fates_annotations
from reconciler.report.html import outcome_html, refusal_html
from reconciler.report.junit import fates_junit
from reconciler.report.outcome_document import outcome_document
from reconciler.report.outcome_markdown import outcome_markdown
from reconciler.report.outcome_text import outcome_text
from reconciler.report.refusal_document import refusal_document
from reconciler.report.refusal_markdown import refusal_markdown
from reconciler.report.refusal_text import refusal_text
from reconciler.report.sarif import fates_sarif


def _outcome_as_text(view: OutcomeView) -> str:
    return outcome_text(view.outcome, view.plan.blocked, view.paint)


def _outcome_as_json(view: OutcomeView) -> str:
    ending = view.exit
    return as_json(
        outcome_document(view.outcome, ending.code, ending.reason, view.plan.blocked)
    )


def _outcome_as_markdown(view: OutcomeView) -> str:
    return outcome_markdown(view.plan, view.outcome, view.link)


def _refusal_as_text(view: RefusalView) -> str:
    return refusal_text(view.why, view.paint)


def _refusal_as_json(view: RefusalView) -> str:
    return as_json(refusal_document(view.plan, view.why))


def _refusal_as_markdown(view: RefusalView) -> str:
    return refusal_markdown(view.plan, view.why, view.target, view.link)


def _outcome_as_html(view: OutcomeView) -> str:
    return outcome_html(view.plan, view.outcome, view.link)


def _outcome_as_annotations(view: OutcomeView) -> str:
    fates = fates_of_outcome(view.plan, view.outcome)
    return fates_annotations(fates, view.outcome.warnings)


def _outcome_as_junit(view: OutcomeView) -> str:
    return fates_junit(fates_of_outcome(view.plan, view.outcome), view.exit)


def _outcome_as_sarif(view: OutcomeView) -> str:
    return fates_sarif(fates_of_outcome(view.plan, view.outcome), view.plan.tool)


def _refusal_as_html(view: RefusalView) -> str:
    return refusal_html(view.plan, view.why, view.target, view.link)


def _refusal_as_annotations(view: RefusalView) -> str:
    return fates_annotations(fates_of_refusal(view.plan, view.why))


def _refusal_as_junit(view: RefusalView) -> str:
    ending = Exit(code=view.why.exit_code, reason=view.why.reason)
    return fates_junit(fates_of_refusal(view.plan, view.why), ending)


def _refusal_as_sarif(view: RefusalView) -> str:
    tool = Tool(name="shopimind-reconciler", version=view.version)
    return fates_sarif(fates_of_refusal(view.plan, view.why), tool)


OUTCOMES: Mapping[str, Callable[[OutcomeView], str]] = {
    "text": _outcome_as_text,
    "json": _outcome_as_json,
    "markdown": _outcome_as_markdown,
    "html": _outcome_as_html,
    "github": _outcome_as_annotations,
    "junit": _outcome_as_junit,
    "sarif": _outcome_as_sarif,
}


REFUSALS: Mapping[str, Callable[[RefusalView], str]] = {
    "text": _refusal_as_text,
    "json": _refusal_as_json,
    "markdown": _refusal_as_markdown,
    "html": _refusal_as_html,
    "github": _refusal_as_annotations,
    "junit": _refusal_as_junit,
    "sarif": _refusal_as_sarif,
}
