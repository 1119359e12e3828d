"""Every format shows every kind of result that it promises."""

import subprocess
import sys

import pytest

from reconciler.model.plan import Exit
from reconciler.model.source import Finding, Source
from reconciler.report.formats import (
    FORMATS,
    DriftView,
    FindingsView,
    Format,
    GraphView,
    OutcomeView,
    PlanView,
    RefusalView,
    RowsView,
    View,
)
from reconciler.report.graph import picture
from tests.report.plans import (
    DELETED,
    DRIFT,
    ORDINARY,
    REPOSITORY,
    hostile_drift,
    hostile_outcome,
    hostile_plan,
    hostile_refusals,
)
from tests.report.row_reports import row_outcome, row_report

RICH = hostile_plan("rich")
FOUND = (Finding(Source("a.yaml", 3, 7), "unknown-kind", "there is no kind x"),)
VIEWS = {
    "plan": (PlanView(ORDINARY), PlanView(DELETED), PlanView(RICH)),
    "findings": (FindingsView(FOUND, 3, 1, "invalid-manifests", "0.1.0"), FindingsView((), 3, 0, "valid", "0.1.0")),
    "outcome": (OutcomeView(RICH, hostile_outcome("rich"), Exit(code=5, reason="partial")),),
    "refusal": tuple(
        RefusalView(plan, why, "shop", "0.1.0") for plan in (None, RICH) for why in hostile_refusals("rich")
    ),
    "drift": (DriftView(DRIFT), DriftView(hostile_drift("rich"))),
    "graph": (GraphView(picture(plan=ORDINARY)), GraphView(picture(plan=RICH))),
    "rows": (RowsView(row_report()), RowsView(row_report(show="none")), RowsView(row_outcome())),
}
OFFERED = {
    "plan": ["text", "json", "markdown", "html", "github", "junit", "sarif", "codequality"],
    "findings": ["text", "json", "github", "junit", "sarif", "codequality"],
    "outcome": ["text", "json", "markdown", "html", "github", "junit", "sarif"],
    "refusal": ["text", "json", "markdown", "html", "github", "junit", "sarif"],
    "drift": ["text", "json", "markdown"],
    "graph": ["mermaid", "dot", "svg"],
    "rows": ["text", "json", "markdown", "csv"],
}
BY_NAME = {form.name: form for form in FORMATS}
SHOWN = [
    pytest.param(form, view, id=f"{kind}-{number}-{form.name}")
    for kind, views in VIEWS.items()
    for number, view in enumerate(views)
    for form in FORMATS
    if form.shows(view.kind)
]
NOTHING_TO_ANNOTATE = FindingsView((), 3, 0, "valid", "0.1.0")


@pytest.mark.parametrize(("form", "view"), SHOWN)
def test_every_format_shows_what_it_promises(form: Format, view: View) -> None:
    """Whatever it is that has happened; only annotations have nothing to say when nothing was found."""
    silent = form.name == "github" and view == NOTHING_TO_ANNOTATE
    assert silent != bool(form.render(view))


@pytest.mark.parametrize("kind", OFFERED)
def test_the_table_says_in_which_formats_a_result_is_shown(kind: str) -> None:
    """In the order in which commands offer them."""
    assert OFFERED[kind] == [form.name for form in FORMATS if form.shows(kind)]


def test_every_format_has_a_name_of_its_own_and_says_what_it_is() -> None:
    """Also, each shows something, and one is for the step summary."""
    assert len(FORMATS) == len(BY_NAME)
    for form in FORMATS:
        assert form.about.endswith("."), form.name
        assert any(form.shows(kind) for kind in VIEWS), form.name
    assert ["markdown"] == [form.name for form in FORMATS if form.step_summary]


def test_a_result_in_a_format_that_cannot_show_it_is_a_mistake() -> None:
    """It is said and not shown in some other format."""
    with pytest.raises(LookupError, match="svg cannot show this: drift"):
        BY_NAME["svg"].render(DriftView(DRIFT))


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_a_plan_may_come_with_a_link_to_its_files(name: str) -> None:
    """It is there only when it was given."""
    form = BY_NAME[name]
    assert REPOSITORY in form.render(PlanView(ORDINARY, link=REPOSITORY))
    assert REPOSITORY not in form.render(PlanView(ORDINARY))


@pytest.mark.parametrize("kind", ["plan", "findings", "outcome", "drift"])
def test_text_has_colours_when_they_are_asked_for(kind: str) -> None:
    """A file has none."""
    view, *_ = VIEWS[kind]
    text = BY_NAME["text"]
    assert "<red>" in text.render(view.with_paint(lambda words, colour: f"<{colour}>{words}"))
    assert "<red>" not in text.render(view)


def test_the_table_loads_no_renderer() -> None:
    """`--help` reads it for the names of the formats."""
    program = "import sys, reconciler.cli.options; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("reconciler.report.")}
    assert {f"reconciler.report.{name}" for name in ("formats", "pictures", "terminal", "views")} == loaded
