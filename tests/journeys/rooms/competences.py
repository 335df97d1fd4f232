"""The pages of skills, certificates and learning paths."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

ROOM = "/governance/competence"
ROW = "tbody th a"

PAGES: dict[str, PageCase] = {
    "competence-matrix": PageCase("process", at(ROOM)),
    "competence-matrix-seen-only": PageCase("auditor", at(ROOM)),
    "competence-mine": PageCase("agent", at(f"{ROOM}/mine")),
    "competence-person": PageCase("process", at(f"{ROOM}/people/pascal.giraudel")),
    "skill-list": PageCase("process", at(f"{ROOM}/skills")),
    "skill": PageCase("process", at(f"{ROOM}/skills/linux")),
    "skill-seen-only": PageCase("agent", at(f"{ROOM}/skills/linux")),
    "skill-new": PageCase("process", at(f"{ROOM}/skills/new")),
    "skill-new-refused": PageCase("process", sent(at(f"{ROOM}/skills/new"), SUBMIT, name="A")),
    "certificate-list": PageCase("process", at(f"{ROOM}/certificates")),
    "certificate": PageCase("process", of_first(f"{ROOM}/certificates", ROW)),
    "certificate-new": PageCase("agent", at(f"{ROOM}/people/jonas.okereke/certificates/new")),
    "learning-path-list": PageCase("process", at(f"{ROOM}/paths")),
    "learning-path": PageCase("process", of_first(f"{ROOM}/paths", ROW)),
    "learning": PageCase("agent", of_first(f"{ROOM}/mine", ROW)),
}
