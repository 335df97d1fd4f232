"""What the form of an indicator begins with: what the record it follows from says already."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from timshel.improvement.nonconformity.queries import nonconformity
from timshel.improvement.nonconformity.rules import KIND
from timshel.improvement.nonconformity.states import SourceKind
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.kernel.text import labelled
from timshel.performance_evaluation.indicator.rules import CLAUSE
from timshel.performance_evaluation.indicator.states import Direction, Frequency
from timshel.performance_evaluation.measurement.states import SubjectKind

PROMISES = "attainment"


def begun(request: TimshelRequest) -> dict[str, Any]:
    """Return what the form begins with.

    Args:
        request: whose address may name a nonconformity, as ``?about=nonconformity:NCR0000012``.
    """
    kind, _colon, number = request.GET.get("about", "").partition(":")
    if kind != KIND:
        return {}
    try:
        row = nonconformity(number, actor=request.actor, at=request.at).row
    except NotFound:
        return {}  # what the reader may not see tells them nothing
    found: dict[str, Any] = {
        "title": row.title,
        "why": labelled(row.number, row.title),
        "owner": row.owner_code,
        "frequency": Frequency.WEEK,
    }
    if row.service_code:
        found["subject"] = f"{SubjectKind.SERVICE.value}:{row.service_code}"
    if row.source == SourceKind.BREACH:
        found |= {"measure": PROMISES, "direction": Direction.HIGHER}
        if row.service:
            found["title"] = _("Promises about %(service)s are kept") % {"service": row.service}
    clause = row.requirement.partition(" ")[0]
    if CLAUSE.fullmatch(clause):
        found["clause"] = clause
    return found
