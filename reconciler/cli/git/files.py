"""A commit's manifests as files, so that they are read like those of the work tree.

Nothing is written outside of the temporary folder, however a tree was crafted.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.cli.git.attributes import check_tree_unconverted
from reconciler.cli.git.tree import Tree, is_manifest, manifests_at
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes


@contextmanager
def files_at(tree: Tree, paths: tuple[str, ...]) -> Iterator[str]:
    """A temporary folder from which the relative `paths` lead to the manifests as they
    were at the commit; what was not there then is not there. Raises WrongUsage and
    GitFailed.
    """
    top, here = tree.repository.top, os.getcwd()
    entries = manifests_at(tree, map(tree.repository.place_of, paths))
    # Line ends that git converts are no part of a row.
    manifests = [entry.name for entry in entries if is_manifest(entry.name)]
    check_tree_unconverted(tree, manifests)
    # Links come last: a crafted tree may hold a link and a folder of one name, and
    # nothing is written through it.
    entries.sort(key=lambda entry: entry.is_link)
    contents = tree.contents(entries)
    common = os.path.commonpath([top, here])
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        start = os.path.join(folder, os.path.relpath(here, common))
        os.makedirs(start, exist_ok=True)
        for entry, content in zip(entries, contents, strict=True):
            place = os.path.join(folder, os.path.relpath(top, common), entry.name)
            _put(os.path.normpath(place), content, link=entry.is_link)
        yield start


def _put(place: str, content: bytes, *, link: bool) -> None:
    """Writes what was not there before. Raises WrongUsage for a tree in which one name
    stands for two things.
    """
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if link:
            # The loader follows no link out of the folder.
            os.symlink(content, os.fsencode(place))
        else:
            with open(place, "xb") as file:  # never through what is there already
                file.write(content)
    except (OSError, ValueError):
        raise WrongUsage(
            f"git's tree is damaged: {in_quotes(os.path.basename(place))} cannot be what it says."
        ) from None
