"""Which breaking changes a manifest accepts, and which of its acceptances do nothing.

An acceptance is for one change, one time, until a day. One that accepts nothing today
could accept something later that nobody has looked at, so there is a warning.
"""

from collections.abc import Iterator
from datetime import date

from reconciler.model.address import Address
from reconciler.model.change import Accepted
from reconciler.model.manifest import Manifest
from reconciler.model.resource import Acceptance


def accepted_of(
    manifest: Manifest, breaks: tuple[str, ...], today: date
) -> tuple[Accepted, ...]:
    """The acceptances of a manifest that hold for what breaks in its change."""
    return tuple(
        Accepted(change=each.change, reason=each.reason, until=str(each.until))
        for each in manifest.resource.accept
        if each.change in breaks and each.until >= today
    )


def useless_acceptances(
    manifest: Manifest, breaks: tuple[str, ...], today: date
) -> Iterator[str]:
    """A warning for every entry that accepts nothing."""
    for each in manifest.resource.accept:
        if each.change not in breaks:
            yield _without_effect(manifest.address, each, breaks)
        elif each.until < today:
            ended = f"the acceptance of {each.change} ended on {each.until}"
            yield f"{manifest.address}: {ended}"


def _without_effect(
    address: Address, entry: Acceptance, breaks: tuple[str, ...]
) -> str:
    warning = f"{address}: nothing breaks at {entry.change}"
    for path in breaks:
        if path.endswith(f".{entry.change}"):
            return f"{warning} – did you mean {path}?"
    if breaks:
        warning += f" (what breaks is {', '.join(breaks)})"
    return f"{warning}, so its acceptance can be removed"
