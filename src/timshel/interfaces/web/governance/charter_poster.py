"""The charter as a document to print and put on a wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from timshel.interfaces.web.governance.charter_shown import ShownPromise, newest_reading
from timshel.kernel.actor import Actor
from timshel.kernel.documents import pdf
from timshel.kernel.text import colon
from timshel.performance_evaluation.reporting import contents

TEMPLATE = Path(__file__).with_name("charter_poster.typ")


def charter_pdf(promises: Sequence[ShownPromise], *, actor: Actor, at: datetime) -> bytes:
    """Return a charter as PDF, in the language that is active.

    Args:
        promises: with their figures.
        actor: who prints it; days and moments are in their zone.
        at: now.
    """
    return pdf(TEMPLATE, _data(promises, actor, at), at=at)


def _data(promises: Sequence[ShownPromise], actor: Actor, at: datetime) -> dict[str, Any]:
    read_at = newest_reading(promises) or at
    moment = contents.moment(read_at, actor.time_zone)
    return {
        "title": _("Our service charter"),
        "subtitle": _("What we promise you, and how we keep it."),
        "language": actor.language,
        "footer": _("Figures of %(moment)s") % {"moment": moment},
        "empty": _("Nothing is promised yet."),
        "missed": colon(_("What we do when we miss it")),
        "promises": [_promise(each) for each in promises],
    }


def _promise(shown: ShownPromise) -> dict[str, Any]:
    last = shown.last
    return {
        "title": shown.row.title,
        "detail": shown.row.detail,
        "remedy": shown.row.remedy,
        "target": shown.target,
        "value": last.text if last else "–",
        "period": last.period if last else "",
        "words": last.words if last else _("Not measured yet"),
        "verdict": last.verdict if last else "nothing",
    }
