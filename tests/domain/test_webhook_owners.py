"""Whose webhooks are: those of programs go on when people leave, those of people are paused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.alerts import fired, incidents, made_source, rule, settled, told, with_rules
from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.incidents import row as work
from tests.jobs import run_jobs
from tests.webhooks import Receiver, deliver, hooked, keeper, spread
from timshel.context.people.actions import create_person, deactivate_person
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority.actions import AccountContent
from timshel.leadership.authority.queries import people_with
from timshel.resolution_fulfilment.alert.actions import hand_over_reports
from timshel.resolution_fulfilment.alert.models import AlertSource
from timshel.support.notification.models import Notice
from timshel.support.webhook import actions, queries
from timshel.support.webhook.actions import WebhookMade, WebhookWanted
from timshel.support.webhook.models import Delivery, Subscription
from timshel.support.webhook.states import DeliveryState, StopReason, SubscriptionState

pytestmark = pytest.mark.django_db
WANTED = WebhookWanted("Board", "https://chat.example/hook", ("incident.opened",))


def account(cast: Cast, *, owner: str = "zachary.penrose", code: str = "board") -> str:
    content = AccountContent("The board", "Shows what is open.", owner, ("cases:read",))
    return authority.create_service_account(code, content=content, actor=SYSTEM, at=AT)


def of_program(who: Actor, code: str = "board") -> WebhookMade:
    wanted = replace(WANTED, service_account=code)
    return actions.create_webhook(wanted, actor=who, at=AT)


def sent(made: WebhookMade) -> list[str]:
    """The numbers that a webhook is sent of all that happened."""
    spread()
    receiver = Receiver()
    deliver(made, receiver, at=later(60))
    return [event["subject"] for event in receiver.events]


def leave(actor: Actor) -> None:
    """Somebody leaves, and all that follows from it is done."""
    assert actor.person_id is not None
    deactivate_person(actor.person_id, actor=SYSTEM, at=later(5))
    run_jobs()


class TestPrograms:
    def test_the_rights_of_the_account_decide(self, cast: Cast) -> None:
        account(cast)
        made = of_program(cast.administrator)
        number = opened(cast.requester, service="heating")
        assert sent(made) == [number]
        row = queries.webhook(made.id, actor=cast.administrator, at=AT).row
        assert (row.owner, row.service_account) == ("The board", "board")
        assert row.answers == cast.administrator.name

    def test_it_goes_on_when_whoever_set_it_up_leaves(self, cast: Cast) -> None:
        account(cast, owner="tamsin.harrowgate")
        made = of_program(cast.administrator)
        leave(cast.administrator)
        number = opened(cast.requester)
        assert sent(made) == [number]
        assert Subscription.objects.get(pk=made.id).state == SubscriptionState.ACTIVE

    def test_it_goes_on_when_whoever_answers_for_it_leaves(self, cast: Cast) -> None:
        owner = keeper(cast)
        Person.objects.filter(pk=owner.person_id).update(manager=cast.lead.person_id)
        account(cast, owner="adaeze.thornquist")
        made = of_program(owner)
        leave(owner)
        number = opened(cast.requester)
        assert sent(made) == [number]
        row = queries.webhook(made.id, actor=cast.administrator, at=AT).row
        assert row.answers == cast.lead.name
        told = Notice.objects.get(topic="authority.accounts_handed_over")
        assert told.person_id == cast.lead.person_id

    def test_it_ends_with_the_account(self, cast: Cast) -> None:
        account(cast)
        made = of_program(cast.administrator)
        authority.end_service_account("board", actor=SYSTEM, at=later(1))
        opened(cast.requester, at=later(2))
        assert sent(made) == []
        actions.pause_webhook(made.id, actor=cast.administrator, at=later(3))
        with pytest.raises(WrongState, match="Choose another owner"):
            actions.resume_webhook(made.id, actor=cast.administrator, at=later(4))

    def test_only_who_answers_for_a_program_gives_it_one(self, cast: Cast) -> None:
        owner = keeper(cast)
        account(cast)
        account(cast, owner="adaeze.thornquist", code="own")
        with pytest.raises(Invalid) as refused:
            of_program(owner)
        assert "owner" in refused.value.fields
        assert not Subscription.objects.exists()
        with pytest.raises(Invalid):
            of_program(cast.administrator, "nothing\0")
        made = of_program(owner, "own")
        rows = queries.webhook_list(actor=owner).items
        assert [each.id for each in rows] == [made.id]

    def test_it_is_kept_by_who_answers_for_the_program_now(self, cast: Cast) -> None:
        first = keeper(cast)
        account(cast, owner="adaeze.thornquist")
        made = of_program(first)
        content = AccountContent("Board", "Shows.", "zachary.penrose", ("cases:read",))
        authority.change_service_account("board", content=content, actor=SYSTEM, at=AT)
        with pytest.raises(NotFound):
            queries.webhook(made.id, actor=first, at=AT)
        with pytest.raises(NotFound):
            actions.pause_webhook(made.id, actor=first, at=AT)
        actions.pause_webhook(made.id, actor=cast.administrator, at=AT)

    def test_a_token_gives_it_no_more_than_it_was_made_for(self, cast: Cast) -> None:
        account(cast)
        scopes = {
            name: cast.administrator.scope(name) for name in ("webhook.manage", "authority.manage")
        }
        limited = replace(cast.administrator, channel=Channel.API, scopes=scopes)
        made = of_program(limited)
        opened(cast.requester)
        assert sent(made) == []


class TestChanging:
    def test_what_was_composed_for_another_is_not_sent(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        account(cast)
        wanted = replace(WANTED, service_account="board")
        actions.change_webhook(made.id, wanted=wanted, actor=cast.administrator, at=later(1))
        delivery = Delivery.objects.get(subscription_id=made.id)
        assert delivery.state == DeliveryState.WITHHELD
        receiver = Receiver()
        assert deliver(made, receiver, at=later(2)) == 0
        entry = Entry.objects.get(verb="webhook.changed")
        assert entry.changes["service_account"] == ["", "board"]

    def test_other_changes_leave_the_owner_and_what_waits(self, cast: Cast) -> None:
        account(cast)
        made = of_program(cast.administrator)
        opened(cast.requester)
        spread()
        actions.change_webhook(
            made.id, wanted=replace(WANTED, name="Wall"), actor=cast.administrator, at=later(1)
        )
        row = queries.webhook(made.id, actor=cast.administrator, at=AT).row
        assert (row.name, row.service_account, row.waiting) == ("Wall", "board", 1)
        wanted = replace(WANTED, service_account="")
        actions.change_webhook(made.id, wanted=wanted, actor=cast.administrator, at=later(2))
        row = queries.webhook(made.id, actor=cast.administrator, at=AT).row
        assert (row.owner, row.service_account) == (cast.administrator.name, "")


class TestLeaving:
    @pytest.fixture
    def made(self, cast: Cast) -> WebhookMade:
        return hooked(keeper(cast))

    def test_it_is_paused_and_who_keeps_all_hears(self, cast: Cast, made: WebhookMade) -> None:
        leave(cast.service_owner)
        found = Subscription.objects.get(pk=made.id)
        assert (found.state, found.stop_reason) == (SubscriptionState.STOPPED, StopReason.LEFT)
        told = Notice.objects.filter(topic="webhook.stopped")
        assert [each.person_id for each in told] == [cast.administrator.person_id]
        assert Entry.objects.filter(verb="webhook.stopped").count() == 1
        person_id = cast.service_owner.person_id or 0
        assert actions.stop_of_leaver(person_id, actor=SYSTEM, at=later(6)) == 0

    def test_another_takes_it_over_and_it_goes_on(self, cast: Cast, made: WebhookMade) -> None:
        leave(cast.service_owner)
        by: dict[str, Any] = {"actor": cast.administrator, "at": later(10)}
        with pytest.raises(WrongState):
            actions.resume_webhook(made.id, **by)
        wanted = replace(WANTED, owner_id=cast.administrator.person_id)
        actions.change_webhook(made.id, wanted=wanted, **by)
        actions.resume_webhook(made.id, **by)
        number = opened(cast.requester, at=later(11))
        assert sent(made) == [number]

    def test_whoever_is_here_keeps_theirs(self, cast: Cast, made: WebhookMade) -> None:
        person_id = cast.service_owner.person_id or 0
        assert actions.stop_of_leaver(person_id, actor=SYSTEM, at=AT) == 0
        assert Subscription.objects.get(pk=made.id).state == SubscriptionState.ACTIVE


class TestMonitoring:
    @pytest.fixture
    def reporter(self, cast: Cast) -> int:
        given: dict[str, Any] = {"actor": SYSTEM, "at": AT}
        key = create_person(
            code="leaving.one", name="Leaving One", email="one@timshel.example", **given
        ).person_id
        made_source(cast, reporter_id=key)
        with_rules(rule("Everything"))
        return key

    def _left(self, key: int) -> AlertSource:
        deactivate_person(key, actor=SYSTEM, at=AT)
        run_jobs()
        return AlertSource.objects.get()

    def test_incidents_are_opened_for_whom_they_reported_to(
        self, cast: Cast, reporter: int
    ) -> None:
        Person.objects.filter(pk=reporter).update(manager=cast.lead.person_id)
        assert self._left(reporter).reporter_id == cast.lead.person_id
        told(fired())
        settled()
        (number,) = incidents()
        assert work(number).requester_id == cast.lead.person_id
        entry = Entry.objects.get(verb="alert_source.handed_over")
        assert entry.changes == {"reporter": [reporter, cast.lead.person_id]}
        assert hand_over_reports(reporter, actor=SYSTEM, at=AT) == ()

    def test_or_else_for_one_of_those_who_keep_sources(self, cast: Cast, reporter: int) -> None:
        found = self._left(reporter)
        assert found.reporter_id in people_with("alert.manage")
        told(fired())
        settled()
        assert len(incidents()) == 1
