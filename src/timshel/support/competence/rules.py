"""What skills, certificates and paths say, what counts, and where there are gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "competence.view"
MANAGE = "competence.manage"
CERTIFICATE_PREFIX = "CRT"
PATH_PREFIX = "LPA"
ENROLMENT_PREFIX = "LRN"
LOWEST, HIGHEST = 0, 4
MOST_PEOPLE = 1_000
MOST_SERVED = 40
LONGEST_CODE = 40
LONGEST_NAME = 200
LONGEST_NOTE = 500
LONGEST_TEXT = 20_000
SOON = timedelta(days=60)
EARLIEST = date(1950, 1, 1)

Faults = dict[str, list[Text]]

LEVEL_NAMES: Mapping[int, Promise] = {
    0: _("None"),
    1: _("Knows of it"),
    2: _("Does it with help"),
    3: _("Does it alone"),
    4: _("Teaches others"),
}


class Gap(StrEnum):
    """What is missing where a skill is needed."""

    NOBODY = "nobody"
    TOO_FEW = "too_few"
    ONE_ONLY = "one_only"
    LEFT = "left"


GAP_NAMES: Mapping[Gap, Promise] = {
    Gap.NOBODY: _("Nobody holds it"),
    Gap.TOO_FEW: _("Too few hold it"),
    Gap.ONE_ONLY: _("One person alone holds it"),
    Gap.LEFT: _("Somebody who held it has left"),
}


@dataclass(frozen=True, slots=True)
class SkillContent:
    """A skill.

    Args:
        code: short and its own, such as ``linux``; it stays as it was made.
        name: what it is called.
        summary: what it is about; may be empty.
        levels: what the levels 1 to 4 mean, in this order; each may be empty.
        services: the codes of the services it is for.
        processes: the codes of the processes it is for.
        needs_certificate: whether a level counts only beside a certificate in force.
    """

    code: str
    name: str
    summary: str = ""
    levels: tuple[str, ...] = ("", "", "", "")
    services: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    needs_certificate: bool = False


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """A certificate, or a training that was followed.

    Args:
        person: the code of whose it is.
        kind: ``certificate`` or ``training``.
        title: what it is called.
        issuer: who issued it.
        issued_on: when.
        expires_on: its last day; None where it does not end.
        skill: the code of the skill it is evidence for; may be empty.
        reference: where the paper or the file is; may be empty.
        link: a web address; may be empty.
    """

    person: str
    kind: str
    title: str
    issuer: str
    issued_on: date
    expires_on: date | None = None
    skill: str = ""
    reference: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class PathContent:
    """A learning path.

    Args:
        name: what it is called.
        summary: for whom and what for; Markdown, may be empty.
        role: the code of the responsibility role it prepares for; may be empty.
    """

    name: str
    summary: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class StepContent:
    """A step of a learning path.

    Args:
        title: what is to be learnt.
        text: the material; Markdown, may be empty.
        document: the number of a controlled document; may be empty.
        link: a web address; may be empty.
        position: where it stands among the others.
    """

    title: str
    text: str = ""
    document: str = ""
    link: str = ""
    position: int = 1


def skill_faults(content: SkillContent) -> Faults:
    """Return what is wrong with a skill, by field."""
    faults: Faults = {}
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", content.code, flags=re.ASCII):
        faults["code"] = [_("Please use small letters, digits and hyphens, at most 40.")]
    _needed(faults, "name", content.name, LONGEST_NAME)
    _text(faults, "summary", content.summary, LONGEST_NOTE)
    if len(content.levels) != HIGHEST:
        faults["levels"] = [_("Please say what each of the four levels means.")]
    for position, meaning in enumerate(content.levels, start=1):
        _text(faults, f"level_{position}", meaning, LONGEST_NOTE)
    for name, codes in (("services", content.services), ("processes", content.processes)):
        if len(codes) > MOST_SERVED:
            faults[name] = [_("These are too many.")]
        for code in codes:
            _needed(faults, name, code, 80)
    return faults


def certificate_faults(content: CertificateContent, *, today: date) -> Faults:
    """Return what is wrong with a certificate, by field."""
    faults: Faults = {}
    if content.kind not in ("certificate", "training"):
        faults["kind"] = [_("Please choose one of these.")]
    _needed(faults, "title", content.title, LONGEST_NAME)
    _needed(faults, "issuer", content.issuer, LONGEST_NAME)
    _text(faults, "reference", content.reference, LONGEST_NAME)
    link_faults(faults, content.link)
    if content.issued_on < EARLIEST:
        faults["issued_on"] = [_("This day is too long ago.")]
    elif content.issued_on > today + timedelta(days=1):
        faults["issued_on"] = [_("This day is still to come.")]
    if content.expires_on is not None and content.expires_on < content.issued_on:
        faults["expires_on"] = [_("It cannot expire before it was issued.")]
    return faults


def path_faults(content: PathContent) -> Faults:
    """Return what is wrong with a learning path, by field."""
    faults: Faults = {}
    _needed(faults, "name", content.name, LONGEST_NAME)
    _text(faults, "summary", content.summary, LONGEST_TEXT)
    return faults


def step_faults(content: StepContent) -> Faults:
    """Return what is wrong with a step, by field."""
    faults: Faults = {}
    _needed(faults, "title", content.title, LONGEST_NAME)
    _text(faults, "text", content.text, LONGEST_TEXT)
    number = content.document.strip()
    if number and not re.fullmatch(r"[A-Za-z]{3}[0-9]{1,19}", number, flags=re.ASCII):
        faults["document"] = [_("Please give the number of a document, such as DOC0000012.")]
    link_faults(faults, content.link)
    if not 1 <= content.position <= MOST_PEOPLE:
        faults["position"] = [_("Please give a number from 1 to 1000.")]
    return faults


def need_faults(level: int, people: int) -> Faults:
    """Return what is wrong with what is needed of a skill, by field."""
    faults: Faults = {}
    if not 1 <= level <= HIGHEST:
        faults["level"] = [_("Please give a level from 1 to 4.")]
    if not 1 <= people <= MOST_PEOPLE:
        faults["people"] = [_("Please give a number from 1 to 1000.")]
    return faults


def level_faults(level: int, note: str) -> Faults:
    """Return what is wrong with what is said of somebody's level, by field."""
    faults: Faults = {}
    if not LOWEST <= level <= HIGHEST:
        faults["level"] = [_("Please give a level from 0 to 4.")]
    _text(faults, "note", note, LONGEST_NOTE)
    return faults


