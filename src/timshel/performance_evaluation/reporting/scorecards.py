"""What indicators and scorecards say in words: pages, files and letters show these.

Everything here speaks the language that is active.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.utils.translation import gettext as _

from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.indicator.queries import (
    IndicatorRow,
    ScorecardRow,
    ScorecardView,
    process_choices,
)
from timshel.performance_evaluation.indicator.rules import IndicatorContent
from timshel.performance_evaluation.indicator.states import (
    STANDING_NAMES,
    Audience,
    Direction,
)
from timshel.performance_evaluation.measurement.queries import (
    Measure,
    amount_of,
    measure,
    subject_choices,
    subject_names,
)
from timshel.performance_evaluation.measurement.states import UNIT_NAMES, SubjectKind
from timshel.performance_evaluation.reporting import wording

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class IndicatorWords:
    """An indicator in words.

    Args:
        row: itself.
        measure: the name of its measure.
        subject: whose figures.
        standing: how it stands.
        last: its last value, with its unit.
        period: for when that is; empty where nothing was read.
        change: compared with the reading before; empty where that is not known.
        target: with its side and its unit.
        warning: from where it warns.
        critical: from where it is bad.
    """

    row: IndicatorRow
    measure: str
    subject: str
    standing: str
    last: str
    period: str
    change: str
    target: str
    warning: str
    critical: str

    @classmethod
    def of(cls, row: IndicatorRow, names: Mapping[tuple[str, str], str]) -> Self:
        """Return an indicator in words.

        Args:
            row: itself.
            names: of those whose figures are measured, by kind and code.
        """
        content = row.content
        found = measured_by(content)
        is_higher = content.direction is Direction.HIGHER
        target = _("At least %(value)s") if is_higher else _("At most %(value)s")
        side = _("Below %(value)s") if is_higher else _("Above %(value)s")
        changes = {
            "better": _("better than before"),
            "worse": _("worse than before"),
            "same": _("as before"),
        }
        return cls(
            row=row,
            measure=str(found.name) if found else content.measure,
            subject=names.get((content.subject_kind, content.subject_code), content.subject_code),
            standing=str(STANDING_NAMES[row.standing]),
            last=value_words(content, row.last_value),
            period=wording.period_name(row.last_period) if row.last_period else "",
            change=changes.get(row.change, ""),
            target=target % {"value": value_words(content, content.target)},
            warning=side % {"value": value_words(content, content.warning)},
            critical=side % {"value": value_words(content, content.critical)},
        )

    @classmethod
    def all_of(cls, rows: Sequence[IndicatorRow], *, language: str) -> list[Self]:
        """Return indicators in words, in at most a query for each kind of subject."""
        names = names_of((row.content for row in rows), language)
        return [cls.of(row, names) for row in rows]


def measured_by(content: IndicatorContent) -> Measure | None:
    """Return what it measures; None for what is measured no more."""
    try:
        return measure(content.measure)
    except NotFound:
        return None


def value_words(content: IndicatorContent, value: Decimal | None) -> str:
    """Return a value with the unit of an indicator."""
    if value is None:
        return NOTHING
    found = measured_by(content)
    if found is None:
        return wording.number(value.normalize())
    return wording.amount(found.unit, amount_of(found, value))


def unit_words(content: IndicatorContent) -> str:
    """Return the unit of an indicator."""
    found = measured_by(content)
    return str(UNIT_NAMES[found.unit]) if found else ""


def names_of(contents: Iterable[IndicatorContent], language: str) -> Mapping[tuple[str, str], str]:
    """Return the names of those whose figures are measured, by kind and code."""
    return subject_names(contents, language=language)


def audience_words(row: ScorecardRow, language: str) -> str:
    """Return for whom a scorecard is."""
    content = row.content
    if content.audience is Audience.SYSTEM:
        return str(Audience.SYSTEM.label)
    if content.audience is Audience.PROCESS:
        names = dict(process_choices(language=language))
    else:
        names = dict(subject_choices(language=language)[SubjectKind.SERVICE])
    return names.get(content.audience_code, content.audience_code)


def figure_lines(view: ScorecardView, *, language: str) -> str:
    """Return the figures of a scorecard for a letter, one line to an indicator."""
    lines = IndicatorWords.all_of([line.row for line in view.lines], language=language)
    return "\n".join(_figure_line(each) for each in lines) or NOTHING


def _figure_line(each: IndicatorWords) -> str:
    said = [each.last, each.target, each.standing, each.change, each.period]
    told = {"name": each.row.content.title, "figures": ", ".join(filter(None, said))}
    return _("%(name)s: %(figures)s") % told
