"""What surrounds every page: policy, sign-in, language, errors, live news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import signing
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests.cast import PASSWORD, Cast, account, opened
from timshel.interfaces.web import live as live_door
from timshel.interfaces.web.errors import server_error
from timshel.interfaces.web.live import watch
from timshel.interfaces.web.requests import is_open_to_all, is_quiet, origin
from timshel.kernel import live

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@pytest.fixture
def home(cast: Cast) -> Client:
    """A browser in which the requester is signed in."""
    client = Client()
    client.force_login(account(cast.requester))
    return client


def test_every_page_carries_the_strict_policy(home: Client) -> None:
    for address in ("/", "/nowhere", "/cases"):
        assert home.get(address).headers["Content-Security-Policy"] == POLICY


def test_pages_hold_nothing_that_the_policy_would_stop(home: Client) -> None:
    for address in ("/", "/report", "/cases", "/preferences", "/search?q=mail", "/ask"):
        text = home.get(address).content.decode()
        assert "<script>" not in text
        assert "<style" not in text
        assert ' style="' not in text
        assert "javascript:" not in text
        assert " onclick=" not in text


def _views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _views(entry.url_patterns, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def test_strangers_enter_only_what_is_marked_as_open() -> None:
    entries = [
        (path, entry.callback)
        for path, entry in _views(get_resolver().url_patterns)
        if entry.callback.__module__.startswith("timshel.interfaces.web")
    ]
    opened_ = {path for path, view in entries if is_open_to_all(view) or is_quiet(view)}
    assert opened_ == {
        "sign-in",
        "sign-out",
        "preferences/display",
        "live",
        "health/live",
        "health/ready",
        "approvals/count",
        "desk/call-backs/count",
        "notifications/count",
        "notifications/record",
        "notifications/worker.js",
        "governance/audits/fieldwork-worker.js",
        "approve/<str:secret>",
        "rate/<str:secret>",
        "guest/<str:secret>",
        "guest-case/<str:secret>",
        "governance/due/<str:secret>.ics",
        "mail/pictures/<str:token>",
        "status",
        "status/feed.atom",
        "status/planned.ics",
        "status/<slug:code>",
        "status/<slug:code>/feed.atom",
        "status/<slug:code>/planned.ics",
        "status-mail",
        "status-mail/confirm/<slug:token>",
        "status-mail/end/<slug:token>",
    }


@pytest.mark.django_db
def test_strangers_are_asked_to_sign_in_and_come_back() -> None:
    answer = Client().get("/cases?show=all")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=%2Fcases%3Fshow%3Dall"


@pytest.mark.django_db
def test_parts_of_pages_send_strangers_to_the_sign_in_page() -> None:
    answer = Client().get("/report?q=x", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize("name", ["imre", "IMRE ", "imre.castellane@aldermoor.example"])
def test_signing_in_by_name_or_mail(cast: Cast, name: str) -> None:
    account(cast.requester)
    given = {"username": name, "password": PASSWORD, "next": "/cases"}
    answer = Client().post("/sign-in", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cases")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(cast: Cast, target: str) -> None:
    account(cast.requester)
    given = {"username": "imre", "password": PASSWORD, "next": target}
    assert Client().post("/sign-in", given).headers["Location"] == "/"


def test_signing_in_gives_a_new_session(cast: Cast) -> None:
    account(cast.requester)
    client = Client()
    client.force_login(account(cast.agent))
    before = client.session.session_key
    client.post("/sign-out")
    client.post("/sign-in", {"username": "imre", "password": PASSWORD})
    assert client.session.session_key not in (None, before)


def test_wrong_passwords_keep_the_name_and_run_into_the_limit(cast: Cast) -> None:
    account(cast.requester)
    client = Client()
    for _attempt in range(10):
        answer = client.post("/sign-in", {"username": "imre", "password": "wrong"})
        assert answer.status_code == 422
        assert "The name or the password is not right." in answer.content.decode()
        assert 'value="imre"' in answer.content.decode()
    answer = client.post("/sign-in", {"username": "imre", "password": PASSWORD})
    assert "Too many failed sign-ins" in answer.content.decode()


def test_signing_out_needs_a_post(home: Client) -> None:
    assert home.get("/sign-out").status_code == 405
    home.post("/sign-out")
    assert home.get("/").status_code == 302


def test_a_form_from_elsewhere_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account(cast.requester))
    answer = client.post("/preferences/display", {"theme": "dark"})
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "The page was open for too long" in text
    assert "give you the right" not in text


def test_language_follows_the_person(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account(cast.french_requester))
    answer = client.get("/")
    assert answer.headers["Content-Language"] == "fr"
    assert '<html lang="fr"' in answer.content.decode()


@pytest.mark.django_db
def test_strangers_are_spoken_to_as_their_browser_asks() -> None:
    client = Client()
    french = client.get("/sign-in", headers={"accept-language": "fr-CA,fr;q=0.9"})
    assert french.headers["Content-Language"] == "fr"
    client.post("/preferences/display", {"language": "en", "next": "/sign-in"})
    again = client.get("/sign-in", headers={"accept-language": "fr"})
    assert again.headers["Content-Language"] == "en"


def test_theme_is_kept_in_the_browser(home: Client) -> None:
    assert "data-bs-theme" not in home.get("/").content.decode().split("<head>")[0]
    home.post("/preferences/display", {"theme": "dark", "next": "/cases"})
    assert 'data-bs-theme="dark"' in home.get("/").content.decode()
    home.post("/preferences/display", {"theme": '"><script>', "next": "/"})
    assert 'data-bs-theme="dark"' in home.get("/").content.decode()


def test_preferences_are_saved(home: Client) -> None:
    given = {"language": "fr", "time_zone": "America/Toronto", "theme": "light"}
    assert home.post("/preferences", given).headers["Location"] == "/preferences"
    page = home.get("/preferences")
    assert page.headers["Content-Language"] == "fr"
    assert '<option value="America/Toronto" selected>' in page.content.decode()


def test_preferences_refuse_what_does_not_exist(home: Client) -> None:
    given = {"language": "xx", "time_zone": "Mars/Olympus", "theme": "light"}
    answer = home.post("/preferences", given)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_what_is_not_there_says_so_in_the_same_look(home: Client) -> None:
    answer = home.get("/nowhere")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is nothing here" in text
    assert 'id="main"' in text


def test_parts_of_pages_get_a_notice_instead_of_a_page(home: Client) -> None:
    answer = home.get("/cases/INC9999999", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, "#notices")
    assert "<html" not in answer.content.decode()


def test_a_fault_of_ours_needs_no_database() -> None:
    answer = server_error(HttpRequest())
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()


def test_a_fault_of_ours_is_told_in_the_language_that_the_page_names() -> None:
    with translation.override("fr"):
        page = server_error(HttpRequest()).content.decode()
    assert '<html lang="fr"' in page
    assert "Une erreur s’est produite de notre côté" in page


def test_an_unreachable_database_says_come_back_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*_given: Any, **_more: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("timshel.interfaces.web.middleware.resolve_actor", unreachable)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "We cannot reach our records at the moment" in answer.content.decode()


def test_too_large_a_form_is_told_as_such(home: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = home.post("/preferences", {"language": "x" * 200})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("192.0.2.1", "", [], "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", [], "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", ["10.0.0.0/8"], "198.51.100.9"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.9, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.9"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(
    settings: Any, peer: str, forwarded: str, trusted: list[str], expected: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert origin(request) == expected


def test_live_says_only_whether_something_moved(cast: Cast, django_assert_num_queries: Any) -> None:
    quiet = watch(["work"], live.token())
    live.announce(["team:1"], at=datetime.now(UTC))
    client = Client()
    with django_assert_num_queries(1):
        assert client.get(reverse("live"), {"watch": quiet}).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_live_hears_of_a_change() -> None:
    value = watch(["work"], live.token())
    live.announce(["work"], at=datetime.now(UTC))
    answer = Client().get(reverse("live"), {"watch": value})
    assert (answer.status_code, answer.json()) == (200, {"changed": True})


def test_live_believes_only_what_we_signed() -> None:
    forged = signing.dumps([["1:1:"], ["work"]], salt="another")
    assert Client().get("/live", {"watch": forged}).status_code == 400
    assert Client().get("/live").status_code == 400


@pytest.mark.django_db
def test_an_old_page_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    value = watch(["work"], live.token())
    monkeypatch.setattr(live_door.regions_of_pages, "KEPT", -1)
    assert Client().get("/live", {"watch": value}).json() == {"changed": True}


def test_places_of_the_desk_are_shown_to_those_who_may_enter(cast: Cast, home: Client) -> None:
    opened(cast.requester)
    assert "/desk/" not in home.get("/").content.decode()
    client = Client()
    client.force_login(account(cast.agent))
    assert 'href="/desk/queues/mine"' in client.get("/").content.decode()
