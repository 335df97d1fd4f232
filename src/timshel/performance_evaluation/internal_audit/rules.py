"""What audits must be like, who may not audit what, what is due, and how samples are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import BinaryIO

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "internal_audit.view"
MANAGE = "internal_audit.manage"
AUDIT_PREFIX = "AUD"
FINDING_PREFIX = "FND"

CLAUSE = re.compile(r"(?:[4-9]|10)(?:\.[1-9][0-9]?){0,3}", flags=re.ASCII)
MAIN_CLAUSES = ("4", "5", "6", "7", "8", "9", "10")
# What a process is called in the standard: who audits the one looks at the other.
CLAUSE_OF_PROCESS: Mapping[str, str] = {
    "incident": "8.6.1",
    "service-request": "8.6.2",
    "change-approval": "8.5.1",
}
AUDIT_CLAUSE = "9.2"
LONGEST_TITLE = 200
LONGEST_TEXT = 5_000
MOST_CODES = 100
MOST_DRAWN = 100
LONGEST_CAPTION = 200
LONGEST_REASON = 500
MOST_NOTES = 500
MOST_PHOTOS = 500
KEY = re.compile(r"[A-Za-z0-9-]{1,64}", flags=re.ASCII)


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """A programme as it shall be.

    Args:
        code: by which it is known.
        starts_on: its first day.
        ends_on: its last day.
        manager: the code of the person who manages it.
        objectives: what its audits shall find out.
    """

    code: str
    starts_on: date
    ends_on: date
    manager: str
    objectives: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is audited: clauses of the standard, codes of processes and of services."""

    clauses: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """An audit as it shall be.

    Args:
        title: in a few words.
        scope: what is audited.
        lead: the code of the auditor who leads.
        starts_on: its first day.
        ends_on: its last day.
        criteria: against what it is held.
        auditors: the codes of further auditors.
    """

    title: str
    scope: Scope
    lead: str
    starts_on: date
    ends_on: date
    criteria: str = ""
    auditors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """Where a photo belongs: ``question`` or ``note``, and which of them."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class GivenPhoto:
    """A photo as it comes in through a door."""

    name: str
    content: BinaryIO


class DutyKind(StrEnum):
    """Why somebody is no impartial auditor of something."""

    OWNER = "owner"
    ROLE = "role"
    TEAM = "team"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody answers for or works in.

    Args:
        kind: how.
        subject_kind: clause, process or service.
        code: which.
        name: of the role or the team, where there is one.
    """

    kind: DutyKind
    subject_kind: str
    code: str
    name: str = ""


def covers(wide: str, narrow: str) -> bool:
    """Tell whether a clause is another one or holds it, as 8.6 holds 8.6.1."""
    return narrow == wide or narrow.startswith(f"{wide}.")


def audited_processes(scope: Scope) -> tuple[str, ...]:
    """Return the processes that a scope looks at: those it names and those of its clauses."""
    by_clause = {
        process
        for process, clause in CLAUSE_OF_PROCESS.items()
        if any(covers(each, clause) for each in scope.clauses)
    }
    return tuple(sorted({*scope.processes, *by_clause}))


def partiality(
    name: str, duties: Iterable[Duty], scope: Scope, *, called: Callable[[str, str], str]
) -> tuple[Text, ...]:
    """Return why somebody may not audit a scope; nothing where they are impartial.

    Args:
        name: of the auditor.
        duties: what they answer for or work in.
        scope: what is to be audited.
        called: gives what a process or service is called, by its kind and code.
    """
    processes = audited_processes(scope)
    touched = {
        *(("process", code) for code in processes),
        *(("service", code) for code in scope.services),
    }
    return tuple(
        _reason(name, duty, called(duty.subject_kind, duty.code))
        for duty in duties
        if (duty.subject_kind, duty.code) in touched
        or (
            duty.subject_kind == "clause"
            and any(covers(each, duty.code) or covers(duty.code, each) for each in scope.clauses)
        )
    )


