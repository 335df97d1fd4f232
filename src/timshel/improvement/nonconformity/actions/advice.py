"""Recording what outside auditors recommend, answering it, and closing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.improvement.nonconformity import access
from timshel.improvement.nonconformity.actions.keeping import (
    ADVICE_SUBJECT,
    REGION,
    Changes,
    owner_of,
    plain,
    refuse,
    require_seen,
    set_fields,
)
from timshel.improvement.nonconformity.models import Recommendation
from timshel.improvement.nonconformity.rules import (
    Advice,
    advice_faults,
    may_close_advice,
    needed_text_faults,
)
from timshel.improvement.nonconformity.states import (
    RECOMMENDATION,
    RecommendationState,
    RecommendationStep,
    Response,
)
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.journal.actions import record


@transaction.atomic
def record_recommendation(*, advice: Advice, actor: Actor, at: datetime) -> str:
    """Record what an outside auditor recommends; returns its number.

    Raises:
        NotAllowed: without the right to handle all nonconformities.
        Invalid: what is wrong with it, by field.
    """
    access.require(access.may_record_advice(actor))
    values = _checked(advice)
    row = Recommendation(recorded_at=at, recorded_by_id=actor.person_id, **values)
    row.save(force_insert=True)
    changes = {name: (None, plain(value)) for name, value in values.items()}
    _write_down(row, "recommendation.recorded", changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_recommendation(
    number: str, *, advice: Advice, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say otherwise what is recommended, who answers for it or until when; the same does nothing.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it is closed, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.advice_to_change(number, actor=actor)
    access.require(access.may_record_advice(actor))
    if row.state == RecommendationState.CLOSED:
        raise WrongState(_("This has ended and stays as it is."))
    require_seen(row, seen_revision)
    changes = set_fields(row, _checked(advice))
    if changes:
        _keep(row, "recommendation.changed", changes, actor=actor, at=at)


@transaction.atomic
def respond(
    number: str,
    *,
    response: Response,
    text: str,
    seen_revision: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Say what the management makes of it, also anew until it is implemented.

    Raises:
        Invalid: the text is missing or too long.
        WrongState: it is implemented or closed, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row, changes = _begun(number, RecommendationStep.RESPOND, actor=actor)
    require_seen(row, seen_revision)
    refuse(needed_text_faults("text", text))
    changes |= set_fields(row, {"response": response, "response_text": text.strip()})
    if not changes:
        return
    row.responded_at = at
    _keep(row, "recommendation.responded", changes, actor=actor, at=at)


@transaction.atomic
def implement_recommendation(number: str, *, evidence: str, actor: Actor, at: datetime) -> None:
    """Say that it is implemented, and what shows it.

    Raises:
        Invalid: the evidence is missing or too long.
        WrongState: it was not answered, was rejected, or is implemented already.
        NotAllowed, NotFound: as they say.
    """
    row, changes = _begun(number, RecommendationStep.IMPLEMENT, actor=actor)
    if row.response == Response.REJECTED:
        raise WrongState(_("It was rejected. Answer it otherwise first."))
    refuse(needed_text_faults("evidence", evidence))
    changes |= set_fields(row, {"evidence": evidence.strip(), "implemented_at": at})
    row.implemented_by_id = actor.person_id
    _keep(row, "recommendation.implemented", changes, actor=actor, at=at)


@transaction.atomic
def close_recommendation(number: str, *, actor: Actor, at: datetime) -> None:
    """Close what is implemented, or was rejected with reasons.

    Raises:
        WrongState: it is neither.
        NotAllowed: without the right to verify, and for its owner and whoever did it.
        NotFound: as it says.
    """
    row = access.advice_to_change(number, actor=actor)
    access.require(access.may_close_advice(row, actor=actor))
    if not may_close_advice(row.state, row.response):
        raise WrongState
    changes = _move(row, RecommendationStep.CLOSE)
    row.closed_at, row.closed_by_id = at, actor.person_id
    _keep(row, "recommendation.closed", changes, actor=actor, at=at)


@transaction.atomic
def reopen_recommendation(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take it up again where the evidence does not show it.

    Raises:
        Invalid: the reason is missing or too long.
        WrongState: it is open.
        NotAllowed: without the right to verify, and for its owner and whoever did it.
        NotFound: as it says.
    """
    row = access.advice_to_change(number, actor=actor)
    access.require(access.may_close_advice(row, actor=actor))
    changes = _move(row, RecommendationStep.REOPEN)
    refuse(needed_text_faults("reason", reason))
    changes |= set_fields(
        row, {"reopening": reason.strip(), "implemented_at": None, "closed_at": None}
    )
    row.implemented_by = row.closed_by = None
    _keep(row, "recommendation.reopened", changes, actor=actor, at=at)


def _begun(
    number: str, step: RecommendationStep, *, actor: Actor
) -> tuple[Recommendation, Changes]:
    row = access.advice_to_change(number, actor=actor)
    access.require(access.may_handle_advice(row, actor=actor))
    return row, _move(row, step)


def _move(row: Recommendation, step: RecommendationStep) -> Changes:
    before = RecommendationState(row.state)
    row.state = RECOMMENDATION.target(before, step)
    return {} if row.state == before else {"state": (before.value, row.state)}


def _checked(advice: Advice) -> dict[str, Any]:
    faults = advice_faults(advice)
    owner = owner_of(advice.owner, faults)
    refuse(faults)
    texts = {name: getattr(advice, name).strip() for name in ("title", "text", "auditor", "report")}
    return {
        **texts,
        "received_on": advice.received_on,
        "deadline": advice.deadline,
        "priority": advice.priority,
        "owner": owner,
    }


def _keep(row: Recommendation, verb: str, changes: Changes, *, actor: Actor, at: datetime) -> None:
    row.revision += 1
    row.save()
    _write_down(row, verb, changes, actor=actor, at=at)


def _write_down(
    row: Recommendation, verb: str, changes: Changes, *, actor: Actor, at: datetime
) -> None:
    record(
        verb, subject_kind=ADVICE_SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at
    )
    live.announce({REGION}, at=at)
