"""The plan as it is read in a terminal."""

from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Accepted, Blocked, Change, Create, Delete, FieldChange, Update
from reconciler.model.plan import Exit, Forecast, Git, Plan, Summary, TargetInfo, Tool
from reconciler.report.junit import plan_junit
from reconciler.report.plan_text import plan_text
from tests.report.plans import plan_of


def plan(**parts: Any) -> Plan:
    return Plan(
        tool=Tool(name="t", version="0"),
        target=TargetInfo(name="shopimind", base_url="https://core.shopimind.com/v1", key_fingerprint=""),
        created_at="",
        expires_at="",
        git=Git(),
        exit=Exit(code=0, reason=""),
        **parts,
    )


def field(path: str, op: str, old: Any = None, new: Any = None) -> FieldChange:
    return FieldChange.model_validate({"path": tuple(path.split("/")), "op": op, "old": old, "new": new})


CONTACTS = {"targetSchemaType": "system", "targetSchema": "contacts", "targetField": "id_contact"}
MANAGER = {
    "targetSchemaType": "custom",
    "targetSchema": "definition/ResponsableCommercial",
    "targetField": "responsable_id",
}
SAMPLE = plan(
    changes=(
        Create(
            address="definition/Attribution",
            impact="safe",
            reason="not live",
            fields=(
                field("unique_keys", "added", new=["contact_id"]),
                field("fields/contact_id", "added", new={"type": "number", "required": True}),
                field("fields/responsable_id", "added", new={"type": "text", "required": True}),
                field("relationships/contact_id", "added", new=CONTACTS),
                field("relationships/responsable_id", "added", new=MANAGER),
            ),
            source="manifests/attribution.yaml:1",
        ),
        Update(
            address="definition/LoyaltyAccount",
            impact="caution",
            reason="existing rows read null",
            fields=(field("fields/tier_since", "added", new={"type": "date", "required": False}),),
        ),
    ),
    blocked=(
        Blocked(
            address="definition/ResponsableCommercial",
            rule="field-type-frozen",
            path=("fields", "phone", "type"),
            old="text",
            new="number",
            ways_out=("keep text", "add phone_number beside it"),
            message="a field's type cannot change in place",
        ),
    ),
    summary=Summary(create=1, update=1, blocked=1, unchanged=4),
    forecast=Forecast(requests=4, seconds=0.8),
).model_copy(update={"live": 6})
TEXT = """\
shopimind · https://core.shopimind.com/v1 · 7 manifests, 6 live

+ definition/Attribution                                   manifests/attribution.yaml:1
    + unique keys: contact_id
    + contact_id       number   required   → contacts.id_contact
    + responsable_id   text     required   → ResponsableCommercial.responsable_id
~ definition/LoyaltyAccount                                caution: existing rows read null
    + fields.tier_since   date
! definition/ResponsableCommercial                         blocked: a field's type cannot change in place
    ~ fields.phone.type        text → number
      ways out: keep text · add phone_number beside it

Plan: 1 to create, 1 to update, 0 to delete, 1 blocked · 4 requests, about 1 s
"""


def test_a_plan_reads_as_promised() -> None:
    """The sample of the product's description."""
    assert TEXT == plan_text(SAMPLE)


def test_colours_follow_what_happens() -> None:
    """Green comes, yellow changes, magenta is blocked; headings and sums stay plain."""
    painted: list[tuple[str, str]] = []

    def paint(text: str, colour: str) -> str:
        painted.append((colour, text.split(maxsplit=1)[0]))
        return text

    assert TEXT == plan_text(SAMPLE, paint)
    expected = [("green", "+")] * 4 + [("yellow", "~"), ("green", "+"), ("magenta", "!")]
    assert expected == painted


def test_what_goes_is_red() -> None:
    """And a warning's first word is magenta."""
    gone = field("properties/metaData/p", "removed", old={"type": "text", "required": True})
    update = Update(address="event/e", impact="breaking", reason="r", fields=(gone,))
    text = plan_text(plan(changes=(update,), warnings=("look",)), lambda text, colour: f"<{colour}>{text}</{colour}>")
    assert "<red>    - properties.metaData.p   text  required</red>\n<magenta>warning: </magenta>look\n" in text


