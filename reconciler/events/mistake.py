"""One thing that is wrong in a payload, before its place in a file is known."""

from dataclasses import dataclass

from reconciler.form.json_values import Path


@dataclass(frozen=True, slots=True)
class Mistake:
    """`path` leads to the value that is wrong, or to its key (`is_key`). `field` is the
    dotted path of the property that it is about, below the event type; empty when it is
    about none.
    """

    rule: str
    message: str
    path: Path = ()
    is_key: bool = False
    field: str = ""
