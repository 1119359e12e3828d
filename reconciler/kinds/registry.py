"""The kinds that there are. To add one: its package beside the others, and its line here
(and in `api/registry.py`, when the API has it).
"""

from typing import Any

from reconciler.kinds.definition.kind import DefinitionKind
from reconciler.kinds.event.kind import EventKind
from reconciler.kinds.kind import Kind
from reconciler.kinds.override.kind import OverrideKind
from reconciler.kinds.records.kind import RecordsKind
from reconciler.kinds.scenario.kind import ScenarioKind
from reconciler.kinds.segment.kind import SegmentKind
from reconciler.kinds.template.kind import TemplateKind
from reconciler.model.address import Address

AnyKind = Kind[Any, Any]

_ALL: tuple[AnyKind, ...] = (
    DefinitionKind(),
    EventKind(),
    OverrideKind(),
    RecordsKind(),
    TemplateKind(),
    SegmentKind(),
    ScenarioKind(),
)
KINDS: dict[str, AnyKind] = {kind.name: kind for kind in _ALL}
"""By name, in the order in which reports list them."""


def kind_of(address: Address) -> AnyKind:
    """The kind of what has the address. Raises KeyError for a kind that is not there."""
    return KINDS[address.kind]
