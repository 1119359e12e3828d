"""Which file a resource is written to: its name in small letters, without accents and
signs, whatever the name holds. Nothing leads out of the folder.
"""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from reconciler.model.address import Address, fold

SUFFIX = ".yaml"
LONGEST = 100
"""Bytes of UTF-8; file systems take 255, and a number and a suffix follow."""
_NOT_KEPT = re.compile(r"[^\w.]+")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that Windows keeps for itself, whatever stands behind a dot."""


def folder_of(kind: str) -> str:
    """The folder of everything of a kind."""
    return kind if kind.endswith("s") else f"{kind}s"


def stem_of(address: Address) -> str:
    """The name of its file without a suffix; several names may have one."""
    bare = unicodedata.normalize("NFC", fold(address.name))
    stem = _NOT_KEPT.sub("-", bare).strip("-._")
    while len(stem.encode()) > LONGEST:
        stem = stem[:-1]
    stem = stem.rstrip("-._")
    if not stem or _DEVICE.fullmatch(stem):
        return f"{stem}-{address.kind}".lstrip("-")
    return stem


def new_places(
    addresses: Iterable[Address], taken: Collection[str]
) -> Iterator[tuple[Address, str]]:
    """Each address with the path of its file, from the folder that is pulled into. What
    is `taken` there already is left alone; equal names get numbers.
    """
    used = {place.casefold() for place in taken}
    for address in sorted(addresses):
        place = _free(address, used)
        used.add(place.casefold())
        yield address, place


def _free(address: Address, used: Collection[str]) -> str:
    stem, number = stem_of(address), 1
    while True:
        name = stem if number == 1 else f"{stem}-{number}"
        place = os.path.join(folder_of(address.kind), f"{name}{SUFFIX}")
        if place.casefold() not in used:
            return place
        number += 1
