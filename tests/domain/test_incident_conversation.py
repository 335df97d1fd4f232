"""Replies, notes and files: who starts, stops and resumes by them, and who never reads them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.cast import AT, Cast, later, opened
from tests.incidents import in_stage, row, upload
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.work.files import Upload, path_of
from timshel.operation.work.models import Attachment, Comment
from timshel.operation.work.states import Stage, WaitingReason
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.resolution_fulfilment.incident import queries
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    cancel_incident,
    change_incident,
    escalate_incident,
    note_on_incident,
    reopen_incident,
    reply_to_incident,
    resolve_incident,
    wait_incident,
)
from timshel.resolution_fulfilment.incident.events import IncidentNoted, IncidentReplied

SECRET = "quokka"

# What a process sets is chosen by nobody.
BY_HAND = set(WaitingReason) - {WaitingReason.APPROVAL}


def responded(number: str) -> bool:
    return bool(clocks_of(row(number).pk, at=later(60))[0].stopped_at)


class TestHelpersReply:
    def test_the_first_starts_and_keeps_the_promise_to_answer(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            event = reply_to_incident(
                number, text=" Is the lamp on?\n", actor=cast.agent, at=later(5)
            )
        item, said = row(number), Comment.objects.get(work_item__number=number)
        assert (item.stage, item.version, item.updated_at) == ("in_progress", 3, later(5))
        assert item.assignee_id is None
        assert (said.text, said.audience, said.by_requester) == (
            "Is the lamp on?",
            "public",
            False,
        )
        assert (said.author_id, said.author_name, said.channel, said.at) == (
            cast.agent.person_id,
            "Jonas Okereke-Vale",
            "desk",
            later(5),
        )
        assert [(entry.verb, entry.version) for entry in seen.entries] == [
            ("incident.replied", 2),
            ("incident.started", 3),
        ]
        assert seen.entries[0].changes == {
            "comment": [None, said.pk],
            "audience": [None, "public"],
            "response": [None, True],
        }
        assert seen.entries[1].changes == {"stage": ["new", "in_progress"]}
        assert seen.fact == event
        assert event == IncidentReplied(
            item.pk, number, later(5), cast.agent.person_id, said.pk, by_requester=False
        )
        assert {f"work_item:{item.pk}", f"person:{cast.requester.person_id}"} <= seen.regions
        assert clocks_of(item.pk, at=later(60))[0].stopped_at == later(5)

    def test_a_later_one_moves_nothing(self, cast: Cast, witness: Witness) -> None:
        number = in_stage(Stage.IN_PROGRESS, cast)
        with witness.watching() as seen:
            reply_to_incident(number, text="Still looking.", actor=cast.agent, at=later(5))
        assert seen.verbs == ["incident.replied"]

    def test_may_wait_for_the_answer(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.watching() as seen:
            reply_to_incident(
                number, text="Which one?", wait_for_requester=True, actor=cast.agent, at=later(5)
            )
        assert (row(number).stage, row(number).waiting_reason) == ("waiting", "requester")
        assert seen.verbs == ["incident.replied", "incident.waited"]
        assert seen.entries[1].changes == {
            "stage": ["new", "waiting"],
            "waiting_reason": [None, "requester"],
        }
        respond, resolve = clocks_of(row(number).pk, at=later(60))
        assert respond.stopped_at == later(5)
        assert (resolve.state, resolve.paused_since, resolve.paused_reason) == (
            "paused",
            later(5),
            "requester",
        )

    def test_what_waits_for_something_else_goes_on_doing_so(self, cast: Cast) -> None:
        number = in_stage(Stage.WAITING, cast)
        reply_to_incident(
            number, text="Which one?", wait_for_requester=True, actor=cast.agent, at=later(5)
        )
        assert row(number).waiting_reason == "supplier"

    def test_on_what_is_resolved(self, cast: Cast) -> None:
        number = in_stage(Stage.RESOLVED, cast)
        reply_to_incident(
            number, text="Does it work?", wait_for_requester=True, actor=cast.agent, at=later(5)
        )
        assert row(number).stage == "resolved"


class TestRequestersReply:
    def test_ends_the_waiting_for_it(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        reply_to_incident(
            number, text="Which one?", wait_for_requester=True, actor=cast.agent, at=later(5)
        )
        with witness.watching() as seen:
            event = reply_to_incident(
                number, text="The left one.", actor=cast.requester, at=later(20)
            )
        assert (row(number).stage, row(number).waiting_reason) == ("in_progress", None)
        assert seen.verbs == ["incident.replied", "incident.resumed"]
        assert seen.entries[0].changes.keys() == {"comment", "audience"}
        assert seen.entries[1].changes == {
            "stage": ["waiting", "in_progress"],
            "waiting_reason": ["requester", None],
        }
        assert event.by_requester
        assert Comment.objects.get(pk=event.comment_id).channel == "portal"
        assert clocks_of(row(number).pk, at=later(20))[1].state == "running"

    @pytest.mark.parametrize("reason", sorted(BY_HAND - {WaitingReason.REQUESTER}))
    def test_no_other_waiting(self, reason: WaitingReason, cast: Cast) -> None:
        number = opened(cast.requester)
        wait_incident(number, reason=reason, actor=cast.agent, at=later(5))
        reply_to_incident(number, text="And now?", actor=cast.requester, at=later(6))
        assert (row(number).stage, row(number).waiting_reason) == ("waiting", reason)

    def test_is_no_answer_to_oneself(self, cast: Cast) -> None:
        number = opened(cast.requester)
        reply_to_incident(number, text="Hello?", actor=cast.requester, at=later(5))
        assert row(number).stage == "new"
        assert not responded(number)

    def test_waits_for_nobody(self, cast: Cast) -> None:
        number = opened(cast.requester)
        reply_to_incident(
            number, text="Hello?", wait_for_requester=True, actor=cast.requester, at=later(5)
        )
        assert row(number).stage == "new"

    def test_a_helper_who_asked_speaks_as_requester(self, cast: Cast) -> None:
        number = opened(cast.agent)
        event = reply_to_incident(number, text="Hello?", actor=cast.agent, at=later(5))
        assert event.by_requester
        assert not responded(number)

    def test_a_helper_who_reported_it_for_somebody_speaks_as_helper(self, cast: Cast) -> None:
        number = opened(cast.agent, requester_id=cast.requester.person_id)
        event = reply_to_incident(number, text="Hello?", actor=cast.agent, at=later(5))
        assert not event.by_requester
        assert responded(number)

    def test_who_reported_it_for_somebody_without_being_a_helper_speaks_for_them(
        self, cast: Cast
    ) -> None:
        number = opened(cast.manager, requester_id=cast.requester.person_id)
        event = reply_to_incident(number, text="Hello?", actor=cast.manager, at=later(5))
        assert event.by_requester

    @pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.CANCELLED])
    def test_not_on_what_is_finished(self, stage: Stage, cast: Cast, witness: Witness) -> None:
        number = in_stage(stage, cast)
        with witness.refused(WrongState) as refusal:
            reply_to_incident(number, text="Hello?", actor=cast.requester, at=later(5))
        assert "reopen" in str(refusal.value)


class TestNotes:
    @pytest.mark.parametrize("stage", Stage)
    def test_in_any_stage(self, stage: Stage, cast: Cast, witness: Witness) -> None:
        number = in_stage(stage, cast)
        with witness.watching() as seen:
            event = note_on_incident(number, text=" Third time. ", actor=cast.agent, at=later(5))
        said = Comment.objects.get(work_item__number=number)
        assert (said.text, said.audience, said.by_requester) == ("Third time.", "internal", False)
        assert row(number).stage == stage
        assert seen.entry.verb == "incident.noted"
        assert seen.entry.changes == {"comment": [None, said.pk], "audience": [None, "internal"]}
        assert seen.fact == event
        assert event == IncidentNoted(
            row(number).pk, number, later(5), cast.agent.person_id, said.pk
        )

    def test_is_no_answer(self, cast: Cast) -> None:
        number = opened(cast.requester)
        note_on_incident(number, text="Third time.", actor=cast.agent, at=later(5))
        assert row(number).stage == "new"
        assert not responded(number)

    def test_not_by_the_requester(self, cast: Cast, witness: Witness) -> None:
        number = opened(cast.requester)
        with witness.refused(NotAllowed):
            note_on_incident(number, text="Hm.", actor=cast.requester, at=later(5))


@pytest.mark.parametrize("say", [reply_to_incident, note_on_incident])
@pytest.mark.parametrize("text", ["", " \n\t", "a\0b", "\ud800", "x" * 50_001])
def test_nothing_that_can_be_kept_was_said(
    say: Any, text: str, cast: Cast, witness: Witness
) -> None:
    number = opened(cast.requester)
    with witness.refused(Invalid) as refusal:
        say(number, text=text, actor=cast.agent, at=later(5))
    assert set(refusal.value.fields) == {"text"}


def test_the_longest_that_is_taken(cast: Cast) -> None:
    number = opened(cast.requester)
    reply_to_incident(number, text="x" * 50_000, actor=cast.agent, at=later(5))
    assert len(Comment.objects.get().text) == 50_000


class TestFiles:
    def test_come_with_a_reply(self, cast: Cast, witness: Witness, shelf: Path) -> None:
        number = opened(cast.requester)
        files = (upload("one.txt", b"1", "text/plain"), upload("two.html", b"2", "text/html"))
        with witness.watching() as seen:
            event = reply_to_incident(
                number, text="", files=files, actor=cast.requester, at=later(5)
            )
        assert seen.entry.changes["files"] == [None, ["one.txt", "two.html"]]
        view = queries.case(number, actor=cast.requester, at=later(6))
        assert view.attachments == ()
        (said,) = view.conversation
        assert said.id == event.comment_id
        assert [(each.name, each.media_type, each.size) for each in said.attachments] == [
            ("one.txt", "text/plain", 1),
            ("two.html", "application/octet-stream", 1),
        ]

    def test_of_a_report_belong_to_no_reply(self, cast: Cast, shelf: Path) -> None:
        number = opened(cast.requester, files=(upload(),))
        (file,) = queries.case(number, actor=cast.requester, at=later(1)).attachments
        shown, path = queries.attachment(file.id, actor=cast.requester)
        assert shown == file
        assert path.read_bytes() == b"\x89PNG"
        assert path.is_relative_to(shelf)

    @pytest.mark.parametrize(
        ("files", "words"),
        [
            ([upload("empty.txt", b"")], "“empty.txt” is empty"),
            ([upload("ok.txt", b"1"), upload("big.txt", b"x" * 101)], "“big.txt” is too large"),
            ([upload("../e\0vil.txt", b"x" * 101)], "“evil.txt” is too large"),
            ([upload("ok.txt", b"1")] * 11, "at most 10 files"),
        ],
    )
    def test_that_are_refused(
        self,
        files: list[Upload],
        words: str,
        cast: Cast,
        witness: Witness,
        shelf: Path,
        settings: Any,
    ) -> None:
        settings.ATTACHMENT_MAX_BYTES = 100
        number = opened(cast.requester)
        for attempt in ("reply", "note", "report"):
            sent = tuple(
                Upload(each.name, each.media_type, BytesIO(each.content.getvalue()), each.size)
                for each in files
            )
            with witness.refused(Invalid) as refusal:
                match attempt:
                    case "reply":
                        reply_to_incident(
                            number, text="x", files=sent, actor=cast.agent, at=later(5)
                        )
                    case "note":
                        note_on_incident(
                            number, text="x", files=sent, actor=cast.agent, at=later(5)
                        )
                    case "report":
                        opened(cast.requester, files=sent)
            (message,) = refusal.value.fields["files"]
            assert words in str(message)

    def test_ten_of_the_largest_size_are_taken(
        self, cast: Cast, shelf: Path, settings: Any
    ) -> None:
        settings.ATTACHMENT_MAX_BYTES = 100
        files = tuple(upload(f"{each}.txt", b"x" * 100) for each in range(10))
        number = opened(cast.requester, files=files)
        assert Attachment.objects.filter(work_item__number=number).count() == 10

    def test_the_same_content_is_kept_once(self, cast: Cast, shelf: Path) -> None:
        for name in ("one.txt", "two.txt"):
            opened(cast.requester, files=(upload(name, b"same"),))
        assert len(set(Attachment.objects.values_list("sha256", flat=True))) == 1
        assert sum(path.is_file() for path in shelf.rglob("*")) == 1


def words_in(value: Any) -> list[str]:
    """Return every text anywhere in a read model."""
    if is_dataclass(value):
        return [word for each in fields(value) for word in words_in(getattr(value, each.name))]
    if isinstance(value, dict):
        return [word for pair in value.items() for word in words_in(pair)]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [word for each in value for word in words_in(each)]
    return [str(value)]


class TestWhatRequestersNeverRead:
    """Every internal word holds the secret; it is looked for in all that a reader is given."""

    @pytest.fixture
    def number(self, cast: Cast, shelf: Path) -> str:
        number = opened(cast.requester, files=(upload("mine.txt", b"mine"),))
        by: dict[str, Any] = {"actor": cast.lead, "at": later(5)}
        note_on_incident(
            number,
            text=f"Says the {SECRET} bit it.",
            files=(upload(f"{SECRET}.txt", b"bitten", "text/plain"),),
            **by,
        )
        note_on_incident(number, text="", files=(upload(f"2-{SECRET}.txt", b"2"),), **by)
        reply_to_incident(number, text="We are looking.", files=(upload("ours.txt"),), **by)
        wait_incident(number, reason=WaitingReason.SUPPLIER, note=f"A {SECRET} trap.", **by)
        change_incident(
            number,
            changes={"priority": 1, "priority_reason": f"It is a {SECRET}."},
            seen_version=row(number).version,
            **by,
        )
        escalate_incident(number, reason=f"Who knows {SECRET}s?", **by)
        resolve_incident(number, code="fixed", text="New cable.", **by)
        reopen_incident(number, reason=f"The {SECRET} is back.", **by)
        return number

    READERS = ("requester", "manager", "administrator")

    def test_a_helper_reads_all_of_it(self, number: str, cast: Cast) -> None:
        view = queries.incident(number, actor=cast.lead, at=later(6))
        assert view.may_read_notes
        texts = " ".join(words_in(view))
        for word in ("bit it", f"2-{SECRET}.txt", "trap", "It is a", "Who knows", "is back"):
            assert word in texts
        assert [each.is_internal for each in view.conversation] == [True, True, False]

    def test_the_case(self, number: str, cast: Cast) -> None:
        view = queries.case(number, actor=cast.requester, at=later(6))
        assert SECRET not in " ".join(words_in(view))
        assert [each.text for each in view.conversation] == ["We are looking."]
        assert [each.name for each in view.attachments] == ["mine.txt"]

    @pytest.mark.parametrize("who", READERS)
    def test_the_record(self, who: str, number: str, cast: Cast) -> None:
        view = queries.incident(number, actor=getattr(cast, who), at=later(6))
        assert not view.may_read_notes
        assert SECRET not in " ".join(words_in(view))
        assert [each.text for each in view.conversation] == ["We are looking."]
        assert [line.verb for line in view.history] == [
            "incident.opened",
            "incident.replied",
            "incident.started",
            "incident.waited",
            "incident.resolved",
            "incident.reopened",
        ]
        shown = {name for line in view.history for name in line.changes}
        assert shown == {"stage", "title", "service", "waiting_reason", "resolution_text"}

    @pytest.mark.parametrize("who", READERS)
    def test_the_files(self, who: str, number: str, cast: Cast) -> None:
        for file in Attachment.objects.filter(work_item__number=number):
            if file.audience == "internal":
                with pytest.raises(NotFound):
                    queries.attachment(file.pk, actor=getattr(cast, who))
            else:
                assert queries.attachment(file.pk, actor=getattr(cast, who))[0].name == file.name
            assert queries.attachment(file.pk, actor=cast.lead)[1] == path_of(file.sha256)

    def test_lists_search_no_note(self, number: str, cast: Cast) -> None:
        found = queries.case_list(actor=cast.requester, at=later(6), text=SECRET)
        assert found.items == ()
        filters = queries.IncidentFilters(text=SECRET)
        assert queries.incident_count(filters, actor=cast.manager, at=AT) == 0

    def test_cancelling_tells_no_reason(self, cast: Cast) -> None:
        number = opened(cast.requester)
        cancel_incident(number, reason=f"A {SECRET}.", actor=cast.lead, at=later(5))
        for view in (
            queries.case(number, actor=cast.requester, at=later(6)),
            queries.incident(number, actor=cast.requester, at=later(6)),
        ):
            assert SECRET not in " ".join(words_in(view))


def test_files_of_others_are_not_found(cast: Cast, shelf: Path) -> None:
    number = opened(cast.requester, files=(upload(),))
    (file,) = queries.case(number, actor=cast.requester, at=later(1)).attachments
    for who in ("other_requester", "customer", "engineer", "facilities_agent"):
        with pytest.raises(NotFound):
            queries.attachment(file.id, actor=getattr(cast, who))
    for key in (0, -1, 10**9, 2**70):
        with pytest.raises(NotFound):
            queries.attachment(key, actor=cast.process_owner)
    assign_incident(number, team="workplace", actor=cast.agent, at=later(2))
    assert queries.attachment(file.id, actor=cast.engineer)[0] == file
    with pytest.raises(NotFound):
        queries.attachment(file.id, actor=cast.agent)


def test_a_case_is_for_those_who_asked(cast: Cast) -> None:
    number = opened(cast.agent, requester_id=cast.requester.person_id)
    for who in ("requester", "agent"):
        assert queries.case(number, actor=getattr(cast, who), at=later(1)).row.number == number
    for who in ("lead", "manager", "process_owner", "other_requester"):
        with pytest.raises(NotFound):
            queries.case(number, actor=getattr(cast, who), at=later(1))
