"""What people and programs read of mandates, and the one answer to who may approve something."""

from timshel.leadership.mandate.queries.approving import (
    Approver,
    WhoMay,
    own_authority,
    who_may_approve,
)
from timshel.leadership.mandate.queries.holders import HolderRow
from timshel.leadership.mandate.queries.record import MandateView, mandate
from timshel.leadership.mandate.queries.register import (
    MandateFilter,
    MandateRow,
    MandateSummary,
    mandate_list,
    mandate_summary,
    whole_register,
)

__all__ = [
    "Approver",
    "HolderRow",
    "MandateFilter",
    "MandateRow",
    "MandateSummary",
    "MandateView",
    "WhoMay",
    "mandate",
    "mandate_list",
    "mandate_summary",
    "own_authority",
    "who_may_approve",
    "whole_register",
]
