"""The expressions of GitHub workflows, as far as ours use them; what is not known is an error, not an empty string."""

import re
from collections.abc import Mapping
from typing import Any

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
TOKEN = re.compile(r"\s*(?:(&&|\|\||==|!=|!|[()])|'([^']*)'|([A-Za-z_][\w-]*(?:\.[\w-]+)*)(?:\(\))?)\s*")
OPERATORS = {"&&": " and ", "||": " or ", "!": " not "}


class Outputs(dict[str, str]):
    """The outputs of a step or job that ran: what it did not write is empty, as on GitHub."""

    def __missing__(self, name: str) -> str:
        return ""


def expanded(value: object, contexts: Mapping[str, Any]) -> str:
    """The text with its expressions replaced."""
    return EXPRESSION.sub(lambda found: _written(evaluated(found[1], contexts)), _written(value))


def condition(text: str | None, contexts: Mapping[str, Any]) -> bool:
    """Whether a step or job runs: a condition that asks for no status means `success() && …`."""
    whole = EXPRESSION.fullmatch(text or "success()")
    asked = whole[1] if whole else text or "success()"
    if not re.search(r"\b(success|failure|cancelled|always)\(\)", asked):
        asked = f"success() && ({asked})"
    return bool(evaluated(asked, contexts))


def evaluated(text: str, contexts: Mapping[str, Any]) -> Any:
    """The value of one expression, by way of Python's own. Raises LookupError and SyntaxError."""
    if not re.fullmatch(f"(?:{TOKEN.pattern})+", text):
        raise SyntaxError(f"not understood: {text}")

    def as_python(token: re.Match[str]) -> str:
        operator, literal, name = token.groups()
        return OPERATORS.get(operator, operator) if operator else repr(literal) if name is None else f"at({name!r})"

    return eval(TOKEN.sub(as_python, text).strip(), {"__builtins__": {}, "at": lambda name: _looked_up(name, contexts)})


def _looked_up(path: str, contexts: Mapping[str, Any]) -> Any:
    value: Any = contexts
    for part in path.split("."):
        try:
            value = value[part]
        except (KeyError, TypeError):
            raise LookupError(f"{path}: there is no {part!r}") from None
    return value


def _written(value: object) -> str:
    """`true`, not `True`, as GitHub writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
