"""How an apply ended, in a sentence for the shop's owner."""

from reconciler.form.words import plural
from reconciler.model.event import Limited, Unanswered
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan

_THEN = "`reconciler plan` shows what is left, and `reconciler apply` does it."
NOTHING_CHANGED = "Nothing was changed in the shop."


def outcome_sentence(plan: Plan, outcome: Outcome) -> str:
    """What became of the change, for the shop's owner."""
    stopped = "It was stopped before its end. " if outcome.interrupted else ""
    return f"{stopped}{_done(plan, outcome)}.{_left_out(plan)}"


def next_step(outcome: Outcome) -> str:
    """What to do about what is not done, in one sentence."""
    if any(isinstance(each, Limited) for each in outcome.skipped):
        return (
            "Next: find out who else sends with this key, or wait until they have done; "
            f"then {_THEN}"
        )
    if any(isinstance(each, Unanswered) for each in outcome.skipped):
        return (
            "Next: see whether the shop can be reached from here; once it answers, "
            f"{_THEN}"
        )
    return f"Next: {_THEN}"


def _done(plan: Plan, outcome: Outcome) -> str:
    every = len(plan.changes)
    if not every and plan.blocked:
        return "Nothing was changed: all that is asked for is blocked"
    if not every:
        return "There was nothing to change"
    if outcome.complete and len(outcome.applied) == every:
        read = "read back" if outcome.verified else "not read back"
        return _all_done(every, read)
    return _partly_done(every, outcome)


def _all_done(every: int, read: str) -> str:
    match every:
        case 1:
            return f"The one change is made and was {read}"
        case 2:
            return f"Both changes are made and were {read}"
    return f"All {every:,} changes are made and were {read}"


def _partly_done(every: int, outcome: Outcome) -> str:
    done = len(outcome.applied)
    verb = "is" if 1 in (done, every) else "are"
    made = f"{done:,} of {every:,} {plural(every, 'change')} {verb} made"
    rest = {
        "failed": len(outcome.failed),
        "not started": len(outcome.skipped),
        "without a known end": len(outcome.unknown),
    }
    said = [f"{count:,} {what}" for what, count in rest.items() if count]
    return f"{made}; {', '.join(said)}" if said else made


def _left_out(plan: Plan) -> str:
    stuck = plan.summary.blocked
    if not stuck:
        return ""
    things = f"{stuck:,} {plural(stuck, 'thing')}"
    more = " more" if plan.changes else ""
    return f" ShopiMind does not allow what is asked for {things}{more}."
