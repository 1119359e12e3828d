"""Kinds and keys of manifests as `explain` shows them, within 80 columns."""

from collections.abc import Iterator
from textwrap import indent

from reconciler.kinds.explained import ExplainedKind, Key
from reconciler.report.rule_text import paragraph, row


def kind_text(kind: ExplainedKind) -> str:
    """What the kind is, and its keys with what they mean."""
    rows = "".join(_row(key, kind.name) for key in kind.keys)
    more = f"* required. `reconciler explain {kind.name}.KEY` says more of one."
    return "\n".join(
        [f"{kind.name} (kind)\n", paragraph(kind.means), rows, f"{more}\n"]
    )


def key_text(key: Key) -> str:
    """What the key means, what it may hold, an example, and the keys below it."""
    return "\n".join(_parts(key))


def _parts(key: Key) -> Iterator[str]:
    required = " (required)" if key.is_required else ""
    yield f"{key.path}{required}\n"
    yield paragraph(key.about.means)
    yield paragraph(f"It holds {key.allowed}.")
    yield f"For example:\n\n{indent(key.about.example, '    ')}\n"
    if key.below:
        rows = "".join(_row(inner, key.path) for inner in key.below)
        yield f"In it:\n{rows}"


def _row(key: Key, path: str) -> str:
    name = key.path.removeprefix(f"{path}.")
    mark = "*" if key.is_required else ""
    return row(f"{name}{mark}", key.about.means)
