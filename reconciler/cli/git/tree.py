"""The files of a commit, as git stores them: nothing is converted on the way."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from reconciler.cli.git.program import UnforeseenFailure
from reconciler.cli.git.repository import Repository
from reconciler.errors import GitFailed, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.manifest.bodies import SUFFIXES as BODY_SUFFIXES
from reconciler.manifest.files import SUFFIXES, is_read
from reconciler.manifest.row_files import ALL_SUFFIXES
from reconciler.manifest.yaml_bounds import LARGEST_FILE

_READ = (*ALL_SUFFIXES, *BODY_SUFFIXES)
"""Of manifests, and of what they may name."""
LINK = "120000"
"""The mode of a symbolic link in a tree."""
MOST_LINKS = 10
"""One behind the other."""
MOST_BYTES = 256 * 1024 * 1024
"""Of all files together that are taken from one commit."""


LARGEST_ROWS = 64 * 1024 * 1024
"""Of one file of rows."""


class Entry(NamedTuple):
    """One entry of a commit's tree. `kind` is blob, tree or commit (a submodule), all
    are empty for a path that is not there. `name` is the path from the top.
    """

    mode: str = ""
    kind: str = ""
    blob: str = ""
    name: str = ""

    @property
    def is_link(self) -> bool:
        return self.mode == LINK


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one commit. Places are paths from the top of the work tree.

    Everything raises WrongUsage when git cannot give what is asked for, and GitFailed.
    """

    repository: Repository
    commit: str

    def entries(self, place: str) -> list[Entry]:
        """What stands at the place and at each folder above it, from the top."""
        if place == os.curdir:
            return []
        wanted = {place, *_folders_of(place)}
        found = self._list("-t", *sorted(wanted))
        return [entry for entry in found if entry.name in wanted]

    def at(self, places: list[str]) -> list[Entry]:
        """The files and links that stand at these places; one in a folder behind a link
        is not there.
        """
        if not places:
            return []
        wanted = set(places)
        return [entry for entry in self._list("-r", *places) if entry.name in wanted]

    def file(self, place: str) -> bytes | None:
        """The file's content; None when it was not there."""
        here = self.entries(place)
        for entry in here:
            if entry.is_link:
                raise WrongUsage(
                    f"{in_quotes(place)} is behind a link at {self.short}: a review needs the file itself there."
                )
            if entry.kind == "commit":
                raise self.not_given(place, _submodule(entry.name))
            if entry.kind == "tree" and entry.name == place:
                raise self.not_given(place, ": it was a folder.")
        found = [entry for entry in here if entry.name == place]
        if not found:
            return None
        (content,) = self.contents(found)
        return content

    def below(self, place: str) -> list[Entry]:
        """Every file and link at the place or below it, hidden ones left out."""
        asked = [] if place == os.curdir else [place]
        return [
            entry for entry in self._list("-r", *asked) if self._is_file(entry, place)
        ]

    def real_place(self, place: str) -> str:
        """The place with the links of this commit followed; as it is where nothing
        stands.
        """
        for _ in range(MOST_LINKS):
            link = next((each for each in self.entries(place) if each.is_link), None)
            if link is None:
                return place
            (target,) = self.contents([link])
            there = os.path.join(os.path.dirname(link.name), os.fsdecode(target))
            rest = os.path.relpath(place, link.name)
            place = os.path.normpath(os.path.join(there, rest))
            if os.path.isabs(place) or place.split(os.sep)[0] == os.pardir:
                break
        raise self.not_given(
            place, ": a link leads out of the repository, or to itself."
        )

    def contents(self, entries: list[Entry]) -> list[bytes]:
        """What is in these files, in their order."""
        if not entries:
            return []
        ids = "".join(f"{entry.blob}\n" for entry in entries).encode()
        self._check_sizes(entries, ids)
        return list(_contents_in(self._read("--batch", entries, ids)))

    @property
    def short(self) -> str:
        """The commit, for people."""
        return self.commit[:12]

    def not_given(self, place: str, why: str) -> WrongUsage:
        """git cannot give what was at the place."""
        return WrongUsage(self._told(place, why))

    def _missing(self, place: str) -> GitFailed:
        """It was there, and the repository does not hold it."""
        return GitFailed(self._told(place, self._why_missing()))

    def _told(self, place: str, why: str) -> str:
        return f"git cannot give {in_quotes(place)} as it was at {self.short}{why}"

    def _list(self, flag: str, *places: str) -> tuple[Entry, ...]:
        try:
            return _listed(self.repository, self.commit, flag, places)
        except UnforeseenFailure:
            raise self._missing(", ".join(places) or ".") from None

    def _is_file(self, entry: Entry, place: str) -> bool:
        """Whether it is a file that may hold a manifest of `place`."""
        if not {"", os.curdir, os.pardir}.isdisjoint(entry.name.split("/")):
            raise WrongUsage(
                f"git's tree at {self.short} is damaged: it names {in_quotes(entry.name)}."
            )
        below = os.path.relpath(entry.name, place)
        if below == os.curdir:
            below = ""
        folders, _, name = below.rpartition("/")
        if name.startswith(".") or not all(map(is_read, folders.split("/"))):
            return False  # not looked into in the work tree either
        if entry.kind == "commit" and not is_read(name):
            return False
        if entry.kind == "commit":
            raise self.not_given(entry.name, _submodule(entry.name))
        return entry.kind == "blob"

    def _check_sizes(self, entries: list[Entry], ids: bytes) -> None:
        """Before anything is read. Raises WrongUsage."""
        said = self._read("--batch-check", entries, ids)
        total = 0
        for entry, line in zip(entries, said.decode().split("\n")[:-1], strict=True):
            about = line.split(" ")
            if about[1:2] != ["blob"]:
                raise self._missing(entry.name)
            total += int(about[2])
            most = LARGEST_FILE if is_manifest(entry.name) else LARGEST_ROWS
            if int(about[2]) > most:
                raise self.not_given(
                    entry.name, f": it is larger than {most // 2**20} MiB."
                )
        if total > MOST_BYTES:
            raise WrongUsage(
                f"The manifests at {self.short} have more than {MOST_BYTES // 2**20} MiB together."
            )

    def _read(self, how: str, entries: list[Entry], ids: bytes) -> bytes:
        try:
            return self.repository.run("cat-file", how, "--buffer", given=ids)
        except UnforeseenFailure:
            # An older git tries to fetch what is missing, and fails at the first.
            if self.repository.is_partial():
                raise self._missing(entries[0].name) from None
            raise

    def _why_missing(self) -> str:
        if self.repository.is_partial():
            return (
                ": this is a partial clone, which has not fetched it, and nothing is fetched from here. "
                "Fetch everything: git fetch --refetch --no-filter."
            )
        return ". Fetch that commit whole, or run `git fsck`: an object is missing or damaged."


