"""Changing what is promised while work is being changed: neither misses the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from timshel.relationship_agreement.service_level.actions.clocks import BOOK_LOCK
from timshel.relationship_agreement.service_level.actions.revisions import touch_book
from timshel.relationship_agreement.service_level.models import BookRevision


@pytest.mark.django_db(transaction=True)
def test_the_book_changes_only_after_those_who_read_it_are_done() -> None:
    touch_book_once()
    before = BookRevision.objects.get().value
    reading, may_end = threading.Event(), threading.Event()

    def read() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [BOOK_LOCK])
                reading.set()
                assert may_end.wait(10)
        finally:
            connection.close()

    def change() -> None:
        try:
            touch_book_once()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        reader = pool.submit(read)
        assert reading.wait(10)
        changer = pool.submit(change)
        with pytest.raises(TimeoutError):
            changer.result(timeout=0.5)
        assert BookRevision.objects.get().value == before
        may_end.set()
        reader.result(10)
        changer.result(10)
    assert BookRevision.objects.get().value != before


@transaction.atomic
def touch_book_once() -> None:
    """Change the book in a transaction of its own."""
    touch_book()
