"""Which addresses `--only` picks: those that fit its pattern, and all they refer to."""

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from reconciler.errors import WrongUsage
from reconciler.form.spelling import Vocabulary, did_you_mean, in_quotes
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address, fold
from reconciler.model.manifest import Desired, Manifest

MOST_LETTERS_APART = 2


def matches(address: str, pattern: str) -> bool:
    """True for a shell pattern that fits, and for the address itself: its name may hold
    brackets and stars.
    """
    return address == pattern or fnmatchcase(address, pattern)


def can_name(pattern: str, kind: str) -> bool:
    """Whether the pattern can fit an address of that kind."""
    kinds, slash, _ = pattern.partition("/")
    # A pattern without a slash fits addresses of any kind: its stars cross the slash.
    return not slash or matches(kind, kinds)


def with_dependencies(desired: Desired, pattern: str) -> frozenset[Address]:
    """The addresses that the pattern picks, and those that they refer to. Raises
    WrongUsage when it matches no manifest.
    """
    picked = {a for a in desired.manifests if matches(str(a), pattern)}
    if not picked:
        raise WrongUsage(
            f"No manifest has an address like {in_quotes(pattern)}{meant(desired.manifests, pattern)}"
        )
    todo = list(picked)
    while todo:
        manifest = desired.manifests[todo.pop()]
        described = desired.manifests.keys() & needed_by(manifest)
        found = described - picked
        picked |= found
        todo += found
    return frozenset(picked)


def meant(addresses: Iterable[Address], pattern: str) -> str:
    """The end of a message: the address that was meant, or how one reads."""
    hint = suggestion(list(addresses), pattern)
    return hint or ". Addresses read like definition/NAME."


def suggestion(known: Collection[Address], pattern: str) -> str:
    """The address that was meant, also when only its name was said, or something like it;
    nothing when none is near.
    """
    named = [a for a in known if fold(a.name) == fold(pattern)]
    if not named and "/" not in pattern:
        near = Vocabulary(a.name for a in known).closest(pattern) or ""
        # A word of a longer name was not meant for all of it.
        is_typo = abs(len(near) - len(pattern)) <= MOST_LETTERS_APART
        named = [a for a in known if is_typo and a.name == near]
    if named:
        return f" – did you mean {' or '.join(in_quotes(str(a)) for a in named[:3])}?"
    # Letters around a star are too few to say what was meant.
    if "*" in pattern:
        return ""
    return did_you_mean(pattern, map(str, known))


def needed_by(manifest: Manifest) -> list[Address]:
    """What a manifest refers to; one that is to be deleted needs nothing."""
    if manifest.absent:
        return []
    references = kind_of(manifest.address).references(manifest.resource)
    return [found.address for found in references]
