"""People make their own tokens, administrators the accounts of programs; secrets are shown once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, text_of
from timshel.leadership.authority.models import ServiceAccount, Token

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"tsh_[\w-]{43}")
ACCOUNT = {
    "code": "monitoring",
    "name": "Monitoring",
    "purpose": "Alerts.",
    "owner": "zachary.penrose",
    "scopes": ["cases:write"],
}


def test_a_token_is_made_shown_once_used_and_ended(cast: Cast) -> None:
    browser = browser_of(cast.requester)
    made = browser.post(
        "/preferences/tokens", {"name": "Board", "scopes": ["cases:read"], "days": "30"}
    )
    (secret,) = SECRET.findall(text_of(made))
    assert made.headers["Cache-Control"] == "no-store"
    shown = text_of(browser.get("/preferences/tokens"))
    assert secret not in shown
    assert "Board" in shown
    asked = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/incidents", headers=asked).status_code == 200
    assert browser.post(f"/preferences/tokens/{Token.objects.get().pk}/revoke").status_code == 302
    assert Client().get("/api/v1/incidents", headers=asked).status_code == 401


def test_without_a_scope_there_is_none(cast: Cast) -> None:
    page = browser_of(cast.requester).post("/preferences/tokens", {"name": "Board", "days": "30"})
    assert page.status_code == 422
    assert not Token.objects.exists()


def test_nobody_ends_the_token_of_another(cast: Cast) -> None:
    browser_of(cast.requester).post(
        "/preferences/tokens", {"name": "Board", "scopes": ["cases:read"], "days": "30"}
    )
    token = Token.objects.get()
    answer = browser_of(cast.agent).post(f"/preferences/tokens/{token.pk}/revoke")
    assert answer.status_code == 403
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_service_account_is_made_changed_and_ended(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    assert "There is none yet" in text_of(browser.get("/administration/service-accounts"))
    place = "/administration/service-accounts/monitoring"
    made = browser.post("/administration/service-accounts", ACCOUNT)
    assert made.headers["Location"] == place
    page = browser.post(f"{place}/tokens", {"name": "Host one", "days": "30"})
    (secret,) = SECRET.findall(text_of(page))
    assert secret not in text_of(browser.get(place))
    changed = browser.post(place, {**ACCOUNT, "purpose": "Alerts of the network."})
    assert changed.status_code == 302
    assert ServiceAccount.objects.get().purpose == "Alerts of the network."
    assert browser.post(f"{place}/end").status_code == 302
    assert "ended" in text_of(browser.get("/administration/service-accounts"))
    asked = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/incidents", headers=asked).status_code == 401


def test_an_owner_who_is_not_there_is_refused_at_the_field(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    page = browser.post("/administration/service-accounts", {**ACCOUNT, "owner": "nobody"})
    assert page.status_code == 422
    assert not ServiceAccount.objects.exists()
