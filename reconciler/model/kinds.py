"""What a manifest may say, one model per kind, in the API's own vocabulary (contract
§3.1, §4, §6.1).

A value that is None was not written, and what is not written is not managed; only
`required` and `label` have defaults of their own. Scalars are strict: YAML says what is
text and what is a number.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

FieldType = Literal[
    "bool",
    "text",
    "longtext",
    "number",
    "decimal",
    "list",
    "date",
    "datetime",
    "json",
    "geolocation",
]
PropertyType = Literal["bool", "text", "longtext", "number", "decimal", "date", "json"]
OverrideTarget = Literal["products.price", "products.price_discount"]
SYSTEM_SCHEMAS = ("contacts", "products")
SLOTS = ("metaData", "customData", "contact.customData", "visitor.customData")
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
PROPERTY_TYPES: tuple[str, ...] = get_args(PropertyType)
NUMERIC_TYPES = ("number", "decimal")

TYPE_ALIASES = {"string": "text", "boolean": "bool"}
"""The product documents use both spellings (contract §13 row 1)."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of the text after them."""

SERVER_TARGET_FIELDS = {"contacts": "id_contact", "products": "product_id"}
"""What the server fills in for an omitted `targetField`; `id` for definitions (contract
§3.1).
"""


def _canonical_type(value: object) -> object:
    return TYPE_ALIASES.get(value, value) if isinstance(value, str) else value


def _named(value: object) -> object:
    """Names are sent trimmed: the server ignores trailing blanks but not leading ones
    (contract §3.1).
    """
    return value.strip() if isinstance(value, str) else value


def _visible(value: str) -> str:
    """A name that shows as something else than it is cannot be reviewed."""
    for letter in () if value.isprintable() else value:
        if unicodedata.category(letter) in _UNSEEN or letter in _DIRECTIONS:
            raise PydanticCustomError(
                "unseen_character",
                "holds U+{code}, which cannot be seen",
                {"code": f"{ord(letter):04X}"},
            )
    return value


