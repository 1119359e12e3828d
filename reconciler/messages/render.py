"""The text of a message for one contact: values in the place of its variables."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.messages.check import Variable
from reconciler.messages.walk import Reached, Taken, Walk

_HTML_FILES = (".html", ".htm", ".mjml")
_HTML = re.compile(
    r"<(?:!doctype|html|body|head|div|table|p|br|a|span|mjml)\b", re.IGNORECASE
)
_NUMBERS = ("number", "decimal")


@dataclass(frozen=True, slots=True)
class Filled:
    """A variable of the text, and where its way ended; None when the schema proves it
    wrong, or leads through what no manifest describes.
    """

    variable: Variable
    reached: Reached | None

    @property
    def path(self) -> str:
        """As it is written, without disguise."""
        return ".".join(segment.text for segment in self.variable.token.path)

    @property
    def state(self) -> str:
        """filled, empty, payload, not live, or wrong."""
        return self.reached.state if self.reached else "wrong"

    @property
    def why(self) -> str:
        """Why there is no value; empty when there is one."""
        if self.reached is not None:
            return self.reached.why
        remarks = self.variable.resolution.remarks
        errors = [each.message for each in remarks if each.severity == "error"]
        told = errors or [each.message for each in remarks]
        return told[0] if told else "what it leads through is not described"

    @property
    def taken(self) -> tuple[Taken, ...]:
        """The steps of the way."""
        return self.reached.taken if self.reached else ()

    @property
    def text(self) -> str:
        """The value as it is printed."""
        if self.reached is None or self.reached.state != "filled":
            return ""
        chain = self.variable.resolution.chain
        return printed(self.reached.value, chain.value.type if chain else "")


@dataclass(frozen=True, slots=True)
class Message:
    """A text for one contact; `subject` is None where the template has none."""

    template: str
    subject: str | None
    body: str
    in_subject: tuple[Filled, ...] = ()
    in_body: tuple[Filled, ...] = ()

    @property
    def filled(self) -> tuple[Filled, ...]:
        """The variables of both, in the order of the text."""
        return (*self.in_subject, *self.in_body)


def fill(variables: Iterable[Variable], walk: Walk) -> list[Filled]:
    """Each variable with what it comes to for one contact. Raises ApiError."""
    found = []
    for each in variables:
        resolution = each.resolution
        reached = None
        if resolution.chain is not None and not resolution.is_wrong:
            reached = walk.follow(resolution.chain)
        found.append(Filled(each, reached))
    return found


def put_in(
    text: str, filled: Iterable[Filled], *, marks: bool, html: bool = False
) -> str:
    """The text with the values in it. With `marks`, it shows where a variable came out
    empty and why, else nothing stands there. In HTML the values are escaped.
    """
    parts, position = [], 0
    for each in filled:
        token = each.variable.token
        value = each.text
        if not value and marks:
            value = f"⟦{each.state}: {each.path}⟧"
        parts += [text[position : token.start], escape(value) if html else value]
        position = token.end
    return "".join([*parts, text[position:]])


def is_html(text: str, file: str | None) -> bool:
    """Whether a body is HTML: by the name of its file, or by its first tag."""
    if file is not None:
        return file.lower().endswith(_HTML_FILES)
    return _HTML.search(text) is not None


def printed(value: Any, type_name: str = "") -> str:
    """A value in a message. How lists, objects and flags are printed no source says: they
    are printed as JSON.
    """
    if type_name in _NUMBERS:
        value = canonical(value, "number")
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
