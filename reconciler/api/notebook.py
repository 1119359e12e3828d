"""The writes of a plan, noted instead of sent."""

from collections.abc import Iterator
from typing import Any

from reconciler.api.connection import Params
from reconciler.api.registry import endpoint_of
from reconciler.kinds.step import Step
from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.request import Request, UnknownId
from reconciler.plan.rows import without_rows
from reconciler.plan.steps import base_of, steps_of


def requests_of(plan: Plan, live: Live) -> Iterator[Request]:
    """Every write in plan order, but for rows. `live` is what the plan was made from."""
    changes = without_rows(plan.changes)
    edits = {change.address: change for change in changes}
    for change in changes:
        base = base_of(change.address, live)
        for step in steps_of(change, edits, change.depends_on, base):
            yield _noted(change.address, step, _Ids(live))


class _Ids(dict[Address, int]):
    """The ids that are known, and a note of the others that were asked for."""

    def __init__(self, live: Live) -> None:
        super().__init__(live.ids)
        self.unknown: dict[Address, None] = {}

    def __missing__(self, address: Address) -> int:
        self.unknown[address] = None
        return UnknownId()


class _Notebook:
    """Takes a request as a connection does, and answers like a shop that has made it."""

    def __init__(self) -> None:
        self.noted: tuple[str, str, Params, Any] = ("", "", {}, None)

    def write(
        self, method: str, path: str, *, body: Any = None, params: Params | None = None
    ) -> None:
        """Keeps it."""
        self.noted = (method, path, params or {}, body)

    def write_once(self, method: str, path: str, *, body: Any) -> Any:
        """Keeps it."""
        self.write(method, path, body=body)
        return {"id": 1}


def _noted(address: Address, step: Step, ids: _Ids) -> Request:
    notebook = _Notebook()
    endpoint = endpoint_of(address)
    match step.verb:
        case "create":
            endpoint.create(notebook, address.name, step.form, ids)
        case "extend":
            endpoint.extend(notebook, ids[address], step.form, ids)
        case "replace":
            number = ids.get(address)
            endpoint.replace(notebook, address.name, number, step.form, ids)
        case "switch":
            endpoint.switch(notebook, ids[address], str(step.status))
        case "delete":
            endpoint.delete(notebook, ids[address])
    method, path, params, body = notebook.noted
    return Request(address, method, path, params, body, tuple(ids.unknown))
