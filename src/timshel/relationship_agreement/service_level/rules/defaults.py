"""What holds until the organisation says otherwise."""

from __future__ import annotations

from timshel.relationship_agreement.service_level.rules.terms import Alert
from timshel.relationship_agreement.service_level.states import Recipient

STANDARD = "standard"
"""The code of the agreement with everybody about everything."""

# Where no rule is stored for all agreements, whoever has the work hears at three quarters; of a
# breach they hear in any case.
DEFAULT_ALERTS: tuple[Alert, ...] = (Alert(75, Recipient.ASSIGNEE),)
