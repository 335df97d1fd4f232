"""Pure decisions about documents: what one must be like, and the days that follow from it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.support.documentation.states import AboutKind, DocumentKind

VIEW = "documentation.view"
MANAGE = "documentation.manage"
PREFIX = "DOC"
LONGEST_TITLE = 200
LONGEST_CODE = 60
LONGEST_TEXT = 200_000
LONGEST_NOTE = 1_000
LONGEST_SUBJECT = 80
MOST_MONTHS = 600
MOST_AUDIENCE = 200
MONTHS_OF_A_YEAR = 12
MOST_LINES = 5_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CLAUSE = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}")


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known of a document beside its versions.

    Args:
        code: a short name for addresses and references, in small letters.
        kind: what it is.
        title: in a few words.
        owner: the code of the person who answers for it.
        clause: of the standard, such as ``7.5``; may be empty.
        about_kind: what it is about, where it is about one thing.
        about_code: the code of that thing, or empty.
        review_months: after so many months it is to be looked at again.
        retention_months: so long a version is kept after it ended.
    """

    code: str
    kind: DocumentKind
    title: str
    owner: str
    clause: str = ""
    about_kind: AboutKind = AboutKind.NONE
    about_code: str = ""
    review_months: int = 12
    retention_months: int = 36


@dataclass(frozen=True, slots=True)
class VersionContent:
    """What a version says.

    Args:
        text: Markdown; may be empty where there is a file.
        change_note: what is new, in a sentence or two.
        asks_reading: whether those to whom it is distributed are to read it anew.
        effective_date: the first day on which it holds; None for the day of its approval.
    """

    text: str
    change_note: str = ""
    asks_reading: bool = True
    effective_date: date | None = None


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that comes with a version, as a door took it."""

    name: str
    media_type: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom a document is distributed; to nobody in particular where it is empty.

    Args:
        is_staff: to everybody of the house.
        roles: codes of roles.
        units: codes of units; each counts with everything below it.
        people: codes of people.
    """

    is_staff: bool = False
    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    people: tuple[str, ...] = field(default_factory=tuple)


class LineMark(StrEnum):
    """What became of a line between two versions."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of two versions laid over each other."""

    mark: LineMark
    text: str


def facts_faults(facts: DocumentFacts) -> dict[str, list[Text]]:
    """Return what is wrong with a document by itself, by field."""
    found: dict[str, list[Text]] = {
        "title": text_faults(facts.title, longest=LONGEST_TITLE),
        "code": _code_faults(facts.code),
        "clause": [],
        "about_code": text_faults(facts.about_code, longest=LONGEST_SUBJECT),
    }
    if not facts.title.strip():
        found["title"] = [_("Please give it a title.")]
    if facts.clause and not CLAUSE.fullmatch(facts.clause):
        found["clause"] = [_("Please write a clause as 7.5 or 8.2.3.")]
    if (facts.about_kind is AboutKind.NONE) == bool(facts.about_code.strip()):
        found["about_code"] = [_("Say which one it is about, or choose nothing in particular.")]
    for name in ("review_months", "retention_months"):
        if not 1 <= getattr(facts, name) <= MOST_MONTHS:
            found[name] = [_("Give a number from 1 to %(most)d.") % {"most": MOST_MONTHS}]
    return {name: faults for name, faults in found.items() if faults}


def content_faults(content: VersionContent, *, has_file: bool) -> dict[str, list[Text]]:
    """Return what is wrong with a version by itself, by field.

    Args:
        content: as given.
        has_file: whether a file stands in for its text.
    """
    found: dict[str, list[Text]] = {
        "text": text_faults(content.text, longest=LONGEST_TEXT),
        "change_note": text_faults(content.change_note, longest=LONGEST_NOTE),
    }
    if not content.text.strip() and not has_file:
        found["text"] = [_("Please write the text, or add a file.")]
    return {name: faults for name, faults in found.items() if faults}


def reason_faults(reason: str, name: str = "reason") -> dict[str, list[Text]]:
    """Return what is wrong with a reason that must be given, by field."""
    faults = text_faults(reason, longest=LONGEST_NOTE)
    if not reason.strip():
        faults = [_("Please say why.")]
    return {name: faults} if faults else {}


def day_of(at: datetime) -> date:
    """Return the day to which a moment belongs where documents take effect: that of UTC."""
    return at.astimezone(UTC).date()


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; the last of a month where it has no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    year = min(day.year + years, date.max.year)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def differences(before: str, after: str) -> tuple[MarkedLine, ...]:
    """Return two texts laid over each other, line by line.

    Args:
        before: the older text.
        after: the newer one; of very long texts only the first lines are compared.
    """
    old, new = before.splitlines()[:MOST_LINES], after.splitlines()[:MOST_LINES]
    found: list[MarkedLine] = []
    for verb, first, last, start, stop in SequenceMatcher(None, old, new).get_opcodes():
        if verb == "equal":
            found += [MarkedLine(LineMark.SAME, line) for line in old[first:last]]
            continue
        found += [MarkedLine(LineMark.REMOVED, line) for line in old[first:last]]
        found += [MarkedLine(LineMark.ADDED, line) for line in new[start:stop]]
    return tuple(found)


def _code_faults(code: str) -> list[Text]:
    if not SLUG.fullmatch(code):
        return [
            _("Please use small letters, digits and single hyphens, such as incident-procedure.")
        ]
    if len(code) > LONGEST_CODE:
        return [_("At most %(count)d characters are possible.") % {"count": LONGEST_CODE}]
    return []
