"""The shapes of skills, certificates and learning, as programs send and receive them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from timshel.interfaces.api.fields import Code, Cursor, Given, PageSize, Sent, Storable, Version
from timshel.interfaces.api.links import Links
from timshel.support.competence.actions import (
    CertificateContent,
    PathContent,
    SkillContent,
    StepContent,
)
from timshel.support.competence.rules import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_TEXT,
    MOST_SERVED,
)

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable]
Note = Annotated[str, Field(max_length=LONGEST_NOTE), Storable]
NeededNote = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), Storable]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
Coded = Annotated[str, Field(max_length=LONGEST_CODE), Storable]
Codes = Annotated[tuple[Code, ...], Field(max_length=MOST_SERVED)]
SkillLevel = Annotated[int, Field(strict=True, ge=0, le=4)]
NeededLevel = Annotated[int, Field(strict=True, ge=1, le=4)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]


class LevelStanding(StrEnum):
    """Where a level stands that was said of somebody."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class CertificateType(StrEnum):
    """What it is."""

    CERTIFICATE = "certificate"
    TRAINING = "training"


class CertificateStanding(StrEnum):
    """Where a certificate stands; whether it expired is told beside it."""

    REPORTED = "reported"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"


class CertificateWhen(StrEnum):
    """Which certificates are asked for."""

    ALL = "all"
    FORCE = "force"
    SOON = "soon"
    EXPIRED = "expired"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"


class LearningStanding(StrEnum):
    """Where somebody on a path stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


class StepStanding(StrEnum):
    """How far somebody is with a step."""

    OPEN = "open"
    READ = "read"
    SIGNED = "signed"


class NeedKind(StrEnum):
    """Who needs a skill."""

    TEAM = "team"
    ROLE = "role"


class PagedQuery(Given):
    """Which page is asked for."""

    retired: bool | None = Field(None, description="Only those out of use, or only those in use.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class CertificateQuery(Given):
    """Which certificates are asked for."""

    when: CertificateWhen = Field(
        CertificateWhen.ALL,
        description="`force`: checked and not expired; `soon`: of these, within sixty days.",
    )
    person: Code | None = Field(None, description="Only those of this person, by code.")
    skill: Code | None = Field(None, description="Only those for this skill, by code.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class LearningQuery(Given):
    """Which people on paths are asked for."""

    state: LearningStanding | None = Field(None, description="Only in this state.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class SkillTerms(Given):
    """All of a skill but its code."""

    name: Name = Field(examples=["Linux servers"])
    summary: Note = Field("", description="What it is about.")
    levels: Annotated[tuple[Note, ...], Field(min_length=4, max_length=4)] = Field(
        ("", "", "", ""), description="What the levels 1 to 4 mean, in this order."
    )
    services: Codes = Field((), description="The codes of the services it is for.")
    processes: Codes = Field((), description="The codes of the processes it is for.")
    needs_certificate: bool = Field(
        default=False, description="Whether a level counts only beside a certificate in force."
    )

    def content_of(self, code: str) -> SkillContent:
        """Return it as the domain takes it."""
        return SkillContent(code=code, **self.model_dump(exclude={"code", "revision"}))


class NewSkill(SkillTerms):
    """A new skill."""

    code: Coded = Field(description="Small letters, digits and hyphens.", examples=["linux"])


class ChangedSkill(SkillTerms):
    """All of a skill, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class NeedTerms(Given):
    """How many people need a skill at what level."""

    level: NeededLevel = Field(description="The lowest that will do, from 1 to 4.")
    people: Count = Field(description="How many people.")


class LevelTerms(Given):
    """At what level somebody holds a skill."""

    level: SkillLevel = Field(description="From 0 to 4.")
    note: Note = Field("", description="What that is based on.")


class CertificateTerms(Given):
    """A certificate or a training."""

    person: Code = Field(description="The code of whose it is.")
    kind: CertificateType
    title: Name
    issuer: Name
    issued_on: date
    expires_on: date | None = Field(None, description="Its last day; none where it does not end.")
    skill: Coded = Field("", description="The code of the skill it is evidence for.")
    reference: Annotated[str, Field(max_length=LONGEST_NAME), Storable] = Field(
        "", description="Where the paper or the file is."
    )
    link: Note = Field("", description="A web address.")

    def content(self) -> CertificateContent:
        """Return it as the domain takes it."""
        given = self.model_dump(exclude={"kind"})
        return CertificateContent(kind=self.kind.value, **given)


class ReasonTerms(Given):
    """Why."""

    reason: NeededNote = Field(description="In a sentence.")


class PathTerms(Given):
    """A learning path."""

    name: Name
    summary: Words = Field("", description="For whom and what for; Markdown.")
    role: Coded = Field("", description="The code of the role it prepares for.")

    def content(self) -> PathContent:
        """Return it as the domain takes it."""
        return PathContent(self.name, self.summary, self.role)


