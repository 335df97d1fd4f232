"""Who hears that the time of a clock runs out, when, how often, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened, person_id
from tests.errands import run_errands
from timshel.context.people.actions import plan_shift
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    create_calendar,
    publish_draft,
    save_draft,
    set_escalation_rules,
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.actions.calendars import CalendarHours
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.models import CalendarUse, Clock
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    Recipient,
)
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    reply_to_incident,
    resolve_incident,
    take_incident,
    wait_incident,
)
from timshel.resolution_fulfilment.incident.actions.escalating import tell_alert, tell_breach
from timshel.resolution_fulfilment.incident.actions.notifying import Links
from timshel.support.communication.models import OutgoingMessage

LINKS = Links(
    case="https://x.example/cases/{}".format,
    record=lambda _kind, number: f"https://x.example/desk/{number}",
    rating=lambda number, _person: f"https://x.example/rate/{number}",
    guest=lambda number, _person: f"https://x.example/guest/{number}",
)


class News:
    """What the sweep publishes, and who is told of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.facts: list[Any] = []
        self.later: list[datetime] = []
        for name in ("timshel.relationship_agreement.service_level.actions.sweep.publish",):
            monkeypatch.setattr(name, self.facts.append)

    def sweep(self, at: datetime) -> list[tuple[str, str]]:
        """Let the sweep look at all clocks; return who was told what, in order of names."""
        warn_and_breach_due(at=at)
        return self.tell(at)

    def tell(self, at: datetime) -> list[tuple[str, str]]:
        """Tell all facts so far, each twice; return who was told what by that."""
        known = set(OutgoingMessage.objects.values_list("pk", flat=True))
        self.later = []
        for fact in self.facts * 2:
            tell = tell_alert if isinstance(fact, ClockAlerted) else tell_breach
            self.later += tell(fact, links=LINKS, at=at)
        new = OutgoingMessage.objects.exclude(pk__in=known)
        return sorted((row.address.split("@")[0], row.kind) for row in new)


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> News:
    return News(monkeypatch)


def rule(recipient: Recipient, percent: int = 75, **more: Any) -> EscalationContent:
    more.setdefault("clock_kind", "resolve")
    return EscalationContent(recipient=recipient, percent=percent, **more)


def only(rules: Sequence[EscalationContent]) -> None:
    """Have these rules and no others hold for all agreements."""
    set_escalation_rules(rules, actor=SYSTEM, at=later())
    run_errands(at=later())


def urgent(cast: Cast, **report: Any) -> str:
    """Open an incident of priority 1: to be resolved within four hours of office hours, 8 to 18."""
    number = opened(cast.requester, impact=1, urgency=1, **report)
    assert WorkItem.objects.get(number=number).priority == 1
    return number


def answered(number: str, cast: Cast, at: datetime = AT) -> str:
    """Have the agent take an incident and answer it; only its resolution is promised then."""
    take_incident(number, actor=cast.agent, at=at)
    reply_to_incident(number, text="Seen.", actor=cast.agent, at=at)
    return number


WARNED = "clock.warned"
DUE = later(hours=4)  # of what was opened at AT, 10:00; three quarters are over at 13:00


class TestWhoHears:
    def test_the_assignee(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ASSIGNEE)])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=2.9)) == []
        assert news.sweep(later(hours=3)) == [("jonas.okereke", WARNED)]

    def test_the_leads_where_nobody_has_it(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ASSIGNEE)])
        reply_to_incident(urgent(cast), text="Seen.", actor=cast.agent, at=later(1))
        assert news.sweep(later(hours=3)) == [("tamsin.harrowgate", WARNED)]

    def test_the_leads(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.LEAD)])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=3)) == [("tamsin.harrowgate", WARNED)]

    def test_the_owner_of_the_service(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.SERVICE_OWNER)])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=3)) == [("adaeze.thornquist", WARNED)]

    def test_nobody_where_the_service_has_no_owner(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.SERVICE_OWNER)])
        urgent(cast, service="heating")
        assert ("adaeze.thornquist", WARNED) not in news.sweep(later(hours=3))

    def test_everyone_with_a_role_whose_scope_covers_it(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ROLE, role_code="agent")])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=3)) == [
            ("jonas.okereke", WARNED),
            ("mirela.dobrescu", WARNED),
        ]

    def test_a_role_held_everywhere(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ROLE, role_code="manager")])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=3)) == [("wendell.achterberg", WARNED)]

    def test_whoever_is_on_call(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ON_CALL)])
        plan_shift(
            "service-desk",
            person_id=person_id("mirela.dobrescu"),
            starts_at=later(),
            ends_at=later(hours=8),
            actor=cast.lead,
            at=later(),
        )
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=3)) == [("mirela.dobrescu", WARNED)]

    def test_the_leads_while_nobody_is_on_call(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ON_CALL)])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=3)) == [("tamsin.harrowgate", WARNED)]

    def test_nobody_who_may_not_see_it(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ON_CALL)])
        plan_shift(
            "service-desk",
            person_id=person_id("tamsin.harrowgate"),
            starts_at=later(),
            ends_at=later(hours=8),
            actor=SYSTEM,
            at=later(),
        )
        answered(urgent(cast), cast)
        tamsin = cast.lead.person_id
        from timshel.leadership.authority.models import Grant

        Grant.objects.filter(person_id=tamsin).delete()
        assert news.sweep(later(hours=3)) == []


