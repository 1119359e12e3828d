"""Numbers as files write them, read exactly: never rounded, never guessed."""

import re
from decimal import Decimal
from typing import Literal

from reconciler.form.scalars import MOST_DIGITS
from reconciler.records.problem import CellProblem, problem_of

DecimalMark = Literal[".", ","]
MOST_CARRIED = 15
"""Digits that a JSON number carries through every program on its way."""
_GROUP = "\u00a0\u202f\u2009 '’"
"""What stands between thousands in French, Swiss and other files."""
_PLAIN = re.compile(r"[-+]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,3})?")
_SHORT = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")
"""Numbers without anything to be told of, of which no digit is lost."""
_GROUPED = re.compile(rf"[-+]?[0-9]{{1,3}}([{_GROUP}][0-9]{{3}})+([.,][0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_BOTH = re.compile(r"[-+]?[0-9]{1,3}([.,])[0-9]{3}(\1[0-9]{3})*(?!\1)[.,][0-9]+")
_CURRENCY = re.compile(r"[$€£¥]|\b(EUR|USD|GBP|CHF)\b")
_ZEROS = re.compile(r"[-+]?0[0-9]")


def short_number(text: str, mark: DecimalMark) -> int | float | None:
    """The number as it is sent, of nearly all texts; None of those that need a closer
    look.
    """
    if not _SHORT.fullmatch(text) or (mark == "," and "." in text):
        return None
    number = float(text)
    return int(number) if number.is_integer() else number


def number_in(text: str, mark: DecimalMark) -> Decimal:
    """The number that the text is. Raises CellProblem."""
    written = text.strip()
    plain = _without_groups(written, mark)
    if mark == ",":
        if "." in plain:
            raise problem_of(
                "record-number", text, "has a point, and csv.decimal says comma"
            )
        plain = plain.replace(",", ".")
    if _PLAIN.fullmatch(plain):
        return _within_bounds(Decimal(plain), text)
    raise _no_number(text, mark)


def _within_bounds(exact: Decimal, text: str) -> Decimal:
    if exact and abs(exact.adjusted()) > MOST_DIGITS:
        words = f"is a number of more than {MOST_DIGITS} digits"
        raise problem_of("record-number", text, words)
    return exact


def has_leading_zeros(text: str) -> bool:
    """Whether the number loses zeros that somebody has written."""
    return _ZEROS.match(text.strip()) is not None


def sent_number(exact: Decimal, text: str) -> int | float | str:
    """The number as JSON carries it; as text when it has more digits than that."""
    if len(exact.normalize().as_tuple().digits) > MOST_CARRIED:
        return format(exact, "f")
    if exact == exact.to_integral_value():
        whole = int(exact)
        if len(str(abs(whole))) > MOST_CARRIED:
            return str(whole)
        return whole
    return float(exact)


def many_digits(text: str) -> CellProblem:
    """The warning that goes with a number that is sent as text."""
    words = f"has more than {MOST_CARRIED} digits and is sent as text: a JSON number would be rounded"
    problem = problem_of("record-many-digits", text, words)
    problem.is_warning = True
    return problem


def _without_groups(text: str, mark: DecimalMark) -> str:
    """Thousands are taken apart where the file has said that it is written so."""
    if mark == "," and _GROUPED.fullmatch(text) and "." not in text:
        return re.sub(f"[{_GROUP}]", "", text)
    return text


def _no_number(text: str, mark: DecimalMark) -> CellProblem:
    written = text.strip()
    if _CURRENCY.search(written):
        words = "has a currency: write the number alone"
    elif _BOTH.fullmatch(written):
        words = "has both point and comma: write it without thousands separators"
    elif _GROUPED.fullmatch(written) or _COMMA.fullmatch(written):
        words = _way(written, mark)
    else:
        words = "is no number"
    return problem_of("record-number", text, words)


def _way(written: str, mark: DecimalMark) -> str:
    if "," in written and mark == ".":
        return 'has a decimal comma: write csv.decimal: ","'
    return 'has thousands separators: write it without them, or write csv.decimal: ","'
