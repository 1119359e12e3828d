"""Templates, segments and scenarios: how they are written, kept and read again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.folding import name_key

KINDS = ("template", "segment", "scenario")
STARTERS = ("event", "record", "segment")
MOMENTS = ("created", "updated")
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """A message; `subject` is empty for a text message."""

    name: str
    subject: str
    body: str


@dataclass(frozen=True)
class Segment:
    """Contacts that fulfil every criterion of `where`."""

    name: str
    where: Item


@dataclass(frozen=True)
class Scenario:
    """What starts it (`by` one of event, record and segment, `of` which), whom it leaves
    out, and what it sends.
    """

    name: str
    by: str
    of: str
    moments: tuple[str, ...]
    filters: Item
    template: str | None
    is_active: bool

    def listens_to(self, by: str, of: str, moment: str = "") -> bool:
        """Tell whether it starts now. The dashboard offers names to choose from, so case
        does not matter.
        """
        fits_moment = not moment or moment in self.moments
        return self.by == by and name_key(self.of) == name_key(of) and fits_moment


def replace(
    db: sqlite3.Connection, shop: int, items: Mapping[str, Iterable[Item]]
) -> dict[str, int]:
    """Put `{kind: items}` in the place of everything that was there; give the counts.

    ValueError for an item that is none of the three, two of one name, or an item that
    makes no sense.
    """
    if unknown := set(items) - set(KINDS):
        raise ValueError(f"{sorted(unknown)[0]} is none of {', '.join(KINDS)}")
    counts = {}
    for kind in KINDS:
        listed = list(items.get(kind, ()))
        for item in listed:
            _READERS[kind](item)
        _keep(db, shop, kind, listed)
        counts[kind] = len(listed)
    return counts


def _keep(db: sqlite3.Connection, shop: int, kind: str, listed: Iterable[Item]) -> None:
    rows = [(shop, item["name"], json.dumps(item)) for item in listed]
    db.execute(f"DELETE FROM {kind} WHERE shop_id = ?", (shop,))  # noqa: S608 - one of KINDS
    try:
        db.executemany(f"INSERT INTO {kind} VALUES (?, ?, ?)", rows)  # noqa: S608 - one of KINDS
    except sqlite3.IntegrityError:
        raise ValueError(f"two items of kind {kind} have one name") from None


def templates(db: sqlite3.Connection, shop: int) -> list[Template]:
    """All templates of a shop, by name."""
    return [_template(item) for item in _kept(db, shop, "template")]


def segments(db: sqlite3.Connection, shop: int) -> list[Segment]:
    """All segments of a shop, by name."""
    return [_segment(item) for item in _kept(db, shop, "segment")]


def scenarios(db: sqlite3.Connection, shop: int) -> list[Scenario]:
    """All scenarios of a shop, by name."""
    return [_scenario(item) for item in _kept(db, shop, "scenario")]


def _kept(db: sqlite3.Connection, shop: int, kind: str) -> list[Item]:
    query = f"SELECT data FROM {kind} WHERE shop_id = ? ORDER BY name"  # noqa: S608 - one of KINDS
    return [json.loads(row["data"]) for row in db.execute(query, (shop,))]


def _template(item: Item) -> Template:
    return Template(_text(item, "name"), item.get("subject") or "", _text(item, "body"))


def _segment(item: Item) -> Segment:
    return Segment(_text(item, "name"), _mapping(item, "where"))


def _scenario(item: Item) -> Scenario:
    trigger = _mapping(item, "trigger")
    given = [name for name in STARTERS if trigger.get(name)]
    if len(given) != 1:
        raise ValueError(f"trigger must name one of {', '.join(STARTERS)}")
    return Scenario(
        name=_text(item, "name"),
        by=given[0],
        of=_text(trigger, given[0]),
        moments=tuple(trigger.get("on") or MOMENTS),
        filters=item.get("filters") or {},
        template=item.get("template"),
        is_active=item.get("status", "active") == "active",
    )


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text")
    return value


def _mapping(item: Item, name: str) -> Item:
    value = item.get(name)
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} must be a mapping")
    return value


_READERS = {"template": _template, "segment": _segment, "scenario": _scenario}
