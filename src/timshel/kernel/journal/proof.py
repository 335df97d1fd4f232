"""Handing out a part of the journal so that others can prove that it was not touched.

Each entry is handed out as the very text that is hashed, and each block in which it lies with all
that its own hash is made of; of the other blocks the hashes are enough to follow the chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from timshel.kernel.journal.models import Block
from timshel.kernel.journal.sealing import ENTRY_TEXT, KEY_BYTES, ROW_BYTES


@dataclass(frozen=True, slots=True)
class Extract:
    """An entry as it is hashed: its key, and a line of JSON."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class BlockProof:
    """What one needs of a block.

    Args:
        number: its place in the chain.
        sealed_at: as it is hashed, in UTC to the microsecond.
        entries: how many it seals.
        previous_hash: of the block before, as hexadecimal text.
        hash: its own.
        manifest: keys and hashes of its entries, where one of those asked for is among them.
    """

    number: int
    sealed_at: str
    entries: int
    previous_hash: str
    hash: str
    manifest: bytes | None


def extracts(
    kinds: Collection[str], *, since: datetime, until: datetime, after: int, size: int
) -> tuple[Extract, ...]:
    """Return some entries about records of some kinds by their keys; one query.

    Args:
        kinds: of the records.
        since: only what happened at or after this moment.
        until: only what happened until this moment.
        after: only entries with larger keys; 0 for the first.
        size: how many at most.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {ENTRY_TEXT} FROM journal_entry"
            " WHERE subject_kind = ANY(%s) AND at >= %s AND at <= %s AND id > %s"
            " ORDER BY id LIMIT %s",
            [list(kinds), since, until, after, size],
        )
        return tuple(Extract(key, text) for key, text in cursor.fetchall())


def chain(keys: Collection[int]) -> Iterator[BlockProof]:
    """Yield all blocks in their order, those that seal one of some entries with their manifests."""
    for block in Block.objects.order_by("number").iterator(chunk_size=20):
        manifest = bytes(block.manifest)
        yield BlockProof(
            number=block.number,
            sealed_at=block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            entries=block.entries,
            previous_hash=bytes(block.previous_hash).hex(),
            hash=bytes(block.hash).hex(),
            manifest=manifest if any(key in keys for key in _keys(manifest)) else None,
        )


def _keys(manifest: bytes) -> Iterator[int]:
    for start in range(0, len(manifest), ROW_BYTES):
        yield int.from_bytes(manifest[start : start + KEY_BYTES], "big", signed=True)
