"""Jinja expressions inside of values: sandboxed, strict, bounded, and blind to everything that is not allow-listed.

A value that is one expression and nothing else keeps the expression's type, so `required: "{{ vars.strict }}"` can be
a flag; anything else renders to text. The one importer of jinja2, and only when a manifest holds an expression.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_TEMPLATE = 10_000
LONGEST_RESULT = 100_000
LARGEST_NUMBER = 10**9
FILTERS: tuple[str, ...] = (
    "abs",
    "capitalize",
    "d",
    "default",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "lower",
)
FILTERS += ("round", "string", "title", "trim", "upper")
_ONE_EXPRESSION = re.compile(r"\{\{((?:(?!\}\}|\{\{|\{%|\{#).)*)\}\}", re.DOTALL)


class TemplateProblem(Exception):
    """The expression cannot be rendered."""


class Renderer:
    """Renders values with `vars` and the allowed environment variables, and nothing else."""

    def __init__(self, variables: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._context = {"vars": dict(variables), "env": dict(environment)}
        self._jinja: SandboxedEnvironment | None = None

    def render(self, value: Any) -> Any:
        """`value` with the expressions in it evaluated. Raises TemplateProblem."""
        if not isinstance(value, str) or "{{" not in value:
            return value
        if len(value) > LONGEST_TEMPLATE:
            raise TemplateProblem(f"an expression is longer than {LONGEST_TEMPLATE:,} characters")
        if "{%" in value:
            raise TemplateProblem("only expressions in {{ }} are allowed, no statements")
        return self._evaluated(value)

    def _evaluated(self, text: str) -> Any:
        from jinja2 import TemplateError

        self._jinja = self._jinja or _environment()
        alone = _ONE_EXPRESSION.fullmatch(text.strip())
        try:
            if alone:
                compiled = self._jinja.compile_expression(alone[1], undefined_to_none=False)
                return _plain(compiled(**self._context))
            return _plain(self._jinja.from_string(text).render(**self._context))
        except TemplateError as broken:
            raise TemplateProblem(f"the expression cannot be rendered: {broken.message}") from None
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as broken:
            raise TemplateProblem(f"the expression cannot be rendered: {broken}") from None


def _plain(result: Any) -> Any:
    """Text within bounds, or a plain value; an undefined one raises here and says its name."""
    if result is None or isinstance(result, bool | int | float | list | dict):
        return result
    text = str(result)
    if len(text) > LONGEST_RESULT:
        raise TemplateProblem(f"an expression renders to more than {LONGEST_RESULT:,} characters")
    return text


def _environment() -> "SandboxedEnvironment":
    """No callables, no globals, a short list of filters: what is left grows no faster than the template is long."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Bounded(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def is_safe_callable(self, obj: Any) -> bool:
            return False

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            small = all(isinstance(side, int | float) and abs(side) <= LARGEST_NUMBER for side in (left, right))
            if operator == "**" or not small:
                raise SecurityError(f"{operator} is not allowed here")
            return super().call_binop(context, operator, left, right)

    environment = Bounded(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment
