"""Competences, for programs: what every module of them shares."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Router

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.fields import Code, KeyInAddress
from timshel.interfaces.api.v1 import competence_shapes as shapes

router = Router(tags=["Competences"])

CHANGES = answers(404, 409, 411, 422)
READS = answers(404)
SkillCode = Annotated[Code, Path(description="The code of the skill.", examples=["linux"])]
PersonCode = Annotated[Code, Path(description="The code of the person.")]
Number = Annotated[shapes.Coded, Path(description="The number of the record.")]
Step = Annotated[KeyInAddress, Path(description="The key of the step.")]
Whose = Annotated[shapes.NeedKind, Path(description="`team` or `role`.")]
WhoseCode = Annotated[Code, Path(description="The code of the team or the role.")]
