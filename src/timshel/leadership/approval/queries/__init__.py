"""Reading approvals, who stands in for whom, and links from mails."""

from __future__ import annotations

from timshel.leadership.approval.queries.delegations import (
    DelegationRow,
    delegation_list,
    delegations_of,
)
from timshel.leadership.approval.queries.links import LinkView, link_view
from timshel.leadership.approval.queries.lists import (
    Which,
    approval,
    approval_inbox,
    approvals_of,
    happenings,
    standings_of,
    waiting_count,
)
from timshel.leadership.approval.queries.readable import readable_approvals
from timshel.leadership.approval.queries.recipients import (
    Recipient,
    SubstituteNews,
    asked_people,
    outcome_people,
    substitute_told,
)
from timshel.leadership.approval.queries.views import ApprovalView, SeatView

__all__ = [
    "ApprovalView",
    "DelegationRow",
    "LinkView",
    "Recipient",
    "SeatView",
    "SubstituteNews",
    "Which",
    "approval",
    "approval_inbox",
    "approvals_of",
    "asked_people",
    "delegation_list",
    "delegations_of",
    "happenings",
    "link_view",
    "outcome_people",
    "readable_approvals",
    "standings_of",
    "substitute_told",
    "waiting_count",
]
