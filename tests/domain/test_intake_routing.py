"""How a mail finds its case, and why nothing else matches."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.brought import DESK, address, bring, reference, write
from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.incidents import in_stage, row
from tests.ordered import offer_laptop, ordered
from tests.unit.mail.test_reading import PNG
from tests.witness import Witness
from timshel.context.people.models import Person
from timshel.kernel.actor import Channel
from timshel.operation.teamwork.actions import add_watcher
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.work.models import Attachment, Audience, Comment, WorkItem
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.events import (
    IncidentNoted,
    IncidentOpened,
    IncidentReplied,
)
from timshel.resolution_fulfilment.intake import actions, rules
from timshel.resolution_fulfilment.intake.models import MailEntry, MailPicture
from timshel.support.communication.actions import Message, queue_message
from timshel.support.communication.models import (
    IncomingMessage,
    Mailbox,
    MessageReport,
    OutgoingMessage,
)
from timshel.support.communication.states import IncomingReason, IncomingState

pytestmark = pytest.mark.usefixtures("shelf", "witness")

TAKEN, HELD, IGNORED = IncomingState.TAKEN, IncomingState.HELD, IncomingState.IGNORED


def said(number: str) -> list[tuple[str, str, str]]:
    """Return what was said of a case: who, to whom and what."""
    rows = Comment.objects.filter(work_item__number=number).order_by("pk")
    return [(each.author_name, each.audience, each.text) for each in rows]


# --- A case begins ---------------------------------------------------------------------------


def test_a_mail_of_somebody_known_opens_a_case(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        came = bring(write(cast.requester, "It is dark.\n\n-- \nImre", subject="No light"))
    item = WorkItem.objects.get(number=came.record.partition(".")[2])
    assert (came.state, came.sender, came.subject) == (TAKEN, address(cast.requester), "No light")
    assert (item.title, item.description, item.channel) == ("No light", "It is dark.", Channel.MAIL)
    assert item.requester_id == cast.requester.person_id
    entry = MailEntry.objects.get()
    assert (entry.work_item_id, entry.comment_id, entry.signature) == (item.pk, None, "--\nImre")
    assert [type(each) for each in seen.facts] == [IncidentOpened]
    assert seen.verbs == ["incident.opened", "incoming_message.taken"]


def test_a_mail_without_subject_is_called_by_what_it_says(cast: Cast) -> None:
    came = bring(write(cast.requester, "It is dark.", subject=""))
    assert WorkItem.objects.get(number=came.record.partition(".")[2]).title == "It is dark."


def test_what_was_forwarded_is_what_is_reported(cast: Cast) -> None:
    text = "FYI\n\n---------- Forwarded message ---------\nFrom: a@b.example\n\nIt is dark."
    came = bring(write(cast.requester, text, subject="Fwd: light"))
    assert "It is dark." in WorkItem.objects.get(number=came.record.partition(".")[2]).description


# --- field.md: a reply opened a new ticket instead of following up -----------------------------


@pytest.mark.parametrize("header", ["in_reply_to", "references"])
def test_a_reply_follows_up_by_our_reference(cast: Cast, header: str, witness: Witness) -> None:
    number = opened(cast.requester)
    text = "Still dark.\n\nOn Monday 2 March 2026 at 9:14, desk@x.example wrote:\n> Is it on?"
    headers = {header: f"<other@elsewhere.example> {reference(number)}", "subject": "anything"}
    with witness.watching() as seen:
        came = bring(write(cast.requester, text, **headers), at=later(5))
    assert (came.state, came.record) == (TAKEN, f"incident.{number}")
    assert said(number) == [(cast.requester.name, Audience.PUBLIC, "Still dark.")]
    assert MailEntry.objects.get().quoted.endswith("> Is it on?")
    assert [type(each) for each in seen.facts] == [IncidentReplied]
    assert WorkItem.objects.count() == 1


def test_every_mail_of_ours_carries_what_its_answer_is_known_by(cast: Cast) -> None:
    """Only 159 of 1,911 replies of others' carried a threading header: all of ours do."""

    number = opened(cast.requester)
    key = queue_message(
        Message(
            key="test/1",
            kind="incident.replied",
            thread=f"incident.{number}",
            person_id=cast.requester.person_id or 0,
            address=address(cast.requester),
            subject="Re",
            text="Is it on?",
        ),
        at=AT,
    )
    identity = OutgoingMessage.objects.get(pk=key).message_id
    came = bring(write(cast.requester, "Yes.", in_reply_to=identity, subject="Re"), at=later(5))
    assert came.record == f"incident.{number}"


