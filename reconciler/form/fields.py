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

from reconciler.model.change import FieldChange, Op

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
    # 0.1 s to import, and nothing to pay when nothing differs.
    from deepdiff import DeepDiff

    tree = DeepDiff(
        old,
        new,
        view="tree",
        ignore_private_variables=False,
        threshold_to_diff_deeper=0,
        custom_operators=[_WholeLists()],
    )
    found = {
        _path(level.path(output_format="list"), depths)
        for levels in tree.values()
        for level in levels
    }
    places = {path: place for place, path in enumerate(_paths(new))}
    ordered = sorted(found, key=lambda path: (places.get(path, len(places)), path))
    return tuple(_change(path, _at(old, path), _at(new, path)) for path in ordered)


def patched(form: Form, changes: Iterable[FieldChange]) -> dict[str, Any]:
    """`form` with the changes made: the way back from `field_changes`."""
    result: dict[str, Any] = deepcopy(dict(form))
    for change in changes:
        *way, last = change.path
        place = result
        for key in way:
            place = place.setdefault(key, {})
        if change.op == "removed":
            place.pop(last, None)
        else:
            place[last] = deepcopy(change.new)
    return result


class _WholeLists:
    """An operator for deepdiff: lists are compared as one value."""

    def match(self, level: Any) -> bool:
        return isinstance(level.t1, list) and isinstance(level.t2, list)

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
    if type(old) is not type(new) or (
        isinstance(old, Mapping | list) and len(old) != len(new)
    ):
        return False
    if isinstance(old, Mapping):
        return all(
            key in new and _identical(value, new[key]) for key, value in old.items()
        )
    return all(map(_identical, old, new)) if isinstance(old, list) else bool(old == new)


def _path(keys: list[Any], depths: Mapping[str, int]) -> Path:
    """The way to the attribute, whatever differs inside of its value."""
    return tuple(keys[: depths.get(keys[0], 1)])


def _paths(form: Any, path: Path = ()) -> Iterator[Path]:
    """Every way that leads somewhere, in the order of the form."""
    yield path
    if isinstance(form, Mapping):
        for key, inner in form.items():
            yield from _paths(inner, (*path, key))


def _at(form: Any, path: Path) -> Any:
    for key in path:
        form = form.get(key, _ABSENT) if isinstance(form, Mapping) else _ABSENT
    return form


def _change(path: Path, old: Any, new: Any) -> FieldChange:
    op: Op = "added" if old is _ABSENT else "removed" if new is _ABSENT else "changed"
    return FieldChange(
        path=path,
        op=op,
        old=None if old is _ABSENT else old,
        new=None if new is _ABSENT else new,
    )
