"""Skills, certificates and learning in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timshel.kernel.errors import Text
from timshel.support.competence.queries import (
    Cell,
    CertificateRow,
    EnrolmentRow,
    HoldingRow,
)
from timshel.support.competence.rules import GAP_NAMES, LEVEL_NAMES, Gap
from timshel.support.competence.states import (
    CERTIFICATE_NAMES,
    ENROLMENT_NAMES,
    HOLDING_NAMES,
    CertificateState,
    HoldingState,
)

GOOD = ("stage-resolved", "circle-check")
WAITS = ("stage-new", "clock")
BAD = ("stage-waiting", "alert-triangle")
OVER = ("stage-cancelled", "x")
HOLDING_LOOKS = {"proposed": WAITS, "confirmed": GOOD, "declined": OVER}
ENROLMENT_LOOKS = {"running": WAITS, "completed": GOOD, "stopped": OVER}


@dataclass(frozen=True, slots=True)
class Shown:
    """A record with its mark.

    Args:
        row: itself.
        state: where it stands, in words.
        look: the class of the mark.
        icon: of the mark.
        level: a level in words, where it has one.
        is_open: whether it waits for somebody's judgement.
    """

    row: HoldingRow | CertificateRow | EnrolmentRow
    state: Text
    look: str
    icon: str
    level: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the matrix in words.

    Args:
        cell: itself.
        look: the class of its mark; empty where nothing is needed.
        icon: of its mark.
        figure: how many hold it, and how many are needed.
        words: what is missing, and who holds it.
    """

    cell: Cell
    look: str
    icon: str
    figure: str
    words: str


def level_rows(levels: Sequence[str]) -> list[tuple[int, Text, str]]:
    """Return number, name and meaning of the levels from 1."""
    return [(place, LEVEL_NAMES[place], text) for place, text in enumerate(levels, start=1)]


def shown_holding(row: HoldingRow) -> Shown:
    """Return a level in words."""
    look, icon = HOLDING_LOOKS[row.state]
    is_open = row.state == HoldingState.PROPOSED
    level = f"{row.counted_level} – {LEVEL_NAMES[row.counted_level]}"
    return Shown(row, HOLDING_NAMES[row.state], look, icon, level, is_open)


def shown_certificate(row: CertificateRow) -> Shown:
    """Return a certificate in words: whether it counts today."""
    is_open = row.state == CertificateState.REPORTED
    if row.state == CertificateState.WITHDRAWN:
        return Shown(row, CERTIFICATE_NAMES[row.state], *OVER)
    if row.is_expired:
        return Shown(row, _("Expired"), *BAD, is_open=is_open)
    if is_open:
        return Shown(row, CERTIFICATE_NAMES[row.state], *WAITS, is_open=True)
    if row.is_expiring:
        return Shown(row, _("Expires soon"), *BAD)
    return Shown(row, _("In force"), *GOOD)


def shown_enrolment(row: EnrolmentRow) -> Shown:
    """Return somebody on a path in words."""
    if row.is_overdue:
        return Shown(row, _("Overdue"), *BAD)
    look, icon = ENROLMENT_LOOKS[row.state]
    return Shown(row, ENROLMENT_NAMES[row.state], look, icon)


def gap_words(cell: Cell) -> str:
    """Return what is missing, in one sentence."""
    return "; ".join(str(GAP_NAMES[each]) for each in cell.gaps)


def shown_cell(cell: Cell) -> ShownCell:
    """Return a cell of the matrix in words."""
    names = ", ".join(cell.holders)
    count = len(cell.holders)
    if cell.level is None:
        return ShownCell(cell, "", "", str(count) if count else "", names)
    if Gap.NOBODY in cell.gaps:
        look, icon = "stage-waiting", "circle-x"
    elif cell.gaps:
        look, icon = BAD
    else:
        look, icon = GOOD
    words = gap_words(cell)
    figure = _("%(held)d of %(people)d at level %(level)d") % {
        "held": count,
        "people": cell.people or 0,
        "level": cell.level,
    }
    return ShownCell(cell, look, icon, figure, ". ".join(each for each in (words, names) if each))
