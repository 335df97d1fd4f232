"""The journal refuses to be rewritten, and shows it when somebody does so all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import ProgrammingError, connection, transaction

from timshel.kernel.actor import Actor, ActorKind, Channel, system_actor
from timshel.kernel.journal import sealing
from timshel.kernel.journal.actions import record
from timshel.kernel.journal.models import Block, Entry, Unsealed
from timshel.kernel.journal.queries import history
from timshel.kernel.journal.sealing import (
    Fault,
    Finding,
    block_hash,
    seal_block,
    seal_everything,
    verify,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA = Actor(
    kind=ActorKind.PERSON,
    name="Ada Okafor",
    channel=Channel.DESK,
    person_id=41,
    origin="192.0.2.7",
)


def write(subject: int = 1, *, title: str = "new", at: datetime = NOON) -> Entry:
    return record(
        "incident.changed",
        subject_kind="work_item",
        subject_id=subject,
        changes={"title": ("old", title), "priority": (3, 1)},
        actor=ADA,
        at=at,
        version=2,
    )


def blocks_of(*sizes: int) -> list[list[Entry]]:
    """Seal blocks with as many entries each."""
    made = []
    for size in sizes:
        made.append([write(number) for number in range(size)])
        assert seal_block(at=NOON) == size
    return made


@contextmanager
def superuser_with_triggers_off() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def tamper(statement: str, *values: Any) -> None:
    with superuser_with_triggers_off() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


@pytest.mark.django_db
class TestWriting:
    def test_an_entry_says_who_what_when_and_from_where(self) -> None:
        written = write(7)
        (entry,) = history("work_item", [7])
        assert entry.id == written.pk
        assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("person", 41, "Ada Okafor")
        assert (entry.channel, entry.origin) == ("desk", "192.0.2.7")
        assert (entry.verb, entry.subject_id, entry.version) == ("incident.changed", 7, 2)
        assert (entry.old("title"), entry.new("title")) == ("old", "new")
        assert (entry.old("team"), entry.new("team")) == (None, None)
        assert entry.at == NOON

    def test_history_is_in_order_of_time_and_of_one_kind(self) -> None:
        late = write(1, at=NOON + timedelta(hours=1))
        early = write(2, at=NOON)
        write(3)
        record("x.y", subject_kind="service", subject_id=1, changes={}, actor=ADA, at=NOON)
        assert [entry.id for entry in history("work_item", [1, 2])] == [early.pk, late.pk]

    def test_history_since_a_version(self) -> None:
        write(1)
        assert history("work_item", [1], since_version=2) == ()
        assert len(history("work_item", [1], since_version=1)) == 1

    def test_history_is_one_query(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            history("work_item", range(100))

    def test_long_names_are_cut_rather_than_lost(self) -> None:
        written = record(
            "x.y",
            subject_kind="x",
            subject_id=1,
            changes={},
            actor=system_actor("n" * 300),
            at=NOON,
        )
        written.refresh_from_db()
        assert written.actor_name == "n" * 200

    @pytest.mark.parametrize("table", ["journal_entry", "journal_block"])
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
        ids=["update", "delete", "truncate"],
    )
    def test_the_database_refuses(self, table: str, statement: str) -> None:
        write()
        seal_block(at=NOON)
        column = {"journal_entry": "actor_name", "journal_block": "entries"}[table]
        with (
            pytest.raises(ProgrammingError, match="the journal is append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table, column, column))
        assert Entry.objects.count() == 1
        assert Block.objects.count() == 1

    def test_each_entry_waits_for_its_seal(self) -> None:
        one, two = write(), write()
        assert list(Unsealed.objects.order_by("pk").values_list("pk", flat=True)) == [
            one.pk,
            two.pk,
        ]
        assert seal_block(at=NOON) == 2
        assert not Unsealed.objects.exists()


@pytest.mark.django_db
class TestSealing:
    def test_blocks_form_a_chain(self) -> None:
        blocks_of(2, 1)
        first, second = Block.objects.order_by("number")
        assert (first.number, first.entries, first.sealed_at) == (1, 2, NOON)
        assert bytes(first.previous_hash) == bytes(32)
        assert bytes(second.previous_hash) == bytes(first.hash)
        assert len(bytes(second.manifest)) == 40

    def test_the_hash_is_what_the_documentation_says(self) -> None:
        blocks_of(1)
        block = Block.objects.get()
        expected = hashlib.sha256(
            bytes(32)
            + (1).to_bytes(8, "big")
            + b"2026-03-02T12:00:00.000000+00:00"
            + bytes(block.manifest)
        )
        assert bytes(block.hash) == expected.digest()

    def test_the_hash_does_not_depend_on_the_zone_of_the_clock(self) -> None:
        elsewhere = NOON.astimezone(ZoneInfo("Asia/Tokyo"))
        arguments = {"manifest": b"x"}
        assert block_hash(bytes(32), 1, sealed_at=NOON, **arguments) == block_hash(
            bytes(32), 1, sealed_at=elsewhere, **arguments
        )

    def test_nothing_waits_nothing_is_sealed(self) -> None:
        assert seal_block(at=NOON) == 0
        assert not Block.objects.exists()

    def test_everything_is_sealed_block_by_block(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sealing, "BLOCK_SIZE", 2)
        for _ in range(5):
            write()
        assert seal_everything(at=NOON) == 5
        assert list(Block.objects.order_by("number").values_list("entries", flat=True)) == [2, 2, 1]


def found() -> list[tuple[Fault, int | None, int | None]]:
    return [(each.fault, each.entry_id, each.block) for each in verify().findings]


@pytest.mark.django_db(transaction=True)
class TestVerifying:
    def test_an_untouched_journal(self) -> None:
        blocks_of(3, 2)
        write()
        steps: list[int] = []
        verdict = verify(progress=steps.append)
        assert verdict.findings == ()
        assert (verdict.entries, verdict.sealed, verdict.blocks) == (6, 5, 2)
        assert verdict.head == bytes(Block.objects.get(number=2).hash).hex()
        assert steps == [3, 2]

    def test_an_empty_journal(self) -> None:
        verdict = verify()
        assert (verdict.entries, verdict.sealed, verdict.blocks, verdict.findings) == (0, 0, 0, ())
        assert verdict.head == "00" * 32

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("at", NOON + timedelta(microseconds=1)),
            ("actor_kind", "system"),
            ("actor_id", 42),
            ("actor_id", None),
            ("actor_name", "Somebody Else"),
            ("channel", "mail"),
            ("origin", ""),
            ("verb", "incident.noted"),
            ("subject_kind", "service"),
            ("subject_id", 99),
            ("version", None),
            ("changes", '{"title": ["old", "new"], "priority": [3, 2]}'),
        ],
    )
    def test_a_changed_column_is_found(self, column: str, value: Any) -> None:
        _, (_, victim, _) = blocks_of(1, 3)
        tamper(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", value, victim.pk)
        assert found() == [(Fault.CHANGED, victim.pk, 2)]

    def test_a_removed_entry_is_found(self) -> None:
        (_, victim), _ = blocks_of(2, 1)
        tamper("DELETE FROM journal_entry WHERE id = %s", victim.pk)
        assert found() == [(Fault.REMOVED, victim.pk, 1)]

    @pytest.mark.parametrize("key", [-5, 0, 10**6, 2**62])
    def test_an_entry_that_was_slipped_in_is_found(self, key: int) -> None:
        blocks_of(2)
        write()
        tamper(
            "INSERT INTO journal_entry (id, at, actor_kind, actor_name, channel, origin, verb,"
            " subject_kind, subject_id, changes)"
            " SELECT %s, at, actor_kind, actor_name, channel, origin, verb, subject_kind,"
            " subject_id, changes FROM journal_entry ORDER BY id LIMIT 1",
            key,
        )
        assert found() == [(Fault.SLIPPED_IN, key, None)]

    def test_one_removed_and_one_slipped_in_do_not_cancel_out(self) -> None:
        ((victim, _),) = blocks_of(2)
        tamper("UPDATE journal_entry SET id = 5000000 WHERE id = %s", victim.pk)
        assert found() == [
            (Fault.REMOVED, victim.pk, 1),
            (Fault.SLIPPED_IN, 5_000_000, None),
        ]

    def test_an_entry_removed_while_it_waits_is_found(self) -> None:
        victim = write()
        write()
        tamper("DELETE FROM journal_entry WHERE id = %s", victim.pk)
        assert found() == [(Fault.REMOVED, victim.pk, None)]
        assert seal_block(at=NOON) == 2
        assert found() == [(Fault.REMOVED, victim.pk, 1)]

    def test_an_entry_taken_from_the_waiting_list_is_found(self) -> None:
        victim = write()
        tamper("DELETE FROM journal_unsealed WHERE entry_id = %s", victim.pk)
        assert found() == [(Fault.SLIPPED_IN, victim.pk, None)]

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("entries", 9),
            ("sealed_at", NOON - timedelta(days=1)),
            ("previous_hash", b"x" * 32),
        ],
    )
    def test_a_changed_block_is_found_and_only_it(self, column: str, value: Any) -> None:
        blocks_of(1, 1, 1)
        tamper(f"UPDATE journal_block SET {column} = %s WHERE number = 2", value)
        assert found() == [(Fault.BROKEN_BLOCK, None, 2)]

    def test_a_block_with_another_hash_breaks_the_chain_behind_it(self) -> None:
        blocks_of(1, 1, 1)
        tamper("UPDATE journal_block SET hash = %s WHERE number = 2", b"y" * 32)
        assert found() == [(Fault.BROKEN_BLOCK, None, 2), (Fault.BROKEN_BLOCK, None, 3)]

    def test_a_manifest_rewritten_to_hide_a_removal_is_found(self) -> None:
        ((first, victim),) = blocks_of(2)
        tamper("DELETE FROM journal_entry WHERE id = %s", victim.pk)
        tamper("UPDATE journal_block SET manifest = substr(manifest, 1, 40), entries = 1")
        assert found() == [(Fault.BROKEN_BLOCK, None, 1)]
        assert first.pk

    def test_a_garbled_manifest_is_a_finding_and_no_crash(self) -> None:
        ((entry,),) = blocks_of(1)
        tamper("UPDATE journal_block SET manifest = %s", b"\xff" * 47)
        faults = found()
        assert (Fault.BROKEN_BLOCK, None, 1) in faults
        assert (Fault.SLIPPED_IN, entry.pk, None) in faults

    def test_a_missing_block_is_the_gap_alone(self) -> None:
        _, (orphan,), *_ = blocks_of(1, 1, 1, 1)
        tamper("DELETE FROM journal_block WHERE number = 2")
        assert found() == [
            (Fault.MISSING_BLOCK, None, 2),
            (Fault.SLIPPED_IN, orphan.pk, None),
        ]

    def test_the_first_block_is_missed_too(self) -> None:
        blocks_of(1, 1)
        tamper("DELETE FROM journal_block WHERE number = 1")
        assert found()[0] == (Fault.MISSING_BLOCK, None, 1)

    def test_a_forged_number_makes_no_endless_report(self) -> None:
        blocks_of(1, 1)
        tamper("UPDATE journal_block SET number = 2000000000000 WHERE number = 2")
        faults = found()
        assert faults[0] == (Fault.MISSING_BLOCK, None, 2)
        assert faults[-1] == (Fault.BROKEN_BLOCK, None, 2_000_000_000_000)
        assert len(faults) == sealing.GAP_SHOWN + 1

    def test_a_tail_cut_off_cleanly_shows_by_a_head_noted_earlier(self) -> None:
        blocks_of(1, 1)
        head = verify().head
        blocks_of(1)
        assert verify(known_head=head).findings == ()
        with superuser_with_triggers_off() as cursor:
            cursor.execute("DELETE FROM journal_block WHERE number > 1")
            cursor.execute(
                "DELETE FROM journal_entry WHERE id > (SELECT min(id) FROM journal_entry)"
            )
        assert verify().findings == ()
        assert verify(known_head=head).findings == (Finding(Fault.LOST_HEAD, None, None),)

    def test_several_faults_are_all_named(self) -> None:
        (one, two, three), (four,) = blocks_of(3, 1)
        tamper("UPDATE journal_entry SET verb = 'x' WHERE id = %s", one.pk)
        tamper("DELETE FROM journal_entry WHERE id = %s", three.pk)
        tamper("UPDATE journal_entry SET actor_name = '' WHERE id = %s", four.pk)
        assert found() == [
            (Fault.CHANGED, one.pk, 1),
            (Fault.REMOVED, three.pk, 1),
            (Fault.CHANGED, four.pk, 2),
        ]
        assert two.pk

    def test_verifying_only_reads(self) -> None:
        blocks_of(1)
        write()
        before = (Entry.objects.count(), Unsealed.objects.count(), Block.objects.count())
        verify()
        assert (Entry.objects.count(), Unsealed.objects.count(), Block.objects.count()) == before
