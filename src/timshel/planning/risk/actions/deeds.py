"""What brings a risk from one state to the next: judging, treating, accepting, reviewing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.planning.risk import access
from timshel.planning.risk.actions.writing import Changes, changed, fresh, keep, moved
from timshel.planning.risk.events import RiskOccurred
from timshel.planning.risk.models import Risk, RiskAnalysis, RiskBand, RiskReview
from timshel.planning.risk.rules import (
    Analysis,
    Faults,
    Level,
    Occurrence,
    Review,
    Treatment,
    analysis_faults,
    needed_text,
    occurrence_faults,
    only_faults,
    review_faults,
    treatment_faults,
)
from timshel.planning.risk.states import OPEN, RiskState, RiskTrigger

NO_ACCEPTANCE: dict[str, Any] = {
    "accepted_at": None,
    "accepted_by_id": None,
    "accepted_because": "",
}


@transaction.atomic
def analyse_risk(
    number: str, *, analysis: Analysis, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Judge a risk; the same levels again for the same reason do nothing.

    Judged anew, it is analysed again: what is done about it is decided anew, and who accepted it
    did so at another level.

    Args:
        number: which.
        analysis: the levels, and why.
        actor: who owns or manages it.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is closed, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_answer(risk, actor=actor)
    _refuse(analysis_faults(analysis))
    last = risk.analyses.order_by("-at", "-pk").first()
    is_same = (risk.inherent, risk.residual) == (analysis.inherent, analysis.residual)
    said = last.reason if last else ""
    if risk.state == RiskState.ANALYSED and is_same and said == analysis.reason.strip():
        return
    changes: Changes = {}
    moved(risk, RiskTrigger.ANALYSE, changes)
    changes |= changed(risk, _levels(analysis.inherent, analysis.residual) | NO_ACCEPTANCE)
    changes["reason"] = (None, analysis.reason.strip())
    _note_analysis(risk, analysis.reason, actor=actor, at=at)
    keep(risk, "analysed", changes, actor=actor, at=at)


@transaction.atomic
def treat_risk(
    number: str, *, treatment: Treatment, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Plan what is done about a risk; the same plan again does nothing.

    Args:
        number: which.
        treatment: the option, how, and what shall remain.
        actor: who owns or manages it.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it was not judged yet or is closed, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_answer(risk, actor=actor)
    if risk.state == RiskState.IDENTIFIED or risk.inherent is None:
        raise WrongState(_("Judge it first, then plan what is done about it."))
    today = actor.day_at(at)
    _refuse(treatment_faults(treatment, is_opportunity=risk.is_opportunity, today=today))
    changes: Changes = {}
    moved(risk, RiskTrigger.TREAT, changes)
    values: dict[str, Any] = {
        "treatment": treatment.option,
        "treatment_plan": treatment.plan.strip(),
    }
    if treatment.residual is not None:
        values |= _levels(risk.inherent, treatment.residual)
    if treatment.review_date is not None:
        values["review_date"] = treatment.review_date
    is_judged = treatment.residual not in (None, risk.residual)
    changes |= changed(risk, values)
    if not changes:
        return
    changes |= changed(risk, NO_ACCEPTANCE)
    if is_judged:
        _note_analysis(risk, treatment.plan or risk.title, actor=actor, at=at)
    keep(risk, "treated", changes, actor=actor, at=at)


@transaction.atomic
def accept_risk(
    number: str, *, reason: str, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Accept a risk as high as it is; what was accepted stays so.

    Args:
        number: which.
        reason: why it can stay.
        actor: who may accept what lies in its band.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: no reason is given.
        WrongState: it was not judged yet, nobody may accept it, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    band = _band_of(risk)
    if not (band is None and access.may_answer(risk, actor=actor)):
        access.require_accept(risk, band, actor=actor)
    if risk.state == RiskState.ACCEPTED:
        return
    if band is None:
        raise WrongState(_("Judge it first: how high it is decides who may accept it."))
    _refuse_text("reason", reason, _("Please say why it can stay."))
    changes: Changes = {}
    moved(risk, RiskTrigger.ACCEPT, changes)
    values = {
        "accepted_at": at,
        "accepted_by_id": actor.person_id,
        "accepted_because": reason.strip(),
    }
    changes |= changed(risk, values)
    keep(risk, "accepted", changes, actor=actor, at=at)


@transaction.atomic
def monitor_risk(number: str, *, actor: Actor, at: datetime, revision: int | None = None) -> None:
    """Say that its treatment is in place and the risk is watched; said twice does nothing.

    Args:
        number: which.
        actor: who owns or manages it.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        WrongState: nothing is planned about it yet, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_answer(risk, actor=actor)
    if risk.state == RiskState.MONITORED:
        return
    changes: Changes = {}
    moved(risk, RiskTrigger.MONITOR, changes)
    keep(risk, "monitored", changes, actor=actor, at=at)


