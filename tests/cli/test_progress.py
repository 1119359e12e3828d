"""How far some work is: one line in one place on a terminal, a line now and then in a log."""

import fcntl
import os
import re
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli import streams
from reconciler.cli.app import App
from reconciler.cli.progress import Pace, Progress, Wait, Work, fitting_text, progress_text
from tests.warm.start import warm_command

ERASE = b"\r\x1b[K"
QUICK = {"in place": Pace(0.01, 0.01), "lines": Pace(0.01, 0.01)}


@pytest.mark.parametrize(
    ("expected", "work", "seconds", "bar"),
    [
        ("Writing: 0 of 400 changes", Work("Writing", "changes", 400, None), 3.0, 0),
        ("Writing: 40 of 400 changes · 10.0/s · 36 s left", Work("Writing", "changes", 400, None, 40), 4.0, 0),
        ("Writing: 4 of 1,200 rows · 1.0/s · 20 min left", Work("Writing", "rows", 1200, None, 4), 4.0, 0),
        ("Writing [####----] 2 of 4 changes · 1.0/s · 2 s left", Work("Writing", "changes", 4, None, 2), 2.0, 8),
        ("Writing [########] 5 of 5 changes · 2.5/s", Work("Writing", "changes", 4, None, 5), 2.0, 8),
        ("Reading: 7 requests · 3.5/s", Work("Reading", "requests", 0, None, 7), 2.0, 8),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_line_says_what_is_done_of_how_much_how_fast_and_until_when(
    expected: str, work: Work, seconds: float, bar: int
) -> None:
    """What is not known is left out."""
    assert expected == progress_text(work, seconds, bar)


@pytest.mark.parametrize(
    ("expected", "width"),
    [
        ("Reading the shop [######------------------] 1,000 of 4,000 requests · 10.0/s · 5 min left", 90),
        ("Reading the shop [##------] 1,000 of 4,000 requests · 10.0/s · 5 min left", 73),
        ("Reading the shop: 1,000 of 4,000 requests · 10.0/s · 5 min left", 66),
        ("1,000 of 4,000 requests · 10.0/s · 5 min left", 50),
        ("1,000 of 4,000 · 10.0/s · 5 min left", 39),
        ("1,000 of 4,000 10.0/s 5 min", 30),
    ],
)
def test_a_narrow_terminal_keeps_the_figures(expected: str, width: int) -> None:
    """The bar gives way first, then the words."""
    work = Work("Reading the shop", "requests", 4000, None, 1000)
    assert expected == fitting_text(work, 100.0, width)
    assert len(expected) <= width


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was said so far. Reading the captured stderr would not do: it loses what is written while it is read."""
    texts: list[str] = []
    monkeypatch.setattr(streams, "say", texts.append)
    return texts


@pytest.fixture
def progress() -> Iterator[Progress]:
    """One that draws a hundred times a second, and not into the tests that follow."""
    progress = Progress(QUICK)
    yield progress
    progress.end()


def _shown(said: list[str], words: str) -> str:
    """What was said, once the words were."""
    end = time.monotonic() + 20
    while words not in "".join(said):
        assert time.monotonic() < end, "".join(said)
        time.sleep(0.01)
    return "".join(said)


def test_a_log_gets_whole_lines_while_everybody_waits(said: list[str], progress: Progress) -> None:
    """Nothing advances, and it is said all the same; without any control character."""
    progress.begin("Writing", "changes", 4, "lines")
    progress.advance("changes")
    progress.advance("requests")
    assert "\x1b" not in _shown(said, "Writing: 1 of 4 changes")
    progress.end()
    so_far = len(said)
    time.sleep(0.1)
    assert so_far == len(said)


def test_a_line_says_from_where_to_go_on(said: list[str], progress: Progress) -> None:
    """A push that is killed can be begun behind the last line that was accepted."""
    progress.begin("Pushing", "rows", 1_000_000, "lines")
    progress.advance("rows", 412_000, "accepted through attributions.csv:412,001")
    assert "Pushing: 412,000 of 1,000,000 rows" in _shown(said, " · accepted through attributions.csv:412,001\n")


def test_other_words_take_the_place_of_the_line(said: list[str], progress: Progress) -> None:
    """The line is taken away, and drawn again below them."""
    progress.begin("Writing", "changes", 0, "in place")
    progress.expect("changes", 3)
    _shown(said, "Writing [------------------------] 0 of 3 changes")
    progress.say("a warning\n")
    _shown(said, "\r\x1b[Ka warning\n\r\x1b[KWriting")
    progress.end()
    assert not progress.is_drawn
    assert "\r\x1b[K" == said[-1]


def test_what_is_waited_for_stands_in_the_line(said: list[str], progress: Progress) -> None:
    """With the seconds that are left, as long as it is waited."""
    progress.begin("Writing", "changes", 4, "in place")
    assert "" == progress.wait("the shop's limit of 600 a minute is used up,", 1.5)
    _shown(said, "Writing: 0 of 4 changes · the shop's limit of 600 a minute is used up, 2 s")
    _shown(said, "used up, 1 s")
    so_far = len(said)
    time.sleep(1.6)
    assert so_far < len(said)
    assert "used up" not in said[-1]


def test_a_wait_that_many_threads_share_is_told_once(progress: Progress) -> None:
    """In a log it is a line of its own; what is over before it is read is not told."""
    progress.begin("Writing", "changes", 4, "lines")
    assert "" == progress.wait("trying again in", 0.9)
    assert "trying again in 20 s" == progress.wait("trying again in", 20.0)
    assert "" == progress.wait("trying again in", 20.4)
    assert "trying again in 40 s" == progress.wait("trying again in", 40.0)
    progress.end()
    assert "used up, 60 s" == progress.wait("used up,", 60.0)


def test_words_for_a_wait_fit_a_narrow_terminal() -> None:
    """The words stay as far as they fit, and how far the work is gives way."""
    work = Work("Reading the shop", "requests", 0, None, 600)
    work.wait = Wait("the shop's limit of 600 a minute is used up,", time.monotonic() + 20.5)
    longest = "Reading the shop: 600 requests · the shop's limit of 600 a minute is used up, 21 s"
    assert longest == fitting_text(work, 9.0, 100)
    assert "the shop's limit of 600 a minute is used up, 21 s" == fitting_text(work, 9.0, 60)
    assert "the shop's limit of…" == fitting_text(work, 9.0, 20)


def _on_a_terminal(command: list[str], folder: Path, **environment: str) -> tuple[str, str]:
    """What the command prints on stdout, a file, and what it says on stderr, a terminal of 70 columns."""
    control, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 70, 0, 0))
    with open(folder / "out", "w+b") as out:
        process = subprocess.Popen(
            [*warm_command(), *command],
            cwd=folder,
            env={**os.environ, "TERM": "xterm", **environment},
            stdin=terminal,
            stdout=out,
            stderr=terminal,
        )
        os.close(terminal)
        said = b""
        while chunk := _read(control):
            said += chunk
        assert 0 == process.wait()
        os.close(control)
        out.seek(0)
        return out.read().decode(), said.decode()


def _read(control: int) -> bytes:
    try:
        return os.read(control, 4096)
    except OSError:  # the other end is closed
        return b""


def test_a_terminal_shows_one_line_and_each_change_once(serve: Callable, shipped: Path, tmp_path: Path) -> None:
    """Reading and writing take longer than a second; what is read back takes less and is not shown."""
    served = serve("latency=0.12")
    served.control("PUT", "faults", {"rules": [{"action": "drip", "at": 1, "seconds": 1.3}]})
    command = ["apply", str(shipped), "--auto-approve", "--parallelism", "1"]
    out, said = _on_a_terminal(command, tmp_path, NO_COLOR="1", **served.environment)
    lines = said.split("\r\x1b[K")
    assert all(
        re.fullmatch(r"|(Reading the shop|Writing|Reading back)( \[[#-]{4,24}\]|:) .{1,59}", line) for line in lines
    )
    assert any(re.fullmatch(r"Reading the shop \[#+-*\] \d of 3 requests · [\d.]+/s.*", line) for line in lines)
    assert any(re.fullmatch(r"Writing \[#+-+\] \d+ of 12 changes · [\d.]+/s.*", line) for line in lines)
    assert max(map(len, lines)) <= 69
    assert lines[0] == lines[-1] == ""
    assert "\x1b" not in out
    assert 12 == len(re.findall(r"^applied  ", out, re.MULTILINE))
    assert "written" not in out + said


def test_a_dumb_terminal_is_written_to_like_a_log(serve: Callable, shipped: Path, tmp_path: Path) -> None:
    """It cannot draw a line again, and the first line of a log comes later."""
    served = serve()
    served.control("PUT", "faults", {"rules": [{"action": "drip", "at": 1, "seconds": 1.3}]})
    assert "" == _on_a_terminal(["plan", str(shipped)], tmp_path, TERM="dumb", **served.environment)[1]


@pytest.mark.parametrize(("verbosity", "words"), [(-1, ""), (0, "Reading: 0 requests\n")], ids=["quiet", "a log"])
def test_quiet_is_quiet(capfd: pytest.CaptureFixture[str], verbosity: int, words: str) -> None:
    """Where others get a line."""
    app = App(EmbeddedSandbox(), {}, verbosity=verbosity, progress=Progress({"lines": Pace(0.01, 60.0)}))
    app.begin("Reading", "requests")
    time.sleep(0.2)
    app.progress.end()
    assert words == capfd.readouterr().err
