"""The question of an apply, and what answers it besides yes and no."""

import json
import os
import re
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("typed", "code", "reason", "told"),
    [
        (b"\x04", 3, "approval", "Not approved. Nothing was sent."),
        (b"n\n", 3, "approval", "Not approved. Nothing was sent."),
        (b"\x03", 130, "interrupted", "Interrupted. Nothing was sent."),
    ],
    ids=["end of input", "no", "Ctrl-C"],
)
def test_an_answer_that_is_no_yes_leaves_a_report(
    tmp_path: Path, typed: bytes, code: int, reason: str, told: str
) -> None:
    """Nothing was sent; the sentence stands on a line of its own, and the plan in lines that the terminal has."""
    (tmp_path / "a.yaml").write_text(f"kind: event\nname: {'word ' * 20}\ncode_name: a\n")
    control, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 60))
    program = "import os, runpy, sys; os.login_tty(int(sys.argv.pop())); "
    program += "sys.argv[0] = 'reconciler'; runpy.run_module('reconciler', run_name='__main__')"
    command = ["--target", "sandbox", "apply", "a.yaml", "--report", "json=report.json"]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *command, str(terminal)], cwd=tmp_path, pass_fds=[terminal]
    )
    os.close(terminal)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(control, 4096)
    plan = re.sub(r"\x1b\[[0-9;]*m", "", said.decode()).partition("Plan: ")[0]
    assert ("word word" in plan, []) == (True, [line for line in plan.splitlines() if len(line) > 60])
    _wait_until_it_reads(process.pid)
    os.write(control, typed)
    while chunk := _read(control):
        said += chunk
    assert code == process.wait(timeout=30)
    os.close(control)
    report = json.loads((tmp_path / "report.json").read_text())
    assert ({"code": code, "reason": reason}, told) == (report["exit"], report["error"])
    assert f"Error: {told}" in said.decode().splitlines()


def _wait_until_it_reads(process: int) -> None:
    """A signal between the question and the read of the answer is not seen before something is typed: so it is with
    every Python program.
    """
    end = time.monotonic() + 10
    while time.monotonic() < end:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "S":
            return
        time.sleep(0.01)


def _read(control: int) -> bytes:
    try:
        return os.read(control, 4096)
    except OSError:  # the other end is closed
        return b""
