"""A ZIP that says of each of its files by which hash it is known."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import BinaryIO

MANIFEST = "MANIFEST.sha256"


class Archive:
    """Writes files one after the other, and their hashes at the end.

    Args:
        target: where the ZIP is written.
        at: the moment that its files bear.
    """

    def __init__(self, target: BinaryIO, *, at: datetime) -> None:
        self._zip = zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED)
        moment = at.astimezone(UTC)
        self._time = (
            max(moment.year, 1980),
            moment.month,
            moment.day,
            moment.hour,
            moment.minute,
            moment.second,
        )
        self._hashes: list[tuple[str, str]] = []

    @property
    def count(self) -> int:
        """How many files were written."""
        return len(self._hashes)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file.

        Args:
            name: its path.
            chunks: what it holds.
        """
        digest = hashlib.sha256()
        with self._zip.open(zipfile.ZipInfo(name, self._time), "w", force_zip64=True) as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        self._hashes.append((name, digest.hexdigest()))

    def close(self) -> None:
        """Write the hashes of all files, as ``sha256sum -c`` reads them, and end."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in self._hashes)
        info = zipfile.ZipInfo(MANIFEST, self._time)
        self._zip.writestr(info, lines.encode())
        self._zip.close()
