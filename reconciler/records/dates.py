"""Days and moments as files write them, and the two forms that are sent: `2026-12-31`,
and a moment with its offset (contract §5).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from reconciler.records.problem import CellProblem, problem_of

EXCEL = "excel"
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](.*))?")
_MIDNIGHT = re.compile(r"00:00(:00(\.0+)?)?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[-+][0-9]{2}:?[0-9]{2})?"
)
_SERIAL = re.compile(r"[0-9]{1,7}([.,][0-9]+)?")
_SLASHED = re.compile(
    r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})"
    r"([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?"
)
_EXAMPLES = {
    "record-date": "2026-12-31",
    "record-datetime": "2026-05-08T09:00:00+02:00",
}
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_LEAP_DAY = 60
"""Excel counts a 29 February 1900 that never was."""
_LAST_EXCEL_DAY = 2_958_465


@dataclass(frozen=True)
class DateFormat:
    """How a file writes days and moments: `dates` as for strftime, or excel, or ISO
    8601 when it is None; `timezone` is where moments without an offset are meant.
    """

    dates: str | None = None
    timezone: str | None = None

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The time zone by its name."""
        return ZoneInfo(self.timezone) if self.timezone else None

    def day_in(self, text: str) -> str:
        """The day as it is sent. Raises CellProblem."""
        written = text.strip()
        iso = _DAY.fullmatch(written)
        if iso:
            return _iso_day(text, iso[1], iso[2])
        if self.dates == EXCEL:
            return _day_of(text, _excel_moment(text, written, "record-date"))
        if self.dates:
            moment, _ = _parsed(text, written, self.dates, "record-date")
            return _day_of(text, moment)
        raise _no_day(text, written, "record-date")

    def moment_in(self, text: str) -> str:
        """The moment as it is sent, with an offset. Raises CellProblem."""
        written = text.strip()
        iso = _MOMENT.fullmatch(written)
        if iso and iso["offset"]:
            return _iso_moment(text, written).isoformat()
        if iso:
            return self._local(text, _iso_moment(text, written))
        if self.dates == EXCEL:
            moment = _excel_moment(text, written, "record-datetime")
            return self._local(text, moment)
        if self.dates and not _DAY.fullmatch(written):
            moment, has_time = _parsed(text, written, self.dates, "record-datetime")
            if not has_time:
                raise _no_time(text)
            return self._local(text, moment)
        raise _no_moment(text, written)

    def _local(self, text: str, moment: datetime) -> str:
        """A moment without an offset, where the time zone says what is meant."""
        if self.zone is None:
            words = "has no offset: write one (2026-05-08T09:00:00+02:00), or csv.timezone: Europe/Paris"
            raise problem_of("record-datetime", text, words)
        first = moment.replace(tzinfo=self.zone, fold=0)
        second = moment.replace(tzinfo=self.zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return first.isoformat()
        # In spring an hour is left out, in autumn one comes twice.
        back = first.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None)
        happens = "comes twice" if back == moment else "does not exist"
        words = f"{happens} in {self.timezone}, where the clocks change: write it with its offset"
        raise problem_of("record-datetime", text, words)


def _iso_day(text: str, day: str, clock: str | None) -> str:
    if clock is not None and not _MIDNIGHT.fullmatch(clock):
        words = "has a time, and the field takes a day: write the day alone"
        raise problem_of("record-date", text, words)
    try:
        date.fromisoformat(day)
    except ValueError:
        raise problem_of("record-date", text, "is no day of the calendar") from None
    return day


