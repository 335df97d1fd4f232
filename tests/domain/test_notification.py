"""What a person is told, by which ways, when, and never what they may not see."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, actor, later, opened
from tests.push import Browser
from tests.witness import Witness
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.leadership.approval.actions import Absence, delegate
from timshel.leadership.authority.models import Grant
from timshel.operation.work.rules import NOTES
from timshel.resolution_fulfilment.incident.actions import assign_incident
from timshel.support.communication.models import OutgoingMessage
from timshel.support.notification import actions, queries
from timshel.support.notification.actions import (
    HabitWish,
    Letter,
    News,
    PushFailed,
    PushTarget,
    SubscriptionGone,
    notify,
    send_due_mails,
)
from timshel.support.notification.models import Choice, Delivery, Device, Notice
from timshel.support.notification.queries import NoticeFilter, notice_list, unread_count
from timshel.support.notification.records import About
from timshel.support.notification.rules import BUNDLE, KEPT, MOST_UNREAD
from timshel.support.notification.states import Rhythm, Way
from timshel.support.notification.topics import Topic

pytestmark = pytest.mark.django_db


def key(who: Actor) -> int:
    assert who.person_id is not None
    return who.person_id


def news(number: str, *who: Actor, topic: Topic = Topic.ASSIGNED, **more: Any) -> News:
    given: dict[str, Any] = {
        "key": f"{topic}/{number}",
        "about": About("incident", number),
        "parts": {"number": number, "title": "The screen stays black"},
        **more,
    }
    return News(topic=topic, people=[key(each) for each in who], **given)


def mails(who: Actor | None = None) -> list[str]:
    rows = OutgoingMessage.objects.order_by("pk")
    if who is not None:
        rows = rows.filter(person_id=who.person_id)
    return [row.subject for row in rows]


def sentences(who: Actor, *, at: datetime = AT, only: NoticeFilter | None = None) -> list[str]:
    return [row.sentence for row in notice_list(actor=who, at=at, only=only).items]


def wish(who: Actor, **values: Any) -> None:
    actions.set_habit(HabitWish(**values), actor=who, at=AT)


def choose(who: Actor, topic: Topic, way: Way, *, is_wanted: bool) -> None:
    actions.choose({(topic, way): is_wanted}, actor=who, at=AT)


@pytest.fixture
def number(cast: Cast) -> str:
    found = opened(cast.requester)
    team = "service-desk"
    assign_incident(found, team=team, assignee_id=key(cast.agent), actor=cast.lead, at=later(1))
    return found


class TestTelling:
    def test_in_the_product_and_by_mail(self, cast: Cast, number: str, witness: Witness) -> None:
        with witness.watching() as seen:
            assert notify(news(number, cast.agent), at=AT) == 1
        assert sentences(cast.agent) == [f"{number} was given to you: The screen stays black"]
        assert mails(cast.agent) == [f"{number} was given to you: The screen stays black"]
        mail = OutgoingMessage.objects.get()
        assert f"/desk/incidents/{number}\n" in mail.text
        assert "/preferences/notifications\n" in mail.text
        assert seen.regions == {f"notices:{cast.agent.person_id}"}
        assert seen.entries == []  # the journal tells of work, not of who heard of it

    def test_once_however_often(self, cast: Cast, number: str, witness: Witness) -> None:
        told = news(number, cast.agent)
        notify(told, at=AT)
        with witness.unmoved():
            assert notify(told, at=later(1)) == 0
        assert len(mails()) == 1

    def test_nobody_hears_of_what_they_did(self, cast: Cast, number: str) -> None:
        told = news(number, cast.agent, cast.lead, by_person_id=key(cast.agent))
        assert notify(told, at=AT) == 1
        assert sentences(cast.agent) == []
        assert len(sentences(cast.lead)) == 1

    def test_nobody_hears_of_what_they_may_not_see(self, cast: Cast, number: str) -> None:
        assert notify(news(number, cast.other_requester, cast.customer), at=AT) == 0
        assert not Notice.objects.exists()
        assert mails() == []

    def test_what_stands_in_a_note_is_told_only_to_who_reads_notes(
        self, cast: Cast, number: str
    ) -> None:
        told = news(
            number,
            cast.requester,
            cast.agent,
            topic=Topic.MENTIONED,
            about=About("incident", number, NOTES),
        )
        assert notify(told, at=AT) == 1
        assert sentences(cast.requester) == []

    def test_who_left_is_told_nothing(self, cast: Cast, number: str) -> None:
        Person.objects.filter(pk=key(cast.agent)).update(is_active=False)
        assert notify(news(number, cast.agent), at=AT) == 0

    def test_the_words_of_the_sender_are_the_mail(self, cast: Cast, number: str) -> None:
        letter = Letter("k/1", "incident.assigned", f"incident.{number}", "Yours", "All of it.")
        notify(news(number, cast.agent, letters={key(cast.agent): letter}), at=AT)
        mail = OutgoingMessage.objects.get()
        assert (mail.key, mail.kind, mail.subject, mail.text) == (
            "k/1",
            "incident.assigned",
            "Yours",
            "All of it.",
        )
        assert Delivery.objects.get().message_id == mail.pk

    def test_in_the_readers_language_whenever_it_is_read(self, cast: Cast, number: str) -> None:
        parts = {"team": {"": "Service desk", "fr": "Centre de services"}, "number": number}
        told = news(number, cast.agent, topic=Topic.TEAM_ASSIGNED, parts=parts)
        choose(cast.agent, Topic.TEAM_ASSIGNED, Way.PRODUCT, is_wanted=True)
        notify(told, at=AT)
        from django.utils import translation

        assert "Service desk" in sentences(cast.agent)[0]
        with translation.override("fr"):
            assert "Centre de services" in sentences(cast.agent)[0]

    def test_a_kind_that_nobody_registered_is_a_fault(self, cast: Cast) -> None:
        with pytest.raises(KeyError):
            notify(news("X", cast.agent, about=About("unheard-of", "X")), at=AT)


class TestChoosing:
    def test_what_is_switched_off_is_not_sent(self, cast: Cast, number: str) -> None:
        choose(cast.agent, Topic.ASSIGNED, Way.MAIL, is_wanted=False)
        notify(news(number, cast.agent), at=AT)
        assert mails() == []
        assert len(sentences(cast.agent)) == 1

    def test_in_the_product_alone_or_not_at_all(self, cast: Cast, number: str) -> None:
        choose(cast.agent, Topic.ASSIGNED, Way.PRODUCT, is_wanted=False)
        notify(news(number, cast.agent), at=AT)
        assert sentences(cast.agent) == []
        assert unread_count(key(cast.agent)) == 0
        assert len(mails()) == 1

    def test_what_others_wait_for_cannot_be_switched_off(
        self, cast: Cast, witness: Witness
    ) -> None:
        with witness.refused(Invalid):
            choose(cast.agent, Topic.APPROVAL_ASKED, Way.MAIL, is_wanted=False)

    def test_a_team_hears_only_where_somebody_asked_for_it(self, cast: Cast, number: str) -> None:
        choose(cast.second_agent, Topic.TEAM_ASSIGNED, Way.PRODUCT, is_wanted=True)
        told = news(number, cast.agent, cast.second_agent, topic=Topic.TEAM_ASSIGNED)
        assert notify(told, at=AT) == 1
        assert sentences(cast.agent) == []
        assert len(sentences(cast.second_agent)) == 1

    def test_going_back_to_what_the_catalogue_says_leaves_nothing(
        self, cast: Cast, witness: Witness
    ) -> None:
        with witness.watching() as seen:
            choose(cast.agent, Topic.ASSIGNED, Way.MAIL, is_wanted=False)
            choose(cast.agent, Topic.ASSIGNED, Way.MAIL, is_wanted=True)
        assert not Choice.objects.exists()
        assert seen.verbs == ["notification.chosen"] * 2
        assert seen.entries[0].changes == {"work.assigned mail": [True, False]}

    def test_choosing_what_holds_already_changes_nothing(
        self, cast: Cast, witness: Witness
    ) -> None:
        with witness.unmoved():
            choose(cast.agent, Topic.ASSIGNED, Way.MAIL, is_wanted=True)
            wish(cast.agent)

    def test_a_requester_chooses_of_less(self, cast: Cast) -> None:
        found = {row.topic for row in queries.preferences(actor=cast.requester).rows}
        assert Topic.REPLIED in found
        assert Topic.ASSIGNED not in found
        assert Topic.TRIAL not in found
        assert Topic.ASSIGNED in {row.topic for row in queries.preferences(actor=cast.agent).rows}

    @pytest.mark.parametrize(
        "values",
        [
            {"digest_hour": 24},
            {"digest_hour": -1},
            {"quiet_from": time(22)},
            {"quiet_until": time(7)},
            {"quiet_from": time(22), "quiet_until": time(22)},
        ],
    )
    def test_hours_that_do_not_fit(
        self, cast: Cast, witness: Witness, values: dict[str, Any]
    ) -> None:
        with witness.refused(Invalid):
            wish(cast.agent, **values)

    def test_only_a_person_chooses(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            actions.choose({}, actor=system_actor(), at=AT)


class TestWaiting:
    def test_a_digest_holds_each_once(self, cast: Cast, number: str) -> None:
        wish(cast.agent, rhythm=Rhythm.DAILY, digest_hour=18)
        other = opened(cast.requester, title="The lamp flickers")
        notify(news(number, cast.agent), at=AT)
        notify(news(other, cast.agent, parts={"number": other, "title": "Lamp"}), at=later(5))
        notify(news(number, cast.agent, topic=Topic.REOPENED), at=later(9))
        assert mails() == []
        assert len(sentences(cast.agent)) == 3  # in the product at once
        send_due_mails(at=later(60))
        assert mails() == []
        evening = AT.replace(hour=23)
        send_due_mails(at=evening)
        send_due_mails(at=evening)
        assert mails(cast.agent) == ["3 pieces of news for you"]
        text = OutgoingMessage.objects.get().text
        assert text.count(f"{number} was given to you") == 1
        assert text.count(f"{other} was given to you") == 1
        assert text.count(f"{number} was reopened") == 1
        assert set(Delivery.objects.values_list("state", "message__subject")) == {
            ("sent", "3 pieces of news for you")
        }

    def test_one_alone_keeps_its_own_words(self, cast: Cast, number: str) -> None:
        wish(cast.agent, rhythm=Rhythm.HOURLY)
        letter = Letter("k", "incident.assigned", f"incident.{number}", "Yours", "All of it.")
        notify(news(number, cast.agent, letters={key(cast.agent): letter}), at=AT)
        send_due_mails(at=later(60))
        assert mails(cast.agent) == ["Yours"]
        assert OutgoingMessage.objects.get().thread == f"incident.{number}"

    def test_what_was_read_meanwhile_is_not_sent(self, cast: Cast, number: str) -> None:
        wish(cast.agent, rhythm=Rhythm.HOURLY)
        notify(news(number, cast.agent), at=AT)
        actions.mark_record_read("incident", key=number, actor=cast.agent, at=later(1))
        send_due_mails(at=later(60))
        assert mails() == []
        assert Delivery.objects.get().state == "dropped"

    def test_rights_are_asked_again_when_it_is_sent(self, cast: Cast, number: str) -> None:
        wish(cast.agent, rhythm=Rhythm.HOURLY)
        notify(news(number, cast.agent), at=AT)
        Grant.objects.filter(person_id=key(cast.agent)).delete()
        send_due_mails(at=later(60))
        assert mails() == []
        assert Delivery.objects.get().state == "dropped"

    def test_what_may_no_longer_be_seen_is_said_without_its_words(
        self, cast: Cast, number: str
    ) -> None:
        parts = {"number": number, "title": "Secret", "excerpt": "Xylophone"}
        notify(news(number, cast.agent, parts=parts), at=AT)
        Grant.objects.filter(person_id=key(cast.agent)).delete()
        (row,) = notice_list(actor=actor("jonas.okereke"), at=later(5)).items
        assert row.sentence == ("Work is given to me. You can no longer see what this was about.")
        assert (row.excerpt, row.address, row.about.key) == ("", "", "")

    def test_ten_replies_in_five_minutes_make_one_mail(self, cast: Cast, number: str) -> None:
        wish(cast.requester, rhythm=Rhythm.TOGETHER)
        for each in range(10):
            reply(number, cast.requester, each, at=AT + timedelta(seconds=20 * each))
        assert mails() == []
        send_due_mails(at=AT + BUNDLE)
        assert mails(cast.requester) == [f"{number}: 10 pieces of news – The screen stays black"]
        text = OutgoingMessage.objects.get().text
        assert [text.count(f"« Line {each}. »") for each in range(10)] == [1] * 10

    def test_at_once_the_first_goes_and_the_others_go_together(
        self, cast: Cast, number: str
    ) -> None:
        for each in range(10):
            reply(number, cast.requester, each, at=AT + timedelta(seconds=20 * each))
        assert len(mails(cast.requester)) == 1
        send_due_mails(at=AT + BUNDLE)
        assert mails(cast.requester)[1:] == [f"{number}: 9 pieces of news – The screen stays black"]
        send_due_mails(at=later(60))
        assert len(mails()) == 2

    def test_quiet_hours_hold_back_and_gather(self, cast: Cast, number: str) -> None:
        local = AT.astimezone(_zone(cast.agent))
        wish(
            cast.agent,
            quiet_from=(local - timedelta(hours=1)).time(),
            quiet_until=(local + timedelta(hours=2)).time(),
        )
        notify(news(number, cast.agent), at=AT)
        notify(news(number, cast.agent, topic=Topic.REOPENED), at=later(5))
        assert mails() == []
        send_due_mails(at=later(119))
        assert mails() == []
        send_due_mails(at=later(120))
        assert mails(cast.agent) == ["2 pieces of news for you"]

    @pytest.mark.parametrize("passes", [True, False])
    def test_what_is_urgent_passes_if_one_lets_it(
        self, cast: Cast, number: str, *, passes: bool
    ) -> None:
        local = AT.astimezone(_zone(cast.agent))
        wish(
            cast.agent,
            rhythm=Rhythm.DAILY,
            quiet_from=(local - timedelta(hours=1)).time(),
            quiet_until=(local + timedelta(hours=2)).time(),
            lets_urgent_through=passes,
        )
        notify(news(number, cast.agent, is_urgent=True), at=AT)
        assert len(mails()) == passes

    def test_what_is_obliged_waits_for_no_digest(self, cast: Cast) -> None:
        wish(cast.agent, rhythm=Rhythm.DAILY)
        told = News(topic=Topic.STANDING_IN, key="x", people=[key(cast.agent)])
        notify(told, at=AT)
        assert len(mails()) == 1

    def test_to_try_it_out_waits_for_nothing(self, cast: Cast) -> None:
        wish(cast.agent, rhythm=Rhythm.DAILY, lets_urgent_through=False)
        actions.try_out(actor=cast.agent, at=AT)
        assert mails(cast.agent) == ["This is a notice to try it out."]
        assert sentences(cast.agent) == ["This is a notice to try it out."]


def reply(number: str, who: Actor, each: int, *, at: datetime) -> None:
    parts = {
        "number": number,
        "title": "The screen stays black",
        "by": "Jonas Okereke-Vale",
        "excerpt": f"Line {each}.",
    }
    told = news(number, who, topic=Topic.REPLIED, key=f"reply/{each}", parts=parts)
    notify(told, at=at)


def _zone(who: Actor) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(who.time_zone)


class TestStandingIn:
    @pytest.fixture(autouse=True)
    def _away(self, cast: Cast) -> None:
        absence = Absence(
            key(cast.agent), key(cast.second_agent), AT.date(), AT.date() + timedelta(days=3), ""
        )
        delegate(absence, actor=cast.agent, at=AT)

    def test_work_is_told_to_the_substitute_too_and_marked(self, cast: Cast, number: str) -> None:
        assert notify(news(number, cast.agent), at=later(1)) == 2
        assert len(sentences(cast.agent)) == 1
        (row,) = notice_list(actor=cast.second_agent, at=later(2)).items
        assert row.in_place_of == "Jonas Okereke-Vale"
        assert mails(cast.second_agent) == [
            "For Jonas Okereke-Vale, who is away."
            f" {number} was given to you: The screen stays black"
        ]

    def test_not_once_it_is_over(self, cast: Cast, number: str) -> None:
        assert notify(news(number, cast.agent), at=later(days=5)) == 1

    def test_not_of_what_is_no_work(self, cast: Cast, number: str) -> None:
        told = news(number, cast.agent, topic=Topic.RESOLVED)
        assert notify(told, at=later(1)) == 1

    def test_not_of_what_the_person_did_or_the_substitute(self, cast: Cast, number: str) -> None:
        own = news(number, cast.agent, by_person_id=key(cast.agent))
        assert notify(own, at=later(1)) == 0
        theirs = news(number, cast.agent, key="2", by_person_id=key(cast.second_agent))
        assert notify(theirs, at=later(1)) == 1

    def test_not_of_what_the_substitute_may_not_see(self, cast: Cast, number: str) -> None:
        Grant.objects.filter(person_id=key(cast.second_agent)).delete()
        assert notify(news(number, cast.agent), at=later(1)) == 1


class TestReading:
    def test_one_and_all_and_a_record(self, cast: Cast, number: str) -> None:
        for each in range(3):
            notify(news(number, cast.agent, key=f"k/{each}"), at=later(each))
        assert unread_count(key(cast.agent)) == 3
        newest = notice_list(actor=cast.agent, at=AT).items[0]
        actions.mark_read(newest.id, actor=cast.agent, at=later(9))
        actions.mark_read(newest.id, actor=cast.agent, at=later(10))
        assert unread_count(key(cast.agent)) == 2
        actions.mark_read(newest.id, is_read=False, actor=cast.agent, at=later(11))
        assert unread_count(key(cast.agent)) == 3
        assert actions.mark_record_read("incident", key=number, actor=cast.agent, at=AT) == 3
        assert sentences(cast.agent, only=NoticeFilter(is_unread=True)) == []

    def test_all_up_to_what_was_seen(self, cast: Cast, number: str) -> None:
        for each in range(3):
            notify(news(number, cast.agent, key=f"k/{each}"), at=later(each))
        middle = notice_list(actor=cast.agent, at=AT).items[1]
        assert actions.mark_all_read(actor=cast.agent, at=AT, until_id=middle.id) == 2
        assert unread_count(key(cast.agent)) == 1
        assert actions.mark_all_read(actor=cast.agent, at=AT) == 1

    def test_not_somebody_elses(self, cast: Cast, number: str, witness: Witness) -> None:
        notify(news(number, cast.agent), at=AT)
        (row,) = notice_list(actor=cast.agent, at=AT).items
        with witness.refused(NotFound):
            actions.mark_read(row.id, actor=cast.lead, at=AT)
        with pytest.raises(NotFound):
            queries.notice(row.id, actor=cast.lead, at=AT)
        with witness.unmoved():
            actions.mark_all_read(actor=cast.lead, at=AT)
            actions.mark_record_read("incident", key=number, actor=cast.lead, at=AT)

    def test_by_topic_and_page_by_page(self, cast: Cast, number: str) -> None:
        for each in range(5):
            notify(news(number, cast.agent, key=f"k/{each}"), at=later(each))
        notify(news(number, cast.agent, topic=Topic.CLOCK_NEAR), at=later(9))
        only = NoticeFilter(topics=frozenset({Topic.CLOCK_NEAR}))
        assert len(sentences(cast.agent, only=only)) == 1
        first = notice_list(actor=cast.agent, at=AT, size=4)
        rest = notice_list(actor=cast.agent, at=AT, size=4, cursor=first.next_cursor)
        assert len({row.id for row in (*first.items, *rest.items)}) == 6

    def test_as_many_queries_however_many(self, cast: Cast, django_assert_num_queries: Any) -> None:
        numbers = [opened(cast.requester) for _each in range(4)]
        for number in numbers[:1]:
            notify(news(number, cast.agent), at=AT)
        with django_assert_num_queries(2):
            notice_list(actor=cast.agent, at=AT)
        for number in numbers[1:]:
            notify(news(number, cast.agent), at=AT)
        with django_assert_num_queries(2):
            assert len(notice_list(actor=cast.agent, at=AT).items) == 4
        with django_assert_num_queries(1):
            unread_count(key(cast.agent))
        with django_assert_num_queries(3):
            queries.preferences(actor=cast.agent)

    def test_the_count_is_bounded(self, cast: Cast) -> None:
        rows = [
            Notice(person_id=key(cast.agent), key=str(each), topic=Topic.TRIAL, at=AT)
            for each in range(MOST_UNREAD + 20)
        ]
        Notice.objects.bulk_create(rows)
        assert unread_count(key(cast.agent)) == MOST_UNREAD + 1

    def test_what_is_settled_hurries_nobody(self, cast: Cast, number: str) -> None:
        wish(cast.lead, rhythm=Rhythm.HOURLY)
        notify(news(number, cast.agent, cast.lead), at=AT)
        topics = [Topic.ASSIGNED]
        assert actions.settle_record("incident", key=number, topics=topics, at=later(1)) == 2
        send_due_mails(at=later(60))
        assert mails(cast.lead) == []

    def test_old_ones_are_forgotten(self, cast: Cast, number: str) -> None:
        notify(news(number, cast.agent), at=AT)
        assert actions.forget_notices(at=AT + KEPT) == 0
        assert actions.forget_notices(at=AT + KEPT + timedelta(seconds=1)) == 1
        assert not Notice.objects.exists()
        assert not Delivery.objects.exists()
        assert len(mails()) == 1  # what was sent is kept by those who look after mail

    def test_a_topic_of_another_version_is_left_out(self, cast: Cast) -> None:
        Notice.objects.create(person_id=key(cast.agent), key="x", topic="of.tomorrow", at=AT)
        assert sentences(cast.agent) == []


class Postman:
    """A push service that notes what it is given, and answers as told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], bool]] = []
        self.refusal: Exception | None = None

    def push(
        self, target: PushTarget, payload: bytes, /, *, topic: str, is_urgent: bool, at: datetime
    ) -> None:
        assert topic
        assert at
        if self.refusal is not None:
            raise self.refusal
        self.sent.append((target.endpoint, json.loads(payload), is_urgent))


