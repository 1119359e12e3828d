"""The scheduler's loop: what is ready is sent, up to `parallelism` requests at once;
what is doomed is skipped.

Events come in plan order whatever the order of completion, so that two runs of one plan
read the same.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from reconciler.apply.schedule import Schedule, Task, schedule_of
from reconciler.apply.settle import InDoubt, Settler
from reconciler.apply.shop import Shop
from reconciler.apply.steps import steps_of
from reconciler.apply.verify import Verifier
from reconciler.apply.write import HasMoved, Options, State, Writer
from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    ServerFailure,
    Unreachable,
)
from reconciler.model.change import Change
from reconciler.model.event import (
    Applied,
    Failed,
    Moved,
    Progress,
    Skipped,
    Unknown,
    Written,
)
from reconciler.model.live import Live
from reconciler.model.plan import Plan

__all__ = ["Options", "run"]

STOPPED = "the run was stopped before it was sent"


def run(plan: Plan, live: Live, shop: Shop, options: Options) -> Iterator[Progress]:
    """Applies the plan. `live` is what it was made from, in the manifests' spelling.

    Yields Written as the API accepts changes and then exactly one ending per change,
    both in plan order.
    """
    state = _started(plan, live)
    yield from _in_order(plan, state, _write_all(plan, state, shop, options))
    written = [
        state.steps[c.address]
        for c in plan.changes
        if isinstance(state.results[c.address], Written)
    ]
    if options.verify:
        confirmed = Verifier(shop, state.name, options.pause).endings(
            written, state.ids
        )
    else:
        confirmed = iter([Applied(str(steps.address)) for steps in written])
    for change in plan.changes:
        result = state.results[change.address]
        yield next(confirmed) if isinstance(result, Written) else result


def _started(plan: Plan, live: Live) -> State:
    names = {
        definition.id: str(address) for address, definition in live.definitions.items()
    }
    resources = {str(address): resource for address, resource in live.resources.items()}
    state = State(live, live.ids, names, resources)
    changes = {change.address: change for change in plan.changes}
    for address, change in changes.items():
        state.steps[address] = steps_of(
            change, changes, resources.get(address), state.name
        )
    return state


def _in_order(plan: Plan, state: State, ticks: Iterator[None]) -> Iterator[Written]:
    """Written events, each as soon as all changes before it have their result."""
    position = 0
    for _ in ticks:
        while (
            position < len(plan.changes)
            and plan.changes[position].address in state.results
        ):
            result = state.results[plan.changes[position].address]
            if isinstance(result, Written):
                yield result
            position += 1


def _write_all(
    plan: Plan, state: State, shop: Shop, options: Options
) -> Iterator[None]:
    """Sends everything that can be sent; ticks when results were added to `state`.
    Deletes come last of all.
    """
    writer = Writer(state, shop, Settler(shop, state.name, options.pause), options)
    deletes = [change for change in plan.changes if change.action == "delete"]
    others = [change for change in plan.changes if change.action != "delete"]
    for changes in (others, deletes):
        schedule = schedule_of(changes, state.steps, state.written)
        yield from _write(schedule, writer, state, options)
        doomed = {
            address: because
            for (_, address, _), because in schedule.doomed.items()
            if because != address
        }
        _leave_out(changes, state, doomed)
    yield None


def _write(
    schedule: Schedule, writer: Writer, state: State, options: Options
) -> Iterator[None]:
    """Calls in flight always finish."""
    flying: dict[Future[int | None], Task] = {}
    with ThreadPoolExecutor(options.parallelism) as pool:
        while True:
            while (
                schedule.ready
                and len(flying) < options.parallelism
                and not options.stop()
            ):
                task = schedule.next()
                flying[pool.submit(writer.send, task)] = task
            if not flying:
                break
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                task = flying.pop(future)
                schedule.answered(task, well=_finish(task, future, state))
            yield None


def _finish(task: Task, future: Future[int | None], state: State) -> bool:
    """Notes what became of a task; True when others can build on it."""
    _, address, turn = task
    try:
        created = future.result()
    except HasMoved as moved:
        state.results[address] = Moved(address, str(moved))
        return False
    except InDoubt as doubt:
        state.results[address] = Unknown(address, str(doubt), doubt.cause.request)
        return False
    except NeverSent as refusal:
        state.results[address] = Failed(address, str(refusal), refusal.request)
        return False
    except (Unreachable, ServerFailure, NotUnderstood) as doubt:
        state.results[address] = Unknown(address, str(doubt), doubt.request)
        return False
    except ApiError as refusal:
        state.results[address] = Failed(address, str(refusal), refusal.request)
        return False
    if created is not None:
        state.ids[address] = created
        if state.steps[address].address.kind == "definition":
            state.names[created] = address
    if turn or state.steps[address].later is None:
        state.results[address] = Written(address)
    state.begun.add(address)
    return True


def _leave_out(changes: Iterable[Change], state: State, doomed: dict[str, str]) -> None:
    """Every change without a result gets the one that says why it was not sent, or not
    sent whole.
    """
    for change in changes:
        if change.address in state.results:
            continue
        because = (
            f"{doomed[change.address]} did not end well"
            if change.address in doomed
            else STOPPED
        )
        if change.address in state.begun:
            targets = ", ".join(state.steps[change.address].waits_for) or "itself"
            state.results[change.address] = Failed(
                change.address, f"it lacks its relationship to {targets}: {because}"
            )
        else:
            state.results[change.address] = Skipped(change.address, because)
