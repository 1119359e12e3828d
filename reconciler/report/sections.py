"""Lists under headings, in a Markdown text of limited length, cut fairly.

Each entry of a list is about one object: a line that names it, and rows for its parts.
When there is too much to say, rows are left out first, and every object keeps as many as
the others; then the lines become bare names, one after the other. Only when not even
those have room does a list end with the number of what is missing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from reconciler.model.address import Address
from reconciler.report.escape import code, shorten

T = TypeVar("T")

LIMIT = 60_000
"""Characters of a whole comment or issue; GitHub refuses more than 65,536."""
_ROOM_FOR_NOTE = 70
"""Characters for the line that says how many entries were left out."""
_ROOM_FOR_COUNT = 30
"""Characters for the words that say how many rows were left out."""
_LENGTHS_OF_NAMES = (100, 60, 40, 24, 16, 12)


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a list, in Markdown: what comes from a shop has to be escaped.

    `line` has no line break at its end; `row` makes each of the `parts` a row that has
    one, and `name` is a part's own name, for when there is no room for rows. What closes
    a fold is the `end`. In the shortest form of a list only `address` is left; an entry
    without one is left out there.
    """

    line: str
    parts: Sequence[Any] = ()
    row: Callable[[Any], str] = str
    name: Callable[[Any], str] | None = None
    address: Address | None = None
    before_rows: str = "\n"
    end: str = ""

    @property
    def head(self) -> int:
        """Characters without any row, whatever has to be said about the rows."""
        length = len(self.line) + len(self.before_rows) + len(self.end)
        return length + _ROOM_FOR_COUNT if self.parts else length

    def rows(self, room: int) -> "Rows":
        """As many rows as have `room` characters together; when not even one has, the
        names of as many parts as fit into one row.
        """
        texts = _fitting(map(self.row, self.parts), room)
        if texts or self.name is None:
            return Rows(texts, len(texts))
        every = (f"{self.name(part)}, " for part in self.parts)
        names = _fitting(every, room - len("  - \n"))
        if not names:
            return Rows([], 0)
        return Rows([f"  - {''.join(names).removesuffix(', ')}\n"], len(names))

    def text(self, rows: "Rows | None" = None) -> str:
        """The head with these first rows. How many there would be stands in the line, so
        that no two objects have a line in common.
        """
        texts, shown = rows or Rows([], 0)
        count = ""
        if shown < len(self.parts):
            count = f" ({shown:,} of {len(self.parts):,} shown)"
        return "".join((self.line, count, self.before_rows, *texts, self.end))


