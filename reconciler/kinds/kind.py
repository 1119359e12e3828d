"""What the engine asks of a kind of resource.

Everything that tells one kind from another is an attribute or a method here, so that the
engine never compares a kind's name and never looks at a kind's class. Most methods have
an answer that is right for a simple kind: one with a name, flat attributes that are all
compared exactly, sent to the API as a whole. A kind with more to it overrides them.

Inside of the engine a resource is its *form*: a mapping of plain JSON values, in which
collections are mappings by name, so that order means nothing. `form` makes one from a
manifest (only what is declared), `live_form` from what lives (everything).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from reconciler.form.fields import Form, Path, field_changes, patched
from reconciler.form.spelling import Vocabulary
from reconciler.form.words import shown_path, value_words
from reconciler.kinds.drawing import Drawing, Edge, Node
from reconciler.kinds.step import Step
from reconciler.model.address import Address, casefolded
from reconciler.model.change import Blocked, Change, Create, Edit, FieldChange, Impact
from reconciler.model.live import LiveId, LiveResource, Names
from reconciler.model.problem import DocumentPath, Problem
from reconciler.model.resource import Resource
from reconciler.model.rule import Rule

R = TypeVar("R", bound=Resource)
L = TypeVar("L", bound=LiveResource)

NOT_IN_FORM = {"kind", "accept", "ensure", "renamed_from"}
"""What a manifest says about the resource and not of it."""


@dataclass(frozen=True, slots=True)
class Items:
    """A part of a form that holds named items. `noun` is what one of them is called;
    `levels` is how many keys lead from the part to an item.
    """

    noun: str
    levels: int = 1


class Reference(NamedTuple):
    """A place that names another resource, and a field of it if it does so."""

    address: Address
    field: str | None
    path: DocumentPath


class Verdict(NamedTuple):
    """What a field change means for people and systems, and why."""

    impact: Impact
    reason: str


class Stop(NamedTuple):
    """A difference that the API cannot make in place, and the rule that says so."""

    rule: str
    change: FieldChange


class Nouns(NamedTuple):
    """What a kind is called. `one` and `many` are for a shop's owner, `listed` for
    somebody who knows the manifests.
    """

    one: str
    many: str
    listed: str


class Note(NamedTuple):
    """A word and the value that it introduces. Reports cut the value to their width,
    but for one that has to be seen `whole`.
    """

    word: str
    value: Any
    quoted: bool = False
    whole: bool = False


class Row(NamedTuple):
    """One item in columns: what it is called, its type, `required`, and the rest."""

    name: str
    type: str
    required: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Profile:
    """What other resources may ask of one: its fields with their types.

    A type that could not be read is None. With `partial`, there may be more fields than
    could be read.
    """

    name: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    partial: bool = False

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Its fields, to compare misspelled ones with."""
        return Vocabulary(self.fields)


Neighbours = Callable[[Address], Profile | None]
"""What the manifests say of an address; None when they do not describe it, or want it
gone.
"""


