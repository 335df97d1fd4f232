"""Who may see work, what a priority follows from, the stages, and what files are called."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.actor import EVERYWHERE, Actor, ActorKind, Channel, Scope, system_actor
from timshel.kernel.errors import WrongState
from timshel.kernel.text import is_storable
from timshel.operation.work import rules
from timshel.operation.work.files import clean_name, safe_type
from timshel.operation.work.states import (
    OPEN_STAGES,
    STAGE_NAMES,
    STAGES,
    WAITING_NAMES,
    Stage,
    Trigger,
    WaitingReason,
    requester_sentence,
)

RLO = "\u202e"


@dataclass(frozen=True)
class Work:
    kind: str = "incident"
    requester_id: int = 1
    opened_by_id: int | None = 2
    team_id: int | None = 3
    unit_id: int | None = 4
    service_id: int | None = 5


def person(key: int | None = 9, **scopes: Scope) -> Actor:
    named = {name.replace("_", ".", 1): scope for name, scope in scopes.items()}
    return Actor(ActorKind.PERSON, "A", Channel.DESK, person_id=key, scopes=MappingProxyType(named))


def within(**keys: int) -> Scope:
    return Scope(within=MappingProxyType({kind: frozenset({key}) for kind, key in keys.items()}))


class TestVisibility:
    @pytest.mark.parametrize(
        ("actor", "sees"),
        [
            (person(1), True),
            (person(2), True),
            (person(9), False),
            (person(3), False),
            (person(9, work_view=EVERYWHERE), True),
            (person(9, work_view=within(team=3)), True),
            (person(9, work_view=within(team=4)), False),
            (person(9, work_view=within(unit=4)), True),
            (person(9, work_view=within(unit=3)), False),
            (person(9, work_view=within(service=5)), True),
            (person(9, work_view=within(service=4)), False),
            (person(9, incident_work=EVERYWHERE), False),
            (person(None), False),
            (system_actor(), True),
        ],
    )
    def test_each_way_to_see(self, actor: Actor, sees: bool) -> None:
        assert rules.may_view(actor, Work()) is sees

    def test_what_is_missing_matches_nothing(self) -> None:
        bare = Work(opened_by_id=None, team_id=None, unit_id=None, service_id=None)
        assert not rules.may_view(person(None), bare)
        assert not rules.may_view(person(9, work_view=within(team=3, unit=4, service=5)), bare)
        assert rules.may_view(person(9, work_view=EVERYWHERE), bare)

    def test_membership_alone_opens_nothing(self) -> None:
        member = Actor(ActorKind.PERSON, "A", Channel.DESK, person_id=9, team_ids=frozenset({3}))
        assert not rules.may_view(member, Work())

    def test_a_right_holds_where_it_was_given(self) -> None:
        for scope, holds in (
            (within(team=3), True),
            (within(team=5), False),
            (within(unit=4), True),
            (within(service=5), True),
            (within(service=3), False),
            (EVERYWHERE, True),
            (Scope(), False),
        ):
            assert rules.covers(person(incident_work=scope), "incident.work", Work()) is holds
        assert not rules.covers(person(1), "incident.work", Work())


def test_the_matrix_gives_the_priority() -> None:
    cells = {f"{impact}{urgency}": impact + urgency - 1 for impact, urgency in NINE}
    assert [rules.priority(cells, impact=i, urgency=u) for i, u in NINE] == [
        *(1, 2, 3),
        *(2, 3, 4),
        *(3, 4, 5),
    ]


NINE = tuple(product((1, 2, 3), repeat=2))

TARGETS = {
    (Stage.NEW, Trigger.START): Stage.IN_PROGRESS,
    (Stage.NEW, Trigger.WAIT): Stage.WAITING,
    (Stage.NEW, Trigger.RESOLVE): Stage.RESOLVED,
    (Stage.NEW, Trigger.CANCEL): Stage.CANCELLED,
    (Stage.IN_PROGRESS, Trigger.WAIT): Stage.WAITING,
    (Stage.IN_PROGRESS, Trigger.RESOLVE): Stage.RESOLVED,
    (Stage.IN_PROGRESS, Trigger.CANCEL): Stage.CANCELLED,
    (Stage.WAITING, Trigger.RESUME): Stage.IN_PROGRESS,
    (Stage.WAITING, Trigger.RESOLVE): Stage.RESOLVED,
    (Stage.WAITING, Trigger.CANCEL): Stage.CANCELLED,
    (Stage.RESOLVED, Trigger.REOPEN): Stage.IN_PROGRESS,
    (Stage.RESOLVED, Trigger.CLOSE): Stage.CLOSED,
    (Stage.CLOSED, Trigger.REOPEN): Stage.IN_PROGRESS,
}


@pytest.mark.parametrize(("stage", "trigger"), list(product(Stage, Trigger)))
def test_every_trigger_in_every_stage(stage: Stage, trigger: Trigger) -> None:
    if (stage, trigger) in TARGETS:
        assert STAGES.target(stage, trigger) is TARGETS[stage, trigger]
        assert STAGES.allows(stage, trigger)
    else:
        assert not STAGES.allows(stage, trigger)
        with pytest.raises(WrongState):
            STAGES.target(stage, trigger)


def test_work_begins_as_new_and_is_open_until_something_ended_it() -> None:
    assert STAGES.initial is Stage.NEW
    assert {Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING} == OPEN_STAGES


def test_every_stage_and_every_reason_has_a_name_and_a_sentence_of_its_own() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert set(WAITING_NAMES) == set(WaitingReason)
    waiting = {str(requester_sentence(Stage.WAITING, reason)) for reason in WaitingReason}
    others = {str(requester_sentence(stage, None)) for stage in Stage}
    assert (len(waiting), len(others), len(waiting | others)) == (7, 6, 13)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\Temp\\screen.png", "screen.png"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        (" . ", "file"),
        ("notes.", "notes"),
        (".htaccess", "htaccess"),
        ("a\0b\r\nc\x1b[31m.txt", "abc[31m.txt"),
        (f"bill{RLO}fdp.exe", "billfdp.exe"),
        ("\u2066x\u2069\ufeff.txt", "x.txt"),
        ("half\ud800.txt", "half.txt"),
        ("Pièce jointe – été.pdf", "Pièce jointe – été.pdf"),
        ("<script>alert(1)</script>.png", "script>.png"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x. ." + "y" * 253, "y" * 253),
    ],
)
def test_names_of_files(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@given(st.text(alphabet=st.characters(), max_size=400))
def test_a_cleaned_name_is_safe_and_stays_itself(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 255
    assert cleaned.isprintable()
    assert "/" not in cleaned
    assert "\\" not in cleaned
    assert is_storable(cleaned)
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("stated", "served"),
    [
        ("image/png", "image/png"),
        ("IMAGE/PNG", "image/png"),
        (" text/plain ; charset=utf-8", "text/plain"),
        ("application/pdf", "application/pdf"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("text/plain,text/html", "application/octet-stream"),
        ("text/html\r\nX-Evil: 1", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_types_of_files(stated: str, served: str) -> None:
    assert safe_type(stated) == served


@pytest.mark.parametrize(
    ("text", "storable"),
    [
        ("", True),
        ("Écran 😀", True),
        ("a\0b", False),
        ("\ud800", False),
        ("x\udfffx", False),
        ("\ud7ff\ue000", True),
    ],
)
def test_what_the_database_takes(text: str, storable: bool) -> None:
    assert is_storable(text) is storable
