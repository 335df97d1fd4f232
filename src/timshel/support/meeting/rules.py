"""What boards and meetings must be like, and when a board is due to meet."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "meeting.view"
MANAGE = "meeting.manage"
PREFIX = "MTG"
EARLIER_ACTIONS = "open_actions"
"""The source of what earlier meetings left open: on every agenda of a board."""

EARLIER_TITLE = _("Open actions of earlier meetings")

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
RESERVED = frozenset({"new"})
LONGEST_CODE = 40
LONGEST_NAME = 100
LONGEST_TITLE = 200
LONGEST_ROLE = 100
LONGEST_PURPOSE = 1_000
LONGEST_MINUTES = 20_000
LONGEST_DECISION = 2_000
MOST_MONTHS = 36
MOST_ITEMS = 30
MOST_PEOPLE = 100
MOST_GUESTS = 50
MOST_DECISIONS = 100
LONGEST = timedelta(days=7)
BOARD_TEXTS: Mapping[str, int] = {
    "name": LONGEST_NAME,
    "purpose": LONGEST_PURPOSE,
    "service": LONGEST_CODE,
    "customer": LONGEST_CODE,
}
MEETING_TEXTS: Mapping[str, int] = {"title": LONGEST_TITLE, "place": LONGEST_TITLE}


@dataclass(frozen=True, slots=True)
class StandingItem:
    """One item of an agenda.

    Args:
        title: what is spoken about.
        source: the name of what is drawn from records for it; empty for nothing.
    """

    title: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class BoardContent:
    """What a board is.

    Args:
        name: by which people know it.
        kind: a value of ``BoardKind``.
        chair: the code of whoever leads its meetings and approves their minutes.
        every_months: how many months lie between two meetings at most.
        purpose: what it is there for.
        secretary: the code of whoever writes its minutes; empty for nobody.
        service: the code of the service it is about; empty for none.
        customer: the code of the customer it is about; empty for none.
        agenda: what each meeting speaks about, in order.
        is_active: whether it still meets.
    """

    name: str
    kind: str
    chair: str
    every_months: int
    purpose: str = ""
    secretary: str = ""
    service: str = ""
    customer: str = ""
    agenda: tuple[StandingItem, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class MeetingContent:
    """What is said of a meeting beforehand.

    Args:
        title: what it is called.
        starts_at: when it begins.
        ends_at: when it ends.
        place: where it takes place.
        chair: the code of whoever leads it; empty for the chair of its board.
        secretary: the code of whoever writes its minutes; empty for that of its board.
        invited: the codes of those who are invited; a new meeting of a board invites the members
            of the board besides.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    chair: str = ""
    secretary: str = ""
    invited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesContent:
    """What is written down of a meeting; what is not named stays.

    Args:
        texts: by the position of an item of the agenda; Markdown.
        presence: a value of ``Presence`` by the code of somebody who was invited.
        guests: the names of guests; None to leave them.
    """

    texts: Mapping[int, str] = field(default_factory=dict)
    presence: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] | None = None


def code_faults(code: str) -> list[Text]:
    """Return what is wrong with the code of a new board."""
    if CODE.fullmatch(code) and code not in RESERVED:
        return []
    return [_("Please use 2 to 40 small letters, digits and hyphens, not “new”.")]


def board_faults(content: BoardContent, *, sources: Collection[str]) -> dict[str, list[Text]]:
    """Return what is wrong with a board by itself, by field."""
    found: dict[str, list[Text]] = {
        name: text_faults(getattr(content, name), longest=most)
        for name, most in BOARD_TEXTS.items()
    }
    if not content.name.strip():
        found["name"] = [_("Please give the board a name.")]
    if not 1 <= content.every_months <= MOST_MONTHS:
        found["every_months"] = [_("Please give 1 to %(count)d months.") % {"count": MOST_MONTHS}]
    found["agenda"] = agenda_faults(content.agenda, sources=sources)
    return {name: faults for name, faults in found.items() if faults}


def agenda_faults(items: tuple[StandingItem, ...], *, sources: Collection[str]) -> list[Text]:
    """Return what is wrong with an agenda."""
    if len(items) > MOST_ITEMS:
        return [_("An agenda has at most %(count)d items.") % {"count": MOST_ITEMS}]
    if any(not item.title.strip() for item in items):
        return [_("Each item of the agenda needs a title.")]
    faults = [fault for item in items for fault in text_faults(item.title, longest=LONGEST_TITLE)]
    unknown = sorted({item.source for item in items if item.source} - set(sources))
    if unknown:
        faults.append(_("Nothing is drawn from %(names)s.") % {"names": ", ".join(unknown)})
    return faults


def meeting_faults(content: MeetingContent) -> dict[str, list[Text]]:
    """Return what is wrong with a meeting by itself, by field."""
    found: dict[str, list[Text]] = {
        name: text_faults(getattr(content, name), longest=most)
        for name, most in MEETING_TEXTS.items()
    }
    if not content.title.strip():
        found["title"] = [_("Please give the meeting a title.")]
    if content.ends_at <= content.starts_at:
        found["ends_at"] = [_("It must end after it starts.")]
    elif content.ends_at - content.starts_at > LONGEST:
        found["ends_at"] = [_("It can last %(count)d days at most.") % {"count": LONGEST.days}]
    if len(content.invited) > MOST_PEOPLE:
        found["invited"] = [_("At most %(count)d people are possible.") % {"count": MOST_PEOPLE}]
    return {name: faults for name, faults in found.items() if faults}


def minutes_faults(
    content: MinutesContent,
    *,
    positions: Collection[int],
    people: Collection[str],
    presences: Collection[str],
) -> dict[str, list[Text]]:
    """Return what is wrong with minutes, by field; a text's ends with its position."""
    found: dict[str, list[Text]] = {
        f"text_{position}": text_faults(text, longest=LONGEST_MINUTES)
        for position, text in content.texts.items()
    }
    if unknown := sorted(set(content.texts) - set(positions)):
        found[f"text_{unknown[0]}"] = [_("The agenda has no such item.")]
    if set(content.presence) - set(people):
        found["presence"] = [_("Only who was invited can be noted as present or excused.")]
    elif set(content.presence.values()) - set(presences):
        found["presence"] = [_("Please choose one of the answers.")]
    found["guests"] = _guest_faults(content.guests or ())
    return {name: faults for name, faults in found.items() if faults}


def _guest_faults(guests: tuple[str, ...]) -> list[Text]:
    if len(guests) > MOST_GUESTS:
        return [_("At most %(count)d people are possible.") % {"count": MOST_GUESTS}]
    return [fault for name in guests for fault in text_faults(name, longest=LONGEST_NAME)]


def with_earlier_actions(items: Iterable[StandingItem]) -> tuple[StandingItem, ...]:
    """Return an agenda on which what earlier meetings left open stands, first if nowhere else."""
    given = tuple(items)
    if any(item.source == EARLIER_ACTIONS for item in given):
        return given
    return (StandingItem(str(EARLIER_TITLE), EARLIER_ACTIONS), *given)


def months_after(day: date, months: int) -> date:
    """Return the day some months later; the last of a month where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
