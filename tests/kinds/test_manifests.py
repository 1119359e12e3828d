"""What a manifest may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from reconciler.kinds.definition.manifest import Definition, DefinitionField, Relationship
from reconciler.kinds.event.manifest import Event, EventProperties
from reconciler.kinds.override.manifest import Override, OverrideSource

FIELD = {"name": "a", "type": "text"}


@pytest.mark.parametrize(
    ("written", "meant"), [("string", "text"), ("boolean", "bool"), ("text", "text"), ("list", "list")]
)
def test_both_spellings_of_a_field_type_are_read(written: str, meant: str) -> None:
    """The product documents use both."""
    assert meant == DefinitionField.model_validate({"name": "a", "type": written}).type


@pytest.mark.parametrize("written", ["String", "int", "", 5, None, ["text"]])
def test_other_types_are_refused(written: object) -> None:
    """Also those that cannot be looked up."""
    with pytest.raises(ValidationError, match="Input should be"):
        DefinitionField.model_validate({"name": "a", "type": written})


def test_what_is_not_written_is_not_managed() -> None:
    """Only `required` and the label have a value of their own."""
    field = DefinitionField.model_validate(FIELD)
    assert (False, "a", None, None, None) == (
        field.required,
        field.shown_label,
        field.description,
        field.default,
        field.options,
    )


def test_a_written_label_is_shown() -> None:
    """The field's name is only the default."""
    assert "A" == DefinitionField.model_validate({**FIELD, "label": "A"}).shown_label


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("required", "true"),
        ("required", 1),
        ("label", 5),
        ("description", True),
        ("name", 5),
        ("options", [True]),
        ("x", 1),
    ],
)
def test_scalars_are_strict(key: str, value: object) -> None:
    """YAML says what is text and what is a number."""
    with pytest.raises(ValidationError):
        DefinitionField.model_validate({**FIELD, key: value})


@pytest.mark.parametrize("name", [" a", "a ", "\ta", "a\t", "a\n", "\r\na"])
@pytest.mark.parametrize("key", ["name", "unique_keys", "sourceField", "targetSchema", "targetField"])
def test_no_name_is_trimmed(key: str, name: str) -> None:
    """Trimmed, it would be the name of something else: the server counts leading blanks."""
    relationship = {"sourceField": "a", "targetSchemaType": "custom", "targetSchema": "B", "targetField": "id"}
    document = {"name": "A", "fields": [FIELD], "unique_keys": ["a"], "relationships": [relationship]}
    if key in relationship:
        relationship[key] = name
    else:
        document[key] = [name] if key == "unique_keys" else name
    with pytest.raises(ValidationError, match="outer_blank"):
        Definition.model_validate(document)


@pytest.mark.parametrize("name", [" a", "a ", "  a  "])
def test_an_old_name_is_what_was_written(name: str) -> None:
    """It says how something is called in the shop, blanks and all."""
    document = {"name": "a", "renamed_from": name, "fields": [FIELD]}
    assert name == Definition.model_validate(document).old_name


@pytest.mark.parametrize("key", ["definition", "field"])
def test_no_name_in_a_source_is_trimmed(key: str) -> None:
    """An override must not take its price from another definition."""
    source = {"definition": "A", "field": "b", "priority": 1, key: " A"}
    with pytest.raises(ValidationError, match="outer_blank"):
        Override.model_validate({"target": "products.price", "sources": [source]})


def test_values_are_frozen() -> None:
    """A manifest is what was written."""
    with pytest.raises(ValidationError, match="frozen"):
        DefinitionField.model_validate(FIELD).name = "b"


@pytest.mark.parametrize(
    ("kind", "schema", "written", "field"),
    [
        ("system", "contacts", None, "id_contact"),
        ("system", "products", None, "product_id"),
        ("custom", "Loyalty", None, "id"),
        ("custom", "contacts", None, "id"),
        ("custom", "Loyalty", "code", "code"),
        ("system", "contacts", "email", "email"),
    ],
)
def test_the_server_fills_in_the_target_field(kind: str, schema: str, written: str | None, field: str) -> None:
    """By what the relationship points at (contract §3.1)."""
    said = {"sourceField": "a", "targetSchemaType": kind, "targetSchema": schema}
    if written is not None:
        said["targetField"] = written
    relationship = Relationship.model_validate(said)
    assert field == relationship.server_target_field


def test_slots_may_be_nested_as_the_api_has_them() -> None:
    """Both forms are one."""
    flat = {"metaData": [], "contact.customData": [FIELD], "visitor.customData": []}
    nested = {"metaData": [], "contact": {"customData": [FIELD]}, "visitor": {"customData": []}}
    one, other = (Event.model_validate({"code_name": "a", "name": "A", "properties": p}) for p in (flat, nested))
    assert one == other
    assert ["metaData", "contact.customData", "visitor.customData"] == list(one.properties.by_slot())


def test_a_slot_stands_once() -> None:
    """In one form or the other."""
    twice = {"contact.customData": [], "contact": {"customData": []}}
    with pytest.raises(ValidationError, match=r"contact\.customData stands here twice"):
        Event.model_validate({"code_name": "a", "name": "A", "properties": twice})


def test_an_event_without_properties_manages_none() -> None:
    """A slot that is not written is not managed."""
    assert EventProperties() == Event.model_validate({"code_name": "a", "name": "A"}).properties


@pytest.mark.parametrize("priority", [0, 4, True, "1", 1.0])
def test_priorities_are_1_to_3(priority: object) -> None:
    """Whole numbers."""
    with pytest.raises(ValidationError):
        OverrideSource.model_validate({"definition": "A", "field": "a", "priority": priority})


def test_an_override_has_at_most_three_sources() -> None:
    """The list is the whole list; it may be empty."""
    source = {"definition": "A", "field": "a", "priority": 1}
    assert () == Override(target="products.price", sources=()).sources
    with pytest.raises(ValidationError, match="at most 3 items"):
        Override.model_validate({"target": "products.price", "sources": [source] * 4})


def test_what_was_written_is_not_in_the_error() -> None:
    """Manifests may hold what nobody else should read."""
    with pytest.raises(ValidationError) as refused:
        DefinitionField.model_validate({**FIELD, "label": ["secret"]})
    assert "secret" not in str(refused.value)
