"""Kinds of events: each is documented, keeps to its schema, and tells nobody more than they see."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import timshel
from tests.alerts import fired, made_source, minutes, rule, settled, told, with_rules
from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.mailboxes import mailbox
from tests.mailed import ADDRESS, bounced
from tests.webhooks import Receiver, deliver, hooked, keeper, spread
from timshel.design_transition.maintenance import actions as maintenance
from timshel.design_transition.maintenance.rules import Plan
from timshel.interfaces.worker.webhook_kinds import FACTS
from timshel.kernel.actor import Actor
from timshel.kernel.events import publish
from timshel.operation.process.events import RunStuck
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.resolution_fulfilment.outage import actions as outages
from timshel.resolution_fulfilment.outage.rules import OutageWords
from timshel.resolution_fulfilment.status.events import StatusChanged
from timshel.service_portfolio.service.models import Service
from timshel.support.communication.actions import (
    Arrival,
    Settlement,
    note_trouble,
    receive_message,
    settle_message,
)
from timshel.support.communication.events import MessageGivenUp
from timshel.support.communication.states import ArrivalDoor, IncomingReason
from timshel.support.communication.troubles import FAILURES_TOLD, MailboxTrouble
from timshel.support.webhook.kinds import TRIAL, Kind, kind_named, kinds
from timshel.support.webhook.models import Delivery
from timshel.support.webhook.queries import example_event

pytestmark = pytest.mark.django_db

INNER = "it only has our own jobs done"
ELSEWHERE = "who keeps these records reads them by the API; nobody waits for the moment"
PRIVATE = "it concerns one person, who is told themselves"
UNTOLD = {
    "organization": ELSEWHERE,
    "people": ELSEWHERE,
    "authority": ELSEWHERE,
    "policy": ELSEWHERE,
    "parties": ELSEWHERE,
    "service": ELSEWHERE,
    "mandate": ELSEWHERE,
    "process_profile": ELSEWHERE,
    "issue": ELSEWHERE,
    "interested_parties": ELSEWHERE,
    "scope": ELSEWHERE,
    "planned_action": ELSEWHERE,
    "risk": ELSEWHERE,
    "objective": ELSEWHERE,
    "documentation": ELSEWHERE,
    "meeting": ELSEWHERE,
    "internal_audit": ELSEWHERE,
    "nonconformity": ELSEWHERE,
    "initiative": ELSEWHERE,
    "plan": ELSEWHERE,
    "competence": ELSEWHERE,
    "indicator": ELSEWHERE,
    "management_review": ELSEWHERE,
    "conformity": ELSEWHERE,
    "communication_plan": ELSEWHERE,
    "progress": INNER,
    "bulk": INNER,
    "notification": INNER,
    "webhook": INNER,
    "teamwork": PRIVATE,
    "call": PRIVATE,
    "SeatGiven": PRIVATE,
    "ApprovalReminded": PRIVATE,
    "DelegationMade": PRIVATE,
    "DelegationEnded": PRIVATE,
    "CallQueued": INNER,
    "ProcessPublished": ELSEWHERE,
    "AgreementPublished": ELSEWHERE,
    "AgreementEnded": ELSEWHERE,
    "CalendarChanged": ELSEWHERE,
    "IncidentNoted": "internal notes never leave",
    "SubscriptionAsked": PRIVATE,
    "StatusesChanged": "told service by service, as status.changed",
    "PageSentToReview": INNER,
    "FormPublished": "told with its page, as catalogue.published",
    "EntitlementsSet": ELSEWHERE,
    "MessageQueued": INNER,
    "MessageReceived": INNER,
    "MailboxAsked": INNER,
}
"""Facts that no webhook is told of, by their name or by that of their app, with the reason."""


def facts() -> Iterator[tuple[str, type[Any]]]:
    """All published facts with the app that each belongs to."""
    for module in pkgutil.walk_packages(timshel.__path__, "timshel."):
        parts = module.name.split(".")
        if parts[-1] != "events" or parts[-2] == "kernel":
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            is_own = getattr(found, "__module__", "") == module.name
            if is_own and dataclasses.is_dataclass(found) and not found.__subclasses__():
                assert isinstance(found, type), name
                yield parts[-2], found


def check(kind: Kind, data: Any) -> None:
    """Hold data against the schema of its kind."""
    schema = kind.schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    assert set(data) == set(schema["properties"])


def sent(made: Any) -> list[tuple[str, str, Any]]:
    """What a webhook is sent of all that happened: name, subject and data, each by its schema."""
    spread()
    receiver = Receiver()
    deliver(made, receiver, at=later(60 * 24 * 30))
    for event in receiver.events:
        check(kind_named(event["type"]), event["data"])
    return [
        (event["type"].removeprefix("timshel."), event["subject"], event["data"])
        for event in receiver.events
    ]


class TestDocumentation:
    def test_every_fact_is_told_or_there_is_a_reason(self) -> None:
        found = list(facts())
        assert {each for _app, each in found} >= set(FACTS)
        untold = [
            each.__name__
            for app, each in found
            if each not in FACTS and app not in UNTOLD and each.__name__ not in UNTOLD
        ]
        assert untold == []

    def test_every_kind_is_sent_of_some_fact(self) -> None:
        assert {kind.name for kind in kinds()} == {*FACTS.values(), TRIAL}

    def test_every_kind_has_words_a_schema_and_an_example_by_it(self) -> None:
        for kind in kinds():
            check(kind, kind.example())
            event = example_event(kind)
            assert event["type"] == kind.type
            assert event["data"] == kind.example()
            assert event["subject"]
            for text in (kind.group, kind.text, kind.told_to, *(f.text for f in kind.fields)):
                assert str(text).strip(), kind.name
            assert str(kind.text).endswith("."), kind.name
            assert kind.name.partition(".")[2], kind.name


class TestAlerts:
    def test_of_a_delivery_one_event_names_what_the_owner_sees(self, cast: Cast) -> None:
        made_source(cast)
        with_rules(
            rule("Heating", "alertname = Cold", service="heating"),
            rule("Everything else", group_by=("alertname",)),
        )
        all_of_it = hooked(cast.administrator, "alert.fired", "alert.resolved")
        own = hooked(keeper(cast), "alert.fired", "alert.resolved")
        told(fired("Cold"), fired("DiskFull"), at=AT)
        told(fired("DiskFull", until=AT + minutes(5)), at=AT + minutes(5))
        whole = sent(all_of_it)
        assert [name for name, _subject, _data in whole] == ["alert.fired", "alert.resolved"]
        first, last = (data for _name, _subject, data in whole)
        assert [each["service"] for each in first["alerts"]] == ["heating", "mail"]
        assert first["more"] == 0
        assert last["alerts"][0]["state"] == "resolved"
        assert last["alerts"][0]["ended_at"] == (AT + minutes(5)).isoformat()
        part = sent(own)
        assert [[each["service"] for each in data["alerts"]] for *_words, data in part] == [
            ["mail"],
            ["mail"],
        ]
        assert [data["more"] for *_words, data in part] == [None, None]
        assert {subject for _name, subject, _data in part} == {"prometheus"}

    def test_of_a_flood_a_hundred_are_named_and_the_others_counted(self, cast: Cast) -> None:
        made_source(cast)
        made = hooked(cast.administrator, "alert.fired")
        told(*(fired("Down", f"srv{each}") for each in range(130)))
        ((_name, _subject, data),) = sent(made)
        assert (len(data["alerts"]), data["more"]) == (100, 30)

    def test_the_incident_that_they_become_is_told_to_who_oversees_it(self, cast: Cast) -> None:
        made_source(cast)
        with_rules(rule("Everything"))
        made = hooked(cast.administrator, "alert.incident_opened")
        told(fired())
        settled()
        ((_name, number, data),) = sent(made)
        assert WorkItem.objects.get(number=number).channel == "monitoring"
        assert (data["source"], data["is_storm"], data["service"]) == ("prometheus", False, "mail")

    def test_what_planned_work_mutes_is_told_as_such(self, cast: Cast) -> None:
        made_source(cast)
        with_rules(rule("Everything"))
        made = hooked(cast.administrator, "alert.muted", "alert.fired")
        planned(cast.service_owner)
        told(fired(), at=AT + minutes(1))
        ((name, _subject, data),) = sent(made)
        assert (name, data["alerts"][0]["state"]) == ("alert.muted", "muted")


def planned(by: Actor, *services: str) -> int:
    """Plan work on services that begins at once; returns its key."""
    plan = Plan("The mail server moves", services or ("mail",), AT, AT + minutes(60))
    return maintenance.plan_work(plan=plan, actor=by, at=AT).planned_work_id


class TestPlannedWork:
    NAMES = tuple(
        f"planned_work.{each}" for each in ("planned", "changed", "begun", "ended", "withdrawn")
    )

    def test_each_of_its_steps_is_told(self, cast: Cast) -> None:
        made = hooked(cast.administrator, *self.NAMES)
        key = planned(cast.service_owner)
        other = Plan("It moves later", ("mail",), AT, AT + minutes(90))
        maintenance.change_planned_work(key, plan=other, actor=cast.service_owner, at=later(1))
        maintenance.begin_and_end_due(actor=SYSTEM, at=later(2))
        maintenance.finish_planned_work(key, actor=cast.service_owner, at=later(3))
        off = planned(cast.service_owner)
        maintenance.cancel_planned_work(off, actor=cast.service_owner, at=later(4))
        found = sent(made)
        assert sorted((name, subject) for name, subject, _data in found) == sorted(
            [
                ("planned_work.planned", str(key)),
                ("planned_work.changed", str(key)),
                ("planned_work.begun", str(key)),
                ("planned_work.ended", str(key)),
                ("planned_work.planned", str(off)),
                ("planned_work.withdrawn", str(off)),
            ]
        )
        (service,) = found[0][2]["services"]
        assert service["code"] == "mail"

    def test_what_touches_a_confidential_service_is_not_told_to_everybody(self, cast: Cast) -> None:
        Service.objects.filter(code="heating").update(is_confidential=True)
        own = hooked(keeper(cast), *self.NAMES)
        planned(SYSTEM, "heating")
        mine = planned(SYSTEM, "mail")
        assert [subject for _name, subject, _data in sent(own)] == [str(mine)]


class TestMail:
    def test_held_mail_is_told_to_who_looks_after_it_without_what_it_says(self, cast: Cast) -> None:
        made = hooked(cast.administrator, "mail.held")
        blind = hooked(keeper(cast), "mail.held")
        raw = b"From: a@x.example\r\nSubject: Odd\r\n\r\nMy secret words.\r\n"
        arrival = Arrival(ArrivalDoor.PIPE, mailbox_id=mailbox())
        key = receive_message(raw, arrival=arrival, at=AT).message_id
        held = Settlement.held(IncomingReason.UNKNOWN_SENDER, subject="Odd", sender="a@x.example")
        settle_message(key, settlement=held, actor=SYSTEM, at=AT)
        ((_name, subject, data),) = sent(made)
        assert (subject, data["mailbox"], data["sender"]) == (str(key), "desk", "a@x.example")
        assert (data["reason"], data["state"]) == ("unknown_sender", "held")
        body = Delivery.objects.get(subscription_id=made.id).body
        assert "secret" not in body
        assert not Delivery.objects.filter(subscription_id=blind.id).exists()

    def test_it_is_still_told_once_somebody_took_it(self, cast: Cast) -> None:
        made = hooked(cast.administrator, "mail.held")
        arrival = Arrival(ArrivalDoor.PIPE)
        key = receive_message(b"Subject: Odd\r\n\r\nWords.\r\n", arrival=arrival, at=AT).message_id
        held = Settlement.held(IncomingReason.UNREADABLE)
        settle_message(key, settlement=held, actor=SYSTEM, at=AT)
        ignored = Settlement.ignored(IncomingReason.BY_HAND)
        settle_message(key, settlement=ignored, actor=SYSTEM, at=later(1))
        ((_name, _subject, data),) = sent(made)
        assert data["state"] == "ignored"

    def test_what_is_too_large_is_held_and_told_at_once(self, cast: Cast, settings: Any) -> None:
        settings.MAIL_MAX_BYTES = 10
        made = hooked(cast.administrator, "mail.held")
        receive_message(b"Subject: Large\r\n\r\n", arrival=Arrival(ArrivalDoor.PIPE), at=AT)
        ((_name, _subject, data),) = sent(made)
        assert (data["reason"], data["mailbox"]) == ("too_large", None)

    def test_what_cannot_be_sent_and_where_nothing_arrives(self, cast: Cast) -> None:
        names = ("mail.given_up", "mail.address_marked")
        made, blind = hooked(cast.administrator, *names), hooked(keeper(cast), *names)
        key = bounced(cast.requester.person_id, at=AT)
        publish(MessageGivenUp(key, AT))
        found = {name: data for name, _subject, data in sent(made)}
        assert found["mail.address_marked"]["address"] == ADDRESS
        assert found["mail.address_marked"]["is_hard"] is True
        assert found["mail.given_up"]["address"] == ADDRESS
        assert "Words" not in str(found["mail.given_up"])
        assert not Delivery.objects.filter(subscription_id=blind.id).exists()

    def test_a_mailbox_that_cannot_be_fetched(self, cast: Cast) -> None:
        made = hooked(cast.administrator, "mail.mailbox_troubled")
        blind = hooked(keeper(cast), "mail.mailbox_troubled")
        key = mailbox()
        for _each in range(FAILURES_TOLD + 1):
            note_trouble(key, trouble=MailboxTrouble.SIGN_IN, said="NO", at=AT)
        ((_name, subject, data),) = sent(made)
        assert (subject, data["trouble"], data["team"]) == ("desk", "sign_in", "service-desk")
        assert not Delivery.objects.filter(subscription_id=blind.id).exists()


class TestCasesAndServices:
    def test_what_happens_to_an_incident_keeps_to_its_schemas(self, cast: Cast) -> None:
        names = [kind.name for kind in kinds() if kind.name.startswith(("incident.", "outage."))]
        made = hooked(cast.administrator, *names)
        number = opened(cast.requester, service="mail")
        incidents.assign_incident(number, team="service-desk", actor=cast.lead, at=later(1))
        incidents.reply_to_incident(number, text="We look.", actor=cast.agent, at=later(2))
        version = WorkItem.objects.get(number=number).version
        incidents.change_incident(
            number, changes={"urgency": 1}, seen_version=version, actor=cast.agent, at=later(3)
        )
        words = OutageWords(title="Mail is down")
        outages.declare_outage(number, words=words, actor=cast.service_owner, at=later(4))
        incidents.resolve_incident(
            number, code="fixed", text="Works.", actor=cast.agent, at=later(5)
        )
        found = {name for name, _subject, _data in sent(made)}
        assert found >= {
            "incident.opened",
            "incident.replied",
            "incident.changed",
            "incident.resolved",
            "outage.declared",
        }

    def test_a_service_that_does_worse_is_told_to_who_may_know_of_it(self, cast: Cast) -> None:
        made = hooked(cast.administrator, "status.changed")
        publish(StatusChanged(cast.services["mail"], "works", "down", AT))
        ((_name, subject, data),) = sent(made)
        assert (subject, data["before"], data["after"], data["state"]) == (
            "mail",
            "works",
            "down",
            "works",
        )

    def test_a_process_that_is_stuck_is_told_to_who_oversees_the_work(self, cast: Cast) -> None:
        made = hooked(cast.administrator, "process.stuck")
        number = opened(cast.requester)
        publish(RunStuck(WorkItem.objects.get(number=number).pk, None, AT))
        ((_name, subject, _data),) = sent(made)
        assert subject == number
