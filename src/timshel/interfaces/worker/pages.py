"""Where the pages are that mails lead to."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.portal.guest import case_secret
from timshel.interfaces.web.portal.rating import rating_secret
from timshel.resolution_fulfilment.incident.actions.notifying import Links


def page(name: str, number: str) -> str:
    """Return the whole address of a page about something with a number."""
    return f"{settings.BASE_ADDRESS}{reverse(name, args=[number])}"


LINKS = Links(
    case=lambda number: page("case", number),
    rating=lambda number, person_id: (
        f"{settings.BASE_ADDRESS}{reverse('rate', args=[rating_secret(number, person_id)])}"
    ),
    guest=lambda number, person_id: (
        f"{settings.BASE_ADDRESS}{reverse('guest-case', args=[case_secret(number, person_id)])}"
    ),
    record=lambda kind, number: f"{settings.BASE_ADDRESS}{record_address(kind, number)}",
)
