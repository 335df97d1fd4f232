"""What one is asked to approve: what waits, one question, the answer, and asking somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.portal.approval_people import PersonForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.leadership.approval import queries
from timshel.leadership.approval.access import MANAGE
from timshel.leadership.approval.actions import decide_approval, hand_over_seat
from timshel.leadership.approval.actions.ending import region_of, region_of_person
from timshel.leadership.approval.queries import ApprovalView, Which
from timshel.leadership.approval.states import ApprovalState, Decision, SeatState
from timshel.leadership.mandate.queries import own_authority
from timshel.leadership.mandate.states import Subject

LISTS: tuple[tuple[Which, Promise], ...] = (
    (Which.WAITING, gettext_lazy("Waiting for you")),
    (Which.DECIDED, gettext_lazy("Answered")),
    (Which.ALL, gettext_lazy("All")),
)
DONE: Mapping[Decision, Promise] = {
    Decision.APPROVED: gettext_lazy("You approved “%(title)s”."),
    Decision.REFUSED: gettext_lazy("You refused “%(title)s”."),
}


class AnswerForm(RefusableForm):
    """An answer, with words where they are wanted."""

    decision = forms.ChoiceField(choices=[(each.value, each.value) for each in Decision])
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seat = forms.TypedChoiceField(
        label=gettext_lazy("In whose place"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, given: Any = None, *, decision: Decision, shown: ApprovalView | None = None
    ) -> None:
        super().__init__(given, auto_id=f"{decision}-{shown.id if shown else 0}-%s")
        comment = self.fields["comment"]
        needs_comment = decision is Decision.REFUSED or (
            shown is not None and shown.may_decide_for_others
        )
        comment.required = needs_comment
        if needs_comment:
            comment.label = _("Why?")
            comment.error_messages["required"] = _("Please say why.")
        seat = self.fields["seat"]
        assert isinstance(seat, forms.TypedChoiceField)  # noqa: S101 - declared above
        seat.choices = _open_seats(shown) if shown and shown.may_decide_for_others else []
        if not seat.choices:
            del self.fields["seat"]


class HandOverForm(PersonForm):
    """Who is asked instead, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Please say why somebody else is asked.")},
    )


@require_safe
def approvals(request: TimshelRequest) -> HttpResponse:
    """Show what waits, what one answered, and for who manages approvals what there is."""
    token = live.token()
    manages = request.actor.may_somewhere(MANAGE)
    lists = LISTS if manages else LISTS[:2]
    known = {which.value: which for which, _name in lists}
    which = known.get(request.GET.get("show", ""), Which.WAITING)
    page = queries.approval_inbox(
        actor=request.actor,
        at=request.at,
        which=which,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(_card),
        "which": which.value,
        "lists": [(each.value, name) for each, name in lists],
        "live_token": token,
        "live_regions": [region_of_person(request.actor.person_id or 0)],
    }
    return render(request, "portal/approvals.html", context)


@require_safe
def approval(request: TimshelRequest, approval_id: int) -> HttpResponse:
    """Show one question, who is asked, and what happened to it."""
    return _page(request, approval_id)


@require_POST
def decide(request: TimshelRequest, approval_id: int) -> HttpResponse:
    """Answer; where that is refused, show the question with what was typed."""
    shown = _shown(request, approval_id)
    try:
        decision = Decision(request.POST.get("decision", ""))
    except ValueError as error:
        raise WrongState from error
    form = AnswerForm(request.POST, decision=decision, shown=shown)

    def do() -> object:
        return decide_approval(
            shown.id,
            decision=decision,
            comment=form.cleaned_data["comment"],
            seat_id=form.cleaned_data.get("seat"),
            actor=request.actor,
            at=request.at,
        )

    if form.is_valid() and refusing(form, do):
        messages.success(request, str(DONE[decision]) % {"title": shown.title})
        if request.POST.get("from") == "list":
            return HttpResponseRedirect(reverse("approval-list"))
        return HttpResponseRedirect(reverse("approval", args=[shown.id]))
    return _page(request, shown.id, answers={decision: form}, status=422)


@require_POST
def hand_over(request: TimshelRequest, approval_id: int, seat_id: int) -> HttpResponse:
    """Ask somebody else instead of whoever has a seat."""
    shown = _shown(request, approval_id)
    if not any(seat.id == seat_id for seat in shown.seats):
        raise WrongState
    form = HandOverForm(request.POST, auto_id=f"hand-{seat_id}-%s")
    if not shown.may_hand_over and shown.state == ApprovalState.OPEN:
        raise NotAllowed
    person_id = form.chosen(request.actor) if form.is_valid() else None
    if person_id is not None and refusing(
        form, lambda: _handed_over(request, seat_id, person_id, form)
    ):
        messages.success(request, _("Somebody else is asked now."))
        return HttpResponseRedirect(reverse("approval", args=[shown.id]))
    return _page(request, shown.id, hand_overs={seat_id: form}, status=422)


def _handed_over(request: TimshelRequest, seat_id: int, person_id: int, form: HandOverForm) -> int:
    return hand_over_seat(
        seat_id,
        person_id=person_id,
        reason=form.cleaned_data["reason"],
        actor=request.actor,
        at=request.at,
    )


def _shown(request: TimshelRequest, approval_id: int) -> ApprovalView:
    key = min(approval_id, LARGEST_NUMBER)
    return queries.approval(key, actor=request.actor, at=request.at)


def _open_seats(shown: ApprovalView) -> list[tuple[int, str]]:
    return [
        (seat.id, seat.person or _("Nobody was found to ask"))
        for seat in shown.seats
        if seat.state == SeatState.OPEN
    ]


def _authority(request: TimshelRequest, shown: ApprovalView) -> str:
    """Return up to how much the reader may approve; empty where no mandate says so."""
    if shown.price is None or not shown.may_decide:
        return ""
    found = own_authority(
        Subject.PURCHASE,
        currency=shown.price.currency,
        beneficiary_id=shown.requester_id,
        actor=request.actor,
        on=request.actor.day_at(request.at),
    )
    if found is True:
        return _("without a limit")
    return _("up to %(amount)s") % {"amount": found.words()} if found else ""


def _card(shown: ApprovalView) -> dict[str, Any]:
    """Return an approval with the forms to answer it."""
    return {
        "approval": shown,
        "answers": [(each.value, AnswerForm(decision=each, shown=shown)) for each in Decision],
    }


def _page(
    request: TimshelRequest,
    approval_id: int,
    *,
    answers: Mapping[Decision, AnswerForm] | None = None,
    hand_overs: Mapping[int, HandOverForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    token = live.token()
    shown = _shown(request, approval_id)
    answered, handed = answers or {}, hand_overs or {}
    forms_of_seats = [
        (
            seat,
            handed.get(seat.id) or HandOverForm(auto_id=f"hand-{seat.id}-%s")
            if shown.may_hand_over and seat.state == SeatState.OPEN
            else None,
        )
        for seat in shown.seats
    ]
    context = {
        "approval": shown,
        "authority": _authority(request, shown),
        "answers": [
            (each.value, answered.get(each) or AnswerForm(decision=each, shown=shown))
            for each in Decision
        ],
        "refused": next((each.value for each in answered), ""),
        "refused_form": next(iter([*answered.values(), *handed.values()]), None),
        "refused_seat": next(iter(handed), 0),
        "seats": forms_of_seats,
        "happened": queries.happenings(shown),
        "live_token": token,
        "live_regions": [region_of(shown.id)],
    }
    return render(request, "portal/approval.html", context, status=status)
