"""Interested parties and needs on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from timshel.context.interested_parties.actions import add_need, add_party, review_party
from timshel.context.interested_parties.models import InterestedParty, Need
from timshel.context.interested_parties.rules import NeedContent, NeedLink, PartyContent
from timshel.context.interested_parties.states import LinkKind, PartyKind, Standing

PARTY = {
    "name": "Harbour Authority",
    "kind": "customer",
    "influence": 3,
    "interest": 2,
    "review_months": 12,
}
NEED = {"text": "An answer within an hour", "basis": "contract", "standing": "not_met"}
REVIEW = {"finding": "As before.", "revision": 1}
BODIES: dict[str, dict[str, Any]] = {
    "party-new": {**PARTY, "code": "newcomer"},
    "party-change": {**PARTY, "revision": 1},
    "party-review": REVIEW,
    "need-new": NEED,
    "need-change": {**NEED, "revision": 1},
    "api-list_interested_parties": {**PARTY, "code": "newcomer"},
    "api-read_interested_party": {**PARTY, "revision": 1},
    "api-review_interested_party": REVIEW,
    "api-add_party_need": NEED,
    "api-read_party_need": {**NEED, "revision": 1},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Write a party down, with a need."""
    number = _party("harbour", at=at)
    places = {"<str:party>": "harbour", "<party>": "harbour"}
    return {**places, "<str:need>": number, "<need>": number}


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Write one more party down, give the first another need, and look at it again."""
    _party(f"party-{position}", at=at)
    first = InterestedParty.objects.order_by("pk")[0]
    add_need(first.code, content=_content(f"Need {position}"), actor=SYSTEM, at=at)
    review_party(
        first.code,
        finding="As before.",
        revision=first.revision,
        actor=cast.process_owner,
        at=at,
    )


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages of parties and needs."""
    code = InterestedParty.objects.order_by("pk")[0].code
    number = Need.objects.order_by("pk")[0].number
    parties, needs = "/governance/context/parties", "/governance/context/needs"
    api = "/api/v1/interested-parties"
    web = {
        "party-list": parties,
        "party-xlsx": f"{parties}-xlsx",
        "party-new": "/governance/context/new-party",
        "party": f"{parties}/{code}",
        "party-change": f"{parties}/{code}/change",
        "need-list": needs,
        "need-new": f"{parties}/{code}/new-need",
        "need-change": f"{needs}/{number}/change",
    }
    answers = {
        "api-list_interested_parties": api,
        "api-read_interested_party": f"{api}/records/{code}",
        "api-list_party_needs": f"{api}/needs",
        "api-read_party_need": f"{api}/needs/{number}",
    }
    return {
        **{name: ("process_owner", address) for name, address in web.items()},
        **{name: ("api-process_owner", address) for name, address in answers.items()},
    }


def _party(code: str, *, at: datetime) -> str:
    content = PartyContent(f"Authority {code}", PartyKind.CUSTOMER)
    add_party(code, content=content, actor=SYSTEM, at=at)
    return add_need(code, content=_content("Reports"), actor=SYSTEM, at=at)


def _content(text: str) -> NeedContent:
    links = (NeedLink(LinkKind.SERVICE, "mail"),)
    return NeedContent(text, standing=Standing.PARTLY, links=links)
