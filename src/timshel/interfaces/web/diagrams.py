"""Pictures of processes with where a case stands, and the same in words for everybody else.

A page includes ``components/diagram.html`` with what ``diagram`` returns, and
``components/diagram_head.html`` in its head. The list of steps is what counts: it is read by
screen readers and without scripts, and the picture takes its marks from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.wording import MINUTE, span


class StepMark(StrEnum):
    """How a step of a running or ended case stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


MARK_NAMES: Mapping[StepMark, Promise] = {
    StepMark.WAITING: _("waiting"),
    StepMark.DONE: _("done"),
    StepMark.FAILED: _("failed"),
    StepMark.SKIPPED: _("skipped"),
    StepMark.CANCELLED: _("cancelled"),
}
MARK_ICONS: Mapping[StepMark, str] = {
    StepMark.WAITING: "hourglass",
    StepMark.DONE: "check",
    StepMark.FAILED: "alert-circle",
    StepMark.SKIPPED: "player-skip-forward",
    StepMark.CANCELLED: "x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramStep:
    """One pass through an element of a diagram, or an element that no case has reached.

    Args:
        element: its id in the diagram.
        name: what it is called, in the reader's language.
        text: what happens there, in the reader's language.
        mark: how it stands; None where it was not reached or no case is shown.
        kind: what sort of step it is, in words.
        who: the team or person that has it or had it.
        outcome: how it ended, in words.
        began_at: when it was reached.
        ended_at: when it ended; None while it waits.
        took: how long it took, where that differs from the time between the two moments.
        note: why it failed or was skipped.
    """

    element: str
    name: str
    text: str = ""
    mark: StepMark | None = None
    kind: str = ""
    who: str = ""
    outcome: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    took: timedelta | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the list prints it."""

    step: DiagramStep
    mark_name: Promise | str
    mark_icon: str
    took: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """What the template needs.

    Args:
        address: where the diagram comes from, as XML in the reader's language.
        title: what it shows, for people who do not see it.
        steps: in the order of the list.
        flows: the ids of the flows that were taken, with spaces between them.
    """

    address: str
    title: str
    steps: tuple[ShownStep, ...]
    flows: str


def diagram(
    address: str,
    *,
    title: str,
    at: datetime,
    steps: Iterable[DiagramStep] = (),
    flows: Iterable[str] = (),
) -> Diagram:
    """Return a picture and its steps in words.

    Args:
        address: where the diagram comes from, as XML in the reader's language.
        title: what it shows.
        at: the moment of the page, up to which waiting steps have taken their time.
        steps: in the order in which they were reached or stand in the diagram; of an element that
            was passed several times the last one is drawn.
        flows: the ids of the flows that were taken.
    """
    return Diagram(address, title, tuple(_shown(step, at) for step in steps), " ".join(flows))


def _shown(step: DiagramStep, at: datetime) -> ShownStep:
    if step.mark is None:
        return ShownStep(step, "", "", "")
    took = _took(step, at)
    if took is not None and took < MINUTE and step.mark is not StepMark.WAITING:
        took = None  # what the product does by itself takes no time worth telling
    return ShownStep(
        step,
        MARK_NAMES[step.mark],
        MARK_ICONS[step.mark],
        "" if took is None else span(took),
    )


def _took(step: DiagramStep, at: datetime) -> timedelta | None:
    if step.took is not None:
        return step.took
    if step.began_at is None:
        return None
    ended_at = at if step.mark is StepMark.WAITING else step.ended_at
    return None if ended_at is None else ended_at - step.began_at
