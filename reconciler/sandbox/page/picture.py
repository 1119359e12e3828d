"""The picture of the definitions: where each box and each line goes.

Columns tell how far a definition is from the contacts, over its relations in either
direction; what nothing connects with them begins a column of its own below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.sandbox.dashboard.view import CONTACTS, PRODUCTS, Definition
from reconciler.sandbox.page.texts import cut

WIDTH, HEADER, LINE = 196, 30, 18
GAP, LANE, MARGIN = 26, 56, 8
MOST_FIELDS = 9
Key = str | int
SYSTEM: Mapping[str, Sequence[tuple[str, str]]] = {
    CONTACTS: (("id_contact", ""), ("email", "text")),
    PRODUCTS: (("product_id", ""), ("price", "decimal"), ("price_discount", "decimal")),
}


@dataclass(frozen=True)
class Override:
    """A field of a definition that replaces one of the products."""

    definition: int
    field: str
    system_field: str
    priority: int


@dataclass(frozen=True)
class Box:
    """A definition, or a system schema, at its place; `more` fields are not shown."""

    key: Key
    title: str
    status: str
    fields: tuple[tuple[str, str, bool], ...]
    more: int
    column: int = 0
    x: int = 0
    y: int = 0

    @property
    def height(self) -> int:
        """All lines, and the one that counts the rest."""
        return HEADER + LINE * (len(self.fields) + bool(self.more)) + 8

    def line(self, field: str) -> int:
        """The height of a field's line, or of the title when it has none."""
        names = [name for name, _, _ in self.fields]
        if field not in names:
            return self.y + HEADER // 2
        return self.y + HEADER + LINE * names.index(field) + LINE // 2 + 2


@dataclass(frozen=True)
class Link:
    """From a field to a field; `words` say what it is."""

    start: Key
    source: str
    end: Key
    target: str
    words: str
    is_override: bool = False


def picture(
    definitions: Sequence[Definition], overrides: Iterable[Override]
) -> dict[str, Any]:
    """`{width, height, boxes, links}`, ready to be drawn."""
    links = _links(definitions, overrides)
    ends = {end for link in links for end in (link.start, link.end)}
    boxes = [_system(CONTACTS), *map(_box, definitions)]
    if PRODUCTS in ends:
        boxes.append(_system(PRODUCTS))
    known = {box.key for box in boxes}
    links = [link for link in links if {link.start, link.end} <= known]
    placed = _placed(boxes, links)
    by_key = {box.key: box for box in placed}
    return {
        "width": max(box.x for box in placed) + WIDTH + MARGIN + _bow(links, by_key),
        "height": max(box.y + box.height for box in placed) + MARGIN,
        "boxes": [_drawn_box(box) for box in placed],
        "links": [_drawn_link(link, by_key) for link in links],
    }


def _bow(links: Sequence[Link], boxes: Mapping[Key, Box]) -> int:
    """The room for lines that leave the last column and come back to it."""
    last = max(box.column for box in boxes.values())
    ends = ({boxes[link.start].column, boxes[link.end].column} for link in links)
    return LANE // 2 if {last} in ends else 0


def _links(
    definitions: Sequence[Definition], overrides: Iterable[Override]
) -> list[Link]:
    related = [
        Link(
            each.table.id,
            relation.source,
            relation.schema,
            relation.target,
            f"{each.name}.{relation.source} leads to {relation.target}",
        )
        for each in definitions
        for relation in each.relations
    ]
    replacing = [
        Link(
            each.definition,
            each.field,
            PRODUCTS,
            each.system_field,
            f"replaces products.{each.system_field}, priority {each.priority}",
            is_override=True,
        )
        for each in overrides
    ]
    return [*related, *replacing]


def _system(name: str) -> Box:
    fields = tuple((field, kind, False) for field, kind in SYSTEM[name])
    return Box(name, name, "system", fields, 0)