class TestHowOften:
    def test_two_rules_that_name_one_person_are_one_mail(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ASSIGNEE), rule(Recipient.LEAD), rule(Recipient.ON_CALL)])
        number = urgent(cast)
        lead = person_id("tamsin.harrowgate")
        assign_incident(number, assignee_id=lead, actor=cast.lead, at=later(1))
        reply_to_incident(number, text="Seen.", actor=cast.agent, at=later(2))
        assert news.sweep(later(hours=3)) == [("tamsin.harrowgate", WARNED)]
        assert len(news.facts) == 3

    def test_each_moment_is_news_and_each_deadline(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ASSIGNEE, 50), rule(Recipient.ASSIGNEE, 75)])
        number = urgent(cast)
        answered(number, cast)
        assert news.sweep(later(hours=2)) == [("jonas.okereke", WARNED)]
        assert news.sweep(later(hours=2.5)) == []
        assert news.sweep(later(hours=3)) == [("jonas.okereke", WARNED)]
        assert news.sweep(later(hours=3.5)) == []

    def test_the_breach_and_a_rule_for_the_same_moment_are_one_mail(
        self, cast: Cast, news: News
    ) -> None:
        only([rule(Recipient.ASSIGNEE, 100), rule(Recipient.LEAD, 100)])
        answered(urgent(cast), cast)
        assert news.sweep(DUE + timedelta(minutes=1)) == [
            ("jonas.okereke", "clock.breached"),
            ("tamsin.harrowgate", "clock.breached"),
        ]

    def test_after_the_breach_the_next_level_hears(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.LEAD, 150)])
        answered(urgent(cast), cast)
        assert news.sweep(later(hours=4.1)) == [("jonas.okereke", "clock.breached")]
        assert news.sweep(later(hours=6)) == [("tamsin.harrowgate", "clock.breached")]

    def test_zammad_3140_nothing_is_told_of_what_was_answered_meanwhile(
        self, cast: Cast, news: News
    ) -> None:
        only([rule(Recipient.ASSIGNEE)])
        number = urgent(cast)
        answered(number, cast)
        warn_and_breach_due(at=later(hours=3))
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(hours=3.01))
        assert len(news.facts) == 1
        assert news.tell(later(hours=3.02)) == []


NIGHT = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)  # half an hour of office hours is left
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


def around_the_clock(hours: int = 4) -> None:
    """Promise to resolve within so many hours of the clock on the wall, by night, too."""
    content = AgreementContent(
        kind=AgreementKind.SERVICE,
        name="By night, too",
        calendar="around-the-clock",
        services=("laptop",),
        targets=(TargetContent(ClockKind.RESOLVE, hours, DurationUnit.HOURS),),
    )
    save_draft("night", content=content, actor=SYSTEM, at=later(-60))
    publish_draft("night", actor=SYSTEM, at=later(-60))
    run_errands(at=later(-60))


def team_hours(cast: Cast, code: str = "office-hours", team: str = "service-desk") -> None:
    CalendarUse.objects.create(team_id=cast.teams[team], calendar_code=code)


