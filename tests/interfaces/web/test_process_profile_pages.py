"""Processes as people meet them."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import AT, SYSTEM, Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.interfaces.web.administration.process_starts import start_xml
from timshel.interfaces.web.governance.processes.drawing import drawing
from timshel.kernel.bpmn.identity import as_process
from timshel.kernel.journal.models import Entry
from timshel.leadership.process_profile.models import ProcessFlow, ProcessProfile
from timshel.leadership.process_profile.running import Machine
from timshel.leadership.responsibility.actions import define_role, save_matrix
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind
from timshel.operation.process.actions import publish_process, save_process_draft
from timshel.performance_evaluation.indicator.actions import IndicatorContent, add_indicator
from timshel.performance_evaluation.indicator.states import Direction
from timshel.reactions.processes import state_machines
from timshel.support.documentation.actions import create_document
from timshel.support.documentation.rules import DocumentFacts
from timshel.support.documentation.states import AboutKind, DocumentKind

pytestmark = pytest.mark.django_db
LIST = "/governance/processes"
ONE = f"{LIST}/incident"
GIVEN = {
    "code": "incident",
    "name": "Incidents",
    "purpose": "People can **work** again.",
    "full_steps": "Take it in\nMend it",
    "light_when": "At small sites",
    "light_steps": "Mend it",
    "review_date": "2099-12-31",
    "name_fr": "Les incidents",
}
FLOW = {"direction": "input", "what": "A report", "process": "", "outside": "Whoever asks"}


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser_of(cast.process_owner)


def made(browser: Client, **more: Any) -> str:
    answer = browser.post(f"{LIST}/new", {**GIVEN, **more})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_one_is_described_and_read(cast: Cast, owner: Client) -> None:
    assert "No process is described yet" in words_of(owner.get(LIST))
    assert "The same as that of its matrix" in words_of(owner.get(f"{LIST}/new"))
    assert made(owner) == ONE
    page = text_of(owner.get(ONE))
    assert "<strong>work</strong>" in page
    assert "<li>Mend it</li>" in page
    assert "There is no matrix of responsibilities." in page
    assert "Nothing is chosen yet." in page
    listed = words_of(browser_of(cast.auditor).get(LIST))
    assert "Incidents incident" in listed
    assert "Full and light" in listed
    assert "Describe a process" not in listed
    assert ProcessProfile.objects.get().translations == {"fr": {"name": "Les incidents"}}


def test_what_is_refused_is_kept(owner: Client) -> None:
    refused = owner.post(f"{LIST}/new", {**GIVEN, "code": "New"})
    assert refused.status_code == 422
    assert "Small letters, digits and hyphens" in text_of(refused)
    assert "People can **work** again." in text_of(refused)
    assert 'value="Les incidents"' in text_of(refused)
    refused = owner.post(f"{LIST}/new", {**GIVEN, "light_when": ""})
    assert "Please say when the light variant is used." in text_of(refused)
    made(owner)
    assert "with this code already" in text_of(owner.post(f"{LIST}/new", GIVEN))


def test_two_who_change_it_at_once_hear_of_each_other(owner: Client) -> None:
    made(owner)
    form = text_of(owner.get(f"{ONE}/change"))
    assert 'name="code"' not in form
    assert 'value="Les incidents"' in form
    given = {**GIVEN, "revision": "1"}
    changed = owner.post(f"{ONE}/change", {**given, "name": "Reports"})
    assert changed.status_code == 302
    late = owner.post(f"{ONE}/change", {**given, "name": "Faults"})
    assert late.status_code == 422
    assert "Somebody else changed this process meanwhile." in text_of(late)
    assert 'value="Faults"' in text_of(late)
    assert 'name="revision" value="2"' in text_of(late)


def test_what_passes_is_seen_at_both_ends(owner: Client) -> None:
    made(owner)
    made(owner, code="change-approval", name="Changes")
    form = text_of(owner.get(f"{ONE}/flows/new?direction=output"))
    assert '<option value="output" selected>' in form
    assert '<option value="change-approval">Changes</option>' in form
    refused = owner.post(f"{ONE}/flows/new", {**FLOW, "process": "change-approval"})
    assert refused.status_code == 422
    assert "one of the two" in text_of(refused)
    assert 'value="A report"' in text_of(refused)
    assert owner.post(f"{ONE}/flows/new", FLOW).status_code == 302
    other = {"direction": "output", "what": "A wish", "process": "change-approval"}
    assert owner.post(f"{ONE}/flows/new", other).status_code == 302
    page = words_of(owner.get(ONE))
    assert "A report ← Whoever asks" in page
    assert "A wish → Changes" in page
    assert "A wish ← Incidents" in words_of(owner.get(f"{LIST}/change-approval"))
    listed = text_of(owner.get(LIST))
    assert "What passes between them" in listed
    assert listed.count('class="leads-box') == 2
    flow = ProcessFlow.objects.get(what="A wish")
    assert owner.post(f"{ONE}/flows/{flow.pk}/remove").status_code == 302
    assert owner.post(f"{ONE}/flows/{flow.pk}/remove").status_code == 404
    assert "What passes between them" not in text_of(owner.get(f"{LIST}?state=all"))


def test_it_is_drawn_from_the_code(owner: Client) -> None:
    made(owner)
    assert "Records that go through stages" in words_of(owner.get(f"{ONE}/links"))
    linked = owner.post(f"{ONE}/links", {"machines": ["work", "risk"], "revision": "1"})
    assert linked.status_code == 302
    page = text_of(owner.get(ONE))
    assert page.count('<svg class="leads"') == 2
    assert 'aria-label="Risk: the stages with arrows between them' in page
    assert "Treatment planned" in page
    assert '<span class="soft" lang="en">(wait)</span>' in page
    assert 'value="work" ' in text_of(owner.get(f"{ONE}/links"))
    refused = owner.post(f"{ONE}/links", {"machines": ["nothing"], "revision": "2"})
    assert refused.status_code == 422
    ProcessProfile.objects.update(machines=["gone"])
    assert "knows no stages of “gone”" in text_of(owner.get(ONE))


def test_what_is_drawn_of_it_and_what_belongs_to_it_stands_there(cast: Cast, owner: Client) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "at": AT}
    xml = as_process(start_xml("simple"), code="device-order", variant="full", name="Devices")
    save_process_draft(xml, **by)
    publish_process("device-order", **by)
    content = IndicatorContent(
        title="Little waits",
        owner="imre.castellane",
        measure="backlog",
        target=Decimal(10),
        warning=Decimal(15),
        critical=Decimal(20),
        direction=Direction.LOWER,
        why="It piles up.",
        process_code="incident",
    )
    define_role("manager", name="Incident manager", **by)
    key = MatrixKey(SubjectKind.PROCESS, "incident")
    save_matrix(key, content=MatrixContent("Incidents", ("manager",)), **by)
    add_indicator(content, **by)
    facts = DocumentFacts(
        "how-to",
        DocumentKind.PROCEDURE,
        "How we mend",
        "imre.castellane",
        about_kind=AboutKind.PROCESS,
        about_code="incident",
    )
    create_document(facts=facts, **by)
    made(owner)
    owner.post(f"{ONE}/links", {"diagrams": ["device-order"], "revision": "1"})
    page = text_of(owner.get(ONE))
    assert "No role is accountable in the matrix." in text_of(owner.get(LIST))
    assert "/administration/processes/device-order/full/versions/1.bpmn" in page
    assert "Little waits" in page
    assert "How we mend" in page
    assert "Not in effect yet" in page
    ProcessProfile.objects.update(diagrams=["gone", "device-order"])
    page = words_of(owner.get(f"{ONE}?diagram=gone"))
    assert "gone not published" in page


def test_it_is_reviewed_retired_and_taken_back(cast: Cast, owner: Client) -> None:
    made(owner)
    assert "Does it still hold?" in words_of(owner.get(f"{ONE}/review"))
    refused = owner.post(f"{ONE}/review", {"found": "All", "review_date": "2020-01-01"})
    assert refused.status_code == 422
    assert "This day must be still to come." in text_of(refused)
    given = {"found": "All of it", "review_date": "2099-06-30"}
    assert owner.post(f"{ONE}/review", given).status_code == 302
    page = words_of(owner.get(ONE))
    assert "30 June 2099" in page
    assert "looked at it: it still holds" in page
    assert owner.post(f"{ONE}/retire").status_code == 302
    page = words_of(owner.get(ONE))
    assert "Take it back into use" in page
    assert "Choose what it runs on" not in page
    assert "Nothing fits" not in words_of(owner.get(f"{LIST}?state=retired"))
    late = owner.post(f"{ONE}/change", {**GIVEN, "revision": "3"})
    assert "Take it back into use first." in text_of(late)
    assert owner.post(f"{ONE}/resume").status_code == 302
    assert "In use" in words_of(owner.get(ONE))


def test_rights(cast: Cast, owner: Client) -> None:
    made(owner)
    reader, stranger = browser_of(cast.auditor), browser_of(cast.requester)
    entries = Entry.objects.count()
    assert reader.get(ONE).status_code == 200
    assert stranger.get(LIST).status_code == 403
    assert stranger.get(ONE).status_code == 404
    assert stranger.get(f"{LIST}/nothing").status_code == 404
    for page in ("change", "links", "flows/new", "retire", "resume", "flows/1/remove"):
        answer = reader.post(f"{ONE}/{page}", {**GIVEN, **FLOW, "revision": "1"})
        assert answer.status_code == 403, page
    assert reader.post(f"{ONE}/review", {}).status_code == 403
    assert reader.post(f"{LIST}/new", GIVEN).status_code == 403
    assert Entry.objects.count() == entries


def test_as_a_spreadsheet(cast: Cast, owner: Client) -> None:
    define_role("manager", name="Incident manager", actor=SYSTEM, at=AT)
    content = MatrixContent("Calls", ("manager",), (ActivityContent("Call", {"manager": "A"}),))
    key = MatrixKey(SubjectKind.PROCESS, "incident")
    save_matrix(key, content=content, actor=SYSTEM, at=AT)
    made(owner)
    answer = owner.get(f"{LIST}/xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[-1][:4] == ("incident", "Incidents", "In use", "People can **work** again.")
    assert rows[-1][6] == "Incident manager"
    page = owner.get(ONE)
    assert "/governance/responsibilities/matrices/process/incident" in text_of(page)


def test_more_processes_take_no_more_queries(owner: Client) -> None:
    def count(page: str) -> int:
        owner.get(page)
        with CaptureQueriesContext(connection) as taken:
            assert owner.get(page).status_code == 200
        return len(taken)

    def grow(position: int) -> None:
        code = f"process-{position}"
        made(owner, code=code)
        flow = {"direction": "input", "what": f"Paper {position}", "process": code}
        owner.post(f"{ONE}/flows/new", flow)

    made(owner)
    for position in range(2):
        grow(position)
    before = count(LIST), count(ONE), count(f"{LIST}/xlsx")
    for position in range(2, 9):
        grow(position)
    assert (count(LIST), count(ONE), count(f"{LIST}/xlsx")) == before


class TestDrawing:
    def test_nothing(self) -> None:
        assert drawing({}, []).boxes == ()

    def test_layers_follow_the_arrows(self) -> None:
        names = {"a": "A", "b": "A name that is longer than a box is wide", "c": "C", "d": "D"}
        leads = [("a", "b"), ("b", "c"), ("c", "a"), ("b", "b"), ("a", "b"), ("a", "x")]
        found = drawing(names, leads, first=("a",))
        rows = {box.lines[0][1]: box.y for box in found.boxes}
        assert rows["A"] < rows["A name that is"] < rows["C"]
        assert rows["D"] == rows["A"]
        assert [arrow.is_back for arrow in found.arrows] == [False, False, True, True]
        assert [box.is_first for box in found.boxes].count(True) == 1
        assert all(box.right < found.width for box in found.boxes)
        assert all(len(box.lines) <= 2 for box in found.boxes)

    def test_a_ring_without_a_beginning(self) -> None:
        found = drawing({"a": "A", "b": "B"}, [("a", "b"), ("b", "a")])
        assert len(found.boxes) == len(found.arrows) == 2

    def test_many_stand_in_several_rows(self) -> None:
        found = drawing({f"{each}": f"{each}" for each in range(9)}, [])
        assert len({box.y for box in found.boxes}) == 3

    @pytest.mark.parametrize("machine", state_machines().values(), ids=lambda each: each.code)
    def test_all_of_a_life_cycle_lies_within_the_picture(self, machine: Machine) -> None:
        leads = [(stage, move.target) for move in machine.moves for stage in move.sources]
        names = {stage.code: stage.name for stage in machine.stages}
        found = drawing(names, leads, first=(machine.initial,))
        assert len(found.arrows) == len(set(leads))
        assert all(box.right < found.width and box.bottom < found.height for box in found.boxes)
        for arrow in found.arrows:
            for x, y in (corner.split(",") for corner in arrow.head.split()):
                assert 0 < int(x) < found.width
                assert 0 < int(y) < found.height

    def test_what_leads_past_rows_crosses_no_box(self) -> None:
        ring = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")]
        found = drawing({each: each for each in "abcd"}, ring, first=("a",))
        lane = found.arrows[-1].path.split("H")[1].split()[0]
        assert all(box.right < int(lane) < found.width for box in found.boxes)
