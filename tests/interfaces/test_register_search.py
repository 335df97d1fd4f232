"""The registers of the management system in the one search, over the demonstration organisation."""

from __future__ import annotations

from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import SYSTEM
from tests.demonstration import AT
from timshel.interfaces.connectors.packs import Demonstration
from timshel.interfaces.web.search.words import ICONS, NAMES, address_of
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search import registers
from timshel.kernel.search.actions import learn_words
from timshel.kernel.search.conditions import text_query
from timshel.kernel.search.language import read
from timshel.kernel.search.registers import Register, RegisterSource
from timshel.kernel.search.sources import Hit, Narrowing, search
from timshel.leadership.authority.models import Account
from timshel.leadership.authority.queries import actor_for
from timshel.reactions.registers import REGISTERS

PEOPLE = ("requester", "agent", "lead", "owner", "process", "manager", "auditor", "customer")
SOURCE = RegisterSource(*REGISTERS)


@pytest.fixture(autouse=True)
def _db(demonstration: Demonstration, db: None) -> None:
    """Let each test read, and undo what it wrote."""


def who(username: str) -> Actor:
    account = Account.objects.get(username=username)
    actor = actor_for(account.person_id or 0, channel=Channel.PORTAL)
    assert actor is not None
    return actor


def newest(register: Register, by: Actor) -> Any:
    return register.manager.visible_to(by).order_by("-pk").first()


def found(text: str, by: Actor, **more: Any) -> tuple[Hit, ...]:
    return search(text, actor=by, at=AT, group="registers", size=50, **more).hits


@pytest.mark.parametrize("register", REGISTERS, ids=lambda each: each.kind)
class TestEachRegister:
    def test_a_row_is_found_by_its_number_and_by_what_it_is_called(
        self, register: Register
    ) -> None:
        by = who("manager")
        row = newest(register, by)
        number, called = number_of(register.prefix, row.pk), getattr(row, register.heading)
        first = found(number, by)[0]
        assert (first.key, first.kind, first.is_exact) == (number, register.kind, True)
        assert first.name == called
        kinds = Narrowing(kinds=frozenset({register.kind}))
        assert number in [hit.key for hit in found(called, by, narrowing=kinds)]
        assert register.kind in NAMES
        assert register.kind in ICONS

    def test_whoever_finds_a_row_may_open_its_page(
        self, register: Register, client: Client
    ) -> None:
        opened = 0
        for username in PEOPLE:
            by = who(username)
            row = newest(register, by)
            if row is None:
                continue
            hit = found(number_of(register.prefix, row.pk), by)[0]
            client.force_login(Account.objects.get(username=username))
            answer = client.get(address_of(hit, by))
            assert answer.status_code == 200, (username, hit.key)
            assert hit.name in unescape(answer.content.decode())
            opened += 1
        assert opened

    def test_nobody_finds_what_they_do_not_see(self, register: Register) -> None:
        everything = register.manager.order_by("-pk")
        hidden_from = 0
        for username in ("requester", "customer", "agent"):
            by = who(username)
            seen = set(register.manager.visible_to(by).values_list("pk", flat=True))
            hidden = everything.exclude(pk__in=seen).first()
            if hidden is None:
                continue
            number = number_of(register.prefix, hidden.pk)
            words = getattr(hidden, register.heading)
            assert number not in {hit.key for text in (number, words) for hit in found(text, by)}
            hidden_from += 1
        assert hidden_from

    def test_its_index_can_be_built_anew(self, register: Register) -> None:
        table = connection.ops.quote_name(register.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"REINDEX TABLE {table}")  # with the rows, and an empty search path
            cursor.execute(f"ANALYZE {table}")

    def test_its_index_answers(self, register: Register) -> None:
        query = read("backup")
        wanted = text_query(query)
        assert wanted is not None
        asked = register.rows(wanted, query, SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")
            plan = asked.explain()
        assert "_words" in plan, plan


def test_all_registers_are_asked_in_one_question(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    by = who("manager")
    given: dict[str, Any] = {"actor": by, "at": AT, "limit": 50, "after": 0}
    alone = Narrowing(kinds=frozenset({"risk"}))
    for text in ("supplier", "risk of a breach", "RSK0001"):
        for narrowing in (Narrowing(), alone):
            with django_assert_num_queries(1):
                SOURCE.hits(read(text), narrowing=narrowing, **given)


def test_no_more_of_a_register_is_put_in_order_than_can_be_paged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, Any] = {"actor": who("manager"), "at": AT, "limit": 50, "after": 0}

    def counted(*kinds: str) -> Counter[str]:
        narrowing = Narrowing(kinds=frozenset(kinds))
        return Counter(
            hit.kind for hit in SOURCE.hits(read("service"), narrowing=narrowing, **given).hits
        )

    ((most, count),) = counted().most_common(1)
    assert count > 2
    monkeypatch.setattr(registers, "MOST", 2)
    assert max(counted().values()) == 2
    assert counted(most) == {most: 2}


def test_what_is_called_so_stands_before_what_says_so() -> None:
    hits = found("service", who("manager"))
    ranks = [hit.rank for hit in hits]
    assert ranks == sorted(ranks, reverse=True)
    said_only = [hit for hit in hits if hit.rank < max(ranks)]
    assert 0 < len(said_only) < len(hits)
    assert not any(part.is_match for hit in said_only for part in hit.title)
    assert len({hit.kind for hit in hits}) > 2


def test_pages_of_hits_do_not_overlap() -> None:
    by = who("manager")
    given: dict[str, Any] = {"narrowing": Narrowing(), "actor": by, "at": AT}
    query = read("service")
    whole = SOURCE.hits(query, limit=10, after=0, **given)
    first = SOURCE.hits(query, limit=4, after=0, **given)
    second = SOURCE.hits(query, limit=6, after=4, **given)
    assert first.has_more
    assert [hit.key for hit in whole.hits] == [hit.key for hit in (*first.hits, *second.hits)]


def test_what_only_work_has_asks_for_no_register() -> None:
    by = who("manager")
    assert found("supplier", by, narrowing=Narrowing(is_mine=True)) == ()
    assert found("supplier", by, narrowing=Narrowing(service_id=1)) == ()
    assert found("-supplier", by) == ()


def test_a_word_of_a_register_is_learnt_and_forgiven_its_typing_errors() -> None:
    by = who("manager")
    learn_words(most=1_000)
    register = next(each for each in REGISTERS if each.kind == "risk")
    row = newest(register, by)
    longest = max(row.title.split(), key=len)
    wrong = longest[:3] + longest[4:]
    assert row.title in {hit.name for hit in found(wrong, by)}
