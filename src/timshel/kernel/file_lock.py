"""A lock that one process holds on a file, and that ends with the process however it ends.

The kernel releases it at a kill -9 or a power cut, so there is never a stale lock to mend.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any


class LockHeld(Exception):  # noqa: N818 - an answer, not a fault
    """Another process holds the lock.

    Attributes:
        holder: what the holder wrote about itself; holds at least ``pid`` when it could be read.
    """

    def __init__(self, path: Path, holder: dict[str, Any]) -> None:
        self.path = path
        self.holder = holder
        super().__init__(f"{path} is held by process {holder.get('pid', '?')}")


class FileLock:
    """An exclusive lock on ``path``; the file itself stays when the lock is released."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self, **about: str) -> None:
        """Take the lock and leave a note on who holds it; does nothing when already held.

        Args:
            about: what others are to be told, beside the process id.

        Raises:
            LockHeld: another process has it.
            OSError: the file cannot be made or opened.
        """
        if self._descriptor is None:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(descriptor)
                raise LockHeld(self.path, self.holder()) from error
            self._descriptor = descriptor
        self._write({"pid": os.getpid(), **about})

    def release(self) -> None:
        """Give the lock back; does nothing when not held."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> dict[str, Any]:
        """Return the note of the last holder, empty when there is none."""
        try:
            note = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def is_held_by_another(self) -> bool:
        """Say whether another process holds the lock now."""
        if self.held:
            return False
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _write(self, note: dict[str, Any]) -> None:
        if self._descriptor is None:
            return
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(note).encode(), 0)
