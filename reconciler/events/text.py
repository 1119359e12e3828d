"""All that is wrong with the payloads of one text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.events.check import MOST_MISTAKES, payload_mistakes
from reconciler.events.file import Payload, Unread, payloads_in
from reconciler.events.mistake import Mistake
from reconciler.events.schema import Schema
from reconciler.events.values import kind_words
from reconciler.form.json_values import Places, places_in
from reconciler.form.spelling import did_you_mean, shown

Schemas = Mapping[str, Schema]
"""By code name."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What says of which event type a payload is, besides the payload itself: a code name
    that was given, and the names of file and folders, the nearest first.
    """

    code: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A mistake, how many characters stand before it, and the code name of the event
    type; None when that is not known.
    """

    at: int
    mistake: Mistake
    code: str | None = None


@dataclass(slots=True)
class TextCheck:
    """The check of one text; `payloads` counts those that were read so far. Where
    `is_whole` is not true, there may be more event types than `schemas` has, and a code
    name that is not known is no mistake.
    """

    text: str
    schemas: Schemas
    naming: Naming
    is_whole: bool = True
    payloads: int = field(default=0, init=False)

    def mistakes(self) -> Iterator[Placed]:
        """Everything, payload by payload."""
        told = 0
        for payload in payloads_in(self.text):
            for placed in self._mistakes_of(payload):
                yield placed
                told += 1
            if told >= MOST_MISTAKES:
                words = f"there are more than {MOST_MISTAKES:,} findings: what comes after this payload was not read"
                yield Placed(payload.at, Mistake("payload-file", words))
                return

    def _mistakes_of(self, payload: Payload | Unread) -> list[Placed]:
        if isinstance(payload, Unread):
            return [Placed(payload.at, Mistake(payload.rule, payload.words))]
        self.payloads += 1
        return self.mistakes_in(payload)[:MOST_MISTAKES]

    def mistakes_in(self, payload: Payload) -> list[Placed]:
        """What is wrong with one payload of the text, in the order of the text."""
        code, found = self.code_of(payload)
        if code is not None:
            found = [*found, *payload_mistakes(payload.body, self.schemas[code])]
        if not found and not payload.doubled:
            return []
        # Places cost time, and most payloads are valid.
        places = places_in(self.text, payload.at)
        placed = [Placed(_place(each, places), each, code) for each in found]
        for key, at in payload.doubled:
            told = f"the key {shown(key)} stands twice in one object: keep one of them"
            placed.append(Placed(at, Mistake("payload-doubled-key", told), code))
        return sorted(placed, key=lambda each: each.at)

    def code_of(self, payload: Payload) -> tuple[str | None, list[Mistake]]:
        """The code name, None when no event type is known, and what is wrong with how it
        is given.
        """
        own, given = payload.code_name, self.naming.code
        if own is None:
            return self._code_by_names()
        if not isinstance(own, str):
            told = f"code_name is {kind_words(own)}, and has to be text"
            return None, [Mistake("payload-event", told, ("code_name",))]
        if given is not None and own != given:
            told = f"code_name is {shown(own)}, and --code says {shown(given)}"
            return None, [Mistake("payload-event", told, ("code_name",))]
        if own in self.schemas:
            return own, []
        return None, self._unknown(own, ("code_name",), "no event type is called")

    def _code_by_names(self) -> tuple[str | None, list[Mistake]]:
        if self.naming.code is not None:
            return self.naming.code, []
        for name in self.naming.names:
            if name in self.schemas:
                return name, []
        for name in self.naming.names:
            if hint := did_you_mean(name, self.schemas):
                told = f"no event type is called {shown(name)}, which is the name of the file or its folder{hint}"
                return None, self._event(told, ())
        way = "name the file or its folder by the code name"
        if not self.naming.names:  # it came over stdin
            way = "say it with --code"
        told = f'nothing says of which event type this payload is: {way}, or put "code_name" into the payload'
        return None, self._event(told, ())

    def _unknown(self, name: str, path: tuple[str, ...], words: str) -> list[Mistake]:
        return self._event(
            f"{words} {shown(name)}{did_you_mean(name, self.schemas)}", path
        )

    def _event(self, told: str, path: tuple[str, ...]) -> list[Mistake]:
        return [Mistake("payload-event", told, path)] if self.is_whole else []


def _place(mistake: Mistake, places: Places) -> int:
    if mistake.is_key and mistake.path in places.keys:
        return places.keys[mistake.path]
    return places.nearest(mistake.path)
