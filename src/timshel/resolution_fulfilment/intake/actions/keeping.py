"""Saying what becomes of mail: rules of mailboxes, senders that are trusted or blocked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.intake.access import require_configure
from timshel.resolution_fulfilment.intake.models import KnownSender, MailRule
from timshel.resolution_fulfilment.intake.rules import pattern_of
from timshel.resolution_fulfilment.intake.states import AutomaticMail, UnknownSenders, Verdict
from timshel.service_portfolio.service.models import LifeCycle, Service
from timshel.support.communication.models import Mailbox

RULE = "mail_rule"
SENDER = "known_sender"
LONGEST_NOTE = 200


@transaction.atomic
def set_mail_rule(
    mailbox_id: int | None,
    *,
    service: str = "",
    unknown_senders: str,
    automatic_mail: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Say what becomes of the mail of a mailbox; setting the same again changes nothing.

    Args:
        mailbox_id: the mailbox; None for mail that came to none of ours.
        service: the code of the service that its cases concern; empty for none.
        unknown_senders: ``guest``, ``hold`` or ``reject``.
        automatic_mail: ``ignore`` or ``hold``, for mail of machines that belongs to no case.
        actor: who may configure mail.
        at: when.

    Raises:
        NotFound: there is no such mailbox.
        Invalid: what is wrong, by field.
        NotAllowed: as it says.
    """
    require_configure(actor)
    if mailbox_id is not None and not Mailbox.objects.filter(pk=mailbox_id).exists():
        raise NotFound
    faults: dict[str, list[Text]] = {}
    found = None
    if service:
        live = Service.objects.filter(life_cycle=LifeCycle.LIVE)
        found = live.filter(code=service).first() if is_storable(service) else None
        if found is None:
            faults["service"] = [_("There is no such service.")]
    if unknown_senders not in set(UnknownSenders):
        faults["unknown_senders"] = [_("Please choose one of the choices.")]
    if automatic_mail not in set(AutomaticMail):
        faults["automatic_mail"] = [_("Please choose one of the choices.")]
    if faults:
        raise Invalid(faults)
    rule = rules_of(mailbox_id).select_for_update(of=("self",)).first()
    if rule is None:
        rule = MailRule.objects.create(mailbox_id=mailbox_id)
    wanted = {
        "service": found.code if found else "",
        "unknown_senders": unknown_senders,
        "automatic_mail": automatic_mail,
    }
    before = {
        "service": rule.service.code if rule.service else "",
        "unknown_senders": rule.unknown_senders,
        "automatic_mail": rule.automatic_mail,
    }
    changes = {
        name: (before[name], wanted[name]) for name in wanted if before[name] != wanted[name]
    }
    if not changes:
        return
    rule.service = found
    rule.unknown_senders, rule.automatic_mail = unknown_senders, automatic_mail
    rule.version += 1
    rule.save()
    record(
        "mail.rule_set", subject_kind=RULE, subject_id=rule.pk, changes=changes, actor=actor, at=at
    )


def rules_of(mailbox_id: int | None) -> QuerySet[MailRule]:
    """Return the rule of a mailbox, or of mail to none, if one was made."""
    rows = MailRule.objects.select_related("service")
    if mailbox_id is None:
        return rows.filter(mailbox__isnull=True)
    return rows.filter(mailbox_id=mailbox_id)


@transaction.atomic
def judge_sender(pattern: str, *, verdict: str, note: str = "", actor: Actor, at: datetime) -> int:
    """Trust or block an address or a domain, and return the key of what was noted.

    Args:
        pattern: an address, or a domain as ``@example.org``, which covers those below it.
        verdict: ``trusted`` or ``blocked``; a later one replaces an earlier one.
        note: why, for those who wonder later.
        actor: who may configure mail.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: as it says.
    """
    require_configure(actor)
    faults: dict[str, list[Text]] = {}
    plain = pattern_of(pattern) if is_storable(pattern) else ""
    if not plain:
        faults["pattern"] = [_("Please give an address, or a domain as @example.org.")]
    if verdict not in set(Verdict):
        faults["verdict"] = [_("Please choose one of the choices.")]
    if len(note) > LONGEST_NOTE or not is_storable(note):
        faults["note"] = [_("Please keep this to one line.")]
    if faults:
        raise Invalid(faults)
    return write_verdict(plain, verdict=verdict, note=note.strip(), actor=actor, at=at)


def write_verdict(pattern: str, *, verdict: str, note: str, actor: Actor, at: datetime) -> int:
    """Write what is thought of a sender, authorised before."""
    row = KnownSender.objects.select_for_update().filter(pattern=pattern).first()
    before = (row.verdict, row.note) if row else (None, None)
    if row is None:
        row = KnownSender(pattern=pattern, added_by_id=actor.person_id, at=at)
    if before == (verdict, note):
        return row.pk
    row.verdict, row.note = verdict, note
    row.save()
    changes = {
        "pattern": (None, pattern),
        "verdict": (before[0], verdict),
        "note": (before[1], note),
    }
    record(
        "mail.sender_judged",
        subject_kind=SENDER,
        subject_id=row.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
    return row.pk


@transaction.atomic
def forget_sender(sender_id: int, *, actor: Actor, at: datetime) -> None:
    """Neither trust nor block a sender any more.

    Raises:
        NotFound: there is no such note.
        NotAllowed: as it says.
    """
    require_configure(actor)
    row = KnownSender.objects.select_for_update().filter(pk=sender_id).first()
    if row is None:
        raise NotFound
    record(
        "mail.sender_forgotten",
        subject_kind=SENDER,
        subject_id=row.pk,
        changes={"pattern": (row.pattern, None), "verdict": (row.verdict, None)},
        actor=actor,
        at=at,
    )
    row.delete()
