"""Service accounts and the named scopes of tokens: who may, what they open, and who inherits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later
from tests.jobs import run_jobs
from timshel.context.people.actions import create_person, deactivate_person
from timshel.context.people.models import Person
from timshel.kernel.actor import ActorKind, Channel
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority import actions, queries
from timshel.leadership.authority.access import (
    AREAS,
    PERMISSIONS,
    SCOPES,
    area_of,
    covers,
    permissions_in,
)
from timshel.leadership.authority.actions import AccountContent
from timshel.leadership.authority.models import ServiceAccount, Token
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident

CONTENT = AccountContent(
    name="Monitoring",
    purpose="Turns alerts of the network into incidents.",
    owner="zachary.penrose",
    scopes=("cases:write",),
)


def made(cast: Cast, code: str = "monitoring", **other: Any) -> str:
    content = replace(CONTENT, **other)
    return actions.create_service_account(code, content=content, actor=cast.administrator, at=AT)


def secret_of(cast: Cast, code: str = "monitoring", **other: Any) -> str:
    given: dict[str, Any] = {"name": "Host one", "expires_at": None, **other}
    return actions.issue_service_token(code, actor=cast.administrator, at=AT, **given)


class TestScopes:
    def test_every_permission_belongs_to_an_area_by_a_word_of_its_own(self) -> None:
        words = {word for _reading, _changing, words in AREAS.values() for word in words}
        lost = sorted(name for name in PERMISSIONS if name.partition(".")[0] not in words)
        assert lost == [], f"name the word of {lost} in AREAS of leadership.authority.access"

    def test_all_scopes_together_hold_every_permission_and_reading_holds_less(self) -> None:
        assert permissions_in(SCOPES) == frozenset(PERMISSIONS)
        for code, scope in SCOPES.items():
            area = code.partition(":")[0]
            assert {area_of(name) for name in scope.permissions} <= {area}
            assert SCOPES[f"{area}:read"].permissions <= SCOPES[f"{area}:write"].permissions
        assert "incident.work" not in SCOPES["cases:read"].permissions

    def test_changing_includes_reading_and_never_the_reverse(self) -> None:
        assert covers(["cases:write"], "cases:read")
        assert not covers(["cases:read"], "cases:write")
        assert not covers(["calls:write"], "cases:read")

    def test_a_token_of_scopes_holds_what_they_hold_today(self, cast: Cast) -> None:
        assert cast.agent.person_id is not None
        secret = actions.issue_token(
            cast.agent.person_id,
            name="Board",
            scopes=["cases:read"],
            expires_at=None,
            actor=cast.agent,
            at=AT,
        )
        bearer = queries.bearer_of(secret, origin="", at=AT)
        assert bearer is not None
        assert bearer.scopes == ("cases:read",)
        assert set(bearer.actor.scopes) <= set(SCOPES["cases:read"].permissions)
        assert bearer.actor.may_somewhere("work.view")

    def test_an_unknown_scope_is_refused_and_nothing_made(self, cast: Cast) -> None:
        assert cast.agent.person_id is not None
        with pytest.raises(Invalid) as refused:
            actions.issue_token(
                cast.agent.person_id,
                name="Board",
                scopes=["everything"],
                expires_at=None,
                actor=cast.agent,
                at=AT,
            )
        assert set(refused.value.fields) == {"scopes"}
        assert not Token.objects.exists()


class TestMaking:
    def test_it_is_made_and_journalled(self, cast: Cast) -> None:
        made(cast)
        (row,) = queries.service_account_list(actor=cast.administrator, at=AT)
        assert (row.code, row.name, row.owner_code) == (
            "monitoring",
            "Monitoring",
            "zachary.penrose",
        )
        assert row.is_active
        entry = Entry.objects.get(verb="authority.service_account_created")
        assert entry.changes["scopes"] == [None, ["cases:write"]]

    def test_only_those_who_manage_rights_make_one(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            actions.create_service_account("x", content=CONTENT, actor=cast.lead, at=AT)
        assert not ServiceAccount.objects.exists()

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            ({"name": " "}, "name"),
            ({"purpose": ""}, "purpose"),
            ({"owner": "nobody"}, "owner"),
            ({"scopes": ()}, "scopes"),
            ({"scopes": ("all",)}, "scopes"),
            ({"requests_per_minute": 0}, "requests_per_minute"),
            ({"expires_at": AT}, "expires_at"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, cast: Cast, other: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            made(cast, **other)
        assert set(refused.value.fields) == {field}
        assert not ServiceAccount.objects.exists()

    @pytest.mark.parametrize("code", ["", "Monitoring", "-x", "x" * 41, "a b"])
    def test_odd_codes_are_refused(self, cast: Cast, code: str) -> None:
        with pytest.raises(Invalid):
            made(cast, code)

    def test_a_code_is_there_once(self, cast: Cast) -> None:
        made(cast)
        with pytest.raises(Invalid) as refused:
            made(cast)
        assert set(refused.value.fields) == {"code"}

    def test_a_change_is_journalled_with_what_changed_only(self, cast: Cast) -> None:
        made(cast)
        content = replace(CONTENT, requests_per_minute=50)
        for _twice in range(2):
            actions.change_service_account(
                "monitoring", content=content, actor=cast.administrator, at=later(minutes=1)
            )
        entry = Entry.objects.get(verb="authority.service_account_changed")
        assert entry.changes == {"requests_per_minute": [None, 50]}


class TestActing:
    def test_it_acts_in_its_own_name_within_its_scopes(self, cast: Cast) -> None:
        made(cast)
        bearer = queries.bearer_of(secret_of(cast), origin="192.0.2.7", at=AT)
        assert bearer is not None
        assert bearer.actor.kind is ActorKind.SERVICE
        assert bearer.actor.may("incident.work")
        assert not bearer.actor.may("authority.manage")
        report = IncidentReport(title="Disk full", requester_id=cast.requester.person_id)
        open_incident(report, actor=bearer.actor, at=AT)
        entry = Entry.objects.get(verb="incident.opened")
        assert (entry.actor_kind, entry.actor_name) == ("service", "Monitoring")

    def test_all_its_tokens_share_one_limit(self, cast: Cast) -> None:
        made(cast, requests_per_minute=50)
        first, second = (queries.bearer_of(secret_of(cast), origin="", at=AT) for _each in range(2))
        assert first is not None
        assert second is not None
        assert (first.token, first.requests_per_minute) == (second.token, 50)

    def test_its_tokens_end_with_it(self, cast: Cast) -> None:
        made(cast, expires_at=AT + timedelta(days=1))
        secret = secret_of(cast)
        assert queries.bearer_of(secret, origin="", at=AT)
        assert queries.bearer_of(secret, origin="", at=AT + timedelta(days=1)) is None

    def test_ending_it_ends_everything_and_twice_changes_nothing(self, cast: Cast) -> None:
        made(cast)
        secret = secret_of(cast)
        for minutes in (1, 2):
            actions.end_service_account(
                "monitoring", actor=cast.administrator, at=later(minutes=minutes)
            )
        assert queries.bearer_of(secret, origin="", at=later(minutes=1)) is None
        assert Entry.objects.filter(verb="authority.service_account_ended").count() == 1
        with pytest.raises(Invalid):
            secret_of(cast)

    def test_a_token_is_revoked_by_those_who_answer_for_it(self, cast: Cast) -> None:
        made(cast, owner="jonas.okereke")
        secret = secret_of(cast)
        token = Token.objects.get()
        with pytest.raises(NotAllowed):
            actions.revoke_token(token.pk, actor=cast.lead, at=AT)
        actions.revoke_token(token.pk, actor=cast.agent, at=AT)
        assert queries.bearer_of(secret, origin="", at=AT) is None


class TestSeeing:
    def test_owners_see_their_own_and_others_nothing(self, cast: Cast) -> None:
        made(cast, owner="jonas.okereke")
        assert [row.code for row in queries.service_account_list(actor=cast.agent, at=AT)] == [
            "monitoring"
        ]
        assert queries.service_account_list(actor=cast.lead, at=AT) == ()
        with pytest.raises(NotFound):
            queries.service_account("monitoring", actor=cast.lead, at=AT)


class TestLeaving:
    @pytest.fixture
    def leaver(self, cast: Cast) -> int:
        given: dict[str, Any] = {"actor": SYSTEM, "at": AT}
        leaver = create_person(
            code="leaving.owner", name="Leaving Owner", email="leaving@timshel.example", **given
        ).person_id
        made(cast, owner="leaving.owner")
        return leaver

    def test_the_successor_answers_for_them(self, cast: Cast, leaver: int) -> None:
        Person.objects.filter(pk=leaver).update(manager=cast.lead.person_id)
        deactivate_person(leaver, actor=SYSTEM, at=AT)
        run_jobs()
        for _again in range(2):
            actions.hand_over_service_accounts(leaver, actor=SYSTEM, at=AT)
        (row,) = queries.service_account_list(actor=cast.lead, at=AT)
        assert (row.owner_id, row.owner_left) == (cast.lead.person_id, False)
        entry = Entry.objects.get(verb="authority.service_account_handed_over")
        assert entry.changes == {"owner_id": [leaver, cast.lead.person_id]}

    def test_without_one_it_is_shown_as_nobodys(self, cast: Cast, leaver: int) -> None:
        deactivate_person(leaver, actor=SYSTEM, at=AT)
        assert actions.hand_over_service_accounts(leaver, actor=SYSTEM, at=AT) == ()
        (row,) = queries.service_account_list(actor=cast.administrator, at=AT)
        assert (row.owner_left, row.successor) == (True, "")

    def test_those_who_stay_hand_nothing_over(self, cast: Cast) -> None:
        made(cast)
        key = cast.administrator.person_id
        assert key is not None
        assert actions.hand_over_service_accounts(key, actor=SYSTEM, at=AT) == ()


class TestTokensThatMakeTokens:
    def test_a_narrow_token_of_the_owner_makes_none_of_the_account(self, cast: Cast) -> None:
        made(cast)
        owner = queries.actor_for(
            Person.objects.values_list("pk", flat=True).get(code=CONTENT.owner),
            channel=Channel.API,
        )
        assert owner is not None
        given: dict[str, Any] = {"name": "Host two", "expires_at": None, "at": AT}
        for held in ({}, {"incident.view": owner.scopes.get("incident.view")}):
            narrow = replace(owner, scopes={name: each for name, each in held.items() if each})
            with pytest.raises(NotAllowed):
                actions.issue_service_token("monitoring", actor=narrow, **given)
        assert not Token.objects.exists()
        # One that opens all that its person may is as good as the person.
        assert actions.issue_service_token("monitoring", actor=owner, **given)
        by_page = replace(owner, channel=Channel.DESK)
        assert actions.issue_service_token("monitoring", actor=by_page, **given)

    def test_a_narrow_token_makes_none_that_opens_more(self, cast: Cast) -> None:
        person_id = cast.agent.person_id or 0
        narrow = replace(cast.agent, channel=Channel.API, scopes={})
        with pytest.raises(NotAllowed):
            actions.issue_token(
                person_id, name="x", scopes=["cases:read"], expires_at=None, actor=narrow, at=AT
            )
