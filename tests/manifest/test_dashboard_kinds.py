"""Templates, segments and scenarios: what manifests may say of them, and what they refer to."""

from collections.abc import Callable

import pytest

DEFINITION = """
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: responsable_id, type: text, required: true}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
---
"""
VALID = """
kind: event
code_name: visit
name: Visit
---
kind: template
name: hello
event: visit
subject: "{{ not ours }}"
body: "Hi {var=contact.first_name} {# CSS {{"
---
kind: segment
name: Portfolio
where:
  attribution.responsable_id: [COM-001, COM-002]
  contact.lang: fr
  Attribution: {rows: {since: 1y, at_least: 1}}
---
kind: scenario
name: Greeting
trigger: {event: visit}
filters: {Attribution.responsable_id: {operator: NOT_EQUALS, value: COM-003}}
template: hello
copied_on: 2026-11-25
"""


@pytest.mark.parametrize(
    ("manifest", "rule", "words"),
    [
        ("kind: template\nname: a\n", "template-text", "one of `file` and `body`"),
        ("kind: template\nname: a\nfile: a.txt\nbody: b\n", "template-text", "one of `file` and `body`"),
        ("kind: segment\nname: a\nwhere: {Attribution.responsable: x}\n", "condition-field", "responsable_id"),
        ("kind: segment\nname: a\nwhere: {contact.firstname: x}\n", "condition-field", "first_name"),
        ("kind: segment\nname: a\nwhere: {Attribution: x}\n", "condition-field", "names no field"),
        ("kind: segment\nname: a\nwhere: {Atribution.contact_id: 1}\n", "dangling-reference", "Attribution"),
        ("kind: segment\nname: a\nwhere: {}\n", "out-of-bounds", "where"),
        (
            "kind: segment\nname: a\nwhere: {Attribution.contact_id: {operator: IS, value: 1}}\n",
            "unknown-value",
            "EQUALS",
        ),
        (
            "kind: segment\nname: a\nwhere: {Attribution.contact_id: {rows: {}, value: 1}}\n",
            "out-of-bounds",
            "stands alone",
        ),
        ("kind: scenario\nname: a\ntrigger: {segment: Portfolio}\n", "dangling-reference", "segment/Portfolio"),
        ("kind: scenario\nname: a\ntrigger: {record: Attribution}\ntemplate: x\n", "dangling-reference", "template/x"),
        (
            "kind: scenario\nname: a\ntrigger: {record: Attribution}\nfilters: {Attribution.x: 1}\n",
            "condition-field",
            "no field 'x'",
        ),
        (
            "kind: event\ncode_name: a\nname: A\nproperties: {metaData: [{name: n, type: number, options: [x]}]}\n",
            "event-option",
            "no number",
        ),
        ("kind: template\nname: a\nbody: b\ncopied_on: 2026-13-41\n", "wrong-type", "a day, such as"),
        ("kind: segment\nname: a\nwhere: Attribution.contact_id = 1\n", "wrong-type", "`where` must be a mapping"),
        (
            "kind: segment\nname: a\nwhere: {Attribution: {rows: {since: 1 year}}}\n",
            "out-of-bounds",
            "since` must be a number and one of h, d, w, m and y, such as 30d",
        ),
    ],
)
def test_a_wrong_manifest_of_the_dashboard_is_a_finding(check: Callable, manifest: str, rule: str, words: str) -> None:
    """Each with its rule, and words that say what is meant."""
    findings = check(DEFINITION + manifest).findings
    assert [rule] == [finding.rule for finding in findings]
    assert words in findings[0].message


def test_valid_ones_pass_and_their_text_is_no_template_of_ours(check: Callable) -> None:
    """Braces in a subject and a body are the platform's, or nobody's."""
    assert [] == check(DEFINITION + VALID).findings
