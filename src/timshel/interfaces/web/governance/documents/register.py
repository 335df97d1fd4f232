"""The register of documents, and the same as a spreadsheet."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.documents.subjects import about_of, grouped, names_of
from timshel.interfaces.web.governance.issues.saving import offer
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.support.documentation import actions, queries
from timshel.support.documentation.access import MANAGE
from timshel.support.documentation.queries import DocumentFilter, DocumentRow
from timshel.support.documentation.states import (
    KIND_NAMES,
    STATE_NAMES,
    DocumentKind,
    VersionState,
)

MOST_ROWS = 2_000
ANY = ("", gettext_lazy("All"))


class FilterForm(forms.Form):
    """What the register is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[ANY, *KIND_NAMES.items()]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Standing"), required=False, choices=[ANY, *STATE_NAMES.items()]
    )
    clause = forms.CharField(label=gettext_lazy("Clause"), required=False, max_length=20)
    about = forms.ChoiceField(label=gettext_lazy("What it is about"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    overdue = forms.BooleanField(label=gettext_lazy("Review overdue"), required=False)

    def __init__(self, request: TimshelRequest) -> None:
        super().__init__(request.GET)
        actor = request.actor
        facets = queries.document_facets(actor=actor)
        subjects = names_of(facets.subjects, actor=actor, at=request.at)
        offer(self, "about", [ANY, *grouped(subjects)])
        offer(self, "owner", [ANY, *facets.owners])

    def narrowed(self) -> DocumentFilter:
        """Return what was asked for; what cannot be read narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        kind, state, about = given.get("kind"), given.get("state"), about_of(given.get("about", ""))
        return DocumentFilter(
            kind=DocumentKind(kind) if kind else None,
            state=VersionState(state) if state else None,
            clause=given.get("clause", "").strip(),
            about_kind=about.kind if about.code else None,
            about_code=about.code,
            owner=given.get("owner", ""),
            is_overdue=given.get("overdue", False),
            text=given.get("q", ""),
        )


@require_safe
def documents(request: TimshelRequest) -> HttpResponse:
    """List the documents that the reader may know of."""
    token = live.token()
    form = FilterForm(request)
    narrowed = form.narrowed()
    page = queries.document_list(
        actor=request.actor,
        at=request.at,
        narrowed=narrowed,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page,
        "form": form,
        "is_narrowed": narrowed != DocumentFilter(),
        "may_begin": request.actor.may_somewhere(MANAGE),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/documents/list.html", context)


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the register, as it is narrowed, as a spreadsheet."""
    page = queries.document_list(
        actor=request.actor,
        at=request.at,
        narrowed=FilterForm(request).narrowed(),
        size=MOST_ROWS,
    )
    columns = [
        Column(_("Number"), ColumnKind.TEXT),
        Column(_("Title"), ColumnKind.TEXT),
        Column(_("Kind"), ColumnKind.TEXT),
        Column(_("Clause"), ColumnKind.TEXT),
        Column(_("Owner"), ColumnKind.TEXT),
        Column(_("Version"), ColumnKind.TEXT),
        Column(_("In effect from"), ColumnKind.TEXT),
        Column(_("Next version"), ColumnKind.TEXT),
        Column(_("Review by"), ColumnKind.TEXT),
    ]
    sheet = Sheet(_("Documents"), columns, [_cells(row) for row in page.items])
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="documents.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _cells(row: DocumentRow) -> list[str]:
    return [
        row.number,
        row.title,
        str(KIND_NAMES[row.kind]),
        row.clause,
        row.owner_name,
        "" if row.current_number is None else str(row.current_number),
        row.effective_date.isoformat() if row.effective_date else "",
        str(STATE_NAMES[row.coming]) if row.coming else "",
        row.review_date.isoformat() if row.review_date else "",
    ]
