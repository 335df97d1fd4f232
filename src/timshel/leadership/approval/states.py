"""Where an approval and each of its seats stand, and the words for it."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.states import StateMachine, Transition


class ApprovalState(StrEnum):
    """Where an approval stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Trigger(StrEnum):
    """What ends an approval."""

    APPROVE = "approve"
    REFUSE = "refuse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


_OPEN = frozenset({ApprovalState.OPEN})

APPROVALS: StateMachine[ApprovalState, Trigger] = StateMachine(
    "approval",
    initial=ApprovalState.OPEN,
    transitions=(
        Transition(Trigger.APPROVE, _OPEN, ApprovalState.APPROVED),
        Transition(Trigger.REFUSE, _OPEN, ApprovalState.REFUSED),
        Transition(Trigger.EXPIRE, _OPEN, ApprovalState.EXPIRED),
        Transition(Trigger.WITHDRAW, _OPEN, ApprovalState.WITHDRAWN),
    ),
)


class SeatState(StrEnum):
    """Where one seat stands; a seat that was handed over is kept, so that history stays true."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"
    HANDED_OVER = "handed_over"


class Decision(StrEnum):
    """What somebody who is asked can answer."""

    APPROVED = "approved"
    REFUSED = "refused"


class OnExpiry(StrEnum):
    """What happens when nobody answers in time."""

    REFUSED = "refused"
    APPROVED = "approved"
    ESCALATED = "escalated"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What came of an approval, for whoever asked."""

    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Capacity(StrEnum):
    """As what somebody decided on a seat."""

    HOLDER = "holder"
    DELEGATE = "delegate"
    MANAGER = "manager"


class Why(StrEnum):
    """Why somebody is asked."""

    LINE_MANAGER = "line_manager"
    SERVICE_OWNER = "service_owner"
    BUDGET_HOLDER = "budget_holder"
    ROLE = "role"
    PERSON = "person"
    ESCALATED = "escalated"
    VACANT = "vacant"


STATE_NAMES: dict[ApprovalState, Promise] = {
    ApprovalState.OPEN: _("Waiting for approval"),
    ApprovalState.APPROVED: _("Approved"),
    ApprovalState.REFUSED: _("Refused"),
    ApprovalState.EXPIRED: _("Not answered in time"),
    ApprovalState.WITHDRAWN: _("No longer asked"),
}

SEAT_NAMES: dict[SeatState, Promise] = {
    SeatState.OPEN: _("Not answered yet"),
    SeatState.APPROVED: _("Approved"),
    SeatState.REFUSED: _("Refused"),
    SeatState.NOT_NEEDED: _("No longer needed"),
    SeatState.HANDED_OVER: _("Handed over"),
}

WHY_NAMES: dict[Why, Promise] = {
    Why.LINE_MANAGER: _("Line manager"),
    Why.SERVICE_OWNER: _("Owner of the service"),
    Why.BUDGET_HOLDER: _("Budget holder"),
    Why.ROLE: _("Role"),
    Why.PERSON: _("Asked by name"),
    Why.ESCALATED: _("Asked because nobody answered in time"),
    Why.VACANT: _("Nobody was found to ask"),
}


class LinkState(StrEnum):
    """Whether a link in a mail can still be used, and if not why."""

    OPEN = "open"
    USED = "used"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    NOT_YOURS = "not_yours"
    EXPIRED = "expired"
