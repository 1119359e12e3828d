"""The differences between two canonical forms, as field changes. The one importer of
deepdiff.

deepdiff has habits that are wrong here and are switched off or worked around: it
ignores keys that begin with two underscores, it takes 1 and True for one in a list, it
descends into lists and JSON (each is one value here), and it reports in no stable
order. So it is only asked where something differs; what differs is read from the forms.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from reconciler.model.change import FieldChange

Form = Mapping[str, Any]
Path = tuple[str, ...]

_ABSENT = object()


def field_changes(
    old: Form, new: Form, depths: Mapping[str, int]
) -> tuple[FieldChange, ...]:
    """What turns `old` into `new`, in the order `new` was written in; what goes away
    comes last, by name.

    `depths` says how many keys lead to a single attribute, by the first of them; one
    does for all that is not in it. Whatever lies deeper is part of the value.
    """
    if _identical(old, new):
        return ()
    found = set(_differing_paths(old, new, depths))
    places = {path: place for place, path in enumerate(_paths(new))}
    last = len(places)
    ordered = sorted(found, key=lambda path: (places.get(path, last), path))
    return tuple(_change(path, _at(old, path), _at(new, path)) for path in ordered)


def _differing_paths(old: Form, new: Form, depths: Mapping[str, int]) -> Iterator[Path]:
    """The way to every attribute that differs; some come more than once."""
    # 0.1 s to import, and nothing to pay when nothing differs.
    from deepdiff import DeepDiff

    tree = DeepDiff(
        old,
        new,
        view="tree",
        # Else a field that is called __name would never differ.
        ignore_private_variables=False,
        # Else two mappings with few keys in common are reported as one difference.
        threshold_to_diff_deeper=0,
        custom_operators=[_Whole()],
    )
    for levels in tree.values():
        for level in levels:
            keys = level.path(output_format="list")
            # Whatever differs inside of a value, the value differs.
            yield tuple(keys[: depths.get(keys[0], 1)])


def patched(form: Form, changes: Iterable[FieldChange]) -> dict[str, Any]:
    """`form` with the changes made: the way back from `field_changes`."""
    result: dict[str, Any] = deepcopy(dict(form))
    for change in changes:
        *parents, last = change.path
        place = result
        for key in parents:
            place = place.setdefault(key, {})
        if change.op == "removed":
            place.pop(last, None)
        else:
            place[last] = deepcopy(change.new)
    return result


class _Whole:
    """An operator for deepdiff: lists are compared as one value, and what is identical
    is not looked into.
    """

    def match(self, level: Any) -> bool:
        are_lists = isinstance(level.t1, list) and isinstance(level.t2, list)
        return are_lists or _identical(level.t1, level.t2)

    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        if not _identical(level.t1, level.t2):
            diff_instance.custom_report_result("values_changed", level)
        return True


def _identical(old: Any, new: Any) -> bool:
    """Equal with all types: for Python 1, 1.0 and True are equal, for JSON they are
    not.
    """
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, Mapping):
        return old.keys() == new.keys() and all(
            _identical(value, new[key]) for key, value in old.items()
        )
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_identical, old, new))
    return bool(old == new)


def _paths(form: Any, path: Path = ()) -> Iterator[Path]:
    """The path of everything in the form, in its order."""
    yield path
    if isinstance(form, Mapping):
        for key, inner in form.items():
            yield from _paths(inner, (*path, key))


def holds(form: Form, path: Path) -> bool:
    """Whether the form has something at that path."""
    return _at(form, path) is not _ABSENT


def same_at(path: Path, old: Form, new: Form) -> bool:
    """Whether both forms have the same there, or neither has anything."""
    return _identical(_at(old, path), _at(new, path))


def text_at(form: Form, path: Path) -> str | None:
    """The text at that path, if one is there."""
    found = _at(form, path)
    return found if isinstance(found, str) else None


def _at(form: Any, path: Path) -> Any:
    for key in path:
        if not isinstance(form, Mapping) or key not in form:
            return _ABSENT
        form = form[key]
    return form


def _change(path: Path, old: Any, new: Any) -> FieldChange:
    if old is _ABSENT:
        return FieldChange(path=path, op="added", new=new)
    if new is _ABSENT:
        return FieldChange(path=path, op="removed", old=old)
    return FieldChange(path=path, op="changed", old=old, new=new)
