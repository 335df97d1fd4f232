"""Documents on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import Cast
from tests.documents import drafted, effective, told
from timshel.support.documentation.models import Document
from timshel.support.documentation.rules import Audience

ENTRY = {
    "title": "Incident procedure",
    "code": "incident-procedure",
    "kind": "procedure",
    "owner": "bastian.nwosu",
}
FORM = {**ENTRY, "about": "", "review_months": "12", "retention_months": "36"}
WRITTEN = {"text": "Restore service at once."}
APPROVER = {"approver": "wendell.achterberg"}
REASON = {"reason": "It is part of the plan."}
AUDIENCE = {"units": ["it"], "people": ["imre.castellane"]}
BODIES: dict[str, dict[str, Any]] = {
    "document-new": {**FORM, "code": "another"},
    "document-change": {**FORM, "title": "Incidents"},
    "document-write": WRITTEN,
    "document-submit": APPROVER,
    "document-send-back": REASON,
    "document-review": {"note": "Read it all."},
    "document-withdraw": REASON,
    "document-distribute": {"units": ["it"], "people": "imre.castellane"},
    "document-confirm": {"version": "1"},
    "api-list_documents": {**ENTRY, "code": "another"},
    "api-read_document": {**ENTRY, "title": "Incidents"},
    "api-save_document_draft": WRITTEN,
    "api-submit_document": APPROVER,
    "api-send_back_document": REASON,
    "api-review_document": {"note": "Read it all."},
    "api-withdraw_document": REASON,
    "api-distribute_document": AUDIENCE,
    "api-confirm_document": {"version": 1},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Bring a document into effect that the requester is to read, with a draft to come."""
    number = _kept(cast, "incident-procedure", "Incident procedure", at=at)
    return {
        "<str:document>": number,
        "<document>": number,
        "<int:document_version>": "1",
        "<document_version>": "1",
        "<later_version>": "2",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Keep one more."""
    _kept(cast, f"procedure-{position}", f"Procedure {position}", at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about documents."""
    key = Document.objects.order_by("pk")[0].pk
    one = f"/governance/documents/DOC{key:07d}"
    api = f"/api/v1/documents/DOC{key:07d}"
    asked = ("change", "write", "submit", "send-back", "review", "withdraw", "distribute")
    return {
        "document-list": ("process_owner", "/governance/documents"),
        "document-list-xlsx": ("process_owner", "/governance/documents/xlsx"),
        "document-new": ("process_owner", "/governance/documents/new"),
        "document-reading": ("requester", "/governance/documents/reading"),
        "document": ("process_owner", one),
        **{f"document-{name}": ("process_owner", f"{one}/{name}") for name in asked},
        "document-readers": ("process_owner", f"{one}/readers"),
        "document-differences": ("process_owner", f"{one}/differences?before=1&after=2"),
        "document-version": ("process_owner", f"{one}/versions/1"),
        "api-list_documents": ("api-process_owner", "/api/v1/documents"),
        "api-list_my_reading": ("api-process_owner", "/api/v1/documents/reading"),
        "api-read_document": ("api-process_owner", api),
        "api-list_document_readers": ("api-process_owner", f"{api}/readers"),
        "api-read_document_version": ("api-process_owner", f"{api}/versions/1"),
        "api-compare_document_versions": (
            "api-process_owner",
            f"{api}/versions/1/differences/2",
        ),
    }


def _kept(cast: Cast, code: str, title: str, *, at: datetime) -> str:
    number = effective(cast, at=at, code=code, title=title)
    told(cast, number, Audience(people=("imre.castellane",)), at=at)
    drafted(cast, number, at=at, text="Restore service at once.")
    return number
