"""Which files hold manifests, and their text."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.errors import WrongUsage
from reconciler.form.signatures import LFS_POINTER
from reconciler.form.spelling import in_quotes
from reconciler.manifest.encoding import NotUtf8, decode
from reconciler.manifest.lines import place_at
from reconciler.manifest.recognise import is_own_document
from reconciler.manifest.work_tree import leads_out
from reconciler.manifest.yaml import YamlProblem
from reconciler.manifest.yaml_bounds import LARGEST_FILE
from reconciler.model.source import Finding, Source

SUFFIXES = (".yaml", ".yml", ".json")
SAMPLES = "samples"
"""What a folder of sample payloads is called; there are no manifests in it."""
SAMPLE_SUFFIXES = (".json", ".jsonl", ".ndjson")
_ALL_SUFFIXES = (*SUFFIXES, *SAMPLE_SUFFIXES)
NOT_READ = {
    "__MACOSX",
    "__pycache__",
    "__pypackages__",
    "bower_components",
    "jspm_packages",
    "node_modules",
    "site-packages",
    "venv",
    "virtualenv",
}
"""Folders in which tools keep what nobody here wrote; hidden folders (.git, .venv,
.terraform, .tox) are not read either.
"""
_NO_MANIFEST = "the link leads to what is not called a manifest (.yaml, .yml, .json)"


class Files(NamedTuple):
    """The manifest files, and the files with sample payloads: each once, sorted."""

    manifests: list[str]
    samples: list[str]


def files_in(paths: Iterable[str], findings: list[Finding]) -> Files:
    """What is in these paths. Hidden folders and those of NOT_READ are left out; links
    that lead outside and what cannot be read are added to `findings`. Raises WrongUsage
    for a path that is not there or leads out of the repository, and for a repository
    among the manifests.
    """
    found: set[str] = set()
    samples: set[str] = set()
    for path in paths:
        _check_stays_in_repository(path)
        if os.path.isdir(path):
            for file in _Folder(path, findings).files(_holder_below(path)):
                (samples if is_sample(file, path) else found).add(file)
        elif os.path.lexists(path):
            _check_is_no_plan(path)
            found.add(os.path.normpath(path))
        else:
            raise WrongUsage(nothing_at(path))
    return Files(_once(found), _once(samples))


def _holder_below(folder: str) -> Callable[[str], bool]:
    """Whether a file below the folder holds manifests or sample payloads, by its name
    and place.
    """

    def holds(file: str) -> bool:
        name = os.path.basename(file)
        return _is_manifest(name) or (is_sample(file, folder) and _is_read_here(name))

    return holds


def payload_files_in(folder: str, findings: list[Finding]) -> list[str]:
    """Every file with payloads below the folder, by its name; what `files_in` leaves out
    is left out here too.
    """
    return _once(_Folder(folder, findings).files(_is_payload_file))


def _is_payload_file(file: str) -> bool:
    name = os.path.basename(file)
    return name.lower().endswith(SAMPLE_SUFFIXES) and not name.startswith(".")


def _once(files: Iterable[str]) -> list[str]:
    # Of several names of one file, the first by text counts.
    by_place = {os.path.realpath(file): file for file in sorted(files, reverse=True)}
    return sorted(by_place.values())


def is_sample(file: str, folder: str) -> bool:
    """Whether a file somewhere below the folder is a sample payload by its place."""
    below = os.path.dirname(os.path.relpath(file, folder))
    return SAMPLES in below.split(os.sep)


def _check_stays_in_repository(path: str) -> None:
    """Raises WrongUsage for a link that a branch may have put in the place of what was
    named: messages quote what they read, and it may hold a secret.
    """
    if os.path.lexists(path) and leads_out(path):
        raise WrongUsage(
            f"{in_quotes(printable(path))} is a link, or behind one, that leads out of the repository, "
            "to what no review sees. Name the place itself."
        )
    if _hides_another_file(path):
        raise WrongUsage(f"{in_quotes(printable(path))}: {_NO_MANIFEST}.")


def nothing_at(path: str) -> str:
    """That there is nothing at a path that was named, as a sentence with the remedy."""
    shown = printable(path)
    if path.lower().endswith(SUFFIXES):
        return f"There is no such file: {shown}.{_near_miss(path)}"
    return f"There is no file or folder {in_quotes(shown)}. Name the folder that holds the manifests."


def _near_miss(path: str) -> str:
    """A file beside it with nearly the same name."""
    from difflib import get_close_matches

    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return ""
    close = get_close_matches(name, filter(_is_manifest, names), n=1)
    if not close:
        return ""
    return f" Did you mean {printable(os.path.join(folder, close[0]))}?"


def _check_is_no_plan(path: str) -> None:
    """Raises WrongUsage for a file that was named as if it held manifests."""
    try:
        is_own = os.path.isfile(path) and is_own_document(path)
    except OSError:
        return  # reading the manifest says so
    if is_own:
        raise WrongUsage(
            f"{printable(path)} is a document that reconciler wrote, not a manifest. "
            "To apply a saved plan, name it first: reconciler apply PLANFILE [PATHS]"
        )


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is searched; what is wrong in it is added to `findings`."""

    path: str
    findings: list[Finding]

    def files(self, is_wanted: Callable[[str], bool]) -> Iterator[str]:
        """The files in it and in the folders below for which that holds."""
        for place, folders, names in os.walk(self.path, onerror=self._note_unreadable):
            # os.walk goes on with the folders that are left in its list.
            folders[:] = filter(is_read, folders)
            for name in folders:
                self._stays_inside(os.path.join(place, name))
                _check_is_no_repository(os.path.join(place, name))
            files = (os.path.join(place, name) for name in names)
            for file in filter(is_wanted, files):
                if self._stays_inside(file) and self._is_file(file):
                    yield os.path.normpath(file)

    def _stays_inside(self, path: str) -> bool:
        """False, with a finding, for a link that leads out of the folder."""
        if not os.path.islink(path):
            return True
        # Relative to where the folder really is: it may be reached by a link itself.
        root = os.path.realpath(self.path)
        message = _NO_MANIFEST
        if os.path.commonpath([root, os.path.realpath(path)]) != root:
            message = "the link leads out of the manifests' folder"
        elif not _hides_another_file(path):
            return True
        self._note(path, "path-escape", message)
        return False

    def _is_file(self, path: str) -> bool:
        """False, with a finding, for a folder, a pipe and the like."""
        # A broken link is a file that cannot be read.
        if os.path.isfile(path) or not os.path.exists(path):
            return True
        self._note(path, "unreadable-file", "this is no file")
        return False

    def _note_unreadable(self, broken: OSError) -> None:
        message = f"the folder cannot be read: {broken.strerror}"
        self._note(str(broken.filename), "unreadable-file", message)

    def _note(self, path: str, rule: str, message: str) -> None:
        source = Source(printable(os.path.normpath(path)))
        self.findings.append(Finding(source, rule, message))


