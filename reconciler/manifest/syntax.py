"""What is wrong with a text that is not YAML, in words that a person can act on.

The parser says what it expected and where it gave up, which is often far behind the
mistake. Its words choose the explanation; the text around the place gives the rest.
Each explanation is one function; the first that has something to say is told. What none
of them knows is told in the parser's own words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.form.spelling import cut, shown, unseen_words
from reconciler.manifest.brackets import FARTHEST, is_closed, last_open
from reconciler.manifest.lines import (
    line_above,
    line_at,
    line_begin,
    line_end,
    place_at,
)
from reconciler.model.letters import is_odd_blank, unseen_in

Said = tuple[str, int]
"""What is wrong, and the character of the text (from 0) at which it is."""

LONGEST_KEY = 1_024
"""The parser's own limit for a key in its line."""
_LONGEST_WORDS = 200
_CONFLICT = re.compile(r"^(?:<{7} |\|{7} |={7}$|>{7} )", re.MULTILINE)
_KEY_WITH_VALUE = re.compile(r"""[ \-]*(?:"[^"]*"|'[^']*'|[^#"'\s][^#\n]*?):\s+\S""")
_COLON_WITHOUT_BLANK = re.compile(r"(?P<key>[\w.-]+):(?P<value>[^\s/].*)")
_CLOSING = {"[": "]", "{": "}"}
_CONTROLS = {
    0x00: "NUL",
    0x07: "a bell",
    0x08: "a backspace",
    0x0B: "a vertical tab",
    0x0C: "a form feed",
    0x1B: "an escape",
    0x7F: "a delete",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A text that the parser gave up at `index` for the `problem`; `begin` is where that
    begins of which the `context` speaks.

    `quoted` is from where to where the text in quotes goes that was read last.
    """

    text: str
    index: int
    begin: int
    problem: str
    context: str
    quoted: range | None = None

    @property
    def char(self) -> str:
        """The character at which the parser gave up; empty at the end."""
        return self.text[self.index : self.index + 1]

    @property
    def line(self) -> str:
        """The line of `index`."""
        return line_at(self.text, self.index)

    @property
    def before(self) -> str:
        """What stands in its line before `index`."""
        return self.text[line_begin(self.text, self.index) : self.index]


def explain(broken: Broken) -> Said:
    """What the parser found wrong, and where the mistake is."""
    for explanation in _EXPLANATIONS:
        said = explanation(broken)
        if said:
            return said
    # The parser quotes names of any length.
    known = (part[:_LONGEST_WORDS] for part in (broken.context, broken.problem) if part)
    return ", ".join(known), broken.index


def no_character(number: int) -> str:
    """That this character cannot stand in YAML."""
    name = _CONTROLS.get(number)
    called = f" ({name})" if name else ""
    if 0xD800 <= number < 0xE000:
        return "half of a surrogate pair is no character"
    return f"the character U+{number:04X}{called} cannot stand in a manifest: remove it"


def byte_order_mark(text: str) -> Said | None:
    """A byte order mark at the beginning of a line, which belongs to no value."""
    found = re.search("^\ufeff", text, re.MULTILINE) if "\ufeff" in text else None
    if found is None:
        return None
    words = (
        "a byte order mark (U+FEFF) stands here inside of the file, as when files are joined: "
        "remove it"
    )
    return words, found.start()


def conflict(text: str) -> Said | None:
    """A line that git puts into a file when it cannot merge two sides."""
    found = _CONFLICT.search(text)
    if found is None:
        return None
    words = "a merge conflict is left here: keep one of the two sides, and remove the lines that git put in"
    return words, found.start()


def _conflict(here: Broken) -> Said | None:
    return conflict(here.text)


def _tab(here: Broken) -> Said | None:
    """A tab at the place, or, outside of brackets, in the indentation of its line."""
    words = "a tab stands here, where YAML takes only spaces: indent with spaces"
    if here.char == "\t":
        return words, here.index
    tab = re.match(r" *\t", here.line)
    if tab is None or "flow" in here.context:
        return None
    return words, line_begin(here.text, here.index) + tab.end() - 1


def _unclosed_quote(here: Broken) -> Said | None:
    if here.context != "while scanning a quoted scalar":
        return None
    quote = here.text[here.begin]
    return f"the quote {quote} that opens here is never closed", here.begin


def _escape(here: Broken) -> Said | None:
    unknown = ("invalid Unicode character", "hexdecimal number")
    if any(words in here.problem for words in unknown):
        return "this escape sequence stands for no character", here.index
    if here.problem != "found unknown escape character":
        return None
    sequence = here.text[here.index : here.index + 2]
    words = (
        f"{sequence} means nothing in double quotes: write \\{sequence}, "
        "or put the text in single quotes"
    )
    return words, here.index


def _directive(here: Broken) -> Said | None:
    if "directive" not in here.context and "incompatible YAML" not in here.problem:
        return None
    words = "a line that begins with % is a directive of YAML, and this one is not known: remove it"
    return words, here.index


def _first_character(here: Broken) -> Said | None:
    """A text that begins with a character that YAML keeps for itself."""
    place = here.index
    if here.context.endswith(("an alias", "an anchor", "a tag")):
        place = here.begin
    elif "cannot start any token" not in here.problem:
        return None
    char = here.text[place : place + 1]
    return f"a text that begins with {char} must stand in quotes", place


def _comma(here: Broken) -> Said | None:
    if here.char != "," or "node content" not in here.problem:
        return None
    if "flow" in here.context:
        return "there is nothing before this comma: remove it", here.index
    return "a text that begins with , must stand in quotes", here.index


def _block_text(here: Broken) -> Said | None:
    if here.context != "while scanning a block scalar":
        return None
    if "comment or line break" not in here.problem:
        return None
    words = (
        "behind | and > the text begins on the next line; "
        "a text that begins with such a character must stand in quotes"
    )
    return words, here.index


def _not_here(here: Broken) -> Said | None:
    """A list or a key that begins behind the key it belongs to."""
    if "entries are not allowed" in here.problem:
        words = (
            "a list begins on the line below its key; "
            "a text that begins with `- ` must stand in quotes"
        )
        return words, here.index
    if "mapping keys are not allowed" in here.problem:
        return "a text that begins with `? ` must stand in quotes", here.index
    return None


def _second_colon(here: Broken) -> Said | None:
    if "mapping values are not allowed" not in here.problem:
        return None
    found = _KEY_WITH_VALUE.match(here.before)
    if found is None:
        return None
    value = here.line[found.end() - 1 :].strip()
    words = "a second `: ` stands on this line: put the text in quotes"
    if '"' not in value:
        words += f', "{cut(value)}"'
    return words, here.index


def _unexpected_colon(here: Broken) -> Said | None:
    """A key below something that can have none: a value, or a line without a colon."""
    if "mapping values are not allowed" not in here.problem:
        return None
    if len(here.before) > LONGEST_KEY:
        return f"a key is longer than {LONGEST_KEY:,} characters", here.index
    above = line_above(here.text, here.index)
    if above is None:
        return None
    line = line_at(here.text, above)
    if not _KEY_WITH_VALUE.match(line):
        return _missing_colon_in(line, above)
    words = (
        "this line is indented deeper than the one above it, which has a value already: "
        "align the two"
    )
    return words, here.index


def _missing_colon(here: Broken) -> Said | None:
    if here.context != "while scanning a simple key":
        return None
    if "expected ':'" not in here.problem:
        return None
    line = here.text[here.begin : line_end(here.text, here.begin)]
    if len(line) > LONGEST_KEY:
        return f"a key is longer than {LONGEST_KEY:,} characters", here.begin
    return _missing_colon_in(line, here.begin)


def _line_without_colon(here: Broken) -> Said | None:
    """A document that ends with a line of text because no colon makes it a key."""
    above = line_above(here.text, here.index)
    if "<document start>" not in here.problem or above is None:
        return None
    line = line_at(here.text, above)
    if _KEY_WITH_VALUE.match(line):
        return None
    return _missing_colon_in(line, above)


def _missing_colon_in(line: str, begin: int) -> Said:
    """What is missing in a line that should be a key and a value; it begins at `begin`,
    if not with blanks.
    """
    content = line.strip()
    place = begin + len(line) - len(line.lstrip())
    if re.match(r"-[^\s-]", content):
        return "there is no blank behind the `-` of this list item", place
    blank = unseen_in(content)
    if blank is not None and is_odd_blank(blank):
        words = f"{unseen_words(blank)} stands in {shown(content)}, where a plain blank belongs: type it again"
        return words, place
    close = _COLON_WITHOUT_BLANK.match(content.removeprefix("- "))
    if close:
        pair = f"{close['key']}: {close['value']}"
        return f"there is no blank behind the colon: write {shown(pair)}", place
    return f"there is no colon in {shown(content)}: write `key: value`", place


def _brackets(here: Broken) -> Said | None:
    """A list or mapping in brackets that does not go on as it should."""
    if not here.context.startswith("while parsing a flow"):
        return None
    begin = here.begin
    if here.context == "while parsing a flow node":
        begin = last_open(here.text, here.index)
    opening = here.text[begin : begin + 1]
    wanted = _CLOSING.get(opening)
    if wanted is None or len(here.text) - begin > FARTHEST:
        return None
    if here.char in _CLOSING.values() and here.char != wanted:
        return f"the bracket {opening} that opens here is closed by {here.char}", begin
    if not is_closed(here.text, begin):
        return f"the bracket {opening} that opens here is never closed", begin
    if here.char == ":":
        words = "a text with `: ` in it must stand in quotes, or a comma is missing before it"
        return words, here.index
    return "there is no comma before this", here.index


def _closing_bracket(here: Broken) -> Said | None:
    if here.char not in _CLOSING.values():
        return None
    return f"there is no bracket that this {here.char} closes", here.index


def _behind_quotes(here: Broken) -> Said | None:
    """Text that stands behind a closing quote, or a quote that closes what it should
    open.
    """
    last = here.quoted
    if last is None or "did not find expected" not in here.problem or here.char == ":":
        return None
    between = here.text[last.stop : here.index]
    if between.strip(" ") or (between and "flow" in here.context):
        return None
    quote = here.text[last.start]
    first, final = place_at(here.text, last.start), place_at(here.text, last.stop)
    if first[0] < final[0]:
        words = f"the quote {quote} that opens here is closed only in line {final[0]}: one is missing before that"
        return words, last.start
    words = (
        f"text stands behind the closing quote {quote}: "
        "put all of it in quotes, and double such a quote in it ('')"
    )
    if quote == '"':
        words = words.replace("double such a quote in it ('')", 'write \\" in it')
    return words, here.index


def _without_key(here: Broken) -> Said | None:
    if here.char != ":" or "expected key" not in here.problem:
        return None
    return "there is no key before this colon", here.index


def _mixed(here: Broken) -> Said | None:
    """A key among list items, an item among keys, or a line that fits no line above."""
    structures = ("block mapping", "block collection", "<document start>")
    said = f"{here.context} {here.problem}"
    if not any(structure in said for structure in structures):
        return None
    if here.before.strip():
        return None
    rest = here.text[here.index : line_end(here.text, here.index)]
    is_item = rest == "-" or rest.startswith("- ")
    begins_as_above = here.before == _indentation_at(here.text, here.begin)
    if begins_as_above and is_item:
        words = "a list item stands here among keys: indent it below the key that it belongs to"
    elif begins_as_above and "'-'" in here.problem:
        words = "a key stands here among list items: begin it with `- `, or indent it below its item"
    else:
        words = "the indentation of this line is that of no line above it: align it with those that it belongs to"
    return words, here.index


def _indentation_at(text: str, index: int) -> str:
    """The blanks in place of what stands before `index` in its line."""
    return " " * (index - line_begin(text, index))


_EXPLANATIONS: tuple[Callable[[Broken], Said | None], ...] = (
    _conflict,
    _tab,
    _unclosed_quote,
    _escape,
    _directive,
    _first_character,
    _comma,
    _block_text,
    _not_here,
    _second_colon,
    _unexpected_colon,
    _missing_colon,
    _behind_quotes,
    _brackets,
    _closing_bracket,
    _without_key,
    _line_without_colon,
    _mixed,
)
"""What comes first is more certain."""
