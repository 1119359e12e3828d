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
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeGuard

from reconciler.apply.claims import Claims
from reconciler.apply.patience import (
    A_FEW_SECONDS,
    A_MINUTE_ALMOST,
    AT_ONCE,
    UNTIL_SHOWN,
    Patience,
    waits_after,
)
from reconciler.apply.shop import Ids, Shop
from reconciler.apply.tries import ATTEMPTS, HasMoved, InDoubt, Tries, is_doubtful
from reconciler.errors import (
    ApiError,
    Hopeless,
    NeverSent,
    NotUnderstood,
    Rejected,
    ServerFailure,
    Stopped,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from reconciler.form.fields import Form, patched
from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.live import TRANSIENT, Created, LiveResource, Names

NEVER_AGAIN = (Stopped, Hopeless)
NOT_DONE = (Unauthorized, NeverSent)
"""Failures that say for certain that this attempt was not carried out."""
IN_DOUBT = (TooManyRequests, Unreachable, ServerFailure, NotUnderstood)
SAYS_DONE = (404, 409, 410)
_SAYS_DONE_IN_WORDS = re.compile(r"already|exist|not found", re.IGNORECASE)
"""Refusals of what is there, or gone, already (contract §12); some come as a 400."""


IsDone = Callable[[LiveResource | None], bool]
"""Whether what lives now is what the write was to bring about."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A write that builds on what lives.

    `is_settled(is_again)` looks whether it is still as it was: true when nothing is left
    to be sent. It raises HasMoved when somebody else has changed it.
    """

    address: Address
    send: Callable[[], None]
    look: Callable[[], LiveResource | None]
    is_done: IsDone
    is_settled: Callable[[bool], bool]


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be added. Without empty parts."""

    form: Form
    send: Callable[[Form], None]


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
        tries = Tries()
        while True:
            try:
                created = self._shop.create(address, form, ids)
                created = self._claims.answered(address, created)
                return replace(created, resent=tries.doubt is not None)
            except NOT_DONE as refusal:
                raise tries.outcome(refusal) from None
            except IN_DOUBT as lost:
                tries.failed(lost)
                found = self._adopt(address, form, lost, tries.looks(lost))
                if found:
                    return replace(found, resent=tries.was_sent_again)
                self._check_resendable(lost, tries)
            except Rejected as refusal:
                # The name may be taken by what the listing does not show yet.
                waits = _waits_after_no(refusal, tries)
                cause = tries.doubt or refusal
                found = self._adopt(address, form, cause, waits)
                if found:
                    return replace(found, resent=tries.doubt is not None)
                raise tries.outcome(refusal) from None

    def confirm(self, address: Address, form: Form, created: Created) -> Created:
        """The same, once its name was read: what others are built on must be what was
        created. Raises InDoubt, Rejected.
        """
        try:
            live = self._shop.read(address, created.id)
        except ApiError as blind:
            raise InDoubt(blind) from blind
        return self.own(address, form, created, live)

    def own(
        self, address: Address, form: Form, created: Created, live: LiveResource | None
    ) -> Created:
        """What was created, when `live` was read by the id of its answer. Raises as
        `confirm`.
        """
        if live and address.is_called(kind_of(address).name_of(live)):
            return created
        told = f"{created.request} was answered with an id that is not its own"
        doubt = NotUnderstood(told, request=created.request)
        found = self._adopt(address, form, doubt, waits_after(doubt))
        if found:
            return found
        raise InDoubt(doubt)

    def repeat(self, write: Rewrite) -> None:
        """Sends what may be repeated, each time after a look. Neither a refusal nor a
        lost answer says that it was not carried out: then looking decides. Raises
        HasMoved, the refusal, or InDoubt, when it is not done.
        """
        tries = Tries()
        while failure := self._attempt(write, tries):
            if _is_plain_no(failure):
                waits = _waits_after_no(failure, tries)
                if self._shows(write, failure, waits):
                    return
                raise tries.outcome(failure)
            pause = self._pause(failure, tries)
            if pause is None:
                if self._shows(write, failure, A_MINUTE_ALMOST):
                    return
                raise tries.outcome(failure)
            self._patience.rest(pause)

    def _pause(self, failure: ApiError, tries: Tries) -> float | None:
        """Before the next attempt; None when there is none and the last may have been
        carried out. Raises the outcome when it certainly was not.
        """
        if isinstance(failure, (*NEVER_AGAIN, Unauthorized)):
            raise tries.outcome(failure)
        pause = None if self._patience.stop() else tries.pause(failure)
        if pause is None and isinstance(failure, NeverSent):
            raise tries.outcome(failure)
        return pause

    def _attempt(self, write: Rewrite, tries: Tries) -> ApiError | None:
        """Looks, and sends when it is as it was before. None when it is done."""
        try:
            with self._shop.in_one_go():
                if write.is_settled(tries.count > 0):
                    return None
                return _failure_of(write, tries)
        except (ApiError, HasMoved) as stop:
            if tries.doubt:
                raise InDoubt(tries.doubt, then=stop) from None
            raise

    def _shows(self, write: Rewrite, cause: ApiError, waits: tuple[float, ...]) -> bool:
        what = f"{write.address} to show what was sent"
        for _ in self._patience.looks(waits, what):
            try:
                live = write.look()
            except ApiError as blind:
                raise InDoubt(cause) from blind
            if write.is_done(live):
                return True
        return False

    def extend(self, write: Rewrite, addition: Addition) -> None:
        """Adds what is missing, once. Raises HasMoved, Rejected, or InDoubt when nobody
        can tell.
        """
        missing = addition.form
        tries = Tries()
        while missing:
            part = replace(write, send=partial(addition.send, missing))
            failure = self._attempt(part, tries)
            if failure is None:
                return
            if _is_plain_no(failure):
                waits = _waits_after_no(failure, tries)
                still = self._missing(write, addition.form, failure, waits)
                if still == missing:
                    raise tries.outcome(failure)
                if tries.count >= ATTEMPTS:
                    raise tries.outcome(_overtaken(write.address))
                missing = still
            elif is_doubtful(failure):
                waits = tries.looks(failure)
                missing = self._missing(write, addition.form, failure, waits)
                if missing:
                    self._check_resendable(failure, tries)
            else:
                self._patience.rest(self._pause(failure, tries) or 0.0)

    def _check_resendable(self, lost: ApiError, tries: Tries) -> None:
        """Raises the outcome unless it may be sent again: nothing is once the run is to
        stop.
        """
        if tries.is_used_up(lost) or self._patience.stop():
            raise tries.outcome(lost) from None

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
        self, write: Rewrite, form: Form, cause: ApiError, waits: tuple[float, ...]
    ) -> Form:
        """What of the form is not stored yet."""
        missing = form
        what = f"{write.address} to show what was added, since {cause}"
        for _ in self._patience.looks(waits, what):
            missing = self._not_stored(write, form, cause)
            if not missing:
                break
        return missing

    def _not_stored(self, write: Rewrite, form: Form, cause: ApiError) -> Form:
        """Raises Rejected when an addition is stored as something else."""
        address, kind = write.address, kind_of(write.address)
        try:
            live = write.look()
        except ApiError as blind:
            raise InDoubt(cause) from blind
        if live is None:
            raise _unclear(cause)  # nothing was read that says otherwise
        differing = kind.differences(live, kind.complete(form), self._names)
        # What cannot be made in place cannot have come from our request.
        stops = kind.stopped(live, differing, self._names)
        conflicts = [stop.change for stop in stops]
        if conflicts:
            raise _something_else(address, conflicts, cause)
        return patched({}, differing)


def _failure_of(write: Rewrite, tries: Tries) -> ApiError | None:
    try:
        write.send()
    except ApiError as failure:
        tries.failed(failure)
        return failure
    return None


def _overtaken(address: Address) -> Rejected:
    """What is to be added is never what is missing."""
    return Rejected(f"{address} changes faster than it can be extended; plan again")


def _is_plain_no(failure: ApiError) -> TypeGuard[Rejected]:
    return isinstance(failure, Rejected) and not isinstance(
        failure, (TooManyRequests, Unauthorized)
    )


def _unclear(cause: ApiError) -> Exception:
    """What to raise when looking has not helped."""
    if isinstance(cause, Rejected):
        return cause
    return InDoubt(cause)


def _waits_after_no(refusal: Rejected, tries: Tries) -> tuple[float, ...]:
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
