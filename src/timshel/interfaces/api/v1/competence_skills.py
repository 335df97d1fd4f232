"""Skills, levels, certificates and gaps, for programs."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1 import competence_shapes as shapes
from timshel.interfaces.api.v1 import competence_told as told
from timshel.interfaces.api.v1.competence_doors import (
    CHANGES,
    READS,
    Number,
    PersonCode,
    SkillCode,
    Whose,
    WhoseCode,
    router,
)
from timshel.kernel.errors import NotFound
from timshel.support.competence import actions, queries
from timshel.support.competence.queries import CertificateFilter


@router.get(
    "/matrix",
    response=shapes.MatrixAnswer,
    operation_id="read_skills_matrix",
    summary="Read the skills matrix",
    openapi_extra=READS,
)
def read_skills_matrix(request: ApiRequest) -> shapes.MatrixAnswer:
    """Return teams and roles by skill with the gaps; needs `competence.view`."""
    refuse_unknown(request)
    return told.matrix_told(queries.skills_matrix(actor=request.auth, at=request.at))


@router.get(
    "/skills",
    response=shapes.SkillsAnswer,
    operation_id="list_skills",
    summary="List skills",
    openapi_extra=READS,
)
def list_skills(request: ApiRequest, asked: Query[shapes.PagedQuery]) -> shapes.SkillsAnswer:
    """Return the skills by name; all staff may."""
    refuse_unknown(request, shapes.PagedQuery.model_fields)
    page = queries.skill_list(
        actor=request.auth, is_retired=asked.retired, cursor=asked.cursor, size=asked.size
    )
    return shapes.SkillsAnswer(
        items=tuple(map(told.skill_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "/skills",
    response={201: shapes.SkillDetailAnswer},
    operation_id="create_skill",
    summary="Name a skill",
    openapi_extra=CHANGES,
)
def create_skill(
    request: ApiRequest, given: shapes.NewSkill, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Name a skill; needs `competence.manage`."""

    def do() -> Answer:
        code = actions.create_skill(given.content_of(given.code), actor=request.auth, at=request.at)
        return _skill(code, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/skills/{skill}",
    response=shapes.SkillDetailAnswer,
    operation_id="read_skill",
    summary="Read a skill",
    openapi_extra=READS,
)
def read_skill(request: ApiRequest, skill: SkillCode) -> shapes.SkillDetailAnswer:
    """Return a skill with who needs and who holds it."""
    refuse_unknown(request)
    return told.skill_detail_told(queries.skill(skill, actor=request.auth, at=request.at))


