"""What an action must say, and when its owner is reminded (clauses 6.1, 9.3 and 10.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.planning.planned_action.states import ActionKind, Reminder

PREFIX = "ACT"
LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
NEAR = timedelta(days=7)
LONG_OVER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class About:
    """The record that an action follows from.

    Args:
        kind: of the record, such as ``risk``; empty where there is none.
        code: by which people know it, such as its number.
    """

    kind: str = ""
    code: str = ""


NOTHING = About()


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """Who does what until when.

    Args:
        kind: why it is done.
        title: what is done, in a sentence.
        owner: the code of whoever does it.
        due_date: its last day.
        detail: Markdown; may be empty.
    """

    kind: ActionKind
    title: str
    owner: str
    due_date: date
    detail: str = ""


def plan_faults(plan: ActionPlan) -> dict[str, list[Text]]:
    """Return what is wrong with the words of a plan, by field."""
    faults = {
        "title": text_faults(plan.title, longest=LONGEST_TITLE),
        "detail": text_faults(plan.detail, longest=LONGEST_TEXT),
    }
    if not plan.title.strip():
        faults["title"] = [_("Please say what is to be done.")]
    return {name: texts for name, texts in faults.items() if texts}


def reminder_of(due_date: date, *, today: date) -> Reminder:
    """Return of what the owner of an open action is to have been told by a day.

    A week before the last day comes the first word, on the day after it the second, and a
    fortnight after it whoever the owner reports to hears as well.
    """
    if today > due_date + LONG_OVER:
        return Reminder.ESCALATED
    if today > due_date:
        return Reminder.DUE
    return Reminder.NEAR if today >= due_date - NEAR else Reminder.NONE
