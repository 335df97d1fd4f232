"""Agreements: the list, one with every version, what differs between two, its signed document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from timshel.interfaces.web.administration.agreement_questions import EndForm, PreviewForm
from timshel.interfaces.web.administration.agreement_trial import Trial
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.operation.work.files import path_of
from timshel.relationship_agreement.service_level.queries.agreements import (
    STANDING_NAMES,
    AgreementFilters,
    AgreementView,
    Standing,
    VersionView,
    agreement,
    agreement_list,
)
from timshel.relationship_agreement.service_level.queries.applicable import (
    customer_list,
    level_holders,
)
from timshel.relationship_agreement.service_level.queries.calendar_words import calendar_weeks
from timshel.relationship_agreement.service_level.queries.previews import previews_of
from timshel.relationship_agreement.service_level.queries.soundness import draft_findings
from timshel.relationship_agreement.service_level.rules.comparison import reopening_words
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.phrases import (
    Names,
    amount_words,
    coverage_words,
    escalation_words,
    goal_name,
    goal_words,
    party_words,
    percent_words,
    price_words,
    provider_words,
    target_name,
    target_words,
)
from timshel.relationship_agreement.service_level.states import (
    AGREEMENT_NAMES,
    KIND_NAMES,
    AgreementKind,
    ClockKind,
)
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES
from timshel.service_portfolio.service import queries as services

VIEW = ("service_level.view",)
STRICT_POLICY = "default-src 'none'; sandbox"
KIND_CHOICES = (
    ("", gettext_lazy("Any kind")),
    *((kind.value, name) for kind, name in AGREEMENT_NAMES.items()),
)
STANDING_CHOICES = (
    ("", gettext_lazy("Any standing")),
    *((standing.value, name) for standing, name in STANDING_NAMES.items()),
)


class FilterForm(forms.Form):
    """What a reader narrows the list to; what cannot be read narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=KIND_CHOICES)
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"), required=False, choices=STANDING_CHOICES
    )
    party = forms.CharField(
        label=gettext_lazy("Made with or promised by"), required=False, max_length=100
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    owner = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    review = forms.BooleanField(label=gettext_lazy("Review is due"), required=False)

    def __init__(self, given: Any, areas: tuple[services.AreaRow, ...]) -> None:
        super().__init__(given, auto_id="filter-%s")
        field = self.fields["service"]
        if isinstance(field, forms.ChoiceField):
            live = [(row.code, row.name) for area in areas for row in area.services]
            field.choices = [("", _("Any service")), *live]
        self.is_valid()

    def filters(self) -> AgreementFilters:
        """Return what is asked for."""
        given = self.cleaned_data.get
        kind, standing = given("kind"), given("standing")
        return AgreementFilters(
            kind=AgreementKind(kind) if kind else None,
            standing=Standing(standing) if standing else None,
            party=given("party") or "",
            service=given("service") or None,
            owner_id=given("owner"),
            is_review_due=True if given("review") else None,
            text=given("q") or "",
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.cleaned_data.get(name) for name in self.fields)


@require_safe
def agreements(request: TimshelRequest) -> HttpResponse:
    """Show the agreements, and which of them would apply to a made-up case."""
    actor = request.actor
    areas = services.service_list(language=actor.language)
    form = FilterForm(request.GET, areas)
    rows = agreement_list(
        form.filters(), today=timezone.localdate(request.at), actor=actor, at=request.at
    )
    context = {
        "form": form,
        "rows": rows,
        "owner": next((row.owner for row in rows if form.cleaned_data.get("owner")), ""),
        "may_make": actor.may_somewhere("service_level.configure"),
        "trial": Trial(request.GET, actor=actor, at=request.at),
        "standing_names": STANDING_NAMES,
        "kind_names": AGREEMENT_NAMES,
    }
    return render(request, "administration/agreements.html", context)


@require_safe
def show(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a version of an agreement: the one in force unless the address names another."""
    view = agreement(code, actor=request.actor, at=request.at)
    version = _asked(request, view, "version") or view.shown
    context = page_of(request, view, version)
    return render(request, "administration/agreement.html", context)


@require_safe
def history(request: TimshelRequest, code: str) -> HttpResponse:
    """Show every version of an agreement, who published it, and what differs between two."""
    view = agreement(code, actor=request.actor, at=request.at)
    after = _asked(request, view, "after") or view.versions[0]
    earlier = [each for each in view.versions if each.number < after.number]
    before = _asked(request, view, "before") or (earlier[0] if earlier else None)
    context = {
        "agreement": view,
        "name": view.shown.content.name,
        "versions": [shown_version(each) for each in view.versions],
        "before": before,
        "after": after,
        "changes": view.compared(before, after) if before and before != after else None,
    }
    return render(request, "administration/agreement_history.html", context)


@require_safe
def document(request: TimshelRequest, code: str, number: int) -> HttpResponseBase:
    """Send the signed document of a version, as a download."""
    kept = agreement(code, actor=request.actor, at=request.at).version(number).document
    if kept is None:
        raise NotFound
    try:
        content = path_of(kept.sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(
        content, as_attachment=True, filename=kept.name, content_type=kept.media_type
    )
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def page_of(
    request: TimshelRequest, view: AgreementView, version: VersionView, **more: Any
) -> dict[str, Any]:
    """Return what the page of a version shows.

    Args:
        request: who reads, and when.
        view: the agreement.
        version: of it.
        more: what a form that was refused adds.
    """
    content, names = version.content, view.names
    is_draft = version.standing is Standing.DRAFT
    codes = {content.calendar, *(each.calendar for each in content.targets if each.calendar)}
    return {
        "agreement": view,
        "version": shown_version(version),
        "facts": facts_of(content, names),
        "matrix": matrix_of(content),
        "others": special_targets(content, names),
        "goals": [(goal_name(goal), goal_words(goal)) for goal in content.goals],
        "escalations": [escalation_words(rule, names) for rule in content.escalations],
        "calendars": calendar_weeks(codes, at=request.at),
        "findings": draft_findings(
            view.code, today=timezone.localdate(request.at), actor=request.actor, at=request.at
        )
        if is_draft
        else (),
        "previews": previews_of(view.code, actor=request.actor) if view.draft else (),
        "may_end": view.may_change
        and version.standing in (Standing.IN_FORCE, Standing.PLANNED)
        and version.valid_until is None,
        "end_form": EndForm(auto_id="end-%s"),
        "preview_form": PreviewForm.of_last_quarter(timezone.localdate(request.at)),
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "holders": level_holders(view.code) if content.is_option else (),
        "customers": customer_list(language=request.actor.language)
        if content.is_option and request.actor.may("service_level.configure")
        else (),
        **more,
    }


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version as pages name it: its standing in a word, and who published it."""

    view: VersionView
    standing_name: str
    published_by: str


def shown_version(view: VersionView) -> ShownVersion:
    """Return a version as pages name it."""
    published = view.published
    return ShownVersion(view, str(STANDING_NAMES[view.standing]), published.by if published else "")


def facts_of(content: AgreementContent, names: Names) -> list[tuple[str, str]]:
    """Return what an agreement says once, name and value; what it does not say is left out."""
    values = [
        (_("Kind"), str(AGREEMENT_NAMES[content.kind])),
        (_("Made with"), party_words(content, names)),
        (_("Promised by"), provider_words(content, names)),
        (_("Covers"), coverage_words(content, names)),
        (_("Counted in"), names.calendars.get(content.calendar, content.calendar)),
        (_("Reopened work"), reopening_words(content)),
        (_("Owner"), names.people.get(content.owner_id or 0, "")),
        (_("Price"), price_words(content)),
    ]
    return [(name, value) for name, value in values if value]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The targets for all that is covered, as priority by clock.

    Args:
        kinds: the names of the columns.
        rows: for each priority its name and what each column promises: amount and detail.
    """

    kinds: list[str]
    rows: list[tuple[str, list[tuple[str, str]]]]


def matrix_of(content: AgreementContent) -> Matrix:
    """Return the targets that hold for all that an agreement covers, as a table."""
    general = [each for each in content.targets if not each.service and not each.offering]
    kinds = [kind for kind in ClockKind if any(each.kind is kind for each in general)]
    cells = {(each.kind, each.priority): each for each in general}
    priorities = sorted({each.priority for each in general}, key=lambda each: each or 0)
    rows = [
        (
            str(PRIORITY_NAMES[priority]) if priority else _("Each priority"),
            [_cell(cells.get((kind, priority))) for kind in kinds],
        )
        for priority in priorities
    ]
    return Matrix([str(KIND_NAMES[kind]) for kind in kinds], rows)


def special_targets(content: AgreementContent, names: Names) -> list[tuple[str, str]]:
    """Return the targets for single services and offerings, name and words."""
    return [
        (target_name(each, names), target_words(each, names))
        for each in content.targets
        if each.service or each.offering
    ]


def _cell(target: TargetContent | None) -> tuple[str, str]:
    if target is None:
        return "", ""
    details = []
    if target.attainment_percent is not None:
        percent = percent_words(target.attainment_percent)
        details.append(_("%(percent)s in time") % {"percent": percent})
    if target.calendar:
        details.append(_("in other hours"))
    return amount_words(target.amount, target.unit), " · ".join(details)


def _asked(request: TimshelRequest, view: AgreementView, name: str) -> VersionView | None:
    """Return the version that the address names, or None."""
    number = request.GET.get(name, "")
    if not number:
        return None
    if not number.isdecimal() or len(number) > 9:
        raise NotFound
    return view.version(int(number))
