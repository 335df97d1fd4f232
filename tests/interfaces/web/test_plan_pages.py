"""The service management plan as people meet it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import SYSTEM, Cast
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.context.interested_parties.actions import add_party
from timshel.context.interested_parties.rules import PartyContent
from timshel.context.interested_parties.states import PartyKind
from timshel.interfaces.web.governance.plan.shown import REGISTERS, register_address
from timshel.kernel.errors import Text
from timshel.planning.plan import sources
from timshel.planning.plan.actions import (
    approve_version,
    begin_version,
    propose_version,
    write_part,
)
from timshel.planning.plan.models import PlanPart, PlanVersion
from timshel.planning.plan.rules import PartContent
from timshel.planning.plan.states import Part

pytestmark = pytest.mark.django_db
PLAN = "/governance/plan"
SERVICES = f"{PLAN}/parts/services"
TEXT = "## Which\n\nThe services of the **catalogue**:\n\n- mail\n- laptops\n\nEach has an owner."


def next_day() -> date:
    return (now() + timedelta(days=60)).date()


def write_all() -> None:
    for part in Part:
        content = PartContent(TEXT, "bastian.nwosu", next_day())
        write_part(part, content=content, revision=0, actor=SYSTEM, at=earlier(5))


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return browser_of(cast.process_owner)


@pytest.fixture
def approver(cast: Cast) -> Client:
    return browser_of(cast.manager)


def test_a_plan_goes_its_way(cast: Cast, keeper: Client, approver: Client) -> None:
    assert "Missing" in words_of(keeper.get(PLAN))
    given = {"statement": TEXT, "owner": "Bastian", "review_date": next_day(), "revision": "0"}
    answer = keeper.post(f"{SERVICES}/change", given)
    assert answer["Location"] == SERVICES
    page = text_of(keeper.get(SERVICES))
    assert "<strong>catalogue</strong>" in page
    assert "wrote it" in page
    assert "Propose it" in words_of(keeper.get(PLAN))
    refused = keeper.post(f"{PLAN}/propose", {"summary": "The first.", "revision": "1"})
    assert refused.status_code == 422
    assert "The first." in text_of(refused)
    assert "Money" in words_of(refused)
    for part in Part:
        if part is not Part.SERVICES:
            given = {**given, "statement": f"{TEXT} {part}"}
            assert keeper.post(f"{PLAN}/parts/{part}/change", given).status_code == 302
    assert keeper.get(f"{PLAN}/propose").status_code == 200
    proposal = {"summary": "The first.", "revision": "1"}
    assert keeper.post(f"{PLAN}/propose", proposal)["Location"] == PLAN
    assert "somebody else approves it" in words_of(keeper.get(PLAN))
    assert keeper.post(f"{PLAN}/approve", {"revision": "2"}).status_code == 403
    resting = keeper.post(f"{SERVICES}/change", {**given, "revision": "1", "statement": "New."})
    assert resting.status_code == 422
    assert "Take it back first" in words_of(resting)
    assert approver.get(f"{PLAN}/withdraw").status_code == 200
    back = approver.post(f"{PLAN}/withdraw", {"reason": "", "revision": "2"})
    assert back.status_code == 422
    approver.post(f"{PLAN}/withdraw", {"reason": "Money?", "revision": "2"})
    keeper.post(f"{PLAN}/propose", {"summary": "The first.", "revision": "3"})
    assert "Approve it" in words_of(approver.get(PLAN))
    answer = approver.post(f"{PLAN}/approve", {"revision": "4"})
    assert answer["Location"] == f"{PLAN}/versions/1"
    page = words_of(keeper.get(f"{PLAN}/versions/1"))
    assert "Wendell" in page
    keeper.post(f"{SERVICES}/change", {**given, "revision": "1", "statement": f"{TEXT}\nMore."})
    assert "Changed since" in words_of(keeper.get(PLAN))
    page = words_of(keeper.get(f"{PLAN}/differences?before=1"))
    assert "+ new More." in page
    assert "Nothing differs" in words_of(keeper.get(f"{PLAN}/differences?before=1&after=1"))
    assert keeper.get(f"{PLAN}/differences?before=7").status_code == 404


def test_a_part_is_looked_at_again(cast: Cast, keeper: Client) -> None:
    write_all()
    assert keeper.get(f"{SERVICES}/review").status_code == 200
    bad = keeper.post(f"{SERVICES}/review", {"found": "Read it.", "revision": "1"})
    assert bad.status_code == 422
    assert "Read it." in text_of(bad)
    given = {"found": "Read it.", "review_date": next_day(), "revision": "1"}
    assert keeper.post(f"{SERVICES}/review", given)["Location"] == SERVICES
    assert "Read it." in words_of(keeper.get(SERVICES))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": "nobody at all"}, "nobody at all"),
        ({"review_date": "2020-01-01"}, "Choose a day to come."),
        ({"revision": "7"}, "Somebody changed this meanwhile"),
    ],
)
def test_what_was_typed_stays(
    cast: Cast, keeper: Client, change: dict[str, Any], said: str | Text
) -> None:
    write_all()
    given = {
        "statement": "Typed with care.",
        "owner": "bastian.nwosu",
        "review_date": next_day(),
        "revision": "1",
    }
    answer = keeper.post(f"{SERVICES}/change", {**given, **change})
    assert answer.status_code == 422
    assert "Typed with care." in text_of(answer)
    assert str(said) in words_of(answer)


def test_what_stands_is_begun_anew(cast: Cast, keeper: Client) -> None:
    write_all()
    propose_version(summary="First.", revision=1, actor=SYSTEM, at=earlier(4))
    approve_version(revision=2, actor=cast.manager, at=earlier(3))
    assert keeper.post(f"{PLAN}/begin")["Location"] == PLAN
    assert PlanVersion.objects.count() == 2
    assert keeper.post(f"{PLAN}/begin").status_code == 409


def test_who_sees_what(cast: Cast) -> None:
    write_all()
    auditor, manager, owner = map(browser_of, (cast.auditor, cast.manager, cast.service_owner))
    for reader in (auditor, manager, owner):
        assert reader.get(PLAN).status_code == 200
        assert reader.get(SERVICES).status_code == 200
        assert reader.get(f"{SERVICES}/change").status_code == 403
        assert reader.post(f"{SERVICES}/review", {}).status_code == 403
        assert reader.post(f"{PLAN}/begin").status_code == 403
    assert auditor.get(f"{PLAN}/withdraw").status_code == 403
    assert auditor.get(f"{PLAN}/propose").status_code == 403
    agent = browser_of(cast.agent)
    for address in (PLAN, f"{PLAN}/pdf", f"{PLAN}/versions/1", f"{PLAN}/differences"):
        assert agent.get(address).status_code == 403
    assert agent.get(SERVICES).status_code == 404
    PlanPart.objects.filter(part="services").update(owner_id=cast.agent.person_id)
    assert agent.get(SERVICES).status_code == 200
    page = text_of(agent.get(f"{SERVICES}/change"))
    assert 'name="statement"' in page
    assert 'name="owner"' not in page
    given = {"statement": "By hand.", "review_date": next_day(), "revision": "1"}
    assert agent.post(f"{SERVICES}/change", given).status_code == 302
    row = PlanPart.objects.get(part="services")
    assert (row.statement, row.owner_id) == ("By hand.", cast.agent.person_id)


def test_the_plan_as_a_document(cast: Cast, keeper: Client) -> None:
    answer = keeper.get(f"{PLAN}/pdf")
    assert answer["Content-Type"] == "application/pdf"
    write_all()
    assert bytes(keeper.get(f"{PLAN}/versions/1/pdf").content).startswith(b"%PDF")
    propose_version(summary="First.", revision=1, actor=SYSTEM, at=earlier(4))
    approve_version(revision=2, actor=cast.manager, at=earlier(3))
    begin_version(actor=SYSTEM, at=earlier(2))
    assert bytes(keeper.get(f"{PLAN}/pdf").content).startswith(b"%PDF")
    assert bytes(keeper.get(f"{PLAN}/versions/1/pdf").content).startswith(b"%PDF")
    assert keeper.get(f"{PLAN}/versions/9/pdf").status_code == 404


def test_ten_records_take_as_many_queries_as_three(cast: Cast, keeper: Client) -> None:
    def grow(first: int, last: int) -> None:
        for position in range(first, last):
            content = PartyContent(f"Party {position}", PartyKind.CUSTOMER)
            add_party(f"party-{position}", content=content, actor=SYSTEM, at=earlier(1))

    def queries_of(address: str) -> int:
        keeper.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert keeper.get(address).status_code == 200
        return len(caught)

    write_all()
    grow(0, 3)
    addresses = (PLAN, f"{PLAN}/parts/parties", f"{PLAN}/versions/1", f"{PLAN}/pdf")
    few = [queries_of(each) for each in addresses]
    grow(3, 10)
    assert [queries_of(each) for each in addresses] == few


def test_each_list_leads_to_its_register(cast: Cast) -> None:
    names = {name for part in Part for name in sources.names_of(part)}
    without = {"sites"}
    assert {name for name in names if not register_address(name, actor=SYSTEM)} == without
    assert set(REGISTERS) <= names
