"""What the owners of a part of the catalogue are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.service_portfolio.catalogue.states import AILMENT_NAMES, Ailment


@dataclass(frozen=True, slots=True)
class Notice:
    """A message's subject and text."""

    subject: str
    text: str


def health_notice(*, first_name: str, counts: Mapping[Ailment, int], address: str) -> Notice:
    """Return the reminder of what somebody's part of the catalogue lacks.

    Args:
        first_name: of the reader.
        counts: how many of their offerings lack what.
        address: of the page that lists them.
    """
    lines = [
        f"- {AILMENT_NAMES[ailment]}: {_offerings(count)}"
        for ailment, count in sorted(counts.items(), key=lambda each: -each[1])
    ]
    told = {"name": first_name, "lines": "\n".join(lines), "address": address}
    return Notice(
        _("Your part of the catalogue lacks something"),
        _(
            "Hello %(name)s,\n\n"
            "you answer for services whose pages in the catalogue lack something:\n\n"
            "%(lines)s\n\n"
            "Each of them, with what to do, stands here:\n"
            "%(address)s\n\n"
            "We write once a month, and no longer once nothing is missing.\n"
        )
        % told,
    )


def _offerings(count: int) -> str:
    return ngettext("%(count)d offering", "%(count)d offerings", count) % {"count": count}