def updated(*fields: FieldChange) -> list[str]:
    kind = "override" if fields[0].path[0] == "sources" else "definition"
    change = Update(address=f"{kind}/e", impact="safe", reason="r", fields=fields)
    return plan_text(plan(changes=(change,))).splitlines()[3:-2]


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        ("~ name   a → b", field("name", "changed", "a", "b")),
        ('~ description   "" → b', field("description", "changed", "", "b")),
        ('~ fields.a.default   nothing → ""', field("fields/a/default", "changed", None, "")),
        ('~ fields.a.default   nothing → "nothing"', field("fields/a/default", "changed", None, "nothing")),
        ('~ fields.a.options   [a, b] → ["a, b"]', field("fields/a/options", "changed", ["a", "b"], ["a, b"])),
        ("~ fields.a.default   nothing → []", field("fields/a/default", "changed", None, [])),
        ("~ description   nothing → b", field("description", "changed", None, "b")),
        ("~ x   true → false", field("x", "changed", True, False)),
        ("~ x   2 → 1", field("x", "changed", 2, 1)),
        ("~ x   [a, 1, true] → []", field("x", "changed", ["a", 1, True], [])),
        ('~ x   {"é": "\\u001b"} → {}', field("x", "changed", {"é": "\x1b"}, {})),
        (
            "~ relationships.a.targetSchema   definition → D",
            field("relationships/a/targetSchema", "changed", "definition", "definition/D"),
        ),
        ("+ unique_keys   [a]", field("unique_keys", "added", new=["a"])),
        ("+ fields.a   text", field("fields/a", "added", new={"type": "text"})),
        ("+ relationships.a   → contacts.id_contact", field("relationships/a", "added", new=CONTACTS)),
        (
            "- sources.V.p   priority 1",
            field("sources/V.p", "removed", old={"definition": "definition/V", "priority": 1}),
        ),
        ("~ x\\x1b[2J   \\x07 → \\u202e", field("x\x1b[2J", "changed", "\x07", "\u202e")),
        (f"~ x   {'a' * 60} → {'b' * 59}…", field("x", "changed", "a" * 60, "b" * 61)),
        (f"~ x   [{'a' * 58}… → c", field("x", "changed", ["a" * 100], "c")),
    ],
)
def test_each_difference_is_one_line(expected: str, change: FieldChange) -> None:
    """Values are short and harmless."""
    assert [f"    {expected}"] == updated(change)


def test_differences_stand_in_columns() -> None:
    """As wide as the widest."""
    assert ["    ~ a     1 → 2", "    ~ bcd   3 → 4"] == updated(
        field("a", "changed", 1, 2), field("bcd", "changed", 3, 4)
    )


def test_events_and_overrides_are_created_in_rows() -> None:
    """What the dashboard shows, properties by slot, sources by priority."""
    event = (
        field("name", "added", new="N"),
        field("properties/metaData/p", "added", new={"type": "text", "required": True}),
    )
    source = {"definition": "definition/V", "field": "p", "priority": 2}
    changes = (
        Create(address="event/e", impact="safe", reason="", fields=event),
        Create(address="override/o", impact="safe", reason="", fields=(field("sources/V.p", "added", new=source),)),
    )
    expected = [
        "+ event/e",
        "    + name: N",
        "    + metaData.p   text   required",
        "+ override/o",
        "    + V.p   priority 2",
    ]
    assert expected == plan_text(plan(changes=changes)).splitlines()[2:-2]


def created(address: str, *fields: FieldChange) -> list[str]:
    change = Create(address=address, impact="safe", reason="", fields=fields, source="m:1")
    return plan_text(plan(changes=(change,))).splitlines()[2:-2]


def test_an_event_without_properties_has_a_name() -> None:
    """There are no other rows."""
    expected = [f"+ event/e{' ' * 50}m:1", "    + name: \\x1bN"]
    assert expected == created("event/e", field("name", "added", new="\x1bN"))


def test_what_freezes_with_a_definition_is_shown_before_it_is_made() -> None:
    """Keys, labels, options, defaults and descriptions can never change; a label that is the name says nothing."""
    fields = (
        field("unique_keys", "added", new=["b", "a"]),
        field("status", "added", new="inactive"),
        field("fields/a", "added", new={"type": "text", "required": True, "label": "A \x07 tier"}),
        field("fields/b", "added", new={"type": "text", "required": False, "label": "b", "default": False}),
        field("fields/c", "added", new={"type": "list", "required": False, "options": ["x", 1], "description": "D"}),
        field("relationships/a", "added", new=CONTACTS),
    )
    expected = [
        "    + unique keys: b, a",
        "    + status: inactive",
        '    + a   text   required   → contacts.id_contact · label "A \\x07 tier"',
        "    + b   text              default false",
        '    + c   list              options x, 1 · description "D"',
    ]
    assert expected == created("definition/D", *fields)[1:]


