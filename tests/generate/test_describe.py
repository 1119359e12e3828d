"""What is declared becomes types: which ones, with which keys, and which of them are needed."""

from typing import Any

import pytest

from reconciler.errors import WrongUsage
from reconciler.generate.describe import describe
from reconciler.generate.shapes import Either, Member, Named, OneOf, Scalar, Shape
from tests.campaigns.generated import PROPERTY_TYPES, TYPES
from tests.generate.shops import EVERYTHING, Document, shop


def shapes_of(*documents: Document, only: str | None = None) -> dict[str, Shape]:
    types = describe(shop(documents), only).types
    return {each.name: each for each in types if isinstance(each, Shape)}


def event(code_name: str = "a.b", **more: Any) -> Document:
    return {"kind": "event", "code_name": code_name, "name": "A", **more}


def test_every_type_of_field_has_its_type() -> None:
    """All ten; a list with options is one of them."""
    members = {each.key: each for each in shapes_of(*EVERYTHING)["EverythingRow"].members}
    assert {f"of_{each}": Scalar(each) for each in TYPES if each != "list"} == {
        key: each.type for key, each in members.items() if key.startswith("of_") and key != "of_list"
    }
    assert OneOf(("a", 1)) == members["of_list"].type
    assert "optional or null" == members["of_text"].presence
    assert "required" == members["size"].presence


def test_every_type_of_property_has_its_type() -> None:
    """All seven; one with options is one of them."""
    members = {each.key: each.type for each in shapes_of(*EVERYTHING)["AllTypesMetaData"].members}
    assert {f"of_{each}": Scalar(each) for each in PROPERTY_TYPES}.items() <= members.items()
    assert OneOf(("silver", "gold")) == members["tier"]
    assert OneOf((1, 2)) == members["times"]


def test_a_field_that_points_at_contacts_takes_every_way_to_name_one() -> None:
    """The others keep the type that they have."""
    members = {each.key: each.type for each in shapes_of(*EVERYTHING)["EverythingRow"].members}
    assert [Named("ContactRef")] * 2 == [members["contact"], members["referrer"]]
    assert Scalar("number") == members["of_number"]


def test_a_payload_has_its_slots_where_the_trigger_has_them() -> None:
    """Those of contact and visitor stand in these."""
    shapes = shapes_of(*EVERYTHING)
    payload = {each.key: each for each in shapes["AllTypesOfContact"].members}
    assert ["contact", "visitor", "metaData", "customData"] == list(payload)
    assert Named("AllTypesContactTarget") == payload["contact"].type
    for key in ("ById", "ByEmail", "ByPhone"):
        data = shapes[f"AllTypesTarget{key}"].members[-1]
        assert Member("customData", Named("AllTypesContactData"), "required") == data
    visitor = shapes["AllTypesVisitorTarget"].members[-1]
    assert Member("customData", Named("AllTypesVisitorData"), "optional") == visitor


@pytest.mark.parametrize(("required", "presence"), [(True, "required"), (False, "optional")])
def test_a_slot_may_be_left_out_when_all_in_it_may(required: bool, presence: str) -> None:
    """One required property makes its slot required."""
    properties = {"metaData": [{"name": "x", "type": "text", "required": required}, {"name": "y", "type": "text"}]}
    slot = shapes_of(event(properties=properties))["ABOfContact"].members[-1]
    assert ("metaData", presence) == (slot.key, slot.presence)


def test_a_slot_without_properties_is_no_part_of_the_payload() -> None:
    """Whether it is written as empty or not at all."""
    shape = shapes_of(event(properties={"metaData": []}))["ABOfContact"]
    assert ["contact", "visitor"] == [each.key for each in shape.members]


def test_a_payload_is_for_a_contact_or_for_a_visitor() -> None:
    """At least one of them; of both it is one for a contact."""
    types = {each.name: each for each in describe(shop([event()])).types}
    assert types["ABPayload"] == Either("ABPayload", ("ABOfContact", "ABOfVisitor"), "A: the payload of a.b.")
    of_visitor = types["ABOfVisitor"]
    assert isinstance(of_visitor, Shape)
    assert ("contact",) == of_visitor.without


def test_what_is_to_be_deleted_has_no_types() -> None:
    """Nobody is to send it any more."""
    gone = {"kind": "event", "code_name": "old.event", "ensure": "absent"}
    assert {"a.b": "ABPayload"} == describe(shop([event(), gone])).payloads


def test_only_the_types_of_some_addresses() -> None:
    """A pattern of addresses, or one address."""
    both = [event("a.b"), event("c.d")]
    for only in ("event/a.*", "event/a.b"):
        assert ["a.b"] == list(describe(shop(both), only).payloads)
    with pytest.raises(WrongUsage, match=r"No event type or definition has an address like 'override/\*'"):
        describe(shop(both), "override/*")


def test_the_digest_is_of_what_is_declared() -> None:
    """A description or an option changes it; where it stands and who accepted it do not."""
    property_ = {"name": "x", "type": "text"}
    accepted = [{"change": "name", "reason": "meant", "until": "2999-01-01"}]
    first = describe(shop([event(properties={"metaData": [property_]})])).digest
    same = shop([event(properties={"metaData": [property_]}, accept=accepted)])
    assert first == describe(same).digest
    for more in ({"description": "said"}, {"options": ["a"]}, {"required": True}):
        changed = shop([event(properties={"metaData": [{**property_, **more}]})])
        assert first != describe(changed).digest


def test_a_description_is_one_line_in_which_nothing_hides() -> None:
    """Line breaks are blanks, and what nobody sees is escaped."""
    description = "one\r\ntwo\u2028three \u202eright\u200b"
    properties = {"metaData": [{"name": "x", "type": "text", "description": description}]}
    member = shapes_of(event(properties=properties))["ABMetaData"].members[0]
    assert r"one two three \u202eright\u200b" == member.about
