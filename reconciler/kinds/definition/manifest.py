"""What a manifest may say of a definition, in the API's own words (contract §3.1).

Only `required` and `label` have defaults of their own; what else is not written is not
managed.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, StrictBool, StrictStr
from pydantic_core import PydanticCustomError

from reconciler.kinds.field_types import AnyFieldType
from reconciler.model.resource import (
    MAY_BE_UNREADABLE,
    UNLESS_ABSENT,
    Lasting,
    Name,
    Part,
    unless_absent,
)

SYSTEM_SCHEMAS = ("contacts", "products")
SERVER_TARGET_FIELDS = {"contacts": "id_contact", "products": "product_id"}
"""What the server fills in for an omitted `targetField`; `id` for definitions (contract
§3.1).
"""


def _check_option(value: object) -> object:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("option_type", "must be text or a number")


Option = Annotated[
    str | int | float,
    PlainValidator(_check_option, json_schema_input_type=str | int | float),
]


class DefinitionField(Part):
    """One field of a definition; an empty `label` means the field's name."""

    name: Name
    label: StrictStr = ""
    type: AnyFieldType
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
    target_schema_type: Annotated[Literal["system", "custom"], MAY_BE_UNREADABLE] = (
        Field(alias="targetSchemaType")
    )
    target_schema: Name = Field(alias="targetSchema")
    target_field: Name | None = Field(default=None, alias="targetField")

    @property
    def is_custom(self) -> bool:
        """Whether it points at another definition."""
        return self.target_schema_type == "custom"

    @property
    def is_system(self) -> bool:
        """Whether it points at one of ShopiMind's own tables."""
        return self.target_schema_type == "system"

    @property
    def server_target_field(self) -> str:
        """The target field, or what the server puts there when none is written."""
        if self.target_field:
            return self.target_field
        if self.is_custom:
            return "id"
        return SERVER_TARGET_FIELDS.get(self.target_schema, "id")


class Definition(Lasting):
    """A custom-data definition. Without `ensure` it is present and its status is left
    alone.
    """

    model_config = ConfigDict(json_schema_extra=unless_absent("fields", "minItems"))

    kind: Literal["definition"] = "definition"
    ensure: Literal["active", "inactive", "absent"] | None = None  # type: ignore[assignment]  # wider than its base
    name: Name
    description: StrictStr | None = None
    unique_keys: tuple[Name, ...] | None = None
    fields: Annotated[tuple[DefinitionField, ...], UNLESS_ABSENT] = Field(
        default=(), validate_default=True
    )
    relationships: tuple[Relationship, ...] = ()
