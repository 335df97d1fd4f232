"""What the owners of a part of the catalogue are written."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import ngettext

from timshel.kernel.letters import Draft
from timshel.kernel.text import labelled
from timshel.service_portfolio.catalogue.states import AILMENT_NAMES, Ailment


def health_notice(
    *, first_name: str, counts: Mapping[Ailment, int], address: str, language: str
) -> Draft:
    """Return the reminder of what somebody's part of the catalogue lacks.

    Args:
        first_name: of the reader.
        counts: how many of their offerings lack what.
        address: of the page that lists them.
        language: of the reader, which is active.
    """
    lines = [
        f"- {labelled(AILMENT_NAMES[ailment], _offerings(count))}"
        for ailment, count in sorted(counts.items(), key=lambda each: -each[1])
    ]
    told = {"name": first_name, "lines": "\n".join(lines), "address": address}
    return Draft("catalogue.health", language, told)


def _offerings(count: int) -> str:
    return ngettext("%(count)d offering", "%(count)d offerings", count) % {"count": count}
