"""The JSON Schemas of what users write and programs read."""

from functools import reduce
from operator import or_
from typing import Any

from pydantic import TypeAdapter

from reconciler.kinds.registry import KINDS
from reconciler.model.plan import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str | None) -> dict[str, Any]:
    """The schema of a kind of manifest, of any manifest (None), or of the plan document
    ("plan").
    """
    if kind == "plan":
        return {"$schema": DIALECT, **Plan.model_json_schema(mode="serialization")}
    if kind is None:
        model: Any = reduce(or_, (each.model for each in KINDS.values()))
    else:
        model = KINDS[kind].model
    return {"$schema": DIALECT, **TypeAdapter(model).json_schema(by_alias=True)}
