"""What became of an event, in words."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from reconciler.events.sent import Answer, SendOutcome, State
from reconciler.events.shop import HistoryRow, Target
from reconciler.report.event_sent import sent_document, sent_text

NOW = datetime(2026, 11, 26, 14, 2, 41, tzinfo=UTC)
SAFE = datetime(2026, 11, 26, 14, 5, tzinfo=UTC).astimezone()
HISTORY = "reconciler events history --code pos_sale --contact email=… --since 10m"
ROW = HistoryRow("7", 7, "pos_sale", NOW, Target(id=3), 3, True, {}, "processed", {"id": "7"})


def _outcome(state: State, words: str, answer: Answer = "none", row: HistoryRow | None = None) -> SendOutcome:
    safe_at = SAFE if state == "unknown" else None
    return SendOutcome(state, answer, "what the API said", row, words, 30.0, NOW, safe_at)


def test_what_nobody_knows_is_told_with_when_it_is_safe_again() -> None:
    """In the words of the specification."""
    text = sent_text(_outcome("unknown", "no answer, and no history row within 30 s"), HISTORY)
    assert (
        "Unknown: no answer, and no history row within 30 s: it may still come. Do not send again before "
        f"`{HISTORY}` is empty at {SAFE:%H:%M}.\n"
    ) == text


TEXTS: Mapping[str, tuple[SendOutcome, str]] = {
    "landed": (_outcome("landed", "landed, and the target was resolved", row=ROW), "Landed, and the target was "),
    "refused": (_outcome("refused", "POST x was answered 400: no", "refused"), "Refused: POST x was answered 400: no."),
    "not sent": (_outcome("not-sent", "h cannot be reached: x", "not-sent"), "Nothing was sent: h cannot be reached"),
    "no contact": (_outcome("unresolved", "landed, and nobody", row=ROW), "Landed, and nobody (history row 7, "),
    "unsure": (_outcome("unknown", "landed, and nothing says", row=ROW), "Unknown: landed, and nothing says (history "),
}


@pytest.mark.parametrize("case", TEXTS)
def test_each_ending_is_one_line(case: str) -> None:
    """With the row of the history, where there is one."""
    outcome, begin = TEXTS[case]
    text = sent_text(outcome, HISTORY)
    assert text.startswith(begin)
    assert 1 == text.count("\n")


def test_what_landed_is_not_to_be_sent_again() -> None:
    """Whether or not the contact was found."""
    assert f"Do not send it again: {HISTORY}" in sent_text(TEXTS["unsure"][0], HISTORY)


def test_the_document_has_the_time_from_which_on_it_is_safe() -> None:
    """None when everything is known."""
    document = sent_document("pos_sale", {"metaData": {}}, _outcome("unknown", "no answer"), HISTORY)
    assert ({"code": 5, "reason": "unknown"}, SAFE.isoformat()) == (document["exit"], document["safe_to_send_again_at"])
    document = sent_document("pos_sale", {}, TEXTS["landed"][0], HISTORY)
    assert ({"id": "7"}, None, True) == (document["history"], document["safe_to_send_again_at"], document["resolved"])
