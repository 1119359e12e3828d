"""The folder that is pulled into, as it is and as it would be."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reconciler.errors import InvalidManifests
from reconciler.kinds.registry import kind_of
from reconciler.manifest.load import load
from reconciler.manifest.resolve import Resolved, resolve
from reconciler.manifest.template import Renderer
from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.source import Finding

NO_MANIFESTS = "no-manifests"


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that is pulled into: what its manifests say, which nothing is wrong
    with, and what renders them.
    """

    path: str
    existing: Resolved
    renderer: Renderer
    today: date

    def read(self, texts: Mapping[str, str]) -> Resolved:
        """The folder as if some of its files had these texts."""
        paths = [self.path] if os.path.isdir(self.path) else []
        return resolve(load(paths, self.renderer, texts), self.today)


MoreFiles = Callable[[Folder, Live], Mapping[str, tuple[Address, str]]]
"""Makes new files of a shop that was read: their addresses and texts, by path."""


def read_folder(path: str, renderer: Renderer, today: date) -> Folder:
    """The folder, which need not be there. Raises InvalidManifests for what cannot be
    edited because it cannot be read; what nothing describes yet may come from the shop.
    """
    nothing = Resolved(Desired({}), (), ())
    folder = Folder(path, nothing, renderer, today)
    existing = folder.read({})
    errors = [each for each in existing.findings if is_error(each)]
    if errors:
        raise InvalidManifests(errors)
    return Folder(path, existing, renderer, today)


def is_error(finding: Finding) -> bool:
    """Whether it has to be mended: a folder without any manifests is a beginning."""
    return finding.severity == "error" and finding.rule != NO_MANIFESTS


def of_what_was_read(resolved: Resolved, live: Live) -> Resolved:
    """Without the manifests of kinds that were not read: nothing is known of those."""
    manifests = {
        address: manifest
        for address, manifest in resolved.desired.manifests.items()
        if not kind_of(address).lives or live.was_read(address.kind)
    }
    return replace(resolved, desired=Desired(manifests))
