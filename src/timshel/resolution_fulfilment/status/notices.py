"""What subscribers of the status page are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel.letters import Draft
from timshel.resolution_fulfilment.status.letters import ASKED, CHANGED
from timshel.resolution_fulfilment.status.states import ServiceHealth


@dataclass(frozen=True, slots=True)
class Changed:
    """A service that does otherwise than before, in the reader's language.

    Args:
        name: of the service.
        state: how it does now.
        told: what everybody is told of it, a line each.
    """

    name: str
    state: ServiceHealth
    told: tuple[str, ...] = ()


def to_confirm(*, service: str, link: str, language: str) -> Draft:
    """Return the mail that asks a stranger whether they want to hear.

    Args:
        service: its name; empty for all.
        link: by which they say yes.
        language: of the reader.
    """
    with translation.override(language):
        return Draft(ASKED, language, {"what": service or _("all our services"), "link": link})


def of_changes(changes: Sequence[Changed], *, page: str, end: str, language: str) -> Draft:
    """Return the mail that tells how services do.

    Args:
        changes: what changed, at least one.
        page: the address of the status page.
        end: by which no more such mails come.
        language: of the reader.
    """
    with translation.override(language):
        lines = [
            _("%(service)s: %(state)s") % {"service": each.name, "state": each.state.label}
            for each in changes
        ]
        what = ngettext(
            "The state of %(count)d service changed",
            "The state of %(count)d services changed",
            len(changes),
        ) % {"count": len(changes)}
        news = "\n\n".join(
            "\n".join((line, *(f"- {told}" for told in each.told)))
            for line, each in zip(lines, changes, strict=True)
        )
        told = {"what": lines[0] if len(lines) == 1 else what, "news": news}
        return Draft(CHANGED, language, {**told, "page": page, "end": end})
