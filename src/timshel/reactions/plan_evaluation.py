"""The service management plan: what people can do, and how the system is evaluated and improved."""

from __future__ import annotations

from datetime import datetime

from timshel.improvement.initiative.queries import Wanted as WantedImprovements
from timshel.improvement.initiative.queries import improvement_list
from timshel.improvement.nonconformity.queries import Wanted as WantedNonconformities
from timshel.improvement.nonconformity.queries import nonconformity_list
from timshel.kernel.actor import Actor
from timshel.kernel.text import labelled
from timshel.performance_evaluation.indicator.queries import IndicatorFilter, indicator_list
from timshel.performance_evaluation.indicator.states import IndicatorState
from timshel.performance_evaluation.internal_audit.queries import audit_list
from timshel.performance_evaluation.management_review.queries import review_list
from timshel.performance_evaluation.management_review.states import COMING, TOOK_PLACE
from timshel.planning.plan.sources import MOST_LINES, Drawn, Line, drawn_of
from timshel.support.competence.queries import (
    CertificateFilter,
    certificate_list,
    skill_list,
    skills_matrix,
)
from timshel.support.meeting.queries import board_list


def skills(*, actor: Actor, at: datetime) -> Drawn:
    """Return the skills in use; those of which too few people hold what is needed are stale."""
    page = skill_list(actor=actor, is_retired=False, size=MOST_LINES)
    lacking = {cell.skill_code for _group, cell in skills_matrix(actor=actor, at=at).gaps}
    return drawn_of(
        (Line("skill", row.content.code, row.content.name) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.content.code in lacking for row in page.items),
    )


def certificates(*, actor: Actor, at: datetime) -> Drawn:
    """Return the checked certificates and trainings of people who are here; expired are stale."""
    pages = [
        certificate_list(actor=actor, at=at, wanted=CertificateFilter(when=when), size=MOST_LINES)
        for when in ("force", "expired")
    ]
    found = [row for page in pages for row in page.items if not row.has_left]
    return drawn_of(
        (Line("certificate", row.number, labelled(row.title, row.person_name)) for row in found),
        is_more=any(page.next_cursor for page in pages),
        stale=sum(row.is_expired for row in found),
        latest=max((row.issued_on for row in found), default=None),
    )


def indicators(*, actor: Actor, at: datetime) -> Drawn:
    """Return the indicators that are read; those overdue for it want looking at."""
    wanted = IndicatorFilter(state=IndicatorState.RUNNING)
    page = indicator_list(actor=actor, at=at, wanted=wanted, size=MOST_LINES)
    read = [row.last_period.last_day for row in page.items if row.last_period]
    return drawn_of(
        (Line("indicator", row.number, row.content.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max(read, default=None),
    )


def reviews(*, actor: Actor, at: datetime) -> Drawn:
    """Return the management reviews; one that should have been held wants looking at."""
    page = review_list(actor=actor, size=MOST_LINES)
    held = [row.starts_at.date() for row in page.items if row.state in TOOK_PLACE]
    return drawn_of(
        (Line("management_review", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.state in COMING and row.starts_at < at for row in page.items),
        latest=max(held, default=None),
    )


def audits(*, actor: Actor, at: datetime) -> Drawn:
    """Return the audits; one that is planned and should be over wants looking at."""
    page = audit_list(actor=actor, size=MOST_LINES)
    today = at.date()
    return drawn_of(
        (Line("audit", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.state == "planned" and row.ends_on < today for row in page.items),
        latest=max((row.ends_on for row in page.items if row.ends_on <= today), default=None),
    )


def boards(*, actor: Actor, at: datetime) -> Drawn:
    """Return the boards that meet."""
    page = board_list(actor=actor, at=at, size=MOST_LINES)
    return drawn_of(
        (Line("board", row.code, row.name) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max((row.last_at.date() for row in page.items if row.last_at), default=None),
    )


def nonconformities(*, actor: Actor, at: datetime) -> Drawn:
    """Return the nonconformities."""
    page = nonconformity_list(
        WantedNonconformities(when="all"), actor=actor, at=at, size=MOST_LINES
    )
    return drawn_of(
        (Line("nonconformity", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max((row.raised_at.date() for row in page.items), default=None),
    )


def improvements(*, actor: Actor, at: datetime) -> Drawn:
    """Return the improvements."""
    page = improvement_list(
        actor=actor, at=at, wanted=WantedImprovements(when="all"), size=MOST_LINES
    )
    return drawn_of(
        (Line("improvement", row.number, row.title) for row in page.items),
        is_more=bool(page.next_cursor),
        stale=sum(row.is_overdue for row in page.items),
        latest=max((row.suggested_at.date() for row in page.items), default=None),
    )
