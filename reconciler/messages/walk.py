"""The way of a variable for one contact, step by step, up to its value or to the step that
ended it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.kinds.contact_fields import CONTACT
from reconciler.messages.chain import Chain, Hop, Row, Value
from reconciler.messages.payload import slot_in
from reconciler.messages.price import FIELDS, Prices
from reconciler.messages.resolver import PRODUCTS
from reconciler.messages.shop import NotLive, Once, Rows, Values

State = Literal["filled", "empty", "payload", "not live"]


@dataclass(frozen=True, slots=True)
class Taken:
    """One step: what was looked for, the request that it took (empty when that was known
    already), and how many were found.
    """

    sought: str
    request: str
    found: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a way ended. Without a value, `why` says so, and the last step taken is the
    one that ended it. "payload" is a value of a payload that is not known.
    """

    state: State
    value: Any = None
    why: str = ""
    taken: tuple[Taken, ...] = ()


class _Ended(Exception):
    """There is nothing to go on with."""


@dataclass(slots=True)
class Walk:
    """The ways of one contact, whose id is `number`; `payload` is what the event brings,
    None when that is not known. Raises ApiError.
    """

    shop: Once
    number: int
    contact: Values
    payload: Values | None = None
    _taken: list[Taken] = field(default_factory=list)

    def follow(self, chain: Chain) -> Reached:
        """To the end of one way."""
        self._taken = []
        if not chain.steps and chain.value.owner != CONTACT:
            return self._in_payload(chain)
        try:
            value = self._value(chain)
        except NotLive as missing:
            return self._end("not live", None, str(missing))
        except _Ended as ended:
            return self._end("empty", None, str(ended))
        return self._end("filled", value, "")

    def _end(self, state: State, value: Any, why: str) -> Reached:
        return Reached(state, value, why, tuple(self._taken))

    def _in_payload(self, chain: Chain) -> Reached:
        slot = slot_in(chain.path)
        assert slot is not None
        name = f"{slot.name}.{chain.value.name}"
        if self.payload is None:
            return Reached("payload", None, f"{name} comes with the event")
        found: Any = self.payload
        for key in (*slot.name.split("."), chain.value.name):
            found = found.get(key) if isinstance(found, Mapping) else None
        taken = (Taken(f"{name} of the payload", "", int(found is not None)),)
        if len(chain.path) > slot.length + 1:
            why = f"no source shows a variable that goes into {name}"
            return Reached("empty", None, why, taken)
        if found in (None, ""):
            return Reached("empty", None, f"the payload has no {name}", taken)
        return Reached("filled", found, "", taken)

    def _value(self, chain: Chain) -> Any:
        """Raises _Ended, NotLive."""
        here = self.contact
        if not chain.steps:
            self._taken.append(Taken("the contact", "GET /contacts", 1))
        for step in chain.steps:
            here = self._own(step) if isinstance(step, Row) else self._next(step, here)
        value = self._in(here, chain.value)
        if value in (None, ""):
            raise _Ended(_no_value(chain.value))
        return value

    def _in(self, here: Values, value: Value) -> Any:
        if value.owner == PRODUCTS and value.name in FIELDS:
            return Prices(self.shop, self.number).seen(here, value.name).value
        return here.get(value.in_api)

    def _own(self, step: Row) -> Values:
        """The contact's row."""
        definition = self.shop.definition(step.definition)
        rows = self.shop.rows(definition, {step.by: (str(self.number),)})
        sought = f"row of {step.definition} with {step.by} = {self.number}"
        return self._oldest(
            rows, sought, f"the contact has no row of {step.definition}"
        )

    def _next(self, step: Hop, row: Values) -> Values:
        """What a field of a row points at."""
        points_at = row.get(step.field)
        if points_at in (None, ""):
            raise _Ended(f"{step.field} is empty")
        target, wanted = step.target, str(points_at)
        if target.what == "contacts" and wanted == str(self.number):
            return self.contact
        owner = target.definition or target.what
        sought = f"row of {owner} with {target.field} = {wanted}"
        missing = f"no row of {owner} is the one that {step.field} names"
        if target.what == "contacts":
            return self._oldest(self.shop.contact(wanted), sought, missing)
        if target.what == "products":
            return self._oldest(self.shop.product(wanted), sought, missing)
        definition = self.shop.definition(target.definition)
        rows = self.shop.rows(definition, {target.field: (wanted,)})
        return self._oldest(rows, sought, missing)

    def _oldest(self, rows: Rows, sought: str, missing: str) -> Values:
        """Of several, no source says which one is shown."""
        self._taken.append(Taken(sought, rows.request, rows.total))
        if not rows.first:
            raise _Ended(missing)
        return rows.first[0]


def _no_value(value: Value) -> str:
    if value.owner == CONTACT:
        return f"the contact has no {value.name}"
    return f"{value.owner}.{value.name} is empty"
