"""Ten workers sweep at once, each on a connection of its own: each clock is told of once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tests.cast import AT, SYSTEM, build_cast, opened
from tests.crowd import PATIENCE, Crowd
from tests.errands import run_errands
from tests.jobs import run_jobs
from timshel.kernel.events import publish
from timshel.kernel.journal.models import Entry
from timshel.relationship_agreement.service_level.actions import (
    set_escalation_rules,
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.models import CalendarUse, Clock
from timshel.relationship_agreement.service_level.rules.contents import EscalationContent
from timshel.relationship_agreement.service_level.states import Recipient
from timshel.resolution_fulfilment.incident.actions import take_incident
from timshel.support.communication.models import OutgoingMessage

WORKERS = 10
CASES = 60
LATE = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)  # everything of priority 1 to 3 is answered too late

Fact = ClockAlerted | ClockBreached


def noted(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """Return the list in which all that the sweep publishes is noted from now on."""
    facts: list[Fact] = []

    def note(fact: Fact) -> None:
        facts.append(fact)
        publish(fact)

    monkeypatch.setattr(f"{warn_and_breach_due.__module__}.publish", note)
    return facts


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_breach_and_warn_each_clock_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = build_cast()
    CalendarUse.objects.create(team_id=cast.teams["service-desk"], calendar_code="around-the-clock")
    rules = [
        EscalationContent(recipient=Recipient.ASSIGNEE, percent=25),
        EscalationContent(recipient=Recipient.LEAD, percent=150),
    ]
    set_escalation_rules(rules, actor=SYSTEM, at=AT)
    run_errands(at=AT)
    for position in range(CASES):
        made = opened(cast.requester, impact=1 + position % 2, urgency=1)
        take_incident(made, actor=cast.agent, at=AT)
    run_jobs()
    OutgoingMessage.objects.all().delete()
    facts = noted(monkeypatch)
    ready = threading.Barrier(WORKERS)

    def sweep() -> None:
        ready.wait(PATIENCE)
        while warn_and_breach_due(at=LATE, limit=7):  # small bites, so that all of them get some
            pass

    crowd = Crowd()
    for _worker in range(WORKERS):
        crowd.start(sweep)
    crowd.wait()

    late = set(
        Clock.objects.filter(breached_at__lt=LATE).values_list("work_item_id", "kind", "lap")
    )
    assert len(late) >= CASES
    assert not Clock.objects.filter(breached_at__lt=LATE, breach_announced_at=None).exists()
    breaches = [fact for fact in facts if isinstance(fact, ClockBreached)]
    assert Counter((each.work_item_id, each.kind, each.lap) for each in breaches) == Counter(late)
    journalled = Entry.objects.filter(verb="service_level.breached")
    told = Counter(
        (subject, changes["clock"][1])
        for subject, changes in journalled.values_list("subject_id", "changes")
    )
    assert told == Counter((work_item, kind) for work_item, kind, _lap in late)

    alerts = [fact for fact in facts if isinstance(fact, ClockAlerted)]
    named = Counter((each.work_item_id, each.kind, each.lap, each.key) for each in alerts)
    assert set(named.values()) == {1}
    assert len(alerts) == Entry.objects.filter(verb="service_level.warned").count()

    run_jobs(times=2)
    mails = OutgoingMessage.objects.filter(kind__startswith="clock.")
    per_fact = Counter(row.thread for row in mails)
    assert sum(per_fact.values()) == len(breaches) + len(alerts)
    assert mails.count() == mails.values("key").distinct().count()


@pytest.mark.django_db(transaction=True)
def test_what_begins_in_another_transaction_is_swept_by_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A clock that one worker holds is passed over by the others, and told of by that worker."""
    cast = build_cast()
    opened(cast.requester, impact=1, urgency=1)
    run_errands(at=AT)
    facts = noted(monkeypatch)
    late = AT + timedelta(minutes=20)
    holding, looked = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Clock.objects.select_for_update().filter(due_at__lt=late))
            holding.set()
            assert looked.wait(PATIENCE)

    crowd = Crowd()
    crowd.start(hold)
    try:
        assert holding.wait(PATIENCE)
        assert warn_and_breach_due(at=late) == 0
    finally:
        looked.set()
    crowd.wait()
    assert warn_and_breach_due(at=late) == 1
    assert [type(fact) for fact in facts] == [ClockBreached]
