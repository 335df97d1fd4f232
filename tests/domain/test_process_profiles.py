"""What is said of processes: who may say it, who answers for them, and what they run on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast, later, person_id
from tests.witness import Witness
from timshel.context.people.actions import deactivate_person
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.leadership.process_profile import access, actions, queries
from timshel.leadership.process_profile.actions import FlowContent, ProfileContent
from timshel.leadership.process_profile.due import due_processes
from timshel.leadership.process_profile.events import ProcessRetired, ProcessReviewed
from timshel.leadership.process_profile.models import ProcessFlow, ProcessProfile
from timshel.leadership.process_profile.queries import ProfileFilter
from timshel.leadership.process_profile.states import PROFILES, Direction, ProfileState, Trigger
from timshel.leadership.responsibility.actions import (
    NewAssignment,
    assign,
    define_role,
    save_matrix,
)
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import HolderSource, SubjectKind
from timshel.reactions.processes import state_machines

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
NEXT = date(2026, 9, 1)
BY: dict[str, Any] = {"actor": SYSTEM, "at": AT}
CONTENT = ProfileContent(
    name="Incidents",
    purpose="People can **work** again soon.",
    scope="Whatever does not work.",
    customers="All staff",
    full_when="Always",
    full_steps="Take it in\n\n  Mend it  \nClose it",
    light_when="At small sites",
    light_steps="Mend it",
    review_date=NEXT,
    translations={"fr": {"name": "Les incidents", "full_steps": "Le prendre"}},
)
INPUT = FlowContent(Direction.INPUT, "A report", outside="Whoever asks")


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [ProcessReviewed, ProcessRetired])


@pytest.fixture
def owned(cast: Cast) -> Cast:
    """Incidents have a matrix, and the lead answers for most of it."""
    define_role("manager", name="Incident manager", **BY)
    define_role("asker", name="Whoever asks", source=HolderSource.CASE, **BY)
    define_role("chief", name="Chief", **BY)
    key = MatrixKey(SubjectKind.PROCESS, "incident")
    content = MatrixContent(
        name="Incidents",
        roles=("asker", "chief", "manager"),
        activities=(
            ActivityContent("Report it", {"asker": "RA"}),
            ActivityContent("Confirm it", {"asker": "RA"}),
            ActivityContent("Be asked", {"asker": "RA"}),
            ActivityContent("Take it", {"manager": "RA"}),
            ActivityContent("Mend it", {"manager": "A", "chief": "R"}),
            ActivityContent("Look back", {"chief": "A"}),
        ),
    )
    save_matrix(key, content=content, **BY)
    assign(NewAssignment("manager", valid_from=DAY, person="jonas.okereke"), **BY)
    return cast


def written(cast: Cast, code: str = "incident", **more: Any) -> str:
    content = replace(CONTENT, **more)
    return actions.write_profile(code, content=content, actor=cast.process_owner, at=AT)


def seen(code: str, by: Actor) -> queries.ProfileView:
    return queries.profile(code, actor=by, at=later())


class TestWriting:
    def test_it_is_written_and_read(self, cast: Cast, witness: Witness) -> None:
        with witness.watching() as left:
            assert written(cast) == "incident"
        assert left.verbs == ["process_profile.written"]
        assert left.regions == {actions.REGION}
        view = seen("incident", cast.auditor)
        assert view.row.name == "Incidents"
        assert view.full.steps == ("Take it in", "Mend it", "Close it")
        assert view.light is not None
        assert view.light.when == "At small sites"
        assert (view.row.owner, view.row.is_vacant) == (None, True)
        assert (view.may_manage, view.may_review) == (False, False)
        french = queries.profile("incident", actor=replace(cast.auditor, language="fr"), at=AT)
        assert (french.row.name, french.full.steps) == ("Les incidents", ("Le prendre",))
        assert french.row.purpose == "People can **work** again soon."

    def test_faults_are_told_all_at_once(self, cast: Cast, witness: Witness) -> None:
        content = ProfileContent(
            name=" ",
            purpose="",
            scope="x" * 4_001,
            customers="\0",
            light_steps="One",
            translations={"xx": {"name": "X"}, "fr": {"name": "x" * 201}},
        )
        with witness.refused(Invalid) as refusal:
            actions.write_profile("New", content=content, actor=cast.process_owner, at=AT)
        assert set(refusal.value.fields) == {
            "code", "name", "purpose", "scope", "customers", "light_when",
            "translations", "name_fr",
        }  # fmt: skip

    @pytest.mark.parametrize("code", ["new", "xlsx", "state-machines", "a", "Über", "a\0b", "ab-"])
    def test_codes_that_cannot_be(self, cast: Cast, code: str) -> None:
        with pytest.raises(Invalid) as refusal:
            written(cast, code)
        assert set(refusal.value.fields) == {"code"}

    def test_a_code_is_there_once(self, cast: Cast, witness: Witness) -> None:
        written(cast)
        with witness.refused(Invalid):
            written(cast)

    def test_changing(self, cast: Cast, witness: Witness) -> None:
        written(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.unmoved():
            actions.change_profile("incident", content=CONTENT, seen_revision=1, **by)
        other = replace(CONTENT, name="Reports", review_date=None)
        with witness.watching() as left:
            actions.change_profile("incident", content=other, seen_revision=1, **by)
        assert left.entry.changes == {
            "name": ["Incidents", "Reports"],
            "review_date": ["2026-09-01", None],
        }
        with witness.refused(WrongState):
            actions.change_profile("incident", content=CONTENT, seen_revision=1, **by)
        with witness.refused(Invalid):
            actions.change_profile(
                "incident", content=replace(CONTENT, name=""), seen_revision=2, **by
            )

    def test_rights(self, owned: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            actions.write_profile("incident", content=CONTENT, actor=owned.auditor, at=AT)
        written(owned)
        for actor, refusal in ((owned.auditor, NotAllowed), (owned.requester, NotFound)):
            by: dict[str, Any] = {"actor": actor, "at": later()}
            with witness.refused(refusal):
                actions.change_profile("incident", content=CONTENT, seen_revision=1, **by)
            with witness.refused(refusal):
                actions.link_profile("incident", machines=[], diagrams=[], seen_revision=1, **by)
            with witness.refused(refusal):
                actions.review_process("incident", found="All", review_date=NEXT, **by)
            with witness.refused(refusal):
                actions.retire_process("incident", **by)
            with witness.refused(refusal):
                actions.resume_process("incident", **by)
            with witness.refused(refusal):
                actions.add_flow("incident", flow=INPUT, **by)
            with witness.refused(refusal):
                actions.remove_flow("incident", flow_id=1, **by)


class TestOwners:
    def test_who_answers_for_most_of_it_owns_it(self, owned: Cast) -> None:
        written(owned)
        row = seen("incident", owned.auditor).row
        assert row.owner is not None
        assert (row.owner.role_code, row.owner.role_name) == ("manager", "Incident manager")
        assert [each.code for each in row.owner.holders] == ["jonas.okereke"]
        assert not row.is_vacant

    def test_whoever_has_left_owns_nothing(self, owned: Cast) -> None:
        written(owned)
        deactivate_person(person_id("jonas.okereke"), **BY)
        row = seen("incident", owned.auditor).row
        assert row.owner is not None
        assert (row.owner.role_code, row.owner.holders, row.is_vacant) == ("manager", (), True)

    def test_a_matrix_without_anybody_accountable(self, cast: Cast) -> None:
        define_role("helper", name="Helper", **BY)
        content = MatrixContent("Calls", ("helper",), (ActivityContent("Talk", {"helper": "R"}),))
        save_matrix(MatrixKey(SubjectKind.PROCESS, "call"), content=content, **BY)
        written(cast, "call")
        row = seen("call", cast.auditor).row
        assert row.owner is not None
        assert (row.owner.role_code, row.is_vacant) == ("", True)

    def test_an_owner_sees_and_reviews_it(self, owned: Cast, witness: Witness) -> None:
        written(owned)
        written(owned, "other")
        agent = replace(owned.agent, scopes={})
        assert access.may_see("incident", actor=agent, at=later())
        assert not access.may_see("other", actor=agent, at=later())
        assert not access.may_see("incident", actor=agent, at=AT - timedelta(days=2))
        assert not access.may_see("incident", actor=owned.customer, at=later())
        page = queries.profile_list(actor=agent, at=later(), wanted=ProfileFilter())
        assert [row.code for row in page.items] == ["incident"]
        view = seen("incident", agent)
        assert (view.may_manage, view.may_review) == (False, True)
        with witness.watching() as left:
            actions.review_process(
                "incident", found="All of it", review_date=NEXT, actor=agent, at=later()
            )
        assert left.verbs == ["process_profile.reviewed"]
        assert [type(each) for each in left.facts] == [ProcessReviewed]
        with witness.refused(NotAllowed):
            actions.change_profile(
                "incident", content=CONTENT, seen_revision=2, actor=agent, at=later()
            )

    def test_the_right_for_a_team_opens_all_of_them(self, cast: Cast) -> None:
        written(cast)
        assert not cast.lead.scope(access.VIEW).everywhere
        assert access.may_see("incident", actor=cast.lead, at=later())
        assert access.may_see("incident", actor=cast.service_owner, at=later())

    def test_reviews_are_due_to_the_owner(self, owned: Cast) -> None:
        written(owned)
        written(owned, "other")
        asked = Asked(NEXT, owned.auditor, later())
        assert [(each.code, each.owner) for each in due_processes(asked)] == [
            ("incident", "Jonas Okereke-Vale"),
            ("other", ""),
        ]
        assert not list(due_processes(replace(asked, is_own=True)))
        own = replace(asked, actor=owned.agent, is_own=True)
        assert [each.code for each in due_processes(own)] == ["incident"]
        assert not list(due_processes(replace(asked, until=NEXT - timedelta(days=1))))
        actions.retire_process("incident", **BY)
        assert [each.code for each in due_processes(asked)] == ["other"]


class TestReviewing:
    def test_it_moves_the_next_day(self, cast: Cast) -> None:
        written(cast, review_date=DAY)
        wanted = ProfileFilter(is_overdue=True)
        page = queries.profile_list(actor=cast.auditor, at=AT, wanted=wanted)
        assert [row.is_overdue for row in page.items] == [True]
        by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
        actions.review_process("incident", found="All of it", review_date=NEXT, **by)
        row = seen("incident", cast.auditor).row
        assert (row.reviewed_on, row.review_date, row.is_overdue) == (AT.date(), NEXT, False)
        assert not queries.profile_list(actor=cast.auditor, at=AT, wanted=wanted).items
        newest = queries.profile_history("incident", actor=cast.auditor, at=AT)[0]
        assert newest.new("found") == "All of it"

    @pytest.mark.parametrize(
        ("found", "day", "field"),
        [(" ", NEXT, "found"), ("x" * 1_001, NEXT, "found"), ("All", AT.date(), "review_date")],
    )
    def test_it_is_refused(
        self, cast: Cast, witness: Witness, found: str, day: date, field: str
    ) -> None:
        written(cast)
        with witness.refused(Invalid) as refusal:
            actions.review_process(
                "incident", found=found, review_date=day, actor=cast.process_owner, at=AT
            )
        assert set(refusal.value.fields) == {field}


class TestStates:
    @pytest.mark.parametrize("state", list(ProfileState))
    @pytest.mark.parametrize("trigger", list(Trigger))
    def test_the_whole_table(self, state: ProfileState, trigger: Trigger) -> None:
        allowed = {
            (ProfileState.IN_USE, Trigger.RETIRE): ProfileState.RETIRED,
            (ProfileState.RETIRED, Trigger.RESUME): ProfileState.IN_USE,
        }
        assert PROFILES.allows(state, trigger) == ((state, trigger) in allowed)
        if (state, trigger) in allowed:
            assert PROFILES.target(state, trigger) == allowed[state, trigger]

    def test_retired_it_rests(self, cast: Cast, witness: Witness) -> None:
        written(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.unmoved():
            actions.resume_process("incident", **by)
        with witness.watching() as left:
            actions.retire_process("incident", **by)
        assert left.verbs == ["process_profile.retired"]
        assert [type(each) for each in left.facts] == [ProcessRetired]
        with witness.unmoved():
            actions.retire_process("incident", **by)
        for do in (
            lambda: actions.change_profile("incident", content=CONTENT, seen_revision=2, **by),
            lambda: actions.review_process("incident", found="A", review_date=NEXT, **by),
            lambda: actions.add_flow("incident", flow=INPUT, **by),
            lambda: actions.remove_flow("incident", flow_id=1, **by),
            lambda: actions.link_profile(
                "incident", machines=[], diagrams=[], seen_revision=2, **by
            ),
        ):
            with witness.refused(WrongState):
                do()
        for state, count in ((ProfileState.IN_USE, 0), (ProfileState.RETIRED, 1), (None, 1)):
            wanted = ProfileFilter(state=state)
            page = queries.profile_list(actor=cast.auditor, at=AT, wanted=wanted)
            assert len(page.items) == count
        with witness.watching() as left:
            actions.resume_process("incident", **by)
        assert left.verbs == ["process_profile.resumed"]
        assert seen("incident", cast.auditor).row.state == ProfileState.IN_USE


class TestFlows:
    def test_both_ends_see_it(self, cast: Cast, witness: Witness) -> None:
        written(cast)
        written(cast, "change-approval", name="Changes")
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        flow = FlowContent(
            Direction.OUTPUT,
            "A wish for a change",
            process="change-approval",
            translations={"fr": {"what": "Un souhait", "outside": " "}},
        )
        with witness.watching() as left:
            key = actions.add_flow("incident", flow=flow, **by)
        assert left.verbs == ["process_profile.flow_added"]
        with witness.unmoved():
            assert actions.add_flow("incident", flow=flow, **by) == key
        actions.add_flow("incident", flow=INPUT, **by)
        view = seen("incident", cast.auditor)
        assert [(each.what, each.name, each.code) for each in view.inputs] == [
            ("A report", "Whoever asks", "")
        ]
        assert [(each.what, each.code) for each in view.outputs] == [
            ("A wish for a change", "change-approval")
        ]
        other = queries.profile(
            "change-approval", actor=replace(cast.auditor, language="fr"), at=AT
        )
        assert [(each.what, each.name) for each in other.inputs] == [
            ("Un souhait", "Les incidents")
        ]
        found = queries.process_map(actor=cast.auditor, at=AT)
        assert found.names == {"incident": "Incidents", "change-approval": "Changes"}
        assert found.flows == (("incident", "change-approval", "A wish for a change"),)
        actions.retire_process("incident", **by)
        assert [each.is_retired for each in seen("change-approval", cast.auditor).inputs] == [True]
        assert not queries.process_map(actor=cast.auditor, at=AT).flows

    def test_an_owner_of_one_alone_is_told_the_name_of_the_other(self, owned: Cast) -> None:
        written(owned)
        written(owned, "change-approval", name="Changes")
        flow = FlowContent(Direction.OUTPUT, "A wish", process="change-approval")
        actions.add_flow("incident", flow=flow, **BY)
        (row,) = seen("incident", replace(owned.agent, scopes={})).outputs
        assert (row.code, row.name) == ("", "Changes")

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"what": " "}, "what"),
            ({"what": "x" * 201}, "what"),
            ({"outside": ""}, "process"),
            ({"process": "incident"}, "process"),
            ({"outside": "", "process": "incident"}, "process"),
            ({"outside": "", "process": "nowhere"}, "process"),
            ({"outside": "", "process": "\0"}, "process"),
            ({"translations": {"fr": {"why": "X"}}}, "translations"),
            ({"translations": {"fr": {"outside": "x" * 101}}}, "outside_fr"),
        ],
    )
    def test_it_is_refused(
        self, cast: Cast, witness: Witness, more: dict[str, Any], field: str
    ) -> None:
        written(cast)
        with witness.refused(Invalid) as refusal:
            actions.add_flow(
                "incident", flow=replace(INPUT, **more), actor=cast.process_owner, at=AT
            )
        assert set(refusal.value.fields) == {field}

    def test_there_are_not_too_many(self, cast: Cast) -> None:
        written(cast)
        row = ProcessProfile.objects.get()
        ProcessFlow.objects.bulk_create(
            ProcessFlow(target=row, outside="All", what=f"{each}") for each in range(60)
        )
        with pytest.raises(Invalid) as refusal:
            actions.add_flow("incident", flow=INPUT, actor=cast.process_owner, at=AT)
        assert "60" in str(refusal.value.fields["what"][0])

    def test_it_is_taken_away(self, cast: Cast, witness: Witness) -> None:
        written(cast)
        written(cast, "other")
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        key = actions.add_flow("incident", flow=INPUT, **by)
        with witness.refused(NotFound):
            actions.remove_flow("other", flow_id=key, **by)
        with witness.watching() as left:
            actions.remove_flow("incident", flow_id=key, **by)
        assert left.entry.changes == {"what": ["A report", None]}
        with witness.refused(NotFound):
            actions.remove_flow("incident", flow_id=key, **by)

    def test_the_table_wants_two_ends(self, cast: Cast) -> None:
        written(cast)
        row = ProcessProfile.objects.get()
        for more in ({}, {"source": row}, {"source": row, "target": row}, {"outside": "All"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                ProcessFlow.objects.create(what="X", **more)


class TestRunning:
    def test_it_names_what_it_runs_on(self, cast: Cast, witness: Witness) -> None:
        written(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        linked: dict[str, Any] = {"machines": ["work", "approval", "work"], "diagrams": []}
        with witness.watching() as left:
            actions.link_profile("incident", **linked, seen_revision=1, **by)
        assert left.entry.changes == {"machines": [[], ["work", "approval"]]}
        with witness.unmoved():
            actions.link_profile("incident", **linked, seen_revision=2, **by)
        with witness.refused(WrongState):
            actions.link_profile("incident", **linked, seen_revision=1, **by)
        with witness.refused(Invalid) as refusal:
            actions.link_profile(
                "incident", machines=["nothing"], diagrams=["x"] * 41, seen_revision=2, **by
            )
        assert set(refusal.value.fields) == {"machines", "diagrams"}
        machine = seen("incident", cast.auditor).machines[0]
        assert (machine.code, machine.initial) == ("work", "new")
        assert [str(each.name) for each in machine.stages][:2] == ["New", "In progress"]

    def test_what_is_lost_is_told(self, cast: Cast) -> None:
        written(cast)
        ProcessProfile.objects.update(machines=["gone", "risk"], diagrams=["gone"])
        view = seen("incident", cast.auditor)
        assert [each.code for each in view.machines] == ["risk"]
        assert view.lost_machines == ("gone",)
        assert [(each.code, each.name) for each in view.diagrams] == [("gone", "")]

    def test_all_machines_of_the_code_are_known(self) -> None:
        from docs.generate_states import machines

        found = state_machines()
        assert {each.name.replace(" ", "-") for _module, each in machines()} == set(found)
        for each in found.values():
            stages = {stage.code for stage in each.stages}
            assert each.initial == each.stages[0].code
            assert all({*move.sources, move.target} <= stages for move in each.moves)


def test_more_processes_take_no_more_queries(owned: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            queries.profile_list(actor=owned.auditor, at=AT, wanted=ProfileFilter())
            queries.process_map(actor=owned.auditor, at=AT)
        return len(taken)

    written(owned)
    before = count()
    for position in range(7):
        written(owned, f"process-{position}")
    assert count() == before


def test_pages_follow_each_other(cast: Cast) -> None:
    for position in range(3):
        written(cast, f"process-{position}", name=f"Process {position}")
    first = queries.profile_list(actor=cast.auditor, at=AT, wanted=ProfileFilter(), size=2)
    rest = queries.profile_list(
        actor=cast.auditor, at=AT, wanted=ProfileFilter(), size=2, cursor=first.next_cursor
    )
    assert [row.code for row in (*first.items, *rest.items)] == [
        "process-0", "process-1", "process-2",
    ]  # fmt: skip