def test_a_reply_follows_up_by_the_number_of_somebody_who_sees_the_case(cast: Cast) -> None:
    number = opened(cast.requester)
    came = bring(write(cast.requester, "Still dark.", subject=f"RE: [{number}] Light"))
    assert came.record == f"incident.{number}"


def test_a_number_in_the_subject_of_somebody_without_sight_opens_a_new_case(cast: Cast) -> None:
    number = opened(cast.requester, title="Salary letter cannot be printed")
    came = bring(write(cast.other_requester, "Hello?", subject=f"Re: {number}"))
    assert came.state is TAKEN
    assert came.record != f"incident.{number}"
    assert said(number) == []
    new = WorkItem.objects.get(number=came.record.partition(".")[2])
    assert "Salary" not in new.title + new.description
    assert not WorkLink.objects.exists()


def test_a_reply_of_an_agent_from_their_mail_program_is_a_public_reply(cast: Cast) -> None:
    number = opened(cast.requester)
    came = bring(write(cast.agent, "Please plug it in.", in_reply_to=reference(number)))
    assert came.record == f"incident.{number}"
    assert said(number) == [(cast.agent.name, Audience.PUBLIC, "Please plug it in.")]
    assert Comment.objects.get().by_requester is False


def test_a_reply_to_a_resolved_case_opens_it_again(cast: Cast) -> None:
    number = in_stage(Stage.RESOLVED, cast)
    bring(write(cast.requester, "Still dark.", in_reply_to=reference(number)), at=later(5))
    assert row(number).stage == Stage.IN_PROGRESS
    assert said(number)[-1][2] == "Still dark."


def test_a_word_of_thanks_opens_nothing_again(cast: Cast) -> None:
    number = in_stage(Stage.RESOLVED, cast)
    bring(write(cast.requester, "Thank you very much!", in_reply_to=reference(number)), at=later(5))
    assert row(number).stage == Stage.RESOLVED
    assert said(number)[-1][2] == "Thank you very much!"


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.CANCELLED])
def test_a_reply_to_a_case_that_has_ended_opens_one_beside_it(cast: Cast, stage: Stage) -> None:
    number = in_stage(stage, cast)
    came = bring(write(cast.requester, "Dark again.", in_reply_to=reference(number)), at=later(5))
    new = came.record.partition(".")[2]
    assert new != number
    assert row(number).stage == stage
    link = WorkLink.objects.select_related("source", "target").get()
    assert {link.source.number, link.target.number} == {number, new}


# --- field.md: one mail made several tickets ---------------------------------------------------


def test_one_mail_makes_one_entry_however_often_it_is_delivered(cast: Cast) -> None:
    mail = write(cast.requester)
    first = bring(mail)
    traced = b"Received: from a by b; Mon, 2 Mar 2026 12:00:00 +0000\r\n" + mail.as_bytes()
    assert bring(traced).id == first.id
    assert WorkItem.objects.count() == 1


def test_two_copies_on_different_ways_make_one_entry(cast: Cast) -> None:
    mail = write(cast.requester)
    first = bring(mail)
    mail["X-List"] = "one"
    second = bring(mail)
    assert second.id != first.id
    assert (second.state, second.reason) == (IGNORED, IncomingReason.DUPLICATE)
    assert second.record == first.record
    assert WorkItem.objects.count() == 1


def test_the_same_identity_in_other_mails_loses_none_of_them(cast: Cast) -> None:
    for text in ("One.", "Two."):
        assert bring(write(cast.requester, text, message_id="<1@x.example>")).state is TAKEN
    assert WorkItem.objects.count() == 2


def test_taking_up_again_changes_nothing(cast: Cast) -> None:
    came = bring(write(cast.requester))
    assert actions.take_up(came.id, actor=SYSTEM, at=later(5)) is TAKEN
    assert WorkItem.objects.count() == 1


