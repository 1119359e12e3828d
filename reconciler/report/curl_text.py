"""Requests as calls of curl, to be copied into a shell.

Names and texts are foreign: all of them stand in single quotes, in ASCII, without what a
terminal or a runner would take for a command.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from reconciler.model.request import Request, UnknownId
from reconciler.report.escape import brief

_UNKNOWN = "\ue000id\ue000"
_COMMANDS = re.compile("::|##|\x7f")


def curl_text(requests: Iterable[Request], base_url: str, key_name: str) -> str:
    """One call each, with the key as a variable of the shell; nothing without any."""
    calls = ["\n".join(_call(each, base_url, key_name)) for each in requests]
    return "".join(f"\n{call}\n" for call in calls)


def _call(request: Request, base_url: str, key_name: str) -> Iterator[str]:
    # Some shells take what stands behind a # for words when it is pasted.
    yield f"# {shlex.quote(brief(request.address))}"
    for address in request.unknown:
        yield f"# {{id}}: the id of {shlex.quote(brief(address))}, once it is there"
    url = f"{base_url}{request.path}"
    if request.params:
        url += f"?{urlencode(request.params, errors='backslashreplace')}"
    yield f"curl --globoff --request {request.method} {shlex.quote(url)} \\"
    key = f'  --header "spm-api-key: ${key_name}"'
    if request.body is None:
        yield key
        return
    yield f"{key} \\"
    yield "  --header 'content-type: application/json' \\"
    yield f"  --data-raw {shlex.quote(_json(request.body))}"


def _json(body: Any) -> str:
    text = json.dumps(_with_places(body)).replace(json.dumps(_UNKNOWN), "{id}")
    # Inside of JSON's texts, which is where these can stand, an escape is the same.
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0][0]):04x}{found[0][1:]}", text)


def _with_places(value: Any) -> Any:
    """The value with a text where an id is not known, which the encoder leaves alone."""
    if isinstance(value, UnknownId):
        return _UNKNOWN
    if isinstance(value, dict):
        return {key: _with_places(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_places(each) for each in value]
    return value
