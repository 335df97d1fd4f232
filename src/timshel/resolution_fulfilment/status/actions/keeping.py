"""Saying who may know how a service does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.resolution_fulfilment.status import access
from timshel.resolution_fulfilment.status.actions.refreshing import REGION
from timshel.resolution_fulfilment.status.models import Happening, StatusSetting
from timshel.resolution_fulfilment.status.states import Cause, ServiceHealth
from timshel.service_portfolio.service.models import Service


@transaction.atomic
def set_status(code: str, *, is_shown: bool, is_public: bool, actor: Actor, at: datetime) -> None:
    """Say who may know how a service does; the same again changes nothing.

    Args:
        code: of the service; of a confidential one nobody is told, whatever is said here.
        is_shown: whether people of the house are told.
        is_public: whether everybody is, without signing in; then it is shown in any case.
        actor: who says so.
        at: now.

    Raises:
        NotAllowed: without the right to keep services.
        NotFound: there is no such service.
    """
    access.require_manage(actor)
    service = Service.objects.select_for_update().filter(code=code).first()
    if service is None:
        raise NotFound
    setting = StatusSetting.objects.filter(service=service).first()
    before = [setting.is_shown, setting.is_public] if setting else [True, False]
    after = [is_shown or is_public, is_public]
    if before == after:
        return
    StatusSetting.objects.update_or_create(
        service=service, defaults={"is_shown": after[0], "is_public": after[1]}
    )
    record(
        "service.status_set",
        subject_kind="service",
        subject_id=service.pk,
        changes={"is_shown": (before[0], after[0]), "is_public": (before[1], after[1])},
        actor=actor,
        at=at,
    )
    announce([REGION], at=at)


@dataclass(frozen=True, slots=True)
class PastTrouble:
    """What was the matter with a service before it was kept here.

    Args:
        service: its code.
        state: how it did.
        title: what everybody is told.
        began_at: its first moment.
        ended_at: the first moment after it.
        translations: the title in other languages, as ``{"fr": {"title": …}}``.
    """

    service: str
    state: ServiceHealth
    title: str
    began_at: datetime
    ended_at: datetime
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@transaction.atomic
def recall_trouble(trouble: PastTrouble, *, actor: Actor, at: datetime) -> bool:
    """Write down what was the matter once; the same again changes nothing.

    Raises:
        NotAllowed: without the right to keep services.
        NotFound: there is no such service.
        Invalid: it is not over, or ended before it began.

    Returns:
        Whether it is new.
    """
    access.require_manage(actor)
    service = Service.objects.filter(code=trouble.service).first()
    if service is None:
        raise NotFound
    if not trouble.began_at < trouble.ended_at <= at:
        raise Invalid({"ended_at": [_("It ends after its beginning, and not later than now.")]})
    _row, is_new = Happening.objects.get_or_create(
        service=service,
        kind=Cause.OUTAGE,
        key=f"past {trouble.began_at:%Y%m%dT%H%M%S}",
        defaults={
            "state": trouble.state,
            "title": trouble.title,
            "translations": dict(trouble.translations),
            "began_at": trouble.began_at,
            "ended_at": trouble.ended_at,
            "changed_at": trouble.ended_at,
        },
    )
    return is_new
