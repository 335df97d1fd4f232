"""The targets of a new installation, until the organisation agrees on its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from timshel.relationship_agreement.service_level.rules.terms import Alert
from timshel.relationship_agreement.service_level.states import ClockKind, Recipient

STANDARD = "standard"
"""The code of the agreement with everybody about everything."""

DEFAULT_TARGETS: Mapping[tuple[ClockKind, int], timedelta] = {
    (ClockKind.RESPOND, 1): timedelta(minutes=15),
    (ClockKind.RESPOND, 2): timedelta(minutes=30),
    (ClockKind.RESPOND, 3): timedelta(hours=2),
    (ClockKind.RESPOND, 4): timedelta(hours=4),
    (ClockKind.RESPOND, 5): timedelta(hours=8),
    (ClockKind.RESOLVE, 1): timedelta(hours=4),
    (ClockKind.RESOLVE, 2): timedelta(hours=8),
    (ClockKind.RESOLVE, 3): timedelta(hours=24),
    (ClockKind.RESOLVE, 4): timedelta(hours=40),
    (ClockKind.RESOLVE, 5): timedelta(hours=80),
}

# Where no rule is stored for all agreements, whoever has the work hears at three quarters; of a
# breach they hear in any case.
DEFAULT_ALERTS: tuple[Alert, ...] = (Alert(75, Recipient.ASSIGNEE),)
