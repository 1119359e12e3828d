"""A problem inside of one document, before its place in the file is known."""

from dataclasses import dataclass

from reconciler.model.address import Address

DocumentPath = tuple[str | int, ...]
"""The way to a value in a document: keys, and positions in lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads to the value, or to the key itself when the key is the problem (then
    it ends with it twice).

    `about` is what a dangling reference names.
    """

    rule: str
    message: str
    path: DocumentPath = ()
    about: Address | None = None
