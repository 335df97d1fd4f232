"""Pure decisions about approvals: when one is settled, who may answer, who stands in for whom.

Five rules hold everywhere:

- *n of m*: an approval is approved as soon as enough chairs approved, and refused as soon as the
  open ones can no longer make up for those that refused.
- *A chair is one voice*: where the time ran out, a second person gets a seat on the same chair,
  and the first of the two to answer speaks for it.
- *One person, one voice*: whoever answered once in an approval, for themselves or as a
  substitute, does not answer again in it.
- *Nobody approves a request of their own*, whether it is for them or they asked for it: the seat
  passes to their line manager, to that one's line manager and so on, and where there is none to
  whoever manages approvals. The same happens to the seat of somebody who has left.
- *Standing in is not passed on*: the substitute of a substitute decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.translation import translated
from timshel.leadership.approval.states import ApprovalState, Outcome, SeatState

MANAGE = "approval.manage"
DECIDE = "approval.decide"

LONGEST_DELEGATION = timedelta(days=366)
LONGEST_CHAIN = 20
WITHOUT_DEADLINE = timedelta(days=30)
ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ORIGIN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is being approved, in the organisation's first language and in others.

    Args:
        label: what it is, such as ``Size``.
        value: what was chosen.
        translations: from a language to its ``label`` and ``value``.
    """

    label: str
    value: str
    translations: Mapping[str, Mapping[str, str]]

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        more = {language: dict(texts) for language, texts in self.translations.items()}
        return {"label": self.label, "value": self.value, "translations": more}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Line:
        """Return what :meth:`plain` wrote."""
        return cls(plain["label"], plain["value"], plain.get("translations", {}))

    def words(self, language: str) -> tuple[str, str]:
        """Return label and value in a language, or in the first where there is no translation."""
        return (
            translated(self.label, self.translations, "label", language),
            translated(self.value, self.translations, "value", language),
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What it costs.

    Args:
        amount: with its decimals.
        currency: three letters, as in ISO 4217.
        per: ``once``, ``month`` or ``year``.
    """

    amount: Decimal
    currency: str
    per: str = "once"

    def words(self) -> str:
        """Return it as people write it in the language in use, as in "1,250.00 GBP a month"."""
        amount = number_format(self.amount, decimal_pos=2, force_grouping=True)
        told = {"amount": amount, "currency": self.currency}
        sentences = {
            "month": _("%(amount)s %(currency)s a month"),
            "year": _("%(amount)s %(currency)s a year"),
        }
        return str(sentences.get(self.per, _("%(amount)s %(currency)s"))) % told


@dataclass(frozen=True, slots=True)
class Sight:
    """Which approvals an actor sees: all, those about people of some units, and those of a person.

    Args:
        everything: all there are.
        units: keys of units whose people's requests are seen.
        person_id: who is asked, asked, stands in or wanted it; None for nobody.
    """

    everything: bool
    units: frozenset[int]
    person_id: int | None


def sight(actor: Actor) -> Sight:
    """Return which approvals an actor may see, besides those as whose substitute they decide."""
    scope = actor.scope(MANAGE)
    return Sight(scope.everywhere, scope.keys("unit"), actor.person_id)


def manages(actor: Actor, *, requester_unit_id: int | None) -> bool:
    """Tell whether an actor manages the approvals about the people of a unit."""
    return actor.may(MANAGE, unit=requester_unit_id)


def chair_state(seats: Iterable[SeatState]) -> SeatState:
    """Return how a chair stands, from the seats on it."""
    states = set(seats)
    for decisive in (SeatState.APPROVED, SeatState.REFUSED, SeatState.OPEN):
        if decisive in states:
            return decisive
    return SeatState.NOT_NEEDED


def verdict(chairs: Collection[SeatState], *, needed: int | None) -> ApprovalState:
    """Return where an approval stands by its chairs.

    Args:
        chairs: how each chair stands.
        needed: how many must approve; None for all.
    """
    wanted = len(chairs) if needed is None else needed
    approved = sum(each is SeatState.APPROVED for each in chairs)
    still_open = sum(each is SeatState.OPEN for each in chairs)
    if approved >= wanted:
        return ApprovalState.APPROVED
    if approved + still_open < wanted:
        return ApprovalState.REFUSED
    return ApprovalState.OPEN


OUTCOMES: dict[ApprovalState, Outcome] = {
    ApprovalState.APPROVED: Outcome.APPROVED,
    ApprovalState.REFUSED: Outcome.REFUSED,
    ApprovalState.WITHDRAWN: Outcome.WITHDRAWN,
}


def successor(
    person_id: int,
    *,
    manager_of: Callable[[int], int | None],
    is_possible: Callable[[int], bool],
) -> int | None:
    """Return who is asked in somebody's place: the nearest manager above who may be asked.

    Args:
        person_id: who cannot be asked.
        manager_of: gives the line manager of a person, or None.
        is_possible: tells whether a person may be asked.

    Returns:
        The person's key, or None where nobody above may be asked.
    """
    seen = {person_id}
    above = manager_of(person_id)
    while above is not None and above not in seen and len(seen) < LONGEST_CHAIN:
        if is_possible(above):
            return above
        seen.add(above)
        above = manager_of(above)
    return None


def deadline_moved(
    deadline: datetime | None, *, asked_at: datetime, at: datetime
) -> datetime | None:
    """Return a deadline that begins anew: as long after now as it was after the question."""
    return None if deadline is None else at + (deadline - asked_at)


def delegation_span(first: date, last: date, *, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of a first day and the first one after a last day, in UTC.

    Args:
        first: the first day.
        last: the last day, which still counts.
        zone: the IANA zone by whose days they are counted.
    """
    there = ZoneInfo(zone)
    return (
        datetime.combine(first, time.min, there).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time.min, there).astimezone(UTC),
    )


def delegation_faults(first: date, last: date, *, ends_at: datetime, at: datetime) -> list[Text]:
    """Return what is wrong with the days for which somebody is to stand in."""
    if last < first:
        return [_("The last day is before the first.")]
    if ends_at <= at:
        return [_("These days are over already.")]
    if last - first > LONGEST_DELEGATION:
        return [_("At most a year is possible.")]
    return []


def link_digest(secret: str) -> bytes:
    """Return what is stored of a link: its SHA-256; the secrets are long and cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_throttled(attempts: int) -> bool:
    """Tell whether so many wrong links within the window bar an address from trying more."""
    return attempts >= ATTEMPTS_PER_ORIGIN