def _iso_moment(text: str, written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        words = "is no time of the calendar"
        raise problem_of("record-datetime", text, words) from None


def _day_of(text: str, moment: datetime) -> str:
    """The day of a moment that has no time."""
    if moment.time() != time.min:
        words = "has a time, and the field takes a day: write the day alone"
        raise problem_of("record-date", text, words)
    return moment.date().isoformat()


def _serial_in(written: str) -> float:
    """The day number; 0 when it is none."""
    if not _SERIAL.fullmatch(written):
        return 0.0
    return float(written.replace(",", "."))


def _excel_moment(text: str, written: str, rule: str) -> datetime:
    """Day 1 is 1 January 1900; a fraction is the part of the day that has passed."""
    serial = _serial_in(written)
    if not 1 <= serial < _LAST_EXCEL_DAY + 1:
        raise problem_of(rule, text, "is no day number of Excel")
    if int(serial) == _EXCEL_LEAP_DAY:
        words = "is 29 February 1900 for Excel, a day that never was"
        raise problem_of(rule, text, words)
    day = _excel_date(int(serial))
    seconds = round((serial - int(serial)) * 86_400)
    return datetime.combine(day, time.min) + timedelta(seconds=seconds)


def _excel_date(serial: int) -> date:
    if serial < _EXCEL_LEAP_DAY:
        serial += 1
    return _EXCEL_EPOCH + timedelta(days=serial)


def excel_number(day: date) -> str:
    """The number of a day, as Excel counts."""
    serial = (day - _EXCEL_EPOCH).days
    return str(serial if serial > _EXCEL_LEAP_DAY else serial - 1)


def _parsed(text: str, written: str, form: str, rule: str) -> tuple[datetime, bool]:
    """The moment that is written in this form, or in it and with a time behind it, and
    whether it has a time.
    """
    has_time = "%H" in form
    forms = [form] if has_time else [form, f"{form} %H:%M", f"{form} %H:%M:%S"]
    for index, each in enumerate(forms):
        try:
            return datetime.strptime(written, each), has_time or index > 0
        except ValueError:
            continue
    raise problem_of(rule, text, f"is not written as {form}, nor a day of the calendar")


def _no_day(text: str, written: str, rule: str) -> CellProblem:
    """What to say of a text that nobody has said how to read."""
    serial = _serial_in(written)
    if 1 <= serial <= _LAST_EXCEL_DAY:
        return _excel_problem(serial, written, rule)
    parts = _SLASHED.fullmatch(written)
    if parts is None:
        return problem_of(rule, text, f"is no day: write it as {_EXAMPLES[rule]}")
    if _fits_both_orders(parts):
        words = f'can be read day first and month first: say which, such as csv.dates: "{_form(parts)}"'
    else:
        words = f'is not written as {_EXAMPLES[rule]}: say how days are written, such as csv.dates: "{_form(parts)}"'
    return problem_of(rule, text, words)


def _excel_problem(serial: float, written: str, rule: str) -> CellProblem:
    discreet = "an Excel day number? Write csv.dates: excel"
    if int(serial) == _EXCEL_LEAP_DAY:
        told = (
            f"an Excel day number? {written} = 29 February 1900, a day that never was"
        )
        return CellProblem(rule, told, discreet)
    day = _excel_date(int(serial)).isoformat()
    told = f"an Excel day number? {written} = {day}; write csv.dates: excel"
    return CellProblem(rule, told, discreet)


def _fits_both_orders(parts: re.Match[str]) -> bool:
    """Whether 03/04/2026 can be the third of April and the fourth of March."""
    return int(parts[1]) <= 12 and int(parts[3]) <= 12


def _form(parts: re.Match[str]) -> str:
    """How the day is probably written, as `csv.dates` says it."""
    sign = parts[2]
    order = ("%m", "%d") if int(parts[3]) > 12 else ("%d", "%m")
    year = "%Y" if len(parts[4]) == 4 else "%y"
    return sign.join([*order, year])


def _no_moment(text: str, written: str) -> CellProblem:
    if _DAY.fullmatch(written):
        return _no_time(text)
    return _no_day(text, written, "record-datetime")


def _no_time(text: str) -> CellProblem:
    words = "is a day, and the field takes a time: write 2026-05-08T09:00:00+02:00"
    return problem_of("record-datetime", text, words)
