"""How a variable has to be written, and what was meant by what is written otherwise.

Spellings that no other language of templates has are always told. Those that are
something elsewhere ({{var order.id}} in Magento, {var:1} in JavaScript) are told only
where nothing but a variable can be meant.
"""

import itertools
import re
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.messages.disguise import BRACES, NO_BREAK, TWICE, Reading

_LETTER = r"[\w\u0300-\u036f-]"
"""Letters of all scripts, digits, _ and -, with the accents that are written apart."""
_BLANK = rf"[ {NO_BREAK}]"
_NAME = rf"{_LETTER}+(?:{_BLANK}+{_LETTER}+)*"
_PATH = re.compile(
    rf"{NO_BREAK}*{_NAME}(?:{NO_BREAK}*\.{NO_BREAK}*{_NAME})*{NO_BREAK}*"
)
_PLAIN_PATH = re.compile(
    rf"[^\W\d]{_LETTER}*(?: {_LETTER}+)*(?:\.{_LETTER}+(?: {_LETTER}+)*)*"
)
_BEGINNING = re.compile(rf"[\s\"'.]*({_LETTER}+(?:\.{_LETTER}+)*)?")
_HEAD = re.compile(
    r"(?P<lead>\s*)(?P<word>variable|vars|var)(?P<gap>\s*)"
    r"(?P<sign>==|=>|:=|[=:.\uff1d\uff1a]|(?<=\s))(?P<body>.*)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTES = "\"'`“”„‘’«»‹›"
_DEFAULT = r"\?\?|\?:|:|,|\sor\s"
_TROUBLES = (
    (r"\|", "variables have no known filter or default, which | would begin"),
    (_DEFAULT, "variables have no known default"),
    (rf"[{_QUOTES}]", "a path has no quotes"),
    (r"[\[(]", "a path has no brackets"),
    (r"->|/|>", "dots join the names of a path"),
    (r"\.\s*\.", "two dots stand side by side"),
    (r"^\s*\.", "the path begins with a dot"),
    (r"\.\s*$", "the path ends with a dot"),
)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands before the opening bracket, and whether all is in a script."""

    is_doubled: bool
    has_dollar: bool
    is_code: bool
    is_quoted_printable: bool


class Name(NamedTuple):
    """A name of a path; start and end count letters of the reading."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as it has to be."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A spelling that is printed as it stands, and the path that was meant.

    `length` is how many letters of the reading belong to it when nothing closes it.
    """

    why: str
    path: str
    length: int


def judge(reading: Reading, around: Around) -> Variable | Mistake | None:
    """What is meant by a reading; None is something of another language."""
    head = _HEAD.match(reading.text, 1)
    if head is None or not _is_meant(reading, head, around):
        return None
    at, body = head.start("body"), head["body"]
    if "percent-encoding" in reading.encoded:
        body = body.replace("+", " ")
    told = _wrong_head(reading, head, around)
    if around.is_quoted_printable and body.startswith("3D"):
        told.append("=3D is how a mail as it is sent writes =")
        at, body = at + 2, body[2:]
    told += _wrong_body(body, reading.is_closed)
    if not told:
        return Variable(_names(body, at))
    return _mistake(reading, body, at, "; ".join(told))


def _is_meant(reading: Reading, head: re.Match[str], around: Around) -> bool:
    """Whether nothing but a variable of ours can be meant."""
    brackets, word, sign = reading.text[0], head["word"], head["sign"]
    if around.is_code and (word, sign, brackets) != ("var", "=", "{"):
        return False
    if word.lower() == "var" and sign in ("=", "\uff1d") and brackets in BRACES:
        return True
    body = head["body"].strip()
    is_elsewhere = around.is_doubled or around.has_dollar or not reading.is_closed
    if is_elsewhere or not _PLAIN_PATH.fullmatch(body):
        return False
    return "." in body or head[0] in (f"var:{body}", f"var.{body}")


def _wrong_head(reading: Reading, head: re.Match[str], around: Around) -> list[str]:
    told = []
    if TWICE in reading.encoded:
        told.append("it is encoded twice")
    if around.is_doubled:
        told.append("more than one brace stands on each side")
    if around.has_dollar:
        told.append(
            "a dollar sign stands before the brace (an amount needs a blank between)"
        )
    if reading.text[0] != "{":
        told.append(f"{reading.text[0]} is written in place of {{")
    if head["lead"]:
        told.append("there is a blank before var")
    if head["word"] != "var":
        told.append(f"{head['word']} is written in place of var")
    return told + _wrong_sign(head["gap"], head["sign"])


def _wrong_sign(gap: str, sign: str) -> list[str]:
    if not sign:
        return ["= is missing after var"]
    told = []
    if gap:
        told.append(f"there is a blank before {sign}")
    if sign != "=":
        told.append(f"{sign} is written in place of =")
    return told


def _wrong_body(body: str, is_closed: bool) -> list[str]:
    if not is_closed or _is_closed_elsewhere(body):
        return ["the closing brace is missing"]
    if _PATH.fullmatch(body):
        return []
    if not body.strip():
        return ["no path stands after ="]
    if re.search(r"[\r\n]", body.strip()):
        return ["it is broken over two lines"]
    told = [told for trouble, told in _TROUBLES if re.search(trouble, body)]
    return told[:1] or [_odd_letter(body)]


def _is_closed_elsewhere(body: str) -> bool:
    """A brace in a later line closes this variable only where the path goes on there."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return any(not _goes_on(*pair) for pair in itertools.pairwise(lines))


def _goes_on(line: str, following: str) -> bool:
    """Whether a path is broken after a dot, before one, or in its first name."""
    if line.endswith(".") or following.startswith("."):
        return True
    return "." not in line and "." in following


def _odd_letter(body: str) -> str:
    odd = re.search(rf"(?!{_LETTER}|[\s.]).", body)
    if odd is None:
        return "a blank stands at the edge of a name"
    return f"{odd[0]} cannot stand in a path"


def _mistake(reading: Reading, body: str, at: int, why: str) -> Mistake:
    if reading.is_closed and not _is_closed_elsewhere(body):
        return Mistake(why, _meant_path(body), len(reading.text))
    begun = _BEGINNING.match(body)
    assert begun is not None  # it may match nothing
    return Mistake(why, begun[1] or "", at + len(begun[0].rstrip()))


def _meant_path(body: str) -> str:
    """The path without what is around it: quotes, defaults, brackets, blanks."""
    plain = re.sub(rf"[{_QUOTES}]", "", re.sub(r"\s+", " ", body))
    plain = re.split(rf"\||{_DEFAULT}|[;()]", plain)[0]
    plain = re.sub(r"\[\d*\]", "", plain)
    plain = re.sub(r"->|/|\[|>", ".", plain).replace("]", "")
    plain = re.sub(r"\s*\.[\s.]*", ".", plain).strip(" .")
    return plain if _PLAIN_PATH.fullmatch(plain) else ""


def _names(body: str, at: int) -> tuple[Name, ...]:
    names = []
    for name in re.finditer(_NAME, body):
        plain = name[0].replace(NO_BREAK, " ")
        names.append(Name(plain, at + name.start(), at + name.end()))
    return tuple(names)
