"""The kinds that the API has, each with its endpoint."""

from typing import Any

from reconciler.api.definitions import DefinitionEndpoint
from reconciler.api.endpoint import Endpoint
from reconciler.api.events import EventEndpoint
from reconciler.api.overrides import OverrideEndpoint
from reconciler.kinds.step import Step
from reconciler.model.address import Address

AnyEndpoint = Endpoint[Any]

_ALL: tuple[AnyEndpoint, ...] = (
    DefinitionEndpoint(),
    EventEndpoint(),
    OverrideEndpoint(),
)
ENDPOINTS: dict[str, AnyEndpoint] = {endpoint.kind: endpoint for endpoint in _ALL}
"""By the name of the kind, in the order in which they are read."""


def endpoint_of(address: Address) -> AnyEndpoint:
    """The endpoint of the kind. Raises KeyError for a kind that the API does not have."""
    return ENDPOINTS[address.kind]


def route(address: Address, step: Step) -> str:
    """`METHOD path` of a request, for people."""
    return endpoint_of(address).route(step)
