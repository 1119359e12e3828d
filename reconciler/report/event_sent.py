"""What became of an event that was sent, as text and as a document."""

from collections.abc import Mapping
from typing import Any

from reconciler.events.sent import SendOutcome
from reconciler.report.documents import FORMAT_VERSION, exit_of
from reconciler.report.terminal import printable


def sent_text(outcome: SendOutcome, history: str) -> str:
    """One line or two; `history` is the command that shows the rows of the history."""
    match outcome.state:
        case "landed" | "unresolved":
            told = f"{outcome.words} ({outcome.landed_words()})."
        case "refused":
            told = f"Refused: {outcome.words}."
        case "not-sent":
            told = f"Nothing was sent: {outcome.words}."
        case "unknown":
            told = f"Unknown: {unknown_words(outcome, history)}"
    text = printable(f"{told[:1].upper()}{told[1:]}")
    return text + "\n"


def unknown_words(outcome: SendOutcome, history: str) -> str:
    """What nobody knows, and how to find out without sending twice."""
    assert outcome.safe_at is not None
    if outcome.row is not None:
        return f"{outcome.words} ({outcome.landed_words()}). Do not send it again: {history}"
    clock = f"{outcome.safe_at.astimezone():%H:%M}"
    return f"{outcome.words}: it may still come. Do not send again before `{history}` is empty at {clock}."


def sent_document(
    code: str, body: Mapping[str, Any], outcome: SendOutcome, history: str
) -> dict[str, Any]:
    """The same for programs. `history` in it is the row as the API shows it."""
    row, safe_at = outcome.row, outcome.safe_at
    told = unknown_words(outcome, history) if safe_at else outcome.words
    return {
        "format_version": FORMAT_VERSION,
        "code_name": code,
        "state": outcome.state,
        "answer": outcome.answer,
        "message": told,
        "said": outcome.said,
        "body": dict(body),
        "history": dict(row.raw) if row else None,
        "resolved": row.resolved if row else None,
        "safe_to_send_again_at": safe_at.isoformat() if safe_at else None,
        "exit": exit_of(outcome.exit.code, outcome.exit.reason),
    }
