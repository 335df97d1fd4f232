"""Making agreements: written as a draft, published as a version, followed and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from timshel.context.organization.models import Customer
from timshel.context.organization.rules import code_faults
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.actions.references import (
    References,
    references,
)
from timshel.relationship_agreement.service_level.actions.revisions import (
    queue_refresh,
    touch_book,
)
from timshel.relationship_agreement.service_level.events import (
    AgreementEnded,
    AgreementPublished,
)
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    EscalationRule,
    Goal,
    LevelChoice,
    Target,
    in_force,
)
from timshel.relationship_agreement.service_level.queries.contents import contents_of
from timshel.relationship_agreement.service_level.queries.soundness import findings_of
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.fitting import Severity
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING
from timshel.relationship_agreement.service_level.rules.writing import (
    Faults,
    agreement_faults,
    refuse,
)

SUBJECT = "agreement"
LONGEST_CODE = 40
SWEEP_NAME = gettext_noop("Service levels")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that was saved: the key of the version and how often it was saved so far."""

    agreement_id: int
    code: str
    number: int
    revision: int


@transaction.atomic
def save_draft(
    code: str,
    *,
    content: AgreementContent,
    seen_revision: int | None = None,
    actor: Actor,
    at: datetime,
) -> Draft:
    """Write the next version of an agreement, or write on it; nothing is promised by that.

    Args:
        code: of the agreement; a new one begins a new agreement.
        content: all that it is to say.
        seen_revision: how often the draft was saved when the person read it; None to write over
            whatever is there.
        actor: who has the right to configure service levels, for all that it covers.
        at: when.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by field.
        WrongState: somebody else saved the draft meanwhile.
    """
    named = references(content)
    _require(named.services.values(), actor=actor)
    refuse({"code": code_faults(code, longest=LONGEST_CODE)})
    refuse({**agreement_faults(content), **named.faults})
    draft = _locked_draft(code)
    if draft is not None:
        _require_version(draft, actor=actor)
    if draft is None:
        last = Agreement.objects.filter(code=code).aggregate(last=Max("number"))["last"]
        draft = Agreement(code=code, number=(last or 0) + 1, revision=0)
    elif seen_revision not in (None, draft.revision):
        raise WrongState(_("Somebody else saved this draft meanwhile. Please look at theirs."))
    draft.revision += 1
    _write(draft, content, named)
    record(
        "service_level.agreement_drafted",
        subject_kind=SUBJECT,
        subject_id=draft.pk,
        changes={
            "code": (None, code),
            "number": (None, draft.number),
            "revision": (draft.revision - 1 or None, draft.revision),
        },
        actor=actor,
        at=at,
    )
    return Draft(draft.pk, code, draft.number, draft.revision)


@transaction.atomic
def discard_draft(code: str, *, actor: Actor, at: datetime) -> None:
    """Throw a draft away; what is in force stays.

    Raises:
        NotFound: there is no draft.
        NotAllowed: without the right.
    """
    draft = _locked_draft(code)
    if draft is None:
        raise NotFound
    _require_version(draft, actor=actor)
    record(
        "service_level.draft_discarded",
        subject_kind=SUBJECT,
        subject_id=draft.pk,
        changes={"code": (code, None), "number": (draft.number, None)},
        actor=actor,
        at=at,
    )
    draft.delete()


@transaction.atomic
def publish_draft(
    code: str,
    *,
    valid_from: datetime | None = None,
    since_ever: bool = False,
    actor: Actor,
    at: datetime,
) -> AgreementPublished:
    """Put a draft into force; the version before it ends where this one begins.

    Args:
        code: of the agreement.
        valid_from: from when on it holds; None for now. It may lie ahead, and back as far as the
            beginning of the version before.
        since_ever: it holds for all the past too, so that a history can be measured by it;
            possible for a first version only.
        actor: who has the right to configure service levels, for all that it covers.
        at: when.

    Raises:
        NotFound: there is no draft.
        NotAllowed: without the right.
        Invalid: a beginning before that of the version before, or an error in what it promises.
    """
    draft = _locked_draft(code)
    if draft is None:
        raise NotFound
    _require_version(draft, actor=actor)
    begins = BEGINNING if since_ever else valid_from or at
    _refuse_unsound(draft, actor=actor, at=at)
    _follow(draft, begins)
    draft.is_draft, draft.valid_from = False, begins
    draft.took_effect_at = at if begins <= at else None
    draft.save(update_fields=["is_draft", "valid_from", "took_effect_at"])
    record(
        "service_level.agreement_published",
        subject_kind=SUBJECT,
        subject_id=draft.pk,
        changes={
            "code": (None, code),
            "number": (None, draft.number),
            "valid_from": (None, begins.isoformat()),
        },
        actor=actor,
        at=at,
    )
    touch_book()
    event = AgreementPublished(agreement_id=draft.pk, code=code, valid_from=begins, at=at)
    publish(event)
    if begins <= at:
        queue_refresh(since=begins if begins < at else None, services=None, actor=actor, at=at)
    return event