def _box(definition: Definition) -> Box:
    related = {relation.source for relation in definition.relations}
    every = definition.table.fields
    shown = [
        field
        for number, field in enumerate(every)
        if number < MOST_FIELDS or field["name"] in related
    ]
    keys = definition.table.unique_keys
    fields = tuple(
        (field["name"], field["type"], field["name"] in keys) for field in shown
    )
    return Box(
        definition.table.id,
        definition.name,
        definition.table.status,
        fields,
        len(every) - len(shown),
    )


def _placed(boxes: Sequence[Box], links: Sequence[Link]) -> list[Box]:
    """The boxes in columns, each near those of the column before that it is related to."""
    columns = _columns(boxes, links)
    near = _neighbours(links)
    tallest = max(_height(column) for column in columns)
    placed: dict[Key, Box] = {}
    for number, column in enumerate(columns):
        ordered = sorted(column, key=lambda box: _middle(box, near, placed))
        y = MARGIN + (tallest - _height(column)) // 2
        for box in ordered:
            x = MARGIN + number * (WIDTH + LANE)
            placed[box.key] = replace(box, column=number, x=x, y=y)
            y += box.height + GAP
    return list(placed.values())


def _columns(boxes: Sequence[Box], links: Sequence[Link]) -> list[list[Box]]:
    by_key = {box.key: box for box in boxes}
    near = _neighbours(links)
    found: dict[Key, int] = {}
    for first in by_key:
        if first not in found:
            found[first] = 0
            waiting = [first]
            for key in waiting:
                new = [each for each in near.get(key, ()) if each not in found]
                found.update(dict.fromkeys(new, found[key] + 1))
                waiting.extend(new)
    columns: list[list[Box]] = [[] for _ in range(max(found.values()) + 1)]
    for key, number in found.items():
        columns[number].append(by_key[key])
    return columns


def _neighbours(links: Sequence[Link]) -> dict[Key, list[Key]]:
    near: dict[Key, list[Key]] = {}
    for link in links:
        if link.start != link.end:
            near.setdefault(link.start, []).append(link.end)
            near.setdefault(link.end, []).append(link.start)
    return {key: list(dict.fromkeys(ends)) for key, ends in near.items()}


def _height(column: Sequence[Box]) -> int:
    return sum(box.height + GAP for box in column) - GAP


def _middle(
    box: Box, near: Mapping[Key, Sequence[Key]], placed: Mapping[Key, Box]
) -> float:
    """How high what it is related to stands; what is related to nothing goes last."""
    heights = [placed[key].y for key in near.get(box.key, ()) if key in placed]
    if not heights:
        return 0 if box.key == CONTACTS else float("inf")
    return sum(heights) / len(heights)


def _drawn_box(box: Box) -> dict[str, Any]:
    fields = [
        {"name": cut(name), "type": cut(kind), "key": is_key, "y": box.line(name)}
        for name, kind, is_key in box.fields
    ]
    return {
        "key": box.key,
        "title": cut(box.title),
        "status": box.status,
        "x": box.x,
        "y": box.y,
        "width": WIDTH,
        "height": box.height,
        "fields": fields,
        "more": box.more,
    }


def _drawn_link(link: Link, boxes: Mapping[Key, Box]) -> dict[str, Any]:
    start, end = boxes[link.start], boxes[link.end]
    y1, y2 = start.line(link.source), end.line(link.target)
    leaves_right = end.column >= start.column
    arrives_left = end.column > start.column
    x1 = start.x + (WIDTH if leaves_right else 0)
    x2 = end.x + (0 if arrives_left else WIDTH)
    bend = LANE // 2
    c1 = x1 + (bend if leaves_right else -bend)
    c2 = x2 + (-bend if arrives_left else bend)
    return {
        "path": f"M{x1} {y1}C{c1} {y1} {c2} {y2} {x2} {y2}",
        "end": [x2, y2],
        "override": link.is_override,
        "words": cut(link.words),
    }
