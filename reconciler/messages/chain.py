"""Where a variable gets its value from: the way from the contact to a field, step by
step.
"""

from dataclasses import dataclass

from reconciler.kinds.definition.table import Target


@dataclass(frozen=True, slots=True)
class Row:
    """The contact's row of a definition: the one whose field `by` is the contact.

    `is_only` is False when nothing says that a contact has one row at most.
    """

    definition: str
    by: str
    is_only: bool = True


@dataclass(frozen=True, slots=True)
class Hop:
    """From a row to the one that its field points at: of `target.definition`, of the
    products or the contacts, the one whose `target.field` has the same value.

    `written` is the segment in the message. `is_inferred` is False when the settings say
    that the relationship is written so (contract §8 has one example).
    """

    written: str
    field: str
    target: Target
    is_inferred: bool = True
    is_only: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """What is printed. `owner` is "contact", a slot such as "metaData", "products" or the
    name of a definition; `name` is the name in messages and `in_api` that in the API.
    `type` is empty where the contract does not say it.
    """

    owner: str
    name: str
    in_api: str
    type: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps from the contact, and the value at their end: no steps for what the
    contact itself or the event's payload has. `events` are the code names of the events
    whose payload it may be.
    """

    path: tuple[str, ...]
    steps: tuple[Row | Hop, ...]
    value: Value
    events: tuple[str, ...] = ()

    @property
    def is_inferred(self) -> bool:
        """Whether a hop in it follows the rule and no setting."""
        return any(isinstance(step, Hop) and step.is_inferred for step in self.steps)

    @property
    def may_be_empty(self) -> bool:
        """Whether some contact may have nothing there: no row, or no value."""
        return bool(self.steps) or not self.value.required