@transaction.atomic
def end_agreement(
    code: str, *, valid_until: datetime | None = None, actor: Actor, at: datetime
) -> AgreementEnded:
    """End an agreement; what it covered falls back to the next by the rule of precedence.

    Args:
        code: of the agreement.
        valid_until: the first moment at which it holds no more; None for now.
        actor: who has the right to configure service levels, for all that it covers.
        at: when.

    Raises:
        NotFound: nothing of this code is in force or decided.
        NotAllowed: without the right.
        Invalid: an end in the past, or before the beginning.
    """
    version = (
        Agreement.objects.select_for_update(no_key=True)
        .filter(code=code, is_draft=False, valid_until__isnull=True)
        .first()
    )
    if version is None:
        raise NotFound
    _require_version(version, actor=actor)
    ends = valid_until or at
    if ends < at or ends <= version.valid_from:
        raise Invalid({"valid_until": [_("An agreement ends after it begins, and not earlier.")]})
    version.valid_until = ends
    version.ended_at_effect = ends <= at
    version.save(update_fields=["valid_until", "ended_at_effect"])
    record(
        "service_level.agreement_ended",
        subject_kind=SUBJECT,
        subject_id=version.pk,
        changes={"code": (code, None), "valid_until": (None, ends.isoformat())},
        actor=actor,
        at=at,
    )
    touch_book()
    event = AgreementEnded(agreement_id=version.pk, code=code, valid_until=ends, at=at)
    publish(event)
    if ends <= at:
        queue_refresh(since=None, services=None, actor=actor, at=at)
    return event


@transaction.atomic
def take_effect_due(*, at: datetime) -> int:
    """Queue the open work to be read again for versions that began or ended as planned.

    Args:
        at: now.

    Returns:
        How many versions there were.
    """
    versions = Agreement.objects.select_for_update(no_key=True, skip_locked=True).filter(
        is_draft=False
    )
    begun = list(versions.filter(took_effect_at__isnull=True, valid_from__lte=at))
    ended = list(versions.filter(valid_until__lte=at, ended_at_effect=False))
    for version in {row.pk: row for row in [*begun, *ended]}.values():
        version.took_effect_at = version.took_effect_at or at
        version.ended_at_effect = version.valid_until is not None and version.valid_until <= at
        version.save(update_fields=["took_effect_at", "ended_at_effect"])
    if begun or ended:
        queue_refresh(since=None, services=None, actor=system_actor(SWEEP_NAME), at=at)
    return len(begun) + len(ended)


@transaction.atomic
def choose_level(code: str | None, *, customer_id: int, actor: Actor, at: datetime) -> None:
    """Let a customer have another level from now on.

    Args:
        code: of the agreement that offers the level; None for what holds without a choice.
        customer_id: whose choice.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed: without the right.
        Invalid: no such level is offered, or no such customer.
    """
    access.require_configure(actor)
    if not Customer.objects.filter(pk=customer_id).exists():
        raise Invalid({"customer": [_("There is no such customer.")]})
    if code is not None and not _offered(at).filter(code=code).exists():
        raise Invalid({"level": [_("No such level is offered.")]})
    current = LevelChoice.objects.select_for_update(no_key=True).filter(
        customer_id=customer_id, valid_until__isnull=True
    )
    before = [choice.agreement_code for choice in current]
    if before == ([code] if code else []):
        return
    current.filter(valid_from__gte=at).delete()
    current.update(valid_until=at)
    if code is not None:
        LevelChoice.objects.create(agreement_code=code, customer_id=customer_id, valid_from=at)
    record(
        "service_level.level_chosen",
        subject_kind="customer",
        subject_id=customer_id,
        changes={"level": (before[0] if before else None, code)},
        actor=actor,
        at=at,
    )
    touch_book()
    queue_refresh(since=None, services=None, actor=actor, at=at)


