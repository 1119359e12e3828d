"""A push from its comparison to its end: send, read back, and delete last."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reconciler.errors import ApiError
from reconciler.records.compare import Comparer
from reconciler.records.compared import Compared, TooManyToBag
from reconciler.records.deletes import Deleter
from reconciler.records.options import PushOptions
from reconciler.records.outcome import RowsOutcome
from reconciler.records.push import Pusher
from reconciler.records.raw import Unreadable
from reconciler.records.row_spool import State
from reconciler.records.sent import Pace
from reconciler.records.shop import WritableRows
from reconciler.records.verify import Verifier

ROUNDS = 3
"""How often a table without unique keys is compared again after a lost answer."""
UNTIL_IT_SHOWS = 20.0
LEFT = (State.CREATE, State.UPDATE, State.ACCEPTED, State.NOT_SENT)
"""What a row is in that was to be sent, and was not sent to its end."""


@dataclass
class Push:
    """One push. `deletes_all` says that the rows to be deleted were picked by hand."""

    comparer: Comparer
    compared: Compared
    shop: WritableRows
    options: PushOptions
    pace: Pace = field(default_factory=Pace)
    read_at: float | None = None
    """When the shop was begun to be read, by the clock; None is now."""
    accepted: Callable[[int, int, int], None] = lambda rows, file, line: None
    deletes_all: bool = False

    def __post_init__(self) -> None:
        self.first_compared = self.compared
        self.left = self.compared.create
        self.is_blind = False

    def run(self) -> RowsOutcome:
        """Everything, in order. What goes wrong is in the outcome."""
        began, before = self.pace.clock(), self.shop.requests
        pusher = self._push()
        verifier = Verifier(pusher, self.compared.live)
        if self.comparer.is_bag:
            self._verify_bag(pusher, verifier)
        else:
            verifier.run()
        deleter = self._delete(pusher)
        return self._outcome(pusher, verifier, deleter, began, before)

    def _push(self) -> Pusher:
        read_at = self.pace.clock() if self.read_at is None else self.read_at
        pusher = Pusher(
            self.comparer,
            self.shop,
            self.options,
            self.pace,
            read_at,
            self.accepted,
        )
        pusher.run()
        for _ in range(ROUNDS):
            if not pusher.is_in_doubt or self.pace.stop():
                break
            # Which rows arrived is seen when all are compared again.
            self.pace.rest(UNTIL_IT_SHOWS)
            try:
                self._compare_again()
            except ApiError as blind:
                pusher.stopped = str(blind)
                break
            pusher.is_in_doubt, pusher.stopped = False, ""
            pusher.not_stored.clear()  # what was rejected is sent again
            pusher.run()
        return pusher

    def _compare_again(self) -> None:
        """Rows that were sent before are unchanged now."""
        self.compared = self.comparer.run()

    def _verify_bag(self, pusher: Pusher, verifier: Verifier) -> None:
        """Rows without a key are stored when a comparison finds them."""
        waited, delay = 0.0, 0.5
        while self.first_compared.create:
            self._find_left(verifier)
            stored = self.first_compared.create - self.left
            is_over = waited >= self.options.wait or self.pace.stop()
            if stored >= pusher.taken or is_over:
                break
            self.pace.rest(delay)
            waited, delay = waited + delay, min(delay * 2, 10.0)
        verifier.read = self.first_compared.create - self.left

    def _find_left(self, verifier: Verifier) -> None:
        """How many rows are not there; all of them, where that cannot be seen."""
        self.left = self.first_compared.create
        self.is_blind = True
        try:
            self._compare_again()
        except (ApiError, Unreadable, TooManyToBag) as blind:
            verifier.warn(f"rows could not be read back: {blind}")
            return
        self.left = self.compared.create
        self.is_blind = False

    def _delete(self, pusher: Pusher) -> Deleter:
        deleter = Deleter(
            self.comparer, self.shop, self.pace, self.options.wait, self.deletes_all
        )
        counts = self.comparer.spool.counts()
        is_whole = not (pusher.stopped or pusher.not_stored or self.compared.refused)
        is_all = not any(counts.get(state, 0) for state in (State.CREATE, State.UPDATE))
        if self.compared.delete and is_whole and is_all:
            deleter.run()
        return deleter

    def _outcome(
        self,
        pusher: Pusher,
        verifier: Verifier,
        deleter: Deleter,
        began: float,
        before: int,
    ) -> RowsOutcome:
        options = self.options
        run = RowsOutcome(
            compared=self.compared,
            deleted=deleter.deleted,
            not_deleted=self.compared.delete - deleter.deleted - len(deleter.unknown),
            delete_unknown=len(deleter.unknown),
            read_back=verifier.read,
            batch=pusher.batch,
            requests=self.shop.requests - before,
            seconds=self.pace.clock() - began,
            stopped=pusher.stopped or deleter.stopped,
            is_first_only=options.first is not None or options.lines is not None,
            interrupted=self.pace.stop(),
            not_stored=tuple(pusher.not_stored),
            notes=(*verifier.altered, *verifier.warnings),
        )
        if self.comparer.is_bag:
            return self._with_counted_rows(run, pusher)
        return self._with_rows(run)

    def _with_rows(self, run: RowsOutcome) -> RowsOutcome:
        """With what the spool knows of each row."""
        counts = self.comparer.spool.counts()
        created, updated = self.comparer.spool.created(State.STORED)
        return replace(
            run,
            unchanged=counts.get(State.UNCHANGED, 0),
            created=created,
            updated=updated,
            rejected=counts.get(State.REJECTED, 0),
            unknown=counts.get(State.UNKNOWN, 0),
            moved=counts.get(State.MOVED, 0),
            not_sent=sum(counts.get(state, 0) for state in LEFT),
        )

    def _with_counted_rows(self, run: RowsOutcome, pusher: Pusher) -> RowsOutcome:
        """Rows without a key are counted: those that are alike cannot be told apart."""
        first = self.first_compared
        ended = [each.state for each in pusher.not_stored]
        rejected = min(ended.count(State.REJECTED), self.left)
        left = self.left - rejected
        unknown = left
        if not pusher.is_in_doubt and not self.is_blind:
            # What was accepted and is not there; the rest was never sent.
            stored = first.create - self.left
            unknown = min(max(pusher.taken - stored, 0), left)
        return replace(
            run,
            compared=first,
            unchanged=first.unchanged,
            created=first.create - self.left,
            rejected=rejected,
            unknown=unknown,
            not_sent=left - unknown,
        )
