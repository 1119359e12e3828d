"""The rules a definition's fields, unique keys and relationships must keep (contract
§3.1).

Where the contract is silent the rule is what the physical table behind a definition
implies: column names are unique under case and accents, and ``id`` is taken by the
automatic row id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.sandbox.call import LARGEST_ID, Call
from reconciler.sandbox.folding import name_key

Field = Mapping[str, Any]
Relationship = Mapping[str, Any]
SYSTEM_KEYS = {"contacts": "id_contact", "products": "product_id"}
"""The target field of a relation to a system schema when none is given (contract
§3.1).
"""


def field_problems(added: Sequence[Field], present: Sequence[Field]) -> Iterator[str]:
    """Report names that are reserved, repeated or taken."""
    taken = {name_key(field["name"]) for field in present}
    for index, field in enumerate(added):
        key = name_key(field["name"])
        if key == "id":
            yield f"fields.{index}.name id is reserved"
        elif key in taken:
            yield f"fields.{index}.name {field['name']} already exists"
        taken.add(key)


def key_problems(unique_keys: Sequence[str], fields: Sequence[Field]) -> Iterator[str]:
    """Report unique keys that are repeated or no declared field (contract §3.1)."""
    declared = {field["name"] for field in fields}
    if len(set(unique_keys)) < len(unique_keys):
        yield "All unique_keys's elements must be unique"
    for key in unique_keys:
        if key not in declared:
            yield f"unique_keys {key} is not a declared field"


def with_targets(relationships: Sequence[Relationship]) -> list[Relationship]:
    """Fill in the target field that was left out (contract §3.1, on create and
    extend).
    """
    return [
        {
            "sourceField": relationship["sourceField"],
            "targetSchemaType": relationship["targetSchemaType"],
            "targetSchema": relationship["targetSchema"],
            "targetField": relationship.get("targetField")
            or SYSTEM_KEYS.get(relationship["targetSchema"], "id"),
        }
        for relationship in relationships
    ]


def repeated_relations(
    added: Sequence[Relationship], present: Sequence[Relationship]
) -> Iterator[str]:
    """Report source fields that are related already (contract §3.3: never
    retargeted).
    """
    related = {relationship["sourceField"] for relationship in present}
    for index, relationship in enumerate(added):
        if relationship["sourceField"] in related:
            yield f"relationships.{index}.sourceField {relationship['sourceField']} already has a relationship"


def relationship_problems(
    call: Call, relationships: Sequence[Relationship], fields: Sequence[Field]
) -> Iterator[str]:
    """Report relationships whose ends do not exist or that share a source field.

    Source and target types are not compared (contract §13 row 3).
    """
    declared = {field["name"] for field in fields}
    seen: set[str] = set()
    for index, relationship in enumerate(relationships):
        place, source = f"relationships.{index}", relationship["sourceField"]
        if source not in declared:
            yield f"{place}.sourceField {source} is not a declared field"
        if source in seen:
            yield f"{place}.sourceField {source} already has a relationship"
        seen.add(source)
        if problem := _target_problem(call, relationship):
            yield f"{place}.{problem}"


def _target_problem(call: Call, relationship: Relationship) -> str | None:
    target = relationship["targetSchema"]
    if relationship["targetSchemaType"] == "system":
        known = target in SYSTEM_KEYS
        return (
            None
            if known
            else f"targetSchema must be one of the following values: {', '.join(SYSTEM_KEYS)}"
        )
    fields = _fields_of(call, target)
    if fields is None:
        return f"targetSchema custom data definition {target} not found"
    if relationship["targetField"] not in ("id", *fields):
        return f"targetField {relationship['targetField']} is not a field of custom data definition {target}"
    return None


def _fields_of(call: Call, target: str) -> list[str] | None:
    """Name the fields of a live definition given as numeric text (contract §3.1)."""
    if (
        not (target.isascii() and target.isdecimal())
        or len(target) > len(str(LARGEST_ID)) - 1
    ):
        return None
    row = call.db.execute(
        "SELECT fields FROM definition WHERE id = ? AND shop_id = ? AND status <> 'deleted'",
        (int(target), call.shop),
    ).fetchone()
    return [field["name"] for field in json.loads(row["fields"])] if row else None
