"""What is said of the columns of a file."""

import pytest

from reconciler.kinds.definition.table import Column, Table, Target
from reconciler.records.header import Header

COLUMNS = [
    Column("contact_id", "number", True, target=Target("contacts", "id_contact")),
    Column("code", "text", True),
]
TABLE = Table("A", {column.name: column for column in COLUMNS}, ("contact_id",))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "contact_id.phone",
            "a contact has no key 'phone': write one of "
            "contact_id.id_contact, contact_id.email, contact_id.id_customer",
        ),
        ("contact_id.e-mail", "a contact has no key 'e-mail' – did you mean 'email'?"),
    ],
)
def test_a_contact_is_named_by_a_key(name: str, told: str) -> None:
    """The column is there, so it is not told to be missing, nor to be mapped."""
    ((place, problem),) = Header(TABLE).problems(["code", name])
    assert (1, told) == (place, problem.message)


def test_another_field_points_at_nothing() -> None:
    """So its column is missing."""
    problems = [problem.message for _, problem in Header(TABLE).problems(["contact_id", "code.x"])]
    assert ["no column is called code, which is required."] == [each.partition(" Did")[0] for each in problems]
