"""What subscribers of report cards and scorecards are written."""

from __future__ import annotations

from timshel.kernel.letters import Draft


def card_notice(
    *, first_name: str, subject: str, period: str, address: str, language: str
) -> Draft:
    """Return the message that carries a report card.

    Args:
        first_name: of the reader.
        subject: whom or what the card is about.
        period: of the card, in words.
        address: of the card's page.
        language: of the reader.
    """
    told = {"name": first_name, "subject": subject, "period": period, "address": address}
    return Draft("reporting.card", language, told)


def ended_notice(*, first_name: str, subject: str, address: str, language: str) -> Draft:
    """Return the message that a subscription ended because its reader may not see the card.

    Args:
        first_name: of the reader.
        subject: the code of what the card is about.
        address: of the overview of report cards.
        language: of the reader.
    """
    told = {"name": first_name, "subject": subject, "address": address}
    return Draft("reporting.ended", language, told)


def scorecard_notice(
    *, first_name: str, subject: str, period: str, figures: str, address: str, language: str
) -> Draft:
    """Return the message that carries a scorecard.

    Args:
        first_name: of the reader.
        subject: the title of the scorecard.
        period: that is over, in words.
        figures: one line to an indicator.
        address: of the scorecard's page.
        language: of the reader.
    """
    told = {
        "name": first_name,
        "subject": subject,
        "period": period,
        "figures": figures,
        "address": address,
    }
    return Draft("reporting.scorecard", language, told)


def scorecard_ended_notice(*, first_name: str, subject: str, address: str, language: str) -> Draft:
    """Return the message that a subscription ended because its reader may not see the scorecard.

    Args:
        first_name: of the reader.
        subject: the number of the scorecard.
        address: of the scorecard's page.
        language: of the reader.
    """
    told = {"name": first_name, "subject": subject, "address": address}
    return Draft("reporting.scorecard_ended", language, told)
