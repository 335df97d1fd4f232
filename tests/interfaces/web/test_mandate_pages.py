"""The pages of mandates: the register, one mandate, its forms, and who may approve something."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.approvals import asked
from tests.cast import AT, Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.leadership.approval.rules import Price
from timshel.leadership.mandate import actions
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.rules import MandateContent, Money
from timshel.leadership.mandate.states import HolderKind, Subject

pytestmark = pytest.mark.django_db
MANDATES = "/governance/mandates"
BUYING = MandateContent(
    title="Purchases of the whole house",
    subject=Subject.PURCHASE,
    holder_kind=HolderKind.PERSON,
    holder="tamsin.harrowgate",
    granted_by="wendell.achterberg",
    rests_on="Decision of the board",
    valid_from=date(2020, 1, 1),
    limit=Money(Decimal(5000), "GBP"),
)
GIVEN = {
    "title": "Purchases of the whole house",
    "subject": "purchase",
    "person": "Tamsin Harrowgate",
    "amount": "5000",
    "currency": "gbp",
    "place": "unit:it",
    "valid_from": "2020-01-01",
    "granted_by": "Wendell Achterberg",
    "rests_on": "Decision of the board",
    "conditions": "Two **offers** at least.",
}
REASON = {"reason": "It has done its service."}


def written(cast: Cast, *, is_draft: bool = False, **change: Any) -> str:
    number = actions.draft_mandate(replace(BUYING, **change), actor=cast.process_owner, at=AT)
    if not is_draft:
        actions.put_in_force(number, actor=cast.process_owner, at=AT)
    return number


def sent(client: Client, address: str, given: dict[str, Any], status: int = 302) -> str:
    answer = client.post(address, given)
    assert answer.status_code == status, words_of(answer)
    return text_of(answer)


def test_a_mandate_goes_through_its_life(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    assert "No mandate is written down yet" in words_of(client.get(MANDATES))
    assert "Who grants it" in words_of(client.get(f"{MANDATES}/new"))
    sent(client, f"{MANDATES}/new", GIVEN)
    number = Mandate.objects.get().number
    address = f"{MANDATES}/{number}"
    shown = text_of(client.get(address))
    assert "<strong>offers</strong>" in shown
    assert "up to 5,000.00" in words_of(client.get(address))
    assert "Information Technology" in words_of(client.get(address))
    assert 'value="5000.00"' in text_of(client.get(f"{address}/change"))
    sent(client, f"{address}/change", {**GIVEN, "title": "Purchases", "revision": "1"})
    sent(client, f"{address}/put-in-force", {"revision": "2"})
    assert Mandate.objects.get().state == "in_force"
    assert client.get(f"{address}/change").status_code == 409
    assert "What may be approved" in words_of(client.get(MANDATES))
    assert "Why?" in words_of(client.get(f"{address}/end"))
    sent(client, f"{address}/end", REASON)
    assert "It has done its service." in words_of(client.get(address))
    assert client.get(f"{address}/withdraw").status_code == 409


def test_what_was_typed_is_kept_after_a_refusal(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    for change, words in (
        ({"currency": "pounds"}, "at most 3 characters"),
        ({"currency": "1"}, "three capital letters"),
        ({"person": "nobody at all"}, "Nobody was found"),
        ({"person": ""}, "Please name a person"),
        ({"held_by": "role:manager"}, "not both"),
        ({"subject": "document"}, "has no limit"),
        ({"valid_until": "2019-01-01"}, "lies before the first"),
    ):
        answer = sent(client, f"{MANDATES}/new", {**GIVEN, **change}, 422)
        assert words in answer
        assert "Decision of the board" in answer
    assert not Mandate.objects.exists()
    number = written(cast, is_draft=True)
    stale = sent(client, f"{MANDATES}/{number}/change", {**GIVEN, "revision": "7"}, 422)
    assert "Somebody changed this mandate meanwhile" in stale
    assert "Two **offers** at least." in stale
    assert "Please fill this in" in sent(client, f"{MANDATES}/{number}/withdraw", {}, 422)


def test_a_role_holds_it_and_who_that_is_today_is_shown(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    given = {**GIVEN, "person": "", "held_by": "role:auditor", "place": "service:mail"}
    sent(client, f"{MANDATES}/new", given)
    number = Mandate.objects.get().number
    assert "Rosalind Keppel" in words_of(client.get(f"{MANDATES}/{number}"))
    again = text_of(client.get(f"{MANDATES}/{number}/change"))
    assert '<option value="role:auditor" selected' in again
    assert '<option value="service:mail" selected' in again


def test_nobody_puts_into_force_what_they_hold(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    number = written(cast, is_draft=True, holder="bastian.nwosu")
    shown = words_of(client.get(f"{MANDATES}/{number}"))
    assert "You hold it yourself" in shown
    assert "Put it into force" not in shown
    sent(client, f"{MANDATES}/{number}/put-in-force", {}, 403)
    first = written(cast)
    second = written(cast, is_draft=True)
    sent(client, f"{MANDATES}/{second}/put-in-force", {"revision": "x"})
    assert first in words_of(client.get(f"{MANDATES}/{second}"))


def test_who_may_is_answered(cast: Cast) -> None:
    written(cast)
    client = browser_of(cast.auditor)
    who = f"{MANDATES}/who"
    assert "Who may?" in words_of(client.get(who))
    found = words_of(client.get(f"{who}?subject=purchase&amount=100&currency=gbp&place=unit:it"))
    assert "Tamsin Harrowgate" in found
    nobody = words_of(client.get(f"{who}?subject=purchase&amount=6000&currency=GBP"))
    assert "Nobody. Up to 5,000.00" in nobody
    other = words_of(client.get(f"{who}?subject=purchase&amount=6000&currency=EUR"))
    assert "not compared: GBP" in other
    assert "No mandate in force is enough" in words_of(client.get(f"{who}?subject=risk"))
    written(cast, holder_kind=HolderKind.ROLE, holder="budget_holder", limit=None)
    vacant = words_of(client.get(f"{who}?subject=purchase&amount=6000&currency=GBP"))
    assert "Enough, but held by nobody there" in vacant
    for wrong in ("subject=odd", "subject=risk&amount=1&currency=GBP", "subject=purchase&amount=1"):
        assert client.get(f"{who}?{wrong}").status_code == 422


def test_the_register_says_what_nobody_can_use(cast: Cast) -> None:
    written(cast, holder_kind=HolderKind.ROLE, holder="budget_holder")
    client = browser_of(cast.auditor)
    assert "Nobody holds the role" in words_of(client.get(f"{MANDATES}?vacant=yes"))
    assert "Nothing fits" in words_of(client.get(f"{MANDATES}?text=zebra"))
    assert "Nothing fits" in words_of(client.get(f"{MANDATES}?ending=over&state=in_force"))
    assert client.get(f"{MANDATES}?state=odd&subject=odd&ending=odd").status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{MANDATES}/xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][1] == "Purchases of the whole house"
    assert rows[1][5:7] == (5000, "GBP")
    assert rows[1][-1] == "Nobody holds the role"


def test_who_may_not_is_told_so(cast: Cast) -> None:
    number = written(cast)
    for who, register, one in (
        (cast.requester, 403, 404),
        (cast.lead, 200, 200),
        (cast.auditor, 200, 200),
    ):
        client = browser_of(who)
        assert client.get(MANDATES).status_code == register
        assert client.get(f"{MANDATES}/who").status_code == register
        assert client.get(f"{MANDATES}/{number}").status_code == one
    for page in ("new", f"{number}/change", f"{number}/end", f"{number}/withdraw"):
        assert client.get(f"{MANDATES}/{page}").status_code == 403
    sent(client, f"{MANDATES}/{number}/end", REASON, 403)


def test_a_list_takes_as_many_queries_with_ten_as_with_three(cast: Cast) -> None:
    client = browser_of(cast.auditor)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(MANDATES).status_code == 200
        return len(caught)

    units = ("it", "climate", "materials", "facilities", "institute")
    for unit in units[:2]:
        written(cast, holder_kind=HolderKind.ROLE, holder="auditor", unit=unit)
    written(cast)
    client.get(MANDATES)
    few = queries()
    for unit in units:
        written(cast, unit=unit)
    for unit in units[2:]:
        written(cast, holder_kind=HolderKind.ROLE, holder="auditor", unit=unit)
    assert queries() == few


def test_whoever_is_asked_to_approve_an_order_sees_their_own_limit(cast: Cast) -> None:
    price = Price(Decimal(1250), "GBP")
    key = asked(cast.lead, by=cast.requester, price=price)
    client = browser_of(cast.lead)
    assert "Your mandate" not in words_of(client.get(f"/approvals/{key}"))
    limited = written(cast)
    assert "Your mandate: up to 5,000.00" in words_of(client.get(f"/approvals/{key}"))
    actions.end_mandate(limited, reason="A new one.", actor=cast.process_owner, at=AT)
    written(cast, limit=None)
    assert "Your mandate: without a limit" in words_of(client.get(f"/approvals/{key}"))
