"""What a diagnosis says: nine steps, the one that fails first, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.errors import ExitCode
from reconciler.model.plan import Exit

State = Literal["ok", "FAILED", "unknown", "–"]
Reason = Literal[
    "event-type-missing",
    "event-type-differs",
    "never-landed",
    "payload-differs",
    "target-not-resolved",
    "contact-unknown",
    "not-reachable",
    "scenario-inactive",
    "message-unresolved",
    "order",
]
NAMES = (
    "event type",
    "landed",
    "payload",
    "target",
    "contact",
    "reachable",
    "scenario",
    "message",
    "order",
)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found. `reason` is there when it failed."""

    state: State
    words: str
    reason: Reason | None = None


NOT_LOOKED_AT = Step("–", "not looked at")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next, in words, and the command to type."""

    words: str
    command: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The nine steps in their order."""

    steps: Sequence[Step]
    advice: Advice

    @property
    def failed(self) -> int | None:
        """The number of the first step that failed, from 1."""
        return first_failed(self.steps)

    @property
    def exit(self) -> Exit:
        """0 nothing found wrong · 1 a step failed."""
        failed = self.failed
        if failed is None:
            return Exit(code=ExitCode.DONE, reason="nothing-found")
        return Exit(code=ExitCode.FAILED, reason=str(self.steps[failed - 1].reason))


def first_failed(steps: Sequence[Step]) -> int | None:
    """The number of the first step that failed, from 1."""
    for number, step in enumerate(steps, 1):
        if step.state == "FAILED":
            return number
    return None
