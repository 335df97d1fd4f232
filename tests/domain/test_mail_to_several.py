"""One mail to two mailboxes of ours stays one entry, and what came from us never becomes one."""

from __future__ import annotations

import pytest

from tests.brought import address, bring, reference, write
from tests.cast import AT, Cast, later, opened
from tests.jobs import run_jobs, waiting_jobs
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.intake import actions, queries
from timshel.resolution_fulfilment.intake.models import MailEntry
from timshel.support.communication.actions import SenderGiven, keep_sender
from timshel.support.communication.models import FurtherArrival, IncomingMessage, Mailbox
from timshel.support.communication.queries import incoming_message
from timshel.support.communication.states import IncomingReason, IncomingState

pytestmark = pytest.mark.usefixtures("shelf")

TAKEN, HELD, IGNORED = IncomingState.TAKEN, IncomingState.HELD, IncomingState.IGNORED


def box(cast: Cast, code: str, team: str, *, unknown: str = "hold") -> int:
    row = Mailbox.objects.create(
        code=code, name=code.title(), address=f"{code}@timshel.example", team_id=cast.teams[team]
    )
    actions.set_mail_rule(
        row.pk,
        unknown_senders=unknown,
        automatic_mail="ignore",
        actor=cast.administrator,
        at=AT,
    )
    return row.pk


def further(message_id: int) -> list[int]:
    rows = FurtherArrival.objects.filter(message=message_id).order_by("pk")
    return list(rows.values_list("mailbox_id", flat=True))


def test_the_first_mailbox_takes_it_and_the_other_is_noted(cast: Cast) -> None:
    it, rooms = box(cast, "it", "service-desk"), box(cast, "rooms", "facilities-desk")
    mail = write(cast.requester, to="it@timshel.example, rooms@timshel.example")
    came = bring(mail, mailbox_id=it)
    for minute in (1, 2):
        again = bring(mail, mailbox_id=rooms, at=later(minute))
        assert (again.id, again.record, again.mailbox_id) == (came.id, came.record, it)
    bring(mail, mailbox_id=it, at=later(3))
    item = WorkItem.objects.get()
    assert item.team_id == cast.teams["service-desk"]
    assert further(came.id) == [rooms]
    assert MailEntry.objects.count() == 1
    (shown,) = queries.mail_of(item.number, actor=cast.agent).values()
    assert shown.also_to == ("Rooms",)
    (own,) = queries.mail_of(item.number, actor=cast.requester).values()
    assert own.also_to == ()


def test_one_delivery_to_both_is_noted_as_well(cast: Cast) -> None:
    it, rooms = box(cast, "it", "service-desk"), box(cast, "rooms", "facilities-desk")
    came = bring(write(cast.requester), mailbox_id=rooms, further=(it, rooms))
    assert further(came.id) == [it]
    assert WorkItem.objects.get().team_id == cast.teams["facilities-desk"]


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("reject", "guest", TAKEN),
        ("hold", "guest", TAKEN),
        ("reject", "hold", HELD),
        ("hold", "reject", HELD),
    ],
)
def test_who_is_unknown_is_taken_by_the_mailbox_that_refuses_least(
    cast: Cast, first: str, second: str, state: IncomingState
) -> None:
    it = box(cast, "it", "service-desk", unknown=first)
    rooms = box(cast, "rooms", "facilities-desk", unknown=second)
    mail = write("vesna@elsewhere.example")
    came = bring(mail, mailbox_id=it)
    assert came.state is {"reject": IGNORED, "hold": HELD}[first]
    bring(mail, mailbox_id=rooms, at=later(1))
    run_jobs()
    assert incoming_message(came.id).state is state
    teams = list(WorkItem.objects.values_list("team_id", flat=True))
    assert teams == ([cast.teams["facilities-desk"]] if state is TAKEN else [])


def test_what_a_person_left_aside_stays_there(cast: Cast) -> None:
    it, rooms = (
        box(cast, "it", "service-desk"),
        box(cast, "rooms", "facilities-desk", unknown="guest"),
    )
    mail = write("vesna@elsewhere.example")
    came = bring(mail, mailbox_id=it)
    actions.ignore_held([came.id], actor=cast.agent, at=later(1))
    run_jobs()
    again = bring(mail, mailbox_id=rooms, at=later(2))
    assert (again.state, again.reason) == (IGNORED, IncomingReason.BY_HAND)
    assert "mail.route" not in waiting_jobs()
    assert further(came.id) == [rooms]


def test_both_teams_look_after_what_is_held(cast: Cast) -> None:
    it, rooms = box(cast, "it", "service-desk"), box(cast, "rooms", "facilities-desk")
    mail = write("vesna@elsewhere.example")
    came = bring(mail, mailbox_id=it)

    def seen() -> list[int]:
        held = queries.held_mail(state=HELD, actor=cast.facilities_agent)
        return [each.id for each in held.items]

    assert seen() == []
    bring(mail, mailbox_id=rooms, at=later(1))
    assert seen() == [came.id]
    shown = queries.held_message(came.id, actor=cast.facilities_agent)
    assert shown.also_to == ("Rooms",)
    assert len(queries.held_mail(state=HELD, actor=cast.agent).items) == 1


@pytest.mark.parametrize("written", ["desk.it@aldermoor.example", "Desk.IT+x@aldermoor.example"])
def test_mail_of_a_sender_of_ours_is_ours(cast: Cast, written: str) -> None:
    keep_sender(
        "service-desk",
        given=SenderGiven(name="Service desk", address="desk.it@aldermoor.example"),
        actor=cast.administrator,
        at=AT,
    )
    number = opened(cast.requester)
    came = bring(write(written, in_reply_to=reference(number)))
    assert (came.state, came.reason) == (IGNORED, IncomingReason.OWN_MESSAGE)
    assert bring(write(address(cast.requester))).state is TAKEN
    assert IncomingMessage.objects.filter(state=TAKEN).count() == 1
