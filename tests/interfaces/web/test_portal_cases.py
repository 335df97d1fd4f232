"""Following one's own cases: what is shown, what is not, and what a requester can do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast, account, opened
from timshel.operation.work.files import Upload
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.queries import case


@pytest.fixture
def browser(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    return _browser_of(cast.requester)


def _browser_of(who: Any) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def _now() -> datetime:
    return datetime.now(UTC)


def _resolved(cast: Cast) -> str:
    number = opened(cast.requester, at=_now() - timedelta(hours=2))
    actions.resolve_incident(
        number, code="fixed", text="We changed the **cable**.", actor=cast.agent, at=_now()
    )
    return number


def _stage(number: str, cast: Cast) -> str:
    return case(number, actor=cast.requester, at=_now()).row.stage


def test_home_shows_how_ones_cases_stand(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    opened(cast.other_requester, title="Not for others")
    text = browser.get("/").content.decode()
    assert number in text
    assert "We have it. Someone will look at it soon." in text
    assert "Promised for" in text
    assert "Not for others" not in text


def test_home_without_cases_says_what_to_do(browser: Client) -> None:
    text = browser.get("/").content.decode()
    assert "Nothing of yours is open" in text
    assert 'href="/report"' in text
    assert 'href="/catalogue"' in text


@pytest.mark.parametrize(("address", "most"), [("/", 20), ("/cases", 14)])
def test_pages_take_as_many_queries_for_many_cases_as_for_one(
    browser: Client,
    cast: Cast,
    address: str,
    most: int,
    django_assert_max_num_queries: Any,
) -> None:
    for _each in range(8):
        opened(cast.requester)
    with django_assert_max_num_queries(most) as few:
        browser.get(address)
    for _each in range(12):
        opened(cast.requester)
    with django_assert_max_num_queries(most) as many:
        browser.get(address)
    assert len(few) == len(many)


def test_the_list_is_filtered_and_paged(browser: Client, cast: Cast) -> None:
    done = _resolved(cast)
    numbers = {opened(cast.requester, at=_now()) for _each in range(30)}

    def shown(address: str) -> list[str]:
        text = browser.get(address).content.decode()
        return re.findall(r'href="/cases/(INC\d+)"', text)

    first = browser.get("/cases").content.decode()
    follow = re.search(r'rel="next" href="([^"]+)"', first)
    assert follow is not None
    second = shown("/cases" + follow[1].replace("&amp;", "&"))
    assert len(shown("/cases")) == 25
    assert {*shown("/cases"), *second} == numbers
    assert shown("/cases?show=finished") == [done]
    assert len(shown("/cases?show=nonsense")) == 25


def test_a_wrong_page_address_is_told_gently(browser: Client) -> None:
    answer = browser.get("/cases?cursor=rubbish")
    assert answer.status_code == 422
    assert "start at the first page" in answer.content.decode()


def test_a_case_tells_where_it_stands(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now(), description="It <b>hums</b>.")
    actions.take_incident(number, actor=cast.agent, at=_now())
    actions.reply_to_incident(number, text="We look at *it*.", actor=cast.agent, at=_now())
    text = browser.get(f"/cases/{number}").content.decode()
    assert "Someone is working on it." in text
    assert cast.agent.name in text
    assert "We look at <em>it</em>." in text
    assert "It &lt;b&gt;hums&lt;/b&gt;." in text
    assert "Answer from us" in text


def test_internal_notes_never_reach_the_requester(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    file = Upload("secret.txt", "text/plain", SimpleUploadedFile("x", b"inside").file, 6)  # type: ignore[arg-type]
    note = actions.note_on_incident(
        number, text="The person is difficult", files=(file,), actor=cast.agent, at=_now()
    )
    actions.assign_incident(
        number, team="service-desk", assignee_id=None, actor=cast.agent, at=_now()
    )
    for address in (f"/cases/{number}", "/", "/cases", "/search?q=difficult"):
        text = browser.get(address).content.decode()
        assert "difficult</p>" not in text
        assert "secret.txt" not in text
        assert f"entry-{note.comment_id}" not in text


def test_helpers_may_fetch_files_of_notes(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIRECTORY = tmp_path
    number = opened(cast.requester, at=_now())
    content = SimpleUploadedFile("x", b"inside").file
    file = Upload("secret.txt", "text/plain", content, 6)  # type: ignore[arg-type]
    actions.note_on_incident(number, text="", files=(file,), actor=cast.agent, at=_now())
    text = _browser_of(cast.agent).get(f"/desk/incidents/{number}").content.decode()
    address = re.search(r'href="(/files/\d+/secret\.txt)"', text)
    assert address is not None
    assert _browser_of(cast.other_requester).get(address[1]).status_code == 404
    download = _browser_of(cast.second_agent).get(address[1])
    assert b"".join(download) == b"inside"  # type: ignore[arg-type]
    download.close()


@pytest.mark.parametrize("verb", ["", "/reply", "/withdraw", "/reopen", "/confirm"])
def test_other_peoples_cases_do_not_exist(cast: Cast, verb: str) -> None:
    number = opened(cast.requester, at=_now())
    client = _browser_of(cast.other_requester)
    address = f"/cases/{number}{verb}"
    given = {"once": "k", "text": "hello", "reason": "because"}
    answer = client.post(address, given) if verb else client.get(address)
    assert answer.status_code == 404
    assert _stage(number, cast) == "new"


def test_a_reply_with_a_file_ends_the_waiting(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    actions.reply_to_incident(
        number, text="Which floor?", wait_for_requester=True, actor=cast.agent, at=_now()
    )
    page = browser.get(f"/cases/{number}").content.decode()
    assert "We need an answer from you before we can go on." in page
    file = SimpleUploadedFile("plan.pdf", b"%PDF", "application/pdf")
    given = {"once": "k", "text": "The second.", "files": file}
    answer = browser.post(f"/cases/{number}/reply", given, follow=True)
    text = answer.content.decode()
    assert "The second." in text
    assert "plan.pdf" in text
    assert _stage(number, cast) == "in_progress"


def test_a_reply_sent_twice_stands_once(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    for _time in range(2):
        browser.post(f"/cases/{number}/reply", {"once": "k", "text": "Only once"})
    shown = case(number, actor=cast.requester, at=_now())
    assert [entry.text for entry in shown.conversation] == ["Only once"]


def test_an_empty_reply_is_refused_in_place(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    answer = browser.post(f"/cases/{number}/reply", {"once": "k", "text": "  "})
    assert answer.status_code == 422
    assert "Please write something." in answer.content.decode()


def test_withdrawing(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    answer = browser.post(
        f"/cases/{number}/withdraw", {"once": "k", "reason": "Found it"}, follow=True
    )
    assert "Your case is withdrawn." in answer.content.decode()
    assert _stage(number, cast) == "cancelled"
    late = browser.post(f"/cases/{number}/withdraw", {"once": "other", "reason": ""})
    assert late.status_code == 409


def test_confirming_a_resolved_case_closes_it(browser: Client, cast: Cast) -> None:
    number = _resolved(cast)
    page = browser.get(f"/cases/{number}").content.decode()
    assert "Yes, it works again" in page
    assert "We changed the <strong>cable</strong>." in page
    browser.post(f"/cases/{number}/confirm", {"once": "k"})
    assert _stage(number, cast) == "closed"


def test_it_works_again_without_us(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    browser.post(f"/cases/{number}/confirm", {"once": "k"})
    assert _stage(number, cast) == "closed"


def test_reopening_needs_a_reason(browser: Client, cast: Cast) -> None:
    number = _resolved(cast)
    refused = browser.post(f"/cases/{number}/reopen", {"once": "k", "reason": " "})
    assert refused.status_code == 422
    assert "Please say what still does not work." in refused.content.decode()
    assert _stage(number, cast) == "resolved"
    given = {"once": "k", "reason": "Still black"}
    browser.post(f"/cases/{number}/reopen", given)
    assert _stage(number, cast) == "in_progress"


def test_a_case_is_changed_by_post_alone(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=_now())
    for verb in ("reply", "withdraw", "reopen", "confirm"):
        assert browser.get(f"/cases/{number}/{verb}").status_code == 405
    assert _stage(number, cast) == "new"


def test_search_finds_ones_own_cases_and_services(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, title="The mailbox hums")
    opened(cast.other_requester, title="The mailbox of another")
    text = browser.get("/search", {"q": "mailbox"}).content.decode()
    assert number in text
    assert "of another" not in text
    assert 'href="/services/mail"' in browser.get("/search", {"q": "mail"}).content.decode()


def test_search_leads_straight_to_a_number(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    foreign = opened(cast.other_requester)
    answer = browser.get("/search", {"q": number.lower()})
    assert answer.headers["Location"] == f"/cases/{number}"
    assert "Nothing fits" in browser.get("/search", {"q": foreign}).content.decode()
    helper = _browser_of(cast.agent).get("/search", {"q": foreign})
    assert helper.headers["Location"] == f"/desk/incidents/{foreign}"


def test_a_service_says_who_answers_for_it(browser: Client, cast: Cast) -> None:
    text = browser.get("/services/laptop").content.decode()
    assert cast.service_owner.name in text
    assert 'href="/report/incident?service=laptop"' in text
    assert browser.get("/services/zeppelin").status_code == 404


def test_the_former_address_of_the_catalogue_leads_to_it(browser: Client) -> None:
    answer = browser.get("/ask?q=door")
    assert (answer.status_code, answer["Location"]) == (301, "/catalogue?q=door")