def link_faults(faults: Faults, link: str) -> None:
    """Add what is wrong with a web address, if it is given."""
    _text(faults, "link", link, LONGEST_NOTE)
    if link and "link" not in faults and not _is_web_address(link):
        faults["link"] = [_("Please give a web address that begins with https:// or http://.")]


def _is_web_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def gaps_of(*, held: int, people: int, left: int) -> tuple[Gap, ...]:
    """Return what is missing where a skill is needed.

    Args:
        held: how many hold it high enough.
        people: how many should.
        left: how many held it high enough and are no longer here.
    """
    found: list[Gap] = []
    if held == 0:
        found.append(Gap.NOBODY)
    else:
        if held < people:
            found.append(Gap.TOO_FEW)
        if held == 1:
            found.append(Gap.ONE_ONLY)
    if left:
        found.append(Gap.LEFT)
    return tuple(found)


def is_in_force(expires_on: date | None, *, today: date) -> bool:
    """Tell whether a certificate has not expired; its last day belongs to it."""
    return expires_on is None or expires_on >= today


def share(done: int, total: int) -> int:
    """Return how much of something is done, in whole percent, rounded down."""
    return done * 100 // total if total else 0


def codes_of(values: Sequence[str]) -> tuple[str, ...]:
    """Return codes without blanks and without those that stand there twice."""
    return tuple(dict.fromkeys(each.strip() for each in values if each.strip()))


def _needed(faults: Faults, name: str, text: str, longest: int) -> None:
    if not text.strip():
        faults[name] = [_("Please fill this in.")]
    else:
        _text(faults, name, text, longest)


def _text(faults: Faults, name: str, text: str, longest: int) -> None:
    if found := text_faults(text, longest=longest):
        faults[name] = found
