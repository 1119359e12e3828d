"""Which files hold manifests, and their text."""

import os
from collections.abc import Iterable, Iterator

from reconciler.errors import WrongUsage
from reconciler.manifest.yaml import LARGEST_FILE, YamlProblem
from reconciler.model.source import Finding, Source

SUFFIXES = (".yaml", ".yml", ".json")


def files_in(paths: Iterable[str], findings: list[Finding]) -> list[str]:
    """Every manifest file once, sorted. Hidden folders are left out; links that lead
    outside and what cannot be read are added to `findings`. Raises WrongUsage for a path
    that is not there.
    """
    found: set[str] = set()
    for path in paths:
        if os.path.isdir(path):
            found.update(_files_below(path, findings))
        elif os.path.lexists(path):
            found.add(os.path.normpath(path))
        else:
            raise WrongUsage(
                f"There is no file or folder {path!r}. Name the folder that holds the manifests."
            )
    # Of several names of one file, the first by text counts.
    by_place = {os.path.realpath(file): file for file in sorted(found, reverse=True)}
    return sorted(by_place.values())


def _files_below(folder: str, findings: list[Finding]) -> Iterator[str]:
    root = os.path.realpath(folder)

    def note(file: str, rule: str, message: str) -> None:
        source = Source(printable(os.path.normpath(file)))
        findings.append(Finding(source, rule, message))

    def note_unreadable(broken: OSError) -> None:
        message = f"the folder cannot be read: {broken.strerror}"
        note(str(broken.filename), "unreadable-file", message)

    for place, folders, files in os.walk(folder, onerror=note_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if _leads_out(os.path.join(place, name), root):
                message = "the link leads out of the manifests' folder"
                note(os.path.join(place, name), "path-escape", message)
        for name in filter(_is_manifest, files):
            file = os.path.join(place, name)
            if _leads_out(file, root):
                message = "the link leads out of the manifests' folder"
                note(file, "path-escape", message)
            elif os.path.exists(file) and not os.path.isfile(file):
                note(file, "unreadable-file", "this is no file")
            else:
                yield os.path.normpath(file)


def _is_manifest(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def _leads_out(file: str, root: str) -> bool:
    """Whether a link leads out of the folder `root`."""
    if not os.path.islink(file):
        return False
    return os.path.commonpath([root, os.path.realpath(file)]) != root


def printable(file: str) -> str:
    """The path as text, even if its bytes are none."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def text_of(file: str) -> str:
    """The file's text. Raises OSError, UnicodeError, and YamlProblem when the file is
    too large.
    """
    with open(file, "rb") as stream:
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 2**20} MiB"
        raise YamlProblem("yaml-bounds", message, (1, 1))
    return raw.decode("utf-8-sig")
