"""Whether git converts manifests when it checks them out.

A revision is read as git stores it, and the work tree as it is. Where .gitattributes has
git convert a file (filter, ident, working-tree-encoding), these are different texts: a
review would show the one, and the shop get the other. Such files are refused. Line ends
may be converted: YAML, JSON and TOML mean the same with each.
"""

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.cli.git.program import run_git
from reconciler.cli.git.repository import Repository
from reconciler.cli.git.tree import Tree
from reconciler.errors import GitFailed
from reconciler.form.spelling import in_quotes

FILE = ".gitattributes"
LARGEST_FILE = 1024 * 1024
CONVERTING = ("filter", "ident", "working-tree-encoding")
_NO_CONVERSION = ("unspecified", "unset")


def check_tree_unconverted(tree: Tree, places: Collection[str]) -> None:
    """Raises GitFailed for a file at one of these places that the commit has git
    convert, and WrongUsage.
    """
    wanted = list(_attribute_files_above(places))
    found = [entry for entry in tree.at(wanted) if entry.kind == "blob"]
    # git follows no link here
    files = [entry for entry in found if not entry.is_link]
    texts = zip(files, tree.contents(files), strict=True)
    rules = {entry.name: text for entry, text in texts}
    _check(rules, places, f"at {tree.short}")


def check_work_tree_unconverted(
    repository: Repository, places: Collection[str]
) -> None:
    """The same for files of the work tree, with its .gitattributes of now."""
    rules: dict[str, bytes] = {}
    for file in _attribute_files_above(places):
        content = _content(os.path.join(repository.top, file))
        if content is not None:
            rules[file] = content
    _check(rules, places, "in the work tree")


def _attribute_files_above(places: Iterable[str]) -> Iterator[str]:
    folders: set[str] = set()
    for place in places:
        folder = os.path.dirname(place)
        while folder not in folders:
            folders.add(folder)
            folder = os.path.dirname(folder)
    return (os.path.join(folder, FILE) for folder in sorted(folders))


def _content(file: str) -> bytes | None:
    """None where there is no such file, or one that git does not read. Raises
    GitFailed.
    """
    if os.path.islink(file) or not os.path.isfile(file):
        return None
    try:
        with open(file, "rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as broken:
        raise GitFailed(
            f"{in_quotes(file)} cannot be read: {broken.strerror}."
        ) from None
    if len(content) > LARGEST_FILE:
        raise GitFailed(
            f"{in_quotes(file)} is larger than {LARGEST_FILE // 2**20} MiB."
        )
    return content


def _check(rules: Mapping[str, bytes], places: Collection[str], where: str) -> None:
    if not rules:
        return
    for place, attribute, value in _attributes(rules, places):
        if value not in _NO_CONVERSION and not _is_utf8(attribute, value):
            raise GitFailed(
                f"git converts {in_quotes(place)} {where} ({attribute}={value} in {FILE}): "
                "a revision and the work tree hold "
                "different texts then, and a review could show the one and the shop get the other. "
                f"Add this line to the end of the {FILE} at the top: {_exception(place)}"
            )


def _exception(place: str) -> str:
    pattern = f'"/{place}"' if " " in place else f"/{place}"
    return " ".join((pattern, *(f"-{name}" for name in CONVERTING)))


def _is_utf8(attribute: str, value: str) -> bool:
    return attribute == "working-tree-encoding" and value.lower() in ("utf-8", "utf8")


def _attributes(
    rules: Mapping[str, bytes], places: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """(place, attribute, value) as git understands the rules; in a repository of our
    own, which has no settings and no index of a stranger's.
    """
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        _make_repository(folder)
        for file, content in rules.items():
            _write(os.path.join(folder, file), content)
        asked = "".join(f"{place}\0" for place in places)
        options = ("check-attr", "-z", "--stdin", *CONVERTING)
        output = run_git(folder, *options, given=os.fsencode(asked))
    parts = [os.fsdecode(part) for part in output.split(b"\0")]
    return zip(parts[0::3], parts[1::3], parts[2::3], strict=False)


def _make_repository(folder: str) -> None:
    """The least that git takes for one; `git init` would copy the user's hooks."""
    for name in ("objects", "refs"):
        os.makedirs(os.path.join(folder, ".git", name))
    _write(os.path.join(folder, ".git", "HEAD"), b"ref: refs/heads/main\n")


def _write(place: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "xb") as file:
        file.write(content)
