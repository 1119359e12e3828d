"""How files hold payloads, and what says of which event type each of them is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.events.schema import schemas_in
from reconciler.events.text import Naming, TextCheck
from reconciler.manifest.samples import PayloadsCheck
from tests.events.conftest import BAD

PAID = '{"contact": {"id": 7}, "metaData": {"order_id": "O-1", "amount": 12.5}}'
REFUNDED = '{"code_name": "order.refunded", "contact": {"id": 7}, "metaData": {"order_id": "O-1"}}'
EVERYTHING = """{
  "contact": {"id": 7, "email": "marie@example.com", "phone": "+33612345678", "customData": {"tier": "gold"}},
  "visitor": {"id": 12, "customData": {"landing_page": "/"}},
  "metaData": {
    "order_id": "", "amount": -12, "points": null, "gift": false, "paid_on": "2028-02-29", "note": "\\ud83d\\ude00",
    "lines": [{"metaData": {"metaData": null}}, 1e3, "x"], "channel": "store", "rate": 5
  },
  "customData": {"campaign": "été"}
}"""


@pytest.mark.parametrize(
    "text",
    [
        PAID,
        EVERYTHING,
        f"\ufeff{PAID}\n",
        f"[{PAID},\r\n {REFUNDED}]",
        f"{PAID}\n{REFUNDED}\n\n{PAID}",
        f"{EVERYTHING}\n{EVERYTHING}",
        REFUNDED,
    ],
)
def test_a_file_holds_one_payload_a_list_or_json_lines(found: Callable, text: str) -> None:
    """Whatever it is called; a payload that says its code name is believed before the file's name."""
    assert [] == found(text)
    assert [] == found(text, "order.paid.jsonl")


@pytest.mark.parametrize(
    "name",
    ["order.paid.json", "order.paid.ndjson", "order.paid/pos.json", "order.paid/2026/pos.json",
     "order.refunded/order.paid.json"],
)  # fmt: skip
def test_the_name_of_a_file_or_a_folder_says_the_code_name(found: Callable, name: str) -> None:
    """The nearest one counts."""
    assert [] == found(PAID, name)


def test_a_code_name_that_is_given_counts_more_than_names(found: Callable) -> None:
    """But not against what a payload says itself."""
    assert [] == found(PAID, "order.refunded.json", "order.paid")
    (told,) = found(REFUNDED, "pos.json", "order.paid")
    assert (1, 15, "payload-event") == (told.source.line, told.source.column, told.rule)
    assert "code_name is 'order.refunded', and --code says 'order.paid'" == told.message


def test_a_misspelled_name_is_told(found: Callable) -> None:
    """With the one that was probably meant."""
    (told,) = found(PAID, "order.payed.json")
    assert told.message.endswith("which is the name of the file or its folder – did you mean 'order.paid'?")


def test_what_is_no_payload_does_not_hide_those_behind_it(found: Callable) -> None:
    """In a list, and of JSON lines also when one is broken."""
    assert ["1:2 payload-type", "1:6 payload-no-target"] == _places(
        found('[17, {"metaData":{"order_id":"","amount":1}}]')
    )
    lines = f'{{"contact": {{"id": 7}}, "metaData": }}\n{PAID}\n{{"metaData": {{"order_id": "1", "amount": 1}}}}\n'
    assert ["1:36 payload-json", "3:1 payload-no-target"] == _places(found(lines))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(found: Callable, end: str) -> None:
    """As editors do."""
    text = end.join(['{"contact": {"id": 7},', ' "metaData": {"order_id": "O-1",', '  "amount": true}}'])
    assert ["3:13 payload-type"] == _places(found(text))


def test_stdin_is_checked(run: Callable) -> None:
    """`-` stands for it; the test's is empty."""
    ended = run("events", "check", "--code", "order.paid", "-", "--manifests", "shop.yaml", folder=BAD)
    assert (1, True) == (ended.code, "stdin:1:1: error: the file is empty" in ended.out), ended


def test_over_stdin_the_event_type_is_said_by_an_option() -> None:
    """There is no file that could be named by it."""
    check = TextCheck('{"contact": {"id": 7}}', {}, Naming())
    told = [each.mistake.message for each in check.mistakes()]
    assert [True] == [": say it with --code, or put" in each for each in told], told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.json"], "There is no file or folder 'nowhere.json'. Name a file with payloads, or - for stdin."),
        ([], "There are no sample payloads: no folder called samples with .json or .jsonl files stands below"),
        (["samples", "--code", "order.payd"], "describes an event type 'order.payd' – did you mean 'order.paid'?"),
        (["--code", "order.paid"], "--code says what the payloads of a FILE are."),
        ([""], "one of them is the empty text"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_wrong_usage(run: Callable, arguments: list[str], words: str) -> None:
    """With what to do instead."""
    ended = run("events", "check", *arguments, "--manifests", "shop.yaml", folder=BAD)
    assert (64, True) == (ended.code, words in ended.err), ended


def test_a_folder_without_payloads_is_wrong_usage(run: Callable, tmp_path: Path) -> None:
    """Nothing checked is no success."""
    (tmp_path / "empty").mkdir()
    ended = run("events", "check", "empty", "--manifests", str(BAD / "shop.yaml"))
    assert (64, True) == (ended.code, "There is no file with payloads (.json, .jsonl) in 'empty'." in ended.err), ended


def test_manifests_with_errors_are_told_first(run: Callable, tmp_path: Path) -> None:
    """An event type that could not be read is not called unknown."""
    (tmp_path / "shop.yaml").write_text("kind: event\ncode_name: order.paid\n")
    ended = run("events", "check", "-", "--manifests", "shop.yaml")
    assert (1, True) == (ended.code, "missing-key" in ended.err), ended


def _places(findings: list) -> list[str]:
    return [f"{each.source.line}:{each.source.column} {each.rule}" for each in findings]


def test_an_event_type_that_is_to_be_deleted_takes_no_payload(manifests: Callable) -> None:
    """It is described, and gone by then."""
    resolved = manifests("kind: event\ncode_name: visit\nensure: absent\n")
    assert {} == schemas_in(resolved.desired)


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    """With the reason; a folder of that name is one too."""
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "broken.json").symlink_to("nowhere.json")
    told = [each for name in ("folder.json", "broken.json") for each in PayloadsCheck({}).file(str(tmp_path / name))]
    reasons = ["Is a directory", "No such file or directory"]
    assert [("payload-file", f"the file cannot be read: {reason}") for reason in reasons] == [
        (each.rule, each.message) for each in told
    ]
