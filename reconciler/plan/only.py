"""Which addresses a pattern picks, with everything they refer to."""

from fnmatch import fnmatchcase

from reconciler.errors import WrongUsage
from reconciler.model.address import Address
from reconciler.model.kinds import referred_names
from reconciler.model.state import Desired, Manifest


def matches(address: str, pattern: str) -> bool:
    """True for a shell pattern that fits, and for the address itself: its name may hold
    brackets and stars.
    """
    return address == pattern or fnmatchcase(address, pattern)


def with_dependencies(desired: Desired, pattern: str) -> frozenset[Address]:
    """Raises WrongUsage when the pattern matches no manifest."""
    picked = {
        address for address in desired.manifests if matches(str(address), pattern)
    }
    if not picked:
        raise WrongUsage(
            f"No manifest has an address like {pattern!r}. Addresses read like definition/NAME."
        )
    todo = list(picked)
    while todo:
        for needed in needed_by(desired.manifests[todo.pop()]):
            if needed in desired.manifests and needed not in picked:
                picked.add(needed)
                todo.append(needed)
    return frozenset(picked)


def needed_by(manifest: Manifest) -> list[Address]:
    """The definitions that a manifest refers to; one that is to be deleted needs
    nothing.
    """
    if manifest.absent:
        return []
    return [Address("definition", name) for name in referred_names(manifest.resource)]
