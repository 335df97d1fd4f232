"""Pictures for tests, as small as they can be."""

from __future__ import annotations

import struct
import zlib

PLACE = b"48 degrees north"


def jpeg(*, orientation: int = 6, extra: bytes = b"") -> bytes:
    """A JPEG in its parts, with metadata that tell of a place."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0) + PLACE
    parts = [
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xE1, exif),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
        (0xED, PLACE),
        (0xFE, PLACE),
        (0xE2, b"MPF\0" + PLACE),
        (0xE2, b"ICC_PROFILE\0\1\1colours"),
        (0xDB, bytes(65)),
        (0xDA, b"\1\1\0\0\x3f\0"),
    ]
    body = b"".join(
        b"\xff" + bytes([mark]) + struct.pack(">H", len(part) + 2) + part for mark, part in parts
    )
    scan = b"\x12\xff\x00\x34\xff\xd0\x56" + extra
    return b"\xff\xd8" + body + scan + b"\xff\xd9" + PLACE


def png(colour: bytes = b"\xff\0\0") -> bytes:
    """A PNG of one pixel that a browser shows, with metadata that tell of a place."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            chunk(b"IHDR", head),
            chunk(b"tEXt", b"Comment\0" + PLACE),
            chunk(b"eXIf", PLACE),
            chunk(b"IDAT", zlib.compress(b"\0" + colour)),
            chunk(b"IEND", b""),
        )
    )


def webp() -> bytes:
    """A WebP in its parts, with metadata that tell of a place."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    body = chunk(b"VP8X", b"\x0c" + bytes(9)) + chunk(b"VP8 ", b"odd")
    body += chunk(b"EXIF", PLACE) + chunk(b"XMP ", PLACE)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
