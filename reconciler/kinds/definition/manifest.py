"""What a manifest may say of a definition, in the API's own words (contract §3.1).

Only `required` and `label` have defaults of their own; what else is not written is not
managed.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, StrictBool
from pydantic_core import PydanticCustomError

from reconciler.form.typed import plain, typed
from reconciler.kinds.definition_name import DefinitionName
from reconciler.kinds.field_types import AnyFieldType
from reconciler.model.resource import (
    IN_QUOTES,
    MAY_BE_UNREADABLE,
    UNLESS_ABSENT,
    Lasting,
    Name,
    Optional,
    Part,
    Text,
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
    IN_QUOTES,
]


class DefinitionField(Part):
    """One field of a definition; without a `label` it shows its name."""

    name: Name
    label: Optional[Text] = None
    type: AnyFieldType
    required: StrictBool = False
    description: Optional[Text] = None
    default: Optional[Any] = None
    options: Optional[tuple[Option, ...]] = None

    @property
    def shown_label(self) -> str:
        return self.name if self.label is None else self.label

    @property
    def sent_default(self) -> Any:
        """The default as a value of the field's type. One that is none, which a comment
        in the manifest lets pass, is what was written.
        """
        try:
            return typed(self.default, self.type, self.options or ())
        except ValueError:
            return plain(self.default)


class Relationship(Part):
    """A field that points at a contact, a product or another definition (named, never
    numbered).
    """

    source_field: Name = Field(alias="sourceField")
    target_schema_type: Annotated[Literal["system", "custom"], MAY_BE_UNREADABLE] = (
        Field(alias="targetSchemaType")
    )
    target_schema: DefinitionName = Field(alias="targetSchema")
    target_field: Optional[Name] = Field(default=None, alias="targetField")

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
        if self.target_field is not None:
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
    ensure: Optional[Literal["active", "inactive", "absent"]] = None  # type: ignore[assignment]  # wider than its base
    name: Name
    description: Optional[Text] = None
    unique_keys: Optional[tuple[Name, ...]] = None
    fields: Annotated[tuple[DefinitionField, ...], UNLESS_ABSENT] = Field(
        default=(), validate_default=True
    )
    relationships: tuple[Relationship, ...] = ()
