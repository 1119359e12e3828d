"""The scheduler's loop: what is ready is sent, up to `parallelism` requests at once; what is doomed is skipped.

Events come in plan order whatever the order of completion, so that two runs of one plan read the same.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from reconciler.apply.schedule import Task, schedule_of
from reconciler.apply.settle import InDoubt, Settler
from reconciler.apply.shop import LOOKS, TRANSIENT, Shop
from reconciler.apply.steps import Steps, steps_of
from reconciler.apply.verify import Verifier
from reconciler.diff.fields import Form
from reconciler.errors import ApiError, NeverSent, NotUnderstood, ServerFailure, Unreachable
from reconciler.model.event import Applied, Ending, Failed, Progress, Skipped, Unknown, Written
from reconciler.model.live import GONE, Live
from reconciler.model.plan import Plan

STOPPED = "the run was stopped before it was sent"


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `stop()` is asked before anything new is sent; `pause(n)` waits before the n-th look."""

    parallelism: int = 8
    verify: bool = True
    stop: Callable[[], bool] = lambda: False
    pause: Callable[[int], None] = lambda _: None


@dataclass(slots=True)
class _Run:
    """What grows while a plan is applied. The scheduling thread writes it; workers only read `ids` and `names`.

    `names` is for definitions only: events have ids of their own, and the same numbers.
    """

    live: Live
    ids: dict[str, int]
    names: dict[int, str]
    steps: dict[str, Steps] = field(default_factory=dict)
    results: dict[str, Written | Ending] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def name(self, definition_id: int) -> str:
        return self.names.get(definition_id) or self.live.others.get(definition_id, GONE)


def run(plan: Plan, live: Live, shop: Shop, options: Options) -> Iterator[Progress]:
    """Applies the plan. `live` is what it was made from, in the manifests' spelling.

    Yields Written as the API accepts changes and then exactly one ending per change, both in plan order.
    """
    state = _started(plan, live)
    yield from _in_order(plan, state, _write_all(plan, state, shop, options))
    written = [state.steps[c.address] for c in plan.changes if isinstance(state.results[c.address], Written)]
    if options.verify:
        confirmed = Verifier(shop, state.name, options.pause).endings(written, state.ids)
    else:
        confirmed = iter([Applied(str(steps.address)) for steps in written])
    for change in plan.changes:
        result = state.results[change.address]
        yield next(confirmed) if isinstance(result, Written) else result


def _started(plan: Plan, live: Live) -> _Run:
    names = {definition.id: str(address) for address, definition in live.definitions.items()}
    state = _Run(live, live.ids, names)
    resources = {str(address): resource for address, resource in live.resources.items()}
    changes = {change.address: change for change in plan.changes}
    for address, change in changes.items():
        state.steps[address] = steps_of(change, changes, resources.get(address), state.name)
    return state


def _in_order(plan: Plan, state: _Run, ticks: Iterator[None]) -> Iterator[Written]:
    """Written events, each as soon as all changes before it have their result."""
    position = 0
    for _ in ticks:
        while position < len(plan.changes) and plan.changes[position].address in state.results:
            result = state.results[plan.changes[position].address]
            if isinstance(result, Written):
                yield result
            position += 1


def _write_all(plan: Plan, state: _Run, shop: Shop, options: Options) -> Iterator[None]:
    """Sends everything that can be sent; ticks when results were added to `state`. Calls in flight always finish."""
    schedule = schedule_of(plan, state.steps)
    writer = _Writer(state, shop, Settler(shop, state.name, options.pause), options)
    flying: dict[Future[int | None], Task] = {}
    with ThreadPoolExecutor(options.parallelism) as pool:
        while True:
            while schedule.ready and len(flying) < options.parallelism and not options.stop():
                task = schedule.next()
                flying[pool.submit(writer.send, task)] = task
            if not flying:
                break
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                task = flying.pop(future)
                schedule.answered(task, well=_finish(task, future, state))
            yield None
    doomed = {address: because for (_, address, _), because in schedule.doomed.items() if because != address}
    _leave_out(plan, state, doomed)
    yield None


def _finish(task: Task, future: Future[int | None], state: _Run) -> bool:
    """Notes what became of a task; True when others can build on it."""
    _, address, turn = task
    try:
        created = future.result()
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


def _leave_out(plan: Plan, state: _Run, doomed: dict[str, str]) -> None:
    """Every change without a result gets the one that says why it was not sent, or not sent whole."""
    for change in plan.changes:
        if change.address in state.results:
            continue
        because = f"{doomed[change.address]} did not end well" if change.address in doomed else STOPPED
        if change.address in state.begun:
            targets = ", ".join(state.steps[change.address].waits_for) or "itself"
            state.results[change.address] = Failed(change.address, f"it lacks its relationship to {targets}: {because}")
        else:
            state.results[change.address] = Skipped(change.address, because)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Sends one task, in a worker thread."""

    state: _Run
    shop: Shop
    settler: Settler
    options: Options

    def send(self, task: Task) -> int | None:
        """Returns the id of a resource that was created. Raises ApiError, or InDoubt."""
        _, address, turn = task
        steps, ids = self.state.steps[address], self.state.ids
        form = (steps.later if turn else steps.first) or {}
        if steps.address.kind == "override":
            self.shop.put_override(steps.address, form, ids)
        elif steps.creates and not turn:
            return self._created(steps, form)
        elif steps.address.kind == "event":
            self.shop.update_event(ids[address], steps.address, form)
        else:
            self.settler.extend(steps.address, ids[address], form, ids)
        return None

    def _created(self, steps: Steps, form: Form) -> int:
        created = self.settler.create(steps.address, form, self.state.ids)
        if created.status in TRANSIENT:
            self._await_active(created.id)
        return created.id

    def _await_active(self, definition_id: int) -> None:
        """Waits a bounded time for the API to finish; it is created, and the read-back at the end has the last word."""
        for look in range(1, LOOKS + 1):
            self.options.pause(look)
            try:
                live = self.shop.read_definition(definition_id)
            except ApiError:
                return
            if live is not None and live.status not in TRANSIENT:
                return
