"""Why an apply sent nothing, as a JSON document."""

from typing import Any

from reconciler.errors import Refused, Stale
from reconciler.model.change import Blocked, Refusal
from reconciler.model.plan import Plan
from reconciler.report.documents import error_document


def refusal_document(plan: Plan | None, why: Refused | Stale) -> dict[str, Any]:
    """An error document with what is refused: the items under `blocked`, `breaking`,
    `destroy` (deletes, which are among the breaking ones too) and `guard`, the plan's
    `changes` when an approval is missing, and what has `moved`.
    """
    document = error_document(str(why), (), why.exit_code, why.reason)
    ending = document.pop("exit")
    return {**document, **_refused(plan, why), "exit": ending}


def _refused(plan: Plan | None, why: Refused | Stale) -> dict[str, Any]:
    if isinstance(why, Stale):
        return {"moved": list(why.moved)} if why.moved else {}
    if plan and why.reason == "approval":
        return {"changes": plan.document()["changes"]}
    found: dict[str, list[dict[str, Any]]] = {}
    for item in why.items:
        assert isinstance(item, Blocked | Refusal)
        for key in _keys(item):
            found.setdefault(key, []).append(_item(item))
    return found


def _keys(item: Blocked | Refusal) -> tuple[str, ...]:
    if isinstance(item, Blocked):
        return ("blocked",)
    return ("breaking", "destroy") if item.reason == "destroy" else (item.reason,)


def _item(item: Blocked | Refusal) -> dict[str, Any]:
    document = item.document()
    document.pop("reason", None)
    return document
