"""Declared messages are checked against definitions, events, segments and scenarios; each finding has its place."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

import reconciler
from reconciler.kinds.template.message_rules import MESSAGE_RULES
from reconciler.manifest.messages import message_findings
from reconciler.model.source import Finding
from reconciler.model.target import MessageSettings, Target

TODAY = date(2026, 11, 26)
COPIES_AGE = MessageSettings(review_after_days=90)
VISITS = """
kind: definition
name: POS visit
fields:
  - {name: contact_id, type: number, required: true}
  - {name: where, type: geolocation, required: true}
  - {name: seller, type: text, required: true}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
  - {sourceField: seller, targetSchemaType: custom, targetSchema: ResponsableCommercial, targetField: last_name}
"""
ROOT, FIELD, HOP, PROPERTY = (
    f"message-unknown-{what}" for what in ("root", "field", "hop", "property")
)  # fmt: skip
PLANTED = [
    # What it begins with.
    ("{var=loyalty.points_balance}", ROOT, "loyalty", "Did you mean LoyaltyAccount.points_balance?"),
    ("{var=loyalty.tier}", ROOT, "loyalty", "It is the beginning of 4 event names; for their data write "),
    ("{var=LoyalityAccount.tier}", ROOT, "LoyalityAccount", "Did you mean LoyaltyAccount.tier?"),
    ("{var=Loyalty_Account.tier}", ROOT, "Loyalty_Account", "Did you mean LoyaltyAccount.tier?"),
    ("{var=Loyalty Account.tier}", ROOT, "Loyalty Account", "Did you mean LoyaltyAccount.tier?"),
    ("{var=LoyaltyAccounts.tier}", ROOT, "LoyaltyAccounts", "Did you mean LoyaltyAccount.tier?"),
    ("{var=Atribution.responsable.email}", ROOT, "Atribution", "Did you mean Attribution.responsable.email?"),
    ("{var=Assignment.responsable.email}", ROOT, "Assignment", "Did you mean Attribution.responsable.email?"),
    ("{var=responsable.first_name}", ROOT, "responsable", "no definition is called responsable"),
    ("{var=Responsable.first_name}", ROOT, "Responsable", "no definition is called Responsable"),
    ("{var=contacts.first_name}", ROOT, "contacts", "Did you mean contact.first_name?"),
    ("{var=customer.first_name}", ROOT, "customer", "Did you mean contact.first_name?"),
    ("{var=first_name}", ROOT, "first_name", "Did you mean contact.first_name?"),
    ("{var=points_balance}", ROOT, "points_balance", "Did you mean LoyaltyAccount.points_balance?"),
    ("{var=new_tier}", ROOT, "new_tier", "Did you mean metaData.new_tier?"),
    ("{var=meta.new_tier}", ROOT, "meta", "no definition is called meta"),
    ("{var=metaDatas.new_tier}", ROOT, "metaDatas", "Did you mean metaData.new_tier?"),
    ("{var=VetoAssignment.since}", ROOT, "VetoAssignment", "Did you mean VetAssignment.since?"),
    # Fields.
    ("{var=LoyaltyAccount.point_balance}", FIELD, "point_balance", "Did you mean points_balance?"),
    ("{var=LoyaltyAccount.points_balanc}", FIELD, "points_balanc", "Did you mean points_balance?"),
    ("{var=LoyaltyAccount.balance}", FIELD, "balance", "LoyaltyAccount has no field balance."),
    ("{var=LoyaltyAccount.teir}", FIELD, "teir", "Did you mean tier?"),
    ("{var=LoyaltyAccount.tier since}", FIELD, "tier since", "Did you mean tier_since?"),
    ("{var=LoyaltyAccount.tierSince}", FIELD, "tierSince", "Did you mean tier_since?"),
    ("{var=LoyaltyAccount.next_expiration_date}", FIELD, "next_expiration_date", "Did you mean next_expiry_date?"),
    ("{var=LoyaltyAccount}", FIELD, "LoyaltyAccount", "it names no field of LoyaltyAccount"),
    ("{var=contact}", FIELD, "contact", "it names no field of a contact"),
    ("{var=contact.frist_name}", FIELD, "frist_name", "Did you mean first_name?"),
    ("{var=contact.firstname}", FIELD, "firstname", "Did you mean first_name?"),
    ("{var=contact.contact_first_name}", FIELD, "contact_first_name", "Did you mean contact.first_name?"),
    ("{var=contact.contact_data_email}", FIELD, "contact_data_email", "Did you mean contact.email?"),
    ("{var=contact.LoyaltyAccount.tier}", FIELD, "LoyaltyAccount", "at the beginning: {var=LoyaltyAccount.tier}"),
    ("{var=contact.tier}", FIELD, "tier", "a contact has no field tier."),
    ("{var=Attribution.responsable}", FIELD, "responsable", "responsable leads to ResponsableCommercial"),
    ("{var=Attribution.responsable.fone}", FIELD, "fone", "Did you mean phone?"),
    ("{var=Attribution.responsable.firstname}", FIELD, "firstname", "Did you mean first_name?"),
    ("{var=Attribution.responsable.name}", FIELD, "name", "(that responsable stands for responsable_id is inferred)"),
    ("{var=VetAssignment.veto.name}", FIELD, "name", "Vet has no field name"),
    ("{var=VetAssignment.veto.city}", FIELD, "city", "Vet has no field city"),
    # Relationships.
    ("{var=Attribution.manager.first_name}", HOP, "manager", "It has contact, responsable"),
    ("{var=Attribution.responsables.first_name}", HOP, "responsables", "Did you mean responsable?"),
    ("{var=Attribution.resp.first_name}", HOP, "resp", "Attribution has no relationship resp."),
    ("{var=Attribution.assigned_at.year}", HOP, "assigned_at", "is a field of Attribution and leads nowhere"),
    ("{var=LoyaltyAccount.tier.discount}", HOP, "tier", "is a field of LoyaltyAccount and leads nowhere"),
    ("{var=VetAssignment.vetos.nom}", HOP, "vetos", "Did you mean veto?"),
    ("{var=contact.first_name.short}", HOP, "short", "first_name is a field of the contact"),
    ("{var=metaData.new_tier.name}", HOP, "name", "new_tier is a text, and nothing comes behind it"),
    # Payloads.
    ("{var=metaData.new_teir}", PROPERTY, "new_teir", "Did you mean new_tier?"),
    ("{var=metaData.newTier}", PROPERTY, "newTier", "Did you mean new_tier?"),
    ("{var=metaData.tier}", PROPERTY, "tier", "event/loyalty.tier_upgraded has no property tier in metaData."),
    ("{var=metaData.points_amount}", PROPERTY, "points_amount", "It has new_tier, previous_tier"),
    ("{var=metaData.new_balance}", PROPERTY, "new_balance", "event/loyalty.tier_upgraded has no property new_balance"),
    ("{var=metaData}", PROPERTY, "metaData", "it names no property of metaData"),
    # What no row of the contact leads to.
    ("{var=ResponsableCommercial.email}", "message-unreachable", "ResponsableCommercial",
     "it is reached by {var=Attribution.responsable.email} and {var=POS visit.seller.email}"),
    ("{var=Vet.nom}", "message-unreachable", "Vet", "it is reached by {var=VetAssignment.veto.nom}"),
    ("{var=LoyaltyTier.discount}", "message-unreachable", "LoyaltyTier", "no relationship leads to it"),
    # What rests on one example, or on none.
    ("{var=POS visit.contact_id}", "message-many-rows", "POS visit", "a contact may have several rows of POS visit"),
    ("{var=Attribution.responsable_id.email}", "message-hop-spelling", "responsable_id", "responsable is expected"),
    ("{var=Attribution.ResponsableCommercial.email}", "message-hop-spelling", "ResponsableCommercial", "stands"),
    ("{var=loyaltyaccount.tier}", "message-case", "loyaltyaccount", "is declared as LoyaltyAccount"),
    ("{var=LoyaltyAccount.Tier}", "message-case", "Tier", "Tier is declared as tier"),
    ("{var=Contact.first_name}", "message-case", "Contact", "Contact is declared as contact"),
    ("{var=contact.First_Name}", "message-case", "First_Name", "is declared as first_name"),
    ("{var=metadata.new_tier}", "message-case", "metadata", "metadata is called metaData"),
    ("{var=metaData.New_Tier}", "message-case", "New_Tier", "is declared as new_tier"),
    ("{var=Attribution.Responsable.email}", "message-case", "Responsable", "is expected as responsable"),
    ("{var=customData.new_tier}", "message-unproven", "customData", "no source shows a variable of customData"),
    ("{var=product.price}", "message-unproven", "product", "no source shows a variable that begins with product"),
]  # fmt: skip
"""Variable, rule, what is underlined, and what is said."""


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[Finding]]:
    """What is found in the messages of a manifest's text, and of the files beside it."""

    def read(text: str, settings: MessageSettings = COPIES_AGE, **files: str) -> list[Finding]:
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
        resolved = reconciler.load([str(tmp_path)], Target("test", messages=settings), {})
        return sorted(message_findings(resolved, TODAY))

    return read


