"""Audits: the list, planning, the checklist, samples and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.governance.audits.fieldwork import by_script, told_by_script
from timshel.interfaces.web.governance.audits.forms import (
    KINDS,
    AuditForm,
    ConclusionForm,
    FollowUpForm,
    QuestionForm,
    SampleForm,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import pdf
from timshel.kernel.errors import NotAllowed
from timshel.kernel.text import colon
from timshel.performance_evaluation.internal_audit import access, actions, queries
from timshel.performance_evaluation.internal_audit.queries import AuditView, fieldwork
from timshel.performance_evaluation.internal_audit.queries.names import (
    SubjectNames,
    report_subjects,
    scope_subjects,
    subject_names,
)
from timshel.performance_evaluation.internal_audit.rules import Scope
from timshel.performance_evaluation.internal_audit.states import (
    AuditState,
    FindingState,
    Grade,
    QuestionAnswer,
)

TEMPLATE = Path(__file__).with_name("report.typ")
USUAL_SPAN = timedelta(days=90)  # from which a sample is drawn


@require_safe
def audits(request: TimshelRequest) -> HttpResponse:
    """List the audits that the reader may see."""
    state = request.GET.get("state", "")
    scope = request.GET.get("scope", "").strip()[:80].replace("\0", "")
    names = subject_names(language=request.actor.language)
    page = queries.audit_list(
        actor=request.actor,
        state=state if state in AuditState.values else "",
        scope=names.code_of(scope),
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(
            lambda row: {
                "row": row,
                "state": AuditState(row.state).label,
                "scope": names.scope(row.scope),
            }
        ),
        "state": state,
        "scope": names.either(scope),
        "scopes": sorted({*names.processes.values(), *names.services.values()}),
        "states": [("", _("All")), *AuditState.choices],
        "may_manage": access.may_manage(request.actor),
        "may_view": request.actor.may(access.VIEW),
    }
    return render(request, "governance/audits/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new audit, or plan it."""
    if not access.may_manage(request.actor):
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = AuditForm(request.actor, given, initial={"programme": request.GET.get("programme")})
    made: list[str] = []
    if form.is_bound and form.is_valid():
        done = form.try_to(
            lambda: made.append(
                actions.plan_audit(
                    programme=form.cleaned_data["programme"],
                    plan=form.plan(request.actor),
                    actor=request.actor,
                    at=request.at,
                )
            ),
        )
        if done:
            return redirect("audit", made[0])
    return _form_page(request, form, _("New audit"))


