"""What an answer says besides its content: the API's own words for a refusal, and when to come back."""

import re
import time
from email.utils import parsedate_to_datetime
from typing import Any


def message_of(body: Any) -> str:
    """`message` is a text or a list of texts, and some servers nest it (contract §1); empty when there is none."""
    match body:
        case {"message": said} | {"error": said} if said:
            return message_of(said)
        case list():
            return "; ".join(filter(None, map(message_of, body)))
        case str():
            return body
        case _:
            return ""


def seconds_to_wait(retry_after: str) -> float | None:
    """The header as seconds or as an HTTP date (contract §1); None when it is unreadable or not a time."""
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", retry_after):
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
