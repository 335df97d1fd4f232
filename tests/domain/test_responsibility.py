"""Who answers for what: matrices, roles and their holders, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, person_id
from timshel.context.people.actions import deactivate_person
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.leadership.responsibility.actions import (
    NewAssignment,
    assign,
    define_role,
    end_assignment,
    remove_matrix,
    save_matrix,
)
from timshel.leadership.responsibility.models import Assignment, Matrix
from timshel.leadership.responsibility.queries import (
    MatrixView,
    has_matrix,
    matrix,
    matrix_content,
    matrix_history,
    overview,
    own_view,
    person_view,
    role_view,
)
from timshel.leadership.responsibility.rules import (
    ActivityContent,
    MatrixContent,
    MatrixKey,
    letters_of,
)
from timshel.leadership.responsibility.states import GapKind, HolderSource, Letter, SubjectKind

INCIDENTS = MatrixKey(SubjectKind.PROCESS, "incident")
LAPTOP = MatrixKey(SubjectKind.SERVICE, "laptop")
DAY = date(2026, 3, 1)
BY: dict[str, Any] = {"actor": SYSTEM, "at": AT}
WORK = MatrixContent(
    name="Incidents",
    roles=("manager", "agent"),
    activities=(
        ActivityContent("Take the report", {"agent": "R", "manager": "A"}),
        ActivityContent("Solve it", {"agent": "R", "manager": "A,I"}),
    ),
)


@pytest.fixture
def roles(cast: Cast) -> Cast:
    """Three roles: one is assigned, one is the owner of a service, one a team."""
    define_role("manager", name="Incident manager", **BY)
    define_role("agent", name="Agent", source=HolderSource.FIRST_LEVEL, **BY)
    define_role("owner", name="Service owner", source=HolderSource.SERVICE_OWNER, **BY)
    return cast


def held(role: str = "manager", person: str = "tamsin.harrowgate", **more: Any) -> int:
    return assign(NewAssignment(role, valid_from=DAY, person=person, **more), **BY)


def read(key: MatrixKey, cast: Cast, **at: Any) -> MatrixView:
    return matrix(key, actor=cast.auditor, at=later(**at))


def kinds(view: MatrixView) -> list[GapKind]:
    return [gap.kind for gap in view.gaps]


class TestLetters:
    @pytest.mark.parametrize(
        ("typed", "kept"), [("ra", "RA"), ("A, R", "RA"), ("", ""), ("i i c", "CI"), ("A/R", "RA")]
    )
    def test_they_are_put_in_order(self, typed: str, kept: str) -> None:
        assert letters_of(typed) == kept

    def test_others_are_refused(self) -> None:
        with pytest.raises(ValueError, match="X"):
            letters_of("X")


class TestWriting:
    def test_a_matrix_is_written_and_read(self, roles: Cast) -> None:
        assert save_matrix(INCIDENTS, content=WORK, **BY) == 1
        view = read(INCIDENTS, roles)
        assert [column.role.name for column in view.columns] == ["Incident manager", "Agent"]
        assert [(row.name, dict(row.letters)) for row in view.activities] == [
            ("Take the report", {"agent": "R", "manager": "A"}),
            ("Solve it", {"agent": "R", "manager": "AI"}),
        ]
        assert has_matrix(INCIDENTS)
        assert not has_matrix(LAPTOP)

    def test_the_same_again_changes_nothing(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        content = matrix_content(INCIDENTS, actor=SYSTEM)
        assert save_matrix(INCIDENTS, content=content, **BY) == 1
        assert Entry.objects.filter(subject_kind="responsibility_matrix").count() == 1

    def test_a_change_is_journalled_cell_by_cell(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        content = matrix_content(INCIDENTS, actor=SYSTEM)
        first, second = content.activities
        changed = replace(
            content,
            activities=(replace(first, letters={"agent": "RA"}), replace(second, name="Mend it")),
        )
        assert save_matrix(INCIDENTS, content=changed, seen_revision=1, **BY) == 2
        (newest, _created) = matrix_history(read(INCIDENTS, roles))
        assert newest.changes == {
            "Take the report": [{"agent": "R", "manager": "A"}, {"agent": "RA"}],
            "activity Solve it": ["Solve it", "Mend it"],
        }

    def test_rows_and_columns_go_and_move(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        content = matrix_content(INCIDENTS, actor=SYSTEM)
        turned = replace(content, activities=content.activities[::-1], roles=("agent", "manager"))
        save_matrix(INCIDENTS, content=turned, **BY)
        view = read(INCIDENTS, roles)
        assert [row.name for row in view.activities] == ["Solve it", "Take the report"]
        assert [column.role.code for column in view.columns] == ["agent", "manager"]
        save_matrix(
            INCIDENTS,
            content=replace(turned, activities=turned.activities[:1], roles=("agent",)),
            **BY,
        )
        view = read(INCIDENTS, roles)
        assert [(row.name, dict(row.letters)) for row in view.activities] == [
            ("Solve it", {"agent": "R"})
        ]

    def test_two_writers_notice_each_other(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        with pytest.raises(Conflict):
            save_matrix(INCIDENTS, content=replace(WORK, name="Other"), seen_revision=0, **BY)
        assert Matrix.objects.get().name == "Incidents"

    @pytest.mark.parametrize(
        ("content", "field"),
        [
            (replace(WORK, name=" "), "name"),
            (replace(WORK, roles=("manager", "manager")), "roles"),
            (replace(WORK, roles=("nobody",)), "roles"),
            (replace(WORK, activities=(ActivityContent(" "),)), "activities"),
            (replace(WORK, activities=(ActivityContent("x", {"agent": "X"}),)), "activities"),
            (
                replace(WORK, activities=(ActivityContent("x"), ActivityContent("X "))),
                "activities",
            ),
        ],
    )
    def test_what_is_wrong_is_said(self, roles: Cast, content: MatrixContent, field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            save_matrix(INCIDENTS, content=content, **BY)
        assert set(refusal.value.fields) == {field}
        assert not Matrix.objects.exists()

    def test_it_is_removed_and_the_journal_keeps_it(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        remove_matrix(INCIDENTS, **BY)
        assert not has_matrix(INCIDENTS)
        with pytest.raises(NotFound):
            remove_matrix(INCIDENTS, **BY)
        verb = Entry.objects.filter(subject_kind="responsibility_matrix").latest("pk").verb
        assert verb == "responsibility.matrix_removed"


class TestRights:
    @pytest.mark.parametrize("who", ["requester", "agent", "lead", "manager", "auditor"])
    def test_without_the_right_nothing_is_written(self, roles: Cast, who: str) -> None:
        by: dict[str, Any] = {"actor": getattr(roles, who), "at": AT}
        save_matrix(INCIDENTS, content=WORK, **BY)
        entries = Entry.objects.count()
        for do in (
            lambda: save_matrix(INCIDENTS, content=WORK, **by),
            lambda: define_role("other", name="Other", **by),
            lambda: assign(NewAssignment("manager", DAY, person="jonas.okereke"), **by),
            lambda: end_assignment(0, last_day=DAY, **by),
            lambda: remove_matrix(INCIDENTS, **by),
        ):
            with pytest.raises(NotAllowed):
                do()
        assert Entry.objects.count() == entries

    def test_who_owns_a_service_writes_its_matrix_alone(self, roles: Cast) -> None:
        by: dict[str, Any] = {"actor": roles.service_owner, "at": AT}
        save_matrix(LAPTOP, content=WORK, **by)
        assign(NewAssignment("manager", DAY, person="jonas.okereke", matrix=LAPTOP), **by)
        for key in (INCIDENTS, MatrixKey(SubjectKind.SERVICE, "heating")):
            with pytest.raises(NotAllowed):
                save_matrix(key, content=WORK, **by)
        with pytest.raises(NotAllowed):
            assign(NewAssignment("manager", DAY, person="jonas.okereke"), **by)

    def test_a_requester_reads_their_own_page_only(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        held(person="imre.castellane")
        found = own_view(actor=roles.requester, at=AT)
        assert [duty.column.role.code for duty in found.duties] == ["manager"]
        assert person_view("imre.castellane", actor=roles.requester, at=AT) == found
        for refused in (
            lambda: person_view("jonas.okereke", actor=roles.requester, at=AT),
            lambda: matrix(INCIDENTS, actor=roles.requester, at=AT),
            lambda: overview(actor=roles.requester, at=AT),
            lambda: role_view("manager", actor=roles.requester, at=AT),
        ):
            with pytest.raises(NotAllowed):
                refused()


class TestHolders:
    def test_owner_and_teams_are_not_typed_twice(self, roles: Cast) -> None:
        content = replace(WORK, roles=("owner", "agent"), activities=())
        save_matrix(LAPTOP, content=content, **BY)
        owner, agent = read(LAPTOP, roles).columns
        assert [(each.name, each.source) for each in owner.holders] == [
            ("Adaeze Thornquist", HolderSource.SERVICE_OWNER)
        ]
        assert [(each.name, each.is_team) for each in agent.holders] == [("IT service desk", True)]
        assert read(LAPTOP, roles).name == "Laptop and screen"

    def test_they_cannot_be_assigned_here(self, roles: Cast) -> None:
        with pytest.raises(Invalid):
            held("owner")

    def test_a_role_is_held_from_a_day_until_another(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        key = held(valid_until=date(2026, 3, 3))
        names = [
            [each.name for each in read(INCIDENTS, roles, days=days).columns[0].holders]
            for days in (0, 1, 2)
        ]
        assert names == [["Tamsin Harrowgate"], ["Tamsin Harrowgate"], []]
        end_assignment(key, last_day=date(2026, 3, 2), **BY)
        assert read(INCIDENTS, roles, days=1).columns[0].holders == ()

    def test_one_that_had_not_begun_is_removed(self, roles: Cast) -> None:
        key = held()
        end_assignment(key, last_day=date(2026, 2, 1), **BY)
        assert not Assignment.objects.exists()
        with pytest.raises(NotFound):
            end_assignment(key, last_day=DAY, **BY)

    def test_the_same_is_said_once(self, roles: Cast) -> None:
        assert held() == held()

    def test_of_one_matrix_alone(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        save_matrix(LAPTOP, content=WORK, **BY)
        held(matrix=LAPTOP)
        assert read(INCIDENTS, roles).columns[0].holders == ()
        assert len(read(LAPTOP, roles).columns[0].holders) == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"person": ""}, "person"),
            ({"team": "workplace"}, "person"),
            ({"person": "nobody"}, "person"),
            ({"person": "", "team": "nobody"}, "team"),
            ({"valid_until": date(2026, 2, 1)}, "valid_until"),
            ({"note": "x" * 201}, "note"),
        ],
    )
    def test_what_is_wrong_is_said(self, roles: Cast, changes: Any, field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            held(**changes)
        assert set(refusal.value.fields) == {field}

    def test_a_person_finds_what_their_teams_hold_as_well(self, roles: Cast) -> None:
        save_matrix(LAPTOP, content=replace(WORK, roles=("owner", "agent")), **BY)
        found = person_view("jonas.okereke", actor=roles.auditor, at=AT)
        assert [(duty.team, duty.activities) for duty in found.duties] == [
            ("IT service desk", (("Take the report", "R"), ("Solve it", "R")))
        ]
        assert not found.duties[0].has(Letter.ACCOUNTABLE)

    def test_a_role_shows_where_it_has_a_part_and_who_had_it(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=WORK, **BY)
        key = held()
        end_assignment(key, last_day=DAY, **BY)
        held(person="jonas.okereke")
        found = role_view("manager", actor=roles.auditor, at=AT)
        assert [(each.name, holds) for each, _key, holds in found.assignments] == [
            ("Jonas Okereke-Vale", True),
            ("Tamsin Harrowgate", False),
        ]
        assert [view.key for view, _column in found.matrices] == [INCIDENTS]


class TestGaps:
    def test_none_where_all_is_said(self, roles: Cast) -> None:
        save_matrix(LAPTOP, content=WORK, **BY)
        held()
        assert kinds(read(LAPTOP, roles)) == []

    def test_an_empty_matrix_says_so(self, roles: Cast) -> None:
        save_matrix(INCIDENTS, content=replace(WORK, activities=()), **BY)
        assert kinds(read(INCIDENTS, roles)) == [GapKind.EMPTY]

    def test_nobody_accountable_or_responsible(self, roles: Cast) -> None:
        rows = (ActivityContent("Wait", {"manager": "I"}),)
        save_matrix(INCIDENTS, content=replace(WORK, activities=rows), **BY)
        held()
        assert kinds(read(INCIDENTS, roles)) == [
            GapKind.NOBODY_ACCOUNTABLE,
            GapKind.NOBODY_RESPONSIBLE,
        ]

    def test_two_roles_are_accountable(self, roles: Cast) -> None:
        rows = (ActivityContent("Solve it", {"manager": "RA", "agent": "A"}),)
        save_matrix(LAPTOP, content=replace(WORK, activities=rows), **BY)
        held()
        (gap,) = read(LAPTOP, roles).gaps
        assert (gap.kind, gap.names) == (
            GapKind.SEVERAL_ACCOUNTABLE,
            ("Incident manager", "Agent"),
        )

    def test_two_people_are_accountable(self, roles: Cast) -> None:
        save_matrix(LAPTOP, content=WORK, **BY)
        held()
        held(person="jonas.okereke")
        gaps = read(LAPTOP, roles).gaps
        assert {gap.kind for gap in gaps} == {GapKind.SEVERAL_ACCOUNTABLE}
        assert gaps[0].names == ("Jonas Okereke-Vale", "Tamsin Harrowgate")

    def test_a_vacant_role(self, roles: Cast) -> None:
        save_matrix(LAPTOP, content=WORK, **BY)
        assert kinds(read(LAPTOP, roles)) == [GapKind.VACANT]

    def test_a_holder_who_left(self, roles: Cast) -> None:
        save_matrix(LAPTOP, content=WORK, **BY)
        held()
        deactivate_person(person_id("tamsin.harrowgate"), **BY)
        gaps = read(LAPTOP, roles).gaps
        assert [(gap.kind, gap.names) for gap in gaps] == [
            (GapKind.LEFT, ("Tamsin Harrowgate",)),
            (GapKind.VACANT, ()),
        ]

    def test_a_holder_without_the_right(self, roles: Cast) -> None:
        define_role("manager", name="Incident manager", permission="incident.assign", **BY)
        save_matrix(LAPTOP, content=WORK, **BY)
        held(person="imre.castellane")
        assert kinds(read(LAPTOP, roles)) == [GapKind.WITHOUT_RIGHT]
        end_assignment(Assignment.objects.get().pk, last_day=DAY, **BY)
        held(person="jonas.okereke")
        assert kinds(read(LAPTOP, roles)) == []

    def test_what_differs_from_case_to_case_is_no_gap(self, roles: Cast) -> None:
        rows = (ActivityContent("Ask the owner", {"owner": "RA"}),)
        content = replace(WORK, roles=("owner",), activities=rows)
        save_matrix(INCIDENTS, content=content, **BY)
        assert kinds(read(INCIDENTS, roles)) == []

    def test_services_without_a_matrix_are_told(self, roles: Cast) -> None:
        save_matrix(LAPTOP, content=WORK, **BY)
        found = overview(actor=roles.auditor, at=AT)
        assert [view.key for view in found.matrices] == [LAPTOP]
        services = [row.code for kind, row in found.without if kind is SubjectKind.SERVICE]
        assert services == ["heating", "mail"]

    def test_a_service_without_an_owner_is_vacant(self, roles: Cast) -> None:
        key = MatrixKey(SubjectKind.SERVICE, "heating")
        rows = (ActivityContent("Decide", {"owner": "RA"}),)
        save_matrix(key, content=replace(WORK, roles=("owner",), activities=rows), **BY)
        assert kinds(read(key, roles)) == [GapKind.VACANT]
