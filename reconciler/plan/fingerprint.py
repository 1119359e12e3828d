"""Short hashes that say whether a manifest, or a live resource, is what it was: they are
equal as long as nothing that matters has changed.

A live resource counts by its id and everything in it, in canonical form: numbers that
arrive as text, another order of fields and statuses that pass by themselves change
nothing.
"""

import hashlib
import json
from typing import Any

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.live import LiveId, LiveResource, Names
from reconciler.model.manifest import Manifest

LENGTH = 20
"""Hexadecimal digits; enough that no two states of one object ever look alike."""


class _Numbers(Names):
    """Ids as they are: what a reference is called does not matter here."""

    def of(self, found: LiveId) -> str:
        return str(found.number)


def of_live(address: Address, resource: LiveResource | None) -> str | None:
    """None for what does not live."""
    if resource is None:
        return None
    kind = kind_of(address)
    form = kind.live_form(resource, _Numbers())
    return _hash([resource.id, kind.canonical(form)])


def of_manifest(manifest: Manifest) -> str:
    """Of what the manifest says, wherever it stands."""
    said = manifest.resource.model_dump(mode="json", by_alias=True)
    return _hash([str(manifest.address), said])


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
