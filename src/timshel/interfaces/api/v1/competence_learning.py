"""Learning paths and people on them, for programs."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1 import competence_shapes as shapes
from timshel.interfaces.api.v1 import competence_told as told
from timshel.interfaces.api.v1.competence_doors import CHANGES, READS, Number, Step, router
from timshel.support.competence import actions, queries
from timshel.support.competence.states import EnrolmentState


@router.get(
    "/paths",
    response=shapes.PathsAnswer,
    operation_id="list_learning_paths",
    summary="List learning paths",
    openapi_extra=READS,
)
def list_learning_paths(request: ApiRequest, asked: Query[shapes.PagedQuery]) -> shapes.PathsAnswer:
    """Return the learning paths by name; all staff may."""
    refuse_unknown(request, shapes.PagedQuery.model_fields)
    page = queries.path_list(
        actor=request.auth, is_retired=asked.retired, cursor=asked.cursor, size=asked.size
    )
    return shapes.PathsAnswer(
        items=tuple(map(told.path_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "/paths",
    response={201: shapes.PathDetailAnswer},
    operation_id="create_learning_path",
    summary="Name a learning path",
    openapi_extra=CHANGES,
)
def create_learning_path(
    request: ApiRequest, given: shapes.PathTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Name a path; needs `competence.manage`."""

    def do() -> Answer:
        number = actions.create_path(given.content(), actor=request.auth, at=request.at)
        return _path(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/paths/{number}",
    response=shapes.PathDetailAnswer,
    operation_id="read_learning_path",
    summary="Read a learning path",
    openapi_extra=READS,
)
def read_learning_path(request: ApiRequest, number: Number) -> shapes.PathDetailAnswer:
    """Return a path with its steps and who is on it."""
    refuse_unknown(request)
    return told.path_detail_told(queries.path(number, actor=request.auth, at=request.at))


