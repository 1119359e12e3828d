"""The writing side, in the shape that apply asks for. Every method raises ApiError."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from reconciler.api import payload, wire
from reconciler.api.connection import Connection
from reconciler.api.listing import pages_until, rows_of
from reconciler.api.live import DEFINITIONS, EVENTS, completed, live_of, read_overrides
from reconciler.diff.fields import Form
from reconciler.errors import NotUnderstood, Rejected
from reconciler.model.address import Address, casefolded
from reconciler.model.live import (
    Created,
    LiveDefinition,
    LiveEvent,
    LiveOverride,
    LiveResource,
)

DEFINITIONS_PATH = "/custom-data-definitions"
NEWEST_DEFINITIONS = replace(DEFINITIONS, order="updated_at", direction="desc")
NEWEST_EVENTS = replace(EVENTS, order="updated_at", direction="desc")


class HttpShop:
    """One shop over one connection; thread-safe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._connection.requests

    def create(self, address: Address, form: Form, ids: payload.Ids) -> Created:
        """POST a definition (contract §3.2) or an event type (§6); the answer holds the
        new id.
        """
        definition = address.kind == "definition"
        path = DEFINITIONS_PATH if definition else "/events"
        body = (
            payload.definition(address.name, form, ids)
            if definition
            else {**payload.event(form), "code_name": address.name}
        )
        row = wire.row_of(
            self._connection.write_once("POST", path, body=body), f"POST {path}"
        )
        number = wire.identifier(
            row, "id_definition" if definition else "id_event", "id"
        )
        if number is None:
            raise NotUnderstood(
                f"POST {path} was answered without an id", request=f"POST {path}"
            )
        return Created(number, wire.status_of(row))

    def extend(self, definition_id: int, additions: Form, ids: payload.Ids) -> None:
        """PATCH …/extend (contract §3.2)."""
        path = f"{DEFINITIONS_PATH}/{definition_id}/extend"
        self._connection.write_once(
            "PATCH", path, body=payload.additions(additions, ids)
        )

    def update_event(self, event_id: int, address: Address, form: Form) -> None:
        """PATCH /events with the id in the body (contract §6); the code name stays as
        it is stored, case and all.
        """
        body = {"id_event": event_id, **payload.event(form)}
        self._connection.replay("PATCH", "/events", body=body)

    def put_override(self, address: Address, form: Form, ids: payload.Ids) -> None:
        """PUT the whole set for one native field (contract §4)."""
        schema, _, field = address.name.partition(".")
        params = {"target_system_schema": schema, "system_field_name": field}
        body = payload.overrides(form, ids)
        self._connection.replay(
            "PUT", f"{DEFINITIONS_PATH}/overrides", body=body, params=params
        )

    def activate(self, definition_id: int) -> None:
        """PATCH …/activate; a 409 may say that it is active already (contract §13 row
        7): whoever calls has to look.
        """
        self._connection.replay("PATCH", f"{DEFINITIONS_PATH}/{definition_id}/activate")

    def deactivate(self, definition_id: int) -> None:
        """PATCH …/deactivate (contract §3.2)."""
        self._connection.replay(
            "PATCH", f"{DEFINITIONS_PATH}/{definition_id}/deactivate"
        )

    def delete(self, address: Address, number: int) -> None:
        """DELETE a definition (contract §3.2: logical, and for good) or an event type
        (§6).
        """
        collection = DEFINITIONS_PATH if address.kind == "definition" else "/events"
        self._connection.replay("DELETE", f"{collection}/{number}")

    def find(self, address: Address) -> LiveResource | None:
        """The live resource of that name in a fresh listing, or None when the listing
        does not hold it.
        """
        with ThreadPoolExecutor(2) as pool:
            if address.kind == "override":
                return read_overrides(self._connection, pool).get(address)
            listing = DEFINITIONS if address.kind == "definition" else EVENTS
            rows = rows_of(self._connection, listing, pool)
        rows = completed(
            self._connection, listing, rows, casefolded(address.name).__eq__
        )
        live = (
            live_of(rows, [], {})
            if address.kind == "definition"
            else live_of([], rows, {})
        )
        by_name = {
            casefolded(found.name): value for found, value in live.resources.items()
        }
        return by_name.get(casefolded(address.name))

    def read_definition(self, definition_id: int) -> LiveDefinition | None:
        """One definition; None for a refusal, because a 400 proves nothing (contract
        §3.2).
        """
        path = f"{DEFINITIONS_PATH}/{definition_id}"
        try:
            return wire.definition(
                wire.row_of(self._connection.get(path), f"GET {path}")
            )
        except Rejected:
            return None

    def read_event(self, event_id: int) -> LiveEvent | None:
        """One event type; None for a refusal, as above."""
        path = f"/events/{event_id}"
        try:
            return wire.event(wire.row_of(self._connection.get(path), f"GET {path}"))
        except Rejected:
            return None

    def definitions_with(self, ids: Collection[int]) -> Mapping[int, LiveDefinition]:
        """Those that are listed, and deleted ones beside them; the newest come first,
        so that few pages are enough.
        """
        rows = pages_until(
            self._connection, NEWEST_DEFINITIONS, _all_seen(ids, "id_definition")
        )
        asked = set(ids)
        told = [
            row
            for row in rows
            if wire.identifier(row, "id_definition", "id") in asked
            or wire.is_deleted(row)
        ]
        found = [
            wire.definition(row)
            for row in completed(self._connection, DEFINITIONS, told, lambda name: True)
        ]
        return {live.id: live for live in found if live}

    def events_with(self, ids: Collection[int]) -> Mapping[int, LiveEvent]:
        """Those of the event types that are listed."""
        rows = pages_until(self._connection, NEWEST_EVENTS, _all_seen(ids, "id_event"))
        asked = set(ids)
        told = [
            row
            for row in rows
            if wire.identifier(row, "id_event", "id") in asked
            and not wire.is_deleted(row)
        ]
        found = [
            wire.event(row)
            for row in completed(self._connection, EVENTS, told, lambda name: True)
        ]
        return {live.id: live for live in found if live}

    def overrides(self) -> Mapping[Address, LiveOverride]:
        """All native fields that have sources."""
        with ThreadPoolExecutor(1) as pool:
            return read_overrides(self._connection, pool)


def _all_seen(ids: Collection[int], key: str) -> Callable[[list[wire.Row]], bool]:
    """Takes pages of rows and says when all the ids have been among them."""
    missing = set(ids)

    def enough(rows: list[wire.Row]) -> bool:
        missing.difference_update(wire.identifier(row, key, "id") or 0 for row in rows)
        return not missing

    return enough
