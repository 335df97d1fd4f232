"""The report card as a document, typeset from ``card.typ``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from timshel.kernel.documents import pdf
from timshel.performance_evaluation.reporting import contents, wording
from timshel.performance_evaluation.reporting.queries import ExceptionLine, ReportCard
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind

TEMPLATE = Path(__file__).with_name("card.typ")


def card_pdf(card: ReportCard, *, language: str) -> bytes:
    """Return a report card as PDF.

    Args:
        card: as it was read.
        language: of its words.
    """
    with override(language):
        return pdf(TEMPLATE, _data(card, language), at=card.at)


def _data(card: ReportCard, language: str) -> dict[str, Any]:
    return {
        "title": contents.title(card),
        "subtitle": contents.subtitle(card),
        "language": language,
        "footer": contents.moment(card.at, card.period.zone),
        "remarks": contents.remarks(card),
        "tiles": [
            {"label": row.name, "value": row.text, "note": row.change.text}
            for row in contents.rows(card, contents.HEADLINES)
        ],
        "sections": [
            _figures(card, _("How much there was"), contents.VOLUME),
            _figures(card, _("How well it went"), contents.QUALITY),
            _promises(card),
            _goals(card),
            _ages(card),
            _exceptions(card),
            _trend(card),
        ],
    }


def _section(
    heading: str, headers: list[str], rows: list[list[str]], *, figures: list[int], empty: str = "",
    widths: list[int] | None = None, note: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "heading": heading,
        "headers": headers,
        "rows": rows,
        "figures": figures,
        "empty": empty,
        "widths": widths or [1] * len(headers),
        "note": note,
    }


def _figures(card: ReportCard, heading: str, codes: tuple[str, ...]) -> dict[str, Any]:
    rows = [[row.name, row.text, row.before, row.change.text] for row in contents.rows(card, codes)]
    headers = [
        _("Measure"),
        _("This period"),
        _("Period before"),
        pgettext("from the period before", "Change"),
    ]
    return _section(heading, headers, rows, figures=[1, 2, 3], widths=[5, 2, 2, 2])


def _promises(card: ReportCard) -> dict[str, Any]:
    rows = [
        [
            contents.promise_name(each),
            wording.number(each.decided),
            wording.number(each.kept),
            wording.number(each.broken),
            wording.percent(each.percent) if each.percent is not None else wording.NOTHING,
            contents.goal_of(each),
            contents.verdict(is_reached=each.is_reached),
        ]
        for each in card.attainments
    ]
    headers = [
        _("Promise"), _("Decided"), _("Kept"), _("Broken"), _("Share kept"), _("Goal"), _("Result"),
    ]  # fmt: skip
    return _section(
        _("What we promised"),
        headers,
        rows,
        figures=[1, 2, 3, 4, 5],
        widths=[6, 2, 2, 2, 2, 2, 3],
        empty=_("No promise was decided in this period."),
    )


def _goals(card: ReportCard) -> dict[str, Any]:
    rows = [
        [
            result.agreement,
            wording.goal_title(result),
            wording.goal_bound(result),
            wording.goal_amount(result, result.value),
            contents.verdict(is_reached=result.is_reached),
            result.source,
        ]
        for result in card.goals
    ]
    headers = [_("Agreement"), _("About"), _("Goal"), _("Measured"), _("Result"), _("Source")]
    return _section(
        _("Further goals of the agreements"),
        headers,
        rows,
        figures=[],
        widths=[4, 4, 3, 3, 2, 3],
        empty=_("The agreements have no further goals."),
    )


def _ages(card: ReportCard) -> dict[str, Any]:
    rows = [[str(each.band.name), wording.number(each.count)] for each in card.bands]
    headers = [_("Age"), _("Open cases")]
    return _section(_("Open cases by age"), headers, rows, figures=[1], widths=[4, 1])


def _exceptions(card: ReportCard) -> dict[str, Any]:
    rows = [_exception(line) for line in card.exceptions]
    note = ""
    if card.broken > len(card.exceptions):
        note = _("The last %(shown)s of %(all)s broken promises; the page lists all of them.") % {
            "shown": wording.number(len(card.exceptions)),
            "all": wording.number(card.broken),
        }
    headers = [_("Case"), _("Promise"), _("Late by"), _("Cause"), _("What is done about it")]
    return _section(
        _("Broken promises"),
        headers,
        rows,
        figures=[2],
        widths=[4, 3, 2, 5, 4],
        empty=_("No promise was broken in this period."),
        note=note,
    )


def _exception(line: ExceptionLine) -> list[str]:
    promise = line.promise
    late = wording.duration(promise.late_by) if promise.late_by is not None else wording.NOTHING
    return [
        f"{promise.number} {promise.title}",
        f"{KIND_NAMES[ClockKind(promise.kind)]}, P{promise.priority}",
        _("%(span)s and counting") % {"span": late} if promise.goes_on else late,
        " ".join(wording.cause(line.cause, promise.resolution_code)),
        line.remediation,
    ]


def _trend(card: ReportCard) -> dict[str, Any]:
    rows = [
        [
            wording.period_name(each.period),
            *(
                wording.value(each.figures[code])
                for code in ("opened", "resolved", "backlog", "attainment", "wall_median")
            ),
        ]
        for each in card.trend
    ]
    headers = [
        _("Period"), pgettext("cases", "Opened"), pgettext("cases", "Solved"), _("Open at the end"),
        _("Promises kept"), _("From opening to solution, median"),
    ]  # fmt: skip
    return _section(
        _("The last periods"), headers, rows, figures=[1, 2, 3, 4, 5], widths=[4, 2, 2, 2, 2, 3]
    )
