"""Conformity: what looks find, what follows from it, verdicts, the crosswalk and exports."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, SYSTEM, Cast, later
from tests.conformity import CROSS, SMALL, Finder, small
from tests.documents import effective
from tests.errands import run_errands
from tests.witness import Witness
from timshel.improvement.conformity import actions, queries
from timshel.improvement.conformity.actions import exporting
from timshel.improvement.conformity.bundle import verify_export
from timshel.improvement.conformity.due import due_verdicts
from timshel.improvement.conformity.events import VerdictGiven
from timshel.improvement.conformity.evidence import Evidence
from timshel.improvement.conformity.models import Export, Look, Verdict
from timshel.improvement.conformity.queries import QuestionFilter
from timshel.improvement.conformity.rules import (
    Link,
    QuestionGiven,
    VerdictContent,
)
from timshel.improvement.conformity.states import (
    PROPOSED,
    EvidenceKind,
    Judgement,
    Status,
    VerdictStanding,
)
from timshel.improvement.conformity.weighing import status_of
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress.actions import advance_errand, fail_errand
from timshel.kernel.progress.models import Errand
from timshel.support.documentation.actions import withdraw_document

pytestmark = pytest.mark.django_db
FRESH = Evidence(2, 1, AT)
OLD = Evidence(1, 0, AT - timedelta(days=500))
GONE = Evidence(0, 3)
TIMELESS = Evidence(4)
FINE = VerdictContent(Judgement.CONFORMS, "Seen.", (Link("The list", "/governance/documents"),))
BAD = VerdictContent(Judgement.DOES_NOT, "Nothing was shown.")
TODAY = AT.date()


@pytest.fixture
def finder(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Finder:
    return small(monkeypatch, at=AT)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, [VerdictGiven])


def look(cast: Cast, minutes: float = 0) -> int:
    return actions.take_look(actor=cast.auditor, at=later(minutes))


def statuses(who: Actor) -> dict[str, str]:
    rows = queries.question_list("small", asked=QuestionFilter(), actor=who, at=later())
    return {row.code: row.status.value for row in rows}


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((FRESH, FRESH), Status.MET),
        ((FRESH, TIMELESS), Status.MET),
        ((TIMELESS, TIMELESS), Status.MET),
        ((FRESH, OLD), Status.MET),
        ((OLD, OLD), Status.STALE),
        ((OLD, GONE), Status.STALE),
        ((GONE, GONE), Status.STALE),
        ((GONE, None), Status.STALE),
        ((FRESH, GONE), Status.PARTLY),
        ((FRESH, None), Status.PARTLY),
        ((TIMELESS, None), Status.PARTLY),
        ((None, None), Status.MISSING),
    ],
)
def test_the_status_follows_from_what_was_found(found: tuple[Any, Any], status: Status) -> None:
    seen = {code: each for code, each in zip(("a", "b"), found, strict=True) if each}
    assert status_of(("a", "b"), seen, age_days=400, at=AT) == status


def test_what_only_people_can_tell_is_told_by_hand() -> None:
    assert status_of((), {}, age_days=400, at=AT) == Status.BY_HAND
    edge = {"a": Evidence(1, 0, AT - timedelta(days=400))}
    assert status_of(("a",), edge, age_days=400, at=AT) == Status.MET
    assert status_of(("a",), edge, age_days=399, at=AT) == Status.STALE


def test_each_status_proposes_something_or_leaves_it_to_people() -> None:
    assert PROPOSED == {
        Status.MET: Judgement.CONFORMS,
        Status.PARTLY: Judgement.PARTLY,
        Status.STALE: Judgement.PARTLY,
        Status.MISSING: Judgement.DOES_NOT,
        Status.BY_HAND: None,
    }


class TestContent:
    def test_taking_over_again_changes_nothing(self, finder: Finder, witness: Witness) -> None:
        with witness.unmoved():
            assert actions.load_model(SMALL, actor=SYSTEM, at=later()) == 0
            assert actions.load_crosswalk(CROSS, actor=SYSTEM, at=later()) == 0

    def test_each_start_asks_little_however_much_there_is(self, finder: Finder) -> None:
        with CaptureQueriesContext(connection) as few:
            actions.load_model(SMALL, actor=SYSTEM, at=later())
        more = [replace(SMALL.questions[0], code=f"1.1-{place}") for place in range(50, 70)]
        larger = replace(SMALL, questions=(*SMALL.questions, *more))
        actions.load_model(larger, actor=SYSTEM, at=later())
        with CaptureQueriesContext(connection) as many:
            actions.load_model(larger, actor=SYSTEM, at=later())
        assert len(few) == len(many)

    def test_new_words_and_rules_are_taken_over(self, finder: Finder, cast: Cast) -> None:
        first = replace(SMALL.questions[0], text="Is there one?", rules=("t.one", "t.documents"))
        changed = replace(SMALL, questions=(first, *SMALL.questions[1:]))
        assert actions.load_model(changed, actor=SYSTEM, at=later()) == 1
        row = queries.question_view("small:1.1-1", actor=cast.auditor, at=later()).row
        assert (row.words, len(row.rules)) == ("Is there one?", 2)

    @pytest.mark.parametrize(
        "question",
        [
            QuestionGiven("9-1", "9", "Which clause?", "record", rules=("t.one",)),
            QuestionGiven("1-1", "1", "Which kind?", "hearsay", rules=("t.one",)),
            QuestionGiven("1-1", "1", "How?", "record"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(
        self, cast: Cast, witness: Witness, question: QuestionGiven
    ) -> None:
        with witness.refused(Invalid):
            wrong = replace(SMALL, questions=(question,))
            actions.load_model(wrong, actor=SYSTEM, at=AT)

    def test_the_right_is_needed(self, cast: Cast, finder: Finder, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            actions.load_model(SMALL, actor=cast.manager, at=AT)
        with witness.refused(NotAllowed):
            actions.load_crosswalk(CROSS, actor=cast.manager, at=AT)
        with witness.refused(Invalid):
            unknown = replace(CROSS[0], to_clause="7")
            actions.load_crosswalk([unknown], actor=SYSTEM, at=AT)


class TestLooking:
    def test_each_rule_is_asked_once(self, cast: Cast, finder: Finder, witness: Witness) -> None:
        finder.evidence = {"t.one": FRESH, "t.two": GONE}
        with witness.watching() as seen:
            look(cast)
        assert seen.verbs == ["conformity.looked"]
        assert seen.regions == {"conformity"}
        assert sorted(finder.asked) == ["t.one", "t.two"]
        assert statuses(cast.auditor) == {
            "1.1-1": "missing",
            "2-1": "missing",
            "1.2-1": "partly",
            "1.2-2": "by_hand",
        }
        finder.evidence["t.two"] = FRESH
        assert statuses(cast.auditor)["1.2-1"] == "partly"
        look(cast, 1)
        assert statuses(cast.auditor)["1.2-1"] == "met"

    def test_a_withdrawn_document_turns_a_question_stale(self, cast: Cast, finder: Finder) -> None:
        number = effective(cast, at=AT)
        look(cast, 1)
        assert statuses(cast.auditor)["1.1-1"] == "met"
        actions.judge_question("small:1.1-1", content=FINE, actor=cast.auditor, at=later(2))
        withdraw_document(number, reason="Replaced.", actor=cast.process_owner, at=later(3))
        assert statuses(cast.auditor)["1.1-1"] == "met"
        look(cast, 4)
        view = queries.question_view("small:1.1-1", actor=cast.auditor, at=later(5))
        assert (view.row.status, view.row.proposed) == (Status.STALE, Judgement.PARTLY)
        assert (view.row.is_outdated, view.row.rules[0].stale) == (True, 1)
        whole = queries.overview("small", actor=cast.auditor, at=later(5))
        assert (whole.outdated, whole.judged, whole.counts["stale"]) == (1, 1, 1)
        again = replace(FINE, judgement=Judgement.PARTLY, note="It was withdrawn.")
        actions.judge_question("small:1.1-1", content=again, actor=cast.auditor, at=later(6))
        view = queries.question_view("small:1.1-1", actor=cast.auditor, at=later(7))
        assert not view.row.is_outdated
        assert [each.judgement.value for each in view.verdicts] == ["partly", "conforms"]

    def test_the_right_is_needed(self, cast: Cast, finder: Finder, witness: Witness) -> None:
        for who in (cast.agent, cast.requester):
            with witness.refused(NotAllowed):
                actions.take_look(actor=who, at=AT)

    def test_a_worker_looks_and_says_how_far_it_is(self, cast: Cast, finder: Finder) -> None:
        actions.ask_look(actor=cast.auditor, at=AT)
        actions.ask_look(actor=cast.manager, at=later(1))
        waiting = queries.looking(actor=cast.manager)
        assert waiting is not None
        assert (waiting.percent, waiting.error) == (None, "")
        errand = Errand.objects.get()
        advance_errand(errand.pk, done=1, cursor=None, total=4, at=later(2))
        fail_errand(errand.pk, error="The disk is full.", at=later(2))
        stuck = queries.looking(actor=cast.auditor)
        assert stuck is not None
        assert (stuck.percent, stuck.error) == (25, "The disk is full.")
        assert run_errands(at=later(9)) == ["conformity.look"]
        assert queries.looking(actor=cast.auditor) is None
        (look,) = queries.look_list("small", actor=cast.auditor).items
        assert (look.at, look.by) == (later(9), cast.auditor.name)
        assert Entry.objects.get(verb="conformity.looked").actor_name == cast.auditor.name
        assert sorted(finder.asked) == ["t.one", "t.two"]

    def test_only_who_sees_questions_asks_for_a_look(
        self, cast: Cast, finder: Finder, witness: Witness
    ) -> None:
        for who in (cast.agent, cast.requester):
            with witness.refused(NotAllowed):
                actions.ask_look(actor=who, at=AT)
            with witness.refused(NotAllowed):
                queries.looking(actor=who)

    def test_once_a_day_somebody_looks(self, cast: Cast, finder: Finder) -> None:
        assert actions.look_due(actor=SYSTEM, at=AT)
        assert not actions.look_due(actor=SYSTEM, at=later(1))
        assert actions.look_due(actor=SYSTEM, at=later(days=1))
        page = queries.look_list("small", actor=cast.auditor, size=1)
        assert (len(page.items), page.items[0].total) == (1, 4)
        rest = queries.look_list("small", actor=cast.auditor, cursor=page.next_cursor)
        assert len(rest.items) == 1


class TestJudging:
    def test_a_verdict_is_kept_with_what_was_found(
        self, cast: Cast, finder: Finder, witness: Witness
    ) -> None:
        with witness.watching() as seen:
            key = actions.judge_question("small:2-1", content=BAD, actor=cast.auditor, at=AT)
        assert seen.verbs == ["conformity.judged"]
        assert seen.fact.code == "small:2-1"
        assert seen.entry.changes["found"] == [None, "missing"]
        with witness.unmoved():
            assert key == actions.judge_question(
                "small:2-1", content=BAD, actor=cast.auditor, at=later(1)
            )
        actions.judge_question("small:2-1", content=BAD, actor=cast.process_owner, at=later(2))
        assert Verdict.objects.filter(is_current=True).count() == 1
        assert Verdict.objects.count() == 2

    def test_the_right_is_needed(self, cast: Cast, finder: Finder, witness: Witness) -> None:
        for who, refusal in ((cast.manager, NotAllowed), (cast.agent, NotFound)):
            with witness.refused(refusal):
                actions.judge_question("small:2-1", content=FINE, actor=who, at=AT)
        for wrong in ("small:9-9", "other:2-1", "nonsense", ":2-1", "small:2\0"):
            with witness.refused(NotFound):
                actions.judge_question(wrong, content=FINE, actor=cast.auditor, at=AT)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"judgement": Judgement.PARTLY, "note": " "}, "note"),
            ({"judgement": Judgement.NOT_APPLICABLE, "note": ""}, "note"),
            ({"note": "x" * 5_001}, "note"),
            ({"next_date": TODAY}, "next_date"),
            ({"links": (Link("", "/x"),)}, "links"),
            ({"links": (Link("A", "javascript:alert(1)"),)}, "links"),
            ({"links": (Link("A", "//evil.example"),)}, "links"),
            ({"links": (Link("A"),) * 21}, "links"),
        ],
    )
    def test_what_is_missing_is_said(
        self, cast: Cast, finder: Finder, witness: Witness, change: dict[str, Any], field: str
    ) -> None:
        with witness.refused(Invalid) as caught:
            wrong = replace(FINE, **change)
            actions.judge_question("small:2-1", content=wrong, actor=cast.auditor, at=AT)
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_two_at_once_do_not_overwrite_each_other(
        self, cast: Cast, finder: Finder, witness: Witness
    ) -> None:
        first = actions.judge_question("small:2-1", content=FINE, seen=0, actor=cast.auditor, at=AT)
        with witness.refused(WrongState):
            actions.judge_question("small:2-1", content=BAD, seen=0, actor=cast.auditor, at=AT)
        actions.judge_question("small:2-1", content=BAD, seen=first, actor=cast.auditor, at=AT)

    def test_what_is_to_be_looked_at_again_is_due(self, cast: Cast, finder: Finder) -> None:
        content = replace(FINE, next_date=TODAY + timedelta(days=30))
        actions.judge_question("small:2-1", content=content, actor=cast.auditor, at=AT)

        def due(who: Actor, days: int, *, is_own: bool = False) -> list[str]:
            until = TODAY + timedelta(days=days)
            return [each.code for each in due_verdicts(Asked(until, who, AT, is_own=is_own))]

        assert due(cast.auditor, 29) == []
        assert due(cast.auditor, 30, is_own=True) == ["small:2-1"]
        assert due(cast.process_owner, 30) == ["small:2-1"]
        assert due(cast.process_owner, 30, is_own=True) == []
        assert due(cast.agent, 30) == []
        asked = QuestionFilter(verdict=VerdictStanding.DUE)
        for days, expected in ((29, 0), (30, 1)):
            rows = queries.question_list(
                "small", asked=asked, actor=cast.auditor, at=AT + timedelta(days=days)
            )
            assert len(rows) == expected


class TestReading:
    def test_a_clause_counts_what_lies_below_it(self, cast: Cast, finder: Finder) -> None:
        finder.evidence = {"t.one": FRESH, "t.two": FRESH}
        effective(cast, at=AT)
        look(cast)
        view = queries.overview("small", actor=cast.auditor, at=AT)
        assert [(row.number, row.total, row.worst) for row in view.clauses] == [
            ("1", 3, Status.BY_HAND),
            ("1.1", 1, Status.MET),
            ("1.2", 2, Status.BY_HAND),
            ("2", 1, Status.MISSING),
        ]
        assert view.clauses[0].counts == {
            "missing": 0,
            "stale": 0,
            "partly": 0,
            "by_hand": 1,
            "met": 2,
        }
        assert [row.code for row in view.most_wanted] == ["2-1"]
        french = replace(cast.auditor, language="fr")
        clause = queries.clause_view("small:1", actor=french, at=AT)
        assert (clause.row.title, len(clause.questions)) == ("Début", 3)
        assert queries.overview(actor=cast.auditor, at=AT).model.code == "iso-20000-1-2018"

    def test_questions_are_narrowed(self, cast: Cast, finder: Finder) -> None:
        look(cast)
        actions.judge_question("small:2-1", content=FINE, actor=cast.auditor, at=AT)
        for asked, codes in (
            (QuestionFilter(), ["1.1-1", "1.2-1", "2-1", "1.2-2"]),
            (QuestionFilter(status=Status.BY_HAND), ["1.2-2"]),
            (QuestionFilter(clause="1"), ["1.1-1", "1.2-1", "1.2-2"]),
            (QuestionFilter(kind=EvidenceKind.RECORD), ["1.2-1"]),
            (QuestionFilter(verdict=VerdictStanding.GIVEN), ["2-1"]),
            (QuestionFilter(verdict=VerdictStanding.OUTDATED), []),
            (QuestionFilter(verdict=VerdictStanding.NONE, text="PEOPLE"), ["1.2-2"]),
        ):
            rows = queries.question_list("small", asked=asked, actor=cast.manager, at=AT)
            assert [row.code for row in rows] == codes

    def test_questions_come_in_pages(self, cast: Cast, finder: Finder) -> None:
        by: dict[str, Any] = {"asked": QuestionFilter(), "size": 3, "actor": cast.auditor, "at": AT}
        first = queries.question_page("small", **by)
        assert (len(first.items), first.previous_cursor) == (3, None)
        last = queries.question_page("small", cursor=first.next_cursor, **by)
        assert (len(last.items), last.next_cursor, last.previous_cursor) == (1, None, "0")
        for wrong in ("-1", "x", "1" * 7, "٣"):
            with pytest.raises(Invalid):
                queries.question_page("small", cursor=wrong, **by)

    def test_the_number_of_queries_is_fixed(self, cast: Cast, finder: Finder) -> None:
        look(cast)

        def count() -> int:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                queries.overview("small", actor=cast.auditor, at=AT)
                queries.crosswalk("small", actor=cast.auditor, at=AT)
                queries.clause_view("small:1", actor=cast.auditor, at=AT)
            return len(seen)

        before = count()
        more = tuple(replace(SMALL.questions[0], code=f"1.1-{each}") for each in range(2, 9))
        actions.load_model(replace(SMALL, questions=(*SMALL.questions, *more)), actor=SYSTEM, at=AT)
        assert count() == before

    def test_the_crosswalk_goes_both_ways_and_carries_the_status(
        self, cast: Cast, finder: Finder
    ) -> None:
        effective(cast, at=AT)
        look(cast)
        old = queries.crosswalk("old", actor=cast.auditor, at=AT)
        assert [(each.row.number, each.row.worst, each.is_carried) for each in old] == [
            ("A", Status.MISSING, True),
            ("B", Status.MISSING, True),
        ]
        assert [(each.number, each.note, each.worst) for each in old[0].others] == [
            ("1.1", "The same.", Status.MET),
            ("1.2", "", Status.MISSING),
        ]
        new = queries.crosswalk("small", other="old", actor=cast.auditor, at=AT)
        assert [[other.number for other in each.others] for each in new] == [
            [],
            ["A"],
            ["A"],
            ["B"],
        ]
        assert queries.clause_view("old:B", actor=cast.auditor, at=AT).others[0].number == "2"

    def test_who_may_not_see_it_is_told_so(self, cast: Cast, finder: Finder) -> None:
        with pytest.raises(NotAllowed):
            queries.overview("small", actor=cast.agent, at=AT)
        with pytest.raises(NotAllowed):
            queries.clause_view("small:1", actor=cast.agent, at=AT)
        with pytest.raises(NotFound):
            queries.question_view("small:2-1", actor=cast.agent, at=AT)
        with pytest.raises(NotFound):
            queries.clause_view("small:9", actor=cast.auditor, at=AT)
        with pytest.raises(NotFound):
            queries.overview("other", actor=cast.auditor, at=AT)
        with pytest.raises(NotAllowed):
            queries.export_list(actor=cast.manager)


class TestExports:
    def test_all_evidence_is_in_one_file(
        self, cast: Cast, finder: Finder, shelf: Path, tmp_path: Path, witness: Witness
    ) -> None:
        effective(cast, at=AT, text="Restore *service*.")
        actions.judge_question("small:2-1", content=BAD, actor=cast.auditor, at=AT)
        number = actions.ask_export("small", actor=cast.auditor, at=later(5))
        assert actions.ask_export("small", actor=cast.auditor, at=later(6)) == number
        with pytest.raises(WrongState):
            actions.fetch_export(number, actor=cast.auditor, at=later(6))
        assert run_errands(at=later(7)) == ["conformity.export"]
        row = queries.export_view(number, actor=cast.process_owner)
        assert row.finished_at == later(7)
        assert row.files > 8
        with witness.watching() as seen:
            found = actions.fetch_export(number, actor=cast.auditor, at=later(8))
        assert seen.verbs == ["conformity.export_fetched"]
        assert found.name == f"{number}-small.zip"
        folder = tmp_path / "unpacked"
        with zipfile.ZipFile(io.BytesIO(found.path.read_bytes())) as archive:
            names = set(archive.namelist())
            archive.extractall(folder)
        assert names >= {
            "README.md",
            "MANIFEST.sha256",
            "verify_export.py",
            "index.html",
            "index.pdf",
            "conformity.xlsx",
            "clauses/1.html",
            "clauses/2.html",
            "journal/entries.jsonl",
            "journal/chain.json",
        }
        (document,) = [name for name in names if name.startswith("documents/")]
        assert "Restore *service*." in (folder / document).read_text(encoding="utf-8")
        assert "Nothing was shown." in (folder / "clauses/2.html").read_text(encoding="utf-8")
        assert (folder / "index.pdf").read_bytes().startswith(b"%PDF")
        assert verify_export.faults(folder) == []
        self._tamper(folder)

    def _tamper(self, folder: Path) -> None:
        entries = folder / "journal/entries.jsonl"
        lines = entries.read_text(encoding="utf-8")
        assert "Nothing was shown." in lines
        entries.write_text(lines.replace("Nothing was shown.", "All is well."), encoding="utf-8")
        wrong = verify_export.faults(folder)
        assert wrong[0] == "journal/entries.jsonl was changed"
        assert wrong[1].startswith("entry ")
        chain = json.loads((folder / "journal/chain.json").read_text(encoding="utf-8"))
        chain[0]["hash"] = "00" * 32
        (folder / "journal/chain.json").write_text(json.dumps(chain), encoding="utf-8")
        assert "block 1 is not as it was sealed" in verify_export.journal_faults(folder / "journal")

    def test_what_one_may_not_see_is_left_out(
        self, cast: Cast, finder: Finder, shelf: Path
    ) -> None:
        effective(cast, at=AT)
        rights = {
            each: cast.auditor.scopes[each] for each in ("conformity.view", "conformity.judge")
        }
        narrow = replace(cast.auditor, scopes=rights)
        number = actions.ask_export("small", actor=narrow, at=later(5))
        run_errands(at=later(7))
        found = actions.fetch_export(number, actor=narrow, at=later(8))
        with zipfile.ZipFile(found.path) as archive:
            assert not any(name.startswith("documents/") for name in archive.namelist())
            entries = archive.read("journal/entries.jsonl").decode()
        assert "conformity.looked" in entries
        assert "document." not in entries

    def test_the_right_is_needed(
        self, cast: Cast, finder: Finder, shelf: Path, witness: Witness
    ) -> None:
        with witness.refused(NotAllowed):
            actions.ask_export("small", actor=cast.manager, at=AT)
        number = actions.ask_export("small", actor=cast.auditor, at=AT)
        with witness.refused(NotFound):
            actions.fetch_export(number, actor=cast.manager, at=AT)
        with witness.refused(NotFound):
            actions.fetch_export("CEX9999999", actor=cast.auditor, at=AT)
        run_errands(at=later(1))
        assert Look.objects.get().by_id == cast.auditor.person_id

    def test_made_twice_it_is_made_once(self, cast: Cast, finder: Finder, shelf: Path) -> None:
        actions.ask_export("small", actor=cast.auditor, at=AT)
        run_errands(at=later(1))
        export = Export.objects.get()
        actions.make_export(
            export.pk, step=lambda *_given, **_more: None, actor=SYSTEM, at=later(days=1)
        )
        assert Export.objects.get().finished_at == later(1)
        assert export.created_at.date() == date(AT.year, AT.month, AT.day)
        assert Look.objects.count() == 1

    def test_begun_again_it_stands_on_the_same_look(
        self, cast: Cast, finder: Finder, shelf: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actions.ask_export("small", actor=cast.auditor, at=AT)
        with monkeypatch.context() as broken:
            broken.setattr(exporting, "seal_everything", _no_room)
            with pytest.raises(OSError, match="No space"):
                run_errands(at=later(1))
        run_errands(at=later(2))
        export = Export.objects.get()
        assert export.finished_at == later(2)
        assert Look.objects.get().pk == export.look_id


def _no_room(**_given: Any) -> None:
    raise OSError(28, "No space left on device")
