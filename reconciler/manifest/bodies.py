"""The text of a message: in a file beside the manifest, or in the manifest itself, and the
place in a file that a character of it has.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.kinds.template.manifest import Template
from reconciler.manifest.beside import NoFileBeside, check_is_file, check_stays
from reconciler.manifest.files import printable, text_of
from reconciler.manifest.lines import LINE_END, place_at, places_at
from reconciler.manifest.yaml import YamlProblem, documents_with_places
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.source import Source

SUFFIXES = (".txt", ".html", ".htm", ".mjml", ".md", ".eml")
"""Of texts. Others are not read: a message would quote from them."""
_ELSEWHERE = "put the file beside the manifest"
_LITERAL = re.compile(r"\|(?:[-+]|[1-9])*[ \t]*(?:#[^\n\r]*)?(?:\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Body:
    """The text, and the file that holds it. `begin` is where the text begins in `written`,
    which is all of that file; `indent` is what stands before each line of it there. Of a
    text that is not there as it reads (quoted, or folded), `begin` is its first
    character's and `is_literal` is False.
    """

    text: str
    file: str
    written: str
    begin: int = 0
    indent: int = 0
    is_literal: bool = True

    def source_of(self, offset: int) -> Source:
        """Where a character of the text stands."""
        if not self.is_literal:
            return Source(self.file, *place_at(self.written, self.begin))
        first, _ = place_at(self.written, self.begin)
        line, column = place_at(self.text, offset)
        return Source(self.file, first + line - 1, column + self.indent)

    def sources_of(self, offsets: Sequence[int]) -> Iterator[Source]:
        """Where the characters at these offsets stand, which are in order: the text is
        read once for all of them.
        """
        first, column = place_at(self.written, self.begin)
        if not self.is_literal:
            yield from (Source(self.file, first, column) for _ in offsets)
            return
        for line, column in places_at(self.text, offsets):
            yield Source(self.file, first + line - 1, column + self.indent)


def body_of(manifest: Manifest) -> Body | None:
    """The text of a template; None when it names none, or two. Raises NoFileBeside."""
    template = manifest.resource
    assert isinstance(template, Template)
    if template.file is not None and template.body is None:
        return _from_file(template.file, manifest.source.file)
    if template.body is not None and template.file is None:
        return _inline(template.body, manifest)
    return None


def subject_of(manifest: Manifest) -> Body | None:
    """The subject of a template, in the same shape."""
    template = manifest.resource
    assert isinstance(template, Template)
    if template.subject is None:
        return None
    return _inline(template.subject, manifest, "subject")


def templates(desired: Desired) -> Iterator[Manifest]:
    """The manifests of templates."""
    for manifest in desired.manifests.values():
        if isinstance(manifest.resource, Template):
            yield manifest


def _from_file(named: str, manifest: str) -> Body:
    check_stays(named, _ELSEWHERE)
    folder = os.path.dirname(manifest) or os.curdir
    place = os.path.normpath(os.path.join(folder, named))
    check_is_file(place, folder, SUFFIXES)
    shown = printable(place)
    if os.path.isdir(place):
        raise NoFileBeside(f"{shown} is a folder: name the file in it")
    # A link of a harmless name may lead to any file.
    for each in (place, os.path.realpath(place)):
        if not each.lower().endswith(SUFFIXES):
            raise NoFileBeside(f"{shown} ends with none of {', '.join(SUFFIXES)}")
    try:
        text = text_of(place)
    except OSError as broken:
        raise NoFileBeside(f"{shown} cannot be read: {broken.strerror}") from None
    except YamlProblem as broken:
        line, _ = broken.place
        raise NoFileBeside(f"{shown}, line {line}: {broken}") from None
    return Body(text, shown, text)


def _inline(text: str, manifest: Manifest, key: str = "body") -> Body:
    """Raises NoFileBeside when the manifest has gone since it was read."""
    source = manifest.source
    try:
        written = text_of(source.file)
    except (OSError, YamlProblem):
        raise NoFileBeside(f"{source.file} has changed since it was read") from None
    begin = _place_of(written, source.document, key)
    return _placed(text, source.file, written, begin)


def _place_of(written: str, document: int, key: str) -> int:
    """Where the value of the key begins in the file."""
    for number, found in enumerate(documents_with_places(written, (document,))):
        if number == document and (key,) in found.places:
            return _index_of(written, *found.places[(key,)])
    return 0


def _index_of(written: str, line: int, column: int) -> int:
    begin = 0
    for _ in range(line - 1):
        found = LINE_END.search(written, begin)
        if found is None:
            break
        begin = found.end()
    return begin + column - 1


def _placed(text: str, file: str, written: str, begin: int) -> Body:
    """What stands in one line as it reads, and what stands below a `|`."""
    header = _LITERAL.match(written, begin)
    if header:
        first = text.lstrip("\n").split("\n", 1)[0]
        start = header.end()
        indent = written.find(first, start) - start if first else 0
        blank = written[start : start + indent]
        if indent >= 0 and not blank.strip(" \n"):
            return Body(text, file, written, start, len(blank.rpartition("\n")[2]))
        return Body(text, file, written, begin, is_literal=False)
    if written.startswith(text, begin) and "\n" not in text:
        return _in_line(text, file, written, begin)
    if written.startswith(text, begin + 1) and "\n" not in text:
        return _in_line(text, file, written, begin + 1)
    return Body(text, file, written, begin, is_literal=False)


def _in_line(text: str, file: str, written: str, begin: int) -> Body:
    _, column = place_at(written, begin)
    return Body(text, file, written, begin, column - 1)
