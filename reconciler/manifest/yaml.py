"""YAML and JSON text → plain data, within bounds, and the place of every value when somebody asks for it.

The parser's events are read, not its ready-made trees: duplicate keys, depth, number of nodes and aliases are checked
on the way, and nothing is ever constructed but text, numbers, flags, lists and mappings. Scalars follow the YAML 1.2
core schema, so `no` and `on` are words and dates stay text. Positions cost memory, so they are found by a second
reading, and only for files that have findings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

LARGEST_FILE = 16 * 1024 * 1024
DEEPEST = 40
MOST_NODES = 2_000_000
MOST_ALIASES = 1_000
MOST_EXPANDED = 100_000
"""How many values the aliases of one document may stand for, all together."""

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, from 1."""

_INT = re.compile(r"[-+]?[0-9]{1,400}")
_OTHER_INT = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)
_SAFE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map")}


class YamlProblem(Exception):
    """The text cannot be read; `rule` names why, `line` and `column` count from 1."""

    def __init__(self, rule: str, message: str, place: Place) -> None:
        super().__init__(message)
        self.rule = rule
        self.place = place


@dataclass(slots=True)
class Document:
    """One document of a file: its data, and the place where it begins."""

    data: Any
    place: Place
    places: dict[Path, Place] = field(default_factory=dict)


@dataclass(slots=True)
class _Anchor:
    value: Any
    size: int


def documents(text: str) -> Iterator[Document]:
    """The documents of a file that are not empty. Raises YamlProblem."""
    return _Reader(text, keep_places=False).documents()


def documents_with_places(text: str) -> list[Document]:
    """The same up to the first problem, with the place of every value, and of every key under its path twice over."""
    found: list[Document] = []
    try:
        found.extend(_Reader(text, keep_places=True).documents())
    except YamlProblem:
        return found  # it is a finding already, from the first reading
    return found


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, *, keep_places: bool) -> None:
        if len(text) > LARGEST_FILE:
            raise YamlProblem("yaml-bounds", f"the file is larger than {LARGEST_FILE // 2**20} MiB", (1, 1))
        self._text = text
        self._keep_places = keep_places
        self._nodes = 0
        self._parser: Any = None
        self._begin_document()

    def _begin_document(self) -> None:
        self._anchors: dict[str, _Anchor | None] = {}
        self._aliases = self._expanded = 0
        self._places: dict[Path, Place] = {}

    def documents(self) -> Iterator[Document]:
        try:
            self._parser = CParser(self._text)
            while True:
                event = self._parser.get_event()
                if event is None:
                    return
                if isinstance(event, DocumentStartEvent):
                    yield from self._document()
        except yaml.MarkedYAMLError as broken:
            raise YamlProblem("yaml-syntax", _words(broken), _place(broken.problem_mark)) from None
        except (yaml.YAMLError, UnicodeError) as broken:
            raise YamlProblem("yaml-syntax", str(broken).splitlines()[0], (1, 1)) from None

    def _document(self) -> Iterator[Document]:
        self._begin_document()
        first = self._parser.get_event()
        data = self._node(first, ())
        self._expect_end()
        if data is not None:
            yield Document(data, _place(first.start_mark), self._places)

    def _expect_end(self) -> None:
        event = self._parser.get_event()
        if not isinstance(event, DocumentEndEvent):
            raise YamlProblem("yaml-syntax", "expected the end of the document", _place(event.start_mark))

    def _node(self, event: Any, path: Path) -> Any:
        self._count(event, path)
        if self._keep_places:
            self._places[path] = _place(event.start_mark)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if event.tag is not None and event.tag not in _SAFE_TAGS and event.tag != "!":
            raise YamlProblem("yaml-tag", f"the tag {event.tag} has no meaning here", _place(event.start_mark))
        before = self._nodes
        if event.anchor:
            self._anchors[event.anchor] = None
        value = self._value(event, path)
        if event.anchor:
            self._anchors[event.anchor] = _Anchor(value, self._nodes - before + 1)
        return value

    def _count(self, event: Any, path: Path) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise YamlProblem("yaml-bounds", f"the file has more than {MOST_NODES:,} values", _place(event.start_mark))
        if len(path) > DEEPEST:
            raise YamlProblem("yaml-bounds", f"values are nested deeper than {DEEPEST}", _place(event.start_mark))

    def _alias(self, event: Any) -> Any:
        place = _place(event.start_mark)
        if event.anchor not in self._anchors:
            raise YamlProblem("yaml-syntax", f"there is no anchor &{event.anchor} before this alias", place)
        anchor = self._anchors[event.anchor]
        if anchor is None:
            raise YamlProblem("yaml-bounds", f"the alias *{event.anchor} stands inside of what it names", place)
        self._aliases += 1
        self._expanded += anchor.size
        self._nodes += anchor.size
        if self._aliases > MOST_ALIASES or self._expanded > MOST_EXPANDED:
            raise YamlProblem("yaml-bounds", "the document's aliases stand for too many values", place)
        return anchor.value

    def _value(self, event: Any, path: Path) -> Any:
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        return self._list(path) if isinstance(event, SequenceStartEvent) else self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._parser.get_event(), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._parser.get_event(), MappingEndEvent):
            key = self._key(event, mapping)
            inner = (*path, key)
            mapping[key] = self._node(self._parser.get_event(), inner)
            if self._keep_places:
                self._places[(*inner, key)] = _place(event.start_mark)
        return mapping

    def _key(self, event: Any, mapping: dict[str, Any]) -> str:
        if not isinstance(event, ScalarEvent):
            raise YamlProblem("yaml-key", "a key must be a word", _place(event.start_mark))
        if event.value in mapping:
            raise YamlProblem("duplicate-key", f"the key {event.value!r} stands here twice", _place(event.start_mark))
        return str(event.value)


def _scalar(event: ScalarEvent) -> Any:
    text = event.value
    if event.style in ("'", '"', "|", ">") or event.tag in ("!", "tag:yaml.org,2002:str"):
        return text
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if not (first.isdigit() or first in "+-."):
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _OTHER_INT.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _words(broken: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (broken.context, broken.problem) if part)
