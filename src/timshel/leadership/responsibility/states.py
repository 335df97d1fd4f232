"""The letters of a matrix, where holders of a role come from, and what can be missing."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MATRIX = "responsibility_matrix"
ROLE = "responsibility_role"
"""What the journal calls matrices and roles."""


class SubjectKind(StrEnum):
    """What a matrix is about."""

    SERVICE = "service"
    PROCESS = "process"


class Letter(StrEnum):
    """What part a role has in an activity."""

    RESPONSIBLE = "R"
    ACCOUNTABLE = "A"
    CONSULTED = "C"
    INFORMED = "I"


class HolderSource(StrEnum):
    """Where the holders of a role come from.

    Those of ``assigned`` are named here. Whoever ``case`` means differs from case to case, such as
    the requester. The others stand in the portfolio of services already, and are read from there.
    """

    ASSIGNED = "assigned"
    CASE = "case"
    SERVICE_OWNER = "service_owner"
    FIRST_LEVEL = "level_1"
    SECOND_LEVEL = "level_2"
    THIRD_LEVEL = "level_3"


LEVELS: dict[HolderSource, int] = {
    HolderSource.FIRST_LEVEL: 1,
    HolderSource.SECOND_LEVEL: 2,
    HolderSource.THIRD_LEVEL: 3,
}


class GapKind(StrEnum):
    """What is wrong with who answers for something."""

    NOBODY_ACCOUNTABLE = "nobody_accountable"
    SEVERAL_ACCOUNTABLE = "several_accountable"
    NOBODY_RESPONSIBLE = "nobody_responsible"
    VACANT = "vacant"
    LEFT = "left"
    WITHOUT_RIGHT = "without_right"
    EMPTY = "empty"


SUBJECT_NAMES: dict[SubjectKind, Promise] = {
    SubjectKind.SERVICE: _("Service"),
    SubjectKind.PROCESS: pgettext_lazy("of work", "Process"),
}

LETTER_NAMES: dict[Letter, Promise] = {
    Letter.RESPONSIBLE: _("Responsible"),
    Letter.ACCOUNTABLE: _("Accountable"),
    Letter.CONSULTED: _("Consulted"),
    Letter.INFORMED: _("Informed"),
}

LETTER_TEXTS: dict[Letter, Promise] = {
    Letter.RESPONSIBLE: _("does the work"),
    Letter.ACCOUNTABLE: _("answers for the result; one alone"),
    Letter.CONSULTED: _("is asked before"),
    Letter.INFORMED: _("is told afterwards"),
}

SOURCE_NAMES: dict[HolderSource, Promise] = {
    HolderSource.ASSIGNED: _("Named here"),
    HolderSource.CASE: _("Whoever it concerns in each case"),
    HolderSource.SERVICE_OWNER: _("The owner of the service"),
    HolderSource.FIRST_LEVEL: _("The teams that support it at level 1"),
    HolderSource.SECOND_LEVEL: _("The teams that support it at level 2"),
    HolderSource.THIRD_LEVEL: _("The teams that support it at level 3"),
}

GAP_NAMES: dict[GapKind, Promise] = {
    GapKind.NOBODY_ACCOUNTABLE: _("Nobody is accountable"),
    GapKind.SEVERAL_ACCOUNTABLE: _("More than one is accountable"),
    GapKind.NOBODY_RESPONSIBLE: _("Nobody is responsible"),
    GapKind.VACANT: _("Nobody holds the role"),
    GapKind.LEFT: _("A holder has left"),
    GapKind.WITHOUT_RIGHT: _("A holder lacks a right"),
    GapKind.EMPTY: _("Nothing is filled in"),
}
