"""Doubtful outcomes: the request may have been carried out and the answer got lost (contract §9).

Never a blind second POST: look under the folded name first, adopt what is there and fits, and send again only what
the listing proves absent. The server refuses a second live name, so a request that is still on its way when we
send again cannot make a duplicate; it makes our second one fail, and then we look again.
"""

from collections.abc import Callable

from reconciler.apply.shop import Ids, Shop
from reconciler.diff.compare import differences
from reconciler.diff.fields import Form
from reconciler.diff.normalize import Naming
from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    Rejected,
    ServerFailure,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from reconciler.model.address import Address
from reconciler.model.state import Created, LiveDefinition, LiveEvent, LiveResource

ATTEMPTS = 4
"""How often a write is sent before its outcome counts as unknown."""

Pause = Callable[[int], None]
"""Waits before the n-th look, n from 1."""


class InDoubt(Exception):
    """Reading could not tell whether the write was carried out."""

    def __init__(self, cause: ApiError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Settler:
    """Sends a create or an extension until its outcome is known."""

    def __init__(self, shop: Shop, naming: Naming, pause: Pause) -> None:
        self._shop = shop
        self._naming = naming
        self._pause = pause

    def create(self, address: Address, form: Form, ids: Ids) -> Created:
        """Creates exactly once. Raises Rejected when the API says no, InDoubt when nobody can tell."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._shop.create(address, form, ids)
            except (Unauthorized, TooManyRequests, NeverSent):
                raise
            except Rejected as refusal:
                found = self._look(address, refusal)
                if found is None:
                    raise
                return self._adopted(address, found, form, ids, refusal)
            except (Unreachable, ServerFailure, NotUnderstood) as doubt:
                self._pause(attempt)
                found = self._look(address, doubt)
                if found is not None:
                    return self._adopted(address, found, form, ids, doubt)
                last = doubt
        raise InDoubt(last)

    def extend(self, address: Address, definition_id: int, additions: Form, ids: Ids) -> None:
        """Adds what is missing, once. Raises Rejected, or InDoubt when nobody can tell."""
        missing = additions
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._shop.extend(definition_id, missing, ids)
            except (Unauthorized, TooManyRequests, NeverSent):
                raise
            except (Rejected, Unreachable, ServerFailure, NotUnderstood) as doubt:
                self._pause(attempt)
                live = self._look(address, doubt)
                if not isinstance(live, LiveDefinition):
                    raise
                still = _missing(live, additions, self._naming)
                if not still:
                    return None
                if isinstance(doubt, Rejected) and still == missing:
                    raise
                missing, last = still, doubt
        raise InDoubt(last)

    def _look(self, address: Address, cause: ApiError) -> LiveResource | None:
        try:
            return self._shop.find(address)
        except ApiError as blind:
            raise InDoubt(cause) from blind

    def _adopted(self, address: Address, found: LiveResource, form: Form, ids: Ids, cause: ApiError) -> Created:
        """What is there under the name, made complete where it can be; Rejected when it is something else."""
        if isinstance(found, LiveEvent):
            if differences(found, form, self._naming):
                self._shop.update_event(found.id, address, form)
            return Created(found.id, "active")
        if not isinstance(found, LiveDefinition):
            raise cause
        clashes = [change for change in differences(found, form, self._naming) if len(change.path) != 2]
        if any(change.path != ("description",) for change in clashes):
            paths = ", ".join(change.dotted for change in clashes)
            raise Rejected(
                f"{address} appeared meanwhile and is something else ({paths}); plan again to see what differs",
                request=cause.request,
                status=cause.status,
            ) from cause
        missing = _missing(found, form, self._naming)
        if missing:
            self.extend(address, found.id, missing, ids)
        return Created(found.id, found.status)


def _missing(live: LiveDefinition, form: Form, naming: Naming) -> dict[str, object]:
    """The additions of `form` that are not stored yet, whole."""
    missing: dict[str, object] = {}
    for change in differences(live, {"fields": {}, "relationships": {}, **form}, naming):
        if change.path == ("description",):
            missing["description"] = change.new
        elif len(change.path) == 2:
            section = missing.setdefault(change.path[0], {})
            assert isinstance(section, dict)
            section[change.path[1]] = change.new
    return missing
