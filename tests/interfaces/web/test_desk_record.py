"""The record: what it shows to whom, and that its own people alone see what is internal."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from tests.cast import Cast, opened
from tests.interfaces.web.desk import (
    browser_of,
    earlier,
    now,
    query_count,
    seen,
    text_of,
    words_of,
)
from timshel.interfaces.web.live import SALT
from timshel.operation.work.files import Upload
from timshel.resolution_fulfilment.incident import actions


@pytest.fixture
def browser(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    return browser_of(cast.agent)


def _told(cast: Cast) -> str:
    """An incident with a reply, a note with a file, a wait and a change of urgency."""
    number = opened(
        cast.requester,
        description="It **hums**.",
        offering="laptop-standard",
        at=earlier(5),
    )
    actions.take_incident(number, actor=cast.agent, at=earlier(4.5))
    actions.reply_to_incident(number, text="We look <b>at</b> it.", actor=cast.agent, at=earlier(4))
    plan = Upload("plan.txt", "text/plain", io.BytesIO(b"internal"), 8)
    actions.note_on_incident(
        number, text="Third one this week.", files=(plan,), actor=cast.agent, at=earlier(3)
    )
    actions.change_incident(
        number, changes={"urgency": 2}, seen_version=99, actor=cast.lead, at=earlier(2)
    )
    actions.wait_incident(
        number, reason="supplier", note="Order 4711", actor=cast.agent, at=earlier(1)
    )
    return number


def test_the_record_shows_what_is_known(browser: Client, cast: Cast) -> None:
    number = _told(cast)
    answer = browser.get(f"/desk/incidents/{number}")
    assert answer.status_code == 200
    words, text = words_of(answer), text_of(answer)
    for expected in (
        f"{number} The screen stays black",
        "Waiting for a supplier.",
        "What was reported (Portal)",
        "Reply to the requester",
        "Internal note – the requester cannot see this",
        "Third one this week.",
        "plan.txt",
        "This goes to Imre Castellane",
        "imre.castellane@aldermoor.example",
        "Nobody outside reads this",
        "Time to respond",
        "Time to resolve",
        "Climate and Oceans",
        "Aldermoor",
        "Laptop and screen",
        "Jonas Okereke-Vale took it",
        "Tamsin Harrowgate changed it",
        "Urgency: Low: it can wait Medium: work is hindered",
        "Note: Order 4711",
        "Stands alone.",
    ):
        assert expected in words
    assert "It <strong>hums</strong>." in text
    assert 'class="clock-bar clock-bar-' in text
    assert "style=" not in text


def test_html_that_people_type_is_shown_and_not_run(browser: Client, cast: Cast) -> None:
    number = opened(
        cast.requester, title="<script>alert(1)</script>", description="<img src=x onerror=y>"
    )
    raw = browser.get(f"/desk/incidents/{number}").content.decode()
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw


def test_what_is_internal_is_for_its_own_people(browser: Client, cast: Cast) -> None:
    number = _told(cast)
    manager = browser_of(cast.manager)
    shown = words_of(manager.get(f"/desk/incidents/{number}"))
    assert "We look" in shown
    for hidden in ("Third one this week.", "plan.txt", "Order 4711", "Internal note"):
        assert hidden not in shown
    assert "there is nothing for you to do here" in shown


def test_requesters_do_not_come_to_the_desk(browser: Client, cast: Cast) -> None:
    number = _told(cast)
    own = browser_of(cast.requester)
    assert own.get(f"/desk/incidents/{number}").status_code == 403
    case = words_of(own.get(f"/cases/{number}"))
    assert "We look" in case
    for hidden in ("Third one this week.", "plan.txt", "Order 4711"):
        assert hidden not in case


def test_other_teams_do_not_learn_that_it_exists(browser: Client, cast: Cast) -> None:
    number = _told(cast)
    other = browser_of(cast.facilities_agent)
    there = other.get(f"/desk/incidents/{number}")
    nowhere = other.get("/desk/incidents/INC9999999")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert number not in words_of(there)


@pytest.mark.parametrize(
    ("stage", "first"),
    [("new", "Take it"), ("taken", "Resolve"), ("waiting", "Go on"), ("resolved", "Close")],
)
def test_the_likeliest_step_comes_first(
    browser: Client, cast: Cast, stage: str, first: str
) -> None:
    number = opened(cast.requester, at=earlier())
    by: dict[str, Any] = {"actor": cast.agent, "at": earlier(1)}
    if stage != "new":
        actions.take_incident(number, **by)
    if stage == "waiting":
        actions.wait_incident(number, reason="supplier", **by)
    if stage == "resolved":
        actions.resolve_incident(number, code="fixed", text="Done", **by)
    text = text_of(browser.get(f"/desk/incidents/{number}"))
    bar = text[text.index('id="record-bar"') : text.index('id="step"')]
    main = re.findall(r'class="btn btn-primary"[^>]*>.*?</svg>([^<…]+)', bar)
    assert main == [first]


def test_parent_and_children_lead_to_each_other(browser: Client, cast: Cast) -> None:
    parent, child = opened(cast.requester), opened(cast.requester, title="It flickers")
    answer = browser.post(
        f"/desk/incidents/{child}/link", {"parent": parent.lower(), "seen_version": "1"}
    )
    assert answer.status_code == 302
    assert f"{child} It flickers" in words_of(browser.get(f"/desk/incidents/{parent}"))
    assert f"Part of {parent}" in words_of(browser.get(f"/desk/incidents/{child}"))


def test_the_record_hears_of_changes(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    text = text_of(browser.get(f"/desk/incidents/{number}"))
    found = re.search(r'data-live-watch="([^"]+)"', text)
    assert found is not None
    view = seen(number, cast.agent)
    assert signing.loads(found[1], salt=SALT)[1] == [f"work_item:{view.id}"]
    # What is written in stands outside of all that is drawn anew.
    region = re.compile(r"<(\w+)[^>]*data-live-region.*?</\1>", re.DOTALL)
    assert "<textarea" in text
    assert not any("<textarea" in each.group() for each in region.finditer(text))


def test_the_record_takes_as_many_queries_for_much_as_for_little(
    browser: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    number = opened(cast.requester, at=earlier())
    browser.get(f"/desk/incidents/{number}")
    without_mail = query_count("incident") - 1  # the pictures and files of mails
    with django_assert_num_queries(without_mail):
        browser.get(f"/desk/incidents/{number}")
    for each in range(5):
        actions.reply_to_incident(number, text=f"{each}", actor=cast.agent, at=now())
        actions.note_on_incident(number, text=f"{each}", actor=cast.agent, at=now())
        child = opened(cast.requester)
        actions.change_incident(
            child, changes={"parent": number}, seen_version=1, actor=cast.agent, at=now()
        )
    with django_assert_num_queries(without_mail):
        browser.get(f"/desk/incidents/{number}")
