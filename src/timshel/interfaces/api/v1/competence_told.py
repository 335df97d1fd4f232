"""Skills, certificates and learning as they are sent to programs."""

from __future__ import annotations

from dataclasses import asdict

from timshel.interfaces.api.v1.competence_shapes import (
    CertificateAnswer,
    CertificateStanding,
    CertificateType,
    LearningAnswer,
    LearningDetailAnswer,
    LearningStanding,
    LearningStepAnswer,
    LevelAnswer,
    LevelStanding,
    MatrixAnswer,
    MatrixCell,
    MatrixRow,
    NeedAnswer,
    NeedKind,
    PathAnswer,
    PathDetailAnswer,
    PersonCompetenceAnswer,
    SkillAnswer,
    SkillDetailAnswer,
    StepAnswer,
    StepStanding,
)
from timshel.support.competence.queries import (
    CertificateRow,
    EnrolmentRow,
    EnrolmentView,
    HoldingRow,
    PathRow,
    PathView,
    PersonView,
    SkillMatrix,
    SkillRow,
    SkillView,
    StepRow,
)


def skill_told(row: SkillRow) -> SkillAnswer:
    """Return a skill as it is sent."""
    return SkillAnswer(**asdict(row.content), is_retired=row.is_retired, revision=row.revision)


def skill_detail_told(view: SkillView) -> SkillDetailAnswer:
    """Return a skill with who needs and who holds it, as it is sent."""
    needs = [{**asdict(each), "kind": NeedKind(each.kind)} for each in view.needs]
    return SkillDetailAnswer(
        **skill_told(view.row).model_dump(),
        needs=tuple(
            NeedAnswer(**{name: value for name, value in each.items() if name != "key"})
            for each in needs
        ),
        holders=tuple(map(level_told, view.holders)),
    )


def level_told(row: HoldingRow) -> LevelAnswer:
    """Return a level as it is sent."""
    said = asdict(row)
    del said["lacks_certificate"]
    said["state"] = LevelStanding(row.state.value)
    return LevelAnswer(**said, counted_level=row.counted_level)


def certificate_told(row: CertificateRow) -> CertificateAnswer:
    """Return a certificate as it is sent."""
    said = asdict(row)
    del said["may_judge"]
    said["kind"] = CertificateType(row.kind.value)
    said["state"] = CertificateStanding(row.state.value)
    return CertificateAnswer(**said)


def path_told(row: PathRow) -> PathAnswer:
    """Return a learning path as it is sent."""
    return PathAnswer(
        number=row.number,
        **asdict(row.content),
        steps=row.steps,
        is_retired=row.is_retired,
        revision=row.revision,
    )


def path_detail_told(view: PathView) -> PathDetailAnswer:
    """Return a learning path with its steps, as it is sent."""
    return PathDetailAnswer(
        path=path_told(view.row),
        steps=tuple(StepAnswer(key=each.key, **asdict(each.content)) for each in view.steps),
        learners=tuple(map(learning_told, view.learners)),
    )


def learning_told(row: EnrolmentRow) -> LearningAnswer:
    """Return somebody on a path as it is sent."""
    said = {**asdict(row), "state": LearningStanding(row.state.value)}
    return LearningAnswer(**said, progress=row.progress)


def learning_detail_told(view: EnrolmentView) -> LearningDetailAnswer:
    """Return somebody on a path, step by step, as it is sent."""
    return LearningDetailAnswer(
        learning=learning_told(view.row), steps=tuple(map(_step_told, view.steps))
    )


def person_told(view: PersonView) -> PersonCompetenceAnswer:
    """Return what somebody can do and learns, as it is sent."""
    return PersonCompetenceAnswer(
        code=view.code,
        name=view.name,
        has_left=view.has_left,
        skills=tuple(map(level_told, view.holdings)),
        certificates=tuple(map(certificate_told, view.certificates)),
        learning=tuple(map(learning_told, view.learning)),
    )


def matrix_told(found: SkillMatrix) -> MatrixAnswer:
    """Return the skills matrix as it is sent."""
    return MatrixAnswer(
        skills=tuple(code for code, _name in found.skills),
        rows=tuple(
            MatrixRow(
                kind=NeedKind(group.kind),
                code=group.code,
                name=group.name,
                members=group.members,
                cells=tuple(
                    MatrixCell(
                        skill_code=cell.skill_code,
                        level=cell.level,
                        people=cell.people,
                        holders=cell.holders,
                        left=cell.left,
                        gaps=tuple(each.value for each in cell.gaps),
                    )
                    for cell in group.cells
                ),
            )
            for group in found.groups
        ),
    )


def _step_told(row: StepRow) -> LearningStepAnswer:
    return LearningStepAnswer(
        key=row.key,
        **asdict(row.content),
        state=StepStanding(row.state.value if row.state else "open"),
        read_at=row.read_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
    )
