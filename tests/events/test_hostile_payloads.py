"""Files that nobody should have called payloads: each ends in a finding, soon, and within bounds."""

import json
import time
import tracemalloc
from collections.abc import Callable
from itertools import islice

import pytest

from reconciler.events.file import payloads_in

GOOD = '{"contact":{"id":1},"metaData":{"order_id":"a","amount":1}}'


def _with(amount: str, more: str = "") -> str:
    return f'{{"contact":{{"id":1}},"metaData":{{"order_id":"a","amount":{amount}{more}}}}}'


HOSTILE: dict[str, tuple[str | bytes, str, str]] = {
    "not UTF-8": (_with("1").encode().replace(b"meta", b"met\xe9"), "1:25 payload-file", "its byte 25 is 0xE9"),
    "UTF-16": (GOOD.encode("utf-16"), "1:1 payload-file", "the file is UTF-16"),
    "an archive": (b"PK\x03\x04....", "1:1 payload-file", "the file is an archive (zip), not text"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\n", "1:1 payload-file", "only a pointer of Git LFS"),
    "NUL as it is": (_with('"\0"'), "1:58 payload-json", "a text holds a line end, a tab or another control character"),
    "NUL escaped": (_with("1", ',"note":"\\u0000"'), "1:66 payload-type", "metaData.note holds a NUL character"),
    "half a surrogate": (_with("1", ',"lines":["\\ud800"]'), "1:67 payload-type", "holds a half of a surrogate"),
    "half a surrogate as key": (_with("1", ',"lines":{"\\ud800":1}'), "1:67 payload-type", "holds a half of a"),
    "NaN": (_with("NaN"), "1:57 payload-json", "there is no NaN in JSON"),
    "infinite": (_with("1e999"), "1:57 payload-json", "a number is too large for JSON"),
    "5,000 digits": (_with("9" * 5_000), "1:57 payload-json", "a number has more than 400 digits"),
    "300 digits": (_with("9" * 300), "1:57 payload-type", "which loses digits on its way"),
    "deep": (_with("1", ',"lines":' + "[" * 100_000 + "]" * 100_000), "1:1 payload-json", "nested too deep"),
    "deep enough to be read": (_with("1", ',"lines":' + "[" * 300 + "]" * 300), "1:67 payload-type", "deeper than 40"),
    "open brackets": ("[" * 1_000_000, "1:2 payload-json", "nested too deep"),
    "a long text": (_with("1", f',"note":"{"x" * 2**21}"'), "1:1 payload-json", "is larger than 1 MiB"),
    "a text without end": (_with('"' + "x" * 2**21), "1:1 payload-json", "is larger than 1 MiB, or its end is missing"),
    "many values": ('{"metaData":{"lines":[' + "{}," * 2**20 + "{}]}}", "1:1 payload-json", "is larger than 1 MiB"),
    "a long key": (_with("1", f',"{"k" * 900_000}":1'), "1:59 payload-unknown", "order.paid has no"),
    "blanks": (" \n" * 2_000_000, "1:1 payload-json", "the file is empty: it has to hold a payload"),
    "two on a line": (f"{GOOD} {GOOD}", "1:61 payload-json", "something stands behind the payload"),
    "YAML": ("contact:\n  id: 1\n", "1:1 payload-json", "this is not JSON: expecting value"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_in_one_finding(found: Callable, name: str) -> None:
    """At its place, in words."""
    content, place, words = HOSTILE[name]
    (told,) = found(content)
    assert place == f"{told.source.line}:{told.source.column} {told.rule}"
    assert words in told.message
    assert len(told.message) < 400


@pytest.mark.parametrize(
    "content",
    [
        "[" + ",\n".join([_with('"1"')] * 100_000) + "]",
        "\n".join(['{"'] * 1_000_000),
        "[" + "{}," * 4_000_000 + "{}]",
        _with("1", "," + ",".join(f'"k{n}":1' for n in range(20_000))),
        _with("1", ',"gift":true' * 20_000),
    ],
    ids=["100,000 payloads", "broken lines", "4,000,000 objects", "20,000 keys", "20,000 equal keys"],
)
def test_what_is_told_of_one_file_is_bounded(found: Callable, content: str) -> None:
    """The last finding says that there is more."""
    told = found(content)
    assert 1_001 <= len(told) < 1_005
    (last,) = [each for each in told if each.rule == "payload-file"]
    assert "there are more than 1,000 findings: what comes after this payload was not read" == last.message


def test_a_large_file_is_read_payload_by_payload(found: Callable, figure: Callable) -> None:
    """None of them is kept."""
    count = 20_000
    text = "[" + ",\n".join([GOOD] * count) + "]"
    began = time.process_time()
    assert [] == found(text)
    spent = time.process_time() - began
    tracemalloc.start()
    kept = list(islice(payloads_in(text), 1_000, 1_001))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (1, True) == (len(kept), peak < 2**20), peak
    figure("payloads checked", f"{count:,} in a list: {spent:.1f} s, {peak / 1024:.0f} KiB beside the text")


def test_a_file_of_more_than_64_mib_is_not_read(found: Callable) -> None:
    """A bound in bytes, known before anything is parsed."""
    (told,) = found(b" " * (64 * 2**20 + 1))
    assert "the file is larger than 64 MiB: split it" == told.message


def test_no_message_names_whom_the_payload_is_about(found: Callable) -> None:
    """Neither an address nor a phone number."""
    for contact in (
        {"email": "secret.example.com"},
        {"id": "secret"},
        {"phone": ""},
        {"phone": "secret"},
        {"id_customer": "secret"},
    ):
        text = json.dumps({"contact": contact, "metaData": {"order_id": "a", "amount": 1}})
        (told,) = found(text)
        assert "secret" not in f"{told.message}{told.excerpt}"


@pytest.mark.parametrize(
    ("phone", "count"), [("+33 6 12 34 56 78", 0), ("06.12.34.56.78 ext. 9", 0), ("none", 1), ("+", 1)]
)
def test_a_phone_number_has_digits(found: Callable, phone: str, count: int) -> None:
    """How it is written is up to the shop; what has none names nobody."""
    text = json.dumps({"contact": {"phone": phone}, "metaData": {"order_id": "a", "amount": 1}})
    told = [each.message for each in found(text)]
    assert ["contact.phone is no phone number such as +33612345678, and so names nobody"] * count == told
