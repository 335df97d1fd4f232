"""What the form of a nonconformity begins with: what the record it comes from says already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.improvement.conformity.queries import question_view
from timshel.improvement.conformity.states import Status
from timshel.improvement.nonconformity.states import SourceKind
from timshel.interfaces.web.addresses import INCIDENT
from timshel.interfaces.web.governance.nonconformities.words import QUESTION
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.performance_evaluation.measurement.queries import (
    Selection,
    case_count,
    find_subject,
    promise_list,
)
from timshel.performance_evaluation.measurement.rules.periods import days_between
from timshel.performance_evaluation.measurement.states import SubjectKind, What
from timshel.resolution_fulfilment.incident.queries import incident
from timshel.service_portfolio.service.queries import service

USUAL_TIME = timedelta(days=60)
LOOKED_BACK = timedelta(days=90)
NAMED_CASES = 5
SERVICE = SubjectKind.SERVICE.value
SOURCES = {
    "audit_finding": SourceKind.AUDIT_FINDING,
    "finding": SourceKind.AUDIT_FINDING,
    "risk": SourceKind.RISK,
    "promise": SourceKind.BREACH,
    SERVICE: SourceKind.BREACH,
}


def begun(request: TimshelRequest) -> dict[str, Any]:
    """Return what the form begins with.

    Args:
        request: whose address may name a record, as ``?about=incident:INC0000012``, or a service
            whose promises were broken, as ``?about=service:mail``.
    """
    begun: dict[str, Any] = {
        "owner": "",
        "severity": "minor",
        "due_date": (request.at + USUAL_TIME).date(),
        "source": request.GET.get("source", SourceKind.OBSERVATION.value),
    }
    kind, _colon, code = request.GET.get("about", "").partition(":")
    if not kind or not code:
        return begun
    if kind in SOURCES:
        begun["source"] = SOURCES[kind]
    try:
        if kind == SERVICE:
            return begun | _of_service(code, actor=request.actor, at=request.at)
        begun |= {"about_kind": kind, "about_code": code}
        if kind == QUESTION:
            begun |= _of_question(code, actor=request.actor, at=request.at)
        if kind == INCIDENT:
            begun |= _of_incident(code, actor=request.actor, at=request.at)
    except (NotFound, NotAllowed):
        pass  # what the reader may not see tells them nothing
    return begun


def _of_incident(number: str, *, actor: Actor, at: datetime) -> dict[str, str]:
    found = incident(number, actor=actor, at=at)
    return {"title": found.title, "service": found.service_code, "about_code": found.number}


def _of_question(key: str, *, actor: Actor, at: datetime) -> dict[str, str]:
    row = question_view(key, actor=actor, at=at).row
    missing = [str(each.meaning) for each in row.rules if each.status != Status.MET]
    clause = f"{row.clause} {row.clause_title}"
    finding = "\n\n".join([row.words, *(f"- {each}" for each in missing)])
    return {"title": clause, "requirement": clause, "finding": finding}


def _of_service(code: str, *, actor: Actor, at: datetime) -> dict[str, str]:
    """Say how many promises about a service were broken of late, and name the last cases."""
    subject = find_subject(SERVICE, code, actor=actor)
    today = actor.day_at(at)
    period = days_between(today - LOOKED_BACK, today, zone=actor.time_zone)
    broken = Selection(subject, period, What.BROKEN)
    decided = case_count(Selection(subject, period, What.DECIDED), actor=actor, at=at)
    count = case_count(broken, actor=actor, at=at)
    page = promise_list(broken, actor=actor, at=at, size=NAMED_CASES)
    lines = [
        ngettext(
            "From %(first)s to %(last)s, %(count)s of %(decided)s promises about %(service)s"
            " was broken.",
            "From %(first)s to %(last)s, %(count)s of %(decided)s promises about %(service)s"
            " were broken.",
            count,
        )
        % {
            "first": date_format(period.first_day, "DATE_FORMAT"),
            "last": date_format(period.last_day, "DATE_FORMAT"),
            "count": count,
            "decided": decided,
            "service": subject.name,
        },
        *(f"{line.number} {line.title}" for line in page.items),
    ]
    title = _("Promises about %(service)s are broken again and again") % {"service": subject.name}
    return {
        "title": title,
        "finding": "\n".join(lines),
        "service": code,
        "owner": service(code, language=actor.language).owner,
        "about_kind": SERVICE,
        "about_code": code,
    }
