"""Reminders of what is due: each person once for each record, day and stage, whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests import cast as people
from tests import jobs
from tests.cast import AT, SYSTEM, Cast, actor
from timshel.context.issue.actions import open_issue, review_issue
from timshel.context.issue.models import Issue
from timshel.context.issue.rules import IssueContent
from timshel.context.issue.states import Effect, IssueKind, IssueTrigger
from timshel.context.people.models import Person
from timshel.improvement.conformity.due import readable_questions
from timshel.interfaces.worker import reminders
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked, Due, Part
from timshel.kernel.record_numbers import number_of
from timshel.leadership.authority import actions as authority
from timshel.performance_evaluation.internal_audit.models import Audit, Auditor, Programme
from timshel.planning.planned_action.actions import NOTHING, ActionPlan, plan_action
from timshel.planning.planned_action.states import ActionKind
from timshel.support.communication.models import OutgoingMessage
from timshel.support.meeting.models import Board, Meeting
from timshel.support.notification import records
from timshel.support.notification.actions import choose, remind, reminding, telling
from timshel.support.notification.models import Notice
from timshel.support.notification.queries import notice_list
from timshel.support.notification.rules import KEPT, LONG_OVER, LOOKS_BACK, NEAR, stages_of
from timshel.support.notification.states import Stage, Way
from timshel.support.notification.topics import Topic

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)
FUNDS = IssueContent(
    title="Funding ends",
    kind=IssueKind.ECONOMIC,
    effect=Effect.HINDERS,
    meaning="Two services are paid by a programme that ends.",
    owner="imre.castellane",
    review_months=3,
)


def issue(*, day: date = DAY, owner: str = "imre.castellane", title: str = "Funding ends") -> str:
    content = replace(FUNDS, owner=owner, title=title)
    number = open_issue(content=content, actor=SYSTEM, at=AT)
    Issue.objects.filter(pk=int(number[3:])).update(review_date=day)
    return number


def on(days: int) -> datetime:
    """Return the morning so many days after the last day."""
    return datetime(2026, 6, 1, 5, 25, tzinfo=AT.tzinfo) + timedelta(days=days)


def look(days: int, part: str = "context_issue") -> None:
    remind(part, actor=SYSTEM, at=on(days))


def told(who: Actor | None = None) -> list[str]:
    rows = Notice.objects.filter(topic__startswith="due.").order_by("pk")
    if who is not None:
        rows = rows.filter(person=who.person_id)
    return [each.split("/")[1] for each in rows.values_list("key", flat=True)]


@pytest.mark.parametrize(
    ("days", "stages"),
    [
        (-8, ()),
        (-7, (Stage.NEAR,)),
        (0, (Stage.NEAR,)),
        (1, (Stage.OVER,)),
        (14, (Stage.OVER,)),
        (15, (Stage.OVER, Stage.LONG_OVER)),
    ],
)
def test_of_what_people_are_to_have_been_told(days: int, stages: tuple[Stage, ...]) -> None:
    assert stages_of(DAY, today=DAY + timedelta(days=days)) == stages


def test_notices_are_kept_for_longer_than_is_looked_back() -> None:
    assert KEPT > LOOKS_BACK + NEAR + LONG_OVER


def test_each_word_comes_once_on_its_day(cast: Cast) -> None:
    issue()
    expected: dict[int, list[str]] = {-8: [], -7: ["near"], -6: ["near"], 0: ["near"]}
    expected |= {1: ["near", "over"], 14: ["near", "over"], 15: ["near", "over"]}
    for days, words in expected.items():
        for _again in range(2):
            look(days)
        assert told(cast.requester) == words, days
    assert told(cast.process_owner) == ["long_over"]
    for days in (16, 40, 60, 61, 200):
        look(days)
    assert told(cast.requester) == ["near", "over"]
    assert told(cast.process_owner) == ["long_over"]


def test_what_nobody_looked_at_in_time_is_told_later(cast: Cast) -> None:
    issue()
    look(20)
    assert told(cast.requester) == ["over"]
    assert told(cast.process_owner) == ["long_over"]


def test_what_is_over_for_very_long_is_not_told_any_more(cast: Cast) -> None:
    issue()
    look(LOOKS_BACK.days + 1)
    assert told() == []


def test_another_day_is_another_matter(cast: Cast) -> None:
    number = issue()
    look(1)
    Issue.objects.filter(pk=int(number[3:])).update(review_date=DAY + timedelta(days=30))
    look(24)
    look(31)
    assert told(cast.requester) == ["over", "near", "over"]


def test_of_what_is_done_nobody_hears(cast: Cast) -> None:
    number = issue()
    revision = Issue.objects.get().revision
    review_issue(
        number,
        finding="The programme goes on.",
        revision=revision,
        trigger=IssueTrigger.CLOSE,
        actor=cast.process_owner,
        at=AT,
    )
    look(1)
    assert told() == []


def test_whom_it_is_given_to_hears_as_well(cast: Cast) -> None:
    number = issue()
    look(1)
    Issue.objects.filter(pk=int(number[3:])).update(owner_id=cast.other_requester.person_id)
    look(2)
    assert told(cast.requester) == ["over"]
    assert told(cast.other_requester) == ["over"]


def test_what_was_left_by_one_who_died_is_taken_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        issue(title=f"Issue {number}")
    notify, done = telling.notify, list[str]()

    def dying(news: Any, *, at: datetime) -> int:
        if len(done) == 2:
            message = "killed"
            raise RuntimeError(message)
        done.append(news.key)
        return notify(news, at=at)

    monkeypatch.setattr(reminding, "notify", dying)
    with pytest.raises(RuntimeError):
        look(1)
    assert len(told(cast.requester)) == 2
    monkeypatch.setattr(reminding, "notify", notify)
    look(1)
    look(1)
    assert told(cast.requester) == ["over"] * 4
    assert OutgoingMessage.objects.filter(person=cast.requester.person_id).count() == 4


def test_what_has_nobody_goes_to_those_who_see_to_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = issue()
    row = Due(DAY, "context_issue", number, "Funding ends", "Review")
    monkeypatch.setitem(due._parts, "orphans", Part(lambda _asked: [row]))
    look(-1, "orphans")
    assert told() == []
    look(1, "orphans")
    assert told(cast.process_owner) == ["over"]
    look(20, "orphans")
    assert told(cast.process_owner) == ["over", "long_over"]
    said = [each.sentence for each in notice_list(actor=cast.process_owner, at=AT).items]
    assert all("with nobody named for it" in each for each in said)


def test_what_was_left_behind_goes_to_those_who_see_to_it(cast: Cast) -> None:
    issue()
    Person.objects.filter(code="imre.castellane").update(is_active=False)
    look(-1)
    assert told() == []
    look(1)
    assert told() == ["over"]
    (said,) = notice_list(actor=cast.process_owner, at=AT).items
    assert "Imre Castellane is no longer here" in said.sentence


def test_nobody_is_called_over_their_own_delay(cast: Cast) -> None:
    issue(owner="bastian.nwosu")
    look(20)
    assert told(cast.process_owner) == ["over"]


def test_those_who_may_not_read_of_it_do_not_hear_of_it(cast: Cast) -> None:
    issue()
    authority.define_role(
        "minder",
        name="Minder",
        permissions=["planned_action.manage"],
        translations={},
        actor=SYSTEM,
        at=AT,
    )
    minder = cast.facilities_agent
    assert minder.person_id is not None
    authority.grant_role(minder.person_id, role="minder", actor=SYSTEM, at=AT)
    look(20)
    assert told(actor("petra.wolmar")) == []
    assert told(cast.process_owner) == ["long_over"]


def test_choices_are_respected(cast: Cast) -> None:
    issue()
    assert cast.requester.person_id is not None
    off = {(Topic.DUE, way): False for way in (Way.PRODUCT, Way.MAIL)}
    choose(off, actor=cast.requester, at=AT)
    look(1)
    assert not Notice.objects.filter(topic="due.reminded").exists()
    assert not OutgoingMessage.objects.filter(person=cast.requester.person_id).exists()
    choose({(Topic.DUE, Way.PRODUCT): True}, actor=cast.requester, at=AT)
    look(2)
    assert told(cast.requester) == ["over"]
    assert not OutgoingMessage.objects.filter(person=cast.requester.person_id).exists()


def test_words_are_in_the_language_of_the_reader(cast: Cast) -> None:
    number = issue(owner="maelle.tessonneau")
    look(1)
    notice = Notice.objects.get(topic="due.reminded")
    assert notice.parts["due"]["fr"] == "1 juin 2026"
    assert notice.parts["what"] == {
        "": "Review of an issue",
        "en": "Review of an issue",
        "fr": notice.parts["what"]["fr"],
    }
    assert notice.parts["what"]["fr"] != "Review of an issue"
    mail = OutgoingMessage.objects.get(person=cast.french_requester.person_id)
    assert mail.language == "fr"
    assert "1 juin 2026" in mail.text
    assert notice.parts["what"]["fr"] in mail.text
    assert reverse("issue", args=[number]) in mail.text


def test_english_words_tell_what_when_and_whose(cast: Cast) -> None:
    number = issue()
    look(0)
    look(20)
    near, over = (each.sentence for each in notice_list(actor=cast.requester, at=AT).items[::-1])
    assert near == f"Review of an issue, due on 1 June 2026: Funding ends ({number})"
    assert over == f"Review of an issue, overdue since 1 June 2026: Funding ends ({number})"
    (late,) = notice_list(actor=cast.process_owner, at=AT).items
    assert late.sentence == (
        "Review of an issue, overdue since 1 June 2026 with Imre Castellane:"
        f" Funding ends ({number})"
    )


def test_titles_are_in_all_languages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = issue()

    def source(asked: Asked) -> list[Due]:
        title = "Fonds" if asked.actor.language == "fr" else "Funds"
        person = cast.requester.person_id
        return [Due(DAY, "context_issue", number, title, "Review", "Imre", person)]

    monkeypatch.setitem(due._parts, "translated", Part(source))
    look(0, "translated")
    assert Notice.objects.get().parts["title"] == {"": "Funds", "en": "Funds", "fr": "Fonds"}


def test_planned_actions_remind_by_themselves_and_are_escalated_here(cast: Cast) -> None:
    plan = ActionPlan(ActionKind.PLANNED, "Replace the switch", "imre.castellane", DAY)
    plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=AT)
    for days in (0, 1, 20):
        look(days, "planned_action")
    assert told(cast.requester) == []
    assert told(cast.process_owner) == ["long_over"]


def test_what_has_no_page_is_left_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        Due(DAY, "unheard_of", "1", "First", "Review", "Imre", cast.requester.person_id),
        Due(DAY, "context_issue", "I" * 61, "Long", "Review", "Imre", cast.requester.person_id),
    ]
    monkeypatch.setitem(due._parts, "odd", Part(lambda _asked: rows))
    look(1, "odd")
    assert told() == []


def test_what_was_told_costs_the_same_however_much_it_is(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        issue(title=f"Issue {number}")
    look(1)
    with django_assert_num_queries(5):  # two languages, owners, managers, notices
        look(1)
    for number in range(7):
        issue(title=f"More {number}")
    look(1)
    with django_assert_num_queries(5):
        look(1)
    assert told(cast.requester) == ["over"] * 10


def test_the_job_goes_through_each_part_in_batches(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(AT.tzinfo).date()
    for number in range(5):
        issue(title=f"Issue {number}", day=today + timedelta(days=3))
    monkeypatch.setattr(reminders, "BATCH", 2)
    for _again in range(2):
        reminders.begin.func(timestamp=0)
        assert jobs.run_jobs().count("due.remind_of") == len(due.parts())
        assert told(cast.requester) == ["near"] * 5
    reminders.remind_of.func(part="gone")


def test_each_part_with_a_day_says_who_may_read_of_it(cast: Cast) -> None:
    """Without it, nobody would be reminded: add the kind to ``timshel.reactions.reminders``."""
    assert set(due.parts()) - {"conformity"} == {
        each for each in due.parts() if records.is_registered(each)
    }
    assert records.is_registered("conformity_question")


def test_who_may_read_of_what_is_due(cast: Cast) -> None:
    number, other = issue(), issue(owner="solveig.adeyemi")

    def seen(who: Actor) -> set[str]:
        wanted = [records.About("context_issue", each) for each in (number, other)]
        return {each.key for each in records.readable(wanted, actor=who, at=AT)}

    assert seen(cast.requester) == {number}
    assert seen(cast.process_owner) == {number, other}
    assert seen(cast.customer) == set()
    everything: dict[str, Any] = {"needs": "", "at": AT}
    assert readable_questions(["a:1"], actor=cast.process_owner, **everything) == ["a:1"]
    assert not readable_questions(["a:1"], actor=cast.requester, **everything)


def test_meetings_and_audits_are_due(cast: Cast, django_assert_num_queries: Any) -> None:
    chair, lead = people.person_id("imre.castellane"), people.person_id("rosalind.keppel")
    board = Board.objects.create(
        code="mr",
        name="Review",
        kind="management_review",
        chair_id=chair,
        every_months=6,
        created_at=AT,
    )
    for of, title in ((None, "Kick-off"), (board, "Review of the year")):
        Meeting.objects.create(
            board=of,
            title=title,
            starts_at=on(3),
            ends_at=on(3) + timedelta(hours=1),
            chair_id=chair,
            called_at=AT,
        )
    programme = Programme.objects.create(code="2026", starts_on=DAY, ends_on=DAY, manager_id=chair)
    numbers = []
    for title, state in (("First", "planned"), ("Second", "running"), ("Third", "closed")):
        audit = Audit.objects.create(
            programme=programme,
            title=title,
            starts_on=DAY,
            ends_on=DAY + timedelta(days=2),
            state=state,
        )
        Auditor.objects.create(audit=audit, person_id=lead, is_lead=True)
        numbers.append(number_of("AUD", audit.pk))
    asked = Asked(DAY + timedelta(days=9), cast.process_owner, AT)
    with django_assert_num_queries(2):
        found = [
            *due.parts()["meeting"].source(asked),
            *due.parts()["audit"].source(asked),
        ]
    assert [(each.title, each.day.day, each.owner) for each in found] == [
        ("Kick-off", 4, "Imre Castellane"),
        ("First", 1, cast.auditor.name),
        ("Second", 3, cast.auditor.name),
    ]
    mine = replace(asked, actor=cast.auditor, is_own=True)
    assert [each.code for each in due.parts()["audit"].source(mine)] == numbers[:2]
    assert [each.title for each in due.parts()["meeting"].source(mine)] == []
    look(1, "audit")
    assert told(cast.auditor) == ["over", "near"]
