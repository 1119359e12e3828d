"""Everybody who uses a resource or a field of it, as far as it is declared: what `impact`
shows.
"""

from collections.abc import Iterator, Mapping

from reconciler.errors import WrongUsage
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.records.manifest import RecordSet
from reconciler.kinds.registry import kind_of
from reconciler.manifest.record_sets import record_sets
from reconciler.manifest.resolve import Resolved
from reconciler.manifest.row_files import NoRowFile
from reconciler.manifest.samples import sample_uses
from reconciler.manifest.uses import places_in, references_in, source_at, uses_in
from reconciler.messages.uses import FIELDS, PROPERTIES
from reconciler.model.address import Address
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.source import Source
from reconciler.model.usage import Impact, Sort, Use, User
from reconciler.plan.only import suggestion

_SORTS: dict[str, Sort] = {
    "definition": "relationships",
    "override": "overrides",
    "records": "record_files",
    "template": "templates",
    "segment": "segments",
    "scenario": "scenarios",
}
"""By the kind of the user. What has no kind is the file of a sample payload."""


def impact_of(resolved: Resolved, text: str) -> Impact:
    """Everybody who uses `ADDRESS` or `ADDRESS.FIELD`. Raises WrongUsage for what nobody
    describes or names.
    """
    uses = [
        *uses_in(resolved.desired, resolved.messages),
        *_references(resolved),
        *sample_uses(resolved),
    ]
    address, field = _parse(text, resolved.desired, uses)
    manifest = resolved.desired.manifests.get(address)
    below = _below(address, field, manifest, uses)
    users = {_user(use) for use in uses if _is_used(use, address, below)}
    if manifest is not None and not manifest.absent:
        users.update(_own(manifest, field))
        users.update(_in_files(resolved.desired, address, field))
    return Impact(address, field, tuple(sorted(users, key=_order)))


def _order(user: User) -> tuple[str, Source, str, str]:
    assert user.source is not None
    return user.sort, user.source, user.by, user.how


def _references(resolved: Resolved) -> Iterator[Use]:
    """But for those that say more than a reference: rows and messages."""
    others = [
        manifest
        for manifest in resolved.desired.manifests.values()
        if not isinstance(manifest.resource, RecordSet)
    ]
    return references_in(others, {})


def _parse(text: str, desired: Desired, uses: list[Use]) -> tuple[Address, str]:
    """The longest address that is described or used, and what comes behind it: names may
    hold dots.
    """
    known = {str(address): address for address in desired.manifests}
    known |= {
        str(use.address): use.address for use in uses if str(use.address) not in known
    }
    fitting = [each for each in known if _begins(text, each)]
    if not fitting:
        without_field = text.rpartition(".")[0]
        addresses = known.values()
        hint = suggestion(addresses, text) or suggestion(addresses, without_field)
        raise WrongUsage(f"{in_quotes(text)} is described by no manifest{hint or '.'}")
    longest = max(fitting, key=len)
    return known[longest], text[len(longest) + 1 :]


def _begins(text: str, address: str) -> bool:
    return text == address or text.startswith(f"{address}.")


def _fields_used(address: Address, uses: list[Use]) -> dict[str, str]:
    """Those that somebody names, of what no manifest describes."""
    here = [use.field for use in uses if use.address == address and use.field]
    return {field.rpartition(".")[2]: field for field in here}


def _below(
    address: Address, field: str, manifest: Manifest | None, uses: list[Use]
) -> str:
    """The field in the dots of a change; empty for the resource as a whole. Raises
    WrongUsage for a field that there is not.
    """
    if not field:
        return ""
    known = _fields_used(address, uses) if manifest is None else _fields_of(manifest)
    if field in known:
        return known[field]
    told = f"{address} has no field"
    if manifest is None:
        told = f"No manifest describes {address}, and nobody uses a field of it called"
    hint = did_you_mean(field, known) or "."
    raise WrongUsage(f"{told} {in_quotes(field)}{hint}")


def _fields_of(manifest: Manifest) -> Mapping[str, str]:
    """The fields under the names that an author may write."""
    kind = kind_of(manifest.address)
    found: dict[str, str] = {}
    match manifest.resource:
        case Definition() as definition:
            for each in definition.fields:
                found[each.name] = kind.dotted((FIELDS, each.name))
        case Event() as event:
            for slot, properties in event.properties.by_slot().items():
                for one in properties:
                    dotted = kind.dotted((PROPERTIES, slot, one.name))
                    found.setdefault(one.name, dotted)
                    found[f"{slot}.{one.name}"] = dotted
    return {**found, **{dotted: dotted for dotted in found.values()}}


def _is_used(use: Use, address: Address, below: str) -> bool:
    if use.address.cased != address.cased:
        return False
    return not below or use.field == below or use.field.startswith(f"{below}.")


def _user(use: Use) -> User:
    sort = _SORTS.get(use.by.partition("/")[0], "sample_payloads")
    return User(sort, use.by, use.source, use.how)


def _own(manifest: Manifest, field: str) -> Iterator[User]:
    """Where its own manifest says more of a field than that it is there."""
    definition = manifest.resource
    if not isinstance(definition, Definition) or not field:
        return
    name = field.rpartition(".")[2]
    by = str(manifest.address)
    places = places_in(manifest.source.file, [manifest])
    known = places.get(manifest.source.document, {})
    for index, each in enumerate(definition.relationships):
        if each.source_field == name:
            source = source_at(manifest, ("relationships", index, "sourceField"), known)
            how = f"{name} → {each.target_schema}.{each.server_target_field}"
            yield User("relationships", by, source, how)
    keys = definition.unique_keys or ()
    if name in keys:
        source = source_at(manifest, ("unique_keys", keys.index(name)), known)
        yield User("unique_keys", by, source, ", ".join(keys))


def _in_files(desired: Desired, address: Address, field: str) -> Iterator[User]:
    """The columns of files of rows that hold the field, or point at it by its value."""
    from reconciler.manifest.columns import columns_of

    for manifest in record_sets(desired):
        try:
            yield from columns_of(desired, manifest, address, field.rpartition(".")[2])
        except NoRowFile:
            continue  # `validate` says so
