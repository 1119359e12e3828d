"""Rows beside a shop, and how a push of them ended, as a person reads it."""

from collections.abc import Iterator

from reconciler.form.words import plural, value_words
from reconciler.records.compared import RowDifference
from reconciler.records.outcome import RowsOutcome
from reconciler.records.report import RowsReport
from reconciler.report.escape import brief, shorten
from reconciler.report.terminal import Paint, plain

LONGEST_VALUE = 60
STATE_WIDTH = 11
MOST_LINES = 10
"""Lines of rows that are named in one line of text."""


def rows_text(report: RowsReport, paint: Paint = plain) -> str:
    """The whole report."""
    if report.outcome is not None:
        # What was to be done was shown before.
        return "\n".join(outcome_lines(report, report.outcome, paint)) + "\n"
    lines = [*_heading(report), "", *_counts(report, paint), ""]
    lines += [*_differences(report, paint), *_refused(report, paint)]
    lines += [*_warnings(report, paint), "", _sum(report)]
    return "\n".join(_without_doubled_blanks(lines)) + "\n"


def _without_doubled_blanks(lines: list[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line


def _heading(report: RowsReport) -> Iterator[str]:
    files = ", ".join(
        f"{brief(f.path)}, {f.rows:,} {plural(f.rows, 'row')}" for f in report.files
    )
    compared = report.compared
    live = "live rows not read"
    if compared.live is not None:
        live = f"live {compared.live:,} {plural(compared.live, 'row')}"
    if compared.outside:
        where = "outside the scope" if report.mode == "mirror" else "in no file"
        live += f", {compared.outside:,} of them {where}"
    parts = [brief(report.address), brief(report.target), files, live]
    yield " · ".join(filter(None, parts))
    yield f"reading: {_reading(report)}"


def _reading(report: RowsReport) -> str:
    requests = report.compared.requests
    how = {
        "whole": "the whole table",
        "keys": "by key",
        "none": "nothing: every row is sent again and may start scenarios",
    }
    count = f"{requests:,} {plural(requests, 'request')}"
    return f"{how[report.compared.choice.how]} · {count}"


def _counts(report: RowsReport, paint: Paint) -> Iterator[str]:
    compared = report.compared
    if compared.create:
        yield _count("+", compared.create, "to create", "", paint, "green")
    columns = " · ".join(f"{brief(n)} {c:,}" for n, c in compared.columns.items())
    if compared.update:
        yield _count("~", compared.update, "to update", columns, paint, "yellow")
    if compared.delete:
        scope = "; ".join(
            f"{name} {', '.join(map(str, values))}"
            for name, values in report.scope.items()
        )
        told = f"scope {brief(scope)}" if scope else ""
        yield _count("-", compared.delete, "to delete", told, paint, "red")
    if compared.unchanged:
        yield _count("=", compared.unchanged, "unchanged", "", paint, "")
    if compared.refused:
        yield _count(
            "!", compared.refused, "refused", _refused_lines(report), paint, "magenta"
        )


def _count(
    sign: str, count: int, words: str, more: str, paint: Paint, colour: str
) -> str:
    rows = plural(count, "row")
    text = f"{sign} {count:>9,} {rows} {words}"
    told = paint(text, colour) if colour and count else text
    return f"{told}      {more}" if more else told


def _refused_lines(report: RowsReport) -> str:
    places = [(each.file, each.line) for each in report.compared.why_refused]
    return lines_words(report, places, report.compared.refused)


def lines_words(report: RowsReport, places: list[tuple[int, int]], count: int) -> str:
    """`a.csv:311, 912`, and how many more there are."""
    words = []
    before = None
    for file, line in places[:MOST_LINES]:
        name = brief(report.files[file].path)
        words.append(f"{name}:{line}" if file != before else str(line))
        before = file
    if count > len(words):
        words.append(f"and {count - len(words):,} more")
    return ", ".join(words)


def _differences(report: RowsReport, paint: Paint) -> Iterator[str]:
    compared = report.compared
    for row in compared.first:
        key = report.key_words(row)
        head = f"~ {brief(report.place(row.file, row.line))}"
        yield paint(head, "yellow") + (f"    {brief(key)}" if key else "")
        yield from _fields(report, row)
    left = compared.update - len(compared.first)
    if compared.first and left > 0:
        yield f"… {left:,} more (--rows 0 shows all)"
    if compared.first:
        yield ""


def _fields(report: RowsReport, row: RowDifference) -> Iterator[str]:
    for each in row.fields:
        if report.may_tell(each.name):
            old, new = (
                shorten(value_words(v), LONGEST_VALUE) for v in (each.old, each.new)
            )
            yield f"    {brief(each.name):<20} {old} → {new}"
        else:
            yield f"    {brief(each.name):<20} differs"


def _refused(report: RowsReport, paint: Paint) -> Iterator[str]:
    for each in report.compared.why_refused[:MOST_LINES]:
        place = brief(report.place(each.file, each.line))
        told = brief(each.problem.words(report.show))
        yield f"{paint(f'! {place}', 'magenta')}    {told}  (rule {each.problem.rule})"


def _warnings(report: RowsReport, paint: Paint) -> Iterator[str]:
    warning = paint("warning", "yellow")
    for told in report.warnings:
        yield f"{warning}: {brief(told)}"
    runs = report.compared.create + report.compared.update
    for name in report.scenarios:
        yield (
            f"{warning}: {brief(name)} starts when {brief(report.table.name)} changes: "
            f"up to {runs:,} {plural(runs, 'run')} (needs --allow scenarios)"
        )


def _sum(report: RowsReport) -> str:
    compared, cost = report.compared, report.forecast
    counts = [f"{compared.create:,} to create", f"{compared.update:,} to update"]
    if compared.delete:
        counts.append(f"{compared.delete:,} to delete")
    if compared.refused:
        counts.append(f"{compared.refused:,} refused")
    if not compared.changes:
        counts = [f"in sync, {compared.unchanged:,} unchanged", *counts[2:]]
        return f"Records: {', '.join(counts)}"
    requests = f"{cost.requests:,} {plural(cost.requests, 'request')}"
    return f"Records: {', '.join(counts)} · {requests} to push and read back, about {duration(cost.seconds)}"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, as a person says it."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def outcome_lines(
    report: RowsReport, outcome: RowsOutcome, paint: Paint
) -> Iterator[str]:
    """What became of the rows."""
    told = _words(
        (outcome.created, "created"),
        (outcome.updated, "updated"),
        (outcome.deleted, "deleted"),
    )
    if told:
        yield _state("stored", told + _how_read(outcome), paint, "green")
    for state, count in (
        ("unknown", outcome.unknown),
        ("rejected", outcome.rejected),
        ("moved", outcome.moved),
        ("not sent", outcome.not_sent),
    ):
        if count:
            yield from _not_stored(report, outcome, state, count, paint)
    if outcome.refused:
        told = f"{outcome.refused:,}  {_refused_lines(report)}"
        yield _state("refused", told, paint)
        yield from _refused(report, paint)
    yield from _outcome_rest(outcome, paint)
    yield ""
    yield _outcome_sum(outcome)


def _words(*counts: tuple[int, str]) -> str:
    """Those of the counts that are any."""
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _state(state: str, told: str, paint: Paint, color: str = "magenta") -> str:
    blanks = " " * (STATE_WIDTH - len(state))
    return f"{paint(state, color)}{blanks}{told.rstrip()}"


def _outcome_rest(outcome: RowsOutcome, paint: Paint) -> Iterator[str]:
    """What there is to say besides the rows that were to be stored."""
    if outcome.not_deleted or outcome.delete_unknown:
        yield f"not deleted  {outcome.not_deleted:,}, unknown {outcome.delete_unknown:,}"
    for note in outcome.notes:
        yield f"{paint('warning', 'yellow')}: {brief(note)}"
    if outcome.stopped:
        yield f"stopped: {brief(outcome.stopped)}"


def outcome_words(report: RowsReport) -> str:
    """How a push ended, in one line."""
    assert report.outcome is not None
    return _outcome_sum(report.outcome)


def _how_read(outcome: RowsOutcome) -> str:
    if outcome.read_back >= outcome.stored:
        return ""
    return f" (by count; {outcome.read_back:,} of them were read)"


def _not_stored(
    report: RowsReport, outcome: RowsOutcome, state: str, count: int, paint: Paint
) -> Iterator[str]:
    here = [each for each in outcome.not_stored if each.state.name.lower() == state]
    places = [(each.file, each.line) for each in here]
    lines = lines_words(report, places, count) if places else ""
    yield _state(state, f"{count:,}  {lines}", paint)
    reasons = dict.fromkeys(each.reason for each in here)
    for reason in list(reasons)[:MOST_LINES]:
        if report.show == "values":
            yield f"    {brief(reason)}"


def _outcome_sum(outcome: RowsOutcome) -> str:
    told = _words(
        (outcome.stored, "stored"),
        (outcome.deleted, "deleted"),
        (outcome.unchanged, "unchanged"),
        (outcome.unknown, "unknown"),
        (outcome.rejected, "rejected"),
        (outcome.moved, "moved"),
        (outcome.not_sent, "not sent"),
        (outcome.refused, "refused"),
    )
    if outcome.is_first_only and outcome.not_sent:
        left = outcome.not_sent
        told += f" · {left:,} {plural(left, 'row')} left"
    requests = outcome.requests + outcome.compared.requests
    return (
        f"{told or 'in sync: nothing to do'} · {requests:,} {plural(requests, 'request')} "
        f"({outcome.compared.requests:,} of them reading), {duration(outcome.seconds)}"
    )
