"""The shop in the shape that apply asks for: every kind by its endpoint. Every method
raises ApiError.
"""

from contextlib import AbstractContextManager

from reconciler.api.connection import Connection
from reconciler.api.endpoint import Ids, ReadBack
from reconciler.api.registry import ENDPOINTS, endpoint_of
from reconciler.form.fields import Form
from reconciler.model.address import Address
from reconciler.model.live import Created, LiveResource, Touched


class HttpShop:
    """One shop over one connection; thread-safe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._connection.requests

    def in_one_go(self) -> AbstractContextManager[None]:
        return self._connection.in_one_go()

    def create(self, address: Address, form: Form, ids: Ids) -> Created:
        endpoint = endpoint_of(address)
        return endpoint.create(self._connection, address.name, form, ids)

    def extend(self, address: Address, additions: Form, ids: Ids) -> None:
        endpoint_of(address).extend(self._connection, ids[address], additions, ids)

    def replace(self, address: Address, form: Form, ids: Ids) -> None:
        number = ids.get(address)
        endpoint = endpoint_of(address)
        endpoint.replace(self._connection, address.name, number, form, ids)

    def switch(self, address: Address, number: int, status: str) -> None:
        endpoint_of(address).switch(self._connection, number, status)

    def delete(self, address: Address, number: int) -> None:
        endpoint_of(address).delete(self._connection, number)

    def find(self, address: Address, number: int | None = None) -> LiveResource | None:
        found: LiveResource | None
        found = endpoint_of(address).find(self._connection, address.name, number)
        return found

    def find_new(self, address: Address) -> LiveResource | None:
        found: LiveResource | None
        found = endpoint_of(address).find_new(self._connection, address.name)
        return found

    def read(self, address: Address, number: int | None) -> LiveResource | None:
        found: LiveResource | None
        endpoint = endpoint_of(address)
        found = endpoint.read_one(self._connection, address.name, number)
        return found

    def read_back(self, kind: str, touched: Touched) -> ReadBack[LiveResource]:
        return ENDPOINTS[kind].read_back(self._connection, touched)
