"""The kind `definition`, as the engine sees it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar

from reconciler.form.fields import Form, Path
from reconciler.kinds.definition import changes, checks, saying, words
from reconciler.kinds.definition import form as forms
from reconciler.kinds.definition.live import (
    LiveDefinition,
    LiveField,
    LiveRelationship,
)
from reconciler.kinds.definition.manifest import (
    Definition,
    DefinitionField,
    Relationship,
)
from reconciler.kinds.definition.rules import DEFINITION_RULES
from reconciler.kinds.drawing import Drawing
from reconciler.kinds.kind import Kind
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
    respelled_name,
)
from reconciler.model.address import Address, fold
from reconciler.model.change import Blocked, Change, Create, Edit, FieldChange
from reconciler.model.live import TRANSIENT, LiveId, Names
from reconciler.model.problem import DocumentPath, Problem


class DefinitionKind(Kind[Definition, LiveDefinition]):
    """Append-only tables; they may refer to each other, in cycles too."""

    name = "definition"
    model = Definition
    live = LiveDefinition
    key = "name"
    nouns = Nouns("data table", "data tables", "definitions")
    loss = "its records can no longer be reached, and there is no way back"
    outlined_by = "fields"
    irrecoverable = "records"
    switched_off = (
        "the records of what is switched off can be read, and not written any more"
    )
    sent_whole = False
    filled_in = ("status", "targetField")
    refers_to = ("definition",)
    rules = DEFINITION_RULES
    collections: ClassVar = {
        "fields": Items("field"),
        "relationships": Items("relationship"),
    }

    def references(self, resource: Definition) -> Iterator[Reference]:
        for index, rel in enumerate(resource.relationships):
            if rel.is_custom:
                target = Address(self.name, rel.target_schema)
                path = ("relationships", index, "targetSchema")
                yield Reference(target, rel.server_target_field, path)

    def respelled(
        self, resource: Definition, spelling: Callable[[Address], Address]
    ) -> Definition:
        def respell(rel: Relationship) -> Relationship:
            if not rel.is_custom:
                return rel
            target = spelling(Address(self.name, rel.target_schema))
            return rel.model_copy(update={"target_schema": target.name})

        relationships = tuple(respell(rel) for rel in resource.relationships)
        return resource.model_copy(update={"relationships": relationships})

    def problems(self, resource: Definition) -> Iterator[Problem]:
        return checks.problems_within(resource)

    def problems_between(
        self, resource: Definition, others: Neighbours
    ) -> Iterator[Problem]:
        return checks.problems_between(resource, others)

    def doubts(self, resource: Definition) -> Iterator[Problem]:
        return checks.doubts(resource)

    def profile(self, resource: Definition) -> Profile:
        return checks.profile_of(resource)

    def form(self, resource: Definition) -> dict[str, Any]:
        return forms.desired_form(resource)

    def live_form(self, live: LiveDefinition, names: Names) -> dict[str, Any]:
        return forms.live_form(live, names)

    def new_form(self, resource: Definition) -> dict[str, Any]:
        """What is created is active."""
        form = super().new_form(resource)
        if form.get("status") == "active":
            del form["status"]
        return form

    def document(self, name: str, form: Form) -> dict[str, Any]:
        return saying.document(name, form)

    def identity(self, item: Mapping[str, Any]) -> object:
        return saying.identity(item)

    def left_out(self, path: DocumentPath) -> DocumentPath:
        return saying.left_out(path)

    def declared(
        self, live: LiveDefinition, form: Form, wanted: Form
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in wanted.items():
            if key in self.collections:
                found[key] = forms.common_items(form[key], value)
            elif key == self.key:
                found[key] = respelled_name(live.name, value)
            elif key == "description" and forms.is_same_text(form[key], value):
                found[key] = value
            else:
                found[key] = form[key]
        return found

    def undeclared(self, form: Form, wanted: Form) -> Iterator[tuple[Path, Any]]:
        # A name in another spelling is not undeclared: it stops the plan (`stopped`).
        known = {fold(name) for name in wanted["fields"]}
        for name in sorted(form["fields"]):
            if fold(name) not in known:
                yield ("fields", name), form["fields"][name]
        for name in sorted(set(form["relationships"]) - set(wanted["relationships"])):
            yield ("relationships", name), form["relationships"][name]

    def canonical(self, form: Form) -> dict[str, Any]:
        return super().canonical(forms.canonical_form(form))

    def is_text(self, path: Path) -> bool:
        match path:
            case ("description",):
                return True
            case ("fields", _, attribute):
                return attribute in forms.TEXTS
        return False

    def is_frozen(self, path: Path) -> bool:
        return path not in changes.IN_PLACE

    def is_filled_in(self, path: Path, live: Form) -> bool:
        match path:
            case ("relationships", source, "targetField"):
                return forms.has_usual_target_field(live["relationships"][source])
        return super().is_filled_in(path, live)

    def outline(self, form: Form) -> frozenset[str]:
        """A new definition with exactly the fields of another one is likely the same."""
        return frozenset(form["fields"])

    def as_live(
        self, resource: Definition, number: int, id_of: Callable[[Address], int]
    ) -> LiveDefinition:
        return LiveDefinition(
            id=number,
            name=resource.name,
            status="active" if resource.ensure is None else resource.ensure,
            description=resource.description,
            unique_keys=() if resource.unique_keys is None else resource.unique_keys,
            fields=tuple(map(_field_as_live, resource.fields)),
            relationships=tuple(
                _relationship_as_live(rel, id_of) for rel in resource.relationships
            ),
        )

    def points_at(self, live: LiveDefinition) -> Iterator[tuple[Path, LiveId]]:
        for rel in live.relationships:
            if rel.target_id is not None:
                path = ("relationships", rel.source_field)
                yield path, LiveId(self.name, rel.target_id)

    def status_of(self, live: LiveDefinition) -> str:
        return forms.usable_status(live)

    def fields_of(self, live: LiveDefinition) -> Collection[str]:
        # The server numbers every record with an `id` that it lists among no fields.
        return {"id", *(field.name for field in live.fields)}

    def notes(self, resource: Definition, live: LiveDefinition) -> Iterator[str]:
        """An inactive definition is the merchant's own choice, as long as the manifest
        does not say what it should be.
        """
        if live.status == "inactive" and resource.ensure is None:
            yield "is inactive: its records cannot be written until the shop activates it"
        if live.status in TRANSIENT:
            yield f"is not active yet: the shop is still {live.status} it"

    def stopped(
        self, live: LiveDefinition, differences: tuple[FieldChange, ...], names: Names
    ) -> Iterator[Stop]:
        return changes.stops(live, differences, names)

    def judge(self, change: FieldChange) -> Verdict:
        return changes.judge(change)

    def named_by(self, change: FieldChange) -> tuple[Address, str | None] | None:
        match change.path:
            case ("relationships", _) if change.op == "added":
                return changes.target_of(change)
        return None

    def steps(
        self, edit: Edit, base: Form, postponed: tuple[FieldChange, ...]
    ) -> tuple[Step, ...]:
        return changes.steps(edit, postponed)

    def words(self, path: Path, value: Any) -> str:
        return words.words(path, value)

    def headline(self, change: Create) -> Iterator[Note]:
        return words.headline(change)

    def rows(self, change: Create) -> Iterator[Row]:
        return words.rows(change)

    def row(self, change: FieldChange) -> Row:
        return words.row(change)

    def draw(self, resource: Definition) -> Drawing:
        return words.draw(resource)

    def draw_change(self, change: Change) -> Drawing:
        changed = tuple(words.changed_fields(change))
        (box,) = super().draw_change(change).nodes
        return Drawing(
            (replace(box, fields=changed),), tuple(words.changed_edges(change))
        )

    def draw_blocked(self, item: Blocked) -> Drawing:
        (box,) = super().draw_blocked(item).nodes
        return Drawing((replace(box, fields=tuple(words.blocked_fields(item))),))


def _field_as_live(field: DefinitionField) -> LiveField:
    said = {each.name: getattr(field, each.name) for each in fields(LiveField)}
    # The server shows the name as label where a manifest has none.
    said |= {"label": field.shown_label, "default": field.sent_default}
    return LiveField(**said)


def _relationship_as_live(
    rel: Relationship, id_of: Callable[[Address], int]
) -> LiveRelationship:
    source, field = rel.source_field, rel.server_target_field
    if rel.is_custom:
        target = id_of(Address("definition", rel.target_schema))
        return LiveRelationship(source, None, target, field)
    return LiveRelationship(source, rel.target_schema, None, field)
