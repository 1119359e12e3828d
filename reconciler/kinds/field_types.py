"""The types of fields and properties, as the API names them (contract §3.1, §6.1)."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from reconciler.model.resource import MAY_BE_UNREADABLE

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
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
PROPERTY_TYPES: tuple[str, ...] = get_args(PropertyType)
NUMERIC_TYPES = ("number", "decimal")
TYPE_ALIASES = {"string": "text", "boolean": "bool"}
"""The product documents use both spellings (contract §13 row 1)."""

_EXCHANGEABLE = {"longtext": "text", "list": "text", "decimal": "number"}


def canonical_type(value: object) -> object:
    """The API's own spelling of a type."""
    return TYPE_ALIASES.get(value, value) if isinstance(value, str) else value


AnyFieldType = Annotated[FieldType, BeforeValidator(canonical_type), MAY_BE_UNREADABLE]
AnyPropertyType = Annotated[
    PropertyType, BeforeValidator(canonical_type), MAY_BE_UNREADABLE
]


def hold_each_other(one: str | None, other: str | None) -> bool:
    """Whether values of one type can stand in a field of the other as they are; None is
    a type that is not known.
    """
    if one is None or other is None:
        return True
    return _EXCHANGEABLE.get(one, one) == _EXCHANGEABLE.get(other, other)