def test_a_definition_without_keys_says_so() -> None:
    """It can never get any, and records cannot be repeated safely without."""
    expected = ["    + unique keys: none", "    + a   text"]
    assert expected == created("definition/D", field("fields/a", "added", new={"type": "text", "options": []}))[1:]


def test_many_options_end_with_a_number() -> None:
    """Twenty can be read at a prompt."""
    options = [f"o{number}" for number in range(23)]
    (line,) = updated(field("fields/a", "added", new={"type": "list", "options": options}))
    assert line.endswith("options " + ", ".join(options[:20]) + " and 3 more")


def accepted(change: str, reason: str = "agreed") -> Accepted:
    return Accepted(change=change, reason=reason, until="2026-12-31")


def lines_of(change: Change) -> list[str]:
    return plan_text(plan(changes=(change,))).splitlines()[2:-2]


def test_a_delete_is_one_line() -> None:
    """With what it means; there are no fields to tell."""
    gone = Delete(address="definition/Old", impact="breaking", reason="lost")
    assert [f"- definition/Old{' ' * 43}breaking: lost"] == lines_of(gone)


def test_renames_and_switches_are_lines_like_others() -> None:
    """The address is the new one."""
    fields = (field("name", "changed", "Old", "New"), field("status", "changed", "active", "inactive"))
    change = Update(address="definition/New", impact="breaking", reason="r", fields=fields)
    assert ["    ~ name     Old → New", "    ~ status   active → inactive"] == lines_of(change)[1:]


def test_an_acceptance_stands_below_what_it_accepts() -> None:
    """It is still breaking, and its reason is harmless."""
    gone = Delete(address="event/e", impact="breaking", reason="r", accepted=(accepted("delete", "\x1b"),))
    assert ["      accepted: \\x1b (until 2026-12-31)"] == lines_of(gone)[1:]


def test_an_acceptance_of_a_part_says_what_it_leaves_open() -> None:
    """Several things break, so each is named; what is not accepted is red."""
    removed = [field(f"properties/metaData/{name}", "removed", old={"type": "text"}) for name in "pq"]
    change = Update(
        address="event/e", impact="breaking", reason="r", fields=tuple(removed),
        accepted=(accepted("properties.metaData.p"),),
    )  # fmt: skip
    assert [
        "      accepted properties.metaData.p: agreed (until 2026-12-31)",
        "      not accepted: properties.metaData.q",
    ] == lines_of(change)[3:]
    painted = plan_text(plan(changes=(change,)), lambda text, colour: f"<{colour}>{text}</{colour}>")
    assert "<green>      accepted properties" in painted
    assert "<red>      not accepted: properties" in painted


def test_a_relationship_without_a_target_field_names_the_schema() -> None:
    """The server fills the rest in."""
    fields = (
        field("fields/a", "added", new={"type": "text"}),
        field("relationships/a", "added", new={"targetSchemaType": "system", "targetSchema": "products"}),
    )
    change = Create(address="definition/D", impact="safe", reason="", fields=fields)
    assert "    + a   text      → products" in plan_text(plan(changes=(change,))).splitlines()


def blocked(address: str, path: str, message: str = "m", **values: Any) -> Blocked:
    parts = {"rule": "r", "path": tuple(path.split("/")), "ways_out": ("w",), "message": message}
    return Blocked.model_validate({"address": address, **parts, **values})


def test_blocked_items_stand_together_by_address() -> None:
    """Another reason is told before its line; long paths move all values of the group."""
    items = (
        blocked("event/a", "x", old=1, new=2),
        blocked("event/b", "y", old=1, new=2),
        blocked("event/a", "relationships/responsable_id/targetField", message="n", old={"k": "\x1b"}, new="v"),
    )
    expected = [
        f"! event/a{' ' * 50}blocked: m",
        "    ~ x                                          1 → 2",
        "      ways out: w",
        "    n:",
        '    ~ relationships.responsable_id.targetField   {"k": "\\u001b"} → v',
        "      ways out: w",
        f"! event/b{' ' * 50}blocked: m",
        "    ~ y                        1 → 2",
        "      ways out: w",
    ]
    assert expected == plan_text(plan(blocked=items)).splitlines()[2:-2]