def _refuse_unsound(draft: Agreement, *, actor: Actor, at: datetime) -> None:
    """Refuse what contradicts itself or can never be kept; of warnings people were told."""
    ((_row, content),) = contents_of(Agreement.objects.filter(pk=draft.pk)).values()
    found = findings_of(content, code=draft.code, language=actor.language, today=at.date(), at=at)
    faults: Faults = {}
    for each in found:
        if each.severity is Severity.ERROR:
            faults.setdefault(each.field, []).append(each.sentence)
    refuse(faults)


def _offered(at: datetime) -> QuerySet[Agreement]:
    return Agreement.objects.filter(in_force(at), is_draft=False, is_option=True)


def _locked_draft(code: str) -> Agreement | None:
    return Agreement.objects.select_for_update(no_key=True).filter(code=code, is_draft=True).first()


def _require(services: Iterable[Any], *, actor: Actor) -> None:
    """Refuse unless the actor may promise for each of the services, or for everything."""
    keys = [service.pk for service in services]
    for key in keys or [None]:
        access.require_configure(actor, service_id=key)


def _require_version(version: Agreement, *, actor: Actor) -> None:
    named = {*version.services.all()} | {each.service for each in version.offerings.all()}
    _require(named, actor=actor)


def _follow(draft: Agreement, begins: datetime) -> None:
    """End the version before a draft where the draft begins."""
    before = (
        Agreement.objects.select_for_update(no_key=True)
        .filter(code=draft.code, is_draft=False)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=begins))
    )
    for version in before:
        if version.valid_from >= begins:
            message = _("This would begin before the version that it follows.")
            raise Invalid({"valid_from": [message]})
    # Its end needs no errand of its own: the beginning of the next version has one.
    before.update(valid_until=begins, ended_at_effect=True)


def _write(draft: Agreement, content: AgreementContent, named: References) -> None:
    draft.kind = content.kind
    draft.name = content.name.strip()
    draft.text = content.text
    draft.customer, draft.unit = named.customer, named.unit
    draft.customer_category = content.customer_category
    draft.provider_team, draft.recipient_team = named.provider_team, named.recipient_team
    draft.supplier = named.supplier
    draft.calendar_code = content.calendar
    draft.restarts_on_reopening = content.restarts_on_reopening
    draft.owner_id = content.owner_id
    draft.review_date = content.review_date
    draft.is_option = content.is_option
    draft.price, draft.currency = content.price, content.currency
    draft.price_period = content.price_period
    draft.save()
    draft.services.set([named.services[code] for code in content.services])
    draft.offerings.set([named.offerings[code] for code in content.offerings])
    _write_lines(draft, content, named)


def _write_lines(draft: Agreement, content: AgreementContent, named: References) -> None:
    draft.targets.all().delete()
    draft.goals.all().delete()
    draft.escalation_rules.all().delete()
    Target.objects.bulk_create(
        Target(
            agreement=draft,
            kind=line.kind,
            priority=line.priority,
            service=named.services[line.service] if line.service else None,
            offering=named.offerings[line.offering] if line.offering else None,
            amount=line.amount,
            unit=line.unit,
            calendar_code=line.calendar if line.calendar != content.calendar else "",
            attainment_percent=line.attainment_percent,
        )
        for line in content.targets
    )
    Goal.objects.bulk_create(
        Goal(
            agreement=draft,
            measure=goal.measure,
            name=goal.name.strip(),
            unit=goal.unit.strip(),
            value=goal.value,
            is_minimum=goal.is_minimum,
        )
        for goal in content.goals
    )
    EscalationRule.objects.bulk_create(
        EscalationRule(agreement=draft, **rule.columns()) for rule in content.escalations
    )
