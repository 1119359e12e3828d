"""What a file is, told by its text: a document that this tool wrote, such as a saved
plan, or an input of it, which no output may replace.
"""

import json
import os
import re
from contextlib import suppress
from typing import Any

from reconciler.manifest.settings_file import FILE as SETTINGS_FILE

_OWN_BEGINNING = re.compile(r'\s*\{\s*"format_version"\s*:')
"""How every document of this tool begins."""
_KIND = re.compile(r'"kind"\s*:')
_KIND_WORD = re.compile(r"""(?m)["']kind["']\s*:|^kind\s*:""")
_LIST = re.compile(r"(\s*(#[^\n]*|---[^\n]*)\n)*\s*(\[|-\s)")
"""The beginning of a list in YAML or JSON, behind comments."""
_LIST_SEEN = 4_096
LARGEST_READ = 1024 * 1024
"""Characters. A larger document is known by its beginning only: to read it takes memory."""


def is_own_text(text: str) -> bool:
    """Whether it is a JSON document that this tool wrote, also when a formatter has put
    its keys into another order.
    """
    if '"format_version"' not in text:
        return False
    if len(text) > LARGEST_READ:
        return _begins_as_own(text)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _begins_as_own(text)  # it may be cut off
    return _has(document, "format_version") and not _has(document, "kind")


def is_own_document(file: str) -> bool:
    """The same for what is in a file. Raises OSError."""
    return is_own_text(_beginning(file))


def is_settings_place(file: str) -> bool:
    """Whether settings would be read from there, be there any now or not; some file
    systems do not tell upper from lower case.
    """
    ends = (os.path.basename(file), os.path.basename(os.path.realpath(file)))
    return SETTINGS_FILE in map(str.lower, ends)


def is_input(file: str) -> bool:
    """Whether a file that is there holds a manifest or settings. Raises OSError."""
    if not os.path.isfile(file) or not os.path.getsize(file):
        return False
    name = os.path.basename(os.path.realpath(file)).lower()
    if name == SETTINGS_FILE:
        return True
    if not name.endswith((".yaml", ".yml", ".json")) or is_own_document(file):
        return False
    return not name.endswith(".json") or _is_json_manifest(_beginning(file))


def may_be_rows(file: str) -> bool:
    """Whether a file begins as a list does, which no manifest is."""
    try:
        with open(file, "rb") as stream:
            begin = stream.read(_LIST_SEEN).decode("utf-8-sig", errors="replace")
    except OSError:
        return False  # reading it says so
    return _LIST.match(begin) is not None


def may_be_json_manifest(text: str) -> bool:
    """Whether it is a manifest, or was meant as one: it may be damaged, of another
    encoding, or YAML under the name of JSON.
    """
    with suppress(ValueError, RecursionError):
        return _has_kind(json.loads(text))
    plain = text.replace("\0", "")  # as UTF-16 reads in UTF-8
    return '"format_version"' not in plain and _KIND_WORD.search(plain) is not None


def _has_kind(document: Any) -> bool:
    """In a document, or in one of a list of them."""
    documents = document if isinstance(document, list) else [document]
    return any(_has(each, "kind") for each in documents)


def _is_json_manifest(text: str) -> bool:
    try:
        return _has(json.loads(text), "kind")
    except (ValueError, RecursionError):
        return bool(_KIND.search(text))


def _beginning(file: str) -> str:
    """More than LARGEST_READ of a file that is larger."""
    with open(file, "rb") as stream:
        return stream.read(4 * LARGEST_READ + 4).decode("utf-8-sig", errors="replace")


def _begins_as_own(text: str) -> bool:
    return _OWN_BEGINNING.match(text) is not None


def _has(document: Any, key: str) -> bool:
    return isinstance(document, dict) and key in document
