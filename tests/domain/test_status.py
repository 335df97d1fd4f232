"""The status page: what counts, who may know it, what is kept of it, and who is written to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.incidents import row
from tests.jobs import run_jobs, waiting_jobs
from timshel.design_transition.maintenance.actions import plan_work
from timshel.design_transition.maintenance.rules import Plan
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.letters import Wording
from timshel.resolution_fulfilment.incident import actions as incidents
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.outage.actions import declare_outage, end_outage
from timshel.resolution_fulfilment.outage.rules import OutageWords
from timshel.resolution_fulfilment.status import actions, queries
from timshel.resolution_fulfilment.status.actions import Throttled, telling
from timshel.resolution_fulfilment.status.actions.subscribing import MailWish
from timshel.resolution_fulfilment.status.models import Happening, Subscriber
from timshel.resolution_fulfilment.status.rules import MOST_ASKED, MOST_TO_ONE
from timshel.resolution_fulfilment.status.states import ServiceHealth
from timshel.service_portfolio.service.models import Service
from timshel.support.communication.actions import word_template
from timshel.support.communication.models import OutgoingMessage

pytestmark = pytest.mark.django_db
STRANGER = Actor(kind=ActorKind.PERSON, name="", channel=Channel.PORTAL)
LINKS = telling.StatusLinks(
    page="https://desk.example/status",
    confirm=lambda token: f"https://desk.example/confirm/{token}",
    end=lambda token: f"https://desk.example/end/{token}",
)
WORDS = OutageWords("Mail cannot be sent", "Please wait.", {"fr": {"title": "Pas de courrier"}})


def state_of(code: str, *, actor: Actor, at: Any) -> ServiceHealth:
    return queries.service_status(code, actor=actor, at=at).line.state


def broken(cast: Cast, *, at: Any = AT, **report: Any) -> str:
    number = opened(cast.requester, service="mail", title="A secret title", at=at, **report)
    declare_outage(number, words=WORDS, actor=cast.lead, at=at + timedelta(minutes=5))
    return number


def make_public(code: str, *, is_public: bool = True) -> None:
    actions.set_status(code, is_shown=True, is_public=is_public, actor=SYSTEM, at=AT)


def down(number: str) -> None:
    Incident.objects.filter(work_item__number=number).update(service_state="down")


class TestWhatCounts:
    def test_a_known_outage_counts_from_its_first_moment_to_its_last(self, cast: Cast) -> None:
        number = broken(cast)
        assert actions.refresh_status(at=later(7)) == 1
        assert state_of("mail", actor=cast.requester, at=later(7)) is ServiceHealth.DEGRADED
        assert state_of("laptop", actor=cast.requester, at=later(7)) is ServiceHealth.WORKS
        end_outage(number, actor=cast.lead, at=later(65))
        assert actions.refresh_status(at=later(70)) == 1
        happening = Happening.objects.get()
        assert (happening.began_at, happening.ended_at) == (later(5), later(65))
        found = queries.service_status("mail", actor=cast.requester, at=later(70))
        assert found.line.state is ServiceHealth.WORKS
        assert found.line.days[-1].minutes == 60
        assert [each.title for each in found.past] == ["Mail cannot be sent"]

    def test_it_is_over_when_its_incident_is_resolved(self, cast: Cast) -> None:
        number = broken(cast)
        incidents.resolve_incident(
            number, code="fixed", text="Done.", actor=cast.lead, at=later(20)
        )
        actions.refresh_status(at=later(30))
        assert Happening.objects.get().ended_at == later(20)

    def test_what_began_and_ended_while_nobody_looked_is_kept(self, cast: Cast) -> None:
        number = broken(cast)
        end_outage(number, actor=cast.lead, at=later(25))
        assert actions.refresh_status(at=later(500)) == 0
        happening = Happening.objects.get()
        assert (happening.began_at, happening.ended_at) == (later(5), later(25))

    def test_looking_again_changes_nothing(self, cast: Cast) -> None:
        broken(cast)
        actions.refresh_status(at=later(7))
        before = list(Happening.objects.values())
        assert actions.refresh_status(at=later(8)) == 0
        assert list(Happening.objects.values()) == before

    def test_a_worse_state_begins_a_row_of_its_own(self, cast: Cast) -> None:
        number = broken(cast)
        actions.refresh_status(at=later(7))
        down(number)
        assert actions.refresh_status(at=later(17)) == 1
        rows = Happening.objects.order_by("began_at").values_list("state", "began_at", "ended_at")
        assert list(rows) == [("degraded", later(5), later(17)), ("down", later(17), None)]

    def test_a_serious_incident_counts_without_its_words(self, cast: Cast) -> None:
        number = opened(cast.requester, service="mail", title="A secret title")
        item = row(number)
        type(item).objects.filter(pk=item.pk).update(priority=1)
        down(number)
        actions.refresh_status(at=later(7))
        make_public("mail")
        board = queries.status_board(actor=STRANGER, at=later(7))
        assert board.state is ServiceHealth.DOWN
        assert [each.title for each in board.running] == ["We are working on a serious problem."]
        assert "secret" not in repr(board)
        assert number not in repr(board)

    def test_what_reopens_happens_again(self, cast: Cast) -> None:
        number = broken(cast)
        incidents.resolve_incident(
            number, code="fixed", text="Done.", actor=cast.lead, at=later(20)
        )
        actions.refresh_status(at=later(21))
        incidents.reopen_incident(number, reason="No.", actor=cast.lead, at=later(30))
        actions.refresh_status(at=later(31))
        rows = Happening.objects.order_by("began_at").values_list("began_at", "ended_at")
        assert list(rows) == [(later(5), later(20)), (later(31), None)]


class TestWhoMayKnow:
    def test_strangers_see_what_is_public_alone(self, cast: Cast) -> None:
        assert queries.status_board(actor=STRANGER, at=AT).areas == ()
        make_public("mail")
        board = queries.status_board(actor=STRANGER, at=AT)
        assert [line.code for area in board.areas for line in area.services] == ["mail"]
        with pytest.raises(NotFound):
            queries.service_status("laptop", actor=STRANGER, at=AT)

    def test_people_of_the_house_see_all_but_what_is_hidden(self, cast: Cast) -> None:
        actions.set_status("laptop", is_shown=False, is_public=False, actor=SYSTEM, at=AT)
        board = queries.status_board(actor=cast.requester, at=AT)
        codes = {line.code for area in board.areas for line in area.services}
        assert codes == {"mail", "heating"}
        with pytest.raises(NotFound):
            queries.service_status("laptop", actor=cast.requester, at=AT)

    def test_confidential_services_are_never_shown(self, cast: Cast) -> None:
        make_public("mail")
        Service.objects.filter(code="mail").update(is_confidential=True)
        for who in (STRANGER, cast.requester, cast.administrator):
            with pytest.raises(NotFound):
                queries.service_status("mail", actor=who, at=AT)
            assert "mail" not in {
                line.code
                for area in queries.status_board(actor=who, at=AT).areas
                for line in area.services
            }

    def test_it_takes_a_right_to_say_so(self, cast: Cast) -> None:
        for who in (cast.requester, cast.agent, cast.auditor):
            with pytest.raises(NotAllowed):
                actions.set_status("mail", is_shown=True, is_public=True, actor=who, at=AT)
            with pytest.raises(NotAllowed):
                queries.status_settings(actor=who)
        assert not any(each.is_public for each in queries.status_settings(actor=SYSTEM))

    def test_of_planned_work_only_what_one_may_know_is_named(self, cast: Cast) -> None:
        make_public("mail")
        planned("mail", "laptop")
        (row,) = queries.planned_ahead(actor=STRANGER, at=AT)
        assert [each.code for each in row.services] == ["mail"]
        (row,) = queries.planned_ahead(actor=cast.requester, at=AT)
        assert [each.code for each in row.services] == ["laptop", "mail"]


def planned(*services: str) -> None:
    plan = Plan("New disks", services, later(60), later(120))
    plan_work(plan=plan, actor=SYSTEM, at=AT)


def test_planned_work_counts_while_it_runs(cast: Cast) -> None:
    planned("mail")
    for minutes, state in ((59, "works"), (60, "planned"), (119, "planned"), (120, "works")):
        actions.refresh_status(at=later(minutes))
        assert state_of("mail", actor=cast.requester, at=later(minutes)).value == state
    happening = Happening.objects.get()
    assert (happening.began_at, happening.ended_at) == (later(60), later(120))
    line = queries.service_status("mail", actor=cast.requester, at=later(130)).line
    assert line.days[-1].lasted == {ServiceHealth.PLANNED: timedelta(hours=1)}
    assert line.days[-1].minutes == 0


class TestMails:
    def test_people_of_the_house_hear_by_one_click(self, cast: Cast) -> None:
        actions.subscribe_status(service="mail", actor=cast.french_requester, at=AT)
        actions.subscribe_status(service="mail", actor=cast.french_requester, at=AT)
        actions.subscribe_status(service="heating", actor=cast.requester, at=AT)
        broken(cast)
        actions.refresh_status(at=later(7))
        for _twice in range(2):
            telling.tell_changed(
                [cast.services["mail"]], happened_at=later(7), links=LINKS, at=later(8)
            )
        mail = OutgoingMessage.objects.get(kind="status.changed")
        assert mail.person_id == cast.french_requester.person_id
        assert "Pas de courrier" in mail.text
        token = Subscriber.objects.get(person_id=cast.french_requester.person_id).token
        assert mail.unsubscribe == f"https://desk.example/end/{token}"
        actions.end_by_mail(token, at=later(9))
        actions.end_by_mail(token, at=later(9))
        telling.tell_changed(
            [cast.services["mail"]], happened_at=later(9), links=LINKS, at=later(9)
        )
        assert OutgoingMessage.objects.filter(kind="status.changed").count() == 1

    def test_strangers_hear_once_they_confirmed(self, cast: Cast) -> None:
        make_public("mail")
        wish = MailWish("Someone@Elsewhere.example", "mail", "en", "192.0.2.1")
        actions.ask_by_mail(wish, actor=STRANGER, at=AT)
        row = Subscriber.objects.get()
        telling.tell_asked(row.pk, links=LINKS, at=AT)
        asked = OutgoingMessage.objects.get(kind="status.asked")
        assert asked.address == "someone@elsewhere.example"
        assert f"https://desk.example/confirm/{row.token}" in asked.text
        told = {"happened_at": later(1), "links": LINKS, "at": later(1)}
        assert telling.tell_changed([cast.services["mail"]], **told) == 0
        actions.confirm_by_mail(row.token, at=later(2))
        assert telling.tell_changed([cast.services["mail"]], **told) == 1
        make_public("mail", is_public=False)
        told = {"happened_at": later(3), "links": LINKS, "at": later(3)}
        assert telling.tell_changed([cast.services["mail"]], **told) == 0

    def test_what_subscribers_are_told_can_be_worded_otherwise(self, cast: Cast) -> None:
        actions.subscribe_status(service="mail", actor=cast.requester, at=AT)
        broken(cast)
        actions.refresh_status(at=later(7))
        ours = Wording("News: {{ what }}", "{{ news }}\n\nMore: {{ page }}")
        word_template(
            "status.changed",
            language="en",
            wording=ours,
            as_draft=False,
            actor=cast.administrator,
            at=AT,
        )
        told = {"happened_at": later(7), "links": LINKS, "at": later(8)}
        assert telling.tell_changed([cast.services["mail"]], **told) == 1
        mail = OutgoingMessage.objects.get(kind="status.changed")
        assert mail.subject == "News: Mail: Works in part"
        assert mail.text == f"Mail: Works in part\n- Mail cannot be sent\n\nMore: {LINKS.page}\n"

    def test_what_is_the_matter_is_read_once_for_all(self, cast: Cast) -> None:
        make_public("mail")
        broken(cast)
        actions.refresh_status(at=later(7))
        hearers: list[int] = []
        for count in (1, 6):
            while len(hearers) < count:
                address = f"x{len(hearers)}@elsewhere.example"
                wish = MailWish(address, "mail", "en", f"192.0.2.{len(hearers)}")
                actions.ask_by_mail(wish, actor=STRANGER, at=AT)
                row = Subscriber.objects.get(address=address)
                actions.confirm_by_mail(row.token, at=AT)
                hearers.append(row.pk)
            told = {"happened_at": later(7 + count), "links": LINKS, "at": later(20)}
            with CaptureQueriesContext(connection) as taken:
                assert telling.tell_changed([cast.services["mail"]], **told) == count
            asked = [each["sql"] for each in taken if "status_happening" in each["sql"]]
            assert len(asked) == 1

    def test_asking_again_sends_nothing_within_the_hour(self, cast: Cast) -> None:
        wish = MailWish("someone@elsewhere.example", "", "en", "192.0.2.1")
        actions.ask_by_mail(wish, actor=STRANGER, at=AT)
        actions.ask_by_mail(wish, actor=STRANGER, at=later(30))
        row = Subscriber.objects.get()
        assert row.asked_at == AT
        actions.ask_by_mail(wish, actor=STRANGER, at=later(61))
        row.refresh_from_db()
        assert row.asked_at == later(61)

    def test_one_origin_asks_so_often_only(self, cast: Cast) -> None:
        for each in range(MOST_ASKED):
            wish = MailWish(f"someone{each}@elsewhere.example", "", "en", "192.0.2.1")
            actions.ask_by_mail(wish, actor=STRANGER, at=AT)
        with pytest.raises(Throttled):
            actions.ask_by_mail(
                MailWish("more@elsewhere.example", "", "en", "192.0.2.1"), actor=STRANGER, at=AT
            )
        actions.ask_by_mail(
            MailWish("more@elsewhere.example", "", "en", "192.0.2.2"), actor=STRANGER, at=AT
        )

    def test_one_address_is_written_to_so_often_only(self, cast: Cast) -> None:
        for code in sorted(cast.services):
            make_public(code)
        wanted = ["", *sorted(cast.services)]
        assert len(wanted) > MOST_TO_ONE
        for number, code in enumerate(wanted):
            wish = MailWish("Someone@elsewhere.example", code, "en", f"192.0.2.{number}")
            actions.ask_by_mail(wish, actor=STRANGER, at=AT)
        assert waiting_jobs().count("status.tell_asked") == MOST_TO_ONE
        assert Subscriber.objects.count() == MOST_TO_ONE

    @pytest.mark.parametrize("address", ["", "nobody", "a@b\n.example", "x" * 300 + "@a.example"])
    def test_what_is_no_address_is_refused(self, cast: Cast, address: str) -> None:
        with pytest.raises(Invalid):
            actions.ask_by_mail(MailWish(address), actor=STRANGER, at=AT)
        assert not Subscriber.objects.exists()

    def test_a_link_that_is_too_old_confirms_nothing(self, cast: Cast) -> None:
        actions.ask_by_mail(MailWish("someone@elsewhere.example"), actor=STRANGER, at=AT)
        row = Subscriber.objects.get()
        with pytest.raises(NotFound):
            actions.confirm_by_mail(row.token, at=AT + timedelta(days=8))
        with pytest.raises(NotFound):
            actions.confirm_by_mail("another", at=AT)
        assert actions.forget_unconfirmed(at=AT + timedelta(days=8)) == 1

    def test_the_jobs_write_what_is_to_be_written(self, cast: Cast) -> None:
        actions.subscribe_status(actor=cast.requester, at=AT)
        broken(cast)
        run_jobs()
        mail = OutgoingMessage.objects.get(kind="status.changed")
        assert mail.unsubscribe.startswith(f"{configured.BASE_ADDRESS}/status-mail/end/")
        assert f"{configured.BASE_ADDRESS}/status\n" in mail.text
