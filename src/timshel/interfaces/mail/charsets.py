"""Bytes that somebody calls text, as text: whatever they are called, and whatever they are.

A mail names the character set of each of its parts, and names it wrongly: an unknown one, one
that is too small (GB2312 for GBK), one that is another altogether. Nothing here raises; what no
character set explains becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from timshel.kernel.text import stream_safe

# Names that mails use for what Python calls otherwise, or for what is really larger.
LARGER = {
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb-2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "ks-c-5601": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601-1989": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "windows-31j": "cp932",
}
# Codecs that are no character sets, or cost more than the square of what they read.
NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
SINGLE_BYTE = re.compile(r"ascii|cp125[0-8]|cp874|iso8859|koi8|mac|latin")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LONGEST_NAME = 40

_ESCAPE_OF_JAPANESE = re.compile(rb"\x1b(?:\$[@B(]|\([BIJ])")
_OF_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_SHOWN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def read_text(content: bytes, declared: str | None) -> str:
    """Return bytes as text that can be stored and shown, its lines ended by ``\\n``.

    Args:
        content: as it came out of the transfer encoding.
        declared: the character set that the mail names; None where it names none.
    """
    return storable(_decoded(content, _codec(declared or "")))


def storable(text: str) -> str:
    """Return text without NUL, halves of pairs and other controls, composed, in Unix lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", stream_safe(_NOT_SHOWN.sub("", lines)))


def _codec(declared: str) -> str:
    """Return the codec that reads what a mail calls its character set, or nothing."""
    name = declared.strip().strip("\"'").lower().replace("_", "-")[:LONGEST_NAME]
    name = LARGER.get(name, name)
    if not name or not name.isascii() or "\0" in name:
        return ""
    try:
        found = codecs.lookup(name).name
        b"".decode(found)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return ""
    # Codecs that turn bytes into bytes are refused by ``decode`` above.
    return "" if found.replace("-", "_") in NO_CHARSETS else found


def _decoded(content: bytes, codec: str) -> str:
    for mark, name in MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    if content.isascii() and not codec.startswith(("utf-7", "iso2022", "hz", "utf-16", "utf-32")):
        return _of_ascii(content)
    if _is_rather_utf8(content, codec):
        return content.decode("utf-8")
    if codec:
        found = _strict(content, codec)
        return content.decode(codec, "replace") if found is None else found
    return _guessed(content)


def _of_ascii(content: bytes) -> str:
    """Return bytes of seven bits; those with the escapes of Japanese are Japanese."""
    if _ESCAPE_OF_JAPANESE.search(content):
        found = _strict(content, "iso2022_jp_ext")
        return content.decode("iso2022_jp_ext", "replace") if found is None else found
    return content.decode("ascii")


def _is_rather_utf8(content: bytes, codec: str) -> bool:
    """Tell whether bytes are UTF-8 whatever they are called.

    Sequences of UTF-8 hardly come about by chance in a set of single bytes. In the Chinese,
    Japanese and Korean ones pairs may look like UTF-8; there one of three bytes is asked for.
    """
    if codec.startswith(("utf-7", "utf-16", "utf-32", "iso2022", "hz")):
        return False
    if _strict(content, "utf-8") is None:
        return False
    return not codec or bool(SINGLE_BYTE.search(codec) or _OF_THREE_BYTES.search(content))


def _guessed(content: bytes) -> str:
    words = content.decode("utf-8", "replace")
    torn = words.count("\ufffd")
    if sum(not each.isascii() for each in words) > torn * 5:
        return words  # UTF-8 that was cut somewhere
    found = _strict(content, "cp1252")
    return content.decode("latin-1") if found is None else found


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None
