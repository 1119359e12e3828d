"""A push from its comparison to its end: send, read back, and delete last."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.records.compare import Comparer
from reconciler.records.compared import Compared
from reconciler.records.deletes import Deleter
from reconciler.records.options import PushOptions
from reconciler.records.outcome import RowsOutcome
from reconciler.records.push import Pusher
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
            self._compare_again()
            pusher.is_in_doubt, pusher.stopped = False, ""
            pusher.run()
        return pusher

    def _compare_again(self) -> None:
        """Rows that were sent before are unchanged now."""
        self.comparer.begin_again()
        self.compared = self.comparer.run()

    def _verify_bag(self, pusher: Pusher, verifier: Verifier) -> None:
        """Rows without a key are stored when a comparison finds nothing to add."""
        spool = self.comparer.spool
        accepted = spool.counts().get(State.ACCEPTED, 0)
        # After a recomparison rows that were sent before count as unchanged.
        waited, delay = 0.0, 0.5
        while accepted:
            self.comparer.begin_again()
            left = self.comparer.run().create
            if not left or waited >= self.options.wait or self.pace.stop():
                break
            self.pace.rest(delay)
            waited, delay = waited + delay, min(delay * 2, 10.0)
        verifier.read = accepted

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
        if self.comparer.is_bag:
            return self._bag_outcome(pusher, verifier, began, before)
        counts = self.comparer.spool.counts()
        created, updated = self.comparer.spool.created(State.STORED)
        not_sent = sum(counts.get(state, 0) for state in LEFT)
        left = self.compared.delete - deleter.deleted - len(deleter.unknown)
        return RowsOutcome(
            compared=self.compared,
            unchanged=counts.get(State.UNCHANGED, 0),
            created=created,
            updated=updated,
            rejected=counts.get(State.REJECTED, 0),
            unknown=counts.get(State.UNKNOWN, 0),
            moved=counts.get(State.MOVED, 0),
            not_sent=not_sent,
            deleted=deleter.deleted,
            not_deleted=left,
            delete_unknown=len(deleter.unknown),
            read_back=verifier.read,
            batch=pusher.batch,
            requests=self.shop.requests - before,
            seconds=self.pace.clock() - began,
            stopped=pusher.stopped or deleter.stopped,
            is_first_only=self.options.first is not None
            or self.options.lines is not None,
            interrupted=self.pace.stop(),
            not_stored=tuple(pusher.not_stored),
            notes=(*verifier.altered, *verifier.warnings),
        )

    def _bag_outcome(
        self, pusher: Pusher, verifier: Verifier, began: float, before: int
    ) -> RowsOutcome:
        """Rows without a key are counted: those that are alike cannot be told apart."""
        left = self.comparer.spool.counts().get(State.CREATE, 0)
        ended = [each.state for each in pusher.not_stored]
        rejected = min(ended.count(State.REJECTED), left)
        left -= rejected
        # What was to be sent and does not show was perhaps never sent.
        not_sent = left if pusher.stopped and not pusher.is_in_doubt else 0
        first = self.first_compared
        return RowsOutcome(
            compared=first,
            unchanged=first.unchanged,
            created=first.create - left - rejected,
            rejected=rejected,
            unknown=left - not_sent,
            not_sent=not_sent,
            read_back=verifier.read,
            batch=pusher.batch,
            requests=self.shop.requests - before,
            seconds=self.pace.clock() - began,
            stopped=pusher.stopped,
            interrupted=self.pace.stop(),
            not_stored=tuple(pusher.not_stored),
        )
