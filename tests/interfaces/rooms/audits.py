"""Internal audits on the scenes of the rights and of the query counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from tests.audits import MAIL, found, planned, programme, running
from tests.cast import Cast
from tests.pictures import png
from timshel.performance_evaluation.internal_audit import actions
from timshel.performance_evaluation.internal_audit.models import Audit, Finding
from timshel.performance_evaluation.internal_audit.queries import audit_number, finding_number
from timshel.performance_evaluation.internal_audit.rules import GivenPhoto, PhotoPlace

PROGRAMME = {
    "code": "next-year",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "manager": "wendell.achterberg",
}
CHANGED = {name: value for name, value in PROGRAMME.items() if name != "code"}
PLAN: dict[str, Any] = {
    "title": "Mail",
    "services": ["mail"],
    "lead": "rosalind.keppel",
    "starts_on": "2026-03-02",
    "ends_on": "2026-03-06",
}
FOLLOW = {
    "programme": "year",
    "title": "Again",
    "starts_on": "2026-09-01",
    "ends_on": "2026-09-02",
}
FOUND = {"grade": "observation", "text": "It could be better."}
SAMPLE = {"kind": "incident", "size": "5", "from_day": "2026-01-01", "until_day": "2026-12-31"}
BODIES: dict[str, dict[str, Any]] = {
    "audit-programme-new": PROGRAMME,
    "audit-programme-change": {**CHANGED, "revision": "2"},
    "audit-programme-weigh": {"kind": "clause", "subject": "8", "importance": "3"},
    "audit-new": {**PLAN, "programme": "year"},
    "audit-change": {**PLAN, "revision": "2"},
    "audit-question": {"answer": "conforms", "revision": "1"},
    "audit-note-new": {"text": "Seen."},
    "audit-note": {"text": "Seen twice.", "revision": "1"},
    "audit-photo-new": {"about": "question-1"},
    "audit-photo-remove": {"reason": "Shows a face."},
    "audit-sample": SAMPLE,
    "audit-report": {"conclusion": "Good."},
    "audit-follow-up": FOLLOW,
    "finding-new": FOUND,
    "finding-answer": {"answer": "We will.", "revision": "1"},
    "finding-judge": {"deed": "close", "revision": "1"},
    "api-list_audits": {**PLAN, "programme": "year"},
    "api-list_audit_programmes": PROGRAMME,
    "api-read_audit_programme": {**CHANGED, "revision": 2},
    "api-move_audit_programme": {"deed": "close"},
    "api-weigh_audit_subject": {"kind": "clause", "code": "8", "importance": 3},
    "api-answer_audit_finding": {"answer": "We will.", "revision": 1},
    "api-judge_audit_finding": {"deed": "close", "revision": 1},
    "api-read_audit": {**PLAN, "revision": 2},
    "api-report_audit": {"conclusion": "Good."},
    "api-follow_up_audit": FOLLOW,
    "api-answer_audit_question": {"answer": "conforms", "revision": 1},
    "api-write_audit_note": {"text": "Seen."},
    "api-change_audit_note": {"text": "Seen twice.", "revision": 1},
    "api-remove_audit_photo": {"reason": "Shows a face."},
    "api-draw_audit_sample": {
        "kind": "incident",
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2027-01-01T00:00:00Z",
        "size": 5,
    },
    "api-raise_audit_finding": FOUND,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Have an audit run, with a finding."""
    programme(cast, at=at)
    audit = running(cast, home="year", at=at)
    finding = found(audit, cast.auditor, at=at)
    by_auditor: dict[str, Any] = {"actor": cast.auditor, "at": at}
    actions.write_note(audit, text="Seen.", **by_auditor)
    photo = GivenPhoto("door.png", BytesIO(png()))
    actions.add_photo(audit, place=PhotoPlace("note", 1), photo=photo, **by_auditor)
    return {
        "<str:programme>": "year",
        "<str:audit>": audit,
        "<str:finding>": finding,
        "questions/<int:question>": "questions/1",
        "<int:audit_note>": "1",
        "<int:audit_photo>": "1",
        "/audits/programmes/<code>": "/audits/programmes/year",
        "/audits/findings/<number>": f"/audits/findings/{finding}",
        "/audits/<number>": f"/audits/{audit}",
        "/questions/<position>": "/questions/1",
        "/notes/<position>": "/notes/1",
        "/photos/<position>": "/photos/1",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Add an audit with a finding."""
    home = f"year-{position}"
    programme(cast, home, at=at)
    audit = running(cast, replace(MAIL, title=f"Mail {position}"), home=home, at=at)
    found(audit, cast.auditor, at=at)
    planned(cast, home=home, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about audits."""
    del cast
    row = Audit.objects.filter(state="running").order_by("pk")[0]
    number, home = audit_number(row.pk), row.programme.code
    finding = finding_number(Finding.objects.filter(audit=row).order_by("pk")[0].pk)
    web, api = "/governance", "/api/v1/audits"
    return {
        "audit-list": ("process_owner", f"{web}/audits"),
        "audit-new": ("process_owner", f"{web}/audits/new"),
        "audit": ("process_owner", f"{web}/audits/{number}"),
        "audit-change": ("process_owner", f"{web}/audits/{number}/change"),
        "audit-fieldwork-worker": ("", f"{web}/audits/fieldwork-worker.js"),
        "audit-follow-up": ("process_owner", f"{web}/audits/{number}/follow-up"),
        "audit-question": ("process_owner", f"{web}/audits/{number}/questions/1"),
        "audit-report": ("process_owner", f"{web}/audits/{number}/report"),
        "audit-report-pdf": ("process_owner", f"{web}/audits/{number}/report/pdf"),
        "finding-list": ("process_owner", f"{web}/findings"),
        "finding": ("process_owner", f"{web}/findings/{finding}"),
        "audit-programme-list": ("process_owner", f"{web}/audit-programmes"),
        "audit-programme-new": ("process_owner", f"{web}/audit-programmes/new"),
        "audit-programme": ("process_owner", f"{web}/audit-programmes/{home}"),
        "audit-programme-change": ("process_owner", f"{web}/audit-programmes/{home}/change"),
        "api-list_audits": ("api-process_owner", api),
        "api-read_audit": ("api-process_owner", f"{api}/{number}"),
        "api-list_audit_programmes": ("api-process_owner", f"{api}/programmes"),
        "api-read_audit_programme": ("api-process_owner", f"{api}/programmes/{home}"),
        "api-read_audit_proposal": ("api-process_owner", f"{api}/programmes/{home}/proposal"),
        "api-list_audit_findings": ("api-process_owner", f"{api}/findings"),
        "api-read_audit_finding": ("api-process_owner", f"{api}/findings/{finding}"),
    }
