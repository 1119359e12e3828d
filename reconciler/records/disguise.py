"""What a file is that is called a table and is none, told by how it begins."""

import codecs
import re

from reconciler.form.signatures import BINARY, BYTE_ORDER_MARKS, LFS_POINTER
from reconciler.records.raw import Unreadable

LOOKED_AT = 4_096
"""Bytes at the beginning of a file."""
_MARKUP = re.compile(rb"\s*<(!doctype|html|table|meta|head|body|\?xml)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\[\s*)?\{\s*["}]')
_WORKBOOKS = {
    "an archive (zip)": ", as an Excel workbook (.xlsx) is",
    "a document of an old Office program": ", such as an Excel workbook (.xls)",
}


def check_is_text(begin: bytes) -> None:
    """Raises Unreadable for a file of another kind."""
    for signature, name in BINARY:
        if begin.startswith(signature):
            told = f"the file is {name}{_WORKBOOKS.get(name, '')}: save the table itself as CSV in UTF-8"
            raise Unreadable("record-file", told)
    if begin.startswith(LFS_POINTER):
        told = "the file is only a pointer of Git LFS: get the file itself with git lfs pull"
        raise Unreadable("record-file", told)
    if _MARKUP.match(begin.removeprefix(codecs.BOM_UTF8)):
        told = "the file is HTML or XML, whatever its name says: save the table as CSV in UTF-8"
        raise Unreadable("record-file", told)


def check_is_csv(begin: bytes, encoding: str) -> None:
    """The same for a file that has to be CSV in this encoding."""
    check_is_text(begin)
    _check_encoding(begin, codecs.lookup(encoding).name)
    if _JSON.match(begin.removeprefix(codecs.BOM_UTF8)):
        told = "the file is JSON: let its name end with .json, or with .jsonl for an object a line"
        raise Unreadable("record-file", told)


def _check_encoding(begin: bytes, encoding: str) -> None:
    marked = [name for mark, name in BYTE_ORDER_MARKS if begin.startswith(mark)]
    if marked and not encoding.startswith(marked[0].lower()):
        told = f"the file is {marked[0]}, by its first bytes: write csv.encoding: {marked[0].lower()}"
        raise Unreadable("record-encoding", told)
    if begin.startswith(codecs.BOM_UTF8) and not encoding.startswith("utf"):
        told = "the file is UTF-8, by its first bytes: leave csv.encoding out"
        raise Unreadable("record-encoding", told)
    if encoding == "utf-16" and not begin.startswith(
        (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        _refuse_unmarked(begin)
    if begin.count(0) * 3 > len(begin) and not encoding.startswith(
        ("utf-16", "utf-32")
    ):
        told = f"the file looks like UTF-16: write csv.encoding: {_byte_order(begin)}"
        raise Unreadable("record-encoding", told)


def _refuse_unmarked(begin: bytes) -> None:
    if not begin:
        return  # an empty file is empty in any encoding
    told = "the file does not begin with the byte order mark of UTF-16"
    if begin.count(0) * 3 > len(begin):
        told += f": write csv.encoding: {_byte_order(begin)}"
    raise Unreadable("record-encoding", told)


def _byte_order(begin: bytes) -> str:
    """The zero bytes stand first where the larger half does."""
    if begin[::2].count(0) > begin[1::2].count(0):
        return "utf-16-be"
    return "utf-16-le"
