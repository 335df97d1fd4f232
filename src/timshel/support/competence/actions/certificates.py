"""Certificates and trainings: recorded by anybody for themselves, checked by somebody else."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text
from timshel.kernel.text import text_faults
from timshel.support.competence import access
from timshel.support.competence.actions.base import active_person, journal, skill_in_use
from timshel.support.competence.models import Certificate
from timshel.support.competence.rules import LONGEST_NOTE, CertificateContent, certificate_faults
from timshel.support.competence.states import (
    CERTIFICATES,
    CertificateState,
    CertificateTrigger,
)

SUBJECT = "certificate"


@transaction.atomic
def record_certificate(content: CertificateContent, *, actor: Actor, at: datetime) -> str:
    """Record a certificate; returns its number.

    One's own is to be checked; what one's manager or a keeper of skills records counts at once.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the actor records neither their own nor judges that person.
    """
    faults = certificate_faults(content, today=at.date())
    whose = skill = None
    try:
        whose = access.person_seen(content.person, actor=actor)
        active_person(content.person, field="person")
    except NotFound:
        faults["person"] = [_("There is no person %(code)s.") % {"code": content.person}]
    except Invalid as refusal:
        faults |= {name: list(texts) for name, texts in refusal.fields.items()}
    if content.skill:
        try:
            skill = skill_in_use(content.skill, actor=actor)
        except Invalid as refusal:
            faults |= {name: list(texts) for name, texts in refusal.fields.items()}
    if faults or whose is None:
        raise Invalid(faults)
    counts = access.may_confirm(whose, actor=actor)
    if not counts and actor.person_id != whose.pk:
        raise NotAllowed
    row = Certificate(
        person=whose,
        skill=skill,
        kind=content.kind,
        title=content.title.strip(),
        issuer=content.issuer.strip(),
        issued_on=content.issued_on,
        expires_on=content.expires_on,
        reference=content.reference.strip(),
        link=content.link.strip(),
        state=CertificateState.CHECKED if counts else CERTIFICATES.initial,
        recorded_at=at,
    )
    if counts:
        row.judged_by_id, row.judged_at = actor.person_id, at
    row.save()
    changes: dict[str, tuple[Any, Any]] = {
        each.name: (None, str(value))
        for each in fields(content)
        if (value := getattr(content, each.name)) not in ("", None)
    }
    changes["state"] = (None, str(row.state))
    journal("certificate.recorded", (SUBJECT, row.pk), changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def check_certificate(number: str, *, actor: Actor, at: datetime) -> None:
    """Confirm that somebody has the certificate they reported; again does nothing.

    Raises:
        WrongState: it was withdrawn.
        NotAllowed: the actor does not judge them.
        NotFound: there is none, or the actor may not see it.
    """
    _move(number, CertificateTrigger.CHECK, "", actor=actor, at=at)


@transaction.atomic
def withdraw_certificate(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Let a certificate count no more, and say why; again does nothing.

    Raises:
        Invalid: nothing is said of it, or too much.
        NotAllowed: the actor does not judge them.
        NotFound: there is none, or the actor may not see it.
    """
    _move(number, CertificateTrigger.WITHDRAW, reason.strip(), actor=actor, at=at)


def _move(
    number: str, trigger: CertificateTrigger, reason: str, *, actor: Actor, at: datetime
) -> None:
    row = access.certificate_to_judge(number, actor=actor)
    faults: list[Text] = text_faults(reason, longest=LONGEST_NOTE)
    if trigger == CertificateTrigger.WITHDRAW and not reason:
        faults = [_("Please say in a sentence why.")]
    if faults:
        raise Invalid({"reason": faults})
    goal = next(each.target for each in CERTIFICATES.transitions if each.trigger == trigger)
    if row.state == goal:
        return
    target = CERTIFICATES.target(CertificateState(row.state), trigger)
    changes: dict[str, tuple[Any, Any]] = {"state": (str(row.state), target.value)}
    if reason:
        changes["reason"] = ("", reason)
    row.state, row.reason = target, reason
    row.judged_by_id, row.judged_at = actor.person_id, at
    row.save()
    journal(f"certificate.{target.value}", (SUBJECT, row.pk), changes, actor=actor, at=at)