# --- field.md: loops ---------------------------------------------------------------------------


def test_a_closed_case_is_not_opened_by_its_own_mail_on_every_run(cast: Cast) -> None:
    """A closed ticket's reply was imported on every run: once is once, whatever its stage."""
    number = in_stage(Stage.CLOSED, cast)
    mail = write(cast.requester, "Dark again.", in_reply_to=reference(number))
    first = bring(mail, at=later(5))
    for minutes in (10, 20, 30):
        assert bring(mail, at=later(minutes)).id == first.id
    assert WorkItem.objects.count() == 2


def test_a_no_reply_bounce_is_never_answered(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    mail = write("No Reply <noreply@elsewhere.example>", "Not read.", in_reply_to=reference(number))
    with witness.watching() as seen:
        came = bring(mail)
    assert (came.state, came.record) == (TAKEN, f"incident.{number}")
    ((author, audience, text),) = said(number)
    assert (author, audience) == ("Mail", Audience.INTERNAL)
    assert text.startswith("Automatic mail from noreply@elsewhere.example: Printer")
    assert [type(each) for each in seen.facts] == [IncidentNoted]


def test_a_bounce_is_attached_to_the_message_it_reports_on(cast: Cast) -> None:
    """A bounce of an alert made a ticket elsewhere: here it marks the message, and no case."""

    number = opened(cast.requester)
    key = queue_message(
        Message(
            key="test/2",
            kind="incident.replied",
            thread=f"incident.{number}",
            person_id=cast.requester.person_id or 0,
            address=address(cast.requester),
            subject="Re",
            text="Is it on?",
        ),
        at=AT,
    )
    sent = OutgoingMessage.objects.get(pk=key)
    OutgoingMessage.objects.filter(pk=key).update(state="sent", sent_at=AT)
    raw = (
        "From: MAILER-DAEMON@mail.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n"
        f"\r\nFinal-Recipient: rfc822; {sent.address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {sent.message_id}\r\n--b--\r\n"
    ).encode()
    came = bring(raw, envelope="")
    assert (came.state, came.reason) == (IGNORED, IncomingReason.DELIVERY_REPORT)
    assert came.record == f"incident.{number}"
    report = MessageReport.objects.get(message=sent)
    assert (report.action, report.status, report.said) == ("failed", "5.1.1", "550 no such user")
    assert WorkItem.objects.count() == 1


def test_machines_that_belong_to_no_case_are_left_aside(cast: Cast) -> None:
    came = bring(write("printer@elsewhere.example", auto_submitted="auto-generated"))
    assert (came.state, came.reason) == (IGNORED, IncomingReason.AUTOMATIC)
    actions.set_mail_rule(
        None, unknown_senders="hold", automatic_mail="hold", actor=cast.administrator, at=AT
    )
    came = bring(write("printer@elsewhere.example", auto_submitted="auto-generated"))
    assert (came.state, came.reason) == (HELD, IncomingReason.AUTOMATIC)


def test_behind_a_list_there_may_be_a_person(cast: Cast) -> None:
    through = write(cast.requester, list_post="<mailto:help@elsewhere.example>")
    came = bring(through)
    assert (came.state, came.reason) == (HELD, IncomingReason.AUTOMATIC)
    newsletter = write("news@elsewhere.example", list_unsubscribe="<mailto:x@elsewhere.example>")
    assert bring(newsletter).state is IGNORED


def test_machines_note_no_more_than_a_few_times_on_a_case(cast: Cast) -> None:
    number = opened(cast.requester)
    states = [
        bring(
            write(
                "a@elsewhere.example", f"{count}", in_reply_to=reference(number), precedence="bulk"
            )
        ).state
        for count in range(rules.MOST_NOTES_OF_CASE + 2)
    ]
    assert states == [TAKEN] * rules.MOST_NOTES_OF_CASE + [IGNORED] * 2


def test_our_own_mail_that_comes_back_is_left_aside(cast: Cast) -> None:
    number = opened(cast.requester)
    own = write(cast.requester, message_id=reference(number))
    assert bring(own).reason == IncomingReason.OWN_MESSAGE
    assert bring(write(DESK)).reason == IncomingReason.OWN_MESSAGE


def test_a_case_that_is_written_to_too_often_is_held(cast: Cast) -> None:
    number = opened(cast.requester)
    reasons = [
        bring(write(cast.requester, f"{count}", in_reply_to=reference(number)), at=later(1)).reason
        for count in range(rules.MOST_OF_CASE + 1)
    ]
    assert reasons == [IncomingReason.NONE] * rules.MOST_OF_CASE + [IncomingReason.LOOP]
    later_on = bring(write(cast.requester, "x", in_reply_to=reference(number)), at=later(90))
    assert later_on.state is TAKEN


def test_a_sender_who_writes_too_often_is_held(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_OF_SENDER", 3)
    reasons = [bring(write(cast.requester, f"{count}")).reason for count in range(4)]
    assert reasons == [IncomingReason.NONE] * 3 + [IncomingReason.LOOP]


# --- field.md: privacy -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"message_id": "", "in_reply_to": "<>", "references": "<> <>"},
        {"message_id": "", "in_reply_to": " "},
        {"in_reply_to": "<1@elsewhere.example>"},
        {"references": "<1.mail@elsewhere.example>"},
    ],
)
def test_an_empty_or_foreign_identity_matches_nothing(cast: Cast, headers: dict[str, str]) -> None:
    first = bring(write(cast.other_requester, "Secret.", message_id="<1@elsewhere.example>"))
    bring(write(cast.french_requester, "Mine.", message_id=""))
    came = bring(write(cast.requester, "Other.", **headers))
    assert came.state is TAKEN
    assert came.record != first.record
    assert WorkItem.objects.count() == 3
    assert not Comment.objects.exists()


