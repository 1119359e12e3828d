"""What a queued write does to the rows once it is due.  Everything was validated when
it was accepted.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.happenings import Fired, Happening, Saved


@dataclass(frozen=True)
class Accepted:
    """A queued write: its shop, the moment it takes effect (ISO) and its payload."""

    shop: int
    at: str
    payload: Any


def save(db: sqlite3.Connection, accepted: Accepted) -> Sequence[Happening]:
    """Insert or update records ``{definition, defaults, rows: [[natural|null,
    {position: value}], …]}`` (contract §5).

    An update changes the values that were sent and keeps the others; a new row starts
    with the defaults.
    """
    if not _is_live(db, accepted.payload["definition"]):
        return ()
    return [_saved(db, accepted.payload, *row) for row in accepted.payload["rows"]]


def _saved(
    db: sqlite3.Connection,
    payload: Any,
    natural: str | None,
    values: dict[str, object],
) -> Saved:
    definition = payload["definition"]
    found = _by_natural(db, definition, natural)
    if found is None:
        number = _insert(db, definition, natural, {**payload["defaults"], **values})
        return Saved(definition, number, "created")
    _update(db, found, natural, values)
    return Saved(definition, found["id"], "updated")


def change(db: sqlite3.Connection, accepted: Accepted) -> Sequence[Happening]:
    """Change one record ``{definition, id, natural, values}``; a row that has gone, or
    a taken key, changes nothing.
    """
    payload = accepted.payload
    found = db.execute(
        "SELECT * FROM record WHERE definition_id = ? AND id = ?",
        (payload["definition"], payload["id"]),
    ).fetchone()
    taken = _by_natural(db, payload["definition"], payload["natural"])
    if found is None or (taken is not None and taken["id"] != found["id"]):
        return ()
    _update(db, found, payload["natural"], payload["values"])
    return (Saved(payload["definition"], payload["id"], "updated"),)


def delete(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Delete records ``{definition, ids}``; unknown ids are skipped."""
    definition = accepted.payload["definition"]
    db.executemany(
        "DELETE FROM record WHERE definition_id = ? AND id = ?",
        [(definition, id_) for id_ in accepted.payload["ids"]],
    )


def save_product(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Insert or update products on ``product_id`` (contract §7)."""
    for item in accepted.payload:
        db.execute(
            "INSERT INTO product (shop_id, product_id, data) VALUES (?, ?, ?)"
            " ON CONFLICT (shop_id, product_id) DO UPDATE SET data = json_patch(data, excluded.data)",
            (accepted.shop, item["product_id"], json.dumps(item)),
        )


def change_product(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Change products that exist; one that has gone meanwhile is skipped."""
    db.executemany(
        "UPDATE product SET data = json_patch(data, ?) WHERE shop_id = ? AND product_id = ?",
        [
            (json.dumps(item), accepted.shop, item["product_id"])
            for item in accepted.payload
        ],
    )


def delete_product(db: sqlite3.Connection, accepted: Accepted) -> None:
    """Delete products by id; unknown ids are skipped."""
    db.executemany(
        "DELETE FROM product WHERE shop_id = ? AND product_id = ?",
        [(accepted.shop, id_) for id_ in accepted.payload],
    )


def remember(db: sqlite3.Connection, accepted: Accepted) -> Sequence[Happening]:
    """Append a history row ``{id_event, code_name, status, target, payload}`` (contract
    §6.3).
    """
    row = accepted.payload
    cursor = db.execute(
        "INSERT INTO history (shop_id, id_event, code_name, status, target, payload, date_creation)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            accepted.shop,
            row["id_event"],
            row["code_name"],
            row["status"],
            json.dumps(row["target"]),
            json.dumps(row["payload"]),
            accepted.at,
        ),
    )
    return (
        Fired(
            code_name=row["code_name"],
            history=cursor.lastrowid or 0,
            contact=row["target"]["id_contact"],
            meta_data=row["payload"]["metaData"] or {},
        ),
    )


def _is_live(db: sqlite3.Connection, definition: int) -> bool:
    row = db.execute(
        "SELECT status FROM definition WHERE id = ?", (definition,)
    ).fetchone()
    return row is not None and row["status"] != "deleted"


def _by_natural(
    db: sqlite3.Connection, definition: int, natural: str | None
) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM record WHERE definition_id = ? AND natural = ?",
        (definition, natural),
    ).fetchone()
    return found


def _insert(
    db: sqlite3.Connection,
    definition: int,
    natural: str | None,
    values: dict[str, object],
) -> int:
    """Take the next id of this definition; ids are never used again, as with
    AUTO_INCREMENT.
    """
    next_id: int = db.execute(
        "UPDATE definition SET next_record = next_record + 1 WHERE id = ? RETURNING next_record - 1",
        (definition,),
    ).fetchone()[0]
    data = json.dumps(_spread([], values))
    db.execute(
        "INSERT INTO record VALUES (?, ?, ?, ?)", (definition, next_id, natural, data)
    )
    return next_id


def _update(
    db: sqlite3.Connection,
    found: sqlite3.Row,
    natural: str | None,
    values: dict[str, object],
) -> None:
    data = _spread(json.loads(found["data"]), values)
    db.execute(
        "UPDATE record SET data = ?, natural = ? WHERE definition_id = ? AND id = ?",
        (json.dumps(data), natural, found["definition_id"], found["id"]),
    )


def _spread(data: list[object], values: dict[str, object]) -> list[object]:
    """Put values at their positions; a row that is older than a field grows to hold
    it.
    """
    for position, value in values.items():
        index = int(position)
        data.extend([None] * (index + 1 - len(data)))
        data[index] = value
    return data
