"""YAML and JSON text → plain data, within bounds, and the place of every value when
somebody asks for it.

The parser's events are read, not its ready-made trees: duplicate keys, depth, number of
nodes and aliases are checked on the way, and nothing is ever constructed but text,
numbers, flags, lists and mappings. Positions cost memory, so they are found by a second
reading, and only for documents that have findings.

Syntax errors and broken bounds end the reading of a file. A duplicate key, a strange
tag and a key that is no word do not: the document's `problems` hold them, and the first
value, the plain value and nothing take their place.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

import yaml
from yaml._yaml import CParser, Mark
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from reconciler.form.spelling import LONGEST_SHOWN, form_note, shown
from reconciler.manifest.brackets import FARTHEST
from reconciler.manifest.lines import Place, place_at, without_old_line_ends
from reconciler.manifest.syntax import Broken, byte_order_mark, explain, no_character
from reconciler.manifest.yaml_bounds import (
    DEEPEST,
    LARGEST_FILE,
    LONGEST_TEXT,
    MOST_ALIASES,
    MOST_DIRECTIVES,
    MOST_DOCUMENTS,
    MOST_EXPANDED,
    MOST_IN_DOCUMENT,
    MOST_NODES,
)
from reconciler.manifest.yaml_scalars import plain_value

Path = tuple[str | int, ...]

_FILE_START = (1, 1)
_NOWHERE = -1
"""Stands in the paths of what is read and left out."""
_MERGED = -2
"""Stands there for a merge key."""
_DIRECTIVE = re.compile(r"(?:^|[\n\r])%")
_QUOTED_STYLES = ("'", '"', "|", ">")
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")
_SAFE_TAGS: set[str | None] = {None, "!"}
_SAFE_TAGS |= {
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
    """One document of a file: its data, the place where it begins, what did not keep it
    from being read, and how many values it comes to.
    """

    data: Any
    place: Place
    problems: list[YamlProblem] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    size: int = 1


@dataclass(slots=True)
class _Anchor:
    """What an anchor names: its value, how many values that holds, itself included, and
    how deep they are nested.
    """

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
    """One reading of one text.

    A value is read by recursion over the parser's events: `_read_node` counts it and
    keeps its place, `_read_content` gives the value itself. `event` is always the one
    with which the value begins, `path` the way to it within its document.
    """

    def __init__(self, text: str, wanted: Container[int]) -> None:
        self._written = text
        try:
            self._text, self._stood_for = without_old_line_ends(text)
        except ValueError as broken:
            raise YamlProblem("yaml-bounds", str(broken), _FILE_START) from None
        self._wanted = wanted
        self._nodes = self._number = 0
        self._parser: Any = None
        self._begun = Mark("", 0, 0, 0, None, None)
        self._begin_document()

    def _begin_document(self) -> None:
        self._keep_places = self._number in self._wanted
        self._anchors: dict[str, _Anchor | None] = {}
        self._aliases = self._expanded = self._deepest = 0
        # One number to compare with, because it is compared for every value.
        self._most_nodes = min(self._nodes + MOST_IN_DOCUMENT, MOST_NODES)
        self._problems: list[YamlProblem] = []
        self._places: dict[Path, Place] = {}

    def documents(self) -> Iterator[Document]:
        """The documents that are not empty. Raises YamlProblem, whatever the parser
        raises.
        """
        self._check_size()
        try:
            yield from self._read_documents()
        except yaml.MarkedYAMLError as broken:
            self._check_bounds_before(broken.problem_mark)
            raise self._syntax_problem(
                *explain(_broken(self._written, broken))
            ) from None
        except ReaderError as broken:
            before = self._text.encode()[: broken.position].decode(errors="ignore")
            words = no_character(int(broken.character))
            raise self._syntax_problem(words, len(before)) from None
        except UnicodeError:
            words = "half of a surrogate pair is no character"
            raise YamlProblem("yaml-syntax", words, _FILE_START) from None

    def _check_size(self) -> None:
        if len(self._text) > LARGEST_FILE:
            words = f"the file is larger than {LARGEST_FILE // 2**20} MiB"
            raise YamlProblem("yaml-bounds", words, _FILE_START)
        if sum(1 for _ in _DIRECTIVE.finditer(self._text)) > MOST_DIRECTIVES:
            words = f"the file has more than {MOST_DIRECTIVES} directives"
            raise YamlProblem("yaml-bounds", words, _FILE_START)
        mark = byte_order_mark(self._text)
        if mark:
            raise self._syntax_problem(*mark)

    def _syntax_problem(self, words: str, index: int) -> YamlProblem:
        return YamlProblem("yaml-syntax", words, place_at(self._text, index))

    def _read_documents(self) -> Iterator[Document]:
        self._parser = CParser(self._text)
        while (event := self._parser.get_event()) is not None:
            self._begun = event.start_mark
            if isinstance(event, DocumentStartEvent):
                yield from self._read_document()

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
            for _ in _Reader(before, ())._read_documents():
                pass
        except YamlProblem as earlier:
            if earlier.rule == "yaml-bounds":
                raise
        except yaml.YAMLError:
            return  # the text ends in the middle of something

    def _read_document(self) -> Iterator[Document]:
        self._begin_document()
        nodes_before = self._nodes
        first = self._parser.get_event()
        data = self._read_node(first, ())
        if data is None and not self._problems:
            return  # nothing but comments stands between two `---`
        self._number += 1
        if self._number > MOST_DOCUMENTS:
            raise _over(f"the file has more than {MOST_DOCUMENTS:,} documents", first)
        size = self._nodes - nodes_before
        place = _place(first.start_mark)
        yield Document(data, place, self._problems, self._places, size)

    def _read_node(self, event: Any, path: Path) -> Any:
        self._count(event, len(path))
        if self._keep_places:
            self._places[path] = _place(event.start_mark)
        if isinstance(event, AliasEvent):
            return self._resolve_alias(event, len(path))
        if event.tag not in _SAFE_TAGS:
            words = f"the tag {shown(event.tag)} has no meaning here"
            self._note("yaml-tag", words, event)
        if event.anchor:
            return self._read_anchored(event, path)
        return self._read_content(event, path)

    def _count(self, event: Any, depth: int, size: int = 1) -> None:
        """Counts the event's `size` values at this depth. Raises YamlProblem."""
        self._nodes += size
        if self._nodes > self._most_nodes:
            raise self._too_many(event)
        if depth > self._deepest:
            self._deepest = depth
            if depth > DEEPEST:
                raise _over(f"values are nested deeper than {DEEPEST}", event)

    def _too_many(self, event: Any) -> YamlProblem:
        if self._nodes > MOST_NODES:
            return _over(f"the file has more than {MOST_NODES:,} values", event)
        return _over("the document has too many values", event)

    def _read_anchored(self, event: Any, path: Path) -> Any:
        nodes_before, deepest_before = self._nodes, self._deepest
        self._deepest = len(path)  # to find how deep this value alone is
        self._anchors[event.anchor] = None  # an alias in here would stand for itself
        value = self._read_content(event, path)
        size = self._nodes - nodes_before + 1
        height = self._deepest - len(path)
        self._anchors[event.anchor] = _Anchor(value, size, height)
        self._deepest = max(self._deepest, deepest_before)
        return value

    def _resolve_alias(self, event: Any, depth: int) -> Any:
        anchor = self._anchor_named(event)
        self._aliases += 1
        self._expanded += anchor.size
        if self._aliases > MOST_ALIASES or self._expanded > MOST_EXPANDED:
            raise _over("the document's aliases stand for too many values", event)
        self._count(event, depth + anchor.height, anchor.size - 1)
        return anchor.value

    def _anchor_named(self, event: Any) -> _Anchor:
        name = event.anchor[:LONGEST_SHOWN]
        if event.anchor not in self._anchors:
            words = (
                f"there is no anchor &{name} before this alias; "
                "a text that begins with * must stand in quotes"
            )
            raise YamlProblem("yaml-syntax", words, _place(event.start_mark))
        anchor = self._anchors[event.anchor]
        if anchor is None:
            raise _over(f"the alias *{name} stands inside of what it names", event)
        return anchor

    def _read_content(self, event: Any, path: Path) -> Any:
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._read_list(path)
        assert isinstance(event, MappingStartEvent)
        return self._read_mapping(path)

    def _read_list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self._events_until(SequenceEndEvent):
            items.append(self._read_node(event, (*path, len(items))))
        return items

    def _read_mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: list[Any] = []
        known: dict[str, str] = {}
        for event in self._events_until(MappingEndEvent):
            key = self._read_key(event, path, known)
            value = self._read_node(self._parser.get_event(), (*path, key))
            if key == _MERGED:
                merged.append(value)
            if not isinstance(key, str):
                continue
            mapping[key] = value
            if self._keep_places:
                self._places[(*path, key, key)] = _place(event.start_mark)
        return _merge(mapping, merged)

    def _events_until(self, end: type[Event]) -> Iterator[Any]:
        """Where items begin; who asks for the next one has read the one before."""
        while not isinstance(event := self._parser.get_event(), end):
            yield event

    def _read_key(self, event: Any, path: Path, known: dict[str, str]) -> str | int:
        """The key, `_MERGED` for `<<`, or `_NOWHERE` for one that cannot be used. `known`
        has the keys before as they are written, by their composed form (NFC).
        """
        if not isinstance(event, ScalarEvent):
            self._note("yaml-key", self._words_of_no_key(event), event)
            self._read_node(event, (*path, _NOWHERE))
            return _NOWHERE
        key = self._scalar_text(event)
        if key == "<<" and event.style not in _QUOTED_STYLES:
            words = "a merge key (<<) has no meaning in a manifest: write the keys out"
            self._note("merge-key", words, event)
            return _MERGED
        composed = key if key.isascii() else normalize("NFC", key)
        if composed not in known:
            known[composed] = key
            return key
        note = form_note(key, known[composed])
        words = f"the key {shown(key)} stands here twice{note}"
        self._note("duplicate-key", words, event)
        return _NOWHERE

    def _words_of_no_key(self, event: Any) -> str:
        index = event.start_mark.index
        if self._text[index - 1 : index + 1] == "{{":
            return "an expression must stand in quotes"
        return "a key must be a word"

    def _scalar(self, event: ScalarEvent) -> Any:
        text = self._scalar_text(event)
        if event.style in _QUOTED_STYLES or event.tag in _TEXT_TAGS:
            return text
        return plain_value(text)

    def _scalar_text(self, event: ScalarEvent) -> str:
        text: str = event.value
        if len(text) > LONGEST_TEXT:
            raise _over(f"a text is longer than {LONGEST_TEXT:,} characters", event)
        return text.translate(self._stood_for) if self._stood_for else text

    def _note(self, rule: str, words: str, event: Any) -> None:
        self._problems.append(YamlProblem(rule, words, _place(event.start_mark)))


def _merge(mapping: dict[str, Any], merged: list[Any]) -> dict[str, Any]:
    """The mapping with what its merge keys would bring, so that no second finding says
    that this is missing.
    """
    for value in merged:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                mapping = part | mapping
    return mapping


def _over(words: str, event: Any) -> YamlProblem:
    return YamlProblem("yaml-bounds", words, _place(event.start_mark))


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else _FILE_START


def _broken(text: str, error: yaml.MarkedYAMLError) -> Broken:
    index = error.problem_mark.index if error.problem_mark else 0
    begin = error.context_mark.index if error.context_mark else index
    quoted = _last_quoted(text[:index]) if index <= FARTHEST else None
    problem, context = error.problem or "", error.context or ""
    return Broken(text, index, begin, problem, context, quoted)


def _last_quoted(text: str) -> range | None:
    """The last text in quotes, if no other value stands behind it."""
    parser: Any = CParser(text)
    last = None
    try:
        while (token := parser.get_token()) is not None:
            if isinstance(token, yaml.ScalarToken):
                last = token
    except yaml.YAMLError:
        pass  # the text is cut at its mistake
    if last is None or last.style not in ("'", '"'):
        return None
    return range(last.start_mark.index, last.end_mark.index)
