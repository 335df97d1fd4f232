"""The pages of an export: HTML that needs nothing else, a PDF and a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from timshel.improvement.conformity.queries.shapes import (
    ClauseRow,
    Overview,
    QuestionRow,
    RuleRow,
    VerdictRow,
)
from timshel.improvement.conformity.states import Judgement, Status
from timshel.kernel.documents import Column, ColumnKind, Sheet, pdf, spreadsheet

TEMPLATE = Path(__file__).with_name("index.typ")
STYLE = mark_safe(
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "section{border-top:1px solid #999;margin-top:1.5rem}"
)


class Zone:
    """Writes moments in the zone of whoever asked for the export."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._zone = ZoneInfo(name)

    def day(self, moment: datetime | None) -> str:
        """Return the day of a moment; a dash where there is none."""
        return date_format(moment.astimezone(self._zone), "DATE_FORMAT") if moment else "–"

    def moment(self, moment: datetime) -> str:
        """Return a moment."""
        return date_format(moment.astimezone(self._zone), "DATETIME_FORMAT")


def file_of(clause: str) -> str:
    """Return the name of the page of a clause."""
    return f"clauses/{clause}.html"


def index_html(view: Overview, zone: Zone, *, language: str) -> str:
    """Return the first page: the whole, and each clause that has questions."""
    rows = format_html_join(
        "",
        '<tr><th scope="row"><a href="{}">{} {}</a></th>{}<td>{}</td><td>{}</td></tr>',
        (
            (
                file_of(row.number),
                row.number,
                row.title,
                format_html_join("", "<td>{}</td>", ((row.counts[each],) for each in Status)),
                row.judged,
                row.outdated,
            )
            for row in asked(view)
        ),
    )
    heads = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in _heads()))
    said = format_html_join(
        "",
        "<li>{}: {}</li>",
        ((each.label, view.judgements[each]) for each in Judgement),
    )
    body = format_html(
        "<p>{}</p><ul>{}</ul><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        _summary(view, zone),
        said,
        heads,
        rows,
    )
    return page(f"{view.model.name} ({view.model.edition})", body, language=language)


def clause_html(
    row: ClauseRow, questions: Sequence[QuestionRow], zone: Zone, *, language: str
) -> str:
    """Return the page of a clause: its questions, what was found, what was said."""
    sections = format_html_join("", "{}", ((_question(each, zone),) for each in questions))
    body = format_html('<p><a href="../index.html">{}</a></p>{}', _("All clauses"), sections)
    return page(f"{row.number} {row.title}", body, language=language)


def index_pdf(view: Overview, zone: Zone, *, language: str, at: datetime) -> bytes:
    """Return the first page as PDF."""
    data = {
        "title": f"{view.model.name} ({view.model.edition})",
        "subtitle": _("Conformity"),
        "language": language,
        "footer": zone.moment(at),
        "summary": _summary(view, zone),
        "headers": _heads(),
        "rows": [
            [
                f"{row.number} {row.title}",
                *(str(row.counts[each]) for each in Status),
                str(row.judged),
                str(row.outdated),
            ]
            for row in asked(view)
        ],
    }
    return pdf(TEMPLATE, data, at=at)


def workbook(questions: Sequence[QuestionRow], zone: Zone) -> bytes:
    """Return all questions with evidence and verdicts as XLSX."""
    evidence = [
        (each.clause, each.code, str(rule.meaning), *_counts(rule))
        for each in questions
        for rule in each.rules
    ]
    number, moment = ColumnKind.NUMBER, ColumnKind.MOMENT
    found = (
        Column(_("Clause")),
        Column(_("Question")),
        Column(_("Evidence")),
        Column(_("Now"), number),
        Column(_("Stale"), number),
        Column(_("Newest"), moment),
        Column(_("Status")),
    )
    sheets = [question_sheet(questions), Sheet(_("Evidence"), found, evidence)]
    return spreadsheet(sheets, zone=zone.name)


