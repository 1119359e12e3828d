"""How event types travel (contract §6)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from reconciler.api import wire
from reconciler.api.endpoint import Endpoint, Ids
from reconciler.api.sender import Sender
from reconciler.form.fields import Form
from reconciler.form.scalars import truth
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import SLOTS
from reconciler.kinds.step import Step

T = TypeVar("T")

PATH = "/events"
_KNOWN = ("name", "type", "required", "description")
"""The keys of a property."""


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
        slots, unknown = _slots_and_rest(row)
        properties = {slot: tuple(map(_property, rows)) for slot, rows in slots.items()}
        return LiveEvent(
            id=number,
            code_name=code_name,
            name=_name(row.get("name"), code_name),
            properties=properties,
            unknown=unknown,
        )

    def called(self, row: wire.Row) -> str | None:
        return wire.text(wire.either(row, "code_name", "codeName"))

    def is_whole(self, row: wire.Row) -> bool:
        """A listing may leave the properties out, and turns scalars into text (contract
        §2): what nobody here knows the type of is read by itself.
        """
        return "properties" in row and _is_shown(row) and not _has_unknown(row)

    def is_whole_alone(self, row: wire.Row) -> bool:
        """An event without properties may come without the key."""
        return "properties" not in row or _is_shown(row)

    def body(self, form: Form, ids: Ids) -> dict[str, Any]:
        """The whole schema: whether the server merges or replaces, the result is the
        same (contract §13 row 19).
        """
        body = {key: form[key] for key in ("name", "code_name") if key in form}
        properties = _properties_body(form.get("properties", {}))
        for path, value in form.get("unknown", {}).items():
            _put(properties, path, value)
        if properties:
            body["properties"] = properties
        return body

    def replace(
        self,
        connection: Sender,
        name: str,
        number: int | None,
        form: Form,
        ids: Ids,
    ) -> None:
        """PATCH /events with the id in the body; the code name stays as it is stored,
        case and all, unless the form has another.
        """
        body = {"id_event": number, **self.body(form, ids)}
        connection.write("PATCH", PATH, body=body)

    def route(self, step: Step) -> str:
        return f"PATCH {PATH}" if step.verb == "replace" else super().route(step)


def _name(name: Any, code_name: str) -> str | dict[str, Any]:
    """A text, or a map of texts by language (contract §13 row 17); the code name where
    there is none.
    """
    value = wire.parse(name)
    if isinstance(value, Mapping):
        texts = {str(key): text for key, text in value.items() if text is not None}
        return texts or code_name
    return code_name if name is None else str(name)


def _is_shown(row: wire.Row) -> bool:
    """Whether its slots can be read; a row may say that there are no properties."""
    properties = wire.parse(row["properties"])
    if not properties:
        return True
    if not isinstance(properties, Mapping):
        return False
    slots = _flat_slots(properties)
    return all(isinstance(slots[slot], list) for slot in SLOTS if slot in slots)


def _has_unknown(row: wire.Row) -> bool:
    slots, unknown = _slots_and_rest(row)
    listed = [each for rows in slots.values() for each in rows]
    return bool(unknown) or any(wire.unknown(each, *_KNOWN) for each in listed)


def _slots_and_rest(
    row: wire.Row,
) -> tuple[dict[str, list[wire.Row]], dict[str, Any]]:
    """The payload slots with their rows, those that only the API knows included, and
    whatever else stands beside them; both by their dotted path.
    """
    properties = wire.parse(row.get("properties"))
    if not isinstance(properties, Mapping):
        return {}, {}
    flat = _flat_slots(properties)
    slots: dict[str, list[wire.Row]] = {}
    rest: dict[str, Any] = {}
    for slot in (*SLOTS, *sorted(flat.keys() - set(SLOTS))):
        if slot not in flat:
            continue
        if slot in SLOTS or _is_slot(flat[slot]):
            slots[slot] = wire.rows_in(flat[slot])
        else:
            rest[slot] = flat[slot]
    return slots, rest


def _is_slot(content: Any) -> bool:
    """Whether it is a list of properties, each with a name of its own."""
    if not isinstance(content, list):
        return False
    names = [row.get("name") for row in content if isinstance(row, Mapping)]
    return len(set(map(str, names))) == len(content)


def _flat_slots(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The slots by their dotted path: flat (`contact.customData`) or nested, as the API
    has them (contract §6.1). An empty one is left out.
    """
    flat: dict[str, Any] = {}
    for outer, value in properties.items():
        content = wire.parse(value)
        if not isinstance(content, Mapping):
            flat[outer] = content
            continue
        for inner, rows in content.items():
            flat[f"{outer}.{inner}".rstrip(".")] = wire.parse(rows)
    return {slot: rows for slot, rows in flat.items() if rows not in (None, "")}


def _property(row: wire.Row) -> LiveProperty:
    return LiveProperty(
        name=str(row.get("name", "")),
        type=_if_said(row.get("type"), wire.type_name),
        required=_if_said(row.get("required"), truth),
        description=wire.text(row.get("description")),
        unknown=wire.unknown(row, *_KNOWN),
    )


def _if_said(value: Any, read: Callable[[Any], T]) -> T | None:
    return None if value is None else read(value)


def _properties_body(slots: Form) -> dict[str, Any]:
    """The slots with a dot in their name nested, as the API has them (contract §6.1)."""
    properties: dict[str, Any] = {}
    for slot, content in slots.items():
        rows = [{"name": name, **attributes} for name, attributes in content.items()]
        _put(properties, slot, rows)
    return properties


def _put(properties: dict[str, Any], slot: str, content: Any) -> None:
    outer, _, inner = slot.partition(".")
    if inner:
        properties.setdefault(outer, {})[inner] = content
    else:
        properties[outer] = content
