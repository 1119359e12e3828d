"""Random tables on both sides, and what must be found between them: computed row by row, without the tool."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.records.pushing import fold

PEOPLE = 12
TEXTS = ("Lyon", "lyon", "Élan", "elan", "x ", "0123", "1e5", "Noël", "a b", "É")
NUMBERS = ("0", "1", "7", "12", "-3", "1000000")
DECIMALS = ("0.5", "12.50", "12.5", "-1", "100")
DAYS = ("2024-02-29", "2025-01-01", "2026-12-31")
MOMENTS = ("2025-01-01T10:00:00Z", "2025-01-01T11:00:00+01:00", "2026-06-01T00:00:00Z")
VALUES = {
    "text": TEXTS,
    "number": NUMBERS,
    "decimal": DECIMALS,
    "date": DAYS,
    "datetime": MOMENTS,
    "bool": ("true", "0", "1"),
}


@dataclass
class Generated:
    """A definition, what lives, the file, the options, and what must come out."""

    definition: dict[str, Any]
    live: list[dict[str, Any]]
    columns: list[str]
    cells: list[list[str]]
    options: dict[str, Any]
    regions: list[str] = field(default_factory=list)
    people: bool = False

    @property
    def text(self) -> str:
        """The file."""
        return "\n".join([",".join(self.columns), *(",".join(row) for row in self.cells)]) + "\n"


def generated(seed: int) -> Generated:
    """The table of that number."""
    chance = Random(seed)
    shape = chance.choice(("text", "number", "composite", "contact", "contact and text"))
    keys = {
        "text": ["k"],
        "number": ["n"],
        "composite": ["k", "n"],
        "contact": ["who"],
        "contact and text": ["who", "k"],
    }[shape]
    fields = [
        _field(name, kind, required=name in keys) for name, kind in (("k", "text"), ("n", "number"), ("who", "number"))
    ]
    others = chance.sample(("text", "number", "decimal", "date", "datetime", "bool"), chance.randint(1, 4))
    fields += [_field(f"f_{kind}", kind) for kind in others]
    relations = [{"sourceField": "who", "targetSchemaType": "system", "targetSchema": "contacts"}]
    with_region = chance.random() < 0.4
    if with_region:
        fields.append(_field("region_id", "number"))
        relations.append({"sourceField": "region_id", "targetSchemaType": "custom", "targetSchema": "Region"})
    definition = {"name": "T", "unique_keys": keys, "fields": fields, "relationships": relations}
    table = Generated(definition, [], [], [], {}, ["Nord", "Sud", "Île"] if with_region else [], "contact" in shape)
    _fill(chance, table, keys, others)
    return table


def _field(name: str, kind: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "label": name, "type": kind, "required": required}


def _fill(chance: Random, table: Generated, keys: list[str], others: list[str]) -> None:
    names = [*keys, *(f"f_{kind}" for kind in others)]
    pool = _keys(chance, keys, 14)
    for key in chance.sample(pool, min(len(pool), chance.randint(0, 12))):
        table.live.append({**key, **{f"f_{kind}": _typed(kind, _value(chance, kind)) for kind in others}})
        if table.regions:
            table.live[-1]["region_id"] = chance.randint(1, 3)
    present = [name for name in names if name in keys or chance.random() < 0.8]
    by = chance.choice(("id_contact", "email", "id_customer"))
    table.columns = [f"{name}.{by}" if name == "who" else name for name in present]
    if table.regions:
        table.columns.append("region_id.name")
    for key in chance.sample(pool, min(len(pool), chance.randint(1, 12))):
        near = next((row for row in table.live if _is_same(row, key, keys)), None)
        table.cells.append(_cells(chance, table, key, near, present, by))
    _options(chance, table, keys, others)


def _keys(chance: Random, keys: list[str], count: int) -> list[dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for _ in range(count * 3):
        key: dict[str, Any] = {}
        for name in keys:
            match name:
                case "k":
                    key[name] = f"{chance.choice(('Clé', 'key', 'Ünder'))}{chance.randint(1, 9)}"
                case "n":
                    key[name] = chance.randint(1, 20)
                case _:
                    key[name] = chance.randint(1, PEOPLE)
        found.setdefault(tuple(fold(str(value)) for value in key.values()), key)
    return list(found.values())[:count]


def _cells(
    chance: Random,
    table: Generated,
    key: Mapping[str, Any],
    near: Mapping[str, Any] | None,
    present: list[str],
    by: str,
) -> list[str]:
    cells = []
    for name in present:
        if name == "who":
            number = key[name]
            cells.append(
                {"id_contact": str(number), "email": f"P{number}@example.com", "id_customer": f"C{number}"}[by]
            )
        elif name == "k":
            cells.append(chance.choice((key[name], key[name].upper(), key[name].replace("é", "e"))))
        elif name == "n":
            cells.append(str(key[name]))
        elif near is not None and near[name] is not None and chance.random() < 0.7:
            cells.append(_as_cell(near[name]))
        else:
            cells.append(chance.choice((_value(chance, name.removeprefix("f_")), "")))
    if table.regions:
        cells.append(chance.choice(("Nord", "sud", "ile", "Île")))
    return cells


def _options(chance: Random, table: Generated, keys: list[str], others: list[str]) -> None:
    table.options["mode"] = chance.choice(("upsert", "update", "mirror"))
    table.options["read"] = chance.choice(("auto", "whole", "keys"))
    if table.options["mode"] == "mirror":
        name = "k" if "k" in keys else keys[0]
        pool = sorted({str(row[name]) for row in table.live} | {"1"})
        table.options["scope"] = {name: chance.sample(pool, min(3, len(pool)))}
    if chance.random() < 0.2:
        table.options["ignore_differences"] = [f"f_{others[0]}"]


def _value(chance: Random, kind: str) -> str:
    return chance.choice(VALUES[kind])


def _typed(kind: str, text: str) -> Any:
    if kind in ("number", "decimal"):
        return float(text) if "." in text else int(text)
    return text in ("true", "1") if kind == "bool" else text


def _as_cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any], keys: list[str]) -> bool:
    return all(fold(str(one[name])) == fold(str(other[name])) for name in keys)


def oracle(table: Generated) -> dict[str, int]:
    """The counts, each row of the file beside each row of the shop."""
    keys = table.definition["unique_keys"]
    kinds = {each["name"]: each["type"] for each in table.definition["fields"]}
    ignored = table.options.get("ignore_differences", ())
    counts = dict.fromkeys(("create", "update", "unchanged", "refused", "delete"), 0)
    seen: list[int] = []
    for cells in table.cells:
        row = _row(table, cells)
        matches = [place for place, live in enumerate(table.live) if _is_same(row, live, keys)]
        if not matches:
            counts["refused" if table.options["mode"] == "update" else "create"] += 1
            continue
        (place,) = matches
        seen.append(place)
        live = table.live[place]
        same = all(
            _plain(row[name], kinds[name]) == _plain(live.get(name), kinds[name]) for name in row if name not in ignored
        )
        counts["unchanged" if same else "update"] += 1
    if table.options["mode"] == "mirror":
        for place, live in enumerate(table.live):
            owned = all(fold(str(live[n])) in map(fold, v) for n, v in table.options["scope"].items())
            counts["delete"] += owned and place not in seen
    return counts


def _row(table: Generated, cells: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column, cell in zip(table.columns, cells, strict=True):
        name = column.partition(".")[0]
        if name == "who":
            row[name] = int("".join(letter for letter in cell.partition("@")[0] if letter.isdigit()))
        elif name == "region_id":
            row[name] = [fold(each) for each in table.regions].index(fold(cell)) + 1
        else:
            row[name] = cell if cell.strip() else None
    return row


def _plain(value: Any, kind: str) -> str:
    if value is None:
        return "null"
    text = _as_cell(value)
    match kind:
        case "number" | "decimal":
            return repr(float(text))
        case "bool":
            return str(text in ("true", "1"))
        case "datetime":
            return text.replace("11:00:00+01:00", "10:00:00Z")
        case _:
            return json.dumps(text)