def question_sheet(questions: Iterable[QuestionRow]) -> Sheet:
    """Return a sheet with questions, what was found and what was said of them."""
    columns = (
        Column(_("Clause")),
        Column(_("Code")),
        Column(_("Question")),
        Column(_("Kind of evidence")),
        Column(_("Evidence")),
        Column(_("Newest"), ColumnKind.MOMENT),
        Column(_("Proposed")),
        Column(_("Verdict")),
        Column(_("Why")),
        Column(_("What was shown")),
        Column(_("By whom")),
        Column(_("When"), ColumnKind.MOMENT),
        Column(_("To be looked at again on"), ColumnKind.DATE),
        Column(_("Outdated")),
    )
    return Sheet(_("Questions"), columns, [_cells(each) for each in questions])


def asked(view: Overview) -> list[ClauseRow]:
    """Return the clauses that have questions of their own or below them."""
    return [row for row in view.clauses if row.total]


def page(title: str, body: SafeString, *, language: str) -> str:
    """Return a page around something."""
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        "<style>{}</style></head><body><h1>{}</h1>{}</body></html>",
        language,
        title,
        STYLE,
        title,
        body,
    )


def _heads() -> list[str]:
    return [
        _("Clause"),
        *(str(each.label) for each in Status),
        _("Verdicts"),
        _("Outdated"),
    ]


def _summary(view: Overview, zone: Zone) -> str:
    words = {
        "met": view.counts[Status.MET],
        "total": view.total,
        "judged": view.judged,
        "when": zone.moment(view.look.at) if view.look else "–",
    }
    return (
        _(
            "Evidence as of %(when)s: it is there for %(met)d of %(total)d questions; %(judged)d"
            " have a verdict."
        )
        % words
    )


def _question(row: QuestionRow, zone: Zone) -> SafeString:
    found = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        (
            (rule.meaning, rule.current, rule.stale, zone.day(rule.latest), rule.status.label)
            for rule in row.rules
        ),
    )
    heads = (_("Evidence"), _("Now"), _("Stale"), _("Newest"), _("Status"))
    table = format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        format_html_join("", '<th scope="col">{}</th>', ((name,) for name in heads)),
        found,
    )
    return format_html(
        "<section><h2>{} {}</h2><p>{}</p><p>{}: <b>{}</b></p>{}{}</section>",
        row.code,
        row.title,
        row.words,
        row.kind.label,
        row.status.label,
        table if row.rules else format_html("<p>{}</p>", row.by_hand),
        _verdict(row.verdict, row, zone)
        if row.verdict
        else format_html("<p>{}</p>", _("No verdict yet")),
    )


def _verdict(said: VerdictRow, row: QuestionRow, zone: Zone) -> SafeString:
    links = format_html_join(
        "", "<li>{} {}</li>", ((each.title, each.address) for each in said.links)
    )
    outdated = _("What was found has turned since then.") if row.is_outdated else ""
    return format_html(
        "<p>{}: <b>{}</b>, {}, {}. {}</p><p>{}</p><ul>{}</ul>",
        _("Verdict"),
        said.judgement.label,
        said.by,
        zone.day(said.at),
        outdated,
        said.note,
        links,
    )


def _counts(rule: RuleRow) -> tuple[Any, ...]:
    return rule.current, rule.stale, rule.latest, str(rule.status.label)


def _cells(row: QuestionRow) -> list[Any]:
    said = row.verdict
    return [
        f"{row.clause} {row.clause_title}",
        row.code,
        row.words,
        str(row.kind.label),
        str(row.status.label),
        row.latest,
        str(row.proposed.label) if row.proposed else "",
        str(said.judgement.label) if said else "",
        said.note if said else "",
        "\n".join(f"{each.title} {each.address}".strip() for each in said.links) if said else "",
        said.by if said else "",
        said.at if said else None,
        said.next_date if said else None,
        _("Yes") if row.is_outdated else "",
    ]
