"""The OpenAPI document served at ``/api-json``, made from the table of operations."""

from __future__ import annotations

import re
from typing import Any

from reconciler.sandbox.auth import HEADER
from reconciler.sandbox.conditions import OPERATORS
from reconciler.sandbox.operations import OPERATIONS, PREFIX, Operation

_NUMERIC_SEGMENTS = ("id_definition", "id_event", "id")
_NUMBER = {"type": "integer"}
_PAGE = {"type": "integer", "nullable": True}
_ARRAY = {"type": "array", "items": {}}
_ANSWERS: dict[str, dict[str, Any]] = {
    "single": {
        "type": "object",
        "properties": {"statusCode": _NUMBER, "data": {}},
        "required": ["statusCode", "data"],
    },
    "listing": {
        "type": "object",
        "properties": {
            "statusCode": _NUMBER,
            "data": _ARRAY,
            "meta": {"$ref": "#/components/schemas/meta"},
        },
        "required": ["statusCode", "data", "meta"],
    },
    "bulk": {
        "type": "object",
        "properties": {
            "statusCode": _NUMBER,
            "sent_count": _NUMBER,
            "rejected_count": _NUMBER,
            "rejected_items": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/rejected"},
            },
        },
        "required": ["statusCode", "sent_count", "rejected_count", "rejected_items"],
    },
    "error": {
        "type": "object",
        "properties": {
            "statusCode": _NUMBER,
            "message": {
                "oneOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}},
                ]
            },
            "error": {"type": "string"},
        },
        "required": ["statusCode", "message"],
    },
    "rejected": {
        "type": "object",
        "properties": {
            "index": _NUMBER,
            "item": {},
            "errors": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["index", "item", "errors"],
    },
    "meta": {
        "type": "object",
        "properties": {
            "pagination": {
                "type": "object",
                "properties": {
                    "total_items": _NUMBER,
                    "items_per_page": _NUMBER,
                    "total_pages": _NUMBER,
                    "current_page": _NUMBER,
                    "offset": _NUMBER,
                    "has_previous_page": {"type": "boolean"},
                    "has_next_page": {"type": "boolean"},
                    "next_page": _PAGE,
                    "previous_page": _PAGE,
                },
            },
            "generated_at": {"type": "string", "format": "date-time"},
        },
        "required": ["pagination", "generated_at"],
    },
}
_FILTERS = f"JSON array of {{field, operator, values}}, or in brackets; operators: {', '.join(OPERATORS)}."
_LISTING_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "default": 10},
    },
    {
        "name": "offset",
        "in": "query",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    },
    {
        "name": "order",
        "in": "query",
        "schema": {"type": "string"},
        "description": "JSON array of {field, type}.",
    },
    {
        "name": "filters",
        "in": "query",
        "schema": {"type": "string"},
        "description": _FILTERS,
    },
    {
        "name": "fields",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Comma-separated names.",
    },
]
_SETTINGS = {
    "name": "settings",
    "in": "query",
    "schema": {"type": "string"},
    "description": "JSON of {limit, offset, order, filter, fields}.",
}
_CONTACT_IDENTIFIERS = ("id_shop_contact", "id_customer_shop", "contact_data_email")


def document() -> dict[str, Any]:
    """Describe every operation (OpenAPI 3.0)."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = (
            _described(operation)
        )
    return {
        "openapi": "3.0.3",
        "info": {"title": "ShopiMind sandbox", "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": _ANSWERS,
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": HEADER}
            },
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": (operation.handler.__doc__ or "").partition("\n")[0],
        "parameters": _parameters(operation),
        "responses": {
            "200": _response("Success", operation.answer),
            **{
                str(status): _response("Refused", "error")
                for status in (400, 401, 404, 409, 429)
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": operation.body}},
        }
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    segments = [_segment(name) for name in re.findall(r"{(\w+)}", operation.path)]
    required = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in operation.query
    ]
    listing = _LISTING_PARAMETERS if operation.answer == "listing" else []
    settings = (
        [_SETTINGS]
        if operation.answer == "listing" and operation.path.startswith("/events")
        else []
    )
    contact = _CONTACT_IDENTIFIERS if operation.path == "/contacts" else ()
    identifiers = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in contact
    ]
    return [*segments, *required, *listing, *settings, *identifiers]


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
