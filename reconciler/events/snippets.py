"""A payload as something to paste: a curl command, or a Python program. The key stays in
the environment.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Trigger:
    """A request that is to be sent to `base_url`, with the key in the environment
    variable `key_variable` (contract §1, §6.2).
    """

    base_url: str
    key_variable: str
    code: str
    payload: Mapping[str, Any]

    @property
    def url(self) -> str:
        """Where it is posted."""
        return f"{self.base_url.rstrip('/')}/events/trigger/{quote(self.code, safe='')}"


def payload_json(payload: Mapping[str, Any]) -> str:
    """The payload as a file has it."""
    return json.dumps(payload, indent=2, ensure_ascii=False) + "\n"


def curl_command(trigger: Trigger) -> str:
    """For any shell that knows the quotes of sh."""
    body = json.dumps(trigger.payload, indent=2, ensure_ascii=False)
    lines = (
        f"curl -sS --fail-with-body -X POST {shlex.quote(trigger.url)}",
        f'-H "spm-api-key: ${trigger.key_variable}"',
        "-H 'Content-Type: application/json'",
        f"--data-binary {shlex.quote(body)}",
    )
    return " \\\n  ".join(lines) + "\n"


def python_program(trigger: Trigger) -> str:
    """For Python 3.11, without other libraries."""
    payload = _literal(trigger.payload)
    return f"""\
import json
import os
import urllib.error
import urllib.request

payload = {payload}

request = urllib.request.Request(
    {_text_literal(trigger.url)},
    data=json.dumps(payload).encode(),
    headers={{
        "spm-api-key": os.environ[{_text_literal(trigger.key_variable)}],
        "Content-Type": "application/json",
    }},
    method="POST",
)
try:
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as refused:
    raise SystemExit(f"{{refused.code}} {{refused.read().decode()}}")
"""


def _literal(value: Any) -> str:
    """The value as Python writes it, a line for each entry."""
    if isinstance(value, Mapping) and value:
        entries = [
            f"{_text_literal(key)}: {_literal(inner)}," for key, inner in value.items()
        ]
        return "{\n" + indent("\n".join(entries), "    ") + "\n}"
    if isinstance(value, list) and value:
        entries = [f"{_literal(inner)}," for inner in value]
        return "[\n" + indent("\n".join(entries), "    ") + "\n]"
    return _text_literal(value) if isinstance(value, str) else repr(value)


def _text_literal(text: str) -> str:
    """In double quotes, unless something in it needs an escape."""
    written = repr(text)
    if '"' in text or "\\" in written:
        return written
    return f'"{text}"'
