"""What a definition says of its rows: the type of each field, what it points at, and
which fields tell one row from another.

Types come from here and never from a file of rows (contract §5).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.kinds.definition.manifest import Definition, Relationship

ROW_ID = "id"
"""What the server numbers rows by (contract §5); a field cannot be called so."""
CONTACT_KEYS = ("id_contact", "email", "id_customer")
"""The three ways to name a contact (contract §5: `by`)."""

PointsAt = Literal["contacts", "products", "definition"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a field points at; of a definition also its name, and the field there."""

    what: PointsAt
    field: str
    definition: str = ""

    @property
    def is_row_id(self) -> bool:
        """Whether it points at rows by the number that the server gave them."""
        return self.what == "definition" and self.field == ROW_ID


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row."""

    name: str
    type: str
    required: bool = False
    options: tuple[str | int | float, ...] = ()
    target: Target | None = None

    @property
    def is_contact(self) -> bool:
        """Whether its value is a contact."""
        return self.target is not None and self.target.what == "contacts"


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of a definition by name, and those that make its unique key."""

    name: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    keys: tuple[str, ...] = ()

    @property
    def is_about_contacts(self) -> bool:
        """Whether its rows are about people."""
        return any(column.is_contact for column in self.columns.values())


def table_of(definition: Definition) -> Table:
    """The table that a manifest describes."""
    targets = {each.source_field: _target(each) for each in definition.relationships}
    columns = {}
    for each in definition.fields:
        options = each.options or ()
        target = targets.get(each.name)
        columns[each.name] = Column(
            each.name, each.type, each.required, options, target
        )
    return Table(definition.name, columns, definition.unique_keys or ())


def _target(relationship: Relationship) -> Target:
    end = relationship.server_target_field
    if relationship.is_custom:
        return Target("definition", end, relationship.target_schema)
    if relationship.target_schema == "contacts":
        return Target("contacts", end)
    return Target("products", end)


def spellings(column: Column) -> Iterator[str]:
    """What a column of a file may be called to hold the values of this field: its name,
    and for what points at something else, the name and the key that is used.
    """
    yield column.name
    if column.is_contact:
        for key in CONTACT_KEYS:
            yield f"{column.name}.{key}"