def _day(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day_type", "must be a day, such as 2026-12-31")


def _needed(value: Any, info: ValidationInfo) -> Any:
    """What only a resource that is to be deleted may leave out."""
    if not value and info.data.get("ensure") != "absent":
        raise PydanticCustomError("needed", "missing")
    return value


def _option(value: object) -> object:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("option_type", "must be text or a number")


Option = Annotated[
    str | int | float, PlainValidator(_option, json_schema_input_type=str | int | float)
]
Name = Annotated[
    StrictStr, Field(min_length=1), BeforeValidator(_named), AfterValidator(_visible)
]
Day = Annotated[
    date,
    BeforeValidator(
        _day, json_schema_input_type=Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    ),
]


class Part(BaseModel):
    """The base of everything written in a manifest."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class DefinitionField(Part):
    """One field of a definition; an empty `label` means the field's name."""

    name: Name
    label: StrictStr = ""
    type: Annotated[FieldType, BeforeValidator(_canonical_type)]
    required: StrictBool = False
    description: StrictStr | None = None
    default: Any = None
    options: tuple[Option, ...] | None = None

    @property
    def shown_label(self) -> str:
        return self.label or self.name


class Relationship(Part):
    """A field that points at a contact, a product or another definition (named, never
    numbered).
    """

    source_field: Name = Field(alias="sourceField")
    target_schema_type: Literal["system", "custom"] = Field(alias="targetSchemaType")
    target_schema: Name = Field(alias="targetSchema")
    target_field: Name | None = Field(default=None, alias="targetField")

    @property
    def server_target_field(self) -> str:
        """The target field, or what the server puts there when none is written."""
        system = SERVER_TARGET_FIELDS if self.target_schema_type == "system" else {}
        return self.target_field or system.get(self.target_schema, "id")


class Acceptance(Part):
    """A reviewed acceptance of one breaking change: `change` is its dotted path, or
    `delete`.
    """

    change: Name
    reason: Name
    until: Day


def _only_absent_lacks(key: str, least: str) -> dict[str, Any]:
    """In JSON Schema: `key` is required, and not empty, unless the resource is to be
    deleted.
    """
    return {
        "if": {"properties": {"ensure": {"const": "absent"}}, "required": ["ensure"]},
        "else": {"required": [key], "properties": {key: {least: 1}}},
    }


class Definition(Part):
    """A custom-data definition. Without `ensure` it is present and its status is left
    alone.
    """

    model_config = ConfigDict(
        json_schema_extra=_only_absent_lacks("fields", "minItems")
    )

    kind: Literal["definition"] = "definition"
    name: Name
    renamed_from: Name | None = None
    ensure: Literal["active", "inactive", "absent"] | None = None
    accept: tuple[Acceptance, ...] = ()
    description: StrictStr | None = None
    unique_keys: tuple[Name, ...] | None = None
    fields: Annotated[tuple[DefinitionField, ...], AfterValidator(_needed)] = Field(
        default=(), validate_default=True
    )
    relationships: tuple[Relationship, ...] = ()


class EventProperty(Part):
    """One key that an event's payload may or must carry in its slot."""

    name: Name
    type: Annotated[PropertyType, BeforeValidator(_canonical_type)]
    required: StrictBool = False
    description: StrictStr | None = None


def _flat_slots(value: object) -> object:
    """`contact: {customData: […]}`, as the API nests it, is read like the slot
    `contact.customData`.
    """
    if not isinstance(value, Mapping):
        return value
    nested = {
        slot: value[slot]
        for slot in ("contact", "visitor")
        if isinstance(value.get(slot), Mapping)
    }
    flat = {slot: content for slot, content in value.items() if slot not in nested}
    inner = {
        f"{slot}.{name}": content
        for slot, slots in nested.items()
        for name, content in slots.items()
    }
    if twice := flat.keys() & inner.keys():
        raise PydanticCustomError(
            "duplicate_slot",
            "{slots} stands here twice",
            {"slots": ", ".join(sorted(twice))},
        )
    return flat | inner


class EventProperties(Part):
    """The four payload slots (contract §6.1); a slot that is not written is not
    managed.
    """

    meta_data: tuple[EventProperty, ...] | None = Field(default=None, alias="metaData")
    custom_data: tuple[EventProperty, ...] | None = Field(
        default=None, alias="customData"
    )
    contact_custom_data: tuple[EventProperty, ...] | None = Field(
        default=None, alias="contact.customData"
    )
    visitor_custom_data: tuple[EventProperty, ...] | None = Field(
        default=None, alias="visitor.customData"
    )

    def by_slot(self) -> dict[str, tuple[EventProperty, ...]]:
        """The written slots under the names manifests use."""
        values = (
            self.meta_data,
            self.custom_data,
            self.contact_custom_data,
            self.visitor_custom_data,
        )
        return {
            slot: value
            for slot, value in zip(SLOTS, values, strict=True)
            if value is not None
        }


class Event(Part):
    """An event type; `code_name` is what senders and scenarios know it by."""

    model_config = ConfigDict(json_schema_extra=_only_absent_lacks("name", "minLength"))

    kind: Literal["event"] = "event"
    code_name: Name
    renamed_from: Name | None = None
    ensure: Literal["absent"] | None = None
    accept: tuple[Acceptance, ...] = ()
    name: Annotated[
        StrictStr,
        BeforeValidator(_named),
        AfterValidator(_visible),
        AfterValidator(_needed),
    ] = Field(default="", validate_default=True)
    properties: Annotated[EventProperties, BeforeValidator(_flat_slots)] = (
        EventProperties()
    )


class OverrideSource(Part):
    """One definition field that replaces the native value; priority 1 wins (contract
    §4).
    """

    definition: Name
    field: Name
    priority: Annotated[StrictInt, Field(ge=1, le=3)]


class Override(Part):
    """The whole ordered list of sources for one native field."""

    kind: Literal["override"] = "override"
    target: OverrideTarget
    accept: tuple[Acceptance, ...] = ()
    sources: tuple[OverrideSource, ...] = Field(max_length=3)


Resource = Definition | Event | Override


def referred_names(resource: Resource) -> list[str]:
    """The definitions that a resource points at, by name, as often as it does."""
    match resource:
        case Definition(relationships=relationships):
            return [
                rel.target_schema
                for rel in relationships
                if rel.target_schema_type == "custom"
            ]
        case Override(sources=sources):
            return [source.definition for source in sources]
        case _:
            return []
