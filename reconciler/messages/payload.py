"""Variables about the payload of the event that starts a message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.form.spelling import Vocabulary
from reconciler.kinds.event.manifest import SLOTS, Event, EventProperty
from reconciler.messages.chain import Chain, Value
from reconciler.messages.declared import Declared
from reconciler.messages.names import match
from reconciler.messages.occasion import Occasion
from reconciler.messages.remark import Remark, hint, variable
from reconciler.model.address import casefolded

META_DATA = "metaData"
UNKNOWN = "message-unknown-property"
UNPROVEN = "message-unproven"
NO_EVENT = "message-no-event"
_TYPE_OF_JSON = "json"


@dataclass(frozen=True, slots=True)
class Slot:
    """The slot of the payload, and how many names of the path it takes."""

    name: str
    length: int


@dataclass(frozen=True, slots=True)
class Payload:
    """The way to a property, and what is to be said of it."""

    chain: Chain | None
    remarks: tuple[Remark, ...]


def slot_in(path: Sequence[str]) -> Slot | None:
    """The slot that the beginning of a path means, whatever its case."""
    for slot in SLOTS:
        names = slot.split(".")
        begin = [casefolded(name) for name in path[: len(names)]]
        if begin == [casefolded(name) for name in names]:
            return Slot(slot, len(names))
    return None


def find(
    path: Sequence[str], slot: Slot, declared: Declared, occasion: Occasion
) -> Payload:
    """The property that a path names in a slot: all events that may start the message
    must have it.
    """
    remarks = list(_about_slot(path, slot))
    remarks += _about_occasion(slot, occasion)
    if len(path) == slot.length:
        message = f"it names no property of {slot.name}: write one behind a dot"
        remarks.append(Remark(UNKNOWN, message, "error", slot.length - 1))
        return Payload(None, tuple(remarks))
    found: list[tuple[str, EventProperty]] = []
    for code_name in occasion.events:
        event = declared.event(code_name)
        if event is None:
            continue  # the reference to it is a finding
        each = _property(path, slot, event)
        if isinstance(each, Remark):
            remarks.append(each)
        else:
            found.append((event.code_name, each))
    if not found or any(each.severity == "error" for each in remarks):
        return Payload(None, tuple(remarks))
    remarks += _about_rest(path, slot, found[0][1])
    if any(each.severity == "error" for each in remarks):
        return Payload(None, tuple(remarks))
    return Payload(_chain(path, slot, found), tuple(remarks))


def _chain(
    path: Sequence[str], slot: Slot, found: list[tuple[str, EventProperty]]
) -> Chain:
    first = found[0][1]
    types = {each.type for _, each in found}
    value = Value(
        slot.name,
        first.name,
        first.name,
        first.type if len(types) == 1 else "",
        all(each.required for _, each in found),
    )
    return Chain(tuple(path), (), value, tuple(code_name for code_name, _ in found))


def _about_slot(path: Sequence[str], slot: Slot) -> Iterator[Remark]:
    written = path[: slot.length]
    if ".".join(written) != slot.name:
        message = (
            f"{'.'.join(written)} is called {slot.name}: messages may tell cases apart"
        )
        yield Remark("message-case", message, "warning", 0)
    if slot.name != META_DATA:
        message = f"no source shows a variable of {slot.name}: only those of metaData are known"
        yield Remark(UNPROVEN, message, "warning", 0)


def _about_occasion(slot: Slot, occasion: Occasion) -> Iterator[Remark]:
    if occasion.without:
        some = ", ".join(occasion.without)
        message = f"{some} sends this message without an event: there is no {slot.name}"
        yield Remark(NO_EVENT, message, "warning", 0)
    elif not occasion.events:
        message = (
            f"which event's {slot.name} is not known: write `event:` in the template, or "
            "declare the scenario that sends it"
        )
        yield Remark(NO_EVENT, message, "warning", 0)


def _property(path: Sequence[str], slot: Slot, event: Event) -> EventProperty | Remark:
    """The property of one event, or what is wrong."""
    slots = event.properties.by_slot()
    written, at = path[slot.length], slot.length
    properties = {each.name: each for each in slots.get(slot.name, ())}
    found = match(written, properties)
    if found is not None:
        return properties[found.name]
    told = f"event/{event.code_name} has no property {written} in {slot.name}."
    if slot.name not in slots:
        # A slot that is not written is not managed: the shop may have more.
        message = f"{told} Its manifest says nothing of {slot.name}"
        return Remark(UNKNOWN, message, "warning", at)
    for other, each in slots.items():
        if other != slot.name and written in {here.name for here in each}:
            message = f"{told} {other} has it"
            return Remark(UNKNOWN, message, "error", at)
    return Remark(UNKNOWN, f"{told}{_meant(written, slot, properties)}", "error", at)


def _meant(written: str, slot: Slot, properties: dict[str, EventProperty]) -> str:
    close = hint(written, properties)
    if close or not properties:
        return close
    return f" It has {', '.join(sorted(properties)[:5])}"


def _about_rest(
    path: Sequence[str], slot: Slot, found: EventProperty
) -> Iterator[Remark]:
    at = slot.length
    exact = match(path[at], [found.name])
    if exact is not None and not exact.is_exact:
        message = (
            f"{path[at]} is declared as {found.name}: messages may tell cases apart"
        )
        yield Remark("message-case", message, "warning", at)
    if len(path) == at + 1:
        return
    if found.type == _TYPE_OF_JSON:
        message = f"no source shows a variable that goes into a json value such as {found.name}"
        yield Remark(UNPROVEN, message, "warning", at + 1)
        return
    message = f"{found.name} is a {found.type}, and nothing comes behind it"
    yield Remark("message-unknown-hop", message, "error", at + 1)


def properties_named_like(
    root: str, declared: Declared, word: str
) -> tuple[int, str | None]:
    """How many events begin with a word, and the variable of theirs that is most like
    another word.
    """
    folded = casefolded(root)
    events = [
        each
        for name, each in declared.events.items()
        if name.startswith((f"{folded}.", f"{folded}_"))
    ]
    names = [
        each.name
        for event in events
        for each in event.properties.by_slot().get(META_DATA, ())
    ]
    best = _closest(word, names)
    return len(events), best and variable((META_DATA, best))


def _closest(word: str, names: list[str]) -> str | None:
    close = match(word, names)
    if close is not None:
        return close.name
    return Vocabulary(names).closest(word) or (min(names) if names else None)
