"""From bytes to text."""

import gzip

import pytest

from reconciler.manifest.encoding import NotUtf8, decode


@pytest.mark.parametrize("raw", [b"", "é".encode(), b"\xef\xbb\xbfa", "😀\r\n".encode()])
def test_utf_8_is_read_with_or_without_a_byte_order_mark(raw: bytes) -> None:
    """The mark is no part of the text."""
    assert raw.removeprefix(b"\xef\xbb\xbf").decode() == decode(raw)


@pytest.mark.parametrize(
    ("raw", "words", "before"),
    [
        (
            "a: 1\nname: café\n".encode("latin-1"),
            "the file is not UTF-8: its byte 15 is 0xE9; it looks like Windows-1252 or Latin-1, where that is 'é'. "
            "Save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8",
            "a: 1\nname: caf",
        ),
        (
            "“".encode("cp1252"),
            "the file is not UTF-8: its byte 1 is 0x93; it looks like Windows-1252 or Latin-1, where that is '“'. "
            "Save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8",
            "",
        ),
        (b"\xef\xbb\xbfa\x81", "the file is not UTF-8: its byte 5 is 0x81; save it as UTF-8", "a"),
        (
            "éé".encode()[:-1],
            "the file is not UTF-8: its byte 3 is 0xC3, and the file ends within a character: it was cut off",
            "é",
        ),
        (
            "a\ud800".encode("utf-8", "surrogatepass"),
            "the file is not UTF-8: its byte 2 is 0xED, a half of a surrogate pair: write the character itself",
            "a",
        ),
        ("a".encode("utf-16"), "the file is UTF-16 (it begins with the bytes FF FE): save it as UTF-8", ""),
        (
            b"\xfe\xff" + "a".encode("utf-16-be"),
            "the file is UTF-16 (it begins with the bytes FE FF): save it as UTF-8",
            "",
        ),
        ("a".encode("utf-32"), "the file is UTF-32 (it begins with the bytes FF FE 00 00): save it as UTF-8", ""),
        (
            "kind: event".encode("utf-16-le"),
            "the file looks like UTF-16 (many of its bytes are zero): save it as UTF-8",
            "",
        ),
    ],
)
def test_other_encodings_are_named(raw: bytes, words: str, before: str) -> None:
    """With the byte, where it is, and what to do."""
    with pytest.raises(NotUtf8) as broken:
        decode(raw)
    assert (words, before) == (str(broken.value), broken.value.before)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (gzip.compress(b"kind: event\n", mtime=0), r"the file is compressed \(gzip\), not text"),
        (b"PK\x03\x04\x14\x00", r"the file is an archive \(zip\), not text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"the file is a picture \(PNG\), not text"),
        (b"\x07\x03abc\xff\xfeabc\x01", "it looks binary, not like text"),
        (b"name: caf\xc3", "ends within a character: it was cut off"),
        (b"name: caf\xe2\x82\nkind: event\n", "the character that begins there is cut off"),
    ],
)
def test_what_is_no_latin_text_is_not_called_one(raw: bytes, told: str) -> None:
    """The advice to convert it would do harm."""
    with pytest.raises(NotUtf8, match=told) as refused:
        decode(raw)
    assert "iconv" not in str(refused.value)
