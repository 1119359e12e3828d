"""Short hashes of what a plan rests on: equal as long as nothing that matters has
moved.

A live object counts by its id and everything in it, in the one spelling that values
have: numbers that arrive as text, another order of fields and statuses that pass by
themselves are no movement.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from reconciler.diff.fields import Form
from reconciler.diff.normalize import live_form
from reconciler.diff.scalars import canonical
from reconciler.model.live import LiveOverride, LiveResource
from reconciler.model.state import Manifest

LENGTH = 20
"""Hexadecimal digits; enough that no two states of one object ever look alike."""


def of_live(resource: LiveResource | None) -> str | None:
    """None for what does not live."""
    if resource is None:
        return None
    number = None if isinstance(resource, LiveOverride) else resource.id
    return _hash([number, _canonical(live_form(resource, str))])


def of_manifest(manifest: Manifest) -> str:
    """Of what the manifest says, wherever it stands."""
    return _hash(
        [
            str(manifest.address),
            manifest.resource.model_dump(mode="json", by_alias=True),
        ]
    )


def _canonical(form: Form) -> dict[str, Any]:
    """Defaults and options in one spelling each; listings and single reads differ in
    them (contract §2).
    """
    if "fields" not in form:
        return dict(form)
    return {
        **form,
        "fields": {name: _field(field) for name, field in form["fields"].items()},
    }


def _field(field: Mapping[str, Any]) -> dict[str, Any]:
    options = [canonical(option, "list") for option in field["options"]]
    return {
        **field,
        "default": canonical(field["default"], field["type"]),
        "options": options,
    }


def _hash(value: Any) -> str:
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, default=str).encode()
    ).hexdigest()[:LENGTH]
