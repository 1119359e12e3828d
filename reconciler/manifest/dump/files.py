"""The files of a folder as a pull makes them: new ones, and edits of those that are
there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.kinds.registry import kind_of
from reconciler.manifest.document import rendered
from reconciler.manifest.dump import emit
from reconciler.manifest.dump.braces import escaped
from reconciler.manifest.dump.differences import Difference, differences
from reconciler.manifest.dump.edit import Editor, NotEditable, Place
from reconciler.manifest.dump.places import is_nothing
from reconciler.manifest.dump.say import LeftOut, Said
from reconciler.manifest.json_text import same_places, yaml_equivalent
from reconciler.manifest.template import Renderer
from reconciler.manifest.yaml import documents
from reconciler.model.address import Address
from reconciler.model.letters import escape, is_hidden, quoted

MISPLACED = "its place in the file is not found: change it by hand"


@dataclass(slots=True)
class Edited:
    """A file after the edits that could be made, and what could not, by address."""

    text: str
    refused: dict[Address, list[LeftOut]] = field(default_factory=dict)

    def refuse(self, address: Address, path: str, why: str) -> None:
        """Notes a part that is left as it is."""
        self.refused.setdefault(address, []).append(LeftOut(path, why))


def new_text(said: Said, others: Sequence[str], real_name: str) -> str:
    """A file with one manifest, and what a reader should know of it above."""
    assert said.wanted is not None
    lines = []
    if others:
        named = ", ".join(others)
        lines.append(f"Also live under this name, and are not described here: {named}")
    if real_name != said.address.name:
        lines.append(
            f"Its name in the shop is {quoted(real_name)}, which no manifest can hold"
        )
    for part in said.left_out:
        lines.append(f"Left out: {part.path}, because {part.reason}")
    comments = "".join(f"# {_shown(line)}\n" for line in lines)
    return comments + emit.document_text(escaped(said.wanted))


def _shown(text: str) -> str:
    """A text in a comment: in one line, and no instruction to us."""
    seen = "".join(escape(each) if is_hidden(each) else each for each in text)
    return seen.replace("\u2028", " ").replace("\u2029", " ").replace("#", "\\x23")


def edited(
    text: str,
    is_json: bool,
    found: Iterable[tuple[int, Said]],
    renderer: Renderer,
) -> Edited:
    """The text with every manifest in it as it is to be; `found` has them with the
    numbers of their documents. What cannot be edited is left as it is.
    """
    result = Edited(text)
    editor = Editor(text, is_json)
    several = list(found)
    try:
        places = _places(text, is_json, renderer)
    except NotEditable as why:
        _refuse_all(result, several, str(why))
        return result
    for number, said in several:
        _edit(editor, places[number], said, result)
    try:
        result.text = editor.result()
    except NotEditable as why:
        _refuse_all(result, several, str(why))
    return result


def _edit(editor: Editor, root: Place, said: Said, result: Edited) -> None:
    kind = kind_of(said.address)
    for difference in differences_of(said):
        try:
            editor.apply(root, difference, kind.identity)
        except NotEditable as why:
            result.refuse(said.address, difference.words, str(why))


def differences_of(said: Said) -> list[Difference]:
    """What keeps a manifest from saying what is to be said."""
    if said.wanted is None or said.before is None:
        return []
    kind = kind_of(said.address)
    return [
        replace(each, words=kind.dotted(tuple(map(str, each.way))))
        for each in differences(said.before, said.wanted, kind.identity)
    ]


def _refuse_all(result: Edited, several: Iterable[tuple[int, Said]], why: str) -> None:
    result.refused.clear()
    for _, said in several:
        for difference in differences_of(said):
            result.refuse(said.address, difference.words, why)


def _places(text: str, is_json: bool, renderer: Renderer) -> Mapping[int, Place]:
    """Every document of a file by its number. Raises NotEditable."""
    if is_json:
        read = list(documents(yaml_equivalent(text)))
        nodes = _nodes(same_places(text))
    else:
        read = list(documents(text))
        nodes = _nodes(text)
    if len(read) != len(nodes):
        raise NotEditable(MISPLACED)
    pairs = zip(read, nodes, strict=True)
    return {
        number: Place(node, each.data, rendered(each.data, renderer))
        for number, (each, node) in enumerate(pairs)
    }


def _nodes(text: str) -> list[Any]:
    try:
        return [node for node in emit.nodes_of(text) if not is_nothing(node)]
    except emit.YAMLError:
        raise NotEditable(MISPLACED) from None
