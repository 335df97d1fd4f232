"""What an objective says, and what must be said before it is agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.planning.objective.states import Direction, Level

PREFIX = "OBJ"
LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
LONGEST_UNIT = 20
LONGEST_CODE = 80
LONGEST_NOTE = 500
LARGEST = Decimal(10) ** 12
PLACES = Decimal("0.001")

TEXTS = {
    "title": LONGEST_TITLE,
    "why": LONGEST_TEXT,
    "unmeasured_because": LONGEST_TEXT,
    "plan": LONGEST_TEXT,
    "resources": LONGEST_TEXT,
    "judged_by": LONGEST_TEXT,
    "unit": LONGEST_UNIT,
    "service_code": LONGEST_CODE,
    "customer_code": LONGEST_CODE,
    "measure": LONGEST_CODE,
    "subject_kind": LONGEST_CODE,
    "subject_code": LONGEST_CODE,
}
AGREED_TERMS = (
    "parent",
    "service_code",
    "customer_code",
    "start_date",
    "due_date",
    "measure",
    "subject_kind",
    "subject_code",
    "unit",
    "direction",
    "baseline",
    "baseline_date",
    "target",
    "unmeasured_because",
)
"""What is fixed once it is agreed; its words, its owner and the way to it may change."""


@dataclass(frozen=True, slots=True)
class ObjectiveContent:
    """What is to be reached.

    Args:
        level: goal, result or objective; it stays as it was made.
        title: what is reached, in a sentence.
        owner: the code of the person who answers for it.
        parent: the number of what it serves; empty for a goal.
        why: Markdown; may be empty.
        service_code: the service it is about, if it is about one.
        customer_code: the customer it is about, if it is about one.
        start_date: the first day.
        due_date: until when.
        measure: the code of a measure whose figures are counted; empty where they are recorded.
        subject_kind: whose figures are counted.
        subject_code: its code; empty for everything.
        unit: of figures that are recorded by hand, such as ``days``.
        direction: whether at least or at most the target reaches it.
        baseline: the value at the beginning.
        baseline_date: when that was read.
        target: the value to be reached.
        unmeasured_because: why it is not measured.
        plan: what is done to reach it; Markdown.
        resources: what that takes.
        judged_by: how it is judged whether it was reached.
    """

    level: Level
    title: str
    owner: str
    parent: str = ""
    why: str = ""
    service_code: str = ""
    customer_code: str = ""
    start_date: date | None = None
    due_date: date | None = None
    measure: str = ""
    subject_kind: str = ""
    subject_code: str = ""
    unit: str = ""
    direction: Direction = Direction.AT_LEAST
    baseline: Decimal | None = None
    baseline_date: date | None = None
    target: Decimal | None = None
    unmeasured_because: str = ""
    plan: str = ""
    resources: str = ""
    judged_by: str = ""


def content_faults(content: ObjectiveContent) -> dict[str, list[Text]]:
    """Return what is wrong with the words and numbers of an objective, by field."""
    faults = {
        name: text_faults(getattr(content, name), longest=most) for name, most in TEXTS.items()
    }
    if not content.title.strip():
        faults["title"] = [_("Please say in a sentence what is to be reached.")]
    for name in ("baseline", "target"):
        value: Decimal | None = getattr(content, name)
        if value is not None:
            faults[name] = number_faults(value)
    if content.start_date and content.due_date and content.due_date < content.start_date:
        faults["due_date"] = [_("The last day lies before the first.")]
    return {name: texts for name, texts in faults.items() if texts}


def agreement_faults(content: ObjectiveContent) -> dict[str, list[Text]]:
    """Return what is still to be said before an objective can be agreed, by field.

    Goals and results are measured by what stands below them. An objective has a baseline and a
    target in some unit, or a reason why it cannot be measured.
    """
    faults: dict[str, list[Text]] = {}
    if content.due_date is None:
        faults["due_date"] = [_("Please say until when it is to be reached.")]
    if content.level != Level.OBJECTIVE or content.unmeasured_because.strip():
        return faults
    if not content.measure and not content.unit.strip():
        faults["measure"] = [
            _("Please choose a measure, give a unit, or say why it cannot be measured.")
        ]
    if content.baseline is None:
        faults["baseline"] = [_("Please say where you start from.")]
    if content.target is None:
        faults["target"] = [_("Please say which value is to be reached.")]
    return faults


def number_faults(value: Decimal) -> list[Text]:
    """Return what is wrong with a number: of a baseline, a target or a reading."""
    if not value.is_finite() or abs(value) >= LARGEST or value != value.quantize(PLACES):
        return [_("Give a number with at most three decimals.")]
    return []
