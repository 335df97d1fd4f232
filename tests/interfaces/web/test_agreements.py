"""Agreements on pages: nothing typed is lost, publishing tells first, figures open lists."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.agreements import content, line, publish
from tests.cast import Cast, opened
from tests.errands import run_errands
from tests.interfaces.web.desk import browser_of, earlier, now, text_of
from timshel.relationship_agreement.service_level import actions
from timshel.relationship_agreement.service_level.models import Agreement
from timshel.resolution_fulfilment.incident.actions import resolve_incident

HERE = "/administration/agreements"
FORM: dict[str, Any] = {
    "do": "save",
    "name": "Laptops",
    "kind": "service",
    "party": "unit:climate",
    "calendar": "office-hours",
    "services": ["laptop"],
    "text": "We come to you.",
    "owner": "adaeze.thornquist@aldermoor.example",
    "targets-count": "3",
    "targets-0-kind": "respond",
    "targets-0-amount": "1",
    "targets-0-unit": "hours",
    "targets-1-kind": "resolve",
    "targets-1-priority": "1",
    "targets-1-amount": "4",
    "targets-1-unit": "hours",
    "targets-1-attainment": "95",
    "targets-2-kind": "resolve",
    "targets-2-unit": "hours",
    "goals-count": "1",
    "goals-0-measure": "availability",
    "goals-0-direction": "least",
    "goals-0-value": "99.5",
    "escalations-count": "1",
    "escalations-0-clock": "resolve",
    "escalations-0-moment": "90",
    "escalations-0-moment_kind": "minutes",
    "escalations-0-recipient": "lead",
}


@pytest.fixture
def owner(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIRECTORY = tmp_path
    return browser_of(cast.service_owner)


def shown(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    assert answer.status_code == status, text_of(answer)
    bare = re.sub(r"<[^>]+>", " ", text_of(answer))
    return re.sub(r"\s+", " ", html.unescape(bare))


def test_a_new_agreement_is_written_seen_and_published(owner: Client) -> None:
    answer = owner.post(f"{HERE}/new", {**FORM, "code": "laptops"})
    assert answer["Location"] == f"{HERE}/laptops/draft"
    draft = Agreement.objects.get(code="laptops")
    assert (draft.is_draft, draft.revision, draft.targets.count()) == (True, 1, 2)
    page = shown(owner.get(f"{HERE}/laptops"))
    for words in (
        "We come to you.",
        "Each priority 1 hour",
        "95 % in time",
        "at least 99.5 %",
        "90 minutes of working time before the end of Time to resolve",
        "Adaeze Thornquist",
        "What is not sound",
    ):
        assert words in page
    before = shown(owner.get(f"{HERE}/laptops/publish"))
    assert "Please consider" in before
    assert owner.post(f"{HERE}/laptops/publish", {"when": "now"}).status_code == 302
    assert "In force" in shown(owner.get(f"{HERE}/laptops"))


def test_rows_are_added_and_taken_away_without_losing_what_was_typed(owner: Client) -> None:
    given = {**FORM, "code": "laptops", "name": "Half written", "do": "add:targets"}
    page = text_of(owner.post(f"{HERE}/new", given))
    assert 'name="targets-count" value="4"' in page
    assert 'value="Half written"' in page
    assert re.search(r'name="targets-1-amount" value="4"', page)
    page = text_of(owner.post(f"{HERE}/new", {**given, "do": "drop:targets:0"}))
    assert 'name="targets-count" value="2"' in page
    assert re.search(r'name="targets-0-amount" value="4"', page)
    page = text_of(owner.post(f"{HERE}/new", {**given, "do": "find", "find": "heat"}))
    assert 'value="heating"' in page
    assert 'value="mail"' not in page
    assert re.search(r'value="laptop" checked', page)
    assert not Agreement.objects.filter(code="laptops").exists()


def test_what_is_wrong_stands_at_its_field_and_row(owner: Client) -> None:
    wrong = {**FORM, "code": "laptops", "targets-1-amount": "0", "name": ""}
    page = shown(owner.post(f"{HERE}/new", wrong), 422)
    assert "Nothing was lost: everything you typed is still" in page
    twice = {**FORM, "code": "laptops", "targets-2-amount": "4", "targets-2-priority": "1"}
    page = shown(owner.post(f"{HERE}/new", twice), 422)
    assert page.count("There is another target for the same clock, priority and service.") == 2
    unknown = {**FORM, "code": "laptops", "owner": "nobody.at.all"}
    assert "There is no such person" in shown(owner.post(f"{HERE}/new", unknown), 422)
    taken = {**FORM, "code": "standard"}
    assert "of this code already" in shown(owner.post(f"{HERE}/new", taken), 422)
    assert not Agreement.objects.filter(code="laptops").exists()


def test_two_who_write_at_once_are_shown_what_differs(owner: Client, cast: Cast) -> None:
    owner.post(f"{HERE}/new", {**FORM, "code": "laptops"})
    theirs = content(name="Theirs")
    actions.save_draft("laptops", content=theirs, actor=cast.process_owner, at=now())
    late = {**FORM, "name": "Mine", "seen_revision": "1"}
    answer = owner.post(f"{HERE}/laptops/draft", late)
    page = shown(answer, 409)
    assert "Somebody else saved this draft meanwhile." in page
    assert "Name Theirs Mine" in page
    assert 'name="seen_revision" value="2"' in text_of(answer)
    again = owner.post(f"{HERE}/laptops/draft", {**late, "seen_revision": "2"})
    assert again.status_code == 302
    assert Agreement.objects.get(code="laptops").name == "Mine"


def test_an_error_keeps_a_draft_from_being_published(owner: Client, cast: Cast) -> None:
    wrong = content(targets=(line("respond", 8), line("resolve", 1)))
    actions.save_draft("laptops", content=wrong, actor=cast.service_owner, at=now())
    page = shown(owner.get(f"{HERE}/laptops/publish"))
    assert "Must be mended “Time to resolve” (1 hour) ends before" in page
    assert "Mend the draft" in page
    shown(owner.post(f"{HERE}/laptops/publish", {"when": "now"}), 422)
    assert Agreement.objects.get(code="laptops").is_draft


def test_a_draft_from_what_is_in_force_a_copy_and_what_changes(owner: Client) -> None:
    publish("laptops", content())
    assert owner.post(f"{HERE}/laptops/start")["Location"] == f"{HERE}/laptops/draft"
    page = text_of(owner.get(f"{HERE}/laptops/draft"))
    assert 'value="Laptops of Climate and Oceans"' in page
    owner.post(f"{HERE}/laptops/draft", {**FORM, "seen_revision": "1"})
    before = shown(owner.get(f"{HERE}/laptops/publish"))
    assert "Name Laptops of Climate and Oceans Laptops" in before
    assert "All the past" not in before
    versions = shown(owner.get(f"{HERE}/laptops/versions?before=1&after=2"))
    assert "Time to resolve 8 hours nothing" in versions
    copied = text_of(owner.get(f"{HERE}/new?copy=laptops"))
    assert 'value="Laptops of Climate and Oceans"' in copied
    assert owner.post(f"{HERE}/laptops/discard", {"has_versions": "1"}).status_code == 302
    assert owner.get(f"{HERE}/laptops/draft").status_code == 404
    ended = owner.post(f"{HERE}/laptops/end", {"valid_until": ""})
    assert ended.status_code == 302
    assert "Ended" in shown(owner.get(f"{HERE}/laptops"))


def test_the_signed_document_comes_as_a_download(owner: Client) -> None:
    publish("laptops", content())
    file = SimpleUploadedFile("signed.html", b"<script>", "text/html")
    assert owner.post(f"{HERE}/laptops/versions/1/sign", {"files": file}).status_code == 302
    answer: Any = owner.get(f"{HERE}/laptops/versions/1/document")
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="signed.html"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    shown(owner.post(f"{HERE}/laptops/versions/1/sign"), 422)
    assert owner.get(f"{HERE}/laptops/versions/2/document").status_code == 404


def test_which_one_would_apply_is_told_with_its_reason(owner: Client) -> None:
    publish("laptops", content())
    asked = "?try-tried=on&try-who=imre.castellane@aldermoor.example&try-priority=2"
    page = shown(owner.get(f"{HERE}{asked}&try-party=&try-about=service:laptop"))
    assert "Time to resolve: 8 hours" in page
    assert "It is made with the unit of whoever asked: Climate and Oceans." in page
    nobody = shown(owner.get(f"{HERE}?try-tried=on&try-who=zzz&try-priority=2"))
    assert "There is no such person" in nobody


def test_a_draft_is_tried_and_the_result_shown(owner: Client, cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(300))
    resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=earlier(1))
    said = content(targets=(line("resolve", 1, unit="minutes"),))
    actions.save_draft("laptops", content=said, actor=cast.service_owner, at=now())
    day = now().date().isoformat()
    answer = owner.post(
        f"{HERE}/laptops/preview-begin", {"opened_from": "2026-01-01", "opened_until": day}
    )
    assert "It is under way." in shown(owner.get(answer["Location"]))
    run_errands(at=now())
    assert "case was read" in shown(owner.get(answer["Location"]))


def test_levels_are_given_and_taken_by_those_who_may_everywhere(owner: Client, cast: Cast) -> None:
    publish("faster", content(name="Faster", unit=None, is_option=True))
    process_owner = browser_of(cast.process_owner)
    page = text_of(process_owner.get(f"{HERE}/faster"))
    found = re.search(r'<option value="(\d+)">Brackwater', page)
    assert found
    assert owner.post(f"{HERE}/faster/level", {"customer": found[1]}).status_code == 403
    assert process_owner.post(f"{HERE}/faster/level", {"customer": found[1]}).status_code == 302
    assert "Brackwater Harbour Authority since" in shown(owner.get(f"{HERE}/faster"))
    customer = shown(browser_of(cast.customer).get("/promises"))
    assert "Levels you can choose Faster You have it" in customer
    process_owner.post(f"{HERE}/faster/level", {"customer": found[1], "do": "unset"})
    assert "No customer has chosen it yet." in shown(owner.get(f"{HERE}/faster"))


def test_people_read_what_they_are_promised(owner: Client, cast: Cast) -> None:
    publish("laptops", content(text="We **come** to you."))
    page = shown(browser_of(cast.requester).get("/promises"))
    assert "As a member of Climate and Oceans" in page
    assert "You hear from us within" in page
    assert "We come to you." in page
    assert "Agreed in: Laptops of Climate and Oceans." in page


def test_the_finder_opens_with_this_quarter_and_tells_how_to_see_another(owner: Client) -> None:
    answer = owner.get("/governance/finder")
    assert '<option value="this_quarter" selected>' in text_of(answer)
    assert "To look at another period, choose it above" in shown(answer)


def test_a_figure_of_the_finder_opens_as_many_cases(owner: Client, cast: Cast) -> None:
    for _again in range(2):
        opened(cast.requester, at=earlier(2))
    page = text_of(owner.get("/governance/finder?period=this_year"))
    rows = dict(
        re.findall(
            r'<th scope="row">([^<]+)</th>\s*<td class="numeric"[^>]*><a href="([^"]+)">', page
        )
    )
    assert "Laptop and screen" in rows
    listed = text_of(owner.get(html.unescape(rows["Laptop and screen"])))
    assert len(re.findall(r"data-row", listed)) == 2
    assert "Service: Laptop and screen Opened: from" in shown(
        owner.get(html.unescape(rows["Laptop and screen"]))
    )
