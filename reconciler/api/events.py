"""How event types travel (contract §6)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.api import wire
from reconciler.api.connection import Connection
from reconciler.api.endpoint import Endpoint, Ids
from reconciler.form.fields import Form
from reconciler.form.scalars import truth
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import SLOTS
from reconciler.kinds.step import Step

PATH = "/events"


class EventEndpoint(Endpoint[LiveEvent]):
    """Sent whole, with the id in the body."""

    kind = "event"
    path = PATH
    id_keys = ("id_event", "id")
    settings = True

    def value(self, row: wire.Row) -> LiveEvent | None:
        number = wire.identifier(row, *self.id_keys)
        code_name = wire.either(row, "code_name", "codeName")
        if number is None or not isinstance(code_name, str) or not code_name.strip():
            return None
        names = _names(row.get("name"))
        properties = {}
        for slot, rows in _slots(row).items():
            properties[slot] = tuple(map(_property, wire.rows_in(rows)))
        return LiveEvent(
            id=number,
            code_name=code_name,
            name=names[0] if names else code_name,
            names=names,
            properties=properties,
        )

    def called(self, row: wire.Row) -> str | None:
        return wire.text(wire.either(row, "code_name", "codeName"))

    def is_whole(self, row: wire.Row) -> bool:
        """A row may say that there are no properties."""
        if "properties" not in row:
            return False  # a listing may leave them out
        properties = wire.parse(row["properties"])
        if not properties:
            return True
        if not isinstance(properties, Mapping):
            return False
        return all(isinstance(rows, list) for rows in _slots(row).values())

    def is_whole_alone(self, row: wire.Row) -> bool:
        """An event without properties may come without the key."""
        return "properties" not in row or self.is_whole(row)

    def homonym_warnings(self, homonyms: Iterable[list[LiveEvent]]) -> Iterator[str]:
        """One for each event that is not meant, in the order of their ids."""
        others = [event for _, *rest in homonyms for event in rest]
        for event in sorted(others, key=lambda event: event.id):
            called = f"several live events have the code name {event.code_name}"
            yield f"{called}; the oldest is meant"

    def body(self, form: Form, ids: Ids) -> dict[str, Any]:
        """The whole schema: whether the server merges or replaces, the result is the
        same (contract §13 row 19).
        """
        body = {key: form[key] for key in ("name", "code_name") if key in form}
        properties = _properties_body(form.get("properties", {}))
        if properties:
            body["properties"] = properties
        return body

    def replace(
        self,
        connection: Connection,
        name: str,
        number: int | None,
        form: Form,
        ids: Ids,
    ) -> None:
        """PATCH /events with the id in the body; the code name stays as it is stored,
        case and all, unless the form has another.
        """
        body = {"id_event": number, **self.body(form, ids)}
        connection.replay("PATCH", PATH, body=body)

    def route(self, step: Step) -> str:
        return f"PATCH {PATH}" if step.verb == "replace" else super().route(step)


def _names(name: Any) -> tuple[str, ...]:
    """A text, or a map of texts by language (contract §13 row 17)."""
    value = wire.parse(name)
    if isinstance(value, Mapping):
        return tuple(str(text) for _, text in sorted(value.items()) if text)
    return (str(name),) if name else ()


def _slots(row: wire.Row) -> dict[str, Any]:
    """The payload slots, flat (`contact.customData`) or nested (contract §6.1), and
    those that only the API knows.
    """
    properties = wire.parse(row.get("properties"))
    if not isinstance(properties, Mapping):
        return {}
    found = dict(_flat_slots(properties))
    unknown = sorted(found.keys() - set(SLOTS))
    filled = {slot: rows for slot, rows in found.items() if rows not in (None, "")}
    return {slot: filled[slot] for slot in (*SLOTS, *unknown) if slot in filled}


def _flat_slots(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for outer, value in properties.items():
        content = wire.parse(value)
        if not isinstance(content, Mapping):
            yield outer, content
            continue
        for inner, rows in content.items():
            yield f"{outer}.{inner}".rstrip("."), wire.parse(rows)


def _property(row: wire.Row) -> LiveProperty:
    return LiveProperty(
        name=str(row.get("name", "")),
        type=wire.type_name(row.get("type")),
        required=truth(row.get("required")),
        description=wire.text(row.get("description")),
    )


def _properties_body(slots: Form) -> dict[str, Any]:
    """The slots with a dot in their name nested, as the API has them (contract §6.1)."""
    properties: dict[str, Any] = {}
    for slot, content in slots.items():
        rows = [_property_body(name, each) for name, each in content.items()]
        outer, _, inner = slot.partition(".")
        if inner:
            properties.setdefault(outer, {})[inner] = rows
        else:
            properties[outer] = rows
    return properties


def _property_body(name: str, attributes: Form) -> dict[str, Any]:
    """An empty description is one that does not exist."""
    body = {"name": name, **attributes}
    if not body.get("description"):
        body.pop("description", None)
    return body
