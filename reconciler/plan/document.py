"""Saved plans: written with what they rest on, read back with distrust, and compared
with what is there now.

Nothing in the file is secret and nothing is signed: whoever can write the file can make
a consistent one. The checksum finds what was edited or damaged; the digest that a
reviewer saw (`--digest`) is what ties a plan to a review. Both leave out the two times,
so that equal inputs give equal bytes; the times have to fit each other instead.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.errors import Stale
from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address
from reconciler.model.plan import FORMAT_VERSION, Plan, RestsOn, TargetInfo
from reconciler.plan.seal import VALID_FOR, checksum, digest, stamp

MOST_NAMED = 20
CLOCKS_DIFFER = timedelta(minutes=10)
"""How far the clocks of two machines may be apart."""
_OWN_KEYS = {"format_version", "changes", "checksum", "rests_on"}


def is_plan(text: str) -> bool:
    """Whether the text is meant as a plan, whole or not; a manifest has a kind."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text.lstrip().startswith("{") and '"format_version"' in text[:100]
    return (
        isinstance(document, dict)
        and "kind" not in document
        and not _OWN_KEYS.isdisjoint(document)
    )


def read_plan(text: str, file: str) -> Plan:
    """The plan in a file that is called `file`. Raises Stale for anything but a plan as
    this tool wrote it.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise _edited(file, "it is cut off, or no JSON") from None
    version = raw.get("format_version") if isinstance(raw, dict) else None
    if (
        not isinstance(version, str)
        or version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]
    ):
        raise Stale(
            f"{file} has the format {version!r}, and this version reads {FORMAT_VERSION}: plan again.",
            reason="format",
        )
    try:
        plan = Plan.read(raw)
    except (ValueError, RecursionError) as wrong:
        raise _edited(file, f"{wrong} is not as it was written") from None
    if unknown := sorted(a.kind for a in _addresses(plan) if a.kind not in KINDS):
        raise _edited(file, f"this version knows no kind {unknown[0]!r}")
    document = plan.document()
    wrong_at = next(_differing(document, raw), None)
    if wrong_at is not None:
        raise _edited(file, f"{wrong_at} is not as it was written")
    fits = plan.checksum == checksum(document) and plan.digest == digest(document)
    if not fits or not _times_fit(plan):
        raise _edited(file, "its checksum, digest or times do not fit what it says")
    return plan


def check_fits(
    plan: Plan, target: TargetInfo, now: datetime, digest_seen: str | None
) -> None:
    """Raises Stale when the plan is for another shop or key, too old, or not the one
    that was reviewed.
    """
    if digest_seen is not None and digest_seen != plan.digest:
        raise Stale(
            f"The plan's digest is {plan.digest}, and the one that was reviewed is {digest_seen}. Nothing was sent.",
            reason="digest",
        )
    if (plan.target.name, plan.target.base_url) != (target.name, target.base_url):
        raise Stale(
            f"The plan was made for {plan.target.name} ({plan.target.base_url}), and the target is {target.name} "
            f"({target.base_url}). Nothing was sent.",
            reason="target",
        )
    if plan.target.key_fingerprint != target.key_fingerprint:
        raise Stale(
            f"The plan was made with another key for {target.name}. Nothing was sent. Plan again.",
            reason="key",
        )
    if now < _moment(plan.created_at) - CLOCKS_DIFFER:
        raise Stale(
            f"The plan says that it was made at {plan.created_at}, which is yet to come.",
            reason="expired",
        )
    if now > _moment(plan.expires_at):
        raise Stale(
            f"The plan expired at {plan.expires_at}. Nothing was sent. Plan again.",
            reason="expired",
        )


def check_unmoved(plan: Plan, again: Plan) -> None:
    """Raises Stale when what the plan rests on is not what it was; `again` is the same
    plan made now.
    """
    moved = list(_movements(plan, again))
    if moved:
        count = "1 thing has" if len(moved) == 1 else f"{len(moved)} things have"
        more = (
            f"; and {len(moved) - MOST_NAMED} more" if len(moved) > MOST_NAMED else ""
        )
        raise Stale(
            f"Since the plan was made, {count} moved: {'; '.join(moved[:MOST_NAMED])}{more}. "
            "Nothing was sent. Plan again.",
            reason="moved",
        )


def _movements(plan: Plan, again: Plan) -> Iterator[str]:
    gone = RestsOn(manifest=None, live=None)
    named = set()
    for address in sorted({*plan.rests_on, *again.rests_on}):
        before, after = (
            plan.rests_on.get(address, gone),
            again.rests_on.get(address, gone),
        )
        manifest = _movement(before.manifest, after.manifest)
        live = _movement(before.live, after.live)
        if manifest:
            yield f"the manifest of {address} {manifest}"
        if live:
            yield f"{address} {live} in the shop"
        named |= {address} if manifest or live else set()
    for address in sorted(_differing_items(plan, again) - named):
        yield f"what has to be done for {address} is something else now"


def _movement(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    return "is new" if before is None else "is gone" if after is None else "has changed"


def _differing_items(plan: Plan, again: Plan) -> set[Address]:
    """Addresses of changes and blocked items that are not the same in both."""
    before, after = ([*each.changes, *each.blocked] for each in (plan, again))
    return {item.address for item in before if item not in after} | {
        i.address for i in after if i not in before
    }


def _differing(document: Any, raw: Any, place: str = "") -> Iterator[str]:
    """Where the file does not hold what the plan in it says; what the file has besides
    is ignored.
    """
    if isinstance(document, Mapping) and isinstance(raw, Mapping):
        for key, value in document.items():
            here = f"{place}.{key}" if place else str(key)
            if key in raw:
                yield from _differing(value, raw[key], here)
            else:
                yield here
    elif (
        isinstance(document, list)
        and isinstance(raw, list)
        and len(document) == len(raw)
    ):
        for index, value in enumerate(document):
            yield from _differing(value, raw[index], f"{place}[{index}]")
    elif type(document) is not type(raw) or document != raw:
        yield place


def _times_fit(plan: Plan) -> bool:
    try:
        return plan.expires_at == stamp(_moment(plan.created_at) + VALID_FOR)
    except (ValueError, OverflowError):
        return False


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _addresses(plan: Plan) -> Iterator[Address]:
    for change in plan.changes:
        yield change.address
        yield from change.depends_on
    for item in plan.blocked:
        yield item.address
    yield from (*plan.unchanged, *plan.unmanaged, *plan.rests_on)


def _edited(file: str, why: str) -> Stale:
    return Stale(
        f"{file} is not the plan that was saved: {why}. Nothing was sent. Plan again.",
        reason="edited",
    )
