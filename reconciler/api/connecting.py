"""Why there is no connection: for good, or only now."""

import socket
import ssl
from collections.abc import Iterator

import httpx

_TLS_WAS_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


def is_hopeless(lost: BaseException, was_answered: bool) -> bool:
    """A certificate stays what it is. So do an unknown name and a proxy's refusal,
    unless they let a request pass before: then it is a bad moment.
    """
    if isinstance(lost, httpx.ProxyError):
        return not was_answered
    for cause in _causes(lost):
        if isinstance(cause, socket.gaierror):
            return not was_answered
        if isinstance(cause, ssl.SSLError):
            return not isinstance(cause, _TLS_WAS_CUT)
    return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it."""
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__
