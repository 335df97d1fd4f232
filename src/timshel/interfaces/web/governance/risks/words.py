"""How pages call what happened to a risk, and how they colour its band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.journal.queries import JournalEntry
from timshel.planning.risk.queries import BandRow, RiskRow
from timshel.planning.risk.rules import Level
from timshel.planning.risk.states import Colour, Option

MARKS: Mapping[Colour, str] = {
    Colour.GREEN: "stage-resolved",
    Colour.YELLOW: "stage-waiting",
    Colour.ORANGE: "priority-2",
    Colour.RED: "priority-1",
}
VERBS: Mapping[str, Promise] = {
    "risk.identified": _("wrote it down"),
    "risk.changed": _("changed what is said of it"),
    "risk.analysed": _("judged it"),
    "risk.treated": _("planned what is done about it"),
    "risk.accepted": _("accepted it"),
    "risk.monitored": _("said that it is watched from now on"),
    "risk.reviewed": _("reviewed it"),
    "risk.occurred": _("said that it came true"),
    "risk.closed": _("closed it"),
    "risk.reopened": _("opened it again"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A risk with what lists say of it.

    Args:
        row: the risk.
        mark: the look of its band.
        treatment: the option that was chosen, in words.
    """

    row: RiskRow
    mark: str
    treatment: str


@dataclass(frozen=True, slots=True)
class Happened:
    """What somebody did with a risk."""

    entry: JournalEntry
    sentence: Promise | str
    reason: str


def mark_of(band: BandRow | None) -> str:
    """Return how a band is coloured; its name always stands with it."""
    return MARKS[band.colour] if band else ""


def shown(row: RiskRow) -> Shown:
    """Return a risk with its words."""
    treatment = str(Option(row.treatment).label) if row.treatment else ""
    return Shown(row, mark_of(row.band), treatment)


def happened(history: tuple[JournalEntry, ...]) -> Iterator[Happened]:
    """Yield what happened in words, with what was said for it."""
    for entry in history:
        said = entry.new("reason") or entry.new("accepted_because") or entry.new("found") or ""
        yield Happened(entry, VERBS.get(entry.verb, entry.verb), said)


def level_text(level: Level | None) -> str:
    """Return a level as a sum that people can check; empty for none."""
    return f"{level.likelihood} × {level.impact} = {level.score}" if level else ""
