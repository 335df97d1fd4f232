"""Issues, interested parties, needs and the scope as people meet them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import SYSTEM, Cast
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.context.interested_parties.actions import add_need, add_party
from timshel.context.interested_parties.models import InterestedParty, Need
from timshel.context.interested_parties.rules import NeedContent, PartyContent
from timshel.context.interested_parties.states import PartyKind
from timshel.context.issue.actions import open_issue
from timshel.context.issue.models import Issue
from timshel.context.issue.rules import IssueContent
from timshel.context.issue.states import Effect, IssueKind
from timshel.context.scope.actions import approve_draft, save_draft
from timshel.context.scope.models import ScopeStatement
from timshel.context.scope.rules import CoveredItem, ScopeContent
from timshel.context.scope.states import ItemKind

pytestmark = pytest.mark.django_db
ISSUES = "/governance/context/issues"
PARTIES = "/governance/context/parties"
NEEDS = "/governance/context/needs"
SCOPE = "/governance/context/scope"
ISSUE = {
    "title": "Funding ends",
    "kind": "economic",
    "effect": "hinders",
    "meaning": "Two services **stop**.",
    "owner": "imre",
    "review_months": "3",
}
PARTY = {
    "code": "harbour",
    "name": "Harbour Authority",
    "kind": "customer",
    "influence": "3",
    "interest": "2",
    "review_months": "12",
}
NEED = {"text": "An answer within an hour", "basis": "contract", "standing": "not_met"}
DRAFT = {
    "statement": "Services for the institute.",
    "services": ["mail", "laptop"],
    "units": ["institute"],
    "out_1": "site:lac-orme",
    "out_reason_1": "Run by its host.",
}


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return browser_of(cast.process_owner)


def issued(title: str = "Funding ends", *, owner: str = "") -> str:
    content = IssueContent(title, IssueKind.ECONOMIC, Effect.HINDERS, owner=owner)
    return open_issue(content=content, actor=SYSTEM, at=earlier())


def partied(code: str = "harbour") -> None:
    content = PartyContent(f"Authority {code}", PartyKind.CUSTOMER)
    add_party(code, content=content, actor=SYSTEM, at=earlier())
    add_need(code, content=NeedContent("Reports"), actor=SYSTEM, at=earlier())


def approved(*codes: str) -> None:
    items = tuple(CoveredItem(ItemKind.SERVICE, code, code) for code in codes)
    save_draft(content=ScopeContent("What we do.", "", items), actor=SYSTEM, at=earlier())
    approve_draft(revision=1, actor=SYSTEM, at=earlier())


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def book(answer: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(answer.content))


class TestIssues:
    def test_an_issue_is_written_down_changed_and_reviewed(
        self, cast: Cast, keeper: Client
    ) -> None:
        assert "No issues yet" in words_of(keeper.get(ISSUES))
        refused = keeper.post(f"{ISSUES}/new", {**ISSUE, "title": ""})
        assert refused.status_code == 422
        assert "Two services **stop**." in text_of(refused)
        nobody = keeper.post(f"{ISSUES}/new", {**ISSUE, "owner": "zebra"})
        assert "Nobody was found" in text_of(nobody)
        assert keeper.post(f"{ISSUES}/new", ISSUE).status_code == 302
        number = Issue.objects.get().number
        page = text_of(keeper.get(f"{ISSUES}/{number}"))
        assert "<strong>stop</strong>" in page
        assert "Imre Castellane" in page
        assert "Funding ends" in text_of(keeper.get(ISSUES))
        form = text_of(keeper.get(f"{ISSUES}/{number}/change"))
        assert 'value="imre.castellane"' in form
        again = {**ISSUE, "title": "Funding is cut", "revision": "1"}
        assert keeper.post(f"{ISSUES}/{number}/change", again).status_code == 302
        stale = keeper.post(f"{ISSUES}/{number}/change", {**again, "title": "Mine"})
        assert stale.status_code == 422
        assert "Somebody else changed this in the meantime" in text_of(stale)
        assert 'value="Mine"' in text_of(stale)
        assert 'name="revision" value="2"' in text_of(stale)
        review = {"finding": "", "revision": "2", "trigger": "watch"}
        assert keeper.post(f"{ISSUES}/{number}/review", review).status_code == 422
        review["finding"] = "Still so."
        assert keeper.post(f"{ISSUES}/{number}/review", review).status_code == 302
        shown = words_of(keeper.get(f"{ISSUES}/{number}"))
        assert "Still so." in shown
        assert "Watched" in shown
        stale = keeper.post(f"{ISSUES}/{number}/review", {**review, "trigger": ""})
        assert stale.status_code == 422
        assert "Still so." in text_of(stale)

    def test_the_register_is_narrowed_and_taken_along(self, cast: Cast, keeper: Client) -> None:
        issued()
        issued("Else")
        assert "Nothing fits" in words_of(keeper.get(f"{ISSUES}?kind=legal"))
        assert "Nothing fits" in words_of(keeper.get(f"{ISSUES}?show=due"))
        assert "Nothing fits" in words_of(keeper.get(f"{ISSUES}?show=closed"))
        page = words_of(keeper.get(f"{ISSUES}?origin=external&effect=hinders&kind=zebra&show=all"))
        assert "Funding ends" in page
        sheet = book(keeper.get(f"{ISSUES}/xlsx?show=all")).active
        assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["Else", "Funding ends"]

    def test_the_owner_reads_and_reviews_their_own(self, cast: Cast) -> None:
        number, other = issued(owner="imre.castellane"), issued("Else")
        owner = browser_of(cast.requester)
        assert owner.get(ISSUES).status_code == 403
        assert "Keep the review" in words_of(owner.get(f"{ISSUES}/{number}"))
        assert owner.get(f"{ISSUES}/{number}/change").status_code == 403
        given = {"finding": "As before.", "revision": "1", "trigger": ""}
        assert owner.post(f"{ISSUES}/{number}/review", given).status_code == 302
        assert owner.get(f"{ISSUES}/{other}").status_code == 404
        manager = browser_of(cast.manager)
        assert "Keep the review" not in words_of(manager.get(f"{ISSUES}/{number}"))
        assert manager.post(f"{ISSUES}/{number}/review", given).status_code == 403
        assert manager.get(f"{ISSUES}/new").status_code == 403

    def test_what_is_done_about_an_issue_is_planned(self, cast: Cast, keeper: Client) -> None:
        number = issued(owner="imre.castellane")
        address = f"/governance/actions/new?about=context_issue:{number}"
        owner = browser_of(cast.requester)
        assert address in text_of(owner.get(f"{ISSUES}/{number}"))
        given = {
            "title": "Ask the funder",
            "kind": "preventive",
            "owner": "imre.castellane",
            "due_date": "2099-01-01",
        }
        assert keeper.post(address, given).status_code == 302
        assert "Ask the funder" in words_of(owner.get(f"{ISSUES}/{number}"))
        assert browser_of(cast.other_requester).get(address).status_code == 404

    def test_the_list_asks_no_question_per_row(self, cast: Cast, keeper: Client) -> None:
        for position in range(3):
            issued(f"Issue {position}", owner="imre.castellane")
        few = queries_of(keeper, ISSUES)
        for position in range(7):
            issued(f"More {position}", owner="solveig.adeyemi")
        assert queries_of(keeper, ISSUES) == few


class TestParties:
    def test_a_party_gets_needs_that_are_judged(self, cast: Cast, keeper: Client) -> None:
        assert "No interested parties yet" in words_of(keeper.get(PARTIES))
        refused = keeper.post("/governance/context/new-party", {**PARTY, "code": "no code"})
        assert refused.status_code == 422
        assert 'value="Harbour Authority"' in text_of(refused)
        assert keeper.post("/governance/context/new-party", PARTY).status_code == 302
        one = f"{PARTIES}/harbour"
        assert "No needs yet" in words_of(keeper.get(one))
        half = keeper.post(f"{one}/new-need", {**NEED, "kind_1": "agreement"})
        assert "Please give both" in text_of(half)
        unmet = keeper.post(f"{one}/new-need", {**NEED, "standing": "met"})
        assert "Say what meets it" in text_of(unmet)
        assert keeper.post(f"{one}/new-need", NEED).status_code == 302
        number = Need.objects.get().number
        assert "not traced" in words_of(keeper.get(one))
        traced = {
            **NEED,
            "standing": "partly",
            "kind_1": "service",
            "code_1": "mail",
            "revision": "1",
        }
        address = f"{NEEDS}/{number}/change"
        assert keeper.post(address, traced).status_code == 302
        assert '/services/mail"' in text_of(keeper.get(one))
        assert 'value="mail"' in text_of(keeper.get(address))
        stale = keeper.post(address, {**traced, "text": "Mine"})
        assert stale.status_code == 422
        assert "Mine" in text_of(stale)
        listed = words_of(keeper.get(f"{NEEDS}?show=partly&basis=contract"))
        assert "An answer within an hour" in listed
        assert "Nothing here" in words_of(keeper.get(f"{NEEDS}?show=untraced"))
        assert keeper.post(f"{NEEDS}/{number}/remove").status_code == 302
        assert not Need.objects.exists()

    def test_a_party_is_changed_and_reviewed(self, cast: Cast, keeper: Client) -> None:
        partied()
        one = f"{PARTIES}/harbour"
        new = {**PARTY, "name": "Port", "revision": "1"}
        assert keeper.get(f"{one}/change").status_code == 200
        assert keeper.post(f"{one}/change", new).status_code == 302
        assert keeper.post(f"{one}/change", {**new, "name": "Bay"}).status_code == 422
        assert keeper.post(f"{one}/review", {"finding": "", "revision": "2"}).status_code == 422
        kept = keeper.post(f"{one}/review", {"finding": "As before.", "revision": "2"})
        assert kept.status_code == 302
        assert "As before." in words_of(keeper.get(one))
        page = words_of(keeper.get(PARTIES))
        assert "Interest: Middling" in page
        assert "Port" in page
        assert "Nothing fits" in words_of(keeper.get(f"{PARTIES}?kind=supplier&show=due"))
        sheets = book(keeper.get(f"{PARTIES}-xlsx"))
        assert [row[2].value for row in sheets.worksheets[1].iter_rows(min_row=2)] == ["Reports"]

    def test_who_may_only_see_changes_nothing(self, cast: Cast) -> None:
        partied()
        number = Need.objects.get().number
        manager = browser_of(cast.manager)
        assert "Reports" in words_of(manager.get(f"{PARTIES}/harbour"))
        for address in ("/governance/context/new-party", f"{PARTIES}/harbour/change"):
            assert manager.get(address).status_code == 403
        for address in (f"{PARTIES}/harbour/review", f"{NEEDS}/{number}/remove"):
            assert manager.post(address).status_code == 403
        assert manager.get(f"{PARTIES}/nobody").status_code == 404
        assert browser_of(cast.agent).get(PARTIES).status_code == 403
        assert InterestedParty.objects.get().revision == 1

    def test_the_lists_ask_no_question_per_row(self, cast: Cast, keeper: Client) -> None:
        for position in range(3):
            partied(f"p{position}")
        few = [queries_of(keeper, address) for address in (PARTIES, NEEDS)]
        for position in range(7):
            partied(f"q{position}")
        assert [queries_of(keeper, address) for address in (PARTIES, NEEDS)] == few


class TestScope:
    def test_a_version_is_written_and_approved(self, cast: Cast, keeper: Client) -> None:
        assert "No scope is approved yet" in words_of(keeper.get(SCOPE))
        assert 'value="mail"' in text_of(keeper.get(f"{SCOPE}/draft"))
        half = keeper.post(f"{SCOPE}/draft", {**DRAFT, "out_reason_1": ""})
        assert half.status_code == 422
        assert "Services for the institute." in text_of(half)
        assert keeper.post(f"{SCOPE}/draft", DRAFT).status_code == 302
        stale = keeper.post(f"{SCOPE}/draft", {**DRAFT, "statement": "Mine."})
        assert stale.status_code == 422
        assert "Mine." in text_of(stale)
        page = words_of(keeper.get(f"{SCOPE}/versions/1"))
        assert "Aldermoor Institute" in page
        assert "Approve it" in page
        assert keeper.get(f"{SCOPE}/versions/1/pdf").status_code == 404
        assert keeper.post(f"{SCOPE}/draft/approve", {"revision": "9"}).status_code == 409
        assert keeper.post(f"{SCOPE}/draft/approve", {"revision": "1"}).status_code == 302
        shown = words_of(keeper.get(SCOPE))
        assert "Version 1 holds." in shown
        assert "Run by its host." in shown
        assert "Heating and air Service Offered, but out of scope" in shown
        made = keeper.get(f"{SCOPE}/versions/1/pdf")
        assert made.content.startswith(b"%PDF")
        assert keeper.post(f"{SCOPE}/draft/discard").status_code == 404

    def test_a_difference_leads_to_the_draft_that_mends_it(
        self, cast: Cast, keeper: Client
    ) -> None:
        approved("mail", "fax")
        page = text_of(keeper.get(SCOPE))
        assert f"{SCOPE}/draft?add=service%3Alaptop" in page
        assert "In scope, but no longer offered" in page
        form = text_of(keeper.get(f"{SCOPE}/draft?add=service:laptop"))
        assert form.count("checked") == 3
        assert text_of(keeper.get(f"{SCOPE}/draft?remove=service:fax")).count("checked") == 1
        assert keeper.get(f"{SCOPE}/draft?add=zebra:1&remove=x").status_code == 200
        reader = text_of(browser_of(cast.auditor).get(SCOPE))
        assert "Offered, but out of scope" in reader
        assert "scope/draft" not in reader

    def test_rights(self, cast: Cast, keeper: Client) -> None:
        keeper.post(f"{SCOPE}/draft", DRAFT)
        manager = browser_of(cast.manager)
        assert manager.get(f"{SCOPE}/draft").status_code == 403
        assert manager.post(f"{SCOPE}/draft/approve", {"revision": "1"}).status_code == 403
        assert manager.post(f"{SCOPE}/draft/discard").status_code == 403
        assert browser_of(cast.requester).get(SCOPE).status_code == 403
        assert keeper.post(f"{SCOPE}/draft/discard").status_code == 302
        assert not ScopeStatement.objects.exists()

    def test_the_page_asks_no_question_per_version(self, cast: Cast, keeper: Client) -> None:
        for _number in range(2):
            approved("mail")
        few = queries_of(keeper, SCOPE)
        for _number in range(5):
            approved("mail", "laptop")
        assert queries_of(keeper, SCOPE) == few
