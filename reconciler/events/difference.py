"""Where a live event type is not what its manifest says, in words."""

import re
from collections.abc import Iterator, Mapping

from reconciler.form.scalars import canonical
from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event, EventProperty

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def differences(event: Event, live: LiveEvent) -> Iterator[str]:
    """What a sender would notice: properties that are there or not, their type, and
    whether they are required. A slot that is not written is not managed.
    """
    for slot, written in event.properties.by_slot().items():
        wanted = {each.name: each for each in written}
        found = {each.name: each for each in live.properties.get(slot, ())}
        for name in wanted.keys() - found.keys():
            yield f"{slot}.{name} is not there"
        for name in found.keys() - wanted.keys():
            required = ", and required" if found[name].required else ""
            yield f"{slot}.{name} is there and not declared{required}"
        yield from _in_properties(slot, wanted, found)


def _in_properties(
    slot: str,
    wanted: Mapping[str, EventProperty],
    found: Mapping[str, LiveProperty],
) -> Iterator[str]:
    for name in wanted.keys() & found.keys():
        mine, theirs = wanted[name], found[name]
        if theirs.type is not None and theirs.type != mine.type:
            yield f"{slot}.{name} is {theirs.type} and not {mine.type}"
        if theirs.required is not None and theirs.required != mine.required:
            is_so = "required" if theirs.required else "optional"
            yield f"{slot}.{name} is {is_so} there"


def payload_problems(event: Event, payload: Mapping[str, object]) -> Iterator[str]:
    """Where a payload of the histories is not as declared: what is missing or unknown,
    and values of another type.
    """
    for slot, written in event.properties.by_slot().items():
        if "." in slot:  # the histories need not show what hangs on a contact
            continue
        sent = payload.get(slot) or {}
        if not isinstance(sent, Mapping):
            yield f"{slot} is no object"
            continue
        for each in written:
            wrong = _value_problem(each, sent.get(each.name))
            if wrong:
                yield f"{slot}.{each.name} {wrong}"
        for name in sorted(set(sent) - {each.name for each in written}):
            yield f"{slot}.{name} is not declared"


def _value_problem(declared: EventProperty, value: object) -> str:
    """What is wrong with a value as a listing shows it, perhaps as text; empty when
    nothing is.
    """
    if value is None:
        return "is required and missing" if declared.required else ""
    if not _has_type(value, declared.type):
        return f"is no {declared.type}"
    options = declared.options or ()
    if options and str(value) not in map(str, options):
        return "is none of its options"
    return ""


def _has_type(value: object, type_name: str) -> bool:
    found = canonical(value, type_name)
    match type_name:
        case "number" | "decimal":
            return isinstance(found, int | float) and not isinstance(found, bool)
        case "bool":
            return isinstance(found, bool)
        case "date":
            return isinstance(found, str) and bool(_DAY.fullmatch(found))
    return True
