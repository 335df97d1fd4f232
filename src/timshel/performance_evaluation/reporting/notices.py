"""What subscribers of report cards are written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Notice:
    """A message's subject and text."""

    subject: str
    text: str


def card_notice(*, first_name: str, subject: str, period: str, address: str) -> Notice:
    """Return the message that carries a report card.

    Args:
        first_name: of the reader.
        subject: whom or what the card is about.
        period: of the card, in words.
        address: of the card's page.
    """
    told = {"name": first_name, "subject": subject, "period": period, "address": address}
    return Notice(
        _("Report card: %(subject)s, %(period)s") % told,
        _(
            "Hello %(name)s,\n\n"
            "here is the report card of %(subject)s for %(period)s. It counts what you may see.\n\n"
            "Every figure opens its cases on this page, where you can also stop this mail:\n"
            "%(address)s\n"
        )
        % told,
    )


def ended_notice(*, first_name: str, subject: str, address: str) -> Notice:
    """Return the message that a subscription ended because its reader may not see the card.

    Args:
        first_name: of the reader.
        subject: the code of what the card is about.
        address: of the overview of report cards.
    """
    told = {"name": first_name, "subject": subject, "address": address}
    return Notice(
        _("Your report card of %(subject)s is no longer sent") % told,
        _(
            "Hello %(name)s,\n\n"
            "you were sent the report card of %(subject)s. You may not see it any more, so this "
            "mail has ended. If you still need it, ask whoever gives rights, and choose it again "
            "here:\n"
            "%(address)s\n"
        )
        % told,
    )
