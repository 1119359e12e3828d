"""What the engine asks of a kind of resource: read this to add one.

Everything that tells one kind from another is an attribute or a method of `Kind`. The
engine never compares a kind's name and never looks at its class; it asks. Most methods
already have the answer of a simple kind: one with a name and flat attributes, all of
them compared exactly, and sent to the API as a whole.

Four representations of a resource appear in the questions:

- `resource`: what a manifest says, as the kind's pydantic model.
- `live`: what the API has, as the kind's frozen dataclass.
- a form: either of them as a mapping of plain JSON values, in which references are
  addresses and collections are mappings by name, so that order means nothing. The engine
  compares forms and nothing else. The *wanted* form holds only what a manifest
  declares; the *live* form holds everything.
- a change: the differences between two forms, field by field (`model.change`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Generic, TypeVar

from reconciler.form.fields import Form, Path, field_changes, patched
from reconciler.form.wording import canonical_texts, wording
from reconciler.form.words import name_words, shown_path, value_words
from reconciler.kinds.drawing import Drawing, Edge, Node
from reconciler.kinds.saying import Saying
from reconciler.kinds.step import Step
from reconciler.kinds.values import (
    Items,
    Neighbours,
    Note,
    Nouns,
    Profile,
    Reference,
    Row,
    Stop,
    Verdict,
    item_of,
    respelled_name,
)
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Create, Edit, FieldChange
from reconciler.model.live import Keeping, LiveId, LiveResource, Names, Wording
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource
from reconciler.model.rule import Rule

R = TypeVar("R", bound=Resource)
L = TypeVar("L", bound=LiveResource)

NOT_IN_FORM = {"kind", "accept", "ensure", "renamed_from"}
"""Keys that are instructions to this tool and not attributes."""


class Kind(Saying, Generic[R, L]):
    """One kind of resource. Subclasses set what has no value here; the simplest kind is:

        class TagKind(Kind[Tag, LiveTag]):
            name = "tag"
            model = Tag
            live = LiveTag
            key = "name"
            nouns = Nouns("tag", "tags", "tags")

    The methods stand in the order in which a run asks them: what manifests say, both
    forms and their comparison, what lives, what a change means, its requests, and words.
    """

    # What it is, and what it is called.

    name: ClassVar[str]
    """What stands behind `kind:` in a manifest, and before the slash in an address."""
    model: type[R]
    """What a manifest may say."""
    live: type[L]
    """The dataclass of what the API has. With fields called like the keys of a manifest,
    `live_form` and `as_live` need not be overridden."""
    key: ClassVar[str]
    """The attribute that names a resource, in manifests and live; a rename changes it."""
    collections: ClassVar[Mapping[str, Items]] = {}
    """The parts of the form that hold named items."""
    refers_to: ClassVar[tuple[str, ...]] = ()
    """The kinds that its references can name."""
    rules: ClassVar[tuple[Rule, ...]] = ()
    """The rules that only this kind can break."""
    as_written: ClassVar[tuple[str, ...]] = ()
    """The keys in whose text no expression is filled in."""

    # How the API treats it.

    lives: ClassVar[bool] = True
    """Whether a plan is about it; if not, it is checked and referred to, and never sent."""
    has_rows: ClassVar[bool] = False
    """Whether it stands for rows, which are compared row by row and not as a form."""
    sent_whole: ClassVar[bool] = True
    """Whether a change sends all of the resource, or only what is added to it."""
    filled_in: ClassVar[tuple[str, ...]] = ("status",)
    """Attributes that the API fills in when they are not sent."""
    needs_declared: ClassVar[bool] = False
    """Whether an apply leaves its changes out when what they refer to is blocked."""

    # Words for reports.

    nouns: ClassVar[Nouns]
    loss: ClassVar[str] = "it is gone"
    """What a delete means, as a sentence without its full stop."""
    outlined_by: ClassVar[str] = ""
    """The noun for what two resources of one `outline` have in common: `fields`."""
    irrecoverable: ClassVar[str] = ""
    """What is lost for good with it, as a plural: `records`."""
    switched_off: ClassVar[str] = ""
    """What a switch to inactive means, for kinds that can be switched."""

    # What manifests say. Everything here is known offline.

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

    def doubts(self, resource: R) -> Iterator[Problem]:
        """What is valid, and will likely be regretted; `validate` alone tells of it."""
        return iter(())

    def profile(self, resource: R) -> Profile:
        """What `problems_between` of other resources may ask of it."""
        return Profile(getattr(resource, self.key))

    def takes_away(self, resource: R) -> str:
        """What a manifest takes away that no manifest ever described; empty if it adds
        or keeps something, or names what goes.
        """
        return ""

    # The two forms.

    def form(self, resource: R) -> dict[str, Any]:
        """What the manifest declares, references as addresses in text."""
        said = resource.model_dump(
            mode="json", by_alias=True, exclude=NOT_IN_FORM, exclude_none=True
        )
        if resource.old_name is None:
            # The address has the name; to declare it is to rename.
            del said[self.key]
        return said

    def live_form(self, live: L, names: Names) -> dict[str, Any]:
        """All that lives, in the same shape; `names` turns stored ids into addresses."""
        return {name: getattr(live, name) for name in self._attributes()}

    def new_form(self, resource: R) -> dict[str, Any]:
        """What has to be written when nothing lives yet: the address has the name."""
        form = self.form(resource)
        form.pop(self.key, None)
        return form

    def empty_form(self, form: Form) -> dict[str, Any]:
        """The collections of `form`, with nothing in them."""
        empty: dict[str, Any] = {}
        for key, items in self.collections.items():
            if key not in form:
                continue
            empty[key] = {}
            if items.levels > 1:
                empty[key] = {outer: {} for outer in form[key]}
        return empty

    def complete(self, form: Form) -> dict[str, Any]:
        """The form with every collection that a comparison looks into."""
        return {**{key: {} for key in self.collections}, **form}

    def canonical(self, form: Form) -> dict[str, Any]:
        """The live form without what may differ between two readings of one state."""
        texts: dict[str, Any] = canonical_texts(form, self.is_text)
        return texts

    # Their comparison.

    def declared(self, live: L, form: Form, wanted: Form) -> dict[str, Any]:
        """The part of `form` (the live form of `live`) that is compared: the keys of
        `wanted`. Two spellings of one value are no difference: it has the wanted one.
        """
        found = {key: form.get(key) for key in wanted}
        if self.key in wanted:
            found[self.key] = respelled_name(form[self.key], wanted[self.key])
        return found

    def undeclared(self, form: Form, wanted: Form) -> Iterator[tuple[Path, Any]]:
        """(path, what lives there) of the items that a manifest does not mention."""
        return iter(())

    def differences(
        self, live: L, wanted: Form, names: Names
    ) -> tuple[FieldChange, ...]:
        """What keeps one live resource from being as the form `wanted` says."""
        found = self.declared(live, self.live_form(live, names), wanted)
        return self.changes(found, wanted, names.keeping)

    def is_text(self, path: Path) -> bool:
        """Whether the value there is words for people, and no name or choice."""
        return path != (self.key,)

    def is_frozen(self, path: Path) -> bool:
        """Whether the value there can never be changed."""
        return False

    def changes(
        self, old: Form, new: Form, keeping: Keeping = Keeping.UNKNOWN
    ) -> tuple[FieldChange, ...]:
        """What turns one form into another; other words for one text are no change."""
        return self.changes_and_wordings(old, new, keeping)[0]

    def changes_and_wordings(
        self, old: Form, new: Form, keeping: Keeping
    ) -> tuple[tuple[FieldChange, ...], tuple[Wording, ...]]:
        """The same, and of the texts for which the shop has other words, these words."""
        raw = self.raw_changes(old, new)
        wordings = {part.path: self._wording(part, keeping) for part in raw}
        changes = tuple(part for part in raw if wordings[part.path] is None)
        return changes, tuple(filter(None, wordings.values()))

    def _wording(self, change: FieldChange, keeping: Keeping) -> Wording | None:
        if not self.is_text(change.path):
            return None
        return wording(change, keeping, is_frozen=self.is_frozen(change.path))

    def raw_changes(self, old: Form, new: Form) -> tuple[FieldChange, ...]:
        """The same to the letter."""
        # One for the collection's own key, one for the attributes of an item.
        depths = {key: items.levels + 2 for key, items in self.collections.items()}
        return field_changes(old, new, depths)

    def is_filled_in(self, path: Path, live: Form) -> bool:
        """Whether the value there is what the API fills in when nothing is sent."""
        return path[-1] in self.filled_in

    def outline(self, form: Form) -> frozenset[str]:
        """What a resource is recognised by when its name has changed, if anything."""
        return frozenset()

    # What lives.

    def name_of(self, live: L) -> str:
        """The server's own spelling of its name."""
        return str(getattr(live, self.key))

    def status_of(self, live: L) -> str | None:
        """The status that a manifest can ask for; None for kinds without."""
        return None

    def fields_of(self, live: L) -> Collection[str]:
        """The names that another resource's reference can name."""
        return ()

    def points_at(self, live: L) -> Iterator[tuple[Path, LiveId]]:
        """(path in the form, id) of everything that is stored as an id."""
        return iter(())

    def notes(self, resource: R, live: L) -> Iterator[str]:
        """Warnings about one that lives; each goes on behind its address."""
        return iter(())

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

    # What a change means.

    def stopped(
        self, live: L, changes: tuple[FieldChange, ...], names: Names
    ) -> Iterator[Stop]:
        """The differences that the API cannot make in place (contract §3.3)."""
        return iter(())

    def judge(self, change: FieldChange) -> Verdict:
        """What one field change of an update means."""
        if self.is_rename(change):
            reason = f"what refers to {change.old} finds nothing any more"
            return Verdict("breaking", reason)
        return Verdict("safe", f"changes {self.dotted(change.path)}")

    def is_rename(self, change: FieldChange) -> bool:
        """Whether it changes the name that the address holds."""
        return change.path == (self.key,) and change.op == "changed"

    def is_about_identity(self, change: FieldChange) -> bool:
        """Whether it must not meet another resource of a similar name by mistake."""
        return self.is_rename(change) or change.path == ("status",)

    def named_by(self, change: FieldChange) -> tuple[Address, str | None] | None:
        """(address, field there) of what a field change refers to; the plan puts that
        first.
        """
        return None

    def brings(self, change: FieldChange, name: str | None) -> bool:
        """Whether a field change adds the field `name`, which others refer to."""
        return change.op == "added" and change.path == ("fields", name)

    # Which requests it takes.

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

    # Words.

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
        value = item_of(change)
        return Row(self.dotted(change.path), self.words(change.path, value))

    # Pictures.

    def draw(self, resource: R) -> Drawing:
        """The box of a manifest, and an arrow for each of its references."""
        address = str(self.address_of(resource))
        box = Node(address, getattr(resource, self.key))
        arrows = []
        for found in self.references(resource):
            end, label = str(found.address), str(found.path[-1])
            arrows.append(Edge(address, end, label, found.field or ""))
        return Drawing((box,), tuple(arrows))

    def draw_change(self, change: Change) -> Drawing:
        """The box of what changes, with a mark; of a rename, with both names."""
        title = change.address.name
        for part in change.fields:
            if self.is_rename(part):
                title = f"{name_words(part.old)} → {title}"
        return Drawing((Node(str(change.address), title, mark=change.action),))

    def draw_blocked(self, item: Blocked) -> Drawing:
        """The box in which something is blocked."""
        address = item.address
        return Drawing((Node(str(address), address.name, mark="blocked"),))
