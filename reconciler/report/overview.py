"""What a reviewer reads first: the verdict in a heading, and a table with a row for each
object, worst first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.form.words import counted
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, Plan
from reconciler.plan.impact import wholly_accepted
from reconciler.report.attention import (
    COMPARISON,
    SETTINGS,
    Place,
    attentions,
    place_of,
)
from reconciler.report.attention_markdown import SIGNS
from reconciler.report.details import SIGNS as ACTIONS
from reconciler.report.escape import (
    address_of,
    cell_code,
    code,
    shorten,
    shorten_both,
)
from reconciler.report.rows import row_of
from reconciler.report.word_diff import word_sides

MOST_ROWS = 30
"""With more objects, the lists below are all there is room for."""
MOST_DIFFERENCES = 3
_LONGEST_NAME = 80
_LONGEST_PATH = 60
_LONGEST_VALUE = 30
_LONGEST_LINK = 300
_HEAD = "\n| | what | change | where |\n|---|---|---|---|\n"


@dataclass(slots=True)
class _Row:
    """One object; the differences are plain text."""

    sign: str
    address: Address
    place: Place | None
    words: str = ""
    differences: list[str] = field(default_factory=list)


def heading(plan: Plan) -> str:
    """A heading of the second level: which shop, and the verdict."""
    offline = plan.target.base_url == OFFLINE
    name = code(shorten(plan.target.name, 100))
    sign, verdict = _verdict(plan, "merged" if offline else "applied")
    return f"## {sign} {'Review of' if offline else 'Shop'} {name}: {verdict}\n"


def _verdict(plan: Plan, done: str) -> tuple[str, str]:
    stuck = {item.address for item in plan.blocked}
    total = len(stuck.union(change.address for change in plan.changes))
    if plan.incomplete:
        return SIGNS["blocked"], "not everything could be compared"
    if stuck:
        told = f"{_part(len(stuck), total)} not possible"
        return SIGNS["blocked"], f"this cannot be {done} yet – {told}{_also(plan)}"
    if any(item.reason == "guard" for item in plan.refused):
        return SIGNS["guarded"], f"this cannot be {done} yet – a guard stops it"
    if plan.settings:
        return SIGNS["breaking"], "rules that protect the shop change"
    if breaking := _breaking(plan):
        accepted = (
            ", as the files accept" if all(map(wholly_accepted, breaking)) else ""
        )
        told = f"{_breaks(len(breaking), total)} what works today{accepted}"
        return SIGNS["breaking"], told
    if not total:
        return "✅", "nothing changes"
    if any(change.impact == "caution" for change in plan.changes):
        return "✏️", f"{counted(total, 'change')}, with something to look at"
    return "✅", f"{counted(total, 'change')}, and what works today keeps working"


def _breaking(plan: Plan) -> list[Change]:
    return [change for change in plan.changes if change.impact == "breaking"]


def _part(count: int, total: int) -> str:
    if total == 1:
        return "the one change is"
    return f"{count:,} of {total:,} changes {'is' if count == 1 else 'are'}"


def _breaks(count: int, total: int) -> str:
    if total == 1:
        return "the one change breaks"
    return f"{count:,} of {total:,} changes {'breaks' if count == 1 else 'break'}"


def _also(plan: Plan) -> str:
    count = len(_breaking(plan))
    if not count:
        return ""
    return f", {count:,} {'breaks' if count == 1 else 'break'} what works today"


def overview(plan: Plan, link: str | None, room: int) -> str:
    """The table. Nothing when there are more objects than can be taken in at a glance,
    or no room.
    """
    if len(plan.changes) + len(plan.blocked) > 10 * MOST_ROWS:
        return ""
    rows = _rows(plan)
    if not 0 < len(rows) <= MOST_ROWS:
        return ""
    text = _HEAD + "".join(_line(row, link) for row in rows)
    return text if len(text) <= room else ""


def _rows(plan: Plan) -> list[_Row]:
    """What is blocked, breaks or is stopped by a guard, then the others."""
    found: dict[Address, _Row] = {}
    for item in attentions(plan):
        if item.address.kind in (SETTINGS, COMPARISON):
            continue
        new = _Row(SIGNS[item.level], item.address, item.place)
        row = found.setdefault(item.address, new)
        if item.level == "blocked":
            row.differences += item.differences
        if item.accepted:
            row.words = "accepted"
    for change in sorted(plan.changes, key=lambda each: each.impact != "caution"):
        place = place_of(change.source)
        new = _Row(ACTIONS[change.action], change.address, place)
        row = found.setdefault(change.address, new)
        _tell(row, change)
    return list(found.values())


def _tell(row: _Row, change: Change) -> None:
    """What happens to all of it in a word, or the differences."""
    words = {"create": "new", "delete": "deleted"}.get(change.action)
    if words:
        row.words = f"{words}, {row.words}" if row.words else words
    else:
        row.differences += _differences(change)


def _differences(change: Change) -> Iterator[str]:
    for part in change.fields:
        row = row_of(change.address, part)
        what = shorten(row.what, _LONGEST_PATH)
        if row.old is None:
            yield f"+ {what}"
        elif row.new is None:
            yield f"− {what}"
        else:
            old, new = shorten_both(*_sides(row.old, row.new), _LONGEST_VALUE)
            yield f"{what}: {old} → {new}"


def _sides(old: str, new: str) -> tuple[str, str]:
    """Of a long text, what differs and the words around it."""
    if max(len(old), len(new)) <= _LONGEST_VALUE:
        return old, new
    return word_sides(old, new) or (old, new)


def _line(row: _Row, link: str | None) -> str:
    shown = row.differences[:MOST_DIFFERENCES]
    words = [cell_code(shorten(each, 2 * _LONGEST_PATH)) for each in shown]
    more = len(row.differences) - len(shown)
    if more:
        words.append(f"{more:,} more")
    if row.words:
        words.append(row.words)
    name = cell_code(shorten(row.address, _LONGEST_NAME))
    cells = row.sign, _linked(name, row, link), ", ".join(words), _where(row, link)
    return f"| {' | '.join(cells)} |\n"


def _where(row: _Row, link: str | None) -> str:
    """The name of the file alone: its folders stand below."""
    if row.place is None:
        return ""
    file = row.place.file.rpartition("/")[2] or row.place.file
    name = cell_code(f"{shorten(file, _LONGEST_PATH)}:{row.place.line}")
    return _linked(name, row, link)


def _linked(text: str, row: _Row, link: str | None) -> str:
    if row.place is None:
        return text
    address = address_of(link, row.place.file, row.place.line)
    if address is None or len(address) > _LONGEST_LINK:
        return text
    return f"[{text}]({address})"