@pytest.fixture
def shop(shipped: Path, tmp_path: Path) -> Callable[[str], list[Finding]]:
    """What is found in the text of a message that a tier upgrade starts, beside the shipped manifests."""

    def read(text: str) -> list[Finding]:
        folder = tmp_path / "shop"
        shutil.copytree(shipped, folder, dirs_exist_ok=True)
        (folder / "visits.yaml").write_text(VISITS, encoding="utf-8")
        template = "kind: template\nname: t\nevent: loyalty.tier_upgraded\nfile: t.txt\n"
        (folder / "t.yaml").write_text(template, encoding="utf-8")
        (folder / "t.txt").write_text(text, encoding="utf-8")
        resolved = reconciler.load([str(folder)], Target("test"), {})
        findings = message_findings(resolved, TODAY)
        return [each for each in findings if each.source.file.endswith("t.txt")]

    return read


def underlined(finding: Finding) -> str:
    """What is underlined in the excerpt."""
    assert finding.excerpt is not None
    begin = finding.excerpt.column - 1
    return finding.excerpt.text[begin : begin + finding.excerpt.length]


def test_planted_mistakes_are_found_with_their_places(shop: Callable, figure: Callable) -> None:
    """M1: each in a line of its own, at the variable, with the wrong name underlined and the whole path said."""
    text = "".join(f"Line {number}: {written} end\n" for number, (written, *_) in enumerate(PLANTED, 1))
    findings = [each for each in shop(text) if each.severity != "info"]
    for number, (written, rule, wrong, said) in enumerate(PLANTED, 1):
        column = len(f"Line {number}: ") + 1
        here = [each for each in findings if each.source.line == number]
        meant = next(iter(each for each in here if each.rule == rule), None)
        assert meant is not None, (written, here)
        assert (column, wrong) == (meant.source.column, underlined(meant)), written
        assert meant.message.startswith(f"{written}: ")
        assert said in meant.message, meant.message
    figure("M1", f"{len(PLANTED)} planted mistakes: {len(PLANTED)} found; the documents' own messages: 0 findings")
    assert len(PLANTED) >= 60


