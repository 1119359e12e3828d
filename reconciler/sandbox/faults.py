"""Fault rules: what goes wrong, and at which request.

"Commit" is the moment a request has changed the store: a fault before it means the
request was never executed, a fault after it means it was, though the client cannot
know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from enum import StrEnum


class Action(StrEnum):
    """What happens to a request."""

    LOSE_BEFORE = "lose_before"
    """The connection closes without an answer; nothing was executed."""
    LOSE_AFTER = "lose_after"
    """The connection closes without an answer after the request was executed."""
    STATUS_BEFORE = "status_before"
    """``status`` instead of executing the request (429 with ``Retry-After`` when
    ``retry_after`` is set).
    """
    STATUS_AFTER = "status_after"
    """``status`` although the request was executed."""
    BROKEN_JSON = "broken_json"
    """The answer to the executed request stops in the middle of its JSON."""
    HANG_BEFORE = "hang_before"
    """Silence for ``seconds``, then the connection closes; nothing was executed."""
    HANG_AFTER = "hang_after"
    """Silence for ``seconds``, then the connection closes; the request was executed at
    once.
    """
    DRIP = "drip"
    """The whole answer, spread over ``seconds``."""


AFTER_COMMIT = frozenset(
    {
        Action.LOSE_AFTER,
        Action.STATUS_AFTER,
        Action.BROKEN_JSON,
        Action.HANG_AFTER,
        Action.DRIP,
    }
)


@dataclass(frozen=True)
class Rule:
    """One fault.  All given conditions must hold; it strikes at most ``count`` times.

    ``at`` is the 1-based index of the request since the rules were set: the rule covers
    requests ``at`` to ``at + count - 1``.  ``method`` and ``path`` (a prefix, with
    ``/v1``) restrict further; ``skip`` lets that many otherwise matching requests pass
    first ("the third POST" is ``method="POST", skip=2``).
    """

    action: Action
    at: int | None = None
    method: str | None = None
    path: str | None = None
    skip: int = 0
    count: int = 1
    status: int = 500
    seconds: float = 30.0
    retry_after: int | None = None

    @classmethod
    def parse(cls, values: object) -> Rule:
        """Read a rule from decoded JSON; ValueError says what is wrong."""
        if not isinstance(values, Mapping):
            raise ValueError("a fault rule is an object")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(map(str, values)) - known):
            raise ValueError(
                f"unknown property {unknown[0]!r} of a fault rule; known: {', '.join(sorted(known))}"
            )
        for field in fields(cls):
            _check(field.name, values.get(field.name, _default(field.default)))
        return cls(**{**values, "action": Action(values["action"])})

    def covers(self, index: int, method: str, path: str) -> bool:
        """Tell whether the conditions (without ``skip`` and ``count``) hold for a
        request.
        """
        if self.at is not None and not self.at <= index < self.at + self.count:
            return False
        return (self.method is None or self.method == method) and path.startswith(
            self.path or ""
        )


def _default(value: object) -> object:
    return None if value is MISSING else value


def _check(name: str, value: object) -> None:
    """Raise ValueError unless the value suits the property."""
    match name:
        case "action":
            Action(str(value))
        case "method" | "path":
            suits = value is None or isinstance(value, str)
        case "seconds":
            suits = isinstance(value, int | float) and value >= 0
        case "at" | "retry_after":
            suits = value is None or (isinstance(value, int) and value >= 0)
        case _:
            suits = isinstance(value, int) and value >= 0
    if name != "action" and not suits:
        raise ValueError(f"bad value {value!r} for {name} of a fault rule")


class FaultRules:
    """The rules in force and the count of requests since they were set."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.set(rules)

    def set(self, rules: Iterable[Rule]) -> None:
        """Replace all rules; counting starts over."""
        self.rules = tuple(rules)
        self.seen = 0
        self._matched = [0] * len(self.rules)

    def next(self, method: str, path: str) -> Rule | None:
        """Count one request and return the first rule that strikes it."""
        self.seen += 1
        struck = None
        for position, rule in enumerate(self.rules):
            if rule.covers(self.seen, method, path):
                self._matched[position] += 1
                if (
                    struck is None
                    and rule.skip < self._matched[position] <= rule.skip + rule.count
                ):
                    struck = rule
        return struck

    def state(self) -> dict[str, object]:
        """Describe rules and count as JSON-able values."""
        return {"seen": self.seen, "rules": [asdict(rule) for rule in self.rules]}
