"""What is done with risks and opportunities, and with the criteria they meet (clause 6.1)."""

from timshel.planning.risk.actions.criteria import define_area, set_criteria
from timshel.planning.risk.actions.deeds import (
    accept_risk,
    analyse_risk,
    close_risk,
    monitor_risk,
    record_occurrence,
    reopen_risk,
    review_risk,
    treat_risk,
)
from timshel.planning.risk.actions.register import change_risk, identify_risk
from timshel.planning.risk.actions.writing import REGION, SUBJECT

__all__ = [
    "REGION",
    "SUBJECT",
    "accept_risk",
    "analyse_risk",
    "change_risk",
    "close_risk",
    "define_area",
    "identify_risk",
    "monitor_risk",
    "record_occurrence",
    "reopen_risk",
    "review_risk",
    "set_criteria",
    "treat_risk",
]
