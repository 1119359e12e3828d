"""How text from a shop is written in each language of the reports, so that it is read
there and does nothing.

Control, bidi and invisible characters are made visible first (`printable`), so that a text
is one line; in links and markers they are percent-encoded. In Markdown, characters are
not escaped one by one: GitHub looks for mentions, issue numbers, commit ids and
addresses in the text *after* Markdown was rendered, when the backslashes are gone. There,
everything but plain words becomes a code span.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from reconciler.report.terminal import in_words, printable

_WORD = re.compile(r"\(?[^\W\d_]+(?:['’-][^\W\d_]+)*\)?[,.;:!?]?|\d{1,4}[,;]?|[–—·→…×]")
"""What Markdown and GitHub leave alone behind any other text."""
_OWN_CODE = re.compile(
    r"""(?<![^ ])(\(?)
    (?: `([^`]+)`
    | ( --allow\ breaking | (?:[a-z-]+/)?"(?:[^"\\]|\\.)*" | '[^']*' ) )
    ([),.;:!?]*)(?![^ ])""",
    re.VERBOSE,
)
"""What our own sentences write as code, with what belongs to the sentence around it: also
a name in quotes, whatever blanks and brackets it holds, and an option with its value.
"""
_ROOM_FOR_MORE = len("and 999,999 more")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,}")
_LOOK_ALIKES = str.maketrans(
    dict(zip("*`[]\\~$@", "∗ˋ［］＼∼＄＠", strict=True)) | {"ﬂ": "fl", "¶": "⁋"}
)
"""What begins Markdown or a formula in Mermaid. The last two are in its own code for a
character number (ﬂ°°60¶ß), which it decodes wherever it finds it.
"""
_BORDER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_NOT_LETTERS = re.compile(r"\W")
_NO_MERMAID_WORD = re.compile(r"(?i)|\d.*|pk|fk|uk")
"""What is no word there: nothing, what begins with a digit, and what says keys."""
_NOT_PLAIN = re.compile(r"[^\w ]|_")

LONGEST_IN_LINE = 1_000


def shorten(text: object, length: int) -> str:
    """Printable text of at most `length` characters, which must be 8 or more. What is left
    out is in the middle, because names often differ at the end.
    """
    whole = printable(_without_middle(in_words(text), 2 * length))
    if len(whole) <= length:
        return whole
    tail = (length - 1) // 3
    return whole[: length - 1 - tail] + "…" + whole[-tail:]


def shorten_words(text: object, length: int) -> str:
    """The same for a sentence, which is cut between two words when it has so many: half
    a name would be read as another one.
    """
    cut, place = shorten(text, length), length - 1 - (length - 1) // 3
    if len(cut) < length or cut[place] != "…":
        return cut
    before, after = cut[:place], cut[place + 1 :]
    if " " not in before or " " not in after:
        return cut
    return f"{before.rpartition(' ')[0]} … {after.partition(' ')[2]}"


def shorten_list(parts: Sequence[object], length: int, separator: str = "; ") -> str:
    """As many parts as have room, and the number of the others: no name is cut but one
    that is alone too long.
    """
    whole = _joined(parts, length, separator)
    if len(whole) == len(parts):
        return separator.join(whole)
    if len(parts) == 1:
        return shorten_words(parts[0], length)
    room = length - len(separator) - _ROOM_FOR_MORE
    shown = _joined(parts, room, separator) or [shorten_words(parts[0], max(room, 8))]
    return separator.join([*shown, f"and {len(parts) - len(shown):,} more"])


def _joined(parts: Sequence[object], room: int, separator: str) -> list[str]:
    """The first parts that have room together."""
    shown: list[str] = []
    for part in parts:
        text = shorten(part, max(room, 8) + 1)
        room -= len(text) + len(separator)
        if room + len(separator) < 0:
            break
        shown.append(text)
    return shown


def brief(text: object) -> str:
    """Printable text for a line that a person reads: a shop may hold names of 100,000
    letters.
    """
    return shorten(text, LONGEST_IN_LINE)


