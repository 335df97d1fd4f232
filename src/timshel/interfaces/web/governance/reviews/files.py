"""The pack of a review as a document and as slides, both from what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import pdf
from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.management_review import queries
from timshel.performance_evaluation.management_review.queries import ReviewView
from timshel.performance_evaluation.management_review.states import OPEN, Output
from timshel.performance_evaluation.reporting import contents

TEMPLATE = Path(__file__).with_name("pack.typ")
MOST_ON_A_SLIDE = 8


@require_safe
def as_pdf(request: TimshelRequest, review: str) -> HttpResponse:
    """Send the pack as PDF."""
    view, pack = _drawn(request, review)
    with override(pack["language"]):
        data = _told(view, pack, request)
    content = pdf(TEMPLATE, data, at=view.frozen_at or view.drawn_at or request.at)
    headers = {"Content-Disposition": f'attachment; filename="{view.row.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
def as_slides(request: TimshelRequest, review: str) -> HttpResponse:
    """Send the pack as slides: one file without script that needs nothing else."""
    view, pack = _drawn(request, review)
    with override(pack["language"]):
        context = {**_told(view, pack, request), "most": MOST_ON_A_SLIDE}
        content = render_to_string("governance/reviews/slides.html", context)
    headers = {"Content-Disposition": f'attachment; filename="{view.row.number}.html"'}
    return HttpResponse(content, content_type="text/html; charset=utf-8", headers=headers)


def _drawn(request: TimshelRequest, review: str) -> tuple[ReviewView, Mapping[str, Any]]:
    view = queries.review(review, actor=request.actor, at=request.at)
    if view.pack is None:
        raise NotFound
    return view, view.pack


def _told(view: ReviewView, pack: Mapping[str, Any], request: TimshelRequest) -> dict[str, Any]:
    """Return a pack in the language in which it was drawn."""
    zone = request.actor.time_zone
    facts = [
        (_("Meeting"), f"{view.row.meeting} · {_moment(view.row.starts_at, zone)}"),
        (_("Chair"), view.row.chair),
        (_("From"), _moment(parse_datetime(pack["since"]), zone)),
        (_("Until"), _moment(parse_datetime(pack["until"]), zone)),
    ]
    if view.digest:
        facts.append((_("Fingerprint"), view.digest))
    return {
        "title": f"{view.row.number} {view.row.title}",
        "subtitle": _("Input to the management review"),
        "language": pack["language"],
        "footer": _("Draft: the pack is not frozen yet.") if view.row.state in OPEN else "",
        "facts": facts,
        "sections": [_section(each) for each in pack["sections"]],
        "comment_title": _("Comment"),
        "nothing": _("There is nothing to list."),
        "decide_title": _("To be decided"),
        "outputs": [str(each.label) for each in Output],
    }


def _section(kept: dict[str, Any]) -> dict[str, Any]:
    rows = [each["cells"] for each in kept["rows"]]
    more = kept["total"] - len(rows)
    return {
        "title": kept["title"],
        "sentence": kept["sentence"],
        "figures": kept["figures"],
        "columns": kept["columns"],
        "rows": rows,
        "comment": kept.get("comment", ""),
        "more": _("%(count)d more are not listed.") % {"count": more} if more > 0 else "",
    }


def _moment(at: datetime | None, zone: str) -> str:
    return contents.moment(at, zone) if at is not None else "–"
