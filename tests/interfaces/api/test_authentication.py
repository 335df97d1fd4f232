"""Who gets in: the bearer of a token that holds, and with its permissions only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.interfaces.api.world import LONG_AGO, SYSTEM, Caller, World, problem, token_for
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority.models import Account, Token


def test_without_a_token_nothing_is_told(world: World) -> None:
    answer = Caller("").ask("GET", "/incidents")
    assert problem(answer)["code"] == "unauthenticated"
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Timshel"'


@pytest.mark.parametrize("token", ["tsh_wrong", "é", "a b c", "\x7f", "x" * 4000])
def test_a_wrong_token_is_told_from_none(world: World, token: str) -> None:
    answer = Caller(token).ask("GET", "/incidents")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Timshel", error="invalid_token"'


@pytest.mark.parametrize("header", ["Basic dGltOnNoZWw=", "Bearer", "Bearer ", "bearer"])
def test_another_way_of_signing_in_is_none(world: World, header: str) -> None:
    answer = Client().get("/api/v1/people/me", headers={"Authorization": header})
    assert answer.status_code == 401


def test_an_expired_token_and_a_revoked_one_do_not_hold(world: World) -> None:
    expired = Caller(token_for(world.ines.person_id, expires_at=datetime.now(UTC)))
    assert expired.ask("GET", "/people/me").status_code == 401
    authority.revoke_token(
        Token.objects.get(person=world.ines.person_id, expires_at=None).pk,
        actor=SYSTEM,
        at=LONG_AGO,
    )
    assert world.ines.ask("GET", "/people/me").status_code == 401


def test_a_session_of_the_pages_opens_nothing(world: World) -> None:
    authority.create_account(
        world.noor.person_id,
        username="noor",
        password="correct horse battery",
        actor=SYSTEM,
        at=LONG_AGO,
    )
    client = Client()
    client.force_login(Account.objects.get(username="noor"))
    assert client.get("/api/v1/people/me").status_code == 401
    answer = client.post("/api/v1/incidents", {"title": "x"}, content_type="application/json")
    assert answer.status_code == 401


def test_a_token_never_does_more_than_its_permissions_nor_its_person(world: World) -> None:
    number = world.report()
    narrow = Caller(token_for(world.noor.person_id, ["work.view"]))
    assert narrow.get(f"/incidents/{number}")["possible"] == []
    answer = narrow.ask("POST", f"/incidents/{number}/take")
    assert problem(answer)["code"] == "not_allowed"
    assert narrow.get(f"/incidents/{number}")["assignee"] is None
    assert narrow.get("/people/me")["permissions"] == ["work.view"]
    assert world.ines.get("/people/me")["permissions"] == ["incident.report"]


def test_its_use_is_noted_once_an_hour(world: World, django_assert_num_queries: object) -> None:
    world.omar.get("/people/me")
    token = Token.objects.get(person=world.omar.person_id)
    first = token.last_used_at
    assert first is not None
    assert datetime.now(UTC) - first < timedelta(hours=1, minutes=1)
    Token.objects.update(last_used_at=None)
    world.omar.get("/people/me")
    token.refresh_from_db()
    assert token.last_used_at is None


def test_messages_come_in_the_language_of_the_request(world: World) -> None:
    body = world.ines.ask("GET", "/services", Accept_Language="fr").content.decode()
    assert "Impression" in body
    assert "Printing" in world.ines.ask("GET", "/services").content.decode()


def test_a_scope_that_is_missing_is_named_for_people_and_for_programs(world: World) -> None:
    secret = authority.issue_token(
        world.noor.person_id,
        name="narrow",
        scopes=["cases:read"],
        expires_at=None,
        actor=SYSTEM,
        at=LONG_AGO,
    )
    narrow = Caller(secret)
    assert narrow.get("/incidents")["items"] == []
    answer = narrow.ask("POST", "/incidents", {"title": "It hums"})
    assert answer.status_code == 403
    assert problem(answer)["detail"] == "This token lacks the scope cases:write."
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="Timshel", error="insufficient_scope", scope="cases:write"'
    )
    # Whoever lacks a right lacks no scope.
    refused = world.ines.ask("GET", "/exports/people")
    assert problem(refused)["code"] == "not_allowed"
    assert "WWW-Authenticate" not in refused.headers
