"""A problem inside of one document, before its place in the file is known."""

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.source import Source

DocumentPath = tuple[str | int, ...]
"""The way to a value in a document: keys, and positions in lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads to the value that is wrong. When a key itself is wrong (one that is
    unknown, say), its path is that of its value with the key once more at the end:
    `("fields", 0, "typ", "typ")`.

    `about` is what a dangling reference names, `elsewhere` another place, with which the
    message ends.
    """

    rule: str
    message: str
    path: DocumentPath = ()
    about: Address | None = None
    elsewhere: Source | None = None
