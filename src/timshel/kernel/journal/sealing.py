"""Sealing entries in blocks whose hashes form a chain, and proving that nothing was touched.

Writers never wait for the chain: a trigger puts each new entry's key into ``journal_unsealed``,
and a job moves committed keys from there into the next block. Verification recomputes every
entry's hash and reports what was changed, removed or slipped in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from timshel.kernel.journal.models import Block

BLOCK_SIZE = 10_000
KEY_BYTES = 8
HASH_BYTES = 32
ROW_BYTES = KEY_BYTES + HASH_BYTES
FIRST_HASH = bytes(HASH_BYTES)
SEALING_LOCK = 7_302_001

# The database hashes its own rows, so that sealing and verifying read no column twice over the
# wire. jsonb prints its keys in a fixed order; moments are printed in UTC to the microsecond.
ENTRY_HASH = """sha256(convert_to(jsonb_build_array(
    id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_kind, actor_id,
    actor_name, channel, origin, verb, subject_kind, subject_id, version, changes
)::text, 'UTF8'))"""


class Fault(StrEnum):
    """What can be wrong with the journal."""

    CHANGED = "changed"
    REMOVED = "removed"
    SLIPPED_IN = "slipped in"
    BROKEN_BLOCK = "broken block"
    MISSING_BLOCK = "missing block"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, with the entry or block it was found in."""

    fault: Fault
    entry_id: int | None
    block: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification saw.

    ``head`` is the hash of the last block as hexadecimal text; kept somewhere outside the
    database, it proves later that the whole chain was not replaced.
    """

    entries: int
    sealed: int
    blocks: int
    head: str
    findings: tuple[Finding, ...]


@transaction.atomic
def seal_block(*, at: datetime) -> int:
    """Seal up to :data:`BLOCK_SIZE` waiting entries into the next block.

    Two jobs at once are harmless: the second finds the lock taken and seals nothing.

    Returns:
        How many entries were sealed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALING_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    rows = _take_waiting()
    if not rows:
        return 0
    previous = Block.objects.order_by("-number").values_list("number", "hash").first()
    number, previous_hash = (previous[0] + 1, bytes(previous[1])) if previous else (1, FIRST_HASH)
    manifest = b"".join(key.to_bytes(KEY_BYTES, "big") + digest for key, digest in rows)
    Block.objects.create(
        number=number,
        sealed_at=at,
        entries=len(rows),
        manifest=manifest,
        previous_hash=previous_hash,
        hash=block_hash(previous_hash, number, manifest),
    )
    return len(rows)


def seal_everything(*, at: datetime) -> int:
    """Seal block after block until nothing waits; returns how many entries were sealed."""
    total = 0
    while sealed := seal_block(at=at):
        total += sealed
    return total


def block_hash(previous_hash: bytes, number: int, manifest: bytes) -> bytes:
    """Return the hash that seals a block and chains it to the one before."""
    return hashlib.sha256(previous_hash + number.to_bytes(KEY_BYTES, "big") + manifest).digest()


def verify(*, progress: Callable[[int], None] = lambda _entries: None) -> Verdict:
    """Recompute every hash and report each entry or block that is not as it was sealed.

    Args:
        progress: called with the number of entries checked since the last call.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT coalesce(max(id), 0), count(*) FROM journal_entry")
        highest, entries = cursor.fetchone()
        check = _Check(seen=bytearray(highest + 1))
        for block in Block.objects.order_by("number").iterator(chunk_size=20):
            check.block(block)
            progress(block.entries)
        sealed = check.sealed
        check.waiting()
        check.slipped_in(entries)
    return Verdict(entries, sealed, check.blocks, check.previous.hex(), tuple(check.findings))


class _Check:
    """The state of one walk along the chain: which entries were met, and what was wrong."""

    def __init__(self, *, seen: bytearray) -> None:
        self.seen = seen
        self.findings: list[Finding] = []
        self.previous = FIRST_HASH
        self.number = 0
        self.blocks = 0
        self.sealed = 0
        self.met = 0

    def block(self, block: Block) -> None:
        """Check one block's place in the chain, its hash and its entries."""
        while (self.number := self.number + 1) < block.number:
            self.findings.append(Finding(Fault.MISSING_BLOCK, None, self.number))
        manifest = bytes(block.manifest)
        expected = block_hash(self.previous, block.number, manifest)
        if bytes(block.previous_hash) != self.previous or bytes(block.hash) != expected:
            self.findings.append(Finding(Fault.BROKEN_BLOCK, None, block.number))
        self.previous = bytes(block.hash)
        self.blocks += 1
        self.sealed += block.entries
        self._entries(block.number, _rows(manifest))

    def _entries(self, number: int, rows: list[tuple[int, bytes]]) -> None:
        current = _hashes(key for key, _ in rows)
        for key, digest in rows:
            if key in current:
                self._meet(key)
            if current.get(key) != digest:
                fault = Fault.CHANGED if key in current else Fault.REMOVED
                self.findings.append(Finding(fault, key, number))

    def waiting(self) -> None:
        """Meet the entries that wait for a block, and miss those that were removed meanwhile."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry_id, id IS NOT NULL FROM journal_unsealed"
                " LEFT JOIN journal_entry ON id = entry_id ORDER BY entry_id"
            )
            for key, there in cursor.fetchall():
                if there:
                    self._meet(key)
                else:
                    self.findings.append(Finding(Fault.REMOVED, key, None))

    def slipped_in(self, entries: int) -> None:
        """Find the entries that are neither sealed nor waiting: they went past the triggers."""
        if self.met == entries:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM journal_entry ORDER BY id")
            while rows := cursor.fetchmany(BLOCK_SIZE):
                self.findings += [
                    Finding(Fault.SLIPPED_IN, key, None) for (key,) in rows if not self.seen[key]
                ]

    def _meet(self, key: int) -> None:
        self.met += not self.seen[key]
        self.seen[key] = 1


def _rows(manifest: bytes) -> list[tuple[int, bytes]]:
    """Return the keys and hashes in a manifest."""
    return [
        (
            int.from_bytes(manifest[start : start + KEY_BYTES], "big"),
            manifest[start + KEY_BYTES : start + ROW_BYTES],
        )
        for start in range(0, len(manifest), ROW_BYTES)
    ]


def _hashes(keys: Iterable[int]) -> dict[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {ENTRY_HASH} FROM journal_entry WHERE id = ANY(%s)", [list(keys)]
        )
        return {key: bytes(digest) for key, digest in cursor.fetchall()}


def _take_waiting() -> list[tuple[int, bytes]]:
    """Remove waiting keys and return them with their entries' hashes, in order of the key.

    An entry that was removed while it waited is sealed with an empty hash, so that it is missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH taken AS (
                DELETE FROM journal_unsealed WHERE entry_id IN (
                    SELECT entry_id FROM journal_unsealed ORDER BY entry_id LIMIT %s
                ) RETURNING entry_id
            )
            SELECT entry_id, {ENTRY_HASH}, id IS NOT NULL FROM taken
            LEFT JOIN journal_entry ON id = entry_id ORDER BY entry_id
            """,
            [BLOCK_SIZE],
        )
        return [
            (key, bytes(digest) if there else FIRST_HASH)
            for key, digest, there in cursor.fetchall()
        ]
