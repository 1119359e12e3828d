"""The kind `event`, as the engine sees it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypedDict

from reconciler.form.fields import Form, Path, field_changes
from reconciler.form.spelling import shown
from reconciler.form.texts import is_wording
from reconciler.form.typed import typed
from reconciler.form.words import shown_path, value_words
from reconciler.kinds.doubles import doubles
from reconciler.kinds.drawing import Drawing
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import SLOTS, Event, EventProperty
from reconciler.kinds.event.rules import EVENT_RULES
from reconciler.kinds.kind import Kind
from reconciler.kinds.step import Step
from reconciler.kinds.values import (
    Items,
    Note,
    Nouns,
    Row,
    Verdict,
    item_of,
    respelled_name,
)
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, Edit, FieldChange
from reconciler.model.live import Names
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Unreadable

_NAMES = ("name", "code_name")
_STEPS = (".", "..")
"""What the path of a URL cannot hold as a name, encoded or not (RFC 3986, 5.2.4)."""
_WRITTEN = ("type", "required", "description")
"""What a manifest can say of a property; the rest is sent back as it came."""
_NOTHING = {"type": "", "required": False, "description": ""}
"""What a property has that the API says nothing of."""


class PropertyForm(TypedDict, total=False):
    """One property; in a desired form, a description is there when it is written."""

    type: str
    required: bool
    description: str


class EventKind(Kind[Event, LiveEvent]):
    """Fully updatable; a slot that a manifest writes is written whole."""

    name = "event"
    model = Event
    live = LiveEvent
    key = "code_name"
    rules: ClassVar = EVENT_RULES
    nouns = Nouns("event", "events", "events")
    loss = "senders are refused, and its scenarios never start again"
    collections: ClassVar = {"properties": Items("property", levels=2)}

    def problems(self, resource: Event) -> Iterator[Problem]:
        if resource.code_name in _STEPS and not resource.absent:
            told = f"code_name is {shown(resource.code_name)}, which no sender can reach: URLs take it for a step"
            yield Problem("event-code-name", told, ("code_name",))
        for slot, properties in resource.properties.by_slot().items():
            names = [each.name for each in properties]
            yield from doubles(names, ("properties", slot))
            for index, each in enumerate(properties):
                yield from _option_problems(each, ("properties", slot, index))

    def form(self, resource: Event) -> dict[str, Any]:
        form: dict[str, Any] = {}
        # The address has the code name; to declare it is to rename.
        if resource.renamed_from is not None:
            form["code_name"] = resource.code_name
        form["name"] = names_form(resource.name)
        form["properties"] = {
            slot: {each.name: _property_form(each) for each in properties}
            for slot, properties in resource.properties.by_slot().items()
        }
        return form

    def live_form(self, live: LiveEvent, names: Names) -> dict[str, Any]:
        form: dict[str, Any] = {
            "code_name": live.code_name,
            "name": names_form(live.name),
            "properties": {
                slot: {each.name: _live_property_form(each) for each in properties}
                for slot, properties in live.properties.items()
            },
        }
        if live.unknown:
            form["unknown"] = dict(live.unknown)
        return form

    def document(self, name: str, form: Form) -> dict[str, Any]:
        """Slots that only the API knows are left alone, and so not said."""
        said: dict[str, Any] = {"kind": self.name, "name": form["name"]}
        said["code_name"] = name
        slots = form.get("properties", {})
        properties = {
            slot: [_property_document(*each) for each in slots[slot].items()]
            for slot in SLOTS
            if slots.get(slot)
        }
        if properties:
            said["properties"] = properties
        return said

    def left_out(self, path: DocumentPath) -> DocumentPath:
        """A slot that is written is written whole."""
        return path[:2] if path[:1] == ("properties",) else path[:1]

    def canonical(self, form: Form) -> dict[str, Any]:
        """What is not said, and what says nothing, are the same."""
        slots = {
            slot: {name: {**_NOTHING, **each} for name, each in properties.items()}
            for slot, properties in form["properties"].items()
        }
        return super().canonical({**form, "properties": slots})

    def declared(self, live: LiveEvent, form: Form, wanted: Form) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in wanted.items():
            match key:
                case "properties":
                    found[key] = _declared_slots(form[key], value)
                case "name":
                    found[key] = _declared_name(form[key], value)
                case "unknown":
                    found[key] = _still_there(form.get(key, {}), value)
                case _:
                    found[key] = respelled_name(live.code_name, value)
        return found

    def is_text(self, path: Path) -> bool:
        match path:
            case ("name", *_) | ("properties", _, _, "description"):
                return True
        return False

    def raw_changes(self, old: Form, new: Form) -> tuple[FieldChange, ...]:
        """Of a name in several languages, each is a difference of its own."""
        return field_changes(old, new, {"properties": 4, "name": 2})

    def undeclared(self, form: Form, wanted: Form) -> Iterator[tuple[Path, Any]]:
        """A slot that is written is written whole; what lives in the others is not
        managed, and neither are further languages of a name.
        """
        if isinstance(form["name"], Mapping) and isinstance(wanted["name"], Mapping):
            for language in sorted(form["name"].keys() - wanted["name"].keys()):
                yield ("name", language), form["name"][language]
        for slot in sorted(set(form["properties"]) - set(wanted["properties"])):
            properties = form["properties"][slot]
            for name in sorted(properties):
                yield ("properties", slot, name), properties[name]

    def as_live(
        self, resource: Event, number: int, id_of: Callable[[Address], int]
    ) -> LiveEvent:
        properties = {
            slot: tuple(map(_property_as_live, written))
            for slot, written in resource.properties.by_slot().items()
        }
        return LiveEvent(number, resource.code_name, resource.name, properties)

    def judge(self, change: FieldChange) -> Verdict:
        match change.path:
            case ("code_name",):
                lost = f"senders of {change.old} are refused"
                return Verdict("breaking", f"{lost}, and its scenarios no longer start")
            case ("name",) if _loses_languages(change):
                lost = ", ".join(change.old)
                reason = f"one text takes the place of the names by language ({lost})"
                return Verdict("breaking", reason)
            case ("name", *_):
                return Verdict("safe", "changes the name shown in the dashboard")
            case ("properties", slot, name, *attribute):
                return _judge_property(f"{slot}.{name}", attribute, change)
        raise AssertionError(f"an event cannot change its {change.path}")

    def steps(
        self, edit: Edit, base: Form, postponed: tuple[FieldChange, ...]
    ) -> tuple[Step, ...]:
        """An update sends the names only when they change: the server's own case is its
        own.
        """
        if edit.action != "update":
            return super().steps(edit, base, postponed)
        touched = {part.path[0] for part in edit.fields}
        kept = dict(base)
        for name in _NAMES:
            if name not in touched:
                kept.pop(name, None)
        return super().steps(edit, kept, postponed)

    def dotted(self, path: Path) -> str:
        """The dot in `contact.customData` is no part of a name."""
        match path:
            case ("properties", slot, *rest) if slot in SLOTS:
                inner = [shown_path((part,)) for part in rest]
                return ".".join(["properties", slot, *inner])
        return shown_path(path)

    def words(self, path: Path, value: Any) -> str:
        match path:
            case ("properties", _, _) if isinstance(value, Mapping):
                return _property_words(value)
            case ("name",) if isinstance(value, Mapping):
                return ", ".join(f"{key} {value_words(value[key])}" for key in value)
        return value_words(value)

    def headline(self, change: Create) -> Iterator[Note]:
        for part in change.fields:
            if part.path == ("name",):
                yield Note("name:", self.words(part.path, part.new))

    def rows(self, change: Create) -> Iterator[Row]:
        for part in change.fields:
            if part.path[0] == "properties":
                _, slot, name = part.path
                yield self.row(part)._replace(name=f"{slot}.{name}")

    def row(self, change: FieldChange) -> Row:
        value = item_of(change)
        if change.path[0] != "properties" or not isinstance(value, Mapping):
            return super().row(change)
        required = "required" if value.get("required") else ""
        return Row(self.dotted(change.path), value.get("type", ""), required)

    def draw(self, resource: Event) -> Drawing:
        """Events have no place among the tables."""
        return Drawing()

    def draw_change(self, change: Change) -> Drawing:
        return Drawing()

    def draw_blocked(self, item: Blocked) -> Drawing:
        return Drawing()


def _option_problems(each: EventProperty, path: DocumentPath) -> Iterator[Problem]:
    if isinstance(each.type, Unreadable):
        return  # what could not be read is a finding already
    for index, option in enumerate(each.options or ()):
        try:
            typed(option, each.type)
        except ValueError:
            message = f"the option {shown(option)} is no {each.type}"
            yield Problem("event-option", message, (*path, "options", index))


def _property_form(each: EventProperty) -> PropertyForm:
    form = PropertyForm(type=each.type, required=each.required)
    if each.description is not None:
        form["description"] = each.description
    return form


def _property_document(name: str, form: Form) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name}
    if form.get("type") is not None:
        said["type"] = form["type"]
    if form.get("required"):
        said["required"] = True
    if form.get("description"):
        said["description"] = form["description"]
    return said


def _property_as_live(each: EventProperty) -> LiveProperty:
    return LiveProperty(each.name, each.type, each.required, each.description)


def _live_property_form(live: LiveProperty) -> dict[str, Any]:
    said = {key: getattr(live, key) for key in _WRITTEN}
    known = {key: value for key, value in said.items() if value is not None}
    return {**known, **live.unknown}


def names_form(name: str | Mapping[str, Any]) -> Any:
    """The name as a form has it: a text, or texts by language in their order."""
    return dict(sorted(name.items())) if isinstance(name, Mapping) else name


def _declared_name(name: Any, wanted: Any) -> Any:
    """Any text of several languages counts as the name, when the manifest has one text
    (contract §13 row 17). Of languages, only those that are written are compared.
    """
    if not isinstance(name, Mapping):
        return name
    if isinstance(wanted, Mapping):
        return {language: name[language] for language in wanted if language in name}
    for each in name.values():
        if is_wording(wanted, each):
            return each
    return name


def _loses_languages(change: FieldChange) -> bool:
    return isinstance(change.old, Mapping) and not isinstance(change.new, Mapping)


def _still_there(form: Form, wanted: Form) -> dict[str, Any]:
    """What the model does not know counts as it should be while it is there: the server
    may keep numbers or times of its own in it.
    """
    return {key: wanted[key] for key in wanted if key in form}


def _declared_slots(form: Form, wanted: Form) -> dict[str, Any]:
    """The slots that are written, whole: a property that only lives goes away."""
    return {
        slot: {
            name: _declared_property(each, properties.get(name))
            for name, each in form.get(slot, {}).items()
        }
        for slot, properties in wanted.items()
    }


def _declared_property(form: Form, wanted: Form | None) -> dict[str, Any]:
    if wanted is None:
        return dict(form)
    written = {key: form.get(key, _NOTHING[key]) for key in wanted if key in _WRITTEN}
    unknown = {key: wanted[key] for key in wanted if key not in _WRITTEN}
    return {**written, **_still_there(form, unknown)}


def _judge_property(name: str, attribute: list[str], change: FieldChange) -> Verdict:
    match change.op, attribute:
        case "removed", []:
            return Verdict("breaking", f"senders and messages lose {name}")
        case "added", [] if change.new["required"]:
            return Verdict("breaking", f"senders that do not send {name} are refused")
        case "added", []:
            return Verdict("safe", "adds an optional property")
        case _, ["required"] if change.new:
            return Verdict("breaking", f"senders that do not send {name} are refused")
        case _, ["type"]:
            return Verdict("breaking", f"senders of {name} must send another type")
        case _, ["required" | "description"]:
            return Verdict("safe", f"relaxes or describes {name}")
    raise AssertionError(f"a property cannot change its {attribute}")


def _property_words(value: Mapping[str, Any]) -> str:
    words = [value_words(value.get("type"))]
    if value.get("required"):
        words.append("required")
    for key, each in value.items():
        is_nothing = key == "description" and each == ""
        if key not in ("type", "required") and not is_nothing:
            words.append(f"{key} {value_words(each)}")
    return ", ".join(words)
