"""The same results with other names of their files."""

import json

import pytest

from reconciler.errors import Refused
from reconciler.model.source import Finding, Source
from reconciler.report.formats import FORMATS, DriftView, FindingsView, PlanView, RefusalView, View
from reconciler.report.places import drift_elsewhere, findings_elsewhere, plan_elsewhere
from tests.report.plans import DRIFT, ORDINARY


def below(file: str) -> str:
    """As from a folder above."""
    return f"shop/{file}"


def test_every_place_of_a_plan_is_named_otherwise() -> None:
    """Of changes and of what is blocked; nothing else becomes different."""
    before, after = (json.dumps(plan.document()) for plan in (ORDINARY, plan_elsewhere(ORDINARY, below)))
    assert before.replace('"source": "', '"source": "shop/') == after
    assert before != after


def test_what_has_no_place_keeps_none() -> None:
    """What is pruned stands in no file, and some drift has no manifest."""
    sources = [each.source for each in drift_elsewhere(DRIFT, below).drifted]
    assert [each.source and below(each.source) for each in DRIFT.drifted] == sources
    assert None in sources


def test_a_finding_and_the_other_place_in_its_message_are_named_otherwise() -> None:
    """A file whose name stands in the message for another reason stays as it is."""
    other = Source("a.yaml", 3)
    plain = Finding(Source("b.yaml"), "rule", "a.yaml:3 is no name")
    double = Finding(Source("b.yaml"), "rule", "a.yaml:3 stands at a.yaml:3", elsewhere=other)
    moved = findings_elsewhere((plain, double), below)
    assert ["shop/b.yaml"] * 2 == [each.source.file for each in moved]
    assert ["a.yaml:3 is no name", "a.yaml:3 stands at shop/a.yaml:3"] == [each.message for each in moved]


REFUSED = RefusalView(ORDINARY, Refused("no", reason="blocked", items=ORDINARY.blocked))


@pytest.mark.parametrize(
    "view",
    [
        REFUSED,
        PlanView(ORDINARY),
        DriftView(DRIFT),
        FindingsView((Finding(Source("b.yaml"), "r", "m"),), 1, 1, "", "0"),
    ],
)
def test_what_is_read_elsewhere_names_every_file_otherwise(view: View) -> None:
    """Text and JSON are read where the command ran, and say so in the table."""
    read_here = {form.name for form in FORMATS if not form.from_top}
    assert {"text", "json", "csv", "mermaid", "dot", "svg"} == read_here
    for form in FORMATS:
        if not form.from_top or not form.shows(view.kind):
            continue
        assert form.render(view) != form.render(view.elsewhere(below)), form.name
