"""Files that come with work: kept by their content's hash, served as downloads of a safe type."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid

CHUNK = 1024 * 1024
LONGEST_NAME = 255
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

    The file is there before the transaction that refers to it commits; content that no record
    came to refer to is harmless and costs only its place.

    Raises:
        Invalid: the file is empty or larger than the limit.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _temporary(folder) as (handle, temporary):
        digest, size = _copy(upload, handle)
        handle.flush()
        os.fsync(handle.fileno())
        target = path_of(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
    return StoredFile(clean_name(upload.name), safe_type(upload.media_type), size, digest)


def path_of(sha256: str) -> Path:
    """Return where the content with this hash lies."""
    return _folder() / sha256[:2] / sha256[2:4] / sha256


def clean_name(name: str) -> str:
    """Return a file's name without folders and control characters, for showing and saving."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(each for each in last if each.isprintable()).rstrip(". ")
    return printable[-LONGEST_NAME:].lstrip(". ") or "file"


def safe_type(media_type: str) -> str:
    """Return the type under which a file is served."""
    plain = media_type.split(";", 1)[0].strip().lower()
    return plain if plain in SAFE_TYPES else OTHER_TYPE


def _folder() -> Path:
    return Path(settings.DATA_DIRECTORY) / "files"


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as handle:
        path = Path(handle.name)
        try:
            yield handle, path  # type: ignore[misc]
        finally:
            path.unlink(missing_ok=True)


def _copy(upload: Upload, handle: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := upload.content.read(CHUNK):
        size += len(chunk)
        if size > settings.ATTACHMENT_MAX_BYTES:
            message = _("“%(name)s” is too large.") % {"name": clean_name(upload.name)}
            raise Invalid({"files": [message]})
        digest.update(chunk)
        handle.write(chunk)
    if size == 0:
        message = _("“%(name)s” is empty.") % {"name": clean_name(upload.name)}
        raise Invalid({"files": [message]})
    return digest.hexdigest(), size
