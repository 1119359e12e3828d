"""What became of each change, for the formats that show an outcome or a refusal as a list:
what went wrong first, what was made last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.errors import Refused, Stale
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Refusal
from reconciler.model.event import Failed, Unknown
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.report.attention import Place, place_of, user_words
from reconciler.report.escape import shorten
from reconciler.report.rows import difference
from reconciler.report.terminal import in_words

State = Literal["refused", "failed", "unknown", "skipped", "blocked", "applied"]
GRAVE = ("refused", "failed", "unknown", "blocked")
"""What makes an apply fail."""
LONGEST_DIFFERENCE = 500


_WORDS: dict[State, str] = {
    "refused": "is refused",
    "failed": "failed",
    "unknown": "may have been applied or not",
    "skipped": "was not begun",
    "blocked": "is blocked",
    "applied": "is applied",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """`said` is why, empty for what was applied; `rule` is what programs group it by.
    Without an address it is about the apply as a whole.
    """

    state: State
    rule: str
    said: str = ""
    address: Address | None = None
    place: Place | None = None
    ways_out: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        what = "the apply" if self.address is None else in_words(self.address)
        ended = f"{what} {_WORDS[self.state]}"
        parts = [f"{ended}: {self.said}" if self.said else ended]
        if self.ways_out:
            parts.append(f"ways out: {' · '.join(self.ways_out)}")
        return " – ".join(parts)


def fates_of_outcome(plan: Plan, outcome: Outcome) -> list[Fate]:
    """One for each change of the plan, and for each thing that is blocked."""
    sources = {change.address: change.source for change in plan.changes}

    def place(address: Address) -> Place | None:
        return place_of(sources.get(address, ""))

    return [
        *(Fate(state="failed", rule="defect", said=told) for told in outcome.defects),
        *(
            _fate_of_failure(each, "failed", place(each.address))
            for each in outcome.failed
        ),
        *(
            _fate_of_failure(each, "unknown", place(each.address))
            for each in outcome.unknown
        ),
        *(
            Fate(
                state="skipped",
                rule="apply-skipped",
                said=each.because,
                address=each.address,
                place=place(each.address),
            )
            for each in outcome.skipped
        ),
        *(_fate_of_item(item, "blocked") for item in plan.blocked),
        *(
            Fate(state="applied", rule="applied", address=each, place=place(each))
            for each in outcome.applied
        ),
    ]


def _fate_of_failure(each: Failed | Unknown, state: State, place: Place | None) -> Fate:
    request = f" ({each.request})" if each.request not in each.error else ""
    return Fate(
        state=state,
        rule=f"apply-{state}",
        said=f"{each.error}{request}",
        address=each.address,
        place=place,
    )


def _fate_of_item(item: Blocked | Refusal, state: State) -> Fate:
    wanted = ""
    if item.path:
        wanted = f" – {shorten(difference(item), LONGEST_DIFFERENCE)}"
    return Fate(
        state=state,
        rule=item.rule,
        said=" – ".join([f"{item.message}{wanted}", *user_words(item.used_by)]),
        address=item.address,
        place=place_of(item.source),
        ways_out=item.ways_out,
    )


def fates_of_refusal(plan: Plan | None, why: Refused | Stale) -> list[Fate]:
    """First that of the whole, with the reason; then one for each thing that is refused,
    has moved, or waits for an approval.
    """
    whole = Fate(state="refused", rule=f"apply-{why.reason}", said=str(why))
    return [whole, *_refused(plan, why)]


def _refused(plan: Plan | None, why: Refused | Stale) -> Iterator[Fate]:
    if isinstance(why, Stale):
        for moved in why.moved:
            yield Fate(state="refused", rule="apply-moved", said=moved)
        return
    for item in why.items:
        assert isinstance(item, Blocked | Refusal)
        yield _fate_of_item(item, "refused")
    if plan and why.reason == "approval":
        for change in plan.changes:
            yield Fate(
                state="refused",
                rule="apply-approval",
                said=f"to {change.action} it needs approval",
                address=change.address,
                place=place_of(change.source),
            )


def of_state(fates: Sequence[Fate], state: State) -> list[Fate]:
    """Those that ended so."""
    return [fate for fate in fates if fate.state == state]
