"""The addresses of documents, below ``/governance``.

Whoever is signed in may enter: what they find there is what they may read.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from timshel.interfaces.web.governance.documents import reading, records, register, writing

ONE = "documents/<str:document>"

urlpatterns: list[URLPattern] = [
    path("documents", register.documents, name="document-list"),
    path("documents/xlsx", register.as_xlsx, name="document-list-xlsx"),
    path("documents/new", writing.new_document, name="document-new"),
    path("documents/reading", reading.mine, name="document-reading"),
    path(ONE, records.document, name="document"),
    path(f"{ONE}/change", writing.change, name="document-change"),
    path(f"{ONE}/write", writing.write, name="document-write"),
    path(f"{ONE}/submit", writing.submit, name="document-submit"),
    path(f"{ONE}/approve", writing.approve, name="document-approve"),
    path(f"{ONE}/send-back", writing.send_back, name="document-send-back"),
    path(f"{ONE}/review", writing.review, name="document-review"),
    path(f"{ONE}/withdraw", writing.withdraw, name="document-withdraw"),
    path(f"{ONE}/distribute", reading.distribute, name="document-distribute"),
    path(f"{ONE}/readers", reading.readers, name="document-readers"),
    path(f"{ONE}/confirm", reading.confirm, name="document-confirm"),
    path(f"{ONE}/differences", records.differences, name="document-differences"),
    path(f"{ONE}/versions/<int:document_version>", records.version, name="document-version"),
    path(f"{ONE}/versions/<int:document_version>/file", records.file, name="document-file"),
]
