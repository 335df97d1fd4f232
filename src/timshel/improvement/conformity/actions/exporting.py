"""Everything that a certification audit asks, in one file: asked for, made by a worker, fetched."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from timshel.improvement.conformity import access, bundle
from timshel.improvement.conformity.actions.keeping import EXPORT_REGION, told
from timshel.improvement.conformity.actions.looking import Step, take_look
from timshel.improvement.conformity.models import Export, Look
from timshel.improvement.conformity.queries.reading import found_by
from timshel.improvement.conformity.queries.standing import overview_of
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, WrongState
from timshel.kernel.files import keep, path_of
from timshel.kernel.journal.sealing import seal_everything
from timshel.kernel.progress.actions import begin_errand
from timshel.kernel.progress.models import Errand

EXPORT = "conformity.export"
TITLE = gettext_noop("Putting together the evidence for a certification audit")
SUBJECT = "conformity_export"
LARGEST = 20 * 1024**3
JOURNAL_DAYS = 400
# The records whose journal may be handed out, by the permission that shows them.
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "conformity.view": ("conformity_question", "conformity_look", "conformity_export"),
    "context.view": ("context_issue", "interested_party", "scope_statement"),
    "risk.view": ("risk", "risk_criteria"),
    "objective.view": ("objective",),
    "plan.view": ("plan_part", "plan_version"),
    "competence.view": ("skill", "skill_level", "certificate", "learning_path", "learning"),
    "indicator.view": ("indicator", "scorecard"),
    "management_review.view": ("management_review",),
    "planned_action.view": ("planned_action",),
    "documentation.view": ("document",),
    "meeting.view": ("meeting", "board"),
    "internal_audit.view": ("audit", "audit_finding", "audit_programme"),
    "nonconformity.view": ("nonconformity", "audit_recommendation"),
    "initiative.view": ("improvement",),
}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A finished export: where it lies, and the name under which it is saved."""

    name: str
    path: Path


@transaction.atomic
def ask_export(model: str = "", *, actor: Actor, at: datetime) -> str:
    """Have a worker put together all evidence of a model, upon a fresh look.

    One that is being made for the same person already is enough.

    Args:
        model: its code; empty for the first that has questions.
        actor: who asks; what they may not see is left out.
        at: when.

    Returns:
        The number of the export.

    Raises:
        NotAllowed: the right is missing.
        NotFound: there is no such model.
    """
    access.require_judge(actor)
    row = access.known_model(model, actor=actor)
    if (waiting := _waiting(row.pk, actor)) is not None:
        return waiting.number
    export = Export.objects.create(
        model=row,
        language=actor.language,
        time_zone=actor.time_zone,
        since=at - timedelta(days=JOURNAL_DAYS),
        created_at=at,
        created_by_id=actor.person_id,
        subjects=_subjects(actor),
        sees_documents=actor.scope("documentation.view").everywhere,
    )
    told("export_asked", SUBJECT, export.pk, {"model": (None, row.code)}, actor=actor, at=at)
    arguments = {"export": export.pk}
    export.errand_id = begin_errand(EXPORT, title=TITLE, arguments=arguments, actor=actor, at=at)
    export.save(update_fields=["errand_id"])
    live.announce({EXPORT_REGION}, at=at)
    return export.number


def make_export(key: int, *, step: Step, done: int = 0, actor: Actor, at: datetime) -> None:
    """Put an export together; done again after it was left halfway, it begins anew.

    Args:
        key: of the export.
        step: told after each file.
        done: how many files were told of already.
        actor: the system.
        at: now.
    """
    export = Export.objects.select_related("model").filter(pk=key).first()
    if export is None or export.finished_at is not None:
        return
    look = _look_of(export, at=at)
    seal_everything(at=at)
    with tempfile.TemporaryFile() as target, override(export.language):
        order = _order(export, look, actor=actor)
        total = bundle.steps(order)
        archive = bundle.Archive(target, at=look.at)
        for place, part in enumerate(bundle.parts(order), start=1):
            archive.add(part.name, part.chunks)
            if place > done:
                step(1, None, total=max(total, place))
        archive.close()
        target.seek(0)
        kept = keep(target, largest=LARGEST)
    _finish(export, sha256=kept.sha256, size=kept.size, files=archive.count, actor=actor, at=at)


@transaction.atomic
def fetch_export(number: str, *, actor: Actor, at: datetime) -> ExportFile:
    """Return where a finished export lies, and write down who fetched it.

    Args:
        number: of the export.
        actor: who fetches it.
        at: when.

    Raises:
        NotFound: there is none, or the actor may not see it; or its content is gone.
        WrongState: it is not finished.
    """
    export = access.export_to_read(number, actor=actor)
    if export.finished_at is None:
        raise WrongState(_("This export is still being put together."))
    path = path_of(export.sha256)
    if not path.is_file():
        raise NotFound
    fetched = {"sha256": (None, export.sha256)}
    told("export_fetched", SUBJECT, export.pk, fetched, actor=actor, at=at)
    return ExportFile(f"{export.number}-{export.model.code}.zip", path)


@transaction.atomic
def _finish(
    export: Export, *, sha256: str, size: int, files: int, actor: Actor, at: datetime
) -> None:
    export.sha256, export.size, export.files = sha256, size, files
    export.finished_at = at
    export.save(update_fields=["sha256", "size", "files", "finished_at"])
    made = {"sha256": (None, sha256), "files": (None, files)}
    told("export_made", SUBJECT, export.pk, made, actor=actor, at=at)
    live.announce({EXPORT_REGION}, at=at)


@transaction.atomic
def _look_of(export: Export, *, at: datetime) -> Look:
    """Return the look upon which an export stands; taken once, however often it is begun."""
    if export.look_id is None:
        export.look_id = take_look(actor=access.viewer_of(export.created_by_id), at=at)
        export.save(update_fields=["look_id"])
    return Look.objects.select_related("by").get(pk=export.look_id)


def _order(export: Export, look: Look, *, actor: Actor) -> bundle.Order:
    """Return what is asked for, as it stood when it was looked at."""
    reader = replace(actor, language=export.language, time_zone=export.time_zone)
    view, questions = overview_of(export.model, found_by(look), actor=reader, at=look.at)
    return bundle.Order(
        view=view,
        questions=questions,
        language=export.language,
        time_zone=export.time_zone,
        since=export.since,
        subjects=tuple(export.subjects),
        sees_documents=export.sees_documents,
        at=look.at,
    )


def _waiting(model_id: int, actor: Actor) -> Export | None:
    """Return an export of the actor's that a worker is still to make."""
    rows = Export.objects.filter(
        model_id=model_id, created_by_id=actor.person_id, finished_at__isnull=True
    )
    open_ones = Errand.objects.filter(finished_at__isnull=True).values("pk")
    return rows.filter(errand_id__in=open_ones).order_by("pk").first()


def _subjects(actor: Actor) -> list[str]:
    return [
        subject
        for permission, subjects in SUBJECTS.items()
        if actor.scope(permission).everywhere
        for subject in subjects
    ]
