"""Skills with their holders and needs, certificates, and what one person can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.responsibility.models import ProcessRole
from timshel.support.competence import access
from timshel.support.competence.models import Certificate, Holding, Need, Skill
from timshel.support.competence.queries.learning import EnrolmentRow, enrolment_rows
from timshel.support.competence.rules import SOON, SkillContent, is_in_force
from timshel.support.competence.states import CertificateKind, CertificateState, HoldingState

BY_NAME: KeysetOrder[Skill] = KeysetOrder(SortKey("name"), SortKey("id"))
NEWEST: KeysetOrder[Certificate] = KeysetOrder(SortKey("id", descending=True))
MOST = 1_000


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill.

    Args:
        content: what it says.
        is_retired: whether it is out of use.
        revision: rises with each change.
    """

    content: SkillContent
    is_retired: bool
    revision: int


@dataclass(frozen=True, slots=True)
class NeedRow:
    """What a team or the holders of a role need of a skill.

    Args:
        key: of the need.
        kind: ``team`` or ``role``.
        code: of it.
        name: of it.
        level: the lowest that will do.
        people: how many.
    """

    key: int
    kind: str
    code: str
    name: str
    level: int
    people: int


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """At what level somebody holds a skill.

    Args:
        person_code: whose.
        person_name: whose.
        has_left: whether they are no longer here.
        skill_code: of the skill.
        skill_name: of the skill.
        level: what was confirmed last.
        said_level: what was said last.
        state: where that stands.
        note: what it is based on.
        said_by: who said it; empty for a rule.
        said_at: when.
        judged_by: who confirmed or declined it; may be empty.
        judged_at: when.
        lacks_certificate: whether it does not count, for want of a certificate in force.
    """

    person_code: str
    person_name: str
    has_left: bool
    skill_code: str
    skill_name: str
    level: int
    said_level: int
    state: HoldingState
    note: str
    said_by: str
    said_at: datetime
    judged_by: str
    judged_at: datetime | None
    lacks_certificate: bool

    @property
    def counted_level(self) -> int:
        """The level that counts: none without the certificate that the skill needs."""
        return 0 if self.lacks_certificate else self.level


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate or a training.

    Args:
        number: by which people know it.
        person_code: whose.
        person_name: whose.
        has_left: whether they are no longer here.
        skill_code: of the skill it is evidence for; may be empty.
        skill_name: of that skill.
        kind: what it is.
        title: what it is called.
        issuer: who issued it.
        issued_on: when.
        expires_on: its last day.
        reference: where the paper or the file is.
        link: a web address.
        state: where it stands.
        is_expired: after its last day, counted in UTC.
        is_expiring: in force, and its last day is near.
        is_evidence: whether it counts.
        reason: why it was withdrawn.
        judged_by: who checked or withdrew it; may be empty.
        judged_at: when.
        may_judge: whether the reader may, where that was asked.
    """

    number: str
    person_code: str
    person_name: str
    has_left: bool
    skill_code: str
    skill_name: str
    kind: CertificateKind
    title: str
    issuer: str
    issued_on: date
    expires_on: date | None
    reference: str
    link: str
    state: CertificateState
    is_expired: bool
    is_expiring: bool
    is_evidence: bool
    reason: str
    judged_by: str
    judged_at: datetime | None
    may_judge: bool = False


@dataclass(frozen=True, slots=True)
class SkillView:
    """A skill with who needs and who holds it.

    Args:
        row: itself.
        needs: of teams and roles, where the reader may see everybody's.
        holders: of whom the reader may know.
        may_manage: whether the reader keeps skills.
    """

    row: SkillRow
    needs: tuple[NeedRow, ...]
    holders: tuple[HoldingRow, ...]
    may_manage: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """What one person can do and learns.

    Args:
        code: whose.
        name: whose.
        has_left: whether they are no longer here.
        holdings: their skills.
        certificates: theirs, the newest first.
        learning: the paths they are on.
        may_judge: whether the reader judges them.
        is_own: whether it is the reader.
    """

    code: str
    name: str
    has_left: bool
    holdings: tuple[HoldingRow, ...]
    certificates: tuple[CertificateRow, ...]
    learning: tuple[EnrolmentRow, ...]
    may_judge: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Which certificates are asked for.

    Args:
        when: ``force`` (checked and not expired), ``soon`` (of these, those that expire within
            sixty days), ``expired``, ``reported`` (to be checked), ``withdrawn`` or ``all``.
        person: whose, by code; None for all.
        skill: for which skill, by code; None for all.
    """

    when: str = "all"
    person: str | None = None
    skill: str | None = None


