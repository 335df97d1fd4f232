"""What is written at a record: to whom, with what, and what is kept of it until it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast, later, opened
from tests.interfaces.web.desk import browser_of, words_of
from timshel.operation.macro.actions import (
    MacroGiven,
    ModuleGiven,
    ReplyGiven,
    create_macro,
    create_module,
    create_reply,
)
from timshel.operation.macro.queries import macro_list, module_list, reply_list
from timshel.operation.teamwork.actions import save_draft
from timshel.operation.work.models import Comment, WorkItem


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.agent)


def test_a_draft_stands_in_its_box_until_it_is_sent(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    save_draft(number, box="note", text="Ask Mirela", actor=cast.agent, at=later(1))
    page = browser.get(f"/desk/incidents/{number}").content.decode()
    assert "Ask Mirela</textarea>" in page
    assert '<details class="compose compose-note" name="compose" open' in page
    other = browser_of(cast.second_agent).get(f"/desk/incidents/{number}").content.decode()
    assert "Ask Mirela" not in other
    browser.post(f"/desk/incidents/{number}/note", {"text": "Ask Mirela about it"})
    page = browser.get(f"/desk/incidents/{number}").content.decode()
    assert "Ask Mirela</textarea>" not in page


def test_a_saved_reply_is_put_in_without_a_script(browser: Client, cast: Cast) -> None:
    number = opened(cast.french_requester)
    texts = {"en": "Dear {{requester.name}}", "fr": "Bonjour {{requester.name}} {{promised}}"}
    key = create_reply(ReplyGiven(name="Hello", texts=texts), actor=cast.agent, at=later(1))
    listed = words_of(browser.get(f"/desk/work/{number}/replies"))
    assert "Bonjour Maëlle Tessonneau" in listed
    page = browser.get(f"/desk/incidents/{number}?reply={key}").content.decode()
    assert "Bonjour Maëlle Tessonneau" in page.partition("<textarea")[2].partition("</textarea>")[0]
    browser.post(f"/desk/work/{number}/used", {"use": f"reply:{key}"})
    assert [each.uses for each in reply_list(actor=cast.agent)] == [1]


def test_modules_and_articles_are_suggested(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    module = ModuleGiven(name="Bye", keyword="bye", texts={"en": "Bye, {{agent.first_name}}"})
    create_module(module, actor=cast.agent, at=later(1))
    address = f"/desk/work/{number}/suggestions"
    (item,) = browser.get(address, {"sign": "::", "begins": "b"}).json()["items"]
    assert (item["label"], item["text"], item["missing"]) == ("bye", "Bye, Jonas", [])
    assert browser.get(address, {"sign": "::", "begins": "x"}).json()["items"] == []
    articles = browser.get(address, {"sign": "??", "begins": "vpn"}).json()
    assert articles == {
        "items": [],
        "nothing": "There are no articles yet: the knowledge base is not set up.",
    }


def test_a_macro_is_shown_then_done_or_refused_as_a_whole(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    steps: tuple[dict[str, Any], ...] = (
        {"do": "assign", "team": "service-desk", "assignee": "me"},
        {"do": "note", "text": "Seen by {{agent.name}}"},
    )
    key = create_macro(MacroGiven(name="Look", steps=steps), actor=cast.agent, at=later(1))
    assert "Look" in words_of(browser.get(f"/desk/work/{number}/macros"))
    plan = words_of(browser.get(f"/desk/work/{number}/macros/{key}"))
    assert "IT service desk, whoever runs it" in plan
    assert "Seen by Jonas Okereke-Vale" in plan
    answer = browser.post(f"/desk/work/{number}/macros/{key}")
    assert answer.headers["Location"] == f"/desk/incidents/{number}"
    assert WorkItem.objects.get(number=number).assignee_id == cast.agent.person_id
    assert Comment.objects.get().text == "Seen by Jonas Okereke-Vale"
    close = MacroGiven(name="End", steps=(steps[1], {"do": "move", "trigger": "close"}))
    key = create_macro(close, actor=cast.agent, at=later(1))
    refused = browser.post(f"/desk/work/{number}/macros/{key}")
    assert refused.status_code == 409
    assert "“End” did nothing: step 2 of 2 was refused." in words_of(refused)
    assert Comment.objects.count() == 1


def test_macros_and_texts_are_made_with_a_preview(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    reply = {"name": "Hello", "audience": "personal", "is_active": "on", "text_en": "{{number}}"}
    shown = browser.post("/desk/replies/new", {**reply, "preview": "1", "number": number})
    assert f"English {number}" in words_of(shown)
    assert reply_list(actor=cast.agent) == ()
    assert browser.post("/desk/replies/new", reply).status_code == 302
    assert [each.name for each in reply_list(actor=cast.agent)] == ["Hello"]
    wrong = browser.post("/desk/texts/new", {**reply, "keyword": "a b"})
    assert (wrong.status_code, module_list(actor=cast.agent)) == (422, ())
    macro = {"name": "Look", "audience": "personal", "is_active": "on", "step-0-do": "note"}
    macro["step-0-text_en"] = "Seen."
    more = browser.post("/desk/macros/new", {**macro, "edit": "add:tag"})
    assert 'name="step-1-tags"' in more.content.decode()
    assert browser.post("/desk/macros/new", macro).status_code == 302
    (kept,) = macro_list(actor=cast.agent)
    assert kept.steps == ({"do": "note", "texts": {"en": "Seen."}},)
    changed = browser.post(f"/desk/macros/{kept.id}", {**macro, "name": "Look at it"})
    assert changed.status_code == 302
    assert [each.name for each in macro_list(actor=cast.agent)] == ["Look at it"]
    assert browser_of(cast.lead).get(f"/desk/macros/{kept.id}").status_code == 404


def test_files_are_kept_before_the_reply_is_sent_and_looked_at(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    picture = SimpleUploadedFile("a.png", b"\x89PNG", "image/png")
    (kept,) = browser.post("/desk/files", {"files": picture}).json()["files"]
    browser.post(f"/desk/incidents/{number}/reply", {"text": "See", "kept_file": kept["note"]})
    page = browser.get(f"/desk/incidents/{number}").content.decode()
    address = page.partition('class="file file-look" href="')[2].partition('"')[0]
    look = browser.get(address)
    assert (look.status_code, look.headers["Content-Type"]) == (200, "image/png")
    assert look.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert look.headers["X-Content-Type-Options"] == "nosniff"
    for close_file in look._resource_closers:
        close_file()
    note = browser.post("/desk/files", {"files": SimpleUploadedFile("a.html", b"<p>", "text/html")})
    (kept,) = note.json()["files"]
    browser.post(f"/desk/incidents/{number}/note", {"text": "Page", "kept_file": kept["note"]})
    page = browser.get(f"/desk/incidents/{number}").content.decode()
    assert page.count("file-look") == 1
    assert browser_of(cast.facilities_agent).get(address).status_code == 404
    assert browser.post("/desk/files").status_code == 422


def test_what_else_the_requester_asked_for_keeps_to_the_readers_rights(
    browser: Client, cast: Cast
) -> None:
    number = opened(cast.requester)
    opened(cast.requester, title="The mouse jumps")
    opened(cast.requester, title="Too cold in here", service="heating")
    shown = words_of(browser.get(f"/desk/incidents/{number}"))
    assert "The mouse jumps" in shown
    assert "Too cold in here" not in shown
