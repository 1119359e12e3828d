"""Who uses a resource or a field of it, as text, as a document and as a picture."""

from collections.abc import Iterator
from typing import Any

from reconciler.form.words import counted
from reconciler.model.usage import SORTS, Impact, User
from reconciler.report.documents import FORMAT_VERSION, exit_of
from reconciler.report.escape import brief, mermaid, shorten
from reconciler.report.plan_text import table
from reconciler.report.terminal import Paint, plain

TITLES = {
    "relationships": "relationships",
    "unique_keys": "unique keys",
    "overrides": "overrides",
    "record_files": "record files",
    "templates": "templates",
    "segments": "segments",
    "scenarios": "scenarios",
    "sample_payloads": "sample payloads",
}
LONGEST = 60
MOST_NODES = 200
"""Mermaid refuses more than 500 edges, and nobody sees them."""
_NO_PLACE = "lives without a manifest"


def impact_text(impact: Impact, paint: Paint = plain) -> str:
    """A block for each sort of users, and the sum."""
    blocks = [brief(impact.named)]
    for sort in SORTS:
        users = impact.of_sort(sort)
        if users:
            rows = table([_cells(user) for user in users])
            title = paint(f"{TITLES[sort]} ({len(users)})", "yellow")
            blocks.append("\n".join([title, *(f"    {row}" for row in rows)]))
    for address, count in impact.rows.items():
        blocks.append(f"{brief(address)}: {counted(count, 'row')} in the shop")
    return "\n\n".join([*blocks, _sum(impact)]) + "\n"


def _cells(user: User) -> tuple[str, str, str]:
    place = _NO_PLACE if user.source is None else user.source.short
    return user.by, place, user.how


def _sum(impact: Impact) -> str:
    """What is not declared is not known."""
    if not impact.users:
        return "nobody uses it, as far as it is declared"
    places = counted(len(impact.users), "place")
    by = counted(len({user.by for user in impact.users}), "resource")
    return f"used in {places}, by {by}"


def impact_document(impact: Impact) -> dict[str, Any]:
    """The same for programs; places of what has no manifest are null."""
    users = {sort: [_user(user) for user in impact.of_sort(sort)] for sort in SORTS}
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "address": str(impact.address),
        "field": impact.field or None,
        "users": users,
        "summary": {sort: len(found) for sort, found in users.items()},
    }
    if impact.rows:
        document["rows"] = dict(impact.rows)
    return {**document, "exit": exit_of(0, "done")}


def _user(user: User) -> dict[str, Any]:
    source = user.source
    return {
        "by": user.by,
        "source": None if source is None else source.short,
        "file": None if source is None else source.file,
        "line": None if source is None else source.line,
        "column": None if source is None else source.column,
        "how": user.how,
    }


def impact_mermaid(impact: Impact) -> str:
    """A flowchart from everybody who uses it; each once, with the places counted."""
    statements = [f"    {statement}" for statement in _statements(impact)]
    return "\n".join(["flowchart LR", *statements, ""])


def _statements(impact: Impact) -> Iterator[str]:
    yield f'used["<b>{_label(impact.named)}</b>"]'
    places: dict[tuple[str, str], int] = {}
    for user in impact.users:
        key = (TITLES[user.sort], user.by)
        places[key] = places.get(key, 0) + 1
    for number, ((sort, by), count) in enumerate(places.items()):
        if number == MOST_NODES:
            yield f'more["{len(places) - MOST_NODES} more"] --> used'
            return
        said = sort if count == 1 else f"{sort}, {count} places"
        yield f'n{number}["{_label(by)}"] -->|"<i>{_label(said)}</i>"| used'


def _label(text: str) -> str:
    return mermaid(shorten(text, LONGEST))
