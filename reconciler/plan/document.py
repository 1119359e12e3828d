"""Whether a saved plan may be applied: it has to be as it was written, for this shop
and this key, not too old, the one that was reviewed, and what it rests on has to be as
it was.

Nothing in the file is secret and nothing is signed: whoever can write the file can make
a consistent one. The checksum finds what was edited or damaged; the digest that a
reviewer saw (`--digest`) is what ties a plan to a review. Both are made over all that
the file says, whether this version knows it or not, and leave out the two times, so
that equal inputs give equal bytes; the times have to fit each other instead.

A file of this format version has exactly the keys of this version. One of a later minor
version may have more of them, which are covered by its hashes and otherwise ignored:
what is sent is what this version plans itself, and that has to be what the file says.
Blanks, line breaks, the order of keys and the spelling of letters (`\\u0061`) may be
others, as after a passage through a formatter.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.errors import Stale
from reconciler.form.spelling import in_quotes
from reconciler.form.words import address_words, counted
from reconciler.kinds.registry import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change
from reconciler.model.plan import FORMAT_VERSION, Plan, RestsOn, TargetInfo
from reconciler.plan.seal import PLACES, VALID_FOR, checksum, digest, stamp

MOST_NAMED = 20
"""So many movements are listed; of the others only the number is given."""
CLOCKS_DIFFER = timedelta(minutes=10)
"""How far the clocks of two machines may be apart."""
NOT_MENTIONED = RestsOn(manifest=None, live=None)
_OWN_KEYS = {"format_version", "changes", "checksum", "rests_on"}
_READABLE = re.compile(r"1\.(0|[1-9][0-9]*)")
"""The format versions with the major version of FORMAT_VERSION."""


def is_plan(text: str) -> bool:
    """Whether the text is meant as a plan, whole or not; a manifest has a kind."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        # Cut off or damaged: called a plan, so that the message is about plans.
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
    raw = _parse(text, file)
    _check_format(raw, file)
    try:
        plan = Plan.read(raw)
    except (ValueError, RecursionError) as wrong:
        raise _edited(file, f"{wrong} is not as it was written") from None
    try:
        _check_unedited(plan, raw, file)
    except UnicodeError:
        raise _edited(file, "a letter in it is half a surrogate pair") from None
    except (ValueError, RecursionError):
        raise _edited(file, "a value in it is nested too deeply") from None
    return plan


class _Doubled(ValueError):
    """A key that stands twice in one object: readers do not agree on which counts."""


def _parse(text: str, file: str) -> Any:
    """The plain JSON value. Raises Stale."""
    try:
        return json.loads(text, object_pairs_hook=_object)
    except _Doubled as doubled:
        raise _edited(file, f"the key {doubled} stands twice in it") from None
    except (ValueError, RecursionError):
        raise _edited(file, "it is cut off, or no JSON") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises _Doubled; the keys are compared as they read, not as they are spelled."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Doubled(in_quotes(next(key for key in keys if keys.count(key) > 1)))
    return found


def _check_format(raw: Any, file: str) -> None:
    """Raises Stale unless the document is of a version that can be read here."""
    version = raw.get("format_version") if isinstance(raw, dict) else None
    if isinstance(version, str) and _READABLE.fullmatch(version):
        return
    raise Stale(
        f"{file} has the format {in_quotes(version)}, and this version reads {FORMAT_VERSION}: plan again.",
        reason="format",
    )


def _check_unedited(plan: Plan, raw: Any, file: str) -> None:
    """Raises Stale unless `raw` says what the plan in it says, and fits its hashes."""
    kinds = {address.kind for address in _addresses(plan)}
    if unknown := sorted(kinds - KINDS.keys()):
        raise _edited(file, f"this version knows no kind {in_quotes(unknown[0])}")
    document = plan.document()
    # Pydantic reads "5" as 5 and the like, so a file may hold what was never written.
    wrong_at = next(_differing(document, raw), None)
    if wrong_at is not None:
        raise _edited(file, f"{wrong_at} is not as it was written")
    if plan.format_version == FORMAT_VERSION:
        _check_nothing_added(document, raw, file)
    hashes = (checksum(raw), digest(raw))
    if hashes != (plan.checksum, plan.digest) or not _times_fit(plan):
        raise _edited(file, "its checksum, digest or times do not fit what it says")


