"""One thing that is wrong in a payload, before its place in a file is known."""

from dataclasses import dataclass

from reconciler.form.json_values import Path

Property = tuple[str, str]
"""The slot and the name of a property."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """`path` leads to the value that is wrong, or to its key (`is_key`). `about` is the
    property that it is about, by its slot and its name; None when it is about none.
    """

    rule: str
    message: str
    path: Path = ()
    is_key: bool = False
    about: Property | None = None
