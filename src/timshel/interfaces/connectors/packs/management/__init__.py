"""The management system of a pack, part by part, in the order in which one needs the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from timshel.interfaces.connectors.packs.files import PackFile
from timshel.interfaces.connectors.packs.management.audits import load_audits
from timshel.interfaces.connectors.packs.management.communication_plan import (
    load_communication_plan,
)
from timshel.interfaces.connectors.packs.management.competences import load_competences
from timshel.interfaces.connectors.packs.management.conformity import load_verdicts
from timshel.interfaces.connectors.packs.management.context import load_context
from timshel.interfaces.connectors.packs.management.documents import load_documents
from timshel.interfaces.connectors.packs.management.improvements import load_improvements
from timshel.interfaces.connectors.packs.management.indicators import load_indicators
from timshel.interfaces.connectors.packs.management.management_reviews import (
    load_management_reviews,
)
from timshel.interfaces.connectors.packs.management.mandates import load_mandates
from timshel.interfaces.connectors.packs.management.meetings import load_meetings
from timshel.interfaces.connectors.packs.management.nonconformities import load_nonconformities
from timshel.interfaces.connectors.packs.management.objectives import load_objectives
from timshel.interfaces.connectors.packs.management.plan import load_plan
from timshel.interfaces.connectors.packs.management.process_profiles import load_process_profiles
from timshel.interfaces.connectors.packs.management.resources import load_resources
from timshel.interfaces.connectors.packs.management.risks import load_risk_register
from timshel.kernel.actor import Actor


class Loader(Protocol):
    """Brings in one part; what is there already stays as it is."""

    def __call__(self, file: PackFile, /, *, actor: Actor, at: datetime) -> int:
        """Bring a file in; returns how much of it is new.

        Args:
            file: the file, checked against its schema.
            actor: who has all rights everywhere.
            at: now, from which days are counted.

        Raises:
            InvalidPack: something of it cannot be used.
        """
        ...


# By the name of the file in the pack.
LOADERS: Mapping[str, Loader] = {
    "context": load_context,
    "mandates": load_mandates,
    "process-profiles": load_process_profiles,
    "risk-register": load_risk_register,
    "objectives": load_objectives,
    "resources": load_resources,
    "communication-plan": load_communication_plan,
    "documents": load_documents,
    "meetings": load_meetings,
    "indicators": load_indicators,
    "audits": load_audits,
    "nonconformities": load_nonconformities,
    "improvements": load_improvements,
    "service-management-plan": load_plan,
    "competences": load_competences,
    "management-reviews": load_management_reviews,
    # Last, since it looks at all the others.
    "conformity-verdicts": load_verdicts,
}


def load_management(files: Mapping[str, PackFile], *, actor: Actor, at: datetime) -> int:
    """Bring in all parts; returns how much of them is new."""
    return sum(load(files[name], actor=actor, at=at) for name, load in LOADERS.items())
