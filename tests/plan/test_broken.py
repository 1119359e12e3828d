"""Samples that are valid no longer without any change of the shop are warned of."""

from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.source import Source
from reconciler.model.usage import Use
from reconciler.plan.broken import broken_otherwise
from reconciler.plan.draft import Draft
from reconciler.plan.usage import with_users

VISIT = Address("event", "visit")
VET = "properties.metaData.vet"
REQUIRED = FieldChange(path=("properties", "metaData", "vet", "required"), op="changed", old=False, new=True)
RENAME = FieldChange(path=("code_name",), op="changed", old="visit", new="visit.made")


def broken(line: int = 4, address: Address = VISIT, field: str = VET) -> Use:
    """A sample that is valid no longer."""
    return Use(address, field, "samples/a.json", Source("samples/a.json", line), "it is missing", is_broken=True)


def drafted(*parts: FieldChange, address: Address = VISIT) -> Draft:
    """A change of the event, with the sample that it breaks."""
    draft = Draft(address, "update", "breaking", "senders are refused", parts)
    return with_users({address: draft}, [broken()])[address]


def warnings(draft: Draft, *uses: Use) -> list[str]:
    """What is said beside a plan of this change."""
    change = draft.change(depends_on=(), requests=1, source=None, accepted=())
    return list(broken_otherwise([change], uses))


def test_a_property_that_becomes_required_breaks_what_lacks_it() -> None:
    """The change names it, and so no warning does."""
    draft = drafted(REQUIRED)
    assert [f"{VET}.required"] == [each.change for each in draft.used_by]
    assert [] == warnings(draft, broken())


def test_a_change_of_something_else_breaks_no_sample() -> None:
    """Of the same event."""
    other = FieldChange(path=("properties", "metaData", "vets"), op="added", new={"type": "text", "required": True})
    assert () == drafted(other).used_by


def test_a_rename_breaks_what_has_the_old_name() -> None:
    """But nobody edits a sample in the dashboard."""
    draft = drafted(RENAME, address=Address("event", "visit.made"))
    assert ["samples/a.json:4"] == [each.source for each in draft.used_by]


def test_what_no_breaking_change_names_is_warned_of() -> None:
    """Such as an option that is gone: the API is not told of options."""
    told = ["samples/a.json:9 is no longer valid for event/visit: it is missing"]
    assert told == warnings(drafted(REQUIRED), broken(), broken(9))
    assert told == list(broken_otherwise([], [broken(9)]))
    used = Use(VISIT, VET, "template/hello", Source("hello.txt", 1), "{var=metaData.vet}")
    assert [] == list(broken_otherwise([], [used]))
