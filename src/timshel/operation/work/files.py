"""Files that come with work: served as downloads of a safe type, their content kept by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid
from timshel.kernel.files import Empty, TooLarge, clean_name, keep, path_of

__all__ = ["StoredFile", "Upload", "clean_name", "path_of", "safe_type", "store"]

# Everything else is served as application/octet-stream: a browser must never run an upload.
SAFE_TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
    }
)
OTHER_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in through a door; ``size`` in bytes as the sender states it."""

    name: str
    media_type: str
    content: BinaryIO
    size: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on disk: its shown name, safe type, size in bytes and the hash it lies under."""

    name: str
    media_type: str
    size: int
    sha256: str


def store(upload: Upload) -> StoredFile:
    """Write an upload to disk under its hash, whole or not at all.

    Raises:
        Invalid: the file is empty or larger than the limit.
    """
    name = clean_name(upload.name)
    try:
        kept = keep(upload.content, largest=settings.ATTACHMENT_MAX_BYTES)
    except TooLarge as fault:
        raise Invalid({"files": [_("“%(name)s” is too large.") % {"name": name}]}) from fault
    except Empty as fault:
        raise Invalid({"files": [_("“%(name)s” is empty.") % {"name": name}]}) from fault
    return StoredFile(name, safe_type(upload.media_type), kept.size, kept.sha256)


def safe_type(media_type: str) -> str:
    """Return the type under which a file is served."""
    plain = media_type.split(";", 1)[0].strip().lower()
    return plain if plain in SAFE_TYPES else OTHER_TYPE