def test_the_messages_of_the_documents_have_no_mistake(shipped: Path) -> None:
    """M1: they are right, and what may be empty or printed somehow is good to know."""
    resolved = reconciler.load([str(shipped)], Target("test"), {})
    findings = list(message_findings(resolved, TODAY))
    assert {"info"} == {each.severity for each in findings}
    assert {"message-may-be-empty", "message-format-unknown"} == {each.rule for each in findings}


@pytest.mark.parametrize("rule", [each.id for each in MESSAGE_RULES])
def test_the_example_of_a_rule_breaks_it_and_the_way_out_does_not(found: Callable, rule: str) -> None:
    """What `explain` shows is what `validate` finds."""
    example = next(each.example for each in MESSAGE_RULES if each.id == rule)
    assert {rule} == {each.rule for each in found(example.before)} - LESSER[rule]
    assert set() == {each.rule for each in found(example.after)} - LESSER[rule]


LESSER = {each.id: {"message-may-be-empty"} - {each.id} for each in MESSAGE_RULES} | {"message-may-be-empty": set()}
"""Every variable of a definition may be empty, and an example of another rule says so too."""


def test_the_severity_is_that_of_the_rule(found: Callable) -> None:
    """But for holes and formats, which are graver in some places."""
    for each in MESSAGE_RULES:
        severities = {finding.severity for finding in found(each.example.before) if finding.rule == each.id}
        graver = {"warning"} if each.severity == "info" else {each.severity}
        assert graver == severities, each.id


