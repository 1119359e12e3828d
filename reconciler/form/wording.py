"""The texts of a form: which differences between two forms are only wordings of one text."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.form.texts import (
    alteration,
    alteration_for_good,
    canonical_text,
    is_wording,
    list_alteration,
    same_text,
    shortening,
    unescaped,
)
from reconciler.model.change import FieldChange
from reconciler.model.live import Keeping, Wording

Path = tuple[str, ...]
IsText = Callable[[Path], bool]


ONE_TEXT = (
    "the shop shows one text and not one for each language: if it stores no more, write "
    "that one in the manifest, or this is planned again"
)


def wording(
    change: FieldChange, keeping: Keeping, *, is_frozen: bool
) -> Wording | None:
    """The change of a text that is none; None for a change. One that `is_frozen` can
    never be changed.
    """
    old, new = change.old, change.new
    if change.op != "changed":
        return None
    altered = alteration_for_good if is_frozen else alteration
    told: str | None = None
    if isinstance(old, str) and isinstance(new, str):
        told = "" if same_text(old, new) else altered(new, old, keeping)
    elif isinstance(old, list) and isinstance(new, list):
        told = list_alteration(new, old, keeping, altered)
    return None if told is None else Wording(change, told)


def told_of_sent(change: FieldChange, before: object) -> str | None:
    """What is told of texts that were just sent and of which only a part was stored: the
    beginning, or one language. `before` is what was there.

    In a plan neither is known: a text that lives may never have been sent in languages.
    """
    stored, wanted = change.old, change.new
    if not isinstance(stored, str):
        return None
    if isinstance(wanted, str):
        was = before if isinstance(before, str) else None
        return shortening(wanted, stored, was)
    if isinstance(wanted, Mapping):
        is_one = any(_is_stored_text(each, stored) for each in wanted.values())
        return ONE_TEXT if is_one else None
    return None


def _is_stored_text(wanted: object, stored: str) -> bool:
    if not isinstance(wanted, str):
        return False
    return is_wording(wanted, stored) or shortening(wanted, stored) is not None


def canonical_texts(form: Any, is_text: IsText, path: Path = ()) -> Any:
    """The form with every text in its canonical spelling, and without escapes: some
    shops escape on one of two ways of reading.
    """
    return _map_texts(form, is_text, lambda text: canonical_text(unescaped(text)), path)


def texts_in(form: Any, is_text: IsText, path: Path = ()) -> Iterator[str]:
    """All texts of a form."""
    if isinstance(form, Mapping):
        for key, value in form.items():
            yield from texts_in(value, is_text, (*path, key))
    elif is_text(path):
        values = form if isinstance(form, list | tuple) else (form,)
        yield from (each for each in values if isinstance(each, str))


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