def test_what_a_stranger_wrote_is_made_visible_everywhere() -> None:
    """In addresses, names, files, reasons, messages, ways out, warnings and the target."""
    evil = "\x1b[2J\u202e\n"
    fields = (
        field(f"fields/{evil}", "added", new={"type": evil}),
        field(f"relationships/{evil}", "added", new={"targetSchema": evil, "targetField": evil}),
    )
    hostile = plan(
        changes=(
            Create(address=f"definition/{evil}", impact="safe", reason=evil, fields=fields, source=evil),
            Update(
                address=f"definition/{evil}",
                impact="safe",
                reason=evil,
                fields=(*fields, field(evil, "changed", evil, [evil])),
            ),
        ),
        blocked=(
            blocked(f"event/{evil}", evil, evil, ways_out=(evil,), old=evil, new={evil: evil}),
            blocked(f"event/{evil}", evil, evil + evil),
        ),
        warnings=(evil,),
    ).model_copy(update={"target": TargetInfo(name=evil, base_url=evil, key_fingerprint=evil)})
    text = plan_text(hostile)
    assert not {"\x1b", "\u202e"} & set(text)
    assert 18 == text.count("\n")
    assert text.count("\\x0a") >= 20


@pytest.mark.parametrize(
    ("expected", "summary"),
    [
        ("0 manifests, 7 live", Summary()),
        ("1 manifest, 7 live", Summary(create=1)),
        ("10 manifests, 7 live", Summary(create=1, update=2, delete=3, blocked=1, unchanged=3, unmanaged=6)),
    ],
)
def test_the_head_counts_both_sides(expected: str, summary: Summary) -> None:
    """Manifests by what becomes of them, and what lives as it was counted."""
    head = plan_text(plan(summary=summary).model_copy(update={"live": 7})).splitlines()[0]
    assert f"shopimind · https://core.shopimind.com/v1 · {expected}" == head


def test_what_is_pruned_has_no_manifest() -> None:
    """It is deleted, and was never counted among the files."""
    pruned = Delete(address="definition/A", impact="breaking", reason="r")
    told = Delete(address="definition/B", impact="breaking", reason="r", source="m.yaml:1")
    text = plan_text(plan(changes=(pruned, told), summary=Summary(delete=2)))
    assert text.startswith("shopimind · https://core.shopimind.com/v1 · 1 manifest, 0 live\n")


@pytest.mark.parametrize(
    ("expected", "parts"),
    [
        ("in sync: 3 unchanged, 1 unmanaged", {"summary": Summary(unchanged=3, unmanaged=1)}),
        (
            "Plan: 0 to create, 0 to update, 0 to delete, 1 blocked · nothing to send",
            {"blocked": (blocked("event/a", "x"),), "summary": Summary(blocked=1)},
        ),
        (
            "Plan: 1 to create, 2 to update, 3 to delete · 1 request, about 1 s",
            {
                "changes": SAMPLE.changes,
                "summary": Summary(create=1, update=2, delete=3),
                "forecast": Forecast(requests=1, seconds=0.2),
            },
        ),
        (
            "Plan: 1 to create, 1 to update, 0 to delete · 103 requests, about 21 s",
            {
                "changes": SAMPLE.changes,
                "summary": Summary(create=1, update=1),
                "forecast": Forecast(requests=103, seconds=20.6),
            },
        ),
    ],
)
def test_the_last_line_is_the_sum(expected: str, parts: dict[str, Any]) -> None:
    """What would be done and what it costs."""
    assert expected == plan_text(plan(**parts)).splitlines()[-1]


def test_what_is_not_managed_is_named_as_long_as_that_is_readable() -> None:
    """Ten names, then how many more."""
    twelve = [f"event/e{number}" for number in range(12)]
    line = next(line for line in plan_text(plan_of((), unmanaged=tuple(twelve))).splitlines() if "e0" in line)
    assert f"unmanaged: {', '.join(twelve[:10])} and 2 more" == line
    assert "unmanaged: event/a\n" in plan_text(plan_of((), unmanaged=("event/a",)))


def test_names_of_any_length_are_shortened() -> None:
    """A shop may hold them; the JSON document keeps them whole."""
    address = Address("event", "n" * 100_000)
    plan = plan_of((), unmanaged=(address,), warnings=(f"{address} is odd",))
    for text in (plan_text(plan), plan_junit(plan)):
        assert 5_000 > len(text)
    assert str(address) in plan.document()["unmanaged"]
