"""The addresses of skills, certificates and learning paths, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.competences import (
    certificates,
    learning,
    matrix,
    people,
    skills,
)
from timshel.support.competence.access import MANAGE, VIEW

BASE = "competence"
SKILL = f"{BASE}/skills/<str:skill>"
PERSON = f"{BASE}/people/<str:competent>"
CERTIFICATE = f"{BASE}/certificates/<str:certificate>"
PATH = f"{BASE}/paths/<str:learning_path>"
LEARNING = f"{BASE}/learning/<str:learning>"
view_path = partial(guarded_path, permissions=(VIEW,))
manage_path = partial(guarded_path, permissions=(MANAGE,))

urlpatterns: list[URLPattern] = [
    view_path(BASE, matrix.matrix, name="competence-matrix"),
    view_path(f"{BASE}/xlsx", matrix.matrix_xlsx, name="competence-xlsx"),
    # Everybody sees their own, and that of whoever reports to them or whom they sign off.
    open_path(f"{BASE}/mine", people.mine, name="competence-mine"),
    open_path(PERSON, people.person, name="competence-person"),
    open_path(f"{PERSON}/levels", people.level, name="competence-level"),
    open_path(f"{PERSON}/levels/<str:skill>", people.judge, name="competence-judge"),
    open_path(f"{PERSON}/certificates/new", certificates.new, name="certificate-new"),
    open_path(CERTIFICATE, certificates.one, name="certificate"),
    open_path(f"{CERTIFICATE}/judge", certificates.judge, name="certificate-judge"),
    open_path(LEARNING, learning.learning, name="learning"),
    open_path(f"{LEARNING}/steps/<int:step>", learning.step_deed, name="learning-step"),
    open_path(f"{LEARNING}/end", learning.end, name="learning-end"),
    # All staff read what can be learnt.
    manage_path(f"{BASE}/skills/new", skills.new, name="skill-new"),
    open_path(f"{BASE}/skills", skills.skills, name="skill-list"),
    open_path(SKILL, skills.one, name="skill"),
    manage_path(f"{SKILL}/change", skills.change, name="skill-change"),
    manage_path(f"{SKILL}/retire", skills.retire, name="skill-retire"),
    manage_path(f"{SKILL}/needs", skills.need, name="skill-need"),
    manage_path(f"{SKILL}/needs/<int:need>/remove", skills.drop_need, name="skill-need-remove"),
    view_path(f"{BASE}/certificates", certificates.certificates, name="certificate-list"),
    manage_path(f"{BASE}/paths/new", learning.new, name="learning-path-new"),
    open_path(f"{BASE}/paths", learning.paths, name="learning-path-list"),
    open_path(PATH, learning.path, name="learning-path"),
    manage_path(f"{PATH}/change", learning.change, name="learning-path-change"),
    manage_path(f"{PATH}/retire", learning.retire, name="learning-path-retire"),
    manage_path(f"{PATH}/steps/new", learning.step, name="learning-step-new"),
    manage_path(f"{PATH}/steps/<int:step>", learning.step, name="learning-step-change"),
    manage_path(
        f"{PATH}/steps/<int:step>/remove", learning.remove_step, name="learning-step-remove"
    ),
    open_path(f"{PATH}/learners", learning.enrol, name="learning-enrol"),
]
