"""Every verb in every stage and for everybody: done, or refused without a trace."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import transaction

from tests.cast import Cast, later, opened
from tests.incidents import DO, in_stage, row
from tests.witness import Witness, contents
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound, Refused, WrongState
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import queries
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows

EVERYBODY = (
    "requester",
    "other_requester",
    "agent",
    "engineer",
    "facilities_agent",
    "lead",
    "service_owner",
    "process_owner",
    "manager",
    "auditor",
    "administrator",
)
HELPER = {*Verb} - {Verb.WITHDRAW, Verb.CONFIRM}
PROCESS = {Verb.ASSIGN, Verb.ESCALATE, Verb.CANCEL, Verb.CHANGE}
# Of an incident of the service laptop at the service desk. Who is not here sees nothing of it.
RIGHTS: dict[str, set[Verb]] = {
    "requester": {Verb.REPLY, Verb.REOPEN, Verb.WITHDRAW, Verb.CONFIRM},
    "agent": HELPER - {Verb.CANCEL},
    "lead": HELPER,
    "service_owner": {Verb.CHANGE},
    "process_owner": PROCESS,
    "manager": set(),
    "auditor": set(),
    "administrator": set(),
}


def outcome(verb: Verb, number: str, actor: Actor) -> type[Refused] | None:
    """Try a verb and undo it; returns how it was refused, if it was."""
    try:
        with transaction.atomic():
            DO[verb](number, actor=actor, at=later(10))
            transaction.set_rollback(True)
    except Refused as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("verb", Verb)
def test_what_a_stage_allows(verb: Verb, stage: Stage, cast: Cast, witness: Witness) -> None:
    number = in_stage(stage, cast)
    own = verb in (Verb.WITHDRAW, Verb.CONFIRM)
    actor = cast.requester if own else cast.lead
    if stage_allows(stage, verb):
        with witness.watching() as seen:
            DO[verb](number, actor=actor, at=later(10))
        assert seen.facts
        assert seen.entries
    else:
        with witness.refused(WrongState):
            DO[verb](number, actor=actor, at=later(10))


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", Verb)
def test_who_may(verb: Verb, who: str, cast: Cast, witness: Witness) -> None:
    stage = next(stage for stage in Stage if stage_allows(stage, verb))
    number, actor = in_stage(stage, cast), getattr(cast, who)
    if who not in RIGHTS:
        with witness.refused(NotFound):
            DO[verb](number, actor=actor, at=later(10))
    elif verb not in RIGHTS[who]:
        with witness.refused(NotAllowed):
            DO[verb](number, actor=actor, at=later(10))
    else:
        DO[verb](number, actor=actor, at=later(10))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.usefixtures("witness")
def test_what_is_offered_is_exactly_what_can_be_done(stage: Stage, cast: Cast) -> None:
    number = in_stage(stage, cast)
    for who in ("requester", "agent", "lead", "process_owner", "manager"):
        actor = getattr(cast, who)
        offered = queries.incident(number, actor=actor, at=later(10)).possible
        done = {verb for verb in Verb if outcome(verb, number, actor) is None}
        assert offered == done, who
    case = queries.case(number, actor=cast.requester, at=later(10))
    assert case.possible == {verb for verb in RIGHTS["requester"] if stage_allows(stage, verb)}


@pytest.mark.parametrize("verb", Verb)
def test_what_does_not_exist(verb: Verb, cast: Cast, witness: Witness) -> None:
    opened(cast.requester)
    numbers = ("INC9999999", "", "x" * 21, "INC\0", "INC\ud800", "'; DROP TABLE work_workitem; --")
    before = contents()
    for number in numbers:
        actions = DO[verb] if verb is not Verb.CHANGE else DO[Verb.START]
        with pytest.raises(NotFound):
            actions(number, actor=cast.process_owner, at=later(10))
    assert contents() == before


def test_numbers_are_found_in_any_case(cast: Cast) -> None:
    number = opened(cast.requester)
    DO[Verb.START](number.lower(), actor=cast.agent, at=later(10))
    assert row(number).stage == Stage.IN_PROGRESS


# What a second time of the same does: nothing, again, or a refusal because the stage moved on.
TWICE = {
    Verb.TAKE: "nothing",
    Verb.ASSIGN: "nothing",
    Verb.CHANGE: "nothing",
    Verb.REPLY: "again",
    Verb.NOTE: "again",
    Verb.START: WrongState,
    Verb.WAIT: WrongState,
    Verb.RESUME: WrongState,
    Verb.RESOLVE: WrongState,
    Verb.REOPEN: WrongState,
    Verb.CLOSE: WrongState,
    Verb.CANCEL: WrongState,
    Verb.WITHDRAW: WrongState,
    Verb.CONFIRM: WrongState,
    Verb.ESCALATE: WrongState,  # the next level is the last one
}


@pytest.mark.parametrize("verb", Verb)
def test_a_second_time(verb: Verb, cast: Cast, witness: Witness) -> None:
    stage = next(stage for stage in Stage if stage_allows(stage, verb))
    number = in_stage(stage, cast)
    actor = cast.requester if verb in (Verb.WITHDRAW, Verb.CONFIRM) else cast.lead
    DO[verb](number, actor=actor, at=later(10))
    match TWICE[verb]:
        case "nothing":
            with witness.unmoved():
                DO[verb](number, actor=actor, at=later(20))
        case "again":
            with witness.watching() as seen:
                DO[verb](number, actor=actor, at=later(20))
            assert len(seen.entries) == 1
        case refusal:
            assert isinstance(refusal, type)
            with witness.refused(refusal):
                DO[verb](number, actor=actor, at=later(20))


@pytest.mark.parametrize(("stage", "who"), list(product(Stage, ("agent", "requester"))))
def test_a_failing_reaction_undoes_the_whole_change(
    stage: Stage, who: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """News travels inside the transaction: what cannot be told was not done."""

    def fail(*_arguments: object) -> None:
        raise ConnectionError

    number, actor = in_stage(stage, cast), getattr(cast, who)
    before = contents()
    for module in ("assignment", "conversation", "properties", "stages"):
        path = f"timshel.resolution_fulfilment.incident.actions.{module}.publish"
        monkeypatch.setattr(path, fail)
    for verb in queries.incident(number, actor=actor, at=later(10)).possible:
        with pytest.raises(ConnectionError), transaction.atomic():
            DO[Verb(verb)](number, actor=actor, at=later(10))
        assert contents() == before, verb
