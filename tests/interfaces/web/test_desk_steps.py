"""Every step on a record: it works, it is refused without effect, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, seen, text_of, words_of
from timshel.kernel.journal.models import Entry
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.queries import IncidentView

Check = Callable[[IncidentView], bool]

CHANGE = {"title": "It hums", "service": "mail", "offering": "", "impact": "1", "urgency": "1"}
CHANGE |= {"service_state": "", "priority": "", "priority_reason": "", "seen_version": "1"}

# step, stage before, what is sent, what must hold afterwards
WORKS: dict[str, tuple[str, dict[str, str], Check]] = {
    "take": ("new", {}, lambda view: view.assignee == "Tamsin Harrowgate"),
    "start": ("new", {}, lambda view: view.stage == "in_progress"),
    "resume": ("waiting", {}, lambda view: view.stage == "in_progress"),
    "resolve": (
        "new",
        {"code": "workaround", "text": "Use the other one."},
        lambda view: (view.stage, view.resolution_code) == ("resolved", "workaround"),
    ),
    "close": ("resolved", {}, lambda view: view.stage == "closed"),
    "wait": (
        "new",
        {"reason": "change", "note": "On Monday"},
        lambda view: view.waiting_reason == "change",
    ),
    "assign": (
        "new",
        {"team": "workplace", "assignee": ""},
        lambda view: (view.team, view.assignee) == ("Workplace devices", ""),
    ),
    "escalate": (
        "new",
        {"reason": "Needs a soldering iron"},
        lambda view: view.team == "Workplace devices",
    ),
    "reopen": ("resolved", {"reason": "It hums again"}, lambda view: view.stage == "in_progress"),
    "cancel": ("new", {"reason": "Not ours"}, lambda view: view.stage == "cancelled"),
    "reply": (
        "new",
        {"text": "We look at it."},
        lambda view: [each.audience for each in view.conversation] == ["public"],
    ),
    "note": (
        "new",
        {"text": "Third one."},
        lambda view: [each.audience for each in view.conversation] == ["internal"],
    ),
    "change": ("new", CHANGE, lambda view: (view.title, view.service_code) == ("It hums", "mail")),
    "link": ("new", {"parent": "", "seen_version": "1"}, lambda view: view.parent is None),
}
# step, a stage from which it is not possible
IMPOSSIBLE = {
    "take": "closed",
    "start": "resolved",
    "resume": "new",
    "resolve": "closed",
    "close": "new",
    "wait": "resolved",
    "assign": "resolved",
    "escalate": "closed",
    "reopen": "new",
    "cancel": "resolved",
    "reply": "closed",
    "change": "closed",
    "link": "closed",
}


@pytest.fixture
def number(cast: Cast, settings: Any, tmp_path: Path) -> str:
    settings.DATA_DIRECTORY = tmp_path
    return opened(cast.requester, at=earlier(5))


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.lead)


def _bring_to(stage: str, number: str, cast: Cast) -> None:
    by: dict[str, Any] = {"actor": cast.lead, "at": earlier(1)}
    if stage == "waiting":
        actions.wait_incident(number, reason="supplier", **by)
    if stage in ("resolved", "closed"):
        actions.resolve_incident(number, code="fixed", text="Done", **by)
    if stage == "closed":
        actions.close_incident(number, **by)


@pytest.mark.parametrize("step", sorted(WORKS))
def test_a_step_works_and_leads_back_to_the_record(
    browser: Client, cast: Cast, number: str, step: str
) -> None:
    stage, given, check = WORKS[step]
    _bring_to(stage, number, cast)
    answer = browser.post(f"/desk/incidents/{number}/{step}", given)
    assert answer.status_code == 302, words_of(answer)
    assert answer["Location"].partition("#")[0] == f"/desk/incidents/{number}"
    assert check(seen(number, cast.lead))
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    if step != "link":
        assert (entry.actor_name, entry.channel) == ("Tamsin Harrowgate", "desk")


@pytest.mark.parametrize("step", sorted(WORKS))
def test_a_step_without_the_right_changes_nothing(cast: Cast, number: str, step: str) -> None:
    stage, given, _check = WORKS[step]
    _bring_to(stage, number, cast)
    manager, stranger = browser_of(cast.manager), browser_of(cast.facilities_agent)
    before = Entry.objects.count(), seen(number, cast.lead).version
    assert manager.post(f"/desk/incidents/{number}/{step}", given).status_code == 403
    assert manager.post(f"/desk/incidents/{number}/{step}", {}).status_code == 403
    assert stranger.post(f"/desk/incidents/{number}/{step}", given).status_code == 404
    assert (Entry.objects.count(), seen(number, cast.lead).version) == before


@pytest.mark.parametrize("step", sorted(IMPOSSIBLE))
def test_a_step_from_the_wrong_stage_changes_nothing_and_keeps_what_was_typed(
    browser: Client, cast: Cast, number: str, step: str
) -> None:
    _bring_to(IMPOSSIBLE[step], number, cast)
    before = Entry.objects.count()
    given = WORKS[step][1]
    answer = browser.post(f"/desk/incidents/{number}/{step}", given)
    assert answer.status_code == 409
    assert Entry.objects.count() == before
    for name in ("text", "reason"):
        assert given.get(name, "") in text_of(answer)
    opened_later = browser.get(f"/desk/incidents/{number}/{step}")
    assert (opened_later.status_code, opened_later["Location"]) == (
        302,
        f"/desk/incidents/{number}",
    )


@pytest.mark.parametrize(
    ("step", "given", "kept", "said"),
    [
        ("resolve", {"code": "", "text": "Use the other"}, "Use the other", "How it was resolved"),
        ("resolve", {"code": "fixed", "text": " "}, 'value="fixed" selected', "What was done"),
        ("resolve", {"code": "confirmed", "text": "Hm"}, "Hm", "How it was resolved"),
        ("wait", {"reason": "weather", "note": "Rain"}, "Rain", "Waiting for"),
        ("cancel", {"reason": ""}, "", "Reason"),
        ("assign", {"team": "nobody", "assignee": ""}, "", "There is no such team."),
        ("link", {"parent": "INC0000", "seen_version": "1"}, "INC0000", "There is no such case"),
        ("note", {"text": " "}, "", "Please write something."),
        ("reply", {"text": ""}, "", "Please write something."),
        ("change", CHANGE | {"title": ""}, "", "Title"),
        ("change", CHANGE | {"service": "laptop", "offering": "mail-box"}, "It hums", "Offering"),
        (
            "change",
            CHANGE | {"priority": "5"},
            "It hums",
            "Please say why this differs from what impact and urgency give.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    browser: Client,
    cast: Cast,
    number: str,
    step: str,
    given: dict[str, str],
    kept: str,
    said: str,
) -> None:
    before = Entry.objects.count()
    answer = browser.post(f"/desk/incidents/{number}/{step}", given)
    assert answer.status_code == 422
    assert kept in text_of(answer)
    assert said in words_of(answer)
    assert 'aria-invalid="true"' in text_of(answer)
    assert Entry.objects.count() == before


def test_a_form_opens_without_scripts_on_a_page_of_its_own(browser: Client, number: str) -> None:
    text = text_of(browser.get(f"/desk/incidents/{number}/resolve"))
    assert "How was it resolved?" in text
    assert 'id="history"' in text
    part = text_of(browser.get(f"/desk/incidents/{number}/resolve", headers={"HX-Request": "true"}))
    assert "How was it resolved?" in part
    assert "<html" not in part


def test_an_open_form_that_came_too_late_still_hears_of_changes(
    browser: Client, cast: Cast, number: str
) -> None:
    _bring_to("resolved", number, cast)
    address = f"/desk/incidents/{number}/resolve"
    answer = browser.get(address, headers={"Timshel-Live": "1"})
    assert answer.status_code == 200
    assert "How was it resolved?" not in words_of(answer)
    assert "Resolved; the requester may still say otherwise." in words_of(answer)


def test_assigning_shows_the_people_of_the_team(browser: Client, cast: Cast, number: str) -> None:
    address = f"/desk/incidents/{number}/assign"
    assert "Jonas Okereke-Vale" in text_of(browser.get(address))
    other = text_of(browser.post(address, {"team": "workplace", "show": "1"}))
    assert "Kieran Ashdown-Mills</option>" in other
    assert "Jonas Okereke-Vale</option>" not in other
    part = text_of(browser.get("/desk/members?team=workplace"))
    assert "Kieran Ashdown-Mills</option>" in part
    assert seen(number, cast.lead).team_code == "service-desk"


def test_changing_shows_the_offerings_of_the_service(browser: Client, number: str) -> None:
    address = f"/desk/incidents/{number}/change"
    assert "Docking station and screen</option>" in text_of(browser.get(address))
    other = text_of(browser.post(address, CHANGE | {"service": "mail", "show": "1"}))
    assert "Mailbox</option>" in other
    assert "Mailbox</option>" in text_of(browser.get("/desk/offerings?service=mail"))
    assert "None in particular" in text_of(browser.get("/desk/offerings?service=unheard-of"))


def test_a_person_must_be_in_the_team(browser: Client, cast: Cast, number: str) -> None:
    given = {"team": "workplace", "assignee": str(cast.agent.person_id)}
    answer = browser.post(f"/desk/incidents/{number}/assign", given)
    assert answer.status_code == 422
    assert "This person is not a member of the team." in words_of(answer)


def test_a_reply_can_wait_for_the_answer(browser: Client, cast: Cast, number: str) -> None:
    given = {"text": "Which one?", "wait_for_requester": "on"}
    browser.post(f"/desk/incidents/{number}/reply", given)
    assert seen(number, cast.lead).waiting_reason == "requester"


def test_what_is_sent_twice_is_said_once(browser: Client, cast: Cast, number: str) -> None:
    for _each in range(2):
        given = {"text": "We look at it.", "once": "abc"}
        assert browser.post(f"/desk/incidents/{number}/reply", given).status_code == 302
    assert len(seen(number, cast.lead).conversation) == 1
    changed = browser.post(
        f"/desk/incidents/{number}/reply", {"text": "Something else", "once": "abc"}
    )
    assert changed.status_code == 409
    assert "Something else" in text_of(changed)


def test_files_go_where_their_words_go(browser: Client, cast: Cast, number: str) -> None:
    for step, name in (("reply", "public.txt"), ("note", "internal.txt")):
        file = SimpleUploadedFile(name, b"text", "text/plain")
        browser.post(f"/desk/incidents/{number}/{step}", {"text": "See", "files": file})
    case = words_of(browser_of(cast.requester).get(f"/cases/{number}"))
    assert "public.txt" in case
    assert "internal.txt" not in case
    assert "internal.txt" in words_of(browser.get(f"/desk/incidents/{number}"))


def test_files_of_a_refused_reply_are_kept(browser: Client, cast: Cast, number: str) -> None:
    file = SimpleUploadedFile("a.txt", b"text", "text/plain")
    address = f"/desk/incidents/{number}/reply"
    empty = SimpleUploadedFile("b.txt", b"", "text/plain")
    answer = browser.post(address, {"text": "See", "files": [file, empty]})
    assert answer.status_code == 422
    note = text_of(answer).partition('name="kept_file" value="')[2].partition('"')[0]
    again = browser.post(address, {"text": "See", "kept_file": note})
    assert again.status_code == 302
    (comment,) = seen(number, cast.lead).conversation
    assert [each.name for each in comment.attachments] == ["a.txt"]


def test_two_who_change_the_same_are_shown_the_difference(
    browser: Client, cast: Cast, number: str
) -> None:
    page = f"/desk/incidents/{number}/change"
    browser_of(cast.agent).post(page, CHANGE | {"title": "Theirs", "service": "laptop"})
    answer = browser.post(page, CHANGE | {"title": "Mine", "service": "laptop", "urgency": "2"})
    assert answer.status_code == 409
    words, text = words_of(answer), text_of(answer)
    assert "You saw The screen stays black" in words
    assert "Theirs stands now, set by Jonas Okereke-Vale" in words
    assert "Mine is what you want" in words
    assert "High: work has stopped stands now" in words
    version = seen(number, cast.lead).version
    assert f'name="seen_version" value="{version}"' in text
    assert 'type="hidden" name="impact" value="1"' in text
    assert 'name="urgency" value="1" checked' in text
    assert seen(number, cast.lead).title == "Theirs"
    chosen = CHANGE | {"title": "Mine", "service": "laptop", "seen_version": str(version)}
    assert browser.post(page, chosen).status_code == 302
    view = seen(number, cast.lead)
    assert (view.title, view.urgency) == ("Mine", 1)


def test_different_fields_of_two_people_both_stand(
    browser: Client, cast: Cast, number: str
) -> None:
    page = f"/desk/incidents/{number}/change"
    as_seen = CHANGE | {"title": "The screen stays black", "service": "laptop"}
    as_seen |= {"impact": "3", "urgency": "3"}
    assert browser_of(cast.agent).post(page, as_seen | {"title": "Theirs"}).status_code == 302
    assert browser.post(page, as_seen | {"urgency": "1"}).status_code == 302
    view = seen(number, cast.lead)
    assert (view.title, view.urgency) == ("Theirs", 1)


def test_a_priority_left_alone_does_not_undo_what_others_set(
    browser: Client, cast: Cast, number: str
) -> None:
    actions.change_incident(
        number,
        changes={"priority": 1, "priority_reason": "The director waits"},
        seen_version=1,
        actor=cast.lead,
        at=earlier(1),
    )
    browser.post(f"/desk/incidents/{number}/change", CHANGE | {"service": "laptop"})
    assert (seen(number, cast.lead).priority, seen(number, cast.lead).title) == (1, "It hums")


def test_a_priority_is_given_back_to_the_matrix(browser: Client, cast: Cast, number: str) -> None:
    page = f"/desk/incidents/{number}/change"
    given = CHANGE | {"priority": "4", "priority_reason": "It can wait"}
    browser.post(page, given)
    view = seen(number, cast.lead)
    assert (view.priority, view.priority_reason) == (4, "It can wait")
    back = CHANGE | {"seen_priority": "4", "seen_reason": "It can wait"}
    browser.post(page, back | {"seen_version": str(view.version)})
    view = seen(number, cast.lead)
    assert (view.priority, view.priority_reason) == (1, "")


def test_priority_is_offered_to_those_who_may_set_it(
    browser: Client, cast: Cast, number: str
) -> None:
    page = f"/desk/incidents/{number}/change"
    assert "Reason for another priority" in words_of(browser.get(page))
    assert "Reason for another priority" not in words_of(browser_of(cast.agent).get(page))


def test_who_comes_too_late_to_take_it_is_told(browser: Client, cast: Cast, number: str) -> None:
    actions.take_incident(number, actor=cast.agent, at=earlier(1))
    answer = browser.post(f"/desk/incidents/{number}/take", {"seen_version": "1"})
    assert answer.status_code == 409
    words = words_of(answer)
    assert "Jonas Okereke-Vale stands now, set by Jonas Okereke-Vale" in words
    assert "Do it anyway" in words
    assert seen(number, cast.lead).assignee == "Jonas Okereke-Vale"
    version = str(seen(number, cast.lead).version)
    browser.post(f"/desk/incidents/{number}/take", {"seen_version": version})
    assert seen(number, cast.lead).assignee == "Tamsin Harrowgate"
