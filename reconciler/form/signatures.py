"""How files begin that are not text in UTF-8."""

import codecs

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""The longer ones first: one begins with another."""
BINARY = (
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"PK\x03\x04", "an archive (zip)"),
    (b"\xd0\xcf\x11\xe0", "a document of an old Office program"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ\x00", "compressed (xz)"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF-", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
)
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