class Rows(NamedTuple):
    """Rows, and how many parts are named in them."""

    texts: list[str]
    parts: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and a list of entries; `count` is what the heading says of their
    number, if that is not all there is to say.
    """

    heading: str
    entries: Sequence[Entry]
    count: str = ""

    @property
    def title(self) -> str:
        """The heading as Markdown."""
        count = self.count or f"{len(self.entries):,}"
        return f"\n### {self.heading} ({count})\n\n"


def sections_text(sections: Sequence[Section], room: int) -> str:
    """All sections that have entries. They take at most `room` characters if the
    headings alone fit into that.
    """
    filled = [section for section in sections if section.entries]
    left = room - sum(len(section.title) for section in filled)
    if heads_fit(filled, room):
        texts = _lists_with_rows([section.entries for section in filled], left)
    else:
        texts = _share(
            filled,
            left,
            lambda section: len(section.entries) + _count_parts(section.entries),
            lambda section, share: entries_text(section.entries, share),
        )
    parts = zip(filled, texts, strict=True)
    return "".join(section.title + text for section, text in parts)


def entries_text(entries: Sequence[Entry], room: int) -> str:
    """The entries of one list in at most `room` characters."""
    if _heads(entries) <= room:
        return _lists_with_rows([entries], room)[0]
    addresses = [entry.address for entry in entries if entry.address is not None]
    if len(addresses) == len(entries):
        return addresses_text(addresses, room)
    texts = [entry.text() for entry in entries]
    shown = _fitting(texts, room - _ROOM_FOR_NOTE)
    return f"{''.join(shown)}- and {len(texts) - len(shown):,} more\n"


def heads_fit(sections: Sequence[Section], room: int) -> bool:
    """Whether every entry can have its line."""
    titles = sum(len(section.title) for section in sections)
    return titles + sum(_heads(section.entries) for section in sections) <= room


def sections_linked(
    sections: Callable[[str | None], Sequence[Section]], link: str | None, room: int
) -> str:
    """The text of the sections, with links to files below `link` when every entry can
    have its line with them.
    """
    linked = sections(link)
    return sections_text(linked if heads_fit(linked, room) else sections(None), room)


def all_fits(sections: Sequence[Section], room: int) -> bool:
    """Whether every entry can have its line and all of its rows."""
    entries = (entry for section in sections for entry in section.entries)
    rows = sum(len(entry.row(part)) for entry in entries for part in entry.parts)
    return heads_fit(sections, room - rows)


def addresses_text(addresses: Sequence[Address], room: int) -> str:
    """All addresses one after the other: whole ones, or names by kind, shortened as far
    as that is needed; and as many as have room.
    """
    spans = [code(shorten(address, _LENGTHS_OF_NAMES[0])) for address in addresses]
    if _length(spans) + 2 * len(spans) <= room:
        return f"{', '.join(spans)}\n"
    by_kind: dict[str, list[Address]] = {}
    for address in addresses:
        by_kind.setdefault(address.kind, []).append(address)
    texts = _share(by_kind, room, lambda kind: len(by_kind[kind]), _of(by_kind))
    return "".join(texts)


def _of(by_kind: Mapping[str, Sequence[Address]]) -> Callable[[str, int], str]:
    def text(kind: str, room: int) -> str:
        return f"{kind}: {_names_text(by_kind[kind], room - len(kind) - 3)}\n"

    return text


def _names_text(addresses: Sequence[Address], room: int) -> str:
    for length in _LENGTHS_OF_NAMES:
        if _shortest(addresses, length) > room:
            continue
        spans = [code(shorten(address.name, length)) for address in addresses]
        if _length(spans) + 2 * len(spans) <= room:
            return ", ".join(spans)
    every = (f"{code(shorten(each.name, length))}, " for each in addresses)
    shown = _fitting(every, room - _ROOM_FOR_NOTE)
    missing = len(addresses) - len(shown)
    return f"{''.join(shown)}**and {missing:,} more, for which there is no room here**"


def _shortest(addresses: Sequence[Address], length: int) -> int:
    """Characters that the names take at least; escapes may make them longer."""
    return sum(min(len(address.name), length) + 4 for address in addresses)


def _lists_with_rows(lists: Sequence[Sequence[Entry]], room: int) -> list[str]:
    """Every list with all its entries; the rows of all of them share what is left."""
    every = [entry for entries in lists for entry in entries]
    texts = iter(_texts_with_rows(every, room - _heads(every)))
    return ["".join(next(texts) for _ in entries) for entries in lists]


def _texts_with_rows(entries: Sequence[Entry], room: int) -> list[str]:
    """The text of each entry. What one with few rows leaves goes to the others, and what
    is left by one that is cut goes to nobody: it would be one row more for some.
    """
    texts = [""] * len(entries)
    by_size = sorted(range(len(entries)), key=lambda index: len(entries[index].parts))
    for served, index in enumerate(by_size):
        share = room // (len(entries) - served)
        rows = entries[index].rows(share)
        texts[index] = entries[index].text(rows)
        is_whole = rows.parts == len(entries[index].parts)
        room -= _length(rows.texts) if is_whole else share
    return texts


def _share(
    items: Iterable[T],
    room: int,
    size: Callable[[T], int],
    text: Callable[[T, int], str],
) -> list[str]:
    """The text of each item, which all get the same room. The smallest is served first,
    because what it leaves goes to the others.
    """
    served = list(items)
    texts = [""] * len(served)
    by_size = sorted(range(len(served)), key=lambda index: size(served[index]))
    for done, index in enumerate(by_size):
        texts[index] = text(served[index], room // (len(served) - done))
        room -= len(texts[index])
    return texts


def _fitting(texts: Iterable[str], room: int) -> list[str]:
    """The texts from the first on that have room together."""
    shown: list[str] = []
    for text in texts:
        room -= len(text)
        if room < 0:
            break
        shown.append(text)
    return shown


def _heads(entries: Iterable[Entry]) -> int:
    return sum(entry.head for entry in entries)


def _count_parts(entries: Iterable[Entry]) -> int:
    return sum(len(entry.parts) for entry in entries)


def _length(texts: Iterable[str]) -> int:
    return sum(map(len, texts))
