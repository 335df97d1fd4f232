"""Report cards: what the reader sees, what is said about breaches, and what goes out by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later, opened
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority.models import Grant
from timshel.performance_evaluation.measurement.queries import (
    Selection,
    case_count,
    case_list,
    promise_list,
    subject_list,
)
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    period_of,
)
from timshel.performance_evaluation.measurement.states import What
from timshel.performance_evaluation.reporting.actions import (
    Links,
    Subscription,
    note_remediation,
    send_due_reports,
    subscribe,
    unsubscribe,
)
from timshel.performance_evaluation.reporting.models import Remediation, ReportSubscription
from timshel.performance_evaluation.reporting.queries import (
    ReportCard,
    own_subscriptions,
    report_card,
)
from timshel.performance_evaluation.reporting.states import EndReason
from timshel.resolution_fulfilment.incident import actions
from timshel.support.communication.models import OutgoingFile, OutgoingMessage

LONDON = "Europe/London"
MARCH = period_of(PeriodKind.MONTH, date(2026, 3, 2), zone=LONDON)
LINKS = Links(card=lambda kind, code, first, last: f"/{kind}/{code}/{first}", overview="/cards")
AFTER_MARCH = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)


def card(actor: Actor, *, at: datetime, period: Period = MARCH, **of: str) -> ReportCard:
    subject = of or {"kind": "service", "code": "laptop"}
    return report_card(**subject, period=period, actor=actor, at=at)


@pytest.fixture
def late(cast: Cast) -> str:
    """An incident of ``laptop`` that nobody answered in time, and one that was solved."""
    quick = opened(cast.requester)
    actions.resolve_incident(quick, code="fixed", text="Done.", actor=cast.agent, at=later(30))
    return opened(cast.requester, title="Nobody looks at it")


class TestFigures:
    def test_a_card_counts_what_happened(self, cast: Cast, late: str) -> None:
        found = card(cast.manager, at=later(days=1))
        values = {code: figure.value for code, figure in found.now.figures.items()}
        assert (values["opened"], values["resolved"], values["backlog"]) == (2, 1, 1)
        assert values["wall_median"] == timedelta(minutes=30)
        assert values["respond_median"] == timedelta(minutes=30)
        assert found.sees_everything
        assert not found.is_over

    def test_a_running_clock_past_its_due_moment_is_broken(self, cast: Cast, late: str) -> None:
        found = card(cast.manager, at=later(days=1))
        assert [line.promise.number for line in found.exceptions] == [late]
        assert found.broken == 1
        (line,) = found.exceptions
        assert line.promise.goes_on
        assert line.cause.link == "IT service desk"
        assert line.cause.link_time == timedelta(days=1)

    def test_before_it_is_due_it_is_not(self, cast: Cast, late: str) -> None:
        assert card(cast.manager, at=later(40)).broken == 0

    def test_withdrawn_cases_have_no_promises(self, cast: Cast, late: str) -> None:
        actions.cancel_incident(late, reason="Twice.", actor=cast.lead, at=later(10))
        found = card(cast.manager, at=later(days=1))
        assert found.broken == 0
        assert found.figure("withdrawn").value == 1

    def test_a_reopened_case_was_open_all_the_while(self, cast: Cast) -> None:
        number = opened(cast.requester)
        actions.resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(5))
        actions.reopen_incident(number, reason="Again.", actor=cast.lead, at=later(days=40))
        found = card(cast.manager, at=later(days=41))
        assert found.figure("resolved").value == 0
        assert found.figure("backlog").value == 1
        actions.resolve_incident(
            number, code="fixed", text="Now.", actor=cast.agent, at=later(days=42)
        )
        april = MARCH.after()
        solved = card(cast.manager, at=later(days=43), period=april)
        assert solved.figure("reopening_rate").value == 100
        assert solved.figure_before("backlog").value == 1  # type: ignore[union-attr]

    def test_a_card_of_each_kind(self, cast: Cast, late: str) -> None:
        for kind, code in (("unit", "institute"), ("team", "service-desk")):
            assert (
                card(cast.manager, at=later(60), kind=kind, code=code).figure("opened").value == 2
            )
        opened(cast.customer, at=later(1))
        found = card(cast.manager, at=later(60), kind="customer", code="brackwater")
        assert found.figure("opened").value == 1

    def test_another_period_has_nothing(self, cast: Cast, late: str) -> None:
        february = card(cast.manager, at=later(60), period=MARCH.before())
        assert {f.value for f in february.now.figures.values()} <= {0, None}


class TestWhoSeesWhat:
    def test_without_the_right_there_is_no_card(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            card(cast.agent, at=later())

    def test_nobody_learns_of_what_they_see_nothing_of(self, cast: Cast, late: str) -> None:
        with pytest.raises(NotFound):
            card(cast.lead, at=later(60), kind="customer", code="brackwater")
        with pytest.raises(NotFound):
            card(cast.manager, at=later(60), kind="service", code="none")
        with pytest.raises(NotFound):
            card(cast.manager, at=later(60), kind="galaxy", code="laptop")

    def test_figures_equal_the_list_for_who_sees_a_part(self, cast: Cast, late: str) -> None:
        opened(cast.requester, service="heating", at=later(2))
        found = card(cast.lead, at=later(60), kind="unit", code="institute")
        assert not found.sees_everything
        assert found.figure("opened").value == 2
        assert (
            card(cast.manager, at=later(60), kind="unit", code="institute").figure("opened").value
            == 3
        )
        for figure in found.now.figures.values():
            if figure.selection is not None:
                count = case_count(figure.selection, actor=cast.lead, at=later(60))
                assert count == figure.listed, figure.measure.code

    def test_the_overview_lists_what_somebody_sees(self, cast: Cast, late: str) -> None:
        def codes(actor: Actor, kind: str) -> set[str]:
            page = subject_list(kind, actor=actor, at=later(60))
            return {row.subject.code for row in page.items}

        assert codes(cast.manager, "service") == {"heating", "laptop", "mail"}
        assert codes(cast.lead, "service") == {"laptop"}
        assert codes(cast.lead, "customer") == set()
        with pytest.raises(Invalid):
            codes(cast.manager, "galaxy")

    def test_lists_show_what_stands_behind(self, cast: Cast, late: str) -> None:
        subject = card(cast.manager, at=later(60)).subject
        by: dict[str, Any] = {"actor": cast.manager, "at": later(days=1)}
        lines = case_list(Selection(subject, MARCH, What.RESOLVED), **by).items
        assert [line.taken for line in lines] == [timedelta(minutes=30)]
        broken = promise_list(Selection(subject, MARCH, What.BROKEN), **by).items
        assert [(line.number, line.is_kept) for line in broken] == [(late, False)]
        assert broken[0].late_by is not None
        with pytest.raises(Invalid):
            case_count(Selection(subject, MARCH, What.KEPT, goal="x"), **by)
        with pytest.raises(Invalid):
            case_count(Selection(subject, MARCH, What.OPEN, band="x"), **by)


class TestRemediation:
    def test_it_is_kept_shown_and_journalled(self, cast: Cast, late: str) -> None:
        by: dict[str, Any] = {"actor": cast.lead, "at": later(days=1)}
        note_remediation(late, kind="respond", lap=1, text=" A second shift. ", **by)
        (line,) = card(cast.manager, at=later(days=1)).exceptions
        assert (line.remediation, line.remediation_by) == ("A second shift.", cast.lead.name)
        entry = Entry.objects.get(verb="reporting.remediation_noted")
        assert entry.changes["text"] == [None, "A second shift."]
        note_remediation(late, kind="respond", lap=1, text="A second shift.", **by)
        assert Entry.objects.filter(verb="reporting.remediation_noted").count() == 1

    def test_no_text_takes_it_back(self, cast: Cast, late: str) -> None:
        for text in ("A second shift.", ""):
            note_remediation(
                late, kind="respond", lap=1, text=text, actor=cast.lead, at=later(days=1)
            )
        assert not Remediation.objects.exists()
        last = Entry.objects.filter(verb="reporting.remediation_noted").latest("id")
        assert last.changes["text"] == ["A second shift.", None]

    @pytest.mark.parametrize(("kind", "lap"), [("respond", 2), ("update", 1), ("none", 1)])
    def test_what_was_never_promised_is_not_found(
        self, cast: Cast, late: str, kind: str, lap: int
    ) -> None:
        with pytest.raises(NotFound):
            note_remediation(late, kind=kind, lap=lap, text="x", actor=cast.lead, at=later())

    def test_it_needs_the_right(self, cast: Cast, late: str) -> None:
        before = Entry.objects.count()
        for actor in (cast.agent, cast.auditor):
            with pytest.raises(NotAllowed):
                note_remediation(late, kind="respond", lap=1, text="x", actor=actor, at=later())
        with pytest.raises(Invalid):
            note_remediation(
                late, kind="respond", lap=1, text="x" * 2_001, actor=cast.lead, at=later()
            )
        assert Entry.objects.count() == before


def wanted(**changes: str) -> Subscription:
    return replace(
        Subscription("service", "laptop", "month", "pdf", "en", LONDON),
        **changes,
    )


class TestSubscriptions:
    def test_the_card_comes_once_the_period_is_over(self, cast: Cast, late: str) -> None:
        subscribe(wanted(), actor=cast.manager, at=later())
        assert send_due_reports(links=LINKS, at=AFTER_MARCH - timedelta(hours=2)) == 0
        assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 1
        assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 0
        message = OutgoingMessage.objects.get()
        assert message.subject == "Report card: Laptop and screen, March 2026"
        assert "/service/laptop/2026-03-01" in message.text
        file = OutgoingFile.objects.get(message=message)
        assert file.name == "report-card-service-laptop-2026-03-01-2026-03-31.pdf"
        assert file.media_type == "application/pdf"
        (row,) = own_subscriptions(actor=cast.manager)
        assert row.next_first_day == date(2026, 4, 1)

    def test_periods_that_were_missed_come_each_once(self, cast: Cast, late: str) -> None:
        subscribe(wanted(file_format="xlsx"), actor=cast.manager, at=later())
        assert send_due_reports(links=LINKS, at=AFTER_MARCH + timedelta(days=35)) == 2
        assert OutgoingMessage.objects.count() == 2

    def test_it_speaks_the_language_of_the_subscription(self, cast: Cast, late: str) -> None:
        subscribe(wanted(language="fr"), actor=cast.manager, at=later())
        send_due_reports(links=LINKS, at=AFTER_MARCH)
        assert OutgoingMessage.objects.get().html.startswith('<!DOCTYPE html>\n<html lang="fr">')

    def test_asking_twice_is_one_subscription(self, cast: Cast, late: str) -> None:
        first = subscribe(wanted(), actor=cast.manager, at=later())
        assert subscribe(wanted(), actor=cast.manager, at=later(5)) == first
        assert Entry.objects.filter(verb="reporting.subscribed").count() == 1

    def test_it_ends_when_somebody_wants_no_more(self, cast: Cast, late: str) -> None:
        key = subscribe(wanted(), actor=cast.manager, at=later())
        with pytest.raises(NotFound):
            unsubscribe(key, actor=cast.lead, at=later(1))
        for _again in range(2):
            unsubscribe(key, actor=cast.manager, at=later(2))
        assert own_subscriptions(actor=cast.manager) == ()
        assert Entry.objects.filter(verb="reporting.unsubscribed").count() == 1
        assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 0
        assert subscribe(wanted(), actor=cast.manager, at=later(3)) != key

    def test_it_ends_with_a_message_when_the_right_is_gone(self, cast: Cast, late: str) -> None:
        key = subscribe(wanted(), actor=cast.manager, at=later())
        Grant.objects.filter(person=cast.manager.person_id).delete()
        assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 1
        row = ReportSubscription.objects.get(pk=key)
        assert row.end_reason == EndReason.NO_RIGHT
        message = OutgoingMessage.objects.get()
        assert "/cards" in message.text
        assert not OutgoingFile.objects.exists()
        assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 0

    def test_it_ends_in_silence_when_the_person_has_left(self, cast: Cast, late: str) -> None:
        from timshel.context.people.models import Person

        key = subscribe(wanted(), actor=cast.manager, at=later())
        Person.objects.filter(pk=cast.manager.person_id).update(is_active=False)
        assert send_due_reports(links=LINKS, at=AFTER_MARCH) == 1
        assert ReportSubscription.objects.get(pk=key).end_reason == EndReason.GONE
        assert not OutgoingMessage.objects.exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"period_kind": "year"},
            {"file_format": "doc"},
            {"language": "xx"},
            {"time_zone": "Europe/Nowhere"},
        ],
    )
    def test_what_cannot_be_sent_is_refused(
        self, cast: Cast, late: str, changes: dict[str, str]
    ) -> None:
        with pytest.raises(Invalid):
            subscribe(wanted(**changes), actor=cast.manager, at=later())
        assert not ReportSubscription.objects.exists()

    def test_it_needs_the_right_and_a_person(self, cast: Cast, late: str) -> None:
        for actor in (cast.agent, SYSTEM):
            with pytest.raises(NotAllowed):
                subscribe(wanted(), actor=actor, at=later())
        with pytest.raises(NotFound):
            subscribe(wanted(code="none"), actor=cast.manager, at=later())
