"""A report card as a page and as files, and what is done about a broken promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from timshel.improvement.nonconformity.access import may_raise
from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.governance import charts, periods
from timshel.interfaces.web.governance.selections import address_of
from timshel.interfaces.web.governance.subscriptions import (
    SubscriptionForm,
    shown_subscriptions,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.performance_evaluation.measurement.queries import Attainment
from timshel.performance_evaluation.measurement.states import SubjectKind
from timshel.performance_evaluation.reporting import actions, contents, wording
from timshel.performance_evaluation.reporting.access import REMEDIATE
from timshel.performance_evaluation.reporting.documents import (
    MEDIA_TYPES,
    card_pdf,
    card_xlsx,
)
from timshel.performance_evaluation.reporting.queries import (
    EXCEPTIONS,
    ExceptionLine,
    ReportCard,
    report_card,
)
from timshel.performance_evaluation.reporting.sources import EXCEPTIONS_IN_FILES
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind

TREND = ("opened", "resolved", "backlog", "attainment", "resolve_median", "wall_median")


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A figure of a card with the address of its list."""

    row: contents.Row
    address: str

    @property
    def tone_name(self) -> str:
        """What the colour of the change says, in words."""
        return _tone_name(self.row.change.tone)


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A line of promises with the addresses of its lists."""

    name: str
    attainment: Attainment
    percent: str
    goal: str
    verdict: str
    decided: str
    kept: str
    broken: str


@dataclass(frozen=True, slots=True)
class ShownException:
    """A broken promise in words."""

    line: ExceptionLine
    promise: str
    late: str
    causes: list[str]
    address: str


@require_safe
def card(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Show a report card."""
    chosen = periods.chosen_period(request.GET, actor=request.actor, at=request.at)
    found = _card(request, kind, code, chosen=chosen)
    period = found.period
    files = f"?from={period.first_day}&until={period.last_day}&zone={period.zone}"
    if chosen.choice != periods.OWN:
        files = f"?period={chosen.choice}&zone={period.zone}"
    context: dict[str, Any] = {
        "card": found,
        "title": contents.title(found),
        "subtitle": contents.subtitle(found),
        "remarks": contents.remarks(found),
        "choices": periods.CHOICES,
        "choice": chosen.choice,
        "tiles": _shown(found, contents.HEADLINES),
        "volume": _shown(found, contents.VOLUME),
        "quality": _shown(found, contents.QUALITY),
        "promises": [_promise(each) for each in found.attainments],
        "goals": _goals(found),
        "bands": [(each, address_of(each.selection)) for each in found.bands],
        "exceptions": [_exception(each) for each in found.exceptions],
        "broken_address": address_of(found.broken_selection),
        "charts": charts.charts(found.trend),
        "trend_names": [found.figure(code).measure.name for code in TREND],
        "trend": [_trend_row(found, position) for position in range(len(found.trend))],
        "may_raise": found.subject.kind == SubjectKind.SERVICE and may_raise(request.actor),
        "may_remediate": request.actor.may_somewhere(REMEDIATE),
        "files": files,
        "here": request.get_full_path(),
        "subscriptions": shown_subscriptions(request, kind=kind, code=code),
        "subscription_form": SubscriptionForm(),
    }
    return render(request, "governance/card.html", context)


@require_safe
def as_pdf(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Send a report card as PDF."""
    found = _card(request, kind, code, exceptions=EXCEPTIONS_IN_FILES)
    return _file(found, card_pdf(found, language=request.actor.language), "pdf")


@require_safe
def as_xlsx(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Send a report card as XLSX."""
    found = _card(request, kind, code, exceptions=EXCEPTIONS_IN_FILES)
    return _file(found, card_xlsx(found, language=request.actor.language), "xlsx")


@require_POST
def remediate(request: TimshelRequest, number: str, clock: str, lap: int) -> HttpResponse:
    """Keep what is done about a broken promise, and lead back to the card."""
    actions.note_remediation(
        number,
        kind=clock,
        lap=lap,
        text=request.POST.get("text", ""),
        actor=request.actor,
        at=request.at,
    )
    messages.success(request, _("What is done about it is kept."))
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours else reverse("governance"))


def _card(
    request: TimshelRequest,
    kind: str,
    code: str,
    *,
    chosen: periods.Chosen | None = None,
    exceptions: int = EXCEPTIONS,
) -> ReportCard:
    actor, at = request.actor, request.at
    known = chosen or periods.chosen_period(request.GET, actor=actor, at=at)
    return report_card(kind, code, period=known.period, actor=actor, at=at, exceptions=exceptions)


def _file(found: ReportCard, content: bytes, ending: str) -> HttpResponse:
    name = contents.file_name(found, ending)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES[ending], headers=headers)


def _shown(found: ReportCard, codes: tuple[str, ...]) -> list[ShownRow]:
    return [ShownRow(row, address_of(row.figure.selection)) for row in contents.rows(found, codes)]


def _tone_name(tone: str) -> str:
    return {"better": pgettext("change", "better"), "worse": pgettext("change", "worse")}.get(
        tone, ""
    )


def _promise(each: Attainment) -> ShownPromise:
    return ShownPromise(
        name=contents.promise_name(each),
        attainment=each,
        percent=wording.amount(contents.PERCENT, each.percent),
        goal=contents.goal_of(each),
        verdict=contents.verdict(is_reached=each.is_reached),
        decided=address_of(each.selection),
        kept=address_of(each.kept_selection),
        broken=address_of(each.broken_selection),
    )


def _goals(found: ReportCard) -> list[dict[str, Any]]:
    return [
        {
            "result": result,
            "name": wording.goal_title(result),
            "bound": wording.goal_bound(result),
            "measured": wording.goal_amount(result, result.value),
            "verdict": contents.verdict(is_reached=result.is_reached),
            "address": address_of(result.selection),
        }
        for result in found.goals
    ]


def _exception(line: ExceptionLine) -> ShownException:
    promise = line.promise
    late = wording.duration(promise.late_by) if promise.late_by is not None else wording.NOTHING
    return ShownException(
        line=line,
        promise=str(KIND_NAMES[ClockKind(promise.kind)]),
        late=_("%(span)s and counting") % {"span": late} if promise.goes_on else late,
        causes=wording.cause(line.cause, promise.resolution_code),
        address=record_address(promise.work_kind, promise.number),
    )


def _trend_row(found: ReportCard, position: int) -> dict[str, Any]:
    measured = found.trend[position]
    figures = [measured.figures[code] for code in TREND]
    return {
        "name": wording.period_name(measured.period),
        "figures": [(wording.value(each), address_of(each.selection)) for each in figures],
    }
