"""What a change means for the people and systems that use the resource: whether it is safe,
needs caution or breaks something, and why.
"""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.kinds.registry import kind_of
from reconciler.kinds.values import Verdict
from reconciler.model.address import Address
from reconciler.model.change import Accepted, Action, Change, Edit, FieldChange, Impact

_BREAKS_AS_A_WHOLE: dict[Action, tuple[str, ...]] = {
    "create": (),
    "delete": ("delete",),
}
_RANK: dict[Impact, int] = {"safe": 0, "caution": 1, "breaking": 2}


def impact_of_update(address: Address, fields: Iterable[FieldChange]) -> Verdict:
    """The worst of the single verdicts, with all its distinct reasons in order."""
    kind = kind_of(address)
    verdicts = [kind.judge(change) for change in fields]
    worst = max((verdict.impact for verdict in verdicts), key=_RANK.__getitem__)
    reasons = [verdict.reason for verdict in verdicts if verdict.impact == worst]
    return Verdict(worst, "; ".join(dict.fromkeys(reasons)))


def breaking(edit: Edit) -> tuple[str, ...]:
    """The dotted paths of what breaks in a change; a delete breaks as a whole."""
    if edit.action != "update":
        return _BREAKS_AS_A_WHOLE[edit.action]
    kind = kind_of(edit.address)
    return tuple(kind.dotted(part.path) for part in breaking_fields(edit))


def breaking_fields(edit: Edit) -> Iterator[FieldChange]:
    """The differences of an update that break something; a delete has none."""
    kind = kind_of(edit.address)
    used = {each.change for each in edit.used_by}
    for part in edit.fields:
        is_used = kind.dotted(part.path) in used
        if is_used or kind.judge(part).impact == "breaking":
            yield part


def not_accepted(edit: Edit, accepted: Sequence[Accepted]) -> tuple[str, ...]:
    """The paths of what breaks and no acceptance names."""
    spoken_of = {each.change for each in accepted}
    return tuple(path for path in breaking(edit) if path not in spoken_of)


def wholly_accepted(change: Change) -> bool:
    """Whether its manifest accepts all that breaks in it."""
    return bool(change.accepted) and not not_accepted(change, change.accepted)


def rule_of(edit: Edit) -> str:
    """The id of the rule that a breaking change breaks."""
    return "breaking-rename" if old_name(edit) else f"breaking-{edit.action}"


def old_name(edit: Edit) -> str | None:
    """The name that a rename takes away."""
    kind = kind_of(edit.address)
    for part in edit.fields:
        if kind.is_rename(part):
            return str(part.old)
    return None


def names_of(edit: Edit) -> list[Address]:
    """The address of a change, and the one it had before."""
    old = old_name(edit)
    if not old:
        return [edit.address]
    return [edit.address, Address(edit.address.kind, old)]