class ChangedPath(PathTerms):
    """All of a learning path, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class StepTerms(Given):
    """A step of a learning path."""

    title: Name
    text: Words = Field("", description="The material; Markdown.")
    document: Coded = Field("", description="The number of a document.", examples=["DOC0000012"])
    link: Note = Field("", description="A web address.")
    position: Count = Field(1, description="Where it stands among the others.")

    def content(self) -> StepContent:
        """Return it as the domain takes it."""
        return StepContent(**self.model_dump())


class LearningTerms(Given):
    """Who is put on a path, and who signs off."""

    path: Coded = Field(description="The number of the path.", examples=["LPA0000001"])
    person: Code = Field(description="The code of who learns.")
    confirmer: Code = Field(description="The code of who signs off; somebody else.")
    due_date: date | None = Field(None, description="Until when.")


class SkillAnswer(Sent):
    """A skill."""

    code: str
    name: str
    summary: str
    levels: tuple[str, ...] = Field(description="What the levels 1 to 4 mean.")
    services: tuple[str, ...]
    processes: tuple[str, ...]
    needs_certificate: bool
    is_retired: bool
    revision: int = Field(description="To be sent along with a change.")


class SkillsAnswer(Sent):
    """A page of skills, by name."""

    items: tuple[SkillAnswer, ...]
    links: Links


class NeedAnswer(Sent):
    """How many of a team or a role need a skill."""

    kind: NeedKind
    code: str = Field(description="Of the team or the role.")
    name: str
    level: int
    people: int


class LevelAnswer(Sent):
    """At what level somebody holds a skill."""

    person_code: str
    person_name: str
    has_left: bool
    skill_code: str
    skill_name: str
    level: int = Field(description="What was confirmed last.")
    counted_level: int = Field(description="None without the certificate that the skill needs.")
    said_level: int = Field(description="What was said last.")
    state: LevelStanding
    note: str
    said_by: str
    said_at: datetime
    judged_by: str
    judged_at: datetime | None


class SkillDetailAnswer(SkillAnswer):
    """A skill with who needs and who holds it."""

    needs: tuple[NeedAnswer, ...] = Field(description="Told to those with `competence.view`.")
    holders: tuple[LevelAnswer, ...] = Field(description="Of whom the token may know.")


class CertificateAnswer(Sent):
    """A certificate or a training."""

    number: str
    person_code: str
    person_name: str
    has_left: bool
    skill_code: str
    skill_name: str
    kind: CertificateType
    title: str
    issuer: str
    issued_on: date
    expires_on: date | None
    reference: str
    link: str
    state: CertificateStanding
    is_expired: bool
    is_expiring: bool = Field(description="In force, and its last day is within sixty days.")
    is_evidence: bool = Field(description="Checked and not expired.")
    reason: str
    judged_by: str
    judged_at: datetime | None


class CertificatesAnswer(Sent):
    """A page of certificates, the newest first."""

    items: tuple[CertificateAnswer, ...]
    links: Links


class StepAnswer(Sent):
    """A step of a learning path."""

    key: int
    title: str
    text: str
    document: str
    link: str
    position: int


class PathAnswer(Sent):
    """A learning path."""

    number: str
    name: str
    summary: str
    role: str
    steps: int = Field(description="How many.")
    is_retired: bool
    revision: int


class PathsAnswer(Sent):
    """A page of learning paths, by name."""

    items: tuple[PathAnswer, ...]
    links: Links


class LearningAnswer(Sent):
    """Somebody on a path."""

    number: str
    path_number: str
    path_name: str
    person_code: str
    person_name: str
    confirmer_code: str
    confirmer_name: str
    state: LearningStanding
    due_date: date | None
    is_overdue: bool
    started_at: datetime
    ended_at: datetime | None
    steps: int
    read: int = Field(description="How many steps were read, those signed off included.")
    signed: int
    progress: int = Field(description="How much is signed off, in percent.")


class LearningsAnswer(Sent):
    """A page of people on paths, the newest first."""

    items: tuple[LearningAnswer, ...]
    links: Links


class PathDetailAnswer(Sent):
    """A learning path with its steps and who is on it."""

    path: PathAnswer
    steps: tuple[StepAnswer, ...]
    learners: tuple[LearningAnswer, ...] = Field(description="Of whom the token may know.")


class LearningStepAnswer(StepAnswer):
    """A step, and how far somebody is with it."""

    state: StepStanding
    read_at: datetime | None
    signed_by: str
    signed_at: datetime | None


class LearningDetailAnswer(Sent):
    """Somebody on a path, step by step."""

    learning: LearningAnswer
    steps: tuple[LearningStepAnswer, ...]


class PersonCompetenceAnswer(Sent):
    """What somebody can do and learns."""

    code: str
    name: str
    has_left: bool
    skills: tuple[LevelAnswer, ...]
    certificates: tuple[CertificateAnswer, ...]
    learning: tuple[LearningAnswer, ...]


class MatrixCell(Sent):
    """A skill in a team, or among those who hold a role."""

    skill_code: str
    level: int | None = Field(description="The lowest that will do; none where it is not needed.")
    people: int | None = Field(description="How many are needed.")
    holders: tuple[str, ...]
    left: tuple[str, ...] = Field(description="Who held it and is no longer here.")
    gaps: tuple[str, ...] = Field(description="Of `nobody`, `too_few`, `one_only` and `left`.")


class MatrixRow(Sent):
    """A team or a role."""

    kind: NeedKind
    code: str
    name: str
    members: int
    cells: tuple[MatrixCell, ...]


class MatrixAnswer(Sent):
    """The skills matrix."""

    skills: tuple[str, ...] = Field(description="Their codes, in the order of the cells.")
    rows: tuple[MatrixRow, ...]
