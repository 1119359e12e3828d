"""The requests that applying a plan will send, in order."""

from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.report.terminal import shown

_PATHS = {
    ("definition", "create"): "POST /custom-data-definitions",
    ("definition", "update"): "PATCH /custom-data-definitions/{id}/extend",
    ("event", "create"): "POST /events",
    ("event", "update"): "PATCH /events",
    ("override", "create"): "PUT /custom-data-definitions/overrides",
    ("override", "update"): "PUT /custom-data-definitions/overrides",
    ("definition", "delete"): "DELETE /custom-data-definitions/{id}",
    ("event", "delete"): "DELETE /events/{id}",
    ("override", "delete"): "PUT /custom-data-definitions/overrides",
}


def requests_text(plan: Plan) -> str:
    """A line per write, and the reads that follow."""
    lines = [line for change in plan.changes for line in _writes(change)]
    reads = plan.forecast.requests - len(lines)
    lines += (
        [f"GET   {reads} page{'s' if reads != 1 else ''} to read back what was written"]
        if reads
        else []
    )
    return (
        "".join(
            f"{line}\n" for line in ["", "Requests:", *(f"  {line}" for line in lines)]
        )
        if lines
        else ""
    )


def _writes(change: Change) -> list[str]:
    kind, address = change.address.partition("/")[0], shown(change.address)
    switches = [part.new for part in change.fields if part.path == ("status",)]
    sent = change.requests - len(switches)
    first = f"{_PATHS[kind, change.action]}  {address}"
    later = f"{_PATHS.get((kind, 'update'), '')}  {address} (relationships that close a cycle)"
    switch = {"active": "activate", "inactive": "deactivate"}
    return [first, later][:sent] + [
        f"PATCH /custom-data-definitions/{{id}}/{switch[to]}  {address}"
        for to in switches
    ]
