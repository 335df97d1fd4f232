"""Alerts, planned work and the sources of alerts as people meet them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.alerts import CODE, delivery, fired, incidents, made_source, rule, with_rules
from tests.cast import SYSTEM, Cast
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.design_transition.maintenance.models import PlannedWork
from timshel.resolution_fulfilment.alert.actions import receive_alerts, settle_due
from timshel.resolution_fulfilment.alert.models import (
    Alert,
    AlertRule,
    AlertSource,
    RefusedPayload,
)

pytestmark = pytest.mark.django_db
PLAN = {
    "title": "The mail server moves",
    "message": "Mail **rests**.",
    "services": ["mail"],
    "starts_at": "2099-03-02T20:00",
    "ends_at": "2099-03-02T22:00",
}


@pytest.fixture
def told(cast: Cast) -> str:
    """A source that told of two alerts of mail and one of nobody's; returns the incident."""
    made_source(cast)
    with_rules(rule("Mail", "instance ^= mail"))
    said = [
        fired("Queue", "mail1", since=earlier(1), summary="The queue grows"),
        fired("Disk", "mail1", since=earlier(1), severity="warning"),
        fired("Lamp", "hall", since=earlier(1)),
    ]
    receive_alerts(CODE, body=delivery(said, group="g"), actor=SYSTEM, at=earlier(0.5))
    settle_due(at=now())
    (number,) = incidents()
    return number


class TestAlerts:
    def test_what_fires_is_listed_by_service_and_severity(self, cast: Cast, told: str) -> None:
        agent = browser_of(cast.agent)
        page = words_of(agent.get("/desk/alerts"))
        assert page.index("The queue grows") < page.index("Disk on mail1")
        assert told in page
        assert "Mail 2 1 critical" in page
        narrowed = words_of(agent.get("/desk/alerts?severity=2"))
        assert "The queue grows" not in narrowed
        assert "Lamp on hall" in words_of(agent.get("/desk/alerts?which=nobody"))
        assert "Nothing here" in words_of(agent.get("/desk/alerts?which=muted"))
        assert "Nothing fits" in words_of(agent.get("/desk/alerts?text=zebra"))
        of_incident = words_of(agent.get(f"/desk/alerts?incident={told}"))
        assert "Alerts of the incident" in of_incident
        assert agent.get("/desk/alerts?incident=INC9").status_code == 404
        assert browser_of(cast.requester).get("/desk/alerts").status_code == 403

    def test_one_alert_says_all(self, cast: Cast, told: str) -> None:
        key = Alert.objects.get(title="The queue grows").pk
        page = words_of(browser_of(cast.agent).get(f"/desk/alerts/{key}"))
        assert "It fired" in page
        assert '"alertname": "Queue"' in page
        other = browser_of(cast.facilities_agent).get(f"/desk/alerts/{key}")
        assert other.status_code == 404

    def test_the_incident_shows_its_alerts(self, cast: Cast, told: str) -> None:
        page = words_of(browser_of(cast.agent).get(f"/desk/incidents/{told}"))
        assert "2 fire of 2." in page


class TestPlannedWork:
    def test_an_owner_plans_changes_and_calls_off(self, cast: Cast) -> None:
        owner = browser_of(cast.service_owner)
        form = text_of(owner.get("/desk/planned-work/new"))
        assert 'value="mail"' in form
        assert 'value="heating"' not in form
        refused = owner.post("/desk/planned-work/new", {**PLAN, "title": ""})
        assert refused.status_code == 422
        late = owner.post("/desk/planned-work/new", {**PLAN, "ends_at": PLAN["starts_at"]})
        assert "It must end after it starts." in text_of(late)
        assert owner.post("/desk/planned-work/new", PLAN).status_code == 302
        key = PlannedWork.objects.get().pk
        agent = browser_of(cast.agent)
        assert "The mail server moves" in words_of(agent.get("/desk/planned-work"))
        seen = text_of(agent.get(f"/desk/planned-work/{key}"))
        assert "<strong>rests</strong>" in seen
        assert "Call it off" not in seen
        assert agent.get(f"/desk/planned-work/{key}/change").status_code == 403
        changed = owner.post(
            f"/desk/planned-work/{key}/change", {**PLAN, "title_fr": "Le serveur déménage"}
        )
        assert changed.status_code == 302
        assert PlannedWork.objects.get().translations["fr"]["title"] == "Le serveur déménage"
        assert agent.post(f"/desk/planned-work/{key}/cancel").status_code == 403
        assert owner.post(f"/desk/planned-work/{key}/cancel").status_code == 302
        assert "Nothing is planned" in words_of(agent.get("/desk/planned-work"))
        assert "Called off" in words_of(agent.get("/desk/planned-work?when=over"))

    def test_what_runs_is_finished_early(self, cast: Cast) -> None:
        owner = browser_of(cast.service_owner)
        begun = earlier(1).strftime("%Y-%m-%dT%H:%M")
        owner.post("/desk/planned-work/new", {**PLAN, "starts_at": begun, "ends_at": ""})
        assert not PlannedWork.objects.exists()
        ends = earlier(-24).strftime("%Y-%m-%dT%H:%M")
        owner.post("/desk/planned-work/new", {**PLAN, "starts_at": begun, "ends_at": ends})
        key = PlannedWork.objects.get().pk
        assert "It is done" in text_of(owner.get(f"/desk/planned-work/{key}"))
        owner.post(f"/desk/planned-work/{key}/finish")
        assert PlannedWork.objects.get().finished_at is not None


