"""Rows beside a shop, to be shown in every format."""

from dataclasses import replace

from reconciler.kinds.definition.table import Column, Table, Target
from reconciler.model.plan import Exit
from reconciler.records.compared import Compared, FieldDifference, RefusedRow, RowDifference
from reconciler.records.cost import Choice, Forecast
from reconciler.records.outcome import RowsOutcome
from reconciler.records.problem import CellProblem
from reconciler.records.report import RowFile, RowsReport
from reconciler.records.row import Reference
from reconciler.records.row_spool import State
from reconciler.records.sent import NotStored


def row_report(text: str = "COM-001", show: str = "values") -> RowsReport:
    """A report in which everything that comes from elsewhere holds the text."""
    table = Table(
        text,
        {
            "contact_id": Column("contact_id", "number", True, target=Target("contacts", "id_contact")),
            text: Column(text, "text"),
        },
        ("contact_id",),
    )
    row = RowDifference(0, 0, 17, {"contact_id": Reference("id_customer", text)}, (FieldDifference(text, text, None),))
    refused = RefusedRow(0, 311, CellProblem("record-contact-unknown", f"contact not found: {text}", "not found"))
    compared = Compared(
        rows=4,
        create=1,
        update=1,
        unchanged=1,
        refused=1,
        delete=1,
        live=5,
        outside=2,
        columns={text: 1},
        first=(row,),
        why_refused=(refused,),
        choice=Choice("whole", 1),
        requests=3,
        digest="sha256:0",
        warnings=(text,),
    )
    return RowsReport(
        address=f"records/{text}",
        target=text,
        mode="mirror",
        show=show,  # type: ignore[arg-type]  # one of the three
        table=table,
        files=(RowFile(f"{text}.csv", 4, "0"),),
        compared=compared,
        forecast=Forecast(5, 0.5),
        batch=50,
        exit=Exit(code=0, reason="changes"),
        scope={text: (text,)},
        scenarios=(f"scenario/{text}",),
    )


def row_outcome(text: str = "COM-001") -> RowsReport:
    """The same after a push that did not end well."""
    report = row_report(text)
    outcome = RowsOutcome(
        report.compared,
        unchanged=1,
        created=1,
        unknown=1,
        deleted=1,
        read_back=1,
        requests=5,
        seconds=2.0,
        stopped=text,
        not_stored=(NotStored(0, 88, State.UNKNOWN, text),),
        notes=(text,),
    )
    return replace(report, outcome=outcome, exit=outcome.exit)
