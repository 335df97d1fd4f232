"""Mandates on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from timshel.leadership.mandate import actions
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.rules import MandateContent, Money
from timshel.leadership.mandate.states import HolderKind, MandateState, Subject

FORM = {
    "title": "Purchases of the whole house",
    "subject": "purchase",
    "held_by": "role:auditor",
    "amount": "5000",
    "currency": "GBP",
    "valid_from": "2020-01-01",
    "granted_by": "wendell.achterberg",
    "rests_on": "Decision of the board",
}
SAID = {
    "title": "Purchases of the whole house",
    "subject": "purchase",
    "holder_kind": "role",
    "holder": "auditor",
    "limit": {"amount": 5000, "currency": "GBP"},
    "valid_from": "2020-01-01",
    "granted_by": "wendell.achterberg",
    "rests_on": "Decision of the board",
}
REASON = {"reason": "It has done its service."}
BODIES: dict[str, dict[str, Any]] = {
    "mandate-new": FORM,
    "mandate-change": FORM,
    "mandate-end": REASON,
    "mandate-withdraw": REASON,
    "api-list_mandates": SAID,
    "api-read_mandate": SAID,
    "api-put_mandate_in_force": {},
    "api-end_mandate": REASON,
    "api-withdraw_mandate": REASON,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Write down a mandate."""
    number = _drafted(cast, 0, at=at)
    return {"<str:mandate>": number, "/mandates/<mandate>": f"/mandates/{number}"}


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Put one more into force, and write down another."""
    number = _drafted(cast, position, at=at)
    actions.put_in_force(number, actor=cast.process_owner, at=at)
    _drafted(cast, position, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about mandates."""
    number = Mandate.objects.filter(state=MandateState.DRAFT).order_by("pk")[0].number
    whole, one = "/governance/mandates", f"/governance/mandates/{number}"
    asked = "subject=other&amount=10&currency=GBP"
    return {
        "mandate-list": ("process_owner", whole),
        "mandate-list-xlsx": ("process_owner", f"{whole}/xlsx"),
        "mandate-who": ("process_owner", f"{whole}/who?{asked}"),
        "mandate-new": ("process_owner", f"{whole}/new"),
        "mandate": ("process_owner", one),
        "mandate-change": ("process_owner", f"{one}/change"),
        "mandate-withdraw": ("process_owner", f"{one}/withdraw"),
        "policy-list": ("process_owner", "/governance/policies"),
        "api-list_policies": ("api-process_owner", "/api/v1/documents/policies"),
        "api-list_mandates": ("api-process_owner", "/api/v1/mandates"),
        "api-read_mandate": ("api-process_owner", f"/api/v1/mandates/{number}"),
        "api-read_who_may_approve": (
            "api-process_owner",
            f"/api/v1/mandates/who-may?{asked}",
        ),
    }


def _drafted(cast: Cast, position: int, *, at: datetime) -> str:
    content = MandateContent(
        title=f"Gifts {position}",
        subject=Subject.OTHER,
        own_words=f"Gifts {position}",
        holder_kind=HolderKind.ROLE,
        holder="auditor",
        granted_by="wendell.achterberg",
        rests_on="Decision of the board",
        valid_from=date(2020, 1, 1),
        limit=Money(Decimal(5000), "GBP"),
    )
    return actions.draft_mandate(content, actor=cast.process_owner, at=at)
