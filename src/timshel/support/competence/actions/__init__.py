"""Everything that can be done with skills, certificates and learning paths (clauses 7.2, 7.3)."""

from __future__ import annotations

from timshel.support.competence.actions.base import REGION
from timshel.support.competence.actions.certificates import (
    check_certificate,
    record_certificate,
    withdraw_certificate,
)
from timshel.support.competence.actions.holdings import confirm_level, decline_level, say_level
from timshel.support.competence.actions.learning import (
    enrol,
    read_step,
    resume_learning,
    return_step,
    sign_step,
    stop_learning,
)
from timshel.support.competence.actions.paths import (
    add_step,
    change_path,
    change_step,
    create_path,
    remove_step,
    restore_path,
    retire_path,
)
from timshel.support.competence.actions.skills import (
    change_skill,
    create_skill,
    drop_need,
    restore_skill,
    retire_skill,
    say_need,
)
from timshel.support.competence.rules import (
    CertificateContent,
    PathContent,
    SkillContent,
    StepContent,
)

__all__ = [
    "REGION",
    "CertificateContent",
    "PathContent",
    "SkillContent",
    "StepContent",
    "add_step",
    "change_path",
    "change_skill",
    "change_step",
    "check_certificate",
    "confirm_level",
    "create_path",
    "create_skill",
    "decline_level",
    "drop_need",
    "enrol",
    "read_step",
    "record_certificate",
    "remove_step",
    "restore_path",
    "restore_skill",
    "resume_learning",
    "retire_path",
    "retire_skill",
    "return_step",
    "say_level",
    "say_need",
    "sign_step",
    "stop_learning",
    "withdraw_certificate",
]
