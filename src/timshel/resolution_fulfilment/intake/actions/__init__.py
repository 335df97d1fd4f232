"""What can be done with mail that arrived, and with the rules for it."""

from timshel.resolution_fulfilment.intake.actions.handling import (
    add_held_to_case,
    ignore_held,
    open_case_of_held,
    trust_sender_of_held,
)
from timshel.resolution_fulfilment.intake.actions.keeping import (
    forget_sender,
    judge_sender,
    set_mail_rule,
)
from timshel.resolution_fulfilment.intake.actions.taking import take_up

__all__ = [
    "add_held_to_case",
    "forget_sender",
    "ignore_held",
    "judge_sender",
    "open_case_of_held",
    "set_mail_rule",
    "take_up",
    "trust_sender_of_held",
]
