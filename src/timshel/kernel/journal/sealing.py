"""Sealing entries in blocks whose hashes form a chain, and proving that nothing was touched.

Writers never wait for the chain: a trigger puts each new entry's key into ``journal_unsealed``,
and a job moves committed keys from there into the next block. Verification recomputes every
entry's hash and reports what was changed, removed or slipped in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db import connection, transaction

from timshel.kernel.journal.models import Block

BLOCK_SIZE = 10_000
KEY_BYTES = 8
HASH_BYTES = 32
ROW_BYTES = KEY_BYTES + HASH_BYTES
FIRST_HASH = bytes(HASH_BYTES)
SEALING_LOCK = 7_302_001
GAP_SHOWN = 1_000  # a forged block number must not make a report of a billion lines
SEEN_PAGE = 1 << 16

# The database hashes its own rows, so that sealing and verifying read no column twice over the
# wire. jsonb prints its keys in a fixed order; moments are printed in UTC to the microsecond.
ENTRY_TEXT = """jsonb_build_array(
    id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_kind, actor_id,
    actor_name, channel, origin, verb, subject_kind, subject_id, version, changes
)::text"""
ENTRY_HASH = f"sha256(convert_to({ENTRY_TEXT}, 'UTF8'))"


class Fault(StrEnum):
    """What can be wrong with the journal."""

    CHANGED = "changed"
    REMOVED = "removed"
    SLIPPED_IN = "slipped in"
    BROKEN_BLOCK = "broken block"
    MISSING_BLOCK = "missing block"
    LOST_HEAD = "lost head"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, with the entry or block it was found in; a lost head has neither."""

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
    manifest = b"".join(
        key.to_bytes(KEY_BYTES, "big", signed=True) + digest for key, digest in rows
    )
    Block.objects.create(
        number=number,
        sealed_at=at,
        entries=len(rows),
        manifest=manifest,
        previous_hash=previous_hash,
        hash=block_hash(previous_hash, number, sealed_at=at, manifest=manifest),
    )
    return len(rows)


def seal_everything(*, at: datetime) -> int:
    """Seal block after block until nothing waits; returns how many entries were sealed."""
    total = 0
    while sealed := seal_block(at=at):
        total += sealed
    return total


def block_hash(previous_hash: bytes, number: int, *, sealed_at: datetime, manifest: bytes) -> bytes:
    """Return the hash that seals a block and chains it to the one before."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds").encode("ascii")
    place = number.to_bytes(KEY_BYTES, "big", signed=True)
    return hashlib.sha256(previous_hash + place + moment + manifest).digest()


def verify(
    *, known_head: str = "", progress: Callable[[int], None] = lambda _entries: None
) -> Verdict:
    """Recompute every hash and report each entry or block that is not as it was sealed.

    The last blocks, removed together with all their entries, leave no gap; only a head that was
    noted outside the database shows that they are gone. Must not run inside a transaction.

    Args:
        known_head: the head that an earlier verification gave; some block must still have it.
        progress: called with the number of entries checked since the last call.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT count(*) FROM journal_entry")
        entries = cursor.fetchone()[0]
        check = _Check()
        for block in Block.objects.order_by("number").iterator(chunk_size=20):
            progress(check.block(block))
        check.waiting()
        check.slipped_in(entries)
        check.head(known_head)
    return Verdict(entries, check.sealed, check.blocks, check.previous.hex(), tuple(check.findings))


class _Seen:
    """A set of keys of entries, one byte each; forged keys, however far off, cost one page."""

    def __init__(self) -> None:
        self.count = 0
        self._pages: dict[int, bytearray] = {}

    def add(self, key: int) -> None:
        """Add a key; adding it again changes nothing."""
        page = self._pages.get(key // SEEN_PAGE)
        if page is None:
            page = self._pages[key // SEEN_PAGE] = bytearray(SEEN_PAGE)
        self.count += not page[key % SEEN_PAGE]
        page[key % SEEN_PAGE] = 1

    def __contains__(self, key: int) -> bool:
        page = self._pages.get(key // SEEN_PAGE)
        return page is not None and bool(page[key % SEEN_PAGE])


class _Check:
    """The state of one walk along the chain: which entries were met, and what was wrong."""

    def __init__(self) -> None:
        self.seen = _Seen()
        self.findings: list[Finding] = []
        self.previous = FIRST_HASH
        self.number = 0
        self.blocks = 0
        self.sealed = 0

    def block(self, block: Block) -> int:
        """Check one block's place in the chain, its hash and its entries; returns how many."""
        self._gap(block)
        manifest = bytes(block.manifest)
        rows = _rows(manifest)
        expected = block_hash(
            self.previous, block.number, sealed_at=block.sealed_at, manifest=manifest
        )
        if (
            bytes(block.previous_hash) != self.previous
            or bytes(block.hash) != expected
            or block.entries != len(rows)
        ):
            self.findings.append(Finding(Fault.BROKEN_BLOCK, None, block.number))
        self.number = block.number
        self.previous = bytes(block.hash)
        self.blocks += 1
        self.sealed += len(rows)
        self._entries(block.number, rows)
        return len(rows)

    def _gap(self, block: Block) -> None:
        """Report the blocks missing before this one, and go on from what this one says of them.

        A block that follows a gap is as it was sealed; to call it broken too would hide where
        the fault lies.
        """
        missing = range(self.number + 1, block.number)
        if missing:
            self.findings += [
                Finding(Fault.MISSING_BLOCK, None, number) for number in missing[:GAP_SHOWN]
            ]
            self.previous = bytes(block.previous_hash)

    def _entries(self, number: int, rows: list[tuple[int, bytes]]) -> None:
        current = _hashes(key for key, _ in rows)
        for key, digest in rows:
            if key in current:
                self.seen.add(key)
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
                    self.seen.add(key)
                else:
                    self.findings.append(Finding(Fault.REMOVED, key, None))

    def slipped_in(self, entries: int) -> None:
        """Find the entries that are neither sealed nor waiting: they went past the triggers."""
        if self.seen.count == entries:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM journal_entry ORDER BY id")
            while rows := cursor.fetchmany(BLOCK_SIZE):
                self.findings += [
                    Finding(Fault.SLIPPED_IN, key, None) for (key,) in rows if key not in self.seen
                ]

    def head(self, known: str) -> None:
        """Miss the block whose hash was noted earlier, if there is none any more."""
        if known and not any(
            bytes(each).hex() == known
            for each in Block.objects.values_list("hash", flat=True).iterator()
        ):
            self.findings.append(Finding(Fault.LOST_HEAD, None, None))


def _rows(manifest: bytes) -> list[tuple[int, bytes]]:
    """Return the keys and hashes in a manifest."""
    return [
        (
            int.from_bytes(manifest[start : start + KEY_BYTES], "big", signed=True),
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
