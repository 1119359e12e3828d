"""JSON manifests: strict JSON, read by the YAML reader, so that places, bounds and
duplicate keys are those of YAML.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from reconciler.manifest.yaml import Document, YamlProblem, documents

_SURROGATES = re.compile(
    r"(?<!\\)(\\*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_TEXT_OR_CONSTANT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<constant>-?Infinity|NaN)')


def json_documents(text: str) -> Iterator[Document]:
    """The document of a JSON file, as `documents` gives those of YAML. Raises
    YamlProblem.

    YAML takes more than JSON: comments, single quotes, a comma at the end. It is read
    first all the same, because it keeps the bounds: what passes is neither too deep nor
    too much for the parser of the standard library.
    """
    read = list(documents(as_yaml(text)))
    _check(text)
    return iter(read)


def as_yaml(text: str) -> str:
    """Tabs between tokens and escaped surrogate pairs are JSON only; columns stay, but
    for the latter.
    """

    def pair(match: re.Match[str]) -> str:
        if len(match[1]) % 2:
            return match[0]  # the backslash is what is escaped
        high, low = int(match[2], 16), int(match[3], 16)
        return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"

    return _SURROGATES.sub(pair, text.replace("\t", " "))


def _check(text: str) -> None:
    """Numbers stay text here: how long they are is no matter of syntax."""

    def refuse(name: str) -> NoReturn:
        places = (
            found.start()
            for found in _TEXT_OR_CONSTANT.finditer(text)
            if found["constant"]
        )
        raise json.JSONDecodeError(f"There is no {name}", text, next(places))

    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=refuse)
    except json.JSONDecodeError as broken:
        message = f"this is not JSON: {broken.msg[:1].lower()}{broken.msg[1:]}"
        raise YamlProblem(
            "yaml-syntax", message, (broken.lineno, broken.colno)
        ) from None
