"""How pages call where a communication stands, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.journal.queries import JournalEntry
from timshel.support.communication_plan.queries import PlanRow
from timshel.support.communication_plan.rules import PlanContent
from timshel.support.communication_plan.states import STATE_NAMES, PlanState

LOOKS: Mapping[PlanState, tuple[str, str]] = {
    PlanState.PLANNED: ("stage-new", "calendar"),
    PlanState.TOLD: ("stage-resolved", "circle-check"),
    PlanState.CANCELLED: ("stage-cancelled", "circle-x"),
}
VERBS: Mapping[str, Promise] = {
    "planned_communication.planned": _("planned it"),
    "planned_communication.changed": _("changed it"),
    "planned_communication.told": _("told it"),
    "planned_communication.cancelled": _("cancelled it"),
    "planned_communication.feedback": _("wrote down what came back"),
    "planned_communication.answered": _("answered what came back"),
    "planned_communication.noted": _("noted what came back"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A communication in words, with its mark."""

    row: PlanRow

    @property
    def number(self) -> str:
        """By which people know it."""
        return self.row.number

    @property
    def content(self) -> PlanContent:
        """What it says."""
        return self.row.content

    @property
    def owner_name(self) -> str:
        """Who sees to it."""
        return self.row.owner_name

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.row.state.value

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return str(STATE_NAMES[self.row.state])

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been told by now."""
        return self.row.is_overdue

    @property
    def reason(self) -> str:
        """Why it was cancelled."""
        return self.row.reason

    @property
    def look(self) -> tuple[str, str]:
        """The class and the icon of its mark."""
        return LOOKS[self.row.state]


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the journal in words."""

    entry: JournalEntry
    sentence: Promise | str


def happened(history: tuple[JournalEntry, ...]) -> Iterator[Happened]:
    """Yield what happened in words."""
    for entry in history:
        yield Happened(entry, VERBS.get(entry.verb, entry.verb))
