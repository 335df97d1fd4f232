"""The picture of a chain: a lane for each link, on an axis in the reader's zone.

Widths and places are shares of the picture's width, so that it fits any window without its words
growing or shrinking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from timshel.interfaces.web.stretches import waiting_name, working_span
from timshel.interfaces.web.wording import short_moment
from timshel.relationship_agreement.service_level.queries.chain import ChainView, LinkView
from timshel.relationship_agreement.service_level.rules.chain import LinkKind, Segment
from timshel.relationship_agreement.service_level.states import RUNS

LANE = 46
BAR = 18
LABEL = 18
AXIS = 30
MOST_TICKS = 5
# How far ahead of all that has passed the due moment may lie and still be drawn.
AHEAD = 3
HOURS = (1, 2, 3, 6, 12)
DAYS = (1, 2, 3, 5, 7, 14, 28, 91, 182, 364, 1820)
SHORT = (1, 2, 5, 10, 15, 30)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lane; ``left`` and ``width`` in percent."""

    left: str
    width: str
    top: int
    tone: str
    is_hatched: bool
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A link: its label, what is written beside it, and its bars."""

    label: str
    note: str
    text_top: int
    line_top: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line: a tick of the axis, the due moment or the breach."""

    left: str
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the template draws; heights in pixels."""

    height: int
    axis_top: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Mark, ...]
    due: Mark | None
    breach: Mark | None
    description: str


def picture(chain: ChainView) -> Picture | None:
    """Return the picture of a chain, or None where no time has passed."""
    if not chain.links:
        return None
    scale = _Scale(chain.started_at, _end(chain))
    lanes = tuple(_lane(link, position, scale) for position, link in enumerate(chain.links))
    axis_top = AXIS + LANE * len(lanes)
    promise = chain.promise
    due_at = promise.due_at if promise else None
    breached_at = promise.breached_at if promise else None
    return Picture(
        height=axis_top + AXIS,
        axis_top=axis_top,
        lanes=lanes,
        ticks=tuple(scale.ticks()),
        due=_mark(scale, due_at, _("due")) if breached_at is None else None,
        breach=_mark(scale, breached_at, _("promise broken")),
        description=_description(chain),
    )


def link_name(link: LinkView) -> str:
    """Return the name of a link for people."""
    match link.kind:
        case LinkKind.NOBODY:
            return _("Nobody")
        case LinkKind.RESOLVED:
            return _("Resolved, until it was reopened")
        case _:
            return link.name


def _end(chain: ChainView) -> datetime:
    promise = chain.promise
    if promise is None or promise.due_at is None or promise.state not in RUNS:
        return chain.ended_at
    furthest = chain.ended_at + AHEAD * (chain.ended_at - chain.started_at)
    return max(chain.ended_at, promise.due_at) if promise.due_at <= furthest else chain.ended_at


class _Scale:
    """Places moments between the two ends of the picture."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = start
        self.end = end
        self.length = max(end - start, timedelta(seconds=1))

    def share(self, moment: datetime) -> float:
        return 100 * ((moment - self.start) / self.length)

    def place(self, moment: datetime) -> str:
        return f"{self.share(moment):.3f}%"

    def width(self, start: datetime, end: datetime) -> str:
        return f"{100 * ((end - start) / self.length):.3f}%"

    def ticks(self) -> Iterator[Mark]:
        """Yield round moments of the reader's day, few enough for a phone."""
        zone = timezone.get_current_timezone()
        step = self._step()
        midnight = datetime.combine(self.start.astimezone(zone).date(), time(), tzinfo=zone)
        if step >= timedelta(days=1):
            moment, days = midnight, 0
            while moment <= self.end:
                if moment >= self.start:
                    yield self._tick(moment, with_time=False)
                days += step.days
                day = midnight.date() + timedelta(days=days)
                moment = datetime.combine(day, time(), tzinfo=zone)
            return
        passed = self.start - midnight.astimezone(self.start.tzinfo)
        moment = self.start + (-passed % step)
        while moment <= self.end:
            yield self._tick(moment, with_time=True)
            moment += step

    def _step(self) -> timedelta:
        steps = [
            *(timedelta(minutes=each) for each in SHORT),
            *(timedelta(hours=each) for each in HOURS),
            *(timedelta(days=each) for each in DAYS),
        ]
        return next((each for each in steps if self.length / each <= MOST_TICKS), steps[-1])

    def _tick(self, moment: datetime, *, with_time: bool) -> Mark:
        share = self.share(moment)
        words = short_moment(moment)
        day, _space, clock = words.rpartition(" ")
        is_first_of_day = clock == "00:00"
        shown = clock if with_time and not is_first_of_day else day.rpartition(" ")[0]
        return Mark(f"{share:.3f}%", shown, _anchor(share))


def _anchor(share: float) -> str:
    if share < 12:
        return "start"
    return "end" if share > 88 else "middle"


def _lane(link: LinkView, position: int, scale: _Scale) -> Lane:
    top = AXIS + position * LANE
    words = [working_span(link.amounts.wall)]
    if link.share:
        words.append(f"{round(100 * link.share)} %")
    return Lane(
        label=link_name(link),
        note=" · ".join(words),
        text_top=top + LABEL - 5,
        line_top=top + LABEL + BAR // 2,
        bars=tuple(_bar(each, link, top + LABEL, scale) for each in link.segments),
    )


def _bar(segment: Segment, link: LinkView, top: int, scale: _Scale) -> Bar:
    tone = "resolved" if link.kind is LinkKind.RESOLVED else link.kind.value
    return Bar(
        left=scale.place(segment.start),
        width=scale.width(segment.start, segment.end),
        top=top,
        tone=tone,
        is_hatched=segment.is_paused,
        title=_bar_title(segment, link),
    )


def _bar_title(segment: Segment, link: LinkView) -> str:
    words = _("%(name)s, %(start)s to %(end)s: %(counted)s counted") % {
        "name": link_name(link),
        "start": short_moment(segment.start),
        "end": short_moment(segment.end),
        "counted": working_span(segment.amounts.counted),
    }
    if segment.waiting_reason is None:
        return words
    reason = waiting_name(segment.waiting_reason)
    told = _("paused: %(name)s") % {"name": reason} if segment.is_paused else reason
    return f"{words} ({told})"


def _mark(scale: _Scale, moment: datetime | None, words: str) -> Mark | None:
    if moment is None or not scale.start <= moment <= scale.end:
        return None
    share = scale.share(moment)
    return Mark(f"{share:.3f}%", words, _anchor(share))


def _description(chain: ChainView) -> str:
    names = ", ".join(link_name(link) for link in chain.links)
    return _("From %(start)s to %(end)s, through: %(names)s. The tables hold all figures.") % {
        "start": short_moment(chain.started_at),
        "end": short_moment(chain.ended_at),
        "names": names,
    }
