"""Days and moments as files write them, and the two forms that are sent: `2026-12-31`,
and a moment with its offset (contract §5).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
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
            return _excel_day(text, written).isoformat()
        if self.dates:
            return _parsed(text, written, self.dates).date().isoformat()
        raise _no_day(text, written)

    def moment_in(self, text: str) -> str:
        """The moment as it is sent, with an offset. Raises CellProblem."""
        written = text.strip()
        iso = _MOMENT.fullmatch(written)
        if iso and iso["offset"]:
            return _iso_moment(text, written).isoformat()
        if iso:
            return self._local(text, _iso_moment(text, written))
        if self.dates == EXCEL:
            return self._local(text, _excel_moment(text, written))
        if self.dates:
            return self._local(text, _parsed(text, written, self.dates))
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


def fits_both_orders(text: str) -> bool:
    """Whether 03/04/2026 can be the third of April and the fourth of March."""
    parts = _SLASHED.fullmatch(text.strip())
    return parts is not None and int(parts[1]) <= 12 and int(parts[2]) <= 12


def is_slashed(text: str) -> bool:
    """Whether it is a day whose order nobody has said."""
    return _SLASHED.fullmatch(text.strip()) is not None


def _iso_day(text: str, day: str, time: str | None) -> str:
    if time is not None and not _MIDNIGHT.fullmatch(time):
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
        raise problem_of("record-datetime", text, "is no time of the calendar") from None  # fmt: skip


def _excel_day(text: str, written: str) -> date:
    moment = _excel_moment(text, written)
    if moment.time() != datetime.min.time():
        words = "has a time, and the field takes a day: write the day alone"
        raise problem_of("record-date", text, words)
    return moment.date()


def _serial_in(written: str) -> float:
    """The day number; 0 when it is none."""
    if not _SERIAL.fullmatch(written):
        return 0.0
    return float(written.replace(",", "."))


def _excel_moment(text: str, written: str) -> datetime:
    """Day 1 is 1 January 1900; a fraction is the part of the day that has passed."""
    serial = _serial_in(written)
    if not 1 <= serial < _LAST_EXCEL_DAY + 1:
        raise problem_of("record-date", text, "is no day number of Excel")
    if int(serial) == _EXCEL_LEAP_DAY:
        words = "is 29 February 1900 for Excel, a day that never was"
        raise problem_of("record-date", text, words)
    day = _excel_date(int(serial))
    seconds = round((serial - int(serial)) * 86_400)
    return datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)


def _excel_date(serial: int) -> date:
    if serial < _EXCEL_LEAP_DAY:
        serial += 1
    return _EXCEL_EPOCH + timedelta(days=serial)


def _parsed(text: str, written: str, form: str) -> datetime:
    try:
        return datetime.strptime(written, form)
    except ValueError:
        raise problem_of("record-date", text, f"is not written as {form}") from None


def _no_day(text: str, written: str) -> CellProblem:
    serial = _serial_in(written)
    if _EXCEL_LEAP_DAY < serial < _LAST_EXCEL_DAY:
        day = _excel_date(int(serial))
        return CellProblem(
            "record-date",
            f"an Excel day number? {written} = {day.isoformat()}; write csv.dates: excel",
            "an Excel day number? Write csv.dates: excel",
        )
    if _SLASHED.fullmatch(written):
        words = 'is no ISO day: write 2026-12-31, or say how days are written, such as csv.dates: "%d/%m/%Y"'
        return problem_of("record-date", text, words)
    return problem_of("record-date", text, "is no day: write it as 2026-12-31")


def _no_moment(text: str, written: str) -> CellProblem:
    if _DAY.fullmatch(written):
        words = "is a day, and the field takes a time: write 2026-05-08T09:00:00+02:00"
        return problem_of("record-datetime", text, words)
    problem = _no_day(text, written)
    if "Excel" in problem.discreet or _SLASHED.match(written):
        problem.rule = "record-datetime"
        return problem
    words = "is no time: write it as 2026-05-08T09:00:00+02:00"
    return problem_of("record-datetime", text, words)
