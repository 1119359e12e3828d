"""Times as people write and read them."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_SPAN = re.compile(r"([1-9][0-9]{0,4})([smhd])")


def parse_span(text: str) -> timedelta:
    """`90s`, `30m`, `24h`, `7d`. Raises ValueError."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no span of time: write it as in 30m, 24h or 7d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def span_words(span: timedelta) -> str:
    """`24 h`, `30 min`, in the largest unit that fits."""
    seconds = int(span.total_seconds())
    if seconds == 86_400:
        return "24 h"
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def time_words(moment: datetime, now: datetime) -> str:
    """`14:02:11`, by the clock of this machine; with the day when that is another one."""
    local, today = moment.astimezone(), now.astimezone()
    form = "%H:%M:%S" if local.date() == today.date() else "%Y-%m-%d %H:%M:%S"
    return local.strftime(form)


def safe_moment(now: datetime, patience: timedelta) -> datetime:
    """The first whole minute after so much patience."""
    later = now + patience
    whole = later.replace(second=0, microsecond=0)
    return whole if whole == later else whole + timedelta(minutes=1)


def read_moment(text: object) -> datetime | None:
    """An ISO time, or seconds (or milliseconds) since 1970, as a listing may show it;
    one without a zone is UTC.
    """
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return None
    try:
        moment = _moment(str(text).strip())
    except (ValueError, OverflowError, OSError):
        return None
    # Near the ends of the calendar, no other zone has that moment.
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _moment(text: str) -> datetime:
    if re.fullmatch(r"[0-9]{10}|[0-9]{13}", text):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
