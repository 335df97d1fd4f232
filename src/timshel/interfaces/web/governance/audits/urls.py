"""The addresses of internal audits, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.audits import audits, fieldwork, findings, programmes
from timshel.performance_evaluation.internal_audit.access import MANAGE, VIEW

path = partial(guarded_path, permissions=(VIEW,))
planning = partial(guarded_path, permissions=(MANAGE,))
AUDIT = "audits/<str:audit>"
FINDING = "findings/<str:finding>"
PROGRAMME = "audit-programmes/<str:programme>"

urlpatterns: list[URLPattern] = [
    path("audit-programmes", programmes.programmes, name="audit-programme-list"),
    planning("audit-programmes/new", programmes.new, name="audit-programme-new"),
    path(PROGRAMME, programmes.programme, name="audit-programme"),
    planning(f"{PROGRAMME}/change", programmes.change, name="audit-programme-change"),
    planning(f"{PROGRAMME}/weigh", programmes.weigh, name="audit-programme-weigh"),
    planning(f"{PROGRAMME}/agree", programmes.agree, name="audit-programme-agree"),
    planning(f"{PROGRAMME}/close", programmes.close, name="audit-programme-close"),
    planning("audits/new", audits.new, name="audit-new"),
    planning(f"{AUDIT}/change", audits.change, name="audit-change"),
    planning(f"{AUDIT}/close", audits.close, name="audit-close"),
    planning(f"{AUDIT}/cancel", audits.cancel, name="audit-cancel"),
    planning(f"{AUDIT}/follow-up", audits.follow_up, name="audit-follow-up"),
    # Auditors and those who were audited come here without a right of their own.
    open_path("audits", audits.audits, name="audit-list"),
    open_path("audits/fieldwork-worker.js", fieldwork.worker, name="audit-fieldwork-worker"),
    open_path(AUDIT, audits.audit, name="audit"),
    open_path(f"{AUDIT}/start", audits.start, name="audit-start"),
    open_path(f"{AUDIT}/questions/<int:question>", audits.question, name="audit-question"),
    open_path(f"{AUDIT}/fieldwork", fieldwork.fieldwork, name="audit-fieldwork"),
    open_path(f"{AUDIT}/notes/new", fieldwork.note_new, name="audit-note-new"),
    open_path(f"{AUDIT}/notes/<int:audit_note>", fieldwork.note, name="audit-note"),
    open_path(f"{AUDIT}/photos", fieldwork.photo_new, name="audit-photo-new"),
    open_path(f"{AUDIT}/photos/<int:audit_photo>", fieldwork.photo, name="audit-photo"),
    open_path(
        f"{AUDIT}/photos/<int:audit_photo>/remove",
        fieldwork.photo_remove,
        name="audit-photo-remove",
    ),
    open_path(f"{AUDIT}/sample", audits.sample, name="audit-sample"),
    open_path(f"{AUDIT}/report", audits.report, name="audit-report"),
    open_path(f"{AUDIT}/report/pdf", audits.report_pdf, name="audit-report-pdf"),
    open_path(f"{AUDIT}/findings/new", findings.new, name="finding-new"),
    open_path("findings", findings.findings, name="finding-list"),
    open_path(FINDING, findings.finding, name="finding"),
    open_path(f"{FINDING}/answer", findings.answer, name="finding-answer"),
    open_path(f"{FINDING}/judge", findings.judge, name="finding-judge"),
]
