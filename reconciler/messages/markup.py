"""The HTML around a variable: attributes, links, code and what is alone in its line.

Text and HTML come as one kind of text: it is HTML when it has tags of HTML. This is no
parser of HTML but one walk over the tags, which hostile text cannot make slow.
"""

import re
from bisect import bisect_left, bisect_right
from typing import Literal, NamedTuple

_TAG = re.compile(
    r"<(?:(?P<comment>!--(?!\[))|(?P<name>/?[a-z][^\s/<>\"']*)|[!?])", re.I
)
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s\"'<>/=]++)"
    r"(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'<>]++)))?",
)
_REST_OF_TAG = re.compile(r"[\s/]*+>")
_LINKS = {"href", "src", "background", "action", "formaction", "poster", "srcset"}
_INLINE = {
    *(
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
    ),
    *("mark", "o:p", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "u"),
    *("var", "wbr"),
}
_BLOCKS = {
    *("body", "br", "center", "div", "h1", "h2", "h3", "h4", "h5", "h6", "head"),
    *("html", "li", "ol", "p", "table", "tbody", "td", "th", "title", "tr", "ul"),
}
_SEEN = {"amp-img", "button", "hr", "img", "input", "textarea"}
"""These show something: what stands beside one is not alone."""
_RAW = {name: re.compile(rf"</{name}\b", re.I) for name in ("script", "style")}
_DATA = re.compile(r"json|template|html|text/plain", re.I)
_BLANKS = {"&nbsp;", "&#160;"}


class Span(NamedTuple):
    """A part of the text, and what it is."""

    start: int
    end: int
    what: Literal["attribute", "link", "code", "data", "inline", "block"]


class Markup:
    """Where tags, attributes and code of a text are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tags: list[Span] = []
        self._values: list[Span] = []
        self._code: list[Span] = []
        self._is_html = False
        self._walk()
        self._tag_ends = [tag.end for tag in self._tags]
        self._tag_starts = [tag.start for tag in self._tags]

    def code(self, at: int) -> Literal["", "code", "data"]:
        """Whether the offset is in a script or a style sheet, or in data for machines."""
        code = _around(self._code, at)
        if code is None:
            return ""
        return "data" if code.what == "data" else "code"

    def place(
        self, start: int, end: int
    ) -> Literal["text", "line", "attribute", "link"]:
        """Where a variable stands that is written between these offsets."""
        value = _around(self._values, start)
        if value is not None:
            return "link" if value.what == "link" else "attribute"
        is_alone = self._begins_line(start) and self._ends_line(end)
        return "line" if is_alone else "text"

    def _begins_line(self, at: int) -> bool:
        while at > 0:
            if self._text[at - 1] == "\n" and not self._is_html:
                return True
            if self._text[at - 1].isspace():
                at -= 1
            elif self._text[max(0, at - 6) : at] in _BLANKS:
                at -= 6
            else:
                tag = _exactly(self._tags, self._tag_ends, at)
                if tag is None or tag.what == "block":
                    return tag is not None
                at = tag.start
        return True

    def _ends_line(self, at: int) -> bool:
        while at < len(self._text):
            if self._text[at] in "\r\n" and not self._is_html:
                return True
            if self._text[at].isspace():
                at += 1
            elif self._text[at : at + 6] in _BLANKS:
                at += 6
            else:
                tag = _exactly(self._tags, self._tag_starts, at)
                if tag is None or tag.what == "block":
                    return tag is not None
                at = tag.end
        return True

    def _walk(self) -> None:
        position = 0
        while (match := _TAG.search(self._text, position)) is not None:
            if match["comment"]:
                position = self._comment(match)
            elif match["name"]:
                position = self._tag(match, match["name"].lower())
            else:
                position = self._declaration(match)

    def _comment(self, match: re.Match[str]) -> int:
        end = self._text.find("-->", match.end() - 2)  # <!--> is a whole one
        if end < 0:
            return len(self._text)
        self._tags.append(Span(match.start(), end + 3, "inline"))
        return end + 3

    def _declaration(self, match: re.Match[str]) -> int:
        end = self._text.find(">", match.end())
        if end < 0:
            return len(self._text)
        self._tags.append(Span(match.start(), end + 1, "block"))
        return end + 1

    def _tag(self, match: re.Match[str], name: str) -> int:
        values = []
        position = match.end()
        kind = ""
        while (attribute := _ATTRIBUTE.match(self._text, position)) is not None:
            position = attribute.end()
            values += _value(attribute)
            if attribute["name"].lower() == "type":
                kind = attribute[0]
        rest = _REST_OF_TAG.match(self._text, position)
        if rest is None:
            return position
        self._values += values
        self._code += [value for value in values if value.what == "code"]
        element = name.removeprefix("/")
        self._is_html = self._is_html or element in _BLOCKS or element in _INLINE
        what: Literal["inline", "block"] = "inline" if element in _INLINE else "block"
        if element not in _SEEN:
            self._tags.append(Span(match.start(), rest.end(), what))
        if name in _RAW:
            return self._raw(name, kind, rest.end())
        return rest.end()

    def _raw(self, name: str, kind: str, start: int) -> int:
        """Code ends where its own closing tag begins, whatever stands in it."""
        closing = _RAW[name].search(self._text, start)
        end = closing.start() if closing else len(self._text)
        is_data = name == "script" and _DATA.search(kind)
        self._code.append(Span(start, end, "data" if is_data else "code"))
        return end


def _value(attribute: re.Match[str]) -> list[Span]:
    quoted = next(
        (form for form in ("double", "single", "bare") if attribute[form]), None
    )
    if quoted is None:
        return []
    name = attribute["name"].lower().rpartition(":")[2]
    what: Literal["link", "code", "attribute"] = "attribute"
    if name.removeprefix("data-") in _LINKS:
        what = "link"
    elif name.startswith("on"):
        what = "code"
    return [Span(attribute.start(quoted), attribute.end(quoted), what)]


def _around(spans: list[Span], at: int) -> Span | None:
    index = bisect_right(spans, at, key=lambda span: span.start) - 1
    if index < 0 or spans[index].end <= at:
        return None
    return spans[index]


def _exactly(spans: list[Span], edges: list[int], at: int) -> Span | None:
    index = bisect_left(edges, at)
    if index == len(edges) or edges[index] != at:
        return None
    return spans[index]
