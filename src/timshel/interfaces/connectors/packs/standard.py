"""What every installation begins with: roles, the priority matrix, calendars, an agreement, the
criteria of risks, what the standard asks, processes and forms that any organisation can use.

Only what is missing is loaded: what an administrator has changed since stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from timshel.interfaces.connectors.packs.catalogue import load_content
from timshel.interfaces.connectors.packs.files import PackFile, pack_file, refused
from timshel.interfaces.connectors.packs.management.conformity import load_models
from timshel.interfaces.connectors.packs.management.risks import load_criteria
from timshel.interfaces.connectors.packs.service_levels import load_service_levels
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority import queries as authority_queries
from timshel.performance_evaluation.internal_audit.actions import QuestionGiven, load_questions
from timshel.service_portfolio.service import actions as services
from timshel.service_portfolio.service import queries as service_queries


@transaction.atomic
def load_standard(*, actor: Actor, at: datetime, directory: Path | None = None) -> int:
    """Load what is missing of the standard content, all of it or nothing.

    Args:
        actor: who has the rights to manage roles, services and service levels everywhere.
        at: when.
        directory: the folder of all packs, where it is not the product's own.

    Returns:
        How many things were added; 0 the second time.

    Raises:
        InvalidPack: a file cannot be used.
        NotAllowed: a right is missing.
    """
    files = {
        name: pack_file(f"standard/{name}.yaml", directory=directory)
        for name in (
            *("roles", "priority-matrix", "service-levels", "risks"),
            *("audit-questions", "conformity", "crosswalk"),
        )
    }
    return (
        load_roles(files["roles"], actor=actor, at=at)
        + _load_matrix(files["priority-matrix"], actor=actor, at=at)
        + load_service_levels(files["service-levels"], actor=actor, at=at)
        + load_criteria(files["risks"], actor=actor, at=at)
        + load_questions(
            [QuestionGiven(**row) for row in files["audit-questions"].data["questions"]],
            actor=actor,
            at=at,
        )
        + load_models(files["conformity"], actor=actor, at=at)
        + load_models(files["crosswalk"], actor=actor, at=at)
        + load_content("standard", directory=directory, actor=actor, at=at)
    )


def load_roles(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Define the roles of a file that are missing; return how many those were."""
    known = authority_queries.role_codes()
    added = 0
    for position, role in enumerate(file.data["roles"]):
        if role["code"] in known:
            continue
        try:
            authority.define_role(
                role["code"],
                name=role["name"],
                permissions=role["permissions"],
                translations=role.get("translations", {}),
                actor=actor,
                at=at,
            )
        except Invalid as refusal:
            raise refused(file, ["roles", position], refusal) from refusal
        added += 1
    return added


def _load_matrix(file: PackFile, *, actor: Actor, at: datetime) -> int:
    if service_queries.has_standard_matrix():
        return 0
    services.set_priority_matrix(cells=cells(file.data["matrix"]), actor=actor, at=at)
    return 1


def cells(matrix: Sequence[Sequence[int]]) -> dict[str, int]:
    """Return a matrix by cells: rows are impact 1 to 3, columns urgency 1 to 3."""
    return {
        f"{impact}{urgency}": priority
        for impact, row in enumerate(matrix, start=1)
        for urgency, priority in enumerate(row, start=1)
    }
