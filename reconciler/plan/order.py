"""The order in which changes can be sent, and which relationships have to wait for a
second request.

Relationships may form cycles. Then one definition of the cycle is created without the
relationship that closes it, and extended once the other end exists.
"""

from collections.abc import Iterator, Mapping

from reconciler.model.change import Change, Create, FieldChange, Update


def references(change: Change) -> Iterator[tuple[str, str | None, FieldChange]]:
    """(address, field there, the field change that names it) for every definition that
    `change` names.
    """
    for part in change.fields:
        if not isinstance(part.new, Mapping):
            continue
        if part.path[0] == "relationships" and part.new["targetSchemaType"] == "custom":
            yield part.new["targetSchema"], part.new.get("targetField"), part
        elif part.path[0] == "sources":
            yield part.new["definition"], part.new["field"], part


def needs(
    change: Change, changes: Mapping[str, Change]
) -> Iterator[tuple[str, FieldChange]]:
    """The changes that must come first, because they bring the definition or the field
    that is named.
    """
    for address, field, part in references(change):
        match changes.get(address):
            case Create():
                yield address, part
            case Update(fields=fields) if any(
                added.path == ("fields", field) for added in fields
            ):
                yield address, part


def deferred(change: Change, changes: Mapping[str, Change]) -> tuple[FieldChange, ...]:
    """The relationships that are not in the first request: what they need comes later,
    or is the change itself.
    """
    return tuple(
        part
        for address, part in needs(change, changes)
        if address not in change.depends_on
    )
