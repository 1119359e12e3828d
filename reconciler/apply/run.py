"""Apply a plan: send what is ready, up to `parallelism` requests at once, skip what is
doomed, and give every change its ending.

Events come in plan order whatever the order of completion, so that two runs of one plan
read the same.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from reconciler.apply.schedule import Schedule, Task, schedule_of
from reconciler.apply.settle import IN_DOUBT, NOT_DONE, InDoubt, Settler
from reconciler.apply.shop import Shop
from reconciler.apply.steps import Work, work_of
from reconciler.apply.verify import Verifier
from reconciler.apply.write import HasMoved, Options, State, Writer
from reconciler.errors import ApiError, Stopped
from reconciler.model.address import Address
from reconciler.model.event import (
    Applied,
    Ending,
    Failed,
    Moved,
    Progress,
    Skipped,
    Unknown,
    Written,
)
from reconciler.model.live import Live, LiveId
from reconciler.model.plan import Plan

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
    confirmed = _confirmed(written, state, shop, options)
    for address in state.work:
        result = state.results[address]
        yield next(confirmed) if isinstance(result, Written) else result


def _confirmed(
    written: list[Work], state: State, shop: Shop, options: Options
) -> Iterator[Ending]:
    """One ending per written change: from reading it back, or with `--no-verify` from the
    API's answer alone.
    """
    if not options.verify:
        return (Applied(work.address) for work in written)
    verifier = Verifier(shop, state.names, options.pause)
    return verifier.endings(written, state.ids)


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
    settler = Settler(shop, state.names, options.pause)
    writer = Writer(state, shop, settler, options)
    works = state.work.values()
    deletes = [work for work in works if work.action == "delete"]
    others = [work for work in works if work.action != "delete"]
    for part in (others, deletes):
        schedule = schedule_of(part, state.written)
        yield from _write(schedule, writer)
        _leave_out(part, state, schedule)
    yield None


def _write(schedule: Schedule, writer: Writer) -> Iterator[None]:
    """Sends what can be sent of one schedule; ticks when results were added."""
    in_flight: dict[Future[int | None], Task] = {}
    # When the caller stops reading, the pool still waits for the calls in flight.
    with ThreadPoolExecutor(writer.options.parallelism) as pool:
        while True:
            while schedule.ready and _may_send(len(in_flight), writer.options):
                task = schedule.next()
                in_flight[pool.submit(writer.send, task)] = task
            if not in_flight:
                break
            for future in wait(in_flight, return_when=FIRST_COMPLETED).done:
                task = in_flight.pop(future)
                if isinstance(future.exception(), Stopped):
                    continue  # as if it had never been taken from the schedule
                well = _finish(task, future, writer.state)
                schedule.answered(task, well=well)
            yield None


def _may_send(in_flight: int, options: Options) -> bool:
    return in_flight < options.parallelism and not options.stop()


def _finish(task: Task, future: Future[int | None], state: State) -> bool:
    """Notes what became of a task. Returns whether the tasks that need it can be sent."""
    address = task.address
    try:
        created = future.result()
    except (HasMoved, InDoubt, ApiError) as failure:
        state.results[address] = _ending_of(address, failure)
        return False
    # Before others are freed: their requests need the id.
    if created is not None:
        state.ids[address] = created
        state.addresses[LiveId(address.kind, created)] = address
    if task.turn == len(state.work[address].legs) - 1:
        state.results[address] = Written(address)
    state.begun[address] = task.turn
    return True


def _ending_of(address: Address, failure: HasMoved | InDoubt | ApiError) -> Ending:
    """What becomes of a change that raised the failure."""
    error = str(failure)
    if isinstance(failure, HasMoved):
        return Moved(address, error)
    if isinstance(failure, InDoubt):
        return Unknown(address, error, failure.cause.request)
    # What was never sent is unreachable too, but leaves nothing unknown.
    if isinstance(failure, IN_DOUBT) and not isinstance(failure, NOT_DONE):
        return Unknown(address, error, failure.request)
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
    return Failed(work.address, error)
