"""Internal audits as people meet them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.audits import MAIL, found, planned, programme, reported, running
from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from timshel.performance_evaluation.internal_audit import queries
from timshel.performance_evaluation.internal_audit.models import Audit, Finding, Programme, Sample

pytestmark = pytest.mark.django_db
HOME = "/governance/audits"
PLAN = {
    "programme": "year",
    "title": "Mail",
    "clauses": "8.6.1, 8.6.2",
    "services": ["mail"],
    "criteria": "Our rules",
    "lead": "rosalind.keppel",
    "auditors": "",
    "starts_on": "2026-03-02",
    "ends_on": "2026-03-06",
}
PROGRAMME = {
    "code": "next-year",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "manager": "wendell.achterberg",
    "objectives": "See whether it works",
}


class TestProgrammes:
    def test_a_programme_is_drafted_weighed_changed_and_agreed(self, cast: Cast) -> None:
        owner = browser_of(cast.process_owner)
        assert "No audit programmes yet" in words_of(owner.get("/governance/audit-programmes"))
        assert owner.get("/governance/audit-programmes/new").status_code == 200
        refused = owner.post("/governance/audit-programmes/new", {**PROGRAMME, "manager": "xyzzy"})
        assert refused.status_code == 422
        assert "See whether it works" in text_of(refused)
        assert owner.post("/governance/audit-programmes/new", PROGRAMME).status_code == 302
        at = "/governance/audit-programmes/next-year"
        assert "It was never audited." in words_of(owner.get(at))
        weight = {"kind": "clause", "subject": "8", "importance": "3"}
        assert owner.post(f"{at}/weigh", weight).status_code == 302
        assert owner.post(f"{at}/weigh", {**weight, "importance": "x"}).status_code == 422
        assert "wendell.achterberg" in text_of(owner.get(f"{at}/change"))
        stale = owner.post(f"{at}/change", {**PROGRAMME, "revision": "1"})
        assert "Somebody changed this meanwhile" in text_of(stale)
        assert owner.post(f"{at}/change", {**PROGRAMME, "revision": "2"}).status_code == 302
        owner.post(f"{at}/agree")
        assert Programme.objects.get().state == "agreed"
        owner.post(f"{at}/close")
        assert Programme.objects.get().state == "closed"

    def test_others_do_not_see_them(self, cast: Cast) -> None:
        programme(cast)
        other = browser_of(cast.requester)
        assert other.get("/governance/audit-programmes").status_code == 403
        assert other.get("/governance/audit-programmes/year").status_code == 403
        manager = browser_of(cast.manager)
        assert manager.get("/governance/audit-programmes/year").status_code == 200
        assert manager.get("/governance/audit-programmes/none").status_code == 404
        assert manager.get("/governance/audit-programmes/year/change").status_code == 403


class TestAudits:
    def test_an_audit_is_planned_and_changed(self, cast: Cast) -> None:
        programme(cast)
        owner = browser_of(cast.process_owner)
        assert "No audits here" in words_of(owner.get(HOME))
        assert 'value="mail"' in text_of(owner.get(f"{HOME}/new"))
        partial = owner.post(f"{HOME}/new", {**PLAN, "lead": "adaeze.thornquist"})
        assert partial.status_code == 422
        assert "owns the service Mail" in text_of(partial)
        assert "Our rules" in text_of(partial)
        assert owner.post(f"{HOME}/new", PLAN).status_code == 302
        assert "Rosalind Keppel" in words_of(owner.get(HOME))
        assert "AUD" in words_of(owner.get(f"{HOME}?scope=8.6&state=planned"))
        key = queries.audit_number(Audit.objects.get().pk)
        at = f"{HOME}/{key}"
        assert "8.6.1, 8.6.2" in text_of(owner.get(f"{at}/change"))
        changed = {**PLAN, "title": "Mail again", "revision": "1"}
        assert owner.post(f"{at}/change", changed).status_code == 302
        stale = owner.post(f"{at}/change", changed)
        assert "Somebody changed this meanwhile" in text_of(stale)
        assert "Mail again" in words_of(owner.get(at))
        assert owner.post(f"{at}/cancel").status_code == 302
        assert Audit.objects.get().state == "cancelled"

    def test_questions_are_asked_one_after_another(self, cast: Cast) -> None:
        number = running(cast)
        auditor = browser_of(cast.auditor)
        at = f"{HOME}/{number}/questions/1"
        assert "Take ten incidents" in words_of(auditor.get(at))
        refused = auditor.post(at, {"notes": "Seen at the desk", "revision": "1"})
        assert refused.status_code == 422
        assert "Seen at the desk" in text_of(refused)
        going_on = auditor.post(at, {"answer": "conforms", "revision": "1"})
        assert going_on.headers["Location"].endswith("/questions/2")
        stale = auditor.post(at, {"answer": "conforms", "notes": "Mine", "revision": "1"})
        assert "Mine" in text_of(stale)
        second = f"{HOME}/{number}/questions/2"
        last = auditor.post(second, {"answer": "not_applicable", "revision": "1"})
        assert last.headers["Location"].endswith(number)
        assert auditor.get(f"{HOME}/{number}/questions/9").status_code == 404
        owner = browser_of(cast.process_owner)
        assert owner.post(second, {"answer": "conforms", "revision": "2"}).status_code == 403

    def test_it_begins_is_sampled_reported_and_followed_up(self, cast: Cast) -> None:
        number = planned(cast)
        auditor = browser_of(cast.auditor)
        at = f"{HOME}/{number}"
        assert "Begin" in words_of(auditor.get(at))
        assert auditor.post(f"{at}/start").status_code == 302
        sample = {
            "kind": "incident",
            "from_day": "2026-03-01",
            "until_day": "2026-03-31",
            "size": "5",
            "seed": "abc",
        }
        assert auditor.get(f"{at}/sample").status_code == 200
        assert auditor.post(f"{at}/sample", {**sample, "size": "0"}).status_code == 422
        assert auditor.post(f"{at}/sample", sample).status_code == 302
        assert Sample.objects.get().seed == "abc"
        assert "abc" in words_of(auditor.get(at))
        assert "Draft: it is not reported yet." in words_of(auditor.get(f"{at}/report"))
        assert auditor.post(f"{at}/report", {"conclusion": ""}).status_code == 422
        assert auditor.post(f"{at}/report", {"conclusion": "Mostly good."}).status_code == 302
        assert "Mostly good." in words_of(auditor.get(f"{at}/report"))
        sent = auditor.get(f"{at}/report/pdf")
        assert sent.content.startswith(b"%PDF")
        follow = {
            "programme": "year",
            "title": "Again",
            "starts_on": "2026-09-01",
            "ends_on": "2026-09-02",
        }
        assert "Follow-up: " in text_of(auditor.get(f"{at}/follow-up"))
        assert auditor.post(f"{at}/follow-up", follow).status_code == 302
        assert auditor.post(f"{at}/close").status_code == 302

    def test_those_audited_read_it_once_it_is_reported(self, cast: Cast) -> None:
        number = running(cast)
        engineer = browser_of(cast.requester)
        assert engineer.get(HOME).status_code == 403
        for page in ("", "/report", "/report/pdf", "/questions/1", "/sample", "/findings/new"):
            assert engineer.get(f"{HOME}/{number}{page}").status_code == 404
        assert browser_of(cast.manager).get(f"{HOME}/{number}/sample").status_code == 403

    def test_the_list_takes_as_many_queries_for_many(self, cast: Cast) -> None:
        programme(cast)
        auditor = browser_of(cast.auditor)
        taken = []
        for title in range(10):
            number = running(cast, replace(MAIL, title=str(title)), home="year")
            found(number, cast.auditor)
            if title in (2, 9):
                for page in (
                    HOME,
                    "/governance/findings",
                    "/governance/audit-programmes/year",
                ):
                    auditor.get(page)
                    with CaptureQueriesContext(connection) as seen:
                        assert auditor.get(page).status_code == 200
                    taken.append(len(seen))
        assert taken[:3] == taken[3:]


class TestFindings:
    def test_it_is_written_down_answered_followed_up_and_closed(self, cast: Cast) -> None:
        at_now = earlier(1)
        number = running(cast, at=at_now)
        auditor = browser_of(cast.auditor)
        given = {
            "grade": "minor",
            "text": "No priority",
            "clause": "8.6.1",
            "service": "mail",
            "answer_due": "2099-01-01",
        }
        form = f"{HOME}/{number}/findings/new"
        assert auditor.get(form).status_code == 200
        refused = auditor.post(form, {**given, "answer_due": ""})
        assert "Please say until when" in text_of(refused)
        assert "No priority" in text_of(refused)
        assert auditor.post(form, given).status_code == 302
        finding = queries.finding_number(Finding.objects.get().pk)
        auditor.post(f"{HOME}/{number}/report", {"conclusion": "Good."})
        at = f"/governance/findings/{finding}"
        owner = browser_of(cast.service_owner)
        assert "Answer it" in words_of(owner.get(at))
        assert finding in words_of(owner.get("/governance/findings?state=open&grade=minor"))
        empty = owner.post(f"{at}/answer", {"answer": "", "revision": "1"})
        assert empty.status_code == 422
        assert owner.post(f"{at}/answer", {"answer": "Done", "revision": "1"}).status_code == 302
        refused = auditor.post(f"{at}/judge", {"deed": "return", "note": "", "revision": "2"})
        assert refused.status_code == 422
        assert auditor.post(f"{at}/judge", {"deed": "wrong"}).status_code == 404
        followed = {"deed": "follow_up", "note": "It works", "revision": "2"}
        assert auditor.post(f"{at}/judge", followed).status_code == 302
        assert auditor.post(f"{at}/judge", {"deed": "close", "revision": "3"}).status_code == 302
        assert "Closed" in words_of(owner.get(at))
        assert browser_of(cast.requester).get(at).status_code == 404

    def test_an_empty_list_says_so(self, cast: Cast) -> None:
        reported(cast)
        page = browser_of(cast.auditor).get("/governance/findings?state=closed")
        assert "No findings here" in words_of(page)
