"""Expressions in `{{ }}` inside of values: which texts hold any, and what they come to.

A value that is one expression and nothing else keeps the expression's type, so
`required: "{{ vars.strict }}"` can be a flag; anything else renders to text. Two braces
that are meant as text are written `{{ '{{' }}`. An expression is a function of the
variables alone, so each is evaluated once per run, however often it stands in the
manifests. Whatever goes wrong is a TemplateProblem, never an accident.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any

from reconciler.form.spelling import shown
from reconciler.manifest.yaml_scalars import LARGEST_INTEGER
from reconciler.model.unquoted import UnquotedFloat, UnquotedText

if TYPE_CHECKING:
    from reconciler.manifest.expressions import Environment

LONGEST_TEMPLATE = 10_000
LONGEST_EXPRESSION = 1_000
LONGEST_RESULT = 100_000
"""Characters, or values times 10, that an expression or all the variables together may
come to.
"""
DEEPEST_RESULT = 20
MOST_FILLED = 20_000_000
"""Characters of all values of a run that expressions come to: one variable may stand in
every value.
"""
MOST_WORK = 30_000
"""How long all different expressions of a run may be together; each counts as
`_COMPILING` more than it is long.
"""
_COMPILING = 50
_PER_VALUE = 10
# Possessive quantifiers: whatever quotes and braces a text holds, it is read once.
_EXPRESSION = re.compile(
    r"""\{\{ ( (?: '(?:\\.|[^'\\])*+' | "(?:\\.|[^"\\])*+" | (?!\}\}|\{\{) [^'"] )*+ ) \}\}""",
    re.DOTALL | re.VERBOSE,
)


class TemplateProblem(Exception):
    """The expression cannot be rendered."""


class Renderer:
    """Renders values with `vars` and the allowed environment variables, and nothing
    else.
    """

    def __init__(
        self, variables: Mapping[str, Any], environment: Mapping[str, str]
    ) -> None:
        self._context = {"vars": dict(variables), "env": dict(environment)}
        self._jinja: Environment | None = None
        self._known: dict[str, Any] = {}
        self._work = self._filled = 0

    def render(self, value: Any) -> Any:
        """`value` with the expressions in it evaluated. Raises TemplateProblem."""
        if not isinstance(value, str):
            return value
        if "{{" not in value:
            return _without_statements(value)
        if len(value) > LONGEST_TEMPLATE:
            raise TemplateProblem(
                f"a value with expressions is longer than {LONGEST_TEMPLATE:,} characters"
            )
        alone = _EXPRESSION.fullmatch(value.strip())
        result = self._result(alone[1].strip()) if alone else self._fill(value)
        self._spend(result)
        return result

    def _spend(self, result: Any) -> None:
        """Raises TemplateProblem when all results together are too long."""
        self._filled += _size_of(result)
        if self._filled > MOST_FILLED:
            raise TemplateProblem(
                f"all expressions together come to more than {MOST_FILLED:,} characters"
            )

    def _fill(self, template: str) -> str:
        filled = ""
        for part, is_expression in _parts(template):
            filled += str(self._result(part)) if is_expression else part
        if len(filled) > LONGEST_RESULT:
            raise TemplateProblem(
                f"a value renders to more than {LONGEST_RESULT:,} characters"
            )
        return filled

    def _result(self, expression: str) -> Any:
        if expression not in self._known:
            try:
                self._known[expression] = self._evaluate(expression)
            except TemplateProblem as problem:
                self._known[expression] = problem  # a wrong one is not tried again
        result = self._known[expression]
        if isinstance(result, TemplateProblem):
            raise TemplateProblem(str(result))
        return result

    def _evaluate(self, expression: str) -> Any:
        self._count(expression)
        try:
            return self._run(expression)
        except TemplateProblem:
            raise
        except Exception as broken:  # whatever a stranger's expression raises, it is a finding with its place
            why = (str(broken) or type(broken).__name__).partition("\n")[0][:200]
            raise TemplateProblem(f"the expression cannot be rendered: {why}") from None

    def _count(self, expression: str) -> None:
        """Raises TemplateProblem when it is too long, or there have been too many."""
        self._work += len(expression) + _COMPILING
        if len(expression) > LONGEST_EXPRESSION:
            raise TemplateProblem(
                f"an expression is longer than {LONGEST_EXPRESSION:,} characters"
            )
        if self._work > MOST_WORK:
            raise TemplateProblem("there are too many different expressions")

    def _run(self, expression: str) -> Any:
        """Jinja is loaded, and the variables are checked, when the first expression
        needs them.
        """
        from reconciler.manifest.expressions import Environment

        if self._jinja is None:
            self._context = _plain(self._context)
            self._jinja = Environment(longest=LONGEST_RESULT)
        run = self._jinja.compile_expression(expression, undefined_to_none=False)
        return _plain(run(**self._context))


def _size_of(result: Any) -> int:
    """Characters, and some more for each value."""
    if isinstance(result, str):
        return len(result) + _PER_VALUE
    if isinstance(result, dict):
        return sum(len(key) + _size_of(value) for key, value in result.items())
    if isinstance(result, list):
        return _PER_VALUE + sum(map(_size_of, result))
    return _PER_VALUE


def _parts(template: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is an expression."""
    end = 0
    while (begin := template.find("{{", end)) >= 0:
        match = _EXPRESSION.match(template, begin)
        if match is None:
            raise TemplateProblem(
                "an expression has no end; two braces that are meant as text are {{ '{{' }}"
            )
        yield _without_statements(template[end:begin]), False
        yield match[1].strip(), True
        end = match.end()
    yield _without_statements(template[end:]), False


def _without_statements(text: str) -> str:
    if "{%" in text:
        raise TemplateProblem(
            "only expressions in {{ }} are allowed, no statements; a brace and a percent sign that are meant as text "
            "are {{ '{%' }}"
        )
    return text


def _plain(result: Any) -> Any:
    """A plain value within bounds; an undefined one raises here and says its name."""
    return _BoundedCopy().copy(result, 0)


class _BoundedCopy:
    """Makes one copy of lists, mappings and scalars, and no larger one than allowed."""

    def __init__(self) -> None:
        self._left = LONGEST_RESULT

    def copy(self, value: Any, depth: int) -> Any:
        self._spend(_PER_VALUE)
        if isinstance(value, dict) and depth < DEEPEST_RESULT:
            return {
                self._copy_key(key): self.copy(inner, depth + 1)
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple) and depth < DEEPEST_RESULT:
            return [self.copy(inner, depth + 1) for inner in value]
        scalar = _scalar(value)
        if isinstance(scalar, str):
            self._spend(len(scalar))
        return scalar

    def _copy_key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise TemplateProblem(f"the key {shown(key)} is no text")
        return str(self.copy(key, 0))

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TemplateProblem(
                f"an expression or the variables come to more than {LONGEST_RESULT:,} characters"
            )


def _scalar(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case int() if abs(value) <= LARGEST_INTEGER:
            return value
        case float() if math.isfinite(value):
            # TOML has lost how a fraction was written: 1.10 is 1.1.
            return UnquotedFloat(value, repr(float(value)))
        case str():
            value.encode()  # half of a surrogate pair raises: nothing could print it
            return str(value)
        case date() | time():
            # What TOML gives for dates in `vars`.
            return UnquotedText(value.isoformat())
    if hasattr(value, "_undefined_message"):
        str(value)  # raises, with the name that is not defined
    raise TemplateProblem(
        f"this is no text, number, flag, list or mapping within bounds: {type(value).__name__}"
    )
