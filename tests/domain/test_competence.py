"""Skills, who holds and needs them, certificates, and learning paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast
from timshel.context.people.models import Person
from timshel.kernel.due import Asked
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.kernel.states import StateMachine
from timshel.leadership.responsibility.models import Assignment, ProcessRole
from timshel.planning.planned_action.actions import About, ActionPlan, plan_action
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.planned_action.states import ActionKind
from timshel.support.competence import actions, queries
from timshel.support.competence.actions import (
    CertificateContent,
    PathContent,
    SkillContent,
    StepContent,
)
from timshel.support.competence.due import due_certificates, due_enrolments
from timshel.support.competence.models import Certificate, Holding, Need, Skill
from timshel.support.competence.queries import CertificateFilter
from timshel.support.competence.rules import Gap, gaps_of, share
from timshel.support.competence.states import (
    CERTIFICATES,
    ENROLMENTS,
    HOLDINGS,
    STEPS,
    CertificateTrigger,
    EnrolmentState,
    EnrolmentTrigger,
    HoldingState,
    HoldingTrigger,
    StepState,
    StepTrigger,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
JONAS, MIRELA, TAMSIN = "jonas.okereke", "mirela.dobrescu", "tamsin.harrowgate"
LINUX = SkillContent(
    "linux", "Linux servers", levels=("Reads", "Helps", "Runs", "Teaches"), services=("mail",)
)


def skill(cast: Cast, code: str = "linux", **more: Any) -> str:
    said = replace(LINUX, code=code, name=f"Skill {code}", **more)
    return actions.create_skill(said, actor=cast.process_owner, at=AT)


def say(cast: Cast, person: str, level: int, code: str = "linux") -> None:
    actions.say_level(person, skill=code, level=level, actor=cast.process_owner, at=AT)


def paper(person: str = JONAS, **more: Any) -> CertificateContent:
    said = CertificateContent(
        person, "certificate", "Linux engineer", "An issuer", AT.date() - 300 * DAY, skill="linux"
    )
    return replace(said, **more)


def learning_path(cast: Cast, *titles: str) -> tuple[str, list[int]]:
    by = {"actor": cast.process_owner, "at": AT}
    number = actions.create_path(PathContent("First weeks"), **by)
    steps = [
        actions.add_step(number, content=StepContent(title, position=place), **by)
        for place, title in enumerate(titles, start=1)
    ]
    return number, steps


def on_path(cast: Cast, number: str) -> str:
    return actions.enrol(
        number,
        person=JONAS,
        confirmer=TAMSIN,
        due_date=AT.date() + 30 * DAY,
        actor=cast.process_owner,
        at=AT,
    )


def refused(kind: type[Exception], do: Callable[[], Any]) -> None:
    """Check that something is refused, and that nothing was written down."""
    before = Entry.objects.count()
    with pytest.raises(kind):
        do()
    assert Entry.objects.count() == before


def table(machine: StateMachine[Any, Any], states: type[StrEnum], triggers: type[StrEnum]) -> Any:
    return {
        (state.value, trigger.value): machine.target(state, trigger).value
        for state in states
        for trigger in triggers
        if machine.allows(state, trigger)
    }


class TestRules:
    def test_the_tables_of_states(self) -> None:
        assert table(HOLDINGS, HoldingState, HoldingTrigger) == {
            ("proposed", "propose"): "proposed",
            ("confirmed", "propose"): "proposed",
            ("declined", "propose"): "proposed",
            ("proposed", "confirm"): "confirmed",
            ("proposed", "decline"): "declined",
        }
        states = type(CERTIFICATES.initial)
        assert table(CERTIFICATES, states, CertificateTrigger) == {
            ("reported", "check"): "checked",
            ("reported", "withdraw"): "withdrawn",
            ("checked", "withdraw"): "withdrawn",
        }
        assert table(ENROLMENTS, EnrolmentState, EnrolmentTrigger) == {
            ("running", "complete"): "completed",
            ("running", "stop"): "stopped",
            ("stopped", "resume"): "running",
        }
        assert table(STEPS, StepState, StepTrigger) == {
            ("open", "read"): "read",
            ("read", "sign"): "signed",
            ("read", "return"): "open",
        }

    @pytest.mark.parametrize(
        ("held", "people", "left", "expected"),
        [
            (0, 2, 0, (Gap.NOBODY,)),
            (0, 2, 1, (Gap.NOBODY, Gap.LEFT)),
            (1, 2, 0, (Gap.TOO_FEW, Gap.ONE_ONLY)),
            (1, 1, 0, (Gap.ONE_ONLY,)),
            (2, 3, 0, (Gap.TOO_FEW,)),
            (2, 2, 0, ()),
            (2, 2, 1, (Gap.LEFT,)),
        ],
    )
    def test_gaps(self, held: int, people: int, left: int, expected: tuple[Gap, ...]) -> None:
        assert gaps_of(held=held, people=people, left=left) == expected

    def test_shares(self) -> None:
        assert (share(0, 0), share(1, 3), share(3, 3)) == (0, 33, 100)


class TestSkills:
    def test_one_is_named_changed_and_taken_out_of_use(self, cast: Cast) -> None:
        by = {"actor": cast.process_owner, "at": AT}
        code = skill(cast)
        content = replace(LINUX, name="Linux", needs_certificate=True)
        actions.change_skill(code, content=content, seen_revision=1, **by)
        count = Entry.objects.count()
        actions.change_skill(code, content=content, seen_revision=2, **by)
        assert Entry.objects.count() == count
        late = replace(content, name="Else")
        refused(WrongState, lambda: actions.change_skill(code, content=late, seen_revision=1, **by))
        other = replace(content, code="else")
        refused(Invalid, lambda: actions.change_skill(code, content=other, seen_revision=2, **by))
        actions.retire_skill(code, **by)
        actions.retire_skill(code, **by)
        row = queries.skill(code, actor=cast.agent, at=AT).row
        assert (row.content, row.is_retired, row.revision) == (content, True, 3)
        assert queries.skill_choices(actor=cast.agent) == []
        refused(Invalid, lambda: say(cast, JONAS, 2))
        refused(
            WrongState,
            lambda: actions.say_need(
                code, kind="team", code="service-desk", level=1, people=1, **by
            ),
        )
        actions.restore_skill(code, **by)
        assert queries.skill_choices(actor=cast.agent) == [("linux", "Linux")]

    def test_what_is_wrong_is_told_at_once(self, cast: Cast) -> None:
        skill(cast)
        wrong = SkillContent("A b", " ", levels=("x" * 501, "", "", ""), services=("",) * 41)
        with pytest.raises(Invalid) as refusal:
            actions.create_skill(wrong, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == {"code", "name", "level_1", "services"}
        refused(Invalid, lambda: skill(cast))
        wrong = replace(LINUX, code="b", levels=())
        refused(Invalid, lambda: actions.create_skill(wrong, actor=cast.process_owner, at=AT))

    def test_only_keepers_keep_them_and_staff_see_them(self, cast: Cast) -> None:
        skill(cast)
        for who in (cast.agent, cast.auditor, cast.manager):
            refused(NotAllowed, lambda who=who: actions.retire_skill("linux", actor=who, at=AT))
            refused(NotAllowed, lambda who=who: actions.create_skill(LINUX, actor=who, at=AT))
        refused(NotFound, lambda: queries.skill("linux", actor=cast.customer, at=AT))
        found = queries.skill_list(actor=cast.requester)
        assert [each.content.code for each in found.items] == ["linux"]
        assert queries.skill_list(actor=cast.customer).items == ()


class TestLevels:
    def test_what_one_proposes_counts_once_it_is_confirmed(self, cast: Cast) -> None:
        skill(cast)
        actions.say_level(JONAS, skill="linux", level=3, note="Ran it", actor=cast.agent, at=AT)
        actions.say_level(JONAS, skill="linux", level=3, note="Ran it", actor=cast.agent, at=AT)
        row = queries.own_view(actor=cast.agent, at=AT).holdings[0]
        assert (row.level, row.said_level, row.state) == (0, 3, HoldingState.PROPOSED)
        who = cast.agent
        refused(NotAllowed, lambda: actions.confirm_level(JONAS, skill="linux", actor=who, at=AT))
        by = {"skill": "linux", "actor": cast.process_owner, "at": AT}
        actions.confirm_level(JONAS, **by)
        actions.confirm_level(JONAS, **by)
        refused(WrongState, lambda: actions.decline_level(JONAS, **by))
        actions.say_level(JONAS, skill="linux", level=4, actor=cast.agent, at=AT)
        actions.decline_level(JONAS, **by)
        row = queries.person_view(JONAS, actor=cast.auditor, at=AT).holdings[0]
        assert (row.level, row.state, row.judged_by) == (
            3,
            HoldingState.DECLINED,
            "Bastian Nwosu-Hale",
        )
        verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))[-4:]
        assert verbs == [
            "skill_level.proposed",
            "skill_level.confirmed",
            "skill_level.proposed",
            "skill_level.declined",
        ]

    def test_ones_manager_says_it_and_nobody_else(self, cast: Cast) -> None:
        skill(cast)
        person = "imre.castellane"
        Person.objects.filter(code=person).update(manager=cast.engineer.person_id)
        given: dict[str, Any] = {"skill": "linux", "level": 2, "at": AT}
        actions.say_level(person, actor=cast.engineer, **given)
        row = queries.person_view(person, actor=cast.engineer, at=AT)
        assert (row.holdings[0].level, row.may_judge) == (2, True)
        refused(NotFound, lambda: actions.say_level(person, actor=cast.agent, **given))
        refused(NotAllowed, lambda: actions.say_level(person, actor=cast.auditor, **given))
        refused(
            NotFound,
            lambda: actions.confirm_level(MIRELA, skill="linux", actor=cast.process_owner, at=AT),
        )
        own = "bastian.nwosu"
        actions.say_level(own, actor=cast.process_owner, **given)
        assert Holding.objects.get(person__code=own).state == HoldingState.PROPOSED

    def test_what_is_wrong_is_refused(self, cast: Cast) -> None:
        skill(cast)
        refused(Invalid, lambda: say(cast, JONAS, 5))
        refused(Invalid, lambda: say(cast, JONAS, 2, "windows"))
        Person.objects.filter(code=JONAS).update(is_active=False)
        refused(Invalid, lambda: say(cast, JONAS, 2))


class TestCertificates:
    def test_an_expired_one_is_no_evidence(self, cast: Cast) -> None:
        skill(cast, needs_certificate=True)
        say(cast, JONAS, 3)
        by = {"actor": cast.process_owner, "at": AT}
        view = queries.person_view(JONAS, actor=cast.agent, at=AT)
        assert (view.holdings[0].lacks_certificate, view.holdings[0].counted_level) == (True, 0)
        number = actions.record_certificate(paper(expires_on=AT.date() + 10 * DAY), **by)
        view = queries.person_view(JONAS, actor=cast.agent, at=AT)
        assert view.holdings[0].counted_level == 3
        assert view.certificates[0].is_expiring
        for days, counted in ((10, 3), (11, 0)):
            view = queries.person_view(JONAS, actor=cast.agent, at=AT + days * DAY)
            assert view.holdings[0].counted_level == counted
            assert view.certificates[0].is_evidence == bool(counted)
        asked = Asked(AT.date() + 20 * DAY, cast.agent, AT, is_own=True)
        assert [each.code for each in due_certificates(asked)] == [number]
        actions.record_certificate(paper(issued_on=AT.date()), **by)
        assert list(due_certificates(asked)) == []

    def test_ones_own_is_checked_by_somebody_else(self, cast: Cast) -> None:
        skill(cast)
        number = actions.record_certificate(paper(), actor=cast.agent, at=AT)
        by = {"actor": cast.process_owner, "at": AT}
        row = queries.certificate(number, actor=cast.process_owner, at=AT)
        assert (row.state.value, row.is_evidence, row.may_judge) == ("reported", False, True)
        refused(NotAllowed, lambda: actions.check_certificate(number, actor=cast.agent, at=AT))
        refused(NotFound, lambda: actions.check_certificate(number, actor=cast.engineer, at=AT))
        actions.check_certificate(number, **by)
        actions.check_certificate(number, **by)
        refused(Invalid, lambda: actions.withdraw_certificate(number, reason=" ", **by))
        actions.withdraw_certificate(number, reason="It is a copy", **by)
        actions.withdraw_certificate(number, reason="Again", **by)
        refused(WrongState, lambda: actions.check_certificate(number, **by))
        assert queries.certificate(number, actor=cast.agent, at=AT).reason == "It is a copy"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("issuer", "\0"),
            ("kind", "medal"),
            ("issued_on", date(1900, 1, 1)),
            ("issued_on", date(2027, 1, 1)),
            ("expires_on", date(2020, 1, 1)),
            ("link", "javascript:alert(1)"),
            ("link", "https://["),
            ("skill", "windows"),
            ("person", "nobody"),
        ],
    )
    def test_what_is_wrong_is_refused(self, cast: Cast, field: str, value: Any) -> None:
        skill(cast)
        wrong = paper(**{field: value})
        with pytest.raises(Invalid) as refusal:
            actions.record_certificate(wrong, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == {field}
        assert not Certificate.objects.exists()

    def test_lists_keep_to_what_one_may_see(self, cast: Cast) -> None:
        skill(cast)
        by = {"actor": cast.process_owner, "at": AT}
        old = actions.record_certificate(paper(expires_on=AT.date() - DAY), **by)
        soon = actions.record_certificate(paper(MIRELA, expires_on=AT.date() + DAY), **by)
        own = actions.record_certificate(paper(skill=""), actor=cast.agent, at=AT)
        for who, asked, expected in (
            (cast.auditor, CertificateFilter(), [own, soon, old]),
            (cast.auditor, CertificateFilter("expired"), [old]),
            (cast.auditor, CertificateFilter("soon"), [soon]),
            (cast.auditor, CertificateFilter("force"), [soon]),
            (cast.auditor, CertificateFilter("reported"), [own]),
            (cast.auditor, CertificateFilter("withdrawn"), []),
            (cast.auditor, CertificateFilter(person=MIRELA), [soon]),
            (cast.auditor, CertificateFilter(skill="linux"), [soon, old]),
            (cast.agent, CertificateFilter(), [own, old]),
            (cast.engineer, CertificateFilter(), []),
        ):
            found = queries.certificate_list(actor=who, at=AT, wanted=asked).items
            assert [each.number for each in found] == expected, asked


class TestMatrix:
    def need(self, cast: Cast, kind: str, code: str, **more: Any) -> int:
        given = {"level": 3, "people": 2, **more}
        return actions.say_need(
            "linux", kind=kind, code=code, actor=cast.process_owner, at=AT, **given
        )

    def cell(self, cast: Cast, code: str = "service-desk") -> Any:
        found = queries.skills_matrix(actor=cast.auditor, at=AT)
        return next(each.cells[0] for each in found.groups if each.code == code)

    def test_gaps_open_and_close(self, cast: Cast) -> None:
        skill(cast)
        self.need(cast, "team", "service-desk")
        assert self.cell(cast).gaps == (Gap.NOBODY,)
        say(cast, JONAS, 2)
        assert self.cell(cast).gaps == (Gap.NOBODY,)
        say(cast, JONAS, 3)
        assert self.cell(cast).gaps == (Gap.TOO_FEW, Gap.ONE_ONLY)
        say(cast, MIRELA, 4)
        assert self.cell(cast).gaps == ()
        Person.objects.filter(code=MIRELA).update(is_active=False)
        cell = self.cell(cast)
        assert cell.gaps == (Gap.TOO_FEW, Gap.ONE_ONLY, Gap.LEFT)
        assert cell.left == ("Mirela Dobrescu-Hart",)
        content = replace(LINUX, name="Skill linux", needs_certificate=True)
        by = {"actor": cast.process_owner, "at": AT}
        actions.change_skill("linux", content=content, seen_revision=1, **by)
        assert self.cell(cast).gaps == (Gap.NOBODY, Gap.LEFT)

    def test_holders_of_a_role_count_while_they_hold_it(self, cast: Cast) -> None:
        skill(cast)
        role = ProcessRole.objects.create(code="dba", name="Keeper of data")
        self.need(cast, "role", "dba", people=1)
        say(cast, JONAS, 3)
        assert self.cell(cast, "dba").gaps == (Gap.NOBODY,)
        given: dict[str, Any] = {"role": role, "valid_from": AT.date() - 9 * DAY}
        held = Assignment.objects.create(person_id=cast.agent.person_id, **given)
        assert self.cell(cast, "dba").gaps == (Gap.ONE_ONLY,)
        Assignment.objects.filter(pk=held.pk).update(valid_until=AT.date() - DAY)
        assert self.cell(cast, "dba").gaps == (Gap.NOBODY,)
        Assignment.objects.create(team_id=cast.teams["service-desk"], **given)
        assert self.cell(cast, "dba").gaps == (Gap.ONE_ONLY,)

    def test_needs_are_said_changed_and_dropped(self, cast: Cast) -> None:
        skill(cast)
        key = self.need(cast, "team", "workplace")
        count = Entry.objects.count()
        assert self.need(cast, "team", "workplace") == key
        assert Entry.objects.count() == count
        assert self.need(cast, "team", "workplace", people=1) == key
        view = queries.skill("linux", actor=cast.auditor, at=AT)
        assert [(each.code, each.people) for each in view.needs] == [("workplace", 1)]
        assert queries.skill("linux", actor=cast.agent, at=AT).needs == ()
        for wrong in ({"level": 0}, {"people": 0}, {"code": "none"}, {"kind": "unit"}):
            given = {"kind": "team", "code": "workplace", **wrong}
            refused(Invalid, lambda given=given: self.need(cast, **given))
        by: dict[str, Any] = {"need": key, "at": AT}
        refused(NotAllowed, lambda: actions.drop_need("linux", actor=cast.auditor, **by))
        actions.drop_need("linux", actor=cast.process_owner, **by)
        refused(NotFound, lambda: actions.drop_need("linux", actor=cast.process_owner, **by))
        assert not Need.objects.exists()

    def test_only_who_may_see_everybody_sees_it(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            queries.skills_matrix(actor=cast.agent, at=AT)

    def test_more_of_everything_takes_no_more_queries(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        for position in range(6):
            skill(cast, f"skill-{position}")
            say(cast, JONAS, 3, f"skill-{position}")
        with django_assert_num_queries(7):
            found = queries.skills_matrix(actor=cast.auditor, at=AT)
        assert len(found.skills) == 6

    def test_an_action_may_follow_from_a_gap(self, cast: Cast) -> None:
        skill(cast)
        plan = ActionPlan(
            kind=ActionKind.PREVENTIVE,
            title="Train two more",
            owner=TAMSIN,
            due_date=AT.date() + DAY,
        )
        about = About("skill", "linux")
        refused(NotAllowed, lambda: plan_action(about, plan=plan, actor=cast.agent, at=AT))
        plan_action(about, plan=plan, actor=cast.process_owner, at=AT)
        assert len(actions_about("skill", ["linux"], at=AT)["linux"]) == 1


class TestLearning:
    def test_a_path_is_read_signed_off_and_completed(self, cast: Cast) -> None:
        number, (first, second) = learning_path(cast, "Read", "Do")
        learning = on_path(cast, number)
        assert on_path(cast, number) == learning
        by: dict[str, Any] = {"actor": cast.agent, "at": AT}
        signs: dict[str, Any] = {"actor": cast.lead, "at": AT}
        refused(WrongState, lambda: actions.sign_step(learning, step=first, **signs))
        refused(NotAllowed, lambda: actions.read_step(learning, step=first, **signs))
        actions.read_step(learning, step=first, **by)
        actions.read_step(learning, step=first, **by)
        refused(NotAllowed, lambda: actions.sign_step(learning, step=first, **by))
        actions.return_step(learning, step=first, **signs)
        actions.return_step(learning, step=first, **signs)
        actions.read_step(learning, step=first, **by)
        actions.sign_step(learning, step=first, **signs)
        actions.sign_step(learning, step=first, **signs)
        refused(WrongState, lambda: actions.return_step(learning, step=first, **signs))
        view = queries.enrolment(learning, actor=cast.agent, at=AT)
        assert (view.row.progress, view.row.read, view.is_own, view.may_sign) == (
            50,
            1,
            True,
            False,
        )
        assert [each.state for each in view.steps] == [StepState.SIGNED, StepState.OPEN]
        actions.read_step(learning, step=second, **by)
        actions.sign_step(learning, step=second, **signs)
        row = queries.enrolment(learning, actor=cast.lead, at=AT).row
        assert (row.state, row.ended_at, row.progress) == (EnrolmentState.COMPLETED, AT, 100)
        refused(WrongState, lambda: actions.stop_learning(learning, **signs))
        refused(NotFound, lambda: actions.read_step(learning, step=0, **by))

    def test_it_is_stopped_and_goes_on(self, cast: Cast) -> None:
        number, (first,) = learning_path(cast, "Read")
        learning = on_path(cast, number)
        signs: dict[str, Any] = {"actor": cast.lead, "at": AT}
        asked = Asked(AT.date() + 60 * DAY, cast.agent, AT, is_own=True)
        assert [each.code for each in due_enrolments(asked)] == [learning]
        refused(NotAllowed, lambda: actions.stop_learning(learning, actor=cast.agent, at=AT))
        actions.stop_learning(learning, **signs)
        actions.stop_learning(learning, **signs)
        assert list(due_enrolments(asked)) == []
        refused(
            WrongState, lambda: actions.read_step(learning, step=first, actor=cast.agent, at=AT)
        )
        actions.resume_learning(learning, **signs)
        actions.resume_learning(learning, **signs)
        later = AT + 40 * DAY
        assert queries.enrolment(learning, actor=cast.lead, at=later).row.is_overdue
        refused(NotFound, lambda: queries.enrolment(learning, actor=cast.engineer, at=AT))
        found = queries.enrolment_list(actor=cast.lead, at=AT, state=EnrolmentState.RUNNING)
        assert [each.number for each in found.items] == [learning]
        assert queries.enrolment_list(actor=cast.engineer, at=AT).items == ()

    def test_who_is_put_on_it_and_who_signs_is_checked(self, cast: Cast) -> None:
        number, _steps = learning_path(cast, "Read")
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        for person, confirmer, field in (
            ("nobody", TAMSIN, "person"),
            (JONAS, "nobody", "confirmer"),
            (JONAS, JONAS, "confirmer"),
        ):
            with pytest.raises(Invalid) as refusal:
                actions.enrol(number, person=person, confirmer=confirmer, **by)
            assert set(refusal.value.fields) == {field}
        given = {"person": JONAS, "confirmer": TAMSIN}
        past = AT.date() - DAY
        refused(Invalid, lambda: actions.enrol(number, due_date=past, **given, **by))
        for who in (cast.auditor, cast.engineer, cast.agent):
            refused(NotAllowed, lambda who=who: actions.enrol(number, **given, actor=who, at=AT))
        empty = actions.create_path(PathContent("Empty"), **by)
        refused(WrongState, lambda: actions.enrol(empty, **given, **by))
        actions.retire_path(number, **by)
        refused(WrongState, lambda: actions.enrol(number, **given, **by))
        actions.restore_path(number, **by)
        Person.objects.filter(code=JONAS).update(manager=cast.engineer.person_id)
        actions.enrol(number, **given, actor=cast.engineer, at=AT)

    def test_paths_and_steps_are_changed(self, cast: Cast) -> None:
        number, (first, second) = learning_path(cast, "Read", "Do")
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        ProcessRole.objects.create(code="dba", name="Keeper of data")
        content = PathContent("Second weeks", "For *all*", "dba")
        actions.change_path(number, content=content, seen_revision=1, **by)
        actions.change_path(number, content=content, seen_revision=2, **by)
        refused(
            WrongState,
            lambda: actions.change_path(number, content=content, seen_revision=1, **by),
        )
        wrong = replace(content, role="none", name="")
        refused(Invalid, lambda: actions.change_path(number, content=wrong, seen_revision=2, **by))
        step = StepContent("Read first", "**All**", "doc0000001", "https://a.example", 9)
        actions.change_step(number, step=first, content=step, **by)
        actions.change_step(number, step=first, content=replace(step, document="DOC0000001"), **by)
        bad = StepContent("", position=0)
        refused(Invalid, lambda: actions.add_step(number, content=bad, **by))
        refused(Invalid, lambda: actions.change_step(number, step=first, content=bad, **by))
        view = queries.path(number, actor=cast.requester, at=AT)
        assert [each.content.title for each in view.steps] == ["Do", "Read first"]
        assert (view.row.content, view.row.role_name) == (content, "Keeper of data")
        learning = on_path(cast, number)
        refused(WrongState, lambda: actions.remove_step(number, step=second, **by))
        actions.read_step(learning, step=first, actor=cast.agent, at=AT)
        refused(WrongState, lambda: actions.remove_step(number, step=first, **by))
        actions.stop_learning(learning, **by)
        actions.remove_step(number, step=second, **by)
        refused(NotFound, lambda: actions.remove_step(number, step=second, **by))
        assert queries.path_step(number, step=first, actor=cast.agent).content.position == 9
        refused(NotFound, lambda: queries.path_step(number, step=second, actor=cast.agent))
        found = queries.path_list(actor=cast.agent, is_retired=False).items
        assert [(each.number, each.steps) for each in found] == [(number, 1)]
        refused(NotAllowed, lambda: actions.retire_path(number, actor=cast.auditor, at=AT))

    def test_a_rule_may_do_all_of_it(self, cast: Cast) -> None:
        actions.create_skill(LINUX, actor=SYSTEM, at=AT)
        actions.say_level(JONAS, skill="linux", level=2, actor=SYSTEM, at=AT)
        assert Skill.objects.get().holdings.get().level == 2
        refused(NotFound, lambda: queries.own_view(actor=SYSTEM, at=AT))
