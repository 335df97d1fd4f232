"""How far what was found answers a question, what that proposes, and what a person judged."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """How far the evidence that a look found answers a question."""

    MISSING = "missing", pgettext_lazy("evidence", "Missing")
    STALE = "stale", pgettext_lazy("evidence", "Stale")
    PARTLY = "partly", pgettext_lazy("evidence", "Partly there")
    BY_HAND = "by_hand", pgettext_lazy("evidence", "By hand")
    MET = "met", pgettext_lazy("evidence", "There")


WORST_FIRST: tuple[Status, ...] = tuple(Status)
"""In the order in which they want to be mended."""


class Judgement(models.TextChoices):
    """What a person says of a question."""

    CONFORMS = "conforms", pgettext_lazy("verdict", "Conforms")
    PARTLY = "partly", pgettext_lazy("verdict", "Conforms in part")
    DOES_NOT = "does_not", pgettext_lazy("verdict", "Does not conform")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("verdict", "Not applicable")


PROPOSED: Mapping[Status, Judgement | None] = {
    Status.MET: Judgement.CONFORMS,
    Status.PARTLY: Judgement.PARTLY,
    Status.STALE: Judgement.PARTLY,
    Status.MISSING: Judgement.DOES_NOT,
    Status.BY_HAND: None,
}
"""What is proposed from what was found; nothing where only people can tell."""


class EvidenceKind(models.TextChoices):
    """What an auditor would ask to see."""

    REGISTER = "register", pgettext_lazy("evidence", "Register")
    RECORD = "record", pgettext_lazy("evidence", "Record")
    POLICY = "policy", pgettext_lazy("evidence", "Policy")
    PLAN = "plan", pgettext_lazy("evidence", "Plan")
    DOCUMENT = "document", pgettext_lazy("evidence", "Document")
    AGREEMENT = "agreement", pgettext_lazy("evidence", "Agreement")
    REPORT = "report", pgettext_lazy("evidence", "Report")
    MINUTES = "minutes", pgettext_lazy("evidence", "Minutes")
    SAMPLE = "sample", pgettext_lazy("evidence", "Sample")
    RECALCULATION = "recalculation", pgettext_lazy("evidence", "Recalculation")
    SYSTEM_TEST = "system_test", pgettext_lazy("evidence", "Test of the system")
    INTERVIEW = "interview", pgettext_lazy("evidence", "Interview")


class VerdictStanding(models.TextChoices):
    """Which questions a list shows, by their verdicts."""

    NONE = "none", _("No verdict yet")
    GIVEN = "given", _("With a verdict")
    OUTDATED = "outdated", _("Verdict outdated")
    DUE = "due", _("To be looked at again")
