"""How overrides travel (contract §4): one listing of sources for all native fields."""

from collections.abc import Collection, Iterable
from typing import Any

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.endpoint import Endpoint, Ids, ReadBack, Reading
from reconciler.api.listing import Listing
from reconciler.api.sender import Sender
from reconciler.errors import NotUnderstood
from reconciler.form.fields import Form
from reconciler.kinds.override.manifest import LiveOverride, LiveSource
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.live import Touched

PATH = "/custom-data-definitions/overrides"
_DEFINITION_KEYS = (
    "id_custom_data_definition",
    "idCustomDataDefinition",
    "id_definition",
)


class OverrideEndpoint(Endpoint[LiveOverride]):
    """Known by the native field that it is for; it has no id, and an empty set is none."""

    kind = "override"
    path = PATH

    @property
    def listing(self) -> Listing:
        # A source has no id: only all of a row tells it from another one.
        return Listing(PATH, repr, order="priority")

    def read_rows(
        self, rows: Iterable[wire.Row], *, strict: bool = True
    ) -> Reading[LiveOverride]:
        """The sources by native field, highest priority first."""
        sources: dict[str, list[LiveSource]] = {}
        for row in rows:
            found = source_in(row)
            if found:
                target, source = found
                sources.setdefault(target, []).append(source)
            elif strict:
                raise _not_understood()
        overrides = {}
        for target, stored in sorted(sources.items()):
            in_order = sorted(stored, key=lambda source: source.priority)
            live = LiveOverride(target, tuple(in_order))
            overrides[Address(self.kind, target)] = live
        return Reading(overrides)

    def shows(self, rows: Iterable[wire.Row], names: Collection[str]) -> bool:
        """The listing is short, and no source means an empty set."""
        return True

    def read_one(
        self, connection: ReadConnection, name: str, number: int | None
    ) -> LiveOverride | None:
        return self.find(connection, name)

    def read_back(
        self, connection: ReadConnection, touched: Touched
    ) -> ReadBack[LiveOverride]:
        """All native fields that have sources: the listing is short."""
        return ReadBack(self.read_rows(self.all_rows(connection)).resources)

    def body(self, form: Form, ids: Ids) -> dict[str, Any]:
        """The body that replaces the whole set, highest priority first."""
        sources = sorted(form["sources"].values(), key=lambda each: each["priority"])
        return {"overrides": [_source_body(source, ids) for source in sources]}

    def replace(
        self,
        connection: Sender,
        name: str,
        number: int | None,
        form: Form,
        ids: Ids,
    ) -> None:
        """PUT the whole set for one native field (contract §4)."""
        schema, _, field = name.partition(".")
        params = {"target_system_schema": schema, "system_field_name": field}
        body = self.body(form, ids)
        connection.write("PUT", PATH, body=body, params=params)

    def route(self, step: Step) -> str:
        return f"PUT {PATH}"


def _not_understood() -> NotUnderstood:
    request = f"GET {PATH}"
    told = f"{request} holds a row that does not say which price it is for"
    return NotUnderstood(told, request=request)


def source_in(row: wire.Row) -> tuple[str, LiveSource] | None:
    """(native field, source) of a row of the listing; None when it does not name the
    field.
    """
    schema = wire.either(row, "target_system_schema", "targetSystemSchema")
    field = wire.either(row, "system_field_name", "systemFieldName")
    if not (schema and field):
        return None
    return f"{schema}.{field}", _source(row)


def _source(row: wire.Row) -> LiveSource:
    # A write replaces the whole set, so no source may be overlooked: one that cannot be
    # read whole is kept as one of a definition that does not exist.
    number = wire.identifier(row, *_DEFINITION_KEYS)
    custom = wire.either(row, "custom_field_name", "customFieldName")
    priority = wire.whole(row.get("priority"))
    return LiveSource(number or 0, str(custom or "?"), priority or 0)


def _source_body(source: Form, ids: Ids) -> dict[str, Any]:
    return {
        "id_custom_data_definition": ids[Address.parse(source["definition"])],
        "custom_field_name": source["field"],
        "priority": source["priority"],
    }
