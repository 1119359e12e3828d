"""What a change means for the people and systems that use the resource; reasons explain and never decide."""

from collections.abc import Iterable

from reconciler.model.address import Address
from reconciler.model.change import FieldChange, Impact

Verdict = tuple[Impact, str]
_RANK: dict[Impact, int] = {"safe": 0, "caution": 1, "breaking": 2}


def impact_of_update(address: Address, fields: Iterable[FieldChange]) -> Verdict:
    """The worst of the single verdicts, with all its distinct reasons in order."""
    judge = {"definition": _definition, "event": _event, "override": _override}[address.kind]
    verdicts = [judge(change) for change in fields]
    worst = max((impact for impact, _ in verdicts), key=_RANK.__getitem__)
    reasons = dict.fromkeys(reason for impact, reason in verdicts if impact == worst)
    return worst, "; ".join(reasons)


def _definition(change: FieldChange) -> Verdict:
    if change.path[0] == "fields" and change.new["required"]:
        return "caution", f"existing rows read null in the required field {change.path[1]}"
    if change.path[0] == "fields":
        return "safe", "adds an optional field"
    return ("safe", "adds a relationship") if change.path[0] == "relationships" else ("safe", "changes the description")


def _event(change: FieldChange) -> Verdict:
    if change.path[0] == "name":
        return "safe", "changes the name shown in the dashboard"
    name = f"{change.path[1]}.{change.path[2]}"
    match change.op, change.path[3:]:
        case "removed", ():
            return "breaking", f"senders and messages lose {name}"
        case "added", () if change.new["required"]:
            return "breaking", f"senders that do not send {name} are refused"
        case "added", ():
            return "safe", "adds an optional property"
        case _, ("required",) if change.new:
            return "breaking", f"senders that do not send {name} are refused"
        case _, ("type",):
            return "breaking", f"senders of {name} must send another type"
        case _:
            return "safe", f"relaxes or describes {name}"


def _override(change: FieldChange) -> Verdict:
    if change.op == "removed":
        return "breaking", f"{change.path[1]} no longer gives the price"
    if change.op == "changed":
        return "caution", "another source wins for contacts that have several"
    return "safe", "adds a source"
