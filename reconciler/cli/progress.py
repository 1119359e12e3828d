"""How far some work is: on a terminal one line that is drawn again and again, elsewhere
a line every half minute, and nothing for work that is done sooner.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from reconciler.cli import streams
from reconciler.report.terminal import printable

Style = Literal["in place", "lines"]
BAR = 24
SHORTEST_BAR = 4
ERASE = "\r\x1b[K"
MOST_SECONDS = 99
WORTH_TELLING = 1.0
"""Seconds of a wait; shorter ones are over before they are read."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds before anything is shown, and from then on between two lines."""

    first: float
    again: float


PACES: Mapping[Style, Pace] = {
    "in place": Pace(1.0, 0.2),
    "lines": Pace(30.0, 30.0),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """For what everybody waits, in words that go on with the seconds, and until when."""

    why: str
    until: float = 0.0

    def words(self, now: float) -> str:
        """Nothing when it is over."""
        left = ceil(self.until - now)
        return f"{self.why} {left} s" if left > 0 else ""


@dataclass(slots=True)
class Work:
    """What is being done, and how much of it. A `total` of 0 is not known. `note` is for
    somebody who goes on later from there.
    """

    what: str
    unit: str
    total: int
    style: Style | None
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)
    is_drawn: bool = False
    note: str = ""
    wait: Wait | None = None
    line: Callable[[str], str] = str


class Progress:
    """The work that is under way, shown by a thread of its own: it goes on while all
    others wait for an answer. Thread-safe.
    """

    def __init__(self, paces: Mapping[Style, Pace] = PACES) -> None:
        self._paces = paces
        self._lock = threading.RLock()
        self._work: Work | None = None
        self._wait = Wait("")

    def begin(
        self,
        what: str,
        unit: str,
        total: int,
        style: Style | None,
        line: Callable[[str], str] = str,
    ) -> None:
        """Ends what was shown before. `line` makes a line of a log from its words."""
        self.end()
        work = Work(what, unit, total, style, line=line)
        self._work = work
        if style is None:
            return
        try:
            threading.Thread(target=self._show, args=(work, style), daemon=True).start()
        except RuntimeError:
            return  # the system allows no more threads: the work matters more

    def end(self) -> None:
        """Takes the line away."""
        with self._lock:
            work, self._work = self._work, None
            if work is None:
                return
            work.over.set()
            self._erase(work)

    def expect(self, unit: str, more: int) -> None:
        """There is so much more to do than was known."""
        with self._lock:
            if self._work and self._work.unit == unit:
                self._work.total += more

    def advance(self, unit: str, count: int = 1, note: str = "") -> None:
        """So many more are done, if that is what is counted now."""
        with self._lock:
            if self._work and self._work.unit == unit:
                self._work.done += count
                self._work.note = note

    def wait(self, why: str, seconds: float) -> str:
        """That this is waited for; threads that wait for the same are one. Returns what
        has to be said now, because no line shows it.
        """
        now = time.monotonic()
        with self._lock:
            wait = Wait(why, now + seconds)
            is_told = wait.until < self._wait.until + WORTH_TELLING
            if seconds < WORTH_TELLING or is_told:
                return ""
            self._wait = wait
            if self._work is None or self._work.style != "in place":
                return wait.words(now)
            self._work.wait = wait
            return ""

    @property
    def is_drawn(self) -> bool:
        """Whether the cursor stands behind a line."""
        work = self._work
        return work is not None and work.is_drawn

    def say(self, text: str) -> None:
        """Anything else on stderr: in the place of the line, which is drawn again below
        it.
        """
        with self._lock:
            if self._work:
                self._erase(self._work)
            streams.say(text)

    def _show(self, work: Work, style: Style) -> None:
        pace = self._paces[style]
        delay = pace.first
        while not work.over.wait(delay):
            delay = pace.again
            with self._lock:
                if self._work is work:
                    self._draw(work, style)

    def _draw(self, work: Work, style: Style) -> None:
        seconds = time.monotonic() - work.began
        if style == "lines":
            note = f" · {work.note}" if work.note else ""
            streams.say(f"{work.line(progress_text(work, seconds) + note)}\n")
            return
        work.is_drawn = True
        # In the last column some terminals go on to the next line.
        columns = streams.columns(streams.ERR)
        streams.say(ERASE + fitting_text(work, seconds, columns - 1))

    def _erase(self, work: Work) -> None:
        if work.is_drawn:
            work.is_drawn = False
            streams.say(ERASE)


@dataclass(frozen=True, slots=True)
class Requests:
    """Counts requests, while the work is counted in them."""

    progress: Progress
    tell: Callable[[str], object]

    def expect(self, more: int) -> None:
        """So many will come."""
        self.progress.expect("requests", more)

    def advance(self) -> None:
        """One was answered."""
        self.progress.advance("requests")

    def wait(self, why: str, seconds: float) -> None:
        """Told in the line that is drawn, or in one of its own."""
        if told := self.progress.wait(why, seconds):
            self.tell(f"{printable(told)}.")

    def note(self, told: str) -> None:
        """Told in a line of its own, which stays."""
        self.tell(printable(told))


def progress_text(work: Work, seconds: float, bar: int = 0) -> str:
    """What, done of total, how fast, and how long it will take; with a bar of so many
    characters.
    """
    amount = f"{_amount(work)} {work.unit}"
    figures = " · ".join([amount, *_speed(work, seconds)])
    return f"{work.what}{_bar(work, bar)} {figures}"


def fitting_text(work: Work, seconds: float, width: int) -> str:
    """The same in so many columns: the bar gives way first, then the words, and the
    figures stay.
    """
    if waiting := _waiting_text(work, width):
        return waiting
    plain = progress_text(work, seconds)
    # Behind "Reading" stand two brackets and a blank in the place of the colon.
    room = min(width - len(plain) - 2, BAR)
    if room >= SHORTEST_BAR:
        return progress_text(work, seconds, bar=room)
    speed = _speed(work, seconds)
    shorter = (
        plain,
        " · ".join([f"{_amount(work)} {work.unit}", *speed]),
        " · ".join([_amount(work), *speed]),
    )
    shortest = " ".join([_amount(work), *speed]).removesuffix(" left")
    fitting = (text for text in shorter if len(text) <= width)
    return next(fitting, shortest[:width])


def _waiting_text(work: Work, width: int) -> str:
    """What is waited for, and how far the work is where there is room."""
    words = work.wait.words(time.monotonic()) if work.wait else ""
    if not words:
        return ""
    told = printable(words)
    longer = f"{work.what}: {_amount(work)} {work.unit} · {told}"
    if len(longer) <= width:
        return longer
    return told if len(told) <= width else f"{told[: max(width - 1, 0)]}…"


def _speed(work: Work, seconds: float) -> list[str]:
    """How fast, and how long it will take, as far as that is known."""
    rate = work.done / seconds
    if not rate:
        return []
    speed = [f"{rate:,.1f}/s"]
    if work.total > work.done:
        speed.append(f"{_duration((work.total - work.done) / rate)} left")
    return speed


def _amount(work: Work) -> str:
    if work.total:
        return f"{work.done:,} of {max(work.total, work.done):,}"
    return f"{work.done:,}"


def _bar(work: Work, length: int) -> str:
    if not length or not work.total:
        return ":"
    full = min(length * work.done // work.total, length)
    return f" [{'#' * full}{'-' * (length - full)}]"


def _duration(seconds: float) -> str:
    if seconds <= MOST_SECONDS:
        return f"{ceil(seconds)} s"
    return f"{seconds / 60:.0f} min"
