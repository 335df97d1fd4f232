"""Skills, certificates and learning on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import Cast
from timshel.support.competence import actions
from timshel.support.competence.actions import (
    CertificateContent,
    PathContent,
    SkillContent,
    StepContent,
)
from timshel.support.competence.models import Certificate, Enrolment, LearningPath, Need, Skill

PERSON = "imre.castellane"
SKILL = {"code": "network", "name": "Networks"}
NEED = {"level": 2, "people": 1}
PAPER = {
    "kind": "certificate",
    "title": "Engineer",
    "issuer": "A school",
    "issued_on": "2026-01-05",
}
PATH = {"name": "First days"}
STEP = {"title": "Read", "position": 1}
LEARNING = {"person": PERSON, "confirmer": "jonas.okereke"}
BODIES: dict[str, dict[str, Any]] = {
    "skill-new": SKILL,
    "skill-change": {"name": "Networks", "revision": "1"},
    "skill-need": {"who": "team:workplace", "level": "2", "people": "1"},
    "competence-level": {"skill": "skill-0", "level": "2"},
    "competence-judge": {"deed": "confirm"},
    "certificate-new": PAPER,
    "certificate-judge": {"deed": "withdraw", "reason": "It is a copy"},
    "learning-path-new": PATH,
    "learning-path-change": {**PATH, "revision": "1"},
    "learning-step-new": STEP,
    "learning-step-change": STEP,
    "learning-enrol": LEARNING,
    "learning-step": {"deed": "read"},
    "learning-end": {"deed": "stop"},
    "api-list_skills": SKILL,
    "api-read_skill": {"name": "Networks", "revision": 1},
    "api-say_skill_need": NEED,
    "api-say_skill_level": {"level": 2},
    "api-list_certificates": {**PAPER, "person": PERSON},
    "api-withdraw_certificate": {"reason": "It is a copy"},
    "api-list_learning_paths": PATH,
    "api-read_learning_path": {**PATH, "revision": 1},
    "api-add_learning_step": STEP,
    "api-change_learning_step": STEP,
    "api-list_learning": {**LEARNING, "path": "LPA0000001"},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Say all there is to say of the requester."""
    _more(cast, 0, at=at)
    certificate = Certificate.objects.get().number
    path, learning = LearningPath.objects.get(), Enrolment.objects.get()
    need, step = str(Need.objects.get().pk), str(path.steps.get().pk)
    return {
        "skills/<str:skill>": "skills/skill-0",
        "levels/<str:skill>": "levels/skill-0",
        "<str:competent>": PERSON,
        "<str:certificate>": certificate,
        "<str:learning_path>": path.number,
        "<str:learning>": learning.number,
        "needs/<int:need>": f"needs/{need}",
        "steps/<int:step>": f"steps/{step}",
        "/competences/skills/<skill>": "/competences/skills/skill-0",
        "/needs/<kind>/<code>": "/needs/team/service-desk",
        "/competences/people/<person>": f"/competences/people/{PERSON}",
        "/skills/<skill>": "/skills/skill-0",
        "/competences/certificates/<number>": f"/competences/certificates/{certificate}",
        "/competences/paths/<number>": f"/competences/paths/{path.number}",
        "/competences/learning/<number>": f"/competences/learning/{learning.number}",
        "/steps/<step>": f"/steps/{step}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Add one more of everything."""
    _more(cast, position + 1, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about competence."""
    keeper, program = "process_owner", "api-process_owner"
    page, answer = "/governance/competence", "/api/v1/competences"
    skill = Skill.objects.order_by("pk")[0].code
    certificate = Certificate.objects.order_by("pk")[0].number
    path = LearningPath.objects.order_by("pk")[0]
    learning = Enrolment.objects.order_by("pk")[0].number
    step = path.steps.get().pk
    return {
        "competence-matrix": (keeper, page),
        "competence-xlsx": (keeper, f"{page}/xlsx"),
        "competence-mine": ("agent", f"{page}/mine"),
        "competence-person": (keeper, f"{page}/people/{PERSON}"),
        "certificate-new": (keeper, f"{page}/people/{PERSON}/certificates/new"),
        "certificate-list": (keeper, f"{page}/certificates"),
        "certificate": (keeper, f"{page}/certificates/{certificate}"),
        "learning": (keeper, f"{page}/learning/{learning}"),
        "skill-list": (keeper, f"{page}/skills"),
        "skill-new": (keeper, f"{page}/skills/new"),
        "skill": (keeper, f"{page}/skills/{skill}"),
        "skill-change": (keeper, f"{page}/skills/{skill}/change"),
        "learning-path-list": (keeper, f"{page}/paths"),
        "learning-path-new": (keeper, f"{page}/paths/new"),
        "learning-path": (keeper, f"{page}/paths/{path.number}"),
        "learning-path-change": (keeper, f"{page}/paths/{path.number}/change"),
        "learning-step-new": (keeper, f"{page}/paths/{path.number}/steps/new"),
        "learning-step-change": (keeper, f"{page}/paths/{path.number}/steps/{step}"),
        "api-read_skills_matrix": (program, f"{answer}/matrix"),
        "api-list_skills": (program, f"{answer}/skills"),
        "api-read_skill": (program, f"{answer}/skills/{skill}"),
        "api-read_own_competence": (program, f"{answer}/mine"),
        "api-read_competence_of_person": (program, f"{answer}/people/{PERSON}"),
        "api-list_certificates": (program, f"{answer}/certificates"),
        "api-read_certificate": (program, f"{answer}/certificates/{certificate}"),
        "api-list_learning_paths": (program, f"{answer}/paths"),
        "api-read_learning_path": (program, f"{answer}/paths/{path.number}"),
        "api-list_learning": (program, f"{answer}/learning"),
        "api-read_learning": (program, f"{answer}/learning/{learning}"),
    }


def _more(cast: Cast, position: int, *, at: datetime) -> None:
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    code = actions.create_skill(
        SkillContent(f"skill-{position}", f"Skill {position}", needs_certificate=True), **by
    )
    actions.say_need(code, kind="team", code="service-desk", level=2, people=2, **by)
    actions.say_level(PERSON, skill=code, level=3, **by)
    actions.say_level("jonas.okereke", skill=code, level=3, **by)
    paper = CertificateContent(
        PERSON, "certificate", f"Paper {position}", "A school", at.date(), skill=code
    )
    actions.record_certificate(paper, **by)
    path = actions.create_path(PathContent(f"Path {position}"), **by)
    actions.add_step(path, content=StepContent("Read"), **by)
    actions.enrol(path, person=PERSON, confirmer="jonas.okereke", **by)