class TestSources:
    @pytest.fixture
    def keeper(self, cast: Cast) -> Client:
        return browser_of(cast.administrator)

    def test_a_source_is_made_and_its_token_shown_once(self, cast: Cast, keeper: Client) -> None:
        given = {
            "code": "zabbix",
            "name": "Zabbix",
            "kind": "zabbix",
            "reporter": "adaeze.thornquist@aldermoor.example",
            "storm_threshold": "10",
            "reopen_minutes": "60",
            "is_active": "on",
        }
        assert "Nobody is listened to yet" in text_of(keeper.get("/administration/alert-sources"))
        refused = keeper.post(
            "/administration/new-alert-source", {**given, "reporter": "nobody@example.org"}
        )
        assert "Nobody with this address is known." in text_of(refused)
        made = text_of(keeper.post("/administration/new-alert-source", given))
        assert "tsm_" in made
        page = text_of(keeper.get("/administration/alert-sources/zabbix"))
        assert "{host}: {trigger}" in page
        secret = text_of(keeper.post("/administration/alert-sources/zabbix/token"))
        assert "tsm_" in secret
        assert "webhook_configs" not in secret  # which is for Alertmanager alone
        assert "Zabbix" in words_of(keeper.get("/administration/alert-sources"))
        assert browser_of(cast.lead).get("/administration/alert-sources").status_code == 403

    def test_a_message_is_tried_out_and_the_mapping_mended(
        self, cast: Cast, keeper: Client
    ) -> None:
        made_source(cast, "other", kind="generic", name="Other")
        address = "/administration/alert-sources/other"
        sample = json.dumps({"key": "a1", "state": "bad", "title": "It hurts"})
        tried = words_of(keeper.post(address, {"do": "try", "sample": sample}))
        assert "the fingerprint is empty" in tried
        assert "line 1" in words_of(keeper.post(address, {"do": "try", "sample": "{"}))
        settings = {
            "name": "Other",
            "kind": "generic",
            "reporter": "adaeze.thornquist@aldermoor.example",
            "storm_threshold": "10",
            "reopen_minutes": "60",
            "is_active": "on",
            "fingerprint": "{key}",
            "state": "{state}",
            "title": "{title}",
            "resolved": "good\nok",
            "severities": "bad = critical",
            "labels": "key = {key}",
            "severity": "{state}",
        }
        wrong = keeper.post(address, {**settings, "title": "{title"})
        assert "A brace is opened and not closed" in text_of(wrong)
        receive_alerts("other", body=sample.encode(), actor=SYSTEM, at=earlier(1))
        assert "Read it again" in text_of(keeper.get(address))
        assert keeper.post(address, settings).status_code == 302
        tried = words_of(keeper.post(address, {"do": "try", "sample": sample}))
        assert "It hurts" in tried
        assert "key = a1" in tried
        assert not Alert.objects.exists()
        key = RefusedPayload.objects.get().pk
        keeper.post(f"{address}/refused/{key}", {"do": "read"})
        row = Alert.objects.get()
        assert (row.title, row.severity, row.labels) == ("It hurts", 1, {"key": "a1"})
        assert "Read it again" not in text_of(keeper.get(address))

    def test_rules_are_written_tried_ordered_and_removed(
        self, cast: Cast, keeper: Client, told: str
    ) -> None:
        address = f"/administration/alert-sources/{CODE}/rules"
        given = {
            "name": "Halls",
            "conditions": "instance = hall\nseverity = critical",
            "service": "heating",
            "wait_minutes": "5",
            "group_by": "alertname, instance",
            "on_clear": "note",
            "clear_code": "fixed",
            "opens_incident": "on",
            "is_active": "on",
        }
        tried = words_of(keeper.post(f"{address}/new", {**given, "do": "try"}))
        assert "The conditions hold for 1 of 3." in tried
        assert "Lamp on hall" in tried
        assert AlertRule.objects.count() == 1
        wrong = keeper.post(f"{address}/new", {**given, "conditions": "instance ="})
        assert "says no value" in text_of(wrong)
        unnamed = keeper.post(f"{address}/new", {**given, "service": ""})
        assert "Please choose a service" in text_of(unnamed)
        assert keeper.post(f"{address}/new", given).status_code == 302
        assert "instance = hall" in text_of(keeper.get(f"{address}/2"))
        keeper.post(f"{address}/2/move", {"do": "up"})
        names = AlertRule.objects.order_by("position").values_list("name", flat=True)
        assert list(names) == ["Halls", "Mail"]
        keeper.post(f"{address}/2", {**given, "name": "Everything", "conditions": ""})
        assert list(names.all()) == ["Halls", "Everything"]
        keeper.post(f"{address}/1/move", {"do": "remove"})
        assert list(names.all()) == ["Everything"]
        assert keeper.get(f"{address}/9").status_code == 404
        assert AlertSource.objects.get().rules.count() == 1
