"""Names that nobody could read are shown with escapes, in every format that people read."""

import pytest

from reconciler.diff.compare import compare
from reconciler.form.words import address_words, name_words, shown_path
from reconciler.kinds.definition.live import LiveDefinition, LiveField, LiveRelationship
from reconciler.kinds.definition.manifest import Definition
from reconciler.model.address import Address
from reconciler.model.event import Failed
from reconciler.model.live import Live
from reconciler.model.outcome import Outcome
from reconciler.model.target import Guards
from reconciler.plan.build import build
from reconciler.plan.drift import drift_of
from reconciler.plan.guard import refusals
from reconciler.report.attention import attentions
from reconciler.report.fates import fates_of_outcome
from reconciler.report.formats import FORMATS, DriftView, PlanView
from reconciler.report.outcome_text import outcome_text
from reconciler.report.refusal_text import refusal_text
from tests.conftest import OCCASION
from tests.manifests import desired
from tests.report.plans import DELETE, plan_of

ODD = ["a\u00a0b", "a\u200bb", "a\ufe0f", "\u3164a", "a\u00adb", "a\U000e0041", "a\u034fb", "a\u2800b", "a\u3000b"]
FIELDS = (LiveField("a", "text", "a"),)


def lives(name: str) -> Live:
    """A definition without a manifest, and one with an undeclared field and a relationship of that name."""
    there = LiveDefinition(1, name, "active", None, (), FIELDS, ())
    relationship = LiveRelationship("a", None, 1, "id")
    known = LiveDefinition(2, "D", "active", None, (), (*FIELDS, LiveField(name, "text", "a")), (relationship,))
    return Live({Address("definition", name): there, Address("definition", "D"): known})


@pytest.mark.parametrize("name", ODD)
def test_what_nobody_sees_in_a_name_is_shown(name: str) -> None:
    """Of what is unmanaged, undeclared and pointed at, in plans and in drift."""
    rel = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "D"}
    wanted = desired(
        Definition.model_validate({"name": "D", "fields": [{"name": "a", "type": "text"}], "relationships": [rel]}),
    )
    comparison = compare(wanted, lives(name))
    plan = build(wanted, comparison, OCCASION)
    drift = drift_of(plan, wanted, comparison.live)
    (odd,) = set(name) - {"a", "b"}
    texts = [form.render(view) for form in FORMATS if form.name != "json" for view in
             (PlanView(plan, wanted), DriftView(drift)) if form.shows(view.kind)]  # fmt: skip
    assert len(texts) >= 5
    assert [] == [text for text in texts if odd in text]


@pytest.mark.parametrize("name", ["a", "a b", "é", "名前", "a-b"])
def test_a_name_that_can_be_read_stays(name: str) -> None:
    """Without quotes."""
    assert name == name_words(name) == shown_path((name,))
    assert f"event/{name}" == address_words(Address("event", name))


def test_a_blank_at_an_end_is_seen() -> None:
    """In quotes."""
    assert 'event/" a"' == address_words(Address("event", " a"))


def test_a_blank_at_an_end_is_seen_in_every_format() -> None:
    """Names that only live may have one: what is to be deleted, what is refused, what became of it."""
    gone = DELETE.model_copy(update={"address": Address("definition", "Old ")})
    plan = plan_of((gone,))
    outcome = Outcome(failed=(Failed(gone.address, "no"),))
    (refused,) = refusals(plan, Guards(), breaking=True, deletes=False)
    (item,) = attentions(plan)
    (fate,) = fates_of_outcome(plan, outcome)
    for text in (str(refused), item.sentence, fate.sentence, outcome_text(outcome), refusal_text(refused)):
        assert 'definition/"Old "' in text
