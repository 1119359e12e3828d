"""How one task is sent, in a worker thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.apply.patience import UNTIL_SHOWN, Patience
from reconciler.apply.schedule import Task
from reconciler.apply.settle import Addition, IsDone, Rewrite, Settler
from reconciler.apply.shop import Shop
from reconciler.apply.state import State
from reconciler.apply.steps import Work
from reconciler.apply.tries import HasMoved
from reconciler.errors import ApiError, NeverSent, Stopped
from reconciler.form.fields import Form, patched
from reconciler.kinds.registry import kind_of
from reconciler.kinds.step import Step, Verb
from reconciler.model.address import Address
from reconciler.model.live import (
    TRANSIENT,
    Created,
    LiveResource,
)
from reconciler.plan.fingerprint import of_live


class _AlreadyDone(Exception):
    """Somebody else has done all of a change."""


@dataclass(frozen=True, slots=True)
class _Target:
    """A step, and the id of what it is about, if that has one. `is_first` when nothing
    of the change was sent before it.
    """

    work: Work
    step: Step
    number: int | None
    is_first: bool

    @property
    def address(self) -> Address:
        """Whose step it is."""
        return self.work.address

    @property
    def id(self) -> int:
        """The id of what must have one."""
        assert self.number is not None
        return self.number


@dataclass(frozen=True, slots=True)
class Writer:
    """Sends one task, in a worker thread."""

    state: State
    shop: Shop
    settler: Settler
    patience: Patience

    def send(self, task: Task) -> Created | None:
        """Returns what was created. Raises ApiError (Stopped only when nothing of the
        task was sent), InDoubt, or HasMoved.
        """
        try:
            return self._send_all(task)
        except _AlreadyDone:
            return None

    def _send_all(self, task: Task) -> Created | None:
        work = self.state.work[task.address]
        first, *others = work.legs[task.turn].steps
        # Once its own first request has changed it, it is not what it was.
        created = self._send_step(work, first, None, is_first=not task.turn)
        self.state.touched.add(work.address)
        try:
            for step in others:
                created = self._send_step(work, step, created, is_first=False)
        except Stopped as stopped:
            raise NeverSent(str(stopped), request=stopped.request) from None
        return created

    def _send_step(
        self, work: Work, step: Step, created: Created | None, *, is_first: bool
    ) -> Created | None:
        """Returns what this step or one before it created."""
        if step.verb == "create":
            return self._create(work, step)
        number = created.id if created else self.state.ids.get(work.address)
        _SENDERS[step.verb](self, _Target(work, step, number, is_first))
        return created

    def _create(self, work: Work, step: Step) -> Created:
        address = work.address
        created = self.settler.create(address, step.form, self.state.ids)
        seen = None
        if created.status in TRANSIENT:
            seen = self._await_active(address, created.id)
            created = replace(created, status=seen.status if seen else created.status)
        shows_name = created.adopted or created.name is not None
        is_known = shows_name or _is_called(address, seen)
        if not is_known and self.state.is_built_on(address):
            return self.settler.confirm(address, step.form, created)
        is_read = created.adopted or _is_called(address, seen)
        if not is_read and address in self.state.to_confirm:
            return self._confirm_named(address, step, created)
        return created

    def _confirm_named(self, address: Address, step: Step, created: Created) -> Created:
        """Its answer has the right name, and perhaps because a server repeats what it was
        sent. What cannot be looked at is believed.
        """
        try:
            live = self.shop.read(address, created.id)
        except ApiError:
            return created
        return self.settler.own(address, step.form, created, live)

    def _await_active(self, address: Address, number: int) -> LiveResource | None:
        """Waits a bounded time for the API to finish; it is created, and the read-back
        at the end has the last word. What was seen last.
        """
        live = None
        what = f"{address}, which the shop is still making"
        for _ in self.patience.looks(UNTIL_SHOWN, what):
            try:
                live = self.shop.read(address, number)
            except ApiError:
                break
            if live is not None and live.status not in TRANSIENT:
                break
        return live

    def _extend(self, target: _Target) -> None:
        """Adds what is missing."""
        address, number, form = target.address, target.id, target.step.form
        kind = kind_of(address)

        def send(part: Form) -> None:
            self.shop.extend(address, part, {**self.state.ids, address: number})

        def look() -> LiveResource | None:
            return self.shop.read(address, number)

        def is_done(live: LiveResource | None) -> bool:
            wanted = kind.complete(form)
            return live is not None and not kind.differences(
                live, wanted, self.state.names
            )

        # Without empty parts, as what is still missing is given.
        parts: Form = {key: part for key, part in form.items() if part != {}}
        write = self._rewrite(target, lambda: send(parts), look, is_done)
        self.settler.extend(write, Addition(parts, send))

    def _replace(self, target: _Target) -> None:
        """Writes the whole resource."""
        address, number, work = target.address, target.number, target.work
        kind = kind_of(address)

        def send() -> None:
            self.shop.replace(address, target.step.form, self.state.ids)

        def look() -> LiveResource | None:
            return self.shop.read(address, number)

        def is_done(live: LiveResource | None) -> bool:
            if live is None:
                return number is None and kind.is_nothing(work.wanted)
            if live.id != number:
                return False
            return not kind.differences(live, work.wanted, self.state.names)

        self.settler.repeat(self._rewrite(target, send, look, is_done))

    def _delete(self, target: _Target) -> None:
        """Deletes it. Done when nothing has its id any more."""
        address, number = target.address, target.id

        def send() -> None:
            self.shop.delete(address, number)

        def look() -> LiveResource | None:
            return self.shop.find(address, number)

        def is_done(live: LiveResource | None) -> bool:
            return live is None

        self.settler.repeat(self._rewrite(target, send, look, is_done))

    def _switch(self, target: _Target) -> None:
        """Switches it to the status that the step names."""
        address, number, status = target.address, target.id, target.step.status
        assert status is not None

        def send() -> None:
            self.shop.switch(address, number, status)

        def look() -> LiveResource | None:
            return self.shop.read(address, number)

        def is_done(live: LiveResource | None) -> bool:
            return live is not None and kind_of(address).status_of(live) == status

        self.settler.repeat(self._rewrite(target, send, look, is_done))

    def _rewrite(
        self,
        target: _Target,
        send: Callable[[], None],
        look: Callable[[], LiveResource | None],
        is_done: IsDone,
    ) -> Rewrite:
        def is_settled(is_again: bool) -> bool:
            if not (target.is_first or is_again):
                return False
            now = self._seen_now(target)
            if self._is_as_before(target, now, is_again):
                return False
            if is_again and is_done(now):
                return True
            if self._is_as_wanted(target, now):
                raise _AlreadyDone
            what = "it has been changed" if now else "it cannot be read any more"
            told = f"{what} since the plan was made"
            if not is_again:
                told += "; nothing was sent, plan again"
            raise HasMoved(told)

        return Rewrite(target.address, send, look, is_done, is_settled)

    def _seen_now(self, target: _Target) -> LiveResource | None:
        """Reads what is to be changed once more: what others have changed since the
        plan was made would be lost. A refusal to show it alone proves nothing; then the
        listing has the say.
        """
        address, number = target.address, target.number
        before = self.state.live.resources.get(address)
        try:
            now = self.shop.read(address, number)
            if now is None and number is not None:
                name = kind_of(address).name_of(before) if before else address.name
                now = self.shop.find(Address(address.kind, name), number)
        except ApiError as blind:
            raise NeverSent(
                f"it could not be read once more, so nothing was sent: {blind}",
                request=blind.request,
            ) from blind
        return now

    def _is_as_before(
        self, target: _Target, now: LiveResource | None, is_again: bool
    ) -> bool:
        """Whether it is what the plan saw, or that and a part of what this run has sent:
        an extension may have been stored in part.
        """
        address = target.address
        before = self.state.live.resources.get(address)
        if target.is_first and of_live(address, before) == of_live(address, now):
            return True
        was_changed = not target.is_first or (is_again and target.step.verb == "extend")
        if now is None or not was_changed:
            return False
        kind, wanted = kind_of(address), target.work.wanted
        base, seen = self._base_and_seen(target, now)
        sent = patched(base, kind.changes({}, kind.complete(wanted)))
        strange = {part.path for part in kind.changes(base, seen)}
        return strange.isdisjoint(part.path for part in kind.changes(sent, seen))

    def _base_and_seen(
        self, target: _Target, now: LiveResource
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The forms of what the plan saw and of what is there now; of what this run has
        created, as far as it was sent.
        """
        kind, names = kind_of(target.address), self.state.names
        seen = kind.canonical(kind.live_form(now, names))
        before = self.state.live.resources.get(target.address)
        if before is not None:
            return kind.canonical(kind.live_form(before, names)), seen
        base = kind.complete({})
        base |= {key: seen[key] for key in kind.filled_in if key in seen}
        # What was not sent is the server's.
        sent = (*base, *target.work.wanted)
        return base, {key: seen[key] for key in sent if key in seen}

    def _is_as_wanted(self, target: _Target, now: LiveResource | None) -> bool:
        """Whether nothing of the change is left to be sent."""
        work = target.work
        if work.action == "delete":
            return now is None
        if now is None or now.id != target.number or len(work.legs) > 1:
            return False
        kind = kind_of(work.address)
        if work.final_status not in (None, kind.status_of(now)):
            return False
        if not self.state.has_its_name(work, now):
            return False
        return not kind.differences(now, work.wanted, self.state.names)


def _is_called(address: Address, live: LiveResource | None) -> bool:
    return live is not None and address.is_called(kind_of(address).name_of(live))


_Sender = Callable[[Writer, _Target], None]

_SENDERS: Mapping[Verb, _Sender] = {
    "extend": Writer._extend,
    "replace": Writer._replace,
    "switch": Writer._switch,
    "delete": Writer._delete,
}
"""What sends each verb but `create`, which is the only one that gives an id."""
