"""The data of the document: all words in the language that is active."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel.actor import Actor
from timshel.kernel.documents import pdf
from timshel.kernel.text import colon
from timshel.planning.plan.documents.markdown import blocks
from timshel.planning.plan.queries import (
    PartView,
    VersionRow,
    plan,
    plan_version,
    version_list,
)
from timshel.planning.plan.sources import Drawn, Reading
from timshel.planning.plan.states import (
    PART_QUESTIONS,
    PART_STATES,
    PART_TITLES,
    PLAN_STATES,
    PartState,
)

TEMPLATE = Path(__file__).with_name("plan.typ")
MOST_NAMED = 12
MOST_VERSIONS = 20
NOTHING = "–"


def plan_document(number: int | None, *, actor: Actor, at: datetime) -> bytes:
    """Return a version of the plan as PDF, or the plan as it stands.

    Args:
        number: of the version; None for what stands now.
        actor: who reads; days are those of their zone.
        at: now.

    Raises:
        NotAllowed: the actor may not read the plan.
        NotFound: there is no such version, or the actor may not read it.
    """
    versions = version_list(actor=actor, size=MOST_VERSIONS).items
    if number is None:
        standing = plan(actor=actor, at=at)
        parts, row = tuple(each.view for each in standing.parts), standing.coming
    else:
        found = plan_version(number, actor=actor, at=at)
        parts, row = found.parts, found.row
    return pdf(TEMPLATE, plan_data(parts, row, versions, actor=actor, at=at), at=at)


def plan_data(
    parts: Sequence[PartView],
    row: VersionRow | None,
    versions: Sequence[VersionRow],
    *,
    actor: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Return what the document says, as plain data.

    Args:
        parts: what it says.
        row: the version that it is; None where none is begun.
        versions: those that are told in its table, the newest first.
        actor: who reads.
        at: now.
    """
    zone = ZoneInfo(actor.time_zone)
    approved = row.approved_at if row else None
    drawn_at = approved or at
    states = [each.state for each in parts]
    return {
        "title": _("Service management plan"),
        "subtitle": _subtitle(row),
        "language": actor.language,
        "footer": _("Read on %(day)s") % {"day": _day(at, zone)},
        "facts": _facts(row, drawn_at, zone),
        "tiles": [
            {"label": str(PART_STATES[state]), "value": str(states.count(state))}
            for state in PartState
        ],
        "standing_title": _("How the twelve parts stand"),
        "contents_title": _("Contents"),
        "versions_title": _("Versions"),
        "version_headers": [
            _("Version"),
            _("State"),
            _("What is new"),
            _("Written by"),
            _("Approved"),
        ],
        "versions": [_version(each, zone) for each in versions],
        "headers": [_("Records"), _("How many"), _("To be looked at"), _("Latest")],
        "evidence_title": _("What the records say on %(day)s") % {"day": _day(drawn_at, zone)},
        "parts": [_part(position, each) for position, each in enumerate(parts, start=1)],
    }


def _subtitle(row: VersionRow | None) -> str:
    if row is None:
        return _("As it stands; no version is begun")
    words = {"number": row.number, "state": PLAN_STATES[row.state]}
    return _("Version %(number)d: %(state)s") % words


def _facts(row: VersionRow | None, drawn_at: datetime, zone: ZoneInfo) -> list[list[str]]:
    facts = [
        [_("Requirement"), _("ISO/IEC 20000-1, clause 6.3")],
        [_("The records were read"), date_format(drawn_at.astimezone(zone), "DATETIME_FORMAT")],
    ]
    if row is None:
        return facts
    approval = ", ".join(
        filter(None, [row.approved_by, _day(row.approved_at, zone) if row.approved_at else ""])
    )
    facts += [
        [_("Written by"), ", ".join(row.writers)],
        [_("Proposed by"), row.proposed_by],
        [_("Approved"), approval or _("not yet")],
        [_("Superseded"), _day(row.superseded_at, zone) if row.superseded_at else ""],
        [_("What is new"), row.summary],
    ]
    return [fact for fact in facts if fact[1]]


def _version(row: VersionRow, zone: ZoneInfo) -> list[str]:
    approval = NOTHING
    if row.approved_at:
        day = _day(row.approved_at, zone)
        approval = f"{day}, {row.approved_by}" if row.approved_by else day
    return [
        str(row.number),
        str(PLAN_STATES[row.state]),
        row.summary or NOTHING,
        ", ".join(row.writers) or NOTHING,
        approval,
    ]


def _part(position: int, view: PartView) -> dict[str, Any]:
    return {
        "title": f"{position}. {PART_TITLES[view.part]}",
        "question": str(PART_QUESTIONS[view.part]),
        "state": str(PART_STATES[view.state]),
        "look": view.state.value,
        "reasons": [str(each) for each in view.reasons],
        "kept": _kept(view),
        "blocks": blocks(view.statement) or [_nothing()],
        "rows": [_row(each) for each in view.readings],
        "named": [
            {"title": colon(each.title), "names": _named(each.drawn)}
            for each in view.readings
            if each.drawn is not None and each.drawn.lines
        ],
    }


def _nothing() -> dict[str, Any]:
    return {"kind": "paragraph", "text": _("Nothing is written.")}


def _kept(view: PartView) -> str:
    keeper = _("Kept by %(name)s") % {"name": view.owner_name or NOTHING}
    if view.review_date is None:
        return keeper
    day = {"day": date_format(view.review_date, "DATE_FORMAT")}
    again = _("to be looked at again by %(day)s") % day
    return f"{keeper} · {again}"


def _row(reading: Reading) -> list[str]:
    drawn = reading.drawn
    if drawn is None:
        return [str(reading.title), _("not shown"), NOTHING, NOTHING]
    return [
        str(reading.title),
        count_words(drawn),
        str(drawn.stale),
        date_format(drawn.latest, "DATE_FORMAT") if drawn.latest else NOTHING,
    ]


def count_words(drawn: Drawn) -> str:
    """Return how many records a list has, as people are told."""
    return _("more than %(count)d") % {"count": drawn.count} if drawn.is_more else str(drawn.count)


def _named(drawn: Drawn) -> str:
    names = "; ".join(line.name for line in drawn.lines[:MOST_NAMED])
    more = drawn.count - MOST_NAMED
    if more <= 0:
        return names
    rest = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return f"{names}; {rest}"


def _day(moment: datetime | date, zone: ZoneInfo) -> str:
    day = moment.astimezone(zone) if isinstance(moment, datetime) else moment
    return date_format(day, "DATE_FORMAT")
