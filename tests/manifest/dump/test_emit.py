"""ruamel.yaml writes, our reader reads: whatever a shop holds comes back as it was."""

import json
import random

from hypothesis import example, given, settings
from hypothesis import strategies as some

from reconciler.manifest.document import rendered
from reconciler.manifest.dump.braces import escaped, is_expression
from reconciler.manifest.dump.emit import block_text, document_text, flow_text
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import documents

SCALARS = some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text(max_size=20)
WORDS = "yes No on null ~ 1e3 0o17 0x1f 01 1_000 12:30:45 2026-01-01 .inf = << - ? : # & * ! | > @ ` % { } [ ] ,"
SPECIAL = some.sampled_from([*WORDS.split(), "'", '"', "\\"])
TEXTS = some.lists(some.text(max_size=4) | SPECIAL | some.sampled_from([" ", "\n", "{{", "}}", "{%", "\u2028"])).map(
    "".join
)


@settings(max_examples=40)
@given(TEXTS)
@example(" {{")
@example("{{\n")
@example("{{{%")
@example("'\\ {{ '")
@example("? x")
@example("x\x85y")
def test_every_text_comes_back(text: str) -> None:
    """In lines, in braces, as a name and in the middle of a list."""
    data = {"name": text, "fields": [{"name": text, "options": [text, 1]}], "keys": [text]}
    (document,) = documents(document_text(escaped(data)))
    assert (data, []) == (rendered(document.data, Renderer({}, {})), document.problems)
    for written in (f"{{k: {flow_text(escaped(text))}}}", f"k: {block_text(escaped(text))}\n"):
        (document,) = documents(written)
        assert {"k": text} == rendered(document.data, Renderer({}, {}))


def test_numbers_and_flags_come_back() -> None:
    """Also small ones, which no exponent may hide."""
    chance = random.Random(1)
    numbers = [0, -1, 1.5, 1e-7, 2.0, 1e15 + 0.5, *(chance.uniform(-1e6, 1e6) for _ in range(200))]
    data = {"fields": [{"name": "a", "default": each} for each in [*numbers, True, False]]}
    (document,) = documents(document_text(data))
    read = [each["default"] for each in document.data["fields"]]
    assert json.dumps(read) == json.dumps([*numbers[:4], 2, *numbers[5:], True, False]).replace("1e-07", "1e-07")


def test_only_expressions_that_depend_on_something_are_expressions() -> None:
    """Braces that are meant as text may be edited like any other text."""
    assert is_expression("{{ vars.a }}")
    assert is_expression("{{ '{{' }} {{ env.B }}")
    assert not is_expression(escaped("{{ vars.a }} {% b"))
    assert not is_expression(3)