@transaction.atomic
def review_risk(
    number: str, *, review: Review, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Write down what a review found, and when the next one is due; it stays where it stands.

    Args:
        number: which.
        review: what was found, and the next day.
        actor: who owns or manages it.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is closed, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_answer(risk, actor=actor)
    if risk.state not in OPEN:
        raise WrongState(_("This risk is closed. Open it again first."))
    _refuse(review_faults(review, today=actor.day_at(at)))
    found = review.found.strip()
    if risk.reviews.filter(at=at, found=found, next_date=review.next_date).exists():
        return
    RiskReview.objects.create(
        risk=risk, at=at, by_id=actor.person_id, found=found, next_date=review.next_date
    )
    changes = changed(risk, {"review_date": review.next_date})
    changes["found"] = (None, found)
    keep(risk, "reviewed", changes, actor=actor, at=at)


@transaction.atomic
def record_occurrence(
    number: str, *, occurrence: Occurrence, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Say that a risk came true; the same told again does nothing.

    Args:
        number: which.
        occurrence: when, and what happened.
        actor: who owns or manages it.
        at: when it is told.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it came true before or is closed, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_answer(risk, actor=actor)
    _refuse(occurrence_faults(occurrence, today=actor.day_at(at)))
    what = occurrence.what.strip()
    if risk.state == RiskState.OCCURRED and (risk.occurred_on, risk.occurrence) == (
        occurrence.on,
        what,
    ):
        return
    changes: Changes = {}
    moved(risk, RiskTrigger.OCCUR, changes)
    changes |= changed(risk, {"occurred_on": occurrence.on, "occurrence": what} | NO_ACCEPTANCE)
    fact = RiskOccurred(
        risk_id=risk.pk,
        number=risk.number,
        owner_id=risk.owner_id,
        at=at,
        by_person_id=actor.person_id,
        title=risk.title,
        is_opportunity=risk.is_opportunity,
        occurred_on=occurrence.on,
        what=what,
    )
    keep(risk, "occurred", changes, actor=actor, at=at, fact=fact)


@transaction.atomic
def close_risk(
    number: str, *, reason: str, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Close a risk that can no longer come true; what is closed stays so.

    Args:
        number: which.
        reason: why.
        actor: who manages it.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: no reason is given.
        WrongState: somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_manage(access.service_keys(risk), actor=actor)
    if risk.state == RiskState.CLOSED:
        return
    _refuse_text("reason", reason, _("Please say why it is closed."))
    changes: Changes = {}
    moved(risk, RiskTrigger.CLOSE, changes)
    risk.closed_at = at
    changes |= {"reason": (None, reason.strip())} | changed(risk, {"review_date": None})
    keep(risk, "closed", changes, actor=actor, at=at)


@transaction.atomic
def reopen_risk(
    number: str, *, reason: str, actor: Actor, at: datetime, revision: int | None = None
) -> None:
    """Open a closed risk again, to be judged anew.

    Args:
        number: which.
        reason: why it may come true after all.
        actor: who manages it.
        at: when.
        revision: as the actor has seen it; None where that does not matter.

    Raises:
        Invalid: no reason is given.
        WrongState: it is not closed, or somebody changed it since.
        NotAllowed, NotFound: as they say.
    """
    risk = fresh(number, revision=revision, actor=actor)
    access.require_manage(access.service_keys(risk), actor=actor)
    _refuse_text("reason", reason, _("Please say why it is opened again."))
    changes: Changes = {}
    moved(risk, RiskTrigger.REOPEN, changes)
    risk.closed_at = None
    changes |= {"reason": (None, reason.strip())} | changed(risk, NO_ACCEPTANCE)
    keep(risk, "reopened", changes, actor=actor, at=at)


def _refuse(faults: Faults) -> None:
    if faults:
        raise Invalid(faults)


def _refuse_text(field: str, text: str, sentence: Text) -> None:
    _refuse(only_faults({field: needed_text(text, sentence=sentence)}))


def _levels(inherent: Level | None, residual: Level | None) -> dict[str, Any]:
    return {
        "likelihood": inherent.likelihood if inherent else None,
        "impact": inherent.impact if inherent else None,
        "residual_likelihood": residual.likelihood if residual else None,
        "residual_impact": residual.impact if residual else None,
    }


def _band_of(risk: Risk) -> RiskBand | None:
    level = risk.residual or risk.inherent
    if level is None:
        return None
    return RiskBand.objects.filter(lowest__lte=level.score).order_by("-lowest").first()


def _note_analysis(risk: Risk, reason: str, *, actor: Actor, at: datetime) -> None:
    levels = _levels(risk.inherent, risk.residual)
    RiskAnalysis.objects.create(
        risk=risk, at=at, by_id=actor.person_id, reason=reason.strip(), **levels
    )
