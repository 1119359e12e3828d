"""What may come out empty, and what is printed in a way that nobody knows (contract §8:
there is no fallback, no condition and no format).
"""

from collections.abc import Iterator

from reconciler.messages.chain import Chain, Hop, Row
from reconciler.messages.remark import WHOLE, Remark
from reconciler.messages.tokens import Place
from reconciler.model.source import Severity

_SEEN = {
    "line": "it stands alone in its line",
    "link": "it stands in an address",
    "subject": "it stands in the subject",
}
"""Places where a hole is more than a missing word."""
_UNKNOWN = ("date", "datetime", "json", "bool", "list", "geolocation")
_UNREADABLE = ("json", "geolocation")


def remarks_on(chain: Chain, place: Place) -> Iterator[Remark]:
    """What is to be said of a variable that is right."""
    if chain.may_be_empty:
        yield _hole(chain, place)
    if chain.value.type in _UNKNOWN:
        yield _format(chain, place)


def _hole(chain: Chain, place: Place) -> Remark:
    reasons = [told for step in chain.steps if (told := _missing(step))]
    if not chain.value.required:
        reasons.append(f"{chain.value.name} not filled in")
    message = f"it may be empty, and nothing is put in its place: {', '.join(reasons)}"
    severity: Severity = "info"
    if place in _SEEN:
        message, severity = f"{message}; {_SEEN[place]}", "warning"
    return Remark("message-may-be-empty", message, severity, WHOLE)


def _missing(step: Row | Hop) -> str:
    if isinstance(step, Row):
        return f"no row of {step.definition}"
    if step.target.what == "contacts":
        return ""  # the row is the contact's own
    there = step.target.definition or step.target.what
    return f"no row of {there} for its {step.field}"


def _format(chain: Chain, place: Place) -> Remark:
    value = chain.value
    severity: Severity = "info"
    if value.type in _UNREADABLE:
        severity = "warning"
    message = f"{value.name} is a {value.type}, and how messages print it is not known"
    return Remark("message-format-unknown", message, severity, WHOLE)
