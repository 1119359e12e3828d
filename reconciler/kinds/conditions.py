"""Conditions on contacts, as segments and the filters of scenarios state them: a field of
a definition's rows or of the contact itself, and what its value has to be.

The dashboard has a form for them and the API shows none of it (contract §7), so only what
they refer to is used: a change that takes it away is seen.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt
from pydantic_core import PydanticCustomError

from reconciler.form.spelling import cut, did_you_mean, shown
from reconciler.kinds.contact_fields import CONTACT, CONTACT_FIELDS
from reconciler.kinds.definition.checks import DefinitionProfile
from reconciler.kinds.values import Neighbours, Reference
from reconciler.model.address import Address
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Optional, Part, Text

DEFINITION = "definition"
Operator = Literal[
    "EQUALS",
    "NOT_EQUALS",
    "CONTAINS",
    "NOT_CONTAINS",
    "STARTS_WITH",
    "ENDS_WITH",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL_TO",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL_TO",
    "IN",
    "NOT_IN",
    "LIKE",
    "BETWEEN",
    "NOT_BETWEEN",
]
"""Those of the API's listings (contract §2)."""
Scalar = StrictBool | StrictInt | StrictFloat | Text
_PERIOD = r"^[1-9][0-9]{0,4}[hdwmy]$"


def _in_words(value: object) -> object:
    """The pattern is what editors need, and says nothing to authors."""
    if isinstance(value, str) and re.match(_PERIOD, value) is None:
        told = "must be a number and one of h, d, w, m and y, such as 30d"
        raise PydanticCustomError("period", told)
    return value


Period = Annotated[Text, Field(pattern=_PERIOD), BeforeValidator(_in_words)]
"""A number and a unit: hours, days, weeks, months or years."""


class Rows(Part):
    """How many rows of the definition the contact has, those of the last time only."""

    since: Optional[Period] = None
    at_least: Annotated[StrictInt, Field(ge=0)] = 1


class Condition(Part):
    """Either a comparison with a value, or the existence of rows."""

    operator: Operator = "EQUALS"
    value: Optional[Scalar | tuple[Scalar, ...]] = None
    rows: Optional[Rows] = None


def _condition_of(value: object) -> object:
    """A value alone is equal to, and a list is one of."""
    if isinstance(value, Mapping):
        if "rows" in value and len(value) > 1:
            told = "`rows` stands alone: it has no operator and no value"
            raise PydanticCustomError("rows_alone", told)
        if "rows" not in value and "value" not in value:
            told = "write {operator: GREATER_THAN, value: 100} or {rows: {at_least: 1}}"
            raise PydanticCustomError("condition", told)
        return value
    if isinstance(value, list | tuple):
        return {"operator": "IN", "value": value}
    return {"value": value}


Where = Mapping[
    Text,
    Annotated[
        Condition,
        BeforeValidator(
            _condition_of,
            json_schema_input_type=Scalar | list[Scalar] | Condition,
        ),
    ],
]
"""`Definition.field`, `contact.field`, or for the existence of rows the definition's name
alone: each with what is asked of it. All have to hold.
"""


def subject_of(key: str) -> tuple[str, str]:
    """The root that a condition is about, and the field of it; the field is empty for a
    definition as a whole. A name may hold dots, a field's name comes last.
    """
    root, dot, field = key.rpartition(".")
    return (root, field) if dot else (key, "")


def references_in(where: Where, key: str) -> Iterator[Reference]:
    """What the conditions under `key` of a manifest name, but for the contact."""
    for written in where:
        root, field = subject_of(written)
        if root != CONTACT:
            target = Address(DEFINITION, root)
            yield Reference(target, field or None, (key, written, written))


def respelled_in(
    where: Where, spelling: Callable[[Address], Address]
) -> dict[str, Any]:
    """The conditions with every definition in the spelling of its manifest."""
    found = {}
    for written, condition in where.items():
        root, field = subject_of(written)
        if root != CONTACT:
            root = spelling(Address(DEFINITION, root)).name
        found[f"{root}.{field}" if field else root] = condition
    return found


def problems_in(where: Where, key: str) -> Iterator[Problem]:
    """What makes no sense whatever the definitions say."""
    for written, condition in where.items():
        path = (key, written, written)
        root, field = subject_of(written)
        if root == CONTACT and field not in CONTACT_FIELDS:
            hint = did_you_mean(field, CONTACT_FIELDS)
            message = f"a contact has no field {shown(field)}{hint}"
            yield Problem("condition-field", message, path)
        if condition.rows is None and not field:
            message = (
                f"{shown(written)} names no field: write DEFINITION.FIELD, or "
                "{rows: {at_least: 1}} for contacts that have rows at all"
            )
            yield Problem("condition-field", message, path)


def problems_between(where: Where, key: str, others: Neighbours) -> Iterator[Problem]:
    """Fields that a definition does not have, and definitions that are not about
    contacts.
    """
    for reference in references_in(where, key):
        yield from _reach_problem(reference, others)
        if reference.field is not None:
            yield from _field_problem(reference, others)


def _reach_problem(reference: Reference, others: Neighbours) -> Iterator[Problem]:
    """The dashboard picks contacts by rows of their own (contract §8); how it would go on
    from those is not known.
    """
    owner = others(reference.address)
    if isinstance(owner, DefinitionProfile) and not owner.may_be_about_contacts:
        message = f"{cut(reference.address)} has no relationship to contacts"
        yield Problem("condition-unreachable", message, reference.path)


def _field_problem(reference: Reference, others: Neighbours) -> Iterator[Problem]:
    owner = others(reference.address)
    # A reference that leads nowhere is a finding of its own.
    if not isinstance(owner, DefinitionProfile) or reference.field is None:
        return
    if not owner.may_have(reference.field):
        hint = owner.vocabulary.hint(reference.field)
        message = (
            f"{cut(reference.address)} has no field {shown(reference.field)}{hint}"
        )
        path: DocumentPath = reference.path
        yield Problem("condition-field", message, path)
