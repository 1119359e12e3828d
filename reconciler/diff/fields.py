"""The differences between two canonical forms, as field changes. The one importer of deepdiff.

deepdiff has habits that are wrong here and are switched off or worked around: it ignores keys that begin with
two underscores, it descends into lists (a list is one value here), and it reports in no stable order.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from reconciler.model.change import FieldChange, Op

Form = Mapping[str, Any]

_OPS: dict[str, Op] = {
    "dictionary_item_added": "added",
    "dictionary_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
    "iterable_item_added": "changed",
    "iterable_item_removed": "changed",
}
_ABSENT = object()


def field_changes(old: Form, new: Form) -> tuple[FieldChange, ...]:
    """What turns `old` into `new`, in the order `new` was written in; what goes away comes last, by name."""
    if old == new:
        return ()
    from deepdiff import DeepDiff  # 0.1 s to import, and nothing to pay when nothing differs

    tree = DeepDiff(old, new, view="tree", ignore_private_variables=False, threshold_to_diff_deeper=0)
    found = {}
    for report, levels in tree.items():
        for level in levels:
            path = _path(level.path(output_format="list"))
            found[path] = FieldChange(
                path=path, op=_OPS[report], old=_plain(_at(old, path)), new=_plain(_at(new, path))
            )
    return tuple(sorted(found.values(), key=lambda change: _position(new, change.path)))


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


def _path(keys: list[Any]) -> tuple[str, ...]:
    """The way to the changed value; a place inside a list stands for the whole list."""
    path = []
    for key in keys:
        if isinstance(key, int):
            break
        path.append(key)
    return tuple(path)


def _at(form: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        form = form.get(key, _ABSENT) if isinstance(form, Mapping) else _ABSENT
    return None if form is _ABSENT else form


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _position(form: Any, path: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    position = []
    for key in path:
        keys = list(form) if isinstance(form, Mapping) else []
        position.append((keys.index(key), "") if key in keys else (len(keys), key))
        form = form.get(key) if isinstance(form, Mapping) else None
    return tuple(position)