def test_a_forged_reference_matches_nothing(cast: Cast) -> None:
    number = opened(cast.requester)
    forged = reference(number).replace(number, number[:-1] + str((int(number[-1]) + 1) % 10))
    came = bring(write(cast.requester, in_reply_to=forged))
    assert came.state is TAKEN
    assert came.record != f"incident.{number}"


def test_a_reference_of_ours_does_not_let_in_who_may_not_see_the_case(cast: Cast) -> None:
    number = opened(cast.requester)
    came = bring(write(cast.other_requester, in_reply_to=reference(number)))
    assert (came.state, came.reason) == (HELD, IncomingReason.NOT_ALLOWED)
    came = bring(write("stranger@elsewhere.example", in_reply_to=reference(number)))
    assert (came.state, came.reason) == (HELD, IncomingReason.UNKNOWN_SENDER)
    assert said(number) == []


# --- Unknown senders ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "state", "reason"),
    [
        ("guest", TAKEN, IncomingReason.NONE),
        ("hold", HELD, IncomingReason.UNKNOWN_SENDER),
        ("reject", IGNORED, IncomingReason.REFUSED_SENDER),
    ],
)
def test_unknown_senders_by_rule(
    cast: Cast, rule: str, state: IncomingState, reason: IncomingReason
) -> None:
    actions.set_mail_rule(
        None,
        service="mail",
        unknown_senders=rule,
        automatic_mail="ignore",
        actor=cast.administrator,
        at=AT,
    )
    came = bring(write("Vesna Unknown <vesna@elsewhere.example>"))
    assert (came.state, came.reason) == (state, reason)
    known = Person.objects.filter(email="vesna@elsewhere.example").values_list("name", flat=True)
    assert list(known) == (["Vesna Unknown"] if rule == "guest" else [])
    if rule == "guest":
        item = WorkItem.objects.get()
        assert item.service_id == cast.services["mail"]


def test_trusted_and_blocked_senders(cast: Cast) -> None:
    for pattern, verdict in (
        ("@elsewhere.example", "trusted"),
        ("bad@elsewhere.example", "blocked"),
    ):
        actions.judge_sender(pattern, verdict=verdict, actor=cast.administrator, at=AT)
    assert bring(write("a@mail.elsewhere.example")).state is TAKEN
    assert bring(write("bad@elsewhere.example")).reason == IncomingReason.REFUSED_SENDER
    assert bring(write("a@notelsewhere.example")).state is HELD


