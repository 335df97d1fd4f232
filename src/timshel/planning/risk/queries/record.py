"""One risk with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.planning.risk import access, subjects
from timshel.planning.risk.models import Risk, RiskBand, level_of
from timshel.planning.risk.queries.criteria import CriteriaView, criteria
from timshel.planning.risk.queries.register import RiskRow, row_of
from timshel.planning.risk.rules import Level, Link
from timshel.planning.risk.states import RISK, LinkKind, RiskState, RiskTrigger

SUBJECT = "risk"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What a risk is about; the name is empty where nobody knows it any more."""

    kind: LinkKind
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AnalysisRow:
    """How a risk was judged once."""

    at: datetime
    by: str
    inherent: Level
    residual: Level | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What a review found, and when the next one was due."""

    at: datetime
    by: str
    found: str
    next_date: date


@dataclass(frozen=True, slots=True)
class RiskView:
    """A risk as its page shows it.

    Args:
        row: what lists show as well.
        event: what may happen.
        cause: why it may.
        consequence: what it would mean.
        treatment_plan: how it is treated.
        links: what it is about.
        analyses: how it was judged, the newest first.
        reviews: what reviews found, the newest first.
        history: what the journal says, the newest first.
        criteria: by which it is judged.
        accepted_at: when it was accepted as high as it is.
        accepted_by: by whom.
        accepted_because: why.
        occurred_on: the day on which it came true.
        occurrence: what happened.
        identified_at: when it was written down.
        identified_by: by whom; empty for a rule.
        closed_at: when it was closed.
        revision: counts its changes.
        possible: what its state allows, whoever asks.
        may_manage: the reader changes what is said of it, closes it and opens it again.
        may_answer: the reader judges, treats and reviews it.
        may_accept: the reader may accept it as high as it is.
    """

    row: RiskRow
    event: str
    cause: str
    consequence: str
    treatment_plan: str
    links: tuple[LinkRow, ...]
    analyses: tuple[AnalysisRow, ...]
    reviews: tuple[ReviewRow, ...]
    history: tuple[JournalEntry, ...]
    criteria: CriteriaView
    accepted_at: datetime | None
    accepted_by: str
    accepted_because: str
    occurred_on: date | None
    occurrence: str
    identified_at: datetime
    identified_by: str
    closed_at: datetime | None
    revision: int
    possible: frozenset[RiskTrigger]
    may_manage: bool
    may_answer: bool
    may_accept: bool


def risk(number: str, *, actor: Actor, at: datetime) -> RiskView:
    """Return a risk with all that is known of it, in a fixed number of queries.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    found = access.known(number, actor=actor)
    words = criteria(language=actor.language)
    links = list(found.links.order_by("kind", "code"))
    keys = {each.key for each in links if each.kind == LinkKind.SERVICE and each.key}
    own = actor.person_id is not None and actor.person_id == found.owner_id
    may_manage = access.may_manage(keys, actor=actor)
    today = actor.day_at(at)
    row = row_of(found, words.bands, language=actor.language, today=today)
    band = row.band
    standing = RiskBand(code=band.code, acceptance=band.acceptance) if band else None
    return RiskView(
        row=row,
        event=found.event,
        cause=found.cause,
        consequence=found.consequence,
        treatment_plan=found.treatment_plan,
        links=_links([Link(each.kind, each.code) for each in links], language=actor.language),
        analyses=_analyses(found),
        reviews=tuple(
            ReviewRow(each.at, each.by.name if each.by else "", each.found, each.next_date)
            for each in found.reviews.select_related("by").order_by("-at", "-pk")
        ),
        history=tuple(reversed(history(SUBJECT, [found.pk]))),
        criteria=words,
        accepted_at=found.accepted_at,
        accepted_by=found.accepted_by.name if found.accepted_by else "",
        accepted_because=found.accepted_because,
        occurred_on=found.occurred_on,
        occurrence=found.occurrence,
        identified_at=found.identified_at,
        identified_by=found.identified_by.name if found.identified_by else "",
        closed_at=found.closed_at,
        revision=found.revision,
        possible=frozenset(RISK.triggers(RiskState(found.state))),
        may_manage=may_manage,
        may_answer=own or may_manage,
        may_accept=standing is not None and access.may_accept(found, standing, actor=actor),
    )


def risk_title(number: str, *, actor: Actor) -> str:
    """Return how a risk is called, in one query.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    return access.known(number, actor=actor).title


def may_plan_about(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor says what is done about a risk; no for what they may not see."""
    try:
        return access.may_answer(access.known(number, actor=actor), actor=actor)
    except NotFound:
        return False


def _links(links: Iterable[Link], *, language: str) -> tuple[LinkRow, ...]:
    wanted = list(links)
    facts = subjects.facts(wanted, language=language)
    return tuple(
        LinkRow(LinkKind(each.kind), each.code, facts[each].name if each in facts else "")
        for each in wanted
    )


def _analyses(found: Risk) -> tuple[AnalysisRow, ...]:
    return tuple(
        AnalysisRow(
            each.at,
            each.by.name if each.by else "",
            Level(each.likelihood, each.impact),
            level_of(each.residual_likelihood, each.residual_impact),
            each.reason,
        )
        for each in found.analyses.select_related("by").order_by("-at", "-pk")
    )
