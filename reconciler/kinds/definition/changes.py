"""What a change of a definition can be, what it means, and what it sends.

The schema is append-only: name, description and status change in place, fields and
relationships can be added, and nothing else is ever possible (contract §3.3).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.form.fields import patched
from reconciler.kinds.definition.live import LiveDefinition
from reconciler.kinds.step import Step
from reconciler.kinds.values import Stop, Verdict
from reconciler.model.address import Address, fold
from reconciler.model.change import Edit, FieldChange
from reconciler.model.live import LiveId, Names

IN_PLACE = (("name",), ("description",), ("status",))
"""What can be changed after the creation."""


def stops(
    live: LiveDefinition, changes: tuple[FieldChange, ...], names: Names
) -> Iterator[Stop]:
    """The changes that cannot be made in place, each with its rule."""
    spellings = {fold(field.name): field.name for field in live.fields}
    for change in changes:
        renamed = _renamed_field(change, spellings)
        if renamed:
            yield Stop("field-name-frozen", renamed)
        elif not is_possible(change):
            yield Stop(_rule(live, change, names), change)


def _renamed_field(
    change: FieldChange, spellings: Mapping[str, str]
) -> FieldChange | None:
    """What looks like a new field may be one that lives in another spelling: the server
    takes both names for one.
    """
    match change.path:
        case ("fields", name) if change.op == "added" and fold(name) in spellings:
            old = spellings[fold(name)]
            return FieldChange(path=change.path, op="changed", old=old, new=name)
    return None


def is_possible(change: FieldChange) -> bool:
    """Whether the API can make it in a definition that exists."""
    return change.path in IN_PLACE or is_addition(change)


def is_addition(change: FieldChange) -> bool:
    """Whether it brings a whole field or relationship."""
    whole = len(change.path) == 2 and change.path[0] in ("fields", "relationships")
    return whole and change.op == "added"


def _rule(live: LiveDefinition, change: FieldChange, names: Names) -> str:
    match change.path:
        case ("unique_keys",):
            return "unique-keys-frozen"
        case ("fields", _, attribute):
            return f"field-{attribute}-frozen"
        case ("relationships", source, "targetSchema") if _is_stale(
            live, source, names
        ):
            return "stale-relation"
        case ("relationships", *_):
            return "relationship-frozen"
    raise AssertionError(f"no rule says why {change.path} cannot change in place")


def _is_stale(live: LiveDefinition, source: str, names: Names) -> bool:
    """Whether the stored id is no candidate's any more. That of another candidate is
    an edited manifest.
    """
    stored = next(rel for rel in live.relationships if rel.source_field == source)
    if stored.target_id is None:
        return False
    return not names.knows(LiveId("definition", stored.target_id))


def judge(change: FieldChange) -> Verdict:
    """What one change of an update means."""
    match change.path:
        case ("name",):
            found = f"messages and segments that say {change.old} find nothing any more"
            return Verdict("breaking", found)
        case ("status",) if change.new == "inactive":
            return Verdict("caution", "its records become read-only")
        case ("status",):
            return Verdict("caution", "its records become writable again")
        case ("fields", name) if change.new["required"]:
            reason = f"existing rows read null in the required field {name}"
            return Verdict("caution", reason)
        case ("fields", _):
            return Verdict("safe", "adds an optional field")
        case ("relationships", _):
            return Verdict("safe", "adds a relationship")
        case ("description",):
            return Verdict("safe", "changes the description")
    raise AssertionError(f"a definition cannot change its {change.path}")


def steps(edit: Edit, postponed: tuple[FieldChange, ...]) -> tuple[Step, ...]:
    """Additions only; references whose other end comes later are added in a second
    request, and a status switch is the last one.
    """
    if edit.action == "delete":
        return (Step("delete"),)
    switches = [part for part in edit.fields if part.path == ("status",)]
    later = (*postponed, *switches)
    now = [part for part in edit.fields if part not in later]
    found = []
    if edit.action == "create":
        found.append(Step("create", _form_of(now)))
    elif now:
        found.append(Step("extend", _form_of(now)))
    if postponed:
        found.append(_second_request(edit.address, postponed))
    found += [Step("switch", status=part.new) for part in switches]
    return tuple(found)


def _form_of(additions: Iterable[FieldChange]) -> dict[str, Any]:
    return {"fields": {}, "relationships": {}, **patched({}, additions)}


def _second_request(own: Address, postponed: tuple[FieldChange, ...]) -> Step:
    """Adds references when what they name is there; the definition itself is."""
    # A reference to itself can be sent as soon as it has an id.
    ends = {Address.parse(part.new["targetSchema"]) for part in postponed}
    others = tuple(sorted(ends - {own}))
    return Step("extend", patched({}, postponed), waits_for=others)


def target_of(change: FieldChange) -> tuple[Address, str | None] | None:
    """(definition, field there) that an added relationship points at."""
    if change.new["targetSchemaType"] != "custom":
        return None
    return Address.parse(change.new["targetSchema"]), change.new.get("targetField")
