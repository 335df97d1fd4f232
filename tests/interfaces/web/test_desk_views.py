"""Views at the desk: conditions built row by row, columns, saving, board, calendar, the way on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.interfaces.web.desk.neighbours import neighbours
from timshel.operation.view.models import View
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import actions


@pytest.fixture
def browser(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    return browser_of(cast.agent)


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'href="/desk/incidents/(INC\d+)(?:\?[^"]*)?" data-row', text_of(answer))


def test_conditions_are_built_row_by_row_without_script(browser: Client, cast: Cast) -> None:
    mail = opened(cast.requester, service="mail", at=earlier())
    opened(cast.requester, at=earlier())
    build = "/desk/queues/all/conditions"
    first = browser.get(f"{build}?do=add&new=service&rows=0")
    assert 'name="field-0" value="service"' in text_of(first)
    row = "rows=1&field-0=service&group-0=all&operator-0=is"
    assert "“Service” needs a value." in words_of(browser.get(f"{build}?{row}&do=show"))
    shown = browser.get(f"{build}?{row}&value-0=mail&do=show")
    assert shown.status_code == 302
    address = shown["Location"]
    assert address == "/desk/queues/all?conditions=own&all=service%3Ais%3Amail"
    assert numbers(browser.get(address)) == [mail]
    dropped = browser.get(f"{build}?{row}&value-0=mail&do=drop-0")
    assert "There is no condition" in words_of(dropped)


def test_people_are_found_for_a_condition(browser: Client, cast: Cast) -> None:
    build = "/desk/queues/all/conditions?rows=1&field-0=requester&operator-0=is"
    found = text_of(browser.get(f"{build}&text-0=Solveig&do=find-0"))
    assert f'name="value-0" value="{cast.other_requester.person_id}"' in found
    part = text_of(browser.get("/desk/queues/people?row=2&text-2=Solveig"))
    assert f'name="value-2" value="{cast.other_requester.person_id}"' in part


def test_an_address_with_a_mistake_is_refused_with_its_sentence(browser: Client) -> None:
    answer = browser.get("/desk/queues/all?all=colour:is:red")
    assert answer.status_code == 422


def test_a_chip_leads_to_the_list_without_its_condition(browser: Client, cast: Cast) -> None:
    opened(cast.requester, at=earlier())
    page = browser.get("/desk/queues/all?service=mail")
    assert numbers(page) == []
    assert "Service: Mail" in words_of(page)
    without = re.search(r'<span>Service: Mail[^<]*</span><a href="([^"]+)"', text_of(page))
    assert without is not None
    assert len(numbers(browser.get(without[1]))) == 1


def test_columns_widths_and_density_stand_in_the_address(browser: Client, cast: Cast) -> None:
    opened(cast.requester, at=earlier())
    answer = browser.get(
        "/desk/queues/all/arrange?show=opened&show=work&position-opened=1&position-work=2"
        "&width-work=wide&density=compact"
    )
    assert answer["Location"] == ("/desk/queues/all?columns=opened%2Cwork%3Awide&density=compact")
    page = text_of(browser.get(answer["Location"]))
    assert 'class="table queue queue-compact"' in page
    assert re.findall(r'scope="col" class="width-(\w+)"', page) == ["auto", "wide"]


def test_a_heading_turns_its_order_round(browser: Client, cast: Cast) -> None:
    opened(cast.requester, at=earlier())
    page = text_of(browser.get("/desk/queues/all"))
    assert 'aria-sort="ascending"' in page
    assert 'href="/desk/queues/all?sort=-due"' in page
    assert 'aria-sort="descending"' in text_of(browser.get("/desk/queues/all?sort=-due"))


def test_what_is_seen_is_saved_as_a_view(browser: Client, cast: Cast) -> None:
    mail = opened(cast.requester, title="Lamp", service="mail", at=earlier())
    opened(cast.requester, title="Lamp", at=earlier())
    state = "service=mail&q=lamp&sort=opened"
    form = browser.get(f"/desk/queues/all/save?{state}")
    assert "Service: Mail" in words_of(form)
    assert "facilities-desk" not in text_of(form)
    refused = browser.post("/desk/queues/all/save", {"state": state, "audience": "personal"})
    assert refused.status_code == 200
    given = {"state": state, "name": "Mail lamps", "audience": "team:service-desk"}
    saved = browser.post("/desk/queues/all/save", given)
    page = browser.get(saved["Location"])
    assert numbers(page) == [mail]
    assert "Mail lamps" in words_of(page)
    assert "Save changes" not in words_of(page)
    changed = browser.get(f"{saved['Location']}?sort=updated")
    assert "Save changes" in words_of(changed)
    key = saved["Location"].rpartition("/")[2]
    browser.post(f"/desk/queues/{key}/update", {"state": "sort=updated"})
    assert View.objects.get(pk=int(key)).sort == "updated"
    others = browser_of(cast.second_agent)
    assert "Mail lamps" in words_of(others.get("/desk/views"))
    assert others.post(f"/desk/queues/{key}/update", {"state": ""}).status_code == 403
    assert browser_of(cast.facilities_agent).get(saved["Location"]).status_code == 404


def test_a_view_is_renamed_pinned_copied_and_deleted(browser: Client) -> None:
    given = {"name": "Mine", "audience": "personal"}
    address = browser.post("/desk/queues/all/save", given)["Location"]
    key = address.rpartition("/")[2]
    settings = f"/desk/views/{key}"
    browser.post(settings, {"name": "Own", "audience": "personal", "position": "1"})
    browser.post(f"{settings}/pin")
    side = words_of(browser.get("/desk/queues/mine"))
    assert "At hand Own" in side
    copied = browser.post(f"{settings}/copy")["Location"]
    assert "Copy of Own" in words_of(browser.get(copied))
    browser.post(f"{settings}/unpin")
    assert browser.post(f"{settings}/delete")["Location"] == "/desk/views"
    assert browser.get(address).status_code == 404


def test_a_card_is_moved_by_the_deeds_of_the_record(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    board = "shape=board&by=stage"
    page = text_of(browser.get(f"/desk/queues/all?{board}"))
    assert f'id="card-{number}"' in page

    def move(to: str, state: str = board, **more: str) -> Any:
        stage = WorkItem.objects.get(number=number).stage
        given = {"state": state, "number": number, "to": to, "from": stage, **more}
        return browser.post("/desk/queues/all/move", given, follow=True)

    move("in_progress")
    assert WorkItem.objects.get(number=number).stage == "in_progress"
    assert f"{number} was moved." in words_of(move("waiting:supplier"))
    assert "Please say what this waits for." in words_of(move("waiting:weather"))
    move("in_progress")
    assert WorkItem.objects.get(number=number).stage == "in_progress"
    people = "shape=board&by=assignee"
    move(str(cast.second_agent.person_id), people)
    assert WorkItem.objects.get(number=number).assignee_id == cast.second_agent.person_id
    refused = words_of(move("1", "shape=board&by=priority", reason="Loud."))
    assert f"{number}: You may not set a priority against the matrix." in refused
    assert "Say how it was resolved" in words_of(move("resolved"))
    assert WorkItem.objects.get(number=number).stage == "in_progress"


def test_a_calendar_shows_a_month_or_a_week(browser: Client, cast: Cast) -> None:
    at = earlier()
    number = opened(cast.requester, at=at)
    calendar = "/desk/queues/all?shape=calendar&by=opened"
    day = at.astimezone(ZoneInfo(cast.agent.time_zone)).date()  # yesterday, just after midnight
    assert numbers(browser.get(f"{calendar}&day={day}")) == [number]
    assert numbers(browser.get(f"{calendar}&day={day}&span=week")) == [number]
    empty = browser.get(f"{calendar}&day=2020-02-29")
    assert numbers(empty) == []
    assert "February 2020" in words_of(empty)
    assert browser.get(f"{calendar}&day=nonsense&span=x").status_code == 200


def test_a_record_knows_what_stands_beside_it(browser: Client, cast: Cast, rf: Any) -> None:
    one, two, three = (
        opened(cast.requester, title=f"Lamp {each}", at=earlier(4 - each)) for each in range(3)
    )
    page = text_of(browser.get("/desk/queues/all?sort=opened&q=lamp"))
    links = re.findall(r'href="(/desk/incidents/INC\d+\?view=[^"]+)" data-row', page)
    assert [link[16:26] for link in links] == [three, two, one]
    request = rf.get(links[1])
    request.actor, request.at = cast.agent, earlier(0)
    found = neighbours(request, two)
    assert found is not None
    assert (three in found.previous, one in found.next) == (True, True)
    assert found.list == "/desk/queues/all?q=lamp&sort=opened"
    assert found.name == "Everything"
    actions.resolve_incident(two, code="fixed", text="Oil.", actor=cast.agent, at=earlier(0))
    assert neighbours(request, two) == found
    for told in ("", "?view=gone~x", "?view=999999999999~x", "?view=" + "x" * 5000):
        request = rf.get(f"/desk/incidents/{two}{told}")
        request.actor, request.at = cast.agent, earlier(0)
        assert neighbours(request, two) is None
