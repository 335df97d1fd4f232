"""The breach room: its words, its next steps, its filters in the address, and what watches it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import signing

from tests.cast import Cast, opened
from tests.domain.test_breaches import foretell
from tests.interfaces.web.desk import browser_of, earlier, seen, text_of, words_of
from timshel.interfaces.web.live import SALT
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident import actions

ROOM = "/desk/breaches"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIRECTORY = tmp_path


def test_it_is_for_helpers(cast: Cast) -> None:
    assert browser_of(cast.requester).get(ROOM).status_code == 403


def test_nothing_is_burning(cast: Cast) -> None:
    answer = browser_of(cast.agent).get(ROOM)
    assert answer.status_code == 200
    assert "Nothing is burning" in words_of(answer)


def test_nothing_fits_the_filters(cast: Cast) -> None:
    answer = browser_of(cast.agent).get(f"{ROOM}?when=late")
    assert "Nothing fits these filters" in words_of(answer)


def test_a_late_clock_says_all_that_is_needed(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(24 * 30))
    words = words_of(browser_of(cast.agent).get(f"{ROOM}?kind=resolve"))
    for each in (number, "The screen stays black", "Time to resolve", "days late", "Nobody yet"):
        assert each in words
    assert "of working time over" in words
    assert "IT service desk" in words


def test_the_name_of_a_clock_leads_to_its_explanation(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(24 * 30))
    why = f"/desk/incidents/{number}/clocks/resolve?lap=1"
    browser = browser_of(cast.agent)
    assert f'href="{why}"' in text_of(browser.get(f"{ROOM}?kind=resolve"))
    assert browser.get(why).status_code == 200


def test_ones_own_request_elsewhere_leads_to_no_explanation(cast: Cast) -> None:
    number = opened(cast.agent, service="heating", at=earlier(24 * 30))
    answer = browser_of(cast.agent).get(f"{ROOM}?kind=resolve")
    assert number in words_of(answer)
    assert "Time to resolve" in words_of(answer)
    assert "/clocks/" not in text_of(answer)


def test_a_chance_stands_with_its_reasons(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(1))
    foretell(number, 0.724)
    answer = browser_of(cast.agent).get(f"{ROOM}?when=likely")
    words = words_of(answer)
    assert "72% likely to be late" in words
    assert "the team has 40 open cases" in words
    foretell(number, 0.8, is_learnt=False)
    words = words_of(browser_of(cast.second_agent).get(f"{ROOM}?when=likely"))
    assert "80% of the time used" in words
    assert "40 open cases" not in words


def test_what_nobody_has_can_be_taken_from_here(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(24 * 30))
    browser = browser_of(cast.agent)
    text = text_of(browser.get(f"{ROOM}?kind=resolve"))
    assert f'action="/desk/incidents/{number}/take"' in text
    version = re.search(r'name="seen_version" value="(\d+)"', text)
    assert version is not None
    browser.post(f"/desk/incidents/{number}/take", {"seen_version": version[1]})
    assert seen(number, cast.agent).assignee == cast.agent.name
    text = text_of(browser.get(f"{ROOM}?kind=resolve"))
    assert f'aria-label="Open: {number}"' in text


def test_what_others_have_can_be_given_to_somebody_with_hands(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(24 * 30))
    actions.take_incident(number, actor=cast.agent, at=earlier(24 * 29))
    text = text_of(browser_of(cast.lead).get(f"{ROOM}?kind=resolve"))
    assert f'href="/desk/incidents/{number}/assign"' in text
    text = text_of(browser_of(cast.manager).get(f"{ROOM}?kind=resolve"))
    assert f'aria-label="Open: {number}"' in text


@pytest.mark.parametrize(("group", "heading"), [("team", "Facilities desk"), ("service", "Mail")])
def test_groups_have_headings_with_what_is_shown(cast: Cast, group: str, heading: str) -> None:
    for service in ("mail", "heating"):
        opened(cast.requester, service=service, at=earlier(24 * 30))
    words = words_of(browser_of(cast.process_owner).get(f"{ROOM}?kind=resolve&group={group}"))
    assert f"{heading} 1 shown" in words


@pytest.mark.parametrize(
    "query", ["when=never", "kind=colour", "group=colour", "team=%00", "service=nowhere"]
)
def test_filters_that_cannot_be_read_break_nothing(cast: Cast, query: str) -> None:
    opened(cast.requester, at=earlier(24 * 30))
    assert browser_of(cast.agent).get(f"{ROOM}?{query}").status_code == 200


def test_a_page_address_made_up_is_refused(cast: Cast) -> None:
    assert browser_of(cast.agent).get(f"{ROOM}?cursor=x").status_code == 422


def test_it_follows_work_and_forecasts(cast: Cast) -> None:
    text = text_of(browser_of(cast.agent).get(ROOM))
    watched = re.search(r'data-live-watch="([^"]+)"', text)
    assert watched is not None
    _token, regions = signing.loads(watched[1], salt=SALT)
    assert regions == ["forecasts", "work"]


def test_a_queue_marks_what_is_likely(cast: Cast) -> None:
    number, other = opened(cast.requester, at=earlier(1)), opened(cast.requester, at=earlier(1))
    foretell(number, 0.724)
    foretell(other, 0.4)
    foretell(other, 0.9, kind=ClockKind.RESPOND, is_learnt=False)
    words = words_of(browser_of(cast.agent).get("/desk/queues/all"))
    assert words.count("likely to be late") == 1
    assert "72% likely to be late" in words


def test_a_queue_tells_of_chances_and_reasons_to_those_who_help_with_the_work_alone(
    cast: Cast,
) -> None:
    number = opened(cast.agent, service="heating", at=earlier(1))
    foretell(number, 0.724)
    why = f'href="/desk/incidents/{number}/clocks/'
    asked, helps = (
        text_of(browser_of(reader).get("/desk/queues/all"))
        for reader in (cast.agent, cast.facilities_agent)
    )
    assert number in asked
    assert why not in asked
    assert "likely to be late" not in asked
    assert why in helps
    assert "72% likely to be late" in helps


def test_a_paused_clock_leads_whoever_only_asked_nowhere(cast: Cast) -> None:
    number = opened(cast.agent, service="heating", at=earlier(2))
    actions.start_incident(number, actor=cast.facilities_agent, at=earlier(1.5))
    actions.wait_incident(number, reason="requester", actor=cast.facilities_agent, at=earlier(1))
    actions.reply_to_incident(number, text="We look.", actor=cast.facilities_agent, at=earlier(1))
    answer = browser_of(cast.agent).get("/desk/queues/all")
    assert "paused" in words_of(answer)
    page = text_of(answer)
    assert f"/desk/incidents/{number}/clocks/" not in page
