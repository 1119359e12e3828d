"""The OpenAPI document served at ``/api-json``, made from the table of operations.

It says of requests exactly what is checked, as far as JSON Schema can: what depends on
what the shop holds, or compares two parts of a body, only the answer says.
"""

from __future__ import annotations

import re
from typing import Any

from reconciler.sandbox.answers import ANSWERS, LINKS
from reconciler.sandbox.auth import HEADER
from reconciler.sandbox.listing_parameters import (
    fields_parameter,
    listing_parameters,
    settings_parameter,
)
from reconciler.sandbox.operations import OPERATIONS, PREFIX, Operation
from reconciler.sandbox.shapes import ID, OVERRIDABLE, TEXT, choice
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.validation import Shape

_NUMERIC_SEGMENTS = ("id_definition", "id_event", "id")
_QUERY: dict[str, Shape] = {
    "target_system_schema": choice(("products",)),
    "system_field_name": choice(OVERRIDABLE),
    "id": {"type": "integer"},
}
_CONTACT_IDENTIFIERS = {
    "id_shop_contact": ID,
    "id_customer_shop": TEXT,
    "contact_data_email": TEXT,
}


def document(switches: Switches) -> dict[str, Any]:
    """Describe every operation (OpenAPI 3.1), as the switches stand."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        methods = paths.setdefault(PREFIX + operation.path, {})
        methods[operation.method.lower()] = _described(operation, switches)
    return {
        "openapi": "3.1.0",
        "info": {"title": "ShopiMind sandbox", "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": ANSWERS,
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": HEADER}
            },
        },
    }


def published(shape: Shape) -> dict[str, Any]:
    """Give the schema that accepts what ``validation`` accepts: null counts as absent
    for a property that is not required.
    """
    schema = dict(shape)
    if "anyOf" in schema:
        schema["anyOf"] = [published(choice) for choice in schema["anyOf"]]
    if "items" in schema:
        schema["items"] = published(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = published(schema["additionalProperties"])
    if "properties" in schema:
        solid = (*schema.get("required", ()), *schema.pop("notNull", ()))
        schema["properties"] = {
            name: _member(member, name in solid)
            for name, member in schema["properties"].items()
        }
    if "oneNeeded" in schema:
        schema["anyOf"] = [_with(name) for name in schema.pop("oneNeeded")]
    return schema


def _with(name: str) -> dict[str, Any]:
    """Give the schema of an object in which a property is there and not null."""
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _member(shape: Shape, required: bool) -> dict[str, Any]:
    schema = published(shape)
    if required or not schema:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}


def _described(operation: Operation, switches: Switches) -> dict[str, Any]:
    success = _response("Success", operation.answer)
    if links := LINKS.get((operation.method, operation.path)):
        success["links"] = links
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": (operation.handler.__doc__ or "").partition("\n")[0],
        "parameters": _parameters(operation),
        "responses": {
            "200": success,
            **{
                str(status): _response("Refused", "error")
                for status in (400, 401, 404, 409, 429)
            },
        },
    }
    if operation.body is not None:
        schema = published(_sized(operation, switches))
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return described


def _sized(operation: Operation, switches: Switches) -> Shape:
    """Give the shape of the body with the batch size of the switch, where it is one."""
    assert operation.body is not None
    if operation.is_record_batch:
        return {**operation.body, "maxItems": switches.max_records_batch}
    return operation.body


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    segments = [_segment(name) for name in re.findall(r"{(\w+)}", operation.path)]
    required = [
        {"name": name, "in": "query", "required": True, "schema": _QUERY[name]}
        for name in operation.query
    ]
    return [*segments, *required, *_reading_parameters(operation)]


def _reading_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.path == "/contacts":
        return [_identifier(), fields_parameter(operation.columns)]
    if operation.answer != "listing":
        return [fields_parameter(operation.columns)] if operation.columns else []
    parameters = listing_parameters(operation.columns)
    if operation.path.startswith("/events"):
        parameters.append(settings_parameter(operation.columns))
    return parameters


def _identifier() -> dict[str, Any]:
    """Describe the identifiers of a contact as one parameter, of which exactly one
    member is sent, under its own name.
    """
    choices = [
        {
            "type": "object",
            "properties": {name: shape},
            "required": [name],
            "additionalProperties": False,
        }
        for name, shape in _CONTACT_IDENTIFIERS.items()
    ]
    return {
        "name": "identifier",
        "in": "query",
        "required": True,
        "style": "form",
        "explode": True,
        "schema": {"oneOf": choices},
    }


def _segment(name: str) -> dict[str, Any]:
    kind = "integer" if name in _NUMERIC_SEGMENTS else "string"
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _response(text: str, schema: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
        },
    }
