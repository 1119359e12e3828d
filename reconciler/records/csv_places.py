"""Where the cells of a row of CSV begin, by the rules of the reader: a quote means
something only where a cell begins with it.
"""

import re

_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTED = r'"(?:[^"]|"")*+"'
_CLOSED = re.compile(_QUOTED)


def column_of_cell(text: str, delimiter: str, index: int) -> int:
    """The column, from 1, in which the cell of that index begins; 1 when its row goes
    over several lines before it.
    """
    cell, at = _cell(delimiter), 0
    for _ in range(index):
        at = min(_end(cell, text, at) + 1, len(text.rstrip("\r\n")))
    if _LINE_END.search(text, 0, at):
        return 1
    return at + 1


def place_of_quote(text: str, delimiter: str) -> tuple[int, int]:
    """The line and the column, from 1, of the quote that is never closed, or closed
    within its cell.
    """
    cell, at = _cell(delimiter), 0
    while at < len(text):
        end = _end(cell, text, at)
        if text[at] == '"' and not _CLOSED.fullmatch(text, at, end):
            return _place(text, at)
        at = end + 1
    return 1, 1


def _cell(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'(?:"(?:[^"]|"")*+"?)?[^{re.escape(delimiter)}\r\n]*')


def _end(cell: re.Pattern[str], text: str, at: int) -> int:
    found = cell.match(text, at)
    return found.end() if found else at


def _place(text: str, at: int) -> tuple[int, int]:
    ends = list(_LINE_END.finditer(text, 0, at))
    begin = ends[-1].end() if ends else 0
    return len(ends) + 1, at - begin + 1
