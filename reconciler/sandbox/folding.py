"""Name comparison as the server's database does it (MySQL collation), contract §3.1."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Drop case and accents: two texts with equal folds match in filters."""
    if text.isascii():
        return text.lower()
    return "".join(
        c
        for c in unicodedata.normalize("NFD", text.casefold())
        if not unicodedata.combining(c)
    ).casefold()


def name_key(name: str) -> str:
    """Give the key under which names are unique: folded, trailing blanks ignored,
    leading blanks significant.
    """
    return fold(name).rstrip(" ")


def fold_value(value: object) -> str | None:
    """Fold a database value of any type; registered as the SQL function ``fold``."""
    return None if value is None else fold(str(value))
