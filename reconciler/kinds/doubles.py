"""Names that stand in one list twice; the server compares them without case and accents."""

from collections.abc import Iterator, Sequence

from reconciler.form.spelling import form_note, shown
from reconciler.model.address import fold
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Unreadable


def doubles(
    names: Sequence[str], path: DocumentPath, key: str = "name"
) -> Iterator[Problem]:
    """A problem for each name that stands there before; `path` leads to the list, `key`
    to the name in its items.
    """
    seen: dict[str, str] = {}
    for index, name in enumerate(names):
        if isinstance(name, Unreadable):
            continue  # what could not be read is a finding already
        first = seen.get(fold(name))
        if first is not None:
            again = form_note(name, first) or f" (as {shown(first)})"
            message = f"{shown(name)} stands here twice{again}"
            yield Problem("duplicate-field", message, (*path, index, key))
        seen.setdefault(fold(name), name)
