"""The JSON Schemas of what users write and programs read."""

from typing import Any

from pydantic import TypeAdapter

from reconciler.model.kinds import Definition, Event, Override, Resource
from reconciler.model.plan import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MANIFESTS: dict[str | None, Any] = {
    None: Resource,
    "definition": Definition,
    "event": Event,
    "override": Override,
}


def schema_of(kind: str | None) -> dict[str, Any]:
    """The schema of a kind of manifest, of any manifest (None), or of the plan document
    ("plan").
    """
    if kind == "plan":
        return {"$schema": DIALECT, **Plan.model_json_schema(mode="serialization")}
    return {
        "$schema": DIALECT,
        **TypeAdapter(_MANIFESTS[kind]).json_schema(by_alias=True),
    }
