"""The shapes of request bodies, as JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.sandbox.validation import Shape

FIELD_TYPES = (
    "bool",
    "text",
    "longtext",
    "number",
    "decimal",
    "list",
    "date",
    "datetime",
    "json",
    "geolocation",
)
"""Contract §3.1; the prose names ``string`` and ``boolean`` are refused (contract §13
row 1).
"""
PROPERTY_TYPES = ("bool", "text", "longtext", "number", "decimal", "date", "json")
"""Contract §6.1."""
OVERRIDABLE = ("price", "price_discount")
"""Fields of ``products`` that may be overridden (contract §4)."""
MAX_OVERRIDES = 3

TEXT: Shape = {"type": "string"}
FILLED: Shape = {"type": "string", "minLength": 1}
TRUTH: Shape = {"type": "boolean"}
ID: Shape = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
SCALAR: Shape = {
    "anyOf": [TEXT, {"type": "number"}, TRUTH],
    "description": "a string, a number or a boolean",
}


def closed(required: dict[str, Shape], optional: dict[str, Shape]) -> Shape:
    """Describe an object that knows exactly these properties."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Shape) -> Shape:
    """Describe an array of like items."""
    return {"type": "array", "items": items}


def choice(values: Sequence[str]) -> Shape:
    """Describe one of a few texts."""
    return {"type": "string", "enum": list(values)}


FIELD = closed(
    {"name": FILLED, "label": TEXT, "type": choice(FIELD_TYPES), "required": TRUTH},
    {
        "description": TEXT,
        "default": {},
        "options": array(
            {"anyOf": [TEXT, {"type": "number"}], "description": "a string or a number"}
        ),
    },
)
RELATIONSHIP = closed(
    {
        "sourceField": FILLED,
        "targetSchemaType": choice(("system", "custom")),
        "targetSchema": FILLED,
    },
    {"targetField": FILLED},
)
DEFINITION = closed(
    {"name": FILLED, "fields": array(FIELD)},
    {
        "description": TEXT,
        "unique_keys": array(FILLED),
        "relationships": array(RELATIONSHIP),
    },
)
EXTENSION = closed(
    {},
    {
        "name": FILLED,
        "description": TEXT,
        "fields": array(FIELD),
        "relationships": array(RELATIONSHIP),
    },
)

OVERRIDE = closed(
    {
        "id_custom_data_definition": ID,
        "custom_field_name": FILLED,
        "priority": {"type": "integer", "minimum": 1, "maximum": MAX_OVERRIDES},
    },
    {},
)
OVERRIDES = closed({"overrides": {**array(OVERRIDE), "maxItems": MAX_OVERRIDES}}, {})

PROPERTY = closed(
    {"name": FILLED, "type": choice(PROPERTY_TYPES), "required": TRUTH},
    {"description": TEXT},
)
_PROPERTIES = array(PROPERTY)
_NESTED = closed({}, {"customData": _PROPERTIES})
PROPERTIES = closed(
    {},
    {
        "metaData": _PROPERTIES,
        "customData": _PROPERTIES,
        "contact": _NESTED,
        "visitor": _NESTED,
    },
)
EVENT_NAME: Shape = {
    # Contract §13 row 17: a text or a map from language to text.
    "anyOf": [FILLED, {"type": "object", "additionalProperties": TEXT}],
    "description": "a string or a map of strings",
}
EVENT = closed({"name": EVENT_NAME, "code_name": FILLED}, {"properties": PROPERTIES})
EVENT_CHANGE = closed(
    {"id_event": ID},
    {"name": EVENT_NAME, "code_name": FILLED, "properties": PROPERTIES},
)