def _check_nothing_added(document: Any, raw: Any, file: str) -> None:
    """Raises Stale for a key that this version does not write."""
    added = next(_added(document, raw), None)
    if added is not None:
        raise _edited(file, f"{added} was added")


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
    _check_target(plan.target, target)
    _check_age(plan, now)


def _check_target(planned: TargetInfo, target: TargetInfo) -> None:
    if (planned.name, planned.base_url) != (target.name, target.base_url):
        raise Stale(
            f"The plan was made for {planned.name} ({planned.base_url}), and the target is {target.name} "
            f"({target.base_url}). Nothing was sent.",
            reason="target",
        )
    # Another key may be another shop at the same address.
    if planned.key_fingerprint != target.key_fingerprint:
        raise Stale(
            f"The plan was made with another key for {target.name}. Nothing was sent. Plan again.",
            reason="key",
        )


def _check_age(plan: Plan, now: datetime) -> None:
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
    if not moved:
        return
    verb = "has" if len(moved) == 1 else "have"
    count = f"{counted(len(moved), 'thing')} {verb}"
    named = "; ".join(moved[:MOST_NAMED])
    if len(moved) > MOST_NAMED:
        named += f"; and {len(moved) - MOST_NAMED} more"
    raise Stale(
        f"Since the plan was made, {count} moved: {named}. "
        "Nothing was sent. Plan again.",
        reason="moved",
        moved=moved,
    )


def _movements(plan: Plan, again: Plan) -> Iterator[str]:
    """What differs between the two, as parts of a sentence."""
    named = set()
    for address in sorted({*plan.rests_on, *again.rests_on}):
        for movement in _movements_of(address, plan, again):
            named.add(address)
            yield movement
    # What is left has another cause, such as an acceptance that has ended meanwhile.
    for address in sorted(_differing_items(plan, again) - named):
        yield f"what has to be done for {address_words(address)} is something else now"


def _movements_of(address: Address, plan: Plan, again: Plan) -> Iterator[str]:
    before = plan.rests_on.get(address, NOT_MENTIONED)
    after = again.rests_on.get(address, NOT_MENTIONED)
    name = address_words(address)
    if before.manifest != after.manifest:
        movement = _movement(before.manifest, after.manifest)
        yield f"the manifest of {name} {movement}"
    if before.live != after.live:
        movement = _movement(before.live, after.live)
        yield f"{name} {movement} in the shop"


def _movement(before: str | None, after: str | None) -> str:
    if before is None:
        return "is new"
    if after is None:
        return "is gone"
    return "has changed"


def _differing_items(plan: Plan, again: Plan) -> set[Address]:
    """Addresses of changes and blocked items that are not the same in both."""
    return {address for address, _ in _items(plan) ^ _items(again)}


def _items(plan: Plan) -> set[tuple[Address, str]]:
    """Each change and blocked item, as (address, all that it means). A file that was
    renamed or gained a line changes where a manifest stands, and not what it means.
    """
    # As text, because a set is quick: a plan may hold ten thousand changes.
    return {
        (item.address, json.dumps(_meaning(item), sort_keys=True))
        for item in (*plan.changes, *plan.blocked)
    }


def _meaning(item: Change | Blocked) -> dict[str, Any]:
    return item.model_dump(mode="json", exclude=PLACES)


def _differing(document: Any, raw: Any, place: str = "") -> Iterator[str]:
    """Where the file does not hold what the plan in it says. Both are plain JSON
    values; what the file has besides is not looked at.
    """
    # The type counts: for Python 1, 1.0 and True are equal.
    if type(document) is not type(raw):
        yield place
    elif isinstance(document, dict):
        yield from _differing_keys(document, raw, place)
    elif isinstance(document, list) and len(document) == len(raw):
        for index, value in enumerate(document):
            yield from _differing(value, raw[index], f"{place}[{index}]")
    elif document != raw:
        yield place


def _differing_keys(
    document: Mapping[str, Any], raw: Mapping[str, Any], place: str
) -> Iterator[str]:
    for key, value in document.items():
        here = f"{place}.{key}".removeprefix(".")
        if key in raw:
            yield from _differing(value, raw[key], here)
        else:
            yield here


def _added(document: Any, raw: Any, place: str = "") -> Iterator[str]:
    """The keys that only the file has. Both are alike in everything else."""
    if isinstance(document, dict):
        for key, value in raw.items():
            here = f"{place}.{key}".removeprefix(".")
            if key in document:
                yield from _added(document[key], value, here)
            else:
                yield here
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from _added(value, raw[index], f"{place}[{index}]")


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
