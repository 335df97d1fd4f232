"""The page of the one search, what its box suggests, and the searches a person keeps."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, opened
from tests.catalogue import publish_catalogue
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.kernel.search.models import KeptSearch
from timshel.resolution_fulfilment.incident import actions as incident

SECRET = "zirconium"


@pytest.fixture
def beamer(cast: Cast) -> str:
    number = opened(cast.requester, title="The beamer hums", at=earlier())
    note = {"actor": cast.agent, "at": earlier(1)}
    incident.note_on_incident(number, text=f"A case of {SECRET}.", **note)
    incident.reply_to_incident(number, text="Is the ballast old?", **note)
    return number


def suggested(browser: Client, text: str) -> dict[str, Any]:
    answer = browser.get("/search/suggest", {"q": text, "format": "json"})
    found: dict[str, Any] = json.loads(answer.content)
    return found


class TestPage:
    def test_hits_are_grouped_marked_and_lead_on(self, beamer: str, cast: Cast) -> None:
        publish_catalogue()
        page = text_of(browser_of(cast.agent).get("/search?q=beamer+OR+laptop"))
        assert f'href="/desk/incidents/{beamer}">The <mark>beamer</mark> hums</a>' in page
        assert "Incidents, requests and tasks" in page
        assert 'href="/services/laptop"' in page
        assert page.index("/desk/incidents/") < page.index("/services/laptop")

    def test_whoever_asked_is_led_to_their_case_after_what_can_be_asked_for(
        self, beamer: str, cast: Cast
    ) -> None:
        publish_catalogue()
        page = text_of(browser_of(cast.requester).get("/search?q=beamer+OR+laptop"))
        assert f'href="/cases/{beamer}"' in page
        assert "My cases" in page
        assert page.index("/catalogue/offerings/laptop-standard") < page.index(f"/cases/{beamer}")
        assert "See the work as a list" not in page

    def test_a_number_leads_straight_to_it(self, beamer: str, cast: Cast) -> None:
        agent, requester = browser_of(cast.agent), browser_of(cast.requester)
        other = browser_of(cast.other_requester)
        for text in (beamer, f"inc{int(beamer[3:])}"):
            assert agent.get("/search", {"q": text})["Location"] == f"/desk/incidents/{beamer}"
            assert requester.get("/search", {"q": text})["Location"] == f"/cases/{beamer}"
            assert other.get("/search", {"q": text}).status_code == 200
        assert agent.get("/search", {"q": beamer, "kind": "task"}).status_code == 200

    def test_filters_narrow_and_are_kept_in_the_address(self, beamer: str, cast: Cast) -> None:
        browser = browser_of(cast.agent)
        assert beamer in text_of(browser.get("/search?q=beamer&open=open&kind=incident"))
        for narrowed in (
            "open=closed",
            "stage=waiting",
            "mine=on",
            "kind=task",
            "service=mail",
            "service=nothing",
            "until=2020-01-01",
            "since=2999-01-01",
        ):
            page = text_of(browser.get(f"/search?q=beamer&{narrowed}"))
            assert beamer not in page, narrowed
            assert "Nothing fits" in page
        for odd in (
            "stage=odd",
            "since=odd",
            "until=9999-12-31",
            "service=%00",
            "since=0001-01-01",
        ):
            assert browser.get(f"/search?q=beamer&{odd}").status_code == 200

    def test_more_of_a_group_is_shown_page_by_page(self, cast: Cast) -> None:
        for each in range(23):
            opened(cast.requester, title=f"Beamer {each}", at=earlier())
        browser = browser_of(cast.agent)
        first = text_of(browser.get("/search?q=beamer"))
        assert first.count('class="hit"') == 6
        assert 'href="?q=beamer&amp;group=work"' in browser.get("/search?q=beamer").content.decode()
        more = text_of(browser.get("/search?q=beamer&group=work"))
        assert more.count('class="hit"') == 20
        onward = re.search(r'href="(\?[^"]*after=20[^"]*)"', more)
        assert onward is not None
        assert text_of(browser.get(f"/search{onward[1]}")).count('class="hit"') == 3
        assert browser.get("/search?q=beamer&group=work&after=odd").status_code == 422
        assert browser.get("/search?q=beamer&group=odd&after=odd").status_code == 200

    @pytest.mark.parametrize("text", ["", "%", "'", '"', "((", "a:*&!", "\0", "OR", "<script>"])
    def test_no_text_is_an_error(self, cast: Cast, text: str) -> None:
        browser = browser_of(cast.requester)
        for address in ("/search", "/search/suggest"):
            answer = browser.get(address, {"q": text})
            assert answer.status_code == 200
            assert "<script>" not in answer.content.decode()

    def test_what_is_like_is_said(self, beamer: str, cast: Cast) -> None:
        from timshel.kernel.search.actions import learn_words

        learn_words()
        page = words_of(browser_of(cast.agent).get("/search?q=baemer"))
        assert "we also looked for beamer" in page
        assert "beamer" not in words_of(browser_of(cast.other_requester).get("/search?q=baemer"))


class TestNotes:
    @pytest.mark.parametrize("address", ["/search?q={}", "/search/suggest?q={}"])
    def test_a_note_is_told_to_nobody_who_may_not_read_it(
        self, beamer: str, cast: Cast, address: str
    ) -> None:
        for who in (cast.requester, cast.other_requester, cast.customer, cast.facilities_agent):
            page = text_of(browser_of(who).get(address.format(f"{SECRET}+OR+hums")))
            assert page.replace(f"{SECRET} OR hums", "").count("A case of") == 0
            assert "In an internal note" not in page
        page = text_of(browser_of(cast.agent).get(f"/search?q={SECRET}"))
        assert "In an internal note" in page
        assert f"A case of <mark>{SECRET}</mark>." in page


class TestSuggestions:
    def test_they_come_as_a_part_of_a_page(self, beamer: str, cast: Cast) -> None:
        page = text_of(browser_of(cast.agent).get("/search/suggest?q=bea"))
        assert "<html" not in page
        assert f'href="/desk/incidents/{beamer}"' in page
        assert "Search everywhere for “bea”" in page

    def test_they_come_for_programs(self, beamer: str, cast: Cast) -> None:
        found = suggested(browser_of(cast.agent), "beam")
        assert found["text"] == "beam"
        (group,) = found["groups"]
        assert (group["name"], group["label"]) == ("work", "Incidents, requests and tasks")
        assert group["hits"] == [
            {
                "kind": "incident",
                "kind_name": "Incident",
                "icon": "urgent",
                "key": beamer,
                "title": [["The ", False], ["beamer", True], [" hums", False]],
                "line": "Imre Castellane",
                "state": "in_progress",
                "state_name": "In progress",
                "address": f"/desk/incidents/{beamer}",
            }
        ]

    def test_without_a_text_they_are_what_was_looked_for(self, cast: Cast) -> None:
        browser = browser_of(cast.agent)
        browser.get("/search?q=beamer&open=open")
        address = "/search?q=beamer&open=open"
        assert suggested(browser, "")["kept"] == [{"text": "beamer", "address": address}]
        assert "What you looked for" in text_of(browser.get("/search/suggest"))


class TestKept:
    def test_a_search_is_saved_shown_and_removed(self, cast: Cast) -> None:
        browser = browser_of(cast.agent)
        given = {"q": "beamer", "name": "Beamers", "open": "open", "odd": "x"}
        assert browser.post("/search/saved", given)["Location"] == "/search?q=beamer&open=open"
        page = text_of(browser.get("/search"))
        assert '<a href="/search?q=beamer&open=open">Beamers</a>' in page
        key = KeptSearch.objects.get(name="Beamers").pk
        assert browser_of(cast.lead).post(f"/search/saved/{key}/forget").status_code == 404
        assert browser.post(f"/search/saved/{key}/forget").status_code == 302
        assert "Beamers" not in text_of(browser.get("/search"))

    def test_a_search_without_a_name_is_refused_in_words(self, cast: Cast) -> None:
        browser = browser_of(cast.agent)
        answer = browser.post("/search/saved", {"q": "beamer", "name": ""}, follow=True)
        assert "A name has 1 to 80 characters." in text_of(answer)

    def test_recent_searches_are_shown_to_their_person_and_forgotten(self, cast: Cast) -> None:
        browser = browser_of(cast.requester)
        browser.get("/search?q=beamer")
        browser.head("/search?q=headed")
        assert '<a href="/search?q=beamer">beamer</a>' in text_of(browser.get("/search"))
        assert "headed" not in text_of(browser.get("/search"))
        assert "beamer" not in text_of(browser_of(cast.agent).get("/search"))
        browser.post("/search/recent/forget")
        assert "beamer" not in text_of(browser.get("/search"))


def test_the_box_is_on_every_page(cast: Cast) -> None:
    for who, address in ((cast.requester, "/cases"), (cast.agent, "/desk/queues/all")):
        page = text_of(browser_of(who).get(address))
        assert 'action="/search"' in page
        assert 'hx-get="/search/suggest"' in page
