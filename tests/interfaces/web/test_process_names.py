"""Records keep the codes of processes; pages call them by their names."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.audits import MAIL, found, running
from tests.cast import AT, SYSTEM, Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.context.people.models import Person
from timshel.improvement.nonconformity.models import Nonconformity
from timshel.kernel.actor import Actor, system_actor
from timshel.leadership.process_profile.actions import ProfileContent, write_profile
from timshel.leadership.responsibility.actions import define_role, save_matrix
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind
from timshel.performance_evaluation.internal_audit.rules import Scope
from timshel.support.competence.models import Skill
from timshel.support.documentation.actions import create_document
from timshel.support.documentation.rules import DocumentFacts
from timshel.support.documentation.states import AboutKind, DocumentKind

pytestmark = pytest.mark.django_db
NAME, FRENCH = "Incident handling", "Traitement des incidents"


@pytest.fixture
def keeper(cast: Cast) -> Client:
    """A process with a page, described by the program that loads content, and who keeps it."""
    content = ProfileContent(
        name=NAME, purpose="People can work again.", translations={"fr": {"name": FRENCH}}
    )
    write_profile("incident", content=content, actor=system_actor("timshel demo"), at=AT)
    return browser_of(cast.process_owner)


def speaks_french(actor: Actor) -> None:
    Person.objects.filter(pk=actor.person_id).update(language="fr")


def test_what_a_command_did_the_system_did(keeper: Client) -> None:
    page = words_of(keeper.get("/governance/processes/incident"))
    assert "Timshel wrote it down" in page
    assert "timshel demo" not in page


def test_a_skill_is_for_processes_by_name(cast: Cast, keeper: Client) -> None:
    rooms = "/governance/competence/skills"
    given = {"code": "calls", "name": "Calls", "processes": f"{NAME.upper()}, change"}
    address = keeper.post(f"{rooms}/new", given)["Location"]
    assert Skill.objects.get().processes == ["incident", "change"]
    assert f"{NAME}, change" in words_of(keeper.get(address))
    assert f'value="{NAME}, change"' in text_of(keeper.get(f"{address}/change"))
    speaks_french(cast.process_owner)
    assert FRENCH in words_of(keeper.get(address))


def test_a_name_with_a_comma_stays_one(keeper: Client) -> None:
    content = ProfileContent(name="Change, and its approval", purpose="Changes are weighed.")
    write_profile("change", content=content, actor=SYSTEM, at=AT)
    given = {"code": "calls", "name": "Calls", "processes": "change"}
    address = keeper.post("/governance/competence/skills/new", given)["Location"]
    assert 'value="change"' in text_of(keeper.get(f"{address}/change"))


def test_a_nonconformity_names_its_process(cast: Cast, keeper: Client) -> None:
    room = "/governance/nonconformities"
    given = {
        "title": "Calls wait",
        "finding": "Nobody answered.",
        "severity": "major",
        "source": "complaint",
        "owner": "Adaeze",
        "due_date": "2099-01-31",
        "process": NAME,
    }
    address = keeper.post(f"{room}/new", given)["Location"]
    assert Nonconformity.objects.get().process == "incident"
    assert NAME in words_of(keeper.get(address))
    assert f'value="{NAME}"' in text_of(keeper.get(f"{address}/change"))
    speaks_french(cast.process_owner)
    assert FRENCH in words_of(keeper.get(address))
    book = load_workbook(io.BytesIO(keeper.get(f"{room}/xlsx").content))
    assert FRENCH in [cell.value for cell in book.worksheets[0][2]]


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [
        (AboutKind.PROCESS, "incident", FRENCH),
        (AboutKind.SERVICE, "mail", "Messagerie"),
        (AboutKind.PROCESS, "nothing", "nothing"),
    ],
)
def test_a_document_names_what_it_is_about(
    cast: Cast, keeper: Client, kind: AboutKind, code: str, name: str
) -> None:
    facts = DocumentFacts(
        code="procedure",
        kind=DocumentKind.PROCEDURE,
        title="Procedure",
        owner="bastian.nwosu",
        about_kind=kind,
        about_code=code,
    )
    number = create_document(facts=facts, actor=cast.process_owner, at=AT)
    speaks_french(cast.process_owner)
    page = keeper.get(f"/governance/documents/{number}")
    assert f"<dd>{name}</dd>" in text_of(page)


def test_audits_name_what_they_look_at(cast: Cast) -> None:
    define_role("desk", name="Desk", actor=SYSTEM, at=AT)
    save_matrix(
        MatrixKey(SubjectKind.PROCESS, "incident"),
        content=MatrixContent(
            NAME,
            ("desk",),
            (ActivityContent("Take it in", {"desk": "RA"}),),
            translations={"fr": {"name": FRENCH}},
        ),
        actor=SYSTEM,
        at=AT,
    )
    both = Scope(clauses=("8.6.1",), processes=("incident",), services=("mail",))
    number = running(cast, replace(MAIL, title="The desk", scope=both))
    about_mail = found(number, cast.auditor)
    about_process = found(number, cast.auditor, process="incident", service="")
    speaks_french(cast.auditor)
    auditor, room = browser_of(cast.auditor), "/governance/audits"
    for page in (room, f"{room}?scope={FRENCH.upper()}", f"{room}?scope=mail", f"{room}/{number}"):
        shown = words_of(auditor.get(page))
        assert f"8.6.1 {FRENCH} Messagerie" in shown, page
    assert 'value="Messagerie"' in text_of(auditor.get(f"{room}?scope=mail"))
    assert "The desk" not in words_of(auditor.get(f"{room}?scope=nothing"))
    for finding, name in ((about_mail, "Messagerie"), (about_process, FRENCH)):
        assert f"<dd>{name}</dd>" in text_of(auditor.get(f"/governance/findings/{finding}"))
        assert f"8.6.1 {name}" in words_of(auditor.get("/governance/findings"))
    report = words_of(auditor.get(f"{room}/{number}/report"))
    assert f"8.6.1, {FRENCH}, Messagerie" in report
    assert f"8.6.1 · {FRENCH}" in report
    assert "8.6.1 · Messagerie" in report
