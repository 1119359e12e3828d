"""Activate, deactivate and delete a definition (contract §3.2)."""

from __future__ import annotations

from reconciler.sandbox.call import Call
from reconciler.sandbox.envelopes import Answer, Refusal, single
from reconciler.sandbox.handlers.definitions import by_id, live, presented


def activate(call: Call) -> Answer:
    """Make a definition active; idempotent unless ``activate_when_active`` is 409
    (contract §13 row 7).
    """
    row = live(call)
    if row["status"] == "active" and call.switches.activate_when_active != 200:
        raise Refusal(
            call.switches.activate_when_active,
            "Custom data definition is already active",
        )
    return _set_status(call, "active")


def deactivate(call: Call) -> Answer:
    """Make a definition inactive, so that its records are read-only; idempotent."""
    return _set_status(call, "inactive")


def _set_status(call: Call, status: str) -> Answer:
    """Set the status now, or for a definition in transition the one it will settle
    as.
    """
    row = live(call)
    column = "status" if row["settles_at"] is None else "settles_as"
    if row[column] != status:
        update = f"UPDATE definition SET {column} = ?, updated_at = ? WHERE id = ?"  # noqa: S608 - one of two constants
        call.db.execute(update, (status, call.today(), row["id"]))
    return single(presented(by_id(call, row["id"]), call.switches))


def delete(call: Call) -> Answer:
    """Turn a definition into a tombstone whose records are out of reach.

    A second delete succeeds (contract §13 row 32); relationships and overrides
    elsewhere keep the dead id.  With ``soft_delete`` off the row goes away entirely.
    """
    id_definition = call.id("id_definition")
    found = call.db.execute(
        "SELECT status FROM definition WHERE id = ? AND shop_id = ?",
        (id_definition, call.shop),
    ).fetchone()
    if found is None:
        raise Refusal(
            call.switches.not_found_status, "Custom data definition not found"
        )
    if found["status"] != "deleted":
        _bury(call, id_definition)
    return single({"id_definition": id_definition, "status": "deleted"})


def _bury(call: Call, id_definition: int) -> None:
    call.db.execute("DELETE FROM record WHERE definition_id = ?", (id_definition,))
    if call.switches.soft_delete:
        call.db.execute(
            "UPDATE definition SET status = 'deleted', settles_at = NULL, settles_as = NULL, updated_at = ?"
            " WHERE id = ?",
            (call.today(), id_definition),
        )
    else:
        call.db.execute("DELETE FROM definition WHERE id = ?", (id_definition,))
