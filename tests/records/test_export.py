"""What is exported can be applied again: to the same shop without a change, and to an empty one as a whole."""

import csv
import io
import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from reconciler.form.scalars import canonical
from reconciler.kinds.records.manifest import CsvOptions
from reconciler.records.csv_writing import CsvWriting, NotEncodable
from reconciler.records.export import Exporter
from tests.records.pushing import ASSIGNMENT, RowShop, new_shop, table

TYPES = ("bool", "text", "longtext", "number", "decimal", "list", "date", "datetime", "json", "geolocation")
OPTIONS = ["Gold", "silver", "7"]
DEFINITION = {
    "name": "Everything",
    "unique_keys": ["k"],
    "fields": [
        {"name": "k", "label": "k", "type": "text", "required": True},
        *(
            {"name": f"f_{kind}", "label": kind, "type": kind, **({"options": OPTIONS} if kind == "list" else {})}
            for kind in TYPES
        ),
    ],
}
TEXTS = (
    "00123", "1e5", "TRUE", "2025-01-01", " leading", "trailing ", "a,b", 'say "yes"', "two\nlines", "Élan", "=1+1",
    "null", "{}", "[]", "日本", "a;b", "\ttab", "'quoted'", "-", "é" * 40, "0x1F", "1,5", "nan", "_x",
)  # fmt: skip
VALUES = {
    "bool": ("true", "false", "1", "0"),
    "text": TEXTS,
    "longtext": (*TEXTS, "long " * 100),
    "number": ("0", "-5", "123456789012", "7", "1.5"),
    "decimal": ("12.50", "0.1", "-3.25", "1000000.01", "5"),
    "list": ("Gold", "silver", "7"),
    "date": ("2024-02-29", "1999-12-31", "2026-05-08"),
    "datetime": ("2025-01-01T10:00:00Z", "2025-06-01T12:30:45+02:00", "1970-01-01T00:00:00Z"),
    "json": ('{"a": [1, 2, {"b": null}], "c": "x"}', "[]", '"text"', "5", "true", '{"é": "à, \\"b\\""}'),
    "geolocation": ("48.85,2.35", '{"lat": 48.85, "lng": 2.35}', "-33.9,151.2"),
}
ROWS = 950


def _file(seed: int = 1, rows: int = ROWS) -> str:
    chance = Random(seed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["k", *(f"f_{kind}" for kind in TYPES)])
    for number in range(rows):
        cells = ["" if chance.random() < 0.05 else chance.choice(VALUES[kind]) for kind in TYPES]
        writer.writerow([f"K{number}", *cells])
    return text.getvalue()


def _exported(shop: RowShop, form: str, **settings: Any) -> str:
    exporter = Exporter(shop.table, shop.number, shop.rows, **settings)
    if form == "csv":
        lines = [exporter.writing.line(exporter.cells(row)) for row in exporter.rows({})]
        return b"".join([exporter.writing.line(exporter.header), *lines]).decode()
    return "".join(json.dumps(exporter.document(row), ensure_ascii=False) + "\n" for row in exporter.rows({}))


def _plain(shop: RowShop) -> dict[str, list[object]]:
    kinds = {name: column.type for name, column in shop.table.columns.items()}
    return {row["k"]: [canonical(row[name], kind) for name, kind in kinds.items()] for row in shop.live()}


def test_all_types_go_round(figure: Callable[[str, str], None]) -> None:
    """More than 10,000 cells: CSV, the shop, an export, and the shop and another one again."""
    with new_shop(definition=DEFINITION) as shop:
        first = shop.push(_file(), shown=1)
        assert (ROWS, 0) == (first.outcome.created, first.outcome.exit.code)
        assert () == first.outcome.notes
        there = _plain(shop)
        for form in ("csv", "jsonl"):
            text = _exported(shop, form)
            shop.store.clear_requests()
            again = shop.push(text, kind=form)
            assert (ROWS, 0) == (again.outcome.unchanged, again.outcome.stored), (form, again.compared.columns)
            assert [] == shop.writes()
            with new_shop(definition=DEFINITION) as other:
                copied = other.push(text, kind=form)
                assert (ROWS, 0) == (copied.outcome.created, copied.outcome.exit.code), form
                assert there == _plain(other)
        figure("ten types there and back", f"{ROWS * (len(TYPES) + 1):,} cells, csv and jsonl, two shops: 0 differ")


@pytest.mark.parametrize("by", ["id_contact", "email", "id_customer"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_contacts_go_round_by_any_key(by: str, form: str) -> None:
    """In the same shop by each; in another one by what is not a number."""
    with new_shop(definition=ASSIGNMENT) as shop:
        shop.customers(range(1, 130))
        shop.push(table("contact_id.id_customer,code", *((f"C{i}", f"A{i}") for i in range(1, 130))))
        text = _exported(shop, form, by=by)
        again = shop.push(text, kind=form)
        assert (129, 0) == (again.outcome.unchanged, again.outcome.stored)
        if by == "id_contact":
            return
        with new_shop(definition=ASSIGNMENT) as other:
            other.customers(range(129, 0, -1))
            copied = other.push(text, kind=form)
            assert (129, 0) == (copied.outcome.created, copied.outcome.exit.code)


def test_a_few_fields_of_a_few_rows() -> None:
    """In the order of the definition."""
    with new_shop(definition=DEFINITION) as shop:
        shop.push(_file(rows=3))
        exporter = Exporter(shop.table, shop.number, shop.rows, fields=("f_date", "k"))
        assert ["k", "f_date"] == exporter.header
        (row,) = exporter.rows({"k": ("K1",)})
        assert "K1" == exporter.cells(row)[0]


@pytest.mark.parametrize(
    ("expected", "said", "value", "type_name"),
    [
        ("1234,5", {"decimal": ","}, 1234.5, "decimal"),
        ("1234.5", {"decimal": ","}, "1234.5", "text"),
        ("08/05/2026", {"dates": "%d/%m/%Y"}, "2026-05-08", "date"),
        ("45978", {"dates": "excel"}, "2025-11-17", "date"),
        ("59", {"dates": "excel"}, "1900-02-28", "date"),
        ("61", {"dates": "excel"}, "1900-03-01", "date"),
        ("1905-05-08", {"dates": "%d/%m/%y"}, "1905-05-08", "date"),
        ("not a day", {"dates": "%d/%m/%Y"}, "not a day", "date"),
        ("1899-01-01", {"dates": "excel"}, "1899-01-01", "date"),
        ("true", {}, True, "bool"),
    ],
)
def test_a_value_is_written_as_the_manifest_has_it(expected: str, said: Any, value: Any, type_name: str) -> None:
    """And as the values of other files are where it would be another one."""
    assert expected == CsvWriting(CsvOptions(**said)).cell(value, type_name)


def test_what_an_encoding_lacks_is_told() -> None:
    """With the letter; a byte order mark is written once."""
    with pytest.raises(NotEncodable, match=re.escape("'日' (U+65E5) cannot be written in cp1252")):
        CsvWriting(CsvOptions(encoding="cp1252")).line(["日本"])
    marked = CsvWriting(CsvOptions(encoding="utf-16"))
    assert "a,b\nc,d\n" == (marked.line(["a", "b"]) + marked.line(["c", "d"])).decode("utf-16")
