"""Edits of the text of a manifest: what differs is put in its place, and every other
character stays, with its comments, order, quotes and line ends.

New entries are written like those beside them: in braces or in lines, with their
indentation and the blanks between them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reconciler.manifest.dump import emit
from reconciler.manifest.dump.braces import escaped, is_expression
from reconciler.manifest.dump.differences import Difference, Item
from reconciler.manifest.dump.places import (
    Entry,
    column_of,
    end_of,
    entries_of,
    is_flow,
    line_break_before,
    line_end_at,
    separator,
)

EXPRESSION = "its value comes from an expression, which is left as it is"
SHARED = "its value is shared with other places by an anchor"


class Cut(NamedTuple):
    """Characters of the text, and what takes their place; of lines, how far they are
    indented.
    """

    begin: int
    end: int
    text: str
    column: int = 0


class NotEditable(Exception):
    """The value cannot be changed where it is written; str() says why."""


@dataclass(slots=True)
class Place:
    """A value of a document: its node, the data as it is written and as it is rendered,
    and the blocks of lines that it stands in.
    """

    node: Any
    raw: Any
    rendered: Any
    in_flow: bool = False

    def child(self, entry: Entry, key: str | int) -> "Place":
        """The value under a key, or at a position."""
        inner = self.in_flow or is_flow(self.node)
        return Place(entry.value, self.raw[key], self.rendered[key], inner)


@dataclass(slots=True)
class Editor:
    """The edits of one file; `text` is what it holds, `is_json` what it is."""

    text: str
    is_json: bool
    cuts: list[Cut] = field(default_factory=list)

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def result(self) -> str:
        """The text with all the edits made. Raises NotEditable when two meet."""
        made, done = [], 0
        for cut in sorted(self.cuts, key=_in_order):
            if cut.begin < done:
                raise NotEditable("two changes meet in one place: change it by hand")
            made += [self.text[done : cut.begin], cut.text]
            done = cut.end
        return "".join([*made, self.text[done:]])

    def apply(self, root: Place, difference: Difference, identity: Any) -> None:
        """Notes the edits that the difference takes. Raises NotEditable."""
        *parents, last = difference.way
        place = root
        for step in parents:
            found = self._find(place, step, identity)
            assert found is not None  # the manifest says something there
            place = found
            _check_own(place)
        self._apply_at(place, last, difference, identity)

    def _apply_at(
        self, place: Place, step: Any, difference: Difference, identity: Any
    ) -> None:
        found = self._find(place, step, identity)
        if difference.value is None:
            if found is not None:
                self._remove(place, found)
        elif found is None and isinstance(step, Item):
            self._append(place, difference.value)
        elif found is None:
            self._add(place, step, difference.value, difference.behind)
        else:
            self._put(found, difference.value, identity)

    def _find(self, place: Place, step: Any, identity: Any) -> Place | None:
        """The value that a step of a path leads to. A key such as `contact.customData`
        may be written nested, as the API has it.
        """
        if isinstance(step, Item):
            for index, entry in enumerate(entries_of(place.node)):
                item = place.rendered[index]
                if isinstance(item, Mapping) and identity(item) == step.identity:
                    return place.child(entry, index)
            return None
        outer, dot, inner = step.partition(".")
        for entry in entries_of(place.node):
            key = entry.key.value
            if key == step:
                return place.child(entry, key)
            if dot and key == outer and isinstance(place.rendered[key], Mapping):
                return self._find(place.child(entry, key), inner, identity)
        return None

    def _put(self, place: Place, value: Any, identity: Any) -> None:
        """The value in the place of the one that is there."""
        _check_own(place)
        node = place.node
        if isinstance(value, Mapping) and isinstance(node, emit.MappingNode):
            for key, inner in value.items():
                step = Difference((key,), inner, tuple(value)[: list(value).index(key)])
                self._apply_at(place, key, step, identity)
            return
        _check_plain(place.raw)
        if isinstance(node, emit.SequenceNode) and not is_flow(node):
            lines = _list_in_lines(value, column_of(self.text, node.start_mark.index))
            text = self.newline.join(lines).lstrip(" ")
        else:
            text = self._written(place, value)
        self.cuts.append(Cut(node.start_mark.index, end_of(self.text, node), text))

    def _written(self, place: Place, value: Any) -> str:
        """The value in the style of the one that is there."""
        node = place.node
        quotes = emit.quotes_of(node)
        if self.is_json:
            return emit.json_text(escaped(value))
        if place.in_flow or is_flow(node):
            return emit.flow_text(escaped(value), quotes)
        column = _indent_at(self.text, node.start_mark.index)
        return self._indented(emit.block_text(escaped(value), quotes), column)

    def _indented(self, text: str, column: int) -> str:
        return text.replace("\n", self.newline + " " * column)

    def _append(self, place: Place, item: Any) -> None:
        """A new item behind the last one of a list."""
        node, entries = place.node, entries_of(place.node)
        _check_own(place)
        if not entries:
            text = self._flow(item)
            cut = Cut(node.start_mark.index, end_of(self.text, node), f"[{text}]")
            self.cuts.append(cut)
            return
        last = entries[-1].value
        if is_flow(node):
            self._behind(entries, self._item_like(last, item))
            return
        column = column_of(self.text, node.start_mark.index)
        lines = self._lines_of_item(item, as_flow=is_flow(last))
        self._insert_lines(end_of(self.text, last), lines, column)

    def _item_like(self, neighbour: Any, item: Any) -> str:
        """An item in brackets; where its neighbour has a line for each key, it has, too."""
        begin, end = neighbour.start_mark.index, end_of(self.text, neighbour)
        inner = entries_of(neighbour)
        if not self.is_json or "\n" not in self.text[begin:end] or not inner:
            return self._flow(item)
        step = column_of(self.text, inner[0].begin) - _indent_at(self.text, begin)
        text = emit.json_text(escaped(item), indent=max(step, 1))
        return self._indented(text, _indent_at(self.text, begin))

    def _flow(self, value: Any) -> str:
        if self.is_json:
            return emit.json_text(escaped(value))
        return emit.flow_text(escaped(value))

    def _behind(self, entries: list[Entry], text: str) -> None:
        """Behind the last of some entries in brackets."""
        at = end_of(self.text, entries[-1].value)
        self.cuts.append(Cut(at, at, separator(self.text, entries) + text))

    def _add(
        self, place: Place, key: str, value: Any, behind: tuple[str, ...] = ()
    ) -> None:
        """A new key, behind those that people write before it."""
        _check_own(place)
        entries = entries_of(place.node)
        if not entries:
            text = f"{{{self._pair(key, value)}}}"
            begin = place.node.start_mark.index
            self.cuts.append(Cut(begin, end_of(self.text, place.node), text))
            return
        before = [entry for entry in entries if entry.key.value in behind]
        entry = before[-1] if before else entries[-1]
        at = end_of(self.text, entry.value)
        if is_flow(place.node) or place.in_flow:
            told = separator(self.text, entries) + self._pair(key, value)
            self.cuts.append(Cut(at, at, told))
            return
        lines = _key_in_lines(key, value, as_flow=self._prefers_flow(place))
        self._insert_lines(at, lines, column_of(self.text, entry.begin))

    def _pair(self, key: str, value: Any) -> str:
        if self.is_json:
            return f"{emit.json_text(key)}: {self._flow(value)}"
        return f"{emit.flow_text(key)}: {self._flow(value)}"

    def _prefers_flow(self, place: Place) -> bool:
        """Whether the items of the lists beside it stand in braces."""
        for entry in entries_of(place.node):
            if isinstance(entry.value, emit.SequenceNode) and not is_flow(entry.value):
                return is_flow(entry.value.value[0])
        return True

    def _lines_of_item(self, item: Any, *, as_flow: bool) -> list[str]:
        if as_flow or not isinstance(item, Mapping):
            return [f"- {self._flow(item)}"]
        return _item_in_lines(item)

    def _insert_lines(self, at: int, lines: list[str], column: int) -> None:
        """Whole lines below the one of this place."""
        end = line_end_at(self.text, at)
        text = "".join(f"{self.newline}{' ' * column}{line}" for line in lines)
        self.cuts.append(Cut(end, end, text, column))

    def _remove(self, parent: Place, found: Place) -> None:
        """What is there no more, with the lines that are its own."""
        _check_own(found)
        _check_plain(found.raw)
        entries = entries_of(parent.node)
        index = next(i for i, each in enumerate(entries) if each.value is found.node)
        if len(entries) == 1:
            raise NotEditable("it is the only entry of what it stands in")
        begin, end = entries[index].begin, end_of(self.text, found.node)
        # The first key of an item stands behind its dash.
        shares_its_line = index == 0 and isinstance(parent.node, emit.MappingNode)
        if not (is_flow(parent.node) or parent.in_flow or shares_its_line):
            begin = line_break_before(self.text, begin)
            end = line_end_at(self.text, end)
        elif index == 0:
            end = entries[1].begin
        else:
            begin = end_of(self.text, entries[index - 1].value)
        self.cuts.append(Cut(begin, end, ""))


def _in_order(cut: Cut) -> tuple[int, int, int]:
    """Where two lists end in one line, what is added to the inner one comes first."""
    return cut.begin, cut.end, -cut.column


def _check_own(place: Place) -> None:
    """Raises NotEditable for what stands in several places."""
    if getattr(place.node, "anchor", None):
        raise NotEditable(SHARED)


def _check_plain(raw: Any) -> None:
    """Raises NotEditable when what is written there holds an expression."""
    if any(map(is_expression, _scalars(raw))):
        raise NotEditable(EXPRESSION)


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
    else:
        yield value


def _indent_at(text: str, index: int) -> int:
    """How far the line of this place is indented, a dash included."""
    begin = text.rfind("\n", 0, index) + 1
    line = text[begin:index]
    return len(line) - len(line.lstrip(" -"))


def _key_in_lines(key: str, value: Any, *, as_flow: bool) -> list[str]:
    """A key and its value as lines without indentation."""
    shown = emit.flow_text(key)
    match value:
        case [dict(), *_]:
            items = [line for item in value for line in _item_lines(item, as_flow)]
            return [f"{shown}:", *(f"  {line}" for line in items)]
        case dict() if any(isinstance(inner, list) for inner in value.values()):
            inner_lines = [
                line
                for name, inner in value.items()
                for line in _key_in_lines(name, inner, as_flow=as_flow)
            ]
            return [f"{shown}:", *(f"  {line}" for line in inner_lines)]
    return f"{shown}: {emit.block_text(escaped(value))}".split("\n")


def _item_lines(item: Any, as_flow: bool) -> list[str]:
    if as_flow or not isinstance(item, Mapping):
        return [f"- {emit.flow_text(escaped(item))}"]
    return _item_in_lines(item)


def _item_in_lines(item: Mapping[str, Any]) -> list[str]:
    first, *rest = emit.item_lines(escaped(dict(item)))
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _list_in_lines(values: list[Any], column: int) -> list[str]:
    return [f"{' ' * column}- {emit.flow_text(escaped(each))}" for each in values]
