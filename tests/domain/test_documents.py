"""Controlled documents: who writes, approves, reads and confirms them, and what the clock does."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later
from tests.documents import APPROVER, approved, begun, drafted, effective, facts, told
from tests.witness import Witness
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused, WrongState
from timshel.kernel.search.language import read
from timshel.kernel.search.sources import Narrowing
from timshel.support.documentation import access, actions, queries
from timshel.support.documentation.events import (
    DocumentApproved,
    DocumentSentBack,
    DocumentSubmitted,
    DocumentTookEffect,
    DocumentWithdrawn,
)
from timshel.support.documentation.models import Confirmation, Document, DocumentVersion
from timshel.support.documentation.queries import DocumentFilter
from timshel.support.documentation.rules import (
    Audience,
    DocumentFacts,
    GivenFile,
    LineMark,
    VersionContent,
    differences,
    months_after,
)
from timshel.support.documentation.searching import DocumentSource, words_after
from timshel.support.documentation.states import (
    VERSIONS,
    AboutKind,
    DocumentKind,
    VersionState,
    VersionTrigger,
)

pytestmark = pytest.mark.django_db
FACTS = [
    DocumentSubmitted,
    DocumentSentBack,
    DocumentApproved,
    DocumentTookEffect,
    DocumentWithdrawn,
]
TABLE = {
    ("draft", "submit"): "in_review",
    ("in_review", "send_back"): "draft",
    ("approved", "send_back"): "draft",
    ("in_review", "approve"): "approved",
    ("approved", "take_effect"): "effective",
    ("effective", "supersede"): "superseded",
    ("draft", "withdraw"): "withdrawn",
    ("in_review", "withdraw"): "withdrawn",
    ("approved", "withdraw"): "withdrawn",
    ("effective", "withdraw"): "withdrawn",
}


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, list(FACTS))


def numbers(who: Actor, **narrowed: Any) -> list[str]:
    page = queries.document_list(actor=who, at=later(), narrowed=DocumentFilter(**narrowed))
    return [row.number for row in page.items]


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize("trigger", list(VersionTrigger))
def test_a_version_moves_as_the_table_says(state: VersionState, trigger: VersionTrigger) -> None:
    target = TABLE.get((state.value, trigger.value))
    assert VERSIONS.allows(state, trigger) == (target is not None)
    if target is None:
        with pytest.raises(WrongState):
            VERSIONS.target(state, trigger)
    else:
        assert VERSIONS.target(state, trigger) == target


def test_months_end_with_the_month() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 3, 2), 12) == date(2027, 3, 2)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_differences_mark_lines() -> None:
    found = differences("one\ntwo\nthree", "one\n2\nthree\nfour")
    assert [(line.mark, line.text) for line in found] == [
        (LineMark.SAME, "one"),
        (LineMark.REMOVED, "two"),
        (LineMark.ADDED, "2"),
        (LineMark.SAME, "three"),
        (LineMark.ADDED, "four"),
    ]


class TestWriting:
    def test_a_document_is_begun_written_and_changed(self, cast: Cast, witness: Witness) -> None:
        with witness.watching() as seen:
            number = begun(cast, at=later())
        assert seen.verbs == ["document.created"]
        assert seen.entry.changes["owner"] == [None, "bastian.nwosu"]
        assert seen.regions == {"documents"}
        with witness.watching() as seen:
            assert drafted(cast, number, at=later(1)) == 1
        assert seen.verbs == ["document.drafted"]
        assert seen.entry.changes["text"] == [None, 16]
        with witness.unmoved():
            drafted(cast, number, at=later(2))
        with witness.watching() as seen:
            drafted(cast, number, at=later(3), text="Restore it.")
        assert seen.verbs == ["document.draft_changed"]
        with witness.watching() as seen:
            actions.change_document(
                number, facts=facts(title="Incidents"), actor=cast.process_owner, at=later(4)
            )
        assert seen.entry.changes == {"title": ["Incident procedure", "Incidents"]}
        with witness.unmoved():
            actions.change_document(
                number, facts=facts(title="Incidents"), actor=cast.process_owner, at=later(5)
            )
        view = queries.document_view(number, actor=cast.process_owner, at=later())
        assert (view.row.title, view.row.revision, view.row.coming) == ("Incidents", 4, "draft")
        assert queries.number_by_code("incident-procedure", actor=cast.process_owner) == number
        assert queries.number_by_code("incident-procedure", actor=cast.requester) is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": " "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"code": "Not so"}, "code"),
            ({"code": "x" * 61}, "code"),
            ({"clause": "seven"}, "clause"),
            ({"owner": "nobody"}, "owner"),
            ({"owner": "nora.fitzallan"}, "owner"),
            ({"about_kind": AboutKind.SERVICE}, "about_code"),
            ({"about_code": "mail"}, "about_code"),
            ({"review_months": 0}, "review_months"),
            ({"retention_months": 601}, "retention_months"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, cast: Cast, witness: Witness, change: dict[str, Any], field: str
    ) -> None:
        with witness.refused(Invalid) as caught:
            begun(cast, at=later(), **change)
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_a_code_is_taken_once(self, cast: Cast, witness: Witness) -> None:
        begun(cast, at=later())
        with witness.refused(Invalid):
            begun(cast, at=later())

    def test_only_who_keeps_documents_begins_them(self, cast: Cast, witness: Witness) -> None:
        for who in (cast.requester, cast.agent, cast.manager, cast.auditor):
            with witness.refused(NotAllowed):
                begun(cast, at=later(), by=who)
        with witness.refused(NotAllowed):
            begun(cast, at=later(), by=cast.service_owner)
        own = begun(cast, at=later(), by=cast.service_owner, owner="adaeze.thornquist")
        for who in (cast.manager, cast.auditor):
            with witness.refused(NotAllowed):
                actions.change_document(own, facts=facts(), actor=who, at=later())
        with witness.refused(NotFound):
            actions.change_document(own, facts=facts(), actor=cast.requester, at=later())
        with witness.refused(NotAllowed):
            actions.change_document(own, facts=facts(), actor=cast.service_owner, at=later())
        with witness.refused(NotAllowed):
            actions.save_draft(own, content=VersionContent("x"), actor=SYSTEM, at=later())

    def test_two_who_write_at_once_do_not_overwrite(self, cast: Cast, witness: Witness) -> None:
        number = begun(cast, at=later())
        drafted(cast, number, at=later())
        with witness.refused(WrongState):
            actions.change_document(
                number, facts=facts(title="x"), actor=cast.process_owner, at=later(), revision=1
            )
        with witness.refused(WrongState):
            actions.save_draft(
                number,
                content=VersionContent("y"),
                actor=cast.process_owner,
                at=later(),
                revision=1,
            )

    def test_a_version_needs_a_text_or_a_file(
        self, cast: Cast, witness: Witness, settings: Any, tmp_path: Path
    ) -> None:
        settings.DATA_DIRECTORY = tmp_path
        number = begun(cast, at=later())
        save: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        for text in ("", "\0", "x" * 200_001):
            with witness.refused(Invalid):
                actions.save_draft(number, content=VersionContent(text), **save)
        with witness.refused(Invalid):
            empty = GivenFile("a.pdf", "application/pdf", io.BytesIO(b""))
            actions.save_draft(number, content=VersionContent(""), file=empty, **save)
        file = GivenFile("../plan.html", "text/html; charset=utf-8", io.BytesIO(b"<p>"))
        actions.save_draft(number, content=VersionContent(""), file=file, **save)
        row = queries.version_view(number, 1, actor=cast.process_owner, at=later()).version
        assert (row.file_name, row.file_media_type, row.file_size) == (
            "plan.html",
            "application/octet-stream",
            3,
        )
        actions.save_draft(number, content=VersionContent("Text"), without_file=True, **save)
        row = queries.version_view(number, 1, actor=cast.process_owner, at=later()).version
        assert row.file_name == ""


class TestPublishing:
    def test_a_version_is_submitted_approved_and_supersedes(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = effective(cast, at=later())
        drafted(cast, number, at=later(1), text="Restore service at once.")
        with witness.watching() as seen:
            actions.submit_draft(number, approver=APPROVER, actor=cast.process_owner, at=later(2))
        assert seen.verbs == ["document.submitted"]
        assert seen.fact.approver_id == cast.manager.person_id
        with witness.unmoved():
            actions.submit_draft(number, approver=APPROVER, actor=cast.process_owner, at=later(3))
        with witness.refused(WrongState):
            drafted(cast, number, at=later(3))
        for who in (cast.process_owner, cast.auditor):
            with witness.refused(NotAllowed):
                actions.approve_version(number, actor=who, at=later(3))
        with witness.watching() as seen:
            actions.approve_version(number, actor=cast.manager, at=later(4))
        assert seen.verbs == ["document.approved", "document.took_effect"]
        view = queries.document_view(number, actor=cast.process_owner, at=later())
        assert [(row.number, row.state) for row in view.versions] == [
            (2, "effective"),
            (1, "superseded"),
        ]
        assert view.versions[1].kept_until == date(2029, 3, 2)
        assert view.text == "Restore service at once."
        assert view.row.review_date == date(2027, 3, 2)
        with witness.refused(WrongState):
            actions.approve_version(number, actor=cast.manager, at=later(5))
        told_apart = queries.compared(number, 1, 2, actor=cast.process_owner, at=later())
        assert [line.mark for line in told_apart.lines] == ["removed", "added"]

    def test_nobody_approves_what_they_wrote(self, cast: Cast, witness: Witness) -> None:
        number = begun(cast, at=later())
        submit: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.refused(WrongState):
            actions.submit_draft(number, approver=APPROVER, **submit)
        drafted(cast, number, at=later())
        for approver in ("bastian.nwosu", "nobody", ""):
            with witness.refused(Invalid):
                actions.submit_draft(number, approver=approver, **submit)

    def test_it_is_sent_back_with_a_reason(self, cast: Cast, witness: Witness) -> None:
        number = begun(cast, at=later())
        drafted(cast, number, at=later())
        with witness.refused(WrongState):
            actions.send_back(number, reason="No.", actor=cast.process_owner, at=later())
        actions.submit_draft(number, approver=APPROVER, actor=cast.process_owner, at=later())
        with witness.refused(Invalid):
            actions.send_back(number, reason=" ", actor=cast.manager, at=later())
        with witness.refused(NotAllowed):
            actions.send_back(number, reason="No.", actor=cast.auditor, at=later())
        with witness.watching() as seen:
            actions.send_back(number, reason="Who is told?", actor=cast.manager, at=later())
        assert seen.verbs == ["document.sent_back"]
        assert isinstance(seen.fact, DocumentSentBack)
        view = queries.document_view(number, actor=cast.process_owner, at=later())
        assert view.coming is not None
        assert view.coming.sent_back_reason == "Who is told?"

    def test_what_is_approved_for_later_waits_for_its_day(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = effective(cast, at=later())
        approved(cast, number, at=later(1), text="Later.", effective_date=date(2026, 3, 5))
        assert Document.objects.get().current.number == 1
        assert actions.bring_into_effect_due(actor=SYSTEM, at=later(days=2)) == 0
        with witness.watching() as seen:
            assert actions.bring_into_effect_due(actor=SYSTEM, at=later(days=3)) == 1
        assert seen.fact == DocumentTookEffect(
            Document.objects.get().pk, 2, later(days=3), None, asks_reading=True
        )
        assert actions.bring_into_effect_due(actor=SYSTEM, at=later(days=3)) == 0
        assert Document.objects.get().content == "Later."

    def test_it_is_looked_at_again(self, cast: Cast, witness: Witness) -> None:
        number = begun(cast, at=later())
        with witness.refused(WrongState):
            actions.review_document(number, note="", actor=cast.process_owner, at=later())
        approved(cast, number, at=later())
        late = later(days=400)
        page = queries.document_list(
            actor=cast.auditor, at=late, narrowed=DocumentFilter(is_overdue=True)
        )
        assert [(row.number, row.is_overdue) for row in page.items] == [(number, True)]
        with witness.refused(NotAllowed):
            actions.review_document(number, note="", actor=cast.auditor, at=late)
        with witness.watching() as seen:
            actions.review_document(number, note="Right.", actor=cast.process_owner, at=late)
        assert seen.verbs == ["document.reviewed"]
        with witness.unmoved():
            actions.review_document(number, note="", actor=cast.process_owner, at=late)
        view = queries.document_view(number, actor=cast.auditor, at=late)
        assert view.row.review_date == months_after(late.date(), 12)
        actions.change_document(
            number, facts=facts(review_months=6), actor=cast.process_owner, at=late
        )
        assert Document.objects.get().review_date == months_after(late.date(), 6)

    def test_it_is_withdrawn_with_all_that_was_to_come(self, cast: Cast, witness: Witness) -> None:
        number = effective(cast, at=later())
        drafted(cast, number, at=later(), text="Next.")
        withdraw: dict[str, Any] = {"actor": cast.process_owner, "at": later(1)}
        with witness.refused(Invalid):
            actions.withdraw_document(number, reason="", **withdraw)
        with witness.watching() as seen:
            actions.withdraw_document(number, reason="Part of the plan now.", **withdraw)
        assert seen.verbs == ["document.withdrawn"]
        with witness.unmoved():
            actions.withdraw_document(number, reason="Again.", **withdraw)
        states = DocumentVersion.objects.values_list("state", flat=True)
        assert set(states) == {"withdrawn"}
        assert numbers(cast.requester) == []
        assert numbers(cast.auditor, state=VersionState.WITHDRAWN) == [number]
        for deed in (
            lambda: drafted(cast, number, at=later(2), text="New."),
            lambda: actions.change_document(
                number, facts=facts(title="x"), actor=cast.process_owner, at=later(2)
            ),
            lambda: told(cast, number, Audience(is_staff=True), at=later(2)),
        ):
            with witness.refused(WrongState):
                deed()


class TestReading:
    def test_drafts_are_known_to_few(self, cast: Cast) -> None:
        number = begun(cast, at=later())
        drafted(cast, number, at=later())
        actions.submit_draft(number, approver="jonas.okereke", actor=cast.process_owner, at=later())
        for who in (cast.requester, cast.second_agent, cast.customer, cast.service_owner):
            assert numbers(who) == []
            assert not access.may_see(number, actor=who)
        for who in (cast.process_owner, cast.agent, cast.manager, cast.auditor, SYSTEM):
            assert numbers(who, state=VersionState.IN_REVIEW) == [number]
            assert access.may_see(number, actor=who)
            document = access.known(number, actor=who)
            version = DocumentVersion.objects.get()
            assert access.may_read_version(version, document, actor=who)
        assert queries.document_view(number, actor=cast.agent, at=later()).may_approve

    def test_what_holds_is_read_by_all_staff_or_by_whom_it_is_for(self, cast: Cast) -> None:
        number = effective(cast, at=later())
        drafted(cast, number, at=later(), text="Secret words")
        everybody = (cast.requester, cast.agent, cast.facilities_agent)
        assert all(numbers(who) == [number] for who in everybody)
        assert numbers(cast.customer) == []
        view = queries.document_view(number, actor=cast.requester, at=later())
        assert ([row.number for row in view.versions], view.row.coming) == ([1], None)
        assert numbers(cast.requester, state=VersionState.DRAFT) == []
        with pytest.raises(NotFound):
            queries.version_view(number, 2, actor=cast.requester, at=later())
        told(cast, number, Audience(units=("climate",)), at=later())
        assert numbers(cast.requester) == [number]
        assert numbers(cast.facilities_agent) == []
        told(cast, number, Audience(roles=("auditor",), people=("petra.wolmar",)), at=later())
        assert numbers(cast.requester) == []
        assert numbers(cast.facilities_agent) == [number]
        told(cast, number, Audience(people=("nora.fitzallan",)), at=later())
        assert numbers(cast.customer) == [number]

    def test_distributing_is_refused_or_does_nothing_twice(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = effective(cast, at=later())
        audience = Audience(roles=("auditor",), units=("it",), people=("jonas.okereke",))
        with witness.watching() as seen:
            told(cast, number, audience, at=later())
        assert seen.entry.changes["audience"] == [
            [],
            ["person:jonas.okereke", "role:auditor", "unit:it"],
        ]
        with witness.unmoved():
            told(cast, number, audience, at=later())
        for field in ("roles", "units", "people"):
            with witness.refused(Invalid) as caught:
                told(cast, number, Audience(**{field: ("nowhere",)}), at=later())
            assert list(caught.value.fields) == [field]  # type: ignore[attr-defined]
        with witness.refused(NotAllowed):
            actions.distribute_document(number, audience=audience, actor=cast.auditor, at=later())
        view = queries.document_view(number, actor=cast.process_owner, at=later())
        assert view.audience.audience == audience

    def test_people_confirm_and_are_asked_anew_where_it_matters(
        self, cast: Cast, witness: Witness
    ) -> None:
        number = effective(cast, at=later())
        with witness.refused(NotAllowed):
            actions.confirm_reading(number, version=1, actor=cast.agent, at=later())
        told(cast, number, Audience(units=("it",)), at=later())

        def waiting(is_confirmed: bool = False) -> list[str]:
            page = queries.my_reading(actor=cast.agent, is_confirmed=is_confirmed)
            return [row.number for row in page.items]

        assert waiting() == [number]
        with witness.refused(WrongState):
            actions.confirm_reading(number, version=2, actor=cast.agent, at=later())
        with witness.watching() as seen:
            actions.confirm_reading(number, version=1, actor=cast.agent, at=later(5))
        assert seen.verbs == ["document.confirmed"]
        with witness.unmoved():
            actions.confirm_reading(number, version=1, actor=cast.agent, at=later(6))
        assert (waiting(), waiting(is_confirmed=True)) == ([], [number])
        approved(cast, number, at=later(7), text="A comma.", asks_reading=False)
        assert waiting() == []
        approved(cast, number, at=later(8), text="All new.")
        assert waiting() == [number]
        assert queries.document_view(number, actor=cast.agent, at=later()).is_asked
        actions.confirm_reading(number, version=3, actor=cast.agent, at=later(9))
        counts = queries.reading_counts(number, actor=cast.process_owner)
        assert counts.confirmed == 1
        assert counts.open == counts.addressed - 1
        page = queries.readers(number, actor=cast.auditor, is_confirmed=True)
        assert [(row.name, row.confirmed_number) for row in page.items] == [(cast.agent.name, 3)]
        others = queries.readers(number, actor=cast.auditor, is_confirmed=False).items
        assert cast.agent.name not in {row.name for row in others}
        assert len(others) == counts.open
        with pytest.raises(NotAllowed):
            queries.readers(number, actor=cast.agent, is_confirmed=True)
        assert Confirmation.objects.count() == 2

    @pytest.mark.parametrize(
        ("audience", "expected"),
        [
            (Audience(is_staff=True), {"Imre Castellane", "Jonas Okereke", "Rosalind Keppel"}),
            (Audience(roles=("auditor",)), {"Rosalind Keppel"}),
            (Audience(people=("imre.castellane",)), {"Imre Castellane"}),
        ],
    )
    def test_both_ways_of_asking_whom_it_reaches_agree(
        self, cast: Cast, audience: Audience, expected: set[str]
    ) -> None:
        number = effective(cast, at=later())
        told(cast, number, audience, at=later())
        page = queries.readers(number, actor=cast.auditor, is_confirmed=False, size=200)
        names = {row.name for row in page.items}
        assert expected <= {" ".join(name.split("-")[:1]) for name in names} or expected <= names
        for who in (cast.requester, cast.agent, cast.auditor, cast.customer):
            view_is = Document.objects.addressed_to(who.person_id or 0).exists()
            assert view_is == (who.name in names)


class TestFinding:
    def test_the_register_is_narrowed(self, cast: Cast) -> None:
        first = effective(cast, at=later(), text="Restore the **mailbox** quickly.")
        second = effective(
            cast,
            at=later(),
            code="mail-policy",
            kind=DocumentKind.POLICY,
            title="Use of mail",
            clause="5.2",
            about_kind=AboutKind.SERVICE,
            about_code="mail",
        )
        assert numbers(cast.auditor) == [first, second]
        for narrowed, found in (
            ({"kind": DocumentKind.POLICY}, [second]),
            ({"clause": "8"}, [first]),
            ({"clause": "8.6.1"}, [first]),
            ({"clause": "\0"}, []),
            ({"about_kind": AboutKind.SERVICE}, [second]),
            ({"about_code": "mail"}, [second]),
            ({"owner": "bastian.nwosu"}, [first, second]),
            ({"owner": "imre.castellane"}, []),
            ({"text": "mailboxes"}, [first]),
            ({"text": "use"}, [second]),
            ({"text": "-"}, []),
            ({"state": VersionState.EFFECTIVE}, [first, second]),
            ({"state": VersionState.SUPERSEDED}, []),
        ):
            assert numbers(cast.auditor, **narrowed) == found, narrowed

    def test_the_one_search_finds_what_may_be_read(self, cast: Cast) -> None:
        number = effective(cast, at=later(), text="Restore the mailbox quickly.")
        drafted(cast, number, at=later(), text="The zebra comes.")

        def found(text: str, who: Actor, **more: Any) -> list[str]:
            hits = DocumentSource().hits(
                read(text, is_typing=False),
                narrowing=Narrowing(**more),
                actor=who,
                at=later(),
                limit=5,
                after=0,
            )
            return [hit.key for hit in hits.hits]

        assert found("mailbox", cast.requester) == [number]
        assert found(number, cast.requester) == [number]
        assert found("zebra", cast.process_owner) == []
        assert found("mailbox", cast.customer) == []
        assert found("mailbox", cast.requester, is_mine=True) == []
        words, mark = words_after(None, 10)
        assert "procedure" in words
        assert words_after(mark, 10) == (set(), None)

    def test_a_management_review_is_told_how_they_stand(self, cast: Cast) -> None:
        effective(cast, at=later())
        other = begun(cast, at=later(), code="plan", title="Plan")
        drafted(cast, other, at=later())
        summary = queries.documentation_summary(later() + timedelta(days=400))
        assert (summary.in_effect, summary.being_written, summary.overdue) == (1, 1, 1)
        assert [row.code for row in summary.longest_overdue] == ["incident-procedure"]
        assert summary.renewed == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda number, who: queries.document_view(number, actor=who, at=later()),
        lambda number, who: queries.version_view(number, 1, actor=who, at=later()),
        lambda number, who: queries.readers(number, actor=who, is_confirmed=False),
        lambda number, who: actions.send_back(number, reason="x", actor=who, at=later()),
        lambda number, who: actions.approve_version(number, actor=who, at=later()),
        lambda number, who: actions.withdraw_document(number, reason="x", actor=who, at=later()),
    ],
)
def test_what_is_unknown_is_not_found(
    cast: Cast, witness: Witness, ask: Callable[[str, Actor], Any]
) -> None:
    number = begun(cast, at=later())
    for given in (number, "DOC9999999", "nothing"):
        with witness.refused(NotFound) as caught:
            ask(given, cast.requester)
        assert isinstance(caught.value, Refused)


def test_facts_are_whole(cast: Cast) -> None:
    number = begun(cast, at=later(), review_months=24, retention_months=60)
    view = queries.document_view(number, actor=cast.process_owner, at=later())
    assert (view.review_months, view.retention_months) == (24, 60)
    assert isinstance(facts(), DocumentFacts)
