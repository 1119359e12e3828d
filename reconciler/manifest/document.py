"""One document: render its expressions, validate it by kind, and look for what makes no
sense within it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds.registry import KINDS, AnyKind
from reconciler.manifest.draft import draft_of, without_echoes
from reconciler.manifest.shape import (
    MOST_PROBLEMS,
    Errors,
    kind_in,
    nulls_in,
    problems_in,
    validate,
)
from reconciler.manifest.template import Renderer, TemplateProblem
from reconciler.manifest.within import problems_within
from reconciler.model.address import Address
from reconciler.model.manifest import Manifest
from reconciler.model.problem import DocumentPath as Path
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document holds: a manifest, or the part of one that could be read (a
    `draft`), or neither when too much is wrong with it.

    `problems` is everything that is wrong with the document by itself.
    """

    manifest: Manifest | None = None
    draft: Manifest | None = None
    problems: tuple[Problem, ...] = ()


def read_document(data: Any, source: Source, renderer: Renderer) -> Contents:
    """The contents of the document that begins at `source`."""
    rendering = _Rendering(renderer)
    data = rendering.render_document(data)
    broken = rendering.problems
    kind = kind_in(data)
    if isinstance(kind, Problem):
        # An expression that is broken may have been meant to give the kind.
        return Contents(problems=tuple(broken or [kind]))
    broken += nulls_in(rendering.nulls, kind.model)
    found = validate(kind, data)
    if not isinstance(found, Resource):
        return _part_of(kind, data, source, broken, found)
    if broken:
        # The text of an expression passed for a value, and is none; neither is null.
        return _part_of(kind, data, source, broken, [])
    manifest = Manifest(kind.address_of(found), found, source)
    return Contents(manifest=manifest, problems=tuple(problems_within(found)))


def rendered(data: Any, renderer: Renderer) -> Any:
    """The data with every text in it rendered; what cannot be is as it was."""
    return _Rendering(renderer).render(data, ())


def _part_of(
    kind: AnyKind, data: Any, source: Source, broken: list[Problem], errors: Errors
) -> Contents:
    """What can be read in spite of `broken` expressions and `errors` in its shape."""
    unread = [problem.path for problem in broken]
    wrong = without_echoes(problems_in(errors, kind.model), unread)
    problems = (*broken, *wrong)
    draft = draft_of(kind, data, f"(without a name at {source.short})", unread)
    if draft is None:
        return Contents(problems=problems)
    part = Manifest(kind.address_of(draft.resource), draft.resource, source)
    return Contents(draft=part, problems=(*problems, *draft.new_problems()))


@dataclass(frozen=True, slots=True)
class _Rendering:
    """One pass over a document that renders every text in it; expressions that cannot
    be rendered stay as they are, and are among the `problems`. `nulls` are the places
    where nothing was written.
    """

    renderer: Renderer
    problems: list[Problem] = field(default_factory=list)
    nulls: list[Path] = field(default_factory=list)

    def render_document(self, data: Any) -> Any:
        """The document, but for what its kind takes as it is written."""
        if not isinstance(data, dict):
            return self.render(data, ())
        literal = _taken_as_written(data)
        return {
            key: value if key in literal else self.render(value, (key,))
            for key, value in data.items()
        }

    def render(self, value: Any, path: Path) -> Any:
        """The value at `path` with every text in it rendered."""
        if isinstance(value, str):
            return self._render_text(value, path)
        if isinstance(value, dict):
            return {
                key: self.render(inner, (*path, key)) for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.render(item, (*path, i)) for i, item in enumerate(value)]
        if value is None:
            self.nulls.append(path)
        return value

    def _render_text(self, text: str, path: Path) -> Any:
        if len(self.problems) >= MOST_PROBLEMS:
            return text
        try:
            return self.renderer.render(text)
        except TemplateProblem as broken:
            self.problems.append(Problem("template", str(broken), path))
            return text


def _taken_as_written(data: Mapping[str, Any]) -> Collection[str]:
    """The keys with text in them that the kind takes as it stands."""
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return ()
    return [key for key in KINDS[kind].as_written if isinstance(data.get(key), str)]


def addresses_in(data: Any) -> list[Address]:
    """The address that a document describes, if it says so, though it is not valid."""
    kind = kind_in(data)
    if isinstance(kind, Problem) or not isinstance(data.get(kind.key), str):
        return []
    return [Address(kind.name, data[kind.key])]
