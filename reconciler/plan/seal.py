"""The two hashes of a plan, its digest and its checksum, and how its times are written.

The digest is what a reviewer sees: it is the same for two plans that would do the same
to the same shop, from wherever their manifests were read. The checksum covers the whole
document and finds what was edited or damaged in a file. Both leave out the two times, so
that equal inputs give equal bytes.

Both cover keys that this version does not know. So a later minor version of the format
may add a key, and may not leave it out of either.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from reconciler.model.plan import Plan

VALID_FOR = timedelta(hours=24)
TIMES = {"created_at", "expires_at"}
PLACES = {"source", "used_by"}
"""Where a manifest stands, and where what is used: keys of changes and of blocked
differences.
"""
UNDIGESTED = {
    *TIMES,
    "tool",
    "git",
    "live",
    "asked",
    "rests_on",
    "edits",
    "refused",
    "digest",
    "exit",
    "checksum",
}
"""The keys that may differ between two runs that plan the same."""
UNCHECKED = {"checksum", *TIMES}


def digest(document: Mapping[str, Any]) -> str:
    """Of a plan document: the same for two plans that would do the same to the same
    shop.
    """
    content = _without(UNDIGESTED, document)
    for items in ("changes", "blocked"):
        content[items] = [_without(PLACES, item) for item in document[items]]
    return _hash(json.dumps(content, sort_keys=True, ensure_ascii=False))


def checksum(document: Mapping[str, Any]) -> str:
    """Of a plan document: over everything but the times and itself."""
    content = _without(UNCHECKED, document)
    return _hash(json.dumps(content, sort_keys=True, ensure_ascii=True))


def _without(keys: set[str], document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in keys}


def sealed(plan: Plan, *, with_checksum: bool) -> Plan:
    """The plan with its hashes, which have to be the last things that are made."""
    document = plan.document()
    hashes = {"digest": digest(document)}
    # The checksum covers the digest, so it is made after it.
    if with_checksum:
        hashes["checksum"] = checksum({**document, **hashes})
    return plan.model_copy(update=hashes)


def stamp(moment: datetime) -> str:
    """The time as documents show it: UTC, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _hash(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