def device(who: Actor, *, name: str = "Firefox", place: str = "a") -> int:
    browser = Browser()
    return actions.add_device(
        f"https://push.example/send/{place}",
        public_key=browser.public_key,
        secret=browser.secret,
        name=name,
        actor=who,
        at=AT,
    )


@pytest.mark.django_db(transaction=True)
class TestPushing:
    def test_a_short_line_without_anybodys_name(self, cast: Cast, number: str) -> None:
        device(cast.requester)
        reply(number, cast.requester, 0, at=AT)
        postman = Postman()
        assert actions.push_due(service=postman, at=AT) == 1
        ((endpoint, told, is_urgent),) = postman.sent
        assert endpoint == "https://push.example/send/a"
        assert not is_urgent
        assert told == {
            "title": "Timshel",
            "body": f"Somebody replied on {number}: The screen stays black",
            "address": f"/cases/{number}",
            "tag": f"work.replied/{number}",
            "lang": "en",
        }
        assert actions.push_due(service=postman, at=later(1)) == 0
        assert Device.objects.get().used_at == AT

    def test_only_to_ones_own_devices(self, cast: Cast, number: str) -> None:
        device(cast.lead)
        notify(news(number, cast.agent), at=AT)
        assert actions.push_due(service=Postman(), at=AT) == 0

    def test_many_are_told_as_one(self, cast: Cast, number: str) -> None:
        device(cast.agent)
        for each in range(5):
            notify(news(number, cast.agent, key=f"k/{each}"), at=AT)
        postman = Postman()
        actions.push_due(service=postman, at=AT)
        ((_endpoint, told, _is_urgent),) = postman.sent
        assert told["body"] == "5 pieces of news for you"
        assert told["address"] == "/notifications"

    def test_a_device_that_is_gone_is_forgotten(self, cast: Cast, number: str) -> None:
        device(cast.agent)
        notify(news(number, cast.agent), at=AT)
        postman = Postman()
        postman.refusal = SubscriptionGone()
        actions.push_due(service=postman, at=AT)
        assert not Device.objects.exists()
        assert Delivery.objects.get(way=Way.PUSH).state == "dropped"

    def test_what_fails_is_tried_again_and_then_given_up(self, cast: Cast, number: str) -> None:
        device(cast.agent)
        notify(news(number, cast.agent), at=AT)
        postman = Postman()
        postman.refusal = PushFailed("busy")
        at = AT
        waits = []
        for _attempt in range(5):
            actions.push_due(service=postman, at=at)
            row = Delivery.objects.get(way=Way.PUSH)
            waits.append((row.due_at - at).total_seconds())
            at = row.due_at
        assert waits[:4] == [30, 120, 600, 1800]
        assert row.state == "failed"
        assert actions.push_due(service=postman, at=later(days=1)) == 0

    def test_read_or_hidden_meanwhile_is_not_pushed(self, cast: Cast, number: str) -> None:
        device(cast.agent)
        notify(news(number, cast.agent), at=AT)
        Grant.objects.filter(person_id=key(cast.agent)).delete()
        postman = Postman()
        actions.push_due(service=postman, at=AT)
        assert postman.sent == []

    def test_not_in_quiet_hours(self, cast: Cast, number: str) -> None:
        device(cast.agent)
        local = AT.astimezone(_zone(cast.agent))
        wish(
            cast.agent,
            quiet_from=(local - timedelta(hours=1)).time(),
            quiet_until=(local + timedelta(hours=2)).time(),
        )
        notify(news(number, cast.agent), at=AT)
        postman = Postman()
        assert actions.push_due(service=postman, at=later(119)) == 0
        assert actions.push_due(service=postman, at=later(120)) == 1


