"""Apply a plan: send what is ready, up to `parallelism` requests at once, skip what is
doomed, and give every change its ending.

Events come in plan order whatever the order of completion, so that two runs of one plan
read the same.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from reconciler.apply.patience import Patience
from reconciler.apply.places import MOST_WAITING, Places
from reconciler.apply.schedule import Schedule, Task, schedule_of
from reconciler.apply.settle import InDoubt, Settler, SomethingElse
from reconciler.apply.shop import Shop
from reconciler.apply.steps import Work, untouched, work_of
from reconciler.apply.verify import Verifier, unverified
from reconciler.apply.write import HasMoved, Options, State, Writer
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
from reconciler.model.live import Created, Live, LiveId
from reconciler.model.plan import Plan
from reconciler.plan.content import unsettled

__all__ = ["Options", "run"]

STOPPED = "the run was stopped before it was sent"


def run(plan: Plan, live: Live, shop: Shop, options: Options) -> Iterator[Progress]:
    """Applies the plan. `live` is what it was made from, in the manifests' spelling.

    Yields Written as the API accepts changes and then exactly one ending per change,
    both in plan order.
    """
    state = State.of(live, work_of(plan, live))
    yield from _in_order(state, _write_all(state, shop, options))
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


def _confirmed(
    written: list[Work], state: State, shop: Shop, options: Options
) -> Iterator[Ending]:
    """One ending per written change: from reading it back, or with `--no-verify` from the
    API's answer alone.
    """
    if not options.verify:
        return map(unverified, written)
    patience = Patience(options.rest, options.stop, options.tell)
    return Verifier(shop, state, patience).endings(written)


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
    places = Places(options.parallelism)
    rest = places.while_waiting(options.rest)
    patience = Patience(rest, options.stop, options.tell)
    settler = Settler(shop, state.names, patience)
    writer = Writer(state, shop, settler, patience)
    works = state.work.values()
    deletes = [work for work in works if work.action == "delete"]
    others = [work for work in works if work.action != "delete"]
    for part in (others, deletes):
        schedule = schedule_of(part, state.written)
        yield from _write(schedule, writer, places)
        _leave_out(part, state, schedule)
    yield None


def _write(schedule: Schedule, writer: Writer, places: Places) -> Iterator[None]:
    """Sends what can be sent of one schedule; ticks when results were added."""
    in_flight: dict[Future[Created | None], Task] = {}
    stop = writer.patience.stop
    # When the caller stops reading, the pool still waits for the calls in flight.
    with ThreadPoolExecutor(places.count + MOST_WAITING) as pool:
        while True:
            vacancy = places.vacancy()
            while schedule.ready and not stop() and places.take():
                task = schedule.next()
                in_flight[pool.submit(writer.send, task)] = task
            if not in_flight:
                break
            awaited: list[Future[Any]] = [*in_flight, vacancy]
            wait(awaited, return_when=FIRST_COMPLETED)
            for future in list(filter(Future.done, in_flight)):
                task = in_flight.pop(future)
                places.give_back()
                if isinstance(future.exception(), Stopped):
                    continue  # as if it had never been taken from the schedule
                well = _finish(task, future, writer.state)
                schedule.answered(task, well=well)
            yield None


def _finish(task: Task, future: Future[Created | None], state: State) -> bool:
    """Notes what became of a task. Returns whether the tasks that need it can be sent."""
    address = task.address
    try:
        created = future.result()
    except (HasMoved, InDoubt, ApiError) as failure:
        has_changed = address in state.touched
        state.results[address] = _ending_of(address, failure, has_changed)
        return False
    # Before others are freed: their requests need the id.
    if created is not None:
        state.ids[address] = created.id
        state.addresses[LiveId(address.kind, created.id)] = address
        if created.adopted:
            state.adopted.add(address)
    if task.turn == len(state.work[address].legs) - 1:
        state.results[address] = Written(address)
    state.begun[address] = task.turn
    return True


def _ending_of(
    address: Address, failure: HasMoved | InDoubt | ApiError, has_changed: bool
) -> Ending:
    """What becomes of a change that raised the failure."""
    error = str(failure)
    if isinstance(failure, HasMoved):
        return Moved(address, error)
    if isinstance(failure, InDoubt):
        return Unknown(address, error, failure.cause.request)
    if has_changed or isinstance(failure, SomethingElse):
        return Changed(address, error, failure.request)
    return Failed(address, error, failure.request)


def _leave_out(part: Iterable[Work], state: State, schedule: Schedule) -> None:
    """Every change without a result gets the one that says why it was not sent, or not
    sent whole.
    """
    reasons: dict[Address, str] = {}
    for task, needed in schedule.doomed.items():
        # A second leg that is doomed by its own first one says nothing new.
        if needed != task.address:
            reasons[task.address] = f"{needed} did not end well"
    for work in part:
        if work.address not in state.results:
            because = reasons.get(work.address, STOPPED)
            state.results[work.address] = _left_out(work, state, because)


def _left_out(work: Work, state: State, because: str) -> Ending:
    if work.address not in state.begun:
        return Skipped(work.address, because)
    missing = work.legs[state.begun[work.address] + 1].waits_for
    targets = ", ".join(map(str, missing)) or "itself"
    error = f"it lacks its relationship to {targets}: {because}"
    return Changed(work.address, error)
