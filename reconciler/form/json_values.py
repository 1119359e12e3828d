"""One JSON value after the other out of a longer text, and where each part of one stands.

Strict JSON: no NaN, no number that no double holds, no key twice in one object. Numbers
remember their digits.
"""

import json
import re
from dataclasses import dataclass, field
from math import isinf
from typing import Any, NoReturn

from reconciler.model.unquoted import UnquotedFloat

MOST_DIGITS = 400
Path = tuple[str | int, ...]
NO_COMMENTS = "JSON has no comments: remove it"
NO_END = "this is not JSON: the text that begins here does not end: a double quote is missing"
_MISTAKES = {
    "Unterminated string starting at": NO_END,
    "Invalid control character at": "this is not JSON: a text holds a line end, a tab or another control character: "
    "write \\n, \\t or \\u and four digits",
}
"""What the decoder says that is no whole sentence, in other words."""
_COMMENT = re.compile(r"[\s,]*(//|/\*|#)")
_COMMA_AT_END = re.compile(r",\s*[\]}]")
_BLANK = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+"|-?Infinity|NaN|-?[0-9][-+.eE0-9]*|true|false|null|[][{}:,]',
    re.DOTALL,
)


class NoJson(ValueError):
    """What begins there is not JSON, or not what is wanted. str() says why, as a part of
    a sentence; `at` counts the characters before it.
    """

    def __init__(self, words: str, at: int) -> None:
        super().__init__(words)
        self.at = at


class DoubledKey(NoJson):
    """A key stands twice in one object."""


class _Doubled(ValueError):
    pass


class _NoNumber(ValueError):
    pass


def value_at(text: str, at: int) -> tuple[Any, int]:
    """The value that begins there, and where it ends. Raises NoJson."""
    return _value_at(_ONCE, text, at)


def value_with_doubles_at(text: str, at: int) -> tuple[Any, int]:
    """The same, in which the last one of several equal keys counts."""
    return _value_at(_LAST, text, at)


def mistake_in(broken: json.JSONDecodeError) -> tuple[str, int]:
    """What is wrong, and how many characters stand before it."""
    text, index = broken.doc, broken.pos
    comment = _COMMENT.match(text, index)
    if comment:
        return NO_COMMENTS, comment.start(1)
    if text.startswith("'", index):
        return "JSON takes double quotes only", index
    comma = text.rfind(",", 0, index + 1)
    if comma >= 0 and _COMMA_AT_END.match(text, comma):
        return "JSON takes no comma behind the last entry: remove it", comma
    if broken.msg in _MISTAKES:
        return _MISTAKES[broken.msg], index
    return f"this is not JSON: {broken.msg[:1].lower()}{broken.msg[1:]}", index


def skip_blanks(text: str, at: int) -> int:
    """Where the next character stands that is no blank of JSON."""
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _value_at(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as broken:
        raise NoJson(*mistake_in(broken)) from None
    except RecursionError:
        raise NoJson("the values are nested too deep", at) from None
    except _Doubled as broken:
        raise DoubledKey(str(broken), at) from None
    except _NoNumber as broken:
        raise NoJson(str(broken), _first_refused(text, at)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Doubled("a key stands twice in one object")
    return found


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise _NoNumber(f"a number has more than {MOST_DIGITS} digits")
    return int(text)


def _float(text: str) -> UnquotedFloat:
    number = float(text)
    if isinf(number):
        raise _NoNumber("a number is too large for JSON")
    return UnquotedFloat(number, text)


def _refuse(name: str) -> NoReturn:
    raise _NoNumber(f"there is no {name} in JSON")


def _first_refused(text: str, at: int) -> int:
    """Where the number stands that no JSON has: the decoder does not say."""
    for token in _TOKEN.finditer(text, at):
        if token[0][0] in "-0123456789NI" and _is_refused(token[0]):
            return token.start()
    return at


def _is_refused(number: str) -> bool:
    if number[-1] in "Ny":  # NaN, Infinity
        return True
    if number.lstrip("-").isdigit():
        return len(number) > MOST_DIGITS
    return isinf(float(number))


_ONCE = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_float,
    parse_int=_integer,
    parse_constant=_refuse,
)
_LAST = json.JSONDecoder(parse_float=_float, parse_int=_integer, parse_constant=_refuse)


@dataclass(slots=True)
class Places:
    """Where the parts of one value stand, in characters before them: values and keys by
    their paths, and the keys that stand in their object a second time.
    """

    values: dict[Path, int] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)
    doubled: list[tuple[str, int]] = field(default_factory=list)

    def nearest(self, path: Path) -> int:
        """Where the value stands, or the nearest thing around it."""
        while path not in self.values:
            path = path[:-1]
        return self.values[path]


def places_in(text: str, at: int) -> Places:
    """The places in the value that begins there; the text is known to be JSON."""
    scan = _Scan()
    for token in _TOKEN.finditer(text, at):
        scan.take(token[0], token.start())
        if not scan.inside:
            break
    return scan.places


@dataclass(slots=True)
class _Scan:
    """One reading of tokens. A value may be nested as deep as the decoder takes it, so
    nothing here is recursive.
    """

    places: Places = field(default_factory=Places)
    inside: list[str] = field(default_factory=list)
    path: list[str | int] = field(default_factory=list)
    awaits_key: bool = False

    def take(self, sign: str, at: int) -> None:
        """The next token."""
        match sign:
            case "}" | "]":
                self.inside.pop()
                self.path.pop()
                self.awaits_key = False
            case ",":
                self._begin_next()
            case ":":
                pass
            case _ if self.awaits_key:
                self._take_key(sign, at)
            case _:
                self.places.values[tuple(self.path)] = at
                if sign in ("{", "["):
                    self._enter(sign)

    def _enter(self, sign: str) -> None:
        self.inside.append(sign)
        self.path.append(0)
        self.awaits_key = sign == "{"

    def _begin_next(self) -> None:
        self.awaits_key = self.inside[-1] == "{"
        if not self.awaits_key:
            self.path[-1] = int(self.path[-1]) + 1

    def _take_key(self, sign: str, at: int) -> None:
        key = json.loads(sign)
        self.path[-1] = key
        path = tuple(self.path)
        if path in self.places.keys:
            self.places.doubled.append((key, at))
        self.places.keys[path] = at
        self.awaits_key = False