INLINE = """kind: template
name: hello
subject: "For {var=Nothing.here}"
body: |
  Hi {var=contact.first_name},
  {var=Nothing.here}
---
kind: template
name: other
file: other.txt
"""


def test_a_finding_stands_where_the_variable_is(found: Callable) -> None:
    """In the manifest for a body and a subject, in the file that is named otherwise."""
    findings = found(INLINE, other="{var=contact.first_name}\n\n  {var=Other.here}")
    places = [(Path(each.source.file).name, each.source.line, each.source.column) for each in findings]
    assert [("m.yaml", 3, 15), ("m.yaml", 6, 3), ("other.txt", 3, 3)] == places


@pytest.mark.parametrize(("key", "left"), [("subject", [6, 3]), ("body", [3, 3]), ("file", [3, 6])])
def test_a_comment_silences_a_rule_in_one_text(found: Callable, key: str, left: list[int]) -> None:
    """At the line of its key: in the text, a comment would be a part of the message."""
    lines = INLINE.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith(f"{key}:"))
    lines[at] += " # reconciler: ignore[message-unknown-root] lives in the shop"
    findings = found("\n".join(lines), other="\n\n{var=Other.here}")
    assert left == [each.source.line for each in findings]


def test_a_comment_without_a_reason_is_a_finding(found: Callable) -> None:
    """In the manifest, where it stands."""
    text = INLINE.replace("other.txt", "other.txt # reconciler: ignore[message-unknown-root]")
    findings = found(text, other="{var=Other.here}")
    assert ["message-unknown-root", "message-unknown-root", "ignore-without-reason"] == [each.rule for each in findings]
    assert 10 == findings[2].source.line


def test_a_text_that_is_not_there_is_a_finding(found: Callable) -> None:
    """With the name that was meant."""
    (missing,) = found("kind: template\nname: a\nfile: helo.txt\n", hello="Hi")
    assert "message-file" == missing.rule
    assert "there is no file" in missing.message
    assert "hello.txt" in missing.message


@pytest.mark.parametrize(
    ("kind", "body"),
    [("template", "body: Hi"), ("segment", "where: {contact.lang: fr}"), ("scenario", "trigger: {event: visit}")],
)
def test_a_copy_has_to_be_looked_at_again(found: Callable, kind: str, body: str) -> None:
    """After as many days as the settings say; without them, never."""
    text = f"kind: {kind}\nname: a\n{body}\ncopied_on: "
    assert [] == found(f"{text}2026-08-28\n")
    (old,) = found(f"{text}2026-08-27\n")
    assert ("message-copy-old", 4) == (old.rule, old.source.line)
    assert f"{kind}/a was copied from the dashboard 91 days ago" in old.message
    assert [] == found(f"{text}2020-01-01\n", MessageSettings())


EVENTS = """
kind: event
code_name: a
name: A
properties: {metaData: [{name: x, type: text, required: true}, {name: y, type: text}]}
---
kind: event
code_name: b
name: B
properties: {metaData: [{name: x, type: text}]}
---
kind: template
name: t
body: "x {var=metaData.x} and {var=metaData.y}"
"""
A, B = (f"---\nkind: scenario\nname: {event}\ntrigger: {{event: {event}}}\ntemplate: t\n" for event in "ab")
ROWS = "---\nkind: scenario\nname: rows\ntrigger: {record: D}\ntemplate: t\n"