class TestDevices:
    @pytest.mark.parametrize(
        "endpoint",
        [
            "",
            "http://push.example/a",
            "https://",
            "https://user@push.example/a",
            "javascript:alert(1)",
            "https://[::1",
            "https://push.example/\n",
            "https://push.example/" + "a" * 1_000,
            "https://püsh.example/a",
        ],
    )
    def test_only_addresses_by_https(self, cast: Cast, witness: Witness, endpoint: str) -> None:
        browser = Browser()
        with witness.refused(Invalid) as caught:
            actions.add_device(
                endpoint,
                public_key=browser.public_key,
                secret=browser.secret,
                name="",
                actor=cast.agent,
                at=AT,
            )
        assert set(caught.value.fields) == {"endpoint"}

    def test_only_keys_of_browsers(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(Invalid) as caught:
            actions.add_device(
                "https://push.example/a",
                public_key="x",
                secret="y",
                name="",
                actor=cast.agent,
                at=AT,
            )
        assert set(caught.value.fields) == {"public_key"}

    def test_a_browser_belongs_to_who_sits_before_it(self, cast: Cast) -> None:
        device(cast.agent)
        device(cast.lead)
        assert Device.objects.get().person_id == key(cast.lead)

    def test_so_many_and_no_more(self, cast: Cast, witness: Witness) -> None:
        for each in range(10):
            device(cast.agent, place=str(each))
        device(cast.agent, place="3")
        with witness.refused(Invalid):
            device(cast.agent, place="11")

    def test_removed_by_its_person_alone(self, cast: Cast, witness: Witness) -> None:
        found = device(cast.agent)
        with witness.refused(NotFound):
            actions.remove_device(found, actor=cast.lead, at=AT)
        actions.remove_device(endpoint="https://push.example/send/a", actor=cast.agent, at=AT)
        assert not Device.objects.exists()
        with witness.refused(NotFound):
            actions.remove_device(found, actor=cast.agent, at=AT)
        assert SYSTEM.person_id is None
