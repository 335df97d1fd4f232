"""The service charter of a pack: promises that are not known yet are written, and published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.leadership.policy.actions import publish_draft, save_draft
from timshel.leadership.policy.queries import promise_codes
from timshel.leadership.policy.rules import PromiseContent
from timshel.leadership.policy.states import AudienceKind, Bound, PeriodLength
from timshel.performance_evaluation.measurement.queries import PROMISED_MEASURES

SUBJECTS = ("service", "team", "customer")
MEASURES = {each.code: each for each in PROMISED_MEASURES}


def load_charter(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Write and publish the promises of a file that are not known yet.

    Args:
        file: the file, checked against its schema.
        actor: who has the right everywhere.
        at: from this day on they hold.

    Returns:
        How many promises were written.

    Raises:
        InvalidPack: a promise cannot be used.
    """
    known = promise_codes()
    added = 0
    for position, row in enumerate(file.data["promises"]):
        if row["code"] in known:
            continue
        if row["measure"] not in MEASURES:
            choices = ", ".join(sorted(MEASURES))
            raise file.fault(["promises", position, "measure"], f"{row['measure']}: {choices}")
        content = _content(row, zone=file.data.get("zone", "UTC"), at=at)
        try:
            save_draft(row["code"], content=content, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["promises", position], refusal) from refusal
        if not row.get("draft", False):
            publish_draft(row["code"], actor=actor, at=at)
        added += 1
    return added


def _content(row: Mapping[str, Any], *, zone: str, at: datetime) -> PromiseContent:
    audience, audience_code = AudienceKind(row.get("audience", "everybody")), ""
    for kind in (AudienceKind.CATEGORY, AudienceKind.UNIT):
        if kind.value in row:
            audience, audience_code = kind, row[kind.value]
    subject = next((kind for kind in SUBJECTS if kind in row), "everything")
    given = {name: row[name] for name in ("detail", "remedy", "owner", "position") if name in row}
    return PromiseContent(
        title=row["title"],
        audience=audience,
        audience_code=audience_code,
        measure=row["measure"],
        subject_kind=subject,
        subject_code=row.get(subject, ""),
        period=PeriodLength(row.get("period", "month")),
        zone=zone,
        bound=Bound(row.get("bound", "at_least")),
        target=Decimal(str(row["target"])),
        valid_from=at.date(),
        translations=row.get("translations", {}),
        **given,
    )