def test_a_mail_that_names_nobody_is_held(cast: Cast) -> None:
    actions.set_mail_rule(
        None, unknown_senders="guest", automatic_mail="ignore", actor=cast.administrator, at=AT
    )
    came = bring(b"Subject: x\r\n\r\nHello")
    assert (came.state, came.reason) == (HELD, IncomingReason.UNKNOWN_SENDER)


# --- Bounds, files, pictures -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b" \r\n", IncomingReason.UNREADABLE),
        (
            b"Content-Type: message/rfc822\r\n\r\n" * 500 + b"x",
            IncomingReason.TOO_MANY_PARTS,
        ),
    ],
)
def test_what_cannot_be_read_is_held(cast: Cast, raw: bytes, reason: IncomingReason) -> None:
    came = bring(raw)
    assert (came.state, came.reason) == (HELD, reason)
    assert IncomingMessage.objects.get(pk=came.id).sha256


def with_pictures(cast: Cast, count: int) -> EmailMessage:
    mail = write(cast.requester, "See.")
    html = "".join(f'<img src="cid:{each}@x">' for each in range(count))
    mail.add_alternative(f"<p>See.</p>{html}<img src='https://t.example/x'>", subtype="html")
    for each in range(count):
        mail.get_payload()[1].add_related(PNG, "image", "png", cid=f"<{each}@x>")
    return mail


def test_forty_three_pictures_are_kept_and_are_no_files(cast: Cast) -> None:
    bring(with_pictures(cast, 43))
    entry = MailEntry.objects.get()
    assert (entry.pictures_count, entry.has_html) == (43, True)
    assert MailPicture.objects.filter(entry=entry).count() == 43
    assert len(set(MailPicture.objects.values_list("sha256", flat=True))) == 1
    assert not Attachment.objects.exists()
    assert "t.example" not in entry.html


def test_more_files_than_a_form_takes_come_along(cast: Cast) -> None:
    number = opened(cast.requester)
    mail = write(cast.requester, "See.", in_reply_to=reference(number))
    for each in range(13):
        mail.add_attachment(b"x%d" % each, maintype="text", subtype="plain", filename=f"{each}.txt")
    mail.add_attachment(b"", maintype="text", subtype="plain", filename="empty.txt")
    bring(mail)
    files = Attachment.objects.filter(work_item__number=number)
    assert sorted(files.values_list("name", flat=True)) == sorted(f"{n}.txt" for n in range(13))
    assert set(files.values_list("comment_id", flat=True)) == {Comment.objects.get().pk}


def test_a_very_long_text_comes_along_as_a_file(cast: Cast) -> None:
    came = bring(write(cast.requester, "word " * 20_000))
    item = WorkItem.objects.get(number=came.record.partition(".")[2])
    assert len(item.description) < 50_000
    assert Attachment.objects.get().name == "message.txt"


def test_the_team_of_the_mailbox_keeps_what_leads_nowhere(cast: Cast) -> None:

    box = Mailbox.objects.create(
        code="rooms",
        name="Rooms",
        address="rooms@timshel.example",
        team_id=cast.teams["facilities-desk"],
    )
    came = bring(write(cast.requester), mailbox_id=box.pk)
    item = WorkItem.objects.get(number=came.record.partition(".")[2])
    assert item.team_id == cast.teams["facilities-desk"]


def test_a_request_is_replied_to_as_well(cast: Cast) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester)
    came = bring(
        write(
            cast.requester,
            "In grey, please.",
            in_reply_to=reference(number, kind="service_request"),
        )
    )
    assert came.record == f"service_request.{number}"
    assert said(number) == [(cast.requester.name, Audience.PUBLIC, "In grey, please.")]


def test_somebody_who_watches_may_not_reply_by_mail(cast: Cast) -> None:
    """Who only follows a case does not speak in it: a person decides about their mail."""

    number = opened(cast.requester)
    add_watcher(number, person_id=cast.other_requester.person_id or 0, actor=cast.agent, at=AT)
    came = bring(write(cast.other_requester, in_reply_to=reference(number)))
    assert (came.state, came.reason) == (HELD, IncomingReason.NOT_ALLOWED)