_ANY_OBJECT: Shape = {"type": "object", "additionalProperties": {}}
_IDENTIFIERS: dict[str, Shape] = {"id": ID, "email": FILLED, "phone": FILLED}
TRIGGER: Shape = {
    **closed(
        {},
        {
            "contact": {
                **closed({}, {**_IDENTIFIERS, "customData": _ANY_OBJECT}),
                "oneNeeded": list(_IDENTIFIERS),
            },
            "visitor": closed({"id": ID}, {"customData": _ANY_OBJECT}),
            "metaData": _ANY_OBJECT,
            "customData": _ANY_OBJECT,
        },
    ),
    "oneNeeded": ["contact", "visitor"],
}

MAX_BULK = 50
"""Items of one bulk write; records have a switch (contract §5, §7)."""
MAX_RECORDS_DELETED = 20
"""Rows of one bulk delete (contract §5)."""


def batch_of(items: Shape, most: int = MAX_BULK) -> Shape:
    """Describe the body of a bulk write."""
    return {**array(items), "minItems": 1, "maxItems": most}


RECORDS = batch_of(_ANY_OBJECT)
RECORD: Shape = _ANY_OBJECT
RECORD_IDS = batch_of(
    {
        "anyOf": [ID, {"type": "string", "pattern": "^[0-9]+$"}],
        "description": "an integer number",
    },
    MAX_RECORDS_DELETED,
)

_TIME: Shape = {"type": "string", "format": "date-time"}
_KEY: Shape = {"anyOf": [FILLED, {"type": "integer"}], "description": "a string"}


def opened(required: dict[str, Shape], optional: dict[str, Shape]) -> Shape:
    """Describe an object whose unknown properties are ignored (shop data, contract §1:
    not a strict controller).
    """
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
    }


def change_of(item: Shape, key: str) -> Shape:
    """Describe a change of an item: its key, and what is to change (contract §7); what
    an item must have cannot be taken away.
    """
    return {**item, "required": [key], "notNull": item["required"]}


_TAGS = {
    # What the official client adds to bodies of shop data (contract §1).
    "label_source": TEXT,
}
CUSTOMER = opened(
    # Contract §13 row 30 settles which are mandatory.
    {
        "customer_id": _KEY,
        "email": {"type": "string", "format": "email"},
        "lang": FILLED,
        "created_at": _TIME,
        "updated_at": _TIME,
    },
    {
        "first_name": TEXT,
        "last_name": TEXT,
        "is_newsletter_subscribed": TRUTH,
        "is_opt_in": TRUTH,
        "is_active": TRUTH,
        "phone_number": TEXT,
        "birth_date": TEXT,
        "group_ids": array(_KEY),
        "shop_id": _KEY,
        "id_data_source": _KEY,
        "source_label": TEXT,
        **_TAGS,
    },
)
PRODUCT = opened(
    {
        "product_id": _KEY,
        "lang": FILLED,
        "name": FILLED,
        "price": {"type": "number"},
        "created_at": _TIME,
        "updated_at": _TIME,
    },
    {
        "description": TEXT,
        "description_short": TEXT,
        "link": TEXT,
        "currency": TEXT,
        "price_discount": {"type": "number"},
        "quantity_remaining": {"type": "number"},
        "is_active": TRUTH,
        "reference": TEXT,
        "ean13": TEXT,
        "category_ids": array(_KEY),
        "manufacturer_id": _KEY,
        "image_link": TEXT,
        "shop_id": _KEY,
        "id_data_source": _KEY,
        "source_label": TEXT,
        **_TAGS,
    },
)
CUSTOMER_CHANGE = change_of(CUSTOMER, "customer_id")
PRODUCT_CHANGE = change_of(PRODUCT, "product_id")
CUSTOMERS = batch_of(CUSTOMER)
CUSTOMER_CHANGES = batch_of(CUSTOMER_CHANGE)
PRODUCTS = batch_of(PRODUCT)
PRODUCT_CHANGES = batch_of(PRODUCT_CHANGE)
CUSTOMER_IDS = closed({"customer_ids": batch_of(_KEY)}, _TAGS)
PRODUCT_IDS = closed({"product_ids": batch_of(_KEY)}, _TAGS)
