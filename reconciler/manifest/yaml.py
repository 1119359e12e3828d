"""YAML and JSON text → plain data, within bounds, and the place of every value when
somebody asks for it.

The parser's events are read, not its ready-made trees: duplicate keys, depth, number of
nodes and aliases are checked on the way, and nothing is ever constructed but text,
numbers, flags, lists and mappings. Scalars follow the YAML 1.2 core schema, so `no` and
`on` are words and dates stay text; so do `.inf`, `.nan` and numbers beyond all bounds.
Positions cost memory, so they are found by a second reading, and only for documents
that have findings.

Syntax errors and broken bounds end the reading of a file. A duplicate key, a strange
tag and a key that is no word do not: the document's `problems` hold them, and the first
value, the plain value and nothing take their place.
"""

import math
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml._yaml import CParser, Mark
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

LARGEST_FILE = 8 * 1024 * 1024
MOST_NODES = 300_000
"""Values in a file; about 11,000 definitions of the usual size."""
MOST_IN_DOCUMENT = 50_000
MOST_DOCUMENTS = 20_000
DEEPEST = 40
LONGEST_TEXT = 100_000
LARGEST_INTEGER = 10**400
MOST_DIRECTIVES = 100
MOST_ALIASES = 1_000
MOST_EXPANDED = 50_000
"""How many values the aliases of one document may stand for, all together."""
LONGEST_SHOWN = 80

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, from 1."""

_NOWHERE = -1
"""Stands in the paths of what is read and left out."""
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_OTHER_INT = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)
_SAFE_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "seq", "map")
}


class YamlProblem(Exception):
    """The text cannot be read; `rule` names why, `line` and `column` count from 1."""

    def __init__(self, rule: str, message: str, place: Place) -> None:
        super().__init__(message)
        self.rule = rule
        self.place = place


@dataclass(slots=True)
class Document:
    """One document of a file: its data, the place where it begins, and what did not
    keep it from being read.
    """

    data: Any
    place: Place
    problems: list[YamlProblem] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)


@dataclass(slots=True)
class _Anchor:
    value: Any
    size: int
    height: int


def documents(text: str) -> Iterator[Document]:
    """The documents of a file that are not empty. Raises YamlProblem."""
    return _Reader(text, ()).documents()


def documents_with_places(text: str, wanted: Container[int]) -> Iterator[Document]:
    """The same up to where the reading ends; the `wanted` ones (from 0) with the place
    of every value.

    The place of a key stands under its path twice over.
    """
    try:
        yield from _Reader(text, wanted).documents()
    except YamlProblem:
        return  # it is a finding already, from the first reading


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, wanted: Container[int]) -> None:
        self._text = text
        self._wanted = wanted
        self._nodes = self._number = 0
        self._parser: Any = None
        self._begun = Mark("", 0, 0, 0, None, None)
        self._begin_document()

    def _begin_document(self) -> None:
        self._keep_places = self._number in self._wanted
        self._anchors: dict[str, _Anchor | None] = {}
        self._aliases = self._expanded = self._deepest = 0
        self._most_nodes = min(self._nodes + MOST_IN_DOCUMENT, MOST_NODES)
        self._problems: list[YamlProblem] = []
        self._places: dict[Path, Place] = {}

    def documents(self) -> Iterator[Document]:
        if len(self._text) > LARGEST_FILE:
            raise YamlProblem(
                "yaml-bounds",
                f"the file is larger than {LARGEST_FILE // 2**20} MiB",
                (1, 1),
            )
        if sum(1 for _ in _DIRECTIVE.finditer(self._text)) > MOST_DIRECTIVES:
            raise YamlProblem(
                "yaml-bounds",
                f"the file has more than {MOST_DIRECTIVES} directives",
                (1, 1),
            )
        try:
            yield from self._documents()
        except yaml.MarkedYAMLError as broken:
            self._check_bounds_before(broken.problem_mark)
            raise YamlProblem(
                "yaml-syntax", _words(broken), _place(broken.problem_mark)
            ) from None
        except ReaderError as broken:
            place = self._place_of_byte(broken.position)
            raise YamlProblem(
                "yaml-syntax", str(broken).splitlines()[0], place
            ) from None
        except UnicodeError:
            raise YamlProblem(
                "yaml-syntax", "half of a surrogate pair is no character", (1, 1)
            ) from None

    def _documents(self) -> Iterator[Document]:
        self._parser = CParser(self._text)
        while (event := self._parser.get_event()) is not None:
            self._begun = event.start_mark
            if isinstance(event, DocumentStartEvent):
                yield from self._document()

    def _check_bounds_before(self, mark: Any) -> None:
        """Raises YamlProblem when a bound is broken before the syntax error at `mark`.

        The parser looks up to 1,024 characters ahead of the events that it gives. What
        it refuses there would hide a bound of ours that is broken before: libyaml 0.2.6
        (in PyYAML 6.0.4) refuses more than 1,000 open brackets, older ones any number.
        So the document that holds the error is read once more, up to it.
        """
        blank = "\n" * self._begun.line + " " * self._begun.column  # keeps the places
        before = blank + self._text[self._begun.index : mark.index]
        try:
            for _ in _Reader(before, ())._documents():
                pass
        except YamlProblem as earlier:
            if earlier.rule == "yaml-bounds":
                raise
        except yaml.YAMLError:
            return  # the text ends in the middle of something

    def _place_of_byte(self, position: int) -> Place:
        before = self._text.encode()[:position].decode(errors="ignore")
        line, begin = 1, 0
        for ended in _LINE_END.finditer(before):
            line, begin = line + 1, ended.end()
        return line, len(before) - begin + 1

    def _document(self) -> Iterator[Document]:
        self._begin_document()
        first = self._parser.get_event()
        data = self._node(first, ())
        if data is not None or self._problems:
            self._number += 1
            if self._number > MOST_DOCUMENTS:
                message = f"the file has more than {MOST_DOCUMENTS:,} documents"
                raise YamlProblem("yaml-bounds", message, _place(first.start_mark))
            yield Document(data, _place(first.start_mark), self._problems, self._places)

    def _node(self, event: Any, path: Path) -> Any:
        self._count(event, len(path))
        if self._keep_places:
            self._places[path] = _place(event.start_mark)
        if isinstance(event, AliasEvent):
            return self._alias(event, len(path))
        if event.tag is not None and event.tag not in _SAFE_TAGS and event.tag != "!":
            self._note(
                "yaml-tag", f"the tag {shown(event.tag)} has no meaning here", event
            )
        return self._anchored(event, path) if event.anchor else self._value(event, path)

    def _count(self, event: Any, depth: int, size: int = 1) -> None:
        self._nodes += size
        if self._nodes > self._most_nodes:
            what = (
                f"file has more than {MOST_NODES:,}"
                if self._nodes > MOST_NODES
                else "document has too many"
            )
            raise YamlProblem(
                "yaml-bounds", f"the {what} values", _place(event.start_mark)
            )
        if depth > self._deepest:
            self._deepest = depth
            if depth > DEEPEST:
                message = f"values are nested deeper than {DEEPEST}"
                raise YamlProblem("yaml-bounds", message, _place(event.start_mark))

    def _anchored(self, event: Any, path: Path) -> Any:
        before, around, self._deepest = self._nodes, self._deepest, len(path)
        self._anchors[event.anchor] = None
        value = self._value(event, path)
        self._anchors[event.anchor] = _Anchor(
            value, self._nodes - before + 1, self._deepest - len(path)
        )
        self._deepest = max(self._deepest, around)
        return value

    def _alias(self, event: Any, depth: int) -> Any:
        name, place = event.anchor[:LONGEST_SHOWN], _place(event.start_mark)
        if event.anchor not in self._anchors:
            raise YamlProblem(
                "yaml-syntax", f"there is no anchor &{name} before this alias", place
            )
        anchor = self._anchors[event.anchor]
        if anchor is None:
            raise YamlProblem(
                "yaml-bounds",
                f"the alias *{name} stands inside of what it names",
                place,
            )
        self._aliases += 1
        self._expanded += anchor.size
        if self._aliases > MOST_ALIASES or self._expanded > MOST_EXPANDED:
            raise YamlProblem(
                "yaml-bounds", "the document's aliases stand for too many values", place
            )
        self._count(event, depth + anchor.height, anchor.size - 1)
        return anchor.value

    def _value(self, event: Any, path: Path) -> Any:
        if isinstance(event, ScalarEvent):
            return _scalar(_bounded(event))
        return (
            self._list(path)
            if isinstance(event, SequenceStartEvent)
            else self._mapping(path)
        )

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._parser.get_event(), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._parser.get_event(), MappingEndEvent):
            key = self._new_key(event, path, mapping)
            value = self._node(self._parser.get_event(), (*path, key))
            if isinstance(key, str):
                mapping[key] = value
                if self._keep_places:
                    self._places[(*path, key, key)] = _place(event.start_mark)
        return mapping

    def _new_key(self, event: Any, path: Path, mapping: dict[str, Any]) -> str | int:
        if not isinstance(event, ScalarEvent):
            self._note("yaml-key", "a key must be a word", event)
            self._node(event, (*path, _NOWHERE))
            return _NOWHERE
        key = str(_bounded(event).value)
        if key in mapping:
            self._note(
                "duplicate-key", f"the key {shown(key)} stands here twice", event
            )
            return _NOWHERE
        return key

    def _note(self, rule: str, message: str, event: Any) -> None:
        self._problems.append(YamlProblem(rule, message, _place(event.start_mark)))


def shown(value: object) -> str:
    """The value in quotes and cut short, for a message."""
    text = str(value)
    return repr(text) if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]!r}…"


def _bounded(event: ScalarEvent) -> ScalarEvent:
    if len(event.value) > LONGEST_TEXT:
        message = f"a text is longer than {LONGEST_TEXT:,} characters"
        raise YamlProblem("yaml-bounds", message, _place(event.start_mark))
    return event


def _scalar(event: ScalarEvent) -> Any:
    text = event.value
    if event.style in ("'", '"', "|", ">") or event.tag in (
        "!",
        "tag:yaml.org,2002:str",
    ):
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
    number = float(text) if _FLOAT.fullmatch(text) else math.nan
    return number if math.isfinite(number) else text


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _words(broken: yaml.MarkedYAMLError) -> str:
    return ", ".join(part[:200] for part in (broken.context, broken.problem) if part)
