"""Outages and matches for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, opened, token
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS

pytestmark = pytest.mark.django_db


def _ask(who: Actor, method: str, path: str, body: Any = None) -> Any:
    return Client().generic(
        method,
        f"/api/v1{path}",
        data="" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token(who, PERMISSIONS)}"},
    )


def test_an_outage_is_declared_joined_and_ended(cast: Cast) -> None:
    number = opened(cast.requester, title="Mail hangs", service="mail")
    told = {"title": "Mail is slow", "translations": {"fr": {"title": "Courrier lent"}}}
    answer = _ask(cast.lead, "PUT", f"/incidents/{number}/outage", told)
    assert answer.status_code == 200
    assert answer.json()["title"] == "Mail is slow"
    (outage,) = _ask(cast.french_requester, "GET", "/outages?service=mail").json()["items"]
    assert (outage["number"], outage["title"]) == (number, "Courrier lent")
    assert outage["affected"] is None
    assert _ask(cast.requester, "GET", "/outages?service=laptop").json()["items"] == []
    joined = _ask(cast.other_requester, "POST", f"/outages/{number}/affected")
    assert joined.json() == {"affected": 1}
    refused = _ask(cast.agent, "DELETE", f"/incidents/{number}/outage")
    assert refused.status_code == 403
    assert _ask(cast.lead, "DELETE", f"/incidents/{number}/outage").status_code == 204
    assert _ask(cast.requester, "GET", "/outages").json()["items"] == []
    assert _ask(cast.lead, "DELETE", f"/incidents/{number}/outage").status_code == 404


def test_what_is_alike_and_what_may_help(cast: Cast) -> None:
    one = opened(cast.other_requester, title="Docking station does not charge")
    number = opened(cast.requester, title="My docking station does not charge")
    found = _ask(cast.lead, "GET", f"/incidents/{number}/matches").json()
    assert [each["number"] for each in found["open"]] == [one]
    assert found["resolved"] == []
    assert _ask(cast.other_requester, "GET", f"/incidents/{number}/matches").status_code == 404
    help_found = _ask(cast.requester, "GET", "/outages/help?text=docking station charge").json()
    assert [each["number"] for each in help_found["cases"]] == [number]
    assert _ask(cast.requester, "GET", "/outages/help").status_code == 422
