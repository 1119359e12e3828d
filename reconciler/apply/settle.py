"""What to do when nobody knows whether a request was carried out, because its answer was
lost or was no clear yes or no (contract §9).

Never a blind second POST: look for it under its name first, adopt what is there and
fits, refuse what is something else, and send again only what has not shown for long
enough (`patience.py`); what was answered with a "yes" is never sent again. The server
refuses a second live name, so a request that is still on its way when we send again
cannot make a duplicate; it makes our second one fail, and then we look again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reconciler.apply.claims import Claims
from reconciler.apply.patience import (
    A_FEW_SECONDS,
    AT_ONCE,
    UNTIL_SHOWN,
    Patience,
    waits_after,
)
from reconciler.apply.shop import Ids, Shop
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

NOT_DONE = (Unauthorized, NeverSent)
"""Failures that say for certain that this attempt was not carried out."""
IN_DOUBT = (TooManyRequests, Unreachable, ServerFailure, NotUnderstood)
ATTEMPTS = 4
"""How often a write is sent before its outcome counts as unknown."""
PATIENCE_FOR_LIMITS = 150.0
"""Seconds for which a write is tried again that is answered 429; see `Policy`."""
SAYS_DONE = (404, 409, 410)
_SAYS_DONE_IN_WORDS = re.compile(r"already|exist|not found", re.IGNORECASE)
"""Refusals of what is there, or gone, already (contract §12); some come as a 400."""

IsDone = Callable[[LiveResource | None], bool]
"""Whether what lives now is what the write was to bring about."""


class InDoubt(Exception):
    """Reading could not tell whether the write was carried out."""

    def __init__(self, cause: ApiError) -> None:
        super().__init__(
            f"{cause}. It may have been carried out, or still be: "
            "wait a minute, then plan again to see"
        )
        self.cause = cause


class SomethingElse(Rejected):
    """What lives under the name is not what was to be created; it may be what came of
    our own request.
    """


class Settler:
    """Sends a create or an extension until its outcome is known."""

    def __init__(self, shop: Shop, names: Names, patience: Patience) -> None:
        self._shop = shop
        self._names = names
        self._patience = patience
        self._claims = Claims(names)

    def create(self, address: Address, form: Form, ids: Ids) -> Created:
        """Creates exactly once. Raises Rejected when the API says no, InDoubt when
        nobody can tell.
        """
        tries = _Tries()
        while True:
            try:
                created = self._shop.create(address, form, ids)
                return self._claims.answered(address, created)
            except NOT_DONE as refusal:
                raise tries.outcome(refusal) from None
            except IN_DOUBT as lost:
                found = self._adopt(address, form, lost, waits_after(lost))
                if found:
                    return found
                self._check_resendable(lost, tries)
            except Rejected as refusal:
                # The name may be taken by what the listing does not show yet.
                waits = _waits_after_no(refusal, tries)
                cause = tries.doubt or refusal
                found = self._adopt(address, form, cause, waits)
                if found:
                    return found
                raise

    def confirm(self, address: Address, form: Form, created: Created) -> Created:
        """The same, once its name was read: what others are built on must be what was
        created. Raises InDoubt, Rejected.
        """
        try:
            live = self._shop.read(address, created.id)
        except ApiError as blind:
            raise InDoubt(blind) from blind
        if live and address.is_called(kind_of(address).name_of(live)):
            return created
        told = f"{created.request} was answered with an id that is not its own"
        doubt = NotUnderstood(told, request=created.request)
        found = self._adopt(address, form, doubt, waits_after(doubt))
        if found:
            return found
        raise InDoubt(doubt)

    def repeat(
        self,
        address: Address,
        send: Callable[[], None],
        look: Callable[[], LiveResource | None],
        is_done: IsDone,
    ) -> None:
        """Sends what may be repeated. Neither a refusal nor a lost answer says that it
        was not carried out: then `look` decides. Raises the refusal, or InDoubt, when
        it is not done.
        """
        try:
            send()
        except NOT_DONE:
            raise  # for certain: no look is needed
        except IN_DOUBT as lost:
            if not self._shows(address, look, is_done, lost, waits_after(lost)):
                raise _unclear(lost) from None
        except Rejected as refusal:
            waits = _waits_after_no(refusal, _Tries())
            if not self._shows(address, look, is_done, refusal, waits):
                raise

    def _shows(
        self,
        address: Address,
        look: Callable[[], LiveResource | None],
        is_done: IsDone,
        cause: ApiError,
        waits: tuple[float, ...],
    ) -> bool:
        for _ in self._patience.looks(waits, f"{address} to show what was sent"):
            try:
                live = look()
            except ApiError as blind:
                raise InDoubt(cause) from blind
            if is_done(live):
                return True
        return False

    def extend(self, address: Address, additions: Form, ids: Ids) -> None:
        """Adds what is missing, once. Raises Rejected, or InDoubt when nobody can
        tell.
        """
        addition = _Addition(address, ids[address], additions)
        # Without empty parts, as `_missing` gives it, so that the two can be compared.
        missing: Form = {key: part for key, part in additions.items() if part != {}}
        tries = _Tries()
        while missing:
            try:
                self._shop.extend(address, missing, ids)
                return
            except NOT_DONE as refusal:
                raise tries.outcome(refusal) from None
            except IN_DOUBT as lost:
                missing = self._missing(addition, lost, waits_after(lost))
                if missing:
                    self._check_resendable(lost, tries)
            except Rejected as refusal:
                waits = _waits_after_no(refusal, tries)
                still = self._missing(addition, refusal, waits)
                if still == missing:
                    raise
                missing = still
                tries.count_refusal(address)

    def _check_resendable(self, lost: ApiError, tries: "_Tries") -> None:
        """Raises the outcome unless it may be sent again: a "yes", however odd, is
        never, and nothing is once the run is to stop.
        """
        if isinstance(lost, NotUnderstood) or self._patience.stop():
            raise InDoubt(lost) from None
        if isinstance(lost, TooManyRequests):
            self._patience.rest(tries.after_limit(lost))
        else:
            tries.after_failure(lost)

    def _adopt(
        self, address: Address, form: Form, cause: ApiError, waits: tuple[float, ...]
    ) -> Created | None:
        """What is there under the name and is what was wanted; None when nothing is
        there. Raises Rejected when it is something else.
        """
        what = f"{address} to appear, since {cause}"
        for is_last in self._patience.looks(waits, what):
            find = self._shop.find if is_last else self._shop.find_new
            found = _seen(find, address, cause)
            if found:
                return self._fitting(address, form, cause, found)
        return None

    def _fitting(
        self, address: Address, form: Form, cause: ApiError, found: LiveResource
    ) -> Created:
        kind = kind_of(address)
        differing = kind.differences(found, form, self._names)
        if differing and found.status in TRANSIENT:
            # While it is being made, it may still become what was wanted.
            what = f"{address}, which is being made, to be complete"
            for _ in self._patience.looks(UNTIL_SHOWN, what):
                found = _seen(self._shop.find, address, cause) or found
                differing = kind.differences(found, form, self._names)
                if not differing or found.status not in TRANSIENT:
                    break
        if differing:
            raise _something_else(address, differing, cause)
        assert found.id is not None
        adopted = Created(found.id, found.status, adopted=True)
        return self._claims.listed(address, adopted)

    def _missing(
        self, addition: "_Addition", cause: ApiError, waits: tuple[float, ...]
    ) -> Form:
        """The additions that are not stored yet."""
        missing = addition.form
        what = f"{addition.address} to show what was added, since {cause}"
        for _ in self._patience.looks(waits, what):
            missing = self._not_stored(addition, cause)
            if not missing:
                break
        return missing

    def _not_stored(self, addition: "_Addition", cause: ApiError) -> Form:
        """Raises Rejected when an addition is stored as something else."""
        address, kind = addition.address, kind_of(addition.address)
        try:
            live = self._shop.read(address, addition.number)
        except ApiError as blind:
            raise InDoubt(cause) from blind
        if live is None:
            raise _unclear(cause)  # nothing was read that says otherwise
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


class _Tries:
    """How often one write was sent, and what is unknown of it."""

    def __init__(self) -> None:
        self.doubt: ApiError | None = None
        self._failures = 0
        self._refusals = 0
        self._waited = 0.0

    def outcome(self, refusal: ApiError) -> Exception:
        """This attempt was not carried out; whether an earlier one was may be in doubt."""
        return InDoubt(self.doubt) if self.doubt else refusal

    def after_failure(self, lost: ApiError) -> None:
        """Raises InDoubt when it was sent often enough."""
        self.doubt = lost
        self._failures += 1
        if self._failures >= ATTEMPTS:
            raise InDoubt(lost) from None

    def after_limit(self, limit: TooManyRequests) -> float:
        """Seconds to wait for the limit, besides the looks. Raises the outcome when
        that is too long.
        """
        looked = sum(A_FEW_SECONDS)
        wait = max((limit.retry_after or 0.0) - looked, 0.0)
        self._waited += wait + looked
        if self._waited > PATIENCE_FOR_LIMITS:
            raise self.outcome(limit) from None
        return wait

    def count_refusal(self, address: Address) -> None:
        """Raises when what is to be added is never what is missing."""
        self._refusals += 1
        if self._refusals < ATTEMPTS:
            return
        if self.doubt:
            raise InDoubt(self.doubt) from None
        told = f"{address} changes faster than it can be extended; plan again"
        raise Rejected(told) from None


def _unclear(cause: ApiError) -> Exception:
    """What to raise when looking has not helped."""
    if isinstance(cause, Rejected):
        return cause
    return InDoubt(cause)


def _waits_after_no(refusal: Rejected, tries: _Tries) -> tuple[float, ...]:
    """How long to look after a refusal: one that says that it is done already, or comes
    after a try in doubt, means that it must be there.
    """
    words = _SAYS_DONE_IN_WORDS.search(str(refusal))
    if tries.doubt or words or refusal.status in SAYS_DONE:
        return A_FEW_SECONDS
    return AT_ONCE


def _seen(
    find: Callable[[Address], LiveResource | None], address: Address, cause: ApiError
) -> LiveResource | None:
    try:
        return find(address)
    except ApiError as blind:
        raise InDoubt(cause) from blind


def _something_else(
    address: Address, differing: Iterable[FieldChange], cause: ApiError
) -> Rejected:
    kind = kind_of(address)
    paths = ", ".join(kind.dotted(change.path) for change in differing)
    told = f"{address} appeared meanwhile and is something else ({paths}); plan again to see what differs"
    # A plain no was not ours; of anything else nobody knows whose work it is.
    is_certain = isinstance(cause, Rejected) and not isinstance(cause, TooManyRequests)
    make = Rejected if is_certain else SomethingElse
    return make(told, request=cause.request, status=cause.status)
