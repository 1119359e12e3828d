"""How text from a shop is written in each language of the reports, so that it is read
there and does nothing.

Control, bidi and invisible characters are made visible first (`printable`), so that a text
is one line; in links and markers they are percent-encoded. In Markdown, characters are
not escaped one by one: GitHub looks for mentions, issue numbers, commit ids and
addresses in the text *after* Markdown was rendered, when the backslashes are gone. There,
everything but plain words becomes a code span.
"""

import re
from itertools import groupby
from urllib.parse import quote

from reconciler.report.terminal import in_words, printable

_WORD = re.compile(r"\(?[^\W\d_]+(?:['’-][^\W\d_]+)*\)?[,.;:!?]?|\d{1,4}[,;]?|[–—·→…×]")
"""What Markdown and GitHub leave alone behind any other text."""
_QUOTED = re.compile(r"^`([^`]+)`$")
"""What our own sentences write as code already."""
_COMMIT = re.compile(r"[0-9a-fA-F]{7,}")
_LOOK_ALIKES = str.maketrans(
    dict(zip("*`[]\\~$@", "∗ˋ［］＼∼＄＠", strict=True)) | {"ﬂ": "fl", "¶": "⁋"}
)
"""What begins Markdown or a formula in Mermaid. The last two are in its own code for a
character number (ﬂ°°60¶ß), which it decodes wherever it finds it.
"""
_BORDER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_NOT_LETTERS = re.compile(r"\W")

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


def prose(text: object) -> str:
    """A Markdown sentence: plain words stay, and runs of other words become code
    spans.
    """
    words = [word for word in printable(text).split(" ") if word]
    if not words:
        return code(text)
    parts = []
    for is_plain, run in groupby(words, key=_is_plain):
        part = " ".join(run)
        parts.append(part if is_plain else _code_in_prose(part))
    return " ".join(parts)


def _code_in_prose(run: str) -> str:
    """A code span that leaves out what belongs to the sentence at its end: punctuation,
    and a bracket that was opened before.
    """
    last = run[-1]
    closes_bracket = last == ")" and "(" not in run
    if len(run) > 1 and (last in ",.;:" or closes_bracket):
        return _code_in_prose(run[:-1]) + last
    return code(_QUOTED.sub(r"\1", run))


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
