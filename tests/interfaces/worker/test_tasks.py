"""Who hears what of an incident, in which words; and the jobs that run by the clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.periodic import PeriodicRegistry
from procrastinate.psycopg_connector import PsycopgConnector

from tests.cast import Cast, later, opened
from tests.errands import run_errands
from tests.jobs import run_jobs, waiting_jobs
from timshel.context.people.models import Person
from timshel.interfaces.worker import tasks
from timshel.kernel import live
from timshel.kernel.journal.models import Block, Unsealed
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.actions import publish_draft, save_draft
from timshel.relationship_agreement.service_level.models import Agreement, CalendarUse
from timshel.relationship_agreement.service_level.queries.contents import contents_of
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    cancel_incident,
    confirm_incident,
    note_on_incident,
    reopen_incident,
    reply_to_incident,
    resolve_incident,
    take_incident,
    withdraw_incident,
)
from timshel.support.communication.models import OutgoingMessage

LINES = tuple[str, str]


@pytest.fixture(autouse=True)
def _mail_to_a_folder(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_URL = "folder"
    settings.DATA_DIRECTORY = tmp_path
    settings.BASE_ADDRESS = "https://desk.timshel.example"


def told() -> list[LINES]:
    """Carry out all jobs; return whom they told what, and forget it."""
    run_jobs()
    rows = OutgoingMessage.objects.order_by("pk")
    found = [(row.kind, row.address.split("@")[0]) for row in rows]
    assert {row.state for row in rows} <= {"sent"}
    rows.delete()
    return found


def last_text() -> str:
    run_jobs()
    return OutgoingMessage.objects.latest("pk").text


@pytest.fixture
def number(cast: Cast) -> str:
    """An incident that the agent has; everything about it so far is told."""
    made = opened(cast.requester, title="The screen stays black")
    take_incident(made, actor=cast.agent, at=later(1))
    told()
    return made


class TestWhoIsTold:
    def test_the_requester_that_it_arrived(self, cast: Cast) -> None:
        opened(cast.requester)
        assert told() == [("incident.opened", "imre.castellane")]

    def test_the_requester_for_whom_somebody_else_reported(self, cast: Cast) -> None:
        opened(cast.agent, requester_id=cast.other_requester.person_id)
        assert told() == [("incident.opened", "solveig.adeyemi")]

    def test_the_requester_of_a_reply(self, cast: Cast, number: str) -> None:
        reply_to_incident(number, text="Is the cable in?", actor=cast.agent, at=later(2))
        assert told() == [("incident.replied", "imre.castellane")]

    def test_the_assignee_of_an_answer(self, cast: Cast, number: str) -> None:
        reply_to_incident(number, text="It is.", actor=cast.requester, at=later(2))
        assert told() == [("incident.answered", "jonas.okereke")]

    def test_nobody_of_an_internal_note(self, cast: Cast, number: str) -> None:
        note_on_incident(number, text="He pulled it out.", actor=cast.agent, at=later(2))
        assert told() == []

    def test_an_internal_note_cannot_be_told_even_by_a_job(self, cast: Cast, number: str) -> None:
        event = note_on_incident(number, text="Secret.", actor=cast.agent, at=later(2))
        tasks.tell_reply(work_item_id=event.work_item_id, comment_id=event.comment_id)
        assert told() == []

    def test_a_comment_of_another_incident_is_not_told(self, cast: Cast, number: str) -> None:
        other = opened(cast.other_requester)
        event = reply_to_incident(other, text="Yours.", actor=cast.agent, at=later(2))
        told()
        item = WorkItem.objects.get(number=number)
        tasks.tell_reply(work_item_id=item.pk, comment_id=event.comment_id)
        assert told() == []

    def test_the_requester_of_the_resolution_each_time(self, cast: Cast, number: str) -> None:
        resolve_incident(number, code="fixed", text="New cable.", actor=cast.agent, at=later(2))
        assert told() == [("incident.resolved", "imre.castellane")]
        reopen_incident(number, reason="Black again.", actor=cast.requester, at=later(3))
        assert told() == [("incident.reopened", "jonas.okereke")]
        resolve_incident(number, code="fixed", text="New screen.", actor=cast.agent, at=later(4))
        assert told() == [("incident.resolved", "imre.castellane")]

    def test_nobody_of_what_they_did_themselves(self, cast: Cast, number: str) -> None:
        confirm_incident(number, actor=cast.requester, at=later(2))
        assert told() == []
        other = opened(cast.requester)
        told()
        withdraw_incident(other, actor=cast.requester, at=later(3))
        assert told() == []

    def test_the_requester_of_a_cancellation(self, cast: Cast, number: str) -> None:
        cancel_incident(number, reason="Twice reported.", actor=cast.lead, at=later(2))
        assert told() == [("incident.cancelled", "imre.castellane")]

    def test_who_is_given_an_incident(self, cast: Cast, number: str) -> None:
        assign_incident(
            number, assignee_id=cast.second_agent.person_id, actor=cast.lead, at=later(2)
        )
        assert told() == [("incident.assigned", "mirela.dobrescu")]
        take_incident(number, actor=cast.agent, at=later(3))
        assert told() == []

    def test_only_the_last_of_two_quick_assignments(self, cast: Cast, number: str) -> None:
        for minute, helper in ((2, cast.second_agent), (3, cast.agent)):
            assign_incident(number, assignee_id=helper.person_id, actor=cast.lead, at=later(minute))
        assert told() == [("incident.assigned", "jonas.okereke")]

    def test_nobody_who_left(self, cast: Cast, number: str) -> None:
        Person.objects.filter(code="imre.castellane").update(is_active=False)
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(3))
        assert told() == []

    def test_each_job_twice_tells_once(self, cast: Cast) -> None:
        made = opened(cast.requester)
        take_incident(made, actor=cast.agent, at=later(1))
        reply_to_incident(made, text="Hello.", actor=cast.agent, at=later(2))
        reply_to_incident(made, text="Hello!", actor=cast.requester, at=later(3))
        resolve_incident(made, code="fixed", text="Done.", actor=cast.agent, at=later(4))
        run_jobs(times=2)
        kinds = sorted(OutgoingMessage.objects.values_list("kind", flat=True))
        assert kinds == [
            "incident.answered",
            "incident.opened",
            "incident.replied",
            "incident.resolved",
        ]

    def test_nobody_of_a_change_that_was_not_kept(self, cast: Cast, number: str) -> None:
        with transaction.atomic():
            reply_to_incident(number, text="Hello.", actor=cast.agent, at=later(2))
            assert waiting_jobs() == ["work.tell_watchers_of_reply", "incident.tell_reply"]
            transaction.set_rollback(True)
        assert waiting_jobs() == []


class TestClocks:
    def test_the_sweep_leads_to_the_mail(self, cast: Cast, number: str) -> None:
        CalendarUse.objects.create(
            team_id=cast.teams["service-desk"], calendar_code="around-the-clock"
        )
        tasks.warn_and_breach(timestamp=0)  # the incident is of March and never answered in time
        assert ("clock.breached", "jonas.okereke") in told()
        tasks.warn_and_breach(timestamp=0)
        assert told() == []

    def test_an_agreement_that_was_decided_takes_effect(self, cast: Cast, number: str) -> None:
        ((_row, draft),) = contents_of(Agreement.objects.filter(code="standard")).values()
        save_draft("standard", content=draft, actor=cast.administrator, at=later(2))
        begins = datetime(2026, 4, 1, tzinfo=UTC)
        publish_draft("standard", valid_from=begins, actor=cast.administrator, at=later(3))
        run_errands(at=later(3))
        tasks.take_effect(timestamp=0)
        assert run_errands(at=begins) == ["clocks.refresh"]
        tasks.take_effect(timestamp=0)
        assert run_errands(at=begins) == []


class TestWords:
    def test_an_acknowledgement(self, cast: Cast) -> None:
        made = opened(cast.requester, title="The screen stays black")
        text = last_text()
        message = OutgoingMessage.objects.get()
        assert message.subject == f"[{made}] We received your report: The screen stays black"
        assert text.startswith("Hello Imre Castellane,\n\nWe received your report")
        assert "It concerns: Laptop and screen." in text
        assert "We aim to solve it by " in text
        assert text.endswith(f"\nhttps://desk.timshel.example/cases/{made}\n")
        assert f'href="https://desk.timshel.example/cases/{made}"' in message.html

    def test_the_reader_s_zone_is_named(self, cast: Cast) -> None:
        opened(cast.french_requester)
        text = last_text()
        assert "EST" in text or "EDT" in text
        assert '<html lang="fr">' in OutgoingMessage.objects.get().html

    def test_a_reply_says_who_wrote_what_and_what_is_expected(
        self, cast: Cast, number: str
    ) -> None:
        reply_to_incident(
            number,
            text="Is the <b>cable</b> in?",
            wait_for_requester=True,
            actor=cast.agent,
            at=later(2),
        )
        text = last_text()
        assert "Jonas Okereke-Vale wrote:\n\nIs the <b>cable</b> in?" in text
        assert "We need an answer from you before we can go on." in text
        message = OutgoingMessage.objects.get()
        assert "Is the &lt;b&gt;cable&lt;/b&gt; in?" in message.html
        assert not message.is_automatic

    def test_a_helper_is_led_to_the_desk(self, cast: Cast, number: str) -> None:
        reply_to_incident(number, text="It is.", actor=cast.requester, at=later(2))
        assert f"https://desk.timshel.example/desk/incidents/{number}" in last_text()

    def test_the_resolution_says_how_and_asks(self, cast: Cast, number: str) -> None:
        resolve_incident(number, code="fixed", text="New cable.", actor=cast.agent, at=later(2))
        text = last_text()
        assert "New cable." in text
        assert "Please confirm it, or reopen it" in text

    def test_no_internal_note_is_in_any_mail(self, cast: Cast, number: str) -> None:
        note_on_incident(number, text="Xylophone", actor=cast.agent, at=later(2))
        reply_to_incident(number, text="Hello.", actor=cast.agent, at=later(3))
        reply_to_incident(number, text="Hello!", actor=cast.requester, at=later(4))
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(5))
        run_jobs()
        texts = OutgoingMessage.objects.values_list("text", "html", "subject")
        assert len(texts) == 3
        assert "Xylophone" not in str(list(texts))


class TestSweeps:
    def test_what_runs_by_the_clock(self) -> None:
        crons = {
            task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()
        }
        assert crons == {
            "mail.send_due": "* * * * *",
            "mail.poll_due": "* * * * * */20",
            "mail.route_arrived": "* * * * *",
            "errands.run_waiting": "* * * * *",
            "service_level.warn_and_breach": "* * * * *",
            "service_level.take_effect": "* * * * *",
            "service_level.forecast": "*/5 * * * *",
            "service_level.learn": "17 2 * * *",
            "due.remind": "25 5,11 * * *",
            "reports.send_due": "*/10 * * * *",
            "journal.seal": "* * * * *",
            "incident.close_due": "7 * * * *",
            "kernel.forget": "23 * * * *",
            "jobs.retry_stalled": "* * * * * */20",
            "jobs.forget": "41 3 * * *",
            "approval.expire_and_remind": "* * * * *",
            "approval.forget": "29 * * * *",
            "catalogue.note_due_use": "17 2 * * *",
            "catalogue.check_due_links": "23 * * * *",
            "catalogue.remind_due_owners": "0 6 * * *",
            "charter.read_due": "*/10 * * * *",
            "objective.read_due": "40 * * * *",
            "indicator.read_due": "20 * * * *",
            "conformity.look": "43 3 * * *",
            "notification.send_due": "* * * * *",
            "notification.push_due": "* * * * * */30",
            "notification.forget": "37 2 * * *",
            "process.calls_due": "* * * * * */10",
            "process.wake": "* * * * * */10",
            "service_request.close_due": "*/10 * * * *",
            "search.learn_words": "* * * * *",
            "search.learn_again": "41 3 * * *",
            "bulk.forget_due": "37 * * * *",
            "call.remind_due": "* * * * *",
            "call.miss_due": "13 * * * *",
            "call.forget_numbers": "43 * * * *",
            "guest.forget_reports": "47 * * * *",
            "webhook.deliver_due": "* * * * * */10",
            "webhook.forget": "51 2 * * *",
            "status.refresh_due": "* * * * *",
            "status.forget": "11 4 * * *",
            "documentation.bring_into_effect": "7 0 * * *",
            "planned_action.remind": "10 5 * * *",
            "maintenance.begin_and_end": "* * * * *",
            "nonconformity.tell_overdue": "20 5 * * *",
            "alert.settle": "* * * * * */5",
            "alert.unmute": "* * * * *",
            "alert.forget": "37 3 * * *",
            "alert.forget_payloads": "17 4 * * *",
        }

    def test_the_journal_is_sealed(self, cast: Cast) -> None:
        assert Unsealed.objects.exists()
        tasks.seal_journal(timestamp=0)
        assert not Unsealed.objects.exists()
        assert Block.objects.count() == 1

    def test_what_was_resolved_long_ago_is_closed(self, cast: Cast, number: str) -> None:
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(2))
        told()
        tasks.close_resolved(timestamp=0)
        assert WorkItem.objects.get(number=number).stage == "closed"
        assert told() == []

    def test_what_is_over_is_forgotten(self, cast: Cast) -> None:
        live.announce(["x"], at=datetime.now(UTC) - live.KEPT - timedelta(minutes=1))
        tasks.forget_what_is_over(timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM live_change WHERE region = 'x'")
            assert cursor.fetchone() == (0,)


def work(queues: list[str] | None = None) -> None:
    """Let a real worker carry out what waits."""

    async def run() -> None:
        worker_app = app.with_connector(PsycopgConnector(kwargs=connector_params()))
        worker_app.periodic_registry = PeriodicRegistry()  # the clock stands still in a test
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                queues=queues,
                wait=False,
                listen_notify=False,
                install_signal_handlers=False,
                delete_jobs="successful",
            )

    asyncio.run(run())


def mails() -> list[str]:
    folder = settings.DATA_DIRECTORY / "mail"
    return sorted(path.name for path in folder.glob("*.eml"))


@pytest.mark.django_db(transaction=True)
class TestWorker:
    def test_a_worker_carries_out_what_waits(self, cast: Cast) -> None:
        opened(cast.requester)
        assert waiting_jobs() == ["work.tell_team", "incident.acknowledge"]
        work(["notices", "mail"])
        assert len(mails()) == 1
        assert waiting_jobs() == []

    def test_a_job_that_died_with_its_worker_is_done_by_the_next(self, cast: Cast) -> None:
        opened(cast.requester)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '1 hour') RETURNING id"
            )
            worker = cursor.fetchone()[0]
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker]
            )
        work(["notices", "mail"])
        assert mails() == []
        tasks.retry_stalled.defer(timestamp=0)
        work(["sweeps"])
        work(["notices", "mail"])
        assert len(mails()) == 1

    def test_a_dead_sweep_whose_next_run_waits_does_not_block_the_way(self, cast: Cast) -> None:
        tasks.seal_journal.defer(timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
        tasks.seal_journal.defer(timestamp=60)
        tasks.retry_stalled.defer(timestamp=60)
        work(["sweeps"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
            assert cursor.fetchone() == (0,)
        assert not Unsealed.objects.exists()

    def test_a_job_that_fails_is_tried_again_later(self, cast: Cast) -> None:
        tasks.tell_alert.defer(alert={"kind": "no such clock"})
        work(["notices"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT status, attempts, scheduled_at > now() FROM procrastinate_jobs")
            assert cursor.fetchall() == [("todo", 1, True)]
