"""What can be sent by mail: report cards and scorecards, each read as its reader may see it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from timshel.kernel.actor import Actor
from timshel.kernel.letters import Draft
from timshel.performance_evaluation.indicator.access import known_card
from timshel.performance_evaluation.indicator.queries import scorecard
from timshel.performance_evaluation.measurement.queries import find_subject
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.performance_evaluation.reporting import contents, notices, scorecards, wording
from timshel.performance_evaluation.reporting.access import require_cards
from timshel.performance_evaluation.reporting.documents import (
    card_pdf,
    card_xlsx,
    scorecard_pdf,
    scorecard_xlsx,
)
from timshel.performance_evaluation.reporting.queries import report_card
from timshel.performance_evaluation.reporting.states import Format, ReportKind

EXCEPTIONS_IN_FILES = 500


@dataclass(frozen=True, slots=True)
class Links:
    """Where pages are, as only the door that sends knows.

    Args:
        card: the address of a card, from kind, code, first and last day.
        overview: the address of the overview.
    """

    card: Callable[[str, str, date, date], str]
    overview: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be sent, and to whom.

    Args:
        kind: of ``ReportKind``.
        code: of what it is about.
        period: that is over.
        file_format: of ``Format``.
        links: where pages are.
        reader: with the rights, the language and the zone that the report keeps to.
        at: when it is read.
    """

    kind: str
    code: str
    period: Period
    file_format: str
    links: Links
    reader: Actor
    at: datetime

    @property
    def first_name(self) -> str:
        """How a letter speaks to its reader."""
        return self.reader.name.split(" ", maxsplit=1)[0]

    @property
    def address(self) -> str:
        """Where the page of the report is."""
        return self.links.card(self.kind, self.code, self.period.first_day, self.period.last_day)


@dataclass(frozen=True, slots=True)
class Report:
    """A report that can go out.

    Args:
        letter: what stands in the mail.
        file_name: of what goes with it.
        content: of that file.
    """

    letter: Draft
    file_name: str
    content: bytes


class Source(Protocol):
    """What makes the reports of a kind."""

    def require(self, kind: str, code: str, /, *, actor: Actor) -> str:
        """Return the code as it is kept.

        Raises:
            NotAllowed, NotFound: the actor may not read such a report.
        """
        ...

    def report(self, asked: Asked) -> Report:
        """Return a report in the language that is active.

        Raises:
            NotAllowed, NotFound: its reader may not read it any more.
        """
        ...

    def farewell(self, asked: Asked) -> Draft:
        """Return the letter that says that it is no longer sent."""
        ...


class _Cards:
    """Report cards."""

    def require(self, kind: str, code: str, /, *, actor: Actor) -> str:
        """Return the code of a subject of which the actor sees something."""
        require_cards(actor)
        find_subject(kind, code, actor=actor)
        return code

    def report(self, asked: Asked) -> Report:
        """Return the card of a period."""
        reader = asked.reader
        card = report_card(
            asked.kind,
            asked.code,
            period=asked.period,
            actor=reader,
            at=asked.at,
            exceptions=EXCEPTIONS_IN_FILES,
        )
        write = card_pdf if asked.file_format == Format.PDF else card_xlsx
        letter = notices.card_notice(
            first_name=asked.first_name,
            subject=card.subject.name,
            period=wording.period_name(asked.period),
            address=asked.address,
            language=reader.language,
        )
        name = contents.file_name(card, asked.file_format)
        return Report(letter, name, write(card, language=reader.language))

    def farewell(self, asked: Asked) -> Draft:
        """Return the letter that leads back to the overview of cards."""
        return notices.ended_notice(
            first_name=asked.first_name,
            subject=asked.code,
            address=asked.links.overview,
            language=asked.reader.language,
        )


class _Scorecards:
    """Scorecards."""

    def require(self, _kind: str, code: str, /, *, actor: Actor) -> str:
        """Return the number of a scorecard that the actor may see."""
        return known_card(code, actor=actor).number

    def report(self, asked: Asked) -> Report:
        """Return a scorecard as it stood when the period was over."""
        reader, at = asked.reader, asked.at
        language, zone = reader.language, reader.time_zone
        view = scorecard(asked.code, until=asked.period.last_day, actor=reader, at=at)
        letter = notices.scorecard_notice(
            first_name=asked.first_name,
            subject=view.row.content.title,
            period=wording.period_name(asked.period),
            figures=scorecards.figure_lines(view, language=language),
            address=asked.address,
            language=language,
        )
        if asked.file_format == Format.PDF:
            content = scorecard_pdf(view, language=language, zone=zone, at=at)
        else:
            content = scorecard_xlsx(view, language=language, zone=zone)
        days = f"{asked.period.first_day}-{asked.period.last_day}"
        name = f"scorecard-{view.row.number}-{days}.{asked.file_format}"
        return Report(letter, name, content)

    def farewell(self, asked: Asked) -> Draft:
        """Return the letter that leads back to the scorecard, if it is there."""
        return notices.scorecard_ended_notice(
            first_name=asked.first_name,
            subject=asked.code,
            address=asked.address,
            language=asked.reader.language,
        )


_CARDS, _SCORECARDS = _Cards(), _Scorecards()


def source_of(kind: str) -> Source:
    """Return what makes the reports of a kind; report cards refuse what they do not know."""
    return _SCORECARDS if kind == ReportKind.SCORECARD else _CARDS
