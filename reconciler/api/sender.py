"""What an endpoint sends its writes over: a connection, or a notebook."""

from typing import Any, Protocol

from reconciler.api.connection import Params


class Sender(Protocol):
    """The writing half of `Connection`, which says what each is for."""

    def write(
        self, method: str, path: str, *, body: Any = None, params: Params | None = None
    ) -> Any: ...
    def write_once(self, method: str, path: str, *, body: Any) -> Any: ...
