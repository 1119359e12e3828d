"""Generated types pass the checkers, and refuse senders that are wrong."""

import ast
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.generate.describe import describe
from reconciler.generate.python import render_python
from reconciler.generate.shapes import Shape, Types
from reconciler.generate.typescript import render_typescript
from reconciler.model.manifest import Desired
from tests.conftest import Lab
from tests.generate.shops import EVERYTHING, made_up, shop

SETS = 100
IN_EVERY_FILE = [
    "EventCode",
    "EventPayloads",
    "Json",
    "Day",
    "DateTime",
    "Place",
    "ByEmail",
    "ByCustomer",
    "ContactRef",
]
CONTACT = {"email": "marie.dupont@example.com"}
GOLD = {"tier": "gold"}
BADGE = {"contact": {**CONTACT, "customData": {"badge": "b"}}, "metaData": GOLD}
ROW = {"size": 0.5, "contact": 7}
PAYLOAD = "AllTypesPayload"
BARE = "AllWithoutPayload"
EVERY_ROW = "EverythingRow"

RIGHT: list[tuple[str, Any]] = [
    (PAYLOAD, BADGE),
    (PAYLOAD, {"visitor": {"id": 3}, "metaData": {"tier": "silver", "times": 2}}),
    (PAYLOAD, {**BADGE, "visitor": {"id": 3, "customData": {"cookie": None}}, "customData": {"shop": "Lyon"}}),
    (PAYLOAD, {"contact": {"id": 1, "phone": "+33", "customData": {"badge": "b"}}, "metaData": GOLD}),
    (PAYLOAD, {**BADGE, "metaData": {**GOLD, "of_bool": True, "of_decimal": 1.5, "of_date": "2026-01-31"}}),
    (PAYLOAD, {**BADGE, "metaData": {**GOLD, "of_json": {"a": [1, None, {"b": "c"}]}, "of_text": None}}),
    (BARE, {"contact": {"phone": "+33"}}),
    (EVERY_ROW, ROW),
    (EVERY_ROW, {**ROW, "size": "none", "contact": {"by": "email", "value": "marie.dupont@example.com"}}),
    (EVERY_ROW, {**ROW, "contact": {"by": "id_customer", "value": "C-1"}, "referrer": None, "of_list": 1}),
    (EVERY_ROW, {**ROW, "of_geolocation": [48.85, 2.35], "of_datetime": "2026-01-31T09:00:00Z", "of_json": [1]}),
    ("EventCode", "all.types"),
]
WRONG: dict[str, tuple[str, Any]] = {
    "an unknown property": (PAYLOAD, {**BADGE, "metaData": {**GOLD, "teir": "gold"}}),
    "a property in the wrong slot": (PAYLOAD, {**BADGE, "customData": {"tier": "gold"}}),
    "a missing property": (PAYLOAD, {**BADGE, "metaData": {}}),
    "a missing slot": (PAYLOAD, {"contact": BADGE["contact"]}),
    "a missing slot of the contact": (PAYLOAD, {"contact": CONTACT, "metaData": GOLD}),
    "a text that is no option": (PAYLOAD, {**BADGE, "metaData": {"tier": "bronze"}}),
    "a number that is no option": (PAYLOAD, {**BADGE, "metaData": {**GOLD, "times": 3}}),
    "null for what is required": (PAYLOAD, {**BADGE, "metaData": {"tier": None}}),
    "a number as text": (PAYLOAD, {**BADGE, "metaData": {**GOLD, "of_number": "1"}}),
    "a flag as text": (PAYLOAD, {**BADGE, "metaData": {**GOLD, "of_bool": "true"}}),
    "text as a number": (PAYLOAD, {**BADGE, "metaData": {**GOLD, "of_text": 1}}),
    "a day as a number": (PAYLOAD, {**BADGE, "metaData": {**GOLD, "of_date": 20260131}}),
    "an unknown slot": (BARE, {"contact": CONTACT, "metadata": {}}),
    "a slot of an event that has none": (BARE, {"contact": CONTACT, "metaData": {"x": 1}}),
    "nobody": (BARE, {}),
    "a contact without a key": (BARE, {"contact": {}}),
    "a contact by its customer id": (BARE, {"contact": {"id_customer": "C-1"}}),
    "a contact whose id is text": (BARE, {"contact": {"id": "7"}}),
    "a visitor by e-mail": (BARE, {"visitor": CONTACT}),
    "a visitor with a contact that is none": (BARE, {"visitor": {"id": 1}, "contact": {"e_mail": "x"}}),
    "an unknown event": ("EventCode", "all.type"),
    "an unknown field": (EVERY_ROW, {**ROW, "sizes": 0.5}),
    "a missing field": (EVERY_ROW, {"size": 0.5}),
    "null for a required field": (EVERY_ROW, {**ROW, "size": None}),
    "a value that is no option": (EVERY_ROW, {**ROW, "of_list": "b"}),
    "a contact by its e-mail as text": (EVERY_ROW, {**ROW, "contact": "marie.dupont@example.com"}),
    "a contact by its phone": (EVERY_ROW, {**ROW, "contact": {"by": "phone", "value": "+33"}}),
    "a contact by a number that is an e-mail": (EVERY_ROW, {**ROW, "contact": {"by": "email", "value": 7}}),
    "a contact without a value": (EVERY_ROW, {**ROW, "contact": {"by": "email"}}),
    "null for a contact": (EVERY_ROW, {**ROW, "contact": None}),
}


