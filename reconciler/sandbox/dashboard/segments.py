"""Who is in a segment: the criteria of `where` as SQL over contacts and their rows.

Each criterion stands for itself: `Visit.reason` and `Visit.date` may be fulfilled by two
rows of one contact. A contact without a row fulfils none about rows, NOT_EQUALS included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.sandbox.conditions import Column, Condition, condition
from reconciler.sandbox.criteria import Filter
from reconciler.sandbox.dashboard.view import CONTACTS, Definition, View
from reconciler.sandbox.envelopes import Refusal, iso
from reconciler.sandbox.handlers.contacts import FIELDS

NOBODY = Condition("0", ())
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
_OF_A_LIST = {"IN": "EQUALS", "NOT_IN": "NOT_EQUALS"}
"""In the API one text may hold several values, `"2,5"`; a list's values stay whole."""
_PERIOD = re.compile(r"([0-9]{1,6})\s*([hdwmy])")
_YES_OR_NO = re.compile(r"(optin|unsub|reject|can_receive)_|is_registered$|active$")


@dataclass(frozen=True)
class Members:
    """The contacts in a segment, by id, and why criteria of it can be fulfilled by
    nobody.
    """

    contacts: tuple[int, ...]
    problems: tuple[str, ...]


class _Impossible(Exception):
    """Nobody can fulfil a criterion; the text says why."""


def members(view: View, where: Mapping[str, Any], now: float) -> Members:
    """The contacts that fulfil every criterion, the oldest first."""
    built, problems = _built(view, where, now)
    found = view.db.execute(
        f"SELECT id FROM contact WHERE shop_id = ? AND {built.sql} ORDER BY id",  # noqa: S608 - values are parameters
        (view.shop, *built.parameters),
    )
    return Members(tuple(row["id"] for row in found), problems)


def includes(view: View, where: Mapping[str, Any], contact: int, now: float) -> bool:
    """Tell whether a contact fulfils every criterion."""
    built, _ = _built(view, where, now)
    found = view.db.execute(
        f"SELECT 1 FROM contact WHERE shop_id = ? AND id = ? AND {built.sql}",  # noqa: S608 - values are parameters
        (view.shop, contact, *built.parameters),
    )
    return found.fetchone() is not None


def _built(
    view: View, where: Mapping[str, Any], now: float
) -> tuple[Condition, tuple[str, ...]]:
    built, problems = [], []
    for path, asked in where.items():
        try:
            built.append(_criterion(view, path, asked, now))
        except _Impossible as why:
            built.append(NOBODY)
            problems.append(str(why))
        except Refusal as refusal:
            built.append(NOBODY)
            problems.append(f"{path}: {'; '.join(refusal.message)}")
    sql = " AND ".join(f"({each.sql})" for each in built) or "1"
    parameters = tuple(value for each in built for value in each.parameters)
    return Condition(sql, parameters), tuple(problems)


def _criterion(view: View, path: str, asked: Any, now: float) -> Condition:
    root, _, field = path.partition(".")
    if root == "contact":
        return condition(_contact_column(field), _filter(field, asked), path)
    definition = view.chosen(path)
    if definition is None:
        root, _, field = path.rpartition(".")
        definition = view.chosen(root)
    else:
        field = ""
    if definition is None:
        raise _Impossible(f"{path}: no such definition in this shop")
    if isinstance(asked, Mapping) and asked.get("rows") is not None:
        return _enough_rows(definition, field, asked["rows"], now)
    return _row_with(definition, field, _filter(path, asked))


def _contact_column(name: str) -> Column:
    for known in (f"contact_{name}", f"contact_data_{name}", name):
        if known == "id_shop_contact":
            return Column("id", "number")
        if known in FIELDS:
            value = f"json_extract(data, '$.{known}')"
            is_bool = _YES_OR_NO.match(known)
            return Column(value, "number") if is_bool else Column(value)
    raise _Impossible(f"contact.{name}: contacts have no such field")


def _filter(path: str, asked: Any) -> Filter:
    """A value, a list of values, or `{operator, value}`."""
    if isinstance(asked, Mapping):
        operator, value = str(asked.get("operator", "EQUALS")), asked.get("value")
    else:
        operator, value = "EQUALS", asked
    if not isinstance(value, list | tuple):
        return Filter(path, operator, (_text(value),))
    texts = tuple(_text(each) for each in value)
    return Filter(path, _OF_A_LIST.get(operator, operator), texts)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _row_with(definition: Definition, field: str, asked: Filter) -> Condition:
    fulfilled = condition(_column(definition, field), asked, asked.field)
    built = [
        # Positions and operators only; values are parameters.
        f"id IN (SELECT {column} FROM record WHERE definition_id = ? AND {fulfilled.sql})"  # noqa: S608 - positions only
        for column in _contact_columns(definition)
    ]
    return Condition(
        " OR ".join(built), (definition.table.id, *fulfilled.parameters) * len(built)
    )


def _enough_rows(
    definition: Definition, field: str, asked: Mapping[str, Any], now: float
) -> Condition:
    """At least so many rows; `since` looks at the date field that is named, or the
    definition's first one, for rows do not say when they were made.
    """
    least = int(asked.get("at_least", 1))
    if least <= 0:
        return Condition("1", ())
    where = "definition_id = ?"
    parameters: tuple[object, ...] = (definition.table.id,)
    if asked.get("since") is not None:
        moment = _column(definition, field or _first_date(definition)).sql
        where += f" AND substr({moment}, 1, 10) >= ?"
        parameters = (*parameters, _beginning(str(asked["since"]), now))
    built = [
        # Positions only; values are parameters.
        f"id IN (SELECT {column} FROM record WHERE {where} GROUP BY {column} HAVING count(*) >= ?)"  # noqa: S608 - positions only
        for column in _contact_columns(definition)
    ]
    return Condition(" OR ".join(built), (*parameters, least) * len(built))


def _column(definition: Definition, field: str) -> Column:
    column = definition.table.columns().get(field)
    if column is None:
        raise _Impossible(f"{definition.name} has no field {field or '(none given)'}")
    return column


def _contact_columns(definition: Definition) -> list[str]:
    related = definition.to(CONTACTS)
    if not related:
        raise _Impossible(f"{definition.name} has no relationship to contacts")
    columns = definition.table.columns()
    return [columns[each.source].sql for each in related]


def _first_date(definition: Definition) -> str:
    for field in definition.table.fields:
        if field["type"] in ("date", "datetime"):
            return str(field["name"])
    raise _Impossible(f"{definition.name} has no date field, so no row has a time")


def _beginning(since: str, now: float) -> str:
    """The first day of a period that ends now (`1y`, `30d`), or of a date."""
    period = _PERIOD.fullmatch(since)
    if period is None:
        return since[:10]
    days = int(period[1]) * _DAYS[period[2]]
    begun = datetime.fromtimestamp(now, UTC) - timedelta(days=days)
    return iso(begun.timestamp())[:10]
