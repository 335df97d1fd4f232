"""The versions of controlled documents, their files, and what differs between two."""

from __future__ import annotations

from typing import Annotated

from django.http import FileResponse, HttpResponseBase
from ninja import Path, Router

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    refuse_unknown,
)
from timshel.interfaces.api.v1.document_shapes import (
    DocumentDifferences,
    DocumentLineDifference,
    DocumentNumber,
    DocumentVersion,
    VersionInAddress,
    VersionText,
)
from timshel.interfaces.api.v1.incident_conversation import DOWNLOAD, DOWNLOAD_POLICY
from timshel.kernel.errors import NotFound
from timshel.kernel.files import path_of
from timshel.support.documentation import queries

router = Router(tags=["Documents"])


@router.get(
    "/{document}/versions/{document_version}",
    response=VersionText,
    operation_id="read_document_version",
    summary="Read a version",
    openapi_extra=answers(404),
)
def read_document_version(
    request: ApiRequest, document: DocumentNumber, document_version: VersionInAddress
) -> VersionText:
    """Return what a version says."""
    refuse_unknown(request)
    view = queries.version_view(document, document_version, actor=request.auth, at=request.at)
    return VersionText(version=shown_version(view.version), text=view.text)


@router.get(
    "/{document}/versions/{document_version}/file",
    operation_id="read_document_file",
    summary="Fetch the file of a version",
    openapi_extra=DOWNLOAD,
)
def read_document_file(
    request: ApiRequest, document: DocumentNumber, document_version: VersionInAddress
) -> HttpResponseBase:
    """Return the content of the file that came with a version."""
    refuse_unknown(request)
    found = queries.version_view(
        document, document_version, actor=request.auth, at=request.at
    ).version
    path = path_of(found.file_sha256) if found.file_sha256 else None
    if path is None or not path.exists():
        raise NotFound
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=found.file_media_type,
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get(
    "/{document}/versions/{document_version}/differences/{later_version}",
    response=DocumentDifferences,
    operation_id="compare_document_versions",
    summary="Lay two versions over each other",
    openapi_extra=answers(404),
)
def compare_document_versions(
    request: ApiRequest,
    document: DocumentNumber,
    document_version: VersionInAddress,
    later_version: Annotated[
        int, Path(ge=1, le=2**31 - 1, description="The number of the newer one.", examples=[2])
    ],
) -> DocumentDifferences:
    """Return line by line what differs from one version to another."""
    refuse_unknown(request)
    found = queries.compared(
        document, document_version, later_version, actor=request.auth, at=request.at
    )
    lines = tuple(
        DocumentLineDifference(mark=each.mark.value, text=each.text) for each in found.lines
    )
    return DocumentDifferences(before=found.before.number, after=found.after.number, lines=lines)


def shown_version(row: queries.VersionRow) -> DocumentVersion:
    """Return a version as it is sent."""
    return DocumentVersion(
        number=row.number,
        state=row.state,
        change_note=row.change_note,
        asks_reading=row.asks_reading,
        author=row.author,
        approver=row.approver,
        sent_back_reason=row.sent_back_reason,
        written_at=row.written_at,
        submitted_at=row.submitted_at,
        approved_at=row.approved_at,
        effective_date=row.effective_date,
        ended_at=row.ended_at,
        kept_until=row.kept_until,
        file_name=row.file_name,
        file_size=row.file_size,
    )
