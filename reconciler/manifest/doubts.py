"""What is valid in a manifest and will likely be regretted; `validate` alone tells of it."""

from collections.abc import Collection, Iterator, Mapping

from reconciler.kinds.registry import kind_of
from reconciler.manifest.files import text_of
from reconciler.manifest.places import findings_of
from reconciler.manifest.yaml import YamlProblem
from reconciler.model.manifest import Desired
from reconciler.model.source import Finding


def doubtful(desired: Desired) -> Iterator[Finding]:
    """Findings that keep nothing from being applied; comments silence them."""
    found = [
        (manifest.source, problem)
        for manifest in desired.manifests.values()
        for problem in kind_of(manifest.address).doubts(manifest.resource)
    ]
    return findings_of(found, texts_of({source.file for source, _ in found}))


def texts_of(files: Collection[str]) -> Mapping[str, str]:
    """What the files hold, to find places in."""
    texts: dict[str, str] = {}
    for file in files:
        try:
            texts[file] = text_of(file)
        except (OSError, YamlProblem):
            texts[file] = ""  # it has changed since; findings stand at its beginning
    return texts
