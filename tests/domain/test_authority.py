"""Accounts, signing in, roles, grants, tokens, and the actor that follows from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import make_password

from tests.cast import AT, PASSWORD, SYSTEM, Cast, account, actor, later, opened, person_id, token
from tests.witness import Witness
from timshel.context.organization.queries import keys_by_code
from timshel.context.people.actions import deactivate_person
from timshel.kernel.actor import Channel
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority import access, actions, queries
from timshel.leadership.authority.actions import Throttled, WrongCredentials
from timshel.leadership.authority.events import RoleGranted, RoleWithdrawn
from timshel.leadership.authority.models import Account, Grant, Role, SignInAttempt, Token
from timshel.leadership.authority.rules import is_throttled
from timshel.operation.work.access import find
from timshel.resolution_fulfilment.incident import queries as incidents

MOMENT = timedelta(microseconds=1)
OFFICE, HOME = "192.0.2.1", "198.51.100.7"


def sign_in(
    name: str = "imre", password: str = PASSWORD, *, origin: str = OFFICE, at: datetime = AT
) -> Account:
    return actions.sign_in(name, password=password, origin=origin, at=at)


def fail(name: str = "imre", *, origin: str = OFFICE, at: datetime = AT, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            sign_in(name, "wrong", origin=origin, at=at)


class TestSignIn:
    @pytest.fixture(autouse=True)
    def _accounts(self, cast: Cast) -> None:
        account(cast.requester)
        account(cast.other_requester)

    @pytest.mark.parametrize(
        "name",
        [
            "imre",
            " Imre\n",
            "IMRE",
            "im\0re",
            "imre.castellane@aldermoor.example",
            "Imre.Castellane@ALDERMOOR.example",
        ],
    )
    def test_by_name_or_address(self, name: str, cast: Cast) -> None:
        found = sign_in(name)
        assert found.person_id == cast.requester.person_id
        assert Account.objects.get(pk=found.pk).last_login == AT
        assert SignInAttempt.objects.count() == 0

    def test_name_and_address_count_together(self, cast: Cast) -> None:
        for name in ("imre", "imre.castellane@aldermoor.example") * 5:
            with pytest.raises(WrongCredentials):
                sign_in(name, password="wrong")
        with pytest.raises(Throttled):
            sign_in("imre")

    @pytest.mark.parametrize(
        ("name", "password"),
        [
            ("imre", "wrong"),
            ("imre", PASSWORD + " "),
            ("imre", PASSWORD.upper()),
            ("imre", ""),
            ("imre", "\ud800"),
            ("imre", PASSWORD + "\0"),
            ("solveig", "wrong"),
            ("nobody", PASSWORD),
            ("", PASSWORD),
            ("\0", PASSWORD),
            ("\ud800", PASSWORD),
            ("x" * 10_000, PASSWORD),
            ("nobody@aldermoor.example", PASSWORD),
            ("@", PASSWORD),
            ("%", PASSWORD),
        ],
    )
    def test_what_is_wrong_is_not_told(self, name: str, password: str) -> None:
        with pytest.raises(WrongCredentials) as refusal:
            sign_in(name, password)
        assert str(refusal.value) == "The name or the password is not right."
        assert Account.objects.filter(last_login__isnull=False).count() == 0

    def test_a_wrong_name_costs_as_much_as_a_wrong_password(self) -> None:
        def hashes(name: str) -> int:
            with mock.patch(
                "django.contrib.auth.hashers.MD5PasswordHasher.encode",
                return_value=make_password("other"),
            ) as hasher:
                fail(name)
            return int(hasher.call_count)

        assert hashes("nobody") == hashes("imre") == hashes("no@where.example") == 1

    def test_an_inactive_account(self, cast: Cast) -> None:
        Account.objects.filter(username="imre").update(is_active=False)
        with pytest.raises(WrongCredentials):
            sign_in()

    def test_somebody_who_left(self, cast: Cast) -> None:
        assert cast.requester.person_id
        deactivate_person(cast.requester.person_id, actor=SYSTEM, at=AT)
        for name in ("imre", "imre.castellane@aldermoor.example"):
            with pytest.raises(WrongCredentials):
                sign_in(name)

    def test_ten_failures_bar_the_name_from_everywhere(self) -> None:
        fail(times=9)
        sign_in()
        fail()
        for origin in (OFFICE, HOME):
            with pytest.raises(Throttled):
                sign_in(origin=origin)
        assert sign_in("solveig").username == "solveig"
        assert SignInAttempt.objects.count() == 10

    def test_for_a_quarter_of_an_hour(self) -> None:
        fail(times=10)
        edge = AT + timedelta(minutes=15)
        with pytest.raises(Throttled):
            sign_in(at=edge - MOMENT)
        sign_in(at=edge)

    def test_the_name_counts_in_any_spelling(self) -> None:
        for spelling in ("imre", "IMRE", " imre ", "im\0re", "imre\ud800"):
            fail(spelling, times=2)
        with pytest.raises(Throttled):
            sign_in()

    def test_names_that_do_not_exist_are_barred_alike(self) -> None:
        fail("nobody", times=10)
        with pytest.raises(Throttled):
            sign_in("nobody")

    def test_fifty_failures_bar_the_place_they_came_from(self) -> None:
        for each in range(50):
            fail(f"guess{each}")
        with pytest.raises(Throttled):
            sign_in()
        assert sign_in(origin=HOME).username == "imre"

    def test_places_with_the_longest_names(self) -> None:
        place = "x" * 300
        for each in range(50):
            fail(f"guess{each}", origin=place)
        with pytest.raises(Throttled):
            sign_in(origin=place)

    def test_what_counts_no_longer_is_forgotten(self) -> None:
        fail(times=2)
        fail(at=later(1))
        edge = AT + timedelta(minutes=15)
        assert actions.forget_attempts(at=edge) == 0
        assert actions.forget_attempts(at=edge + MOMENT) == 2
        assert SignInAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("by_account", "by_origin", "throttled"),
    [(0, 0, False), (9, 49, False), (10, 0, True), (0, 50, True), (10, 50, True)],
)
def test_the_limits(by_account: int, by_origin: int, throttled: bool) -> None:
    assert is_throttled(by_account=by_account, by_origin=by_origin) is throttled


class TestAccounts:
    def create(self, cast: Cast, **given: Any) -> Account:
        wanted = {"username": "Imre", "password": PASSWORD, "actor": cast.administrator, **given}
        key = wanted.pop("person", cast.requester.person_id)
        return actions.create_account(key, at=AT, **wanted)

    def test_is_made(self, cast: Cast, witness: Witness) -> None:
        with witness.watching() as seen:
            made = self.create(cast, username="  Imre ")
        assert made.username == "imre"
        assert made.person_id == cast.requester.person_id
        assert PASSWORD not in made.password
        assert seen.entry.verb == "authority.account_created"
        assert (seen.entry.subject_kind, seen.entry.subject_id) == ("person", made.person_id)
        assert seen.entry.changes == {"account": [None, "imre"]}

    @pytest.mark.parametrize(
        ("given", "fields"),
        [
            ({"username": ""}, {"username"}),
            ({"username": " \n"}, {"username"}),
            ({"username": "x" * 151}, {"username"}),
            ({"username": "a\0b"}, {"username"}),
            ({"username": "\ud800"}, {"username"}),
            ({"password": "short"}, {"password"}),
            ({"password": "password1234"}, {"password"}),
            ({"password": "1234567890123"}, {"password"}),
        ],
    )
    def test_nonsense(
        self, given: dict[str, str], fields: set[str], cast: Cast, witness: Witness
    ) -> None:
        with witness.refused(Invalid) as refusal:
            self.create(cast, **given)
        assert set(refusal.value.fields) == fields

    def test_a_name_that_is_taken(self, cast: Cast, witness: Witness) -> None:
        self.create(cast)
        with witness.refused(Invalid) as refusal:
            self.create(cast, username="IMRE", person=cast.other_requester.person_id)
        assert set(refusal.value.fields) == {"username"}

    def test_one_a_person(self, cast: Cast, witness: Witness) -> None:
        self.create(cast)
        with witness.refused(Invalid) as refusal:
            self.create(cast, username="imre2")
        assert set(refusal.value.fields) == {"person"}

    def test_for_nobody(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotFound):
            self.create(cast, person=10**9)

    @pytest.mark.parametrize("who", ["requester", "lead", "process_owner", "auditor"])
    def test_without_the_right(self, who: str, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            self.create(cast, actor=getattr(cast, who))


class TestPasswords:
    def test_one_s_own(self, cast: Cast, witness: Witness) -> None:
        account(cast.requester)
        key = cast.requester.person_id
        assert key
        with witness.watching() as seen:
            actions.set_password(key, password="another long one", actor=cast.requester, at=AT)
        assert (seen.entry.verb, seen.entry.changes) == ("authority.password_set", {})
        assert sign_in(password="another long one").person_id == key
        with pytest.raises(WrongCredentials):
            sign_in()

    def test_somebody_else_s(self, cast: Cast, witness: Witness) -> None:
        account(cast.requester)
        key = cast.requester.person_id
        assert key
        with witness.refused(NotAllowed):
            actions.set_password(key, password="another long one", actor=cast.lead, at=AT)
        actions.set_password(key, password="another long one", actor=cast.administrator, at=AT)
        sign_in(password="another long one")

    def test_too_weak(self, cast: Cast, witness: Witness) -> None:
        account(cast.requester)
        key = cast.requester.person_id
        assert key
        with witness.refused(Invalid) as refusal:
            actions.set_password(key, password="short", actor=cast.requester, at=AT)
        assert set(refusal.value.fields) == {"password"}

    def test_without_an_account(self, cast: Cast, witness: Witness) -> None:
        key = cast.requester.person_id
        assert key
        with witness.refused(NotFound):
            actions.set_password(key, password="another long one", actor=cast.requester, at=AT)


class TestRoles:
    def define(self, cast: Cast, *permissions: str, **given: Any) -> Role:
        wanted = {"name": "Keeper", "translations": {}, "actor": cast.administrator, **given}
        return actions.define_role("keeper", permissions=permissions, at=AT, **wanted)

    def test_is_made_and_changed(self, cast: Cast, witness: Witness) -> None:
        with witness.watching() as seen:
            role = self.define(cast, "work.view", "people.view", "work.view")
        assert role.permissions == ["people.view", "work.view"]
        assert seen.entry.verb == "authority.role_defined"
        assert (seen.entry.subject_kind, seen.entry.subject_id) == ("role", role.pk)
        assert seen.entry.changes == {"permissions": [None, ["people.view", "work.view"]]}
        with witness.watching() as seen:
            self.define(cast, "work.view")
        assert seen.entry.changes == {"permissions": [["people.view", "work.view"], ["work.view"]]}
        with witness.watching() as seen:
            self.define(cast, "work.view")
        assert seen.entries == []

    @pytest.mark.parametrize("name", ["work.fly", "", "WORK.VIEW", "*", "work.*"])
    def test_knows_only_what_exists(self, name: str, cast: Cast, witness: Witness) -> None:
        with witness.refused(Invalid) as refusal:
            self.define(cast, "work.view", name)
        assert set(refusal.value.fields) == {"permissions"}

    def test_without_the_right(self, cast: Cast, witness: Witness) -> None:
        for who in ("requester", "lead", "process_owner"):
            with witness.refused(NotAllowed):
                self.define(cast, "work.view", actor=getattr(cast, who))

    def test_the_standard_ones_hold_only_what_exists(self, cast: Cast) -> None:
        for role in Role.objects.all():
            assert set(role.permissions) <= set(access.PERMISSIONS), role.code
        assert queries.role_codes() == {
            "requester",
            "agent",
            "team_lead",
            "service_owner",
            "process_owner",
            "manager",
            "auditor",
            "administrator",
            "budget_holder",
            "monitoring_system",
            "telephone_system",
            "unit_reader",
        }


class TestGrants:
    def grant(self, cast: Cast, **given: Any) -> RoleGranted:
        wanted = {"role": "agent", "actor": cast.administrator, **given}
        key = wanted.pop("person", cast.requester.person_id)
        return actions.grant_role(key, at=AT, **wanted)

    def test_is_given(self, cast: Cast, witness: Witness) -> None:
        key = cast.requester.person_id
        assert key
        with witness.watching() as seen:
            event = self.grant(cast, scope_kind="team", scope_id=5)
        assert seen.fact == event == RoleGranted(key, "agent", AT)
        assert seen.entry.verb == "authority.role_granted"
        assert (seen.entry.subject_kind, seen.entry.subject_id) == ("person", key)
        assert seen.entry.changes == {"role": [None, ["agent", "team", 5]]}
        with witness.unmoved():
            assert self.grant(cast, scope_kind="team", scope_id=5) == event

    def test_is_taken_back(self, cast: Cast, witness: Witness) -> None:
        key = cast.requester.person_id
        assert key
        self.grant(cast, scope_kind="team", scope_id=5)
        self.grant(cast, scope_kind="team", scope_id=6)
        given: dict[str, Any] = {"role": "agent", "scope_kind": "team", "scope_id": 5}
        with witness.refused(NotAllowed):
            actions.withdraw_role(key, **given, actor=cast.lead, at=AT)
        with witness.watching() as seen:
            event = actions.withdraw_role(key, **given, actor=cast.administrator, at=AT)
        assert seen.fact == event == RoleWithdrawn(key, "agent", AT)
        assert seen.entry.verb == "authority.role_withdrawn"
        assert seen.entry.changes == {"role": [["agent", "team", 5], None]}
        found = queries.actor_for(key, channel=Channel.DESK)
        assert found is not None
        assert found.may("incident.work", team=6)
        assert not found.may("incident.work", team=5)
        with witness.unmoved():
            actions.withdraw_role(key, **given, actor=cast.administrator, at=AT)

    def test_everywhere_only_once_too(self, cast: Cast, witness: Witness) -> None:
        self.grant(cast)
        with witness.unmoved():
            self.grant(cast)
        assert Grant.objects.filter(person=cast.requester.person_id).count() == 1

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"scope_kind": "team"}, "scope_id"),
            ({"scope_kind": "everything", "scope_id": 5}, "scope_id"),
            ({"scope_kind": "galaxy", "scope_id": 5}, "scope_kind"),
            ({"scope_kind": "", "scope_id": 5}, "scope_kind"),
            ({"scope_kind": "a kind that is too long to store", "scope_id": 5}, "scope_kind"),
        ],
    )
    def test_nonsense(
        self, given: dict[str, Any], field: str, cast: Cast, witness: Witness
    ) -> None:
        with witness.refused(Invalid) as refusal:
            self.grant(cast, **given)
        assert set(refusal.value.fields) == {field}

    def test_to_nobody_or_of_nothing(self, cast: Cast, witness: Witness) -> None:
        for given in ({"person": 10**9}, {"role": "king"}):
            with witness.refused(NotFound):
                self.grant(cast, **given)

    def test_without_the_right(self, cast: Cast, witness: Witness) -> None:
        for who in ("requester", "lead", "process_owner", "auditor"):
            with witness.refused(NotAllowed):
                self.grant(cast, actor=getattr(cast, who))

    def test_the_right_in_a_part_is_not_enough(self, cast: Cast, witness: Witness) -> None:
        self.grant(
            cast,
            person=cast.other_requester.person_id,
            role="administrator",
            scope_kind="team",
            scope_id=cast.teams["workplace"],
        )
        with witness.refused(NotAllowed):
            self.grant(cast, actor=actor("solveig.adeyemi"))


class TestActor:
    def test_of_somebody_without_a_grant(self, cast: Cast) -> None:
        found = cast.requester
        assert found.name == "Imre Castellane"
        assert (found.language, found.time_zone) == ("en", "Europe/London")
        assert set(found.scopes) == {
            "approval.decide",
            "incident.report",
            "initiative.suggest",
            "notification.read",
            "request.order",
        }
        assert found.scope("incident.report").everywhere
        assert found.team_ids == frozenset()

    def test_a_unit_counts_with_all_below_it(self, cast: Cast) -> None:
        units = keys_by_code().units
        for unit, covered in (
            ("institute", set(units.values())),
            ("climate", {units["climate"]}),
        ):
            person = person_id("imre.castellane")
            Grant.objects.filter(person=person).delete()
            actions.grant_role(
                person,
                role="agent",
                scope_kind="unit",
                scope_id=units[unit],
                actor=SYSTEM,
                at=AT,
            )
            found = actor("imre.castellane")
            assert found.scope("incident.work").keys("unit") == covered
            assert not found.scope("incident.work").everywhere
            assert found.scope("incident.report").everywhere

    def test_units_whose_keys_begin_alike_are_not_mixed_up(self, cast: Cast) -> None:
        units = keys_by_code().units
        person = person_id("imre.castellane")
        actions.grant_role(
            person, role="agent", scope_kind="unit", scope_id=units["it"], actor=SYSTEM, at=AT
        )
        assert actor("imre.castellane").scope("work.view").keys("unit") == {units["it"]}

    def test_grants_add_up(self, cast: Cast) -> None:
        found = cast.lead
        both = {cast.teams["service-desk"], cast.teams["workplace"]}
        assert found.scope("incident.cancel").keys("team") == both
        assert found.team_ids == {cast.teams["service-desk"]}
        owner = cast.service_owner
        owned = {cast.services["laptop"], cast.services["mail"]}
        assert owner.scope("service.manage").keys("service") == owned
        assert not owner.may("service.manage", service=cast.services["heating"])

    def test_somebody_who_left(self, cast: Cast) -> None:
        account(cast.requester)
        key = Account.objects.get(username="imre").pk
        assert queries.actor_for_account(key, channel=Channel.DESK) is not None
        assert cast.requester.person_id
        deactivate_person(cast.requester.person_id, actor=SYSTEM, at=AT)
        assert queries.actor_for(cast.requester.person_id, channel=Channel.DESK) is None
        assert queries.actor_for_account(key, channel=Channel.DESK) is None
        assert queries.actor_for(10**9, channel=Channel.DESK) is None

    def test_an_inactive_account(self, cast: Cast) -> None:
        account(cast.requester)
        Account.objects.update(is_active=False)
        key = Account.objects.get(username="imre").pk
        assert queries.actor_for_account(key, channel=Channel.DESK) is None

    @pytest.mark.parametrize("code", ["imre.castellane", "tamsin.harrowgate", "nora.fitzallan"])
    def test_takes_one_query(
        self, code: str, cast: Cast, django_assert_num_queries: Callable[[int], Any]
    ) -> None:
        key = person_id(code)
        with django_assert_num_queries(1):
            queries.actor_for(key, channel=Channel.DESK)

    def test_a_unit_that_is_gone_gives_no_rights(self, cast: Cast) -> None:
        key = person_id("imre.castellane")
        Grant.objects.create(
            person_id=key,
            role=Role.objects.get(code="agent"),
            scope_kind="unit",
            scope_id=10**9,
        )
        found = queries.actor_for(key, channel=Channel.DESK)
        assert found is not None
        assert not found.may_somewhere("incident.work")

    def test_and_no_more_for_units_however_many(
        self, cast: Cast, django_assert_num_queries: Callable[[int], Any]
    ) -> None:
        key = person_id("imre.castellane")
        for unit in keys_by_code().units.values():
            actions.grant_role(
                key, role="agent", scope_kind="unit", scope_id=unit, actor=SYSTEM, at=AT
            )
        with django_assert_num_queries(1):
            queries.actor_for(key, channel=Channel.DESK)
        with django_assert_num_queries(1):
            queries.actor_for(10**9, channel=Channel.DESK)


class TestTokens:
    def by(self, secret: str, at: datetime = AT) -> Any:
        bearer = queries.bearer_of(secret, origin=OFFICE, at=at)
        return None if bearer is None else bearer.actor

    def test_is_shown_once_and_kept_as_a_hash(self, cast: Cast, witness: Witness) -> None:
        key = cast.agent.person_id
        assert key
        with witness.watching() as seen:
            secret = actions.issue_token(
                key,
                name="Telephone system",
                permissions=["work.view", "incident.report", "work.view"],
                expires_at=None,
                actor=cast.agent,
                at=AT,
            )
        stored = Token.objects.get()
        assert secret.startswith("tsh_")
        assert len(secret) == 47
        assert bytes(stored.digest) == queries.token_digest(secret)
        assert stored.prefix == secret[:10]
        assert stored.permissions == ["incident.report", "work.view"]
        assert seen.entry.verb == "authority.token_issued"
        for value in (*vars(stored).values(), seen.entry.changes):
            assert secret not in str(value)
            assert secret[10:] not in str(value)
        assert secret != token(cast.agent, ["work.view"])

    def test_acts_for_its_person_with_no_more_than_both_may(self, cast: Cast) -> None:
        secret = token(cast.agent, ["work.view", "incident.cancel", "authority.manage"])
        found = self.by(secret)
        assert found.person_id == cast.agent.person_id
        assert (found.channel, found.origin, found.name) == ("api", OFFICE, cast.agent.name)
        assert dict(found.scopes) == {"work.view": cast.agent.scope("work.view")}
        assert self.by(token(cast.requester, ["work.view"])).scopes == {}

    def test_loses_what_its_person_loses(self, cast: Cast) -> None:
        secret = token(cast.agent, ["work.view"])
        Grant.objects.filter(person=cast.agent.person_id).delete()
        assert self.by(secret).scopes == {}
        assert cast.agent.person_id
        deactivate_person(cast.agent.person_id, actor=SYSTEM, at=AT)
        assert self.by(secret) is None

    def test_reads_notes_only_with_the_right_to(self, cast: Cast) -> None:
        number = opened(cast.requester)
        found = self.by(token(cast.agent, ["work.view"]))
        assert find(number, actor=found).number == number
        view = incidents.incident(number, actor=found, at=AT)
        assert not view.may_read_notes
        assert view.possible == set()
        blind = self.by(token(cast.agent, ["incident.report"]))
        with pytest.raises(NotFound):
            find(number, actor=blind)

    def test_the_moment_it_expires(self, cast: Cast) -> None:
        key = cast.agent.person_id
        assert key
        secret = actions.issue_token(
            key,
            name="x",
            permissions=["work.view"],
            expires_at=later(60),
            actor=cast.agent,
            at=AT,
        )
        assert self.by(secret, at=later(60) - MOMENT) is not None
        assert self.by(secret, at=later(60)) is None

    def test_is_revoked_by_its_person_or_an_administrator(
        self, cast: Cast, witness: Witness
    ) -> None:
        for revoker in (cast.agent, cast.administrator):
            secret = token(cast.agent, ["work.view"])
            stored = Token.objects.get(digest=queries.token_digest(secret))
            with witness.refused(NotAllowed):
                actions.revoke_token(stored.pk, actor=cast.lead, at=AT)
            with witness.watching() as seen:
                actions.revoke_token(stored.pk, actor=revoker, at=AT)
            assert seen.entry.verb == "authority.token_revoked"
            assert self.by(secret) is None
            with witness.unmoved():
                actions.revoke_token(stored.pk, actor=revoker, at=later(1))
        with witness.refused(NotFound):
            actions.revoke_token(10**9, actor=cast.administrator, at=AT)

    @pytest.mark.parametrize(
        "secret", ["", "tsh_", "tsh_" + "x" * 43, "\0", "\ud800", "x" * 100_000]
    )
    def test_what_is_no_token(self, secret: str, cast: Cast) -> None:
        token(cast.agent, ["work.view"])
        assert self.by(secret) is None

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"permissions": []}, "permissions"),
            ({"permissions": ["work.view", "work.fly"]}, "permissions"),
            ({"name": "a\0b"}, "name"),
            ({"name": "\ud800"}, "name"),
        ],
    )
    def test_nonsense(
        self, given: dict[str, Any], field: str, cast: Cast, witness: Witness
    ) -> None:
        wanted = {"name": "x", "permissions": ["work.view"], **given}
        assert cast.agent.person_id
        with witness.refused(Invalid) as refusal:
            actions.issue_token(
                cast.agent.person_id, expires_at=None, actor=cast.agent, at=AT, **wanted
            )
        assert set(refusal.value.fields) == {field}

    def test_for_others_only_with_the_right(self, cast: Cast, witness: Witness) -> None:
        given: dict[str, Any] = {"name": "x", "permissions": ["work.view"], "expires_at": None}
        assert cast.agent.person_id
        with witness.refused(NotAllowed):
            actions.issue_token(cast.agent.person_id, actor=cast.lead, at=AT, **given)
        actions.issue_token(cast.agent.person_id, actor=cast.administrator, at=AT, **given)
        with witness.refused(NotFound):
            actions.issue_token(10**9, actor=cast.administrator, at=AT, **given)

    def test_are_listed_for_their_person(self, cast: Cast) -> None:
        for minute in (1, 2):
            token(cast.agent, ["work.view"], at=later(minute))
        key = cast.agent.person_id
        assert key
        for reader in (cast.agent, cast.administrator):
            rows = queries.token_list(key, actor=reader)
            assert [each.created_at for each in rows] == [later(2), later(1)]
        with pytest.raises(NotAllowed):
            queries.token_list(key, actor=cast.lead)

    def test_use_is_noted_forwards_only(self, cast: Cast) -> None:
        secret = token(cast.agent, ["work.view"])
        digest = queries.token_digest(secret)
        for minute, noted in ((5, 5), (3, 5), (5, 5), (6, 6)):
            actions.note_token_use(digest, at=later(minute))
            assert Token.objects.get().last_used_at == later(noted)

    def test_takes_one_query_more_than_its_person(
        self, cast: Cast, django_assert_num_queries: Callable[[int], Any]
    ) -> None:
        secret = token(cast.agent, ["work.view"])
        with django_assert_num_queries(2):
            self.by(secret)
        with django_assert_num_queries(1):
            self.by("tsh_none")


def test_no_secret_reaches_the_journal(cast: Cast) -> None:
    account(cast.requester)
    secret = token(cast.requester, ["incident.report"])
    stored = Account.objects.get(username="imre").password
    for entry in Entry.objects.all():
        written = f"{entry.changes} {entry.verb} {entry.origin} {entry.actor_name}"
        assert PASSWORD not in written
        assert stored not in written
        assert secret not in written


def test_a_right_everywhere_is_asked_for_everywhere(cast: Cast) -> None:
    access.require(cast.administrator, access.MANAGE)
    access.require(SYSTEM, access.MANAGE)
    for who in (cast.agent, cast.lead, replace(cast.administrator, scopes={})):
        with pytest.raises(NotAllowed):
            access.require(who, access.MANAGE)
