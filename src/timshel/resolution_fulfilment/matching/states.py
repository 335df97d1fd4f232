"""How somebody was helped without a new case."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Help(StrEnum):
    """What helped a person who was about to report something."""

    OUTAGE = "outage"
    ANSWER = "answer"
    OWN_CASE = "own_case"


HELP_NAMES: dict[Help, Promise] = {
    Help.OUTAGE: _("A known outage"),
    Help.ANSWER: _("An answer in the catalogue"),
    Help.OWN_CASE: _("A case of their own that was open already"),
}
