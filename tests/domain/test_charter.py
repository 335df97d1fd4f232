"""The service charter: versions of promises, to whom they are made, and their figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.jobs import run_jobs
from timshel.context.people.actions import deactivate_person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.leadership.policy.actions import (
    discard_draft,
    publish_draft,
    retire_promise,
    save_draft,
)
from timshel.leadership.policy.models import CharterPromise
from timshel.leadership.policy.queries import (
    charter,
    kept_promise,
    kept_promises,
    promise_content,
    reader_in,
    reader_of,
)
from timshel.leadership.policy.rules import PromiseContent, is_kept
from timshel.leadership.policy.states import AudienceKind, Bound, PeriodLength, PromiseState
from timshel.performance_evaluation.measurement.actions import read_due_promises
from timshel.performance_evaluation.measurement.models import CharterReading
from timshel.performance_evaluation.measurement.queries import (
    behind,
    case_count,
    charter_readings,
    find_subject,
)
from timshel.resolution_fulfilment.incident import actions

SOLVED = PromiseContent(
    title="What breaks is solved within a day.",
    detail="Nine of ten.",
    remedy="We tell you why.",
    measure="wall_median",
    bound=Bound.AT_MOST,
    target=Decimal(60),
    valid_from=date(2026, 3, 1),
    period=PeriodLength.WEEK,
    translations={"fr": {"title": "Ce qui casse est réparé en un jour."}},
)


def made(code: str = "solved", *, at: datetime = AT, **changes: Any) -> int:
    save_draft(code, content=replace(SOLVED, **changes), actor=SYSTEM, at=at)
    publish_draft(code, actor=SYSTEM, at=at)
    return CharterPromise.objects.filter(code=code).latest("number").pk


def titles(actor: Actor, at: datetime = AT) -> list[str]:
    rows = charter(reader_of(actor), language=actor.language, zone=actor.time_zone, at=at)
    return [row.title for row in rows]


class TestWriting:
    def test_a_draft_is_written_changed_and_published(self, cast: Cast) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        assert save_draft("solved", content=SOLVED, **by) == 1
        assert save_draft("solved", content=replace(SOLVED, target=Decimal(90)), **by) == 1
        assert titles(cast.requester) == []
        publish_draft("solved", **by)
        assert titles(cast.requester) == [SOLVED.title]
        verbs = Entry.objects.filter(subject_kind="charter_promise").order_by("pk")
        assert list(verbs.values_list("verb", flat=True)) == [
            "policy.promise_drafted",
            "policy.promise_changed",
            "policy.promise_published",
        ]
        assert verbs[1].changes == {"target": ["60", "90"]}

    def test_saving_the_same_again_changes_nothing(self, cast: Cast) -> None:
        for _again in range(2):
            save_draft("solved", content=SOLVED, actor=SYSTEM, at=AT)
        assert Entry.objects.filter(subject_kind="charter_promise").count() == 1

    @pytest.mark.parametrize("who", ["requester", "agent", "manager", "service_owner", "auditor"])
    def test_without_the_right_nothing_is_written(self, cast: Cast, who: str) -> None:
        by: dict[str, Any] = {"actor": getattr(cast, who), "at": AT}
        with pytest.raises(NotAllowed):
            save_draft("solved", content=SOLVED, **by)
        save_draft("solved", content=SOLVED, actor=SYSTEM, at=AT)
        for do in (publish_draft, discard_draft, retire_promise):
            with pytest.raises(NotAllowed):
                do("solved", **by)
        with pytest.raises(NotAllowed):
            kept_promises(**by)
        assert CharterPromise.objects.get().state == PromiseState.DRAFT

    def test_a_change_is_a_new_version_that_takes_over_on_its_day(self, cast: Cast) -> None:
        made()
        save_draft(
            "solved",
            content=replace(SOLVED, title="Within half a day.", valid_from=date(2026, 3, 10)),
            actor=SYSTEM,
            at=AT,
        )
        assert kept_promise("solved", actor=cast.process_owner, at=AT).draft is not None
        publish_draft("solved", actor=SYSTEM, at=AT)
        kept = kept_promise("solved", actor=cast.process_owner, at=AT)
        assert kept.current is not None
        assert kept.coming is not None
        assert (kept.current.number, kept.current.valid_until) == (1, date(2026, 3, 9))
        assert kept.coming.number == 2
        assert titles(cast.requester) == [SOLVED.title]
        assert titles(cast.requester, later(days=8)) == ["Within half a day."]

    def test_a_version_for_the_same_day_retires_the_earlier_one(self, cast: Cast) -> None:
        made()
        made(title="Within an hour.")
        assert titles(cast.requester) == ["Within an hour."]
        assert [each.state for each in CharterPromise.objects.order_by("number")] == [
            "retired",
            "published",
        ]

    def test_it_is_retired_once(self, cast: Cast) -> None:
        made()
        retire_promise("solved", actor=SYSTEM, at=later(hours=1))
        assert titles(cast.requester) == []
        with pytest.raises(NotFound):
            retire_promise("solved", actor=SYSTEM, at=later(hours=1))

    def test_a_draft_is_discarded(self, cast: Cast) -> None:
        save_draft("solved", content=SOLVED, actor=SYSTEM, at=AT)
        discard_draft("solved", actor=SYSTEM, at=AT)
        assert not CharterPromise.objects.exists()
        with pytest.raises(NotFound):
            publish_draft("solved", actor=SYSTEM, at=AT)

    def test_what_is_over_is_not_published(self, cast: Cast) -> None:
        over = replace(SOLVED, valid_until=date(2026, 3, 1))
        save_draft("solved", content=over, actor=SYSTEM, at=AT)
        with pytest.raises(WrongState):
            publish_draft("solved", actor=SYSTEM, at=AT)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": " "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"remedy": "\0"}, "remedy"),
            ({"target": Decimal(-1)}, "target"),
            ({"target": Decimal("1.0001")}, "target"),
            ({"target": Decimal("NaN")}, "target"),
            ({"audience": AudienceKind.UNIT}, "audience_code"),
            ({"audience": AudienceKind.UNIT, "audience_code": "mars"}, "audience_code"),
            ({"audience": AudienceKind.CATEGORY, "audience_code": "mars"}, "audience_code"),
            ({"audience_code": "climate"}, "audience_code"),
            ({"subject_kind": "service"}, "subject_code"),
            ({"position": -1}, "position"),
            ({"valid_until": date(2026, 2, 28)}, "valid_until"),
            ({"zone": "Mars/Olympus"}, "zone"),
            ({"owner": "nobody"}, "owner"),
            ({"owner": "nora.fitzallan"}, "owner"),
            ({"translations": {"xx": {"title": "x"}}}, "translations"),
            ({"translations": {"fr": {"name": "x"}}}, "translations"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, cast: Cast, changes: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refusal:
            save_draft("solved", content=replace(SOLVED, **changes), actor=SYSTEM, at=AT)
        assert set(refusal.value.fields) == {field}
        assert not CharterPromise.objects.exists()

    def test_what_was_written_is_read_back(self, cast: Cast) -> None:
        content = replace(SOLVED, owner="wendell.achterberg", valid_until=date(2027, 1, 1))
        save_draft("solved", content=content, actor=SYSTEM, at=AT)
        assert promise_content(CharterPromise.objects.get().pk) == content

    def test_an_owner_who_left_is_told(self, cast: Cast) -> None:
        made(owner="imre.castellane")
        assert cast.requester.person_id is not None
        deactivate_person(cast.requester.person_id, actor=SYSTEM, at=AT)
        kept = kept_promise("solved", actor=cast.process_owner, at=AT)
        assert not kept.shown.is_owner_active


class TestAudiences:
    @pytest.mark.parametrize(
        ("audience", "code", "staff", "climate", "customer"),
        [
            (AudienceKind.EVERYBODY, "", True, True, True),
            (AudienceKind.STAFF, "", True, True, False),
            (AudienceKind.CUSTOMERS, "", False, False, True),
            (AudienceKind.CATEGORY, "dedicated_team", False, False, True),
            (AudienceKind.CATEGORY, "portal_only", False, False, False),
            (AudienceKind.UNIT, "climate", False, True, False),
            (AudienceKind.UNIT, "institute", True, True, False),
        ],
    )
    def test_a_promise_is_shown_to_whom_it_is_made(
        self,
        cast: Cast,
        audience: AudienceKind,
        code: str,
        staff: bool,
        climate: bool,
        customer: bool,
    ) -> None:
        made(audience=audience, audience_code=code)
        shown = [
            bool(titles(each)) for each in (cast.other_requester, cast.requester, cast.customer)
        ]
        assert shown == [staff, climate, customer]
        if code or audience is not AudienceKind.EVERYBODY:
            by = {"language": "en", "zone": "UTC", "at": AT}
            assert len(charter(reader_in(audience, code), **by)) == 1

    def test_it_is_told_in_the_readers_language(self, cast: Cast) -> None:
        made()
        assert titles(cast.french_requester) == ["Ce qui casse est réparé en un jour."]

    def test_nobody_looks_as_what_is_not_there(self, cast: Cast) -> None:
        for audience in (AudienceKind.UNIT, AudienceKind.CATEGORY):
            with pytest.raises(NotFound):
                reader_in(audience, "mars")


class TestFigures:
    def solved(self, cast: Cast, minutes: int, at: datetime = AT) -> None:
        number = opened(cast.requester, at=at)
        done = at + timedelta(minutes=minutes)
        actions.resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=done)

    @pytest.mark.parametrize(
        ("value", "bound", "kept"),
        [(60, Bound.AT_MOST, True), (61, Bound.AT_MOST, False), (60, Bound.AT_LEAST, True)],
    )
    def test_the_target_itself_keeps_it(self, value: int, bound: Bound, kept: bool) -> None:
        assert is_kept(Decimal(value), bound=bound, target=Decimal(60)) is kept

    def test_a_figure_is_read_for_this_period_and_those_before(self, cast: Cast) -> None:
        key = made()
        self.solved(cast, 30)
        read_due_promises(at=later(days=1))
        shown = charter(reader_of(cast.requester), language="en", zone="UTC", at=later(days=1))
        found = charter_readings(shown, at=later(days=1))[key]
        assert len(found.trend) == 12
        assert found.now is not None
        assert (found.now.value, found.now.is_kept, found.now.listed) == (
            timedelta(minutes=30),
            True,
            1,
        )
        assert found.last is not None
        assert (found.last.value, found.last.is_kept) == (None, None)
        assert found.read_at == later(days=1)
        assert found.has_data

    def test_what_was_read_lately_is_counted_for_two_periods_only(self, cast: Cast) -> None:
        made()
        assert read_due_promises(at=later(days=1)) == 13
        assert read_due_promises(at=later(days=1, hours=1)) == 2
        assert read_due_promises(at=later(days=2)) == 13
        assert CharterReading.objects.count() == 13

    def test_a_new_week_moves_the_trend(self, cast: Cast) -> None:
        key = made()
        self.solved(cast, 90)
        for days in (1, 8):
            read_due_promises(at=later(days=days))
        shown = charter(reader_of(cast.requester), language="en", zone="UTC", at=later(days=8))
        found = charter_readings(shown, at=later(days=8))[key]
        assert found.last is not None
        assert (found.last.value, found.last.is_kept) == (timedelta(minutes=90), False)
        assert found.trend[-1] == found.last

    def test_the_list_behind_a_figure_is_as_long(self, cast: Cast) -> None:
        key = made(measure="resolved", target=Decimal(1), bound=Bound.AT_LEAST)
        for minutes in (10, 20):
            self.solved(cast, minutes)
        now = later(days=1)
        read_due_promises(at=now)
        (row,) = charter(reader_of(cast.requester), language="en", zone="UTC", at=now)
        found = charter_readings([row], at=now)[key].now
        assert found is not None
        selection = behind(row, found.period, actor=cast.manager)
        assert selection is not None
        subject = find_subject(selection.subject.kind, selection.subject.code, actor=cast.manager)
        selection = replace(selection, subject=subject)
        assert case_count(selection, actor=cast.manager, at=now) == found.listed == 2
        assert behind(row, found.period, actor=cast.requester) is None

    def test_rounding_keeps_no_promise(self, cast: Cast) -> None:
        key = made(measure="resolved", target=Decimal(3), bound=Bound.AT_LEAST)
        self.solved(cast, 10)
        read_due_promises(at=later(hours=2))
        assert CharterReading.objects.filter(promise=key, is_kept=False).exists()

    def test_publishing_has_the_figures_read(self, cast: Cast) -> None:
        made(at=datetime.now(UTC), valid_from=date(2026, 1, 1))
        run_jobs()
        assert CharterReading.objects.count() == 13

    def test_a_measure_or_subject_that_is_gone_has_no_figures(self, cast: Cast) -> None:
        made(measure="nothing")
        made("other", subject_kind="service", subject_code="gone")
        assert read_due_promises(at=AT) == 0
        shown = charter(reader_of(cast.requester), language="en", zone="UTC", at=AT)
        found = charter_readings(shown, at=AT)
        assert [each.has_data for each in found.values()] == [False]

    def test_availability_is_that_of_the_goals(self, cast: Cast) -> None:
        made(
            measure="availability",
            subject_kind="service",
            subject_code="laptop",
            bound=Bound.AT_LEAST,
        )
        read_due_promises(at=AT)
        assert CharterReading.objects.count() == 13


class TestEverything:
    def test_all_work_together_is_a_subject(self, cast: Cast) -> None:
        opened(cast.requester)
        subject = find_subject("everything", "everything", actor=cast.manager)
        assert (subject.code, subject.name) == ("everything", "All services together")

    def test_who_sees_no_work_finds_none(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            find_subject("everything", "everything", actor=cast.other_requester)
        with pytest.raises(NotFound):
            find_subject("everything", "else", actor=cast.manager)
