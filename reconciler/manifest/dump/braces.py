"""Texts of a shop that look like expressions, and expressions that a manifest holds."""

import re
from typing import Any

_OPENING = re.compile(r"\{[{%]")
_LITERAL = re.compile(r"\{\{\s*('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*\}\}")
"""An expression that is nothing but a text, and depends on no variable."""


def escaped(value: Any) -> Any:
    """The value so that a manifest that holds it renders to it: two braces that are meant
    as text are written as an expression.
    """
    if isinstance(value, dict):
        return {key: escaped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [escaped(inner) for inner in value]
    return _escaped_text(value) if isinstance(value, str) else value


def _escaped_text(text: str) -> str:
    if not _OPENING.search(text):
        return text
    if _OPENING.sub("", text).strip() == "":
        # Blanks around a single expression are no part of the value.
        return f"{{{{ {_literal(text)} }}}}"
    return _OPENING.sub(lambda found: f"{{{{ '{found[0]}' }}}}", text)


def _literal(text: str) -> str:
    lines = text.replace("\n", "\\n").replace("\r", "\\r")
    return f"'{lines}'"


def is_expression(text: object) -> bool:
    """Whether what is written depends on an expression, and not on escaped braces
    alone.
    """
    return isinstance(text, str) and "{{" in _LITERAL.sub("", text)
