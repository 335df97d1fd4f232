"""Keeping interested parties and what they need (clause 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.interested_parties import access
from timshel.context.interested_parties.events import NeedJudged, PartyReviewed
from timshel.context.interested_parties.models import InterestedParty, Need, NeedMetBy, PartyReview
from timshel.context.interested_parties.rules import (
    LONGEST_CODE,
    NeedContent,
    PartyContent,
    need_faults,
    party_faults,
)
from timshel.context.issue.actions import OUTDATED, REGION
from timshel.context.issue.rules import day_of, months_later, needed_faults
from timshel.context.organization.rules import code_faults, refuse
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record

SUBJECT = "interested_party"
Changes = dict[str, tuple[Any, Any]]


@transaction.atomic
def add_party(code: str, *, content: PartyContent, actor: Actor, at: datetime) -> None:
    """Write an interested party down.

    Args:
        code: how it is referred to from then on.
        content: who it is.
        actor: who keeps the context.
        at: when.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by field.
    """
    access.require_manage(actor)
    faults: dict[str, list[Text]] = {
        "code": code_faults(code, longest=LONGEST_CODE),
        **party_faults(content),
    }
    if not faults["code"] and InterestedParty.objects.filter(code=code).exists():
        faults["code"] = [_("This code is already taken.")]
    refuse(faults)
    party = InterestedParty(code=code, added_at=at, changed_at=at)
    changes = _fill(party, _plain(content, party, at=at))
    party.save(force_insert=True)
    _note("context.party_added", party, {"code": (None, code), **changes}, actor=actor, at=at)


@transaction.atomic
def change_party(
    code: str, *, content: PartyContent, revision: int, actor: Actor, at: datetime
) -> None:
    """Describe a party otherwise; the same again does nothing.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: what is wrong, by field.
        WrongState: somebody else changed it meanwhile.
    """
    party = access.party_to_change(code, actor=actor)
    refuse(party_faults(content))
    _require_seen(party, revision)
    changes = _fill(party, _plain(content, party, at=at))
    if not changes:
        return
    party.revision, party.changed_at = party.revision + 1, at
    party.save()
    _note("context.party_changed", party, changes, actor=actor, at=at)


@transaction.atomic
def review_party(
    code: str,
    *,
    finding: str,
    revision: int,
    review_date: date | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep what was found when a party and its needs were looked at again.

    Args:
        code: of the party.
        finding: what was found.
        revision: that the writer saw; the same review twice is refused by it.
        review_date: the day of the next review; None counts its months from today.
        actor: who keeps the context.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: nothing was found, or the next day lies before today.
        WrongState: somebody else changed it meanwhile.
    """
    party = access.party_to_change(code, actor=actor)
    is_past = review_date is not None and review_date < day_of(at)
    refuse(
        {
            "finding": needed_faults(finding, missing=_("Say what was found.")),
            "review_date": [_("This day lies in the past.")] if is_past else [],
        }
    )
    _require_seen(party, revision)
    changes: Changes = {"finding": (None, finding.strip())}
    following = review_date or months_later(day_of(at), party.review_months)
    changes |= _fill(party, {"review_date": following})
    party.revision, party.changed_at = party.revision + 1, at
    party.save()
    PartyReview.objects.create(
        party=party, reviewed_at=at, reviewed_by_id=actor.person_id, finding=finding.strip()
    )
    _note("context.party_reviewed", party, changes, actor=actor, at=at)
    publish(PartyReviewed(code, at, actor.person_id))


@transaction.atomic
def add_need(code: str, *, content: NeedContent, actor: Actor, at: datetime) -> str:
    """Write down what a party needs; returns the number of the need.

    The same text again is not written twice.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: what is wrong, by field.
    """
    party = access.party_to_change(code, actor=actor)
    refuse(need_faults(content))
    standing = Need.objects.filter(party=party, text=content.text.strip()).first()
    if standing is not None:
        return standing.number
    need = Need(party=party)
    _write_need(need, content, verb="context.need_added", actor=actor, at=at)
    return need.number


@transaction.atomic
def change_need(
    number: str, *, content: NeedContent, revision: int, actor: Actor, at: datetime
) -> None:
    """Say otherwise what is needed, what meets it and how far; the same again does nothing.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: what is wrong, by field.
        WrongState: somebody else changed it meanwhile.
    """
    need = access.need_to_change(number, actor=actor)
    refuse(need_faults(content))
    if need.revision != revision:
        raise WrongState(OUTDATED)
    _write_need(need, content, verb="context.need_changed", actor=actor, at=at)


@transaction.atomic
def remove_need(number: str, *, actor: Actor, at: datetime) -> None:
    """Take a need away that is none; the journal keeps what it said.

    Raises:
        NotFound, NotAllowed: as they say.
    """
    need = access.need_to_change(number, actor=actor)
    changes: Changes = {"number": (need.number, None), "text": (need.text, None)}
    _note("context.need_removed", need.party, changes, actor=actor, at=at)
    need.delete()


def _write_need(need: Need, content: NeedContent, *, verb: str, actor: Actor, at: datetime) -> None:
    is_new = need.pk is None
    links = sorted({(each.kind.value, each.code) for each in content.links})
    left = [] if is_new else sorted(need.links.values_list("kind", "code"))
    before = need.standing
    wanted = {
        "text": content.text.strip(),
        "basis": content.basis.value,
        "standing": content.standing.value,
    }
    changes = _fill(need, wanted)
    if links != left:
        changes["met_by"] = (_linked(left), _linked(links))
    if not changes:
        return
    need.changed_at = at
    need.revision = 1 if is_new else need.revision + 1
    need.save()
    NeedMetBy.objects.filter(need=need).delete()
    NeedMetBy.objects.bulk_create(
        NeedMetBy(need=need, kind=kind, code=code) for kind, code in links
    )
    _note(verb, need.party, {"number": (None, need.number), **changes}, actor=actor, at=at)
    if is_new or before != need.standing:
        publish(NeedJudged(need.party.code, need.number, need.standing, at, actor.person_id))


def _linked(links: list[tuple[str, str]]) -> list[str]:
    return [f"{kind} {code}" for kind, code in links]


def _require_seen(party: InterestedParty, revision: int) -> None:
    if party.revision != revision:
        raise WrongState(OUTDATED)


def _plain(content: PartyContent, party: InterestedParty, *, at: datetime) -> dict[str, Any]:
    return {
        "name": content.name.strip(),
        "kind": content.kind.value,
        "spoken_for_by": content.spoken_for_by.strip(),
        "influence": content.influence,
        "interest": content.interest,
        "review_months": content.review_months,
        "review_date": content.review_date
        or party.review_date
        or months_later(day_of(at), content.review_months),
    }


def _fill(row: InterestedParty | Need, wanted: Mapping[str, Any]) -> Changes:
    """Write values into a row; returns what is different."""
    changes: Changes = {}
    for name, value in wanted.items():
        before = getattr(row, name) if row.pk else None
        if before != value:
            changes[name] = (_told(before), _told(value))
        setattr(row, name, value)
    return changes


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _note(
    verb: str, party: InterestedParty, changes: Changes, *, actor: Actor, at: datetime
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=party.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
