"""A toy kind, in the shape of a module of `reconciler/kinds/`: a badge that is given for a definition."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from reconciler.form.fields import Form, Path
from reconciler.kinds.kind import Kind
from reconciler.kinds.values import Nouns, Reference, Verdict
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.live import LiveId, LiveResource, Names
from reconciler.model.problem import Problem
from reconciler.model.resource import Lasting, Name
from reconciler.model.rule import Example, Rule

COLOURS = ("gold", "silver")
RULES = (
    Rule(
        "badge-colour",
        "A badge has a colour that no printer has.",
        ("use gold or silver",),
        Example(
            before="{kind: badge, name: Best, colour: ultraviolet}",
            after="{kind: badge, name: Best, colour: gold}",
        ),
        silenceable=True,
    ),
)


class Badge(Lasting):
    """What a manifest may say."""

    kind: Literal["badge"] = "badge"
    name: Name
    colour: str = ""
    given_for: Name | None = None


@dataclass(frozen=True, slots=True)
class LiveBadge(LiveResource):
    """What the API has: the definition by its id."""

    id: int
    name: str
    colour: str
    definition_id: int | None = None
    status: None = None


class BadgeKind(Kind[Badge, LiveBadge]):
    """Flat and sent whole; one attribute refers to a definition."""

    name = "badge"
    model = Badge
    live = LiveBadge
    key = "name"
    nouns = Nouns("badge", "badges", "badges")
    loss = "nobody sees it any more"
    refers_to = ("definition",)
    rules = RULES

    def references(self, resource: Badge) -> Iterator[Reference]:
        if resource.given_for:
            yield Reference(Address("definition", resource.given_for), None, ("given_for",))

    def respelled(self, resource: Badge, spelling: Callable[[Address], Address]) -> Badge:
        if not resource.given_for:
            return resource
        target = spelling(Address("definition", resource.given_for))
        return resource.model_copy(update={"given_for": target.name})

    def problems(self, resource: Badge) -> Iterator[Problem]:
        if resource.colour not in ("", *COLOURS):
            yield Problem("badge-colour", f"{resource.colour} cannot be printed", ("colour",))

    def form(self, resource: Badge) -> dict[str, Any]:
        form = super().form(resource)
        if resource.given_for:
            form["given_for"] = str(Address("definition", resource.given_for))
        return form

    def live_form(self, live: LiveBadge, names: Names) -> dict[str, Any]:
        form = {"name": live.name, "colour": live.colour}
        if live.definition_id:
            form["given_for"] = names.of(LiveId("definition", live.definition_id))
        return form

    def as_live(self, resource: Badge, number: int, id_of: Callable[[Address], int]) -> LiveBadge:
        target = id_of(Address("definition", resource.given_for)) if resource.given_for else None
        return LiveBadge(number, resource.name, resource.colour, target)

    def points_at(self, live: LiveBadge) -> Iterator[tuple[Path, LiveId]]:
        if live.definition_id:
            yield ("given_for",), LiveId("definition", live.definition_id)

    def named_by(self, change: FieldChange) -> tuple[Address, str | None] | None:
        if change.path == ("given_for",) and change.new:
            return Address.parse(change.new), None
        return None

    def judge(self, change: FieldChange) -> Verdict:
        if change.path == ("colour",):
            return Verdict("caution", "printed badges keep their colour")
        return super().judge(change)

    def declared(self, live: LiveBadge, form: Form, wanted: Form) -> dict[str, Any]:
        found = super().declared(live, form, wanted)
        return {key: value for key, value in found.items() if value is not None}
