"""What is wrong with one payload, as far as the manifest of its event type says."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from reconciler.events.mistake import Mistake, Property
from reconciler.events.schema import TARGETS, WAYS, Schema, Way, options_of
from reconciler.events.target import KEYS
from reconciler.events.targets import (
    OF_VISITORS,
    OTHER_TARGETS,
    REFERENCE,
    target_mistakes,
)
from reconciler.events.values import kind_words, option_mistake, type_mistake
from reconciler.form.json_values import Path
from reconciler.form.spelling import Vocabulary, cut, form_note, in_quotes, shown
from reconciler.kinds.event.manifest import EventProperty

OWN_SLOTS = ("metaData", "customData")
"""Those that stand at the top of a payload."""
MOST_NAMES_SHOWN = 8
MOST_MISTAKES = 1_000
"""That are told of one payload, and of one text; reading stops there."""


def payload_mistakes(body: Mapping[str, Any], schema: Schema) -> list[Mistake]:
    """All of them, in the order of the payload's parts. `body` is what is posted: without
    the code name.
    """
    check = _Check(body, schema)
    with suppress(_TooMany):
        check.run()
    return check.found


class _TooMany(Exception):
    """Nobody reads more mistakes of one payload."""


@dataclass(slots=True)
class _Check:
    """One payload while it is being checked. `excused` are the required properties whose
    absence a finding about another key explains, by (slot, name).
    """

    body: Mapping[str, Any]
    schema: Schema
    found: list[Mistake] = field(default_factory=list)
    excused: set[Property] = field(default_factory=set)
    vocabularies: dict[Way, Vocabulary] = field(default_factory=dict)

    def run(self) -> None:
        """Raises _TooMany."""
        for key in self.body:
            if key not in TARGETS and key not in OWN_SLOTS:
                self._misplaced((), key)
        if self.excused.isdisjoint(("", name) for name in TARGETS):
            self.found += target_mistakes(self.body)
        for name in TARGETS:
            self._beside_slot(name)
        contents = {slot: self._content(way) for slot, way in WAYS.items()}
        for slot, content in contents.items():
            for key, value in (content or {}).items():
                self._in_slot(slot, key, value)
        for slot, content in contents.items():
            if content is not None and self._is_addressed(slot):
                self._missing(slot, content)

    def _add(self, mistake: Mistake) -> None:
        if len(self.found) >= MOST_MISTAKES:
            raise _TooMany
        self.found.append(mistake)

    def _add_key(self, rule: str, told: str, path: Path) -> None:
        slot = ".".join(map(str, path[:-1]))
        about = (slot, str(path[-1])) if slot in WAYS else None
        self._add(Mistake(rule, told, path, is_key=True, about=about))

    def _beside_slot(self, name: str) -> None:
        """The keys of a target that neither name it nor are its slot."""
        target = self.body.get(name)
        if not isinstance(target, Mapping) or set(REFERENCE) <= target.keys():
            return
        known = {*KEYS, *OTHER_TARGETS, "customData"}
        for key in target:
            if key not in known:
                self._misplaced((name,), key)

    def _content(self, way: Way) -> Mapping[str, Any] | None:
        """What stands in a slot: nothing when it is not there, and None when it is no
        object.
        """
        found: Any = self.body
        for depth, key in enumerate(way):
            found = found.get(key)
            if found is None:
                return {}
            if not isinstance(found, Mapping):
                if key not in TARGETS:
                    told = f"{'.'.join(way)} is {kind_words(found)}, and has to be an object"
                    path = way[: depth + 1]
                    self._add(Mistake("payload-type", told, path))
                return None
        assert isinstance(found, Mapping)
        return found

    def _is_addressed(self, slot: str) -> bool:
        """Whether the payload names whom the slot belongs to."""
        first = WAYS[slot][0]
        return first not in TARGETS or bool(self.body.get(first))

    def _in_slot(self, slot: str, key: str, value: Any) -> None:
        declared = self.schema.slots[slot].get(key)
        if declared is None:
            self._misplaced(WAYS[slot], key)
        elif value is not None:
            self._value(slot, declared, value)

    def _value(self, slot: str, declared: EventProperty, value: Any) -> None:
        path = (*WAYS[slot], declared.name)
        rule = "payload-type"
        wrong = type_mistake(value, declared.type)
        options = options_of(declared)
        if not wrong and options:
            rule = "payload-option"
            wrong = option_mistake(value, options)
        if wrong:
            about = (slot, declared.name)
            told = f"{slot}.{declared.name} {wrong}"
            self._add(Mistake(rule, told, path, about=about))

    def _missing(self, slot: str, content: Mapping[str, Any]) -> None:
        way = WAYS[slot]
        for name, declared in self.schema.slots[slot].items():
            is_there = content.get(name) is not None
            if is_there or not declared.required or (slot, name) in self.excused:
                continue
            path, state = way, "missing"
            if name in content:
                path, state = (*way, name), "null"
            told = f"{slot}.{name} is {state}, and {self.schema.code} requires it ({declared.type})"
            about = (slot, name)
            self._add(Mistake("payload-missing", told, path, about=about))

    def _misplaced(self, way: Way, key: str) -> None:
        """A key that has no meaning where it stands."""
        path = (*way, key)
        here = ".".join(path)
        homes = self.schema.homes_of(key)
        if key in WAYS:
            outer, _, inner = key.partition(".")
            told = f'{key} stands here as one key: write it nested, as in "{outer}": {{"{inner}": {{…}}}}'
            self.excused |= {(key, name) for name in self.schema.slots[key]}
            self._add_key("payload-slot", told, path)
        elif homes:
            self.excused |= {(slot, key) for slot in homes}
            told = f"{shown(here)} is in the wrong place: {self.schema.code} has it in {' and '.join(homes)}"
            self._add_key("payload-slot", told, path)
        elif not way and key in OTHER_TARGETS:
            self._add_key("payload-target-kind", f"{key} {OTHER_TARGETS[key]}", path)
        elif key in KEYS or key in OTHER_TARGETS:
            told = f"{shown(here)} is in the wrong place: whom the event is about stands in contact"
            self._add_key("payload-slot", told, path)
        else:
            self._unknown(way, key)

    def _unknown(self, way: Way, key: str) -> None:
        here = ".".join((*way, key))
        told = f"{self.schema.code} has no {shown(here)}"
        meant = self._closest(way, self._names_at(way), key)
        slot = ".".join(way)
        if meant is None:
            slot, meant = self._closest_elsewhere(key)
        if meant is None:
            told += self._all_that_is_known(way)
        else:
            self._excuse(way, slot, meant)
            name = meant if slot == ".".join(way) else f"{slot}.{meant}"
            told += f" – did you mean {in_quotes(name)}{form_note(key, meant)}?"
        self._add_key("payload-unknown", told, (*way, key))

    def _excuse(self, way: Way, slot: str, meant: str) -> None:
        """What is meant by another key is there; a slot with all that is in it."""
        self.excused.add((slot, meant))
        if not way and meant in WAYS:
            self.excused |= {(meant, name) for name in self.schema.slots[meant]}

    def _closest(self, way: Way, names: tuple[str, ...], key: str) -> str | None:
        """The one of the names at that place which is probably meant."""
        if way not in self.vocabularies:
            self.vocabularies[way] = Vocabulary(names)
        return self.vocabularies[way].closest(key)

    def _names_at(self, way: Way) -> tuple[str, ...]:
        """The keys that have a meaning there."""
        if not way:
            return (*TARGETS, *OWN_SLOTS)
        if len(way) == 1 and way[0] in TARGETS:
            matching = KEYS if way[0] == "contact" else OF_VISITORS
            return (*matching, "customData")
        return tuple(self.schema.slots[".".join(way)])

    def _closest_elsewhere(self, key: str) -> tuple[str, str | None]:
        for slot, declared in self.schema.slots.items():
            meant = self._closest(WAYS[slot], tuple(declared), key)
            if meant is not None:
                return slot, meant
        return "", None

    def _all_that_is_known(self, way: Way) -> str:
        """The end of a sentence that has no name to propose."""
        names = self._names_at(way)
        if not names:
            return f": it declares nothing in {'.'.join(way)}"
        more = ", …" if len(names) > MOST_NAMES_SHOWN else ""
        return f": it knows {', '.join(map(cut, names[:MOST_NAMES_SHOWN]))}{more}"
