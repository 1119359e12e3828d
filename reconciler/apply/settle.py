"""What to do when nobody knows whether a request was carried out, because its answer was
lost (contract §9).

Never a blind second POST: look under the folded name first, adopt what is there and
fits, refuse what is something else, and send again only what the listing proves absent;
what was answered with a "yes" is never sent again. The server refuses a second live
name, so a request that is still on its way when we send again cannot make a duplicate;
it makes our second one fail, and then we look again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reconciler.apply.shop import LOOKS, Ids, Shop
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
from reconciler.form.fields import Form, patched
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.live import TRANSIENT, Created, LiveResource, Names

NOT_DONE = (Unauthorized, TooManyRequests, NeverSent)
"""Answers that say for certain that this attempt was not carried out."""
IN_DOUBT = (Unreachable, ServerFailure, NotUnderstood)
GATEWAY_GAVE_UP = (502, 504)
PATIENT_LOOKS = 5
"""So many looks take about four seconds: time enough for a request whose answer was lost
to be carried out.
"""

ATTEMPTS = 4
"""How often a write is sent before its outcome counts as unknown."""

IsDone = Callable[[LiveResource | None], bool]
"""Whether what lives under the address now is what the write was to bring about."""

Pause = Callable[[int], None]
"""Waits before the n-th look, n from 1."""


class InDoubt(Exception):
    """Reading could not tell whether the write was carried out."""

    def __init__(self, cause: ApiError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Settler:
    """Sends a create or an extension until its outcome is known."""

    def __init__(self, shop: Shop, names: Names, pause: Pause) -> None:
        self._shop = shop
        self._names = names
        self._pause = pause

    def create(self, address: Address, form: Form, ids: Ids) -> Created:
        """Creates exactly once. Raises Rejected when the API says no, InDoubt when
        nobody can tell.
        """
        doubt: ApiError | None = None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._shop.create(address, form, ids)
            except NOT_DONE as refusal:
                raise _outcome(refusal, doubt) from None
            except Rejected as refusal:
                # The name may be taken by an earlier attempt of ours that the listing
                # does not show yet.
                looks = LOOKS if doubt else 1
                if created := self._adopt(address, form, refusal, looks):
                    return created
                raise
            except IN_DOUBT as lost:
                self._pause(attempt)
                if created := self._adopt(address, form, lost, _looks(lost)):
                    return created
                _check_resendable(lost)
                doubt = lost
        assert doubt is not None
        raise InDoubt(doubt)

    def repeat(
        self,
        address: Address,
        number: int | None,
        send: Callable[[], None],
        is_done: IsDone,
    ) -> None:
        """Sends what may be repeated to the resource with that id. Neither a refusal nor
        a lost answer says that it was not carried out before: then a look decides.
        Raises the refusal, or what was lost, when it is not done.
        """
        try:
            send()
        except NOT_DONE:
            raise  # for certain: no look is needed
        except (Rejected, *IN_DOUBT) as refusal:
            # By its id: another one may have a name that is as good as the same.
            if not is_done(self._find(address, refusal, number)):
                raise

    def extend(self, address: Address, additions: Form, ids: Ids) -> None:
        """Adds what is missing, once. Raises Rejected, or InDoubt when nobody can
        tell.
        """
        addition = _Addition(address, ids[address], additions)
        doubt: ApiError | None = None
        # Without empty parts, as `_missing` gives it, so that the two can be compared.
        missing: Form = {key: part for key, part in additions.items() if part != {}}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._shop.extend(address, missing, ids)
                return
            except NOT_DONE as refusal:
                raise _outcome(refusal, doubt) from None
            except Rejected as refusal:
                looks = LOOKS if doubt else 1
                still = self._missing(addition, refusal, looks)
                if still == missing:
                    raise
            except IN_DOUBT as lost:
                self._pause(attempt)
                still = self._missing(addition, lost, _looks(lost))
                if still:
                    _check_resendable(lost)
                doubt = lost
            if not still:
                return
            missing = still
        if doubt:
            raise InDoubt(doubt)
        raise Rejected(f"{address} changes faster than it can be extended; plan again")

    def _look(
        self, address: Address, cause: ApiError, looks: int = 1
    ) -> LiveResource | None:
        """What lives under the name, looked for several times when it must be there."""
        for look in range(looks):
            if look:
                self._pause(look)
            found = self._find(address, cause)
            if found is not None:
                return found
        return None

    def _find(
        self, address: Address, cause: ApiError, number: int | None = None
    ) -> LiveResource | None:
        try:
            return self._shop.find(address, number)
        except ApiError as blind:
            raise InDoubt(cause) from blind

    def _adopt(
        self, address: Address, form: Form, cause: ApiError, looks: int
    ) -> Created | None:
        """What is there under the name and is what was wanted; None when nothing is
        there. Raises Rejected when it is something else.
        """
        found = self._look(address, cause, looks)
        if found is None:
            return None
        kind = kind_of(address)
        for look in range(1, LOOKS + 1):
            differing = kind.differences(found, form, self._names)
            if not differing:
                assert found.id is not None
                return Created(found.id, found.status)
            # While it is being made, it may still become what was wanted.
            if found.status not in TRANSIENT:
                break
            self._pause(look)
            found = self._look(address, cause) or found
        raise _something_else(address, differing, cause)

    def _missing(self, addition: "_Addition", cause: ApiError, looks: int) -> Form:
        """The additions that are not stored yet, looked for several times when they
        must be there.
        """
        missing = self._not_stored(addition, cause)
        for look in range(1, looks):
            if not missing:
                break
            self._pause(look)
            missing = self._not_stored(addition, cause)
        return missing

    def _not_stored(self, addition: "_Addition", cause: ApiError) -> Form:
        """Raises Rejected when an addition is stored as something else."""
        address, kind = addition.address, kind_of(addition.address)
        try:
            live = self._shop.read(address, addition.number)
        except ApiError as blind:
            raise InDoubt(cause) from blind
        if live is None:
            raise cause  # nothing was read that says otherwise
        wanted = kind.complete(addition.form)
        differing = kind.differences(live, wanted, self._names)
        # What cannot be made in place cannot have come from our request.
        stops = kind.stopped(live, differing, self._names)
        conflicts = [stop.change for stop in stops]
        if conflicts:
            raise _something_else(address, conflicts, cause)
        return patched({}, differing)


@dataclass(frozen=True, slots=True)
class _Addition:
    """What is to be added to the resource with that id."""

    address: Address
    number: int
    form: Form


def _outcome(refusal: ApiError, doubt: ApiError | None) -> Exception:
    """This attempt was not carried out; whether an earlier one was may be in doubt."""
    return InDoubt(doubt) if doubt else refusal


def _check_resendable(lost: ApiError) -> None:
    """Raises InDoubt if the answer was a "yes", however odd: it is never sent again."""
    if isinstance(lost, NotUnderstood):
        raise InDoubt(lost) from None


def _looks(lost: ApiError) -> int:
    """How often it is looked for before it counts as not carried out. "Yes" in words
    that nobody understands is a yes, and behind a gateway that gave up, or a connection
    that broke, the API may still be at work.
    """
    if isinstance(lost, NotUnderstood):
        return LOOKS
    if isinstance(lost, Unreachable) or lost.status in GATEWAY_GAVE_UP:
        return PATIENT_LOOKS
    return 1


def _something_else(
    address: Address, differing: Iterable[FieldChange], cause: ApiError
) -> Rejected:
    kind = kind_of(address)
    paths = ", ".join(kind.dotted(change.path) for change in differing)
    return Rejected(
        f"{address} appeared meanwhile and is something else ({paths}); plan again to see what differs",
        request=cause.request,
        status=cause.status,
    )
