"""JSON manifests: strict JSON, read by the YAML reader, so that places, bounds and
duplicate keys are those of YAML.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import NoReturn

from reconciler.form.json_values import NO_COMMENTS, mistake_in
from reconciler.manifest.lines import LINE_END, Place, place_at
from reconciler.manifest.yaml import Document, YamlProblem, documents

_SURROGATES = re.compile(
    r"(?<!\\)(\\*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_LONGEST_REST = 10_000
"""Characters behind a mistake that are looked at; a line may be the whole file."""
_TEXT_OR_CONSTANT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<constant>-?Infinity|NaN)')


def json_documents(text: str) -> Iterator[Document]:
    """The document of a JSON file, as `documents` gives those of YAML. Raises
    YamlProblem.

    YAML takes more than JSON: comments, single quotes, a comma at the end. It is read
    first all the same, because it keeps the bounds: what passes is neither too deep nor
    too much for the parser of the standard library.
    """
    try:
        read = list(documents(yaml_equivalent(text)))
    except YamlProblem as broken:
        if broken.rule == "yaml-syntax":
            _check_until(broken.place, text)
        raise
    _check_is_json(text)
    return iter(read)


def _check_until(place: Place, text: str) -> None:
    """Raises YamlProblem for what is no JSON up to the line where YAML ends: where both
    find a mistake, JSON's words fit the file better.
    """
    begin = _lines_until(text, place)
    try:
        _check_is_json(begin)
    except RecursionError:
        return  # what stands behind the place is not within bounds
    except YamlProblem as mistake:
        if mistake.place < place_at(begin, len(begin.rstrip())):
            raise  # else it is only that the text was cut there


def _lines_until(text: str, place: Place) -> str:
    """The lines up to this place; of a long last one only its beginning."""
    line, column = place
    begin = 0
    for ended in islice(LINE_END.finditer(text), line - 1):
        begin = ended.end()
    end = LINE_END.search(text, begin)
    return text[
        : min(end.start() if end else len(text), begin + column + _LONGEST_REST)
    ]


def yaml_equivalent(text: str) -> str:
    """The JSON text as YAML of the same meaning: tabs between tokens and escaped
    surrogate pairs are JSON only. Columns stay, but for those after such a pair.
    """
    return _SURROGATES.sub(_join_surrogates, text.replace("\t", " "))


def same_places(text: str) -> str:
    """The JSON text as YAML in which every value stands at the very same place, whatever
    becomes of characters that are written as pairs.
    """
    return _SURROGATES.sub(_of_same_length, text.replace("\t", " "))


def _of_same_length(pair: re.Match[str]) -> str:
    return (
        pair[0] if len(pair[1]) % 2 else pair[1] + "-" * (len(pair[0]) - len(pair[1]))
    )


def _join_surrogates(pair: re.Match[str]) -> str:
    backslashes = pair[1]
    if len(backslashes) % 2:
        return pair[0]  # the backslash before the u is itself escaped
    high, low = int(pair[2], 16), int(pair[3], 16)
    # How UTF-16 writes a character beyond U+FFFF: ten bits in each half.
    character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
    return f"{backslashes}\\U{character:08x}"


def _check_is_json(text: str) -> None:
    """Raises YamlProblem. Numbers stay text here: how long they are is no matter of
    syntax.
    """

    def refuse(name: str) -> NoReturn:
        raise json.JSONDecodeError(f"There is no {name}", text, _first_constant(text))

    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=refuse)
    except json.JSONDecodeError as broken:
        words, index = _words_and_index(broken)
        raise YamlProblem("yaml-syntax", words, place_at(text, index)) from None


def _words_and_index(broken: json.JSONDecodeError) -> tuple[str, int]:
    """What is wrong, and at which character."""
    words, index = mistake_in(broken)
    if words == NO_COMMENTS:
        words += ", or name the file .yaml, where # begins one"
    return words, index


def _first_constant(text: str) -> int:
    """Where the first Infinity or NaN stands that is in no text: the parser does not
    say where it found one.
    """
    found = _TEXT_OR_CONSTANT.finditer(text)
    return next(each.start() for each in found if each["constant"])
