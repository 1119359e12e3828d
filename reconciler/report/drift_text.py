"""Drift as a person reads it in a terminal."""

from reconciler.model.drift import Drift
from reconciler.report.terminal import Paint, plain


def drift_text(drift: Drift, paint: Paint = plain) -> str:
    """The text."""
    raise NotImplementedError