class Kind(Generic[R, L]):
    """One kind of resource. Subclasses set the attributes that have no value here."""

    name: ClassVar[str]
    model: type[R]
    """What a manifest may say."""
    live: type[L]
    """What lives. Dataclass fields called like keys of the manifest need no more words."""
    key: ClassVar[str]
    """The attribute that names a resource, in manifests and live; a rename changes it."""
    nouns: ClassVar[Nouns]
    loss: ClassVar[str] = "it is gone"
    """What a delete means."""
    outlined_by: ClassVar[str] = ""
    """What `outline` looks at, as a plural: `fields`."""
    irrecoverable: ClassVar[str] = ""
    """What is lost for good with it, as a plural: `records`."""
    switched_off: ClassVar[str] = ""
    """What a switch to inactive means, for kinds that can be switched."""
    lives: ClassVar[bool] = True
    """Whether the API has it; if not, it is checked and referred to, and never sent."""
    sent_whole: ClassVar[bool] = True
    """Whether a change sends all of the resource, or only what is added to it."""
    needs_declared: ClassVar[bool] = False
    """Whether it has to wait until what it refers to is as declared, not only there."""
    refers_to: ClassVar[tuple[str, ...]] = ()
    """The kinds that its references can name."""
    collections: ClassVar[Mapping[str, Items]] = {}
    """The parts of the form that hold named items."""
    rules: ClassVar[tuple[Rule, ...]] = ()
    """The rules that only this kind can break."""

    # What a manifest says, by itself and beside the others.

    def address_of(self, resource: R) -> Address:
        """The identity that a manifest gives its resource."""
        return Address(self.name, getattr(resource, self.key))

    def references(self, resource: R) -> Iterator[Reference]:
        """Every place that names another resource."""
        return iter(())

    def respelled(self, resource: R, spelling: Callable[[Address], Address]) -> R:
        """The resource with every reference in the spelling of what it names."""
        return resource

    def problems(self, resource: R) -> Iterator[Problem]:
        """What makes no sense whatever the other manifests say."""
        return iter(())

    def problems_between(self, resource: R, others: Neighbours) -> Iterator[Problem]:
        """What does not fit to the other manifests."""
        return iter(())

    def profile(self, resource: R) -> Profile:
        """What others may ask of it."""
        return Profile(getattr(resource, self.key))

    # Forms.

    def form(self, resource: R) -> dict[str, Any]:
        """What the manifest declares, references as addresses in text."""
        said = resource.model_dump(
            mode="json", by_alias=True, exclude=NOT_IN_FORM, exclude_none=True
        )
        if resource.old_name is None:
            del said[self.key]
        return said

    def live_form(self, live: L, names: Names) -> dict[str, Any]:
        """All that lives, in the same form."""
        return {name: getattr(live, name) for name in self._attributes()}

    def new_form(self, resource: R) -> dict[str, Any]:
        """What has to be written when nothing lives yet: the address has the name."""
        form = self.form(resource)
        form.pop(self.key, None)
        return form

    def empty_form(self, form: Form) -> dict[str, Any]:
        """The collections of `form`, with nothing in them."""
        return {
            key: {outer: {} for outer in form[key]} if items.levels > 1 else {}
            for key, items in self.collections.items()
            if key in form
        }

    def complete(self, form: Form) -> dict[str, Any]:
        """The form with every collection that a comparison looks into."""
        return {**{key: {} for key in self.collections}, **form}

    def declared(self, live: L, form: Form, wanted: Form) -> dict[str, Any]:
        """What of the live form `wanted` speaks about; only that is compared. What is
        the same in another spelling is given the wanted one.
        """
        found = {key: form.get(key) for key in wanted}
        if self.key in wanted:
            found[self.key] = respelled_name(form[self.key], wanted[self.key])
        return found

    def undeclared(self, form: Form, wanted: Form) -> Iterator[tuple[Path, Any]]:
        """(path, what lives there) of the items that a manifest does not mention."""
        return iter(())

    def canonical(self, form: Form) -> dict[str, Any]:
        """The live form without what may differ between two readings of one state."""
        return dict(form)

    def outline(self, form: Form) -> frozenset[str]:
        """What a resource is recognised by when its name has changed, if anything."""
        return frozenset()

    def differences(
        self, live: L, wanted: Form, names: Names
    ) -> tuple[FieldChange, ...]:
        """What keeps one live resource from being as the form `wanted` says."""
        found = self.declared(live, self.live_form(live, names), wanted)
        return self.changes(found, wanted)

    def changes(self, old: Form, new: Form) -> tuple[FieldChange, ...]:
        """What turns one form of this kind into another."""
        depths = {key: items.levels + 2 for key, items in self.collections.items()}
        return field_changes(old, new, depths)

    # What lives.

    def name_of(self, live: L) -> str:
        """The server's own spelling of its name."""
        return str(getattr(live, self.key))

    def as_live(
        self, resource: R, number: int, id_of: Callable[[Address], int]
    ) -> L | None:
        """What lives once the manifest has been applied; None if nothing does. `id_of`
        gives an id to whatever is named.
        """
        said = {name: getattr(resource, name) for name in self._attributes()}
        make: Callable[..., L] = self.live
        return make(id=number, status=None, **said)

    def _attributes(self) -> list[str]:
        """What a live resource has besides its id and status."""
        known: Any = self.live
        own = (attribute.name for attribute in fields(known))
        return [name for name in own if name not in ("id", "status")]

    def points_at(self, live: L) -> Iterator[tuple[Path, LiveId]]:
        """(path in the form, id) of everything that is stored as an id."""
        return iter(())

    def status_of(self, live: L) -> str | None:
        """The status that a manifest can ask for; None for kinds without."""
        return None

    def fields_of(self, live: L) -> Collection[str]:
        """The names that another resource's reference can name."""
        return ()

    def notes(self, resource: R, live: L) -> Iterator[str]:
        """Warnings about one that lives; each goes on behind its address."""
        return iter(())

    def takes_away(self, resource: R) -> str:
        """What a manifest takes away that no manifest ever described; empty if it adds
        or keeps something, or names what goes.
        """
        return ""

    # What a change means.

    def stopped(
        self, live: L, changes: tuple[FieldChange, ...], names: Names
    ) -> Iterator[Stop]:
        """The differences that the API cannot make in place (contract §3.3)."""
        return iter(())

    def judge(self, change: FieldChange) -> Verdict:
        """What one field change of an update means."""
        if self.is_rename(change):
            return Verdict(
                "breaking", f"what refers to {change.old} finds nothing any more"
            )
        return Verdict("safe", f"changes {self.dotted(change.path)}")

    def is_rename(self, change: FieldChange) -> bool:
        """Whether it changes the name that the address holds."""
        return change.path == (self.key,) and change.op == "changed"

    def named_by(self, change: FieldChange) -> tuple[Address, str | None] | None:
        """(address, field there) of what a field change refers to."""
        return None

    def brings(self, change: FieldChange, name: str | None) -> bool:
        """Whether a field change adds the field that another resource refers to."""
        return change.op == "added" and change.path == ("fields", name)

    # What a change sends.

    def steps(
        self, edit: Edit, base: Form, postponed: tuple[FieldChange, ...]
    ) -> tuple[Step, ...]:
        """The requests of a change. `base` is what lives, for kinds that are sent whole;
        `postponed` are the references whose other end comes later.
        """
        match edit.action:
            case "create":
                return (Step("create", self.wanted(edit, base)),)
            case "update":
                return (Step("replace", self.wanted(edit, base)),)
            case "delete":
                return (Step("delete"),)

    def wanted(self, edit: Edit, base: Form) -> dict[str, Any]:
        """What must be read back once everything is sent; empty for a delete."""
        if edit.action == "delete":
            return {}
        return self.complete(patched(base, edit.fields))

    def is_nothing(self, wanted: Form) -> bool:
        """Whether nothing lives under the address when `wanted` is reached."""
        return not wanted

    # Words and pictures.

    def dotted(self, path: Path) -> str:
        """A path as one word, as reports show it and acceptances name it."""
        return shown_path(path)

    def words(self, path: Path, value: Any) -> str:
        """A value of a form in words."""
        return value_words(value)

    def headline(self, change: Create) -> Iterator[Note]:
        """What a create brings as a whole, a line each."""
        return iter(())

    def rows(self, change: Create) -> Iterator[Row]:
        """What a create brings, item by item."""
        return map(self.row, change.fields)

    def row(self, change: FieldChange) -> Row:
        """An item that comes or goes."""
        value = change.old if change.op == "removed" else change.new
        return Row(self.dotted(change.path), self.words(change.path, value))

    def draw(self, resource: R) -> Drawing:
        """Boxes and arrows of a manifest."""
        address = str(self.address_of(resource))
        edges = tuple(
            Edge(address, str(found.address), str(found.path[-1]), found.field or "")
            for found in self.references(resource)
        )
        return Drawing((Node(address, getattr(resource, self.key)),), edges)

    def draw_change(self, change: Change) -> Drawing:
        """The boxes that a change touches, with marks, and arrows that it makes."""
        address = change.address
        old = next((p.old for p in change.fields if self.is_rename(p)), None)
        title = f"{old} → {address.name}" if old else address.name
        return Drawing((Node(str(address), title, mark=change.action),))

    def draw_blocked(self, item: Blocked) -> Drawing:
        """The box in which something is blocked."""
        address = item.address
        return Drawing((Node(str(address), address.name, mark="blocked"),))


def respelled_name(stored: str, wanted: str) -> str:
    """The server's own spelling counts as the wanted one, as it does in addresses."""
    return wanted if casefolded(stored) == casefolded(wanted) else stored