def shorten_both(old: str, new: str, length: int) -> tuple[str, str]:
    """Both sides of a difference, shortened so that they do not look alike when they
    are not: of what both begin with, only the end is left then.
    """
    short = shorten(old, length), shorten(new, length)
    if short[0] != short[1] or old == new:
        return short
    letters = enumerate(zip(old, new, strict=False))
    alike = next((i for i, (a, b) in letters if a != b), min(len(old), len(new)))
    start = max(alike - length // 4, 0)
    return shorten("…" + old[start:], length), shorten("…" + new[start:], length)


def _without_middle(text: str, length: int) -> str:
    """`length` characters of both ends: to show a text takes time for each letter, and
    a value may have millions.
    """
    if len(text) <= 2 * length:
        return text
    return text[:length] + text[-length:]


def code(text: object) -> str:
    """A Markdown code span: nothing in it is interpreted, and it ends where the text
    ends.
    """
    content = printable(text)
    if not content.strip(" "):
        return f"`“{content}”`"
    longest_run = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * (longest_run + 1)
    if content.startswith(("`", " ")) or content.endswith(("`", " ")):
        content = f" {content} "  # Markdown takes one blank off each side
    return f"{fence}{content}{fence}"


def cell_code(text: object) -> str:
    """The same in a cell of a table. Renderers do not agree on how a `|` or a backslash
    is escaped there, so a text with one of them is written in HTML.
    """
    content = printable(text)
    if not set("|\\") & set(content):
        return code(content)
    return f"<code>{_NOT_PLAIN.sub(_html_number, content)}</code>"


def _html_number(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def prose(text: object) -> str:
    """A Markdown sentence: plain words stay, and runs of other words become code
    spans.
    """
    parts: list[str] = []
    whole, done = printable(text), 0
    for found in _OWN_CODE.finditer(whole):
        before, marked, quoted, after = found.groups(default="")
        parts += _words_in_prose(whole[done : found.start()])
        parts.append(f"{before}{code(marked or quoted)}{after}")
        done = found.end()
    parts += _words_in_prose(whole[done:])
    return " ".join(parts) if parts else code(text)


def _words_in_prose(text: str) -> Iterator[str]:
    words = [word for word in text.split(" ") if word]
    for is_plain, run in groupby(words, key=_is_plain):
        part = " ".join(run)
        yield part if is_plain else _code_in_prose(part)


def _code_in_prose(run: str) -> str:
    """A code span that leaves out what belongs to the sentence at its end: punctuation,
    and a bracket that was opened before.
    """
    last = run[-1]
    closes_bracket = last == ")" and "(" not in run
    if len(run) > 1 and (last in ",.;:" or closes_bracket):
        return _code_in_prose(run[:-1]) + last
    return code(run)


def _is_plain(word: str) -> bool:
    return bool(_WORD.fullmatch(word)) and not _COMMIT.search(word)


def marker(target: str, topic: str = "") -> str:
    """The hidden first line by which a later run finds its own comment again.

    A plan's has no topic. A target's name is never read as a topic, because `quote`
    leaves no colon in it.
    """
    # "--" must not occur within a comment.
    name = quote(target, safe="", errors="replace").replace("--", "%2D%2D")
    if topic:
        name = f"{topic}:{name}"
    return f"<!-- reconciler:{name} -->"


def address_of(base: str | None, path: str, line: int) -> str | None:
    """The link to a line of a file below `base`. None without an https base, or when
    the path leads out of it.
    """
    if base is None or not base.startswith("https://"):
        return None
    if path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path):
        return None
    folder = quote(base.rstrip("/"), safe=":/%~")
    return f"{folder}/{quote(path, errors='replace')}#L{line}"


def mermaid(text: object) -> str:
    """Text in a quoted label of Mermaid: everything but letters and digits is written
    as a character number.

    So are blanks, because Mermaid's grammar takes `direction TB` for a command even
    within quotes. Some versions decode the numbers before they look for Markdown and
    formulas, and fail at a link, a code span or a formula that they cannot read.
    Characters that could begin one are replaced by others that look like them.
    """
    tame = _BORDER_UNDERSCORE.sub("＿", printable(text).translate(_LOOK_ALIKES))
    tame = tame.replace("://", "∶//").replace("www.", "www․")
    return _NOT_LETTERS.sub(_character_number, tame)


def _character_number(found: re.Match[str]) -> str:
    return f"#{ord(found[0])};"


def mermaid_word(text: str, length: int) -> str:
    """A type or a name in a box of Mermaid's entity-relationship diagrams, where only
    ASCII letters, digits and underscores are one word in every version, and underscores
    at its ends are Markdown. Other letters lose their accents or become underscores; so
    the text itself has to be told elsewhere when this is not it.
    """
    plain = unicodedata.normalize("NFKD", text[:length])
    word = re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"[\u0300-\u036f]", "", plain))
    word = word.strip("_")
    if _NO_MERMAID_WORD.fullmatch(word):
        return f"x_{word}".rstrip("_")
    return word


def dot(text: object) -> str:
    """Text in a quoted label of DOT, where both backslash sequences and HTML entities
    are interpreted.
    """
    return (
        printable(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    )


def command_message(text: object) -> str:
    """The message of a GitHub workflow command. Colons are kept apart, so that whoever
    reads the log finds no second command in it.
    """
    return printable(re.sub(r":(?=:)", ": ", str(text))).replace("%", "%25")


def command_property(text: object) -> str:
    """A property of a GitHub workflow command, which the runner decodes."""
    return printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def sarif_message(text: object) -> str:
    """A message of SARIF, where `[text](target)` is a link and `{0}` a placeholder
    (SARIF 2.1.0 §3.11.5, §3.11.6).
    """
    escaped = re.sub(r"([\\\[\]])", r"\\\1", printable(text))
    return escaped.replace("{", "{{").replace("}", "}}")