@pytest.mark.parametrize(
    ("scenarios", "rules"),
    [
        ("", ["message-no-event", "message-no-event"]),
        (A, ["message-may-be-empty"]),
        (A + B, ["message-may-be-empty", "message-unknown-property"]),
        (ROWS, ["message-no-event", "message-no-event"]),
        (A + ROWS, ["message-no-event", "message-no-event", "message-may-be-empty"]),
    ],
)
def test_every_event_that_starts_a_message_has_its_properties(
    found: Callable, scenarios: str, rules: list[str]
) -> None:
    """The triggers of all scenarios that use the template count; rows bring no payload."""
    assert sorted(rules) == sorted(each.rule for each in found(EVENTS + scenarios))


def test_an_old_name_is_right_until_the_change_is_applied(found: Callable) -> None:
    """The new one is checked like any other."""
    text = next(each.example.before for each in MESSAGE_RULES if each.id == "message-old-name")
    (old,) = [each for each in found(text) if each.severity != "info"]
    assert "Assigned is renamed to Attribution by these manifests: write {var=Attribution.manager.first_name}" in (
        old.message
    )
    assert [] == [each for each in found(text.replace("{var=Assigned", "{var=Attribution")) if each.severity != "info"]


def test_nothing_is_said_of_what_could_not_be_read(found: Callable) -> None:
    """The manifest of the definition is a finding already."""
    text = 'kind: definition\nname: A\nfields: 3\n---\nkind: template\nname: t\nbody: "Hi {var=A.x}"\n'
    assert [] == found(text)
    (gone,) = found(text.replace("fields: 3", "ensure: absent"))
    assert "A is to be deleted, and the message still uses it" in gone.message


def test_the_settings_say_how_a_relation_is_written(found: Callable) -> None:
    """Then nothing is inferred, and the rule does not hold."""
    text = next(each.example.before for each in MESSAGE_RULES if each.id == "message-unknown-hop")
    settings = MessageSettings(hops=MappingProxyType({"Attribution.manager_id": "boss"}))
    assert [] == [each for each in found(text, settings) if each.severity != "info"]
    by_rule = text.replace(".boss.", ".manager.")
    assert [] == [each for each in found(by_rule) if each.severity != "info"]
    (wrong,) = [each for each in found(by_rule, settings) if each.severity != "info"]
    assert ("message-hop-spelling", True) == (
        wrong.rule,
        "manager stands where the settings want boss" in wrong.message,
    )


def test_variables_of_other_tools_are_one_line(found: Callable) -> None:
    """Unless the settings know them."""
    text = 'kind: template\nname: t\nbody: "{promo.a} {promo.b} {shop.c} {widget.d}"\n'
    (others,) = found(text)
    assert "3 tokens of 2 unknown namespaces: promo, shop" in others.message
    (others,) = found(text, MessageSettings(known=("promo.*",)))
    assert "1 token of 1 unknown namespace: shop" in others.message
    assert [] == found(text, MessageSettings(known=("promo.*", "shop.c")))


def test_validate_counts_messages_and_says_never_that_they_are_right(run: Callable, shipped: Path) -> None:
    """They are copies."""
    ended = run("validate", str(shipped))
    assert "23 manifests, all valid · 5 declared messages · 9 notes (-v tells them)" in ended.out
    document = json.loads(run("validate", str(shipped), "--format", "json").out)
    assert (5, 0, 0, 9) == tuple(document["summary"][key] for key in ("messages", "errors", "warnings", "infos"))


def test_validate_fails_for_a_wrong_message(run: Callable, shipped: Path, tmp_path: Path) -> None:
    """With the line of the text and the name underlined."""
    shutil.copytree(shipped, tmp_path / "manifests")
    text = tmp_path / "manifests" / "messages" / "gold-upgrade.txt"
    text.write_text("1\n2\n3\nPoints {var=LoyaltyAccount.point_balance}\n", encoding="utf-8")
    ended = run("validate")
    assert 1 == ended.code
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    (excerpt,) = [
        each for each in re.findall(r"\$ reconciler validate\n(.*?)```", readme, re.DOTALL) if "{var=" in each
    ]
    assert excerpt in ended.out
