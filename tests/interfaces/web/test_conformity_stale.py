"""Evidence that does not last: what is withdrawn or expires turns its clause on the next look."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.test import Client

from tests.cast import SYSTEM, Cast
from tests.errands import run_errands
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.improvement.conformity.actions import load_model, take_look
from timshel.improvement.conformity.rules import ClauseGiven, ModelGiven, QuestionGiven
from timshel.interfaces.connectors.packs import packs_directory
from timshel.support.competence import actions as competence
from timshel.support.competence.actions import (
    CertificateContent,
    PathContent,
    SkillContent,
    StepContent,
)
from timshel.support.documentation.models import Document

pytestmark = pytest.mark.django_db
WHOLE = "/governance/conformity"
DOCUMENTS = "/governance/documents"
POLICY, TRAINED = "5.2.1-1", "7.2-2"
ASKED = {POLICY: "5.2.1", TRAINED: "7.2"}
JONAS, TAMSIN = "jonas.okereke", "tamsin.harrowgate"
DAY = timedelta(days=1)


@pytest.fixture
def auditor(cast: Cast) -> Client:
    """A browser of the auditor; two questions of the standard are asked, by its own rules."""
    text = (packs_directory() / "standard" / "conformity.yaml").read_text(encoding="utf-8")
    (model,) = yaml.safe_load(text)["models"]
    questions = [
        QuestionGiven(**{**each, "rules": tuple(each["rules"])})
        for each in model["questions"]
        if each["code"] in ASKED
    ]
    clauses = tuple(ClauseGiven(number, f"Clause {number}") for number in ASKED.values())
    proof = ModelGiven("proof", "The standard", "2018", clauses, tuple(questions))
    load_model(proof, actor=SYSTEM, at=earlier(24 * 400))
    return browser_of(cast.auditor)


def stands(client: Client, status: str) -> set[str]:
    """Return the clauses whose worst evidence stands so, as the page shows them."""
    page = client.get(f"{WHOLE}?model=proof&status={status}")
    return set(re.findall(r'<th scope="row"><a href="[^"]*/clauses/proof:([\d.]+)"', text_of(page)))


def look(client: Client) -> None:
    assert client.post(f"{WHOLE}/look").status_code == 302
    assert run_errands(at=now()) == ["conformity.look"]


def publish_policy(owner: Client, approver: Client) -> str:
    """Have a policy written, approved and in effect, by its pages; returns its address."""
    entry = {
        "title": "How we manage services",
        "code": "policy",
        "kind": "policy",
        "owner": "bastian.nwosu",
        "clause": "5.2",
        "about": "",
        "review_months": "12",
        "retention_months": "36",
    }
    assert owner.post(f"{DOCUMENTS}/new", entry).status_code == 302
    page = f"{DOCUMENTS}/{Document.objects.get().number}"
    assert owner.post(f"{page}/write", {"text": "We keep what we promise."}).status_code == 302
    assert owner.post(f"{page}/submit", {"approver": "wendell"}).status_code == 302
    assert approver.post(f"{page}/approve").status_code == 302
    return page


def test_a_withdrawn_document_turns_its_clause_from_there_to_stale(
    cast: Cast, auditor: Client
) -> None:
    look(auditor)
    assert "5.2.1" in stands(auditor, "missing")
    owner = browser_of(cast.process_owner)
    page = publish_policy(owner, browser_of(cast.manager))
    look(auditor)
    assert stands(auditor, "met") == {"5.2.1"}
    given = {"judgement": "conforms", "note": "", "links": "", "next_date": "", "seen": "0"}
    question = f"{WHOLE}/questions/proof:{POLICY}"
    assert auditor.post(f"{question}/judge", given).status_code == 302
    assert owner.post(f"{page}/withdraw", {"reason": "Nobody kept it."}).status_code == 302
    assert stands(auditor, "met") == {"5.2.1"}
    look(auditor)
    assert stands(auditor, "stale") == {"5.2.1"}
    assert stands(auditor, "met") == set()
    words = words_of(auditor.get(question))
    assert "What was found has turned since the last verdict." in words
    assert f'href="{DOCUMENTS}"' in text_of(auditor.get(question))


def train(cast: Cast) -> None:
    """Have somebody trained a good year ago: a certificate until last week, a level, a step."""
    by: dict[str, Any] = {"actor": cast.process_owner, "at": earlier(24 * 375)}
    levels = ("Reads", "Helps", "Runs", "Teaches")
    skill = SkillContent("linux", "Linux servers", levels=levels, needs_certificate=True)
    competence.create_skill(skill, **by)
    first, last = (now() - 375 * DAY).date(), (now() - 7 * DAY).date()
    paper = CertificateContent(JONAS, "certificate", "Linux", "A school", first, last, "linux")
    competence.record_certificate(paper, **by)
    competence.say_level(JONAS, skill="linux", level=3, **by)
    path = competence.create_path(PathContent("On call"), **by)
    step = competence.add_step(path, content=StepContent("One night", position=1), **by)
    learning = competence.enrol(path, person=JONAS, confirmer=TAMSIN, **by)
    competence.read_step(learning, step=step, actor=cast.agent, at=by["at"])
    competence.sign_step(learning, step=step, actor=cast.lead, at=by["at"])


def test_an_expired_certificate_turns_its_clause_from_there_to_stale(
    cast: Cast, auditor: Client
) -> None:
    train(cast)
    take_look(actor=cast.auditor, at=earlier(24 * 20))
    assert stands(auditor, "met") == {"7.2"}
    look(auditor)
    assert stands(auditor, "stale") == {"7.2"}
    assert stands(auditor, "met") == set()
    page = text_of(auditor.get(f"{WHOLE}/questions/proof:{TRAINED}"))
    assert 'href="/governance/competence/certificates"' in page
