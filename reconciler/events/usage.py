"""Which properties sample payloads use, and which of them a change of the event types
breaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.events.file import Payload, payloads_in
from reconciler.events.mistake import Property
from reconciler.events.schema import WAYS, Schema
from reconciler.events.text import Naming, Schemas, TextCheck
from reconciler.form.json_values import places_in
from reconciler.model.address import Address


@dataclass(frozen=True, slots=True)
class PropertyUse:
    """A payload of an event type uses a property of it, or the event type as a whole
    (None); `at` counts the characters before the place, and `how` says what stands there.
    """

    at: int
    address: Address
    about: Property | None
    how: str


def uses_in(text: str, naming: Naming, schemas: Schemas) -> Iterator[PropertyUse]:
    """Of each payload its event type, and the declared properties that it has."""
    check = TextCheck(text, schemas, naming)
    for payload in payloads_in(text):
        if isinstance(payload, Payload):
            code, _ = check.code_of(payload)
            if code is not None:
                schema = schemas[code]
                yield PropertyUse(payload.at, schema.address, None, code)
                yield from _properties_in(text, payload, schema)


def _properties_in(
    text: str, payload: Payload, schema: Schema
) -> Iterator[PropertyUse]:
    keys = places_in(text, payload.at).keys
    for slot, declared in schema.slots.items():
        for name in declared:
            at = keys.get((*WAYS[slot], name))
            if at is not None:
                yield PropertyUse(at, schema.address, (slot, name), f"{slot}.{name}")


def broken_in(
    text: str, naming: Naming, before: Schemas, after: Schemas
) -> Iterator[PropertyUse]:
    """What makes payloads wrong that were right before: a property that becomes
    required, goes away, or takes other values, or an event type that is gone.
    """
    then, now = TextCheck(text, before, naming), TextCheck(text, after, naming)
    for payload in payloads_in(text):
        if not isinstance(payload, Payload) or then.mistakes_in(payload):
            continue
        code, _ = then.code_of(payload)
        assert code is not None
        address = before[code].address
        for placed in now.mistakes_in(payload):
            mistake = placed.mistake
            yield PropertyUse(placed.at, address, mistake.about, mistake.message)
