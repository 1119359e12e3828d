"""What the bytes of an answer say: its JSON, the API's own words for a refusal, and
when to come back.
"""

import json
import re
import time
import zlib
from email.utils import parsedate_to_datetime
from typing import Any

from reconciler.form.json_bounds import check_values

_SURROGATE = re.compile("[\ud800-\udfff]")
_MAYBE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
MOST_VALUES = 500_000
"""In one answer: 100 definitions with 500 fields of ten values each."""
GZIP_OR_ZLIB = 15 + 32
"""zlib's window size for either, told apart by their first bytes."""


def decompress(body: bytes, encoding: str, most: int) -> bytes:
    """The plain answer: nobody asked for compression, but some gateways compress all
    the same.

    Raises ValueError when it is broken, or more than `most` bytes, which are never
    unpacked.
    """
    plain, complete = body, True
    if body and encoding.lower() in ("gzip", "x-gzip", "deflate"):
        unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
        try:
            plain = unpacker.decompress(body, most + 1)
        except zlib.error:
            plain = b""
        complete = unpacker.eof
    if len(plain) > most:
        raise ValueError(f"more than {most // 2**20} MiB")
    if not complete:
        raise ValueError("broken compression")
    return plain


def json_of(answer: bytes | str) -> Any:
    """The value of a JSON text. Raises ValueError (TooManyValues, too), RecursionError.

    Halves of surrogate pairs are no characters, and no file or terminal takes them:
    U+FFFD stands in their place.
    """
    if isinstance(answer, bytes):
        answer = answer.decode("utf-8-sig", "surrogatepass")
    check_values(answer, MOST_VALUES)
    value = json.loads(answer)
    if _may_hold_surrogates(answer):
        return _replace_surrogates(value)
    return value


def _may_hold_surrogates(text: str) -> bool:
    """Most texts are ASCII without such a sequence, which is seen many times as fast."""
    if text.isascii() and "\\u" not in text:
        return False
    return bool(_MAYBE_SURROGATE.search(text))


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_replace_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {
            _replace_surrogates(key): _replace_surrogates(item)
            for key, item in value.items()
        }
    return value


def message_of(body: Any) -> str:
    """`message` is a text or a list of texts, and some servers nest it (contract §1);
    empty when there is none.
    """
    match body:
        case {"message": said} | {"error": said} if said:
            return message_of(said)
        case {"data": dict(said)}:
            return message_of(said)
        case list():
            return "; ".join(filter(None, map(message_of, body)))
        case str():
            return body
        case _:
            return ""


def seconds_to_wait(retry_after: str) -> float | None:
    """The header as seconds or as an HTTP date (contract §1); None when it is
    unreadable or not a time.
    """
    if _SECONDS.fullmatch(retry_after):
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # whatever the parser makes of a header that is no date
    return max(moment - time.time(), 0.0)
