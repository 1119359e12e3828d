"""One document: render its expressions, validate it by kind, and look for what makes no
sense within it.
"""

from typing import Any

from reconciler.manifest.draft import draft_of, without_echoes
from reconciler.manifest.shape import MOST_PROBLEMS, kind_in, problems_in, validated
from reconciler.manifest.template import Renderer, TemplateProblem
from reconciler.manifest.within import problems_within
from reconciler.model.address import Address
from reconciler.model.manifest import Manifest
from reconciler.model.problem import DocumentPath as Path
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource
from reconciler.model.source import Source


def rendered(
    data: Any, renderer: Renderer, path: Path = ()
) -> tuple[Any, list[Problem]]:
    """The data with every scalar rendered, and the expressions that could not be."""
    problems: list[Problem] = []

    def walk(value: Any, path: Path) -> Any:
        if isinstance(value, str) and len(problems) < MOST_PROBLEMS:
            try:
                return renderer.render(value)
            except TemplateProblem as broken:
                problems.append(Problem("template", str(broken), path))
                return value
        if isinstance(value, dict):
            return {key: walk(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, (*path, i)) for i, inner in enumerate(value)]
        return value

    return walk(data, path), problems


def read_document(
    data: Any, source: Source, renderer: Renderer
) -> tuple[Manifest | None, Manifest | None, list[Problem]]:
    """The manifest in a document, or the part of one that could be read when it is not
    valid, and everything that is wrong with it by itself. Neither when too much is.
    """
    data, broken = rendered(data, renderer)
    kind = kind_in(data)
    if isinstance(kind, Problem):
        return None, None, broken or [kind]
    found = validated(kind, data)
    if isinstance(found, Resource) and not broken:
        manifest = Manifest(kind.address_of(found), found, source)
        return manifest, None, list(problems_within(found))
    unread = [problem.path for problem in broken]
    errors = [] if isinstance(found, Resource) else found
    problems = broken + without_echoes(problems_in(errors, kind.model), unread)
    draft = draft_of(kind, data, f"(without a name at {source.short})", unread)
    if draft is None:
        return None, None, problems
    part = Manifest(kind.address_of(draft.resource), draft.resource, source)
    return None, part, [*problems, *draft.new_problems()]


def described(data: Any) -> list[Address]:
    """The address that a document describes, if it says so, though it is not valid."""
    kind = kind_in(data)
    if isinstance(kind, Problem) or not isinstance(data.get(kind.key), str):
        return []
    return [Address(kind.name, data[kind.key])]
