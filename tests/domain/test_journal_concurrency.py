"""Writers queue neither for each other nor for the job that seals."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from tests.crowd import PATIENCE, Crowd, waiting_for_locks
from timshel.kernel.actor import system_actor
from timshel.kernel.journal.actions import record
from timshel.kernel.journal.models import Block, Entry, Unsealed
from timshel.kernel.journal.sealing import seal_block, verify

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRITERS = 8
ENTRIES = 25


def write(writer: int, count: int = ENTRIES) -> None:
    for number in range(count):
        record(
            "test.written",
            subject_kind="work_item",
            subject_id=writer,
            changes={"number": (None, number)},
            actor=system_actor(),
            at=NOON,
        )


@pytest.mark.django_db(transaction=True)
def test_writers_in_open_transactions_do_not_wait_for_each_other_or_the_sealer() -> None:
    """All eight have written and none has committed: a queue anywhere would be a deadlock here."""
    write(0, 3)  # something that can be sealed meanwhile
    written = threading.Barrier(WRITERS + 1)
    looked = threading.Event()

    def hold_open(writer: int) -> None:
        with transaction.atomic():
            write(writer)
            written.wait(PATIENCE)
            assert looked.wait(PATIENCE)

    crowd = Crowd()
    for writer in range(1, WRITERS + 1):
        crowd.start(hold_open, writer)
    try:
        written.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")  # the sealer may not wait either
        assert seal_block(at=NOON) == 3
        assert waiting_for_locks() == 0
    finally:
        looked.set()
    crowd.wait()
    assert seal_block(at=NOON) == WRITERS * ENTRIES
    verdict = verify()
    assert (verdict.entries, verdict.sealed, verdict.findings) == (3 + WRITERS * ENTRIES,) * 2 + (
        (),
    )


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_a_sealer_is_in_the_middle_of_its_work() -> None:
    write(0, 3)
    sealed, written = threading.Event(), threading.Event()

    def seal_slowly() -> None:
        with transaction.atomic():
            assert seal_block(at=NOON) == 3
            sealed.set()
            assert written.wait(PATIENCE)

    crowd = Crowd()
    crowd.start(seal_slowly)
    try:
        assert sealed.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        for writer in range(WRITERS):
            write(writer)
        assert seal_block(at=NOON) == 0, "a second sealer leaves at once"
        assert waiting_for_locks() == 0
    finally:
        written.set()
    crowd.wait()
    assert seal_block(at=NOON) == WRITERS * ENTRIES
    assert verify().findings == ()


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_several_sealers_lose_and_repeat_nothing() -> None:
    done = threading.Event()

    def write_in_short_transactions(writer: int) -> None:
        for _ in range(ENTRIES):
            with transaction.atomic():
                write(writer, 1)

    def seal_until_done() -> None:
        while not done.is_set():
            seal_block(at=NOON)

    writers, sealers = Crowd(), Crowd()
    for writer in range(WRITERS):
        writers.start(write_in_short_transactions, writer)
    for _ in range(2):
        sealers.start(seal_until_done)
    try:
        writers.wait()
    finally:
        done.set()
    sealers.wait()
    seal_block(at=NOON)
    assert Entry.objects.count() == WRITERS * ENTRIES
    assert not Unsealed.objects.exists()
    assert sum(Block.objects.values_list("entries", flat=True)) == WRITERS * ENTRIES
    verdict = verify()
    assert (verdict.sealed, verdict.findings) == (WRITERS * ENTRIES, ())


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_sealed_late() -> None:
    """The later key is sealed first; the order of keys is not the order of commits."""
    written, go_on = threading.Event(), threading.Event()

    def commit_late() -> None:
        with transaction.atomic():
            write(1, 1)
            written.set()
            assert go_on.wait(PATIENCE)

    crowd = Crowd()
    crowd.start(commit_late)
    try:
        assert written.wait(PATIENCE)
        write(2, 1)
        assert seal_block(at=NOON) == 1
        assert verify().findings == ()
    finally:
        go_on.set()
    crowd.wait()
    assert seal_block(at=NOON) == 1
    early, late = Block.objects.order_by("number")
    assert bytes(early.manifest)[:8] > bytes(late.manifest)[:8]
    assert verify().findings == ()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_entry() -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Unsealed.objects.exists()
