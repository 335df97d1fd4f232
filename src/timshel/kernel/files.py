"""Content kept by its hash: written whole or not at all, the same content once, never changed.

Who keeps a file remembers its name, its type and its hash; here lies only the content.
"""

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

CHUNK = 1024 * 1024
LONGEST_NAME = 255


class TooLarge(Exception):  # noqa: N818 - named for what it says of the content
    """There is more content than may be kept."""


class Empty(Exception):  # noqa: N818 - named for what it says of the content
    """There is no content to keep."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Content on disk: the hash it lies under and its size in bytes."""

    sha256: str
    size: int


def keep(content: BinaryIO, *, largest: int) -> Kept:
    """Write content to disk under its hash.

    It is there before the transaction that refers to it commits; content that no record came to
    refer to is harmless and costs only its place.

    Args:
        content: read once, to its end.
        largest: bytes that are taken at most.

    Raises:
        TooLarge, Empty: as they say; nothing is left behind.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _temporary(folder) as (handle, temporary):
        kept = _copy(content, handle, largest=largest)
        handle.flush()
        os.fsync(handle.fileno())
        target = path_of(kept.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
    return kept


def path_of(sha256: str) -> Path:
    """Return where the content with this hash lies."""
    return _folder() / sha256[:2] / sha256[2:4] / sha256


def clean_name(name: str) -> str:
    """Return a file's name without folders and control characters, for showing and saving."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(each for each in last if each.isprintable()).rstrip(". ")
    return printable[-LONGEST_NAME:].lstrip(". ") or "file"


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


def _copy(content: BinaryIO, handle: BinaryIO, *, largest: int) -> Kept:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > largest:
            raise TooLarge
        digest.update(chunk)
        handle.write(chunk)
    if size == 0:
        raise Empty
    return Kept(digest.hexdigest(), size)