def skill_list(
    *, actor: Actor, is_retired: bool | None = None, cursor: str | None = None, size: int = 50
) -> Page[SkillRow]:
    """Return a page of skills by name, in one query.

    Args:
        actor: who reads.
        is_retired: only those out of use, or only those in use; None for all.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Skill.objects.visible_to(actor)
    if is_retired is not None:
        rows = rows.filter(is_retired=is_retired)
    return BY_NAME.page(rows, cursor=cursor, size=size).map(_skill_row)


def skill(code: str, *, actor: Actor, at: datetime) -> SkillView:
    """Return a skill with who needs and who holds it, in three queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = access.skill_seen(code, actor=actor)
    sees_all = access.may_view(actor)
    held = _with_evidence(Holding.objects.visible_to(actor).filter(skill=row), at=at)
    needs = Need.objects.filter(skill=row).select_related("team", "role") if sees_all else ()
    return SkillView(
        row=_skill_row(row),
        needs=tuple(_need_row(each, actor.language) for each in needs[:MOST]),
        holders=tuple(
            holding_row(each) for each in held.order_by("-level", "person__name", "pk")[:MOST]
        ),
        may_manage=access.may_manage(actor),
    )


def own_view(*, actor: Actor, at: datetime) -> PersonView:
    """Return what the reader can do and learns.

    Raises:
        NotFound: the reader is no person.
    """
    own = Person.objects.filter(pk=actor.person_id or 0).values_list("code", flat=True).first()
    if own is None:
        raise NotFound
    return person_view(own, actor=actor, at=at)


def person_view(code: str, *, actor: Actor, at: datetime) -> PersonView:
    """Return what somebody can do and learns, in four queries.

    Raises:
        NotFound: there is nobody, or the actor may not know of their skills.
    """
    row = access.person_seen(code, actor=actor)
    held = _with_evidence(Holding.objects.filter(person=row), at=at)
    shown = Certificate.objects.filter(person=row).select_related("person", "skill", "judged_by")
    return PersonView(
        code=row.code,
        name=row.name,
        has_left=not row.is_active,
        holdings=tuple(holding_row(each) for each in held.order_by("skill__name", "pk")[:MOST]),
        certificates=tuple(_certificate_row(each, at=at) for each in shown.order_by("-pk")[:MOST]),
        learning=enrolment_rows(person_id=row.pk, at=at),
        may_judge=access.may_confirm(row, actor=actor),
        is_own=row.pk == actor.person_id,
    )


