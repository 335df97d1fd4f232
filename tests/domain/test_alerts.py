"""Alerts: each once, whose it is, one incident for one matter, storms, flapping, planned work."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.alerts import (
    CODE,
    delivery,
    fired,
    group,
    incidents,
    made_source,
    rule,
    sender,
    settled,
    told,
    with_rules,
)
from tests.cast import AT, SYSTEM, Cast, later
from tests.incidents import row as work
from tests.jobs import run_jobs
from tests.witness import Witness
from timshel.context.people.models import Person
from timshel.design_transition.maintenance.actions import cancel_planned_work, plan_work
from timshel.design_transition.maintenance.rules import Plan
from timshel.kernel.errors import NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.work.models import Comment
from timshel.resolution_fulfilment.alert.actions import (
    dismiss_payload,
    forget_payloads,
    read_again,
    receive_alerts,
    settle_due,
    unmute_due,
)
from timshel.resolution_fulfilment.alert.events import (
    AlertFired,
    AlertIncidentOpened,
    AlertMuted,
    AlertResolved,
)
from timshel.resolution_fulfilment.alert.models import (
    Alert,
    AlertGroup,
    AlertMoment,
    AlertSource,
    RefusedPayload,
)
from timshel.resolution_fulfilment.alert.queries import (
    AlertFilters,
    alert,
    alert_list,
    alerts_beside,
    refused_payloads,
    service_standings,
    source_list,
    tally,
)
from timshel.resolution_fulfilment.incident.actions import (
    cancel_incident,
    resolve_incident,
    take_incident,
)
from timshel.service_portfolio.service.queries import route
from timshel.service_portfolio.service.routes import routes
from timshel.support.communication.models import OutgoingMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(cast: Cast) -> str:
    """A source with one rule: whatever it says is about mail."""
    made = made_source(cast)
    with_rules(rule("Everything is mail"))
    return made


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    facts = [AlertFired, AlertMuted, AlertResolved, AlertIncidentOpened]
    return Witness(monkeypatch, list(facts))


def states() -> list[str]:
    return list(Alert.objects.order_by("pk").values_list("state", flat=True))


class TestEachOnce:
    def test_an_alert_is_stored_and_told_of(self, cast: Cast, token: str, witness: Witness) -> None:
        with witness.watching() as seen:
            received = told(fired(summary="Disk is full"), actor=sender(token))
        assert (received.fired, received.repeated, received.faults) == (1, 0, ())
        row = Alert.objects.get()
        assert (row.state, row.title, row.severity) == ("firing", "Disk is full", 1)
        assert (row.started_at, row.service_id) == (AT, cast.services["mail"])
        assert row.team_id == cast.teams["service-desk"]
        assert row.raw["startsAt"] == "2026-03-02T10:00:00Z"
        source = AlertSource.objects.get()
        assert seen.fact == AlertFired(source.pk, (row.pk,), 1, (cast.services["mail"],), AT)
        assert seen.regions == {"alerts"}

    def test_the_same_again_is_counted(self, cast: Cast, token: str, witness: Witness) -> None:
        told(fired())
        settled()
        with witness.watching() as seen:
            assert told(fired(), at=later(5)).repeated == 1
        assert (seen.facts, seen.regions) == ([], set())
        row = Alert.objects.get()
        assert (row.times_seen, row.seen_at) == (2, later(5))
        assert AlertMoment.objects.count() == 1

    def test_it_clears_and_fires_anew_as_another(self, cast: Cast, token: str) -> None:
        told(fired())
        assert told(fired(until=later(3)), at=later(4)).resolved == 1
        row = Alert.objects.get()
        assert (row.state, row.ended_at, row.title) == ("resolved", later(3), "DiskFull on srv1")
        assert told(fired(until=later(3)), at=later(5)).repeated == 1
        told(fired(since=later(9)), at=later(9))
        assert states() == ["resolved", "firing"]
        assert alert(Alert.objects.latest("pk").pk, actor=cast.manager).earlier == 1

    def test_what_began_anew_unheard_is_closed(self, cast: Cast, token: str) -> None:
        told(fired())
        told(fired(since=later(30)), at=later(30))
        assert states() == ["resolved", "firing"]
        assert Alert.objects.earliest("pk").ended_at == later(30)

    def test_the_same_occurrence_may_fire_again(self, cast: Cast, token: str) -> None:
        told(fired())
        told(fired(until=later(3)), at=later(4))
        assert told(fired(), at=later(5)).fired == 1
        assert states() == ["firing"]
        whats = AlertMoment.objects.order_by("pk").values_list("what", flat=True)
        assert list(whats) == ["fired", "resolved", "fired"]

    def test_what_is_first_heard_of_as_cleared_is_history(self, cast: Cast, token: str) -> None:
        told(fired(until=later(3)), at=later(4))
        assert states() == ["resolved"]
        assert settled(later(4)) == 0
        assert incidents() == []

    def test_one_delivery_may_say_both(self, cast: Cast, token: str) -> None:
        received = told(fired(), fired(until=later(3)), at=later(4))
        assert (received.fired, received.resolved) == (0, 1)
        assert states() == ["resolved"]

    def test_the_number_of_queries_never_grows(self, cast: Cast, token: str) -> None:
        def queries(count: int, name: str) -> int:
            said = [fired(name, f"srv{each}") for each in range(count)]
            body = delivery(said)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                receive_alerts(CODE, body=body, actor=SYSTEM, at=AT)
            return len(seen)

        # One of them asks whether a webhook wants to hear.
        assert queries(1, "One") == queries(700, "Many") == 15
        again = [fired("Many", f"srv{each}", until=later(5)) for each in range(700)]
        with CaptureQueriesContext(connection) as seen:
            told(*again, at=later(6))
        assert len(seen) == 13

    def test_only_who_may_speak_for_a_source_does(
        self, cast: Cast, token: str, witness: Witness
    ) -> None:
        other = made_source(cast, "icinga", kind="icinga")
        for who in (sender(other), cast.agent, cast.requester, cast.manager):
            with witness.refused(NotAllowed):
                told(fired(), actor=who)
        with witness.refused(NotFound):
            told(fired(), code="nowhere")
        AlertSource.objects.filter(code=CODE).update(is_active=False)
        with witness.refused(NotFound):
            told(fired(), actor=SYSTEM)


class TestWhose:
    def test_the_first_rule_that_fits_decides(self, cast: Cast) -> None:
        made_source(cast)
        with_rules(
            rule("Tests do not count", "env = test", opens_incident=False),
            rule("Laptops", "instance ^= lap | pc\n!virtual", service="laptop"),
            rule("Heating", "alertname *= heat", service="heating", team="workplace"),
        )
        told(fired(env="test"), fired(instance="lap7"), fired("Overheat"), fired("Other"))
        told(fired(instance="lap8", virtual="yes"))
        found = Alert.objects.order_by("pk").values_list("service__code", "team__code")
        assert list(found) == [
            ("mail", "service-desk"),
            ("laptop", "service-desk"),
            ("heating", "workplace"),
            (None, "service-desk"),
            (None, "service-desk"),
        ]
        settled()
        assert [work(number).service_id for number in incidents()] == [
            cast.services["laptop"],
            cast.services["heating"],
        ]
        assert work(incidents()[1]).team_id == cast.teams["workplace"]
        nobody = alert_list(AlertFilters("nobody"), actor=cast.agent)
        assert len(nobody.items) == 2

    def test_a_default_service_takes_the_rest(self, cast: Cast) -> None:
        made_source(cast, default_service="heating")
        told(fired())
        assert Alert.objects.get().team_id == cast.teams["facilities-desk"]
        settled()
        (number,) = incidents()
        assert work(number).team_id == cast.teams["facilities-desk"]

    def test_many_routes_are_each_the_one(self, cast: Cast) -> None:
        keys = list(cast.services.values())
        assert routes(keys) == {key: route(key, None) for key in keys}
        assert routes([]) == {}

    def test_sight_follows_service_and_team(self, cast: Cast, token: str) -> None:
        with_rules(rule("Heat", "alertname = Hot", service="heating"), rule("Rest"))
        told(fired(), fired("Hot"))

        def seen(who: object) -> list[str]:
            page = alert_list(AlertFilters(), actor=who)  # type: ignore[arg-type]
            return [each.service_code for each in page.items]

        assert sorted(seen(cast.manager)) == ["heating", "mail"]
        assert seen(cast.agent) == seen(cast.service_owner) == ["mail"]
        assert seen(cast.facilities_agent) == ["heating"]
        assert seen(cast.engineer) == []
        with pytest.raises(NotAllowed):
            alert_list(AlertFilters(), actor=cast.requester)
        hot = Alert.objects.get(service__code="heating")
        with pytest.raises(NotFound):
            alert(hot.pk, actor=cast.agent)
        assert tally(actor=cast.agent).firing == 1
        assert tally(actor=cast.manager).services == (
            ("heating", "Heating and air", 1, 1),
            ("mail", "Mail", 1, 1),
        )


class TestIncidents:
    def test_one_incident_for_one_group(self, cast: Cast, token: str, witness: Witness) -> None:
        told(fired(instance="srv1"), fired(instance="srv2"))
        assert settle_due(at=AT) == 0
        with witness.watching() as seen:
            assert settled() == 1
        (number,) = incidents()
        item = work(number)
        assert (item.title, item.channel) == ("DiskFull on srv1", "monitoring")
        assert (item.impact, item.urgency) == (2, 1)
        assert item.requester_id == cast.service_owner.person_id
        assert "DiskFull on srv2" in item.description
        entry = Entry.objects.get(verb="incident.opened")
        assert (entry.actor_kind, entry.actor_name) == ("robot", "Prometheus: Everything is mail")
        assert [type(each) for each in seen.facts] == [AlertIncidentOpened]
        told(*(fired(instance=f"srv{each}") for each in range(3, 40)), at=later(1))
        assert settled(later(1)) == 1
        assert incidents() == [number]
        assert Comment.objects.count() == 0
        beside = alerts_beside(item.pk, actor=cast.agent)
        assert beside is not None
        assert (beside.firing, beside.total, len(beside.rows)) == (39, 39, 8)
        assert beside.rows[0].incident == number
        assert alerts_beside(item.pk, actor=cast.facilities_agent) is None

    def test_a_rule_says_impact_group_and_wait(self, cast: Cast) -> None:
        made_source(cast)
        wait = timedelta(minutes=5)
        with_rules(rule("By instance", group_by=("instance",), wait=wait, impact=1, urgency=2))
        told(fired("A"), fired("B"), fired("A", "srv2"))
        assert AlertGroup.objects.count() == 2
        assert settled(later(4)) == 0
        told(fired("A", "srv2", until=later(3)), at=later(4))
        assert settled(later(5)) == 2
        (number,) = incidents()
        assert (work(number).impact, work(number).urgency) == (1, 2)
        assert AlertGroup.objects.filter(cleared_at__isnull=False).count() == 1

    def test_what_clears_is_resolved_where_nobody_took_it(self, cast: Cast, token: str) -> None:
        told(fired("A"), fired("A", "srv2"))
        settled()
        (number,) = incidents()
        told(fired("A", until=later(3)), at=later(3))
        settled(later(3))
        assert work(number).stage == "new"
        told(fired("A", "srv2", until=later(5)), at=later(5))
        settled(later(5))
        assert work(number).stage == "resolved"
        entry = Entry.objects.get(verb="incident.resolved")
        assert entry.changes["resolution_code"] == [None, "fixed"]
        assert entry.actor_name == "Prometheus: Everything is mail"

    def test_what_somebody_took_is_only_noted(self, cast: Cast, token: str) -> None:
        told(fired())
        settled()
        (number,) = incidents()
        take_incident(number, actor=cast.agent, at=later(2))
        told(fired(until=later(3)), at=later(3))
        settled(later(3))
        assert work(number).stage == "in_progress"
        assert Comment.objects.get().text == "All alerts of this incident have cleared."
        told(fired(until=later(3)), at=later(4))
        settled(later(4))
        assert Comment.objects.count() == 1

    def test_a_rule_may_only_note(self, cast: Cast) -> None:
        made_source(cast)
        with_rules(rule("Noting", on_clear="note"))
        told(fired())
        settled()
        told(fired(until=later(3)), at=later(3))
        settled(later(3))
        assert work(incidents()[0]).stage == "new"

    def test_what_fires_again_soon_is_the_same_incident(self, cast: Cast, token: str) -> None:
        told(fired())
        settled()
        told(fired(until=later(3)), at=later(3))
        settled(later(3))
        told(fired(since=later(20)), at=later(20))
        settled(later(20))
        (number,) = incidents()
        assert (work(number).stage, work(number).reopenings) == ("in_progress", 1)
        assert group().flaps == 1

    def test_what_fires_again_late_is_another_that_is_linked(self, cast: Cast, token: str) -> None:
        told(fired())
        settled()
        told(fired(until=later(3)), at=later(3))
        settled(later(3))
        told(fired(since=later(hours=5)), at=later(hours=5))
        settled(later(hours=5))
        first, second = incidents()
        assert work(first).stage == "resolved"
        link = WorkLink.objects.get()
        assert {link.source_id, link.target_id} == {work(first).pk, work(second).pk}

    def test_what_flaps_is_damped(self, cast: Cast, token: str) -> None:
        now = 0
        for _ in range(6):
            told(fired(since=later(now)), at=later(now))
            settled(later(now))
            told(fired(since=later(now), until=later(now + 1)), at=later(now + 1))
            settled(later(now + 1))
            now += 2
        (number,) = incidents()
        # It was opened again twice; since then it waits for calm.
        assert (work(number).stage, work(number).reopenings) == ("in_progress", 2)
        assert settled(later(now + 60)) == 1
        assert work(number).stage == "resolved"
        assert Comment.objects.count() == 0

    def test_what_somebody_ended_is_opened_by_news_alone(self, cast: Cast, token: str) -> None:
        told(fired(), fired(instance="srv2"))
        settled()
        (number,) = incidents()
        resolve_incident(number, code="fixed", text="Done", actor=cast.agent, at=later(5))
        told(fired(until=later(6)), at=later(6))
        settled(later(6))
        assert work(number).stage == "resolved"
        told(fired(instance="srv3", since=later(8)), at=later(8))
        settled(later(8))
        assert work(number).stage == "in_progress"
        cancel_incident(number, reason="Known", actor=cast.lead, at=later(9))
        told(fired(instance="srv4", since=later(10)), at=later(10))
        settled(later(10))
        assert work(number).stage == "cancelled"
        assert incidents() == [number]

    def test_what_is_refused_is_shown_and_tried_again(self, cast: Cast, token: str) -> None:
        owner = Person.objects.filter(pk=cast.service_owner.person_id)
        owner.update(is_active=False)
        told(fired())
        settled()
        assert incidents() == []
        (listed,) = source_list(actor=cast.administrator)
        assert listed.trouble == "Please say for whom this is."
        owner.update(is_active=True)
        assert settled(later(2)) == 0
        assert settled(later(6)) == 1
        assert len(incidents()) == 1
        assert source_list(actor=cast.administrator)[0].trouble == ""


class TestStorms:
    def test_ten_thousand_alerts_make_one_incident_and_no_flood(
        self, cast: Cast, token: str
    ) -> None:
        for part in range(10):
            said = [fired(f"A{part}-{each}", f"srv{each}") for each in range(1_000)]
            with_rules(rule("Everything is mail", group_by=("alertname",)))
            told(*said, at=AT + timedelta(seconds=part))
        assert AlertGroup.objects.count() == 10_000
        for seconds in (10, 15, 20, 30):
            settle_due(at=AT + timedelta(seconds=seconds))
        (number,) = incidents()
        item = work(number)
        assert item.title == "1000 alerts at once from Prometheus"
        assert item.service_id == cast.services["mail"]
        assert AlertGroup.objects.filter(folded_into__isnull=False).count() == 10_000
        beside = alerts_beside(item.pk, actor=cast.agent)
        assert beside is not None
        assert (beside.firing, beside.is_storm) == (10_000, True)
        run_jobs()
        # Nobody asked, so nobody is written to.
        assert not OutgoingMessage.objects.exists()
        for part in range(10):
            said = [fired(f"A{part}-{each}", f"srv{each}", until=later(5)) for each in range(1_000)]
            told(*said, at=later(5))
        settled(later(5))
        assert work(number).stage == "resolved"

    def test_a_few_are_no_storm_and_what_follows_joins_one(self, cast: Cast) -> None:
        made_source(cast, storm_threshold=3)
        with_rules(rule("Each", group_by=("alertname",)))
        for name in ("A", "B", "C"):
            told(fired(name))
        settled()
        assert len(incidents()) == 3
        told(fired("D"), at=AT + timedelta(seconds=15))
        settled(AT + timedelta(seconds=15))
        assert len(incidents()) == 4
        assert work(incidents()[3]).title == "1 alert at once from Prometheus"
        told(fired("E"), at=later(8))
        settled(later(8))
        assert len(incidents()) == 4
        told(fired("F"), at=later(30))
        settled(later(30))
        assert work(incidents()[4]).title == "F on srv1"

    def test_a_storm_that_comes_back_is_the_same_incident(self, cast: Cast) -> None:
        made_source(cast, storm_threshold=1)
        with_rules(rule("Each", group_by=("alertname",)))
        told(fired("A"), fired("B"), fired("C"))
        settled()
        (number,) = incidents()
        told(*(fired(name, until=later(2)) for name in "ABC"), at=later(2))
        settled(later(2))
        assert work(number).stage == "resolved"
        told(fired("B", since=later(9)), at=later(9))
        settled(later(9))
        assert incidents() == [number]
        assert work(number).stage == "in_progress"


class TestPlannedWork:
    def _planned(self, cast: Cast, **more: object) -> int:
        plan = Plan(
            title="The mail server moves",
            services=("mail",),
            starts_at=later(-5),
            ends_at=later(60),
            **more,  # type: ignore[arg-type]
        )
        begun = later(-10)
        return plan_work(plan=plan, actor=cast.service_owner, at=begun).planned_work_id

    def test_it_mutes_and_what_still_fires_then_counts(
        self, cast: Cast, token: str, witness: Witness
    ) -> None:
        key = self._planned(cast)
        with witness.watching() as seen:
            assert told(fired(), fired(instance="srv2")).muted == 2
        assert type(seen.fact) is AlertMuted
        settled()
        assert incidents() == []
        view = alert(Alert.objects.earliest("pk").pk, actor=cast.agent)
        assert (view.muted_by, view.muted_by_id) == ("The mail server moves", key)
        assert len(alert_list(AlertFilters("muted"), actor=cast.agent).items) == 2
        told(fired(until=later(30)), at=later(30))
        assert unmute_due(at=later(59)) == 0
        with witness.watching() as seen:
            assert unmute_due(at=later(60)) == 1
        assert type(seen.fact) is AlertFired
        assert states() == ["resolved", "firing"]
        settled(later(60))
        assert len(incidents()) == 1
        moments = alert(Alert.objects.latest("pk").pk, actor=cast.agent).moments
        assert [each.what for each in moments] == ["unmuted", "muted"]

    def test_what_is_called_off_mutes_no_longer(self, cast: Cast, token: str) -> None:
        key = self._planned(cast)
        told(fired())
        cancel_planned_work(key, actor=cast.service_owner, at=later(5))
        assert unmute_due(at=later(5)) == 1

    def test_another_window_goes_on_muting(self, cast: Cast, token: str) -> None:
        first, second = self._planned(cast), self._planned(cast)
        told(fired())
        muted_by = Alert.objects.get().muted_by_id
        assert muted_by in (first, second)
        cancel_planned_work(muted_by or 0, actor=cast.service_owner, at=later(5))
        assert unmute_due(at=later(5)) == 0
        assert Alert.objects.get().muted_by_id in {first, second} - {muted_by}

    def test_work_at_a_site_mutes_what_says_that_it_is_there(self, cast: Cast, token: str) -> None:
        self._planned(cast, sites=("aldermoor",))
        told(fired(), fired(instance="srv2", site="aldermoor"), fired(instance="x", site="other"))
        assert states() == ["firing", "muted", "firing"]

    def test_how_services_stand(self, cast: Cast, token: str) -> None:
        self._planned(cast)
        with_rules(rule("Heat", "alertname = Hot", service="heating"), rule("Rest"))
        told(fired(), fired("Hot", severity="warning"))
        with CaptureQueriesContext(connection) as seen:
            standings = service_standings()
        assert len(seen) == 1
        heating = standings[cast.services["heating"]]
        assert (heating.worst, heating.firing, heating.since) == (2, 1, AT)
        mail = standings[cast.services["mail"]]
        assert (mail.firing, mail.muted, mail.since) == (0, 1, None)
        assert service_standings([cast.services["laptop"]]) == {}


class TestWhatCannotBeRead:
    def test_it_is_kept_as_it_came_and_counted(self, cast: Cast, token: str) -> None:
        for minute in (0, 1):
            received = receive_alerts(CODE, body=b"{\xff", actor=SYSTEM, at=later(minute))
            assert received.is_refused
        (kept,) = refused_payloads(CODE, actor=cast.administrator)
        assert (kept.times, kept.faults) == (2, ("This is not text in UTF-8.",))
        assert bytes(RefusedPayload.objects.get().body) == b"{\xff"

    def test_one_that_is_wrong_hides_no_other(self, cast: Cast, token: str) -> None:
        wrong = {**fired(), "status": "perhaps"}
        received = told(wrong, fired(instance="srv2"))
        assert (received.fired, received.is_refused) == (1, False)
        assert received.faults == ("Alert 1: “perhaps” is neither firing nor resolved.",)
        assert len(refused_payloads(CODE, actor=cast.administrator)) == 1

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ('"\\\\u0000"', "\\u0000"),
            ('"a\\u0000b"', "ab"),
            ('"\\ud800"', "?"),
            ("NaN", "nan"),
            ("[1e999]", ["inf"]),
            ("1" * 400, int("1" * 400)),
        ],
    )
    def test_an_odd_value_of_one_keeps_no_other_out(
        self, cast: Cast, token: str, written: str, kept: object
    ) -> None:
        body = delivery([{**fired(), "odd": "MARK"}, fired(instance="srv2")])
        body = body.replace(b'"MARK"', written.encode())
        received = receive_alerts(CODE, body=body, actor=SYSTEM, at=AT)
        assert (received.fired, received.faults) == (2, ())
        assert Alert.objects.order_by("pk")[0].raw["odd"] == kept

    def test_a_moment_of_hundreds_of_digits_is_said_to_be_none(
        self, cast: Cast, token: str
    ) -> None:
        body = delivery([{**fired(), "startsAt": "MARK"}, fired(instance="srv2")])
        body = body.replace(b'"MARK"', b"9" * 400)
        received = receive_alerts(CODE, body=body, actor=SYSTEM, at=AT)
        assert received.fired == 1
        assert len(received.faults) == 1

    def test_what_nobody_looks_at_does_not_fill_the_disk(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made_source(cast, "broken")
        module = "timshel.resolution_fulfilment.alert.actions.receiving"
        monkeypatch.setattr(f"{module}.MOST_REFUSED", 3)
        for number in range(6):
            body = b"{%d" % number
            receive_alerts("broken", body=body, actor=SYSTEM, at=later(number))
        kept = RefusedPayload.objects.order_by("last_at").values_list("body", flat=True)
        assert [bytes(each) for each in kept] == [b"{3", b"{4", b"{5"]
        monkeypatch.setattr(f"{module}.MOST_REFUSED_BYTES", 5)
        receive_alerts("broken", body=b"{6789", actor=SYSTEM, at=later(7))
        assert bytes(RefusedPayload.objects.get().body) == b"{6789"

    def test_it_is_read_again_once_the_mapping_is_mended(
        self, cast: Cast, witness: Witness
    ) -> None:
        made_source(cast, "other", kind="generic")
        body = json.dumps({"key": "a", "state": "bad", "title": "It hurts"}).encode()
        assert receive_alerts("other", body=body, actor=SYSTEM, at=AT).is_refused
        key = RefusedPayload.objects.get().pk
        assert read_again(key, actor=cast.administrator, at=later(1)).is_refused
        AlertSource.objects.update(
            mapping={
                "patterns": {"fingerprint": "{key}", "state": "{state}", "title": "{title}"},
                "resolved": ["ok"],
            }
        )
        with witness.refused(NotAllowed):
            read_again(key, actor=cast.lead, at=later(2))
        assert read_again(key, actor=cast.administrator, at=later(2)).fired == 1
        assert refused_payloads("other", actor=cast.administrator) == ()
        with witness.refused(WrongState):
            dismiss_payload(key, actor=cast.administrator, at=later(3))
        with witness.refused(NotFound):
            dismiss_payload(key + 1, actor=cast.administrator, at=later(3))
        assert forget_payloads(at=later(days=91)) == 1
