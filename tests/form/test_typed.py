"""What a manifest writes as a value of a type: what passes is what is sent."""

from __future__ import annotations

import json

import pytest

from reconciler.form.typed import plain, typed
from reconciler.manifest.yaml_scalars import plain_value

SENT: list[tuple[str, object, object]] = [
    ("text", "", ""), ("text", "007", "007"), ("text", 75, "75"), ("text", 1.5, "1.5"), ("longtext", "a\nb", "a\nb"),
    ("bool", True, True), ("bool", "true", True), ("bool", "FALSE", False), ("bool", 0, False),
    ("number", 5, 5), ("number", "5", 5), ("number", "-1.5e1", -15), ("number", 5.0, 5), ("decimal", "79.90", 79.9),
    ("decimal", plain_value("1.10"), 1.1), ("number", plain_value("1e5"), 100000), ("number", plain_value("0x1F"), 31),
    ("date", "2025-01-31", "2025-01-31"), ("date", plain_value("2024-02-29"), "2024-02-29"),
    ("datetime", "2025-01-31T10:00:00Z", "2025-01-31T10:00:00Z"), ("datetime", "2025-01-31 10:00", "2025-01-31 10:00"),
    ("datetime", "2025-01-31T10:00:00.123+02:00", "2025-01-31T10:00:00.123+02:00"),
    ("json", {"a": [1, plain_value("1.10")]}, {"a": [1, 1.1]}), ("json", "text", "text"), ("json", [], []),
    ("geolocation", "48.85, 2.35", "48.85, 2.35"), ("geolocation", [48.85, 2], [48.85, 2]),
    ("geolocation", {"lat": 1.0, "lng": "2"}, {"lat": 1.0, "lng": "2"}),
    ("geolocation", '{"latitude": 1, "longitude": 2}', '{"latitude": 1, "longitude": 2}'),
    ("geolocation", {"type": "Point", "coordinates": [-170, 80]}, {"type": "Point", "coordinates": [-170, 80]}),
]  # fmt: skip
NUMBERS = [
    "1_000",
    "٧٥",
    "７５",
    "nan",
    "inf",
    ".inf",
    ".nan",
    "Infinity",
    "1e999",
    "0x1F",
    "1,5",
    " 5",
    "",
    "05",
    "+5",
]
MOMENTS = [
    "tomorrow",
    "now",
    "2024-13-45",
    "2025-02-29",
    "2025-1-1",
    "٢٠٢٥-٠١-٠١",
    "２０２５-01-01",
    "20250101",
    "",
    "0000-01-01",
]
REFUSED: list[tuple[str, object]] = [
    *((name, text) for name in ("number", "decimal") for text in NUMBERS),
    ("number", True), ("decimal", [1]), ("number", 10**41), ("decimal", float("nan")), ("number", float("inf")),
    ("decimal", plain_value("0.12345678901234567890123")), ("decimal", plain_value("1e-400")),
    *((name, text) for name in ("date", "datetime") for text in MOMENTS),
    ("date", 20250101), ("date", "2025-01-01T00:00:00Z"), ("datetime", "2025-01-01T25:00:00"),
    ("datetime", "2025-W01-1"),
    *(("bool", text) for text in ["yes", "on", "1_0", "١", "nan", "", " true", "2", 1.0, 2, []]),
    ("text", True), ("text", plain_value("1.50")),
    ("text", {}), ("text", plain_value("007")), ("longtext", plain_value("yes")),
    ("json", {"a": plain_value("01")}), ("json", [plain_value("yes")]), ("json", plain_value("2025-01-01")),
    ("json", {"a": [plain_value("0.10000000000000000555")]}), ("json", plain_value("1e-400")),
    *(("geolocation", text) for text in ["Paris", "1_0,2", "٤٨,٢", "nan,1", "91,0", "0,181", "1", "1,2,3", "{", ""]),
    ("geolocation", {"lat": 1}), ("geolocation", {"lat": 1, "latitude": 1, "lng": 2}), ("geolocation", [1, "inf"]),
    ("geolocation", True), ("geolocation", '{"lat": NaN, "lng": 1}'), ("geolocation", "[" * 100_000),
]  # fmt: skip


@pytest.mark.parametrize(("type_name", "written", "sent"), SENT)
def test_a_value_of_the_type_is_sent_as_one(type_name: str, written: object, sent: object) -> None:
    """As JSON has it, whatever it remembers of its spelling."""
    got = typed(written, type_name)
    assert (sent, type(sent), json.dumps(sent)) == (got, type(got), json.dumps(got))


@pytest.mark.parametrize(("type_name", "written"), REFUSED)
def test_anything_else_is_refused(type_name: str, written: object) -> None:
    """Neither Python nor another alphabet says what a number or a day is."""
    with pytest.raises(ValueError):  # noqa: PT011  # which one says what is shown, and some say nothing
        typed(written, type_name)


@pytest.mark.parametrize(("written", "sent"), [("1", 1), (1, 1), ("a", "a"), (None, None)])
def test_a_default_is_one_of_the_options(written: object, sent: object) -> None:
    """In the option's own spelling: 1 and "1" are one (contract §2)."""
    assert sent == typed(written, "list", [1, "a"])


@pytest.mark.parametrize("written", ["b", "01", 2, plain_value("01"), [1]])
def test_what_is_no_option_is_refused(written: object) -> None:
    """The list is the whole list."""
    with pytest.raises(ValueError, match=r"options|quotes"):
        typed(written, "list", [1, "a"])


def test_a_plain_value_has_forgotten_how_it_was_written() -> None:
    """At any depth."""
    got = plain({"a": [plain_value("1.10"), plain_value("yes"), True, None]})
    assert [float, str, bool, type(None)] == [type(each) for each in got["a"]]
