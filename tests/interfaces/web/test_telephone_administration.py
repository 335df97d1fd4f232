"""The pages of lines and of what people often call about: who keeps them, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.calls import line, template
from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.context.organization.models import Team
from timshel.kernel.journal.models import Entry
from timshel.operation.call.models import CallTemplate, Line

ADDRESS = "/administration/telephone"
LINES, TEMPLATES = f"{ADDRESS}/lines", f"{ADDRESS}/templates"
LINE = {
    "name": "Night desk",
    "channel": "phone",
    "team": "service-desk",
    "number": "+44 1632 960 300",
    "answer_within": "40",
    "short_abandon": "3",
    "is_active": "on",
}
TEMPLATE = {
    "name": "Mail",
    "title": "No mail comes in",
    "name_fr": "Courriel",
    "service": "mail",
    "impact": "2",
    "urgency": "1",
    "position": "7",
    "is_active": "on",
}


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.administrator)


def test_they_are_listed(browser: Client) -> None:
    assert "No lines yet" in words_of(browser.get(ADDRESS))
    line()
    template()
    words = words_of(browser.get(ADDRESS))
    assert "Service desk desk Phone IT service desk +44 1632 960 000 20 s" in words
    assert "Password The password does not work" in words
    assert f'href="{ADDRESS}"' in text_of(browser.get("/administration/"))


def test_a_line_is_made(browser: Client, cast: Cast) -> None:
    answer = browser.post(f"{LINES}/new", {**LINE, "code": "night/1", "name_fr": "Nuit"})
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS), words_of(answer)
    made = Line.objects.get()
    assert (made.code, made.name, made.team_id) == (
        "night/1",
        "Night desk",
        cast.teams["service-desk"],
    )
    assert (made.answer_within, made.short_abandon) == (
        timedelta(seconds=40),
        timedelta(seconds=3),
    )
    assert made.translations == {"fr": {"name": "Nuit"}}
    entry = Entry.objects.get(verb="call.line_kept")
    assert entry.actor_name == cast.administrator.name
    assert f"{LINES}/change/night/1" in text_of(browser.get(ADDRESS))


def test_a_line_is_changed_and_what_is_not_offered_here_stays(browser: Client) -> None:
    line(translations={"fr": {"name": "Guichet"}, "de": {"name": "Schalter"}})
    page = text_of(browser.get(f"{LINES}/change/desk"))
    assert 'value="Guichet"' in page
    assert 'name="code"' not in page
    answer = browser.post(f"{LINES}/change/desk", {**LINE, "name_fr": "", "is_active": ""})
    assert answer.status_code == 302
    changed = Line.objects.get()
    assert (changed.code, changed.name, changed.is_active) == ("desk", "Night desk", False)
    assert changed.translations == {"de": {"name": "Schalter"}}
    assert "not in use" in words_of(browser.get(ADDRESS))


def test_a_template_is_made_and_changed(browser: Client) -> None:
    assert browser.post(f"{TEMPLATES}/new", {**TEMPLATE, "code": "mail"}).status_code == 302
    made = CallTemplate.objects.get()
    assert (made.code, made.title, made.service) == ("mail", "No mail comes in", "mail")
    assert (made.impact, made.urgency, made.position) == (2, 1, 7)
    assert made.translations == {"fr": {"name": "Courriel"}}
    page = text_of(browser.get(f"{TEMPLATES}/change/mail"))
    assert 'value="Courriel"' in page
    changed = {**TEMPLATE, "solution": "We sent it again.", "solution_fr": "Renvoyé."}
    assert browser.post(f"{TEMPLATES}/change/mail", changed).status_code == 302
    made.refresh_from_db()
    assert made.solution == "We sent it again."
    assert made.translations == {"fr": {"name": "Courriel", "solution": "Renvoyé."}}


def test_what_is_not_chosen_anew_is_not_lost_by_saving(browser: Client, cast: Cast) -> None:
    line()
    template()
    Team.objects.filter(code="service-desk").update(is_active=False)
    CallTemplate.objects.update(service="gone")
    assert '<option value="service-desk" selected>' in text_of(browser.get(f"{LINES}/change/desk"))
    assert '<option value="gone" selected>' in text_of(browser.get(f"{TEMPLATES}/change/password"))
    assert browser.post(f"{LINES}/change/desk", LINE).status_code == 302
    assert Line.objects.get().team_id == cast.teams["service-desk"]


@pytest.mark.parametrize(
    ("address", "given", "said"),
    [
        (f"{LINES}/new", {**LINE, "code": ""}, "Please fill this in."),
        (f"{LINES}/new", {**LINE, "code": "desk"}, "This code is taken."),
        (f"{LINES}/change/desk", {**LINE, "name": ""}, "Please fill this in."),
        (f"{TEMPLATES}/new", {**TEMPLATE, "code": "password"}, "This code is taken."),
        (f"{TEMPLATES}/change/password", {**TEMPLATE, "title": ""}, "Please fill this in."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    browser: Client, address: str, given: dict[str, str], said: str
) -> None:
    line()
    template()
    before = Entry.objects.count()
    answer = browser.post(address, given)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert Entry.objects.count() == before


def test_what_is_not_there_is_not_found(browser: Client) -> None:
    for address in (f"{LINES}/change/none", f"{TEMPLATES}/change/none"):
        assert browser.get(address).status_code == 404


def test_only_whoever_keeps_the_organisation_comes_here(cast: Cast) -> None:
    line()
    template()
    lead = browser_of(cast.lead)
    assert lead.get(ADDRESS).status_code == 403
    for address, given in (
        (f"{LINES}/new", {**LINE, "code": "x"}),
        (f"{LINES}/change/desk", LINE),
        (f"{TEMPLATES}/new", {**TEMPLATE, "code": "x"}),
        (f"{TEMPLATES}/change/password", TEMPLATE),
    ):
        assert lead.get(address).status_code == 403
        assert lead.post(address, given).status_code == 403
    assert (Line.objects.count(), CallTemplate.objects.count()) == (1, 1)
