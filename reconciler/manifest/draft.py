"""What can still be read of a document that is not valid, so that one mistake does not
hide the others: a manifest with a wrong key has its references checked all the same.

What cannot be read is taken out, or replaced by a mark that the checks of every kind
pass over (`model.resource.Unreadable`). A draft is checked, and never planned.
"""

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from reconciler.form.spelling import Vocabulary
from reconciler.kinds.registry import AnyKind
from reconciler.manifest.shape import (
    Errors,
    fields_called,
    keys_at,
    model_at,
    validate,
)
from reconciler.manifest.within import problems_within
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Resource, Unreadable

MOST_MENDED = 200
"""A document with more errors than these is not worth the work."""
ROUNDS = 8
"""How often it is looked at again: behind a mended error another one may come up."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A resource that was read in part. `doubtful` are the paths of what could not be
    read.
    """

    resource: Resource
    doubtful: frozenset[DocumentPath]

    def new_problems(self) -> list[Problem]:
        """What makes no sense in it, but for what an unread value brings about."""
        return without_echoes(problems_within(self.resource), self.doubtful)


def without_echoes(
    problems: Iterable[Problem], unread: Collection[DocumentPath]
) -> list[Problem]:
    """The problems without those that may only follow from a value that could not be
    read: they point at that value, into it, or at something that contains it.
    """
    return [found for found in problems if not _is_about(found.path, unread)]


def _is_about(path: DocumentPath, unread: Collection[DocumentPath]) -> bool:
    for each in unread:
        both = min(len(path), len(each))
        if path[:both] == each[:both]:
            return True
    return False


def draft_of(
    kind: AnyKind, data: Any, nameless: str, broken: Iterable[DocumentPath] = ()
) -> Draft | None:
    """What can be read of the data. `nameless` names it when it has no name that can be
    read, `broken` are paths that cannot be read for another reason. None when too much
    is wrong with it.
    """
    work = _Mending(kind, deepcopy(data), nameless)
    for path in broken:
        work.mend({"type": "broken", "loc": path})
    for _ in range(ROUNDS):
        found = validate(kind, work.data)
        if isinstance(found, Resource):
            return work.draft(found)
        if len(found) > MOST_MENDED or not work.mend_all(found):
            return None
    return None


@dataclass(slots=True)
class _Mending:
    """The data while it is being mended."""

    kind: AnyKind
    data: dict[str, Any]
    nameless: str
    doubtful: set[DocumentPath] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)
    """Keys that only something to be deleted may lack."""

    def draft(self, resource: Resource) -> Draft:
        if self.lacking:
            resource = resource.model_copy(update={"ensure": None})
        taken_out = {str(path[0]) for path in self.doubtful if len(path) == 1}
        unread = taken_out | self.lacking
        return Draft(resource.without_reading(unread), frozenset(self.doubtful))

    def mend_all(self, errors: Errors) -> bool:
        """Whether all of them could be mended."""
        # Each is tried, also behind one that could not be: hence no generator.
        mended = [self.mend(error) for error in errors]
        return all(mended)

    def mend(self, error: dict[str, Any]) -> bool:
        """Takes out or marks what an error is about."""
        path: DocumentPath = tuple(error["loc"])
        if not path:
            return False
        if error["type"] == "needed":
            # Only what is to be deleted may lack it, so that is what it pretends to be.
            self.lacking.add(str(path[0]))
            self.data["ensure"] = "absent"
            return True
        place = self._mapping_or_list(path[:-1])
        if isinstance(place, list):
            return self._mark_item(place, path)
        if isinstance(place, dict):
            is_unknown = error["type"] == "extra_forbidden"
            return self._take_out_or_mark(place, path, is_unknown)
        return False

    def _take_out_or_mark(
        self, place: dict[str, Any], path: DocumentPath, is_unknown: bool
    ) -> bool:
        """A key that has to be there is marked; any other one is taken out."""
        key: Any = path[-1]
        self.doubtful.add(path)
        if is_unknown:
            self._doubt_what_was_meant(place, path)
        elif self._is_required(path):
            return self._mark(place, key, path)
        place.pop(key, None)
        return True

    def _doubt_what_was_meant(self, place: dict[str, Any], path: DocumentPath) -> None:
        """A misspelled key holds what seems to be missing under the right one."""
        known = keys_at(self.kind.model, path[:-1])
        meant = Vocabulary(known).closest(str(path[-1]))
        if meant is not None and meant not in place:
            self.doubtful.add((*path[:-1], meant))

    def _mark_item(self, items: list[Any], path: DocumentPath) -> bool:
        """An item stays in its place, so that the others keep theirs."""
        index = path[-1]
        if not isinstance(index, int) or index >= len(items):
            return False
        self.doubtful.add(path)
        if items[index] == {}:
            return False
        # A mark is right for a list of names. In a list of mappings it is refused, and
        # then an empty one takes its place, whose keys are marked in the next round.
        was_marked = isinstance(items[index], Unreadable)
        items[index] = {} if was_marked else Unreadable("?")
        return True

    def _mark(self, place: dict[str, Any], key: str, path: DocumentPath) -> bool:
        was_marked = isinstance(place.get(key), Unreadable)
        place[key] = Unreadable(self.nameless if path == (self.kind.key,) else "?")
        return not was_marked

    def _is_required(self, path: DocumentPath) -> bool:
        model = model_at(self.kind.model, path[:-1])
        known = fields_called(path[-1], model)
        return any(field.is_required() for field in known)

    def _mapping_or_list(self, path: DocumentPath) -> Any:
        """What `path` leads to; None when it does not lead through the data as written
        (an event's slots may be nested).
        """
        found: Any = self.data
        for part in path:
            if isinstance(found, dict):
                found = found.get(part)
            elif isinstance(found, list) and isinstance(part, int):
                found = found[part] if part < len(found) else None
            else:
                return None
        return found
