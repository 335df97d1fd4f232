"""Nonconformities: from the finding to the verified effect, by whom, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast, later, opened
from tests.nonconformities import (
    ANALYSIS,
    BY_HAND,
    DAYS,
    OWNER,
    QUESTION,
    done,
    first_action,
    raised,
    report,
    taken,
)
from tests.witness import Witness
from timshel.improvement.nonconformity import access, actions
from timshel.improvement.nonconformity.events import (
    NonconformityMoved,
    NonconformityOverdue,
    NonconformityRaised,
)
from timshel.improvement.nonconformity.models import Nonconformity, Verification
from timshel.improvement.nonconformity.queries import (
    Wanted,
    all_nonconformities,
    nonconformity,
    nonconformity_list,
    nonconformity_summary,
)
from timshel.improvement.nonconformity.rules import (
    Analysis,
    Report,
    periods_around,
    proposed_verdict,
)
from timshel.improvement.nonconformity.states import (
    NONCONFORMITY,
    Direction,
    Method,
    NonconformityState,
    SourceKind,
    Step,
    Verdict,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
FACTS: list[type[Any]] = [NonconformityRaised, NonconformityMoved, NonconformityOverdue]
State = NonconformityState
ARROWS = {
    (State.RAISED, Step.CORRECT): State.CORRECTED,
    (State.CORRECTED, Step.ANALYSE): State.ANALYSED,
    (State.ANALYSED, Step.ANALYSE): State.ANALYSED,
    (State.ANALYSED, Step.PLAN): State.PLANNED,
    (State.PLANNED, Step.IMPLEMENT): State.IMPLEMENTED,
    (State.IMPLEMENTED, Step.FIND_EFFECTIVE): State.EFFECTIVE,
    (State.IMPLEMENTED, Step.FIND_INEFFECTIVE): State.ANALYSED,
    (State.EFFECTIVE, Step.CLOSE): State.CLOSED,
    (State.RAISED, Step.REJECT): State.REJECTED,
    (State.CORRECTED, Step.REJECT): State.REJECTED,
    (State.ANALYSED, Step.REJECT): State.REJECTED,
    (State.PLANNED, Step.REJECT): State.REJECTED,
}
AFTER = later(days=DAYS + 2)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, FACTS)


def numbers(who: Actor, **wanted: Any) -> list[str]:
    page = nonconformity_list(Wanted(**wanted), actor=who, at=later())
    return [row.number for row in page.items]


def verdict(number: str, by: Actor, found: Verdict = Verdict.EFFECTIVE) -> None:
    actions.judge_effect(number, verdict=found, comment="The figures show it.", actor=by, at=AFTER)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_every_step_leads_where_the_table_says(state: State, step: Step) -> None:
    if (state, step) in ARROWS:
        assert NONCONFORMITY.target(state, step) is ARROWS[state, step]
    else:
        with pytest.raises(WrongState):
            NONCONFORMITY.target(state, step)


@pytest.mark.parametrize(
    ("before", "after", "better", "proposal"),
    [
        (10, 4, Direction.LOWER, Verdict.EFFECTIVE),
        (10, 10, Direction.LOWER, Verdict.INEFFECTIVE),
        (10, 11, Direction.LOWER, Verdict.INEFFECTIVE),
        (10, 11, Direction.HIGHER, Verdict.EFFECTIVE),
        (10, 9, Direction.HIGHER, Verdict.INEFFECTIVE),
        (None, 9, Direction.HIGHER, None),
        (9, None, Direction.HIGHER, None),
    ],
)
def test_figures_propose_a_verdict(
    before: int | None, after: int | None, better: Direction, proposal: Verdict | None
) -> None:
    given = [None if each is None else Decimal(each) for each in (before, after)]
    assert proposed_verdict(given[0], given[1], better=better) is proposal


def test_the_days_before_and_after_are_equally_many() -> None:
    before, after = periods_around(later().date(), days=30)
    assert before[1] - before[0] == after[1] - after[0]
    assert (before[1] - later().date()).days == -1
    assert (after[0] - later().date()).days == 1


def test_whoever_sees_a_register_raises(cast: Cast, witness: Witness) -> None:
    for who in (cast.service_owner, cast.auditor, cast.manager, cast.process_owner, cast.lead):
        with witness.watching() as seen:
            number = raised(cast, who, at=later())
        assert seen.verbs == ["nonconformity.raised"]
        assert seen.entry.changes["service"] == [None, "mail"]
        assert seen.fact == NonconformityRaised(
            number, cast.service_owner.person_id or 0, later(), who.person_id
        )
        assert seen.regions == {"nonconformities"}
    view = nonconformity(number, actor=cast.service_owner, at=later())
    assert (view.row.owner_code, view.row.service) == (OWNER, "Mail")
    assert (view.row.raised_by, view.row.state) == ("Tamsin Harrowgate", "raised")
    assert view.steps == {Step.CORRECT, Step.REJECT}
    for who in (cast.requester, cast.agent, cast.customer):
        with witness.refused(NotAllowed):
            raised(cast, who, at=later())


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"title": "x" * 201, "finding": ""}, {"title", "finding"}),
        ({"finding": "a\0b"}, {"finding"}),
        ({"owner": "nobody"}, {"owner"}),
        ({"owner": "\0"}, {"owner"}),
        ({"service": "nowhere"}, {"service"}),
        ({"about_kind": "incident"}, {"about_code"}),
    ],
)
def test_what_is_wrong_with_a_report_is_said_at_its_fields(
    cast: Cast, witness: Witness, change: dict[str, Any], fields: set[str]
) -> None:
    with witness.refused(Invalid) as caught:
        raised(cast, cast.manager, at=later(), **change)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == fields


def test_who_sees_which(cast: Cast) -> None:
    mail = raised(cast, cast.manager, at=later())
    heating = raised(cast, cast.lead, at=later(), service="heating", owner="petra.wolmar")
    assert numbers(cast.process_owner) == [heating, mail]
    assert numbers(cast.service_owner) == [mail]
    assert numbers(cast.lead) == [heating]
    assert numbers(cast.facilities_agent) == [heating]
    assert numbers(cast.agent) == []
    for who, seen in ((cast.facilities_agent, True), (cast.agent, False), (cast.lead, True)):
        assert access.may_see(heating, actor=who) is seen
    with pytest.raises(NotFound):
        nonconformity(heating, actor=cast.service_owner, at=later())
    with pytest.raises(NotFound):
        nonconformity("NCR9", actor=cast.process_owner, at=later())


def test_the_list_keeps_what_is_asked_for(cast: Cast) -> None:
    mail = raised(cast, cast.manager, at=later(), about_kind="incident", about_code="INC0000001")
    other = raised(cast, cast.manager, at=later(), service="", title="100 % of backups failed",
                   source=SourceKind.RISK, due_date=later(days=-1).date())  # fmt: skip
    who = cast.process_owner
    assert numbers(who, source=SourceKind.RISK) == [other]
    assert numbers(who, service="mail") == [mail]
    assert numbers(who, when="overdue") == [other]
    assert numbers(who, when="ended") == []
    assert numbers(who, about=("incident", "INC0000001")) == [mail]
    assert numbers(who, text="backups") == [other]
    assert numbers(who, text=mail) == [mail]
    assert numbers(who, text="a\0") == []
    assert numbers(who, is_own=True) == []
    assert numbers(cast.service_owner, is_own=True) == [other, mail]
    rows = all_nonconformities(Wanted(when="all"), actor=who, at=later())
    assert [row.number for row in rows] == [other, mail]


def test_it_is_changed_by_who_handles_and_the_same_again_does_nothing(
    cast: Cast, witness: Witness
) -> None:
    number = raised(cast, cast.manager, at=later())
    same: dict[str, Any] = {"seen_revision": 1, "at": later()}
    with witness.unmoved():
        actions.change_nonconformity(
            number, report=report(later()), actor=cast.service_owner, **same
        )
    other = report(later(), title="Calls wait", service="laptop")
    with witness.watching() as seen:
        actions.change_nonconformity(number, report=other, actor=cast.service_owner, **same)
    assert seen.entry.changes["service"] == ["mail", "laptop"]
    with witness.refused(WrongState):
        actions.change_nonconformity(
            number, report=report(later()), actor=cast.process_owner, **same
        )
    same["seen_revision"] = 2
    for who in (cast.manager, cast.auditor):
        with witness.refused(NotAllowed):
            actions.change_nonconformity(number, report=report(later()), actor=who, **same)
    away = replace(other, service="heating")
    with witness.refused(NotAllowed):
        actions.change_nonconformity(number, report=away, actor=cast.service_owner, **same)


def test_the_way_from_the_finding_to_the_verified_effect(cast: Cast, witness: Witness) -> None:
    owner: dict[str, Any] = {"actor": cast.service_owner, "at": later()}
    number = raised(cast, cast.manager, at=later())
    with witness.refused(WrongState):
        actions.analyse(number, analysis=ANALYSIS, seen_revision=1, **owner)
    with witness.refused(Invalid):
        actions.correct(number, correction=" ", **owner)
    with witness.watching() as seen:
        actions.correct(number, correction="We answered.", **owner)
    assert seen.entry.changes["state"] == ["raised", "corrected"]
    with witness.refused(WrongState):
        actions.correct(number, correction="We answered.", **owner)
    actions.analyse(number, analysis=ANALYSIS, seen_revision=2, **owner)
    with witness.unmoved():
        actions.analyse(number, analysis=ANALYSIS, seen_revision=3, **owner)
    with witness.refused(WrongState):
        actions.analyse(number, analysis=replace(ANALYSIS, cause="Else."), seen_revision=2, **owner)
    with witness.refused(Invalid) as caught:
        actions.plan(number, text="A rota.", **owner)
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == ["title"]
    actions.plan(number, text="A rota.", first=first_action(later()), **owner)
    with witness.refused(WrongState):
        actions.implement(number, text="It hangs there.", **owner)
    done(number, cast.service_owner, at=later())
    with witness.refused(WrongState):
        actions.judge_effect(
            number, verdict=Verdict.EFFECTIVE, comment="So.", actor=cast.manager, at=AFTER
        )
    actions.measure_effect(number, question=BY_HAND, actor=cast.service_owner, at=AFTER)
    with witness.refused(WrongState):
        actions.close_nonconformity(number, **owner)
    with witness.watching() as seen:
        verdict(number, cast.manager)
    assert seen.verbs == ["nonconformity.verified"]
    view = nonconformity(number, actor=cast.manager, at=AFTER)
    assert view.verifications[0].verdict == "effective"
    actions.close_nonconformity(number, actor=cast.service_owner, at=AFTER)
    view = nonconformity(number, actor=cast.service_owner, at=AFTER)
    assert (view.row.state, view.steps, view.may_change) == ("closed", frozenset(), False)
    with witness.refused(WrongState):
        actions.close_nonconformity(number, actor=cast.service_owner, at=AFTER)


def test_only_the_owner_and_who_handles_go_on(cast: Cast, witness: Witness) -> None:
    number = raised(cast, cast.manager, at=later())
    for who in (cast.manager, cast.auditor, cast.administrator):
        with witness.refused(NotAllowed):
            actions.correct(number, correction="So.", actor=who, at=later())
        with witness.refused(NotAllowed):
            actions.reject_nonconformity(number, reason="So.", actor=who, at=later())
    with witness.refused(NotFound):
        actions.correct(number, correction="So.", actor=cast.agent, at=later())
    own = raised(cast, cast.manager, at=later(), owner="jonas.okereke")
    actions.correct(own, correction="So.", actor=cast.agent, at=later())
    with witness.refused(NotAllowed):
        actions.reject_nonconformity(own, reason="So.", actor=cast.agent, at=later())


def test_nobody_judges_what_they_did_themselves(cast: Cast, witness: Witness) -> None:
    number = taken(cast, cast.manager, at=later(), until="planned", owner="wendell.achterberg")
    done(number, cast.process_owner, at=later())
    actions.measure_effect(number, question=BY_HAND, actor=cast.manager, at=AFTER)
    for who in (cast.manager, cast.process_owner, cast.auditor, cast.service_owner, SYSTEM):
        with witness.refused(NotAllowed):
            verdict(number, who)
        assert not nonconformity(number, actor=who, at=AFTER).may_judge
    owned = taken(cast, cast.manager, at=later(), until="implemented")
    actions.measure_effect(owned, question=BY_HAND, actor=cast.manager, at=AFTER)
    assert nonconformity(owned, actor=cast.manager, at=AFTER).may_judge
    verdict(owned, cast.manager)


def test_what_did_not_help_goes_back_to_its_cause(cast: Cast) -> None:
    number = taken(cast, cast.manager, at=later(), until="implemented")
    actions.measure_effect(number, question=BY_HAND, actor=cast.manager, at=AFTER)
    verdict(number, cast.manager, Verdict.INEFFECTIVE)
    view = nonconformity(number, actor=cast.service_owner, at=AFTER)
    assert (view.row.state, view.implementation) == ("analysed", "")
    assert view.verifications[0].verdict == "ineffective"
    owner: dict[str, Any] = {"actor": cast.service_owner, "at": AFTER}
    actions.plan(number, text="Another rota.", **owner)
    actions.implement(number, text="Two people at noon.", **owner)
    again = later(days=2 * DAYS + 10)
    actions.measure_effect(number, question=BY_HAND, actor=cast.service_owner, at=again)
    actions.judge_effect(
        number, verdict=Verdict.EFFECTIVE, comment="Now.", actor=cast.manager, at=again
    )
    assert nonconformity(number, actor=cast.manager, at=again).row.state == "effective"


def test_a_measure_is_read_before_and_after(cast: Cast, witness: Witness) -> None:
    number = taken(cast, cast.manager, at=later(), until="implemented")
    for day in (-20, -10, -3, 5, 40):
        opened(cast.requester, at=later(days=day), service="mail")
    opened(cast.requester, at=later(days=-5), service="laptop")
    opened(cast.requester, at=later(hours=1), service="mail")
    by: dict[str, Any] = {"actor": cast.service_owner}
    with witness.refused(Invalid) as caught:
        actions.measure_effect(number, question=QUESTION, at=later(days=DAYS), **by)
    assert isinstance(caught.value, Invalid)
    assert list(caught.value.fields) == ["days"]
    actions.measure_effect(number, question=QUESTION, at=AFTER, **by)
    actions.measure_effect(number, question=QUESTION, at=AFTER, **by)
    (found,) = nonconformity(number, actor=cast.manager, at=AFTER).verifications
    assert (found.before, found.after) == (Decimal(3), Decimal(1))
    assert found.proposal is Verdict.EFFECTIVE
    assert found.defined is not None
    assert (found.value_before, found.verdict) == (3, None)
    days = found.before_days, found.after_days
    assert days == periods_around(later().date(), days=DAYS)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"measure": "satisfaction"}, {"measure"}),
        ({"days": 3}, {"days"}),
        ({"subject_code": "nowhere"}, {"subject"}),
        ({"subject_code": "heating"}, {"subject"}),
        ({"measure": ""}, {"figure", "before", "after"}),
        ({"measure": "", "figure": "Calls", "before": Decimal("NaN"), "after": Decimal("1e12")},
         {"before", "after"}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_figure_is_said_at_its_fields(
    cast: Cast, witness: Witness, change: dict[str, Any], fields: set[str]
) -> None:
    number = taken(cast, cast.manager, at=later(), until="implemented")
    with witness.refused(Invalid) as caught:
        actions.measure_effect(
            number, question=replace(QUESTION, **change), actor=cast.service_owner, at=AFTER
        )
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == fields


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"cause": ""}, {"cause"}),
        ({"whys": ("",)}, {"why_1"}),
        ({"whys": ("a",) * 6}, {"why_1"}),
        ({"has_similar": None}, {"has_similar"}),
        ({"similar": " "}, {"similar"}),
        ({"method": Method.FISHBONE}, {"branch_people"}),
        ({"method": Method.FISHBONE, "branches": {"weather": "Rain"}}, {"method"}),
    ],
)
def test_what_is_wrong_with_an_analysis_is_said_at_its_fields(
    cast: Cast, witness: Witness, change: dict[str, Any], fields: set[str]
) -> None:
    number = taken(cast, cast.manager, at=later(), until="corrected")
    with witness.refused(Invalid) as caught:
        actions.analyse(
            number,
            analysis=replace(ANALYSIS, **change),
            seen_revision=2,
            actor=cast.service_owner,
            at=later(),
        )
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == fields


def test_a_fishbone_keeps_its_bones_alone(cast: Cast) -> None:
    number = taken(cast, cast.manager, at=later(), until="corrected")
    found = Analysis(
        Method.FISHBONE, "The tool hides the queue.", branches={"tools": "Old", "people": " "},
        has_similar=False,
    )  # fmt: skip
    actions.analyse(number, analysis=found, seen_revision=2, actor=cast.service_owner, at=later())
    view = nonconformity(number, actor=cast.service_owner, at=later())
    assert (view.branches, view.whys, view.has_similar) == ({"tools": "Old"}, (), False)


def test_what_is_none_is_rejected_with_a_reason(cast: Cast, witness: Witness) -> None:
    number = raised(cast, cast.auditor, at=later())
    by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
    with witness.refused(Invalid):
        actions.reject_nonconformity(number, reason="", **by)
    actions.reject_nonconformity(number, reason="It was agreed so.", **by)
    with witness.refused(WrongState):
        actions.reject_nonconformity(number, reason="It was agreed so.", **by)
    with witness.refused(WrongState):
        actions.change_nonconformity(number, report=report(later()), seen_revision=2, **by)
    view = nonconformity(number, actor=cast.auditor, at=later())
    assert (view.row.state, view.rejection) == ("rejected", "It was agreed so.")


def test_the_database_closes_nothing_without_a_proof(cast: Cast) -> None:
    number = taken(cast, cast.manager, at=later(), until="implemented")
    rows = Nonconformity.objects.filter(pk=int(number[3:]))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="closed", ended_at=later())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="rejected")
    actions.measure_effect(number, question=BY_HAND, actor=cast.manager, at=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.update(verdict="effective")


def test_overdue_is_told_once_for_each_day_given(cast: Cast, witness: Witness) -> None:
    number = raised(cast, cast.manager, at=later(), due_date=later(days=-1).date())
    raised(cast, cast.manager, at=later())
    with witness.watching() as seen:
        assert actions.tell_overdue(actor=SYSTEM, at=later()) == 1
    assert seen.fact == NonconformityOverdue(
        number, cast.service_owner.person_id or 0, later(), None
    )
    assert seen.verbs == ["nonconformity.overdue"]
    with witness.unmoved():
        assert actions.tell_overdue(actor=SYSTEM, at=later(days=1)) == 0
    again: Report = report(later(), due_date=later(days=3).date())
    actions.change_nonconformity(
        number, report=again, seen_revision=1, actor=cast.process_owner, at=later()
    )
    assert actions.tell_overdue(actor=SYSTEM, at=later(days=3)) == 0
    assert actions.tell_overdue(actor=SYSTEM, at=later(days=4)) == 1


def test_a_review_is_told_how_they_stand(cast: Cast) -> None:
    first = taken(cast, cast.manager, at=later(), until="implemented")
    actions.measure_effect(first, question=BY_HAND, actor=cast.manager, at=AFTER)
    verdict(first, cast.manager)
    actions.close_nonconformity(first, actor=cast.service_owner, at=AFTER)
    raised(cast, cast.auditor, at=later(), source=SourceKind.RISK, due_date=later(days=1).date())
    raised(cast, cast.auditor, at=later(days=1), source=SourceKind.RISK)
    found = nonconformity_summary(since=later(days=-1), at=AFTER)
    assert (found.open, found.overdue, found.major, found.raised) == (2, 1, 2, 3)
    assert found.open_by_source == {SourceKind.RISK: 2}
    assert (found.closed, found.judged, found.effective) == (1, 1, 1)
    assert found.effective_percent == 100
