"""What interested parties and their needs must be like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from timshel.context.interested_parties.states import Basis, LinkKind, PartyKind, Standing
from timshel.context.issue.rules import LONGEST_TEXT, months_faults, needed_faults
from timshel.context.organization.rules import code_faults
from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "context.view"
MANAGE = "context.manage"
NEED_PREFIX = "NED"
LONGEST_CODE = 40
LONGEST_NAME = 200
LONGEST_LINK = 80
LEVELS = (1, 2, 3)
MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class PartyContent:
    """What is written down of an interested party.

    Args:
        name: what it is called.
        kind: what it is to the organisation.
        spoken_for_by: who speaks for it: a person, an office or a body, in words.
        influence: from 1 to 3, how much it can move.
        interest: from 1 to 3, how much it has at heart what the services do.
        review_months: after how many months it is looked at again.
        review_date: the day of the next review, or None: counted from today then.
    """

    name: str
    kind: PartyKind
    spoken_for_by: str = ""
    influence: int = 2
    interest: int = 2
    review_months: int = 12
    review_date: date | None = None


@dataclass(frozen=True, slots=True)
class NeedLink:
    """What meets a need: its kind, and its code or number."""

    kind: LinkKind
    code: str


@dataclass(frozen=True, slots=True)
class NeedContent:
    """What a party needs or expects.

    Args:
        text: the need in its own words.
        basis: whether a law or a contract requires it.
        standing: how far it is met.
        links: what meets it; without any it is not traced.
    """

    text: str
    basis: Basis = Basis.EXPECTATION
    standing: Standing = Standing.NOT_MET
    links: tuple[NeedLink, ...] = ()


def party_faults(content: PartyContent) -> dict[str, list[Text]]:
    """Return what is wrong with an interested party by itself, by field."""
    return {
        "name": needed_faults(
            content.name, missing=_("Say what it is called."), longest=LONGEST_NAME
        ),
        "spoken_for_by": text_faults(content.spoken_for_by, longest=LONGEST_NAME),
        "influence": _level_faults(content.influence),
        "interest": _level_faults(content.interest),
        "review_months": months_faults(content.review_months),
    }


def need_faults(content: NeedContent) -> dict[str, list[Text]]:
    """Return what is wrong with a need by itself, by field."""
    return {
        "text": needed_faults(content.text, missing=_("Say what is needed."), longest=LONGEST_TEXT),
        "links": _link_faults(content.links),
        "standing": _standing_faults(content),
    }


def is_traced(links: tuple[NeedLink, ...]) -> bool:
    """Tell whether anything is named that meets a need."""
    return bool(links)


def _level_faults(level: int) -> list[Text]:
    return [] if level in LEVELS else [_("Give a number from 1 to 3.")]


def _link_faults(links: tuple[NeedLink, ...]) -> list[Text]:
    if len(links) > MOST_LINKS:
        return [_("At most %(count)d are possible.") % {"count": MOST_LINKS}]
    found: list[Text] = []
    for each in links:
        for fault in code_faults(each.code, longest=LONGEST_LINK):
            if fault not in found:
                found.append(fault)
    return found


def _standing_faults(content: NeedContent) -> list[Text]:
    if content.standing is Standing.MET and not is_traced(content.links):
        return [_("Say what meets it, or call it partly met or not met.")]
    return []