@require_safe
def audit(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show an audit."""
    token = live.token()
    view = queries.audit(audit, actor=request.actor, at=request.at)
    state = view.row.state
    names = subject_names(scope_subjects(view.row.scope), language=request.actor.language)
    context = {
        "view": view,
        "row": view.row,
        "state": AuditState(state).label,
        "scope": names.scope(view.row.scope),
        "questions": [
            (each, QuestionAnswer(each.answer).label if each.answer else "")
            for each in view.questions
        ],
        "left": sum(not each.answer for each in view.questions),
        "samples": [(each, dict(KINDS)[each.kind]) for each in view.samples],
        "notes": fieldwork.notes(audit, actor=request.actor),
        "photos": fieldwork.photos(audit, actor=request.actor),
        "findings": [
            (each, Grade(each.grade).label, FindingState(each.state).label)
            for each in view.findings
        ],
        "may_change": view.may_plan and state in (AuditState.PLANNED, AuditState.RUNNING),
        "may_close": view.may_plan and state == AuditState.REPORTED,
        "may_follow": view.may_plan and state in (AuditState.REPORTED, AuditState.CLOSED),
        "may_start": view.may_conduct and state == AuditState.PLANNED,
        "runs": view.may_conduct and state == AuditState.RUNNING,
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/audits/audit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show the form of an audit, or plan it otherwise."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    if not view.may_plan:
        raise NotAllowed
    row = view.row
    initial = {
        "title": row.title,
        "clauses": ", ".join(row.scope.clauses),
        "processes": row.scope.processes,
        "services": row.scope.services,
        "criteria": view.criteria,
        "lead": row.lead.code,
        "auditors": "\n".join(each.code for each in row.auditors),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "revision": view.revision,
    }
    given = request.POST if request.method == "POST" else None
    form = AuditForm(request.actor, given, is_new=False, initial=initial)
    if form.is_bound and form.is_valid():
        done = form.try_to(
            lambda: actions.change_audit(
                audit,
                plan=form.plan(request.actor),
                revision=form.cleaned_data["revision"] or 0,
                actor=request.actor,
                at=request.at,
            ),
        )
        if done:
            messages.success(request, _("Saved."))
            return redirect("audit", audit)
    return _form_page(request, form, row.title)


@require_POST
def start(request: TimshelRequest, audit: str) -> HttpResponse:
    """Begin an audit."""
    return _done(request, audit, actions.start_audit)


@require_POST
def close(request: TimshelRequest, audit: str) -> HttpResponse:
    """Close an audit."""
    return _done(request, audit, actions.close_audit)


@require_POST
def cancel(request: TimshelRequest, audit: str) -> HttpResponse:
    """Call an audit off."""
    return _done(request, audit, actions.cancel_audit)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: TimshelRequest, audit: str, question: int) -> HttpResponse:
    """Show one question of the checklist, or write its answer down and go on to the next."""
    row = queries.question(audit, question, actor=request.actor)
    initial = {
        "answer": row.answer,
        "notes": row.notes,
        "evidence": row.evidence,
        "revision": row.revision,
    }
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = form.try_to(
            lambda: actions.answer_question(
                audit,
                question=question,
                answer=given["answer"],
                notes=given["notes"],
                evidence=given["evidence"],
                revision=given["revision"] or 0,
                actor=request.actor,
                at=request.at,
            ),
        )
        if done and by_script(request):
            fresh = queries.question(audit, question, actor=request.actor)
            return JsonResponse({"message": "", "revision": fresh.revision, "stored": None})
        if done:
            after = queries.next_question(audit, question, actor=request.actor)
            if after is not None:
                return redirect("audit-question", audit, after)
            messages.success(request, _("All questions are answered."))
            return redirect("audit", audit)
    if form.is_bound and by_script(request):
        return told_by_script(request, form, initial)
    context = {"form": form, "row": row, "audit": audit}
    status = 422 if form.is_bound else 200
    return render(request, "governance/audits/question.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show what can be drawn at random, or draw it."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    if not view.may_conduct:
        raise NotAllowed
    today = request.actor.day_at(request.at)
    usual = {"size": 10, "from_day": today - USUAL_SPAN, "until_day": today}
    form = SampleForm(request.POST if request.method == "POST" else None, initial=usual)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        first, last = form.between(request.actor.time_zone)
        done = form.try_to(
            lambda: actions.draw_sample(
                audit,
                kind=given["kind"],
                start=first,
                end=last,
                size=given["size"],
                seed=given["seed"],
                actor=request.actor,
                at=request.at,
            ),
        )
        if done:
            return redirect("audit", audit)
    return _form_page(request, form, _("Draw a sample"))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show the form to follow an audit up, or plan that."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    if not view.may_plan:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    initial = {"title": _("Follow-up: %(title)s") % {"title": view.row.title}}
    form = FollowUpForm(request.actor, given, initial=initial)
    made: list[str] = []
    if form.is_bound and form.is_valid():
        done = form.try_to(
            lambda: made.append(
                actions.follow_up_audit(
                    audit, **form.cleaned_data, actor=request.actor, at=request.at
                )
            ),
        )
        if done:
            return redirect("audit", made[0])
    return _form_page(request, form, _("Follow an audit up"))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show the report of an audit, or report it."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    form = ConclusionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        conclusion = form.cleaned_data["conclusion"]
        done = form.try_to(
            lambda: actions.report_audit(
                audit, conclusion=conclusion, actor=request.actor, at=request.at
            ),
        )
        if done:
            messages.success(request, _("It is reported."))
            return redirect("audit-report", audit)
    context = {
        "view": view,
        "row": view.row,
        "report": told(view, request),
        "photos": fieldwork.photos(audit, actor=request.actor),
        "form": form,
        "runs": view.may_conduct and view.row.state == AuditState.RUNNING,
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/audits/report.html", context, status=status)


@require_safe
def report_pdf(request: TimshelRequest, audit: str) -> HttpResponse:
    """Send the report of an audit as PDF."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    content = pdf(TEMPLATE, told(view, request), at=view.reported_at or request.at)
    headers = {"Content-Disposition": f'attachment; filename="{view.row.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def told(view: AuditView, request: TimshelRequest) -> dict[str, Any]:
    """Return a report in the reader's words."""
    kept = view.report
    called = subject_names(report_subjects(kept), language=request.actor.language)
    names = {**dict(QuestionAnswer.choices), "open": pgettext("audit question", "Not asked")}
    return {
        "title": f"{view.row.number} {kept['title']}",
        "subtitle": _("Report of an internal audit"),
        "language": request.actor.language,
        "footer": "" if view.reported_at else _("Draft: it is not reported yet."),
        "facts": _facts(kept, called),
        "conclusion_title": _("Conclusion"),
        "conclusion": kept["conclusion"] or "–",
        "answers_title": _("Questions"),
        "answers": [
            (colon(names[each]), str(kept["answers"][each]))
            for each in names
            if each in kept["answers"]
        ],
        "samples_title": _("Samples"),
        "samples": [
            _("%(kind)s: %(numbers)s (of %(population)d, seed %(seed)s)")
            % {**each, "kind": dict(KINDS)[each["kind"]], "numbers": ", ".join(each["numbers"])}
            for each in kept["samples"]
        ],
        "photos_title": _("Photos"),
        "photos": [
            f"{each['caption'] or each['name']} – {each['name']}, SHA-256 {each['sha256']}"
            for each in kept.get("photos", ())  # reports of earlier days have none
        ],
        "findings_title": _("Findings"),
        "nothing": _("Nothing was found."),
        "findings": [_finding(each, called) for each in kept["findings"]],
    }


def _facts(kept: Mapping[str, Any], called: SubjectNames) -> list[tuple[str, str]]:
    scope = Scope(*(tuple(kept[each]) for each in ("clauses", "processes", "services")))
    days = [date_format(date.fromisoformat(kept[each])) for each in ("starts_on", "ends_on")]
    return [
        (_("Programme"), kept["programme"]),
        (_("Days"), " – ".join(days)),
        (_("Scope"), ", ".join(called.scope(scope))),
        (_("Criteria"), kept["criteria"] or "–"),
        (_("Lead auditor"), kept["lead"]),
        (_("Further auditors"), ", ".join(kept["auditors"]) or "–"),
    ]


def _finding(kept: Mapping[str, Any], called: SubjectNames) -> dict[str, str]:
    return {
        "head": f"{kept['number']} – {Grade(kept['grade']).label}",
        "about": " · ".join(filter(None, (kept["clause"], called.either(kept["subject"])))),
        "text": kept["text"],
        "evidence": kept["evidence"],
    }


def _done(request: TimshelRequest, number: str, deed: Callable[..., None]) -> HttpResponse:
    deed(number, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("audit", number)


def _form_page(request: TimshelRequest, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "governance/audits/form.html", context, status=status)
