"""What a manifest has to say of one live resource: all that lives, and where somebody has
written a manifest, in the words of that one wherever they mean the same.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.form.fields import Path
from reconciler.kinds.registry import AnyKind, kind_of
from reconciler.manifest.document import read_document
from reconciler.manifest.dump.braces import escaped
from reconciler.manifest.template import Renderer
from reconciler.model.address import Address
from reconciler.model.letters import as_seen, quoted
from reconciler.model.live import ANOTHER, DELETED, LiveId, LiveResource, Names
from reconciler.model.manifest import Manifest
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.source import Source
from reconciler.rules import RULES

Data = dict[str, Any]
_LOST = {DELETED: "a deleted", ANOTHER: "another"}
_PLACE = re.compile(r"`[^`]*` ")
"""What a message begins with about a place in a file, which nobody has seen."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that no manifest can say as it lives; `path` is empty for all of it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """The data of a manifest as it is to be, and as the one says that is there (None
    without one). `wanted` is None when nothing can be said.
    """

    address: Address
    wanted: Data | None
    before: Data | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_said(self) -> bool:
        """Whether the manifest that is there says all of it."""
        return self.before is not None and self.before == self.wanted


def written_address(live: Address) -> Address:
    """The address as a manifest can say it: without outer blanks and what nobody sees.
    The server's comparison knows none of them either.
    """
    return replace(live, name=as_seen(live.name).strip())


def say_new(address: Address, live: LiveResource, names: Names) -> Said:
    """What a new manifest says; `address` is as the manifest has it."""
    kind = kind_of(address)
    form, left_out = _without_unknown(kind, live, names)
    document = kind.document(address.name, form)
    return _sayable(kind, Said(address, document, None, tuple(left_out)))


def say_again(manifest: Manifest, live: LiveResource, names: Names) -> Said:
    """What the manifest has to say that is there."""
    kind, address = kind_of(manifest.address), manifest.address
    written = kind.form(manifest.resource)
    there, left_out = _without_unknown(kind, live, names)
    found = kind.declared(live, kind.live_form(live, names), written)
    changed = {change.path for change in kind.changes(found, written, names.keeping)}
    changed -= {(kind.key,)}  # a name is changed by a rename, and nobody asked for one
    unknown = list(_unknown(kind, live, names))
    changed = {path for path in changed if not _is_below(path, unknown)}
    wanted = kind.document(address.name, _merged(there, written, changed))
    before = kind.document(address.name, written)
    return _sayable(kind, Said(address, wanted, before, tuple(left_out)))


def _merged(
    there: Any, written: Any, changed: Collection[Path], path: Path = ()
) -> Any:
    """What lives, in the words of the manifest but where it has changed."""
    if path in changed:
        return there
    if not isinstance(there, Mapping) or not isinstance(written, Mapping):
        return written
    merged = {}
    for key in (*there, *(key for key in written if key not in there)):
        way = (*path, key)
        if key not in written:
            merged[key] = there[key]
        elif key in there:
            merged[key] = _merged(there[key], written[key], changed, way)
        elif way not in changed:
            merged[key] = written[key]
    return merged


def _unknown(kind: AnyKind, live: LiveResource, names: Names) -> Iterator[Path]:
    """Where an id is stored that no name stands for."""
    for path, number in kind.points_at(live):
        if not names.knows(number):
            yield path


def _is_below(path: Path, parents: Collection[Path]) -> bool:
    return any(path[: len(parent)] == parent for parent in parents)


def _without_unknown(
    kind: AnyKind, live: LiveResource, names: Names
) -> tuple[Data, list[LeftOut]]:
    """The live form without what points at nothing that has a name."""
    form = kind.live_form(live, names)
    left_out = []
    for path, number in kind.points_at(live):
        if names.knows(number):
            continue
        left_out.append(LeftOut(kind.dotted(path), _why_unknown(number, names)))
        _drop(form, path)
    return form, left_out


def _why_unknown(number: LiveId, names: Names) -> str:
    words = names.of(number)
    for beginning, told in _LOST.items():
        if words.startswith(beginning):
            name = quoted(words.removeprefix(beginning))
            return f"it points at {told} {number.kind} called {name}, and no manifest can name that one"
    return f"it points at {number.kind} {number.number}, which does not live"


def _drop(form: Any, path: Path | DocumentPath) -> None:
    for key in path[:-1]:
        form = form[key]
    if isinstance(form, dict):
        form.pop(path[-1], None)
    else:
        del form[path[-1]]


def _sayable(kind: AnyKind, said: Said) -> Said:
    """The same without what the reader of manifests refuses and no comment silences."""
    while said.wanted is not None and not said.is_said:
        problem = next(_refused(said.wanted), None)
        if problem is None:
            break
        said = _without(kind, said, problem)
    return said


def _refused(document: Data) -> Iterator[Problem]:
    contents = read_document(escaped(document), Source(""), Renderer({}, {}))
    for problem in contents.problems:
        if not RULES[problem.rule].silenceable:
            yield problem


def _without(kind: AnyKind, said: Said, problem: Problem) -> Said:
    """Without the least part that the problem is about; what the manifest says of it
    stays.
    """
    path = kind.left_out(problem.path)
    reason = _PLACE.sub("it ", problem.message, count=1)
    wanted = said.wanted
    assert wanted is not None
    if path == (kind.key,) or not _holds(wanted, path):
        # What is missing now was left out before, for a reason of its own.
        first = said.left_out[-1].reason if said.left_out else reason
        return replace(said, wanted=None, left_out=(LeftOut("", first),))
    left_out = (*said.left_out, LeftOut(_words(kind, wanted, path), reason))
    return replace(said, wanted=_as_before(kind, said, path), left_out=left_out)


def _holds(document: Any, path: DocumentPath) -> bool:
    if not path:
        return False
    for key in path[:-1]:
        document = document[key]
    if isinstance(document, list):
        return isinstance(path[-1], int) and path[-1] < len(document)
    return path[-1] in document


def _words(kind: AnyKind, document: Data, path: DocumentPath) -> str:
    """The path for people: items by their names."""
    words: list[str] = []
    value: Any = document
    for key in path:
        value = value[key]
        named = isinstance(key, int) and isinstance(value, Mapping)
        words.append(str(next(iter(value.values()), key)) if named else str(key))
    return kind.dotted(tuple(words))


def _as_before(kind: AnyKind, said: Said, path: DocumentPath) -> Data:
    """The wanted data, with the part there as the manifest says it, or without it."""
    wanted: Data = _copied(said.wanted)
    old = _same_in(kind, wanted, said.before, path)
    if old is None:
        _drop(wanted, path)
        return wanted
    parent: Any = wanted
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = old
    return wanted


def _same_in(kind: AnyKind, wanted: Any, before: Any, path: DocumentPath) -> Any:
    """What the manifest has in the place of what is wanted there."""
    for key in path:
        wanted = wanted[key]
        if isinstance(before, list) and isinstance(wanted, Mapping):
            own = kind.identity(wanted)
            alike = (each for each in before if kind.identity(each) == own)
            before = next(alike, None)
        elif isinstance(before, Mapping):
            before = before.get(key)
        else:
            return None
    return before


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value
