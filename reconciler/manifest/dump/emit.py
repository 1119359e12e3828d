"""Plain data → the text of YAML and JSON. This is the home of ruamel.yaml, which writes
what `manifest.yaml` reads, and finds the places at which a file is edited.

A text that some reader of YAML takes for something else than text stands in quotes.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)
from ruamel.yaml.tag import Tag

from reconciler.manifest.lines import without_old_line_ends
from reconciler.manifest.yaml_scalars import plain_value

__all__ = ["MappingNode", "ScalarNode", "SequenceNode", "YAMLError", "nodes_of"]

Quotes = Literal["", "'", '"']
"""How a text was quoted that a new one takes the place of."""
_NEVER = 10**9
"""Columns: no line is folded."""
_BLANKS = " \t\r\n"
_PLAIN = re.compile(r"\w[^:#,\[\]{}]*")
"""What every reader of YAML takes for one text without quotes, also in brackets."""
_PLAIN_VALUE = re.compile(r"\w(?!.*(:\s| #|:$)).*")
"""The same for the value of a key in a line of its own."""


def nodes_of(text: str) -> list[Any]:
    """The nodes of every document, with their places in the text; None for an empty one.
    The text must be one that `manifest.yaml` reads.
    """
    plain, _ = without_old_line_ends(text)
    return list(_yaml().compose_all(plain))


def quotes_of(node: Any) -> Quotes:
    """The quotes that a text stands in."""
    match getattr(node, "style", None):
        case "'":
            return "'"
        case '"':
            return '"'
    return ""


def document_text(data: Mapping[str, Any]) -> str:
    """One document in the style of this project: lists of items in a line each."""
    root = CommentedMap()
    for key, value in data.items():
        root[key] = _in_block(value)
    return _dumped(root)


def flow_text(value: Any, quotes: Quotes = "") -> str:
    """The value in one line, as it may stand anywhere in braces and brackets."""
    mapping = CommentedMap(k=_in_flow(value, quotes))
    mapping.fa.set_flow_style()
    return _dumped(mapping).removesuffix("}\n").removeprefix("{k: ")


def block_text(value: Any, quotes: Quotes = "") -> str:
    """The value of a key: what stands behind `key: `, lines after the first indented by
    two more than the key.
    """
    shown = _in_flow(value, quotes)
    if isinstance(value, str) and not quotes:
        shown = _in_block(value)
    return (
        _dumped(CommentedMap(k=shown)).removesuffix("\n").removeprefix("k:").strip(" ")
    )


def item_lines(item: Mapping[str, Any]) -> list[str]:
    """A mapping with a line for each of its keys."""
    plain = CommentedMap((key, _in_flow(value)) for key, value in item.items())
    return _dumped(plain).removesuffix("\n").split("\n")


def json_text(value: Any, indent: int | None = None) -> str:
    """The value as JSON, in one line or with a line for each entry."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.width = _NEVER
    yaml.allow_unicode = True
    yaml.Representer = _Representer
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(value: Any) -> str:
    text = io.StringIO()
    _yaml().dump(value, text)
    return text.getvalue()


class _AsWritten(VersionedResolver):
    """Takes every scalar for a text, so that it is written as it was."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode:
            return Tag(suffix="tag:yaml.org,2002:str")
        return super().resolve(kind, value, implicit)


def canonical_text(text: str) -> str:
    """The documents with the indentation and the blanks of this project; comments, order
    and quotes stay. Raises YAMLError.
    """
    yaml = _yaml()
    yaml.Representer = RoundTripRepresenter
    yaml.Resolver = _AsWritten
    yaml.preserve_quotes = True
    written = io.StringIO()
    yaml.dump_all(list(yaml.load_all(text)), written)
    return written.getvalue()


def _in_block(value: Any) -> Any:
    """A value of the document itself: lists of mappings have an item in each line."""
    match value:
        case str() if _is_in_lines(value):
            return LiteralScalarString(value)
        case str():
            return _text(value, plain=_PLAIN_VALUE)
        case [dict(), *_]:
            return CommentedSeq(map(_in_flow, value))
        case dict() if any(isinstance(inner, list) for inner in value.values()):
            return CommentedMap((key, _in_block(each)) for key, each in value.items())
    return _in_flow(value)


def _is_in_lines(text: str) -> bool:
    """Whether it can be shown as the lines that it consists of."""
    lines = text.split("\n")
    seen = text.replace("\n", "")
    return (
        len(lines) > 1
        and seen.isprintable()
        and not any(line.strip(_BLANKS) != line for line in lines)
        and bool(lines[0])
        and not text.endswith("\n\n")
    )


def _in_flow(value: Any, quotes: Quotes = "") -> Any:
    match value:
        case dict():
            return _flow_mapping(value)
        case list():
            return _flow_list(map(_in_flow, value))
        case str():
            return _text(value, quotes)
        case float():
            return _number(value)
    return value


def _flow_mapping(value: Mapping[str, Any]) -> CommentedMap:
    mapping = CommentedMap()
    mapping.fa.set_flow_style()
    for key, inner in value.items():
        mapping[_text(key)] = _in_flow(inner)
    return mapping


def _flow_list(values: Any) -> CommentedSeq:
    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def _number(value: float) -> Any:
    """A float as JSON writes it, without an exponent."""
    if value.is_integer():
        return int(value)
    return _Digits(format(Decimal(repr(value)), "f"))


class _Digits(str):
    """A number, as it is written."""

    __slots__ = ()


class _Representer(RoundTripRepresenter):
    """Knows numbers by their digits."""


_Representer.add_representer(
    _Digits,
    lambda representer, digits: representer.represent_scalar(
        "tag:yaml.org,2002:float", str(digits)
    ),
)


def _text(text: str, quotes: Quotes = "", plain: re.Pattern[str] = _PLAIN) -> Any:
    """The text in these quotes, or in none where it is safe without."""
    if quotes == "'" and text.isprintable():
        return SingleQuotedScalarString(text)
    is_plain = plain.fullmatch(text) and text.isprintable() and text == text.strip()
    if quotes or not is_plain or type(plain_value(text)) is not str:
        return DoubleQuotedScalarString(text)
    return text


def children(node: Any) -> Iterator[Any]:
    """The nodes right below one."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, SequenceNode):
        yield from node.value
