"""What is left to edit in the dashboard after a rename."""

from collections.abc import Iterator, Sequence

from reconciler.model.plan import DashboardEdit
from reconciler.report.attention import place_of
from reconciler.report.attention_markdown import place_words
from reconciler.report.escape import code, shorten
from reconciler.report.sections import Entry, Section, sections_text

TITLE = "To edit in the dashboard"
MOST_ROOM = 10_000
"""Characters of a Markdown text; the plan itself has all edits."""
LONGEST = 100


def edits_markdown(edits: Sequence[DashboardEdit], link: str | None, room: int) -> str:
    """A list with a line for each place, as far as there is room."""
    if not edits:
        return ""
    entries = [Entry(_edit(each, link)) for each in edits]
    return sections_text([Section(TITLE, entries)], min(room, MOST_ROOM))


def _edit(edit: DashboardEdit, link: str | None) -> str:
    old, new = (code(shorten(each, LONGEST)) for each in (edit.old, edit.new))
    by = code(shorten(edit.by, LONGEST))
    return f"- {by}{place_words(place_of(edit.source), link)}: {old} → {new}"


def edit_rows(edits: Sequence[DashboardEdit]) -> Iterator[tuple[str, str, str]]:
    """Where it stands, who says it, and what it becomes."""
    for edit in edits:
        yield edit.source, edit.by, f"{edit.old} → {edit.new}"
