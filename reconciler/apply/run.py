"""Apply a plan: send what is ready, up to `parallelism` requests at once, skip what is
doomed, and give every change its ending.

Events come in plan order whatever the order of completion, so that two runs of one plan
read the same.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from reconciler.apply.breaker import Breaker
from reconciler.apply.last_look import LastLook
from reconciler.apply.patience import Patience
from reconciler.apply.places import MOST_WAITING, Places
from reconciler.apply.schedule import Schedule, schedule_of
from reconciler.apply.settle import Settler, SomethingElse
from reconciler.apply.shop import Shop
from reconciler.apply.state import Options, State
from reconciler.apply.steps import Work, untouched
from reconciler.apply.tries import HasMoved, InDoubt
from reconciler.apply.verify import Verifier, unverified
from reconciler.apply.workers import Answer, Workers
from reconciler.apply.write import Writer
from reconciler.errors import ApiError, Stopped
from reconciler.model.address import Address
from reconciler.model.event import (
    Applied,
    Changed,
    Ending,
    Failed,
    Moved,
    Progress,
    Skipped,
    Unknown,
    Written,
)
from reconciler.model.live import TRANSIENT, Live, LiveId
from reconciler.model.plan import Plan
from reconciler.plan.content import unsettled

__all__ = ["Options", "run"]

STOPPED = "the run was stopped before it was sent"


def run(plan: Plan, live: Live, shop: Shop, options: Options) -> Iterator[Progress]:
    """Applies the plan. `live` is what it was made from, in the manifests' spelling.

    Yields Written as the API accepts changes, last what was in doubt before, and then
    exactly one ending per change, in plan order.
    """
    state = State.of(plan, live)
    options.watch(partial(endings_now, state))
    ticks = _until_defect(state, _write_all(state, shop, options), options)
    yield from _in_order(state, ticks)
    yield from _landed(state, shop, options)
    accepted = state.written
    written = [work for work in state.work.values() if work.address in accepted]
    in_the_making = map(untouched, unsettled(plan, live))
    confirmed = _confirmed([*written, *in_the_making], state, shop, options)
    for address in state.work:
        result = state.results[address]
        yield next(confirmed) if isinstance(result, Written) else result
    # What is still being made was not changed, and is only told when it stays so.
    for ending in confirmed:
        if not isinstance(ending, Applied):
            yield ending


def endings_now(state: State) -> list[Ending]:
    """How each change stands for somebody who waits for nothing any more. What the API
    has accepted is called applied, and was not read back.
    """
    return [_ending_now(state, address) for address in state.work]


def _ending_now(state: State, address: Address) -> Ending:
    result = state.results.get(address)
    if isinstance(result, Written):
        return Applied(address)
    if result is not None:
        return result
    if address in state.sent:
        return Unknown(address, "it was under way when the run was stopped at once")
    return Skipped(address, STOPPED)


def _landed(state: State, shop: Shop, options: Options) -> list[Written]:
    """What was in doubt, and has been carried out."""
    if not options.verify:
        return []
    patience = Patience(options.rest, options.stop, options.tell)
    try:
        return LastLook(shop, state, patience).settle()
    except Exception as defect:  # what was sent is reported whatever broke
        options.explain(defect)
        return []


def _confirmed(
    written: list[Work], state: State, shop: Shop, options: Options
) -> Iterator[Ending]:
    """One ending per written change: from reading it back, or with `--no-verify` from the
    API's answer alone.
    """
    if not options.verify:
        return (unverified(work, state) for work in written)
    return iter(_read_back(written, state, shop, options))


def _read_back(
    written: list[Work], state: State, shop: Shop, options: Options
) -> list[Ending]:
    """What was written has to be reported, also when something of ours breaks."""
    options.begin("Reading back", "requests", 0)
    patience = Patience(options.rest, options.stop, options.tell)
    verifier = Verifier(shop, state, patience)
    try:
        return list(verifier.endings(written))
    except Exception as defect:  # what was sent is reported whatever broke
        told = f"written, but not read back. {options.explain(defect)}"
        return [Unknown(work.address, told) for work in written]


def _until_defect(
    state: State, ticks: Iterator[None], options: Options
) -> Iterator[None]:
    """The ticks. Also when something of ours breaks, each change gets its ending: what
    was sent has to be reported.
    """
    try:
        yield from ticks
    except Exception as defect:  # what was sent is reported whatever broke
        told = options.explain(defect)
        for address in state.work:
            if address in state.results:
                continue
            if address in state.sent:
                error = f"it may or may not have been carried out. {told}"
                state.results[address] = Unknown(address, error)
            else:
                state.results[address] = Skipped(address, told)
        yield None


def _in_order(state: State, ticks: Iterator[None]) -> Iterator[Written]:
    """Written events, each as soon as all changes before it have their result."""
    order = list(state.work)
    position = 0
    for _ in ticks:
        while position < len(order) and order[position] in state.results:
            result = state.results[order[position]]
            if isinstance(result, Written):
                yield result
            position += 1


def _write_all(state: State, shop: Shop, options: Options) -> Iterator[None]:
    """Sends everything that can be sent; ticks when results were added to `state`.
    Deletes come last of all.
    """
    options.begin("Writing", "changes", len(state.work))
    places = Places(options.parallelism)
    rest = places.while_waiting(options.rest)
    patience = Patience(rest, options.stop, options.tell)
    settler = Settler(shop, state.names, patience)
    writer = Writer(state, shop, settler, patience)
    works = state.work.values()
    deletes = [work for work in works if work.action == "delete"]
    others = [work for work in works if work.action != "delete"]
    breaker = Breaker()
    for part in (others, deletes):
        schedule = schedule_of(part, state.written)
        yield from _write(schedule, writer, places, breaker, options)
        _leave_out(part, state, schedule, breaker)
    yield None


def _write(
    schedule: Schedule,
    writer: Writer,
    places: Places,
    breaker: Breaker,
    options: Options,
) -> Iterator[None]:
    """Sends what can be sent of one schedule; ticks when results were added."""
    state, stop = writer.state, options.stop
    in_flight = 0
    most = min(places.count + MOST_WAITING, len(schedule.waiting))
    # When the caller stops reading, the calls in flight are still waited for.
    with Workers(writer.send, most) as workers:
        places.on_vacancy = workers.wake
        while True:
            while (
                _has_room(schedule, in_flight, workers)
                and breaker.lets_pass(in_flight)
                and not stop()
                and places.take()
            ):
                task = schedule.next(unlike=breaker.kind)
                breaker.sent(task)
                state.sent.add(task.address)
                workers.submit(task)
                in_flight += 1
            if not in_flight:
                break
            answer = workers.next_answer()
            if answer is None:
                continue
            in_flight -= 1
            places.give_back()
            if isinstance(answer.failure, Stopped):
                continue  # as if it had never been taken from the schedule
            breaker.answered(answer.task, answer.failure)
            well = _finish(answer, state, options)
            schedule.answered(answer.task, well=well)
            if answer.task.address in state.results:
                options.advance()
            yield None


def _has_room(schedule: Schedule, in_flight: int, workers: Workers) -> bool:
    return bool(schedule.ready) and in_flight < workers.size


def _finish(answer: Answer, state: State, options: Options) -> bool:
    """Notes what became of a task. Returns whether the tasks that need it can be sent."""
    address, turn = answer.task.address, answer.task.turn
    if answer.failure:
        state.results[address] = _ending_of(answer.failure, address, state, options)
        return False
    # Before others are freed: their requests need the id.
    created = answer.created
    if created is not None:
        state.ids[address] = created.id
        state.addresses[LiveId(address.kind, created.id)] = address
        if created.adopted:
            state.adopted.add(address)
        if created.resent:
            state.resent.add(address)
        if created.name is not None and not address.is_spelled(created.name):
            state.respelled[address] = created.name
        if created.status in TRANSIENT:
            state.in_the_making.add(address)
    if turn == len(state.work[address].legs) - 1:
        state.results[address] = Written(address)
    state.begun[address] = turn
    return True


def _ending_of(
    failure: BaseException, address: Address, state: State, options: Options
) -> Ending:
    """What becomes of a change that raised the failure."""
    error = str(failure)
    if isinstance(failure, HasMoved):
        return Moved(address, error)
    if isinstance(failure, InDoubt):
        state.doubts[address] = failure
        return Unknown(address, error, failure.cause.request)
    if not isinstance(failure, ApiError):
        # Nobody foresaw it, so nobody knows what was sent before.
        told = options.explain(failure)
        return Unknown(address, f"it may or may not have been carried out. {told}")
    if address in state.touched or isinstance(failure, SomethingElse):
        return Changed(address, error, failure.request)
    return Failed(address, error, failure.request)


def _leave_out(
    part: Iterable[Work], state: State, schedule: Schedule, breaker: Breaker
) -> None:
    """Every change without a result gets the one that says why it was not sent, or not
    sent whole.
    """
    reasons: dict[Address, str] = {}
    for task, needed in schedule.doomed.items():
        # A second leg that is doomed by its own first one says nothing new.
        if needed != task.address:
            reasons[task.address] = f"{needed} did not end well"
    for work in part:
        if work.address in state.results:
            continue
        skipped = Skipped(work.address, reasons.get(work.address, STOPPED))
        if work.address not in reasons and breaker.is_open:
            skipped = breaker.left_out(work.address)
        state.results[work.address] = _left_out(work, state, skipped)


def _left_out(work: Work, state: State, skipped: Skipped) -> Ending:
    if work.address not in state.begun:
        return skipped
    missing = work.legs[state.begun[work.address] + 1].waits_for
    targets = ", ".join(map(str, missing)) or "itself"
    error = f"it lacks its relationship to {targets}: {skipped.because}"
    return Changed(work.address, error)
