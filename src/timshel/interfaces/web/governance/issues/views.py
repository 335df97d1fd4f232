"""The register of issues, an issue with its reviews, and their forms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.context.issue import actions, queries
from timshel.context.issue.access import may_manage, require_manage
from timshel.context.issue.actions import SUBJECT
from timshel.context.issue.queries import IssueFilter, IssueRow, IssueView
from timshel.context.issue.states import (
    EFFECT_NAMES,
    KIND_NAMES,
    ORIGIN_NAMES,
    STATE_NAMES,
    Effect,
    IssueKind,
    IssueState,
    Origin,
)
from timshel.interfaces.web.governance.actions.views import shown
from timshel.interfaces.web.governance.issues.forms import (
    EFFECT_CHOICES,
    KIND_CHOICES,
    IssueForm,
    IssueReviewForm,
    written,
)
from timshel.interfaces.web.governance.issues.saving import WRITE, chosen, saved, sheet_file
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import Column, ColumnKind, Sheet
from timshel.kernel.errors import NotAllowed
from timshel.planning.planned_action.queries import actions_about

SHOWS = {
    "standing": gettext_lazy("Open and watched"),
    "due": gettext_lazy("Due for review"),
    "closed": gettext_lazy("Closed issues"),
    "all": gettext_lazy("All issues"),
}
LOOKS = {IssueState.OPEN: "coming", IssueState.WATCHED: "draft", IssueState.CLOSED: "nothing"}


@require_safe
def issues(request: TimshelRequest) -> HttpResponse:
    """Show the register."""
    token = live.token()
    show, asked = _asked(request)
    page = queries.issue_list(
        actor=request.actor,
        at=request.at,
        asked=asked,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(_shown),
        "show": show,
        "shows": SHOWS.items(),
        "asked": asked,
        "origins": [(each.value, name) for each, name in ORIGIN_NAMES.items()],
        "kinds": KIND_CHOICES,
        "effects": EFFECT_CHOICES,
        "is_filtered": any((asked.origin, asked.kind, asked.effect)),
        "may_manage": may_manage(request.actor),
        "tab": "issues",
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/issues/issue_list.html", context)


@require_safe
def issues_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the register as XLSX, as it is filtered."""
    _show, asked = _asked(request)
    rows = queries.all_issues(actor=request.actor, at=request.at, asked=asked)
    columns = [
        Column(_("Number")),
        Column(_("Issue")),
        Column(_("Origin")),
        Column(_("Kind")),
        Column(_("Effect")),
        Column(_("What it means for the services")),
        Column(_("State")),
        Column(_("Who watches it")),
        Column(_("Next review"), ColumnKind.DATE),
        Column(_("Written down"), ColumnKind.MOMENT),
    ]
    values = (
        [
            row.number,
            row.title,
            str(ORIGIN_NAMES[row.origin]),
            str(KIND_NAMES[row.kind]),
            str(EFFECT_NAMES[row.effect]),
            row.meaning,
            str(STATE_NAMES[row.state]),
            row.owner,
            row.review_date,
            row.opened_at,
        ]
        for row in rows
    )
    return sheet_file([Sheet(_("Issues"), columns, values)], "issues.xlsx", request=request)


@require_http_methods(WRITE)
def new_issue(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new issue, or write it down."""
    actor, at = request.actor, request.at
    require_manage(actor)
    form = IssueForm(request.POST if request.method == "POST" else None)
    numbers: list[str] = []
    if (
        form.is_bound
        and form.is_valid()
        and saved(
            form,
            lambda: numbers.append(
                actions.open_issue(content=form.content(actor), actor=actor, at=at)
            ),
            revision=None,
        )
    ):
        messages.success(request, _("The issue is written down."))
        return redirect("issue", numbers[0])
    return _form_page(request, form, None)


@require_safe
def one(request: TimshelRequest, issue: str) -> HttpResponse:
    """Show an issue with its reviews."""
    view = queries.issue(issue, actor=request.actor, at=request.at)
    return _record_page(request, view, IssueReviewForm(view))


@require_http_methods(WRITE)
def change(request: TimshelRequest, issue: str) -> HttpResponse:
    """Show the form of an issue, or describe it otherwise."""
    actor, at = request.actor, request.at
    view = queries.issue(issue, actor=actor, at=at)
    if not view.may_change:
        raise NotAllowed
    form = IssueForm(request.POST if request.method == "POST" else None, initial=written(view))
    if (
        form.is_bound
        and form.is_valid()
        and saved(
            form,
            lambda: actions.change_issue(
                issue, content=form.content(actor), revision=form.seen, actor=actor, at=at
            ),
            revision=view.row.revision,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("issue", view.row.number)
    return _form_page(request, form, view)


@require_http_methods(["POST"])
def review(request: TimshelRequest, issue: str) -> HttpResponse:
    """Keep what a review found."""
    actor, at = request.actor, request.at
    view = queries.issue(issue, actor=actor, at=at)
    if not view.may_review:
        raise NotAllowed
    form = IssueReviewForm(view, request.POST)
    if form.is_valid() and saved(
        form,
        lambda: actions.review_issue(
            issue,
            finding=form.cleaned_data["finding"],
            revision=form.seen,
            trigger=form.step,
            review_date=form.cleaned_data["review_date"],
            actor=actor,
            at=at,
        ),
        revision=view.row.revision,
    ):
        messages.success(request, _("The review is kept."))
        return redirect("issue", view.row.number)
    return _record_page(request, view, form)


def _asked(request: TimshelRequest) -> tuple[str, IssueFilter]:
    """Return what the address asks for, and the name of what is shown."""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "standing"
    return show, IssueFilter(
        state=IssueState.CLOSED if show == "closed" else None,
        standing=show == "standing",
        due=show == "due",
        origin=chosen(request, "origin", Origin),
        kind=chosen(request, "kind", IssueKind),
        effect=chosen(request, "effect", Effect),
    )


def _shown(row: IssueRow) -> dict[str, Any]:
    return {
        "row": row,
        "origin": ORIGIN_NAMES[row.origin],
        "kind": KIND_NAMES[row.kind],
        "effect": EFFECT_NAMES[row.effect],
        "effect_look": "kept" if row.effect is Effect.HELPS else "missed",
        "state": STATE_NAMES[row.state],
        "state_look": LOOKS[row.state],
    }


def _record_page(request: TimshelRequest, view: IssueView, form: IssueReviewForm) -> HttpResponse:
    reviews = [
        {"row": each, "state": STATE_NAMES[each.state], "look": LOOKS[each.state]}
        for each in view.reviews
    ]
    number = view.row.number
    planned = actions_about(SUBJECT, [number], at=request.at).get(number, ())
    plan_address = f"{reverse('action-new')}?about={SUBJECT}:{number}" if view.may_review else ""
    context = {
        "view": view,
        "each": _shown(view.row),
        "reviews": reviews,
        "form": form,
        "actions": [shown(each) for each in planned],
        "plan_address": plan_address,
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/issues/issue.html", context, status=status)


def _form_page(request: TimshelRequest, form: IssueForm, view: IssueView | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "view": view}
    return render(request, "governance/issues/issue_form.html", context, status=status)
