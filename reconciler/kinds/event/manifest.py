"""What a manifest may say of an event type, in the API's own words (contract §6.1)."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    StrictBool,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from reconciler.kinds.definition.manifest import Option
from reconciler.kinds.field_types import AnyPropertyType
from reconciler.model.resource import (
    UNLESS_ABSENT,
    Lasting,
    Name,
    Optional,
    Part,
    Text,
    VisibleText,
    unless_absent,
    visible_text,
)

SLOTS = ("metaData", "customData", "contact.customData", "visitor.customData")
_NESTED = ("contact", "visitor")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


class EventProperty(Part):
    """One key that an event's payload may or must carry in its slot. `options` are the
    values it may have: payloads are checked against them, and the API is not told.
    """

    name: Name
    type: AnyPropertyType
    required: StrictBool = False
    description: Optional[Text] = None
    options: Optional[Annotated[tuple[Option, ...], Field(min_length=1)]] = None


def _flatten_slots(value: object) -> object:
    """`contact: {customData: […]}`, as the API nests it, is read like the slot
    `contact.customData`.
    """
    if not isinstance(value, Mapping):
        return value
    flat: dict[str, object] = {}
    nested: dict[str, object] = {}
    for slot, content in value.items():
        if slot in _NESTED and isinstance(content, Mapping):
            for name, rows in content.items():
                nested[f"{slot}.{name}"] = rows
        else:
            flat[slot] = content
    twice = ", ".join(sorted(flat.keys() & nested.keys()))
    if twice:
        told = "{slots} stands here twice"
        raise PydanticCustomError("duplicate_slot", told, {"slots": twice})
    return flat | nested


Slot = tuple[EventProperty, ...]


def _check_languages(names: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in names:
        if not _LANGUAGE.fullmatch(language):
            told = "a language is a code such as fr or pt-BR"
            raise PydanticCustomError("language", told)
        # No language differs from another by case or by the sign between its parts.
        same = found.setdefault(language.lower().replace("_", "-"), language)
        if same != language:
            told = "{first} and {second} are one language"
            both = {"first": same, "second": language}
            raise PydanticCustomError("duplicate_language", told, both)
    # No text in any language is no name.
    return names if any(names.values()) else {}


def _text_or_languages(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """A union would say of a wrong name what both of its types think of it."""
    return validate(value) if isinstance(value, Mapping) else visible_text(value)


EventName = Annotated[
    dict[str, VisibleText],
    AfterValidator(_check_languages),
    WrapValidator(_text_or_languages, json_schema_input_type=str | dict[str, str]),
    SerializeAsAny(),
]
"""A text, or texts by language (contract §13 row 17)."""


class EventProperties(Part):
    """The four payload slots (contract §6.1); a slot that is not written is not managed."""

    meta_data: Optional[Slot] = Field(default=None, alias="metaData")
    custom_data: Optional[Slot] = Field(default=None, alias="customData")
    contact_custom_data: Optional[Slot] = Field(
        default=None, alias="contact.customData"
    )
    visitor_custom_data: Optional[Slot] = Field(
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
        written = zip(SLOTS, values, strict=True)
        return {slot: value for slot, value in written if value is not None}


class Event(Lasting):
    """An event type; `code_name` is what senders and scenarios know it by."""

    model_config = ConfigDict(json_schema_extra=unless_absent("name", "minLength"))

    kind: Literal["event"] = "event"
    code_name: Name
    name: Annotated[EventName, UNLESS_ABSENT] = Field(default="", validate_default=True)
    properties: Annotated[EventProperties, BeforeValidator(_flatten_slots)] = (
        EventProperties()
    )
