"""The Jinja environment in which a stranger's expression may run.

No callables, no attributes, a short list of filters and small numbers: what is left
grows no faster than the expression is long. Importing this module imports jinja2.
"""

from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reconciler.form.spelling import did_you_mean, shown

LARGEST_NUMBER = 10**9
MOST_DIGITS = 20
FILTERS = (
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
    "string",
    "title",
    "trim",
    "upper",
)


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with everything taken away that manifests do not need."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, longest: int) -> None:
        """`longest` is how many characters `join` may come to."""
        # Jinja's optimizer takes cubic time.
        super().__init__(undefined=StrictUndefined, autoescape=False, optimized=False)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self._longest = longest
        self.filters |= {"join": self._join, "round": _round}

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, dict) and isinstance(argument, str) and argument not in obj:
            hint = f"there is no {shown(argument)}{did_you_mean(argument, obj)}"
            return self.undefined(hint, obj=obj, name=argument)
        return obj[argument]

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not (_is_small(left) and _is_small(right)):
            raise SecurityError(f"{operator} is not allowed here")
        return super().call_binop(context, operator, left, right)

    def _join(self, values: Any, separator: str = "") -> str:
        """Lists only: joining texts by their letters grows without bound when it is
        repeated.
        """
        if not isinstance(values, list | tuple):
            raise TypeError("join needs a list")
        texts = [str(value) for value in values]
        if sum(map(len, texts)) + len(separator) * len(texts) > self._longest:
            raise ValueError(f"join comes to more than {self._longest:,} characters")
        return separator.join(texts)


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER


def _round(value: Any, precision: int = 0) -> Any:
    """Jinja's own can also round up and down, and computes 10 ** precision for it."""
    if abs(precision) > MOST_DIGITS:
        raise ValueError(f"round takes at most {MOST_DIGITS} digits")
    return round(value, precision)