@router.put(
    "/skills/{skill}",
    response=shapes.SkillDetailAnswer,
    operation_id="change_skill",
    summary="Change a skill",
    openapi_extra=CHANGES,
)
def change_skill(
    request: ApiRequest,
    skill: SkillCode,
    given: shapes.ChangedSkill,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `competence.manage`."""

    def do() -> Answer:
        actions.change_skill(
            skill,
            content=given.content_of(skill),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _skill(skill, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/skills/{skill}/retire",
    response=shapes.SkillDetailAnswer,
    operation_id="retire_skill",
    summary="Take a skill out of use",
    openapi_extra=CHANGES,
)
def retire_skill(
    request: ApiRequest, skill: SkillCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take a skill out of use; needs `competence.manage`."""

    def do() -> Answer:
        actions.retire_skill(skill, actor=request.auth, at=request.at)
        return _skill(skill, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/skills/{skill}/restore",
    response=shapes.SkillDetailAnswer,
    operation_id="restore_skill",
    summary="Take a skill into use again",
    openapi_extra=CHANGES,
)
def restore_skill(
    request: ApiRequest, skill: SkillCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take a skill into use again; needs `competence.manage`."""

    def do() -> Answer:
        actions.restore_skill(skill, actor=request.auth, at=request.at)
        return _skill(skill, request)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/skills/{skill}/needs/{kind}/{code}",
    response=shapes.SkillDetailAnswer,
    operation_id="say_skill_need",
    summary="Say who needs a skill",
    openapi_extra=CHANGES,
)
def say_skill_need(
    request: ApiRequest,
    skill: SkillCode,
    kind: Whose,
    code: WhoseCode,
    given: shapes.NeedTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say how many of a team or a role need it; needs `competence.manage`."""

    def do() -> Answer:
        actions.say_need(
            skill,
            kind=kind.value,
            code=code,
            level=given.level,
            people=given.people,
            actor=request.auth,
            at=request.at,
        )
        return _skill(skill, request)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/skills/{skill}/needs/{kind}/{code}",
    response=shapes.SkillDetailAnswer,
    operation_id="drop_skill_need",
    summary="Say who needs a skill no more",
    openapi_extra=CHANGES,
)
def drop_skill_need(
    request: ApiRequest,
    skill: SkillCode,
    kind: Whose,
    code: WhoseCode,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Drop the need of a team or a role; needs `competence.manage`."""

    def do() -> Answer:
        actions.drop_need(
            skill, need=_need(skill, kind, code, request), actor=request.auth, at=request.at
        )
        return _skill(skill, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/mine",
    response=shapes.PersonCompetenceAnswer,
    operation_id="read_own_competence",
    summary="Read what one can do and learns",
    openapi_extra=READS,
)
def read_own_competence(request: ApiRequest) -> shapes.PersonCompetenceAnswer:
    """Return one's own skills, certificates and learning; needs no right."""
    refuse_unknown(request)
    return told.person_told(queries.own_view(actor=request.auth, at=request.at))


@router.get(
    "/people/{person}",
    response=shapes.PersonCompetenceAnswer,
    operation_id="read_competence_of_person",
    summary="Read what somebody can do and learns",
    openapi_extra=READS,
)
def read_competence_of_person(
    request: ApiRequest, person: PersonCode
) -> shapes.PersonCompetenceAnswer:
    """Return it to themselves, to their manager, and to those with `competence.view`."""
    refuse_unknown(request)
    return told.person_told(queries.person_view(person, actor=request.auth, at=request.at))


@router.put(
    "/people/{person}/skills/{skill}",
    response=shapes.PersonCompetenceAnswer,
    operation_id="say_skill_level",
    summary="Say at what level somebody holds a skill",
    openapi_extra=CHANGES,
)
def say_skill_level(
    request: ApiRequest,
    person: PersonCode,
    skill: SkillCode,
    given: shapes.LevelTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Of oneself it is proposed; what a manager says, or a keeper of skills, counts."""

    def do() -> Answer:
        actions.say_level(
            person,
            skill=skill,
            level=given.level,
            note=given.note,
            actor=request.auth,
            at=request.at,
        )
        return _person(person, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/people/{person}/skills/{skill}/confirm",
    response=shapes.PersonCompetenceAnswer,
    operation_id="confirm_skill_level",
    summary="Confirm a proposed level",
    openapi_extra=CHANGES,
)
def confirm_skill_level(
    request: ApiRequest,
    person: PersonCode,
    skill: SkillCode,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Confirm a proposed level; never one's own."""

    def do() -> Answer:
        actions.confirm_level(person, skill=skill, actor=request.auth, at=request.at)
        return _person(person, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/people/{person}/skills/{skill}/decline",
    response=shapes.PersonCompetenceAnswer,
    operation_id="decline_skill_level",
    summary="Decline a proposed level",
    openapi_extra=CHANGES,
)
def decline_skill_level(
    request: ApiRequest,
    person: PersonCode,
    skill: SkillCode,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Decline a proposed level; never one's own."""

    def do() -> Answer:
        actions.decline_level(person, skill=skill, actor=request.auth, at=request.at)
        return _person(person, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/certificates",
    response=shapes.CertificatesAnswer,
    operation_id="list_certificates",
    summary="List certificates",
    openapi_extra=READS,
)
def list_certificates(
    request: ApiRequest, asked: Query[shapes.CertificateQuery]
) -> shapes.CertificatesAnswer:
    """Return those one may see: one's own, of one's reports, all with `competence.view`."""
    refuse_unknown(request, shapes.CertificateQuery.model_fields)
    wanted = CertificateFilter(asked.when.value, asked.person, asked.skill)
    page = queries.certificate_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    return shapes.CertificatesAnswer(
        items=tuple(map(told.certificate_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "/certificates",
    response={201: shapes.CertificateAnswer},
    operation_id="record_certificate",
    summary="Record a certificate",
    openapi_extra=CHANGES,
)
def record_certificate(
    request: ApiRequest, given: shapes.CertificateTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """One's own is to be checked; what a manager records counts at once."""

    def do() -> Answer:
        number = actions.record_certificate(given.content(), actor=request.auth, at=request.at)
        return _certificate(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/certificates/{number}",
    response=shapes.CertificateAnswer,
    operation_id="read_certificate",
    summary="Read a certificate",
    openapi_extra=READS,
)
def read_certificate(request: ApiRequest, number: Number) -> shapes.CertificateAnswer:
    """Return one certificate."""
    refuse_unknown(request)
    return told.certificate_told(queries.certificate(number, actor=request.auth, at=request.at))


@router.post(
    "/certificates/{number}/check",
    response=shapes.CertificateAnswer,
    operation_id="check_certificate",
    summary="Check a certificate",
    openapi_extra=CHANGES,
)
def check_certificate(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Confirm that it exists; never one's own."""

    def do() -> Answer:
        actions.check_certificate(number, actor=request.auth, at=request.at)
        return _certificate(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/certificates/{number}/withdraw",
    response=shapes.CertificateAnswer,
    operation_id="withdraw_certificate",
    summary="Withdraw a certificate",
    openapi_extra=CHANGES,
)
def withdraw_certificate(
    request: ApiRequest,
    number: Number,
    given: shapes.ReasonTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let it count no more, and say why; never one's own."""

    def do() -> Answer:
        actions.withdraw_certificate(number, reason=given.reason, actor=request.auth, at=request.at)
        return _certificate(number, request)

    return answer_once(request, idempotency_key, do)


def _need(skill: str, kind: shapes.NeedKind, code: str, request: ApiRequest) -> int:
    """Return the key of a need.

    Raises:
        NotFound: there is none, or the token may not see it.
    """
    for each in queries.skill(skill, actor=request.auth, at=request.at).needs:
        if (each.kind, each.code) == (kind.value, code):
            return each.key
    raise NotFound


def _skill(code: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.skill(code, actor=request.auth, at=request.at)
    return Answer.of(told.skill_detail_told(view), status=status)


def _person(code: str, request: ApiRequest) -> Answer:
    return Answer.of(told.person_told(queries.person_view(code, actor=request.auth, at=request.at)))


def _certificate(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    row = queries.certificate(number, actor=request.auth, at=request.at)
    return Answer.of(told.certificate_told(row), status=status)
