"""From manifests to types."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.form.typed import plain
from reconciler.generate import names
from reconciler.generate.shapes import (
    Either,
    Member,
    Named,
    OneOf,
    Presence,
    Scalar,
    Shape,
    Type,
    Types,
)
from reconciler.kinds.definition.manifest import Definition, DefinitionField
from reconciler.kinds.definition.table import table_of
from reconciler.kinds.event.manifest import Event, EventProperty
from reconciler.model.address import Address
from reconciler.model.letters import readable
from reconciler.model.manifest import Desired
from reconciler.plan.only import matches, suggestion

CONTACT_REF = "ContactRef"
_NOT_OF_TYPES = {"accept", "ensure", "renamed_from"}
"""What a manifest says of its own review and of what becomes of the resource."""


def describe(desired: Desired, only: str | None = None) -> Types:
    """The types of the event types and definitions whose address fits the pattern, or of
    all; what is to be deleted has none. Raises WrongUsage when none fits, and
    ReconcilerError for two names that cannot be told apart.
    """
    picked = _picked(desired, only)
    events = [each for each in picked.values() if isinstance(each, Event)]
    definitions = [each for each in picked.values() if isinstance(each, Definition)]
    names.check_distinct((_called(each), address) for address, each in picked.items())
    types: list[Shape | Either] = [*_contact("", None), _visitor("", None)]
    for event in events:
        types += _event(event)
    types += map(_row, definitions)
    payloads = {each.code_name: _called(each) for each in events}
    return Types(_digest(picked), payloads, tuple(types), len(definitions))


def _picked(desired: Desired, only: str | None) -> dict[Address, Event | Definition]:
    typed = {
        address: manifest.resource
        for address, manifest in desired.manifests.items()
        if isinstance(manifest.resource, Event | Definition) and not manifest.absent
    }
    if only is None:
        return typed
    picked = {
        address: each for address, each in typed.items() if matches(str(address), only)
    }
    if not picked:
        hint = suggestion(typed, only)
        how = ". Addresses read like event/CODE_NAME or definition/NAME."
        raise WrongUsage(
            f"No event type or definition has an address like {in_quotes(only)}{hint or how}"
        )
    return picked


def _digest(picked: Mapping[Address, Event | Definition]) -> str:
    """Of what the manifests declare, wherever it stands in them."""
    content = {
        str(address): each.model_dump(mode="json", by_alias=True, exclude=_NOT_OF_TYPES)
        for address, each in picked.items()
    }
    text = json.dumps(content, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _called(resource: Event | Definition) -> str:
    """What its main type is called."""
    if isinstance(resource, Event):
        return names.event_stem(resource.code_name) + names.PAYLOAD
    return names.definition_stem(resource.name) + names.ROW


def _event(event: Event) -> Iterator[Shape | Either]:
    """The types of its slots, of whom it is about, and of the whole payload."""
    stem, code = names.event_stem(event.code_name), _line(event.code_name)
    slots: dict[str, Member] = {}
    for slot, properties in event.properties.by_slot().items():
        if properties:
            shape = _data(stem, slot, properties, code)
            yield shape
            slots[slot] = _slot(slot, shape)
    contact = Named(names.CONTACT)
    if "contact.customData" in slots:
        yield from _contact(stem, slots["contact.customData"])
        contact = Named(stem + names.CONTACT)
    visitor = Named(names.VISITOR)
    if "visitor.customData" in slots:
        yield _visitor(stem, slots["visitor.customData"])
        visitor = Named(stem + names.VISITOR)
    own = [slots[slot] for slot in ("metaData", "customData") if slot in slots]
    yield from _payload(event, (contact, visitor), own)


def _data(
    stem: str, slot: str, properties: Sequence[EventProperty], code: str
) -> Shape:
    members = tuple(map(_property, properties))
    return Shape(stem + names.DATA[slot], members, f"{slot} of {code}.")


def _slot(slot: str, shape: Shape) -> Member:
    """A slot may be left out when all that is in it may."""
    needed = any(member.presence == "required" for member in shape.members)
    presence: Presence = "required" if needed else "optional"
    return Member(slot.rpartition(".")[2], Named(shape.name), presence)


def _payload(
    event: Event, targets: tuple[Named, Named], own: Sequence[Member]
) -> Iterator[Shape | Either]:
    """A contact, a visitor, or both (contract §6.2)."""
    stem, code = names.event_stem(event.code_name), _line(event.code_name)
    contact, visitor = targets
    of_contact = Shape(
        stem + names.OF_CONTACT,
        (
            Member("contact", contact, "required"),
            Member("visitor", visitor, "optional"),
            *own,
        ),
        f"The payload of {code} for a contact.",
    )
    of_visitor = Shape(
        stem + names.OF_VISITOR,
        (Member("visitor", visitor, "required"), *own),
        f"The payload of {code} for a visitor who is no contact yet.",
        without=("contact",),
    )
    yield from (of_contact, of_visitor)
    title = _line(_title(event))
    about = f"{title}: the payload of {code}." if title else f"The payload of {code}."
    yield Either(_called(event), (of_contact.name, of_visitor.name), about)


def _contact(stem: str, data: Member | None) -> Iterator[Shape | Either]:
    """A contact is found by its number, e-mail or phone: one of them is needed (contract
    §6.2).
    """
    keys = (
        ("id", Scalar("id"), names.BY_ID),
        ("email", Scalar("text"), names.BY_EMAIL),
        ("phone", Scalar("text"), names.BY_PHONE),
    )
    shapes = []
    for place, (key, kind, role) in enumerate(keys):
        needed = Member(key, kind, "required")
        others = (Member(more, of, "optional") for more, of, _ in keys[place + 1 :])
        members = (needed, *others, *((data,) if data else ()))
        without = tuple(before for before, _, _ in keys[:place])
        shapes.append(Shape(stem + role, members, without=without))
    yield from shapes
    about = "A contact by its number, e-mail or phone."
    yield Either(stem + names.CONTACT, tuple(each.name for each in shapes), about)


def _visitor(stem: str, data: Member | None) -> Shape:
    number = Member("id", Scalar("id"), "required")
    members = (number, data) if data else (number,)
    return Shape(stem + names.VISITOR, members, "A visitor by its number.")


def _property(each: EventProperty) -> Member:
    about = _line(each.description or "")
    return Member(each.name, _type(each), _presence(each.required), about)


def _row(definition: Definition) -> Shape:
    columns = table_of(definition).columns
    members = []
    for field in definition.fields:
        kind = _type(field)
        if columns[field.name].is_contact:
            kind = Named(CONTACT_REF)
        said = _line(field.description or field.label or "")
        members.append(Member(field.name, kind, _presence(field.required), said))
    described = ": ".join(filter(None, (definition.name, definition.description)))
    about = f"A row of {_line(described).rstrip('.')}."
    return Shape(_called(definition), tuple(members), about)


def _type(each: DefinitionField | EventProperty) -> Type:
    if each.options:
        return OneOf(tuple(dict.fromkeys(plain(each.options))))
    return Scalar(each.type)


def _presence(is_required: bool) -> Presence:
    return "required" if is_required else "optional or null"


def _title(event: Event) -> str:
    """Its name, in one language or in all."""
    if isinstance(event.name, Mapping):
        return " / ".join(event.name.values())
    return event.name


def _line(text: str) -> str:
    """The text in one line, with escapes for what nobody sees."""
    return readable(" ".join(text.split()))
