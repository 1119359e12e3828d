"""One document in the many ways in which people write it: in lines, in braces, as JSON, with comments and quotes."""

import json
import random
from typing import Any

import yaml

Document = dict[str, Any]
LAYOUTS = ("lines", "braces", "dense", "json", "flat json", "quoted", "windows")


def laid_out(document: Document, layout: str, chance: random.Random) -> tuple[str, str]:
    """The text, and the suffix of its file."""
    match layout:
        case "json":
            return json.dumps(document, ensure_ascii=False, indent=2) + "\n", ".json"
        case "flat json":
            return json.dumps(document), ".json"
        case "dense":
            return "".join(f"{key}: {json.dumps(value)}\n" for key, value in document.items()), ".yml"
        case "braces":
            return _in_braces(document), ".yaml"
        case "quoted":
            return _dumped(document, default_style='"'), ".yaml"
    text = _with_comments(_dumped(document), chance)
    return (text.replace("\n", "\r\n"), ".yml") if layout == "windows" else (text, ".yaml")


def _dumped(document: Document, **style: Any) -> str:
    plain = {"sort_keys": False, "allow_unicode": True, "width": 10**6, "default_flow_style": False}
    if "default_style" in style:
        # Everything would be quoted, numbers and flags too, and those are no texts.
        return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in document.items())
    return yaml.safe_dump(document, **plain)


def _in_braces(document: Document) -> str:
    """Lists with an item to a line, which some people write over two lines."""
    lines = ["# Written by hand."]
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{key}:   # {len(value)}")
            lines += [f"  -   {_broken(json.dumps(item))}" for item in value]
        else:
            lines.append(f"{key}:  {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def _broken(item: str) -> str:
    return item.replace(', "type"', ',\n       "type"')


def _with_comments(text: str, chance: random.Random) -> str:
    lines = []
    for number, line in enumerate(text.splitlines()):
        if chance.random() < 0.2:
            lines.append(f"# a remark {number}")
        lines.append(f"{line}   # said {number}" if chance.random() < 0.2 else line)
    return "\n".join(lines) + "\n# the end\n"
