"""Requests as calls of curl: whatever names hold, a shell takes them as one text each."""

import json
import shlex
import unicodedata
from collections.abc import Callable

from reconciler.model.address import Address
from reconciler.model.request import Request, UnknownId
from reconciler.report.curl_text import curl_text
from tests.report.hostile import PAYLOADS

URL = "https://core.shopimind.com/v1"
KEY = "SHOPIMIND_API_KEY"


def calls(*requests: Request) -> str:
    """For the platform's own address."""
    return curl_text(requests, URL, KEY)


def words(text: str) -> list[str]:
    """What a shell that knows no comments starts, the lines of one call joined."""
    (call,) = [block for block in text.split("\n# ") if "curl " in block]
    return shlex.split(call[call.index("curl ") :].replace("\\\n", " "))


def test_a_create_is_one_call_with_its_body() -> None:
    """The key is a variable of the shell; an id that is not known is {id}, as a text and as a number."""
    target = Address("definition", "Vet")
    body = {"name": "Visit", "relationships": ({"targetSchema": str(UnknownId())},), "n": UnknownId()}
    text = calls(Request(Address("definition", "Visit"), "POST", "/x", {}, body, (target,)))
    assert (
        "\n# definition/Visit\n# {id}: the id of definition/Vet, once it is there\n"
        "curl --globoff --request POST https://core.shopimind.com/v1/x \\\n"
        '  --header "spm-api-key: $SHOPIMIND_API_KEY" \\\n'
        "  --header 'content-type: application/json' \\\n"
        '  --data-raw \'{"name": "Visit", "relationships": [{"targetSchema": "{id}"}], "n": {id}}\'\n'
    ) == text


def test_a_request_without_a_body_sends_none() -> None:
    """A delete, and a switch; nothing at all is nothing to copy."""
    text = calls(Request(Address("event", "a"), "DELETE", f"/events/{UnknownId()}", {}, None, ()))
    assert text.endswith(
        "curl --globoff --request DELETE 'https://core.shopimind.com/v1/events/{id}' \\\n"
        '  --header "spm-api-key: $SHOPIMIND_API_KEY"\n'
    )
    assert "" == calls()


def test_parameters_stand_in_the_address() -> None:
    """Of an override, whose target they name."""
    text = calls(Request(Address("override", "a.b"), "PUT", "/o", {"a": "b c&d"}, [], ()))
    assert f"{URL}/o?a=b+c%26d" == words(text)[4]


def test_no_name_ends_its_text(figure: Callable) -> None:
    """The shell gets exactly the words that were meant, and the body what was planned; terminals and runners get
    nothing to obey.
    """
    shells = ("$(touch x)", "`touch x`", "'; touch x; '", "a'b", "!!", "\\", "${HOME}", "{a,b}", "\n# x\ntouch", "\x7f")
    for payload in (*PAYLOADS, *shells):
        body = {payload: [payload, {"name": payload}]}
        address = Address("definition", payload)
        text = calls(Request(address, "POST", "/x", {"a": payload}, body, (address,)))
        given = words(text)
        assert ["curl", "--globoff", "--request", "POST"] == given[:4]
        assert 11 == len(given)
        assert body == json.loads(given[-1])
        assert {"Cc", "Cf", "Cs", "Co"}.isdisjoint(map(unicodedata.category, text.replace("\n", "")))
        assert "##[" not in text
        first, second = (shlex.split(line) for line in text.splitlines() if line.startswith("#"))
        assert (2, 10) == (len(first), len(second))
        assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    figure("injection, curl", f"{len(PAYLOADS) + len(shells)} payloads: each is one word of the shell")
