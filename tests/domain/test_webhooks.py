"""Webhooks: who is told what, when it is tried again, and when no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.jobs import run_jobs, waiting_jobs
from tests.webhooks import Receiver, deliver, hooked, keeper, spread
from timshel.context.people.actions import deactivate_person
from timshel.kernel.actor import Channel
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.leadership.authority.actions import withdraw_role
from timshel.leadership.authority.models import Grant
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.support.notification.models import Notice
from timshel.support.webhook import actions, queries, rules
from timshel.support.webhook.actions import WebhookWanted
from timshel.support.webhook.actions.spreading import send_event
from timshel.support.webhook.models import Attempt, Delivery, SigningSecret, Subscription
from timshel.support.webhook.states import DeliveryState, StopReason, SubscriptionState

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def state_of(key: int) -> Subscription:
    return Subscription.objects.get(pk=key)


class TestWhatIsSent:
    def test_an_event_says_what_happened(self, cast: Cast, settings: Any) -> None:
        settings.BASE_ADDRESS = "https://desk.example"
        made = hooked(cast.administrator)
        number = opened(cast.requester, service="mail", title="I cannot send mail", at=later(1))
        spread()
        receiver = Receiver()
        assert deliver(made, receiver, at=later(2)) == 1
        ((headers, _body),) = receiver.got
        (event,) = receiver.events
        data = event.pop("data")
        assert event == {
            "specversion": "1.0",
            "id": headers["webhook-id"],
            "source": "https://desk.example",
            "type": "timshel.incident.opened",
            "subject": number,
            "time": later(1).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "dataschema": "https://desk.example/api/v1/webhooks/kinds/incident.opened/schema"
            "?version=1",
        }
        assert data["number"] == number
        assert data["title"] == "I cannot send mail"
        assert data["service"] == "mail"
        assert data["requester"] == {"id": cast.requester.person_id, "name": cast.requester.name}
        assert headers["Content-Type"].startswith("application/cloudevents+json")
        assert deliver(made, receiver, at=later(3)) == 0

    def test_nothing_is_prepared_where_nobody_listens(self, cast: Cast) -> None:
        hooked(cast.administrator, "incident.closed")
        opened(cast.requester)
        assert "webhook.spread" not in waiting_jobs()
        with CaptureQueriesContext(connection) as asked:
            send_event("incident.opened", about={}, at=AT)
        assert len(asked) == 1

    def test_what_is_rolled_back_is_never_told(self, cast: Cast) -> None:
        hooked(cast.administrator)
        with transaction.atomic():
            opened(cast.requester)
            assert "webhook.spread" in waiting_jobs()
            transaction.set_rollback(True)
        assert waiting_jobs() == []

    def test_a_job_that_runs_twice_makes_one_delivery(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        run_jobs(times=2)
        assert Delivery.objects.filter(subscription_id=made.id).count() == 1

    def test_what_the_owner_may_not_see_is_not_sent(self, cast: Cast) -> None:
        own = hooked(keeper(cast))
        opened(cast.other_requester, service="heating")
        mine = opened(cast.requester, service="mail")
        spread()
        found = Delivery.objects.filter(subscription_id=own.id)
        assert [each.subject for each in found] == [mine]

    def test_a_note_is_never_sent_but_a_reply_is(self, cast: Cast) -> None:
        made = hooked(cast.administrator, "incident.replied", "incident.changed")
        number = opened(cast.requester)
        incidents.note_on_incident(number, text="A secret.", actor=cast.agent, at=later(1))
        incidents.reply_to_incident(number, text="Please restart.", actor=cast.agent, at=later(2))
        spread()
        receiver = Receiver()
        deliver(made, receiver, at=later(3))
        assert receiver.types == ["timshel.incident.replied"]
        assert receiver.events[0]["data"]["reply"]["text"] == "Please restart."
        assert not any(b"secret" in body for _headers, body in receiver.got)

    def test_a_condition_is_asked_of_the_data(self, cast: Cast) -> None:
        made = hooked(cast.administrator, condition="data.service == 'mail'")
        opened(cast.requester, service="heating")
        mail = opened(cast.requester, service="mail")
        spread()
        found = Delivery.objects.filter(subscription_id=made.id)
        assert [each.subject for each in found] == [mail]

    def test_a_condition_that_cannot_be_asked_is_said(self, cast: Cast) -> None:
        made = hooked(cast.administrator, condition="data.nothing == 1")
        opened(cast.requester)
        spread()
        assert not Delivery.objects.filter(subscription_id=made.id).exists()
        assert "could not be evaluated" in state_of(made.id).condition_trouble

    def test_a_token_sends_no_more_than_it_was_made_for(self, cast: Cast) -> None:
        limited = replace(
            cast.administrator,
            channel=Channel.API,
            scopes={"webhook.manage": cast.administrator.scope("webhook.manage")},
        )
        made = hooked(limited)
        opened(cast.requester)
        spread()
        assert not Delivery.objects.filter(subscription_id=made.id).exists()


class TestTryingAgain:
    def test_down_for_an_hour_then_everything_once(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        numbers = [opened(cast.requester, at=later(each)) for each in range(5)]
        spread()
        receiver = Receiver(status=None, trouble="refused")
        moment = later(5)
        while moment < later(65):
            deliver(made, receiver, at=moment)
            moment += timedelta(seconds=10)
        receiver.got.clear()
        receiver.status = 200
        while moment < later(65) + timedelta(hours=3):
            deliver(made, receiver, at=moment)
            moment += timedelta(minutes=5)
        assert sorted(each["subject"] for each in receiver.events) == sorted(numbers)
        assert len(set(receiver.ids)) == 5
        assert state_of(made.id).failing_since is None

    def test_what_happens_during_an_hour_of_failure_arrives_by_the_sweep_alone(
        self, cast: Cast
    ) -> None:
        made = hooked(cast.administrator)
        receiver = Receiver(status=503)
        numbers: list[str] = []
        arrived: dict[str, float] = {}
        minute = 0.0
        while minute < 60 + 150:
            if minute < 60 and minute % 5 == 0:
                numbers.append(opened(cast.requester, at=later(minute)))
                spread()
            receiver.status = 503 if minute < 60 else 200
            receiver.got.clear()
            if actions.announce_due(at=later(minute)):
                deliver(made, receiver, at=later(minute))
            if receiver.status == 200:
                for event in receiver.events:
                    arrived.setdefault(event["subject"], minute)
            minute += 0.5
        assert (len(numbers), sorted(arrived)) == (12, sorted(numbers))
        # At the latest after the longest pause of what had failed four times within the hour.
        assert max(arrived.values()) <= 60 + 150
        deliveries = Delivery.objects.filter(subscription_id=made.id)
        assert {each.state for each in deliveries} == {DeliveryState.DELIVERED}
        tries = Attempt.objects.filter(delivery__in=deliveries, status=200)
        assert tries.count() == 12  # none came twice
        assert state_of(made.id).state == SubscriptionState.ACTIVE
        assert state_of(made.id).failing_since is None

    def test_the_pauses_grow_for_three_days_then_it_is_given_up(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        receiver = Receiver(status=500)
        began = moment = later(1)
        delivery = Delivery.objects.get(subscription_id=made.id)
        while delivery.state == DeliveryState.WAITING:
            assert deliver(made, receiver, at=moment) == 1
            delivery.refresh_from_db()
            moment = delivery.next_attempt_at or moment
        assert delivery.state == DeliveryState.FAILED
        assert len(receiver.got) == 10
        assert timedelta(days=3) < moment - began < timedelta(days=4)
        assert len(set(receiver.ids)) == 1
        assert len({body for _headers, body in receiver.got}) == 1

    def test_what_a_killed_worker_left_is_sent_again(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()

        class Killed(BaseException):
            """As when the process ends."""

        def die(_address: str, /, **_call: Any) -> Any:
            raise Killed

        with pytest.raises(Killed):
            actions.deliver_due(made.id, posting=die, at=later(1), within=DAY)
        receiver = Receiver()
        assert deliver(made, receiver, at=later(1)) == 0
        assert actions.announce_due(at=later(1)) == 0
        assert actions.announce_due(at=later(2)) == 1
        assert deliver(made, receiver, at=later(2)) == 1

    @pytest.mark.parametrize(("said", "waits"), [("3600", 3600), ("999999999", 86_400), ("", 5)])
    def test_a_receiver_is_left_in_peace(self, cast: Cast, said: str, waits: int) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        deliver(made, Receiver(status=429, retry_after=said), at=later(1))
        delivery = Delivery.objects.get(subscription_id=made.id)
        assert delivery.next_attempt_at is not None
        rest = (delivery.next_attempt_at - later(1)).total_seconds()
        assert waits <= rest < waits * 1.2 + 1

    def test_who_fails_again_and_again_is_left_until_the_next_look(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        for _each in range(5):
            opened(cast.requester)
        spread()
        assert deliver(made, Receiver(status=503), at=later(1)) == rules.MOST_FAILURES

    def test_a_right_that_ended_withholds_what_waits(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        receiver = Receiver(status=500)
        deliver(made, receiver, at=later(1))
        person_id = cast.administrator.person_id or 0
        withdraw_role(person_id, role="administrator", actor=SYSTEM, at=later(2))
        receiver.status = 200
        assert deliver(made, receiver, at=later(10)) == 0
        found = Delivery.objects.get(subscription_id=made.id)
        assert found.state == DeliveryState.WITHHELD
        opened(cast.requester)
        spread()
        assert Delivery.objects.filter(subscription_id=made.id).count() == 1

    @pytest.mark.parametrize("leaves", [True, False])
    def test_what_was_never_tried_is_withheld_as_well(self, cast: Cast, *, leaves: bool) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        person_id = cast.administrator.person_id or 0
        if leaves:
            deactivate_person(person_id, actor=SYSTEM, at=later(2))
        else:
            withdraw_role(person_id, role="administrator", actor=SYSTEM, at=later(2))
        receiver = Receiver()
        assert deliver(made, receiver, at=later(10)) == 0
        assert receiver.got == []
        assert Delivery.objects.get(subscription_id=made.id).state == DeliveryState.WITHHELD

    def test_what_was_missed_is_asked_about_before_it_is_sent_by_hand(self, cast: Cast) -> None:
        owner = keeper(cast)
        made = hooked(owner)
        opened(cast.requester, service="mail", at=later(1))
        actions.pause_webhook(made.id, actor=owner, at=later(1))
        spread()
        assert Delivery.objects.get().state == DeliveryState.MISSED
        grants = Grant.objects.filter(person_id=owner.person_id).exclude(role__code="integrator")
        grants.delete()
        actions.resume_webhook(made.id, actor=owner, at=later(3))
        assert actions.replay_failed(made.id, since=AT, actor=owner, at=later(4)) == 1
        receiver = Receiver()
        assert deliver(made, receiver, at=later(5)) == 0
        assert receiver.got == []


class TestPausing:
    def test_gone_pauses_at_once_and_the_owner_hears(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        deliver(made, Receiver(status=410), at=later(1))
        found = state_of(made.id)
        assert (found.state, found.stop_reason) == (SubscriptionState.STOPPED, StopReason.GONE)
        run_jobs()
        notice = Notice.objects.get(person_id=cast.administrator.person_id)
        assert (notice.topic, notice.parts["said"]) == ("webhook.stopped", "webhook_gone")

    def test_days_of_nothing_but_failure_pause_it(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        receiver = Receiver(status=500)
        moment = AT
        for day in range(7):
            if state_of(made.id).state == SubscriptionState.ACTIVE:
                opened(cast.requester, at=AT + day * DAY)
                spread()
            moment = AT + day * DAY + timedelta(minutes=1)
            deliver(made, receiver, at=moment)
            if day < 5:
                assert state_of(made.id).state == SubscriptionState.ACTIVE
        assert state_of(made.id).stop_reason == StopReason.FAILING

    def test_one_success_begins_the_count_anew(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        for day, status in enumerate((500, 500, 500, 200, 500, 500, 500, 500)):
            opened(cast.requester, at=AT + day * DAY)
            spread()
            Delivery.objects.filter(state=DeliveryState.WAITING).exclude(
                happened_at=AT + day * DAY
            ).delete()
            deliver(made, Receiver(status=status), at=AT + day * DAY + timedelta(minutes=1))
        assert state_of(made.id).state == SubscriptionState.ACTIVE

    def test_what_happens_while_paused_can_be_sent_later(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        actions.pause_webhook(made.id, actor=cast.administrator, at=later(1))
        missed = opened(cast.requester, at=later(2))
        spread()
        receiver = Receiver()
        assert deliver(made, receiver, at=later(3)) == 0
        with pytest.raises(WrongState):
            actions.replay_failed(made.id, since=AT, actor=cast.administrator, at=later(4))
        actions.resume_webhook(made.id, actor=cast.administrator, at=later(5))
        assert deliver(made, receiver, at=later(6)) == 0
        count = actions.replay_failed(made.id, since=AT, actor=cast.administrator, at=later(7))
        assert count == 1
        deliver(made, receiver, at=later(8))
        assert [each["subject"] for each in receiver.events] == [missed]


class TestSendingAgain:
    def test_one_event_goes_again_under_the_same_key(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        receiver = Receiver()
        deliver(made, receiver, at=later(1))
        (event_id,) = receiver.ids
        actions.replay_delivery(made.id, event_id=event_id, actor=cast.administrator, at=later(2))
        deliver(made, receiver, at=later(3))
        assert receiver.ids == [event_id, event_id]
        assert receiver.got[0][1] == receiver.got[1][1]
        view = queries.delivery(made.id, event_id, actor=cast.administrator, at=AT)
        assert [each.status for each in view.tries] == [200, 200]

    def test_a_trial_arrives_whatever_the_condition(self, cast: Cast) -> None:
        made = hooked(cast.administrator, condition="data.service == 'mail'")
        event_id = actions.try_webhook(made.id, actor=cast.administrator, at=later(1))
        receiver = Receiver()
        deliver(made, receiver, at=later(2))
        assert receiver.types == ["timshel.webhook.trial"]
        assert receiver.ids == [event_id]


class TestSecrets:
    def test_an_old_secret_goes_on_signing_for_a_day(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        second = actions.rotate_secret(made.id, actor=cast.administrator, at=later(1))
        assert second != made.secret
        for hours, count in ((1, 2), (30, 1)):
            actions.try_webhook(made.id, actor=cast.administrator, at=later(1))
            receiver = Receiver()
            at = later(1) + timedelta(hours=hours)
            deliver(made, receiver, at=at)
            headers, body = receiver.got[0]
            known = [
                rules.signature(each, event_id=headers["webhook-id"], at=at, body=body)
                for each in (second, made.secret)
            ]
            assert headers["webhook-signature"].split(" ") == known[:count]

    def test_a_third_secret_has_to_wait(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        actions.rotate_secret(made.id, actor=cast.administrator, at=later(1))
        with pytest.raises(WrongState):
            actions.rotate_secret(made.id, actor=cast.administrator, at=later(2))
        actions.rotate_secret(made.id, actor=cast.administrator, at=AT + 2 * DAY)
        assert SigningSecret.objects.filter(subscription_id=made.id).count() == 2

    def test_it_is_not_kept_in_the_clear(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        held = SigningSecret.objects.get(subscription_id=made.id)
        assert made.secret.encode() not in bytes(held.sealed)
        assert rules.secret_bytes(made.secret) not in bytes(held.sealed)


class TestRights:
    def test_a_token_reads_no_more_in_the_log_than_it_opens(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        event_id = Delivery.objects.get().event_id
        whole = replace(cast.administrator, channel=Channel.API)
        assert queries.delivery(made.id, event_id, actor=whole, at=AT).body
        narrow = replace(
            whole, scopes={"webhook.manage": cast.administrator.scope("webhook.manage")}
        )
        assert queries.delivery(made.id, event_id, actor=narrow, at=AT).body == ""

    def test_without_the_right_nothing_can_be_done(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        for who in (cast.requester, cast.agent, cast.manager):
            with pytest.raises(NotAllowed):
                hooked(who)
            with pytest.raises(NotAllowed):
                queries.webhook_list(actor=who)
            with pytest.raises(NotAllowed):
                actions.pause_webhook(made.id, actor=who, at=later(1))
        assert Subscription.objects.count() == 1

    def test_somebody_elses_is_not_there(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        owner = keeper(cast)
        assert queries.webhook_list(actor=owner).items == ()
        for act in (
            lambda: queries.webhook(made.id, actor=owner, at=AT),
            lambda: queries.delivery_list(made.id, actor=owner),
            lambda: actions.rotate_secret(made.id, actor=owner, at=AT),
            lambda: actions.delete_webhook(made.id, actor=owner, at=AT),
        ):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(NotAllowed):
            hooked(owner, owner_id=cast.administrator.person_id)
        other = hooked(owner)
        both = queries.webhook_list(actor=cast.administrator)
        assert {each.id for each in both.items} == {made.id, other.id}

    def test_nothing_is_sent_for_whoever_left(self, cast: Cast) -> None:
        owner = keeper(cast)
        made = hooked(owner)
        deactivate_person(owner.person_id or 0, actor=SYSTEM, at=later(1))
        opened(cast.requester, service="mail")
        spread()
        assert not Delivery.objects.filter(subscription_id=made.id).exists()

    @pytest.mark.parametrize(
        ("field", "wanted"),
        [
            ("name", WebhookWanted(" ", "https://a.example/", ("incident.opened",))),
            ("address", WebhookWanted("A", "ftp://a.example/", ("incident.opened",))),
            ("address", WebhookWanted("A", "https://u:p@a.example/", ("incident.opened",))),
            ("address", WebhookWanted("A", "https://a.example/\nb", ("incident.opened",))),
            ("kinds", WebhookWanted("A", "https://a.example/", ())),
            ("kinds", WebhookWanted("A", "https://a.example/", ("incident.noted",))),
            ("condition", WebhookWanted("A", "https://a.example/", ("task.opened",), "data.")),
            ("condition", WebhookWanted("A", "https://a.example/", ("task.opened",), "other == 1")),
        ],
    )
    def test_what_is_wrong_is_said(self, cast: Cast, field: str, wanted: WebhookWanted) -> None:
        with pytest.raises(Invalid) as refusal:
            actions.create_webhook(wanted, actor=cast.administrator, at=AT)
        assert list(refusal.value.fields) == [field]


class TestTheLog:
    def test_it_is_paged_and_narrowed(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        numbers = [opened(cast.requester, at=later(each)) for each in range(5)]
        spread()
        deliver(made, Receiver(), at=later(9))
        first = queries.delivery_list(made.id, actor=cast.administrator, size=3)
        rest = queries.delivery_list(
            made.id, actor=cast.administrator, size=3, cursor=first.next_cursor
        )
        told = [each.subject for page in (first, rest) for each in page.items]
        assert sorted(told) == sorted(numbers)
        assert {each.status for each in first.items} == {200}
        failed = queries.delivery_list(made.id, states=["failed"], actor=cast.administrator)
        assert failed.items == ()

    def test_health_counts_what_waits_and_failed(self, cast: Cast) -> None:
        hooked(cast.administrator)
        opened(cast.requester)
        spread()
        (row,) = queries.webhook_list(actor=cast.administrator).items
        assert (row.waiting, row.failed, row.failing_since) == (1, 0, None)

    def test_it_is_forgotten_after_a_month(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        deliver(made, Receiver(), at=later(1))
        assert actions.forget_old(at=AT + rules.KEPT) == 0
        assert actions.forget_old(at=AT + rules.KEPT + DAY) == 1
        assert not Delivery.objects.exists()
        assert not Attempt.objects.exists()

    def test_a_webhook_ends_with_its_log(self, cast: Cast) -> None:
        made = hooked(cast.administrator)
        opened(cast.requester)
        spread()
        actions.delete_webhook(made.id, actor=cast.administrator, at=later(1))
        assert not Delivery.objects.exists()
        assert WorkItem.objects.exists()
