"""Drawing processes: drafts, publishing, retiring, and which variant holds for whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.context.organization.models import CustomerCategory
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import Diagram
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.errors import Conflict, Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.operation.process.access import require_design
from timshel.operation.process.diagrams import codes_called
from timshel.operation.process.events import ProcessPublished
from timshel.operation.process.models import ProcessVersion, VariantChoice
from timshel.operation.process.queries.checking import check_diagram
from timshel.operation.process.states import Variant, VersionState

SUBJECT = "process"
LONGEST_NAME = 200
LONGEST_CODE = 60


@transaction.atomic
def save_process_draft(
    xml: str,
    *,
    note: str = "",
    seen_revision: int | None = None,
    code: str | None = None,
    variant: str | None = None,
    actor: Actor,
    at: datetime,
) -> ProcessVersion:
    """Save a diagram as the draft of its process; what cannot run may still be saved.

    Args:
        xml: BPMN 2.0; the id of its process is the code.
        note: what is different in this version.
        seen_revision: the draft that the person looked at, nothing where there was none; None
            does not ask.
        code: the process that is being edited; a diagram of another one is refused.
        variant: likewise.
        actor: who.
        at: when.

    Raises:
        Invalid: this cannot be read as a diagram, or is one of another process.
        Conflict: somebody else saved the draft in the meantime.
        NotAllowed: as it says.
    """
    require_design(actor)
    diagram = read_diagram(xml)
    kind = _variant(diagram)
    _check_identity(diagram, kind, code=code, variant=variant)
    draft = _held(diagram.process, kind, VersionState.DRAFT)
    _check_revision(draft, seen_revision)
    if draft is None:
        draft = ProcessVersion(
            code=diagram.process,
            variant=kind,
            number=_next_number(diagram.process, kind),
            state=VersionState.DRAFT,
            revision=0,
            owner_id=_owner_id(diagram.process, kind),
        )
    old = draft.digest
    draft.name = (diagram.name or diagram.process)[:LONGEST_NAME]
    draft.translations = {
        each.language: {"name": each.name} for each in diagram.translations if each.name
    }
    draft.xml, draft.digest = xml, hashlib.sha256(xml.encode()).hexdigest()
    draft.note = note.strip()[:500] or draft.note
    draft.revision += 1
    draft.edited_by_id, draft.edited_at = actor.person_id, at
    draft.save()
    if old != draft.digest:
        _journal(draft, "process.drafted", {"digest": (old or None, draft.digest)}, actor, at)
    return draft


@transaction.atomic
def publish_process(
    code: str, *, variant: str = Variant.FULL, actor: Actor, at: datetime
) -> ProcessVersion:
    """Publish the draft of a process: what begins from now on runs by it.

    What runs already goes on by the version with which it began.

    Raises:
        Invalid: the diagram cannot run; the field ``diagram`` holds the sentences.
        NotFound: there is no draft.
        NotAllowed: as it says.
    """
    require_design(actor)
    former = _held(code, variant, VersionState.PUBLISHED)
    draft = _held(code, variant, VersionState.DRAFT)
    if draft is None:
        raise NotFound
    wrong = [each.sentence for each in check_diagram(draft.xml) if each.is_error]
    if wrong:
        raise Invalid({"diagram": wrong}, _("This process cannot be published yet."))
    if former is not None:
        former.state, former.retired_at = VersionState.RETIRED, at
        former.save(update_fields=["state", "retired_at"])
    draft.state, draft.published_at = VersionState.PUBLISHED, at
    draft.save(update_fields=["state", "published_at"])
    changes = {"version": (former.number if former else None, draft.number)}
    _journal(draft, "process.published", changes, actor, at)
    publish(ProcessPublished(draft.pk, code, at))
    return draft


@transaction.atomic
def discard_process_draft(
    code: str, *, variant: str = Variant.FULL, actor: Actor, at: datetime
) -> None:
    """Throw a draft away; the published version stays.

    Raises:
        NotFound: there is no draft.
        NotAllowed: as it says.
    """
    require_design(actor)
    draft = _held(code, variant, VersionState.DRAFT)
    if draft is None:
        raise NotFound
    _journal(draft, "process.discarded", {"version": (draft.number, None)}, actor, at)
    draft.delete()


@transaction.atomic
def retire_process(
    code: str, *, variant: str = Variant.FULL, actor: Actor, at: datetime
) -> ProcessVersion:
    """Take a published process out of use; what runs by it goes on to its end.

    Raises:
        NotFound: none is published.
        WrongState: another published process calls it.
        NotAllowed: as it says.
    """
    require_design(actor)
    version = _held(code, variant, VersionState.PUBLISHED)
    if version is None:
        raise NotFound
    others = ProcessVersion.objects.filter(state=VersionState.PUBLISHED).exclude(pk=version.pk)
    still = others.filter(code=code).exists()
    callers = [] if still else [each.name for each in others if code in _called_in(each.xml)]
    if callers:
        raise WrongState(
            _("It is called by %(names)s. Publish those without it first.")
            % {"names": ", ".join(sorted(callers))}
        )
    version.state, version.retired_at = VersionState.RETIRED, at
    version.save(update_fields=["state", "retired_at"])
    _journal(version, "process.retired", {"version": (version.number, None)}, actor, at)
    return version


@transaction.atomic
def choose_variant(category: str, *, variant: str, actor: Actor, at: datetime) -> None:
    """Say which variant of each process holds for a category of customers.

    Args:
        category: of the customer; empty for staff.
        variant: ``full`` or ``light``; a process without a light one runs its full one.
        actor: who.
        at: when.

    Raises:
        Invalid: there is no such category or variant.
        NotAllowed: as it says.
    """
    require_design(actor)
    if category not in {"", *CustomerCategory.values} or variant not in set(Variant):
        raise Invalid({"variant": [_("Please choose one of the choices.")]})
    former = VariantChoice.objects.filter(category=category).first()
    row, _made = VariantChoice.objects.update_or_create(
        category=category, defaults={"variant": variant}
    )
    old = former.variant if former else Variant.FULL.value
    if old != variant:
        record(
            "process.variant_chosen",
            subject_kind="variant_choice",
            subject_id=row.pk,
            changes={"category": (None, category), "variant": (old, variant)},
            actor=actor,
            at=at,
        )


@transaction.atomic
def own_process(
    code: str, *, owner_id: int | None, variant: str = Variant.FULL, actor: Actor, at: datetime
) -> None:
    """Say who answers for a process: for its draft and for what is published.

    Raises:
        Invalid: there is no such person.
        NotFound: there is no such process.
        NotAllowed: as it says.
    """
    require_design(actor)
    owner = Person.objects.filter(pk=owner_id, is_active=True).first() if owner_id else None
    if owner_id is not None and owner is None:
        raise Invalid({"owner": [_("There is no such person.")]})
    states = (VersionState.DRAFT, VersionState.PUBLISHED)
    versions = list(
        ProcessVersion.objects.select_for_update(of=("self",))
        .select_related("owner")
        .filter(code=code, variant=variant, state__in=states)
    )
    if not versions:
        raise NotFound
    for version in versions:
        old = version.owner.name if version.owner else None
        version.owner = owner
        version.save(update_fields=["owner"])
        changes = {"owner": (old, owner.name if owner else None)}
        _journal(version, "process.owned", changes, actor, at)


def _variant(diagram: Diagram) -> str:
    return Variant.LIGHT if diagram.variant == Variant.LIGHT else Variant.FULL


def _check_identity(diagram: Diagram, kind: str, *, code: str | None, variant: str | None) -> None:
    if len(diagram.process) > LONGEST_CODE:
        raise Invalid({"diagram": [_("The id of the process is too long.")]})
    if (code or diagram.process) != diagram.process or (variant or kind) != kind:
        raise Invalid({"diagram": [_("This is a diagram of another process.")]})


def _check_revision(draft: ProcessVersion | None, seen: int | None) -> None:
    if seen is not None and seen != (draft.revision if draft else 0):
        raise Conflict(
            message=_("Somebody else saved this draft in the meantime. Yours was not saved.")
        )


def _held(code: str, variant: str, state: VersionState) -> ProcessVersion | None:
    return (
        ProcessVersion.objects.select_for_update(of=("self",))
        .filter(code=code, variant=variant, state=state)
        .first()
    )


def _next_number(code: str, variant: str) -> int:
    numbers = ProcessVersion.objects.filter(code=code, variant=variant)
    return 1 + max(numbers.values_list("number", flat=True), default=0)


def _owner_id(code: str, variant: str) -> int | None:
    latest = ProcessVersion.objects.filter(code=code, variant=variant).order_by("-number")
    return latest.values_list("owner_id", flat=True).first()


def _called_in(xml: str) -> Iterable[str]:
    return codes_called(read_diagram(xml))


def _journal(
    version: ProcessVersion,
    verb: str,
    changes: Mapping[str, tuple[object, object]],
    actor: Actor,
    at: datetime,
) -> None:
    about = {"code": (None, version.code), "variant": (None, version.variant)}
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=version.pk,
        changes={**about, **changes},
        actor=actor,
        at=at,
    )
