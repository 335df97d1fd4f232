"""Alerts, their sources and planned work for programs, and the door of monitoring systems."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.alerts import CODE, delivery, fired, incidents, made_source, rule, settled, with_rules
from tests.cast import SYSTEM, Cast, later, token
from tests.interfaces.web.desk import browser_of, text_of
from timshel.interfaces.api.v1 import alerts
from timshel.kernel.actor import Actor
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority.access import PERMISSIONS
from timshel.resolution_fulfilment.alert.models import Alert, AlertSource, RefusedPayload

pytestmark = pytest.mark.django_db
PLAN = {
    "title": "The mail server moves",
    "services": ["mail"],
    "starts_at": "2099-03-02T20:00:00Z",
    "ends_at": "2099-03-02T22:00:00Z",
}


def _send(secret: str, body: bytes, code: str = CODE, method: str = "POST") -> Any:
    return Client().generic(
        method,
        f"/api/v1/alerts/{code}",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def _ask(who: Actor, method: str, path: str, body: Any = None) -> Any:
    return Client().generic(
        method,
        f"/api/v1{path}",
        data="" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token(who, PERMISSIONS)}"},
    )


class TestTheDoor:
    def test_a_source_tells_by_its_own_token(self, cast: Cast) -> None:
        secret = made_source(cast)
        with_rules(rule("Mail"))
        answer = _send(secret, delivery([fired(), fired(instance="srv2")]))
        assert answer.status_code == 202
        assert answer.json() == {
            "alerts": 2,
            "fired": 2,
            "muted": 0,
            "resolved": 0,
            "repeated": 0,
            "left_out": 0,
            "faults": [],
        }
        assert _send(secret, delivery([fired()])).json()["repeated"] == 1
        assert Alert.objects.count() == 2

    def test_its_token_opens_nothing_else(self, cast: Cast) -> None:
        secret = made_source(cast)
        made_source(cast, "other")
        assert _send(secret, delivery([fired()]), "other").status_code == 403
        assert _send(secret, b"", "1", "GET").status_code == 401
        headers = {"Authorization": f"Bearer {secret}"}
        for path in ("alerts", "outages", "planned-work", "alert-sources"):
            assert Client().get(f"/api/v1/{path}", headers=headers).status_code == 401
        assert _send("tsm_guessed", delivery([fired()])).status_code == 401
        AlertSource.objects.update(is_active=False)
        assert _send(secret, delivery([fired()])).status_code == 401

    def test_an_account_that_may_tell_speaks_for_any_source(self, cast: Cast) -> None:
        made_source(cast)
        assert cast.engineer.person_id is not None
        assert _send(token(cast.engineer, PERMISSIONS), delivery([fired()])).status_code == 403
        authority.grant_role(
            cast.engineer.person_id,
            role="monitoring_system",
            scope_kind="everything",
            scope_id=None,
            actor=SYSTEM,
            at=later(),
        )
        assert _send(token(cast.engineer, PERMISSIONS), delivery([fired()])).status_code == 202
        assert _send(token(cast.engineer, PERMISSIONS), b"{}", "nowhere").status_code == 404

    def test_what_cannot_be_read_is_refused_and_kept(self, cast: Cast) -> None:
        secret = made_source(cast)
        answer = _send(secret, b'{"alerts": [')
        assert answer.status_code == 422
        assert answer.json()["errors"] == {"": ["This is not JSON: see line 1, column 13."]}
        assert bytes(RefusedPayload.objects.get().body) == b'{"alerts": ['
        answer = _send(secret, delivery([{**fired(), "status": "odd"}, fired()]))
        assert (answer.status_code, answer.json()["fired"]) == (202, 1)
        assert RefusedPayload.objects.count() == 2

    def test_a_large_delivery_is_taken_and_a_huge_one_refused(
        self, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret = made_source(cast)
        said = [fired(f"A{each}", summary="x" * 2_000) for each in range(2_700)]
        body = delivery(said)
        assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < len(body) < alerts.LARGEST_BODY
        assert _send(secret, body).json()["fired"] == 2_700
        monkeypatch.setattr(alerts, "LARGEST_BODY", len(body) - 1)
        assert _send(secret, body).status_code == 413

    def test_what_the_source_left_out_is_shown_to_who_keeps_it(self, cast: Cast) -> None:
        secret = made_source(cast)
        payload = json.loads(delivery([fired()])) | {"truncatedAlerts": 12}
        assert _send(secret, json.dumps(payload).encode()).json()["left_out"] == 12
        assert _send(secret, delivery([fired()])).json()["left_out"] == 0
        found = _ask(cast.administrator, "GET", f"/alert-sources/{CODE}").json()
        assert found["left_out"] == 12
        assert found["left_out_at"] is not None
        page = text_of(browser_of(cast.administrator).get(f"/administration/alert-sources/{CODE}"))
        assert "12 alerts were left out" in page

    def test_a_secret_in_the_address_opens_nothing_and_is_not_logged(
        self, cast: Cast, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = made_source(cast)
        caplog.set_level(0)
        address = f"/api/v1/alerts/{CODE}?token={secret}&access_token={secret}"
        more: dict[str, Any] = {"data": delivery([fired()]), "content_type": "application/json"}
        refused = Client().post(address, **more)
        assert refused.status_code == 401
        odd = Client().post(address, **more, headers={"Authorization": f"Bearer {secret}"})
        assert odd.status_code == 422
        for answer in (refused, odd):
            assert secret not in answer.content.decode()
            assert secret not in str(answer.headers)
        assert secret not in caplog.text
        assert not Alert.objects.exists()

    def test_nothing_may_be_told(self, cast: Cast) -> None:
        assert _send(made_source(cast), delivery([])).json()["alerts"] == 0


class TestReading:
    def test_alerts_are_listed_and_read(self, cast: Cast) -> None:
        secret = made_source(cast)
        with_rules(rule("Mail"))
        _send(secret, delivery([fired(summary="Full"), fired("B", severity="warning")]))
        settled(later(days=10_000))
        (number,) = incidents()
        listed = _ask(cast.agent, "GET", "/alerts?size=1").json()
        assert [each["title"] for each in listed["items"]] == ["Full"]
        assert listed["items"][0]["incident"] == number
        more = Client().get(
            listed["links"]["next"],
            headers={"Authorization": f"Bearer {token(cast.agent, PERMISSIONS)}"},
        )
        assert [each["severity"] for each in more.json()["items"]] == ["warning"]
        key = listed["items"][0]["id"]
        whole = _ask(cast.agent, "GET", f"/alerts/{key}").json()
        assert whole["labels"]["alertname"] == "DiskFull"
        assert [each["what"] for each in whole["history"]] == ["fired"]
        assert _ask(cast.facilities_agent, "GET", f"/alerts/{key}").status_code == 404
        assert _ask(cast.requester, "GET", "/alerts").status_code == 403
        narrowed = f"/alerts?severity=warning&service=mail&text=b&incident={number}"
        assert len(_ask(cast.agent, "GET", narrowed).json()["items"]) == 1
        assert _ask(cast.agent, "GET", "/alerts?colour=red").status_code == 422


class TestSources:
    def test_a_source_is_made_ruled_and_changed(self, cast: Cast) -> None:
        given = {
            "name": "Icinga",
            "kind": "icinga",
            "reporter_id": cast.service_owner.person_id,
            "default_service": "mail",
        }
        assert _ask(cast.lead, "POST", "/alert-sources/icinga", given).status_code == 403
        made = _ask(cast.administrator, "POST", "/alert-sources/icinga", given)
        assert made.status_code == 201
        first = made.json()["token"]
        again = _ask(cast.administrator, "POST", "/alert-sources/icinga", given)
        assert again.json()["errors"] == {"code": ["This code is already taken."]}
        wrong = {**given, "mapping": {"patterns": {"fingerprint": "{a..b}"}}}
        errors = _ask(cast.administrator, "PUT", "/alert-sources/icinga", wrong).json()["errors"]
        assert set(errors) == {"fingerprint", "state", "title", "resolved"}
        named = _ask(cast.administrator, "PUT", "/alert-sources/icinga", {**given, "name": "I"})
        assert named.json()["name"] == "I"
        other = _ask(cast.administrator, "POST", "/alert-sources/icinga/token").json()["token"]
        assert _send(first, b"{}", "icinga").status_code == 401
        assert _send(other, b"[]", "icinga").status_code == 202
        rules = {"items": [{"name": "Web", "conditions": ["host ^= web | www", "!test"]}]}
        path = "/alert-sources/icinga/rules"
        assert _ask(cast.administrator, "PUT", path, rules).status_code == 200
        (kept,) = _ask(cast.administrator, "GET", path).json()["items"]
        assert kept["conditions"] == ["host ^= web | www", "!test"]
        bad = {"items": [{"name": "Web", "conditions": ["= web"]}]}
        assert "1.conditions" in _ask(cast.administrator, "PUT", path, bad).json()["errors"]
        (listed,) = _ask(cast.administrator, "GET", "/alert-sources").json()["items"]
        assert (listed["code"], listed["has_token"]) == ("icinga", True)
        assert _ask(cast.agent, "GET", "/alert-sources").status_code == 403
        assert _ask(cast.administrator, "GET", "/alert-sources/none/rules").status_code == 404


class TestPlannedWork:
    def test_work_is_planned_read_changed_and_called_off(self, cast: Cast) -> None:
        assert _ask(cast.agent, "POST", "/planned-work", PLAN).status_code == 403
        made = _ask(cast.service_owner, "POST", "/planned-work", PLAN)
        assert made.status_code == 201
        path = f"/planned-work/{made.json()['id']}"
        assert _ask(cast.requester, "GET", path).json()["state"] == "planned"
        listed = _ask(cast.requester, "GET", "/planned-work?when=coming&service=mail").json()
        assert [each["title"] for each in listed["items"]] == [PLAN["title"]]
        other = {**PLAN, "title": "It stays"}
        assert _ask(cast.service_owner, "PUT", path, other).json()["title"] == "It stays"
        assert _ask(cast.service_owner, "POST", f"{path}/finish").status_code == 409
        assert _ask(cast.service_owner, "POST", f"{path}/cancel").json()["state"] == "cancelled"
        assert _ask(cast.service_owner, "PUT", path, PLAN).status_code == 409
        late = {**PLAN, "ends_at": PLAN["starts_at"]}
        assert _ask(cast.service_owner, "POST", "/planned-work", late).status_code == 422
