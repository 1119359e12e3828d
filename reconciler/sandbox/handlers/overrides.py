"""``/custom-data-definitions/overrides``: which custom fields replace a product's price
(contract §4).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox import shapes
from reconciler.sandbox.call import Call
from reconciler.sandbox.conditions import Column, Condition
from reconciler.sandbox.criteria import read_criteria
from reconciler.sandbox.envelopes import Answer, Refusal, single
from reconciler.sandbox.listing import Source, serve
from reconciler.sandbox.validation import checked

_SHOWN = (
    "target_system_schema",
    "system_field_name",
    "id_custom_data_definition",
    "custom_field_name",
    "priority",
)
COLUMNS = {
    "id": Column("id", "number"),
    "target_system_schema": Column("target_system_schema"),
    "system_field_name": Column("system_field_name"),
    "id_custom_data_definition": Column("id_custom_data_definition", "number"),
    "custom_field_name": Column("custom_field_name"),
    "priority": Column("priority", "number"),
}


def list_all(call: Call) -> Answer:
    """List the override rows of all system fields."""
    source = Source(
        table="override",
        scope=Condition("shop_id = ?", (call.shop,)),
        columns=COLUMNS,
        present=lambda row: {name: row[name] for name in COLUMNS},
        order="id",
        tie="id",
    )
    return serve(call, source, read_criteria(call))


def replace(call: Call) -> Answer:
    """Replace the whole set of one system field, at once; an empty array clears it
    (contract §4).
    """
    schema = _parameter(call, "target_system_schema", ("products",))
    pair = (schema, _parameter(call, "system_field_name", shapes.OVERRIDABLE))
    rows = checked(shapes.OVERRIDES, call.json())["overrides"]
    problems = [
        *_repeated(rows),
        *(
            problem
            for index, row in enumerate(rows)
            for problem in _row_problems(call, row, f"overrides.{index}")
        ),
    ]
    if problems:
        raise Refusal(400, problems)
    call.db.execute(
        "DELETE FROM override WHERE shop_id = ? AND target_system_schema = ? AND system_field_name = ?",
        (call.shop, *pair),
    )
    stored = [(*pair, *(_plain(row[name]) for name in _SHOWN[2:])) for row in rows]
    call.db.executemany(
        "INSERT INTO override (shop_id, target_system_schema, system_field_name,"
        " id_custom_data_definition, custom_field_name, priority) VALUES (?, ?, ?, ?, ?, ?)",
        [(call.shop, *values) for values in stored],
    )
    return single([dict(zip(_SHOWN, values, strict=True)) for values in stored])


def _parameter(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    value = call.parameter(name)
    if value not in allowed:
        raise Refusal(
            400, [f"{name} must be one of the following values: {', '.join(allowed)}"]
        )
    return value


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def _repeated(rows: list[dict[str, Any]]) -> Iterator[str]:
    for priority, times in Counter(row["priority"] for row in rows).items():
        if times > 1:
            yield f"overrides priority {priority} is used more than once"


def _row_problems(call: Call, row: Mapping[str, Any], place: str) -> Iterator[str]:
    """Report what contract §4 infers: a live definition, a numeric field of it, and a
    relation to products.
    """
    found = call.db.execute(
        "SELECT fields, relationships FROM definition WHERE id = ? AND shop_id = ? AND status <> 'deleted'",
        (int(row["id_custom_data_definition"]), call.shop),
    ).fetchone()
    if found is None:
        yield f"{place}.id_custom_data_definition custom data definition not found"
        return
    types = {field["name"]: field["type"] for field in json.loads(found["fields"])}
    if row["custom_field_name"] not in types:
        yield f"{place}.custom_field_name {row['custom_field_name']} is not a field of the custom data definition"
    elif types[row["custom_field_name"]] not in ("number", "decimal"):
        yield f"{place}.custom_field_name {row['custom_field_name']} must be of a numeric type"
    if not any(
        _to_products(relationship)
        for relationship in json.loads(found["relationships"])
    ):
        yield f"{place}.id_custom_data_definition custom data definition has no relationship to products"


def _to_products(relationship: Mapping[str, Any]) -> bool:
    return (relationship["targetSchemaType"], relationship["targetSchema"]) == (
        "system",
        "products",
    )
