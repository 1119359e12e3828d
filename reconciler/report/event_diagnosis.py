"""A diagnosis of a silent scenario, as text and as a document."""

from collections.abc import Mapping
from typing import Any

from reconciler.events.diagnosis import NAMES, Diagnosis
from reconciler.report.documents import FORMAT_VERSION, exit_of
from reconciler.report.terminal import Paint, plain, printable

_COLOURS = {"ok": "green", "FAILED": "red", "unknown": "yellow", "–": "bright_black"}
_STATES = {"ok": "ok", "FAILED": "failed", "unknown": "unknown", "–": "not-known"}


def diagnosis_text(diagnosis: Diagnosis, paint: Paint = plain) -> str:
    """The nine steps in a table, and what to do next."""
    lines = []
    for number, (name, step) in enumerate(zip(NAMES, diagnosis.steps, strict=True), 1):
        state = paint(f"{step.state:<9}", _COLOURS[step.state])
        lines.append(f" {number} {name:<14} {state} {printable(step.words)}")
    lines.append(printable(diagnosis.advice.words))
    lines.append(f"  {printable(diagnosis.advice.command)}")
    return "\n".join(lines) + "\n"


def diagnosis_document(
    diagnosis: Diagnosis, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """The same for programs; `asked` says what it is about."""
    steps = [
        {
            "step": number,
            "name": name,
            "state": _STATES[step.state],
            "message": step.words,
            "reason": step.reason,
        }
        for number, (name, step) in enumerate(
            zip(NAMES, diagnosis.steps, strict=True), 1
        )
    ]
    advice, ended = diagnosis.advice, diagnosis.exit
    return {
        "format_version": FORMAT_VERSION,
        **asked,
        "steps": steps,
        "next": {"message": advice.words, "command": advice.command},
        "exit": exit_of(ended.code, ended.reason),
    }
