"""Resources in words, and their quarters as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from timshel.interfaces.web.governance.charts import FLOOR, GAP, WIDTH, Bar, Chart, Tick
from timshel.kernel.text import labelled
from timshel.performance_evaluation.reporting import wording
from timshel.planning.planned_action.queries import ActionRow
from timshel.support.resource.queries import ResourceRow
from timshel.support.resource.rules.forecasting import Outlook
from timshel.support.resource.states import ResourceKind

NOTHING = "–"
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a resource in words.

    Args:
        each: itself.
        name: such as "Q2 2026".
        is_now: whether it is the present one.
        available: how much there is.
        needed: how much is needed.
        used: how much was used.
        missing: how much is missing; empty where it suffices or is not known.
    """

    each: Outlook
    name: str
    is_now: bool
    available: str
    needed: str
    used: str
    missing: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A resource in words.

    Args:
        row: itself.
        kind: what it is.
        quarters: all that are shown, oldest first.
        before: the last one that is over.
        ahead: the present one and those to come.
        short: those that are not over and for which it will not suffice.
        actions: what is planned about it and not done.
        may_plan: whether the reader may plan what is done about it.
    """

    row: ResourceRow
    kind: str
    quarters: tuple[Quarter, ...]
    before: Quarter
    ahead: tuple[Quarter, ...]
    short: tuple[Quarter, ...]
    actions: tuple[ActionRow, ...] = ()
    may_plan: bool = False

    @property
    def later(self) -> tuple[Quarter, ...]:
        """The quarters after the first for which it will not suffice."""
        return self.short[1:]


def quarter_name(quarter: date) -> str:
    """Return a quarter as people call it."""
    place = (quarter.month - 1) // MONTHS + 1
    return _("Q%(quarter)d %(year)d") % {"quarter": place, "year": quarter.year}


def amount_words(value: Decimal | None) -> str:
    """Return an amount without needless zeros; a dash where nobody knows it."""
    if value is None:
        return NOTHING
    return wording.number(plain(value))


def plain(value: Decimal) -> Decimal:
    """Return a number with no more decimals than it needs."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def shown(row: ResourceRow, actions: Sequence[ActionRow] = ()) -> Shown:
    """Return a resource in words."""
    quarters = tuple(_quarter(each, row) for each in row.quarters)
    ahead = tuple(each for each in quarters if not each.each.is_over)
    short = {each.quarter for each in row.shortages}
    return Shown(
        row=row,
        kind=str(ResourceKind(row.content.kind).label),
        quarters=quarters,
        before=next(each for each in reversed(quarters) if each.each.is_over),
        ahead=ahead,
        short=tuple(each for each in ahead if each.each.quarter in short),
        actions=tuple(actions),
        may_plan=row.may_answer,
    )


def _quarter(each: Outlook, row: ResourceRow) -> Quarter:
    first_ahead = next(quarter for quarter in row.quarters if not quarter.is_over)
    return Quarter(
        each=each,
        name=quarter_name(each.quarter),
        is_now=each is first_ahead,
        available=amount_words(each.available),
        needed=amount_words(each.needed),
        used=amount_words(each.used),
        missing=amount_words(each.missing) if each.missing is not None else "",
    )


def picture(found: Shown) -> Chart | None:
    """Return what there is beside what is needed, quarter by quarter; None where all is unknown."""
    pairs = [(each.each.available, _wanted(each.each)) for each in found.quarters]
    top = max((value for pair in pairs for value in pair if value is not None), default=None)
    if not top:
        return None
    step = WIDTH / len(pairs)
    width = (step - GAP) / 2
    names = (_("Available"), _("Needed; used where the quarter is over"))
    bars = [
        Bar(
            x=f"{position * step + GAP / 2 + series * width:.1f}",
            y=f"{FLOOR - _height(value, top):.1f}",
            width=f"{width - 1:.1f}",
            height=f"{_height(value, top):.1f}",
            text=labelled(f"{found.quarters[position].name}, {names[series]}", amount_words(value)),
            series=series,
        )
        for position, pair in enumerate(pairs)
        for series, value in enumerate(pair)
        if value is not None
    ]
    ticks = tuple(
        Tick(f"{(position + 0.5) * step:.1f}", each.name)
        for position, each in enumerate(found.quarters)
        if position % 2 == 0
    )
    title = _("There is, and is needed")
    return Chart(title, names, tuple(bars), ticks, f"{amount_words(top)} {found.row.content.unit}")


def _wanted(each: Outlook) -> Decimal | None:
    """Return what was used of a quarter that is over, and what is needed of any other."""
    return each.used if each.used is not None else each.needed


def _height(value: Decimal, top: Decimal) -> float:
    return max(FLOOR * float(value / top), 1.0 if value else 0.0)
