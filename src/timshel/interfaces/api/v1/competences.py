"""Competences, for programs: skills, certificates and learning paths, on one router."""

from __future__ import annotations

from timshel.interfaces.api.v1 import competence_learning, competence_skills
from timshel.interfaces.api.v1.competence_doors import router

__all__ = ["competence_learning", "competence_skills", "router"]
