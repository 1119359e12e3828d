"""Jinja expressions inside of values: sandboxed, strict, bounded, and blind to
everything that is not allow-listed.

A value that is one expression and nothing else keeps the expression's type, so
`required: "{{ vars.strict }}"` can be a flag; anything else renders to text. Two braces
that are meant as text are written `{{ '{{' }}`. An expression is a function of the
variables alone, so each is evaluated once per run, however often it stands in the
manifests.

The one importer of jinja2, and only when a manifest holds an expression.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any

from reconciler.manifest.problem import did_you_mean, shown
from reconciler.manifest.yaml_scalars import LARGEST_INTEGER

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_TEMPLATE = 10_000
LONGEST_EXPRESSION = 1_000
LONGEST_RESULT = 100_000
"""Characters, or values times 10, that an expression or all the variables together may
come to.
"""
LARGEST_NUMBER = 10**9
DEEPEST_RESULT = 20
MOST_WORK = 30_000
"""How long all different expressions of a run may be together; each counts as
`_COMPILING` more than it is long.
"""
_COMPILING = 50
FILTERS: tuple[str, ...] = (
    "abs",
    "capitalize",
    "d",
    "default",
    "first",
    "float",
    "int",
    "last",
    "length",
    "lower",
)
FILTERS += ("string", "title", "trim", "upper")
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
        self._jinja: SandboxedEnvironment | None = None
        self._known: dict[str, Any] = {}
        self._work = 0

    def render(self, value: Any) -> Any:
        """`value` with the expressions in it evaluated. Raises TemplateProblem."""
        if not isinstance(value, str) or "{{" not in value:
            return value
        if len(value) > LONGEST_TEMPLATE:
            raise TemplateProblem(
                f"a value with expressions is longer than {LONGEST_TEMPLATE:,} characters"
            )
        alone = _EXPRESSION.fullmatch(value.strip())
        return self._result(alone[1].strip()) if alone else self._text(value)

    def _text(self, template: str) -> str:
        text = "".join(
            str(self._result(part)) if code else part for part, code in _parts(template)
        )
        if len(text) > LONGEST_RESULT:
            raise TemplateProblem(
                f"a value renders to more than {LONGEST_RESULT:,} characters"
            )
        return text

    def _result(self, expression: str) -> Any:
        if expression not in self._known:
            try:
                self._known[expression] = self._evaluated(expression)
            except TemplateProblem as broken:
                self._known[expression] = broken
        result = self._known[expression]
        if isinstance(result, TemplateProblem):
            raise TemplateProblem(str(result))
        return result

    def _evaluated(self, expression: str) -> Any:
        """What the expression comes to. Whatever a stranger's expression raises, it is
        a finding and no accident.
        """
        self._work += len(expression) + _COMPILING
        if len(expression) > LONGEST_EXPRESSION:
            raise TemplateProblem(
                f"an expression is longer than {LONGEST_EXPRESSION:,} characters"
            )
        if self._work > MOST_WORK:
            raise TemplateProblem("there are too many different expressions")
        try:
            if self._jinja is None:
                self._context = _plain(self._context)
                self._jinja = _environment()
            compiled = self._jinja.compile_expression(
                expression, undefined_to_none=False
            )
            return _plain(compiled(**self._context))
        except TemplateProblem:
            raise
        except Exception as broken:  # whatever a stranger's expression does, it ends as a finding with its place
            why = (str(broken) or type(broken).__name__).splitlines()[0][:200]
            raise TemplateProblem(f"the expression cannot be rendered: {why}") from None


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
        raise TemplateProblem("only expressions in {{ }} are allowed, no statements")
    return text


def _plain(result: Any) -> Any:
    """A plain value within bounds; an undefined one raises here and says its name."""
    left = LONGEST_RESULT

    def spend(size: int) -> None:
        nonlocal left
        left -= size
        if left < 0:
            raise TemplateProblem(
                f"an expression or the variables come to more than {LONGEST_RESULT:,} characters"
            )

    def copied(value: Any, depth: int) -> Any:
        spend(10)
        if isinstance(value, dict) and depth < DEEPEST_RESULT:
            return {_key(key): copied(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list | tuple) and depth < DEEPEST_RESULT:
            return [copied(inner, depth + 1) for inner in value]
        scalar = _scalar(value)
        spend(len(scalar) if isinstance(scalar, str) else 0)
        return scalar

    def _key(key: Any) -> str:
        if not isinstance(key, str):
            raise TemplateProblem(f"the key {shown(key)} is no text")
        return str(copied(key, 0))

    return copied(result, 0)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str):
        value.encode()  # a lone surrogate is no character, and nothing could print it
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if hasattr(value, "_undefined_message"):
        str(value)  # raises, with the name
    raise TemplateProblem(
        f"this is no text, number, flag, list or mapping within bounds: {type(value).__name__}"
    )


def _join(values: Any, separator: str = "") -> str:
    """Lists only: joining texts by their letters grows without bound when it is
    repeated.
    """
    if not isinstance(values, list | tuple):
        raise TypeError("join needs a list")
    texts = [str(value) for value in values]
    if sum(map(len, texts)) + len(separator) * len(texts) > LONGEST_RESULT:
        raise ValueError(f"join comes to more than {LONGEST_RESULT:,} characters")
    return separator.join(texts)


def _round(value: Any, precision: int = 0) -> Any:
    """The whole of Jinja's would compute 10 ** precision."""
    if abs(precision) > 20:
        raise ValueError("round takes at most 20 digits")
    return round(value, precision)


def _environment() -> "SandboxedEnvironment":
    """No callables, no attributes, a short list of filters: what is left grows no
    faster than the expression is long.

    Jinja's optimizer is off, because it takes cubic time.
    """
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Bounded(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def is_safe_callable(self, obj: Any) -> bool:
            return False

        def getattr(self, obj: Any, attribute: str) -> Any:
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if (
                isinstance(obj, dict)
                and isinstance(argument, str)
                and argument not in obj
            ):
                hint = f"there is no {shown(argument)}{did_you_mean(argument, obj)}"
                return self.undefined(hint, obj=obj, name=argument)
            return obj[argument]

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            small = all(
                isinstance(side, int | float) and abs(side) <= LARGEST_NUMBER
                for side in (left, right)
            )
            if operator == "**" or not small:
                raise SecurityError(f"{operator} is not allowed here")
            return super().call_binop(context, operator, left, right)

    environment = Bounded(undefined=StrictUndefined, autoescape=False, optimized=False)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS} | {
        "join": _join,
        "round": _round,
    }
    return environment
