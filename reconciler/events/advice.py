"""What to do about a step that failed: a sentence, and the command to type next."""

from collections.abc import Sequence
from shlex import quote

from reconciler.events.diagnosis import Advice, Reason, Step
from reconciler.events.seen import Blind, Seen
from reconciler.events.target import option_of

_BEGIN: dict[Reason, str] = {
    "event-type-missing": "nothing was sent: a sender of it is refused.",
    "event-type-differs": "senders of what is declared may be refused.",
    "never-landed": "nothing was sent. No sender reached the shop, or each was refused: see what it was answered.",
    "payload-differs": "the message has a hole, or the event is not the one that is meant.",
    "target-not-resolved": "nothing was sent.",
    "contact-unknown": "nothing is sent any more.",
    "not-reachable": "nothing was delivered. Only the contact can change that.",
    "scenario-inactive": "nothing was sent.",
    "message-unresolved": "the message is not what is meant.",
    "order": "the message had the old values.",
}

SCENARIO = 7
"""The step that nobody can see."""


def advice_for(seen: Seen, steps: Sequence[Step], failed: int | None) -> Advice:
    """For the first step that failed, or for none."""
    if failed is None:
        return _nothing_found(seen, steps)
    reason = steps[failed - 1].reason
    assert reason is not None
    words, command = _next(seen, reason)
    return Advice(f"Because of {failed} {_BEGIN[reason]} {words}:", command)


def _nothing_found(seen: Seen, steps: Sequence[Step]) -> Advice:
    unknown = [
        str(number)
        for number, step in enumerate(steps, 1)
        if step.state == "unknown" and number != SCENARIO
    ]
    found = "Nothing was found wrong."
    if unknown:
        found = f"Nothing was found wrong where something could be seen; {' and '.join(unknown)} could not be."
    told = "Whether the scenario is active, and what it sent, only the dashboard shows."
    return Advice(f"{found} {told} The rows of the history:", _history(seen))


def _next(seen: Seen, reason: Reason) -> tuple[str, str]:
    code = quote(seen.code)
    match reason:
        case "event-type-missing" if seen.declared.event is None:
            return "See which event types there are", "reconciler events check"
        case "event-type-missing":
            return (
                "Apply its manifest, then send the event again",
                f"reconciler apply --only event/{code}",
            )
        case "event-type-differs":
            return (
                "See what would change, apply it, then send the event again",
                f"reconciler plan --only event/{code}",
            )
        case "never-landed":
            return "Or send it from here", _send(seen)
        case "payload-differs":
            return "See a payload that is right", f"reconciler events sample {code}"
        case "target-not-resolved" if _exists(seen):
            return "The contact exists now. Send the event again", _send(seen)
        case "target-not-resolved" | "contact-unknown":
            return (
                "Push the customer first (POST /customers), wait until the contact exists, then send the event again",
                _send(seen),
            )
        case "not-reachable":
            return "Look again when that has happened", _diagnose(seen)
        case "scenario-inactive":
            return (
                "Activate it in the dashboard, declare it active, then send the event again",
                _send(seen),
            )
        case "message-unresolved":
            template = next(
                (each.template for each in seen.declared.listeners if each.template), ""
            )
            who = option_of(seen.target)
            return (
                "See what each variable gives",
                f"reconciler render {quote(template or '')} {who} --explain",
            )
        case "order":
            return (
                "Send events after the rows can be read",
                f"{_send(seen)} --after-records",
            )


def _exists(seen: Seen) -> bool:
    return seen.contact is not None and not isinstance(seen.contact, Blind)


def _send(seen: Seen) -> str:
    sample = f" {quote(seen.declared.sample)}" if seen.declared.sample else ""
    return f"reconciler events send {quote(seen.code)} {option_of(seen.target)}{sample}"


def _history(seen: Seen) -> str:
    return (
        f"reconciler events history --code {quote(seen.code)} {option_of(seen.target)}"
    )


def _diagnose(seen: Seen) -> str:
    return f"reconciler events diagnose {quote(seen.code)} {option_of(seen.target)}"
