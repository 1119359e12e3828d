"""The kind `override`, as the engine sees it."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypedDict

from reconciler.form.fields import Form, Path
from reconciler.form.spelling import cut, shown
from reconciler.form.words import value_words
from reconciler.kinds import saying
from reconciler.kinds.definition.checks import DefinitionProfile
from reconciler.kinds.definition.words import bare_name
from reconciler.kinds.drawing import Drawing
from reconciler.kinds.field_types import NUMERIC_TYPES
from reconciler.kinds.kind import Kind
from reconciler.kinds.override import picture
from reconciler.kinds.override.manifest import (
    LiveOverride,
    LiveSource,
    Override,
    OverrideSource,
)
from reconciler.kinds.override.rules import OVERRIDE_RULES
from reconciler.kinds.step import Step
from reconciler.kinds.values import (
    Items,
    Neighbours,
    Nouns,
    Reference,
    Row,
    Verdict,
    item_of,
)
from reconciler.model.address import Address, casefolded, fold
from reconciler.model.change import Blocked, Change, Edit, FieldChange
from reconciler.model.live import LiveId, Names
from reconciler.model.problem import DocumentPath, Problem

DEFINITION = "definition"


class SourceForm(TypedDict, total=False):
    """One source; `definition` is an address in text."""

    definition: str
    field: str
    priority: int


class OverrideKind(Kind[Override, LiveOverride]):
    """One ordered set per native field, replaced as a whole. An empty one is none."""

    name = "override"
    model = Override
    live = LiveOverride
    key = "target"
    nouns = Nouns("price rule", "price rules", "price overrides")
    loss = "the shop's own prices apply again"
    needs_declared = True
    refers_to = (DEFINITION,)
    rules = OVERRIDE_RULES
    collections: ClassVar = {"sources": Items("source")}

    def references(self, resource: Override) -> Iterator[Reference]:
        for index, source in enumerate(resource.sources):
            target = Address(DEFINITION, source.definition)
            path = ("sources", index, "definition")
            yield Reference(target, source.field, path)

    def respelled(
        self, resource: Override, spelling: Callable[[Address], Address]
    ) -> Override:
        def respell(source: OverrideSource) -> OverrideSource:
            target = spelling(Address(DEFINITION, source.definition))
            return source.model_copy(update={"definition": target.name})

        sources = tuple(respell(source) for source in resource.sources)
        return resource.model_copy(update={"sources": sources})

    def problems(self, resource: Override) -> Iterator[Problem]:
        priorities: set[int] = set()
        keys: set[tuple[str, str]] = set()
        for index, source in enumerate(resource.sources):
            priority, field = source.priority, source.field
            if priority in priorities:
                message = f"two sources have the priority {priority}"
                place = ("sources", index, "priority")
                yield Problem("duplicate-priority", message, place)
            priorities.add(priority)
            key = (fold(source.definition), field)
            if key in keys:
                named = shown(f"{source.definition}.{field}")
                message = f"{named} stands here twice"
                yield Problem("duplicate-source", message, ("sources", index))
            keys.add(key)

    def problems_between(
        self, resource: Override, others: Neighbours
    ) -> Iterator[Problem]:
        for index, source in enumerate(resource.sources):
            owner = others(Address(DEFINITION, source.definition))
            # A reference that leads nowhere is a finding of its own.
            if isinstance(owner, DefinitionProfile):
                yield from _owner_problems(source.field, owner, ("sources", index))

    def form(self, resource: Override) -> dict[str, Any]:
        sources: dict[str, SourceForm] = {}
        for source in resource.sources:
            key = _source_key(source.definition, source.field)
            sources[key] = SourceForm(
                definition=str(Address(DEFINITION, source.definition)),
                field=source.field,
                priority=source.priority,
            )
        return {"sources": sources}

    def live_form(self, live: LiveOverride, names: Names) -> dict[str, Any]:
        """A source that is stored twice, or has the same words as another one that is
        gone, keeps a key of its own.
        """
        sources: dict[str, SourceForm] = {}
        for source in sorted(_distinct(live.sources), key=_by_priority):
            name = names.of(LiveId(DEFINITION, source.definition_id))
            key = _source_key(name.removeprefix(f"{DEFINITION}/"), source.field)
            while key in sources:
                key += " (again)"
            sources[key] = SourceForm(
                definition=name, field=source.field, priority=source.priority
            )
        return {"sources": sources}

    def document(self, name: str, form: Form) -> dict[str, Any]:
        """The source that wins stands first."""
        said: dict[str, Any] = {"kind": self.name, self.key: name}
        if "sources" in form:
            sources = sorted(
                form["sources"].values(), key=lambda each: each["priority"]
            )
            said["sources"] = [
                {**each, "definition": saying.bare_name(each["definition"])}
                for each in sources
            ]
        return said

    def identity(self, item: Mapping[str, Any]) -> object:
        owner = item.get("definition")
        return casefolded(str(owner)), item.get("field")

    def left_out(self, path: DocumentPath) -> DocumentPath:
        """A write replaces the set, so it is said whole or not at all."""
        return ()

    def declared(self, live: LiveOverride, form: Form, wanted: Form) -> dict[str, Any]:
        # A write replaces the set, so all that lives is compared.
        return {"sources": form["sources"]}

    def is_text(self, path: Path) -> bool:
        return False  # names and numbers only

    def as_live(
        self, resource: Override, number: int, id_of: Callable[[Address], int]
    ) -> LiveOverride | None:
        if not resource.sources:
            return None  # the API has no empty set
        sources = []
        for source in resource.sources:
            owner = id_of(Address(DEFINITION, source.definition))
            sources.append(LiveSource(owner, source.field, source.priority))
        return LiveOverride(resource.target, tuple(sources))

    def points_at(self, live: LiveOverride) -> Iterator[tuple[Path, LiveId]]:
        for source in live.sources:
            yield ("sources",), LiveId(DEFINITION, source.definition_id)

    def takes_away(self, resource: Override) -> str:
        return "" if resource.sources else "whatever gives that price"

    def judge(self, change: FieldChange) -> Verdict:
        match change.op:
            case "removed":
                gone = f"{change.path[1]} no longer gives the price"
                return Verdict("breaking", gone)
            case "changed":
                reason = "another source wins for contacts that have several"
                return Verdict("caution", reason)
            case "added":
                return Verdict("safe", "adds a source")

    def named_by(self, change: FieldChange) -> tuple[Address, str | None] | None:
        if not isinstance(change.new, Mapping):
            return None
        try:
            target = Address.parse(change.new["definition"])
        except ValueError:
            return None  # words: what lives may point at a definition that is gone
        return target, change.new["field"]

    def steps(
        self, edit: Edit, base: Form, postponed: tuple[FieldChange, ...]
    ) -> tuple[Step, ...]:
        return (Step("replace", self.wanted(edit, base)),)

    def wanted(self, edit: Edit, base: Form) -> dict[str, Any]:
        if edit.action == "delete":
            return {"sources": {}}  # the API knows no delete: an empty set is none
        return super().wanted(edit, base)

    def is_nothing(self, wanted: Form) -> bool:
        return not wanted["sources"]

    def dotted(self, path: Path) -> str:
        """`Definition.field` is the key of a source, dot and all."""
        return ".".join(path)

    def words(self, path: Path, value: Any) -> str:
        match path:
            case ("sources", _) if isinstance(value, Mapping):
                named = (
                    f"{bare_name(value['definition'])}.{value_words(value['field'])}"
                )
                return f"{named}, priority {value_words(value.get('priority'))}"
            case ("sources", _, "definition"):
                return bare_name(value)
        return value_words(value)

    def row(self, change: FieldChange) -> Row:
        value = item_of(change)
        match change.path:
            case ("sources", name) if isinstance(value, Mapping):
                return Row(name, f"priority {value['priority']}")
        return super().row(change)

    def draw(self, resource: Override) -> Drawing:
        sources = self.form(resource)["sources"]
        return picture.draw(self.address_of(resource), sources)

    def draw_change(self, change: Change) -> Drawing:
        return picture.draw_change(change)

    def draw_blocked(self, item: Blocked) -> Drawing:
        return picture.draw_blocked(item)


def _owner_problems(
    name: str, owner: DefinitionProfile, path: DocumentPath
) -> Iterator[Problem]:
    called = cut(owner.name)
    field_type = owner.fields.get(name)
    if not owner.may_have(name):
        hint = owner.vocabulary.hint(name)
        message = f"definition/{called} has no field {shown(name)}{hint}"
        yield Problem("override-field-missing", message, (*path, "field"))
    elif field_type not in (*NUMERIC_TYPES, None):
        told = f"{called}.{cut(name)} is {field_type}"
        message = f"{told}, and a price needs number or decimal"
        yield Problem("override-field-not-numeric", message, (*path, "field"))
    if not owner.may_be_about_products:
        message = (
            f"definition/{called} has no relationship to products, "
            "so no price can be found through it"
        )
        yield Problem("override-without-product", message, (*path, "definition"))


def _distinct(sources: Iterable[LiveSource]) -> Collection[LiveSource]:
    """Each source once: a listing may tell a row twice."""
    return {repr(source): source for source in sources}.values()


def _source_key(definition: str, field: str) -> str:
    """`Definition.field`; a name that holds a dot is quoted, so that no two sources have
    the same key.
    """
    if "." in definition or definition.startswith('"'):
        definition = json.dumps(definition, ensure_ascii=False)
    return f"{definition}.{field}"


def _by_priority(source: LiveSource) -> tuple[int, int, str]:
    return source.priority, source.definition_id, source.field
