"""Calls in lists, and how they are answered: pictures, numbers, and the calls behind them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.calls import NUMBER, answered_call, line, logged, queries_of, tell, told
from tests.cast import AT, Cast, later, opened
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.operation.call.queries import call_list
from timshel.operation.call.queries.calls import CallFilters
from timshel.operation.work.models import WorkItem
from timshel.performance_evaluation.measurement.queries.calls import (
    CALL_MEASURES,
    call_figures,
    calls_by_agent,
    calls_by_day,
    calls_by_line,
)
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind
from timshel.resolution_fulfilment.incident.actions import resolve_incident

pytestmark = pytest.mark.django_db
MEASURES = "/desk/calls/measures?until=2026-03-02"


@pytest.fixture
def day(cast: Cast) -> None:
    """A day of calls: answered after 8, 30 and 10 s, given up after 60 s and, at once, 2 s."""
    line()
    line("second", team="workplace")
    answered_call(call="a", wait=8)
    answered_call(call="b", wait=30, agent="mirela.dobrescu")
    tell(
        told("queued", call="c", queue="second"),
        told("answered", 10, call="c", queue="second", agent="kieran.ashdown"),
        told("hung_up", 70, call="c", queue="second"),
    )
    tell(told("queued", call="d", number=NUMBER), told("abandoned", 60, call="d"))
    tell(told("queued", call="e"), told("abandoned", 2, call="e"))
    tell(told("queued", call="waits"))
    number = opened(cast.agent, at=later(5), requester_id=cast.requester.person_id)
    resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(5))
    logged(cast.agent, at=later(5), work=number, outcome="resolved")
    logged(cast.agent, at=later(9), work=number, outcome="added")
    other = opened(cast.agent, at=later(6), requester_id=cast.requester.person_id)
    logged(cast.agent, at=later(6), work=other, outcome="logged", channel="walk_in")


def _values(cast: Cast, actor: Actor, **given: Any) -> dict[str, Any]:
    found = call_figures(CallFilters(**given), actor=actor)
    return {code: figure.value for code, figure in found.figures.items()}


def test_each_measure_is_what_it_says(cast: Cast, day: None) -> None:
    values = _values(cast, cast.manager)
    assert values == {
        "calls_offered": 4,
        "calls_answered": 3,
        "calls_abandoned": 1,
        "speed_of_answer": timedelta(seconds=16),
        "answered_in_time": pytest.approx(50),
        "abandon_rate": pytest.approx(25),
        "talk_time": timedelta(seconds=100),
        "wrap_time": timedelta(seconds=30),
        "calls_per_case": pytest.approx(1.5),
        "first_contact": pytest.approx(50),
    }


def test_a_case_that_is_reopened_was_not_solved_at_first_contact(cast: Cast, day: None) -> None:
    WorkItem.objects.update(reopenings=1)
    assert _values(cast, cast.manager)["first_contact"] == 0


def test_a_line_says_what_is_in_time_and_what_is_short(cast: Cast, day: None) -> None:
    line(answer_within=timedelta(seconds=30), short_abandon=timedelta(seconds=61))
    values = _values(cast, cast.manager, line="desk")
    assert (values["answered_in_time"], values["calls_abandoned"]) == (100, 0)
    line(answer_within=timedelta(seconds=29), short_abandon=timedelta(seconds=2))
    values = _values(cast, cast.manager, line="desk")
    assert (values["answered_in_time"], values["calls_abandoned"]) == (25, 2)


def test_a_figure_is_the_length_of_its_list_for_every_reader(cast: Cast, day: None) -> None:
    for actor in (cast.lead, cast.manager, cast.process_owner, cast.auditor):
        for figure in call_figures(CallFilters(), actor=actor).figures.values():
            filters = CallFilters(what=figure.what, is_measured=True)
            listed = call_list(filters, actor=actor, size=100).items
            assert len(listed) == figure.listed, figure.measure.code


def test_leads_see_their_lines_and_single_people_only_with_the_right(cast: Cast, day: None) -> None:
    names = [each.key for each in calls_by_line(CallFilters(), actor=cast.manager)]
    assert sorted(names) == ["desk", "none", "second"]
    agents = [each.name for each in calls_by_agent(CallFilters(), actor=cast.lead)]
    assert agents == [cast.agent.name, cast.engineer.name, cast.second_agent.name]
    for actor in (cast.manager, cast.agent):
        with pytest.raises(NotAllowed):
            calls_by_agent(CallFilters(), actor=actor)
    with pytest.raises(NotAllowed):
        call_figures(CallFilters(agent_id=cast.agent.person_id), actor=cast.manager)
    for actor in (cast.agent, cast.requester, cast.administrator):
        with pytest.raises(NotAllowed):
            call_figures(CallFilters(), actor=actor)


def test_days_follow_the_readers_zone(cast: Cast) -> None:
    line()
    evening = AT.replace(hour=23, minute=30)
    answered_call(call="late", at=evening)
    days = [evening.date(), (evening + timedelta(days=1)).date()]
    for zone, counts in (("UTC", [1, 0]), ("Europe/Helsinki", [0, 1])):
        periods = [Period(PeriodKind.DAYS, day, day, zone) for day in days]
        found = calls_by_day(CallFilters(), periods, actor=cast.manager)
        assert [each.figures["calls_offered"].value for each in found] == counts


def test_the_page_shows_numbers_that_lead_to_their_calls(cast: Cast, day: None) -> None:
    browser = browser_of(cast.lead)
    page = text_of(browser.get(MEASURES))
    assert "16 s" in page
    tile = re.search(r'href="([^"]+)" data-figure="calls_abandoned"', page)
    assert tile is not None
    behind = browser.get(html.unescape(tile[1]))
    assert text_of(behind).count('<tr role="row" id="call-') == 1
    assert "Person by person" in page
    assert "Person by person" not in words_of(browser_of(cast.manager).get(MEASURES))
    assert browser_of(cast.agent).get(MEASURES).status_code == 403
    for address in ("by=year", "until=x", "until=2026-13-01"):
        assert browser.get(f"/desk/calls/measures?{address}").status_code == 422
    assert browser.get(f"{MEASURES}&by=week&line=desk").status_code == 200


def test_the_measures_take_as_many_queries_for_much_as_for_little(cast: Cast, day: None) -> None:
    browser = browser_of(cast.lead)
    browser.get(MEASURES)
    few = queries_of(browser, MEASURES)
    for each in range(5):
        answered_call(call=f"more-{each}", at=later(days=-each))
    assert queries_of(browser, MEASURES) == few


def test_calls_are_listed_under_the_readers_rights(cast: Cast, day: None) -> None:
    browser = browser_of(cast.agent)
    words = words_of(browser.get("/desk/calls?what=abandoned"))
    assert "Abandoned" in words
    assert NUMBER in words
    assert "1 min 00 s" in words
    assert "No calls here" in words_of(browser_of(cast.facilities_agent).get("/desk/calls"))
    few = queries_of(browser, "/desk/calls")
    for each in range(3):
        answered_call(call=f"more-{each}")
    assert queries_of(browser, "/desk/calls") == few
    for address in ("what=none", "from=x", "from=2026-03-02&until=2026-03-01", "agent=x"):
        assert browser.get(f"/desk/calls?{address}").status_code == 422


def test_a_call_is_tied_to_a_case_on_its_page(cast: Cast) -> None:
    line()
    key, number = answered_call(), opened(cast.requester)
    browser = browser_of(cast.agent)
    page = words_of(browser.get(f"/desk/calls/{key}"))
    assert "2 min 00 s" in page
    refused = browser.post(f"/desk/calls/{key}", {"work": "INC9999999"})
    assert refused.status_code == 422
    assert "There is no such case." in words_of(refused)
    assert browser.post(f"/desk/calls/{key}", {"work": number}).status_code == 302
    assert number in words_of(browser.get(f"/desk/calls/{key}"))
    assert browser_of(cast.facilities_agent).get(f"/desk/calls/{key}").status_code == 404
    assert browser_of(cast.manager).get(f"/desk/calls/{key}").status_code == 200


def test_every_measure_says_what_it_is() -> None:
    for measure in CALL_MEASURES:
        for words in (measure.formula, measure.population, measure.rounding, measure.source):
            assert str(words).endswith(".")
