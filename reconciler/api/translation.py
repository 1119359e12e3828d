"""What an HTTP answer means: a value, or the error that says why there is none.

408, 429 and 5xx leave open whether anything was carried out, and every other status than
2xx is a refusal. A 2xx may hold a refusal as well: then its `statusCode` counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from reconciler.api.access import Access
from reconciler.api.answers import json_of, message_of, seconds_to_wait
from reconciler.api.wire import whole
from reconciler.errors import (
    ApiError,
    NotUnderstood,
    Rejected,
    ServerFailure,
    TooManyRequests,
    Unauthorized,
)
from reconciler.form.json_bounds import TooManyValues, values_in
from reconciler.form.words import plural

COMPLETE = 200
"""Others leave something out (206), or come from somebody on the way (203)."""
_SYSTEM_NUMBER = re.compile(r"^\[Errno -?\d+\] ")
LONGEST_MESSAGE = 500
"""Characters that are repeated of what somebody else said."""
LATER = (408, 429)
"""Refusals that say "not now", besides 5xx."""
_KEY_REFUSED = {
    401: "The API does not accept the key in {name} (401 on {request}): it is mistyped, or was withdrawn. "
    "Copy it anew from ShopiMind.",
    403: "The key in {name} may not do this (403 on {request}).",
}


@dataclass(frozen=True, slots=True)
class Sized:
    """What an answer says, and how much it is: bytes and about how many JSON values."""

    value: Any
    bytes: int
    values: int


def value_of(answer: httpx.Response, body: bytes, request: str, access: Access) -> Any:
    """The JSON value in the body of an answer to `request` (`METHOD path`); None when a
    write was answered without one. Raises ApiError.
    """
    if not answer.is_success:
        raise _refusal(answer, answer.status_code, body, request, access)
    if request.startswith("GET ") and answer.status_code != COMPLETE:
        told = f"{request} was answered {answer.status_code}, and only {COMPLETE} is the API's own whole answer"
        raise NotUnderstood(told, request=request)
    if not body.strip() and not request.startswith("GET "):
        return None  # no source says that the answer to a write has a body
    try:
        value = _without_key(json_of(body), body, access)
    except TooManyValues as many:
        told = f"{request} was answered with {many}"
        raise NotUnderstood(told, request=request) from None
    except (ValueError, RecursionError):
        told = f"{request} was answered with something that is not JSON"
        raise NotUnderstood(told, request=request) from None
    status = _status_inside(value)
    if status >= 400:
        raise _refusal(answer, status, body, request, access)
    if _says_no(value):
        said = quote(message_of(value), access) or "it gives no reason"
        told = f"{request} was refused inside an answer with status {answer.status_code}: {said}"
        raise Rejected(told, request=request, status=answer.status_code)
    return value


def _status_inside(value: Any) -> int:
    """The `statusCode` of an envelope (contract §1), or of one within it; 0 when there is
    none.
    """
    if not isinstance(value, Mapping):
        return 0
    status = whole(value.get("statusCode")) or 0
    return max(status, _status_inside(value.get("data")))


def _says_no(value: Any) -> bool:
    """Whether it is a refusal that has no status: an `error` in the place of `data`, or
    `success: false`.
    """
    if not isinstance(value, Mapping):
        return False
    is_error = bool(value.get("error")) and "data" not in value
    return is_error or value.get("success") is False


def sized_value_of(
    answer: httpx.Response, body: bytes, request: str, access: Access
) -> Sized:
    """The same, with its size. Raises ApiError."""
    value = value_of(answer, body, request, access)
    return Sized(value, len(body), values_in(body))


def _without_key(value: Any, body: bytes, access: Access) -> Any:
    """The value of the body. A server that repeats the key in a name must not get it
    into a plan, a comment or the shop.
    """
    if access.may_be_in(body.decode("latin-1")):
        return _redacted(value, access)
    return value


def _redacted(value: Any, access: Access) -> Any:
    if isinstance(value, str):
        return access.redact(value)
    if isinstance(value, list):
        return [_redacted(item, access) for item in value]
    if isinstance(value, dict):
        return {
            access.redact(key): _redacted(item, access) for key, item in value.items()
        }
    return value


def quote(words: str, access: Access) -> str:
    """What somebody else said, without the key and cut short, for a message."""
    return access.redact(words)[:LONGEST_MESSAGE]


def quote_cause(lost: BaseException, access: Access) -> str:
    """Why there was no answer, without the number that the system gives the error."""
    return quote(_SYSTEM_NUMBER.sub("", str(lost)), access) or type(lost).__name__


def _message_in(body: bytes) -> str:
    """A proxy may refuse in HTML: a refusal without readable words is one
    nevertheless.
    """
    try:
        return message_of(json_of(body))
    except (ValueError, RecursionError):
        return ""


def _asked_wait(answer: httpx.Response) -> float | None:
    """The seconds that the answer asks to wait, if it says so."""
    return seconds_to_wait(answer.headers.get("retry-after", ""))


def _refusal(
    answer: httpx.Response, status: int, body: bytes, request: str, access: Access
) -> ApiError:
    said = quote(_message_in(body), access)
    if status in _KEY_REFUSED:
        told = _KEY_REFUSED[status].format(name=access.key_name, request=request)
        return Unauthorized(told, request=request, status=status)
    told = f"{request} was answered {status}"
    is_later = status in LATER or status >= 500
    wait = _asked_wait(answer) if is_later else None
    if wait is not None:
        told += f" (it asks to wait {wait:.0f} {plural(round(wait), 'second')})"
    if status != answer.status_code:
        told += f" (inside an answer with status {answer.status_code})"
    if said:
        told += f": {said}"
    if status == 429:
        return TooManyRequests(told, request=request, retry_after=wait)
    if answer.is_redirect:
        told += ": a redirect, and redirects are not followed"
    if is_later:
        return ServerFailure(told, request=request, status=status, retry_after=wait)
    rejected = Rejected(told, request=request, status=status)
    rejected.content = _content_of(body, access)
    return rejected


def _content_of(body: bytes, access: Access) -> Any:
    try:
        return _without_key(json_of(body), body, access)
    except (ValueError, RecursionError):
        return None
