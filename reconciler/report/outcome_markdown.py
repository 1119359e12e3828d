"""How an apply ended, for the step summary."""

from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan


def outcome_markdown(plan: Plan, outcome: Outcome) -> str:
    """The comment."""
    raise NotImplementedError
