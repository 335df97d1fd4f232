"""The pages of risks: the register, the heat map, one risk and all that is done with it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.planning.risk import actions
from timshel.planning.risk.models import Risk
from timshel.planning.risk.rules import Analysis, Level, Link, RiskContent

pytestmark = pytest.mark.django_db
RISKS = "/governance/risks"
FIRE = RiskContent(
    title="The server room burns",
    area="corporate",
    owner="adaeze.thornquist",
    event="A **fire** stops the servers.",
    links=(Link("service", "mail"),),
)
GIVEN = {
    "title": "The server room burns",
    "event": "A **fire** stops the servers.",
    "area": "corporate",
    "owner": "Adaeze Thornquist",
    "services": ["mail"],
    "suppliers": ["northmere"],
}
JUDGED = {"likelihood": "3", "impact": "5", "reason": "It nearly happened."}


def written(cast: Cast, level: Level | None = None, **change: Any) -> str:
    number = actions.identify_risk(replace(FIRE, **change), actor=cast.process_owner, at=AT)
    if level:
        judged = Analysis(level, None, "It nearly happened.")
        actions.analyse_risk(number, analysis=judged, actor=cast.process_owner, at=AT)
    return number


def sent(client: Client, address: str, given: dict[str, Any], status: int = 302) -> str:
    answer = client.post(address, given)
    assert answer.status_code == status, words_of(answer)
    return text_of(answer)


def test_a_risk_goes_through_its_life(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    assert "Write down what may happen" in words_of(client.get(RISKS))
    assert "Who answers for it" in words_of(client.get(f"{RISKS}/new"))
    sent(client, f"{RISKS}/new", GIVEN)
    number = Risk.objects.get().number
    address = f"{RISKS}/{number}"
    shown = text_of(client.get(address))
    assert "<strong>fire</strong>" in shown
    assert "Northmere Devices" in shown
    assert "Not judged yet" in shown
    assert "5 Almost certain" in words_of(client.get(f"{address}/analyse"))
    sent(client, f"{address}/analyse", JUDGED)
    assert "3 × 5 = 15" in words_of(client.get(address))
    assert "Enhance" not in words_of(client.get(f"{address}/treat"))
    treated = {
        "option": "reduce",
        "plan": "New batteries.",
        "residual_likelihood": "1",
        "residual_impact": "4",
        "review_date": "2099-01-01",
    }
    sent(client, f"{address}/treat", treated)
    assert "4 Low" in words_of(client.get(address))
    sent(client, f"{address}/monitor", {})
    sent(client, f"{address}/review", {"found": "All is well.", "next_date": "2099-06-01"})
    owner = browser_of(cast.service_owner)
    assert "Why?" in words_of(owner.get(f"{address}/accept"))
    sent(owner, f"{address}/accept", {"reason": "It is small."})
    assert "It is small." in words_of(client.get(address))
    sent(client, f"{address}/occur", {"on": "2026-03-02", "what": "It burnt."})
    sent(client, f"{address}/close", {"reason": "It is built anew."})
    words = words_of(client.get(address))
    assert "opened it again" not in words
    for sentence in ("wrote it down", "judged it", "accepted it", "It burnt.", "closed it"):
        assert sentence in words
    assert "Judge it" not in words
    sent(client, f"{address}/reopen", {"reason": "It smells again."})
    assert "opened it again" in words_of(client.get(address))


def test_what_was_typed_is_kept_where_it_is_refused(cast: Cast) -> None:
    client = browser_of(cast.process_owner)
    page = sent(client, f"{RISKS}/new", {**GIVEN, "owner": "nobody at all"}, 422)
    assert "Nobody was found" in page
    assert "The server room burns" in page
    page = sent(client, f"{RISKS}/new", {**GIVEN, "event": " "}, 422)
    assert "Please fill this in." in page
    number = written(cast)
    address = f"{RISKS}/{number}"
    page = sent(client, f"{address}/change", {**GIVEN, "title": "It floods", "revision": "9"}, 422)
    assert "Somebody changed this risk meanwhile" in page
    assert 'value="It floods"' in page
    sent(client, f"{address}/change", {**GIVEN, "title": "It floods", "revision": "1"})
    assert Risk.objects.get().title == "It floods"
    half = {**JUDGED, "residual_likelihood": "2"}
    page = sent(client, f"{address}/analyse", half, 422)
    assert "Please choose a level from 1 to 5." in page
    sent(client, f"{address}/analyse", JUDGED)
    page = sent(client, f"{address}/treat", {"option": "reduce", "plan": " "}, 422)
    assert "Please say how." in page
    page = sent(client, f"{address}/review", {"found": "Well.", "next_date": "2020-01-01"}, 422)
    assert "Please choose a day after today." in page
    page = sent(client, f"{address}/occur", {"on": "2099-01-01", "what": "It burnt."}, 422)
    assert "This day is still to come." in page
    page = sent(client, f"{address}/reopen", {"reason": "Why not"}, 422)
    assert "This is not possible in the present state." in page


def test_who_may_do_what(cast: Cast) -> None:
    number = written(cast, Level(3, 5))
    address = f"{RISKS}/{number}"
    for who, statuses in (
        (cast.auditor, (200, 403, 403, 403, 403)),
        (cast.manager, (200, 403, 403, 200, 403)),
        (cast.service_owner, (200, 200, 200, 403, 200)),
        (cast.second_agent, (404, 404, 404, 404, 404)),
    ):
        client = browser_of(who)
        found = tuple(
            client.get(f"{address}{deed}").status_code
            for deed in ("", "/change", "/analyse", "/accept", "/close")
        )
        assert found == statuses, who.name
    agent = browser_of(cast.engineer)
    for page in ("", "/xlsx", "/map", "/new"):
        assert agent.get(f"{RISKS}{page}").status_code == 403
    assert browser_of(cast.agent).get(f"{RISKS}/{number}").status_code == 404
    page = sent(browser_of(cast.lead), f"{address}/accept", {"reason": "No matter."}, 404)
    assert "There is nothing here" in page


def test_who_owns_a_risk_answers_for_it_without_seeing_the_register(cast: Cast) -> None:
    number = written(cast, owner="jonas.okereke")
    client = browser_of(cast.agent)
    assert client.get(RISKS).status_code == 403
    sent(client, f"{RISKS}/{number}/analyse", JUDGED)
    words = words_of(client.get(f"{RISKS}/{number}"))
    assert "15 High" in words
    assert client.get(f"{RISKS}/{number}/reopen").status_code == 403
    assert client.get(f"{RISKS}/{number}/monitor").status_code == 405
    assert client.post(f"{RISKS}/{number}/monitor").status_code == 409


def test_the_register_is_narrowed(cast: Cast) -> None:
    written(cast, Level(3, 5))
    written(cast, Level(1, 2), title="A lift stands still", area="health")
    written(cast, Level(4, 4), title="Sell the heat", is_opportunity=True)
    client = browser_of(cast.auditor)
    page = words_of(client.get(RISKS))
    assert page.index("Sell the heat") < page.index("burns") < page.index("A lift stands")
    for asked, seen in (
        ("area=health", "A lift stands still"),
        ("band=high&kind=risk", "The server room burns"),
        ("kind=opportunity", "Sell the heat"),
        ("likelihood=1&impact=2&basis=inherent", "A lift stands still"),
        ("text=LIFT&state=all", "A lift stands still"),
    ):
        words = words_of(client.get(f"{RISKS}?{asked}"))
        titles = ("The server room burns", "A lift stands still", "Sell the heat")
        assert [each for each in titles if each in words] == [seen]
    for nothing in ("overdue=yes", "state=closed", "owner=nobody", "area=%00", "link=mailx"):
        assert "Nothing fits" in words_of(client.get(f"{RISKS}?{nothing}"))
    assert "burns" in words_of(client.get(f"{RISKS}?state=odd&kind=odd&basis=odd&likelihood=9"))


def test_the_heat_map_leads_to_its_lists(cast: Cast) -> None:
    written(cast, Level(3, 5))
    written(cast)
    client = browser_of(cast.auditor)
    page = text_of(client.get(f"{RISKS}/map"))
    assert "likelihood=3&amp;impact=5" in page or "likelihood=3&impact=5" in page
    words = words_of(client.get(f"{RISKS}/map"))
    assert "1 is in this map. 1 more is open" in words
    assert "0 are in this map" in words_of(client.get(f"{RISKS}/map?basis=residual&kind=odd"))
    assert "Who may accept a risk" in words_of(client.get(f"{RISKS}/criteria"))
    assert "10–19" in words_of(client.get(f"{RISKS}/criteria"))


def test_the_register_goes_out_as_a_spreadsheet(cast: Cast) -> None:
    written(cast, Level(3, 5))
    written(cast, title="Sell the heat", is_opportunity=True)
    answer = browser_of(cast.auditor).get(f"{RISKS}/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3
    assert rows[1][1:3] == ("The server room burns", "Risk")
    assert rows[1][6:8] == (3, 5)
    assert rows[1][10:12] == (15, "High")
    assert rows[2][2] == "Opportunity"


def test_a_page_takes_as_many_queries_however_much_there_is(cast: Cast) -> None:
    client = browser_of(cast.auditor)
    number = written(cast, Level(3, 5))
    pages = (RISKS, f"{RISKS}/map", f"{RISKS}/xlsx", f"{RISKS}/{number}")
    for each in range(2):
        written(cast, Level(2, each + 1))

    def counts() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page).status_code == 200
            found.append(len(seen))
        return found

    counts()
    before = counts()
    for each in range(7):
        written(cast, Level(4, each % 5 + 1))
        judged = Analysis(Level(each % 5 + 1, 5), None, "Anew.")
        actions.analyse_risk(number, analysis=judged, actor=cast.process_owner, at=AT)
    assert counts() == before
