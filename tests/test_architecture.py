"""The shape of the code is a promise too: who may import whom, where each library lives, how long things get."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from reconciler.kinds.registry import KINDS

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "reconciler").rglob("*.py"))
HOMES = {
    "click": ("cli/",),
    "httpx": ("api/", "sandbox/transport.py"),
    "deepdiff": ("form/fields.py",),
    "jinja2": ("manifest/expressions.py", "report/html.py"),
    "markupsafe": ("report/html.py",),
    "yaml": ("manifest/yaml.py",),
    "ruamel": ("manifest/dump/emit.py",),
    "pydantic": (
        "model/",
        "kinds/",
        "manifest/shape.py",
        "manifest/settings_schema.py",
        "api/access.py",
    ),
    "starlette": ("sandbox/",),
    "uvicorn": ("sandbox/serve.py",),
    "anyio": ("sandbox/",),
}
KIND_HOMES = re.compile(
    r"reconciler/(kinds/|records/|events/|messages/|generate/|cli/(records|events)/|cli/(generate|impact|render|templates|completing)\.py"
    r"|manifest/(rows|record_sets|bodies|messages|samples|uses|dependents|columns|living)\.py|sandbox/"
    r"|api/(definitions|events|messages|overrides|rows|triggers|histories)\.py)"
)
A_KIND = re.compile(rf"({'|'.join(KINDS)})(/.*)?")
"""The name of a kind, or an address of it."""
COMMANDS_OF_A_KIND = {
    "reconciler/cli/dashboard.py: 'scenario'",
    "reconciler/cli/main.py: 'records'",
    "reconciler/manifest/document.py: 'template'",
    "reconciler/rules.py: 'template'",
    "reconciler/report/rendered.py: 'definition'",
    "reconciler/report/rendered.py: 'template'",
}
"""A command, a rule about expressions, or a key of a document or of the outbox's messages, that is called like a
kind.
"""
TYPES_ONLY = {("cli/app.py", "httpx"), ("__main__.py", "httpx")}
"""These name a type of the library and never load it."""


def test_imports_go_one_way() -> None:
    """import-linter's contract in pyproject.toml holds."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(linter)], cwd=ROOT, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout


@pytest.mark.parametrize("library", HOMES)
def test_every_library_has_one_home(library: str) -> None:
    """A third-party library is imported where it belongs and nowhere else."""
    strangers = [
        place
        for module in MODULES
        if library in _imports(module)
        and not (place := module.relative_to(ROOT / "reconciler").as_posix()).startswith(HOMES[library])
        and (place, library) not in TYPES_ONLY
    ]
    assert [] == strangers


def test_the_engine_knows_no_kind_by_name() -> None:
    """A kind is one module in kinds/ and one in api/: no other compares a name or a class of a kind."""
    engine = [module for module in MODULES if not KIND_HOMES.match(module.relative_to(ROOT).as_posix())]
    found = [f"{module.relative_to(ROOT)}: {named}" for module in engine for named in _kinds_named_in(module)]
    assert [] == [each for each in found if each not in COMMANDS_OF_A_KIND]
    assert {"'definition'"} <= set(_kinds_named_in(ROOT / "reconciler/api/overrides.py"))


def test_no_file_is_longer_than_the_house_likes(figure: Callable) -> None:
    """At most 400 lines, the median at most 120."""
    lengths = sorted(len(module.read_text().splitlines()) for module in MODULES)
    figure("files", f"{len(lengths)}, median {lengths[len(lengths) // 2]} lines, longest {lengths[-1]}")
    assert 400 >= lengths[-1]
    assert 120 >= lengths[len(lengths) // 2]


def test_no_function_is_longer_than_the_house_likes(figure: Callable) -> None:
    """At most 60 lines, the median at most 10."""
    lengths = sorted(length for module in MODULES for length in _code(module).lengths_of_functions)
    figure("functions", f"{len(lengths)}, median {lengths[len(lengths) // 2]} lines, longest {lengths[-1]}")
    assert 60 >= lengths[-1]
    assert 10 >= lengths[len(lengths) // 2]


def test_the_product_and_the_sandbox_share_no_code() -> None:
    """The sandbox is a second reading of the contract: it imports nothing of the product."""
    shared = [
        name
        for module in MODULES
        if "sandbox" in module.parts
        for name in _code(module).imports
        if name.startswith("reconciler") and not name.startswith("reconciler.sandbox")
    ]
    assert [] == shared


def test_only_the_command_line_exits() -> None:
    """Whoever calls the Python API decides when the program ends (that nothing prints, ruff checks)."""
    ends = re.compile(r"\bsys\.exit\b|\bos\._exit\b|\bSystemExit\b")
    found = {
        module.relative_to(ROOT / "reconciler").as_posix()
        for module in MODULES
        if ends.search(module.read_text(encoding="utf-8"))
    }
    # `events sample` gives programs to paste, which end by themselves.
    assert {"events/snippets.py"} == {each for each in found if not each.startswith(("cli/", "__main__.py"))}


def test_every_exception_from_a_check_has_its_reason() -> None:
    """A bare ignore cannot be told from a forgotten mistake."""
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"  # (?:type: ignore(\[[\w, -]+\])?|noqa(: [\w, ]+)?)$", line)
    ]
    assert [] == bare


def _imports(module: Path) -> set[str]:
    return {name.partition(".")[0] for name in _code(module).imports}


def _kinds_named_in(module: Path) -> list[str]:
    """Texts that are a kind's name or an address of it, and imports from the package of a kind."""
    code = _code(module)
    texts = [repr(text) for text in code.texts if A_KIND.fullmatch(text)]
    return texts + [name for name in code.imports if re.match(rf"reconciler\.kinds\.({'|'.join(KINDS)})\b", name)]


class Code(NamedTuple):
    """What the tests ask of a module."""

    imports: list[str]
    texts: list[str]
    lengths_of_functions: list[int]


@cache
def _code(module: Path) -> Code:
    """Read once for all tests; its tree, of which all together are large, is not kept."""
    code = Code([], [], [])
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                code.imports.extend(alias.name for alias in node.names)
            case ast.ImportFrom(module=str(name)) if name:
                code.imports.append(name)
            case ast.Constant(value=str(text)):
                code.texts.append(text)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.end_lineno is not None:
                code.lengths_of_functions.append(node.end_lineno - node.lineno + 1)
    return code