class TestAtNight:
    def test_zammad_4432_no_escalation_mail_at_midnight(self, cast: Cast, news: News) -> None:
        around_the_clock()
        team_hours(cast)
        only([rule(Recipient.ASSIGNEE)])
        answered(opened(cast.requester, at=NIGHT), cast, NIGHT)
        midnight = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
        assert news.sweep(midnight) == []
        assert set(news.later) == {MORNING}
        # What is late shows at once, whoever sleeps.
        assert Clock.objects.get(kind="resolve").told.keys() == {"75% assignee"}
        # By the morning it is late, and that is what the mail says.
        assert news.tell(MORNING) == [("jonas.okereke", "clock.breached")]
        assert news.later == []

    def test_zammad_2157_a_clock_by_day_warns_by_day(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ASSIGNEE)])
        number = opened(cast.requester, impact=1, urgency=1, at=EVENING)
        answered(number, cast, EVENING)
        # Half an hour is used on the first day, so three hours are used at 10:30 on the next.
        for hour in range(6 * 2):
            assert news.sweep(EVENING + timedelta(hours=1 + hour)) == []
        assert news.sweep(datetime(2026, 3, 3, 10, 29, tzinfo=UTC)) == []
        assert news.sweep(datetime(2026, 3, 3, 10, 30, tzinfo=UTC)) == [("jonas.okereke", WARNED)]

    def test_a_rule_may_wake_people(self, cast: Cast, news: News) -> None:
        around_the_clock()
        team_hours(cast)
        only([rule(Recipient.ASSIGNEE, at_night=True)])
        answered(opened(cast.requester, at=NIGHT), cast, NIGHT)
        midnight = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
        assert news.sweep(midnight) == [("jonas.okereke", WARNED)]

    def test_waking_one_person_leaves_the_other_asleep(self, cast: Cast, news: News) -> None:
        around_the_clock()
        team_hours(cast)
        only([rule(Recipient.ASSIGNEE, at_night=True), rule(Recipient.LEAD)])
        answered(opened(cast.requester, at=NIGHT), cast, NIGHT)
        midnight = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
        assert news.sweep(midnight) == [("jonas.okereke", WARNED)]
        assert news.tell(MORNING) == [("tamsin.harrowgate", "clock.breached")]

    def test_nobody_hears_in_the_morning_of_what_was_done_at_night(
        self, cast: Cast, news: News
    ) -> None:
        around_the_clock()
        team_hours(cast)
        only([rule(Recipient.ASSIGNEE)])
        number = answered(opened(cast.requester, at=NIGHT), cast, NIGHT)
        assert news.sweep(NIGHT + timedelta(hours=3)) == []
        resolve_incident(
            number,
            code="fixed",
            text="Done.",
            actor=cast.agent,
            at=NIGHT + timedelta(hours=3.5),
        )
        assert news.tell(MORNING) == []

    def test_the_hours_of_the_clock_where_the_team_has_none(self, cast: Cast, news: News) -> None:
        around_the_clock()
        only([rule(Recipient.ASSIGNEE)])
        answered(opened(cast.requester, at=NIGHT), cast, NIGHT)
        assert news.sweep(NIGHT + timedelta(hours=3)) == [("jonas.okereke", WARNED)]

    @pytest.mark.parametrize(
        ("night", "opens"),
        [
            # London's clocks go forward on 29 March 2026 at 01:00 UTC: 8:00 is 7:00 UTC then.
            (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
            # They go back on 25 October 2026: 8:00 is 8:00 UTC again.
            (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
            # Good Friday and Easter Monday are holidays in England.
            (datetime(2026, 4, 2, 19, 0, tzinfo=UTC), datetime(2026, 4, 7, 7, 0, tzinfo=UTC)),
        ],
    )
    def test_daylight_saving_and_holidays(
        self, cast: Cast, news: News, night: datetime, opens: datetime
    ) -> None:
        weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
        create_calendar(
            "london",
            name="London",
            hours=CalendarHours(
                time_zone="Europe/London",
                weekly={day: [["08:00", "18:00"]] for day in weekdays},
                holiday_country="GB",
                holiday_region="ENG",
            ),
            actor=SYSTEM,
            at=later(-60),
        )
        around_the_clock()
        team_hours(cast, "london")
        only([rule(Recipient.ASSIGNEE)])
        answered(opened(cast.requester, at=night), cast, night)
        assert news.sweep(night + timedelta(hours=3)) == []
        assert set(news.later) == {opens}
        assert len(news.tell(opens)) == 1

    def test_a_reader_of_another_team_has_that_team_s_hours(self, cast: Cast, news: News) -> None:
        around_the_clock()
        team_hours(cast, "around-the-clock")
        team_hours(cast, "office-hours", team="workplace")
        only([rule(Recipient.ROLE, role_code="agent"), rule(Recipient.ASSIGNEE)])
        answered(opened(cast.requester, at=NIGHT), cast, NIGHT)
        from timshel.leadership.authority.actions import grant_role

        grant_role(
            person_id("kieran.ashdown"),
            role="agent",
            scope_kind="team",
            scope_id=cast.teams["service-desk"],
            actor=SYSTEM,
            at=NIGHT,
        )
        told = news.sweep(NIGHT + timedelta(hours=3))
        assert told == [("jonas.okereke", WARNED), ("mirela.dobrescu", WARNED)]
        assert set(news.later) == {MORNING}


def last() -> OutgoingMessage:
    return OutgoingMessage.objects.latest("pk")


class TestWords:
    def test_a_warning_says_what_to_do_until_when(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.ASSIGNEE)])
        number = urgent(cast, title="The screen stays black")
        answered(number, cast)
        news.sweep(later(hours=3))
        assert last().subject == f"[{number}] Due soon: The screen stays black"
        assert last().text == (
            "Hello Jonas Okereke-Vale,\n\n"
            "The resolution is due by Monday 2 March 2026 14:00 GMT.\n\n"
            "That leaves 1 h of working time.\n\n"
            "Please resolve it, or hand it to whoever can.\n\n"
            f"The incident is here:\nhttps://x.example/desk/{number}\n"
        )

    def test_a_lead_reads_who_has_it(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.LEAD)])
        answered(urgent(cast), cast)
        news.sweep(later(hours=3.25))
        assert "That leaves 45 min of working time." in last().text
        assert "Jonas Okereke-Vale has it. Please ask whether help is needed." in last().text

    def test_a_lead_reads_that_nobody_has_it(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.LEAD, clock_kind="respond")])
        urgent(cast)
        news.sweep(later(12))
        assert "A first response is due by Monday 2 March 2026 10:15 GMT." in last().text
        assert "Nobody has it yet. Please take it, or assign it." in last().text

    def test_lateness_says_since_when_in_working_time(self, cast: Cast, news: News) -> None:
        only([rule(Recipient.LEAD, 250)])
        answered(urgent(cast), cast)
        news.sweep(later(hours=4.1))
        assert "and is late.\n\nIt has been late for 6 min of working time." in last().text
        # Ten hours of work are over after eight on this day and two on the next.
        news.sweep(datetime(2026, 3, 3, 10, 15, tzinfo=UTC))
        assert "It has been late for 6 h 15 min of working time." in last().text

    def test_what_was_done_too_late_asks_for_nothing(self, cast: Cast, news: News) -> None:
        only([])
        number = urgent(cast)
        answered(number, cast)
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(hours=5))
        news.sweep(later(hours=5.1))
        assert "It is done by now, but it was not done in time." in last().text
        assert "Please" not in last().text

    def test_each_reader_has_an_own_zone(self, cast: Cast, news: News) -> None:
        from timshel.context.people.actions import change_preferences

        only([rule(Recipient.ASSIGNEE)])
        answered(urgent(cast), cast)
        assert cast.agent.person_id is not None
        change_preferences(
            cast.agent.person_id,
            language="en",
            time_zone="America/Toronto",
            actor=cast.agent,
            at=later(2),
        )
        news.sweep(later(hours=3))
        assert "is due by Monday 2 March 2026 09:00 EST." in last().text

    @pytest.mark.parametrize("kind", list(ClockKind))
    def test_there_are_words_for_each_clock(self, cast: Cast, kind: ClockKind) -> None:
        only([])
        number = urgent(cast)
        answered(number, cast)
        row = Clock.objects.get(kind="resolve")
        row.pk, row.kind, row.team_id = None, kind, cast.teams["workplace"]
        Clock.objects.filter(kind=kind).delete()
        row.save()
        item = WorkItem.objects.get(number=number)
        fact = ClockAlerted(
            work_item_id=item.pk,
            kind=kind,
            lap=1,
            due_at=DUE,
            key="75% assignee",
            recipient=Recipient.ASSIGNEE,
            role_code="",
            at_night=False,
            at=later(hours=3),
        )
        tell_alert(fact, links=LINKS, at=later(hours=3))
        warned = last().text
        tell_alert(fact, links=LINKS, at=later(hours=3))
        Clock.objects.filter(kind=kind).update(breached_at=DUE)
        breach = ClockBreached(item.pk, kind, 1, DUE, is_stopped=False, at=later(hours=5))
        tell_breach(breach, links=LINKS, at=later(hours=5))
        assert OutgoingMessage.objects.count() == 2
        assert last().text != warned
        if kind is ClockKind.HOP:
            assert "The time of Workplace devices ends at Monday 2 March 2026 14:00 GMT." in warned
            assert "The time of Workplace devices ended at " in last().text

    def test_facts_travel_as_plain_json(self) -> None:
        alert = ClockAlerted(
            work_item_id=1,
            kind=ClockKind.HOP,
            lap=2,
            due_at=DUE,
            key="75% lead",
            recipient=Recipient.LEAD,
            role_code="",
            at_night=True,
            at=later(),
        )
        assert ClockAlerted.from_plain(alert.plain()) == alert
        breach = ClockBreached(1, ClockKind.UPDATE, 4, DUE, is_stopped=True, at=later())
        assert ClockBreached.from_plain(breach.plain()) == breach
        assert alert.plain()["due_at"] == "2026-03-02T14:00:00+00:00"


def test_waiting_that_pauses_takes_the_warning_along(cast: Cast, news: News) -> None:
    only([rule(Recipient.ASSIGNEE)])
    number = urgent(cast)
    answered(number, cast)
    wait_incident(number, reason=WaitingReason.REQUESTER, actor=cast.agent, at=later(hours=1))
    assert news.sweep(later(hours=3)) == []
