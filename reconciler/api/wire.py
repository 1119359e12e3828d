"""How to read what a payload holds, whatever its kind. Tolerant of everything that the
contract has seen: several id keys, both casings, numbers and flags as text, JSON inside
of text (contract §2, §3.1, §10, §13).
"""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.api.answers import json_of
from reconciler.errors import NotUnderstood
from reconciler.kinds.field_types import TYPE_ALIASES

Row = Mapping[str, Any]


def unwrap(body: Any) -> Any:
    """The content of an envelope (contract §10 rule 2)."""
    if isinstance(body, Mapping) and "data" in body and "statusCode" in body:
        return body["data"]
    return body


def row_of(body: Any, request: str) -> Row:
    """The object of a single read or a create."""
    content = unwrap(body)
    if not isinstance(content, Mapping):
        raise NotUnderstood(
            f"{request} was answered without an object", request=request
        )
    return content


def whole(value: Any) -> int | None:
    """A whole number that is not negative, perhaps as text or with a point; None for
    everything else.
    """
    text = str(value).strip() if isinstance(value, int | float | str) else ""
    if not re.fullmatch(r"[0-9]{1,18}(\.0+)?", text):
        return None
    return int(text.partition(".")[0])


def identifier(row: Row, *keys: str) -> int | None:
    """The first usable id under these keys: a positive whole number, perhaps as text
    (contract §10 rule 1).
    """
    for key in keys:
        if number := whole(row.get(key)):
            return number
    return None


def status_of(row: Row) -> str | None:
    """The status in small letters; None when the row does not say."""
    status = row.get("status")
    if not isinstance(status, str) or not status.strip():
        return None
    return status.strip().lower()


def is_deleted(row: Row) -> bool:
    """A tombstone, which listings keep (contract §3.2)."""
    return status_of(row) == "deleted"


def either(row: Row, *keys: str) -> Any:
    """The value of the first of these keys that has one."""
    return next((row[key] for key in keys if row.get(key) is not None), None)


_TIMES = ("created_at", "updated_at", "createdAt", "updatedAt")
_KEPT_BY_SERVER = ("id", "id_shop", "shop_id", "shopId", *_TIMES)


def unknown(row: Row, *known: str) -> dict[str, Any]:
    """What a row holds besides the `known` keys, to be sent back with it where a whole
    is replaced. Its number and times are the server's own, which refuses to be told them
    (contract §1).
    """
    left_out = {*known, *_KEPT_BY_SERVER}
    return {key: value for key, value in row.items() if key not in left_out}


def text(value: Any) -> str | None:
    """The value as text, if there is one."""
    return None if value is None else str(value)


def type_name(value: Any) -> str:
    """The type of a field or property in its canonical spelling."""
    name = str(value or "").strip().lower()
    return TYPE_ALIASES.get(name, name)


def parse(value: Any) -> Any:
    """A listing may turn nested JSON into text as well."""
    if not isinstance(value, str) or value.strip()[:1] not in ("{", "["):
        return value
    try:
        return json_of(value)
    except (ValueError, RecursionError):
        return value


def list_in(value: Any) -> list[Any]:
    """A list, perhaps as JSON or separated by commas; empty for anything else."""
    found = parse(value)
    if isinstance(found, str):
        return [part.strip() for part in found.split(",") if part.strip()]
    return list(found) if isinstance(found, list | tuple) else []


def rows_in(value: Any) -> list[Row]:
    """The objects of a list, perhaps as JSON; empty for anything else."""
    found = parse(value)
    if not isinstance(found, list):
        return []
    return [row for row in found if isinstance(row, Mapping)]
