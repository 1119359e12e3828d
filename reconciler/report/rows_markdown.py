"""Rows as the comment of a pull request, or a job's summary."""

from collections.abc import Iterator

from reconciler.form.words import counted, plural, value_words
from reconciler.records.outcome import RowsOutcome
from reconciler.records.report import RowsReport
from reconciler.report.escape import code as code_of
from reconciler.report.escape import prose, shorten, shorten_words
from reconciler.report.rows_text import duration, lines_words

MOST_ROWS = 20
MOST_FIELDS = 10
LONGEST_VALUE = 80
LONGEST_WARNING = 300


def code(text: object) -> str:
    """A name or a value, cut short: everything together stays below the limit of a
    comment.
    """
    return code_of(shorten(text, LONGEST_VALUE))


def rows_markdown(report: RowsReport) -> str:
    """A sentence, a table of counts, and the first rows that differ."""
    lines = [f"## Rows of {code(report.table.name)} · {code(report.target)}", ""]
    if report.outcome is None:
        lines += [_sentence(report), "", *_counts(report)]
    else:
        lines += [_ending(report, report.outcome), "", *_endings(report.outcome)]
    lines += [*_scenarios(report), *_warnings(report)]
    lines += [*_differences(report), *_refused(report)]
    return "\n".join(lines).rstrip() + "\n"


def _sentence(report: RowsReport) -> str:
    compared = report.compared
    if not compared.changes:
        are = "is as it" if compared.unchanged == 1 else "are as they"
        return f"Nothing will change: {counted(compared.unchanged, 'row')} {are} should be."
    cost = report.forecast
    return (
        f"{compared.changes:,} {plural(compared.changes, 'row')} will change: {cost.requests:,} requests, "
        f"about {duration(cost.seconds)}."
    )


def _ending(report: RowsReport, outcome: RowsOutcome) -> str:
    if outcome.left_over or outcome.refused:
        left = outcome.left_over + outcome.refused
        return f"{outcome.stored:,} rows are stored, and {left:,} are not."
    return f"{outcome.stored:,} rows are stored, and {outcome.deleted:,} deleted."


def _table(rows: list[tuple[str, int]]) -> Iterator[str]:
    yield "| rows | |"
    yield "|---|---:|"
    for words, count in rows:
        if count:
            yield f"| {words} | {count:,} |"
    yield ""


def _counts(report: RowsReport) -> Iterator[str]:
    compared = report.compared
    yield from _table(
        [
            ("to create", compared.create),
            ("to update", compared.update),
            ("to delete", compared.delete),
            ("unchanged", compared.unchanged),
            ("refused", compared.refused),
        ]
    )


def _endings(outcome: RowsOutcome) -> Iterator[str]:
    yield from _table(
        [
            ("created", outcome.created),
            ("updated", outcome.updated),
            ("deleted", outcome.deleted),
            ("unchanged", outcome.unchanged),
            ("unknown", outcome.unknown),
            ("rejected", outcome.rejected),
            ("moved", outcome.moved),
            ("not sent", outcome.not_sent),
            ("refused", outcome.refused),
        ]
    )


def _scenarios(report: RowsReport) -> Iterator[str]:
    for name in report.scenarios[:MOST_ROWS]:
        yield f"{code(name)} starts when these rows change; this needs `--allow scenarios`."
        yield ""


def _warnings(report: RowsReport) -> Iterator[str]:
    for told in report.warnings[:MOST_ROWS]:
        yield f"- Warning: {prose(shorten_words(told, LONGEST_WARNING))}"
    if report.warnings:
        yield ""


def _differences(report: RowsReport) -> Iterator[str]:
    for row in report.compared.first[:MOST_ROWS]:
        key = report.key_words(row)
        head = code(report.place(row.file, row.line))
        yield f"- {head}" + (f" {code(key)}" if key else "")
        for each in row.fields[:MOST_FIELDS]:
            if report.may_tell(each.name):
                old, new = value_words(each.old), value_words(each.new)
                yield f"  - {code(each.name)}: {code(old)} → {code(new)}"
            else:
                yield f"  - {code(each.name)}"
    if report.compared.first:
        yield ""


def _refused(report: RowsReport) -> Iterator[str]:
    compared = report.compared
    if not compared.refused:
        return
    places = [(each.file, each.line) for each in compared.why_refused]
    yield f"Refused: {code(lines_words(report, places, compared.refused))}"
    for each in compared.why_refused[:MOST_ROWS]:
        place = code(report.place(each.file, each.line))
        yield f"- {place}: {code(each.problem.words(report.show))} (`{each.problem.rule}`)"