def certificate_list(
    *,
    actor: Actor,
    at: datetime,
    wanted: CertificateFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[CertificateRow]:
    """Return a page of certificates, the newest first, in one query.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Certificate.objects.visible_to(actor).filter(_when(wanted.when, at.date()))
    if wanted.person is not None:
        rows = rows.filter(person__code=wanted.person)
    if wanted.skill is not None:
        rows = rows.filter(skill__code=wanted.skill)
    rows = rows.select_related("person", "skill", "judged_by")
    page = NEWEST.page(rows, cursor=cursor, size=size)
    return page.map(lambda row: _certificate_row(row, at=at))


def certificate(number: str, *, actor: Actor, at: datetime) -> CertificateRow:
    """Return one certificate, in one query.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = access.certificate_seen(number, actor=actor)
    return _certificate_row(row, at=at, may_judge=access.may_confirm(row.person, actor=actor))


def skill_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Return code and name of the skills in use; one query."""
    rows = Skill.objects.visible_to(actor).filter(is_retired=False).order_by("name", "pk")
    return list(rows.values_list("code", "name")[:MOST])


def team_choices(*, language: str) -> list[tuple[str, str]]:
    """Return code and name of the teams; one query."""
    rows = Team.objects.filter(is_active=True).order_by("name", "pk")
    return [(each.code, each.text("name", language)) for each in rows[:MOST]]


def role_choices(*, language: str) -> list[tuple[str, str]]:
    """Return code and name of the responsibility roles; one query."""
    rows = ProcessRole.objects.order_by("name", "pk")
    return [(each.code, each.text("name", language)) for each in rows[:MOST]]


def holding_row(row: Any) -> HoldingRow:
    """Return a level in words; whether there is evidence has to be read along."""
    return HoldingRow(
        person_code=row.person.code,
        person_name=row.person.name,
        has_left=not row.person.is_active,
        skill_code=row.skill.code,
        skill_name=row.skill.name,
        level=row.level,
        said_level=row.said_level,
        state=HoldingState(row.state),
        note=row.note,
        said_by=row.said_by.name if row.said_by else "",
        said_at=row.said_at,
        judged_by=row.judged_by.name if row.judged_by else "",
        judged_at=row.judged_at,
        lacks_certificate=row.skill.needs_certificate and not row.has_evidence,
    )


def _with_evidence(rows: QuerySet[Any], *, at: datetime) -> QuerySet[Any]:
    """Read along who it is, and whether a certificate in force stands behind each level."""
    evidence = Certificate.objects.in_force(at.date()).filter(
        person=OuterRef("person"), skill=OuterRef("skill")
    )
    people = ("person", "skill", "said_by", "judged_by")
    told: QuerySet[Any] = rows.select_related(*people).annotate(has_evidence=Exists(evidence))
    return told


def _when(when: str, today: date) -> Q:
    ended = Q(state=CertificateState.CHECKED, expires_on__lt=today)
    if when == "expired":
        return ended
    if when in ("reported", "withdrawn"):
        return Q(state=when)
    if when == "soon":
        return Q(state=CertificateState.CHECKED, expires_on__range=(today, today + SOON))
    if when == "force":
        return Q(state=CertificateState.CHECKED) & ~ended
    return Q()


def _skill_row(row: Skill) -> SkillRow:
    return SkillRow(row.content(), row.is_retired, row.revision)


def _need_row(row: Need, language: str) -> NeedRow:
    whose = row.team or row.role
    return NeedRow(
        key=row.pk,
        kind="team" if row.team else "role",
        code=whose.code if whose else "",
        name=whose.text("name", language) if whose else "",
        level=row.level,
        people=row.people,
    )


def _certificate_row(row: Certificate, *, at: datetime, may_judge: bool = False) -> CertificateRow:
    today = at.date()
    in_force = is_in_force(row.expires_on, today=today)
    is_checked = row.state == CertificateState.CHECKED
    is_near = row.expires_on is not None and row.expires_on <= today + SOON
    return CertificateRow(
        number=row.number,
        person_code=row.person.code,
        person_name=row.person.name,
        has_left=not row.person.is_active,
        skill_code=row.skill.code if row.skill else "",
        skill_name=row.skill.name if row.skill else "",
        kind=CertificateKind(row.kind),
        title=row.title,
        issuer=row.issuer,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        reference=row.reference,
        link=row.link,
        state=CertificateState(row.state),
        is_expired=not in_force,
        is_expiring=is_checked and in_force and is_near,
        is_evidence=is_checked and in_force,
        reason=row.reason,
        judged_by=row.judged_by.name if row.judged_by else "",
        judged_at=row.judged_at,
        may_judge=may_judge,
    )
