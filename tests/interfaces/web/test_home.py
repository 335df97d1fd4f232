"""Home pages: cards that each person arranges, and what helpers see first."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import Cast, account, opened
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from tests.jobs import run_jobs
from timshel.context.people.actions import keep_page_setting
from timshel.context.people.queries import page_setting
from timshel.interfaces.web.cards import arrangement, moved, switched
from timshel.interfaces.web.desk.home import CARDS
from timshel.kernel.errors import Invalid
from timshel.resolution_fulfilment.incident import actions
from timshel.support.notification.models import Notice

pytestmark = pytest.mark.django_db
ARRANGE = "/arrange/desk"


def _titles(browser: Client, address: str = "/desk/") -> list[str]:
    return re.findall(r'<h2 id="card-([a-z_]+)"', text_of(browser.get(address)))


@pytest.fixture
def agent(cast: Cast) -> Client:
    return browser_of(cast.agent)


def test_a_helper_sees_their_work_what_nobody_took_and_who_has_how_much(
    cast: Cast, agent: Client
) -> None:
    taken = opened(cast.requester, title="Screen stays dark", at=earlier(60))
    actions.take_incident(taken, actor=cast.agent, at=earlier(50))
    opened(cast.requester, title="Mouse is gone", at=earlier(40))
    page = words_of(agent.get("/desk/"))
    mine, rest = page.split("Unassigned", 2)[1:]
    assert "Screen stays dark" in page
    assert mine.count("Mouse is gone") + rest.count("Mouse is gone") >= 1
    assert "Who has how much" in page


def test_cards_move_hide_come_back_and_begin_anew(agent: Client) -> None:
    first = _titles(agent)
    agent.post(ARRANGE, {"do": f"down:{first[0]}"})
    assert _titles(agent) == [first[1], first[0], *first[2:]]
    agent.post(ARRANGE, {"do": f"up:{first[0]}"})
    assert _titles(agent) == first
    agent.post(ARRANGE, {"do": f"switch:{first[0]}"})
    assert _titles(agent) == first[1:]
    agent.post(ARRANGE, {"do": f"switch:{first[0]}"})
    assert _titles(agent) == [*first[1:], first[0]]
    answer = agent.post(ARRANGE, {"do": "reset"}, follow=True)
    assert "as everybody begins with it" in words_of(answer)
    assert _titles(agent) == first


def test_whoever_hides_everything_is_told_how_to_go_on(agent: Client) -> None:
    for card in CARDS:
        agent.post(ARRANGE, {"do": f"switch:{card.key}"})
    page = words_of(agent.get("/desk/"))
    assert "You have hidden everything" in page


def test_an_arrangement_is_ones_own(cast: Cast, agent: Client) -> None:
    first = _titles(agent)
    agent.post(ARRANGE, {"do": f"switch:{first[0]}"})
    assert _titles(browser_of(cast.lead))[0] == first[0]


def test_the_desk_is_not_arranged_by_who_may_not_enter(cast: Cast) -> None:
    browser = Client()
    browser.force_login(account(cast.requester))
    assert browser.get("/arrange/nowhere").status_code == 404
    assert browser.get("/arrange/portal").status_code == 200
    assert browser.get(ARRANGE).status_code == 403
    assert browser.post("/arrange/portal", {"do": "burn"}).status_code == 400


def test_a_new_card_comes_after_the_one_it_follows(cast: Cast) -> None:
    kept = {"shown": ["load", "unassigned", "gone"], "hidden": ["teams"]}
    arranged = arrangement(CARDS, kept, actor=cast.agent)
    shown = [card.key for card in arranged.shown]
    assert "gone" not in shown
    assert shown.index("load") < shown.index("unassigned") < shown.index("outages")
    assert [card.key for card in arranged.hidden] == ["teams"]
    first = arranged.shown[0].key
    assert moved(arranged, first, by=-1).shown[0].key == first
    assert switched(arranged, "nothing") == arranged


@pytest.mark.parametrize("kept", [None, [], "x", {"shown": ["mine", "mine"]}])
def test_nothing_that_was_kept_breaks_the_page(cast: Cast, kept: object) -> None:
    keys = [card.key for card in arrangement(CARDS, kept, actor=cast.agent).shown]
    assert len(keys) == len(set(keys)) == len(CARDS)


def test_an_arrangement_has_a_bound(cast: Cast) -> None:
    with pytest.raises(Invalid):
        keep_page_setting("desk", value="x" * 20_000, actor=cast.agent, at=earlier(1))
    assert page_setting("desk", actor=cast.agent) is None


def test_a_shift_is_handed_over_and_read(cast: Cast, agent: Client) -> None:
    number = opened(cast.requester, title="Screen stays dark", at=earlier(60))
    page = words_of(agent.get("/desk/team/service-desk"))
    assert "Screen stays dark" in page
    assert "Nothing was handed over yet" in page
    refused = agent.post("/desk/team/service-desk", {"text": "", "number": number})
    assert refused.status_code == 422
    assert re.search(rf'value="{number}" checked', text_of(refused))
    missing = agent.post("/desk/team/service-desk", {"text": "Look.", "work": "INC9"})
    assert "There is no such case" in words_of(missing)
    kept = {"text": "The **screen** is on its way.", "number": number}
    assert agent.post("/desk/team/service-desk", kept).status_code == 302
    lead = browser_of(cast.lead)
    home = text_of(lead.get("/desk/"))
    assert "is on its way" in home
    assert number in home
    (note,) = re.findall(r"/desk/shift-notes/(\d+)/read", home)
    lead.post(f"/desk/shift-notes/{note}/read", {"next": "/desk/"})
    assert "is on its way" not in text_of(lead.get("/desk/"))
    assert "Read by Tamsin Harrowgate" in words_of(agent.get("/desk/team/service-desk"))
    assert "is on its way" not in text_of(agent.get("/desk/"))


def test_a_team_is_shown_to_its_own(cast: Cast, agent: Client) -> None:
    assert agent.get("/desk/team").headers["Location"] == "/desk/team/service-desk"
    assert agent.get("/desk/team/facilities-desk").status_code == 404
    manager = browser_of(cast.manager)
    assert manager.get("/desk/team/facilities-desk").status_code in (200, 404)


def test_the_tour_is_shown_until_it_was_seen_and_again_when_asked_for(cast: Cast) -> None:
    browser = Client()
    browser.force_login(account(cast.requester))
    assert "Your first visit?" in words_of(browser.get("/"))
    browser.post("/tour")
    assert "Your first visit?" not in words_of(browser.get("/"))
    assert "Show the tour" in words_of(browser.get("/"))
    browser.post("/tour", {"again": "1"})
    assert "Your first visit?" in words_of(browser.get("/"))


def test_the_notice_of_a_hand_over_leads_to_its_team(cast: Cast, agent: Client) -> None:
    agent.post("/desk/team/service-desk", {"text": "The screen is on its way."})
    run_jobs()
    notice = Notice.objects.get(person_id=cast.second_agent.person_id)
    opened_by = browser_of(cast.second_agent).get(f"/notifications/{notice.pk}/open")
    assert opened_by.headers["Location"].endswith("/desk/team/service-desk")


def test_who_only_sees_a_team_reads_along(cast: Cast, agent: Client) -> None:
    agent.post("/desk/team/service-desk", {"text": "The screen is on its way."})
    auditor = browser_of(cast.auditor)
    page = text_of(auditor.get("/desk/team/service-desk"))
    assert "is on its way" in page
    assert 'id="hand-over-title"' not in page
    assert '/read"' not in page
    assert auditor.post("/desk/team/service-desk", {"text": "Mine."}).status_code == 403
