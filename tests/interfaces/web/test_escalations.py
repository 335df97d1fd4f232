"""The pages of escalation rules and of people on call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, opened, person_id
from tests.interfaces.web.desk import browser_of, text_of
from timshel.context.people.actions import plan_shift
from timshel.context.people.models import OnCallShift
from timshel.kernel.progress.models import Errand
from timshel.relationship_agreement.service_level.models import EscalationRule

RULES, ON_CALL = "/administration/escalations", "/administration/on-call"


def row(position: int = 0, **more: Any) -> dict[str, Any]:
    """Return what the form sends of one row."""
    said = {"clock": "", "moment": 75, "moment_kind": "percent", "recipient": "assignee"}
    said |= {"role": "", **more}
    return {f"escalations-{position}-{name}": value for name, value in said.items()}


class TestRules:
    def test_the_usual_rule_is_said_in_words(self, cast: Cast) -> None:
        page = browser_of(cast.administrator).get(RULES)
        assert "Assignee: when 75 % of each clock is used." in text_of(page)

    def test_who_may_only_look_sees_sentences_and_no_form(self, cast: Cast) -> None:
        browser = browser_of(cast.manager)
        page = browser.get(RULES)
        assert "Assignee: when 75 % of each clock is used." in text_of(page)
        assert 'name="do"' not in page.content.decode()
        assert browser.post(RULES, {"do": "save", **row()}).status_code == 403

    def test_saving_replaces_the_rules_and_reads_open_work_again(self, cast: Cast) -> None:
        opened(cast.requester)
        browser = browser_of(cast.administrator)
        sent = {
            "do": "save",
            **row(0, moment=30, moment_kind="minutes", clock="resolve", at_night="on"),
            **row(1, recipient="role", role="manager", moment=150),
        }
        page = browser.post(RULES, sent, follow=True)
        assert "The rules are saved." in text_of(page)
        stored = EscalationRule.objects.filter(agreement=None).order_by("pk")
        assert [(each.recipient, each.percent, each.at_night) for each in stored] == [
            ("assignee", None, True),
            ("role", 150, False),
        ]
        assert stored[0].before == timedelta(minutes=30)
        assert Errand.objects.filter(kind="clocks.refresh", finished_at=None).count() == 1

    def test_rows_come_and_go_without_saving_and_keep_what_was_typed(self, cast: Cast) -> None:
        browser = browser_of(cast.administrator)
        more = browser.post(RULES, {"do": "add", **row(0, moment=40, clock="update")})
        content = more.content.decode()
        assert more.status_code == 200
        assert 'name="escalations-1-moment"' in content
        assert "when 40 % of Time to the next update is used" in text_of(more)
        less = browser.post(RULES, {"do": "drop:0", **row(0, moment=40), **row(1, moment=90)})
        content = less.content.decode()
        assert 'value="90"' in content
        assert 'value="40"' not in content
        assert not EscalationRule.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"recipient": "role"}, "Name a role, and only where a role is to hear."),
            ({"moment": 501}, "The share is a number from 1 to 500."),
            ({"moment": ""}, "This field is required."),
        ],
    )
    def test_what_is_wrong_stands_in_its_row(
        self, cast: Cast, wrong: dict[str, Any], sentence: str
    ) -> None:
        page = browser_of(cast.administrator).post(RULES, {"do": "save", **row(**wrong)})
        assert page.status_code == 422
        assert sentence in text_of(page)
        assert not EscalationRule.objects.exists()

    def test_the_words_can_be_seen_before_saving(self, cast: Cast) -> None:
        sent = {"do": "words", **row(recipient="on_call", at_night="on")}
        page = browser_of(cast.administrator).post(RULES, sent)
        assert "Whoever is on call in the team: when 75 %" in text_of(page)
        assert "Also at night." in text_of(page)


def moment(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


class TestOnCall:
    def test_each_team_with_whoever_is_on_call_now(self, cast: Cast) -> None:
        now = datetime.now(UTC)
        plan_shift(
            "service-desk",
            person_id=person_id("mirela.dobrescu"),
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=1),
            actor=SYSTEM,
            at=now,
        )
        text = text_of(browser_of(cast.agent).get(ON_CALL))
        assert "Mirela Dobrescu-Hart" in text
        assert text.count("Nobody; its leads hear instead") == 2

    def test_a_lead_plans_and_takes_back(self, cast: Cast) -> None:
        browser = browser_of(cast.lead)
        address = f"{ON_CALL}/service-desk"
        sent = {
            "person": person_id("jonas.okereke"),
            "starts_at": moment(2),
            "ends_at": moment(10),
        }
        page = browser.post(address, sent, follow=True)
        assert "The shift is planned." in text_of(page)
        assert "Jonas Okereke-Vale" in text_of(page)
        assert "Nobody is on call" in text_of(page)
        shift = OnCallShift.objects.get()
        assert shift.starts_at.strftime("%Y-%m-%dT%H:%M") == sent["starts_at"]
        page = browser.post(f"{address}/drop/{shift.pk}", follow=True)
        assert "The shift is taken back." in text_of(page)
        assert not OnCallShift.objects.exists()

    def test_what_is_wrong_is_said(self, cast: Cast) -> None:
        sent = {"person": person_id("jonas.okereke"), "starts_at": moment(5), "ends_at": moment(2)}
        page = browser_of(cast.lead).post(f"{ON_CALL}/service-desk", sent)
        assert page.status_code == 422
        assert "A shift ends after it begins." in text_of(page)

    def test_others_look_only(self, cast: Cast) -> None:
        browser = browser_of(cast.agent)
        page = browser.get(f"{ON_CALL}/service-desk")
        assert "Plan a shift" not in text_of(page)
        assert browser.post(f"{ON_CALL}/service-desk", {}).status_code == 403
        assert browser.get(f"{ON_CALL}/nowhere").status_code == 404
        assert browser_of(cast.requester).get(ON_CALL).status_code == 403
