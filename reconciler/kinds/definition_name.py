"""Where a manifest names a definition that another one describes."""

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from reconciler.model.resource import Name


def _check_no_id(value: object) -> object:
    # `01` may be a name that lacks its quotes, and is told as such.
    if type(value) is int:
        told = "is a number: write the definition's name, not its id"
        raise PydanticCustomError("id_for_name", told)
    return value


DefinitionName = Annotated[Name, BeforeValidator(_check_no_id)]
"""The API has an id there; every shop has another one for the same definition."""
