"""Where a live event type is not what its manifest says, in words."""

from collections.abc import Iterator, Mapping

from reconciler.kinds.event.live import LiveEvent, LiveProperty
from reconciler.kinds.event.manifest import Event, EventProperty


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
    """Where a payload is not as declared: what is missing, and what is unknown."""
    for slot, written in event.properties.by_slot().items():
        if "." in slot:  # the histories need not show what hangs on a contact
            continue
        sent = payload.get(slot) or {}
        if not isinstance(sent, Mapping):
            yield f"{slot} is no object"
            continue
        known = {each.name for each in written}
        for each in written:
            if each.required and sent.get(each.name) is None:
                yield f"{slot}.{each.name} is required and missing"
        for name in sorted(set(sent) - known):
            yield f"{slot}.{name} is not declared"
