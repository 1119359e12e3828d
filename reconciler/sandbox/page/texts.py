"""Texts of a length that can be read."""

from __future__ import annotations

from reconciler.sandbox.dashboard.variables import printed

LONGEST = 300


def cut(value: object, longest: int = LONGEST) -> str:
    """A value as text of a length that can be read."""
    text = printed(value)
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text)} characters)"
