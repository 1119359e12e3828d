"""A change names what it breaks beside the shop, and a warning names the rest."""

import pytest

from reconciler.model.address import Address
from reconciler.model.change import FieldChange, Impact
from reconciler.model.source import Source
from reconciler.model.usage import Use
from reconciler.plan.broken import broken_otherwise, naming_broken
from reconciler.plan.draft import Draft

VISIT = Address("event", "visit")
RENAME = FieldChange(path=("code_name",), op="changed", old="visit", new="visit.made")


def _use(line: int, address: Address = VISIT) -> Use:
    return Use(address, "properties.metaData.vet", "samples/a.json", Source("samples/a.json", line), "it is missing")


def _draft(impact: Impact = "breaking", address: Address = VISIT, fields: tuple[FieldChange, ...] = ()) -> Draft:
    return Draft(address, "update", impact, "senders are refused", fields)


def _warnings(draft: Draft, *broken: Use) -> list[str]:
    change = draft.change(depends_on=(), requests=1, source=None, accepted=())
    return list(broken_otherwise([change], broken))


PART = FieldChange(path=("properties", "metaData", "vet", "required"), op="changed", old=False, new=True)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ([4], "samples/a.json:4"),
        ([4, 4, 9], "samples/a.json:4, samples/a.json:9"),
        ([1, 2, 3, 4, 5], "samples/a.json:1, samples/a.json:2, samples/a.json:3 and 2 more"),
    ],
)
def test_a_breaking_change_names_the_places(lines: list[int], named: str) -> None:
    """Each once, and not more than anybody reads."""
    draft = naming_broken(_draft(), [_use(line) for line in lines])
    assert ("breaking", f"senders are refused; no longer valid: {named}") == (draft.impact, draft.reason)


def test_a_rename_breaks_what_has_the_old_name() -> None:
    """Of either case, as the server compares names."""
    draft = _draft(address=Address("event", "visit.made"), fields=(RENAME,))
    assert naming_broken(draft, [_use(4, Address("event", "Visit"))]).reason.endswith("samples/a.json:4")


def test_what_breaks_nothing_else_stays_as_it_is() -> None:
    """A change of something else, and one that the API takes from every sender."""
    safe, other = _draft("safe", fields=(PART,)), _draft(fields=(PART,))
    assert safe is naming_broken(safe, [_use(4)])
    assert other is naming_broken(other, [_use(4, Address("event", "other"))])


def test_what_no_breaking_change_names_is_warned_of() -> None:
    """Such as an option that is gone: the API is not told of options."""
    told = ["samples/a.json:4 is no longer valid for event/visit: it is missing"]
    assert told == _warnings(_draft("safe", fields=(PART,)), _use(4))
    assert told == list(broken_otherwise([], [_use(4)]))
    assert [] == _warnings(_draft(fields=(PART,)), _use(4))
