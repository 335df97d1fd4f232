"""What can be done with approvals (clause 5.3)."""

from __future__ import annotations

from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions.asking import (
    Question,
    SeatAsked,
    ask_approval,
    withdraw_approval,
)
from timshel.leadership.approval.actions.deciding import (
    Standing,
    decide_approval,
    hand_over_seat,
)
from timshel.leadership.approval.actions.delegating import Absence, delegate, end_delegation
from timshel.leadership.approval.actions.links import (
    Throttled,
    decide_by_link,
    forget_link_attempts,
    issue_link,
    open_link,
)
from timshel.leadership.approval.actions.sweeping import expire_and_remind_due
from timshel.leadership.approval.rules import Line, Price

__all__ = [
    "Absence",
    "Line",
    "Price",
    "Question",
    "SeatAsked",
    "Standing",
    "Throttled",
    "ask_approval",
    "decide_approval",
    "decide_by_link",
    "delegate",
    "end_delegation",
    "expire_and_remind_due",
    "forget_link_attempts",
    "hand_over_seat",
    "issue_link",
    "open_link",
    "outcomes",
    "withdraw_approval",
]
