"""Foreign text for each language it ends up in: what a stranger wrote is read there and
does nothing.

Everything goes through `shown` first, so that no control, bidi or invisible character
is left and a value is one line. Markdown is not escaped character by character, because
GitHub looks for mentions, issue numbers, commit ids and addresses in the text *after*
it was rendered, where a backslash is gone: what is not a plain word becomes a code
span.
"""

import re
from itertools import groupby
from urllib.parse import quote

from reconciler.report.terminal import shown

_WORD = re.compile(r"\(?[^\W\d_]+(?:['’-][^\W\d_]+)*\)?[,.;:!?]?|\d{1,4}[,;]?|[–—·→…×]")
"""What Markdown and GitHub leave alone wherever it stands behind other text."""
_COMMIT = re.compile(r"[0-9a-fA-F]{7,}")
_LOOK_ALIKES = str.maketrans(
    dict(zip("*`[]\\~$@", "∗ˋ［］＼∼＄＠", strict=True)) | {"ﬂ": "fl", "¶": "⁋"}
)
"""mermaid's own code for a character number (ﬂ°°60¶ß) is decoded wherever it came
from.
"""
_BORDER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_NOT_LETTERS = re.compile(r"\W")


def shortened(text: object, length: int) -> str:
    """Shown text of at most `length` characters (8 or more) with both ends kept: names
    often differ at the end.
    """
    whole = shown(
        str(text)[: 2 * length] + str(text)[-2 * length :]
        if len(str(text)) > 4 * length
        else text
    )
    if len(whole) <= length:
        return whole
    tail = (length - 1) // 3
    return whole[: length - 1 - tail] + "…" + whole[-tail:]


def code(text: object) -> str:
    """A Markdown code span: nothing in it is interpreted, and no run of backticks ends
    it early.
    """
    content = shown(text)
    if not content.strip(" "):
        return f"`“{content}”`"
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if content[0] in "` " or content[-1] in "` " else ""
    return f"{fence}{blank}{content}{blank}{fence}"


def prose(text: object) -> str:
    """A Markdown sentence: plain words stay, runs of anything else become code
    spans.
    """
    words = [word for word in shown(text).split(" ") if word]
    if not words:
        return code(text)
    runs = [(plain, " ".join(run)) for plain, run in groupby(words, key=_is_plain)]
    return " ".join(run if plain else _code_in_prose(run) for plain, run in runs)


def _code_in_prose(run: str) -> str:
    """Punctuation and a bracket that was opened before belong to the sentence."""
    closes = run[-1] == ")" and "(" not in run
    end = run[-1] if len(run) > 1 and (run[-1] in ",.;:" or closes) else ""
    return code(run.removesuffix(end)) + end


def _is_plain(word: str) -> bool:
    return bool(_WORD.fullmatch(word)) and not _COMMIT.search(word)


def marker(target: str, topic: str = "") -> str:
    """The hidden first line by which a later run finds its own comment again.

    A plan's has no topic. No target is taken for a topic: the colon behind that is one
    that `quote` leaves in no name.
    """
    about = f"{topic}:" if topic else ""
    return f"<!-- reconciler:{about}{quote(target, safe='', errors='replace').replace('--', '%2D%2D')} -->"


def address_of(base: str | None, path: str, line: int) -> str | None:
    """The link to a line of a file below `base`; None without a base, or when the path
    leads out of it.
    """
    leads_out = path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path)
    if base is None or not base.startswith("https://") or leads_out:
        return None
    return f"{quote(base.rstrip('/'), safe=':/%~')}/{quote(path, errors='replace')}#L{line}"


def mermaid(text: object) -> str:
    """Inside of a quoted label: everything but letters and digits as a character
    number.

    Blanks too: mermaid's grammar takes `direction TB` for a command, even within
    quotes. Some versions decode the numbers before they look for Markdown and formulas,
    and give up at a link, a code span or a formula that they cannot read. What would
    begin one of those is shown as the character that looks like it.
    """
    tame = _BORDER_UNDERSCORE.sub("＿", shown(text).translate(_LOOK_ALIKES))
    tame = tame.replace("://", "∶//").replace("www.", "www․")
    return _NOT_LETTERS.sub(lambda found: f"#{ord(found[0])};", tame)


def dot(text: object) -> str:
    """Inside of a quoted DOT string that is a label: backslash sequences and HTML
    entities are both live there.
    """
    return shown(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')


def command_message(text: object) -> str:
    """The message of a workflow command; `::` is parted, so that no reader of the log
    finds a second command.
    """
    return re.sub(r":(?=:)", ": ", shown(text)).replace("%", "%25")


def command_property(text: object) -> str:
    """A property of a workflow command, decoded by the runner."""
    return shown(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def sarif_message(text: object) -> str:
    """SARIF reads `[text](target)` as a link and `{0}` as a placeholder (SARIF 2.1.0
    §3.11.5, §3.11.6).
    """
    escaped = re.sub(r"([\\\[\]])", r"\\\1", shown(text))
    return escaped.replace("{", "{{").replace("}", "}}")
