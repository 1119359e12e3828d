"""Drift, as the body of an issue."""

from reconciler.model.drift import Drift


def drift_markdown(drift: Drift) -> str:
    """The body."""
    raise NotImplementedError
