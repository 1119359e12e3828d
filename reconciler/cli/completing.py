"""What a shell offers behind TAB: the targets of the settings, the addresses of the
manifests, and the rules.

Nobody reads a message there, so whatever is wrong with the files, nothing is offered.
"""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.model.address import Address


def complete_target(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The names of targets."""
    from reconciler.cli.options import default_path
    from reconciler.manifest.settings import BUILT_IN
    from reconciler.manifest.settings_file import load_settings

    try:
        known = load_settings(default_path()).targets
    except (ReconcilerError, OSError):
        known = {}
    return _beginning_with(incomplete, {*known, *BUILT_IN})


def complete_explained(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The ids of rules, and kinds with their keys."""
    from reconciler.kinds.explained import all_keys
    from reconciler.kinds.registry import KINDS
    from reconciler.rules import RULES

    keys = all_keys() if "." in incomplete else ()
    return _beginning_with(incomplete, {*RULES, *KINDS, *keys})


def complete_address(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The addresses of the manifests."""
    return _beginning_with(incomplete, map(str, _addresses(context)))


def complete_definition(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The names of definitions."""
    return _names_of("definition", context, incomplete)


def complete_event(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The code names of events."""
    return _names_of("event", context, incomplete)


def complete_template(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """The names of templates."""
    return _names_of("template", context, incomplete)


def _names_of(kind: str, context: click.Context, incomplete: str) -> list[str]:
    names = (each.name for each in _addresses(context) if each.kind == kind)
    return _beginning_with(incomplete, names)


def _addresses(context: click.Context) -> "Iterator[Address]":
    """Of the manifests in the paths that are typed already, or in the usual place."""
    import reconciler
    from reconciler.cli.options import default_path
    from reconciler.manifest.settings_file import load_settings

    paths = context.params.get("paths") or (default_path(),)
    try:
        target = load_settings(paths[0]).target(None, {})
        resolved = reconciler.load(paths, target, dict(os.environ))
    except (ReconcilerError, OSError):
        return
    yield from resolved.desired.manifests


def _beginning_with(incomplete: str, values: Iterable[str]) -> list[str]:
    return sorted(value for value in values if value.startswith(incomplete))
