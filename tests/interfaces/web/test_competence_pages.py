"""Skills, certificates and learning as people meet them."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.support.competence.models import Certificate, Enrolment, LearningPath, Need, PathStep

pytestmark = pytest.mark.django_db
ROOM = "/governance/competence"
SKILL = {"code": "linux", "name": "Linux servers", "level_1": "Knows the *words*"}
PAPER = {"kind": "training", "title": "Linux week", "issuer": "A school", "issued_on": "2026-01-05"}
JONAS = f"{ROOM}/people/jonas.okereke"


def sent(browser: Client, address: str, given: dict[str, str] | None = None) -> str:
    answer = browser.post(address, given or {})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def skill(keeper: Client, code: str = "linux") -> str:
    return sent(keeper, f"{ROOM}/skills/new", {**SKILL, "code": code, "name": f"Skill {code}"})


def test_a_skill_is_needed_proposed_and_confirmed(cast: Cast) -> None:
    keeper, agent = browser_of(cast.process_owner), browser_of(cast.agent)
    assert "No team needs a skill yet" in words_of(keeper.get(ROOM))
    address = skill(keeper)
    need = {"who": "team:service-desk", "level": "3", "people": "2"}
    wrong = keeper.post(f"{address}/needs", {**need, "people": "0"})
    assert (wrong.status_code, 'value="0"' in text_of(wrong)) == (422, True)
    sent(keeper, f"{address}/needs", need)
    assert "Nobody holds it" in words_of(keeper.get(ROOM))
    assert sent(agent, f"{JONAS}/levels", {"skill": "linux", "level": "3"}) == f"{ROOM}/mine"
    assert "Proposed" in words_of(agent.get(f"{ROOM}/mine"))
    assert agent.post(f"{JONAS}/levels/linux", {"deed": "confirm"}).status_code == 403
    assert keeper.post(f"{JONAS}/levels/linux", {"deed": "praise"}).status_code == 404
    sent(keeper, f"{JONAS}/levels/linux", {"deed": "confirm"})
    page = words_of(keeper.get(ROOM))
    assert "1 of 2 at level 3" in page
    assert "One person alone holds it" in page
    assert "Jonas Okereke-Vale" in words_of(keeper.get(address))
    book = load_workbook(io.BytesIO(keeper.get(f"{ROOM}/xlsx").content))
    assert len(book.worksheets) == 2
    assert book.worksheets[1]["G2"].value in (None, "")
    sent(keeper, f"{address}/needs/{Need.objects.get().pk}/remove")
    sent(keeper, f"{address}/retire")
    assert "Out of use" in words_of(keeper.get(address))
    assert "Skill linux" in words_of(keeper.get(f"{ROOM}/skills?when=retired"))
    sent(keeper, f"{address}/retire", {"back": "yes"})


def test_what_is_refused_is_kept(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    wrong = keeper.post(f"{ROOM}/skills/new", {**SKILL, "code": "Linux Servers"})
    assert (wrong.status_code, "Knows the *words*" in text_of(wrong)) == (422, True)
    address = skill(keeper)
    form = text_of(keeper.get(f"{address}/change"))
    assert "Knows the *words*" in form
    given = {"name": "Linux", "revision": "1", "processes": "incident, change"}
    sent(keeper, f"{address}/change", given)
    assert "incident, change" in words_of(keeper.get(address))
    late = keeper.post(f"{address}/change", {**given, "name": "Unix"})
    assert (late.status_code, 'value="Unix"' in text_of(late)) == (422, True)
    level = keeper.post(f"{JONAS}/levels", {"skill": "none", "level": "3", "note": "Keep me"})
    assert (level.status_code, "Keep me" in text_of(level)) == (422, True)
    form = keeper.get(f"{JONAS}/certificates/new")
    assert form.status_code == 200
    wrong = keeper.post(f"{JONAS}/certificates/new", {**PAPER, "link": "javascript:alert(1)"})
    assert (wrong.status_code, "Linux week" in text_of(wrong)) == (422, True)


def test_a_certificate_is_recorded_checked_and_withdrawn(cast: Cast) -> None:
    keeper, agent = browser_of(cast.process_owner), browser_of(cast.agent)
    skill(keeper)
    given = {**PAPER, "skill": "linux", "expires_on": "2026-01-06", "link": "https://a.example"}
    address = sent(agent, f"{JONAS}/certificates/new", given)
    assert "Expired" in words_of(agent.get(f"{ROOM}/mine"))
    assert agent.post(f"{address}/judge", {"deed": "check"}).status_code == 403
    sent(keeper, f"{address}/judge", {"deed": "check"})
    for when, count in (("expired", 1), ("force", 0), ("soon", 0), ("magic", 1)):
        page = words_of(keeper.get(f"{ROOM}/certificates?when={when}"))
        assert page.count("Linux week") == count
    assert keeper.post(f"{address}/judge", {"deed": "burn"}).status_code == 404
    assert keeper.post(f"{address}/judge", {"deed": "withdraw", "reason": ""}).status_code == 422
    sent(keeper, f"{address}/judge", {"deed": "withdraw", "reason": "Not hers"})
    assert "Not hers" in words_of(keeper.get(address))
    assert Certificate.objects.count() == 1


def test_a_path_is_written_read_and_signed_off(cast: Cast) -> None:
    keeper, agent, lead = map(browser_of, (cast.process_owner, cast.agent, cast.lead))
    assert "There are none yet" in words_of(keeper.get(f"{ROOM}/paths"))
    assert keeper.post(f"{ROOM}/paths/new", {"summary": "Kept"}).status_code == 422
    path = sent(keeper, f"{ROOM}/paths/new", {"name": "First weeks", "summary": "**All**"})
    step = {"title": "Read", "text": "_Slowly_", "document": "DOC0000001", "position": "1"}
    wrong = keeper.post(f"{path}/steps/new", {**step, "document": "a/b"})
    assert (wrong.status_code, "_Slowly_" in text_of(wrong)) == (422, True)
    sent(keeper, f"{path}/steps/new", step)
    key = PathStep.objects.get().pk
    assert "_Slowly_" in text_of(keeper.get(f"{path}/steps/{key}"))
    sent(keeper, f"{path}/steps/{key}", {**step, "title": "Read all"})
    sent(keeper, f"{path}/steps/new", {"title": "Too much", "position": "2"})
    sent(keeper, f"{path}/steps/{PathStep.objects.latest('pk').pk}/remove")
    assert "<em>Slowly</em>" in text_of(agent.get(path))
    wrong = keeper.post(f"{path}/learners", {"person": "Nobody", "confirmer": "Tamsin"})
    assert (wrong.status_code, 'value="Tamsin"' in text_of(wrong)) == (422, True)
    address = sent(keeper, f"{path}/learners", {"person": "Jonas", "confirmer": "Tamsin"})
    assert "First weeks" in words_of(agent.get(f"{ROOM}/mine"))
    assert "I have read and understood this" in words_of(agent.get(address))
    sent(agent, f"{address}/steps/{key}", {"deed": "read"})
    assert agent.post(f"{address}/steps/{key}", {"deed": "sign"}).status_code == 403
    assert agent.post(f"{address}/steps/{key}", {"deed": "skip"}).status_code == 404
    assert "Sign off" in words_of(lead.get(address))
    sent(lead, f"{address}/end", {"deed": "stop"})
    assert "Go on" in words_of(lead.get(address))
    sent(lead, f"{address}/end", {"deed": "resume"})
    assert lead.post(f"{address}/end", {"deed": "burn"}).status_code == 404
    sent(lead, f"{address}/steps/{key}", {"deed": "sign"})
    assert Enrolment.objects.get().state == "completed"
    given = {"name": "First months", "revision": "1"}
    sent(keeper, f"{path}/change", given)
    assert keeper.post(f"{path}/change", given).status_code == 422
    sent(keeper, f"{path}/retire")
    assert "First months" in words_of(agent.get(f"{ROOM}/paths?when=retired"))
    sent(keeper, f"{path}/retire", {"back": "yes"})
    assert not LearningPath.objects.get().is_retired


def test_who_may_not_does_not_get_in(cast: Cast) -> None:
    keeper, requester = browser_of(cast.process_owner), browser_of(cast.requester)
    address = skill(keeper)
    for page, status in (
        (ROOM, 403),
        (f"{ROOM}/xlsx", 403),
        (f"{ROOM}/certificates", 403),
        (f"{ROOM}/skills/new", 403),
        (JONAS, 404),
        (f"{JONAS}/certificates/new", 404),
        (f"{ROOM}/mine", 200),
        (f"{ROOM}/skills", 200),
        (address, 200),
    ):
        assert requester.get(page).status_code == status, page
    auditor = browser_of(cast.auditor)
    assert auditor.get(f"{address}/change").status_code == 403
    assert auditor.get(f"{JONAS}/certificates/new").status_code == 403
    assert "Say a level" not in words_of(auditor.get(JONAS))


def test_more_rows_take_no_more_queries(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    pages = [
        ROOM,
        JONAS,
        *(f"{ROOM}/{each}" for each in ("skills", "certificates", "paths", "skills/s0")),
    ]

    def grow(first: int, last: int) -> None:
        for position in range(first, last):
            address = skill(keeper, f"s{position}")
            need = {"who": "team:service-desk", "level": "3", "people": "2"}
            sent(keeper, f"{address}/needs", need)
            sent(keeper, f"{JONAS}/levels", {"skill": f"s{position}", "level": "3"})
            sent(keeper, f"{JONAS}/certificates/new", {**PAPER, "skill": f"s{position}"})
            path = sent(keeper, f"{ROOM}/paths/new", {"name": f"Path {position}"})
            sent(keeper, f"{path}/steps/new", {"title": "Read", "position": "1"})
            sent(keeper, f"{path}/learners", {"person": "Jonas", "confirmer": "Tamsin"})

    def counts() -> list[int]:
        found = []
        for page in pages:
            keeper.get(page)
            with CaptureQueriesContext(
                connection,
            ) as taken:
                assert keeper.get(page).status_code == 200
            found.append(len(taken))
        return found

    grow(0, 3)
    few = counts()
    grow(3, 10)
    assert counts() == few
