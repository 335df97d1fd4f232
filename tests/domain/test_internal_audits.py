"""Internal audits: programme, impartial auditors, checklists, samples, findings and reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.audits import (
    AUDITOR,
    MAIL,
    YEAR,
    found,
    in_incidents,
    planned,
    programme,
    reported,
    running,
)
from tests.cast import SYSTEM, Cast, later, opened
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.performance_evaluation.internal_audit import access, actions, queries
from timshel.performance_evaluation.internal_audit.events import AuditReported, FindingRaised
from timshel.performance_evaluation.internal_audit.models import Audit, AuditQuestion
from timshel.performance_evaluation.internal_audit.rules import Past, Scope, draw, urgency
from timshel.performance_evaluation.internal_audit.states import (
    AUDIT,
    FINDING,
    PROGRAMME,
    AuditState,
    AuditTrigger,
    FindingState,
    FindingTrigger,
    ProgrammeState,
    ProgrammeTrigger,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [FindingRaised, AuditReported])


ARROWS: dict[tuple[str, str], str] = {
    ("planned", "start"): "running",
    ("running", "report"): "reported",
    ("reported", "close"): "closed",
    ("planned", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
}
FINDING_ARROWS = {
    ("open", "answer"): "answered",
    ("answered", "return"): "open",
    ("answered", "follow_up"): "followed_up",
    ("followed_up", "close"): "closed",
    ("open", "close"): "closed",
}
PROGRAMME_ARROWS = {("draft", "agree"): "agreed", ("agreed", "close"): "closed"}


@pytest.mark.parametrize(
    ("machine", "states", "triggers", "arrows"),
    [
        (AUDIT, AuditState, AuditTrigger, ARROWS),
        (FINDING, FindingState, FindingTrigger, FINDING_ARROWS),
        (PROGRAMME, ProgrammeState, ProgrammeTrigger, PROGRAMME_ARROWS),
    ],
)
def test_the_tables_are_complete(machine: Any, states: Any, triggers: Any, arrows: Any) -> None:
    for state in states:
        for trigger in triggers:
            wanted = arrows.get((state, trigger))
            assert machine.allows(state, trigger) == (wanted is not None)
            if wanted:
                assert machine.target(state, trigger) == wanted


class TestProgramme:
    def test_it_is_drafted_weighed_agreed_and_closed(self, cast: Cast, witness: Witness) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.watching() as seen:
            actions.create_programme(plan=YEAR, **by)
        assert (seen.verbs, seen.regions) == (["audit_programme.created"], {"audits"})
        actions.weigh("year", kind="clause", subject="8", importance=3, **by)
        first = queries.proposal("year", actor=cast.auditor, at=later())[0]
        assert (first.code, first.importance, first.urgency.score) == ("8", 3, 12)
        assert "It was never audited." in first.urgency.reasons
        with witness.unmoved():
            actions.weigh("year", kind="clause", subject="8", importance=3, **by)
        actions.move_programme("year", trigger=ProgrammeTrigger.AGREE, **by)
        number = planned(cast, home="year")
        with witness.refused(WrongState):
            actions.move_programme("year", trigger=ProgrammeTrigger.CLOSE, **by)
        actions.cancel_audit(number, **by)
        actions.move_programme("year", trigger=ProgrammeTrigger.CLOSE, **by)
        assert queries.programme("year", actor=cast.manager).state == "closed"
        with witness.refused(WrongState):
            planned(cast, home="year")

    def test_it_is_changed_by_one_at_a_time(self, cast: Cast, witness: Witness) -> None:
        programme(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        plan = replace(YEAR, objectives="Look closer.")
        actions.change_programme("year", plan=plan, revision=2, **by)
        assert queries.programme("year", actor=cast.manager).objectives == "Look closer."
        with witness.refused(WrongState):
            actions.change_programme("year", plan=YEAR, revision=2, **by)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"code": "Not a code"}, "code"),
            ({"manager": "nobody"}, "manager"),
            ({"ends_on": date(2025, 1, 1)}, "ends_on"),
            ({"objectives": "\0"}, "objectives"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, cast: Cast, witness: Witness, change: dict[str, Any], field: str
    ) -> None:
        with witness.refused(Invalid) as caught:
            actions.create_programme(
                plan=replace(YEAR, **change), actor=cast.process_owner, at=later()
            )
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_only_who_may_plan_plans(self, cast: Cast, witness: Witness) -> None:
        for who in (cast.requester, cast.agent, cast.lead):
            with witness.refused(NotAllowed):
                actions.create_programme(plan=YEAR, actor=who, at=later())
        programme(cast)
        with witness.refused(NotAllowed):
            actions.weigh(
                "year", kind="clause", subject="8", importance=1, actor=cast.agent, at=later()
            )
        with pytest.raises(NotAllowed):
            queries.programme("year", actor=cast.requester)

    def test_urgency_is_said_in_words(self) -> None:
        on = date(2026, 3, 2)
        past = Past(on - timedelta(days=400), majors=1, minors=2)
        due = urgency(importance=1, past=past, on=on)
        assert due.score == 2 + 2 + 5
        assert due.reasons[1:] == (
            "Its last audit ended 13 months ago.",
            "Not closed yet: 1 major and 2 minor nonconformities.",
        )


class TestImpartiality:
    def test_whoever_answers_for_it_does_not_audit_it(self, cast: Cast, witness: Witness) -> None:
        programme(cast)
        for plan, field, words in (
            (replace(MAIL, lead="adaeze.thornquist"), "lead", "owns the service Mail"),
            (replace(MAIL, auditors=("jonas.okereke",)), "auditors", "IT service desk"),
            (
                replace(MAIL, scope=Scope(clauses=("9",)), lead="wendell.achterberg"),
                "lead",
                "manages the audit programme",
            ),
        ):
            with witness.refused(Invalid) as caught:
                planned(cast, plan, home="year")
            assert isinstance(caught.value, Invalid)
            assert words in str(caught.value.fields[field][0])

    @pytest.mark.parametrize("letters", ["R", "A"])
    def test_whoever_does_the_process_does_not_audit_its_clause(
        self, cast: Cast, letters: str
    ) -> None:
        in_incidents(AUDITOR, letters=letters)
        programme(cast)
        with pytest.raises(Invalid) as caught:
            planned(cast, home="year")
        assert "holds the role Incident manager" in str(caught.value.fields["lead"][0])
        planned(cast, replace(MAIL, scope=Scope(clauses=("7",))), home="year")

    def test_whoever_is_only_told_audits(self, cast: Cast) -> None:
        in_incidents(AUDITOR, letters="CI")
        assert planned(cast)

    def test_it_is_asked_again_when_the_scope_changes_and_when_it_begins(
        self, cast: Cast, witness: Witness
    ) -> None:
        in_incidents(AUDITOR)
        seven = replace(MAIL, scope=Scope(clauses=("7",)))
        number = planned(cast, seven)
        with witness.refused(Invalid):
            actions.change_audit(
                number, plan=MAIL, revision=1, actor=cast.process_owner, at=later()
            )
        Audit.objects.get().scope_items.create(kind="clause", code="8.6")
        with witness.refused(Invalid):
            actions.start_audit(number, actor=cast.auditor, at=later())


class TestAudit:
    def test_it_is_planned_and_changed(self, cast: Cast, witness: Witness) -> None:
        number = planned(cast)
        row = queries.audit(number, actor=cast.manager, at=later()).row
        assert (row.state, row.lead.code, row.scope) == ("planned", AUDITOR, MAIL.scope)
        other = replace(MAIL, title="Mail", auditors=("zachary.penrose",))
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.watching() as seen:
            actions.change_audit(number, plan=other, revision=1, **by)
        assert set(seen.entry.changes) == {"title", "auditors"}
        with witness.unmoved():
            actions.change_audit(number, plan=other, revision=2, **by)
        with witness.refused(WrongState):
            actions.change_audit(number, plan=MAIL, revision=1, **by)
        with witness.refused(NotFound):
            actions.change_audit(number, plan=MAIL, revision=2, actor=cast.requester, at=later())

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": " "}, "title"),
            ({"scope": Scope()}, "clauses"),
            ({"scope": Scope(clauses=("3",))}, "clauses"),
            ({"scope": Scope(processes=("none",))}, "processes"),
            ({"scope": Scope(services=("none",))}, "services"),
            ({"lead": "nobody"}, "lead"),
            ({"auditors": ("nobody",)}, "auditors"),
            ({"ends_on": date(2026, 1, 1)}, "ends_on"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, cast: Cast, witness: Witness, change: dict[str, Any], field: str
    ) -> None:
        programme(cast)
        with witness.refused(Invalid) as caught:
            planned(cast, replace(MAIL, **change), home="year")
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_its_checklist_is_made_when_it_begins(self, cast: Cast, witness: Witness) -> None:
        number = running(cast)
        view = queries.audit(number, actor=cast.auditor, at=later())
        assert [each.clause for each in view.questions] == ["8.6.1", "8.6.1"]
        with witness.unmoved():
            actions.start_audit(number, actor=cast.auditor, at=later())
        with witness.refused(NotAllowed):
            actions.start_audit(number, actor=cast.process_owner, at=later())

    def test_questions_are_answered_by_its_auditors(self, cast: Cast, witness: Witness) -> None:
        number = running(cast)
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        with witness.refused(Invalid):
            actions.answer_question(number, question=1, answer="does_not", revision=1, **by)
        with witness.refused(Invalid):
            actions.answer_question(number, question=1, answer="maybe", revision=1, **by)
        with witness.watching() as seen:
            actions.answer_question(number, question=1, answer="conforms", revision=1, **by)
        assert seen.verbs == ["audit.question_answered"]
        with witness.unmoved():
            actions.answer_question(number, question=1, answer="conforms", revision=1, **by)
        with witness.refused(WrongState):
            actions.answer_question(number, question=1, answer="not_applicable", revision=1, **by)
        with witness.refused(NotAllowed):
            actions.answer_question(
                number,
                question=2,
                answer="conforms",
                revision=1,
                actor=cast.process_owner,
                at=later(),
            )
        assert queries.next_question(number, 1, actor=cast.auditor) == 2
        with pytest.raises(NotFound):
            queries.question(number, 9, actor=cast.auditor)

    def test_it_is_reported_once_and_stays_so(self, cast: Cast, witness: Witness) -> None:
        number = running(cast)
        finding = found(number, cast.auditor)
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        with witness.refused(Invalid):
            actions.report_audit(number, conclusion=" ", **by)
        with witness.watching() as seen:
            actions.report_audit(number, conclusion="Mostly good.", **by)
        assert seen.fact == AuditReported(number, later(), cast.auditor.person_id)
        with witness.unmoved():
            actions.report_audit(number, conclusion="Other", **by)
        Audit.objects.update(title="Changed behind its back")
        report = queries.audit(number, actor=cast.auditor, at=later()).report
        assert report["title"] == MAIL.title
        assert [each["number"] for each in report["findings"]] == [finding]
        with witness.refused(WrongState):
            found(number, cast.auditor)
        actions.close_audit(number, actor=cast.process_owner, at=later())
        with witness.refused(WrongState):
            actions.cancel_audit(number, actor=cast.process_owner, at=later())

    def test_it_is_known_to_its_auditors_and_later_to_those_audited(self, cast: Cast) -> None:
        number = running(cast)
        key = Audit.objects.get().pk
        owner = replace(cast.service_owner, scopes={})
        auditor = replace(cast.auditor, scopes={})
        manager = replace(cast.manager, scopes={})
        for who, sees in ((auditor, True), (manager, True), (owner, False), (cast.agent, False)):
            assert access.may_see(key, actor=who) is sees
        actions.report_audit(number, conclusion="Good.", actor=cast.auditor, at=later())
        assert access.may_see(key, actor=owner)
        assert not access.may_see(key, actor=cast.requester)
        with pytest.raises(NotAllowed):
            queries.audit_list(actor=cast.requester)

    def test_whoever_answers_for_an_audited_process_reads_the_report(self, cast: Cast) -> None:
        in_incidents("kieran.ashdown", letters="A")
        plan = replace(MAIL, scope=Scope(processes=("incident",)))
        number = running(cast, plan)
        key = Audit.objects.get().pk
        assert not access.may_see(key, actor=cast.engineer)
        actions.report_audit(number, conclusion="Good.", actor=cast.auditor, at=later())
        assert access.may_see(key, actor=cast.engineer)
        assert [row.number for row in queries.audit_list(actor=cast.engineer).items] == [number]

    def test_a_follow_up_asks_for_what_was_found(self, cast: Cast, witness: Witness) -> None:
        number, finding = reported(cast)
        more: dict[str, Any] = {
            "programme": "year",
            "starts_on": date(2026, 9, 1),
            "ends_on": date(2026, 9, 2),
            "title": "Mail, looked at again",
        }
        again = actions.follow_up_audit(number, **more, actor=cast.process_owner, at=later())
        actions.start_audit(again, actor=cast.auditor, at=later(days=1))
        view = queries.audit(again, actor=cast.auditor, at=later())
        assert (view.follows, view.row.scope) == (number, MAIL.scope)
        assert [each.finding for each in view.questions if each.finding] == [finding]
        with witness.refused(WrongState):
            actions.follow_up_audit(again, **more, actor=cast.process_owner, at=later())
        history = queries.audit_list(actor=cast.auditor, scope="8.6").items
        assert [row.number for row in history] == [again, number]


class TestSample:
    def test_the_same_seed_draws_the_same(self, cast: Cast, witness: Witness) -> None:
        number = running(cast)
        numbers = [opened(cast.agent, at=later(hours=each)) for each in range(6)]
        asked: dict[str, Any] = {
            "kind": "incident",
            "start": later(hours=-1),
            "end": later(days=1),
            "size": 3,
        }
        by: dict[str, Any] = {"actor": cast.auditor, "at": later(days=1)}
        drawn = actions.draw_sample(number, **asked, **by)
        assert len(drawn) == 3
        assert set(drawn) <= set(numbers)
        row = queries.audit(number, actor=cast.auditor, at=later()).samples[0]
        assert row.population == 6
        assert actions.draw_sample(number, **asked, seed=row.seed, **by) == drawn
        for wrong in ({"size": 0}, {"end": asked["start"]}, {"kind": "cheese"}):
            with witness.refused(Invalid):
                actions.draw_sample(number, **{**asked, **wrong}, **by)

    def test_a_draw_does_not_depend_on_order(self) -> None:
        numbers = [f"INC{each}" for each in range(100)]
        drawn = draw(numbers, size=10, seed="seed")
        assert draw(reversed(numbers), size=10, seed="seed") == drawn
        assert draw(numbers, size=10, seed="other") != drawn


class TestFinding:
    def test_it_is_raised_answered_followed_up_and_closed(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = running(cast)
        with witness.watching() as seen:
            finding = found(number, cast.auditor)
        assert seen.fact == FindingRaised(
            finding, number, "minor", "8.6.1", "service", "mail", later(), cast.auditor.person_id
        )
        owner = cast.service_owner
        with witness.refused(NotFound if not owner.may("internal_audit.view") else NotAllowed):
            actions.answer_finding(finding, answer="We will.", revision=1, actor=owner, at=later())
        actions.report_audit(number, conclusion="Good.", actor=cast.auditor, at=later())
        assert queries.finding(finding, actor=owner, at=later(days=60)).row.is_overdue
        with witness.refused(Invalid):
            actions.answer_finding(finding, answer="", revision=1, actor=owner, at=later())
        actions.answer_finding(finding, answer="We will.", revision=1, actor=owner, at=later())
        judge: dict[str, Any] = {"actor": cast.auditor, "at": later(days=2)}
        with witness.refused(Invalid):
            actions.judge_finding(finding, trigger=FindingTrigger.RETURN, revision=2, **judge)
        with witness.refused(WrongState):
            actions.judge_finding(finding, trigger=FindingTrigger.CLOSE, revision=2, **judge)
        with witness.refused(NotAllowed):
            actions.judge_finding(
                finding,
                trigger=FindingTrigger.FOLLOW_UP,
                note="Seen.",
                revision=2,
                actor=cast.process_owner,
                at=later(),
            )
        actions.judge_finding(
            finding, trigger=FindingTrigger.FOLLOW_UP, note="Seen.", revision=2, **judge
        )
        actions.judge_finding(finding, trigger=FindingTrigger.CLOSE, revision=3, **judge)
        row = queries.finding(finding, actor=cast.manager, at=later()).row
        assert (row.state, row.follow_up, row.answered_by) == (
            "closed",
            "Seen.",
            "Adaeze Thornquist",
        )

    def test_a_nonconformity_is_not_closed_unanswered_but_a_strength_is(
        self, cast: Cast, witness: Witness
    ) -> None:
        _number, finding = reported(cast)
        judge: dict[str, Any] = {"trigger": FindingTrigger.CLOSE, "revision": 1}
        with witness.refused(WrongState):
            actions.judge_finding(finding, **judge, actor=cast.auditor, at=later())
        with witness.refused(NotAllowed):
            actions.answer_finding(
                finding, answer="I answer myself.", revision=1, actor=cast.auditor, at=later()
            )
        number = running(cast, home="year")
        strength = found(number, cast.auditor, grade="strength")
        actions.judge_finding(strength, **judge, actor=cast.auditor, at=later())

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"text": ""}, "text"),
            ({"grade": "awful"}, "grade"),
            ({"clause": "1"}, "clause"),
            ({"answer_due": None}, "answer_due"),
            ({"answer_due": date(2020, 1, 1)}, "answer_due"),
            ({"service": "none"}, "service"),
            ({"process": "none"}, "process"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, cast: Cast, witness: Witness, change: dict[str, Any], field: str
    ) -> None:
        number = running(cast)
        report = actions.FindingReport("major", "Wrong.", "8.6.1", answer_due=date(2026, 4, 1))
        with witness.refused(Invalid) as caught:
            actions.raise_finding(
                number, report=replace(report, **change), actor=cast.auditor, at=later()
            )
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_a_summary_for_a_review(self, cast: Cast) -> None:
        number, _finding = reported(cast)
        told = queries.audit_summary(at=later(days=90))
        assert (told.audits, told.open_findings, told.overdue) == ({"reported": 1}, {"minor": 1}, 1)
        assert [row.number for row in told.reported] == [number]


def test_the_bank_grows_once(cast: Cast) -> None:
    given = [actions.QuestionGiven("own", "4.1", "Is it known?")]
    assert actions.load_questions(given, actor=SYSTEM, at=later()) == 1
    assert actions.load_questions(given, actor=SYSTEM, at=later()) == 0
    assert not AuditQuestion.objects.exists()
