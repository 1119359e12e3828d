"""What to say of an exception that nobody foresaw."""

import traceback
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
SYSTEM = "can't start new thread"
LONGEST = 300


def defect_text(defect: BaseException) -> str:
    """What happened, where, and what to do next."""
    what = _what(defect)
    if isinstance(defect, MemoryError) or SYSTEM in what:
        return f"The system gives this process no more memory or threads ({what}). Raise its limits, then try again."
    return (
        f"This is a defect of reconciler, not of your manifests: {what}, {_where(defect)}. "
        "Please report it to its maintainers, with what the same command says with -v."
    )


def traceback_text(defect: BaseException) -> str:
    """As Python writes it."""
    return "".join(traceback.format_exception(defect)).rstrip()


def _what(defect: BaseException) -> str:
    said = " ".join(str(defect).split())[:LONGEST]
    name = type(defect).__name__
    return f"{name}: {said}" if said else name


def _where(defect: BaseException) -> str:
    """The innermost line of ours."""
    for frame in reversed(traceback.extract_tb(defect.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(PACKAGE):
            return f"in {file.relative_to(PACKAGE.parent)}, line {frame.lineno}"
    return "outside its own code"