def _check_is_no_repository(folder: str) -> None:
    """A commit holds nothing of what is in it, so a review could not show it. Raises
    WrongUsage.
    """
    if os.path.lexists(os.path.join(folder, ".git")):
        raise WrongUsage(
            f"{in_quotes(printable(os.path.normpath(folder)))} is a repository of its own "
            "(a submodule, or a clone among the manifests), "
            "whose files are in no commit of this one. Run reconciler in it, or move it elsewhere."
        )


def is_read(folder: str) -> bool:
    """Whether a folder of that name is looked into."""
    return not folder.startswith(".") and folder not in NOT_READ


def _hides_another_file(path: str) -> bool:
    """Whether it is a manifest by the name of the link alone: what it leads to, such as
    .env, is not meant to be read, and messages would quote it.
    """
    if not (
        os.path.islink(path)
        and os.path.isfile(path)
        and _is_read_here(os.path.basename(path))
    ):
        return False
    return not _is_read_here(os.path.basename(os.path.realpath(path)))


def _is_manifest(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def _is_read_here(name: str) -> bool:
    return name.lower().endswith(_ALL_SUFFIXES) and not name.startswith(".")


def printable(file: str) -> str:
    """The path as text, even if its bytes are none."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def text_of(file: str) -> str:
    """The file's text. Raises OSError, and YamlProblem for a file that is too large, is
    not UTF-8, or only stands for another.
    """
    with open(file, "rb") as stream:
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 2**20} MiB"
        raise YamlProblem("yaml-bounds", message, (1, 1))
    if raw.startswith(LFS_POINTER):
        message = "this is a git LFS pointer, not the file itself: run `git lfs pull` (in CI, check out with LFS)"
        raise YamlProblem("unreadable-file", message, (1, 1))
    try:
        return decode(raw)
    except NotUtf8 as broken:
        place = place_at(broken.before, len(broken.before))
        raise YamlProblem("unreadable-file", str(broken), place) from None
