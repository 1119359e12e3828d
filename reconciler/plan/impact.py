"""What a change means for the people and systems that use the resource; reasons explain
and never decide.
"""

from collections.abc import Iterable

from reconciler.diff.compare import RENAMES
from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Impact

Verdict = tuple[Impact, str]
_RANK: dict[Impact, int] = {"safe": 0, "caution": 1, "breaking": 2}


LOSSES: dict[str, str] = {
    "definition": "its records can no longer be reached, and there is no way back",
    "event": "senders are refused, and its scenarios never start again",
    "override": "the shop's own prices apply again",
}
"""What a delete means, by kind."""


def impact_of_update(address: Address, fields: Iterable[FieldChange]) -> Verdict:
    """The worst of the single verdicts, with all its distinct reasons in order."""
    verdicts = [_judged(address, change) for change in fields]
    worst = max((impact for impact, _ in verdicts), key=_RANK.__getitem__)
    reasons = dict.fromkeys(reason for impact, reason in verdicts if impact == worst)
    return worst, "; ".join(reasons)


def breaking(change: Change) -> tuple[str, ...]:
    """The dotted paths of what breaks in a change; a delete breaks as a whole."""
    if change.action == "delete":
        return ("delete",)
    if change.action == "create":
        return ()
    address = Address.parse(change.address)
    return tuple(
        part.dotted for part in change.fields if _judged(address, part)[0] == "breaking"
    )


def not_accepted(change: Change) -> tuple[str, ...]:
    """Of these, the ones that no acceptance speaks of."""
    accepted = {each.change for each in change.accepted}
    return tuple(path for path in breaking(change) if path not in accepted)


def former_addresses(change: Change) -> list[str]:
    """The address that a rename takes something away from."""
    kind = change.address.partition("/")[0]
    return [
        f"{kind}/{part.old}" for part in change.fields if part.path == RENAMES.get(kind)
    ]


def _judged(address: Address, change: FieldChange) -> Verdict:
    return {"definition": _definition, "event": _event, "override": _override}[
        address.kind
    ](change)


def _definition(change: FieldChange) -> Verdict:
    if change.path == ("name",):
        return (
            "breaking",
            f"messages and segments that say {change.old} find nothing any more",
        )
    if change.path == ("status",):
        return (
            "caution",
            f"its records become {'read-only' if change.new == 'inactive' else 'writable again'}",
        )
    if change.path[0] == "fields" and change.new["required"]:
        return (
            "caution",
            f"existing rows read null in the required field {change.path[1]}",
        )
    if change.path[0] == "fields":
        return "safe", "adds an optional field"
    return (
        ("safe", "adds a relationship")
        if change.path[0] == "relationships"
        else ("safe", "changes the description")
    )


def _event(change: FieldChange) -> Verdict:
    if change.path == ("code_name",):
        return (
            "breaking",
            f"senders of {change.old} are refused, and its scenarios no longer start",
        )
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