def _submodule(name: str) -> str:
    return (
        f": {in_quotes(name)} is a submodule, whose files are in a repository of its own. "
        f"Run reconciler in {in_quotes(name)}."
    )


def _folders_of(place: str) -> Iterator[str]:
    folders = map(str, PurePath(place).parents)
    return (folder for folder in folders if folder != os.curdir)


@lru_cache(maxsize=64)
def _listed(
    repository: Repository, commit: str, flag: str, places: tuple[str, ...]
) -> tuple[Entry, ...]:
    """A commit never changes, and one run asks for the same of it several times."""
    # From the top, wherever that is: `--full-tree`.
    options = ("ls-tree", flag, "-z", "--full-tree")
    listed = repository.run(*options, commit, "--", *places)
    return tuple(_entries_in(listed))


def _entries_in(listed: bytes) -> Iterator[Entry]:
    """The entries that `git ls-tree -z` printed."""
    for line in listed.split(b"\0"):
        if line:
            about, _, name = line.partition(b"\t")
            mode, kind, blob = about.decode().split()
            yield Entry(mode, kind, blob, os.fsdecode(name))


def _contents_in(output: bytes) -> Iterator[bytes]:
    """The files that `git cat-file --batch` printed: a line with the size, the content,
    and a line end.
    """
    begin = 0
    while begin < len(output):
        end = output.index(b"\n", begin)
        size = int(output[begin:end].rsplit(b" ", 1)[1])
        yield output[end + 1 : end + 1 + size]
        begin = end + 1 + size + 1


def is_manifest(name: str) -> bool:
    """Whether a file of that name is read as a manifest, unless it holds rows."""
    return name.lower().endswith(SUFFIXES)


def manifests_at(tree: Tree, places: Iterable[str]) -> list[Entry]:
    """Every manifest file at these places, once, and every file that may hold rows; a
    file that is named itself is one whatever its name ends with, and so is what a link
    there leads to.
    """
    found: dict[str, Entry] = {}
    for place in places:
        below = {entry.name: entry for entry in tree.below(place)}
        for entry in below.values():
            if entry.name == place or entry.name.lower().endswith(_READ):
                found[entry.name] = entry
                found.update(_behind(tree, entry, below))
    return list(found.values())


def _behind(
    tree: Tree, entry: Entry, below: Mapping[str, Entry]
) -> Iterator[tuple[str, Entry]]:
    """What the link leads to, if it stays `below`; of others the loader says that they
    are broken.
    """
    if not entry.is_link:
        return
    with suppress(WrongUsage):
        real = tree.real_place(entry.name)
        if real in below:
            yield real, below[real]
