"""Tags for pages of approvals: where one stands, why somebody is asked, what it costs."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from timshel.interfaces.web.icons import icon
from timshel.kernel.journal.queries import JournalEntry
from timshel.kernel.text import labelled
from timshel.leadership.approval.queries import ApprovalView, SeatView
from timshel.leadership.approval.rules import Price
from timshel.leadership.approval.states import (
    SEAT_NAMES,
    STATE_NAMES,
    WHY_NAMES,
    ApprovalState,
    Capacity,
    Decision,
    OnExpiry,
    Outcome,
    SeatState,
    Why,
)

register = template.Library()

# The looks of the stages of work that mean the same.
_STATES: Mapping[ApprovalState, tuple[str, str]] = {
    ApprovalState.OPEN: ("waiting", "hourglass"),
    ApprovalState.APPROVED: ("resolved", "check"),
    ApprovalState.REFUSED: ("refused", "x"),
    ApprovalState.EXPIRED: ("closed", "clock-exclamation"),
    ApprovalState.WITHDRAWN: ("cancelled", "x"),
}
_SEATS: Mapping[SeatState, tuple[str, str]] = {
    SeatState.OPEN: ("waiting", "hourglass"),
    SeatState.APPROVED: ("resolved", "check"),
    SeatState.REFUSED: ("refused", "x"),
    SeatState.NOT_NEEDED: ("closed", "player-pause"),
    SeatState.HANDED_OVER: ("closed", "user-share"),
}


@register.simple_tag
def approval_mark(state: str) -> SafeString:
    """Draw where an approval stands: colour, icon and word."""
    known = ApprovalState(state)
    look, picture = _STATES[known]
    return _mark(look, picture, str(STATE_NAMES[known]))


@register.simple_tag
def seat_mark(state: str) -> SafeString:
    """Draw where the seat of somebody who is asked stands."""
    known = SeatState(state)
    look, picture = _SEATS[known]
    return _mark(look, picture, str(SEAT_NAMES[known]))


@register.filter
def price_words(price: Price | None) -> str:
    """Write a price."""
    return "" if price is None else price.words()


@register.filter
def why_asked(seat: SeatView) -> str:
    """Write why somebody is asked."""
    why = Why(seat.why)
    if why is Why.ROLE and seat.why_detail:
        return seat.why_detail
    name = str(WHY_NAMES[why])
    return labelled(name, seat.why_detail) if seat.why_detail else name


@register.filter
def answered_as(seat: SeatView) -> str:
    """Write who answered, where it was not the person asked."""
    told = {"name": seat.decided_by}
    if seat.capacity == Capacity.DELEGATE:
        return _("Answered by %(name)s, who stood in") % told
    if seat.capacity == Capacity.MANAGER:
        return _("Decided by %(name)s, who manages approvals") % told
    return ""


@register.filter
def after_deadline(asked: ApprovalView) -> str:
    """Write what happens when nobody answers in time."""
    return {
        OnExpiry.REFUSED: _("Without an answer it then counts as refused."),
        OnExpiry.APPROVED: _("Without an answer it then counts as approved."),
        OnExpiry.ESCALATED: _("Without an answer others are asked then, too."),
        OnExpiry.EXPIRED: _("Without an answer it is no longer asked then."),
    }[OnExpiry(asked.on_expiry)]


@register.filter
def expired_as(asked: ApprovalView) -> str:
    """Write what came of an approval that nobody answered in time."""
    return {
        Outcome.APPROVED: _("Nobody answered in time; it counts as approved."),
        Outcome.REFUSED: _("Nobody answered in time; it counts as refused."),
    }.get(Outcome(asked.outcome), _("Nobody answered in time."))


@register.filter
def happening(entry: JournalEntry) -> str:
    """Write what happened to an approval, as its journal has it."""
    told = {"name": entry.who}
    sentences = {
        "approval.asked": _("Asked by %(name)s"),
        "approval.reminded": _("Reminded"),
        "approval.escalated": _("Nobody answered in time; others are asked, too"),
        "approval.handed_over": _("%(name)s asked somebody else: %(reason)s"),
        "approval.withdrawn": _("No longer asked"),
    }
    answers = {
        Decision.APPROVED: _("%(name)s approved"),
        Decision.REFUSED: _("%(name)s refused"),
    }
    if entry.verb == "approval.answered":
        return answers[Decision(entry.new("decision"))] % told
    if entry.verb == "approval.decided":
        return _("Settled: %(state)s") % {"state": STATE_NAMES[ApprovalState(entry.new("state"))]}
    return sentences.get(entry.verb, entry.verb) % {**told, "reason": entry.new("reason") or ""}


def _mark(look: str, picture: str, words: str) -> SafeString:
    return format_html(
        '<span class="mark mark-stage stage-{}">{}{}</span>', look, icon(picture), words
    )