RENDERERS = {".py": render_python, ".ts": render_typescript}


def test_generated_modules_pass(tmp_path: Path, checker: Any, shipped_desired: Desired, figure: Callable) -> None:
    """Of the shipped manifests, made-up shops, and sets of names and texts that do harm."""
    render = RENDERERS[checker.suffix]
    for number, types in enumerate(sets := _sets(shipped_desired)):
        (tmp_path / f"set_{number}{checker.suffix}").write_text(render(types, "0"), encoding="utf-8")
    assert [] == checker.complaints(tmp_path)
    figure(f"V6 generated code passes {checker.name}", f"{len(sets)} sets, 0 errors with --strict")


def test_wrong_senders_are_refused(tmp_path: Path, checker: Any, figure: Callable) -> None:
    """Each of them, and no right one."""
    types = describe(shop(EVERYTHING))
    module = tmp_path / f"shopimind_types{checker.suffix}"
    module.write_text(RENDERERS[checker.suffix](types, "0"), encoding="utf-8")
    senders = [*RIGHT, *WRONG.values()]
    lines = _in_python(senders) if checker.suffix == ".py" else _in_typescript(senders)
    (tmp_path / f"senders{checker.suffix}").write_text("\n".join(lines))
    found = checker.wrong_lines(tmp_path)
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("wrong")}
    assert len(WRONG) == len(wrong)
    assert wrong == found
    figure(f"V6 wrong senders refused by {checker.name}", f"{len(found & wrong)} of {len(WRONG)}")


def test_right_senders_are_taken_by_the_sandbox(lab: Lab) -> None:
    """What the checkers let pass is no payload of our own invention."""
    lab.write("\n---\n".join(map(json.dumps, EVERYTHING)))
    lab.apply()
    codes = {PAYLOAD: "all.types", BARE: "all.without"}
    sent = [lab.post(f"/events/trigger/{codes[kind]}", value) for kind, value in RIGHT if kind in codes]
    assert 7 == len(sent)


def _in_python(senders: list[tuple[str, Any]]) -> list[str]:
    lines = [f"sent_{n}: types.{kind} = {value!r}" for n, (kind, value) in enumerate(senders)]
    return ["import shopimind_types as types", *_marked(lines, "  # wrong")]


def _in_typescript(senders: list[tuple[str, Any]]) -> list[str]:
    lines = [f"export const sent_{n}: types.{kind} = {json.dumps(value)};" for n, (kind, value) in enumerate(senders)]
    return ['import * as types from "./shopimind_types";', *_marked(lines, " // wrong")]


def _marked(lines: list[str], mark: str) -> list[str]:
    return [*lines[: len(RIGHT)], *(line + mark for line in lines[len(RIGHT) :])]


def test_python_modules_hold_types_and_nothing_else(shipped_desired: Desired) -> None:
    """They can be imported, and their keys are those that were declared, to the letter."""
    for types in _sets(shipped_desired):
        _run(render_python(types, "0"), types)


def test_typescript_modules_hold_types_and_nothing_else(shipped_desired: Desired) -> None:
    """No description and no name gets out of its comment or its quotes, and nothing hides in them."""
    for types in _sets(shipped_desired):
        text = render_typescript(types, "0")
        bare = re.sub(r"/\*\*.*?\*/|^//.*$|\"(?:[^\"\\]|\\.)*\"", "", text, flags=re.MULTILINE)
        exported = re.findall(r"^export (?:type|interface) (\w+)", bare, re.MULTILINE)
        assert {*IN_EVERY_FILE, *(each.name for each in types.types)} == set(exported)
        assert not re.search(r"\bconst\b", bare)
        assert {"\n", " "} >= {letter for letter in text if not letter.isprintable()}


@cache
def _made_up() -> tuple[Types, ...]:
    return tuple(map(describe, (shop([]), shop(EVERYTHING), *map(made_up, range(SETS)))))


def _sets(shipped: Desired) -> list[Types]:
    return [describe(shipped), *_made_up()]


def _run(python: str, types: Types) -> None:
    tree = ast.parse(python)
    allowed = (ast.Expr, ast.ImportFrom, ast.AnnAssign, ast.ClassDef, ast.Assign)
    assert [] == [node for node in tree.body if not isinstance(node, allowed)]
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls <= {"TypedDict"}
    assert {"typing"} == {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(python, "generated", "exec"), names)
    for shape in types.types:
        if isinstance(shape, Shape):
            made = names[shape.name]
            needed = {each.key for each in shape.members if each.presence == "required"}
            assert {each.key for each in shape.members} == set(made.__annotations__)
            assert needed == set(made.__required_keys__)
