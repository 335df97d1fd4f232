"""The scope statement, its versions, and the records it is held against."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.issue.actions import REGION
from timshel.context.scope import actions, queries
from timshel.context.scope.access import may_manage, require_manage
from timshel.context.scope.queries import ScopeView, VersionRow
from timshel.context.scope.rules import CoveredItem, ScopeContent, differences
from timshel.context.scope.states import STATE_NAMES, ItemKind, ScopeState
from timshel.interfaces.web.governance.issues.saving import WRITE, saved
from timshel.interfaces.web.governance.scope.forms import ScopeForm
from timshel.interfaces.web.governance.scope.shown import (
    records_now,
    shown_content,
    shown_difference,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import pdf
from timshel.kernel.errors import NotFound
from timshel.kernel.text import labelled
from timshel.performance_evaluation.reporting import contents

TEMPLATE = Path(__file__).with_name("scope.typ")
LOOKS = {
    ScopeState.DRAFT: "draft",
    ScopeState.APPROVED: "kept",
    ScopeState.SUPERSEDED: "nothing",
}


@require_safe
def scope(request: TimshelRequest) -> HttpResponse:
    """Show the approved statement, how it differs from the records, and all versions."""
    token = live.token()
    actor = request.actor
    view = queries.scope_in_state(ScopeState.APPROVED, actor=actor)
    page = queries.version_list(actor=actor, cursor=request.GET.get("cursor") or None, size=20)
    may_change = may_manage(actor)
    found = _differences(view, request)
    context = {
        "view": view,
        "shown": shown_content(view.content) if view else None,
        "differences": [shown_difference(each, may_change=may_change) for each in found],
        "page": page.map(_shown),
        "has_draft": any(row.state is ScopeState.DRAFT for row in page.items),
        "may_manage": may_change,
        "tab": "scope",
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/scope/scope.html", context)


@require_safe
def version(request: TimshelRequest, scope_version: int) -> HttpResponse:
    """Show a version, and let a draft be approved."""
    view = queries.scope_version(scope_version, actor=request.actor)
    context = {
        "view": view,
        "each": _shown(view.row),
        "shown": shown_content(view.content),
        "is_draft": view.row.state is ScopeState.DRAFT,
    }
    return render(request, "governance/scope/version.html", context)


@require_safe
def version_pdf(request: TimshelRequest, scope_version: int) -> HttpResponse:
    """Send a version that was approved as PDF."""
    view = queries.scope_version(scope_version, actor=request.actor)
    if view.row.approved_at is None:
        raise NotFound
    content = pdf(TEMPLATE, _document(view, request), at=request.at)
    headers = {"Content-Disposition": f'attachment; filename="scope-{view.row.version}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_http_methods(WRITE)
def draft(request: TimshelRequest) -> HttpResponse:
    """Show the form of the next version, or write it."""
    actor, at = request.actor, request.at
    require_manage(actor)
    standing = queries.scope_in_state(ScopeState.DRAFT, actor=actor)
    source = standing or queries.scope_in_state(ScopeState.APPROVED, actor=actor)
    begun = source.content if source else ScopeContent("")
    revision = standing.row.revision if standing else None
    records = records_now(actor.language)
    if request.method != "POST":
        begun = _mended(begun, add=request.GET.get("add", ""), remove=request.GET.get("remove", ""))
    given = request.POST if request.method == "POST" else None
    form = ScopeForm(records, begun, revision=revision, given=given)
    versions: list[int] = []
    if (
        form.is_bound
        and form.is_valid()
        and saved(
            form,
            lambda: versions.append(
                actions.save_draft(
                    content=form.content(), revision=form.seen_draft, actor=actor, at=at
                )
            ),
            revision=revision,
        )
    ):
        messages.success(request, _("The draft is saved. It holds once it is approved."))
        return redirect("scope-version", versions[0])
    status = 422 if form.is_bound else 200
    context = {"form": form, "standing": standing}
    return render(request, "governance/scope/draft.html", context, status=status)


@require_POST
def approve(request: TimshelRequest) -> HttpResponse:
    """Let the draft hold."""
    seen = request.POST.get("revision", "")
    number = actions.approve_draft(
        revision=int(seen) if seen.isascii() and seen.isdigit() else 0,
        actor=request.actor,
        at=request.at,
    )
    messages.success(request, _("Version %(number)d holds from now on.") % {"number": number})
    return redirect("scope")


@require_POST
def discard(request: TimshelRequest) -> HttpResponse:
    """Throw the draft away."""
    actions.discard_draft(actor=request.actor, at=request.at)
    messages.success(request, _("The draft is thrown away."))
    return redirect("scope")


def _differences(view: ScopeView | None, request: TimshelRequest) -> tuple[Any, ...]:
    if view is None:
        return ()
    records = records_now(request.actor.language)
    return differences(view.content.items, view.content.exclusions, records=records)


def _mended(content: ScopeContent, *, add: str, remove: str) -> ScopeContent:
    """Return a content with what a link of the comparison adds or takes away."""
    kind, _colon, code = remove.partition(":")
    items = [each for each in content.items if (each.kind.value, each.code) != (kind, code)]
    kind, _colon, code = add.partition(":")
    if code and kind in frozenset(ItemKind):
        items.append(CoveredItem(ItemKind(kind), code, code))
    return replace(content, items=tuple(items))


def _shown(row: VersionRow) -> dict[str, Any]:
    return {"row": row, "state": STATE_NAMES[row.state], "look": LOOKS[row.state]}


def _document(view: ScopeView, request: TimshelRequest) -> dict[str, Any]:
    actor, row = request.actor, view.row
    shown = shown_content(view.content)
    assert row.approved_at is not None  # noqa: S101 - only such are sent
    approved = {
        "version": row.version,
        "moment": contents.moment(row.approved_at, actor.time_zone),
        "name": row.approved_by or "Timshel",
    }
    return {
        "title": _("Scope of the service management system"),
        "subtitle": _("Version %(version)d, approved by %(name)s, %(moment)s") % approved,
        "language": actor.language,
        "footer": contents.moment(request.at, actor.time_zone),
        "statement": view.content.statement,
        "technology_title": _("Technology"),
        "technology": view.content.technology,
        "groups": [
            {"name": str(each["name"]), "items": [item.name for item in each["items"]]}
            for each in shown["groups"]
            if each["items"]
        ],
        "exclusions_title": _("Left out"),
        "exclusions": [
            {"name": labelled(each["kind"], each["name"]), "reason": each["reason"]}
            for each in shown["exclusions"]
        ],
    }