def _reason(name: str, duty: Duty, subject: str) -> Text:
    facts = {"name": name, "code": subject, "duty": duty.name}
    if duty.kind is DutyKind.OWNER:
        return _("%(name)s owns the service %(code)s, which is audited.") % facts
    if duty.kind is DutyKind.TEAM:
        return _("%(name)s is in the team %(duty)s, which serves %(code)s.") % facts
    if duty.kind is DutyKind.MANAGER:
        return _("%(name)s manages the audit programme, to which clause %(code)s belongs.") % facts
    return _("%(name)s holds the role %(duty)s in %(code)s, which is audited.") % facts


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier audits say of something.

    Args:
        last_on: the last day of the newest audit of it, or None.
        majors: its major findings that are not closed.
        minors: its minor findings that are not closed.
    """

    last_on: date | None = None
    majors: int = 0
    minors: int = 0


@dataclass(frozen=True, slots=True)
class Urgency:
    """How much something should be audited, with the reasons in words."""

    score: int
    reasons: tuple[str, ...]


def urgency(*, importance: int, past: Past, on: date) -> Urgency:
    """Return how much something should be audited.

    Importance counts double; each half year since the last audit counts one, up to six, and never
    audited counts six; a major finding that is not closed counts three, a minor one one.
    """
    months = None if past.last_on is None else max((on - past.last_on).days, 0) // 30
    waited = 6 if months is None else min(months // 6, 6)
    found = 3 * past.majors + past.minors
    reasons = [gettext("Importance %(level)d counts double.") % {"level": importance}]
    if months is None:
        reasons.append(gettext("It was never audited."))
    else:
        reasons.append(
            ngettext(
                "Its last audit ended %(count)d month ago.",
                "Its last audit ended %(count)d months ago.",
                months,
            )
            % {"count": months}
        )
    if found:
        reasons.append(
            gettext("Not closed yet: %(majors)d major and %(minors)d minor nonconformities.")
            % {"majors": past.majors, "minors": past.minors}
        )
    return Urgency(2 * importance + waited + found, tuple(reasons))


def draw(population: Iterable[str], *, size: int, seed: str) -> tuple[str, ...]:
    """Return a random draw that anybody can repeat: the same for the same seed and population.

    Each number is hashed with the seed, and the smallest hashes are drawn.
    """

    def place(number: str) -> tuple[bytes, str]:
        return sha256(f"{seed}:{number}".encode()).digest(), number

    return tuple(sorted(sorted(set(population), key=place)[:size]))


def programme_faults(plan: ProgrammePlan) -> dict[str, list[Text]]:
    """Return what is wrong with a programme by itself, by field."""
    found: dict[str, list[Text]] = {
        "code": text_faults(plan.code, longest=40),
        "objectives": text_faults(plan.objectives, longest=LONGEST_TEXT),
        "ends_on": _day_faults(plan.starts_on, plan.ends_on),
    }
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", plan.code, flags=re.ASCII):
        found["code"] = [_("Please use small letters, digits and hyphens only.")]
    return {name: faults for name, faults in found.items() if faults}


def audit_faults(plan: AuditPlan) -> dict[str, list[Text]]:
    """Return what is wrong with an audit by itself, by field."""
    found: dict[str, list[Text]] = {
        "title": needed_faults(plan.title, longest=LONGEST_TITLE),
        "criteria": text_faults(plan.criteria, longest=LONGEST_TEXT),
        "ends_on": _day_faults(plan.starts_on, plan.ends_on),
    }
    scope = plan.scope
    if not (scope.clauses or scope.processes or scope.services):
        found["clauses"] = [_("Please say what is audited: clauses, processes or services.")]
    if wrong := [each for each in scope.clauses if not CLAUSE.fullmatch(each)]:
        found["clauses"] = [
            _("There is no clause %(code)s; clauses go from 4 to 10.")
            % {"code": ", ".join(wrong)[:200]}
        ]
    for name in ("clauses", "processes", "services"):
        if len(getattr(scope, name)) > MOST_CODES:
            found[name] = [_("At most %(count)d are possible.") % {"count": MOST_CODES}]
    return {name: faults for name, faults in found.items() if faults}


def needed_faults(text: str, *, longest: int = LONGEST_TEXT) -> list[Text]:
    """Return what is wrong with a text that must be there."""
    return text_faults(text, longest=longest) if text.strip() else [_("Please fill this in.")]


def sample_faults(*, start: datetime, end: datetime, size: int) -> dict[str, list[Text]]:
    """Return what is wrong with what a sample asks for, by field."""
    found: dict[str, list[Text]] = {}
    if end <= start:
        found["until_day"] = [_("The last day is before the first.")]
    if not 1 <= size <= MOST_DRAWN:
        found["size"] = [_("Between 1 and %(count)d are possible.") % {"count": MOST_DRAWN}]
    return found


def _day_faults(first: date, last: date) -> list[Text]:
    return [_("The last day is before the first.")] if last < first else []


def tidy(codes: Sequence[str]) -> tuple[str, ...]:
    """Return codes without spaces around them and without doubles, in order."""
    return tuple(sorted({each.strip() for each in codes} - {""}))
