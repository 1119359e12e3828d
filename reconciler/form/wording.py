"""The texts of a form: which differences between two forms are only wordings of one text."""

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.form.texts import (
    alteration,
    canonical_text,
    list_alteration,
    same_text,
    unescaped,
)
from reconciler.model.change import FieldChange
from reconciler.model.live import Wording

Path = tuple[str, ...]
IsText = Callable[[Path], bool]


def wording(change: FieldChange, is_text: IsText) -> Wording | None:
    """The change of a text that is none; None for a change."""
    old, new = change.old, change.new
    if change.op != "changed" or not is_text(change.path):
        return None
    told: str | None = None
    if isinstance(old, str) and isinstance(new, str):
        told = "" if same_text(old, new) else alteration(new, old)
    elif isinstance(old, list) and isinstance(new, list):
        told = list_alteration(new, old)
    return None if told is None else Wording(change, told)


def canonical_texts(form: Any, is_text: IsText, path: Path = ()) -> Any:
    """The form with every text in its canonical spelling, and without escapes: some
    shops escape on one of two ways of reading.
    """
    return _map_texts(form, is_text, lambda text: canonical_text(unescaped(text)), path)


def without_escapes(form: Any, is_text: IsText) -> Any:
    """The form with every text as it was before the shop escaped it."""
    return _map_texts(form, is_text, unescaped, ())


def _map_texts(
    form: Any, is_text: IsText, made: Callable[[str], str], path: Path
) -> Any:
    if isinstance(form, Mapping):
        return {
            key: _map_texts(value, is_text, made, (*path, key))
            for key, value in form.items()
        }
    if isinstance(form, str) and is_text(path):
        return made(form)
    return form
