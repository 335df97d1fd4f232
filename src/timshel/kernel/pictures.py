"""Photos, told by their content, without what they say of where and by what they were taken.

JPEG, PNG and WebP are read only as far as their parts; the pictures themselves stay as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
ENDINGS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp"}
_PNG_SIGN = b"\x89PNG\r\n\x1a\n"
# What draws the picture; every other part may tell of the place, the device or the person.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_FLAGS = 0xFF & ~(0x08 | 0x04)  # without the marks for EXIF and XMP
_ORIENTATION = 0x0112


class NotAPhoto(Exception):  # noqa: N818 - named for what it says of the content
    """The content is no photo of a kind that is taken."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo without its metadata, and its media type."""

    media_type: str
    content: bytes


def cleaned(content: bytes) -> Photo:
    """Return a photo without its metadata; which way up it is stays.

    Raises:
        NotAPhoto: it is none, or it is broken.
    """
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return Photo(JPEG, b"".join(_jpeg(content)))
        if content.startswith(_PNG_SIGN):
            return Photo(PNG, b"".join(_png(content)))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            body = b"".join(_webp(content))
            return Photo(WEBP, b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)
    except (struct.error, IndexError) as error:
        raise NotAPhoto from error
    raise NotAPhoto


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Yield the parts of a JPEG up to the end of its first picture."""
    yield content[:2]
    place = 2
    while True:
        if content[place] != 0xFF:
            raise NotAPhoto
        mark = content[place + 1]
        if mark == 0xFF:  # filling between parts
            place += 1
            continue
        if mark == 0xD9:
            yield b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        if length < 2 or end > len(content):
            raise NotAPhoto
        yield _kept_segment(mark, content[place:end])
        if mark == 0xDA:
            scan = _end_of_scan(content, end)
            yield content[end:scan]
            end = scan
        place = end


def _kept_segment(mark: int, segment: bytes) -> bytes:
    if mark == 0xE1:
        turned = _orientation(segment)
        return _turned_only(turned) if turned else b""
    # JFIF, colours and Adobe's marks draw the picture; other parts of applications and comments go.
    is_told = mark == 0xFE or (0xE3 <= mark <= 0xEF and mark != 0xEE)
    is_other = mark == 0xE2 and not segment[4:].startswith(b"ICC_PROFILE")
    return b"" if is_told or is_other else segment


def _end_of_scan(content: bytes, place: int) -> int:
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise NotAPhoto
        if content[place + 1] not in {0, *range(0xD0, 0xD8), 0xFF}:
            return place
        place += 1 if content[place + 1] == 0xFF else 2


def _orientation(segment: bytes) -> int:
    """Return which way up a camera held the picture; 0 where that is not said."""
    tiff = segment[10:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if not segment[4:].startswith(b"Exif\0\0") or order is None:
        return 0
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for each in range(count):
            tag, _kind, _count, value = struct.unpack_from(
                f"{order}HHIH", tiff, first + 2 + 12 * each
            )
            if tag == _ORIENTATION:
                return int(value) if 2 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _turned_only(orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG_SIGN
    place, kind = len(_PNG_SIGN), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise NotAPhoto
        if kind in _PNG_KEPT:
            yield content[place:end]
        place = end


def _webp(content: bytes) -> Iterator[bytes]:
    place = 12
    while place < len(content):
        kind, length = struct.unpack_from("<4sI", content, place)
        end = place + 8 + length + length % 2
        if place + 8 + length > len(content):
            raise NotAPhoto
        chunk = content[place:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & _WEBP_FLAGS]) + chunk[9:]
        if kind in _WEBP_KEPT:
            yield chunk
        place = end
