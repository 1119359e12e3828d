"""The answers in the OpenAPI document: their shapes (contract §1), and which later requests
they lead to.
"""

from __future__ import annotations

from typing import Any

_NUMBER = {"type": "integer"}
_PAGE = {"type": ["integer", "null"]}
_ARRAY = {"type": "array", "items": {}}
ANSWERS: dict[str, dict[str, Any]] = {
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


def _link(operation: str, parameter: str, source: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {parameter: source}}


_DEFINITION = ("id_definition", "$response.body#/data/id_definition")
_EVENT = ("id_event", "$response.body#/data/id_event")
LINKS: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/custom-data-definitions"): {
        "read": _link("definitions_get_get", *_DEFINITION),
        "extend": _link("definitions_extend_patch", *_DEFINITION),
        "deactivate": _link("lifecycle_deactivate_patch", *_DEFINITION),
        "activate": _link("lifecycle_activate_patch", *_DEFINITION),
        "save rows": _link("records_save_post", *_DEFINITION),
        "list rows": _link("records_list_all_get", *_DEFINITION),
        "delete": _link("lifecycle_delete_delete", *_DEFINITION),
    },
    ("POST", "/events"): {
        "read": _link("events_get_get", *_EVENT),
        "fire": _link(
            "triggers_trigger_post", "code_name", "$response.body#/data/code_name"
        ),
        "delete": _link("events_delete_delete", *_EVENT),
    },
    ("POST", "/customers"): {
        "read": _link(
            "customers_get_get", "customer_id", "$request.body#/0/customer_id"
        ),
        "delete": _link(
            "customers_delete_delete", "customer_id", "$request.body#/0/customer_id"
        ),
    },
}
"""Which requests an answer leads to, and where their parameters stand in it."""