@router.put(
    "/paths/{number}",
    response=shapes.PathDetailAnswer,
    operation_id="change_learning_path",
    summary="Change a learning path",
    openapi_extra=CHANGES,
)
def change_learning_path(
    request: ApiRequest,
    number: Number,
    given: shapes.ChangedPath,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `competence.manage`."""

    def do() -> Answer:
        actions.change_path(
            number,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _path(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/paths/{number}/retire",
    response=shapes.PathDetailAnswer,
    operation_id="retire_learning_path",
    summary="Take a learning path out of use",
    openapi_extra=CHANGES,
)
def retire_learning_path(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take a learning path out of use; needs `competence.manage`."""

    def do() -> Answer:
        actions.retire_path(number, actor=request.auth, at=request.at)
        return _path(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/paths/{number}/restore",
    response=shapes.PathDetailAnswer,
    operation_id="restore_learning_path",
    summary="Take a learning path into use again",
    openapi_extra=CHANGES,
)
def restore_learning_path(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take a learning path into use again; needs `competence.manage`."""

    def do() -> Answer:
        actions.restore_path(number, actor=request.auth, at=request.at)
        return _path(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/paths/{number}/steps",
    response={201: shapes.PathDetailAnswer},
    operation_id="add_learning_step",
    summary="Add a step",
    openapi_extra=CHANGES,
)
def add_learning_step(
    request: ApiRequest,
    number: Number,
    given: shapes.StepTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Add a step to a path; needs `competence.manage`."""

    def do() -> Answer:
        actions.add_step(number, content=given.content(), actor=request.auth, at=request.at)
        return _path(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/paths/{number}/steps/{step}",
    response=shapes.PathDetailAnswer,
    operation_id="change_learning_step",
    summary="Change a step",
    openapi_extra=CHANGES,
)
def change_learning_step(
    request: ApiRequest,
    number: Number,
    step: Step,
    given: shapes.StepTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of a step anew; needs `competence.manage`."""

    def do() -> Answer:
        actions.change_step(
            number, step=step, content=given.content(), actor=request.auth, at=request.at
        )
        return _path(number, request)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/paths/{number}/steps/{step}",
    response=shapes.PathDetailAnswer,
    operation_id="remove_learning_step",
    summary="Remove a step",
    openapi_extra=CHANGES,
)
def remove_learning_step(
    request: ApiRequest, number: Number, step: Step, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Remove a step that nobody has read; needs `competence.manage`."""

    def do() -> Answer:
        actions.remove_step(number, step=step, actor=request.auth, at=request.at)
        return _path(number, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/learning",
    response=shapes.LearningsAnswer,
    operation_id="list_learning",
    summary="List people on learning paths",
    openapi_extra=READS,
)
def list_learning(
    request: ApiRequest, asked: Query[shapes.LearningQuery]
) -> shapes.LearningsAnswer:
    """Return those one may see: oneself, one's reports, whom one signs off."""
    refuse_unknown(request, shapes.LearningQuery.model_fields)
    page = queries.enrolment_list(
        actor=request.auth,
        at=request.at,
        state=EnrolmentState(asked.state.value) if asked.state else None,
        cursor=asked.cursor,
        size=asked.size,
    )
    return shapes.LearningsAnswer(
        items=tuple(map(told.learning_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "/learning",
    response={201: shapes.LearningDetailAnswer},
    operation_id="start_learning",
    summary="Put somebody on a learning path",
    openapi_extra=CHANGES,
)
def start_learning(
    request: ApiRequest, given: shapes.LearningTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Their manager may, and whoever has `competence.manage`."""

    def do() -> Answer:
        number = actions.enrol(
            given.path,
            person=given.person,
            confirmer=given.confirmer,
            due_date=given.due_date,
            actor=request.auth,
            at=request.at,
        )
        return _learning(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/learning/{number}",
    response=shapes.LearningDetailAnswer,
    operation_id="read_learning",
    summary="Read how far somebody is on a path",
    openapi_extra=READS,
)
def read_learning(request: ApiRequest, number: Number) -> shapes.LearningDetailAnswer:
    """Return somebody on a path, step by step."""
    refuse_unknown(request)
    return told.learning_detail_told(queries.enrolment(number, actor=request.auth, at=request.at))


@router.post(
    "/learning/{number}/steps/{step}/read",
    response=shapes.LearningDetailAnswer,
    operation_id="read_learning_step",
    summary="Confirm that one read a step",
    openapi_extra=CHANGES,
)
def read_learning_step(
    request: ApiRequest, number: Number, step: Step, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that one read and understood it; only of one's own."""

    def do() -> Answer:
        actions.read_step(number, step=step, actor=request.auth, at=request.at)
        return _learning(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/learning/{number}/steps/{step}/sign",
    response=shapes.LearningDetailAnswer,
    operation_id="sign_learning_step",
    summary="Sign off a step",
    openapi_extra=CHANGES,
)
def sign_learning_step(
    request: ApiRequest, number: Number, step: Step, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """The last one completes the path; never one's own."""

    def do() -> Answer:
        actions.sign_step(number, step=step, actor=request.auth, at=request.at)
        return _learning(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/learning/{number}/steps/{step}/return",
    response=shapes.LearningDetailAnswer,
    operation_id="return_learning_step",
    summary="Give a step back",
    openapi_extra=CHANGES,
)
def return_learning_step(
    request: ApiRequest, number: Number, step: Step, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """It is to be read again; never one's own."""

    def do() -> Answer:
        actions.return_step(number, step=step, actor=request.auth, at=request.at)
        return _learning(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/learning/{number}/stop",
    response=shapes.LearningDetailAnswer,
    operation_id="stop_learning",
    summary="Take somebody off a path",
    openapi_extra=CHANGES,
)
def stop_learning(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take somebody off a path; whoever signs off may."""

    def do() -> Answer:
        actions.stop_learning(number, actor=request.auth, at=request.at)
        return _learning(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/learning/{number}/resume",
    response=shapes.LearningDetailAnswer,
    operation_id="resume_learning",
    summary="Put somebody on a path again",
    openapi_extra=CHANGES,
)
def resume_learning(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put somebody on a path again; whoever signs off may."""

    def do() -> Answer:
        actions.resume_learning(number, actor=request.auth, at=request.at)
        return _learning(number, request)

    return answer_once(request, idempotency_key, do)


def _path(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.path(number, actor=request.auth, at=request.at)
    return Answer.of(told.path_detail_told(view), status=status)


def _learning(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.enrolment(number, actor=request.auth, at=request.at)
    return Answer.of(told.learning_detail_told(view), status=status)
