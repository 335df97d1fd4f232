"""Scorecards that go out by mail as periods end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.cast import SYSTEM, Cast, later
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.performance_evaluation.indicator import actions as indicators
from timshel.performance_evaluation.indicator.models import Indicator, Reading, Scorecard
from timshel.performance_evaluation.indicator.rules import IndicatorContent, ScorecardContent
from timshel.performance_evaluation.indicator.states import Direction, Frequency
from timshel.performance_evaluation.reporting.actions import (
    Links,
    Subscription,
    send_due_reports,
    subscribe,
    unsubscribe,
)
from timshel.performance_evaluation.reporting.models import ReportSubscription
from timshel.performance_evaluation.reporting.queries import own_subscriptions
from timshel.performance_evaluation.reporting.states import EndReason
from timshel.support.communication.models import OutgoingFile, OutgoingMessage

LINKS = Links(card=lambda kind, code, first, last: f"/{kind}/{code}/{first}", overview="/cards")
AFTER_MARCH = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)


OWNER = "jonas.okereke"
LONDON = "Europe/London"


@pytest.fixture
def scorecard(cast: Cast) -> str:
    """A scorecard that the agent sees because it is theirs, with readings of two months."""
    content = IndicatorContent(
        title="What comes in",
        owner="bastian.nwosu",
        measure="opened",
        target=Decimal(1),
        warning=Decimal(2),
        critical=Decimal(4),
        direction=Direction.LOWER,
        frequency=Frequency.MONTH,
        subject_kind="service",
        subject_code="laptop",
        why="It tells how busy we are.",
    )
    number = indicators.add_indicator(content, actor=cast.process_owner, at=later())
    Reading.objects.all().delete()
    for first, last, value in (
        (date(2026, 3, 1), date(2026, 3, 31), 5),
        (date(2026, 4, 1), date(2026, 4, 30), 1),
    ):
        Reading.objects.create(
            indicator=Indicator.objects.get(),
            first_day=first,
            last_day=last,
            value=value,
            population=value,
            read_at=AFTER_MARCH,
        )
    card = ScorecardContent(title="At a glance", owner=OWNER, indicators=(number,))
    return indicators.add_scorecard(card, actor=cast.process_owner, at=later())


def wanted(code: str, **changes: str) -> Subscription:
    return replace(Subscription("scorecard", code, "month", "xlsx", "en", LONDON), **changes)


def test_it_comes_once_with_its_figures_as_they_stood(cast: Cast, scorecard: str) -> None:
    subscribe(wanted(scorecard.lower()), actor=cast.agent, at=later())
    assert send_due_reports(links=LINKS, at=AFTER_MARCH - timedelta(hours=2)) == 0
    assert [send_due_reports(links=LINKS, at=AFTER_MARCH) for _again in range(2)] == [1, 0]
    message = OutgoingMessage.objects.get()
    assert (message.kind, message.subject) == (
        "reporting.scorecard",
        "Scorecard: At a glance, March 2026",
    )
    line = "What comes in: 5"
    assert line in message.text
    assert line in message.html
    assert "At most 1" in message.text
    assert f"/scorecard/{scorecard}/2026-03-01" in message.text
    file = OutgoingFile.objects.get(message=message)
    assert file.name == f"scorecard-{scorecard}-2026-03-01-2026-03-31.xlsx"
    (row,) = own_subscriptions(actor=cast.agent)
    assert (row.subject_code, row.next_first_day) == (scorecard, date(2026, 4, 1))


def test_months_that_were_missed_come_each_with_their_own_figures(
    cast: Cast, scorecard: str
) -> None:
    subscribe(wanted(scorecard, file_format="pdf"), actor=cast.manager, at=later())
    assert send_due_reports(links=LINKS, at=AFTER_MARCH + timedelta(days=35)) == 2
    march, april = OutgoingMessage.objects.order_by("pk")
    assert "What comes in: 5" in march.text
    assert "What comes in: 1" in april.text
    assert {file.media_type for file in OutgoingFile.objects.all()} == {"application/pdf"}


def test_a_job_that_dies_leaves_nothing_half_sent(
    cast: Cast, scorecard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(wanted(scorecard), actor=cast.agent, at=later())

    def dies(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ReportSubscription, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            send_due_reports(links=LINKS, at=AFTER_MARCH)
    assert not OutgoingMessage.objects.exists()
    assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 1
    assert OutgoingMessage.objects.count() == 1


def test_it_speaks_the_language_of_the_subscription(cast: Cast, scorecard: str) -> None:
    subscribe(wanted(scorecard, language="fr"), actor=cast.agent, at=later())
    send_due_reports(links=LINKS, at=AFTER_MARCH)
    message = OutgoingMessage.objects.get()
    assert message.html.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert "mars 2026" in message.subject


@pytest.mark.parametrize("is_gone", [True, False])
def test_it_ends_with_a_letter_when_the_reader_may_not_see_it(
    cast: Cast, scorecard: str, is_gone: bool
) -> None:
    key = subscribe(wanted(scorecard), actor=cast.agent, at=later())
    if is_gone:
        indicators.remove_scorecard(scorecard, actor=cast.process_owner, at=later(1))
    else:
        Scorecard.objects.update(owner=cast.process_owner.person_id)
    assert [send_due_reports(links=LINKS, at=AFTER_MARCH) for _again in range(2)] == [1, 0]
    assert ReportSubscription.objects.get(pk=key).end_reason == EndReason.NO_RIGHT
    message = OutgoingMessage.objects.get()
    assert message.kind == "reporting.scorecard_ended"
    assert scorecard in message.text
    assert not OutgoingFile.objects.exists()


def test_somebody_wants_no_more(cast: Cast, scorecard: str) -> None:
    key = subscribe(wanted(scorecard), actor=cast.agent, at=later())
    assert subscribe(wanted(scorecard), actor=cast.agent, at=later(1)) == key
    for _again in range(2):
        unsubscribe(key, actor=cast.agent, at=later(2))
    assert Entry.objects.filter(verb="reporting.unsubscribed").count() == 1
    assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 0


def test_it_needs_to_be_seen_and_a_person(cast: Cast, scorecard: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotFound):
        subscribe(wanted(scorecard), actor=cast.lead, at=later())
    with pytest.raises(NotFound):
        subscribe(wanted("SCC9999999"), actor=cast.manager, at=later())
    with pytest.raises((NotAllowed, NotFound)):
        subscribe(wanted(scorecard), actor=SYSTEM, at=later())
    with pytest.raises(Invalid):
        subscribe(wanted(scorecard, period_kind="year"), actor=cast.manager, at=later())
    assert Entry.objects.count() == before
