"""From a path to where its value comes from, step by step."""

from pathlib import Path

import pytest

import reconciler
from reconciler.kinds.definition.table import Target
from reconciler.messages.chain import Chain, Hop, Row, Value
from reconciler.messages.declared import Declared, declared_in
from reconciler.messages.occasion import Occasion, occasion_of
from reconciler.messages.resolver import Resolution, resolve
from reconciler.model.address import Address
from reconciler.model.manifest import Desired
from reconciler.model.target import MessageSettings
from reconciler.model.target import Target as Shop

PRICES = """
kind: definition
name: Price
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: product_id, type: text, required: true}
  - {name: friend_id, type: number}
  - {name: more, type: json}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
  - {sourceField: product_id, targetSchemaType: system, targetSchema: products}
  - {sourceField: friend_id, targetSchemaType: custom, targetSchema: Attribution, targetField: contact_id}
---
kind: definition
name: POS.profile
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: store, type: text, required: true}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
---
kind: event
code_name: order
name: Order
properties: {metaData: [{name: lines, type: json}], customData: [{name: gift, type: text}]}
"""


@pytest.fixture
def desired(shipped: Path, tmp_path: Path) -> Desired:
    """The shipped manifests, and prices that point at products and at an attribution."""
    (tmp_path / "prices.yaml").write_text(PRICES, encoding="utf-8")
    return reconciler.load([str(shipped), str(tmp_path)], Shop("test"), {}).desired


@pytest.fixture
def declared(desired: Desired) -> Declared:
    """What they declare."""
    return declared_in(desired, MessageSettings())


def said(resolution: Resolution) -> list[tuple[str, str, int]]:
    """The rule, its severity and the position of each remark."""
    return [(each.rule, each.severity, each.at) for each in resolution.remarks]


def test_the_contact_has_its_fields_without_a_step(declared: Declared) -> None:
    """Their names in the API are others."""
    value = Value("contact", "first_name", "contact_first_name")
    assert Resolution(Chain(("contact", "first_name"), (), value)) == resolve(("contact", "first_name"), declared)


def test_a_row_is_found_by_the_contact_and_a_hop_by_its_field(declared: Declared) -> None:
    """Contact → Attribution → ResponsableCommercial, as the document has it."""
    path = ("Attribution", "responsable", "phone")
    row = Row("Attribution", "contact_id")
    hop = Hop("responsable", "responsable_id", Target("definition", "responsable_id", "ResponsableCommercial"))
    value = Value("ResponsableCommercial", "phone", "phone", "text", required=False)
    chain = resolve(path, declared).chain
    assert Chain(path, (row, hop), value) == chain
    assert (True, True) == (chain.is_inferred, chain.may_be_empty)


def test_a_property_has_the_events_it_may_come_from(desired: Desired, declared: Declared) -> None:
    """Of the template, and of the scenarios that send it."""
    occasion = occasion_of(desired.manifests[Address("template", "gold-upgrade")].resource, desired)
    assert Occasion(("loyalty.tier_upgraded",)) == occasion
    chain = resolve(("metaData", "new_tier"), declared, occasion).chain
    assert Value("metaData", "new_tier", "new_tier", "text") == chain.value
    assert (("loyalty.tier_upgraded",), False) == (chain.events, chain.may_be_empty)


def test_a_product_is_at_the_end_of_a_hop(declared: Declared) -> None:
    """Its fields are known in part, so an unknown one is no error."""
    chain = resolve(("Price", "product", "name"), declared).chain
    assert Target("products", "product_id") == chain.steps[1].target
    assert [("message-unknown-field", "warning", 2)] == said(resolve(("Price", "product", "nam"), declared))
    assert [("message-unknown-hop", "error", 3)] == said(resolve(("Price", "product", "name", "x"), declared))
    assert [("message-unknown-field", "error", 1)] == said(resolve(("Price", "product"), declared))


def test_two_hops_are_shown_by_no_source(declared: Declared) -> None:
    """They resolve all the same."""
    found = resolve(("Price", "friend", "responsable", "email"), declared)
    assert [("message-unproven", "warning", 2)] == said(found)
    assert 3 == len(found.chain.steps)


def test_a_hop_back_to_the_contact_has_the_fields_of_contacts(declared: Declared) -> None:
    """It points there like at any other table."""
    assert "contact_data_email" == resolve(("Attribution", "contact", "email"), declared).chain.value.in_api


def test_a_json_property_may_have_more_behind_it(declared: Declared) -> None:
    """Nobody knows; and other slots are shown by no source."""
    order = Occasion(("order",))
    assert [("message-unproven", "warning", 2)] == said(resolve(("metaData", "lines", "first"), declared, order))
    assert [("message-unproven", "warning", 0)] == said(resolve(("customData", "gift"), declared, order))
    in_other = resolve(("metaData", "gift"), declared, order)
    assert [("message-unknown-property", "error", 1)] == said(in_other)
    assert "customData has it" in in_other.remarks[0].message


def test_the_number_of_a_row_is_shown_by_no_source(declared: Declared) -> None:
    """It is no field of the definition."""
    found = resolve(("LoyaltyAccount", "id"), declared)
    assert [("message-unproven", "warning", 1)] == said(found)
    assert "number" == found.chain.value.type


@pytest.mark.parametrize(
    ("path", "remarks"),
    [
        ("POS.profile.store", [("message-unproven", "warning", 0)]),
        ("pos.profile.store", [("message-case", "warning", 0), ("message-unproven", "warning", 0)]),
        ("POS.profile.stor", [("message-unknown-field", "error", 2), ("message-unproven", "warning", 0)]),
        ("POS.profile", [("message-unknown-field", "error", 0), ("message-unproven", "warning", 0)]),
        ("POS.profil.store", [("message-unknown-root", "error", 0)]),
    ],
)
def test_the_name_of_a_definition_may_hold_dots(declared: Declared, path: str, remarks: list[tuple]) -> None:
    """It is one name of the path, and what is said stands at the names as they are written."""
    assert remarks == said(resolve(path.split("."), declared))


def test_three_hops_are_told_once(declared: Declared) -> None:
    """The second of them says it."""
    path = ("Price", "friend", "contact", "email")
    assert [("message-unproven", "warning", 2)] == said(resolve(path, declared))


def test_an_address_of_a_contact_is_found_under_what_the_api_calls_it(declared: Declared) -> None:
    """With and without what the API begins it with."""
    for name in ("data_email", "contact_data_email"):
        (remark,) = resolve(("contact", name), declared).remarks
        assert "email" == remark.message.rpartition("Did you mean ")[2].removeprefix("contact.").rstrip("?")
