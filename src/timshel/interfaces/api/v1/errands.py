"""Long work: how far it is, for programs that began it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, KeyInAddress, Sent
from timshel.kernel.progress import actions, queries
from timshel.kernel.progress.states import ErrandState

router = Router(tags=["Jobs"])

SEEN_WITH = ("journal.view", "service_level.configure")
RETRIED_WITH = ("service_level.configure",)
JobKey = Annotated[KeyInAddress, Path(description="The key of the job.", examples=[12])]


class Errand(Sent):
    """A piece of long work."""

    id: int = Field(description="The key of the job.")
    kind: str = Field(description="What kind of work, such as `clocks.refresh`.")
    title: str = Field(description="In the language that was asked for.")
    state: ErrandState = Field(description="Where it stands.")
    done: int = Field(description="Steps done so far.")
    total: int | None = Field(description="Steps that there are; null while nobody knows.")
    result: dict[str, Any] = Field(description="What came of it.")
    error: str = Field(description="What went wrong last; empty if nothing did.")
    requested_by: str = Field(description="Who asked for it.")
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None


@router.get(
    "/{errand_id}",
    response=Errand,
    operation_id="read_errand",
    summary="Read how far a job is",
    openapi_extra=answers(404),
)
def read_errand(request: ApiRequest, errand_id: JobKey) -> Errand:
    """Return a job: one's own, or any with `journal.view` or `service_level.configure`."""
    return _errand(request, errand_id)


@router.post(
    "/{errand_id}/retry",
    response=Errand,
    operation_id="retry_errand",
    summary="Have a job tried again",
    openapi_extra=answers(403, 404, 409, 411, 422),
)
def retry_errand(
    request: ApiRequest, errand_id: JobKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have a job that failed go on where it was left: one's own, or any with
    `service_level.configure`."""

    def do() -> Answer:
        actions.retry_errand(
            errand_id,
            seen_with=SEEN_WITH,
            allowed_with=RETRIED_WITH,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_errand(request, errand_id))

    return answer_once(request, idempotency_key, do)


def _errand(request: ApiRequest, errand_id: int) -> Errand:
    row = queries.errand(errand_id, seen_with=SEEN_WITH, actor=request.auth)
    return Errand(
        id=row.id,
        kind=row.kind,
        title=gettext(row.title) if row.title else row.kind,
        state=row.state,
        done=row.done,
        total=row.total,
        result=dict(row.result),
        error=row.error,
        requested_by=row.requested_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
