"""Comments that keep quiet about what lives, although a manifest should not say it."""

from collections.abc import Iterable
from datetime import date

from reconciler.manifest.lines import LINE_END
from reconciler.model.source import Finding


def with_comments(text: str, findings: Iterable[Finding], today: date) -> str:
    """The text with a comment above the line of each finding, and its line ends as they
    are.
    """
    begins = [0, *(found.end() for found in LINE_END.finditer(text))]
    newline = "\r\n" if "\r\n" in text else "\n"
    wanted = {(each.source.line, each.rule) for each in findings}
    for line, rule in sorted(wanted, reverse=True):
        at = begins[line - 1]
        content = text[at:]
        indent = content[: len(content) - len(content.lstrip(" "))]
        told = f"{indent}# reconciler: ignore[{rule}] pulled {today}{newline}"
        text = text[:at] + told + content
    return text
